//! 重放: what another rulebook or way of counting would have made of the same looks.

use std::collections::{BTreeMap, BTreeSet};

use model::{CriterionId, DayRange, Judgement, Points, Scope, UnitId, Verdict};
use serde::Serialize;

/// How a line differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Only the other way charges it.
    Gained,
    /// Only the present way charges it.
    Lost,
    /// Both charge it, with other points.
    Changed,
}

impl Change {
    /// In Chinese.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Change::Gained => "新增",
            Change::Lost => "减少",
            Change::Changed => "分值变化",
        }
    }
}

/// A line that is not the same in both.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Line {
    /// The unit.
    pub unit: UnitId,
    /// The criterion.
    pub criterion: CriterionId,
    /// What is judged.
    pub scope: String,
    /// First and last day.
    pub days: DayRange,
    /// How it differs.
    pub change: Change,
    /// What it costs now; none: nothing is charged.
    pub before: Option<Points>,
    /// What it would cost.
    pub after: Option<Points>,
    /// What the other way says of it, or, where it says nothing, what is said now.
    pub why: String,
}

/// All lines of one unit, or of one unit under one criterion.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Lines that are charged now.
    pub lines_before: usize,
    /// Lines that would be charged.
    pub lines_after: usize,
    /// Lines that only the other way charges.
    pub gained: usize,
    /// Lines that only the present way charges.
    pub lost: usize,
    /// Lines with other points.
    pub changed: usize,
    /// Points now.
    pub before: Points,
    /// Points under the other way.
    pub after: Points,
}

impl Tally {
    /// What the other way adds to the score, or takes from it.
    #[must_use]
    pub fn difference(&self) -> Points {
        self.after - self.before
    }

    fn count(&mut self, before: Option<Points>, after: Option<Points>) {
        self.lines_before += usize::from(before.is_some());
        self.lines_after += usize::from(after.is_some());
        self.before += before.unwrap_or_default();
        self.after += after.unwrap_or_default();
        match change(before, after) {
            Some(Change::Gained) => self.gained += 1,
            Some(Change::Lost) => self.lost += 1,
            Some(Change::Changed) => self.changed += 1,
            None => {}
        }
    }
}

fn change(before: Option<Points>, after: Option<Points>) -> Option<Change> {
    match (before, after) {
        (None, Some(_)) => Some(Change::Gained),
        (Some(_), None) => Some(Change::Lost),
        (Some(a), Some(b)) if a != b => Some(Change::Changed),
        _ => None,
    }
}

/// What changes, and by how much.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replay {
    /// Each unit and criterion that either way charges.
    pub rows: BTreeMap<(UnitId, CriterionId), Tally>,
    /// Each unit that either way charges.
    pub units: BTreeMap<UnitId, Tally>,
    /// All units together.
    pub total: Tally,
    /// Every line that differs.
    pub lines: Vec<Line>,
    /// Windows that the other way cannot decide.
    pub unknown_after: usize,
    /// Windows that the present way cannot decide.
    pub unknown_before: usize,
    /// Lines that people have dismissed or taken back: they are charged on neither side.
    pub set_aside: usize,
}

/// A line apart from the rulebook that charges it.
pub type Place = (CriterionId, Scope, DayRange);

/// Holds two judgements of the same looks against each other: the breaches whose windows end within `days`. What people
/// have dismissed or taken back (`spared`) is charged by neither.
#[must_use]
pub fn compare(before: &[Judgement], after: &[Judgement], days: DayRange, spared: &BTreeSet<Place>) -> Replay {
    let mut replay =
        Replay { unknown_before: unknown(before, days), unknown_after: unknown(after, days), ..Replay::default() };
    let mut aside: BTreeSet<Place> = BTreeSet::new();
    let mut charged = |all| {
        let (own, gone): (BTreeMap<_, _>, BTreeMap<_, _>) =
            breaches(all, days).partition(|(place, _)| !spared.contains(place));
        aside.extend(gone.into_keys());
        own
    };
    let (old, new) = (charged(before), charged(after));
    replay.set_aside = aside.len();
    let places: BTreeSet<&Place> = old.keys().chain(new.keys()).collect();
    for place in places {
        let (was, is) = (old.get(place), new.get(place));
        let (was_points, is_points) = (was.map(|j| j.points), is.map(|j| j.points));
        let (criterion, scope, days) = place;
        let unit = scope.unit();
        replay.rows.entry((unit.clone(), criterion.clone())).or_default().count(was_points, is_points);
        replay.units.entry(unit.clone()).or_default().count(was_points, is_points);
        replay.total.count(was_points, is_points);
        let (Some(change), Some(said)) = (change(was_points, is_points), is.or(was)) else { continue };
        replay.lines.push(Line {
            unit,
            criterion: criterion.clone(),
            scope: scope.to_string(),
            days: *days,
            change,
            before: was_points,
            after: is_points,
            why: said.proof.enough.clone(),
        });
    }
    replay.lines.sort();
    replay
}

fn within(j: &Judgement, days: DayRange) -> bool {
    days.contains(j.key.days.last)
}

fn unknown(all: &[Judgement], days: DayRange) -> usize {
    all.iter().filter(|j| j.verdict == Verdict::Unknown && within(j, days)).count()
}

fn breaches(all: &[Judgement], days: DayRange) -> impl Iterator<Item = (Place, &Judgement)> {
    let place = |j: &Judgement| (j.key.criterion.clone(), j.key.scope.clone(), j.key.days);
    all.iter().filter(move |j| j.verdict == Verdict::Breached && within(j, days)).map(move |j| (place(j), j))
}
