//! Drafts for the rows that are due at a day: the matters themselves, what happens to them, and the word of a person that
//! a register is complete.

use model::{CriterionId, Day, MatterCode, MatterStep, UnitId};

use super::text::{Reader, short};
use super::{Desk, Field, FieldError};
use crate::rulebook::{Criterion, Due};

/// A matter, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MatterDraft {
    /// The row of the scoring table.
    pub criterion: String,
    /// The unit, by id or name.
    pub unit: String,
    /// Its code within the register: a document number or running number.
    pub code: String,
    /// What it is.
    pub title: String,
    /// The day on which it was issued or received.
    pub opened: String,
    /// The day by which it is due; empty where the rule computes it.
    pub due: String,
    /// The document that asks for it; may be empty.
    pub document: String,
    /// Who enters it.
    pub by: String,
}

/// A valid matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMatter {
    /// The row.
    pub criterion: CriterionId,
    /// The unit.
    pub unit: UnitId,
    /// Its code.
    pub code: MatterCode,
    /// What it is.
    pub title: String,
    /// The day on which it began.
    pub opened: Day,
    /// The day by which it is due, where the matter carries it itself.
    pub due: Option<Day>,
    /// The document that asks for it.
    pub document: Option<String>,
    /// Who enters it.
    pub who: String,
}

/// May this matter be opened?
///
/// # Errors
/// Everything that is wrong with it, in the order of the fields.
pub fn check_matter(desk: &Desk<'_>, draft: &MatterDraft) -> Result<NewMatter, Vec<FieldError>> {
    let mut r = Reader::new(desk);
    let row = r.row(&draft.criterion);
    let due_rule = row.and_then(|row| due_rule(&mut r, row));
    let unit = r.unit(&draft.unit, row);
    let code = code(&mut r, &draft.code);
    let title = r.said(Field::Title, &draft.title);
    let opened = r.past_day(Field::Opened, &draft.opened);
    let due = r.maybe_day(Field::Due, &draft.due);
    let document = r.bounded(Field::Document, &draft.document);
    let who = r.said(Field::By, &draft.by);
    r.lives(Field::Opened, unit, opened);
    match (due_rule, due) {
        (Some(Due::ByItem), Some(None)) => r.no(Field::Due, "请填写截止日期（来文要求完成的那一天）"),
        (Some(Due::Workdays(n)), Some(Some(_))) => {
            r.no(Field::Due, format!("期限由规则计算（自起始日次日起{n}个工作日），请留空"));
        }
        (Some(Due::Monthly { .. }), _) => {
            r.no(Field::Criterion, "每月的事项由系统自动生成，编号为所属月份（例如 2026-03）；请直接登记报送");
        }
        (Some(Due::Yearly { .. }), _) => {
            r.no(Field::Criterion, "每年的事项由系统自动生成，编号为年份（例如 2026）；请直接登记报送");
        }
        _ => {}
    }
    if let (Some(opened), Some(Some(due))) = (opened, due)
        && due < opened
    {
        r.no(Field::Due, format!("截止日期{due}早于起始日期{opened}"));
    }
    let matter = || {
        Some(NewMatter {
            criterion: row?.id.clone(),
            unit: unit?.id.clone(),
            code: code?,
            title: title?,
            opened: opened?,
            due: due?,
            document: document.map(|d| (!d.is_empty()).then_some(d))?,
            who: who?,
        })
    };
    r.done(matter())
}

/// The clock of the row, or why it has none.
fn due_rule(r: &mut Reader<'_>, row: &Criterion) -> Option<Due> {
    let due = row.clock();
    if due.is_none() {
        r.no(Field::Criterion, format!("指标 {} 没有期限，不按事项登记；请作逐条登记", row.id));
    }
    due
}

fn code(r: &mut Reader<'_>, text: &str) -> Option<MatterCode> {
    match text.trim().parse() {
        Ok(code) => Some(code),
        Err(e) => {
            let e: model::IdError = e;
            r.no(Field::Code, format!("「{}」不能作为事项编号：{}", short(&e.text), e.why));
            None
        }
    }
}

