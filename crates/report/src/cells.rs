//! Any table as CSV and XLSX for office programs.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};

use crate::ReportError;
use crate::text::{Plain, csv_cell, width};

/// Rows of cells under `keys`: UTF-8 with its mark, CRLF, and no cell that an office program would take for a formula.
///
/// # Errors
/// When the writer fails, which in memory it does not.
pub fn csv(keys: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<String, ReportError> {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(keys)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| if is_number(cell) { cell.clone() } else { csv_cell(cell) }))?;
    }
    let bytes = writer.into_inner().map_err(|e| ::csv::Error::from(e.into_error()))?;
    Ok(format!("\u{FEFF}{}", String::from_utf8_lossy(&bytes)))
}

/// Rows of cells as a workbook of one sheet: texts as texts, never a formula; numbers as numbers; a head that stays in
/// sight. The same rows give the same bytes.
///
/// # Errors
/// When the workbook cannot be written: more rows than a sheet takes.
pub fn xlsx(title: &str, keys: &[&str], rows: &[Vec<String>]) -> Result<Vec<u8>, ReportError> {
    let mut book = Workbook::new();
    // A fixed date: the file says what was asked for, and nothing of when.
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = book.add_worksheet();
    sheet.set_name(title)?;
    let head = Format::new().set_bold().set_background_color(0x00F0_E8E0).set_text_wrap();
    let mut widest: Vec<usize> = keys.iter().map(|k| width(k)).collect();
    for (column, key) in (0u16..).zip(keys) {
        sheet.write_string_with_format(0, column, *key, &head)?;
    }
    for (line, row) in (1u32..).zip(rows) {
        for (column, cell) in (0u16..).zip(row) {
            let clean = Plain::new(cell);
            if let Some(w) = widest.get_mut(usize::from(column)) {
                *w = (*w).max(width(clean.as_str())).min(60);
            }
            // An id of digits only must keep its zeros.
            match clean.as_str().parse::<f64>() {
                Ok(n) if is_number(clean.as_str()) && (clean.as_str() == "0" || !clean.as_str().starts_with('0')) => {
                    sheet.write_number(line, column, n)?
                }
                _ => sheet.write_string(line, column, clean.as_str())?,
            };
        }
    }
    for (column, w) in (0u16..).zip(widest) {
        sheet.set_column_width(column, u32::try_from(w).unwrap_or(60) + 2)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(book.save_to_buffer()?)
}

/// `-3` and `0.5` are no formulas, and must stay numbers.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::Reader as _;

    #[test]
    fn a_workbook_holds_texts_as_texts_and_numbers_as_numbers_and_is_always_the_same() {
        let rows =
            vec![vec!["=1+1".to_owned(), "-0.5".to_owned()], vec!["007".to_owned(), "工作\u{202E}动态".to_owned()]];
        let bytes = xlsx("发现", &["甲", "乙"], &rows).unwrap();
        assert_eq!(bytes, xlsx("发现", &["甲", "乙"], &rows).unwrap());
        let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        assert!(book.worksheet_formula("发现").unwrap().is_empty());
        let sheet = book.worksheet_range("发现").unwrap();
        let cells: Vec<calamine::Data> = sheet.cells().map(|(_, _, c)| c.clone()).collect();
        let text = |t: &str| calamine::Data::String(t.to_owned());
        assert_eq!(cells[2..], [text("=1+1"), calamine::Data::Float(-0.5), text("007"), text("工作动态")]);
    }

    #[test]
    fn a_formula_is_text_and_a_line_break_stays_in_its_cell() {
        let text = csv(&["a", "b"], [vec!["=1+1".to_owned(), "x,\"y\"".to_owned()]]).unwrap();
        assert_eq!(text, "\u{FEFF}a,b\r\n'=1+1,\"x,\"\"y\"\"\"\r\n");
        assert_eq!(
            csv(&["p"], [vec!["-0.5".to_owned()], vec!["-a".to_owned()]]).unwrap(),
            "\u{FEFF}p\r\n-0.5\r\n'-a\r\n"
        );
    }
}
