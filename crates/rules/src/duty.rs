//! Duties: what stands in a column by a day of each year (rows A3.1, A6.1 and A6.2), and what the registers hold.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Datelike;
use model::{
    ChannelKind, CountingMode, Day, DayRange, Flag, Judgement, Matter, Points, Scope, UnitId, Verdict, WorkdayError,
};

use crate::case::{Case, Docket};
use crate::judge::{Short, Subject, of_kinds, views};
use crate::matters::{self, Outcome, Registers, Run};
use crate::rulebook::{Clock, Criterion, Due, EvidenceBy, Rule};
use crate::sentence::Need;
use crate::together::Together;
use crate::view::View;

/// Judges every row that has a clock.
///
/// A yearly duty for which the rulebook names a column, and which it does not leave to the register, is looked for there: it
/// is met when anything dated from 1 January to the due day stands in one of the unit's columns of those kinds; what it is,
/// is not asked. Otherwise the same holds as for a quota: whole inside the lives, `breached` only when proved. An update
/// after the due day makes it late, which costs what the row says of late ones, and nothing where it says nothing. What the
/// register says of that year stands above the column, and a unit without such a column is judged by the register alone.
///
/// All other rows are judged by their registers ([`crate::matters`]). The result is sorted by key and holds every verdict
/// but `met`.
#[must_use]
pub fn judge_duties(case: &Case<'_>, registers: &Registers<'_>) -> Vec<Judgement> {
    judge_duties_within(case, registers, &Together::of(case))
}

/// The same of some of the units of a district, as [`crate::judge_within`] does it. The registers are those of all units.
#[must_use]
pub fn judge_duties_within(case: &Case<'_>, registers: &Registers<'_>, together: &Together) -> Vec<Judgement> {
    let docket = Docket::new(case);
    let looked_for: BTreeSet<ChannelKind> = case.rulebook.criteria.iter().flat_map(by_column).copied().collect();
    let views = views(case, together, |kind| looked_for.contains(&kind));
    let mut found = Vec::new();
    for row in &case.rulebook.criteria {
        let Some(clock) = &row.clock else { continue };
        let mut answered = BTreeSet::new();
        if let (Rule::Duty { due: Due::Yearly { month, day }, channels, late, missing }, true) =
            (&row.rule, row.evidence != EvidenceBy::Register)
        {
            let mut units: BTreeMap<&UnitId, Vec<&View<'_>>> = BTreeMap::new();
            for view in of_kinds(&views, channels, row) {
                units.entry(&view.unit.id).or_default().push(view);
            }
            for (unit, columns) in &units {
                for days in years(case.since, docket.today, *month, *day) {
                    let column = Column { docket: &docket, row, clock, registers, columns, days };
                    // A column that did not live through the year says nothing; where the register is kept, that speaks.
                    if !column.alive(days.last).is_empty() || !registers.in_use(row, case.as_of) {
                        answered.insert((*unit, days.first.year()));
                    }
                    found.extend(column.judge(unit, *late, *missing));
                }
            }
        }
        matters::judge(&docket, registers, row, clock, &answered, &mut found);
    }
    found.sort_by(|a, b| a.key.cmp(&b.key));
    found
}

/// The columns in which what is due is looked for; none where a register says whether it was done.
fn by_column(row: &Criterion) -> &[ChannelKind] {
    match &row.rule {
        Rule::Duty { due: Due::Yearly { .. }, channels, .. } if row.evidence != EvidenceBy::Register => channels,
        _ => &[],
    }
}

/// From 1 January to the due day of each year that is not wholly before `since`.
fn years(since: Day, today: Day, month: u32, day: u32) -> impl Iterator<Item = DayRange> {
    (since.year()..=today.year()).filter_map(move |year| {
        let days = DayRange::new(Day::from_ymd_opt(year, 1, 1)?, Day::from_ymd_opt(year, month, day)?)?;
        (days.last >= since).then_some(days)
    })
}

