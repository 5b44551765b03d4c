//! Lists that show no dates: repeated links with the addresses of items.

use std::collections::BTreeMap;

use super::groups::Group;
use super::rows::{Row, best_link};
use crate::dates::{Found, affixed, pure, url_date};
use crate::dom::{Id, Kind, Tag};
use crate::page::{Link, Page};
use crate::text::strip_tags;

/// A row of the page and the links in it.
type LinkRow<'a> = (Id, Vec<&'a Link>);

/// Groups of links that stand each in an element of its own, side by side.
pub(crate) fn groups(page: &Page<'_>) -> Vec<Group> {
    let mut by_parent: BTreeMap<(Id, u8), Vec<LinkRow<'_>>> = BTreeMap::new();
    for link in page.links.iter().filter(|l| !l.weak) {
        let row = row_of(page, link.node);
        let tag = page.doc.tag(row).map_or(0, |t| t as u8);
        let rows = by_parent.entry((page.doc.node(row).parent, tag)).or_default();
        match rows.last_mut() {
            Some((last, links)) if *last == row => links.push(link),
            _ => rows.push((row, vec![link])),
        }
    }
    by_parent.into_iter().filter_map(|((container, _), rows)| group(page, container, rows)).collect()
}

/// The item of a list, row of a table or paragraph around a link; the link itself where there is none near.
fn row_of(page: &Page<'_>, link: Id) -> Id {
    let mut row = link;
    for p in page.doc.parents(link).take(6) {
        match page.doc.tag(p) {
            Some(Tag::Li | Tag::Tr | Tag::Dd | Tag::Dt | Tag::P) => return p,
            Some(Tag::Ul | Tag::Ol | Tag::Table | Tag::Tbody | Tag::Dl | Tag::Body) | None => break,
            _ if page.naming_links(p) == 1 => row = p,
            _ => break,
        }
    }
    row
}

fn group(page: &Page<'_>, container: Id, rows: Vec<(Id, Vec<&Link>)>) -> Option<Group> {
    let tag = page.doc.tag(rows[0].0);
    let rows: Vec<Row> = rows
        .into_iter()
        .filter(|(_, links)| links.len() <= 4)
        .map(|(node, links)| {
            let link = best_link(page, node, &links);
            let date = commented(page, node)
                .or_else(|| url_date(&link.url, page.today).map(|day| Found { day, yearless: false, at: 0..0 }));
            Row { node, shared: None, title: link.title.clone(), url: link.url.clone(), date }
        })
        .collect();
    let rows = titled(page, rows);
    let shown = rows.iter().filter(|r| r.0).count();
    let rows: Vec<Row> = rows.into_iter().map(|r| r.1).collect();
    let n = rows.len();
    let dated = rows.iter().filter(|r| r.date.is_some()).count();
    let items = rows.iter().filter(|r| item_like(&r.url)).count();
    let letters: usize = rows.iter().map(|r| r.title.chars().count()).sum();
    let weight = if n >= 2 && shown == n {
        1.0
    } else if n > 0 && dated * 2 > n && letters >= n * 6 {
        0.3
    } else if n >= 3 && items * 10 >= n * 8 && letters >= n * 10 {
        0.15
    } else {
        return None;
    };
    // Only the rows that are items: a menu may share the element.
    let rows = rows.into_iter().filter(|r| item_like(&r.url)).collect::<Vec<_>>();
    (!rows.is_empty()).then_some(Group { container, tag, rows, weight })
}

/// Rows with their dates in their titles, and whether they have: a date in a single title is the date of something else.
fn titled(page: &Page<'_>, rows: Vec<Row>) -> Vec<(bool, Row)> {
    let found: Vec<_> = rows.iter().map(|r| affixed(&r.title, page.today)).collect();
    let all = found.iter().all(Option::is_some);
    let rows = rows.into_iter().zip(found);
    rows.map(|(row, found)| match found.filter(|_| all) {
        Some((date, title)) => (true, Row { title, date: Some(date), ..row }),
        None => (false, row),
    })
    .collect()
}

/// A date that a comment inside the row hides: better than none, and never used beside one that is shown.
fn commented(page: &Page<'_>, row: Id) -> Option<Found> {
    let comments = page.doc.inside(row).filter(|&i| page.doc.node(i).kind == Kind::Comment);
    let mut short = comments.take(5).map(|i| page.doc.source(i)).filter(|c| c.len() <= 400);
    short.find_map(|c| pure(&strip_tags(c), page.today))
}

/// The address of an item, not of a column: a page with a number or a long code for a name.
pub(crate) fn item_like(url: &str) -> bool {
    let path = url.split("://").nth(1).and_then(|r| r.find('/').map(|i| &r[i..])).unwrap_or_default();
    let file = path.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    let digits = stem.bytes().filter(u8::is_ascii_digit).count();
    let query_id = path.contains("id=") || path.contains("ID=") || path.contains("Id=");
    let listing = ["index", "list", "default", "node_", "channel"].iter().any(|w| stem.starts_with(w));
    !listing && (digits >= 3 || (stem.len() >= 20 && !stem.contains('%')) || query_id)
}
