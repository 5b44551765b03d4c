//! Matters: what is due at a day, entered by people, with clocks that this room runs.
//!
//! Two rules stand above the clocks. *Nothing is charged for what nobody entered*: a matter without a submission is a breach
//! only where a person has stated that its register is complete up to the due day; else it is `unknown`, as a window
//! without a look. *Nothing is guessed*: where the clock runs into days whose holidays are not known, the matter is
//! `unknown` and names the file that is missing.

mod clock;
mod judge;
mod say;

use chrono::Datelike;
use model::{Completeness, Day, Matter, MatterCode, Moment, Month, UnitId, Workdays};

pub use clock::{Deadline, Run, run};
pub(crate) use judge::{Outcome, judge, outcome};
pub(crate) use say::no_calendar;

use crate::rulebook::{Criterion, Due};

/// What the registers and the calendar say.
#[derive(Debug, Clone, Copy)]
pub struct Registers<'a> {
    /// Every matter that was entered, with its history.
    pub matters: &'a [Matter],
    /// What people have said of the registers' completeness.
    pub complete: &'a [Completeness],
    /// The working days of the years whose notice is known.
    pub workdays: &'a Workdays,
}

impl<'a> Registers<'a> {
    /// The statement that reaches furthest of those that speak for this unit's part of a register, as of an instant.
    #[must_use]
    pub fn complete_through(&self, row: &Criterion, unit: &UnitId, as_of: Moment) -> Option<&'a Completeness> {
        let known = || self.complete.iter().filter(|c| c.recorded_at <= as_of);
        let stands = |c: &&Completeness| c.cancels.is_none() && !known().any(|later| later.cancels == Some(c.id));
        let speaks = |c: &&Completeness| c.criterion == row.id && c.unit.as_ref().is_none_or(|u| u == unit);
        known().filter(speaks).filter(stands).max_by_key(|c| (c.through, std::cmp::Reverse(c.id)))
    }

    /// The matter of that code, as it was entered.
    #[must_use]
    pub fn matter(&self, row: &Criterion, unit: &UnitId, code: &str, as_of: Moment) -> Option<&'a Matter> {
        let same = |m: &&Matter| m.criterion == row.id && m.unit == *unit && m.code.as_str() == code;
        self.matters.iter().filter(|m| m.recorded_at <= as_of).find(same)
    }

    /// Has anybody ever used the register of this row? A register that nobody keeps says nothing of anybody.
    pub(crate) fn in_use(&self, row: &Criterion, as_of: Moment) -> bool {
        self.matters.iter().any(|m| m.criterion == row.id && m.recorded_at <= as_of)
            || self.complete.iter().any(|c| c.criterion == row.id && c.recorded_at <= as_of)
    }
}

/// A matter that the rulebook makes by itself: of each month (code `2026-03`, due in the month after) or of each year (code
/// `2026`). Its title and the day on which it begins; nothing where the code names no month or year, or the row's matters
/// are entered one by one.
#[must_use]
pub fn implied(row: &Criterion, due: Due, code: &MatterCode) -> Option<(String, Day)> {
    match due {
        Due::Monthly { .. } => {
            let month: Month = code.as_str().parse().ok()?;
            Some((format!("{month}月度{}", row.title), month.next().days().first))
        }
        Due::Yearly { .. } => Some((format!("{code}年度{}", row.title), Day::from_ymd_opt(year(code)?, 1, 1)?)),
        Due::ByItem | Due::Workdays(_) => None,
    }
}

fn year(code: &MatterCode) -> Option<i32> {
    let text = code.as_str();
    (text.len() == 4).then(|| text.parse().ok()).flatten().filter(|y| (1900..=9999).contains(y))
}

/// The day that the row or the matter names, before anything is moved; none where working days are counted.
pub(crate) fn nominal(due: Due, matter: &Matter) -> Option<Day> {
    match due {
        Due::ByItem => matter.due,
        Due::Monthly { day } => Day::from_ymd_opt(matter.opened.year(), matter.opened.month(), day),
        Due::Yearly { month, day } => Day::from_ymd_opt(matter.opened.year(), month, day),
        Due::Workdays(_) => None,
    }
}

/// A matter that nobody has entered anything for yet.
pub(crate) fn untouched(row: &Criterion, due: Due, unit: &UnitId, code: &str) -> Option<Matter> {
    let code: MatterCode = code.parse().ok()?;
    let (title, opened) = implied(row, due, &code)?;
    Some(Matter {
        id: 0,
        criterion: row.id.clone(),
        unit: unit.clone(),
        code,
        title,
        opened,
        due: None,
        document: None,
        evidence: None,
        who: String::new(),
        recorded_at: Moment::MIN_UTC,
        entries: Vec::new(),
    })
}
