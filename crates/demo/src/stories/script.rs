//! The tools that the stories are written with.

use model::calendar::shift;
use model::{ChannelId, Day, DayRange, DeclaredEmpty, Waiver};

use super::Story;
use crate::clock::{Stamp, stamp};
use crate::column::{Column, Fault, FaultKind, Office, Post};

/// A day that no plan reaches: 「until further notice」.
pub(crate) const FOR_EVER: i64 = 4000;

/// The district while its script is being written.
pub(crate) struct Script<'a> {
    /// Day 0.
    pub(crate) first: Day,
    /// The units.
    pub(crate) offices: &'a mut Vec<Office>,
    /// Their columns.
    pub(crate) columns: &'a mut Vec<Column>,
    /// What has been told so far.
    pub(crate) stories: Vec<Story>,
    /// Waivers to be recorded beforehand.
    pub(crate) waivers: Vec<Waiver>,
    /// Statements to be recorded beforehand.
    pub(crate) empties: Vec<DeclaredEmpty>,
}

impl Script<'_> {
    /// The day `n` days after the first.
    pub(crate) fn day(&self, n: i64) -> Day {
        shift(self.first, n)
    }

    /// Days from `a` to `b`.
    pub(crate) fn days(&self, a: i64, b: i64) -> DayRange {
        DayRange { first: self.day(a), last: self.day(b) }
    }

    /// Notes the story for the listing.
    pub(crate) fn tell(&mut self, name: &'static str, place: &'static str, sentence: &'static str) {
        self.stories.push(Story { name, sentence, place });
    }

    /// The column of that id, which the cast holds (a test plays the whole script).
    pub(crate) fn column(&mut self, id: &str) -> &mut Column {
        #[allow(clippy::expect_used, reason = "ids in the script are constants, and a test plays it all")]
        self.columns.iter_mut().find(|c| c.id.as_str() == id).expect("a column of the cast")
    }

    /// Removes what was published in `id` on days `a` to `b`.
    pub(crate) fn clear(&mut self, id: &str, a: i64, b: i64) {
        let days = self.days(a, b);
        self.column(id).posts.retain(|p| !days.contains(p.shown_from.date()));
    }

    /// Between the first and the last of `days`, exactly those days have an item, at ten in the morning.
    pub(crate) fn only(&mut self, id: &str, days: &[i64]) {
        let (Some(&a), Some(&b)) = (days.iter().min(), days.iter().max()) else { return };
        self.clear(id, a, b);
        for &n in days {
            self.publish(id, n, 10, 0);
        }
    }

    /// An honest item on day `n`.
    pub(crate) fn publish(&mut self, id: &str, n: i64, hour: u32, minute: u32) {
        let at = self.at(n, hour, minute);
        self.column(id).posts.push(Post::honest(at));
    }

    /// The item that was published on day `n`.
    pub(crate) fn post(&mut self, id: &str, n: i64) -> &mut Post {
        let day = self.day(n);
        #[allow(clippy::expect_used, reason = "the script has just published it")]
        self.column(id).posts.iter_mut().find(|p| p.shown_from.date() == day).expect("an item of that day")
    }

    /// Day `n` at an hour and minute.
    pub(crate) fn at(&self, n: i64, hour: u32, minute: u32) -> Stamp {
        stamp(self.day(n), hour, minute)
    }

    /// `id` is out of order on days `a` to `b`.
    pub(crate) fn fault(&mut self, id: &str, a: i64, b: i64, kind: FaultKind) {
        let fault = Fault::days(self.day(a), self.day(b), kind);
        self.column(id).faults.push(fault);
    }

    /// Ids of the website columns of `unit`.
    pub(crate) fn section(&self, unit: &str) -> Vec<ChannelId> {
        let of = |c: &&Column| c.id.unit().as_str() == unit && !c.kind.is_new_media();
        self.columns.iter().filter(of).map(|c| c.id.clone()).collect()
    }

    /// The whole section of `unit` is out of order.
    pub(crate) fn section_fault(&mut self, unit: &str, a: i64, b: i64, kind: FaultKind) {
        for id in self.section(unit) {
            self.fault(id.as_str(), a, b, kind);
        }
    }

    /// Nothing is published anywhere in the section of `unit` on days `a` to `b`.
    pub(crate) fn section_clear(&mut self, unit: &str, a: i64, b: i64) {
        for id in self.section(unit) {
            self.clear(id.as_str(), a, b);
        }
    }
}
