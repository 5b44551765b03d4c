//! From the base of one group to its score.

use model::{LedgerLine, LineSource, Points, Unit};
use rules::{Criterion, Group, Rule, Rulebook};

use super::{CriterionScore, GroupScore, Sorted, Step, StepKind};

/// The steps of one group with the sum that they have come to.
struct Ladder {
    steps: Vec<Step>,
    running: Points,
}

impl Ladder {
    fn step(&mut self, kind: StepKind, points: Points, text: String) -> &mut Step {
        self.running += points;
        self.steps.push(Step {
            kind,
            seq: None,
            month: None,
            criterion: None,
            text,
            points,
            running: self.running,
            pair: None,
        });
        let last = self.steps.len() - 1;
        &mut self.steps[last]
    }
}

pub(super) fn score(rulebook: &Rulebook, unit: &Unit, group: &Group, sorted: &Sorted<'_>) -> GroupScore {
    let lines = sorted.of(&group.id);
    let mut ladder = Ladder { steps: Vec::new(), running: Points::ZERO };
    ladder.step(StepKind::Base, group.base, reading(rulebook, group));
    for (line, _) in lines {
        post(&mut ladder, line, sorted);
    }
    let criteria: Vec<_> = rulebook
        .criteria
        .iter()
        .filter(|c| c.applies_to(unit) && (c.group == group.id || lines.iter().any(|(_, row)| row.id == c.id)))
        .map(|c| criterion(c, lines))
        .collect();
    for row in &criteria {
        cap(&mut ladder, row);
    }
    floor_and_ceiling(&mut ladder, group);
    let vetoes = standing_vetoes(lines, sorted);
    veto(&mut ladder, &vetoes);
    GroupScore {
        id: group.id.clone(),
        title: group.title.clone(),
        points: group.points,
        base: group.base,
        bonus: group.bonus,
        criteria,
        raw: lines.iter().map(|(l, _)| l.line.points).sum(),
        vetoed: !vetoes.is_empty(),
        score: ladder.running,
        steps: ladder.steps,
    }
}

/// What the unit starts with, and which reading of the table that is.
fn reading(rulebook: &Rulebook, group: &Group) -> String {
    let earns = rulebook.criteria.iter().any(|c| c.group == group.id && matches!(c.rule, Rule::Earned { .. }));
    let base = group.base;
    match group.points {
        _ if group.bonus => "加分指标：逐项封顶，加在总分之上".to_owned(),
        Some(full) if base < full => {
            format!("起评{base}分，满分{full}分：得分加在起评分之上，至多加到{full}分（考核细则中 base = {base}）")
        }
        Some(full) if earns => {
            format!("起评即满分{full}分：得分只用于抵扣扣分，不超过{full}分（考核细则中 base = {base}）")
        }
        Some(full) => format!("起评即满分{full}分，按扣分项逐项扣减，扣完为止"),
        None => format!("起评{base}分"),
    }
}

fn post(ladder: &mut Ladder, line: &LedgerLine, sorted: &Sorted<'_>) {
    let pair = sorted.pairs.get(&line.seq).copied();
    let mut text = line.line.text.clone();
    if let (Some(by), false) = (pair, matches!(line.line.source, LineSource::ReversalOf(_))) {
        text.push_str(&format!("【已由第{by}号红冲，两行相抵】"));
    }
    let step = ladder.step(StepKind::Line, line.line.points, text);
    step.seq = Some(line.seq);
    step.month = Some(line.line.belongs_to);
    step.criterion = Some(line.line.criterion.clone());
    step.pair = pair;
}

fn criterion(row: &Criterion, lines: &[(&LedgerLine, &Criterion)]) -> CriterionScore {
    let raw: Points = lines.iter().filter(|(_, r)| r.id == row.id).map(|(l, _)| l.line.points).sum();
    let cap = if let Rule::Earned { cap, .. } = row.rule { cap } else { None };
    let counted = cap.map_or(raw, |c| raw.min(c));
    CriterionScore { id: row.id.clone(), title: row.title.clone(), raw, cap, counted }
}

fn cap(ladder: &mut Ladder, row: &CriterionScore) {
    if row.counted == row.raw {
        return;
    }
    let text = format!("{}共得{}分，本指标封顶{}分，超出部分不计", row.id, row.raw, row.counted);
    ladder.step(StepKind::Cap, row.counted - row.raw, text).criterion = Some(row.id.clone());
}

fn floor_and_ceiling(ladder: &mut Ladder, group: &Group) {
    let net = ladder.running - group.base;
    if ladder.running.is_negative() {
        let text = if group.base == Points::ZERO {
            format!("{}，不低于0分，按0计", net.signed())
        } else {
            format!("{}，扣完为止，按 {} 计", net.signed(), (-group.base).signed())
        };
        ladder.step(StepKind::Floor, -ladder.running, text);
    }
    if let Some(full) = group.points.filter(|full| ladder.running > *full) {
        let text = format!("合计{}分，本组满分{full}分，按{full}分计", ladder.running);
        ladder.step(StepKind::Ceiling, full - ladder.running, text);
    }
}

/// Vetoes that nobody has taken back.
fn standing_vetoes<'a>(lines: &[(&'a LedgerLine, &Criterion)], sorted: &Sorted<'_>) -> Vec<&'a LedgerLine> {
    let stands = |line: &LedgerLine, row: &Criterion| {
        matches!(row.rule, Rule::Veto { .. })
            && !matches!(line.line.source, LineSource::ReversalOf(_))
            && !sorted.pairs.contains_key(&line.seq)
    };
    lines.iter().filter(|(l, r)| stands(l, r)).map(|(l, _)| *l).collect()
}

/// Shown also where nothing is left to lose: the group stays at zero whatever is earned later.
fn veto(ladder: &mut Ladder, vetoes: &[&LedgerLine]) {
    if let Some(first) = vetoes.first() {
        let numbers: Vec<String> = vetoes.iter().map(|l| format!("第{}号", l.seq)).collect();
        let text = format!("一票否决（台账{}）：本组得分计为0", numbers.join("、"));
        let rest = -ladder.running;
        let step = ladder.step(StepKind::Veto, rest, text);
        step.criterion = Some(first.line.criterion.clone());
    }
}
