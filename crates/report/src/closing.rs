//! 关账通知: what a closed month has brought, to each unit its own lines and to the office all of them.

use askama::Template;
use model::{LedgerLine, Month, Points, Unit};
use rules::Rulebook;

use crate::ReportError;
use crate::grid::{Cell, Grid};
use crate::ledger::{LedgerView, Summary, source_of};
use crate::text::Plain;
use crate::weekly::{Letter, letter};

/// A letter about a closed month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    subject: String,
    to: Plain,
    opening: Plain,
    grid: Grid,
    closing: Vec<Plain>,
    signed: Plain,
}

/// How a unit stands after the close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The year.
    pub year: i32,
    /// What it has reached.
    pub score: Points,
    /// What that is out of.
    pub out_of: Points,
}

impl Closing {
    /// To a unit: its lines of that month. None where it has none: an empty notice is work for nothing.
    #[must_use]
    pub fn to_unit(
        view: &LedgerView<'_>,
        office: &str,
        unit: &Unit,
        stands: Standing,
        appeal: &str,
    ) -> Option<Closing> {
        let own: Vec<&LedgerLine> = view.lines().into_iter().filter(|l| l.line.unit == unit.id).collect();
        if own.is_empty() {
            return None;
        }
        let sum: Points = own.iter().map(|l| l.line.points).sum();
        let late = own.iter().filter(|l| l.line.belongs_to != view.month).count();
        let late = if late > 0 {
            format!("，其中{late}行属于以前月份，系结账后补记或红冲")
        } else {
            String::new()
        };
        let month = chinese(view.month);
        Some(Closing {
            subject: format!("{}{month}政务公开考核台账（{}行，{}分）", unit.name, own.len(), sum.signed()),
            to: Plain::new(&unit.name),
            opening: Plain::new(&format!(
                "{month}台账已关账。本单位入账{}行，合计{}分{late}。明细如下，另见附件。",
                own.len(),
                sum.signed()
            )),
            grid: lines(view.rulebook, &own),
            closing: vec![
                Plain::new(&format!(
                    "截至关账，本单位{}年度得分{}分（满分{}分，加分项另计）。",
                    stands.year, stands.score, stands.out_of
                )),
                Plain::new(appeal),
            ],
            signed: Plain::new(office),
        })
    }

    /// To the office: what each unit and group come to.
    #[must_use]
    pub fn to_office(view: &LedgerView<'_>, office: &str) -> Closing {
        let summary = Summary::of(view);
        let all = view.lines();
        let month = chinese(view.month);
        let late = all.iter().filter(|l| l.line.belongs_to != view.month).count();
        Closing {
            subject: format!("{}{month}政务公开考核台账已关账（{}行）", view.district, all.len()),
            to: Plain::new(office),
            opening: Plain::new(&format!(
                "{month}台账已关账，入账{}行，合计{}分，其中{late}行属于以前月份。各单位合计如下，全部明细见附件。",
                all.len(),
                view.total().signed()
            )),
            grid: totals(&summary),
            closing: vec![Plain::new(&format!("末行指纹：{}", view.head().unwrap_or("无")))],
            signed: Plain::new(&format!("{}政务公开监测", view.district)),
        }
    }

    /// The letter as it is sent.
    ///
    /// # Errors
    /// When a template fails.
    pub fn render(&self) -> Result<Letter, ReportError> {
        let text = Text { l: self }.render()?;
        let html = Html { l: self }.render()?;
        Ok(letter(&self.subject, &text, &html))
    }
}

fn chinese(month: Month) -> String {
    format!("{}年{}月", month.year(), month.number())
}

fn lines(rulebook: &Rulebook, own: &[&LedgerLine]) -> Grid {
    let mut grid = Grid::new("", &["序号", "指标", "分值", "所属月份", "来源", "说明"]);
    let row = |l: &&LedgerLine| {
        let line = &l.line;
        vec![
            Cell::Whole(l.seq),
            Cell::text(line.criterion.as_str()),
            Cell::Points(line.points),
            Cell::text(&line.belongs_to.to_string()),
            Cell::text(source_of(line.source, rulebook.criterion(&line.criterion))),
            Cell::long(&line.text),
        ]
    };
    grid.rows = own.iter().map(row).collect();
    grid
}

/// Only units with a line: the others are in the workbook.
fn totals(summary: &Summary) -> Grid {
    let mut grid = Grid::new("", &["单位", "行数", "合计分值"]);
    let with_lines = summary.rows.iter().filter(|r| r.lines > 0);
    grid.rows =
        with_lines.map(|r| vec![Cell::Text(r.name.clone()), Cell::count(r.lines), Cell::Points(r.total)]).collect();
    grid.total = Some(vec![Cell::text("合计"), Cell::count(summary.total.lines), Cell::Points(summary.total.total)]);
    grid
}

#[derive(Template)]
#[template(path = "closing/letter.txt")]
struct Text<'a> {
    l: &'a Closing,
}

#[derive(Template)]
#[template(path = "closing/letter.html")]
struct Html<'a> {
    l: &'a Closing,
}
