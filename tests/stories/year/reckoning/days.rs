//! Days and working days, from the notice of the holidays of 2026 alone.

use chrono::{Datelike as _, Days, Weekday};

use super::super::script::{Day, day};

/// Holidays of 2026: first and last day of each.
const OFF: [(&str, &str); 7] = [
    ("2026-01-01", "2026-01-03"),
    ("2026-02-15", "2026-02-23"),
    ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"),
    ("2026-06-19", "2026-06-21"),
    ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
];

/// Saturdays and Sundays of 2026 on which people work.
const WORK: [&str; 6] = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"];

pub(super) fn plus(at: Day, n: u64) -> Day {
    at.checked_add_days(Days::new(n)).unwrap()
}

/// Nobody knows of any year but 2026.
pub(super) fn works(at: Day) -> Option<bool> {
    if at.year() != 2026 {
        return None;
    }
    if WORK.iter().any(|w| day(w) == at) {
        return Some(true);
    }
    let off = OFF.iter().any(|(a, b)| day(a) <= at && at <= day(b));
    Some(!off && !matches!(at.weekday(), Weekday::Sat | Weekday::Sun))
}

/// The day itself, or the next working day.
pub(super) fn rolled(mut at: Day) -> Option<Day> {
    while !works(at)? {
        at = plus(at, 1);
    }
    Some(at)
}

/// The n-th working day after a day, leaving out the days of the pauses.
pub(super) fn working(mut at: Day, n: u32, pauses: &[(Day, Day)]) -> Option<Day> {
    let mut counted = 0;
    while counted < n {
        at = plus(at, 1);
        if works(at)? && !pauses.iter().any(|(a, b)| *a <= at && at <= *b) {
            counted += 1;
        }
    }
    Some(at)
}
