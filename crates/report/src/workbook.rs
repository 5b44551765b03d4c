//! Tables as an XLSX workbook. Every text is written as a string, never as a formula, and the same tables give the same
//! bytes: the time in the document is an argument.

use model::{Moment, Points};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::ReportError;
use crate::grid::{Cell, Grid};
use crate::text::{Plain, width};

/// A cell holds at most 32,767 characters; a text that long is no explanation any more.
const LONGEST: usize = 8_000;

/// A sheet of a workbook.
#[derive(Debug, Clone)]
pub enum Sheet {
    /// Rows under heads, to be sorted and filtered.
    Table(Grid),
    /// Names with what they mean: what the workbook is and how to check it.
    Notes(String, Vec<(String, String)>),
}

struct Formats {
    head: Format,
    text: Format,
    wrapped: Format,
    whole: Format,
    points: Format,
    score: Format,
    share: Format,
    total: Format,
    total_points: Format,
    total_score: Format,
    total_share: Format,
}

impl Formats {
    fn new() -> Formats {
        let edge = || Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
        let points = "+0.00;-0.00;0.00";
        let total = || edge().set_bold().set_background_color("F2F2F2");
        Formats {
            head: total().set_align(FormatAlign::Center).set_text_wrap(),
            text: edge(),
            wrapped: edge().set_text_wrap(),
            whole: edge().set_num_format("0"),
            points: edge().set_num_format(points),
            score: edge().set_num_format("0.00"),
            share: edge().set_num_format("0.0%"),
            total: total(),
            total_points: total().set_num_format(points),
            total_score: total().set_num_format("0.00"),
            total_share: total().set_num_format("0.0%"),
        }
    }
}

/// The workbook of these sheets, in their order.
///
/// # Errors
/// When a sheet takes no more rows, or the workbook cannot be packed.
pub fn xlsx(title: &str, made_at: Moment, sheets: &[Sheet]) -> Result<Vec<u8>, ReportError> {
    let mut book = Workbook::new();
    let formats = Formats::new();
    let made = ExcelDateTime::from_timestamp(made_at.timestamp())?;
    let title = Plain::new(title);
    book.set_properties(&DocProperties::new().set_title(title.as_str()).set_creation_datetime(&made));
    let mut names: Vec<String> = vec![];
    for sheet in sheets {
        let page = book.add_worksheet();
        match sheet {
            Sheet::Table(grid) => {
                page.set_name(free_name(&grid.name, &mut names))?;
                table(page, grid, &formats)?;
            }
            Sheet::Notes(name, rows) => {
                page.set_name(free_name(name, &mut names))?;
                notes(page, rows, &formats)?;
            }
        }
    }
    Ok(book.save_to_buffer()?)
}

