//! From rows to entries.

use std::borrow::Cow;

use chrono::Datelike;
use model::{DateFrom, Day, Entry};

use super::groups::Group;
use super::rows::{Row, best_link};
use super::undated::item_like;
use crate::dates;
use crate::dom::{Id, Tag};
use crate::page::{Link, Page};

/// The group with those rows of its list added that show no date: 19 good rows and one bad date are 20 rows, and one of each
/// are two.
pub(crate) fn completed<'p>(page: &'p Page<'_>, mut group: Group<'p>) -> Group<'p> {
    let Some((container, tag)) = home(page, &group) else { return group };
    let mut known: Vec<u32> = group.rows.iter().map(|r| r.node).collect();
    known.sort_unstable();
    let (first, last) = (known[0], known[known.len() - 1]);
    let mut missing = Vec::new();
    for child in page.doc.children(container) {
        let end = page.doc.node(child).end;
        let at = known.partition_point(|n| *n < child);
        let has_row = known.get(at).is_some_and(|n| *n < end);
        if has_row || page.doc.tag(child) != Some(tag) || end <= first.min(child) {
            continue;
        }
        // Before the first and behind the last dated row only what is surely an item.
        let links: Vec<&Link<'_>> = page.links_in(child).iter().filter(|l| !l.weak && item_like(&l.url)).collect();
        let alone = links.iter().all(|l| l.url == links[0].url);
        if links.is_empty() || !alone || links[0].title.chars().count() < 4 || (child > last && end < first) {
            continue;
        }
        let link = best_link(page, child, &links);
        let title = Cow::Borrowed(&*link.title);
        missing.push(Row { node: child, shared: None, title, url: &link.url, date: None });
    }
    group.rows.extend(missing);
    group.rows.sort_by_key(|r| r.node);
    group
}

/// The element that holds the rows, and their tag. That of a lone row is known only where it is marked up as a row, for the
/// group around it may be the whole page.
fn home(page: &Page<'_>, group: &Group<'_>) -> Option<(Id, Tag)> {
    let [row] = group.rows.as_slice() else { return Some((group.container, group.tag?)) };
    if row.shared.is_some() {
        return None;
    }
    let own = std::iter::once(row.node).chain(page.doc.parents(row.node).take(3));
    let marked = own.filter_map(|id| Some((id, page.doc.tag(id)?)));
    let (id, tag) = marked.into_iter().find(|(_, tag)| matches!(tag, Tag::Li | Tag::Tr | Tag::Dd))?;
    Some((page.doc.node(id).parent, tag))
}

/// The entries of a list, in its order.
pub(crate) fn entries(page: &Page<'_>, group: &Group<'_>) -> Vec<Entry> {
    let from = if group.weight < 1.0 { DateFrom::Url } else { DateFrom::List };
    let rows: Vec<&Row<'_>> = group.rows.iter().filter(|r| !r.title.is_empty()).collect();
    let mut entries: Vec<Entry> = rows.iter().map(|row| entry(page, row, from)).collect();
    let guessed = |(row, entry): (&&Row<'_>, &Entry)| {
        row.date.as_ref().is_some_and(|f| f.yearless) && dates::url_date(&entry.url, page.today).is_none()
    };
    if rows.iter().zip(&entries).all(guessed) {
        turn_years(&mut entries);
    }
    entries
}

/// Rows above which pinned ones may stand.
const MAX_PINNED: usize = 5;

/// A list without years that falls, jumps up by months and falls again goes back over the turn of a year: the rows below
/// the jump are a year older. Where anything else rises the list has no such order, and its dates stay.
fn turn_years(entries: &mut [Entry]) {
    let days: Vec<Day> = entries.iter().filter_map(|e| e.date).collect();
    let rises = || (1..days.len()).filter(|&i| days[i] > days[i - 1]);
    let months = |i: usize| (days[i] - days[i - 1]).num_days() >= 60;
    let few = rises().count() * 3 <= days.len();
    if days.len() != entries.len() || !few || !rises().all(|i| months(i) && i > MAX_PINNED.min(days.len() / 3)) {
        return;
    }
    let mut back = 0;
    for (i, entry) in entries.iter_mut().enumerate() {
        if i > 0 && days[i] > days[i - 1] {
            back += 1;
        }
        entry.date = entry.date.map(|d| d.with_year(d.year() - back).unwrap_or(d));
    }
}

fn entry(page: &Page<'_>, row: &Row<'_>, from: DateFrom) -> Entry {
    let (title, url) = (row.title.to_string(), row.url.to_owned());
    let shown = row.date.as_ref().map(|f| {
        let day = if f.yearless { dates::fit_year(f.day, &url, page.today) } else { f.day };
        (day, from)
    });
    let dated = shown.or_else(|| dates::url_date(&url, page.today).map(|d| (d, DateFrom::Url)));
    Entry { title, url, date: dated.map(|d| d.0), date_from: dated.map(|d| d.1), source: None }
}
