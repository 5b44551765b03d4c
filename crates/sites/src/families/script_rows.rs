//! Rows held in script variables that the browser writes out: `str_1="url"; str_2="date"`, or `var rows = [{…}, …]`.

use std::collections::HashSet;
use std::sync::LazyLock;

use model::{DateFrom, Entry};
use regex::Regex;
use serde_json::Value;

use crate::dom::Id;
use crate::page::Page;
use crate::reading::MAX_ROWS;
use crate::{Reading, dates, json, list, paging, text};

static ASSIGN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"([A-Za-z_]\w{0,30})\s*=\s*(?:"([^"\n]{1,1000})"|'([^'\n]{1,1000})')"#).ok());

/// Reads scripts that assign an address and a date again and again under the same names, or an array of records.
pub(crate) fn read(page: &Page<'_>) -> Option<Reading> {
    let mut entries = assigned(page);
    if entries.len() < 2 {
        entries = arrays(page)?;
    }
    let mut seen = HashSet::new();
    entries.retain(|e| e.url.is_empty() || seen.insert(e.url.clone()));
    (entries.len() >= 2).then(|| Reading::good("script-rows", entries, paging::of(page).end))
}

/// One row: the values that a script assigns before it begins again with the same name.
struct Draft<'t> {
    script: Id,
    values: Vec<(&'t str, &'t str)>,
    /// The script from its first assignment to the first of the next row.
    code: &'t str,
}

fn assigned(page: &Page<'_>) -> Vec<Entry> {
    let Some(assign) = ASSIGN.as_ref() else { return Vec::new() };
    let mut entries = Vec::new();
    for (node, script) in page.doc.scripts().filter(|(_, s)| s.len() < 1_000_000) {
        let mut values: Vec<(&str, &str)> = Vec::new();
        let mut from = 0;
        for f in assign.captures_iter(script) {
            let (Some(all), Some(name), Some(value)) = (f.get(0), f.get(1), f.get(2).or(f.get(3))) else { continue };
            if values.iter().any(|(n, _)| *n == name.as_str()) {
                let draft =
                    Draft { script: node, values: std::mem::take(&mut values), code: &script[from..all.start()] };
                entries.extend(entry(page, &draft));
            }
            if values.is_empty() {
                from = all.start();
            }
            if values.len() < 20 {
                values.push((name.as_str(), value.as_str()));
            }
            if entries.len() > MAX_ROWS {
                return entries;
            }
        }
        entries.extend(entry(page, &Draft { script: node, values, code: &script[from..] }));
    }
    entries
}

/// A row has the address of an item and a date; its title is a value, a text that the script writes, or stands beside.
fn entry(page: &Page<'_>, row: &Draft<'_>) -> Option<Entry> {
    let address = |v: &&str| {
        let like = v.starts_with("http") || v.starts_with(['/', '.']) || v.contains(".htm") || v.contains(".shtm");
        like && !v.contains([' ', '<']) && page.link(v).is_some_and(|u| list::item_like(&u))
    };
    let values = || row.values.iter().map(|(_, v)| v.trim());
    let url = page.link(values().find(address)?)?;
    let date = values().filter(|v| v.len() < 40).find_map(|v| dates::pure(v, page.today))?;
    let title_like = |t: &String| text::han(t) >= 2 && dates::pure(t, page.today).is_none();
    let title = values()
        .map(text::title)
        .filter(title_like)
        .max_by_key(|t| t.chars().count())
        .or_else(|| literals(row.code).map(|l| text::title(l)).filter(title_like).max_by_key(|t| t.chars().count()))
        .or_else(|| Some(page.doc.text(page.doc.node(row.script).parent, 600)).filter(title_like))?;
    let day = if date.yearless { dates::fit_year(date.day, &url, page.today) } else { date.day };
    Some(Entry { title, url, date: Some(day), date_from: Some(DateFrom::Script), source: None })
}

/// The texts between quotes of a piece of script.
fn literals(code: &str) -> impl Iterator<Item = &str> {
    let code = code.get(..20_000).unwrap_or(code);
    code.split(['"', '\'']).filter(|l| l.len() < 2_000 && !l.contains(['=', ';', '{']))
}

/// The first array of records with titles, addresses and dates in a script.
fn arrays(page: &Page<'_>) -> Option<Vec<Entry>> {
    for (_, script) in page.doc.scripts() {
        let mut at = 0;
        let mut tries = 0;
        while let Some(i) = script[at..].find("[{").filter(|_| tries < 20) {
            tries += 1;
            let from = at + i;
            let mut stream = serde_json::Deserializer::from_str(&script[from..]).into_iter::<Value>();
            let value = stream.next().and_then(Result::ok);
            at = from + stream.byte_offset().max(2);
            let entries = value.map(|v| json::rows(&v, page.base.as_ref(), page.today)).unwrap_or_default();
            let items = entries.iter().filter(|e| e.date.is_some() && !e.url.is_empty()).count();
            if items >= 2 && items * 2 > entries.len() {
                return Some(entries);
            }
            while !script.is_char_boundary(at) {
                at += 1;
            }
        }
    }
    None
}
