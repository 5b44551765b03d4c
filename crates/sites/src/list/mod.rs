//! Rows of a list, found by structure alone.

mod entries;
mod groups;
mod labels;
mod rows;
mod undated;

pub(crate) use groups::Group;
pub(crate) use rows::Row;

use crate::page::Page;

/// The main list of a page with its rows; `None` where nothing on it looks like a list of items.
pub(crate) fn main_list<'p>(page: &'p Page<'_>, pager: Option<crate::dom::Id>) -> Option<Group<'p>> {
    let mut found = groups::of(page, rows::dated(page));
    found.extend(undated::groups(page));
    let mut best: Option<(f64, usize)> = None;
    for (i, group) in found.iter().enumerate() {
        let score = groups::score(page, group, pager);
        if score > 0.0 && best.is_none_or(|(s, _)| score > s) {
            best = Some((score, i));
        }
    }
    let Some((_, best)) = best else {
        return few(page).find(|g| pager.is_some_and(|p| groups::near_pager(page, g.container, p)));
    };
    let mut group = found.swap_remove(best);
    groups::lead(page, &mut group, &found);
    Some(entries::completed(page, group))
}

/// One or two links to items that show no date, outside of menus and of lists of something else.
fn few<'p>(page: &'p Page<'_>) -> impl Iterator<Item = Group<'p>> {
    undated::few(page).into_iter().filter(|g| !groups::aside(page, g))
}

/// Is there anything on a page without a list that may be one of its items? Then it is not empty.
pub(crate) fn may_hold_items(page: &Page<'_>) -> bool {
    few(page).next().is_some()
}

pub(crate) use entries::entries;
pub(crate) use undated::item_like;

/// Does a group stand in a footer, a menu or a list of something else?
pub(crate) fn outside_content(page: &Page<'_>, group: &Group<'_>) -> bool {
    groups::aside(page, group)
}

#[cfg(test)]
mod tests;
