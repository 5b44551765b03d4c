//! The table in a sheet: where its header stands, and its records by the names of their columns.

use std::fmt;

use crate::cell::{Address, Cell, Row, Sheet};
use crate::text::folded;

/// Something wrong, with its place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The cell, where it is one.
    pub at: Option<Address>,
    /// What is wrong and what to do.
    pub message: String,
}

impl Mistake {
    /// A mistake in a cell.
    #[must_use]
    pub fn at(at: &Address, message: impl Into<String>) -> Mistake {
        Mistake { at: Some(at.clone()), message: message.into() }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            Some(at) => write!(f, "{at}：{}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// A column that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in our own sheets.
    pub name: &'static str,
    /// Other names that people give it.
    pub also: &'static [&'static str],
    /// The table is not understood without it.
    pub required: bool,
}

impl Column {
    fn is_called(&self, heading: &str) -> bool {
        std::iter::once(self.name).chain(self.also.iter().copied()).any(|n| folded(n) == heading)
    }
}

/// How far down the header may stand, below titles and remarks.
const HEADER_WITHIN: usize = 30;

/// A row whose first cell begins so is an example and no record.
pub(crate) const EXAMPLE: &str = "示例";

/// The table of a sheet.
#[derive(Debug)]
pub struct Table<'a> {
    sheet: &'a Sheet,
    /// The row of the header, from 1.
    pub header: u32,
    /// What stands above the header.
    pub above: &'a [Row],
    /// The columns that were found, with their places.
    found: Vec<(Column, u32)>,
    /// Columns with a heading that is none of ours.
    pub unknown: Vec<Cell>,
    /// The records, without examples and empty rows.
    pub records: Vec<Record<'a>>,
    /// The numbers of the rows that are marked as examples.
    pub examples: Vec<u32>,
}

impl<'a> Table<'a> {
    /// Finds the table by the headings of its columns: the row among the first that names the most of them, and at least
    /// two. `None` where there is no such row: the sheet holds something else.
    ///
    /// # Errors
    /// When a required column is missing or one is there twice, all of that at once.
    pub fn find(sheet: &'a Sheet, columns: &[Column]) -> Result<Option<Table<'a>>, Vec<Mistake>> {
        let named = |row: &Row| {
            let headings: Vec<String> = row.cells.iter().map(|c| folded(&c.text())).collect();
            columns.iter().filter(|c| headings.iter().any(|h| c.is_called(h))).count()
        };
        let candidates = sheet.rows.iter().take(HEADER_WITHIN).map(named);
        // The first of the best.
        let best = candidates.enumerate().rev().max_by_key(|(_, n)| *n).filter(|(_, n)| *n >= columns.len().min(2));
        let Some((index, _)) = best else { return Ok(None) };
        let header = &sheet.rows[index];
        let (found, unknown) = match_columns(header, columns).map_err(|m| with_missing(m, sheet, header, columns))?;
        let missing = with_missing(Vec::new(), sheet, header, columns);
        if !missing.is_empty() {
            return Err(missing);
        }
        let mut table = Table {
            sheet,
            header: header.number,
            above: &sheet.rows[..index],
            found,
            unknown,
            records: Vec::new(),
            examples: Vec::new(),
        };
        for row in sheet.rows[index + 1..].iter().filter(|r| !r.is_empty()) {
            if row.cells.iter().find(|c| !c.is_empty()).is_some_and(|c| folded(&c.text()).starts_with(EXAMPLE)) {
                table.examples.push(row.number);
            } else {
                table.records.push(Record { row, sheet });
            }
        }
        Ok(Some(table))
    }

    /// The cell of a record under the column of this name; an empty one where the table has no such column.
    #[must_use]
    pub fn cell(&self, record: &Record<'_>, name: &str) -> Cell {
        let place = self.found.iter().find(|(c, _)| c.name == name).map(|(_, at)| *at);
        let at = place.unwrap_or(0);
        let cell = place.and_then(|p| record.row.cells.get(usize::try_from(p).ok()?));
        cell.cloned().unwrap_or_else(|| Cell::empty(self.sheet.at(record.row.number, at)))
    }

    /// Does the table have the column of this name?
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.found.iter().any(|(c, _)| c.name == name)
    }

    /// What is written above the header behind this label: in the next cell that holds something, or behind a colon in the
    /// same cell.
    #[must_use]
    pub fn above(&self, label: &str) -> Option<Cell> {
        let label = folded(label);
        for row in self.above {
            for (n, cell) in row.cells.iter().enumerate().filter(|(_, c)| c.merged.is_none()) {
                let text = folded(&cell.text());
                let Some(rest) = text.strip_prefix(&label) else { continue };
                let rest = rest.trim_start_matches([':', '：']);
                if !rest.is_empty() {
                    return Some(Cell { value: crate::Value::Text(rest.to_owned()), ..cell.clone() });
                }
                let behind = row.cells[n + 1..].iter().filter(|c| c.merged != Some((row.number, cell.at.column)));
                return Some(
                    behind
                        .clone()
                        .next()
                        .cloned()
                        .unwrap_or_else(|| Cell::empty(self.sheet.at(row.number, cell.at.column + 1))),
                );
            }
        }
        None
    }
}

