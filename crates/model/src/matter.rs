//! 事项: one thing that is due (a request for a report, a task, a month's sign-off sheets, an application for information, a
//! letter), and all that was written down of it. Nothing is ever edited: what was entered wrongly is corrected by a later
//! entry that names it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{CriterionId, Day, EvidenceHash, MatterCode, Moment, UnitId};

/// One thing that is due, with its history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matter {
    /// Its number in the store.
    pub id: i64,
    /// The row of the scoring table: the register that it belongs to.
    pub criterion: CriterionId,
    /// The unit that it is asked of.
    pub unit: UnitId,
    /// Its code within the register of that unit: a document or running number, `2026-03`, `2026`.
    pub code: MatterCode,
    /// What it is.
    pub title: String,
    /// The day on which it began: issued, received. The day itself is not counted.
    pub opened: Day,
    /// The day by which it is due, where the rule leaves that to the single matter.
    pub due: Option<Day>,
    /// 文号: the document that asks for it.
    pub document: Option<String>,
    /// The file of that document.
    pub evidence: Option<EvidenceHash>,
    /// Who entered it.
    pub who: String,
    /// When.
    pub recorded_at: Moment,
    /// What happened since, in the order in which it was entered.
    pub entries: Vec<MatterEntry>,
}

/// What happened to a matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatterEntry {
    /// Its number in the store.
    pub id: i64,
    /// What.
    pub step: MatterStep,
    /// The day on which it happened.
    pub day: Day,
    /// Remarks: the approval's number, who was asked.
    pub note: String,
    /// The file that proves it.
    pub evidence: Option<EvidenceHash>,
    /// Who entered it.
    pub who: String,
    /// When.
    pub recorded_at: Moment,
    /// The earlier entry that this one takes the place of.
    pub corrects: Option<i64>,
}

/// The steps of a matter's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MatterStep {
    /// 报送、办结、答复: done on that day.
    Submitted,
    /// 延期: a later due day was granted.
    ExtendedTo(Day),
    /// 延长: so many working days more were granted.
    ExtendedBy(u32),
    /// 中止计时: from that day on the clock stands (third parties are asked).
    Paused,
    /// 恢复计时: that day is the last on which the clock stands.
    Resumed,
    /// 补正: the amended request came in on that day, and the clock starts again.
    Amended,
    /// 撤回、作废: nothing is due any more.
    Withdrawn,
    /// 更正: the earlier entry that it names was wrong, and nothing takes its place.
    Struck,
}

impl MatterStep {
    /// The word of the database and the JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            MatterStep::Submitted => "submitted",
            MatterStep::ExtendedTo(_) => "extended-to",
            MatterStep::ExtendedBy(_) => "extended-by",
            MatterStep::Paused => "paused",
            MatterStep::Resumed => "resumed",
            MatterStep::Amended => "amended",
            MatterStep::Withdrawn => "withdrawn",
            MatterStep::Struck => "struck",
        }
    }

    /// Back from the columns of the database.
    #[must_use]
    pub fn from_parts(word: &str, until: Option<Day>, workdays: Option<u32>) -> Option<MatterStep> {
        Some(match (word, until, workdays) {
            ("submitted", None, None) => MatterStep::Submitted,
            ("extended-to", Some(day), None) => MatterStep::ExtendedTo(day),
            ("extended-by", None, Some(n)) => MatterStep::ExtendedBy(n),
            ("paused", None, None) => MatterStep::Paused,
            ("resumed", None, None) => MatterStep::Resumed,
            ("amended", None, None) => MatterStep::Amended,
            ("withdrawn", None, None) => MatterStep::Withdrawn,
            ("struck", None, None) => MatterStep::Struck,
            _ => return None,
        })
    }

    /// In Chinese.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            MatterStep::Submitted => "报送（办结）".to_owned(),
            MatterStep::ExtendedTo(day) => format!("延期至{day}"),
            MatterStep::ExtendedBy(n) => format!("延长{n}个工作日"),
            MatterStep::Paused => "中止计时".to_owned(),
            MatterStep::Resumed => "恢复计时".to_owned(),
            MatterStep::Amended => "收到补正".to_owned(),
            MatterStep::Withdrawn => "撤回（作废）".to_owned(),
            MatterStep::Struck => "更正（划去）".to_owned(),
        }
    }
}

