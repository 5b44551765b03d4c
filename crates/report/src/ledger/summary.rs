//! Unit × group: what the month's lines come to.

use std::collections::BTreeMap;

use model::{Points, UnitId};

use super::{LedgerView, group_of};
use crate::text::Plain;

/// One unit's row of the summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryRow {
    /// The unit; none in the row of totals.
    pub unit: Option<UnitId>,
    /// Its name.
    pub name: Plain,
    /// One figure for each column of groups.
    pub groups: Vec<Points>,
    /// Number of lines.
    pub lines: usize,
    /// All groups.
    pub total: Points,
}

/// Unit × group, with a total for each unit and over all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The groups' ids and titles, in the order of the table. A last `?` holds rows that the rulebook does not know.
    pub groups: Vec<(String, Plain)>,
    /// One row for each unit, in the order of their ids.
    pub rows: Vec<SummaryRow>,
    /// Over all units.
    pub total: SummaryRow,
}

impl Summary {
    /// The summary of the view's month.
    #[must_use]
    pub fn of(view: &LedgerView<'_>) -> Summary {
        let lines = view.lines();
        let mut groups: Vec<(String, Plain)> =
            view.rulebook.groups.iter().map(|g| (g.id.clone(), Plain::new(&g.title))).collect();
        if lines.iter().any(|l| !groups.iter().any(|(id, _)| *id == group_of(view.rulebook, l))) {
            groups.push(("?".to_owned(), Plain::new("细则中没有的指标")));
        }
        let mut rows: BTreeMap<UnitId, SummaryRow> =
            view.units.iter().map(|u| (u.id.clone(), empty(Some(&u.id), Plain::new(&u.name), groups.len()))).collect();
        for l in &lines {
            let unit = &l.line.unit;
            let row = rows.entry(unit.clone()).or_insert_with(|| empty(Some(unit), view.unit_name(unit), groups.len()));
            let group = group_of(view.rulebook, l);
            let column = groups.iter().position(|(id, _)| *id == group).unwrap_or(groups.len() - 1);
            row.groups[column] += l.line.points;
            row.lines += 1;
            row.total += l.line.points;
        }
        let rows: Vec<SummaryRow> = rows.into_values().collect();
        let total = rows.iter().fold(empty(None, Plain::new("合计"), groups.len()), add);
        Summary { groups, rows, total }
    }
}

fn empty(unit: Option<&UnitId>, name: Plain, columns: usize) -> SummaryRow {
    SummaryRow { unit: unit.cloned(), name, groups: vec![Points::ZERO; columns], lines: 0, total: Points::ZERO }
}

fn add(mut sum: SummaryRow, row: &SummaryRow) -> SummaryRow {
    for (to, from) in sum.groups.iter_mut().zip(&row.groups) {
        *to += *from;
    }
    sum.lines += row.lines;
    sum.total += row.total;
    sum
}
