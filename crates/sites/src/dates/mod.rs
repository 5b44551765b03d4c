//! Dates as Chinese pages write them.

mod pure;
mod scan;
mod url;

pub(crate) use pure::{affixed, is_bare, may_be_pure, pure};
pub(crate) use scan::{Found, find_all, first, plain};
pub(crate) use url::{fit_year, url_date};

use model::Day;

/// The latest day with this month and day of month that is not after `today`.
pub(crate) fn latest(month: u32, day: u32, today: Day) -> Option<Day> {
    use chrono::Datelike;
    // 29 February may be eight years back.
    (0..9).filter_map(|back| Day::from_ymd_opt(today.year() - back, month, day)).find(|d| *d <= today)
}

/// A date that a website can mean: not before the web, not far ahead.
pub(crate) fn sane(year: i32, month: u32, day: u32, today: Day) -> Option<Day> {
    use chrono::Datelike;
    (1990..=today.year() + 5).contains(&year).then(|| Day::from_ymd_opt(year, month, day)).flatten()
}

#[cfg(test)]
mod tests;
