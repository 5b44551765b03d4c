//! 得分表: what the lines of a year add up to for one unit, with every step explained.

mod group;

use std::collections::{BTreeMap, BTreeSet};

use model::{CriterionId, LedgerLine, LineSource, Moment, Month, Points, RulebookId, Unit, UnitId};
use rules::{Criterion, Rule, Rulebook};
use serde::Serialize;

/// The scorecard of one unit for one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scorecard {
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: String,
    /// The scoring table.
    pub rulebook: RulebookId,
    /// The year that the counted lines belong to.
    pub year: i32,
    /// Lines posted after this instant are not counted; none: all are.
    pub as_of: Option<Moment>,
    /// The groups that make up the full score, in the order of the table.
    pub groups: Vec<GroupScore>,
    /// The bonus groups, added on top.
    pub bonus: Vec<GroupScore>,
    /// Lines of this unit and year that could not be counted, and why.
    pub uncounted: Vec<Uncounted>,
    /// All groups and bonuses.
    pub total: Points,
    /// What the groups could give at most, without bonus.
    pub out_of: Points,
}

/// One group (一级指标) of a scorecard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupScore {
    /// `A` … `F`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Full points; none for a bonus group without a ceiling.
    pub points: Option<Points>,
    /// What the unit starts with.
    pub base: Points,
    /// Is it added on top?
    pub bonus: bool,
    /// The rows that apply to this unit, with what their lines come to.
    pub criteria: Vec<CriterionScore>,
    /// From the base to the score, step by step: the points of all steps add up to the score.
    pub steps: Vec<Step>,
    /// The plain sum of the lines, without base, caps, floor, ceiling and veto.
    pub raw: Points,
    /// Does a veto that still stands zero the group?
    pub vetoed: bool,
    /// The score.
    pub score: Points,
}

/// One row of a scorecard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CriterionScore {
    /// The row.
    pub id: CriterionId,
    /// Its title.
    pub title: String,
    /// The plain sum of its lines.
    pub raw: Points,
    /// The most that it may earn in a year.
    pub cap: Option<Points>,
    /// The sum with the cap applied.
    pub counted: Points,
}

/// What kind of step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// What the unit starts with, and how earned points are read.
    Base,
    /// A line of the ledger.
    Line,
    /// Earned points beyond the row's cap do not count.
    Cap,
    /// Nothing falls below zero: 扣完为止.
    Floor,
    /// Nothing rises above the group's points.
    Ceiling,
    /// One occurrence zeroes the group.
    Veto,
}

/// One step on the way to a group's score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What kind of step.
    pub kind: StepKind,
    /// The ledger line, where it is one.
    pub seq: Option<i64>,
    /// The month that the line belongs to.
    pub month: Option<Month>,
    /// The row that it is about.
    pub criterion: Option<CriterionId>,
    /// What happens, in Chinese.
    pub text: String,
    /// What it adds.
    pub points: Points,
    /// The sum so far.
    pub running: Points,
    /// The line that takes this one back, or that this one takes back: the two cancel.
    pub pair: Option<i64>,
}

/// A line of this unit and year that is not counted: shown apart, never dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Uncounted {
    /// The line.
    pub seq: i64,
    /// Its row.
    pub criterion: CriterionId,
    /// Its points.
    pub points: Points,
    /// Why it is not counted, in Chinese.
    pub why: String,
}

/// The scorecard of `unit` for `year`, from the lines whose `belongs_to` lies in that year.
///
/// `lines` may be the whole ledger, in any order. With `as_of`, lines posted after that instant are left aside: the
/// card is then the one that could be read at that instant.
#[must_use]
pub fn scorecard(
    rulebook: &Rulebook,
    unit: &Unit,
    lines: &[LedgerLine],
    year: i32,
    as_of: Option<Moment>,
) -> Scorecard {
    let mine = |l: &&LedgerLine| l.line.unit == unit.id && counts(l, year, as_of);
    card(rulebook, unit, lines.iter().filter(mine).collect(), year, as_of)
}

/// Does it count in that year, and was it there at that instant?
fn counts(line: &LedgerLine, year: i32, as_of: Option<Moment>) -> bool {
    line.line.belongs_to.year() == year && as_of.is_none_or(|t| line.posted_at <= t)
}

