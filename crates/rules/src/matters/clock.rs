//! When a matter is due: to the day, with every step told, or not at all.

use model::calendar::shift;
use model::{Day, DayRange, Matter, MatterEntry, MatterStep, WorkdayError, Workdays};

use super::nominal;
use crate::rulebook::{Clock, Due};

/// The due day, and how it was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// The last day on which it can be done in time.
    pub due: Day,
    /// The steps that lead there, in Chinese.
    pub steps: Vec<String>,
}

/// How far a clock runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// To its end.
    Due(Deadline),
    /// It stands: third parties are asked, and have not answered yet.
    Paused {
        /// Since when.
        since: Day,
    },
    /// Into days of which nobody knows whether they are working days.
    Unknown {
        /// The year whose notice is missing.
        missing: WorkdayError,
        /// The last day up to which the clock can be followed: the due day is not before it.
        known: Day,
    },
    /// The matter carries no due day, though its row asks for one.
    Undated,
}

/// Runs the clock of one matter over the entries that stand.
///
/// Working days: the day of receipt is not counted; an amended request starts the clock again, and what was granted or
/// paused before it is gone; extensions add up to at most [`Clock::extension`]; the days of a pause, its first and its last
/// included, are not counted (条例 articles 30 to 34).
#[must_use]
pub fn run(clock: &Clock, matter: &Matter, entries: &[&MatterEntry], workdays: &Workdays) -> Run {
    match clock.due {
        Due::Workdays(n) => counted(clock, n, matter, entries, workdays),
        due => match nominal(due, matter) {
            Some(day) => dated(clock, day, entries, workdays),
            None => Run::Undated,
        },
    }
}

fn dated(clock: &Clock, day: Day, entries: &[&MatterEntry], workdays: &Workdays) -> Run {
    let granted = entries.iter().rev().find_map(|e| match e.step {
        MatterStep::ExtendedTo(until) => Some((until, e.day)),
        _ => None,
    });
    let mut steps = vec![format!("截止日期{day}")];
    let mut due = day;
    if let Some((until, on)) = granted {
        steps.push(format!("{on}批准延期至{until}"));
        due = until;
    }
    if !clock.roll {
        return Run::Due(Deadline { due, steps });
    }
    let last = due;
    loop {
        match workdays.is_workday(due) {
            Ok(true) => break,
            Ok(false) => due = shift(due, 1),
            Err(missing) => return Run::Unknown { missing, known: last },
        }
    }
    if due != last {
        steps.push(format!(
            "{last}不是工作日，顺延至{due}（原表未规定，按对单位有利的理解；另一种理解是不顺延，见考核细则 roll）"
        ));
    }
    Run::Due(Deadline { due, steps })
}

fn counted(clock: &Clock, n: u32, matter: &Matter, entries: &[&MatterEntry], workdays: &Workdays) -> Run {
    let amended = entries.iter().filter(|e| e.step == MatterStep::Amended).map(|e| e.day).max();
    let begin = amended.unwrap_or(matter.opened);
    let since: Vec<&MatterEntry> = entries.iter().copied().filter(|e| e.day >= begin).collect();
    let mut steps = vec![match amended {
        Some(day) => format!("{}收到，{day}收到补正，自次日起重新计{n}个工作日", matter.opened),
        None => format!("{begin}收到，自次日起计{n}个工作日"),
    }];
    let asked: u32 = since.iter().map(|e| if let MatterStep::ExtendedBy(k) = e.step { k } else { 0 }).sum();
    let extension = asked.min(clock.extension);
    if asked > extension {
        steps.push(format!("批准延长{asked}个工作日，法定至多{extension}个，按{extension}个计"));
    } else if extension > 0 {
        steps.push(format!("批准延长{extension}个工作日"));
    }
    let (pauses, open) = pauses(&since);
    steps.extend(pauses.iter().map(|p| format!("{}至{}中止计时，不计入期限", p.first, p.last)));
    let (mut at, mut left) = (begin, n.saturating_add(extension));
    while left > 0 {
        let next = shift(at, 1);
        if open.is_some_and(|since| since <= next) {
            return Run::Paused { since: open.unwrap_or(next) };
        }
        match workdays.is_workday(next) {
            Ok(true) if pauses.iter().any(|p| p.contains(next)) => {}
            Ok(true) => left -= 1,
            Ok(false) => {}
            Err(missing) => return Run::Unknown { missing, known: at },
        }
        at = next;
    }
    Run::Due(Deadline { due: at, steps })
}

/// The pauses that have ended, and the day since which one is open. A second pause within one says nothing new.
fn pauses(entries: &[&MatterEntry]) -> (Vec<DayRange>, Option<Day>) {
    let (mut ended, mut open) = (Vec::new(), None);
    for entry in entries {
        match (entry.step, open) {
            (MatterStep::Paused, None) => open = Some(entry.day),
            (MatterStep::Resumed, Some(from)) => {
                ended.extend(DayRange::new(from, entry.day));
                open = None;
            }
            _ => {}
        }
    }
    (ended, open)
}
