//! The month, quarter or year that a report is about.

use std::fmt;

use chrono::Datelike as _;
use model::{Day, DayRange, Month, Quarter};

/// The months that a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Span {
    /// A month.
    Month(Month),
    /// A quarter.
    Quarter(Quarter),
    /// A year.
    Year(i32),
}

impl Span {
    /// Its days.
    #[must_use]
    pub fn days(&self) -> DayRange {
        match self {
            Span::Month(m) => m.days(),
            Span::Quarter(q) => q.days(),
            Span::Year(_) => {
                let all = self.months();
                let days = |m: Option<&Month>| m.map_or(DayRange { first: Day::MIN, last: Day::MIN }, Month::days);
                DayRange { first: days(all.first()).first, last: days(all.last()).last }
            }
        }
    }

    /// Its months, in their order.
    #[must_use]
    pub fn months(&self) -> Vec<Month> {
        let (first, n) = match self {
            Span::Month(m) => (Some(*m), 1),
            Span::Quarter(q) => (Some(Month::of(q.days().first)), 3),
            Span::Year(y) => (Month::new(*y, 1), 12),
        };
        std::iter::successors(first, |m| Some(m.next())).take(n).collect()
    }

    /// Does it hold this month?
    #[must_use]
    pub fn holds(&self, month: Month) -> bool {
        self.months().contains(&month)
    }

    /// The year that it lies in.
    #[must_use]
    pub fn year(&self) -> i32 {
        match self {
            Span::Month(m) => m.year(),
            Span::Quarter(q) => q.days().first.year(),
            Span::Year(y) => *y,
        }
    }

    /// As a document names it: `2026年10月`, `2026年第四季度`, `2026年度`.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Span::Month(m) => format!("{}年{}月", m.year(), m.number()),
            Span::Quarter(q) => {
                let n = ["一", "二", "三", "四"][(q.days().first.month0() / 3) as usize % 4];
                format!("{}年第{n}季度", self.year())
            }
            Span::Year(y) => format!("{y}年度"),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Span::Month(m) => m.fmt(f),
            Span::Quarter(q) => q.fmt(f),
            Span::Year(y) => y.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_and_a_year_know_their_months_and_days() {
        let quarter = Span::Quarter("2026-Q4".parse().unwrap());
        assert_eq!((quarter.title(), quarter.to_string()), ("2026年第四季度".into(), "2026-Q4".into()));
        assert_eq!(
            quarter.months().iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["2026-10", "2026-11", "2026-12"]
        );
        let year = Span::Year(2024);
        assert_eq!((year.months().len(), year.days().len(), year.title().as_str()), (12, 366, "2024年度"));
        assert!(!year.holds("2025-01".parse().unwrap()) && year.holds("2024-12".parse().unwrap()));
    }
}