/// A name that a sheet may bear and that no other has: 31 characters at most, without those that mean something to
/// spreadsheets. Names come from the rulebook, which people edit.
fn free_name(wanted: &str, taken: &mut Vec<String>) -> String {
    let clean: String = Plain::new(wanted)
        .as_str()
        .chars()
        .map(|c| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') { '_' } else { c })
        .collect();
    let clean = if clean.is_empty() { "表".to_owned() } else { clean };
    let named = |n: usize| {
        let tail = if n == 1 { String::new() } else { format!("({n})") };
        let head: String = clean.chars().take(28 - tail.len().min(6)).collect();
        format!("{}{tail}", head.trim())
    };
    let name = (1..).map(named).find(|n| !taken.iter().any(|t| t.to_lowercase() == n.to_lowercase()));
    let name = name.unwrap_or_else(|| clean.clone());
    taken.push(name.clone());
    name
}

/// Exact as printed: a hundredth has a shortest decimal, which is what the cell shows and reads back as.
fn number(points: Points) -> f64 {
    points.hundredths() as f64 / 100.0
}

/// A row number. A table of four thousand million rows is refused by the sheet's own limit.
fn at(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A column number; there are never more than a few dozen.
fn column(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

fn put(sheet: &mut Worksheet, row: u32, col: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
    let text = Plain::short(text, LONGEST);
    sheet.write_string_with_format(row, col, text.as_str(), format).map(|_| ())
}

fn put_number(sheet: &mut Worksheet, row: u32, col: u16, n: f64, format: &Format) -> Result<(), XlsxError> {
    sheet.write_number_with_format(row, col, n, format).map(|_| ())
}

/// Wide enough for what it holds, within reason: the program's own measure counts a Chinese character once. A head may take
/// two lines.
fn widths(sheet: &mut Worksheet, grid: &Grid) -> Result<(), XlsxError> {
    let mut two_lines = false;
    for (col, widest) in grid.widths().into_iter().enumerate() {
        let head = grid.columns.get(col).map_or(0, |c| width(c));
        let body = grid.all().filter_map(|r| r.get(col)).map(|c| width(&c.shown())).max().unwrap_or(0);
        let w = if body < head { body.max(head.min(14)).max(head / 2 + 2) } else { widest };
        two_lines |= w < head;
        sheet.set_column_width(column(col), f64::from(at(w.clamp(6, 60) + 2)))?;
    }
    if two_lines {
        sheet.set_row_height(0, 32)?;
    }
    Ok(())
}

fn table(sheet: &mut Worksheet, grid: &Grid, formats: &Formats) -> Result<(), XlsxError> {
    for (col, name) in grid.columns.iter().enumerate() {
        put(sheet, 0, column(col), name, &formats.head)?;
    }
    for (n, row) in grid.rows.iter().enumerate() {
        for (col, cell) in row.iter().enumerate() {
            put_cell(sheet, (at(n + 1), column(col)), cell, formats, false)?;
        }
    }
    let rows = grid.rows.len();
    sheet.autofilter(0, 0, at(rows), column(grid.columns.len().saturating_sub(1)))?;
    sheet.set_freeze_panes(1, grid.frozen)?;
    widths(sheet, grid)?;
    // Below the filtered range, so that a filter or sort leaves the sums in their place.
    for (col, cell) in grid.total.iter().flatten().enumerate() {
        put_cell(sheet, (at(rows + 1), column(col)), cell, formats, true)?;
    }
    print_setup(sheet, grid.columns.len());
    Ok(())
}

fn put_cell(
    sheet: &mut Worksheet,
    (row, col): (u32, u16),
    cell: &Cell,
    f: &Formats,
    total: bool,
) -> Result<(), XlsxError> {
    let of = |usual: &'_ Format, sum: &'_ Format| if total { sum.clone() } else { usual.clone() };
    match cell {
        Cell::Text(t) => put(sheet, row, col, t.as_str(), &of(&f.text, &f.total)),
        Cell::Long(t) => put(sheet, row, col, t.as_str(), &of(&f.wrapped, &f.total)),
        Cell::Whole(n) => put_number(sheet, row, col, *n as f64, &of(&f.whole, &f.total)),
        Cell::Points(p) => put_number(sheet, row, col, number(*p), &of(&f.points, &f.total_points)),
        Cell::Score(p) => put_number(sheet, row, col, number(*p), &of(&f.score, &f.total_score)),
        Cell::Share(t) => put_number(sheet, row, col, f64::from(*t) / 1000.0, &of(&f.share, &f.total_share)),
        Cell::Empty => put(sheet, row, col, "", &of(&f.text, &f.total)),
    }
}

fn notes(sheet: &mut Worksheet, rows: &[(String, String)], formats: &Formats) -> Result<(), XlsxError> {
    for (n, (name, text)) in rows.iter().enumerate() {
        put(sheet, at(n), 0, name, &formats.head)?;
        put(sheet, at(n), 1, text, &formats.wrapped)?;
    }
    sheet.set_column_width(0, 14)?;
    sheet.set_column_width(1, 80)?;
    print_setup(sheet, 2);
    Ok(())
}

/// On A4, the whole width on one page, the heads on each page.
fn print_setup(sheet: &mut Worksheet, columns: usize) {
    sheet.set_paper_size(9);
    sheet.set_print_fit_to_pages(1, 0);
    if columns > 6 {
        sheet.set_landscape();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_gets_a_name_that_spreadsheets_take_and_no_two_the_same() {
        let mut taken = vec![];
        assert_eq!(free_name("A/B: 日常[工作]", &mut taken), "A_B_ 日常_工作_");
        assert_eq!(free_name("汇总", &mut taken), "汇总");
        assert_eq!(free_name("汇总", &mut taken), "汇总(2)");
        assert_eq!(free_name("", &mut taken), "表");
        let long = "长".repeat(60);
        assert!(free_name(&long, &mut taken).chars().count() <= 31);
        assert_ne!(free_name(&long, &mut taken), taken[4]);
    }
}
