//! Sheets: the bytes of a workbook or a CSV file in, rows of typed cells with their addresses out; and sheets written for
//! people to fill in.
//!
//! A clerk sends whatever the office program made of it: dates as serial numbers or as 2026年3月1日, digits in full width,
//! numbers stored as text, merged cells, formulas, GB18030. All of that is read here, within bounds, so that what uses the
//! cells can say in one go which of them are wrong and where each stands.
//!
//! This crate refuses to know files, the clock and what a sheet is about: names of columns come from its users.

pub mod cell;
pub mod dates;
pub mod text;
pub mod write;

mod archive;
mod csv;
mod limits;
mod table;
mod xlsx;

pub use cell::{Address, Cell, Number, Row, Sheet, Value, column_name};
pub use limits::Limits;
pub use table::{Column, Mistake, Record, Table};

/// Why a file gave no sheets at all. What is wrong with a single cell is a [`Mistake`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// Nothing in it.
    #[error("文件是空的")]
    Empty,
    /// An old workbook, or one under a password: the same kind of container holds both.
    #[error(
        "这是旧版（xls、et）或加了密码的工作簿：请在 Excel 或 WPS 中去掉密码，另存为「Excel 工作簿（*.xlsx）」再导入"
    )]
    OldOrLocked,
    /// Neither a workbook nor text.
    #[error("这不是 XLSX 工作簿，也不是 CSV 文本：请另存为「Excel 工作簿（*.xlsx）」或 CSV 再导入")]
    Unknown,
    /// Text in no charset that we read.
    #[error("第{line}行起无法按 UTF-8 或 GB18030 读出文字：请在 Excel 或 WPS 中另存为「CSV UTF-8」或 *.xlsx 再导入")]
    Charset {
        /// The line with the first bad byte, from 1.
        line: usize,
    },
    /// The workbook cannot be read.
    #[error("工作簿损坏，无法读出（{0}）：请用 Excel 或 WPS 打开，另存为新的 *.xlsx 再导入")]
    Broken(String),
    /// More than we take.
    #[error("{what}超过上限{most}：请拆成几个文件再导入")]
    TooMuch {
        /// What there is too much of, with its place.
        what: String,
        /// The bound with its unit.
        most: String,
    },
    /// A quoted cell of a CSV file that never ends.
    #[error("CSV 第{line}行的引号没有结束：请检查该行的双引号是否成对")]
    OpenQuote {
        /// The line where the quote opens, from 1.
        line: usize,
    },
}

/// Reads a workbook (XLSX) or a CSV file: what it is, its bytes tell. `name` is what the one sheet of a CSV file is called
/// in addresses.
///
/// # Errors
/// When the bytes are neither, are broken, or hold more than `limits` allow.
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Vec<Sheet>, SheetError> {
    if bytes.len() > limits.bytes {
        return Err(limits.too_much("文件大小", limits.bytes, "字节"));
    }
    match bytes {
        [] => Err(SheetError::Empty),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(SheetError::OldOrLocked),
        [b'P', b'K', 3 | 5, ..] => xlsx::read(bytes, limits),
        _ => csv::read(name, bytes, limits).map(|sheet| vec![sheet]),
    }
}
