//! Findings as rows for machines: JSON and CSV with exactly these keys.

use model::{ChannelId, CriterionId, Day, Finding, Month, Points, UnitId};
use serde::Serialize;

use crate::ReportError;

/// The keys of a row, in their order.
pub const KEYS: [&str; 12] =
    ["id", "criterion", "unit", "channel", "from", "to", "missing", "points", "verdict", "state", "month", "flags"];

/// One finding as a row. Dates include both ends; `channel` is null where the whole section is judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the keys are the documentation; they are fixed by the command line's contract")]
pub struct Row {
    pub id: i64,
    pub criterion: CriterionId,
    pub unit: UnitId,
    pub channel: Option<ChannelId>,
    pub from: Day,
    pub to: Day,
    pub missing: u32,
    pub points: Points,
    pub verdict: &'static str,
    pub state: &'static str,
    pub month: Month,
    pub flags: Vec<&'static str>,
}

impl From<&Finding> for Row {
    fn from(finding: &Finding) -> Row {
        let judgement = &finding.judgement;
        let key = &judgement.key;
        Row {
            id: finding.id,
            criterion: key.criterion.clone(),
            unit: key.scope.unit(),
            channel: key.scope.channel().cloned(),
            from: key.days.first,
            to: key.days.last,
            missing: judgement.missing,
            points: judgement.points,
            verdict: judgement.verdict.word(),
            state: finding.state.word(),
            month: key.month(),
            flags: judgement.flags.iter().map(|f| f.word()).collect(),
        }
    }
}

impl Row {
    /// The cells in the order of [`KEYS`], as text; several flags are parted by blanks.
    #[must_use]
    pub fn cells(&self) -> [String; 12] {
        [
            self.id.to_string(),
            self.criterion.to_string(),
            self.unit.to_string(),
            self.channel.as_ref().map_or_else(String::new, ToString::to_string),
            self.from.to_string(),
            self.to.to_string(),
            self.missing.to_string(),
            self.points.to_string(),
            self.verdict.to_owned(),
            self.state.to_owned(),
            self.month.to_string(),
            self.flags.join(" "),
        ]
    }
}

/// The rows of many findings, in their order.
#[must_use]
pub fn rows<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<Row> {
    findings.into_iter().map(Row::from).collect()
}

/// A JSON array of rows, one row a line.
///
/// # Errors
/// Never in practice: every value has a JSON form.
pub fn json(rows: &[Row]) -> Result<String, ReportError> {
    let lines = rows.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    Ok(if lines.is_empty() { "[]\n".to_owned() } else { format!("[\n{}\n]\n", lines.join(",\n")) })
}

/// CSV with [`KEYS`] as its first line. All cells are ids, numbers, dates and words of ours.
///
/// # Errors
/// When the writer fails, which in memory it does not.
pub fn csv(rows: &[Row]) -> Result<String, ReportError> {
    to_csv(&KEYS, rows.iter().map(Row::cells), ::csv::Terminator::Any(b'\n'))
}

/// Rows of cells as CSV text. The cells must be harmless already.
pub(crate) fn to_csv<const N: usize>(
    header: &[&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    ends: ::csv::Terminator,
) -> Result<String, ReportError> {
    let mut writer = ::csv::WriterBuilder::new().terminator(ends).from_writer(Vec::new());
    writer.write_record(header)?;
    for row in rows {
        writer.write_record(row)?;
    }
    let bytes = writer.into_inner().map_err(|e| ::csv::Error::from(e.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// CSV as office programs open it by a double click: with a mark that says UTF-8, and CRLF.
pub(crate) fn to_office_csv<const N: usize>(
    header: &[&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> Result<String, ReportError> {
    Ok(format!("\u{FEFF}{}", to_csv(header, rows, ::csv::Terminator::CRLF)?))
}
