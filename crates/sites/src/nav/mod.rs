//! What a page offers to somebody who looks for columns: its links with their names, where it says it stands, and the
//! national tags. For proposals to a person, never for a judgement.

mod names;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use crate::dom::{Id, Kind, Tag};
use crate::page::Page;
use crate::{Input, charset, text};

/// No page is believed to name more links than this.
const MAX_LINKS: usize = 600;

/// No page is believed to name more interfaces than this.
const MAX_APIS: usize = 4;

/// A link that may lead to a column or a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavLink {
    /// What the page calls it: its text, or the heading beside a 更多.
    pub name: String,
    /// Absolute, without fragment.
    pub url: String,
    /// The entry of the menu under which it stands, where menus are nested.
    pub under: Option<String>,
}

/// What a page offers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Nav {
    /// The title up to its first separator.
    pub title: Option<String>,
    /// `SiteName`.
    pub site: Option<String>,
    /// `ColumnName`.
    pub column: Option<String>,
    /// `ColumnType`.
    pub column_type: Option<String>,
    /// It is the page of one item: it has an `ArticleTitle`.
    pub article: bool,
    /// The entries of 当前位置 that are links.
    pub crumbs: Vec<NavLink>,
    /// In the order of the page, each address once.
    pub links: Vec<NavLink>,
    /// Addresses in `data-` attributes, from which a script of the browser would fetch the rows.
    pub apis: Vec<String>,
}

/// Reads what a page offers; `None` for what is no HTML page.
#[must_use]
pub fn nav(input: &Input<'_>) -> Option<Nav> {
    let body = charset::decode(input.bytes, input.content_type)?;
    if !body.trim_start_matches(text::is_blank).starts_with('<') || crate::feed::is_xml_feed(body.trim_start()) {
        return None;
    }
    let page = Page::new(&body, input.url, input.today);
    let meta = tags(&page);
    let named = |name: &str| meta.get(name).filter(|v| !v.is_empty()).cloned();
    Some(Nav {
        title: title(&page),
        site: named("sitename"),
        column: named("columnname"),
        column_type: named("columntype"),
        article: meta.contains_key("articletitle"),
        crumbs: crumbs(&page),
        links: links(&page),
        apis: apis(&page),
    })
}

/// The national tags by their lower-case names.
fn tags(page: &Page<'_>) -> BTreeMap<String, String> {
    let tag = |m: Id| {
        let name = page.doc.attr(m, "name")?.trim().to_ascii_lowercase();
        let value = text::title(&page.doc.attr(m, "content")?);
        Some((name, text::cut(value, names::LONGEST)))
    };
    page.doc.all(Tag::Meta).take(200).filter_map(tag).collect()
}

fn title(page: &Page<'_>) -> Option<String> {
    let title = page.doc.all(Tag::Title).next()?;
    let whole = text::title(&page.doc.text(title, 300));
    let first = whole.split(['_', '-', '|', '－', '—', '·']).map(str::trim).find(|p| !p.is_empty())?;
    (first.chars().count() <= names::LONGEST).then(|| first.to_owned())
}

/// The address without its fragment: two places of one page are one page.
fn whole_page(url: &str) -> String {
    url.split('#').next().unwrap_or_default().to_owned()
}

fn links(page: &Page<'_>) -> Vec<NavLink> {
    let mut found: Vec<NavLink> = Vec::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    // Named links first: a 更多 beside them leads to the same address and adds nothing.
    for weak in [false, true] {
        for link in page.links().iter().filter(|l| l.weak == weak && !l.url.is_empty()) {
            let url = whole_page(&link.url);
            if found.len() >= MAX_LINKS || seen.contains(&url) {
                continue;
            }
            if weak && !names::is_more(&link.title) {
                continue;
            }
            let name = if weak { names::beside(page, link.node) } else { Some(link.title.to_string()) };
            let Some(name) = name.filter(|n| n.chars().count() <= names::LONGEST) else { continue };
            seen.insert(url.clone());
            found.push(NavLink { name, url, under: names::under(page, link.node) });
        }
    }
    found
}

fn crumbs(page: &Page<'_>) -> Vec<NavLink> {
    const WORDS: [&str; 6] = ["当前位置", "所在位置", "当前所在", "您的位置", "您现在的位置", "现在位置"];
    let says = |&i: &Id| {
        page.doc.node(i).kind == Kind::Text
            && page.doc.source(i).len() < 200
            && text::has_any(page.doc.source(i), &WORDS)
    };
    let Some(at) = (1..page.doc.len()).find(says) else { return Vec::new() };
    // The links stand beside the words, or one element further out.
    let near = page.doc.parents(at).take(3).map(|p| page.links_in(p)).find(|l| !l.is_empty()).unwrap_or_default();
    near.iter()
        .take(8)
        .filter(|l| !l.url.is_empty())
        .map(|l| NavLink { name: text::cut(l.title.to_string(), names::LONGEST), url: whole_page(&l.url), under: None })
        .collect()
}

fn apis(page: &Page<'_>) -> Vec<String> {
    let mut out = Vec::new();
    for i in 1..page.doc.len() {
        let wanted = page.doc.tag(i).is_some_and(|t| !matches!(t, Tag::Img | Tag::Iframe | Tag::Script | Tag::A));
        if !wanted {
            continue;
        }
        for (name, value) in page.doc.attrs(i) {
            let name = name.to_ascii_lowercase();
            let says = name.strip_prefix("data-").is_some_and(|n| text::has_any(n, &["api", "url", "src", "json"]));
            if !says || !value.contains('/') {
                continue;
            }
            let url = page.link(&crate::dom::decode_entities(value)).map(|u| whole_page(&u));
            if let Some(url) = url.filter(|u| !out.contains(u)) {
                out.push(url);
            }
            if out.len() >= MAX_APIS {
                return out;
            }
        }
    }
    out
}
