//! CSV: its charset, its separator, its rows.
//!
//! Not by a library: an office program counts empty lines as rows, and addresses must be those that it shows.

use std::borrow::Cow;
use std::sync::Arc;

use encoding_rs::{Encoding, GB18030};

use crate::cell::{Cell, Row, Sheet, Value};
use crate::limits::Meter;
use crate::{Address, Limits, SheetError};

pub(crate) fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Sheet, SheetError> {
    let text = decode(bytes)?;
    let name: Arc<str> = name.into();
    let mut meter = Meter::new(limits);
    let mut rows = Vec::new();
    let mut lines = Records { rest: &text, separator: separator(&text), line: 1 };
    let mut number = 0;
    while let Some(record) = lines.next()? {
        number += 1;
        let mut cells = Vec::new();
        for (column, text) in record.into_iter().enumerate() {
            let column = u32::try_from(column).unwrap_or(u32::MAX);
            let text = disarmed(&text);
            let value = if text.is_empty() {
                Value::Empty
            } else {
                meter.cell(&name, number - 1, column)?;
                meter.text(&name, number - 1, column, text)?;
                Value::Text(text.to_owned())
            };
            // Empty columns beyond the bound are dropped, so that a row of commas takes no room.
            if column < limits.columns {
                let at = Address { sheet: Arc::clone(&name), row: number, column };
                cells.push(Cell { value, ..Cell::empty(at) });
            }
        }
        let row = Row { number, cells };
        if !row.is_empty() {
            rows.push(row);
        }
    }
    Ok(Sheet { name, hidden: false, rows })
}

/// UTF-8 with or without its mark, UTF-16 with its mark, GB18030. A byte that fits none of them is said, never guessed at.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, SheetError> {
    let line = |upto: usize| bytes[..upto.min(bytes.len())].iter().filter(|b| **b == b'\n').count() + 1;
    if let Some((encoding, skip)) = Encoding::for_bom(bytes) {
        let body = &bytes[skip..];
        return match encoding.decode_without_bom_handling(body) {
            (text, false) => Ok(text),
            _ => Err(SheetError::Charset {
                line: line(std::str::from_utf8(body).map_or_else(|e| e.valid_up_to(), str::len)),
            }),
        };
    }
    // Text has no zero bytes; pictures, archives and documents have.
    if bytes.contains(&0) || bytes.starts_with(b"%PDF-") {
        return Err(SheetError::Unknown);
    }
    let bad = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(e) => e.valid_up_to(),
    };
    match GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(text),
        None => Err(SheetError::Charset { line: line(bad) }),
    }
}

/// What separates the cells: what occurs most in the first lines, outside quotes.
fn separator(text: &str) -> char {
    let mut counts = [(',', 0), ('\t', 0), (';', 0)];
    let mut quoted = false;
    for c in text.chars().take(20_000) {
        if c == '"' {
            quoted = !quoted;
        } else if !quoted && let Some((_, n)) = counts.iter_mut().find(|(s, _)| *s == c) {
            *n += 1;
        }
    }
    // The first of equals, which is the comma.
    counts.iter().rev().max_by_key(|(_, n)| *n).map_or(',', |(s, _)| *s)
}

/// A program that writes CSV puts an apostrophe before what looks like a formula; here it is taken off again.
fn disarmed(text: &str) -> &str {
    let armed = text.trim_start_matches('\'').starts_with(crate::write::RISKY);
    if armed { text.strip_prefix('\'').unwrap_or(text) } else { text }
}

struct Records<'a> {
    rest: &'a str,
    separator: char,
    line: usize,
}

