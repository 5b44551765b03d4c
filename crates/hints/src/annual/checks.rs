//! C1–C4, C8 and C10: what must come out within one report's tables.

use model::{Confidence, Quote};

use super::tables::{APPLICANTS, Cell, Requests, SUITS, Suits};
use crate::{Hint, quote};

/// Blank cells from which on a table is put before a person: of table 3, of table 4.
const BLANKS: (usize, usize) = (10, 5);

fn sum<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> Option<u64> {
    cells.into_iter().map(Cell::count).sum()
}

/// C1: new + carried = done + next, in each column. C2: the results make the total. C3: the applicants make the total.
pub(super) fn requests(table: &Requests) -> Vec<Quote> {
    let mut wrong = Vec::new();
    let row = |i: usize| &table.rows[i].1;
    for (c, name) in APPLICANTS.iter().enumerate() {
        let cells = [&row(table.new)[c], &row(table.carried)[c], &row(table.total)[c], &row(table.next)[c]];
        let counts: Option<Vec<u64>> = cells.iter().map(|x| x.count()).collect();
        if let Some([new, carried, total, next]) = counts.as_deref()
            && new + carried != total + next
        {
            wrong.push(quote(
                format!("C1:{c}"),
                format!(
                    "{name}：本年新收{new}＋上年结转{carried}＝{}；办理结果总计{total}＋结转下年度{next}＝{}",
                    new + carried,
                    total + next
                ),
                "C1：新收＋结转 应等于 办结总计＋结转下年度（表内注明的勾稽关系）",
            ));
        }
        let results =
            table.rows.iter().enumerate().filter(|(i, _)| *i > table.carried && *i < table.total).map(|(_, r)| &r.1[c]);
        if table.complete
            && let (Some(parts), Some(total)) = (sum(results), row(table.total)[c].count())
            && parts != total
        {
            wrong.push(quote(
                format!("C2:{c}"),
                format!("{name}：各项办理结果合计{parts}，（七）总计{total}"),
                "C2：各项办理结果之和应等于总计",
            ));
        }
    }
    for (i, (name, cells)) in table.rows.iter().enumerate() {
        if let (Some(parts), Some(total)) = (sum(&cells[..6]), cells[6].count())
            && parts != total
        {
            wrong.push(quote(
                format!("C3:{i}"),
                format!("{name}：各类申请人合计{parts}，总计{total}"),
                "C3：各类申请人之和应等于总计",
            ));
        }
        for cell in cells {
            if let Cell::NoCount(text) = cell {
                wrong.push(quote(format!("C10:{i}:{text}"), format!("{name}：{text}"), "C10：件数应为非负整数"));
            }
        }
    }
    wrong
}

/// C4: the four outcomes make the total, in each group.
pub(super) fn suits(table: &Suits) -> Vec<Quote> {
    let mut wrong = Vec::new();
    for (name, group) in SUITS.iter().zip(&table.groups) {
        if let (Some(parts), Some(total)) = (sum(&group[..4]), group[4].count())
            && parts != total
        {
            wrong.push(quote(
                format!("C4:{name}"),
                format!("{name}：维持、纠正、其他、未审结合计{parts}，总计{total}"),
                "C4：四种结果之和应等于总计",
            ));
        }
    }
    wrong
}

/// C8: cells left blank where the form wants 0.
pub(super) fn blanks(requests: Option<&Requests>, suits: Option<&Suits>) -> Option<Hint> {
    let blank = |cells: &mut dyn Iterator<Item = &Cell>| cells.filter(|c| **c == Cell::Blank).count();
    let three = requests.map_or(0, |r| blank(&mut r.rows.iter().flat_map(|r| &r.1)));
    let four = suits.map_or(0, |s| blank(&mut s.groups.iter().flatten()));
    let mut quotes = Vec::new();
    if three > BLANKS.0 {
        quotes.push(quote("C8:3", format!("申请办理表有{three}个空格或短横"), "C8：没有的应填0"));
    }
    if four > BLANKS.1 {
        quotes.push(quote("C8:4", format!("复议诉讼表有{four}个空格或短横"), "C8：没有的应填0"));
    }
    (!quotes.is_empty()).then(|| Hint::new("blanks", Confidence::Low, "年报表格有较多空格未填", quotes))
}
