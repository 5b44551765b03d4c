//! Quota: at least n publications in each week, month or quarter (COUNTING.md section 4).

use model::{CountingMode, Day, Judgement, Period, PeriodKind, Scope, Unit};

use crate::case::Docket;
use crate::judge::{Short, Subject};
use crate::rulebook::{Criterion, Rule};
use crate::sentence::Need;
use crate::view::View;

/// Judges one channel by itself.
pub(crate) fn judge_channel(docket: &Docket<'_>, criterion: &Criterion, view: &View<'_>, found: &mut Vec<Judgement>) {
    over(docket, criterion, Scope::Channel(view.id().clone()), &[view], found);
}

/// Judges all website columns of a unit together.
pub(crate) fn judge_section(
    docket: &Docket<'_>,
    criterion: &Criterion,
    unit: &Unit,
    columns: &[&View<'_>],
    found: &mut Vec<Judgement>,
) {
    over(docket, criterion, Scope::Section(unit.id.clone()), columns, found);
}

fn over(docket: &Docket<'_>, criterion: &Criterion, scope: Scope, views: &[&View<'_>], found: &mut Vec<Judgement>) {
    let Rule::Quota { period, at_least, warn_days, points, .. } = &criterion.rule else { return };
    let Some(from) = views.iter().map(|v| v.from()).min() else { return };
    // Open-ended as soon as one column is.
    let until = views.iter().map(|v| v.until()).collect::<Option<Vec<Day>>>().and_then(|all| all.into_iter().max());
    let waivers = docket.waivers(&scope.unit(), scope.channel(), &criterion.id);
    let subject = Subject { docket, criterion: &criterion.id, scope, mode: CountingMode::EachMissing, points: *points };
    for period in periods(*period, from.max(docket.case.since), docket.today) {
        let days = period.days();
        let ended = days.last < docket.today;
        let whole = from <= days.first && until.is_none_or(|until| days.last <= until);
        if !whole || !(ended || docket.closing(days.last, *warn_days)) {
            continue;
        }
        let have: usize = views.iter().map(|v| v.publications_within(&days)).sum();
        let have = u32::try_from(have).unwrap_or(u32::MAX);
        let missing = at_least.saturating_sub(have);
        let alive = |v: &&View<'_>| v.from() <= days.last && v.until().is_none_or(|until| days.first <= until);
        let alive: Vec<&View<'_>> = views.iter().copied().filter(alive).collect();
        let waiver = waivers.iter().find(|w| w.days.overlaps(&days)).copied();
        if missing == 0 || alive.is_empty() || (waiver.is_some() && !ended) {
            continue;
        }
        let need = Need::Count { at_least: *at_least, have };
        found.push(subject.say(&alive, &Short { days, ended, missing, need, waiver }));
    }
}

/// The periods that end on or after `from`, up to the one that holds `today`.
pub(crate) fn periods(kind: PeriodKind, from: Day, today: Day) -> impl Iterator<Item = Period> {
    std::iter::successors(Some(Period::of(kind, from)), |p| Some(p.next())).take_while(move |p| p.days().first <= today)
}