/// The card from the lines that count on it.
fn card(rulebook: &Rulebook, unit: &Unit, mut lines: Vec<&LedgerLine>, year: i32, as_of: Option<Moment>) -> Scorecard {
    lines.sort_by_key(|l| (l.line.belongs_to, l.seq));
    let sorted = Sorted::new(rulebook, unit, &lines);
    let scores = rulebook.groups.iter().map(|g| group::score(rulebook, unit, g, &sorted));
    let (bonus, groups): (Vec<_>, Vec<_>) = scores.partition(|g| g.bonus);
    Scorecard {
        unit: unit.id.clone(),
        unit_name: unit.name.clone(),
        rulebook: rulebook.id.clone(),
        year,
        as_of,
        total: groups.iter().chain(&bonus).map(|g| g.score).sum(),
        out_of: groups.iter().filter_map(|g| g.points).sum(),
        groups,
        bonus,
        uncounted: sorted.uncounted,
    }
}

/// The scorecards of all units that were scored in `year`, best first; equals by their ids.
#[must_use]
pub fn scoreboard(
    rulebook: &Rulebook,
    units: &[Unit],
    lines: &[LedgerLine],
    year: i32,
    as_of: Option<Moment>,
) -> Vec<Scorecard> {
    use chrono::Datelike;
    let alive = |u: &&Unit| u.from.is_none_or(|f| f.year() <= year) && u.until.is_none_or(|l| l.year() >= year);
    let mut of_unit: BTreeMap<&UnitId, Vec<&LedgerLine>> = BTreeMap::new();
    for line in lines.iter().filter(|l| counts(l, year, as_of)) {
        of_unit.entry(&line.line.unit).or_default().push(line);
    }
    let own = |u: &Unit| of_unit.get(&u.id).cloned().unwrap_or_default();
    let mut cards: Vec<_> = units.iter().filter(alive).map(|u| card(rulebook, u, own(u), year, as_of)).collect();
    cards.sort_by(|a, b| b.total.cmp(&a.total).then_with(|| a.unit.cmp(&b.unit)));
    cards
}

/// The lines by the group whose purse they touch.
struct Sorted<'a> {
    by_group: BTreeMap<&'a str, Vec<(&'a LedgerLine, &'a Criterion)>>,
    pairs: BTreeMap<i64, i64>,
    uncounted: Vec<Uncounted>,
}

impl<'a> Sorted<'a> {
    fn new(rulebook: &'a Rulebook, unit: &Unit, lines: &[&'a LedgerLine]) -> Sorted<'a> {
        let mut sorted = Sorted { by_group: BTreeMap::new(), pairs: pairs(lines), uncounted: Vec::new() };
        for line in lines {
            match purse(rulebook, unit, line) {
                Ok((group, row)) => sorted.by_group.entry(group).or_default().push((line, row)),
                Err(why) => sorted.uncounted.push(Uncounted {
                    seq: line.seq,
                    criterion: line.line.criterion.clone(),
                    points: line.line.points,
                    why: why.to_owned(),
                }),
            }
        }
        sorted
    }

    fn of(&self, group: &str) -> &[(&'a LedgerLine, &'a Criterion)] {
        self.by_group.get(group).map_or(&[], Vec::as_slice)
    }
}

/// The group that a line touches: that of its row, or the one that a veto zeroes.
fn purse<'a>(rulebook: &'a Rulebook, unit: &Unit, line: &LedgerLine) -> Result<(&'a str, &'a Criterion), &'static str> {
    if line.line.rulebook != rulebook.id {
        return Err("属于另一部考核细则，不计入本表");
    }
    let row = rulebook.criterion(&line.line.criterion).ok_or("考核细则中没有这一指标，不计入本表")?;
    if !row.applies_to(unit) {
        return Err("该指标不适用于本单位，不计入本表");
    }
    let group = if let Rule::Veto { group } = &row.rule { group } else { &row.group };
    let known = rulebook.group(group).ok_or("考核细则中没有该指标所属的一级指标，不计入本表")?;
    Ok((known.id.as_str(), row))
}

/// Each reversed line with its reversal, both ways. Only a line that is itself here can have been taken back.
fn pairs(lines: &[&LedgerLine]) -> BTreeMap<i64, i64> {
    let here: BTreeSet<i64> = lines.iter().map(|l| l.seq).collect();
    let mut pairs = BTreeMap::new();
    for line in lines {
        if let LineSource::ReversalOf(old) = line.line.source
            && here.contains(&old)
        {
            pairs.insert(old, line.seq);
            pairs.insert(line.seq, old);
        }
    }
    pairs
}
