//! What a link is called when its own text does not say it, and what it stands under.

use crate::dom::{Id, Kind, Tag};
use crate::page::Page;
use crate::text;

/// Names longer than this are headlines.
pub(super) const LONGEST: usize = 24;

/// So many nodes of an element are looked at for a name; a box has few.
const BOX: usize = 40;

/// Is it a link that leads to the whole list? Links to other pages of a list and to details are not.
pub(super) fn is_more(title: &str) -> bool {
    let core: String = title.chars().filter(|c| c.is_alphanumeric()).collect();
    matches!(core.to_lowercase().as_str(), "" | "更多" | "more" | "查看更多" | "了解更多" | "进入")
}

/// The heading beside a 更多: the first text of the box that the link stands in.
pub(super) fn beside(page: &Page<'_>, link: Id) -> Option<String> {
    let boxes = page.doc.parents(link).take(3).filter(|&p| !matches!(page.doc.tag(p), None | Some(Tag::Body)));
    boxes.filter_map(|p| page.doc.inside(p).take(BOX).take_while(|&i| i < link).find_map(|i| name(page, i))).next()
}

/// The entry of a nested menu that holds this link, or the heading of its box.
pub(super) fn under(page: &Page<'_>, link: Id) -> Option<String> {
    for p in page.doc.parents(link).take(6) {
        let first = match page.doc.tag(p) {
            None | Some(Tag::Body | Tag::Html) => return None,
            // The first text of an item names the item; what is nested in it stands under that name.
            Some(Tag::Li) => page.doc.inside(p).take(BOX).take_while(|&i| i < link).find_map(|i| name(page, i)),
            Some(Tag::Dl) => inner(page, p, link, |t| t == Tag::Dt),
            Some(Tag::Div | Tag::Section | Tag::Td) => inner(page, p, link, Tag::is_heading),
            Some(_) => None,
        };
        if first.is_some() {
            return first;
        }
    }
    None
}

/// The last element of the wanted kind in `p` that ends before `link`.
fn inner(page: &Page<'_>, p: Id, link: Id, wanted: impl Fn(Tag) -> bool) -> Option<String> {
    let before = page.doc.inside(p).take(10 * BOX).take_while(|&i| i < link);
    let heads = before.filter(|&i| page.doc.tag(i).is_some_and(&wanted) && page.doc.node(i).end <= link);
    heads.last().map(|i| page.doc.text(i, 200)).filter(|t| fits(t))
}

/// A text that can be a name.
fn name(page: &Page<'_>, i: Id) -> Option<String> {
    if page.doc.node(i).kind != Kind::Text {
        return None;
    }
    let shown = text::title(page.doc.source(i));
    let core = shown.trim_matches(|c: char| !c.is_alphanumeric());
    (fits(core) && !matches!(core, "更多" | "查看更多" | "首页")).then(|| core.to_owned())
}

fn fits(name: &str) -> bool {
    text::han(name) >= 2 && name.chars().count() <= LONGEST
}
