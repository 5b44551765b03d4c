//! Rows held in script variables that the browser writes out: `str_1="url"; str_2="title"; str_3="date"`.

use std::collections::HashMap;
use std::sync::LazyLock;

use model::{DateFrom, Entry};
use regex::Regex;

use crate::page::Page;
use crate::{Reading, dates, list, paging, text};

static ASSIGN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?:\bvar\s+)?([A-Za-z_]\w{0,30})\s*=\s*(?:"([^"\n]{1,1000})"|'([^'\n]{1,1000})')\s*;?"#).ok()
});

/// Reads scripts that assign an address, a title and a date again and again under the same names.
pub(crate) fn read(page: &Page<'_>) -> Option<Reading> {
    let mut entries = Vec::new();
    let mut row: Vec<(String, String)> = Vec::new();
    let assign = ASSIGN.as_ref()?;
    for (_, script) in page.doc.scripts().filter(|(_, s)| s.len() < 500_000 && s.contains('=')) {
        for f in assign.captures_iter(script) {
            let value = f.get(2).or(f.get(3)).map(|m| m.as_str()).unwrap_or_default();
            if row.iter().any(|(n, _)| *n == f[1]) {
                entries.extend(entry(page, &row));
                row.clear();
            }
            if row.len() < 20 {
                row.push((f[1].to_owned(), value.to_owned()));
            }
            if entries.len() > crate::reading::MAX_ROWS {
                break;
            }
        }
    }
    entries.extend(entry(page, &row));
    let mut seen = HashMap::new();
    entries.retain(|e| seen.insert(e.url.clone(), ()).is_none());
    (entries.len() >= 2).then(|| Reading::good("script-rows", entries, paging::of(page).end))
}

/// A row has an address of an item, a title and a date.
fn entry(page: &Page<'_>, row: &[(String, String)]) -> Option<Entry> {
    let url = row.iter().map(|(_, v)| v.trim()).find(|v| {
        let address = v.starts_with("http")
            || v.starts_with('/')
            || v.starts_with("./")
            || v.starts_with("../")
            || v.contains(".htm")
            || v.contains(".shtm");
        address && !v.contains(' ') && !v.contains('<') && list::item_like(&page.link(v).unwrap_or_default())
    })?;
    let date = row.iter().find_map(|(_, v)| dates::pure(v, page.today).filter(|_| v.len() < 40))?;
    let title = row
        .iter()
        .map(|(_, v)| text::title(v))
        .filter(|t| text::han(t) >= 2 && dates::pure(t, page.today).is_none())
        .max_by_key(|t| t.chars().count())?;
    let url = page.link(url)?;
    let day = if date.yearless { dates::fit_year(date.day, &url, page.today) } else { date.day };
    Some(Entry { title, url, date: Some(day), date_from: Some(DateFrom::Script), source: None })
}
