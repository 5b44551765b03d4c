//! A table before it has a form: the same rows go into a workbook, onto paper and into plain text.

use model::Points;

use crate::text::{Plain, csv_cell, pad, width};

/// One cell. Numbers stay numbers wherever the form knows numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A short text.
    Text(Plain),
    /// A text that may take several lines.
    Long(Plain),
    /// A number without decimals.
    Whole(i64),
    /// Points that were added or taken: with their sign.
    Points(Points),
    /// A score: without a sign.
    Score(Points),
    /// A share in thousandths, rounded down, so that 100% is said only of the whole.
    Share(u32),
    /// Nothing to say.
    Empty,
}

impl Cell {
    /// A short text, made harmless.
    #[must_use]
    pub fn text(text: &str) -> Cell {
        Cell::Text(Plain::new(text))
    }

    /// A long text, made harmless.
    #[must_use]
    pub fn long(text: &str) -> Cell {
        Cell::Long(Plain::new(text))
    }

    /// How many.
    #[must_use]
    pub fn count(n: usize) -> Cell {
        Cell::Whole(i64::try_from(n).unwrap_or(i64::MAX))
    }

    /// `part` of `whole`; nothing where there is no whole.
    #[must_use]
    pub fn share(part: u64, whole: u64) -> Cell {
        thousandths(part, whole).map_or(Cell::Empty, Cell::Share)
    }

    /// As it is printed.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Cell::Text(t) | Cell::Long(t) => t.to_string(),
            Cell::Whole(n) => n.to_string(),
            Cell::Points(p) => p.signed(),
            Cell::Score(p) => p.to_string(),
            Cell::Share(t) => percent(*t),
            Cell::Empty => "—".to_owned(),
        }
    }

    /// Is it one of those that stand to the right?
    #[must_use]
    pub fn is_number(&self) -> bool {
        !matches!(self, Cell::Text(_) | Cell::Long(_))
    }

    /// The class that the style sheet of papers knows.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self {
            Cell::Text(_) => "t",
            Cell::Long(_) => "l",
            _ => "n",
        }
    }

    fn csv(&self) -> String {
        match self {
            Cell::Text(t) | Cell::Long(t) => csv_cell(t.as_str()),
            Cell::Points(p) => p.to_string(),
            Cell::Empty => String::new(),
            other => other.shown(),
        }
    }
}

/// In thousandths, rounded down.
#[must_use]
pub fn thousandths(part: u64, whole: u64) -> Option<u32> {
    let t = (u128::from(part) * 1000).checked_div(u128::from(whole))?;
    Some(u32::try_from(t).unwrap_or(u32::MAX))
}

/// `12.3%`.
#[must_use]
pub fn percent(thousandths: u32) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

/// A table: its name, its columns, its rows, and a last row of sums where there is one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grid {
    /// What it is called: the sheet's name, the table's caption.
    pub name: String,
    /// The columns' heads.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// The sums.
    pub total: Option<Vec<Cell>>,
    /// So many columns stay in sight while one scrolls to the right.
    pub frozen: u16,
}

impl Grid {
    /// A table without rows.
    #[must_use]
    pub fn new(name: &str, columns: &[&str]) -> Grid {
        Grid { name: name.to_owned(), columns: columns.iter().map(|c| (*c).to_owned()).collect(), ..Grid::default() }
    }

    /// All rows, the sums last.
    pub fn all(&self) -> impl Iterator<Item = &Vec<Cell>> {
        self.rows.iter().chain(&self.total)
    }

    /// How wide each column is at its widest, in columns of a terminal.
    #[must_use]
    pub fn widths(&self) -> Vec<usize> {
        let mut widest: Vec<usize> = self.columns.iter().map(|c| width(c)).collect();
        for row in self.all() {
            for (w, cell) in widest.iter_mut().zip(row) {
                *w = (*w).max(width(&cell.shown()));
            }
        }
        widest
    }

    /// In plain text: columns line up in a fixed-width font.
    #[must_use]
    pub fn text(&self) -> String {
        let widths = self.widths();
        let last = widths.len().saturating_sub(1);
        let line = |cells: Vec<String>| {
            let cells = cells.iter().zip(&widths).enumerate();
            let cells = cells.map(|(n, (c, w))| if n == last { c.clone() } else { pad(c, w + 2) });
            cells.collect::<String>().trim_end().to_owned() + "\n"
        };
        let rows = self.all().map(|r| line(r.iter().map(Cell::shown).collect()));
        std::iter::once(line(self.columns.clone())).chain(rows).collect()
    }

    /// As CSV for office programs, without the sums.
    ///
    /// # Errors
    /// When the writer fails, which in memory it does not.
    pub fn csv(&self) -> Result<String, crate::ReportError> {
        let heads: Vec<&str> = self.columns.iter().map(String::as_str).collect();
        let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
        writer.write_record(&heads)?;
        for row in &self.rows {
            writer.write_record(row.iter().map(Cell::csv))?;
        }
        let bytes = writer.into_inner().map_err(|e| ::csv::Error::from(e.into_error()))?;
        Ok(format!("\u{FEFF}{}", String::from_utf8_lossy(&bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_down_and_of_nothing_there_is_none() {
        assert_eq!(Cell::share(999, 1000).shown(), "99.9%");
        assert_eq!(Cell::share(1999, 2000).shown(), "99.9%");
        assert_eq!(Cell::share(2, 2).shown(), "100.0%");
        assert_eq!(Cell::share(0, 0), Cell::Empty);
    }

    #[test]
    fn a_formula_in_a_cell_is_disarmed_and_a_deduction_stays_a_number() {
        let mut grid = Grid::new("表", &["甲", "乙"]);
        grid.rows = vec![vec![Cell::text("=1+1"), Cell::Points(Points::whole(-3))]];
        assert_eq!(grid.csv().unwrap(), "\u{FEFF}甲,乙\r\n'=1+1,-3\r\n");
        assert_eq!(grid.text(), "甲    乙\n=1+1  −3\n");
    }
}
