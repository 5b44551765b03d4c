//! A list that changed in a way that no list changes by itself.

use model::Reason;

use crate::walk::Walked;

/// What the first page of the channel held at its last good look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Previous {
    /// Rows on the first page.
    pub rows: usize,
    /// Those of them that had a date.
    pub dated: usize,
}

/// What the list holds now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Rows on the first page.
    pub rows: usize,
    /// Those of them that have a date.
    pub dated: usize,
    /// Items on all pages that were read.
    pub total: usize,
}

impl From<&Walked> for Now {
    fn from(walked: &Walked) -> Now {
        Now { rows: walked.first_rows, dated: walked.first_dated, total: walked.entries.len() }
    }
}

/// Why the list of `now` cannot be believed in the light of the one before; `None` where nothing is odd.
///
/// First pages are compared with first pages. A first page that became shorter is explained where the pages behind it
/// make up for it: then the site only shows fewer rows on a page.
#[must_use]
pub fn compare(previous: &Previous, now: impl Into<Now>) -> Option<Reason> {
    let now = now.into();
    if previous.rows > 0 && now.total == 0 {
        return Some(Reason::ItemsGone);
    }
    if previous.dated > 0 && now.dated == 0 {
        return Some(Reason::DatesGone);
    }
    // Of three rows or fewer, one or two removed by hand is ordinary.
    let shrunk = |rows: usize| rows * 2 < previous.rows;
    if previous.rows > 3 && shrunk(now.rows) && shrunk(now.total) {
        return Some(Reason::Shrunk);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(before: (usize, usize), rows: usize, dated: usize, total: usize) -> Option<Reason> {
        compare(&Previous { rows: before.0, dated: before.1 }, Now { rows, dated, total })
    }

    #[test]
    fn lists_that_vanish_lose_their_dates_or_shrink_are_odd() {
        assert_eq!(found((20, 20), 0, 0, 0), Some(Reason::ItemsGone));
        assert_eq!(found((20, 20), 20, 0, 20), Some(Reason::DatesGone));
        assert_eq!(found((20, 20), 9, 9, 9), Some(Reason::Shrunk));
        assert_eq!(found((20, 20), 10, 10, 10), None);
    }

    #[test]
    fn what_was_never_there_cannot_go() {
        assert_eq!(found((0, 0), 0, 0, 0), None);
        assert_eq!(found((20, 0), 20, 0, 20), None);
        assert_eq!(found((3, 3), 1, 1, 1), None);
    }

    #[test]
    fn shorter_pages_of_a_list_as_long_as_before_are_no_shrinking() {
        assert_eq!(found((20, 20), 8, 8, 16), None);
    }
}
