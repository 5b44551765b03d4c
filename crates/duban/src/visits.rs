//! When sites are visited: not at night, where the office says so, and sparingly while they are busy.
//!
//! A hush only puts visits off. What is owed is not put off: in a quiet hour a column whose window closes on that day is
//! looked at all the same (an item that is dated ahead counts from the day on which it was seen), in a busy hour every
//! column whose window closes soon. And what has waited for a whole day is looked at whatever the hour: a machine that is
//! switched on in office hours only would else never look.

use chrono::{Datelike as _, NaiveTime, TimeDelta, Weekday};
use model::{Day, Moment, Workdays, Zone};

/// From and to, on the district's wall clock; over midnight where the second is the earlier.
pub type Hours = (NaiveTime, NaiveTime);

/// A hush must leave this much of the day.
pub const LONGEST_HUSH: TimeDelta = TimeDelta::hours(12);

/// What has waited so long is looked at whatever the hour.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(24);

/// When sites are left in peace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Visits {
    /// Nobody is visited then, every day.
    pub quiet: Option<Hours>,
    /// On working days sites are needed by their readers then.
    pub busy: Option<Hours>,
}

/// Why a visit waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hush {
    /// A quiet hour.
    Quiet,
    /// A busy hour of a working day.
    Busy,
}

impl Hush {
    /// As the clerk reads it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Hush::Quiet => "静默时段",
            Hush::Busy => "繁忙时段",
        }
    }

    /// Whether a column waits that is due since then and whose silent window closes on that day, if one does.
    #[must_use]
    pub fn holds(self, now: Moment, today: Day, since: Option<Moment>, closing: Option<Day>) -> bool {
        let owed = match (self, closing) {
            (_, None) => false,
            (Hush::Quiet, Some(last)) => last == today,
            (Hush::Busy, Some(_)) => true,
        };
        !owed && since.is_none_or(|since| now - since < LONGEST_WAIT)
    }
}

impl Visits {
    /// The hush at that instant, if it is one.
    #[must_use]
    pub fn hush(&self, zone: Zone, workdays: &Workdays, now: Moment) -> Option<Hush> {
        let local = now.with_timezone(&zone.tz());
        let within = |hours: Option<Hours>| hours.is_some_and(|h| contains(h, local.time()));
        if within(self.quiet) {
            return Some(Hush::Quiet);
        }
        (within(self.busy) && is_worked(workdays, local.date_naive())).then_some(Hush::Busy)
    }
}

/// A year whose notice of holidays is missing has its plain weekdays: nothing but a visit hangs on it.
fn is_worked(workdays: &Workdays, day: Day) -> bool {
    workdays.is_workday(day).unwrap_or_else(|_| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
}

/// Is that time of day within the hours?
#[must_use]
pub fn contains((from, to): Hours, time: NaiveTime) -> bool {
    if from <= to { from <= time && time < to } else { time >= from || time < to }
}

/// How long the hours are.
#[must_use]
pub fn length((from, to): Hours) -> TimeDelta {
    let long = to - from;
    if long < TimeDelta::zero() { long + TimeDelta::hours(24) } else { long }
}

/// `20:00-08:00`.
///
/// # Errors
/// When it is not two times of day.
pub fn hours(text: &str) -> Result<Hours, String> {
    let time = |t: &str| NaiveTime::parse_from_str(t.trim(), "%H:%M").ok();
    text.split_once('-')
        .and_then(|(from, to)| Some((time(from)?, time(to)?)))
        .ok_or_else(|| format!("「{text}」不是时段，应写作 \"20:00-08:00\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(local: &str) -> Moment {
        format!("{}:00+08:00", local.replace(' ', "T"))
            .parse::<chrono::DateTime<chrono::FixedOffset>>()
            .unwrap()
            .to_utc()
    }

    fn visits() -> Visits {
        Visits { quiet: hours("23:00-06:00").ok(), busy: hours("09:00-11:30").ok() }
    }

    #[test]
    fn nights_are_quiet_and_mornings_of_working_days_are_busy() {
        let mut days = Workdays::default();
        // 2026-03-20 is a Friday, the Monday after it is off here, and the Saturday is worked.
        days.add_notice(2026, ["2026-03-23".parse().unwrap()], ["2026-03-21".parse().unwrap()]);
        let hush = |local| visits().hush(Zone::SHANGHAI, &days, at(local));
        assert_eq!(hush("2026-03-20 22:59"), None);
        assert_eq!(hush("2026-03-20 23:00"), Some(Hush::Quiet));
        assert_eq!(hush("2026-03-21 05:59"), Some(Hush::Quiet));
        assert_eq!(hush("2026-03-21 06:00"), None);
        assert_eq!(hush("2026-03-20 09:00"), Some(Hush::Busy));
        assert_eq!(hush("2026-03-21 09:00"), Some(Hush::Busy), "a Saturday that is worked");
        assert_eq!(hush("2026-03-22 09:00"), None, "a Sunday");
        assert_eq!(hush("2026-03-23 09:00"), None, "a holiday");
        assert_eq!(Visits::default().hush(Zone::SHANGHAI, &days, at("2026-03-20 03:00")), None);
        let unknown = visits().hush(Zone::SHANGHAI, &Workdays::default(), at("2026-03-23 09:00"));
        assert_eq!(unknown, Some(Hush::Busy), "without a notice a Monday is worked");
    }

    #[test]
    fn what_is_owed_does_not_wait() {
        let (now, today) = (at("2026-03-20 23:30"), "2026-03-20".parse().unwrap());
        let closing = |d: &str| Some(d.parse::<Day>().unwrap());
        let due = Some(at("2026-03-20 22:00"));
        assert!(Hush::Quiet.holds(now, today, due, None));
        assert!(Hush::Quiet.holds(now, today, None, None), "a new column waits for the morning");
        assert!(Hush::Quiet.holds(now, today, due, closing("2026-03-21")));
        assert!(!Hush::Quiet.holds(now, today, due, closing("2026-03-20")), "its window closes tonight");
        assert!(Hush::Quiet.holds(now, today, due, closing("2026-03-19")), "it is over; the morning is soon enough");
        assert!(!Hush::Busy.holds(now, today, due, closing("2026-03-24")));
        assert!(Hush::Busy.holds(now, today, due, None));
        for hush in [Hush::Quiet, Hush::Busy] {
            assert!(!hush.holds(now, today, Some(at("2026-03-19 23:30")), None), "a day is enough");
        }
    }

    #[test]
    fn hours_have_a_length_also_over_midnight() {
        let long = |t| length(hours(t).unwrap()).num_minutes();
        assert_eq!([long("23:00-06:00"), long("09:00-11:30"), long("08:00-08:00")], [420, 150, 0]);
    }

    #[test]
    fn a_time_that_is_none_is_refused_with_an_example() {
        assert!(hours("八点到二十点").unwrap_err().contains("20:00-08:00"));
        assert!(hours("20:00-25:00").is_err());
    }
}
