//! Rows held in script variables that the browser writes out: `str_1="url"; str_2="date"`, `add({url:'…', date:'…'})`,
//! or `var rows = [{…}, …]`.

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
    LazyLock::new(|| Regex::new(r#"([A-Za-z_][A-Za-z0-9_]*)\s*[=:]\s*(?:"([^"\n]+)"|'([^'\n]+)')"#).ok());

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

/// Two quoted texts that begin with a figure: without dates there are no rows, and most scripts have none.
fn has_figures(script: &str) -> bool {
    let bytes = script.as_bytes();
    let figure =
        |at: &usize| bytes.get(at + 1).is_some_and(|b| b.is_ascii_digit() || matches!(b, b'[' | b'(' | 0xe0..));
    memchr::memchr2_iter(b'"', b'\'', bytes).filter(figure).nth(1).is_some()
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
    for (node, script) in page.doc.scripts().filter(|(_, s)| s.len() < 1_000_000 && has_figures(s)) {
        let mut values: Vec<(&str, &str)> = Vec::new();
        let mut from = 0;
        for f in assign.captures_iter(script) {
            let (Some(all), Some(name), Some(value)) = (f.get(0), f.get(1), f.get(2).or(f.get(3))) else { continue };
            // Bounds of length stand here and not in the pattern, where they would blow up its automaton.
            if name.len() > 31 || value.len() > 3000 {
                continue;
            }
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
        .or_else(|| literals(row.code).map(text::title).filter(title_like).max_by_key(|t| t.chars().count()))
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
        while let Some(i) = memchr::memmem::find(&script.as_bytes()[at..], b"[{").filter(|_| tries < 20) {
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

#[cfg(test)]
mod tests {
    use crate::testing::{reading, rows};

    #[test]
    fn assigned_rows_are_read() {
        let row = |n: u32, title: &str| {
            format!(
                "<li><script>var str_1=\"./202611/t2026110{n}_10{n}.html\"; var str_2=\"2026-11-0{n}\"; document.write('<a href=\"'+str_1+'\" title=\"{title}\">{title}</a><span>'+str_2+'</span>');</script></li>"
            )
        };
        let page =
            format!("<ul>{}{}{}</ul>", row(9, "召开年度工作会议"), row(8, "开展专项检查"), row(7, "组织业务培训"));
        let r = reading(&page, "http://x.example/zwdt/index.html");
        assert_eq!(
            rows(&r),
            [
                "2026-11-09 召开年度工作会议 http://x.example/zwdt/202611/t20261109_109.html",
                "2026-11-08 开展专项检查 http://x.example/zwdt/202611/t20261108_108.html",
                "2026-11-07 组织业务培训 http://x.example/zwdt/202611/t20261107_107.html",
            ]
        );
    }

    #[test]
    fn arrays_of_records_are_read() {
        let page = r#"<div id="list"></div><script>var rows = [{"title":"召开年度工作会议","url":"/a/1001.html","pubDate":"2026-11-09 08:00:00"},{"title":"开展专项检查","url":"/a/1000.html","pubDate":"2026-11-08"}]; render(rows);</script>"#;
        let r = reading(page, "http://x.example/zwdt/");
        assert_eq!(
            rows(&r),
            [
                "2026-11-09 召开年度工作会议 http://x.example/a/1001.html",
                "2026-11-08 开展专项检查 http://x.example/a/1000.html"
            ]
        );
    }

    #[test]
    fn variables_of_a_menu_are_no_rows() {
        let menu = "<script>var str3='人事信息'; var str4='../rsxx/';</script><script>var str3='规划计划'; var str4='../ghjh/';</script>";
        assert_eq!(
            super::read(&crate::page::Page::new(menu, "http://x.example/", "2026-11-24".parse().unwrap())),
            None
        );
    }
}
