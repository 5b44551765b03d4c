//! What there is to tell, counted.

use std::collections::{BTreeMap, BTreeSet};

use model::{LedgerLine, LineSource, Points, Unit};
use rules::{Criterion, Rule};

use super::{Facts, Windows};

/// One unit in the span.
pub(super) struct UnitCount<'a> {
    pub(super) unit: &'a Unit,
    pub(super) windows: Windows,
    /// Lines of the span that charge it and stand.
    pub(super) problems: usize,
    pub(super) deducted: Points,
    pub(super) earned: Points,
}

/// What was charged under one row of the table and still stands.
pub(super) struct Problem<'a> {
    pub(super) criterion: &'a Criterion,
    /// Names of the units, in the order of the configuration, each with how often.
    pub(super) units: Vec<(&'a str, usize)>,
    pub(super) lines: usize,
    pub(super) points: Points,
    /// The group that a veto zeroes.
    pub(super) zeroes: Option<&'a str>,
}

/// The whole span.
pub(super) struct Counted<'a> {
    pub(super) units: Vec<UnitCount<'a>>,
    pub(super) windows: Windows,
    pub(super) problems: Vec<Problem<'a>>,
    /// All lines that were posted within the span.
    pub(super) lines: Vec<&'a LedgerLine>,
    taken_back: BTreeSet<i64>,
}

impl<'a> Counted<'a> {
    pub(super) fn of(facts: &Facts<'a>) -> Counted<'a> {
        let mut lines: Vec<&LedgerLine> = facts.lines.iter().filter(|l| facts.span.holds(l.line.month)).collect();
        lines.sort_by_key(|l| l.seq);
        // Whatever was taken back up to now is no problem any more, also where that stands in a later month.
        let taken_back: BTreeSet<i64> = facts.lines.iter().filter_map(reversed).collect();
        let standing: Vec<&LedgerLine> =
            lines.iter().copied().filter(|l| charges(facts, l) && !taken_back.contains(&l.seq)).collect();
        let days = facts.span.days();
        let alive = |u: &&Unit| u.from.is_none_or(|f| f <= days.last) && u.until.is_none_or(|l| days.first <= l);
        // A unit that was dissolved, and about which something became known late, is told of too.
        let spoken_of = |u: &&Unit| alive(u) || lines.iter().any(|l| l.line.unit == u.id);
        let units: Vec<UnitCount<'_>> =
            facts.units.iter().filter(spoken_of).map(|u| unit(facts, u, &lines, &standing)).collect();
        let windows = units.iter().fold(Windows::default(), |all, u| all.plus(u.windows));
        Counted { problems: problems(facts, &standing), units, windows, lines, taken_back }
    }

    /// What was posted, in one paragraph.
    pub(super) fn posted(&self) -> String {
        if self.lines.is_empty() {
            return "本期没有入账行。".to_owned();
        }
        let sum = |all: &[&LedgerLine]| all.iter().map(|l| l.line.points).sum::<Points>().signed();
        let of = |keep: &dyn Fn(&LedgerLine) -> bool| -> Vec<&LedgerLine> {
            self.lines.iter().copied().filter(|l| keep(l)).collect()
        };
        let back = |l: &LedgerLine| reversed(l).is_some();
        let taken = of(&|l| !back(l) && l.line.points.is_negative());
        let given = of(&|l| !back(l) && Points::ZERO < l.line.points);
        let zero = of(&|l| !back(l) && l.line.points == Points::ZERO);
        let reversals = of(&back);
        let mut text = format!("台账本期入账{}行：扣分{}行，合计{}分", self.lines.len(), taken.len(), sum(&taken));
        let gone = taken.iter().filter(|l| self.taken_back.contains(&l.seq)).count();
        if gone > 0 {
            text += &format!("（其中{gone}行此后已红冲）");
        }
        text += &format!("；加分、得分{}行，合计{}分", given.len(), sum(&given));
        if !zero.is_empty() {
            text += &format!("；一票否决等记0分的{}行", zero.len());
        }
        if !reversals.is_empty() {
            text += &format!("；红冲{}行，合计{}分", reversals.len(), sum(&reversals));
        }
        let late = self.lines.iter().filter(|l| l.line.belongs_to < l.line.month).count();
        if late > 0 {
            text += &format!("。其中{late}行所属月份早于入账月份，为结账后查实补记或红冲");
        }
        text + "。"
    }
}

/// The line that this one takes back.
fn reversed(line: &LedgerLine) -> Option<i64> {
    if let LineSource::ReversalOf(seq) = line.line.source { Some(seq) } else { None }
}

/// Does it cost something, points or a whole group?
fn charges(facts: &Facts<'_>, l: &LedgerLine) -> bool {
    let veto = || facts.rulebook.criterion(&l.line.criterion).is_some_and(|c| matches!(c.rule, Rule::Veto { .. }));
    reversed(l).is_none() && (l.line.points.is_negative() || veto())
}

fn unit<'a>(facts: &Facts<'a>, unit: &'a Unit, lines: &[&LedgerLine], standing: &[&LedgerLine]) -> UnitCount<'a> {
    let mut count = UnitCount {
        unit,
        windows: facts.windows.get(&unit.id).copied().unwrap_or_default(),
        problems: standing.iter().filter(|l| l.line.unit == unit.id).count(),
        deducted: Points::ZERO,
        earned: Points::ZERO,
    };
    for l in lines.iter().filter(|l| l.line.unit == unit.id) {
        // A reversal counts on the side of the line that it takes back.
        if l.line.points.is_negative() == reversed(l).is_none() {
            count.deducted += l.line.points;
        } else {
            count.earned += l.line.points;
        }
    }
    count
}

/// Row by row, in the order of the table.
fn problems<'a>(facts: &Facts<'a>, standing: &[&LedgerLine]) -> Vec<Problem<'a>> {
    let mut all = vec![];
    for criterion in &facts.rulebook.criteria {
        let own: Vec<&&LedgerLine> = standing.iter().filter(|l| l.line.criterion == criterion.id).collect();
        if own.is_empty() {
            continue;
        }
        let mut often: BTreeMap<&str, usize> = BTreeMap::new();
        for l in &own {
            *often.entry(l.line.unit.as_str()).or_default() += 1;
        }
        let known = facts.units.iter().filter_map(|u| Some((u.name.as_str(), *often.get(u.id.as_str())?)));
        all.push(Problem {
            criterion,
            units: known.collect(),
            lines: own.len(),
            points: own.iter().map(|l| l.line.points).sum(),
            zeroes: if let Rule::Veto { group } = &criterion.rule { Some(group) } else { None },
        });
    }
    all
}
