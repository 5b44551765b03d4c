//! XLSX, cell by cell: never as one dense range, which a single cell at the far end of the sheet makes huge.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use calamine::{DataRef, Dimensions, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use chrono::Datelike;

use crate::cell::{Cell, Number, Row, Sheet, Value};
use crate::limits::Meter;
use crate::{Address, Limits, SheetError, archive, dates, text};

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;
type Cells = BTreeMap<(u32, u32), Cell>;

pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Sheet>, SheetError> {
    archive::check(bytes, limits)?;
    // The library reckons with numbers that the file gives; where one of them overflows, the file is broken, not we.
    catch_unwind(AssertUnwindSafe(|| sheets(bytes, limits)))
        .unwrap_or_else(|_| Err(SheetError::Broken("其中有无法理解的数值".to_owned())))
}

fn broken(e: &XlsxError) -> SheetError {
    SheetError::Broken(e.to_string())
}

fn sheets(bytes: &[u8], limits: &Limits) -> Result<Vec<Sheet>, SheetError> {
    let mut book: Book<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| match e {
        XlsxError::Password => SheetError::OldOrLocked,
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => SheetError::Unknown,
        e => broken(&e),
    })?;
    let known = book.sheets_metadata().to_vec();
    if known.len() > limits.sheets {
        return Err(limits.too_much("工作表", limits.sheets, "张"));
    }
    let mut meter = Meter::new(limits);
    let mut all = Vec::new();
    for sheet in known.iter().filter(|s| s.typ == SheetType::WorkSheet) {
        let name: Arc<str> = sheet.name.as_str().into();
        let mut cells = cells(&mut book, &name, &mut meter)?;
        merge(&mut book, &name, &mut cells, &mut meter)?;
        all.push(Sheet { rows: rows(&name, cells), name, hidden: sheet.visible != SheetVisible::Visible });
    }
    Ok(all)
}

/// The cells that hold something.
fn cells(book: &mut Book<'_>, name: &Arc<str>, meter: &mut Meter<'_>) -> Result<Cells, SheetError> {
    let is_1904 = book.has_1904_epoch();
    let mut reader = match book.worksheet_cells_reader(name) {
        Err(XlsxError::NotAWorksheet(_)) => return Ok(Cells::new()),
        other => other.map_err(|e| broken(&e))?,
    };
    let mut cells = Cells::new();
    // Without the formulas spelled out: a shared one is numbered by the file, and room is set aside for that number.
    while let Some(found) = reader.next_cell_with_formula_metadata().map_err(|e| broken(&e))? {
        let (row, column) = found.pos;
        let formula = found.formula.is_some();
        if matches!(found.value, DataRef::Empty) && !formula {
            continue;
        }
        meter.cell(name, row, column)?;
        if let DataRef::SharedString(s) = &found.value {
            meter.text(name, row, column, s)?;
        } else if let DataRef::String(s) | DataRef::DateTimeIso(s) | DataRef::DurationIso(s) = &found.value {
            meter.text(name, row, column, s)?;
        }
        let value = value(&found.value, is_1904);
        let at = Address { sheet: Arc::clone(name), row: row + 1, column };
        cells.insert((row, column), Cell { at, value, formula, merged: None });
    }
    Ok(cells)
}

fn value(data: &DataRef<'_>, is_1904: bool) -> Value {
    match data {
        DataRef::Empty => Value::Empty,
        DataRef::String(s) => Value::Text(s.clone()),
        DataRef::SharedString(s) => Value::Text((*s).to_owned()),
        DataRef::Int(n) => Value::Number(Number { text: n.to_string(), serial: serial(*n as f64, is_1904) }),
        DataRef::Float(x) => Value::Number(Number { text: text::number(*x), serial: serial(*x, is_1904) }),
        DataRef::Bool(b) => Value::Bool(*b),
        DataRef::Error(e) => Value::Error(e.to_string()),
        DataRef::DateTime(d) => match moment(d) {
            Some(at) => Value::Date(at),
            // A time of day, a span, or a day outside of our years: shown as the number that it is.
            None => Value::Number(Number { text: text::number(d.as_f64()), serial: None }),
        },
        DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => match dates::parse(s) {
            Some(day) => Value::Date(day.and_time(chrono::NaiveTime::MIN)),
            None => Value::Text(s.clone()),
        },
    }
}

/// The day of a serial number that carries no date format: a whole number of this century.
fn serial(x: f64, is_1904: bool) -> Option<model::Day> {
    if x.fract() != 0.0 || !(30_000.0..80_000.0).contains(&x) {
        return None;
    }
    let kind = calamine::ExcelDateTimeType::DateTime;
    let day = moment(&ExcelDateTime::new(x, kind, is_1904))?.date();
    (2000..2100).contains(&day.year()).then_some(day)
}

fn moment(d: &ExcelDateTime) -> Option<chrono::NaiveDateTime> {
    // Outside of these the number is a time of day or no day that any office program shows.
    if !d.is_datetime() || !(1.0..2_958_466.0).contains(&d.as_f64()) {
        return None;
    }
    d.as_datetime().filter(|at| dates::YEARS.contains(&at.year()))
}

/// Every cell of a merged range shows what its first cell holds.
fn merge(book: &mut Book<'_>, name: &Arc<str>, cells: &mut Cells, meter: &mut Meter<'_>) -> Result<(), SheetError> {
    let ranges = book.merge_cells_by_sheet_name(name).map_err(|e| broken(&e))?;
    for Dimensions { start, end } in ranges {
        let Some(first) = cells.get(&start).cloned() else { continue };
        let shown = first.text();
        for row in start.0..=end.0 {
            for column in start.1..=end.1 {
                if (row, column) == start {
                    continue;
                }
                // Counted like any other cell, so that a range over the whole sheet ends here.
                meter.cell(name, row, column)?;
                meter.text(name, row, column, &shown)?;
                let at = Address { sheet: Arc::clone(name), row: row + 1, column };
                let merged = Some((start.0 + 1, start.1));
                cells.insert((row, column), Cell { at, merged, ..first.clone() });
            }
        }
    }
    Ok(())
}

fn rows(name: &Arc<str>, cells: Cells) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for ((row, column), cell) in cells {
        let number = row + 1;
        if rows.last().is_none_or(|r| r.number != number) {
            rows.push(Row { number, cells: Vec::new() });
        }
        let Some(last) = rows.last_mut() else { continue };
        for missing in u32::try_from(last.cells.len()).unwrap_or(column)..column {
            last.cells.push(Cell::empty(Address { sheet: Arc::clone(name), row: number, column: missing }));
        }
        last.cells.push(cell);
    }
    rows.retain(|r| !r.is_empty() || r.cells.iter().any(|c| c.formula));
    rows
}
