//! How much of a file is taken in.

use crate::SheetError;

/// Bounds. A register of a district has a few thousand rows; what is far beyond that is an accident or an attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Bytes of everything in the archive, unpacked.
    pub unpacked: u64,
    /// Files in the archive.
    pub parts: usize,
    /// Sheets in a workbook.
    pub sheets: usize,
    /// The last row that may hold something.
    pub rows: u32,
    /// The last column that may hold something.
    pub columns: u32,
    /// Cells that hold something, in all sheets together.
    pub cells: usize,
    /// Characters in one cell: as many as an office program takes.
    pub text: usize,
    /// Bytes of text in all cells together: many cells may share one long string.
    pub all_text: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            bytes: 16 << 20,
            unpacked: 128 << 20,
            parts: 2_000,
            sheets: 64,
            rows: 50_000,
            columns: 200,
            cells: 500_000,
            text: 32_767,
            all_text: 64 << 20,
        }
    }
}

impl Limits {
    pub(crate) fn too_much(&self, what: impl Into<String>, most: impl ToString, unit: &str) -> SheetError {
        SheetError::TooMuch { what: what.into(), most: format!("（{}{unit}）", most.to_string()) }
    }
}

/// What has been taken so far of the bounds that all sheets share.
#[derive(Debug)]
pub(crate) struct Meter<'a> {
    limits: &'a Limits,
    cells: usize,
    text: usize,
}

impl<'a> Meter<'a> {
    pub(crate) fn new(limits: &'a Limits) -> Meter<'a> {
        Meter { limits, cells: 0, text: 0 }
    }

    /// One more cell that holds something, counted from 0.
    pub(crate) fn cell(&mut self, sheet: &str, row: u32, column: u32) -> Result<(), SheetError> {
        let l = self.limits;
        if row >= l.rows {
            return Err(l.too_much(format!("「{sheet}」有内容的行数"), l.rows, "行"));
        }
        if column >= l.columns {
            return Err(l.too_much(format!("「{sheet}」第{}行有内容的列数", row + 1), l.columns, "列"));
        }
        self.cells += 1;
        if self.cells > l.cells {
            return Err(l.too_much("有内容的单元格", l.cells, "个"));
        }
        Ok(())
    }

    /// The text of a cell, about to be kept.
    pub(crate) fn text(&mut self, sheet: &str, row: u32, column: u32, text: &str) -> Result<(), SheetError> {
        let l = self.limits;
        let at = || format!("「{sheet}」!{}{}的文字", crate::column_name(column), row + 1);
        // A character has at most four bytes, so that the short ones need no counting.
        if text.len() > l.text && text.chars().count() > l.text {
            return Err(l.too_much(at(), l.text, "字"));
        }
        self.text += text.len();
        if self.text > l.all_text {
            return Err(l.too_much("全部文字", l.all_text, "字节"));
        }
        Ok(())
    }
}
