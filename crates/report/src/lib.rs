//! Views to letters, sheets and tables: what people get to read.
//!
//! This crate refuses to know where its views come from: no store, no clock, no files, no mail. A letter is three texts,
//! a sheet is a vector of bytes, a table is rows. Titles and descriptions come from websites and are hostile: they are
//! [`text::Plain`] before any letter sees them, escaped in HTML, and never a formula in a sheet.

pub mod agreement;
pub mod bridges;
pub mod card;
pub mod cells;
pub mod circular;
pub mod closing;
pub mod counted;
pub mod explain;
pub mod fairness;
pub mod grid;
pub mod ledger;
pub mod paper;
pub mod reminder;
pub mod replay;
pub mod scorecard;
pub mod span;
pub mod table;
pub mod text;
pub mod weekly;
pub mod workbook;

/// Why a view could not be put into its form.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The letter's template failed.
    #[error("信件无法生成：{0}。请报告程序缺陷")]
    Template(#[from] askama::Error),
    /// The workbook could not be written.
    #[error("工作簿无法生成：{0}。请报告程序缺陷，或改用 CSV 导出")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The CSV could not be written.
    #[error("CSV 无法生成：{0}。请报告程序缺陷，或改用 JSON 导出")]
    Csv(#[from] csv::Error),
    /// The JSON could not be written.
    #[error("JSON 无法生成：{0}。请报告程序缺陷")]
    Json(#[from] serde_json::Error),
}
