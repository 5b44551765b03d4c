//! A list that changed in a way that no list changes by itself.

use model::{Coverage, Reason};

use crate::walk::Walked;

/// What the first page of the channel held at its last good look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Previous {
    /// Rows on the first page.
    pub rows: usize,
    /// Those of them that had a date.
    pub dated: usize,
}

/// What the first page holds now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Rows on the first page.
    pub rows: usize,
    /// Those of them that have a date.
    pub dated: usize,
    /// The end of the list was reached, so a short page is a short list and not a page that was cut off.
    pub whole: bool,
}

impl From<&Walked> for Now {
    fn from(walked: &Walked) -> Now {
        Now { rows: walked.first_rows, dated: walked.first_dated, whole: walked.covers == Coverage::Everything }
    }
}

/// Why the list of `now` cannot be believed in the light of the one before; `None` where nothing is odd.
///
/// First pages are compared with first pages. A list that is whole may still have shrunk: that a person should look at
/// items that vanish is the point.
#[must_use]
pub fn compare(previous: &Previous, now: impl Into<Now>) -> Option<Reason> {
    let now = now.into();
    if previous.rows > 0 && now.rows == 0 {
        return Some(Reason::ItemsGone);
    }
    if previous.dated > 0 && now.dated == 0 {
        return Some(Reason::DatesGone);
    }
    // Of three rows or fewer, one or two removed by hand is ordinary.
    if previous.rows > 3 && now.rows * 2 < previous.rows {
        return Some(Reason::Shrunk);
    }
    None
}
