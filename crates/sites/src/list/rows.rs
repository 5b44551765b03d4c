//! From dates to rows: the smallest part of the page that holds a date and a link is a row.

use std::borrow::Cow;

use super::labels::{self, Label};
use crate::dates::{self, Found};
use crate::dom::{Id, Tag};
use crate::page::{Dated, Link, Page};

/// A row holds no more links than this; what holds more is a part of the page.
const MAX_LINKS: usize = 12;

/// One row of a list.
#[derive(Debug, Clone)]
pub(crate) struct Row<'p> {
    /// The element that is the row; for rows that share an element, the node at which each begins.
    pub(crate) node: Id,
    /// The element that rows without an element of their own share.
    pub(crate) shared: Option<Id>,
    pub(crate) title: Cow<'p, str>,
    pub(crate) url: &'p str,
    pub(crate) date: Option<Found>,
}

/// The rows of the page that show a date, in order.
pub(crate) fn dated<'p>(page: &'p Page<'_>) -> Vec<Row<'p>> {
    let mut rows = Vec::new();
    let mut i = 0;
    while i < page.dates().len() {
        let Some(home) = home(page, &page.dates()[i]) else {
            i += 1;
            continue;
        };
        let dates = page.dates_in(home);
        let after = page.dates().partition_point(|d| d.node < page.doc.node(home).end).max(i + 1);
        rows_of(page, home, dates, &mut rows);
        i = after;
    }
    rows
}

/// The smallest element around a date with a link that names an item.
fn home(page: &Page<'_>, date: &Dated) -> Option<Id> {
    let mut weak = None;
    for p in page.doc.parents(date.node) {
        if matches!(page.doc.tag(p), Some(Tag::Body | Tag::Html)) || p == 0 {
            break;
        }
        let links = page.links_in(p);
        if page.naming_links(p) > 0 {
            // Far away from the date a link is the link of something else.
            return match weak {
                Some(w) if links.len() > MAX_LINKS => Some(w),
                _ => Some(p),
            };
        }
        let row_like = matches!(page.doc.tag(p), Some(Tag::Tr | Tag::Li | Tag::Dl | Tag::Div | Tag::P));
        if weak.is_none() && (1..=MAX_LINKS).contains(&links.len()) && row_like && plain_title(page, p).is_some() {
            weak = Some(p);
        }
    }
    weak
}

/// The text of a row whose link says only 查看: the longest text that is no date.
fn plain_title(page: &Page<'_>, row: Id) -> Option<String> {
    page.doc
        .inside(row)
        .take(300)
        .filter(|&i| page.doc.node(i).kind == crate::dom::Kind::Text)
        .filter(|&i| page.dates_in(i).is_empty())
        .map(|i| page.doc.text(i, 2_000))
        .filter(|t| t.chars().count() >= 6)
        .max_by_key(|t| t.chars().count())
        .map(|t| crate::text::title(&t))
}

fn rows_of<'p>(page: &'p Page<'_>, home: Id, dates: &[Dated], out: &mut Vec<Row<'p>>) {
    let links = page.links_in(home);
    let strong: Vec<&Link<'_>> = links.iter().filter(|l| !l.weak).collect();
    let one_item = strong.iter().all(|l| l.url == strong[0].url && !l.url.is_empty()) || strong.len() == 1;
    if strong.is_empty() {
        let title = plain_title(page, home).unwrap_or_default();
        let url = links.iter().map(|l| l.url.as_str()).find(|u| !u.is_empty()).unwrap_or_default();
        out.push(Row { node: home, shared: None, title: Cow::Owned(title), url, date: choose(page, home, dates) });
    } else if dates.len() == 1 || one_item {
        if links.len() <= MAX_LINKS {
            let best = best_link(page, home, &strong);
            out.push(row(page, home, None, best, choose(page, home, dates)));
        }
    } else {
        flat(page, home, dates, &strong, out);
    }
}

fn row<'p>(page: &'p Page<'_>, node: Id, shared: Option<Id>, link: &'p Link<'_>, date: Option<Found>) -> Row<'p> {
    let mut title = Cow::Borrowed(&*link.title);
    if let Some((_, bare)) = dates::affixed(&title, page.today) {
        title = Cow::Owned(bare);
    }
    // The date may stand inside the link, behind or before the title.
    if let Some(d) = page.dates_in(link.node).iter().find(|d| d.in_link) {
        let shown = page.doc.text(d.node, 100);
        let bare = title.strip_suffix(shown.as_str()).or_else(|| title.strip_prefix(shown.as_str()));
        if let Some(bare) = bare.map(str::trim).filter(|b| !b.is_empty()) {
            title = Cow::Owned(bare.to_owned());
        }
    }
    Row { node, shared, title, url: &link.url, date }
}

/// Links and dates one after the other in one element: paired by which comes first.
fn flat<'p>(page: &'p Page<'_>, home: Id, dates: &[Dated], links: &[&'p Link<'_>], out: &mut Vec<Row<'p>>) {
    let date_first = links.first().is_some_and(|l| dates[0].node < l.node);
    let mut at = 0;
    for (i, date) in dates.iter().enumerate() {
        let upto = if date_first { dates.get(i + 1).map_or(Id::MAX, |d| d.node) } else { date.node };
        // A link around its own date begins before it.
        let to = at + links[at..].partition_point(|l| l.node < upto);
        let mine = &links[at..to];
        at = to;
        if mine.is_empty() || mine.len() > MAX_LINKS {
            continue;
        }
        let best = best_link(page, home, mine);
        let node = if date_first { date.node } else { mine[0].node };
        out.push(row(page, node, Some(home), best, Some(date.found.clone())));
    }
}

/// The date of publication among the dates of one row: the one that says so, none that says otherwise; dates in a title
/// do not count, the latest of the others does.
fn choose(page: &Page<'_>, row: Id, dates: &[Dated]) -> Option<Found> {
    if let [only] = dates {
        return Some(only.found.clone());
    }
    let said: Vec<(Label, &Dated)> = dates.iter().take(12).map(|d| (labels::of(page, row, d), d)).collect();
    let best = said.iter().map(|(l, _)| *l).max();
    let dates = || said.iter().filter(|(l, _)| Some(*l) == best).map(|(_, d)| *d);
    let beside = dates().filter(|d| !d.in_link).map(|d| &d.found);
    let mut within = dates().filter(|d| d.in_link).map(|d| &d.found);
    let past = |f: &&Found| f.day <= page.today;
    beside.clone().filter(past).max_by_key(|f| f.day).or(beside.max_by_key(|f| f.day)).or(within.next_back()).cloned()
}

/// The link that names the item: in a heading, with a title, long; the first of equals.
pub(crate) fn best_link<'l, 't>(page: &Page<'_>, row: Id, links: &[&'l Link<'t>]) -> &'l Link<'t> {
    if let [only] = links {
        return only;
    }
    let mut best = (usize::MIN, links[0]);
    for link in links {
        let len = link.title.chars().count();
        let heading = page
            .doc
            .parents(link.node)
            .take_while(|&p| p != row && p != 0)
            .any(|p| page.doc.tag(p).is_some_and(Tag::is_heading));
        let bracketed =
            link.title.starts_with(['[', '【', '［', '〔']) && link.title.ends_with([']', '】', '］', '〕']);
        let worth = if bracketed { 1 } else { len.min(30) + if heading { 40 } else { 2 } };
        if worth > best.0 {
            best = (worth, link);
        }
    }
    best.1
}
