//! 大汉 jcms: the rows stand as CDATA records in `<script type="text/xml">`, or come as XML from its data proxy.

use crate::page::Page;
use crate::{End, Reading, list, paging};

/// The rows of the largest `<recordset>` of a page or proxy answer.
pub(crate) fn read(page: &Page<'_>) -> Option<Reading> {
    if !page.text.contains("<recordset>") && !page.text.contains("<record>") {
        return None;
    }
    let store =
        page.text.split("<datastore>").skip(1).max_by_key(|s| s.matches("<record>").count()).unwrap_or(page.text);
    let store = store.split("</datastore>").next().unwrap_or(store);
    let rows: Vec<&str> = store
        .split("<record>")
        .skip(1)
        .filter_map(|r| r.split("</record>").next())
        .map(|r| r.trim().trim_start_matches("<![CDATA[").trim_end_matches("]]>"))
        .collect();
    // The records together are a list like any other.
    let html = format!("<div>{}</div>", rows.concat());
    let base = page.base.as_ref().map(|u| u.as_str()).unwrap_or_default();
    let inner = Page::new(&html, base, page.today);
    let entries = list::main_list(&inner, None).map(|g| list::entries(&inner, &g)).unwrap_or_default();
    if entries.is_empty() && !rows.is_empty() {
        return None;
    }
    let end = end(page, store, entries.len());
    Some(Reading::good("jcms", entries, end))
}

/// More records than these lie behind the proxy, whose answers come in groups that only its script knows.
fn end(page: &Page<'_>, store: &str, rows: usize) -> End {
    let total = tag_number(page.text, "<totalrecord>");
    let next = store
        .split("<nextgroup>")
        .nth(1)
        .and_then(|n| n.split("</nextgroup>").next())
        .and_then(|n| n.split(['\'', '"']).nth(1))
        .filter(|href| href.contains("page="))
        .and_then(|href| page.link(&crate::dom::decode_entities(href)));
    let whole = total.is_some_and(|t| t <= rows);
    let paged = page.text.contains(".jpage(").then(|| paging::figures(page.text)).flatten();
    match (next, paged) {
        _ if whole => End::Reached,
        (_, Some(false)) => End::Reached,
        (Some(url), _) => End::Next(url),
        (None, None) if total.is_none() => End::Reached,
        _ => End::Unknown,
    }
}

fn tag_number(text: &str, tag: &str) -> Option<usize> {
    text.split(tag).nth(1)?.split('<').next()?.trim().parse().ok()
}
