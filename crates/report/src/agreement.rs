//! 比对: what people found when they inspected, held against what the monitor found over the same days.
//!
//! Pure: rows of an inspection sheet and findings in, agreement out. Where the monitor could not see, it is not counted as
//! right or wrong: its debt is shown as `unknown`.

use std::collections::{BTreeMap, BTreeSet};

use model::{ChannelId, CriterionId, DayRange, Finding, FindingState, UnitId, Verdict, calendar};
use serde::Serialize;

/// One row of an inspection sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    /// Where it stands, for people: `「检查」!A3`.
    pub at: String,
    /// The unit.
    pub unit: UnitId,
    /// The row of the scoring table.
    pub criterion: CriterionId,
    /// The column, where the sheet names one.
    pub channel: Option<ChannelId>,
    /// The days that were inspected; a single day where the sheet names only the day of the visit.
    pub days: DayRange,
    /// Whether the inspector found a breach.
    pub breach: bool,
}

/// How the two stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Both say the same.
    Agreed,
    /// The monitor found a breach that the inspector did not.
    OnlyMonitor,
    /// The inspector found a breach that the monitor did not.
    OnlyPeople,
    /// The monitor could not tell.
    Unknown,
    /// The monitor saw it and does not charge it: waived, declared empty, dismissed, taken back.
    Spared,
}

impl Standing {
    /// In Chinese.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Standing::Agreed => "一致",
            Standing::OnlyMonitor => "仅系统发现",
            Standing::OnlyPeople => "仅人工发现",
            Standing::Unknown => "系统无法判定",
            Standing::Spared => "系统已见、不计分",
        }
    }
}

/// One row or finding with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// How the two stand.
    pub standing: Standing,
    /// The unit.
    pub unit: UnitId,
    /// The criterion.
    pub criterion: CriterionId,
    /// The days: the finding's where there is one, else those of the sheet.
    pub days: DayRange,
    /// The row of the sheet, where there is one.
    pub row: Option<String>,
    /// The findings.
    pub findings: Vec<i64>,
    /// Why, in one sentence.
    pub why: String,
}

/// How many of each, for one criterion or for all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "named after the standings")]
pub struct Tally {
    /// Breaches that both found.
    pub both: usize,
    /// Rows of no breach that the monitor bears out.
    pub neither: usize,
    pub only_monitor: usize,
    pub only_people: usize,
    pub unknown: usize,
    pub spared: usize,
}

impl Tally {
    /// Of the monitor's breaches, per mille that people bear out. None: there are none.
    #[must_use]
    pub fn precision(&self) -> Option<usize> {
        share(self.both, self.both + self.only_monitor)
    }
    /// Of people's breaches that the monitor decided on, per mille that it found. None: there are none.
    #[must_use]
    pub fn recall(&self) -> Option<usize> {
        share(self.both, self.both + self.only_people)
    }
}

fn share(part: usize, whole: usize) -> Option<usize> {
    (part * 1000 + whole / 2).checked_div(whole)
}

/// What came of the comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agreement {
    /// Criterion by criterion.
    pub by_criterion: BTreeMap<CriterionId, Tally>,
    /// All together.
    pub total: Tally,
    /// Every row, and every breach that no row speaks of.
    pub lines: Vec<Line>,
}