type Found = (Vec<(Column, u32)>, Vec<Cell>);

/// Each heading with its column; a column that stands there twice is a mistake, for nobody knows which one counts.
fn match_columns(header: &Row, columns: &[Column]) -> Result<Found, Vec<Mistake>> {
    let (mut found, mut unknown, mut mistakes): (Vec<(Column, u32)>, _, _) = (Vec::new(), Vec::new(), Vec::new());
    for cell in header.cells.iter().filter(|c| !c.is_empty() && c.merged.is_none()) {
        let heading = folded(&cell.text());
        match columns.iter().find(|c| c.is_called(&heading)) {
            None => unknown.push(cell.clone()),
            Some(c) if found.iter().any(|(f, _)| f.name == c.name) => {
                mistakes.push(Mistake::at(&cell.at, format!("「{}」列出现了两次，请只留一列", c.name)));
            }
            Some(c) => found.push((*c, cell.at.column)),
        }
    }
    if mistakes.is_empty() { Ok((found, unknown)) } else { Err(mistakes) }
}

fn with_missing(mut mistakes: Vec<Mistake>, sheet: &Sheet, header: &Row, columns: &[Column]) -> Vec<Mistake> {
    let headings: Vec<String> = header.cells.iter().map(|c| folded(&c.text())).collect();
    for column in columns.iter().filter(|c| c.required && !headings.iter().any(|h| c.is_called(h))) {
        let message = format!("表头缺少「{}」列：请按模板补上", column.name);
        mistakes.push(Mistake::at(&sheet.at(header.number, 0), message));
    }
    mistakes
}

/// One record of a table.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    row: &'a Row,
    sheet: &'a Sheet,
}

impl Record<'_> {
    /// The number of its row, from 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.row.number
    }

    /// Where its row begins.
    #[must_use]
    pub fn at(&self) -> Address {
        self.sheet.at(self.row.number, 0)
    }

    /// All its cells that hold something.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.row.cells.iter().filter(|c| !c.is_empty() || c.formula)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    const COLUMNS: [Column; 3] = [
        Column { name: "单位", also: &["责任单位"], required: true },
        Column { name: "日期", also: &["发生日期"], required: true },
        Column { name: "说明", also: &[], required: false },
    ];

    fn sheet(text: &str) -> Sheet {
        crate::read("登记", text.as_bytes(), &Limits::default()).unwrap().remove(0)
    }

    #[test]
    fn the_header_is_found_below_titles_and_by_other_names() {
        let sheet = sheet(
            "登记表\n本登记截至：,2026年3月31日\n\n发生日期＊,备注, 责任 单位\n示例,x,y\n2026-3-1,,教育局\n,,\n2026-3-2,b,\n",
        );
        let table = Table::find(&sheet, &COLUMNS).unwrap().unwrap();
        assert_eq!((table.header, &table.examples[..]), (4, &[5][..]));
        assert_eq!(table.unknown.iter().map(Cell::text).collect::<Vec<_>>(), ["备注"]);
        let units: Vec<String> = table.records.iter().map(|r| table.cell(r, "单位").text()).collect();
        assert_eq!(units, ["教育局", ""]);
        assert_eq!(table.cell(&table.records[1], "单位").at.to_string(), "「登记」!C8");
        assert!(table.cell(&table.records[0], "说明").is_empty());
        assert_eq!(table.above("本登记截至").unwrap().day(), "2026-03-31".parse().ok());
        assert_eq!(table.above("登记类别"), None);
    }

    #[test]
    fn a_label_and_its_value_may_share_a_cell() {
        let sheet = sheet("本登记截至：2026年3月31日\n单位,日期\n");
        let table = Table::find(&sheet, &COLUMNS).unwrap().unwrap();
        assert_eq!(table.above("本登记截至").unwrap().day(), "2026-03-31".parse().ok());
    }

    #[test]
    fn missing_and_doubled_columns_are_all_said_at_once() {
        let sheet = sheet("单位,责任单位,说明\n");
        let said: Vec<String> = Table::find(&sheet, &COLUMNS).unwrap_err().iter().map(Mistake::to_string).collect();
        assert_eq!(
            said,
            ["「登记」!B1：「单位」列出现了两次，请只留一列", "「登记」!A1：表头缺少「日期」列：请按模板补上"]
        );
    }

    #[test]
    fn a_sheet_of_something_else_is_none_of_ours() {
        assert!(Table::find(&sheet("说明\n一，请填写\n"), &COLUMNS).unwrap().is_none());
        assert!(Table::find(&sheet("\n\n"), &COLUMNS).unwrap().is_none());
    }
}
