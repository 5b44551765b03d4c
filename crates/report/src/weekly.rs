//! 每周通报: one letter to each unit, one to the district's office.
//!
//! A [`UnitLetter`] is opened for one unit and takes findings of that unit only: a finding of another is refused, so a
//! unit can never read of its neighbour. The [`OfficeLetter`] is made of the units' letters, so their figures agree.
//! A week without anything to say still gives a letter.

mod lines;
mod office;
mod unit;
mod why;

use model::{Day, IsoWeek};

use crate::text::Plain;

pub(crate) use lines::what;
pub use lines::{BreachLine, DueLine, Place, SparedLine, UnknownLine};
pub use office::{Blind, Coverage, OfficeLetter, UnitRow, UnknownGroup, Waiting};
pub(crate) use unit::belongs;
pub use unit::{Refused, Standing, UnitLetter};
pub use why::Blindness;

/// What all letters of one week share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The district: `钟山区`.
    pub district: Plain,
    /// The week that is reported.
    pub week: IsoWeek,
    /// The day on which the letter is written: days left are counted from it.
    pub today: Day,
}

impl Head {
    /// `2026年第47周`.
    #[must_use]
    pub fn week_name(&self) -> String {
        let text = self.week.to_string();
        let (year, week) = text.split_once("-W").unwrap_or((&text, ""));
        format!("{year}年第{}周", week.trim_start_matches('0'))
    }

    /// `2026-11-16至2026-11-22`.
    #[must_use]
    pub fn span(&self) -> String {
        let days = self.week.days();
        format!("{}至{}", days.first, days.last)
    }
}

/// A letter, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The subject, on one line.
    pub subject: String,
    /// The body as plain text.
    pub text: String,
    /// The body as HTML.
    pub html: String,
}

/// What the three templates of a letter gave, as it is sent.
pub(crate) fn letter(subject: &str, text: &str, html: &str) -> Letter {
    Letter {
        subject: Plain::new(subject).to_string(),
        text: format!("{}\n", text.trim()),
        html: format!("{}\n", html.trim()),
    }
}
