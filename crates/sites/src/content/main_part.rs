//! Which part of the page is the article.

use crate::dom::{Id, Kind, Tag};
use crate::page::Page;

/// Names under which publishing systems put the text of an article, in lower case.
const NAMES: [&str; 16] = [
    "trs_editor",
    "trs_paper_preview",
    "ucapcontent",
    "zoom",
    "vsb_content",
    "js_content",
    "rich_media_content",
    "article-content",
    "article_content",
    "articlecontent",
    "news_content",
    "newscontent",
    "info_content",
    "con_txt",
    "pages_content",
    "view_content",
];

/// Words in the name of what is not the article, in lower case.
const FRAME: [&str; 11] = [
    "foot",
    "copyright",
    "breadcrumb",
    "crumb",
    "navbar",
    "topnav",
    "sidebar",
    "share",
    "related",
    "printbox",
    "toolbar",
];

/// The part with the text of the article; the whole page where none stands out.
pub(super) fn find(page: &Page<'_>) -> Id {
    let plain = plain_text(page);
    let weight = |i: Id| plain[page.doc.node(i).end as usize] - plain[i as usize];
    let named = (1..page.doc.len()).filter(|&i| page.doc.tag(i).is_some() && is_named(page, i)).max_by_key(|&i| {
        // Of nested ones that hold the same text the inner one, which comes later, is as good.
        weight(i)
    });
    if let Some(named) = named.filter(|&n| weight(n) >= 20) {
        return named;
    }
    let mut at: Id = page.doc.all(Tag::Body).next().unwrap_or(0);
    loop {
        let whole = weight(at);
        let heavy = page.doc.children(at).find(|&c| {
            page.doc.tag(c).is_some_and(|t| t != Tag::P && !t.is_inline()) && weight(c) * 10 >= whole * 8 && whole > 0
        });
        match heavy {
            // A table of figures is a part of the article, not its frame.
            Some(next) if !matches!(page.doc.tag(next), Some(Tag::Table)) || holds_table(page, next) => at = next,
            _ => return at,
        }
    }
}

/// Does it name itself a footer, a navigation or the like?
pub(super) fn is_frame(page: &Page<'_>, i: Id) -> bool {
    if matches!(page.doc.tag(i), Some(Tag::Footer | Tag::Nav | Tag::Header | Tag::Aside)) {
        return true;
    }
    names(page, i).any(|n| FRAME.iter().any(|f| n.contains(f)) || n == "nav" || n == "header" || n == "top")
}

fn is_named(page: &Page<'_>, i: Id) -> bool {
    names(page, i).any(|n| NAMES.iter().any(|w| n == *w || (w.len() > 8 && n.starts_with(w))))
}

fn names(page: &Page<'_>, i: Id) -> impl Iterator<Item = String> {
    let both = ["id", "class"].into_iter().filter_map(|a| page.doc.attr(i, a));
    let all: Vec<String> = both
        .flat_map(|v| v.split_ascii_whitespace().take(8).map(str::to_ascii_lowercase).collect::<Vec<_>>())
        .collect();
    all.into_iter()
}

fn holds_table(page: &Page<'_>, i: Id) -> bool {
    page.doc.inside(i).take(5_000).any(|n| page.doc.is(n, Tag::Table))
}

/// For each node how many bytes of shown text outside links stand before it.
fn plain_text(page: &Page<'_>) -> Vec<usize> {
    let doc = &page.doc;
    let mut sums = Vec::with_capacity(doc.len() as usize + 1);
    let (mut sum, mut hidden) = (0, 0);
    for i in 0..doc.len() {
        sums.push(sum);
        let node = doc.node(i);
        match node.kind {
            Kind::Element(Tag::A | Tag::Script | Tag::Style | Tag::Select | Tag::Head) => hidden = hidden.max(node.end),
            Kind::Text if i >= hidden => sum += doc.source(i).trim().len(),
            _ => {}
        }
    }
    sums.push(sum);
    sums
}
