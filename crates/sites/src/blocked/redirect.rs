//! Pages that only send their reader on.

use std::sync::LazyLock;

use regex::Regex;

use crate::dom::Tag;
use crate::page::Page;
use crate::text;

/// A refresh after more seconds than this is a habit of the page, not a redirect.
const SOON: u32 = 10;

static REFRESH: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?i)^\s*(\d{1,3})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?['"]?\s*([^'"\s]+)"#).ok());
static WRITTEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?is)<meta[^<>]{0,200}http-equiv\s*=\s*\\?['"]?refresh[^<>]{0,40}content\s*=\s*\\?['"]\s*(\d{1,3})\s*[;,]\s*url\s*=\s*['"]?([^'"<>\s\\]+)"#).ok()
});
static ASSIGNED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?:window|document|self|top|parent)?\.?(?-u:\b)location(?:\.href)?\s*(?:=\s*|\.(?:replace|assign)\s*\(\s*)['"]([^'"]{1,500})['"]"#,
    )
    .ok()
});

/// The absolute address that this page sends its reader to; `None` where it has content of its own or leads to itself.
pub(crate) fn target(page: &Page<'_>) -> Option<String> {
    let body = page.doc.all(Tag::Body).next().unwrap_or(0);
    let shown = page.doc.text(body, 3_000);
    // A list or an article with a refresh in it reloads itself; a notice with a link waits for the reader.
    if shown.chars().count() > 400 || page.dates().len() >= 3 {
        return None;
    }
    let own = page.base.as_ref().map(|u| u.as_str().split('#').next().unwrap_or_default().to_owned());
    found(page, shown.chars().count()).filter(|url| Some(url) != own.as_ref())
}

fn found(page: &Page<'_>, shown: usize) -> Option<String> {
    for meta in page.doc.all(Tag::Meta) {
        let refresh = page.doc.attr(meta, "http-equiv").is_some_and(|h| h.trim().eq_ignore_ascii_case("refresh"));
        if let Some(content) = page.doc.attr(meta, "content").filter(|_| refresh)
            && let Some(f) = REFRESH.as_ref().and_then(|re| re.captures(&content))
            && f[1].parse::<u32>().is_ok_and(|s| s <= SOON)
        {
            return page.link(&f[2]);
        }
    }
    for (_, script) in page.doc.scripts().filter(|(_, s)| s.len() < 20_000) {
        if let Some(f) = WRITTEN.as_ref().and_then(|re| re.captures(script))
            && f[1].parse::<u32>().is_ok_and(|s| s <= SOON)
        {
            return page.link(&text::fold(&f[2]));
        }
    }
    // Scripts also set the location on a click; only on a page without any content is it the point of the page.
    if shown > 60 {
        return None;
    }
    let framed = page.doc.all(Tag::Frame).next().is_some();
    page.doc
        .scripts()
        .filter(|(_, s)| s.len() < 5_000 && !framed && !text::has_any_ascii(s, &["cookie", "usera", "function("]))
        .find_map(|(_, s)| ASSIGNED.as_ref()?.captures(s).and_then(|f| page.link(&f[1])))
}