/// What happened to a matter, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StepDraft {
    /// The row of the scoring table.
    pub criterion: String,
    /// The unit, by id or name.
    pub unit: String,
    /// The code of the matter.
    pub code: String,
    /// `submitted`, `extended`, `paused`, `resumed`, `amended`, `withdrawn`, `struck`, or the same in Chinese: 报送、延长、中止、
    /// 恢复、补正、撤回、更正.
    pub step: String,
    /// The day on which it happened.
    pub day: String,
    /// For an extension: the new due day.
    pub until: String,
    /// For an extension: how many working days were granted.
    pub workdays: String,
    /// Remarks; a withdrawal, an extension and a correction must give a reason.
    pub note: String,
    /// Who enters it.
    pub by: String,
}

/// A valid step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStep {
    /// The row.
    pub criterion: CriterionId,
    /// The unit.
    pub unit: UnitId,
    /// The code of the matter. Whether there is such a matter, the store says.
    pub code: MatterCode,
    /// For a matter that the rulebook makes by itself (each month, each year): its title and the day on which it began.
    pub implied: Option<(String, Day)>,
    /// What happened.
    pub step: MatterStep,
    /// When.
    pub day: Day,
    /// Remarks.
    pub note: String,
    /// Who enters it.
    pub who: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Submitted,
    Extended,
    Paused,
    Resumed,
    Amended,
    Withdrawn,
    Struck,
}

const KINDS: &[(&[&str], Kind)] = &[
    (&["submitted", "报送", "办结", "答复", "完成"], Kind::Submitted),
    (&["extended", "延长", "延期"], Kind::Extended),
    (&["paused", "中止", "中止计时"], Kind::Paused),
    (&["resumed", "恢复", "恢复计时"], Kind::Resumed),
    (&["amended", "补正", "收到补正"], Kind::Amended),
    (&["withdrawn", "撤回", "作废"], Kind::Withdrawn),
    (&["struck", "更正", "划去"], Kind::Struck),
];

/// May this step be entered?
///
/// # Errors
/// Everything that is wrong with it, in the order of the fields.
pub fn check_step(desk: &Desk<'_>, draft: &StepDraft) -> Result<NewStep, Vec<FieldError>> {
    let mut r = Reader::new(desk);
    let row = r.row(&draft.criterion);
    let due = row.and_then(|row| due_rule(&mut r, row));
    let unit = r.unit(&draft.unit, row);
    let code = code(&mut r, &draft.code);
    let implied = code.as_ref().zip(row).zip(due).and_then(|((code, row), due)| {
        let implied = crate::matters::implied(row, due, code);
        if implied.is_none() && matches!(due, Due::Monthly { .. } | Due::Yearly { .. }) {
            let shape = if matches!(due, Due::Monthly { .. }) {
                "所属月份，例如 2026-03"
            } else {
                "年份，例如 2026"
            };
            r.no(Field::Code, format!("指标 {} 的事项编号应为{shape}", row.id));
        }
        implied
    });
    let day = r.past_day(Field::Day, &draft.day);
    let step = step(&mut r, draft, due);
    let note = r.bounded(Field::Note, &draft.note);
    if matches!(
        step,
        Some(MatterStep::Withdrawn | MatterStep::ExtendedBy(_) | MatterStep::ExtendedTo(_) | MatterStep::Struck)
    ) && note.as_ref().is_some_and(String::is_empty)
    {
        r.no(Field::Note, "请写明依据或理由（批准人、文号等）");
    }
    if let (Some(MatterStep::ExtendedTo(until)), Some(day)) = (step, day)
        && until < day
    {
        r.no(Field::Until, format!("延期后的截止日期{until}早于批准日期{day}"));
    }
    let who = r.said(Field::By, &draft.by);
    let new = || {
        Some(NewStep {
            criterion: row?.id.clone(),
            unit: unit?.id.clone(),
            code: code?,
            implied,
            step: step?,
            day: day?,
            note: note?,
            who: who?,
        })
    };
    r.done(new())
}

