//! Lists for which a person has configured CSS selectors.

use model::{DateFrom, Entry, Outcome, Reason, Source};
use scraper::{ElementRef, Html, Selector};

use crate::dates;
use crate::page::{Page, title_of};
use crate::text;
use crate::{End, Reading, blocked, paging};

/// A page whose nodes times depth exceed this would blow up in a parser that repairs as browsers do.
const MAX_WORK: u64 = 1_500_000;

/// Selectors that count siblings look at each of them once for each: on a page with more nodes than this for minutes.
const MAX_COUNTED: u32 = 20_000;

struct Compiled {
    row: Selector,
    link: Selector,
    title: Option<Selector>,
    date: Option<Selector>,
    next: Option<Selector>,
}

/// Reads the page with the selectors of its source; `None` where the source has none.
pub(crate) fn read(page: &Page<'_>, source: &Source) -> Option<Reading> {
    let Source::Selectors { row, link, title, date, next } = source else { return None };
    if let Some(outcome) = blocked::reason(page) {
        return Some(Reading::bad("selectors", outcome));
    }
    let compile = |s: &Option<String>| s.as_deref().map(Selector::parse).transpose().ok();
    let compiled = (|| {
        Some(Compiled {
            row: Selector::parse(row).ok()?,
            link: Selector::parse(link.as_deref().unwrap_or("a")).ok()?,
            title: compile(title)?,
            date: compile(date)?,
            next: compile(next)?,
        })
    })();
    let Some(compiled) = compiled else {
        let mut reading = Reading::bad("selectors", Outcome::Failed(Reason::SelectorsMiss));
        reading.notes.push("选择器写法有误，请检查 selectors 各项".to_owned());
        return Some(reading);
    };
    let counts = [Some(row), link.as_ref(), title.as_ref(), date.as_ref(), next.as_ref()]
        .into_iter()
        .flatten()
        .any(|s| text::has_any(s, &[":nth", ":has", "of-type", ":only", "~"]));
    if page.doc.work() > MAX_WORK || (counts && page.doc.len() > MAX_COUNTED) {
        return Some(Reading::bad("selectors", Outcome::Failed(Reason::TooLarge)));
    }
    Some(rows(page, &compiled))
}

fn rows(page: &Page<'_>, by: &Compiled) -> Reading {
    let html = Html::parse_document(page.text);
    let entries: Vec<Entry> = html.select(&by.row).filter_map(|row| entry(page, row, by)).collect();
    if entries.is_empty() {
        return Reading::bad("selectors", Outcome::Suspect(Reason::SelectorsMiss));
    }
    let end = match &by.next {
        Some(next) => html
            .select(next)
            .find_map(|a| a.value().attr("href").and_then(|h| page.link(h)))
            .filter(|url| page.base.as_ref().is_none_or(|b| b.as_str() != url))
            .map_or(End::Reached, End::Next),
        None => paging::of(page).end,
    };
    Reading::good("selectors", entries, end)
}

fn entry(page: &Page<'_>, row: ElementRef<'_>, by: &Compiled) -> Option<Entry> {
    let link = row.select(&by.link).next().or_else(|| by.link.matches(&row).then_some(row));
    let named = by.title.as_ref().and_then(|s| row.select(s).next()).or(link)?;
    let attr = text::title(named.value().attr("title").unwrap_or_default());
    let title = title_of(&shown(named), &attr, page.today);
    let url = link.and_then(|l| l.value().attr("href")).and_then(|h| page.link(h)).unwrap_or_default();
    let said = match &by.date {
        Some(date) => row.select(date).map(shown).collect::<Vec<_>>().join(" "),
        // Dates in the title are dates of something else.
        None => shown(row).replacen(&shown(named), " ", 1),
    };
    let found = dates::first(&said, page.today).map(|f| {
        let day = if f.yearless { dates::fit_year(f.day, &url, page.today) } else { f.day };
        (day, DateFrom::List)
    });
    let dated = found.or_else(|| dates::url_date(&url, page.today).map(|d| (d, DateFrom::Url)));
    let entry = Entry { title, url, date: dated.map(|d| d.0), date_from: dated.map(|d| d.1), source: None };
    (!entry.title.is_empty()).then_some(entry)
}

/// The text of an element, a space where one of its parts ends.
fn shown(element: ElementRef<'_>) -> String {
    let mut out = String::new();
    for part in element.text() {
        if out.len() > 4_000 {
            break;
        }
        out.push_str(part);
        out.push(' ');
    }
    text::fold(&out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Input, ReadAs};

    fn reading(html: &str, row: &str, date: Option<&str>, next: Option<&str>) -> Reading {
        let source = Source::Selectors {
            row: row.into(),
            link: None,
            title: None,
            date: date.map(Into::into),
            next: next.map(Into::into),
        };
        crate::read(&Input {
            bytes: html.as_bytes(),
            url: "http://x.example/a/",
            content_type: None,
            read_as: ReadAs::List,
            source: &source,
            today: "2026-11-24".parse().unwrap(),
        })
    }

    const PAGE: &str = "<body><p class=x><i>2026-11-01</i> <a href=1.html title='关于2020年1月1日放假的通知全文'>关于2020年1月1日放假…</a></p><p class=x><a href=2.html>第二条消息</a> 10-02</p><a class=n href=p2.html>2</a></body>";

    #[test]
    fn rows_are_read_as_configured() {
        let r = reading(PAGE, "p.x", None, Some("a.n"));
        let rows: Vec<_> = r.entries.iter().map(|e| (e.title.as_str(), e.date.map(|d| d.to_string()))).collect();
        assert_eq!(
            rows,
            [("关于2020年1月1日放假的通知全文", Some("2026-11-01".into())), ("第二条消息", Some("2026-10-02".into()))]
        );
        assert_eq!(r.end, End::Next("http://x.example/a/p2.html".into()));
    }

    #[test]
    fn selectors_that_find_nothing_say_so() {
        assert_eq!(reading(PAGE, "li", None, None).outcome, Outcome::Suspect(Reason::SelectorsMiss));
        assert_eq!(reading(PAGE, "p[[", None, None).outcome, Outcome::Failed(Reason::SelectorsMiss));
    }

    #[test]
    fn selectors_that_count_are_refused_on_endless_pages() {
        let html = format!("<ul>{}</ul>", "<li><a href=1.html>第一条消息</a>".repeat(10_000));
        let refused = Outcome::Failed(Reason::TooLarge);
        assert_eq!(reading(&html, "li:nth-child(2n)", None, None).outcome, refused);
        assert_ne!(reading(&html, "li", None, None).outcome, refused);
    }

    #[test]
    fn pages_that_blow_up_in_repair_are_refused() {
        let mut html: String = (0..190).map(|i| format!("<font size={i}>")).collect();
        html.push_str(&"<p class=x>a".repeat(50_000));
        assert_eq!(reading(&html, "p.x", None, None).outcome, Outcome::Failed(Reason::TooLarge));
    }
}
