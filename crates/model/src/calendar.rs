//! Days and the periods that they fall into.
//!
//! Every date of the domain is a calendar date in the district's time zone (COUNTING.md). Intervals include both ends.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A calendar date in the district's time zone.
pub type Day = NaiveDate;

/// An instant, in UTC.
pub type Moment = chrono::DateTime<chrono::Utc>;

/// The district's time zone: the one way from an instant to a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(chrono_tz::Tz);

impl Zone {
    /// Asia/Shanghai, the zone of every district in China.
    pub const SHANGHAI: Zone = Zone(chrono_tz::Asia::Shanghai);

    /// The date that the calendar on the district's wall shows at `moment`.
    #[must_use]
    pub fn day(&self, moment: Moment) -> Day {
        moment.with_timezone(&self.0).date_naive()
    }

    /// The zone as chrono knows it.
    #[must_use]
    pub fn tz(&self) -> chrono_tz::Tz {
        self.0
    }

    /// The instant at which the wall clock shows `time` on `day`. Where a change of the clock skips that time, the next
    /// instant that exists is meant; where it shows it twice, the first.
    #[must_use]
    pub fn at(&self, day: Day, time: chrono::NaiveTime) -> Moment {
        let mut local = day.and_time(time);
        loop {
            if let Some(found) = local.and_local_timezone(self.0).earliest() {
                return found.to_utc();
            }
            local += chrono::TimeDelta::minutes(1);
        }
    }

    /// The last second of `day`: what "as of that day" means.
    #[must_use]
    pub fn end_of(&self, day: Day) -> Moment {
        self.at(day, chrono::NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default())
    }

    /// `moment` as people here write it: `2026-11-24 08:05:00`.
    #[must_use]
    pub fn local(&self, moment: Moment) -> String {
        moment.with_timezone(&self.0).format("%Y-%m-%d %H:%M:%S").to_string()
    }
}

impl FromStr for Zone {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        s.parse().map(Zone).map_err(|_| format!("没有名为「{s}」的时区，例如应写作 Asia/Shanghai"))
    }
}

/// Days from `first` to `last`, both included. Never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DayRange {
    /// The first day.
    pub first: Day,
    /// The last day, not before the first.
    pub last: Day,
}

impl DayRange {
    /// `[first, last]`, or nothing where `last` is before `first`.
    #[must_use]
    pub fn new(first: Day, last: Day) -> Option<DayRange> {
        (first <= last).then_some(DayRange { first, last })
    }

    /// Is `day` one of these days?
    #[must_use]
    pub fn contains(&self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }

    /// Do the two share a day?
    #[must_use]
    pub fn overlaps(&self, other: &DayRange) -> bool {
        self.first <= other.last && other.first <= self.last
    }

    /// The days that both hold.
    #[must_use]
    pub fn intersection(&self, other: &DayRange) -> Option<DayRange> {
        DayRange::new(self.first.max(other.first), self.last.min(other.last))
    }

    /// How many days.
    #[must_use]
    pub fn len(&self) -> i64 {
        (self.last - self.first).num_days() + 1
    }

    /// Never: a range has a first day.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Each day in turn.
    pub fn days(&self) -> impl Iterator<Item = Day> + use<> {
        let last = self.last;
        self.first.iter_days().take_while(move |d| *d <= last)
    }
}

impl fmt::Display for DayRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…{}", self.first, self.last)
    }
}

/// `day` moved by `n` days. At the ends of the calendar (years ±262,000) the day stays where it is.
#[must_use]
pub fn shift(day: Day, n: i64) -> Day {
    let step = Days::new(n.unsigned_abs());
    if n >= 0 { day.checked_add_days(step) } else { day.checked_sub_days(step) }.unwrap_or(day)
}

