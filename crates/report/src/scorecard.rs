//! 得分表: scorecards as text, CSV and JSON, and the table of all units.
//!
//! The views hold what the scoring has worked out; nothing is added up here but what is printed beside it.

use model::{Month, Points, UnitId};
use serde::Serialize;

use crate::ReportError;
use crate::table::to_office_csv;
use crate::text::{Plain, csv_cell, pad, width};

/// One step on the way to a group's score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepView {
    /// `base`, `line`, `cap`, `floor`, `ceiling`, `veto`.
    pub kind: String,
    /// The ledger line, where it is one.
    pub seq: Option<i64>,
    /// The month that it belongs to.
    pub month: Option<Month>,
    /// The row.
    pub criterion: Option<String>,
    /// What happens.
    pub text: Plain,
    /// What it adds.
    pub points: Points,
    /// The sum so far.
    pub running: Points,
    /// The line with which it cancels.
    pub pair: Option<i64>,
}

/// One group of a scorecard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupView {
    /// `A` … `F`.
    pub id: String,
    /// Its title.
    pub title: Plain,
    /// Full points; none for a bonus group.
    pub points: Option<Points>,
    /// What the unit starts with.
    pub base: Points,
    /// Is it added on top?
    pub bonus: bool,
    /// From the base to the score.
    pub steps: Vec<StepView>,
    /// The plain sum of the lines.
    pub raw: Points,
    /// Is it zeroed by a veto?
    pub vetoed: bool,
    /// The score.
    pub score: Points,
}

/// One unit's scorecard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CardView {
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub unit_name: Plain,
    /// The scoring table's name.
    pub rulebook: Plain,
    /// The year.
    pub year: i32,
    /// `截至2026-11-24`, or nothing for the whole ledger.
    pub as_of: Option<String>,
    /// All groups in the order of the table, the bonus ones last.
    pub groups: Vec<GroupView>,
    /// Lines that are not counted, each in one sentence.
    pub uncounted: Vec<Plain>,
    /// The score.
    pub total: Points,
    /// What it is out of, without bonus.
    pub out_of: Points,
}

/// A scorecard as text: each group, each step with the sum so far.
#[must_use]
pub fn text(card: &CardView) -> String {
    let mut out = vec![
        format!("{}（{}）{}年度得分表", card.unit_name, card.unit, card.year),
        format!("考核细则：{}", card.rulebook),
    ];
    if let Some(as_of) = &card.as_of {
        out.push(as_of.clone());
    }
    for group in &card.groups {
        out.push(String::new());
        out.push(heading(group));
        out.extend(group.steps.iter().map(step));
        let veto = if group.vetoed { "，一票否决" } else { "" };
        out.push(format!("  得分 {}（各行合计 {}{veto}）", group.score, group.raw.signed()));
    }
    out.push(String::new());
    out.push(format!("总分 {}（满分 {}，加分项另计）", card.total, card.out_of));
    if !card.uncounted.is_empty() {
        out.push("未计入的行：".to_owned());
        out.extend(card.uncounted.iter().map(|u| format!("  {u}")));
    }
    out.join("\n") + "\n"
}

fn heading(group: &GroupView) -> String {
    match group.points {
        Some(full) => format!("{} {}（满分 {full}，起评 {}）", group.id, group.title, group.base),
        None => format!("{} {}（加分项）", group.id, group.title),
    }
}

fn step(step: &StepView) -> String {
    let number = step.seq.map_or_else(|| "—".to_owned(), |n| format!("#{n}"));
    let month = step.month.map_or_else(String::new, |m| m.to_string());
    format!(
        "  {} {} {} {} {}",
        pad(&number, 6),
        pad(&month, 8),
        pad(&step.points.signed(), 7),
        pad(&format!("={}", step.running), 8),
        step.text
    )
}

/// The columns of a scorecard's CSV.
pub const CARD_COLUMNS: [&str; 11] =
    ["单位编号", "单位", "年度", "一级指标", "步骤", "台账序号", "所属月份", "指标", "说明", "分值", "累计"];

/// Scorecards as CSV for office programs, one row for each step.
///
/// # Errors
/// When the writer fails, which in memory it does not.
pub fn csv(cards: &[CardView]) -> Result<String, ReportError> {
    let steps = cards.iter().flat_map(|c| c.groups.iter().flat_map(move |g| g.steps.iter().map(move |s| (c, g, s))));
    let rows = steps.map(|(c, g, s)| {
        [
            c.unit.to_string(),
            csv_cell(c.unit_name.as_str()),
            c.year.to_string(),
            csv_cell(&format!("{} {}", g.id, g.title)),
            kind_label(&s.kind).to_owned(),
            s.seq.map_or_else(String::new, |n| n.to_string()),
            s.month.map_or_else(String::new, |m| m.to_string()),
            csv_cell(s.criterion.as_deref().unwrap_or_default()),
            csv_cell(s.text.as_str()),
            s.points.to_string(),
            s.running.to_string(),
        ]
    });
    to_office_csv(&CARD_COLUMNS, rows)
}

