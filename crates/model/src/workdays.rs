//! 工作日: the working days of the years whose State Council notice is known.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Weekday};

use crate::Day;
use crate::calendar::shift;

/// A year for which no notice has been loaded: an error, never a guess.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("缺少{0}年的节假日安排：请按国务院办公厅当年通知加入 config/calendar/CN-{0}.toml")]
pub struct WorkdayError(pub i32);

/// From this day of December on, a day may be named by the next year's notice: the New Year's break of 2023 began on 31
/// December, and for that of 2019 a Saturday two days before it was worked.
pub const LAST_WEEK_BEGINS: u32 = 25;

/// Days off and make-up working days, year by year.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Workdays {
    years: BTreeMap<i32, Notice>,
}

/// The notice of one year.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Notice {
    off: BTreeSet<Day>,
    work: BTreeSet<Day>,
}

impl Workdays {
    /// Adds the notice of one year: the days off and the make-up working days. A notice may name days of the year before
    /// (New Year's holiday beginning on 31 December).
    pub fn add_notice(&mut self, year: i32, off: impl IntoIterator<Item = Day>, work: impl IntoIterator<Item = Day>) {
        let entry = self.years.entry(year).or_default();
        entry.off.extend(off);
        entry.work.extend(work);
    }

    /// The years whose notice is known.
    pub fn years(&self) -> impl Iterator<Item = i32> + '_ {
        self.years.keys().copied()
    }

    /// Is `day` a working day?
    ///
    /// # Errors
    /// When the notice for its year is not known. A day of the year's last week belongs to the next year's notice as well:
    /// until that is known, only what the own notice says of the day is.
    pub fn is_workday(&self, day: Day) -> Result<bool, WorkdayError> {
        let own = self.years.get(&day.year()).ok_or(WorkdayError(day.year()))?;
        let next = self.years.get(&(day.year() + 1));
        if own.off.contains(&day) || next.is_some_and(|n| n.off.contains(&day)) {
            return Ok(false);
        }
        if own.work.contains(&day) || next.is_some_and(|n| n.work.contains(&day)) {
            return Ok(true);
        }
        if next.is_none() && day.month() == 12 && day.day() >= LAST_WEEK_BEGINS {
            return Err(WorkdayError(day.year() + 1));
        }
        Ok(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
    }

    /// The `n`-th working day after `day` (`day` itself does not count: 期间开始之日不计算在期间内).
    ///
    /// # Errors
    /// When a year on the way is not known.
    pub fn add(&self, day: Day, n: u32) -> Result<Day, WorkdayError> {
        let mut at = day;
        let mut left = n;
        while left > 0 {
            at = shift(at, 1);
            if self.is_workday(at)? {
                left -= 1;
            }
        }
        Ok(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(s: &str) -> Day {
        s.parse().unwrap()
    }

    #[test]
    fn a_year_without_its_notice_is_an_error() {
        assert_eq!(Workdays::default().add(d("2027-01-01"), 1), Err(WorkdayError(2027)));
    }

    #[test]
    fn national_day_is_skipped_and_the_make_up_day_counts() {
        let mut w = Workdays::default();
        w.add_notice(2022, (1..=7).map(|n| d(&format!("2022-10-0{n}"))), [d("2022-10-08"), d("2022-10-09")]);
        assert_eq!(w.add(d("2022-09-30"), 1), Ok(d("2022-10-08")));
        assert_eq!(w.add(d("2022-09-30"), 3), Ok(d("2022-10-10")));
    }

    #[test]
    fn a_new_year_break_may_begin_in_the_year_before() {
        let mut w = Workdays::default();
        w.add_notice(2022, [], []);
        w.add_notice(2023, [d("2022-12-30")], []);
        assert_eq!(w.is_workday(d("2022-12-30")), Ok(false));
        assert_eq!(w.is_workday(d("2022-12-29")), Ok(true));
    }

    #[test]
    fn the_end_of_a_year_is_unknown_until_the_next_notice_is_there() {
        let mut w = Workdays::default();
        w.add_notice(2026, [d("2026-12-26")], []);
        assert_eq!(w.is_workday(d("2026-12-24")), Ok(true));
        assert_eq!(w.is_workday(d("2026-12-26")), Ok(false), "its own notice says so");
        for day in ["2026-12-25", "2026-12-27", "2026-12-31"] {
            assert_eq!(w.is_workday(d(day)), Err(WorkdayError(2027)), "{day}");
        }
        assert_eq!(w.add(d("2026-12-17"), 5), Ok(d("2026-12-24")));
        assert_eq!(w.add(d("2026-12-17"), 6), Err(WorkdayError(2027)));
        w.add_notice(2027, [d("2027-01-01")], []);
        assert_eq!(w.add(d("2026-12-24"), 6), Ok(d("2027-01-04")), "25, 28 to 31 December, then Monday");
    }
}
