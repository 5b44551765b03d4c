//! What became of each matter.

use std::collections::BTreeSet;

use chrono::Datelike;
use model::{
    CountingMode, Day, DayRange, FindingKey, Flag, Judgement, Matter, MatterEntry, MatterStep, Month, Points, Proof,
    Scope, Unit, Verdict, Waiver,
};

use super::{Deadline, Registers, Run, nominal, run, say, untouched};
use crate::case::Docket;
use crate::rulebook::{Clock, Criterion, Due, EvidenceBy, Rule};

/// Judges the matters of one row: those that were entered, and those that the rulebook makes by itself. Years that a column
/// has answered for (`by_column`, by unit and year) are left out.
pub(crate) fn judge(
    docket: &Docket<'_>,
    registers: &Registers<'_>,
    row: &Criterion,
    clock: &Clock,
    by_column: &BTreeSet<(&model::UnitId, i32)>,
    found: &mut Vec<Judgement>,
) {
    let as_of = docket.case.as_of;
    for unit in docket.case.units.iter().filter(|u| row.applies_to(u)) {
        let entered = registers.matters.iter().filter(|m| {
            m.criterion == row.id && m.unit == unit.id && m.recorded_at <= as_of && m.opened <= docket.today
        });
        let mut matters: Vec<Matter> = entered.cloned().collect();
        for code in codes(docket, registers, row, clock.due, unit) {
            if matters.iter().all(|m| m.code.as_str() != code) {
                matters.extend(untouched(row, clock.due, &unit.id, &code));
            }
        }
        if matches!(clock.due, Due::Yearly { .. }) {
            matters.retain(|m| !by_column.contains(&(&unit.id, m.opened.year())));
        }
        found.extend(matters.iter().filter_map(|m| one(docket, registers, row, clock, unit, m)));
    }
}

/// The codes of the matters that the rulebook makes for a unit: each month or year that has begun, that the unit lived
/// through, and that was due once monitoring had begun. Of a register that nobody keeps there are none, but where the
/// program was to look and has no column to look into, the unit is told.
fn codes(docket: &Docket<'_>, registers: &Registers<'_>, row: &Criterion, due: Due, unit: &Unit) -> Vec<String> {
    let (since, today) = (docket.case.since, docket.today);
    let kept = registers.in_use(row, docket.case.as_of);
    let lived = |first: Day, last: Day| unit.from.is_none_or(|f| f <= first) && unit.until.is_none_or(|u| last <= u);
    match due {
        Due::Monthly { day } if kept => {
            let (mut month, mut codes) = (Month::of(since).previous(), Vec::new());
            while month.next().days().first <= today {
                let due = model::calendar::shift(month.next().days().first, i64::from(day) - 1);
                if due >= since && lived(month.days().first, due) {
                    codes.push(month.to_string());
                }
                month = month.next();
            }
            codes
        }
        Due::Yearly { month, day } => (since.year()..=today.year())
            .filter(|year| {
                let days = Day::from_ymd_opt(*year, 1, 1).zip(Day::from_ymd_opt(*year, month, day));
                days.is_some_and(|(first, last)| {
                    let looked_for = row.evidence != EvidenceBy::Register && since <= first;
                    last >= since && lived(first, last) && (kept || looked_for)
                })
            })
            .map(|year| format!("{year:04}"))
            .collect(),
        _ => Vec::new(),
    }
}

/// How a matter stands against its clock.
pub(crate) enum Outcome<'m> {
    /// Nothing is to be said: done in time, not due yet, standing still, withdrawn.
    Nothing,
    /// Open, and due soon.
    DueSoon,
    /// Done after the due day.
    Late(&'m MatterEntry),
    /// Past the due day, and not done.
    Overdue,
}

/// Weighs the entries that stand against the due day.
pub(crate) fn outcome<'m>(entries: &[&'m MatterEntry], due: Day, today: Day, warn_days: u32) -> Outcome<'m> {
    if entries.iter().any(|e| e.step == MatterStep::Withdrawn) {
        return Outcome::Nothing;
    }
    match submitted(entries) {
        Some(entry) if entry.day <= due => Outcome::Nothing,
        Some(entry) => Outcome::Late(entry),
        None if today > due => Outcome::Overdue,
        None if model::calendar::shift(due, -i64::from(warn_days)) <= today => Outcome::DueSoon,
        None => Outcome::Nothing,
    }
}

/// The first submission that answers the request as it was amended last.
fn submitted<'m>(entries: &[&'m MatterEntry]) -> Option<&'m MatterEntry> {
    let amended = entries.iter().filter(|e| e.step == MatterStep::Amended).map(|e| e.day).max();
    let answers = |e: &&&MatterEntry| e.step == MatterStep::Submitted && amended.is_none_or(|a| e.day >= a);
    entries.iter().find(answers).copied()
}

/// A matter with all that is needed to speak of it.
pub(crate) struct Weighed<'a> {
    pub(crate) row: &'a Criterion,
    pub(crate) matter: &'a Matter,
    pub(crate) entries: &'a [&'a MatterEntry],
    pub(crate) deadline: Option<&'a Deadline>,
    pub(crate) complete: Option<&'a model::Completeness>,
}