/// The kind of a step in Chinese.
#[must_use]
pub fn kind_label(kind: &str) -> &'static str {
    match kind {
        "base" => "起评",
        "line" => "台账",
        "cap" => "封顶",
        "floor" => "扣完为止",
        "ceiling" => "满分为止",
        "veto" => "一票否决",
        _ => "其他",
    }
}

/// A scorecard as JSON.
///
/// # Errors
/// Never in practice: every value has a JSON form.
pub fn json(card: &CardView) -> Result<String, ReportError> {
    Ok(serde_json::to_string_pretty(card)? + "\n")
}

/// One unit in the table of all units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BoardRow {
    /// Its place: equals share one.
    pub rank: usize,
    /// The unit.
    pub unit: UnitId,
    /// Its name.
    pub name: Plain,
    /// Its kind, in Chinese.
    pub kind: String,
    /// Each group's id and score, in the order of the table.
    pub groups: Vec<(String, Points)>,
    /// The score.
    pub total: Points,
}

/// The units by their scores, best first; equals share a rank and stand in the order of their ids.
///
/// `kind` names the kind of each unit: departments and townships may be ranked apart by filtering the cards.
#[must_use]
pub fn board(cards: &[CardView], kind: impl Fn(&UnitId) -> String) -> Vec<BoardRow> {
    let mut cards: Vec<&CardView> = cards.iter().collect();
    cards.sort_by(|a, b| b.total.cmp(&a.total).then_with(|| a.unit.cmp(&b.unit)));
    let mut rows: Vec<BoardRow> = Vec::with_capacity(cards.len());
    for (n, card) in cards.into_iter().enumerate() {
        let rank = rows.last().filter(|r| r.total == card.total).map_or(n + 1, |r| r.rank);
        rows.push(BoardRow {
            rank,
            unit: card.unit.clone(),
            name: card.unit_name.clone(),
            kind: kind(&card.unit),
            groups: card.groups.iter().map(|g| (g.id.clone(), g.score)).collect(),
            total: card.total,
        });
    }
    rows
}

/// The group ids in the board, in the order of the first row that names them.
fn board_groups(rows: &[BoardRow]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for (id, _) in rows.iter().flat_map(|r| &r.groups) {
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    ids
}

fn board_table(rows: &[BoardRow]) -> Vec<Vec<String>> {
    let groups = board_groups(rows);
    let mut head = vec!["名次".to_owned(), "单位编号".to_owned(), "单位".to_owned(), "类别".to_owned()];
    head.extend(groups.iter().cloned());
    head.push("总分".to_owned());
    let body = rows.iter().map(|r| {
        let mut cells =
            vec![r.rank.to_string(), r.unit.to_string(), r.name.to_string(), Plain::new(&r.kind).to_string()];
        let score =
            |id: &String| r.groups.iter().find(|(g, _)| g == id).map_or_else(String::new, |(_, p)| p.to_string());
        cells.extend(groups.iter().map(score));
        cells.push(r.total.to_string());
        cells
    });
    std::iter::once(head).chain(body).collect()
}

/// The table of all units as text, in columns.
#[must_use]
pub fn board_text(rows: &[BoardRow]) -> String {
    let table = board_table(rows);
    let columns = table.first().map_or(0, Vec::len);
    let widest: Vec<usize> = (0..columns).map(|c| table.iter().map(|r| width(&r[c])).max().unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().zip(&widest).map(|(cell, w)| pad(cell, *w)).collect();
        cells.join("  ").trim_end().to_owned() + "\n"
    };
    table.iter().map(line).collect()
}

/// The table of all units as CSV for office programs.
///
/// # Errors
/// When the writer fails, which in memory it does not.
pub fn board_csv(rows: &[BoardRow]) -> Result<String, ReportError> {
    let mut table = board_table(rows);
    let head = table.remove(0);
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    crate::cells::csv(&head, table)
}

/// The table of all units as JSON: an array of rows.
///
/// # Errors
/// Never in practice: every value has a JSON form.
pub fn board_json(rows: &[BoardRow]) -> Result<String, ReportError> {
    Ok(serde_json::to_string_pretty(rows)? + "\n")
}
