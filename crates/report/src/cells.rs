//! Any table as CSV for office programs.

use crate::ReportError;
use crate::text::csv_cell;

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

/// `-3` and `0.5` are no formulas, and must stay numbers.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

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