/// Why a text is no month, quarter or week.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("「{0}」不是{1}")]
pub struct PeriodError(pub String, pub &'static str);

/// A calendar month: `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month of a year, 1 to 12.
    #[must_use]
    pub fn new(year: i32, month: u32) -> Option<Month> {
        NaiveDate::from_ymd_opt(year, month, 1).map(Month::of)
    }
    /// The month that holds `day`.
    #[must_use]
    pub fn of(day: Day) -> Month {
        Month { year: day.year(), month: day.month() }
    }
    /// Its year.
    #[must_use]
    pub fn year(&self) -> i32 {
        self.year
    }
    /// Its number, 1 to 12.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.month
    }
    /// Its days.
    #[must_use]
    pub fn days(&self) -> DayRange {
        let first = NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or(NaiveDate::MIN);
        let last = first.checked_add_months(chrono::Months::new(1)).map_or(NaiveDate::MAX, |n| shift(n, -1));
        DayRange { first, last }
    }
    /// The month after.
    #[must_use]
    pub fn next(&self) -> Month {
        Month::of(shift(self.days().last, 1))
    }
    /// The month before.
    #[must_use]
    pub fn previous(&self) -> Month {
        Month::of(shift(self.days().first, -1))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = PeriodError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let bad = || PeriodError(s.to_owned(), "月份，应写作 2026-11");
        let (y, m) = s.split_once('-').ok_or_else(bad)?;
        if y.len() != 4 || m.len() != 2 {
            return Err(bad());
        }
        y.parse().ok().zip(m.parse().ok()).and_then(|(y, m)| Month::new(y, m)).ok_or_else(bad)
    }
}

/// An ISO week, Monday to Sunday: `2026-W47`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IsoWeek {
    monday: Day,
}

impl IsoWeek {
    /// The week that holds `day`.
    #[must_use]
    pub fn of(day: Day) -> IsoWeek {
        IsoWeek { monday: shift(day, -i64::from(day.weekday().num_days_from_monday())) }
    }
    /// Its days.
    #[must_use]
    pub fn days(&self) -> DayRange {
        DayRange { first: self.monday, last: shift(self.monday, 6) }
    }
    /// The week after.
    #[must_use]
    pub fn next(&self) -> IsoWeek {
        IsoWeek { monday: shift(self.monday, 7) }
    }
    /// The week before.
    #[must_use]
    pub fn previous(&self) -> IsoWeek {
        IsoWeek { monday: shift(self.monday, -7) }
    }
}

impl fmt::Display for IsoWeek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let w = self.monday.iso_week();
        write!(f, "{:04}-W{:02}", w.year(), w.week())
    }
}

impl FromStr for IsoWeek {
    type Err = PeriodError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let bad = || PeriodError(s.to_owned(), "周，应写作 2026-W47");
        let (y, w) = s.split_once("-W").ok_or_else(bad)?;
        let (y, w) = (y.parse().map_err(|_| bad())?, w.parse().map_err(|_| bad())?);
        NaiveDate::from_isoywd_opt(y, w, chrono::Weekday::Mon).map(|monday| IsoWeek { monday }).ok_or_else(bad)
    }
}

/// A calendar quarter: `2026-Q4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    first: Month,
}

impl Quarter {
    /// The quarter that holds `day`.
    #[must_use]
    pub fn of(day: Day) -> Quarter {
        Quarter { first: Month { year: day.year(), month: (day.month0() / 3) * 3 + 1 } }
    }
    /// Its days.
    #[must_use]
    pub fn days(&self) -> DayRange {
        DayRange { first: self.first.days().first, last: self.first.next().next().days().last }
    }
    /// The quarter after.
    #[must_use]
    pub fn next(&self) -> Quarter {
        Quarter::of(shift(self.days().last, 1))
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-Q{}", self.first.year, self.first.month / 3 + 1)
    }
}

impl FromStr for Quarter {
    type Err = PeriodError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let bad = || PeriodError(s.to_owned(), "季度，应写作 2026-Q4");
        let (y, q) = s.split_once("-Q").ok_or_else(bad)?;
        let (y, q): (i32, u32) = (y.parse().map_err(|_| bad())?, q.parse().map_err(|_| bad())?);
        if !(1..=4).contains(&q) {
            return Err(bad());
        }
        Month::new(y, q * 3 - 2).map(|first| Quarter { first }).ok_or_else(bad)
    }
}