/// Holds the rows of a sheet against the findings.
///
/// A row that names only the day of its visit speaks of the window that holds the day, or of the one that ended on the day
/// before: on the fifteenth morning a silence of fourteen days is seen. A breach is "only the monitor's" where it ends
/// within `days` and its criterion stands in the sheet: what the inspectors did not look at, they did not clear.
#[must_use]
pub fn compare(rows: &[Inspected], findings: &[Finding], days: DayRange) -> Agreement {
    let mut agreement = Agreement::default();
    let mut spoken_of: BTreeSet<i64> = BTreeSet::new();
    for row in rows {
        let own: Vec<&Finding> = findings.iter().filter(|f| speaks_of(row, f)).collect();
        spoken_of.extend(own.iter().map(|f| f.id));
        let (standing, why) = stand(row, &own);
        let of = |f: &&&Finding| standing_of(f) == Some(standing) || own.len() == 1;
        let shown = own.iter().find(of).map_or(row.days, |f| f.judgement.key.days);
        agreement.count(&row.criterion, standing, row.breach);
        agreement.lines.push(Line {
            standing,
            unit: row.unit.clone(),
            criterion: row.criterion.clone(),
            days: shown,
            row: Some(row.at.clone()),
            findings: own.iter().map(|f| f.id).collect(),
            why,
        });
    }
    let inspected: BTreeSet<&CriterionId> = rows.iter().map(|r| &r.criterion).collect();
    for finding in findings {
        let key = &finding.judgement.key;
        let open = charged(finding) && days.contains(key.days.last) && inspected.contains(&key.criterion);
        if !open || spoken_of.contains(&finding.id) {
            continue;
        }
        agreement.count(&key.criterion, Standing::OnlyMonitor, false);
        agreement.lines.push(Line {
            standing: Standing::OnlyMonitor,
            unit: key.scope.unit(),
            criterion: key.criterion.clone(),
            days: key.days,
            row: None,
            findings: vec![finding.id],
            why: format!("检查表中没有；系统：{}", finding.judgement.proof.enough),
        });
    }
    agreement
}

impl Agreement {
    fn count(&mut self, criterion: &CriterionId, standing: Standing, breach: bool) {
        for tally in [self.by_criterion.entry(criterion.clone()).or_default(), &mut self.total] {
            *match (standing, breach) {
                (Standing::Agreed, true) => &mut tally.both,
                (Standing::Agreed, false) => &mut tally.neither,
                (Standing::OnlyMonitor, _) => &mut tally.only_monitor,
                (Standing::OnlyPeople, _) => &mut tally.only_people,
                (Standing::Unknown, _) => &mut tally.unknown,
                (Standing::Spared, _) => &mut tally.spared,
            } += 1;
        }
    }
}

fn speaks_of(row: &Inspected, finding: &Finding) -> bool {
    let key = &finding.judgement.key;
    let first = calendar::shift(row.days.first, -1);
    key.criterion == row.criterion
        && key.scope.unit() == row.unit
        && row.channel.as_ref().is_none_or(|c| key.scope.channel() == Some(c))
        && first <= key.days.last
        && key.days.first <= row.days.last
}

fn charged(finding: &Finding) -> bool {
    finding.judgement.verdict == Verdict::Breached && !set_aside(finding)
}

fn set_aside(finding: &Finding) -> bool {
    matches!(finding.state, FindingState::Dismissed | FindingState::Reversed | FindingState::Retracted)
}

/// What a finding would make of a row that speaks of a breach.
fn standing_of(finding: &Finding) -> Option<Standing> {
    match finding.judgement.verdict {
        Verdict::Breached if !set_aside(finding) => Some(Standing::Agreed),
        Verdict::Breached | Verdict::Waived | Verdict::NotApplicable => Some(Standing::Spared),
        Verdict::Unknown => Some(Standing::Unknown),
        Verdict::Met | Verdict::DueSoon => None,
    }
}

