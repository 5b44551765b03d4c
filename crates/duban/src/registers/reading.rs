//! From cells to drafts: what is typed in each, and what is wrong with a cell before anything is made of it.

use std::collections::BTreeSet;

use rules::entries::FieldError;
use rules::toml_reader::nearest;
use sheets::{Address, Cell, Column, Mistake, Record, Sheet, Table, Value, text};

use super::columns::{ANOTHER, ENTRIES, MATTERS, NUMBER, TAKE_BACK, of};
use super::kind::Shape;

/// What came of looking for tables in a file.
#[derive(Debug, Default)]
pub(crate) struct Found<'a> {
    pub(crate) tables: Vec<(Shape, Table<'a>)>,
    pub(crate) mistakes: Vec<Mistake>,
    pub(crate) notes: Vec<String>,
}

/// The tables of all sheets that hold one of ours.
pub(crate) fn tables(book: &[Sheet]) -> Found<'_> {
    let mut found = Found::default();
    for sheet in book {
        let shape = if names_a_matter(sheet) { Shape::Matters } else { Shape::Entries };
        let columns: &[Column] = if shape == Shape::Matters { &MATTERS } else { &ENTRIES };
        let table = match Table::find(sheet, columns) {
            Ok(None) => continue,
            // Nobody sees what is in it, so that nobody has checked it.
            _ if sheet.hidden => {
                found.notes.push(format!("工作表「{}」是隐藏的，未导入；如需导入请取消隐藏", sheet.name));
                continue;
            }
            Ok(Some(table)) => table,
            Err(more) => {
                found.mistakes.extend(more);
                continue;
            }
        };
        for cell in &table.unknown {
            let heading = cell.text();
            let absent = columns.iter().map(|c| c.name).filter(|n| !table.has(n));
            match nearest(&heading, absent) {
                Some(near) => found.mistakes.push(Mistake::at(
                    &cell.at,
                    format!("没有名为「{heading}」的列，是否应为「{near}」？请改正列名或删去该列"),
                )),
                None => found.notes.push(format!("{}：「{heading}」列不属于登记内容，未导入", cell.at)),
            }
        }
        found.tables.push((shape, table));
    }
    if found.tables.is_empty() && found.mistakes.is_empty() {
        let message = "没有找到登记表：表头须有「指标」「单位」等列名；可用 duban template register 生成模板";
        found.mistakes.push(Mistake { at: None, message: message.to_owned() });
    }
    found
}

/// Only matters have codes.
fn names_a_matter(sheet: &Sheet) -> bool {
    let code = MATTERS.iter().find(|c| c.name == "事项编号");
    let is_code = |heading: String| code.is_some_and(|c| c.name == heading || c.also.contains(&heading.as_str()));
    sheet.rows.iter().take(30).flat_map(|r| &r.cells).any(|c| is_code(text::folded(&c.text())))
}

/// One record, read column by column.
pub(crate) struct Line<'t, 'a> {
    pub(crate) table: &'t Table<'a>,
    pub(crate) record: &'t Record<'a>,
}

impl Line<'_, '_> {
    pub(crate) fn cell(&self, column: &str) -> Cell {
        self.table.cell(self.record, column)
    }

    /// Where a column's cell stands; where the table lacks the column, where the row begins.
    pub(crate) fn at(&self, column: &str) -> Address {
        if self.table.has(column) { self.cell(column).at } else { self.record.at() }
    }

    /// The cell as a draft takes it: dates as ISO, numbers in half width, the rest as typed.
    pub(crate) fn draft(&self, column: &str) -> String {
        let cell = self.cell(column);
        match column {
            "日期" | "起始日期" | "截止日期" | "延期至" => {
                cell.day().map_or_else(|| cell.text(), |d| d.to_string())
            }
            "次数" | "工作日数" => cell.whole().map_or_else(|| cell.text(), |n| n.to_string()),
            "分值" => cell.points().map_or_else(|| cell.text(), |p| p.to_string()),
            // A list offers the row with its title behind it.
            "指标" => text::half_width(&cell.text()).split_whitespace().next().unwrap_or_default().to_owned(),
            "事项编号" => code(&cell),
            _ => cell.text(),
        }
    }

    /// Yes where it says so; a word that says neither is a mistake.
    pub(crate) fn yes(&self, column: &str, mistakes: &mut Vec<Mistake>) -> bool {
        let cell = self.cell(column);
        if cell.is_empty() {
            return false;
        }
        cell.yes().unwrap_or_else(|| {
            mistakes.push(Mistake::at(&cell.at, format!("「{column}」请填「是」或留空")));
            false
        })
    }

    /// The number of what stands already, if the row names one.
    pub(crate) fn number(&self, mistakes: &mut Vec<Mistake>) -> Option<i64> {
        let cell = self.cell(NUMBER);
        if cell.is_empty() {
            return None;
        }
        let number = cell.whole().filter(|n| *n > 0).map(i64::from);
        if number.is_none() {
            mistakes.push(Mistake::at(&cell.at, format!("「{NUMBER}」应为导出时写入的编号，新登记请留空")));
        }
        number
    }

    /// What is wrong with the cells themselves.
    pub(crate) fn faults(&self, columns: &[Column]) -> Vec<Mistake> {
        let each = |c: &Column| {
            let cell = self.cell(c.name);
            let fault = match &cell.value {
                Value::Error(e) => format!("公式出错（{e}），请改为文字或数值"),
                _ if cell.formula && cell.is_empty() => {
                    "公式没有保存结果：请用 Excel 或 WPS 打开文件，保存后再导入，或改为数值".to_owned()
                }
                _ if cell.merged.is_some_and(|(row, _)| row != self.record.number()) && alone(c.name) => {
                    "这一格与上面的行合并在一起，分不清各行各是多少：请取消合并，逐行填写".to_owned()
                }
                _ => return None,
            };
            Some(Mistake::at(&cell.at, fault))
        };
        columns.iter().filter_map(each).collect()
    }

    /// The mistakes of a draft, each in its cell; where a cell is broken in itself, only that is said.
    pub(crate) fn place(&self, errors: Vec<FieldError>, broken: &[Mistake]) -> Vec<Mistake> {
        let places: BTreeSet<&Address> = broken.iter().filter_map(|m| m.at.as_ref()).collect();
        let placed = errors.into_iter().map(|e| Mistake::at(&self.at(of(e.field)), e.text));
        placed.filter(|m| m.at.as_ref().is_none_or(|at| !places.contains(at))).collect()
    }
}

/// Columns of which each row must have its own cell.
fn alone(column: &str) -> bool {
    [NUMBER, "次数", "分值", "工作日数", "事项编号", ANOTHER, TAKE_BACK].contains(&column)
}

/// A month that an office program has made a date of is a month again.
fn code(cell: &Cell) -> String {
    match &cell.value {
        Value::Date(d) if chrono::Datelike::day(d) == 1 => d.format("%Y-%m").to_string(),
        _ => text::half_width(&cell.text()),
    }
}

/// The cells of a table whose values were computed: said, since they may be out of date.
pub(crate) fn formulas(table: &Table<'_>) -> Option<String> {
    let cells = table.records.iter().flat_map(Record::cells).filter(|c| c.formula && !c.is_empty());
    let places: Vec<String> = cells.map(|c| c.at.to_string()).collect();
    let (first, count) = (places.first()?, places.len());
    let more = if count > 1 { format!("等 {count} 格") } else { String::new() };
    Some(format!("{first}{more}是公式：按文件上次保存的结果读取，请核对"))
}
