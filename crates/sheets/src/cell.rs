//! Cells, their values and their addresses.

use std::fmt;
use std::sync::Arc;

use model::{Day, Points};

use crate::text::{half_width, trimmed};

/// Where a cell stands: `「登记」!C7`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The name of the sheet.
    pub sheet: Arc<str>,
    /// The row, from 1.
    pub row: u32,
    /// The column, from 0.
    pub column: u32,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "「{}」!{}{}", self.sheet, column_name(self.column), self.row)
    }
}

/// The letters above a column: 0 is `A`, 26 is `AA`.
#[must_use]
pub fn column_name(column: u32) -> String {
    let mut letters = Vec::new();
    let mut n = u64::from(column) + 1;
    while n > 0 {
        let letter = u8::try_from((n - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + letter));
        n = (n - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// A number as the sheet shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Its decimal, of at most 15 digits.
    pub text: String,
    /// The day that it would be as a serial number of the workbook's calendar, where that is a day of our years.
    pub serial: Option<Day>,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Empty,
    /// Text, as it was typed.
    Text(String),
    /// A number.
    Number(Number),
    /// A date; the time of day behind it, if any, is kept for show.
    Date(chrono::NaiveDateTime),
    /// True or false.
    Bool(bool),
    /// What a formula failed with: `#REF!`.
    Error(String),
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Where it stands.
    pub at: Address,
    /// What it holds. In a merged range every cell holds what the range shows.
    pub value: Value,
    /// The value was computed by a formula when the file was last saved: we do not compute.
    pub formula: bool,
    /// It shows the value of a merged range that begins in another cell, at this row (from 1) and column (from 0).
    pub merged: Option<(u32, u32)>,
}

impl Cell {
    /// An empty cell at a place where the sheet has none.
    #[must_use]
    pub fn empty(at: Address) -> Cell {
        Cell { at, value: Value::Empty, formula: false, merged: None }
    }

    /// Is there nothing to read in it?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.value {
            Value::Empty => true,
            Value::Text(t) => trimmed(t).is_empty(),
            _ => false,
        }
    }

    /// What it shows, without blanks at the ends.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.value {
            Value::Empty => String::new(),
            Value::Text(t) => trimmed(t).to_owned(),
            Value::Number(n) => n.text.clone(),
            Value::Date(d) if d.time() == chrono::NaiveTime::MIN => d.date().to_string(),
            Value::Date(d) => d.format("%Y-%m-%d %H:%M").to_string(),
            Value::Bool(b) => if *b { "是" } else { "否" }.to_owned(),
            Value::Error(e) => e.clone(),
        }
    }

    /// The day in it: a date, a serial number, or one of the forms of [`crate::dates`].
    #[must_use]
    pub fn day(&self) -> Option<Day> {
        match &self.value {
            Value::Date(d) => Some(d.date()),
            // Eight digits are a date that someone typed, 2026 years of serial numbers are not in them.
            Value::Number(n) => crate::dates::parse(&n.text).or(n.serial),
            Value::Text(t) => crate::dates::parse(t),
            _ => None,
        }
    }

    /// The whole number in it, also where it is shown as text.
    #[must_use]
    pub fn whole(&self) -> Option<u32> {
        let digits = self.decimal()?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
    }

    /// The points in it, also where they are shown as text.
    #[must_use]
    pub fn points(&self) -> Option<Points> {
        self.decimal()?.parse().ok()
    }

    /// Yes or no, in the words and marks that people use. A cell that holds none of them says neither.
    #[must_use]
    pub fn yes(&self) -> Option<bool> {
        match &self.value {
            Value::Bool(b) => Some(*b),
            Value::Number(n) => match n.text.as_str() {
                "1" => Some(true),
                "0" => Some(false),
                _ => None,
            },
            Value::Text(t) => match crate::text::folded(t).as_str() {
                "是" | "有" | "√" | "✓" | "✔" | "y" | "yes" | "1" => Some(true),
                "否" | "无" | "×" | "✗" | "n" | "no" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// A number in half width, thousands without their commas.
    fn decimal(&self) -> Option<String> {
        match &self.value {
            Value::Number(n) => Some(n.text.clone()),
            Value::Text(t) => Some(plain_number(&half_width(trimmed(t)))),
            _ => None,
        }
    }
}

/// `1,234` is 1234; `1,2` is left as it is, and is no number.
fn plain_number(text: &str) -> String {
    let (whole, _) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or("");
    let grouped = whole.contains(',') && (1..=4).contains(&first.len()) && groups.all(|g| g.len() == 3);
    if grouped { text.replace(',', "") } else { text.to_owned() }
}

/// One row: its cells from the first column on, as far as the row goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number, from 1.
    pub number: u32,
    /// Its cells, each in its place.
    pub cells: Vec<Cell>,
}

impl Row {
    /// Is there nothing to read in the whole row?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.iter().all(Cell::is_empty)
    }
}

/// One sheet: its rows that hold something, from the top. The empty ones in between are left out; numbers tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its name.
    pub name: Arc<str>,
    /// It does not show in the office program.
    pub hidden: bool,
    /// Its rows.
    pub rows: Vec<Row>,
}

impl Sheet {
    /// The address of a place in it.
    #[must_use]
    pub fn at(&self, row: u32, column: u32) -> Address {
        Address { sheet: Arc::clone(&self.name), row, column }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(value: Value) -> Cell {
        Cell { value, ..Cell::empty(Address { sheet: "登记".into(), row: 7, column: 2 }) }
    }

    fn text(t: &str) -> Cell {
        cell(Value::Text(t.to_owned()))
    }

    #[test]
    fn addresses_are_those_of_the_office_program() {
        assert_eq!(text("").at.to_string(), "「登记」!C7");
        let names: Vec<String> = [0, 25, 26, 701, 702, 16_383].map(column_name).into();
        assert_eq!(names, ["A", "Z", "AA", "ZZ", "AAA", "XFD"]);
        assert!(!column_name(u32::MAX).is_empty());
    }

    #[test]
    fn numbers_as_text_and_in_full_width_are_numbers() {
        assert_eq!(text("１２").whole(), Some(12));
        assert_eq!(text(" 1,234 ").whole(), Some(1234));
        assert_eq!(text("－０．５").points(), "-0.5".parse().ok());
        for bad in ["", "三", "1,2", "-1", "1.5", "1e3", "99999999999"] {
            assert_eq!(text(bad).whole(), None, "{bad}");
        }
        assert_eq!(text("√").yes(), Some(true));
        assert_eq!(text("否").yes(), Some(false));
        assert_eq!(text("也许").yes(), None);
    }

    #[test]
    fn a_serial_number_and_eight_digits_are_days() {
        let serial = Day::from_ymd_opt(2026, 3, 1);
        assert_eq!(cell(Value::Number(Number { text: "46082".into(), serial })).day(), serial);
        assert_eq!(cell(Value::Number(Number { text: "20260301".into(), serial: None })).day(), serial);
        assert_eq!(cell(Value::Number(Number { text: "3".into(), serial: None })).day(), None);
    }
}
