//! Following the pages of one list: a pure state machine.
//!
//! What counts in the end is the [`Coverage`]: every listed item dated on or after `covers_from` was read (COUNTING.md
//! section 1). It is claimed only as far as the order of the list allows.

use std::collections::HashSet;

use model::calendar::shift;
use model::{Coverage, Day, Entry, Outcome, Reason};

use crate::{End, Reading};

/// No list is believed to hold more items than this in one look.
const MAX_ENTRIES: usize = 20_000;

/// Rows on top of a page that may stand there out of order: pinned items.
const MAX_PINNED: usize = 5;

/// What to do after a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Fetch this absolute address and push its reading.
    Fetch(String),
    /// Nothing more to fetch.
    Done,
}

/// All pages of one list taken together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walked {
    /// What came of the look.
    pub outcome: Outcome,
    /// The items, one for each [`Entry::key`], in the order of the list.
    pub entries: Vec<Entry>,
    /// How far back the list is known to be complete; `Nothing` unless the look is good.
    pub covers: Coverage,
    /// The family that read the first page.
    pub adapter: &'static str,
    /// Remarks for the clerk, in Chinese.
    pub notes: Vec<String>,
    /// How many pages were read.
    pub pages: usize,
    /// Rows on the first page, for [`crate::drift`].
    pub first_rows: usize,
    /// Rows on the first page that have a date, for [`crate::drift`].
    pub first_dated: usize,
}

/// How the reading of the list came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// The last page was read.
    Reached,
    /// There is more, or it cannot be told.
    Open,
    /// A page failed.
    Broken,
}

/// The pages of one list, as far as they have come in.
#[derive(Debug)]
pub struct Walk {
    horizon: Day,
    max_pages: usize,
    seen_urls: HashSet<String>,
    seen_keys: HashSet<String>,
    entries: Vec<Entry>,
    order: Order,
    first: Option<(Outcome, &'static str, usize, usize)>,
    notes: Vec<String>,
    pages: usize,
    stop: Stop,
    zone_unknown: bool,
}

impl Walk {
    /// A walk that goes back to `horizon` (an item older than it ends the walk) over at most `max_pages` pages.
    #[must_use]
    pub fn new(horizon: Day, max_pages: usize) -> Walk {
        Walk {
            horizon,
            max_pages: max_pages.max(1),
            seen_urls: HashSet::new(),
            seen_keys: HashSet::new(),
            entries: Vec::new(),
            order: Order::default(),
            first: None,
            notes: Vec::new(),
            pages: 0,
            stop: Stop::Open,
            zone_unknown: false,
        }
    }

    /// Takes in the reading of the page at `page_url`, and says what to fetch next.
    pub fn push(&mut self, page_url: &str, reading: Reading) -> Step {
        self.seen_urls.insert(address(page_url));
        if self.first.is_none() {
            return self.push_first(page_url, reading);
        }
        if !reading.outcome.is_good() {
            self.page_failed(reading.outcome.reason().unwrap_or(Reason::PagingBroken));
            return Step::Done;
        }
        self.note(reading.notes);
        let rows = reading.entries.len();
        let new = self.take(reading.entries);
        self.pages += 1;
        if rows == 0 {
            // An empty page after full ones may be the end or a fault of the site: nothing is claimed from it.
            self.note(vec!["翻到一个没有信息的页面，停止翻页".to_owned()]);
            self.stop = Stop::Open;
            return Step::Done;
        }
        if new == 0 {
            self.note(vec!["翻页后内容重复，停止翻页".to_owned()]);
            self.stop = Stop::Open;
            return Step::Done;
        }
        self.go_on(page_url, reading.end)
    }

    /// The page that [`Step::Fetch`] asked for could not be fetched.
    pub fn page_failed(&mut self, reason: Reason) {
        if self.first.is_none() {
            self.first = Some((Outcome::Failed(reason), "none", 0, 0));
        } else {
            self.note(vec![format!("第{}页读取失败（{}），列表只读到一部分", self.pages + 1, reason.text())]);
        }
        self.stop = Stop::Broken;
    }

