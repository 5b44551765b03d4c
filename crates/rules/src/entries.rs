//! "May this be entered?": what people, sheets and pages hand in for the registers, checked in one place.
//!
//! A draft is text as it was typed, whether on the command line, in a cell or in a form. What comes out is either valid in
//! every field or all that is wrong with it at once, each mistake with the field that it belongs to.

mod matter;
mod text;

use model::{CriterionId, Day, Points, Unit, UnitId};

use crate::{Rule, Rulebook};
pub use matter::{
    CompletenessDraft, MatterDraft, NewCompleteness, NewMatter, NewStep, StepDraft, check_completeness, check_matter,
    check_step,
};
use text::Reader;

/// A field of a draft: what a mistake is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is named by its label")]
pub enum Field {
    Criterion,
    Unit,
    Day,
    Count,
    Points,
    Late,
    Description,
    Evidence,
    By,
    Code,
    Title,
    Opened,
    Due,
    Document,
    Step,
    Until,
    Workdays,
    Through,
    Note,
}

impl Field {
    /// The word of the command line, of forms and of JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Field::Criterion => "criterion",
            Field::Unit => "unit",
            Field::Day => "day",
            Field::Count => "count",
            Field::Points => "points",
            Field::Late => "late",
            Field::Description => "description",
            Field::Evidence => "evidence",
            Field::By => "by",
            Field::Code => "code",
            Field::Title => "title",
            Field::Opened => "opened",
            Field::Due => "due",
            Field::Document => "document",
            Field::Step => "step",
            Field::Until => "until",
            Field::Workdays => "workdays",
            Field::Through => "through",
            Field::Note => "note",
        }
    }

    /// The heading of a sheet and the label of a form.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Field::Criterion => "指标",
            Field::Unit => "单位",
            Field::Day => "日期",
            Field::Count => "次数",
            Field::Points => "分值",
            Field::Late => "迟报",
            Field::Description => "事由",
            Field::Evidence => "佐证文件",
            Field::By => "登记人",
            Field::Code => "事项编号",
            Field::Title => "事项名称",
            Field::Opened => "起始日期",
            Field::Due => "截止日期",
            Field::Document => "文号",
            Field::Step => "办理环节",
            Field::Until => "延期至",
            Field::Workdays => "工作日数",
            Field::Through => "齐全至",
            Field::Note => "备注",
        }
    }
}

/// What is wrong with one field of a draft.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}：{text}", .field.label())]
pub struct FieldError {
    /// Which field.
    pub field: Field,
    /// What is wrong and what to do, in Chinese.
    pub text: String,
}

/// Where drafts are checked: the scoring table, the units, and today.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// The scoring table.
    pub rulebook: &'a Rulebook,
    /// The units of the district.
    pub units: &'a [Unit],
    /// The date of today: nothing is entered for days to come.
    pub today: Day,
}

impl<'a> Desk<'a> {
    /// The unit that a clerk means: by its id, its name or another name.
    #[must_use]
    pub fn unit(&self, text: &str) -> Option<&'a Unit> {
        let text = text.trim();
        let by_id = self.units.iter().find(|u| u.id.as_str() == text);
        by_id.or_else(|| self.units.iter().find(|u| u.name == text || u.aliases.iter().any(|a| a == text)))
    }
}

/// An entry for the rows that are counted as they happen (incident, earned, veto, external), as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryDraft {
    /// The row of the scoring table.
    pub criterion: String,
    /// The unit, by id or name.
    pub unit: String,
    /// The day on which it happened: `2026-03-18`, `2026/3/18`, `2026年3月18日`.
    pub day: String,
    /// How many times; empty: once.
    pub count: String,
    /// Points, only where another office scores; empty: none.
    pub points: String,
    /// What it is about.
    pub description: String,
    /// Who enters it.
    pub by: String,
    /// Is a file handed in with it?
    pub has_evidence: bool,
}

/// A valid entry. The file that proves it is stored by who hands it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// The row.
    pub criterion: CriterionId,
    /// The unit.
    pub unit: UnitId,
    /// The day.
    pub day: Day,
    /// How many times, at least one.
    pub count: u32,
    /// Points, for a row that another office scores.
    pub points: Option<Points>,
    /// What it is about.
    pub description: String,
    /// Who enters it.
    pub who: String,
}

/// May this entry be made?
///
/// # Errors
/// Everything that is wrong with it, in the order of the fields.
pub fn check_entry(desk: &Desk<'_>, draft: &EntryDraft) -> Result<NewEntry, Vec<FieldError>> {
    let mut r = Reader::new(desk);
    let row = r.row(&draft.criterion);
    let unit = r.unit(&draft.unit, row);
    let day = r.past_day(Field::Day, &draft.day);
    let count = r.count(Field::Count, &draft.count, 1..=1000, Some(1));
    let points = r.points(&draft.points);
    if let Some(row) = row {
        match &row.rule {
            observed if observed.is_observed() => r.no(
                Field::Criterion,
                format!("指标 {} 由监测判定，不接受人工登记；如有异议请作豁免、声明或申诉", row.id),
            ),
            Rule::Duty { .. } => r.no(
                Field::Criterion,
                format!("指标 {} 按事项登记（起始、截止、报送日期），由系统计时计分；请在事项登记簿中登记", row.id),
            ),
            Rule::External { .. } if points == Some(None) => {
                r.no(Field::Points, format!("指标 {} 由其他部门评分，请写明分值", row.id));
            }
            Rule::External { .. } => {}
            _ if matches!(points, Some(Some(_))) => {
                r.no(Field::Points, format!("指标 {} 的分值由规则决定，不能改写，请留空", row.id));
            }
            Rule::Incident { needs_evidence: true, .. } if !draft.has_evidence => {
                r.no(Field::Evidence, format!("指标 {} 须附佐证文件", row.id));
            }
            _ => {}
        }
    }
    let description = r.said(Field::Description, &draft.description);
    let who = r.said(Field::By, &draft.by);
    r.lives(Field::Day, unit, day);
    let entry = || {
        Some(NewEntry {
            criterion: row?.id.clone(),
            unit: unit?.id.clone(),
            day: day?,
            count: count?,
            points: points?,
            description: description?,
            who: who?,
        })
    };
    r.done(entry())
}
