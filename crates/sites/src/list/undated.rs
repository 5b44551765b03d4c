//! Lists that show no dates: repeated links with the addresses of items.

use std::borrow::Cow;

use super::groups::Group;
use super::rows::{Row, best_link};
use crate::dates::{Found, affixed, pure, url_date};
use crate::dom::{Id, Kind, Tag};
use crate::page::{Link, Page};
use crate::text::strip_tags;

/// A link, the row of the page that it stands in, and what tells the group of that row.
struct Placed<'p, 't> {
    group: (Id, u8),
    row: Id,
    link: &'p Link<'t>,
}

/// Groups of links that stand each in an element of its own, side by side.
pub(crate) fn groups<'p>(page: &'p Page<'_>) -> Vec<Group<'p>> {
    placed(page).chunk_by(|a, b| a.group == b.group).filter_map(|links| group(page, links)).collect()
}

/// Groups of one or two such links, which show no date and are too few to be taken for a list by themselves: they count only
/// where the page shows nothing else.
pub(crate) fn few<'p>(page: &'p Page<'_>) -> Vec<Group<'p>> {
    let few = |links: &[Placed<'p, '_>]| {
        let rows: Vec<Row<'p>> = rows(page, links).into_iter().filter(|r| item_like(r.url)).collect();
        let long = rows.iter().all(|r| r.title.chars().count() >= 10);
        let container = links[0].group.0;
        let tag = page.doc.tag(links[0].row);
        (matches!(rows.len(), 1 | 2) && long).then_some(Group { container, tag, rows, weight: 0.15 })
    };
    placed(page).chunk_by(|a, b| a.group == b.group).filter_map(few).collect()
}

fn placed<'p, 't>(page: &'p Page<'t>) -> Vec<Placed<'p, 't>> {
    let place = |(i, link): (usize, &'p Link<'t>)| {
        let row = row_of(page, i, link.node);
        let tag = page.doc.tag(row).map_or(0, |t| t as u8);
        Placed { group: (page.doc.node(row).parent, tag), row, link }
    };
    let mut placed: Vec<_> = page.links().iter().enumerate().filter(|(_, l)| !l.weak).map(place).collect();
    placed.sort_by_key(|p| p.group);
    placed
}

/// The item of a list, row of a table or paragraph around a link; the link itself where there is none near.
fn row_of(page: &Page<'_>, link: usize, node: Id) -> Id {
    let mut row = node;
    for p in page.doc.parents(node).take(6) {
        match page.doc.tag(p) {
            Some(Tag::Li | Tag::Tr | Tag::Dd | Tag::Dt | Tag::P) => return p,
            Some(Tag::Ul | Tag::Ol | Tag::Table | Tag::Tbody | Tag::Dl | Tag::Body) | None => break,
            _ if page.names_alone(p, link) => row = p,
            _ => break,
        }
    }
    row
}

fn rows<'p>(page: &'p Page<'_>, placed: &[Placed<'p, '_>]) -> Vec<Row<'p>> {
    placed
        .chunk_by(|a, b| a.row == b.row)
        .filter(|links| links.len() <= 4)
        .map(|links| {
            let node = links[0].row;
            let link = match links {
                [only] => only.link,
                several => best_link(page, node, &several.iter().map(|p| p.link).collect::<Vec<_>>()),
            };
            let date = commented(page, node)
                .or_else(|| url_date(&link.url, page.today).map(|day| Found { day, yearless: false, at: 0..0 }));
            Row { node, shared: None, title: Cow::Borrowed(&*link.title), url: &link.url, date }
        })
        .collect()
}

fn group<'p>(page: &'p Page<'_>, placed: &[Placed<'p, '_>]) -> Option<Group<'p>> {
    let tag = page.doc.tag(placed[0].row);
    let (shown, rows) = titled(page, rows(page, placed));
    let n = rows.len();
    let dated = rows.iter().filter(|r| r.date.is_some()).count();
    let items = rows.iter().filter(|r| item_like(r.url)).count();
    let letters: usize = rows.iter().map(|r| r.title.chars().count()).sum();
    let weight = if n >= 2 && shown {
        1.0
    } else if n > 0 && dated * 2 > n && letters >= n * 6 {
        0.3
    } else if n >= 3 && items * 10 >= n * 8 && letters >= n * 10 {
        0.15
    } else {
        return None;
    };
    // Only the rows that are items: a menu may share the element.
    let rows = rows.into_iter().filter(|r| item_like(r.url)).collect::<Vec<_>>();
    let container = placed[0].group.0;
    (!rows.is_empty()).then_some(Group { container, tag, rows, weight })
}

/// Rows with their dates in their titles, and whether they have: a date in a single title is the date of something else.
fn titled<'p>(page: &Page<'_>, rows: Vec<Row<'p>>) -> (bool, Vec<Row<'p>>) {
    let found: Option<Vec<_>> = rows.iter().map(|r| affixed(&r.title, page.today)).collect();
    let Some(found) = found else { return (false, rows) };
    let with = |(row, (date, title))| Row { title: Cow::Owned(title), date: Some(date), ..row };
    (true, rows.into_iter().zip(found).map(with).collect())
}

/// A date that a comment inside the row hides: better than none, and never used beside one that is shown.
fn commented(page: &Page<'_>, row: Id) -> Option<Found> {
    let comments = page.doc.inside(row).filter(|&i| page.doc.node(i).kind == Kind::Comment);
    let mut short = comments.take(5).map(|i| page.doc.source(i)).filter(|c| c.len() <= 400);
    short.find_map(|c| pure(&strip_tags(c), page.today))
}

/// The address of an item, not of a column: a page with a number or a long code for a name.
pub(crate) fn item_like(url: &str) -> bool {
    let path = path(url);
    let file = &path[..path.find(['?', '#']).unwrap_or(path.len())];
    let file = &file[file.rfind('/').map_or(0, |i| i + 1)..];
    let stem = &file[..file.find('.').unwrap_or(file.len())];
    let digits = stem.bytes().filter(u8::is_ascii_digit).count();
    let id = |at: usize| matches!(&path.as_bytes()[..at], [.., b'i' | b'I', b'd'] | [.., b'I', b'D']);
    let query_id = memchr::memchr_iter(b'=', path.as_bytes()).any(id);
    let listing = ["index", "list", "default", "node_", "channel"].iter().any(|w| stem.starts_with(w));
    !listing && (digits >= 3 || (stem.len() >= 20 && !stem.contains('%')) || query_id)
}

/// What follows the host, up to an address inside the address.
fn path(url: &str) -> &str {
    let marks =
        |text: &str| memchr::memchr_iter(b':', text.as_bytes()).find(|&at| text.as_bytes()[at..].starts_with(b"://"));
    let Some(rest) = marks(url).map(|at| &url[at + 3..]) else { return "" };
    let rest = &rest[..marks(rest).unwrap_or(rest.len())];
    rest.find('/').map_or("", |at| &rest[at..])
}
