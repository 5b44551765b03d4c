//! Tables as files: XLSX and CSV of the same rows that the page shows.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};

use crate::page::Answer;

/// A table that can be taken away.
pub(crate) struct Sheet<'a> {
    /// The file's name without its ending, in ASCII: mail programs and old browsers garble anything else.
    pub(crate) file: &'a str,
    /// The name of the sheet.
    pub(crate) title: &'a str,
    /// The headings.
    pub(crate) head: Vec<&'a str>,
    /// The rows.
    pub(crate) rows: Vec<Vec<String>>,
}

/// A column: its heading, and what stands under it in a row.
pub(crate) type Column<R> = (&'static str, fn(&R) -> String);

impl<'a> Sheet<'a> {
    /// Rows under their headings.
    pub(crate) fn of<R>(file: &'a str, title: &'a str, rows: &[R], columns: &[Column<R>]) -> Sheet<'a> {
        Sheet {
            file,
            title,
            head: columns.iter().map(|(head, _)| *head).collect(),
            rows: rows.iter().map(|r| columns.iter().map(|(_, cell)| cell(r)).collect()).collect(),
        }
    }
}

/// The table in the form that is asked for; none where it is to be shown as a page.
pub(crate) fn wanted(form: Option<&str>, sheet: impl FnOnce() -> Sheet<'static>) -> Option<Answer> {
    let sheet = match form {
        Some("xlsx" | "csv") => sheet(),
        _ => return None,
    };
    Some(file(form.unwrap_or_default(), &sheet))
}

/// The table as a file.
pub(crate) fn file(form: &str, sheet: &Sheet<'_>) -> Answer {
    if form == "csv" {
        let text = report::cells::csv(&sheet.head, sheet.rows.iter().cloned())?;
        return Ok(named(sheet.file, "csv", "text/csv; charset=utf-8", text.into_bytes()));
    }
    let bytes = report::cells::xlsx(sheet.title, &sheet.head, &sheet.rows)?;
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(named(sheet.file, "xlsx", kind, bytes))
}

/// Bytes that the browser saves and does not show.
pub(crate) fn named(file: &str, ending: &str, kind: &'static str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"duban-{file}.{ending}\"");
    let disposition = HeaderValue::from_str(&disposition).unwrap_or(HeaderValue::from_static("attachment"));
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, disposition)], bytes)
        .into_response()
}