fn one(
    docket: &Docket<'_>,
    registers: &Registers<'_>,
    row: &Criterion,
    clock: &Clock,
    unit: &Unit,
    matter: &Matter,
) -> Option<Judgement> {
    let entries = matter.standing(docket.case.as_of);
    let complete = registers.complete_through(row, &unit.id, docket.case.as_of);
    let mut w = Weighed { row, matter, entries: &entries, deadline: None, complete };
    let deadline = match run(clock, matter, &entries, registers.workdays) {
        Run::Due(deadline) => deadline,
        Run::Paused { .. } | Run::Undated => return None,
        Run::Unknown { missing, known } => {
            // Done by a day that is not after the due day, whichever that will be.
            let kept = matches!(outcome(&entries, known, docket.today, 0), Outcome::Nothing);
            if (kept && submitted(&entries).is_some()) || entries.iter().any(|e| e.step == MatterStep::Withdrawn) {
                return None;
            }
            // A day that is named is spoken of when it comes near, a clock that cannot be followed at once.
            let near = model::calendar::shift(known, -i64::from(clock.warn_days)) <= docket.today;
            if nominal(clock.due, matter).is_some() && !near {
                return None;
            }
            let said = (Verdict::Unknown, vec![Flag::NoCalendar], say::no_calendar(&missing, known));
            return Some(judgement(docket, &w, known, said, Points::ZERO));
        }
    };
    let due = deadline.due;
    if due < docket.case.since || unit.until.is_some_and(|until| until < due) {
        return None;
    }
    w.deadline = Some(&deadline);
    let outcome = outcome(&entries, due, docket.today, clock.warn_days);
    if matches!(outcome, Outcome::Nothing) {
        return None;
    }
    let waiver = waiver(docket, row, unit, matter, due);
    if let Some(waiver) = waiver {
        let said = (Verdict::Waived, vec![Flag::Waiver], say::waived(&w, due, waiver));
        return (!matches!(outcome, Outcome::DueSoon)).then(|| judgement(docket, &w, due, said, Points::ZERO));
    }
    let (said, points) = said(&w, due, &outcome)?;
    Some(judgement(docket, &w, due, said, points))
}

type Said = (Verdict, Vec<Flag>, String);

/// The verdict on an outcome that is worth a word, and what it costs.
fn said(w: &Weighed<'_>, due: Day, outcome: &Outcome<'_>) -> Option<(Said, Points)> {
    let (late, missing) = match &w.row.rule {
        Rule::Duty { late, missing, .. } => (*late, Some(*missing)),
        // Another office gives the points; that the clock was missed is shown all the same.
        Rule::External { .. } => (Some(Points::ZERO), Some(Points::ZERO)),
        _ => (None, None),
    };
    let free = |verdict, flags: &[Flag], text| Some(((verdict, flags.to_vec(), text), Points::ZERO));
    match outcome {
        Outcome::Nothing => None,
        Outcome::DueSoon => free(Verdict::DueSoon, &[], say::due_soon(w, due)),
        Outcome::Late(_) | Outcome::Overdue if missing.is_none() => {
            free(Verdict::NotApplicable, &[], say::not_earned(w, due))
        }
        Outcome::Late(entry) => {
            late.map(|points| ((Verdict::Breached, vec![Flag::Late], say::late(w, due, entry)), points))
        }
        Outcome::Overdue => match (w.complete.filter(|c| c.through >= due), missing) {
            (Some(complete), Some(points)) => {
                Some(((Verdict::Breached, Vec::new(), say::missing(w, due, complete)), points))
            }
            _ => free(Verdict::Unknown, &[Flag::RegisterOpen], say::register_open(w, due)),
        },
    }
}

/// A waiver that names the row holds where it shares a day with the matter; one for everything only where it holds the due
/// day: a week of maintenance does not excuse an answer that had a month.
fn waiver<'a>(docket: &Docket<'a>, row: &Criterion, unit: &Unit, matter: &Matter, due: Day) -> Option<&'a Waiver> {
    let days = DayRange { first: matter.opened.min(due), last: due };
    let holds = |w: &&Waiver| w.days.contains(due) || (w.criterion.is_some() && w.days.overlaps(&days));
    docket.waivers(&unit.id, None, &row.id).into_iter().find(holds)
}

fn judgement(docket: &Docket<'_>, w: &Weighed<'_>, due: Day, said: Said, points: Points) -> Judgement {
    let (verdict, flags, enough) = said;
    let missing = u32::from(matches!(verdict, Verdict::Breached | Verdict::Unknown | Verdict::Waived));
    let key = FindingKey {
        rulebook: docket.case.rulebook.id.clone(),
        criterion: w.row.id.clone(),
        scope: Scope::Matter { unit: w.matter.unit.clone(), code: w.matter.code.clone() },
        days: DayRange { first: w.matter.opened.min(due), last: due },
    };
    let proof = Proof { matter: Some(say::quote(w)), enough, ..Proof::default() };
    Judgement { key, verdict, missing, points, mode: CountingMode::EachMatter, flags, proof }
}
