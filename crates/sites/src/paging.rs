//! Is there a next page, and where?

use std::sync::LazyLock;

use regex::Regex;

use crate::End;
use crate::dom::{Id, Kind, Tag};
use crate::families::{trs, vsb};
use crate::page::Page;
use crate::text;

/// What a page says of its paging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Paging {
    pub(crate) end: End,
    /// Where its control stands, for telling the main list from the others.
    pub(crate) at: Option<Id>,
    /// The family that the control belongs to.
    pub(crate) family: Option<&'static str>,
}

/// Reads the paging of a list page: calls in scripts first, then links, then words.
pub(crate) fn of(page: &Page<'_>) -> Paging {
    let none = Paging { end: End::Reached, at: None, family: None };
    trs::calls(page).or_else(|| links(page)).or_else(|| words(page)).unwrap_or(none)
}

/// Whether the text holds a letter of a word for the next page, or a reference that may stand for one.
fn may_be_next(raw: &str) -> bool {
    raw.as_bytes().iter().enumerate().any(|(at, b)| match b {
        b'&' | b'n' | b'N' => true,
        // » and ›, 页 and 頁.
        0xbb => raw.as_bytes()[..at].ends_with(&[0xc2]),
        0xba => raw.as_bytes()[..at].ends_with(&[0xe2, 0x80]),
        0xb5 => raw.as_bytes()[..at].ends_with(&[0xe9, 0xa1]),
        0x81 => raw.as_bytes()[..at].ends_with(&[0xe9, 0xa0]),
        _ => false,
    })
}

fn is_next(word: &str) -> bool {
    let core: String = word.chars().filter(|c| !c.is_whitespace()).collect();
    let bare = core.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '»' | '>' | '›'));
    matches!(bare, "下一页" | "下页" | "后一页" | "后页" | "下一頁" | "下一页>" | "下一页>>" | "下一页›" | "下一页»")
        || matches!(bare.to_ascii_lowercase().as_str(), "next" | "nextpage" | "next>" | "next»" | "»" | "›" | "next>>")
}

/// A link 下一页, or a text in its place where there is no next page.
fn links(page: &Page<'_>) -> Option<Paging> {
    let mut dead = None;
    for i in 1..page.doc.len() {
        let word = match page.doc.node(i).kind {
            Kind::Text if page.doc.source(i).len() < 60 => page.doc.source(i),
            _ => continue,
        };
        // Most texts of a page cannot be the word, and are told by their bytes.
        if page.quick && !may_be_next(word) {
            continue;
        }
        let word = crate::dom::decode_entities(word);
        if !is_next(&word) {
            continue;
        }
        let anchor = page.doc.parents(i).take(3).find(|&p| page.doc.is(p, Tag::A));
        let target = anchor.and_then(|a| next_target(page, a));
        match target {
            Some(url) => return Some(Paging { end: End::Next(url), at: Some(i), family: vsb::is_control(page, i) }),
            None => dead = dead.or(Some((i, anchor))),
        }
    }
    let (at, anchor) = dead?;
    // A text, a disabled link or a link to the page itself: the last page, where the figures do not say otherwise.
    let disabled = anchor.is_none_or(|a| switched_off(page, a));
    let end = match numbers(page, at) {
        Some((current, count)) if current >= count => End::Reached,
        Some(_) => End::Unknown,
        None if disabled => End::Reached,
        None => End::Unknown,
    };
    Some(Paging { end, at: Some(at), family: vsb::is_control(page, at) })
}

fn next_target(page: &Page<'_>, anchor: Id) -> Option<String> {
    if switched_off(page, anchor) {
        return None;
    }
    let url = page.href(anchor)?;
    let own = page.base.as_ref().map(|u| u.as_str());
    (Some(url.as_str()) != own).then_some(url)
}

fn switched_off(page: &Page<'_>, anchor: Id) -> bool {
    let class = page.doc.attr(anchor, "class").unwrap_or_default().to_ascii_lowercase();
    let parent = page.doc.node(anchor).parent;
    let around = page.doc.attr(parent, "class").unwrap_or_default().to_ascii_lowercase();
    page.doc.attr(anchor, "disabled").is_some() || class.contains("disab") || around.contains("disab")
}

static OF: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(\d{1,6})\s*/\s*(?:共\s*)?(\d{1,6})").ok());
static TOTAL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"共\s*(\d{1,6})\s*页").ok());

/// `1/8页`, `共 3 页`: the current page and how many there are, from the text around the control.
fn numbers(page: &Page<'_>, at: Id) -> Option<(u32, u32)> {
    let around = page.doc.parents(at).take(4).map(|p| page.doc.text(p, 1_500));
    for said in around.filter(|t| t.len() < 1_500) {
        if let Some(f) = OF.as_ref().and_then(|re| re.captures(&said)) {
            return f[1].parse().ok().zip(f[2].parse().ok());
        }
        if let Some(f) = TOTAL.as_ref().and_then(|re| re.captures(&said)) {
            let count = f[1].parse().ok()?;
            return Some((if count <= 1 { 1 } else { 0 }, count));
        }
    }
    None
}

static COUNTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?-u:\b)(?:page_?count|total_?pages?|count_?page|pages_?total|pagenum_?total)["']?\s*[:=]\s*["']?(\d{1,6})"#,
    )
    .ok()
});
static RECORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)(?-u:\b)(?:total_?records?|record_?count|total_?count|total_?rows?|total|items_?count)["']?\s*[:=]\s*["']?(\d{1,7})"#).ok()
});
static SIZE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?i)(?-u:\b)(?:per_?page|page_?size|rows_?per_?page|limit)["']?\s*[:=]\s*["']?(\d{1,5})"#).ok()
});

/// Paging that scripts of the page make from figures, or numbers in a paging element: there is more, but it cannot be
/// followed from here.
fn words(page: &Page<'_>) -> Option<Paging> {
    for (node, script) in page.doc.scripts() {
        let more = figures(script);
        if let Some(more) = more {
            let end = if more { End::Unknown } else { End::Reached };
            return Some(Paging { end, at: Some(node), family: None });
        }
    }
    numbered_links(page).or_else(|| unwritten(page))
}

/// A button that loads more, or a paging element that is empty: scripts outside the page fill it.
fn unwritten(page: &Page<'_>) -> Option<Paging> {
    const NAMES: &[&str] = &[
        "page",
        "pages",
        "pager",
        "paging",
        "pagination",
        "fenye",
        "page_div",
        "pagebar",
        "laypage",
        "pagelist",
        "page-box",
    ];
    for i in 1..page.doc.len() {
        let unknown = match page.doc.node(i).kind {
            Kind::Text => {
                let said = page.doc.source(i).trim();
                said.len() < 40
                    && matches!(
                        said.trim_matches(|c: char| !c.is_alphanumeric()),
                        "加载更多" | "点击加载更多" | "点击加载" | "显示更多" | "查看更多信息" | "浏览更多"
                    )
            }
            Kind::Element(Tag::Div | Tag::Ul | Tag::Nav | Tag::P | Tag::Span) => {
                let named = |n: &str| {
                    page.doc
                        .attr(i, n)
                        .is_some_and(|v| v.split_whitespace().any(|w| NAMES.contains(&w.to_ascii_lowercase().as_str())))
                };
                page.doc.node(i).end - i <= 4
                    && (named("class") || named("id"))
                    && page.doc.inside(i).all(|c| page.doc.node(c).kind != Kind::Raw)
                    && page.doc.text(i, 200).is_empty()
            }
            _ => false,
        };
        if unknown {
            return Some(Paging { end: End::Unknown, at: Some(i), family: None });
        }
    }
    None
}

/// Do the figures in a script say that there is more than one page?
pub(crate) fn figures(script: &str) -> Option<bool> {
    if !text::has_any_ascii(script, &["page", "record"]) {
        return None;
    }
    let number = |re: &LazyLock<Option<Regex>>| -> Option<u32> { re.as_ref()?.captures(script)?[1].parse().ok() };
    if let Some(pages) = number(&COUNTS) {
        return Some(pages > 1);
    }
    let (records, size) = (number(&RECORDS)?, number(&SIZE)?);
    Some(records > size)
}

/// `1 2 3 …` in an element with a paging class.
fn numbered_links(page: &Page<'_>) -> Option<Paging> {
    for i in 1..page.doc.len() {
        if page.doc.tag(i).is_none_or(|t| !matches!(t, Tag::Div | Tag::Ul | Tag::P | Tag::Nav | Tag::Td | Tag::Span)) {
            continue;
        }
        let Some(class) = page.doc.attr(i, "class").or_else(|| page.doc.attr(i, "id")) else { continue };
        if !text::has_any_ascii(&class, &["page", "pagin", "fenye", "pager", "yeshu"]) || page.doc.node(i).end - i > 200
        {
            continue;
        }
        if let Some(paging) = after_current(page, i) {
            return Some(paging);
        }
    }
    None
}

/// The number after the current one among the numbers of a paging element.
fn after_current(page: &Page<'_>, id: Id) -> Option<Paging> {
    let mut current = None;
    for i in page.doc.inside(id).filter(|&i| page.doc.node(i).kind == Kind::Text) {
        let Ok(n) = page.doc.source(i).trim().parse::<u32>() else { continue };
        let anchor = page.doc.parents(i).take(3).find(|&p| page.doc.is(p, Tag::A));
        let target = anchor.and_then(|a| next_target(page, a));
        match (current, target) {
            (Some(c), Some(url)) if n == c + 1 => {
                return Some(Paging { end: End::Next(url), at: Some(id), family: None });
            }
            (Some(c), None) if n == c + 1 => return Some(Paging { end: End::Unknown, at: Some(id), family: None }),
            (None, None) => current = Some(n),
            _ => {}
        }
    }
    current.map(|_| Paging { end: End::Reached, at: Some(id), family: None })
}

#[cfg(test)]
mod tests {
    use super::{is_next, may_be_next};

    #[test]
    fn a_word_for_the_next_page_is_never_passed_over() {
        let words = [
            "下一页",
            "下页",
            "后一页",
            "后页",
            "下一頁",
            "下一页>",
            "下一页›",
            "下一页»",
            "Next",
            "NEXT PAGE",
            "»",
            "›",
            "next>>",
        ];
        for word in words {
            assert!(is_next(word) && may_be_next(word), "{word}");
            assert!(may_be_next(&format!(" [{word}] ")), "{word}");
        }
        assert!(!may_be_next("通知公告") && may_be_next("&gt;"));
    }
}