fn stand(row: &Inspected, own: &[&Finding]) -> (Standing, String) {
    let with = |s: Standing| own.iter().find(|f| standing_of(f) == Some(s));
    let said = |f: &Finding| format!("系统（发现 #{}）：{}", f.id, f.judgement.proof.enough);
    let breach = with(Standing::Agreed);
    let blind = with(Standing::Unknown);
    match (row.breach, breach, blind, with(Standing::Spared)) {
        (true, Some(f), _, _) => (Standing::Agreed, said(f)),
        (true, None, Some(f), _) | (false, None, Some(f), _) => (Standing::Unknown, said(f)),
        (true, None, None, Some(f)) => {
            let because = if set_aside(f) { f.state.label() } else { f.judgement.verdict.label() };
            (Standing::Spared, format!("{because}；{}", said(f)))
        }
        (true, None, None, None) => {
            let why = own.first().map_or_else(
                || "系统在这些日子没有这一条的问题：请核对检查日期、栏目和指标编号，或查看该栏目的检查记录".to_owned(),
                |f| format!("{}；{}", f.judgement.verdict.label(), said(f)),
            );
            (Standing::OnlyPeople, why)
        }
        (false, Some(f), _, _) => (Standing::OnlyMonitor, said(f)),
        (false, None, None, _) => (Standing::Agreed, "两边都没有发现问题".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{CountingMode, FindingKey, Judgement, Moment, Points, Proof, Scope};

    fn days(first: &str, last: &str) -> DayRange {
        DayRange::new(first.parse().unwrap(), last.parse().unwrap()).unwrap()
    }

    fn finding(id: i64, first: &str, last: &str, verdict: Verdict, state: FindingState) -> Finding {
        let key = FindingKey {
            rulebook: "zhongshan-2022".parse().unwrap(),
            criterion: "B1.1".parse().unwrap(),
            scope: Scope::Channel("jyj/gzdt".parse().unwrap()),
            days: days(first, last),
        };
        let judgement = Judgement {
            key,
            verdict,
            missing: 1,
            points: Points::ZERO,
            mode: CountingMode::EachWindow,
            flags: vec![],
            proof: Proof::default(),
        };
        Finding { id, detected_at: Moment::default(), judged_at: Moment::default(), judgement, state }
    }

    fn row(first: &str, last: &str, breach: bool) -> Inspected {
        Inspected {
            at: "「检查」!A2".into(),
            unit: "jyj".parse().unwrap(),
            criterion: "B1.1".parse().unwrap(),
            channel: None,
            days: days(first, last),
            breach,
        }
    }

    fn stands(rows: &[Inspected], findings: &[Finding]) -> Vec<Standing> {
        compare(rows, findings, days("2026-03-01", "2026-03-31")).lines.iter().map(|l| l.standing).collect()
    }

    #[test]
    fn a_silence_seen_on_the_morning_after_is_the_same_silence() {
        let breach = finding(1, "2026-03-02", "2026-03-15", Verdict::Breached, FindingState::Detected);
        let at = |day| stands(&[row(day, day, true)], std::slice::from_ref(&breach));
        assert_eq!(at("2026-03-16"), [Standing::Agreed]);
        assert_eq!(at("2026-03-10"), [Standing::Agreed]);
        assert_eq!(at("2026-03-17"), [Standing::OnlyPeople, Standing::OnlyMonitor]);
    }

    #[test]
    fn what_the_monitor_could_not_see_is_neither_right_nor_wrong() {
        let blind = finding(1, "2026-03-02", "2026-03-15", Verdict::Unknown, FindingState::Detected);
        for breach in [true, false] {
            let done = compare(
                &[row("2026-03-05", "2026-03-05", breach)],
                std::slice::from_ref(&blind),
                days("2026-03-01", "2026-03-31"),
            );
            assert_eq!(done.lines[0].standing, Standing::Unknown);
            assert_eq!((done.total.unknown, done.total.precision(), done.total.recall()), (1, None, None));
        }
    }

    #[test]
    fn what_was_dismissed_or_waived_is_said_to_be_so() {
        let dismissed = finding(1, "2026-03-02", "2026-03-15", Verdict::Breached, FindingState::Dismissed);
        let waived = finding(2, "2026-03-16", "2026-03-29", Verdict::Waived, FindingState::Detected);
        let rows = [row("2026-03-05", "2026-03-05", true), row("2026-03-20", "2026-03-20", true)];
        assert_eq!(stands(&rows, &[dismissed, waived]), [Standing::Spared, Standing::Spared]);
    }

    #[test]
    fn shares_are_of_what_both_decided() {
        let findings = [
            finding(1, "2026-03-02", "2026-03-15", Verdict::Breached, FindingState::Detected),
            finding(2, "2026-03-16", "2026-03-29", Verdict::Breached, FindingState::Posted),
            finding(3, "2026-05-02", "2026-05-15", Verdict::Breached, FindingState::Detected),
        ];
        let mut elsewhere = row("2026-03-05", "2026-03-05", true);
        elsewhere.unit = "cgj".parse().unwrap();
        let rows = [row("2026-03-05", "2026-03-05", true), elsewhere, row("2026-02-05", "2026-02-10", false)];
        let done = compare(&rows, &findings, days("2026-03-01", "2026-03-31"));
        let t = done.total;
        assert_eq!((t.both, t.neither, t.only_monitor, t.only_people), (1, 1, 1, 1), "{:?}", done.lines);
        assert_eq!((t.precision(), t.recall()), (Some(500), Some(500)));
        assert_eq!(done.by_criterion[&"B1.1".parse().unwrap()], t);
    }
}