/// The kinds of period that a quota is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeriodKind {
    /// ISO week, Monday to Sunday.
    Week,
    /// Calendar month.
    Month,
    /// Calendar quarter.
    Quarter,
}

impl PeriodKind {
    /// Days of the longest one.
    #[must_use]
    pub fn longest(self) -> u32 {
        match self {
            PeriodKind::Week => 7,
            PeriodKind::Month => 31,
            PeriodKind::Quarter => 92,
        }
    }
}

/// One week, month or quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// A week.
    Week(IsoWeek),
    /// A month.
    Month(Month),
    /// A quarter.
    Quarter(Quarter),
}

impl Period {
    /// The period of this kind that holds `day`.
    #[must_use]
    pub fn of(kind: PeriodKind, day: Day) -> Period {
        match kind {
            PeriodKind::Week => Period::Week(IsoWeek::of(day)),
            PeriodKind::Month => Period::Month(Month::of(day)),
            PeriodKind::Quarter => Period::Quarter(Quarter::of(day)),
        }
    }
    /// Its days.
    #[must_use]
    pub fn days(&self) -> DayRange {
        match self {
            Period::Week(w) => w.days(),
            Period::Month(m) => m.days(),
            Period::Quarter(q) => q.days(),
        }
    }
    /// The one after.
    #[must_use]
    pub fn next(&self) -> Period {
        match self {
            Period::Week(w) => Period::Week(w.next()),
            Period::Month(m) => Period::Month(m.next()),
            Period::Quarter(q) => Period::Quarter(q.next()),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Period::Week(w) => w.fmt(f),
            Period::Month(m) => m.fmt(f),
            Period::Quarter(q) => q.fmt(f),
        }
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(s: &str) -> Day {
        s.parse().unwrap()
    }

    #[test]
    fn weeks_start_on_monday_and_cross_the_year() {
        let w = IsoWeek::of(day("2027-01-01"));
        assert_eq!(w.to_string(), "2026-W53");
        assert_eq!(w.days(), DayRange { first: day("2026-12-28"), last: day("2027-01-03") });
        assert_eq!("2026-W53".parse::<IsoWeek>().unwrap(), w);
    }

    #[test]
    fn months_and_quarters_know_their_ends() {
        assert_eq!("2024-02".parse::<Month>().unwrap().days().last, day("2024-02-29"));
        assert_eq!(Month::new(2026, 12).unwrap().next().to_string(), "2027-01");
        let q = Quarter::of(day("2026-11-24"));
        assert_eq!(q.to_string(), "2026-Q4");
        assert_eq!(q.days(), DayRange { first: day("2026-10-01"), last: day("2026-12-31") });
    }

    #[test]
    fn what_is_no_month_is_refused_in_chinese() {
        for s in ["2026-13", "2026", "26-01", "2026-1", "x-y"] {
            assert!(s.parse::<Month>().unwrap_err().to_string().contains("月份"), "{s}");
        }
    }

    #[test]
    fn the_wall_clock_of_shanghai_is_eight_hours_ahead() {
        let late = "2026-11-23T16:00:00Z".parse().unwrap();
        assert_eq!(Zone::SHANGHAI.day(late), day("2026-11-24"));
        assert_eq!(Zone::SHANGHAI.local(late), "2026-11-24 00:00:00");
    }

    #[test]
    fn a_time_that_the_clock_skipped_is_the_next_that_exists() {
        // Shanghai's clocks went from 02:00 to 03:00 on 4 May 1986.
        let at = Zone::SHANGHAI.at(day("1986-05-04"), chrono::NaiveTime::from_hms_opt(2, 30, 0).unwrap());
        assert_eq!(Zone::SHANGHAI.local(at), "1986-05-04 03:00:00");
    }
}