impl Matter {
    /// The entries that stand as of `as_of`: known by then and not corrected by then, in the order of their days.
    /// Correcting a correction brings back what it had taken away.
    #[must_use]
    pub fn standing(&self, as_of: Moment) -> Vec<&MatterEntry> {
        let mut known: Vec<&MatterEntry> = self.entries.iter().filter(|e| e.recorded_at <= as_of).collect();
        known.sort_by_key(|e| std::cmp::Reverse(e.id));
        let mut gone = BTreeSet::new();
        for entry in &known {
            if let Some(target) = entry.corrects.filter(|t| *t < entry.id && !gone.contains(&entry.id)) {
                gone.insert(target);
            }
        }
        known.retain(|e| !gone.contains(&e.id) && e.step != MatterStep::Struck);
        known.sort_by_key(|e| (e.day, e.id));
        known
    }
}

/// 登记簿齐全声明: a person says that a register holds all that came in up to a day. It plays the part that a good look plays
/// for a column: only where it stands is a matter without an entry a breach, and not merely something that nobody entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completeness {
    /// Its number in the store.
    pub id: i64,
    /// Which register.
    pub criterion: CriterionId,
    /// Only of this unit; none: of all units.
    pub unit: Option<UnitId>,
    /// The last day that it speaks for.
    pub through: Day,
    /// Remarks.
    pub note: String,
    /// Who said so.
    pub who: String,
    /// When.
    pub recorded_at: Moment,
    /// The earlier statement that this one takes back.
    pub cancels: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: i64, step: MatterStep, day: &str, corrects: Option<i64>) -> MatterEntry {
        MatterEntry {
            id,
            step,
            day: day.parse().unwrap(),
            note: String::new(),
            evidence: None,
            who: "张三".to_owned(),
            recorded_at: format!("2026-03-{:02}T01:00:00Z", id + 10).parse().unwrap(),
            corrects,
        }
    }

    fn standing(entries: Vec<MatterEntry>, as_of: &str) -> Vec<i64> {
        let matter = Matter {
            id: 1,
            criterion: "D2.1".parse().unwrap(),
            unit: "jyj".parse().unwrap(),
            code: "2026-001".parse().unwrap(),
            title: "申请".to_owned(),
            opened: "2026-03-02".parse().unwrap(),
            due: None,
            document: None,
            evidence: None,
            who: "张三".to_owned(),
            recorded_at: "2026-03-02T01:00:00Z".parse().unwrap(),
            entries,
        };
        matter.standing(as_of.parse().unwrap()).iter().map(|e| e.id).collect()
    }

    #[test]
    fn a_correction_takes_the_place_of_what_it_names_and_can_itself_be_corrected() {
        use MatterStep::{Struck, Submitted};
        let all = vec![
            entry(1, Submitted, "2026-03-20", None),
            entry(2, Submitted, "2026-03-18", Some(1)),
            entry(3, Struck, "2026-03-21", Some(2)),
        ];
        assert_eq!(standing(all.clone(), "2026-03-11T02:00:00Z"), [1]);
        assert_eq!(standing(all.clone(), "2026-03-12T02:00:00Z"), [2]);
        assert_eq!(standing(all, "2026-03-14T02:00:00Z"), [1], "the correction was wrong, so the first entry stands");
    }

    #[test]
    fn an_entry_that_names_itself_or_a_later_one_takes_nothing_away() {
        use MatterStep::Submitted;
        let all = vec![entry(1, Submitted, "2026-03-20", Some(2)), entry(2, Submitted, "2026-03-18", Some(2))];
        assert_eq!(standing(all, "2026-03-20T00:00:00Z"), [2, 1]);
    }

    #[test]
    fn every_step_comes_back_from_its_columns() {
        let day = "2026-04-01".parse().unwrap();
        for (step, until, n) in [
            (MatterStep::Submitted, None, None),
            (MatterStep::ExtendedTo(day), Some(day), None),
            (MatterStep::ExtendedBy(20), None, Some(20)),
            (MatterStep::Paused, None, None),
            (MatterStep::Resumed, None, None),
            (MatterStep::Amended, None, None),
            (MatterStep::Withdrawn, None, None),
            (MatterStep::Struck, None, None),
        ] {
            assert_eq!(MatterStep::from_parts(step.word(), until, n), Some(step));
        }
        assert_eq!(MatterStep::from_parts("extended-to", None, None), None);
    }
}