/// One year's duty of one unit that has columns for it.
struct Column<'c, 'v, 'a> {
    docket: &'c Docket<'a>,
    row: &'c Criterion,
    clock: &'c Clock,
    registers: &'c Registers<'c>,
    columns: &'c [&'v View<'a>],
    /// From 1 January to the day that the rulebook names.
    days: DayRange,
}

impl<'a> Column<'_, '_, 'a> {
    fn judge(&self, unit: &UnitId, late: Option<Points>, missing: Points) -> Option<Judgement> {
        let as_of = self.docket.case.as_of;
        let code = format!("{:04}", self.days.first.year());
        let entered = self.registers.matter(self.row, unit, &code, as_of).cloned();
        let matter: Matter = entered.or_else(|| matters::untouched(self.row, self.clock.due, unit, &code))?;
        let entries = matter.standing(as_of);
        let (last, unsure) = match matters::run(self.clock, &matter, &entries, self.registers.workdays) {
            Run::Due(deadline) => (deadline.due, None),
            Run::Unknown { missing, known } => (known, Some(missing)),
            Run::Paused { .. } | Run::Undated => return None,
        };
        let days = DayRange::new(self.days.first, last)?;
        let registered = entries.iter().any(|e| e.step == model::MatterStep::Submitted);
        let late_entry = match matters::outcome(&entries, last, self.docket.today, self.clock.warn_days) {
            // Withdrawn, or handed in by the day: the register says so, whatever the column shows.
            Outcome::Nothing if registered || !entries.is_empty() && self.is_withdrawn(&entries) => return None,
            Outcome::Late(_) => true,
            _ => false,
        };
        self.look(days, unsure.as_ref(), late_entry, late, missing)
    }

    /// The columns that lived from the first day to `last`.
    fn alive(&self, last: Day) -> Vec<&View<'a>> {
        let whole = |v: &&View<'_>| v.from() <= self.days.first && v.until().is_none_or(|until| last <= until);
        self.columns.iter().copied().filter(whole).collect()
    }

    fn is_withdrawn(&self, entries: &[&model::MatterEntry]) -> bool {
        entries.iter().any(|e| e.step == model::MatterStep::Withdrawn)
    }

    /// Looks for it in the columns.
    fn look(
        &self,
        days: DayRange,
        unsure: Option<&WorkdayError>,
        late_entry: bool,
        late: Option<Points>,
        missing: Points,
    ) -> Option<Judgement> {
        let docket = self.docket;
        let alive = self.alive(days.last);
        let first = alive.first()?;
        let ended = days.last < docket.today;
        let done = alive.iter().any(|v| !v.updates_within(&days).is_empty());
        if done || !(ended || docket.closing(days.last, self.clock.warn_days)) {
            return None;
        }
        let waivers = docket.waivers(&first.unit.id, Some(first.id()), &self.row.id);
        let waiver = waivers.iter().find(|w| w.days.overlaps(&days)).copied();
        if waiver.is_some() && !ended {
            return None;
        }
        let came = |v: &&View<'_>| v.first_after(days.last).is_some_and(|(d, _)| d.year() == days.last.year());
        let came = late_entry || alive.iter().any(came);
        // What came late is charged only where the row says so.
        let points = if came { late? } else { missing };
        let subject = Subject {
            docket,
            criterion: &self.row.id,
            scope: Scope::Channel(first.id().clone()),
            mode: CountingMode::EachMissing,
            points,
        };
        let mut said = subject.say(&alive, &Short { days, ended, missing: 1, need: Need::Update, waiver });
        if let (Verdict::Breached, Some(missing)) = (said.verdict, unsure) {
            said.verdict = Verdict::Unknown;
            said.points = Points::ZERO;
            said.flags.push(Flag::NoCalendar);
            said.proof.enough = matters::no_calendar(missing, days.last);
        } else if came && said.verdict == Verdict::Breached {
            said.flags.push(Flag::Late);
        }
        said.flags.sort_unstable();
        Some(said)
    }
}