impl Records<'_> {
    fn next(&mut self) -> Result<Option<Vec<String>>, SheetError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let mut record = Vec::new();
        loop {
            let (cell, more) = self.cell()?;
            record.push(cell);
            if !more {
                return Ok(Some(record));
            }
        }
    }

    /// One cell, and whether another follows in the same row.
    fn cell(&mut self) -> Result<(String, bool), SheetError> {
        let mut cell = String::new();
        if let Some(body) = self.rest.strip_prefix('"') {
            self.rest = body;
            self.quoted(&mut cell)?;
        }
        // What stands behind a closing quote belongs to the cell, as office programs have it.
        let end = self.rest.find([self.separator, '\n', '\r']).unwrap_or(self.rest.len());
        cell.push_str(&self.rest[..end]);
        let tail = &self.rest[end..];
        let more = tail.starts_with(self.separator);
        let width = if tail.starts_with("\r\n") { 2 } else { tail.chars().next().map_or(0, char::len_utf8) };
        if !more && width > 0 {
            self.line += 1;
        }
        self.rest = &tail[width..];
        Ok((cell, more))
    }

    /// The inside of a quoted cell; two quotes are one.
    fn quoted(&mut self, cell: &mut String) -> Result<(), SheetError> {
        let opened = self.line;
        loop {
            let end = self.rest.find('"').ok_or(SheetError::OpenQuote { line: opened })?;
            let part = &self.rest[..end];
            self.line += part.matches('\n').count();
            cell.push_str(part);
            self.rest = &self.rest[end + 1..];
            match self.rest.strip_prefix('"') {
                Some(rest) => {
                    cell.push('"');
                    self.rest = rest;
                }
                None => return Ok(()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> Vec<(u32, Vec<String>)> {
        let sheet = read("登记", bytes, &Limits::default()).unwrap();
        sheet.rows.iter().map(|r| (r.number, r.cells.iter().map(Cell::text).collect())).collect()
    }

    #[test]
    fn the_charsets_of_office_programs() {
        let text = "单位,日期\r\n教育局,2026年3月1日\r\n";
        let want = vec![
            (1, vec!["单位".to_owned(), "日期".to_owned()]),
            (2, vec!["教育局".to_owned(), "2026年3月1日".to_owned()]),
        ];
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            GB18030.encode(text).0.into_owned(),
            utf16,
        ] {
            assert_eq!(rows(&bytes), want);
        }
    }

    #[test]
    fn a_broken_byte_is_said_with_its_line() {
        let mut bytes = "单位\n教育局\n".as_bytes().to_vec();
        bytes.extend([0xff, 0xff, b'\n']);
        assert_eq!(read("a", &bytes, &Limits::default()), Err(SheetError::Charset { line: 3 }));
        assert_eq!(read("a", b"\x89PNG\0\0", &Limits::default()), Err(SheetError::Unknown));
    }

    #[test]
    fn empty_lines_count_and_quotes_hold_breaks() {
        let got = rows(b"a,b\n\n\"x \"\"y\"\"\nz\",\"p,q\"\n,,\nlast");
        assert_eq!(
            got,
            [
                (1, vec!["a".to_owned(), "b".to_owned()]),
                (3, vec!["x \"y\"\nz".to_owned(), "p,q".to_owned()]),
                (5, vec!["last".to_owned()]),
            ]
        );
        let open = read("a", b"a\n\"b\nc", &Limits::default());
        assert_eq!(open, Err(SheetError::OpenQuote { line: 2 }));
    }

    #[test]
    fn tabs_and_semicolons_separate_too() {
        assert_eq!(rows("单位\t说明\n甲\t一，二".as_bytes())[1].1, ["甲", "一，二"]);
        assert_eq!(rows("单位;说明\n甲;一".as_bytes())[1].1, ["甲", "一"]);
    }

    #[test]
    fn what_was_armed_against_formulas_is_as_it_was() {
        assert_eq!(rows(b"'=1+1,''-a,'tis,-3")[0].1, ["=1+1", "'-a", "'tis", "-3"]);
    }

    #[test]
    fn too_much_is_said_with_its_place() {
        let limits = Limits { rows: 2, columns: 2, text: 3, ..Limits::default() };
        let err = |bytes: &[u8]| read("表", bytes, &limits).unwrap_err().to_string();
        assert!(err(b"a\nb\nc").starts_with("「表」有内容的行数超过上限（2行）"));
        assert!(err(b"a,b,c").starts_with("「表」第1行有内容的列数"));
        assert!(err("a,四个字了".as_bytes()).starts_with("「表」!B1的文字"));
        assert!(read("表", b"a,b,,,,,\n", &limits).is_ok());
    }
}
