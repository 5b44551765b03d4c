//! 台账: the lines of a month as a workbook, CSV and JSON.
//!
//! The same view gives the same bytes: the time in the document is an argument, and nothing else changes.

mod sheets;
mod summary;

use std::collections::BTreeMap;

use model::{LedgerLine, LineSource, Moment, Month, Points, Unit, UnitId, Zone};
use rules::{Criterion, Rule, Rulebook};
use serde::Serialize;

use crate::ReportError;
use crate::table::to_office_csv;
use crate::text::{Plain, csv_cell};

pub use sheets::xlsx;
pub use summary::{Summary, SummaryRow};

/// The form of the sheets and the JSON. It rises when a column changes its meaning.
pub const SCHEMA: u32 = 2;

/// The columns of the 明细 sheet and of the CSV.
pub const COLUMNS: [&str; 14] = [
    "序号",
    "单位编号",
    "单位",
    "一级指标",
    "指标",
    "二级指标",
    "分值",
    "所属月份",
    "入账月份",
    "来源",
    "来源编号",
    "说明",
    "入账时间",
    "指纹",
];

/// The ledger of one month with what is needed to name things.
#[derive(Debug, Clone, Copy)]
pub struct LedgerView<'a> {
    /// The district's name.
    pub district: &'a str,
    /// The month in whose ledger the lines stand.
    pub month: Month,
    /// The lines. Those of other months are left aside, so the whole ledger may be handed in.
    pub lines: &'a [LedgerLine],
    /// The units, for their names; those without a line stand in the summary with zero.
    pub units: &'a [Unit],
    /// The scoring table, for titles and groups.
    pub rulebook: &'a Rulebook,
    /// The zone in which times are printed.
    pub zone: Zone,
    /// The time that the document bears.
    pub made_at: Moment,
}

impl<'a> LedgerView<'a> {
    /// The month's lines in their order.
    #[must_use]
    pub fn lines(&self) -> Vec<&'a LedgerLine> {
        let mut lines: Vec<_> = self.lines.iter().filter(|l| l.line.month == self.month).collect();
        lines.sort_by_key(|l| l.seq);
        lines
    }

    /// The hash of the month's last line; none for a month without a line.
    #[must_use]
    pub fn head(&self) -> Option<&'a str> {
        self.lines().last().map(|l| l.hash.as_str())
    }

    /// What the month's lines come to.
    #[must_use]
    pub fn total(&self) -> Points {
        self.lines().iter().map(|l| l.line.points).sum()
    }

    fn unit_name(&self, id: &UnitId) -> Plain {
        self.units.iter().find(|u| u.id == *id).map_or_else(|| Plain::new(id.as_str()), |u| Plain::new(&u.name))
    }

    fn row(&self, l: &LedgerLine) -> Row {
        let line = &l.line;
        let criterion = self.rulebook.criterion(&line.criterion);
        Row {
            seq: l.seq,
            unit: line.unit.to_string(),
            unit_name: self.unit_name(&line.unit),
            group: Plain::new(&group_of(self.rulebook, l)),
            criterion: line.criterion.to_string(),
            title: Plain::new(criterion.map_or("", |c| &c.title)),
            points: line.points,
            belongs_to: line.belongs_to,
            month: line.month,
            source: source_of(line.source, criterion),
            source_id: line.source.id(),
            text: Plain::new(&line.text),
            posted_at: self.zone.local(l.posted_at),
            hash: l.hash.clone(),
        }
    }

    fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.lines().into_iter().map(|l| self.row(l))
    }
}

/// One line as people read it.
struct Row {
    seq: i64,
    unit: String,
    unit_name: Plain,
    group: Plain,
    criterion: String,
    title: Plain,
    points: Points,
    belongs_to: Month,
    month: Month,
    source: &'static str,
    source_id: i64,
    text: Plain,
    posted_at: String,
    hash: String,
}

/// The group whose score a line touches: that of its row, or the one that a veto zeroes. `?` where the rulebook does not
/// know the row.
pub(crate) fn group_of(rulebook: &Rulebook, line: &LedgerLine) -> String {
    match rulebook.criterion(&line.line.criterion) {
        Some(c) => match &c.rule {
            Rule::Veto { group } => group.clone(),
            _ => c.group.clone(),
        },
        None => "?".to_owned(),
    }
}

/// What a line was made from, in Chinese.
#[must_use]
pub fn source_label(source: LineSource) -> &'static str {
    match source {
        LineSource::Finding(_) => "监测发现",
        LineSource::Register(_) => "人工登记",
        LineSource::ReversalOf(_) => "红冲",
        LineSource::Anew(_) => "重新入账",
    }
}

/// The same, and whether a finding was made from pages or from what was entered of a matter.
#[must_use]
pub fn source_of(source: LineSource, criterion: Option<&Criterion>) -> &'static str {
    match source {
        LineSource::Finding(_) if criterion.is_some_and(|c| c.clock().is_some()) => "事项期限",
        other => source_label(other),
    }
}

/// The month's lines as CSV for office programs: UTF-8 with its mark, CRLF, no cell that could be taken for a formula.
///
/// # Errors
/// When the writer fails, which in memory it does not.
pub fn csv(view: &LedgerView<'_>) -> Result<String, ReportError> {
    let cells = view.rows().map(|r| {
        [
            r.seq.to_string(),
            r.unit,
            csv_cell(r.unit_name.as_str()),
            csv_cell(r.group.as_str()),
            r.criterion,
            csv_cell(r.title.as_str()),
            r.points.to_string(),
            r.belongs_to.to_string(),
            r.month.to_string(),
            r.source.to_owned(),
            r.source_id.to_string(),
            csv_cell(r.text.as_str()),
            r.posted_at,
            r.hash,
        ]
    });
    to_office_csv(&COLUMNS, cells)
}

#[derive(Serialize)]
struct Document<'a> {
    schema: u32,
    district: &'a str,
    rulebook: String,
    month: Month,
    made_at: Moment,
    total: Points,
    units: BTreeMap<String, Points>,
    head: Option<&'a str>,
    lines: Vec<&'a LedgerLine>,
}

/// The month as JSON: each line whole and unchanged, with its hashes, so that anyone can recompute the chain.
///
/// # Errors
/// Never in practice: every value has a JSON form.
pub fn json(view: &LedgerView<'_>) -> Result<String, ReportError> {
    let lines = view.lines();
    let mut units: BTreeMap<String, Points> = BTreeMap::new();
    for l in &lines {
        *units.entry(l.line.unit.to_string()).or_default() += l.line.points;
    }
    let document = Document {
        schema: SCHEMA,
        district: view.district,
        rulebook: view.rulebook.id.to_string(),
        month: view.month,
        made_at: view.made_at,
        total: view.total(),
        units,
        head: view.head(),
        lines,
    };
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
