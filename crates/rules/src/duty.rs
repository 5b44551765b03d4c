//! Duties that can be looked for: something is to stand in a column by a day of each year (rows A3.1, A6.1 and A6.2).

use std::collections::BTreeMap;

use chrono::Datelike;
use model::{CountingMode, Day, DayRange, Judgement, Points, Scope, UnitId};

use crate::case::{Case, Docket};
use crate::fleet;
use crate::judge::{Short, Subject, of_kinds, views};
use crate::rulebook::{Criterion, Due, EvidenceBy, Rule};
use crate::sentence::Need;
use crate::view::View;

/// Days before the due day from which a duty that is still open is `due-soon`.
const WARN_DAYS: u32 = 14;

/// Judges the yearly duties for which the rulebook names a column and which it does not leave to the register.
///
/// A duty is met when anything dated from 1 January to the due day stands in one of the unit's columns of those kinds;
/// what it is, is not asked. Otherwise the same holds as for a quota: whole inside the lives, `breached` only when proved.
/// An update after the due day makes it late, which may cost less. A unit without such a column is left to the register.
///
/// Kept apart from [`crate::judge()`], so that a district decides whether it lets columns speak for duties at all: what is
/// handed in on paper leaves no trace on the website.
#[must_use]
pub fn judge_duties(case: &Case<'_>) -> Vec<Judgement> {
    let docket = Docket::new(case);
    let silences = fleet::silences(case);
    let views = views(case, &silences);
    let mut found = Vec::new();
    for criterion in case.rulebook.criteria.iter().filter(|c| c.evidence != EvidenceBy::Register) {
        let Rule::Duty { due: Due::Yearly { month, day }, channels, late, missing } = &criterion.rule else { continue };
        let mut units: BTreeMap<&UnitId, Vec<&View<'_>>> = BTreeMap::new();
        for view in of_kinds(&views, channels, criterion) {
            units.entry(&view.unit.id).or_default().push(view);
        }
        for columns in units.values() {
            for days in years(case.since, docket.today, *month, *day) {
                found.extend(duty(&docket, criterion, columns, days, late.unwrap_or(*missing), *missing));
            }
        }
    }
    found.sort_by(|a, b| a.key.cmp(&b.key));
    found
}

/// From 1 January to the due day of each year that is not wholly before `since`.
fn years(since: Day, today: Day, month: u32, day: u32) -> impl Iterator<Item = DayRange> {
    (since.year()..=today.year()).filter_map(move |year| {
        let days = DayRange::new(Day::from_ymd_opt(year, 1, 1)?, Day::from_ymd_opt(year, month, day)?)?;
        (days.last >= since).then_some(days)
    })
}

fn duty(
    docket: &Docket<'_>,
    criterion: &Criterion,
    columns: &[&View<'_>],
    days: DayRange,
    late: Points,
    missing: Points,
) -> Option<Judgement> {
    let alive = |v: &&View<'_>| v.from() <= days.first && v.until().is_none_or(|until| days.last <= until);
    let alive: Vec<&View<'_>> = columns.iter().copied().filter(alive).collect();
    let ended = days.last < docket.today;
    let done = alive.iter().any(|v| !v.updates_within(&days).is_empty());
    if done || !(ended || docket.closing(days.last, WARN_DAYS)) {
        return None;
    }
    let first = alive.first()?;
    let waivers = docket.waivers(&first.unit.id, Some(first.id()), &criterion.id);
    let waiver = waivers.iter().find(|w| w.days.overlaps(&days)).copied();
    if waiver.is_some() && !ended {
        return None;
    }
    let came = alive.iter().any(|v| v.first_after(days.last).is_some_and(|(day, _)| day.year() == days.last.year()));
    let subject = Subject {
        docket,
        criterion: &criterion.id,
        scope: Scope::Channel(first.id().clone()),
        mode: CountingMode::EachMissing,
        points: if came { late } else { missing },
    };
    Some(subject.say(&alive, &Short { days, ended, missing: 1, need: Need::Update, waiver }))
}