    /// What is known of the list now.
    #[must_use]
    pub fn finish(self) -> Walked {
        let (first, adapter, first_rows, first_dated) =
            self.first.unwrap_or((Outcome::Failed(Reason::Interrupted), "none", 0, 0));
        let since = self.order.since();
        let (outcome, covers) = match (first.is_good(), self.stop, since) {
            (false, _, _) => (first, Coverage::Nothing),
            (true, _, _) if self.zone_unknown => (Outcome::Read, Coverage::Nothing),
            (true, Stop::Reached, _) => (Outcome::Read, Coverage::Everything),
            (true, _, Some(day)) => (Outcome::Read, Coverage::Since(day)),
            (true, Stop::Broken, None) => (Outcome::Suspect(Reason::PagingBroken), Coverage::Nothing),
            (true, Stop::Open, None) => (Outcome::Read, Coverage::Nothing),
        };
        let mut notes = self.notes;
        if outcome == Outcome::Read && covers == Coverage::Nothing && !self.zone_unknown {
            notes.push("列表未读到末页，又不按日期排列，不能证明没有遗漏".to_owned());
        }
        let entries = self.entries;
        Walked { outcome, entries, covers, adapter, notes, pages: self.pages, first_rows, first_dated }
    }

    fn push_first(&mut self, page_url: &str, reading: Reading) -> Step {
        let rows = reading.entries.len();
        let dated = reading.entries.iter().filter(|e| e.date.is_some()).count();
        self.first = Some((reading.outcome, reading.adapter, rows, dated));
        self.pages = 1;
        self.zone_unknown = reading.zone_unknown;
        self.order.unpinned = reading.adapter == "feed";
        self.note(reading.notes);
        self.take(reading.entries);
        if !reading.outcome.is_good() {
            return Step::Done;
        }
        self.go_on(page_url, reading.end)
    }

    fn go_on(&mut self, page_url: &str, end: End) -> Step {
        let next = match end {
            End::Reached => {
                self.stop = Stop::Reached;
                return Step::Done;
            }
            End::Unknown | End::Moved(_) => return Step::Done,
            End::Next(next) => next,
        };
        if self.order.since().is_some_and(|since| since <= self.horizon) {
            return Step::Done;
        }
        if self.pages >= self.max_pages || self.entries.len() >= MAX_ENTRIES {
            self.note(vec![format!("已读{}页，达到翻页上限", self.pages)]);
            return Step::Done;
        }
        if host(&next) != host(page_url) {
            // The rows of another site are not this column's.
            self.note(vec!["翻页链接指向其他网站，停止翻页".to_owned()]);
            return Step::Done;
        }
        if !self.seen_urls.insert(address(&next)) {
            self.note(vec!["翻页链接成环，停止翻页".to_owned()]);
            return Step::Done;
        }
        Step::Fetch(next)
    }

    /// Adds the rows of one page; how many of them are new.
    fn take(&mut self, rows: Vec<Entry>) -> usize {
        // Rows seen before (pinned on every page, or pushed down by a newer one) say nothing of the order.
        let fresh: Vec<Entry> = rows.into_iter().filter(|e| self.seen_keys.insert(e.key())).collect();
        self.order.page(&fresh);
        let new = fresh.len();
        self.entries.extend(fresh);
        new
    }

    fn note(&mut self, notes: Vec<String>) {
        for note in notes {
            if self.notes.len() < 50 && !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }
}

fn host(url: &str) -> Option<String> {
    url::Url::parse(url).ok()?.host_str().map(str::to_owned)
}

fn address(url: &str) -> String {
    url.split('#').next().unwrap_or_default().to_owned()
}

/// What the order of the rows allows to be claimed about the rows that were not read.
#[derive(Debug, Default)]
struct Order {
    rows: usize,
    undated: usize,
    /// The date of the last dated row.
    last: Option<Day>,
    /// A row stands below an older one.
    broken: bool,
    /// Feeds have no pinned rows.
    unpinned: bool,
}

impl Order {
    fn page(&mut self, rows: &[Entry]) {
        let dates: Vec<Day> = rows.iter().filter_map(|e| e.date).collect();
        self.rows += rows.len();
        self.undated += rows.len() - dates.len();
        let dates = &dates[pinned(&dates)..];
        for &date in dates {
            self.broken |= self.last.is_some_and(|last| date > last);
            self.last = Some(date);
        }
    }

    /// Items dated on or after this day were all read: those below the last row are not newer than it, but there may be
    /// more of the same day.
    fn since(&self) -> Option<Day> {
        // Of fewer rows than may be pinned nothing follows: what stands below them may be newer.
        let enough = self.unpinned || self.rows - self.undated > MAX_PINNED;
        let believable = !self.broken && enough && self.undated * 5 <= self.rows;
        self.last.filter(|_| believable).map(|last| shift(last, 1))
    }
}

/// How many rows on top are pinned: the fewest after which the dates fall, where that leaves most of the page.
fn pinned(dates: &[Day]) -> usize {
    let sorted_from = (1..dates.len()).rev().find(|&i| dates[i] > dates[i - 1]).unwrap_or(0);
    if sorted_from <= MAX_PINNED && dates.len() >= 2 * sorted_from + 2 { sorted_from } else { 0 }
}

#[cfg(test)]
mod tests;