fn step(r: &mut Reader<'_>, draft: &StepDraft, due: Option<Due>) -> Option<MatterStep> {
    let word = draft.step.trim();
    let Some((_, kind)) = KINDS.iter().find(|(words, _)| words.contains(&word)) else {
        let all: Vec<&str> = KINDS.iter().filter_map(|(words, _)| words.get(1).copied()).collect();
        r.no(Field::Step, format!("不认识办理环节「{}」，可用：{}", short(word), all.join("、")));
        return None;
    };
    let (until, days) = (draft.until.trim(), draft.workdays.trim());
    if *kind != Kind::Extended {
        for (field, text) in [(Field::Until, until), (Field::Workdays, days)] {
            if !text.is_empty() {
                r.no(field, "只有延期才填写，请留空");
            }
        }
    }
    let stops = matches!(kind, Kind::Paused | Kind::Resumed | Kind::Amended);
    if stops && due.is_some_and(|d| !matches!(d, Due::Workdays(_))) {
        r.no(Field::Step, "只有按工作日计时的事项才能中止、恢复或因补正重新计时；其他事项请用延期");
    }
    Some(match kind {
        Kind::Submitted => MatterStep::Submitted,
        Kind::Paused => MatterStep::Paused,
        Kind::Resumed => MatterStep::Resumed,
        Kind::Amended => MatterStep::Amended,
        Kind::Withdrawn => MatterStep::Withdrawn,
        Kind::Struck => MatterStep::Struck,
        Kind::Extended => return extension(r, until, days, due),
    })
}

/// By so many working days where the clock counts them, to a day elsewhere.
fn extension(r: &mut Reader<'_>, until: &str, days: &str, due: Option<Due>) -> Option<MatterStep> {
    match due? {
        Due::Workdays(_) => {
            if !until.is_empty() {
                r.no(Field::Until, "该事项按工作日计时，请改填工作日数");
            }
            r.count(Field::Workdays, days, 1..=366, None).map(MatterStep::ExtendedBy)
        }
        _ => {
            if !days.is_empty() {
                r.no(Field::Workdays, "该事项按截止日期计，请改填延期至哪一天");
            }
            r.day(Field::Until, until).map(MatterStep::ExtendedTo)
        }
    }
}

/// The word of a person that a register is complete, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompletenessDraft {
    /// The row of the scoring table.
    pub criterion: String,
    /// The unit, by id or name; empty: all units.
    pub unit: String,
    /// The last day that it speaks for.
    pub through: String,
    /// Remarks; may be empty.
    pub note: String,
    /// Who says so.
    pub by: String,
}

/// A valid statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCompleteness {
    /// The row.
    pub criterion: CriterionId,
    /// Only of this unit; none: of all.
    pub unit: Option<UnitId>,
    /// The last day that it speaks for.
    pub through: Day,
    /// Remarks.
    pub note: String,
    /// Who says so.
    pub who: String,
}

/// May this statement be made? Only of days that are over: what comes in today may still come in.
///
/// # Errors
/// Everything that is wrong with it, in the order of the fields.
pub fn check_completeness(desk: &Desk<'_>, draft: &CompletenessDraft) -> Result<NewCompleteness, Vec<FieldError>> {
    let mut r = Reader::new(desk);
    let row = r.row(&draft.criterion);
    let clock = row.and_then(|row| due_rule(&mut r, row));
    let unit = if draft.unit.trim().is_empty() { Some(None) } else { r.unit(&draft.unit, row).map(Some) };
    let through = r.day(Field::Through, &draft.through);
    if through.is_some_and(|t| t >= desk.today) {
        r.no(Field::Through, format!("只能声明今天（{}）以前的日期：当天仍可能收到材料", desk.today));
    }
    let note = r.bounded(Field::Note, &draft.note);
    let who = r.said(Field::By, &draft.by);
    let new = || {
        clock?;
        Some(NewCompleteness {
            criterion: row?.id.clone(),
            unit: unit?.map(|u| u.id.clone()),
            through: through?,
            note: note?,
            who: who?,
        })
    };
    r.done(new())
}
