//! Results as a table for people, JSON for programs, CSV for spreadsheets.

use std::io::{IsTerminal as _, Write};

use comfy_table::{ContentArrangement, Table};
use indicatif::{ProgressBar, ProgressDrawTarget};
use serde_json::Value;

use crate::cli::Format;

/// Rows of cells under headings. `keys` name the columns for programs, `headings` for people.
pub struct Rows<'a> {
    /// Column names in JSON and CSV.
    pub keys: &'a [&'a str],
    /// Column headings in the table, in Chinese.
    pub headings: &'a [&'a str],
    /// One vector of cells per row.
    pub rows: Vec<Vec<Value>>,
}

impl Rows<'_> {
    /// Prints them in `format`.
    ///
    /// # Errors
    /// When `out` cannot take them.
    pub fn print(&self, format: Format, out: &mut dyn Write) -> anyhow::Result<()> {
        match format {
            Format::Table => {
                let mut table = Table::new();
                table.load_style(comfy_table::presets::UTF8_FULL_CONDENSED);
                table.set_content_arrangement(ContentArrangement::Dynamic);
                table.set_header(self.headings);
                for row in &self.rows {
                    table.add_row(row.iter().map(plain));
                }
                writeln!(out, "{table}")?;
            }
            Format::Json => {
                let objects: Vec<Value> = self
                    .rows
                    .iter()
                    .map(|row| {
                        Value::Object(self.keys.iter().map(|k| (*k).to_owned()).zip(row.iter().cloned()).collect())
                    })
                    .collect();
                json(&objects, out)?;
            }
            Format::Csv => {
                let rows = self.rows.iter().map(|row| row.iter().map(plain).collect::<Vec<_>>());
                out.write_all(report::cells::csv(self.keys, rows)?.as_bytes())?;
            }
        }
        Ok(())
    }
}

/// One cell as text: no control characters, which a terminal would obey.
fn plain(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(s) => s.clone(),
        Value::Array(a) => a.iter().map(plain).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    };
    line(&text)
}

/// Text without control characters.
#[must_use]
pub fn line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// Prints `value` as indented JSON.
///
/// # Errors
/// When `out` cannot take it.
pub fn json(value: &impl serde::Serialize, out: &mut dyn Write) -> anyhow::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)?;
    Ok(())
}

/// A sign of life on the terminal while something takes its time; nothing where programs read along.
#[must_use]
pub fn spinner(format: Format) -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if format != Format::Table || !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    bar
}
