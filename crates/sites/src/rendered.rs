//! A page without rows: is its column empty, or are its rows made by scripts?

use crate::blocked;
use crate::dom::{Id, Kind, Tag};
use crate::list;
use crate::page::Page;
use crate::text::{has_any, has_any_ascii};

/// What a page without rows is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bare {
    /// A page of a list that has no items.
    Empty,
    /// Scripts fetch the rows.
    NotRendered,
    /// It cannot be told.
    Unclear,
}

/// Judges a page on which no rows were found.
pub(crate) fn judge(page: &Page<'_>, paged_by_call: bool) -> Bare {
    // Words of emptiness may stand in the place of rows until a script has fetched them.
    if templates(page) || fetches(page) {
        return Bare::NotRendered;
    }
    if blocked::says_empty(page) {
        return Bare::Empty;
    }
    if shell(page) || framed(page) {
        return Bare::NotRendered;
    }
    let like_a_column = paged_by_call || column_page(page) || empty_container(page);
    if like_a_column && !list::may_hold_items(page) { Bare::Empty } else { Bare::Unclear }
}

/// Templates of rows: `{{title}}`, `v-for`, `<script type="text/html">`.
fn templates(page: &Page<'_>) -> bool {
    (1..page.doc.len()).any(|i| match page.doc.node(i).kind {
        Kind::Text => {
            let s = page.doc.source(i);
            (s.contains("{{") && s.contains("}}")) || (s.contains("<%=") || s.contains("${"))
        }
        Kind::Element(Tag::Script | Tag::Template) => page.doc.attr(i, "type").is_some_and(|t| {
            has_any_ascii(&t, &["template", "text/html", "x-tmpl", "x-handlebars", "text/x-jsrender", "text/plain"])
        }),
        Kind::Element(_) => page.doc.attrs(i).any(|(n, _)| {
            has_any(n, &["v-for", "ng-repeat", "v-html", "v-text", "data-bind", "ms-repeat", "wx:for", ":each"])
        }),
        _ => false,
    })
}

/// Scripts in the page that ask for rows.
fn fetches(page: &Page<'_>) -> bool {
    let asks = [
        "$.ajax",
        "$.post",
        "$.get(",
        "$.getjson",
        "axios",
        "fetch(",
        "xmlhttprequest",
        ".load(",
        "jquery.ajax",
        "dataproxy",
        ".jpage(",
        "getlist(",
        "loadlist(",
        "querylist",
    ];
    let shows = ["list", "page", "row", "record", "data", "append(", "html("];
    page.doc.scripts().any(|(_, s)| {
        let s = s.char_indices().nth(100_000).map_or(s, |(i, _)| &s[..i]);
        // Counters and search boxes fetch too; they make no pages of rows.
        has_any_ascii(s, &asks) && has_any_ascii(s, &shows) && has_any_ascii(s, &["page", "list", "<li", "<tr"])
    })
}

/// The rows may stand in a frame: one that a reader sees, with a page of this kind.
fn framed(page: &Page<'_>) -> bool {
    (1..page.doc.len()).filter(|&i| matches!(page.doc.tag(i), Some(Tag::Frame | Tag::Iframe))).any(|i| {
        let small = |name| page.doc.attr(i, name).is_some_and(|v| matches!(v.trim(), "0" | "1" | "0px" | "1px"));
        let unseen = page.doc.attr(i, "style").is_some_and(|s| s.replace(' ', "").contains("display:none"));
        page.doc.attr(i, "src").is_some_and(|s| page.link(&s).is_some())
            && !small("width")
            && !small("height")
            && !unseen
    })
}

/// Nothing but a place for an application to live in.
fn shell(page: &Page<'_>) -> bool {
    let body = page.doc.all(Tag::Body).next().unwrap_or(0);
    let shown = page.doc.text(body, 2_000).chars().filter(|c| c.is_alphanumeric()).count();
    shown < 60 && page.links().len() < 5 && page.doc.all(Tag::Script).next().is_some()
}

/// A page that says of itself that it is a column: the national tags, or 当前位置 above it.
fn column_page(page: &Page<'_>) -> bool {
    let tagged = page.doc.all(Tag::Meta).any(|m| {
        page.doc.attr(m, "name").is_some_and(|n| n.eq_ignore_ascii_case("ColumnName"))
            && page.doc.attr(m, "content").is_some_and(|c| !c.trim().is_empty())
    });
    let words = ["当前位置", "所在位置", "当前所在", "您的位置", "您现在的位置", "现在位置"];
    tagged
        || (1..page.doc.len()).any(|i| {
            page.doc.node(i).kind == Kind::Text && page.doc.source(i).len() < 200 && has_any(page.doc.source(i), &words)
        })
}

/// A list element without a single item, in a page that has other content.
fn empty_container(page: &Page<'_>) -> bool {
    empty_lists(page).any(|i| {
        let class = page.doc.attr(page.doc.node(i).parent, "class").or_else(|| page.doc.attr(i, "class"));
        class.is_some_and(|c| has_any_ascii(&c, &["list", "news", "con"]))
    })
}

/// The elements that are lists of nothing.
pub(crate) fn empty_lists<'p>(page: &'p Page<'_>) -> impl Iterator<Item = Id> + 'p {
    (1..page.doc.len()).filter(|&i| {
        matches!(page.doc.tag(i), Some(Tag::Ul | Tag::Ol | Tag::Tbody | Tag::Dl))
            && page.doc.inside(i).all(|c| match page.doc.node(c).kind {
                Kind::Text => page.doc.source(c).trim().is_empty(),
                Kind::Comment => true,
                _ => false,
            })
    })
}
