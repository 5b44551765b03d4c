//! The looks of a channel, arranged so that the one that proves a window is found without a scan.

use std::ops::Range;

use chrono::Datelike;
use model::{Coverage, Day, DayRange, Look, Moment, Outcome, Reason, Timeline};

/// The looks that had been made by the instant of judgement, oldest first.
///
/// For each look it is known which later and which earlier look reaches further back; following these links from a
/// starting point meets each record of depth once, so a proof is found in as many steps as the coverage got deeper.
pub(crate) struct Looks<'a> {
    looks: Vec<Seen<'a>>,
}

/// A look as it counts.
pub(crate) struct Seen<'a> {
    pub(crate) look: &'a Look,
    /// Its outcome, after the fleet rule.
    pub(crate) outcome: Outcome,
    /// How deep it reaches, as a day number: `i32::MIN` to the end of the list, `i32::MAX` proves nothing.
    depth: i32,
    /// The next look that reaches further back, and the one before that does.
    deeper_after: usize,
    deeper_before: usize,
}

const NONE: usize = usize::MAX;

impl<'a> Looks<'a> {
    /// Good looks on `silent` days turn suspect.
    pub(crate) fn new(timeline: &'a Timeline, as_of: Moment, silent: &[DayRange]) -> Looks<'a> {
        let mut sorted: Vec<&Look> = timeline.looks.iter().filter(|l| l.at <= as_of).collect();
        sorted.sort_by_key(|l| (l.at, l.id));
        let mut looks: Vec<Seen<'a>> = sorted.into_iter().map(|look| seen(look, silent)).collect();
        let depths: Vec<i32> = looks.iter().map(|l| l.depth).collect();
        for (i, link) in links(&depths, 0..depths.len()) {
            looks[i].deeper_before = link;
        }
        for (i, link) in links(&depths, (0..depths.len()).rev()) {
            looks[i].deeper_after = link;
        }
        Looks { looks }
    }

    pub(crate) fn get(&self, i: usize) -> &Seen<'a> {
        &self.looks[i]
    }

    /// The first good look after `last` whose list is complete back to `first`.
    pub(crate) fn proving(&self, first: Day, last: Day) -> Option<usize> {
        self.proving_from(first, last, Day::MIN)
    }

    /// The same, of the looks on or after `from`.
    pub(crate) fn proving_from(&self, first: Day, last: Day, from: Day) -> Option<usize> {
        let from = self.looks.partition_point(|l| l.look.day <= last || l.look.day < from);
        self.follow(from, first, |l| l.deeper_after)
    }

    /// The day of the last good look before `at` whose list is complete back to `claimed`.
    pub(crate) fn absent_on(&self, at: Moment, claimed: Day) -> Option<Day> {
        let from = self.looks.partition_point(|l| l.look.at < at).checked_sub(1)?;
        self.follow(from, claimed, |l| l.deeper_before).map(|i| self.looks[i].look.day)
    }

    fn follow(&self, from: usize, reaching: Day, link: impl Fn(&Seen<'_>) -> usize) -> Option<usize> {
        let wanted = reaching.num_days_from_ce();
        let mut at = from;
        loop {
            let look = self.looks.get(at)?;
            if look.depth <= wanted {
                return Some(at);
            }
            at = link(look);
        }
    }

    /// The last look before `day`, whatever came of it.
    pub(crate) fn before(&self, day: Day) -> Option<usize> {
        self.looks.partition_point(|l| l.look.day < day).checked_sub(1)
    }

    /// The last look of all.
    pub(crate) fn latest(&self) -> Option<usize> {
        self.looks.len().checked_sub(1)
    }

    /// The looks on these days.
    pub(crate) fn within(&self, days: &DayRange) -> Range<usize> {
        let end = self.looks.partition_point(|l| l.look.day <= days.last);
        self.looks.partition_point(|l| l.look.day < days.first).min(end)..end
    }
}

fn seen<'a>(look: &'a Look, silent: &[DayRange]) -> Seen<'a> {
    let outcome = match look.outcome {
        good if good.is_good() && holds(silent, look.day) => Outcome::Suspect(Reason::FleetSilence),
        other => other,
    };
    let depth = match look.covers {
        _ if !outcome.is_good() => i32::MAX,
        Coverage::Nothing => i32::MAX,
        Coverage::Everything => i32::MIN,
        Coverage::Since(day) => day.num_days_from_ce(),
    };
    Seen { look, outcome, depth, deeper_after: NONE, deeper_before: NONE }
}

/// For each place, the nearest one already passed that is strictly deeper.
fn links(depths: &[i32], order: impl Iterator<Item = usize>) -> Vec<(usize, usize)> {
    let mut passed: Vec<usize> = Vec::new();
    let mut found = Vec::with_capacity(depths.len());
    for i in order {
        while passed.last().is_some_and(|p| depths[*p] >= depths[i]) {
            passed.pop();
        }
        found.push((i, passed.last().copied().unwrap_or(NONE)));
        passed.push(i);
    }
    found
}

/// Is the day in one of the sorted ranges?
pub(crate) fn holds(sorted: &[DayRange], day: Day) -> bool {
    let i = sorted.partition_point(|r| r.last < day);
    sorted.get(i).is_some_and(|r| r.first <= day)
}

/// Does one of the sorted ranges share a day with `days`?
pub(crate) fn touches(sorted: &[DayRange], days: &DayRange) -> bool {
    let i = sorted.partition_point(|r| r.last < days.first);
    sorted.get(i).is_some_and(|r| r.first <= days.last)
}
