//! Sheets for people: templates to fill in, and what is registered, in the same form that is read back.

use std::collections::BTreeMap;

use model::{Day, Moment, Points};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder,
    Formula, Workbook, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr;

use crate::text::trimmed;

/// What an office program takes for the beginning of a formula when it opens a CSV file.
pub(crate) const RISKY: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Why a sheet could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The workbook could not be packed.
    #[error("工作簿无法生成：{0}。请报告程序缺陷")]
    Workbook(#[from] XlsxError),
}

/// What goes into the cells of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A date.
    Date,
    /// A number.
    Number,
    /// One of these, offered in a list.
    Choice(Vec<String>),
}

/// A column to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// Its name.
    pub name: String,
    /// What goes into it.
    pub kind: Kind,
    /// It must be filled in.
    pub required: bool,
    /// What to write there, for the 说明 sheet.
    pub hint: String,
}

/// What a cell is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Out {
    /// Nothing.
    Empty,
    /// Text, never a formula.
    Text(String),
    /// A date.
    Date(Day),
    /// A whole number.
    Whole(i64),
    /// Points.
    Points(Points),
}

impl Out {
    /// Text, or nothing where it is empty.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Out {
        let text = text.into();
        if text.is_empty() { Out::Empty } else { Out::Text(text) }
    }

    fn shown(&self) -> String {
        match self {
            Out::Empty => String::new(),
            Out::Text(t) => t.clone(),
            Out::Date(d) => d.to_string(),
            Out::Whole(n) => n.to_string(),
            Out::Points(p) => p.to_string(),
        }
    }
}

/// One sheet with one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The name of the sheet.
    pub name: String,
    /// Lines above the table: a label, what is filled in, and a remark.
    pub above: Vec<(String, Out, String)>,
    /// The columns. The first of them tells examples apart, so that it is one that is not imported.
    pub headings: Vec<Heading>,
    /// Rows that show how it is done, and are never imported.
    pub examples: Vec<Vec<Out>>,
    /// The records.
    pub rows: Vec<Vec<Out>>,
}

/// What is the same for all sheets of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The title of the workbook.
    pub title: String,
    /// The lines of the 说明 sheet: a name and what is said of it.
    pub notes: Vec<(String, String)>,
    /// When it is made.
    pub made_at: Moment,
}

/// The name of the sheet that explains.
pub const NOTES: &str = "说明";
/// The name of the sheet with the lists that are offered.
pub const CHOICES: &str = "选项";

/// How many rows below the records are prepared for more.
const SPARE: usize = 500;

struct Formats {
    label: Format,
    head: Format,
    required: Format,
    text: Format,
    date: Format,
    number: Format,
    example: Format,
    example_date: Format,
    wrapped: Format,
}

impl Formats {
    fn new() -> Formats {
        let edge = || Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
        let head = || edge().set_bold().set_background_color("F2F2F2").set_text_wrap().set_align(FormatAlign::Center);
        let example = || edge().set_italic().set_font_color(Color::Gray);
        Formats {
            label: Format::new().set_bold(),
            head: head(),
            required: head().set_background_color("FCE4D6"),
            // Text stays what was typed: without this, 2026-3 becomes a date and 001 becomes 1.
            text: edge().set_num_format("@").set_text_wrap(),
            date: edge().set_num_format("yyyy-mm-dd"),
            number: edge().set_num_format("General"),
            example: example().set_text_wrap(),
            example_date: example().set_num_format("yyyy-mm-dd"),
            wrapped: edge().set_text_wrap(),
        }
    }
}

/// The forms as one workbook, with a sheet that explains and one with the lists that are offered.
///
/// # Errors
/// When a sheet takes no more rows, or the workbook cannot be packed.
pub fn xlsx(forms: &[Form], about: &About) -> Result<Vec<u8>, WriteError> {
    let mut book = Workbook::new();
    let formats = Formats::new();
    let made = ExcelDateTime::from_timestamp(about.made_at.timestamp())?;
    book.set_properties(&DocProperties::new().set_title(about.title.as_str()).set_creation_datetime(&made));
    let choices = Choices::of(forms);
    for form in forms {
        table(book.add_worksheet(), form, &choices, &formats)?;
    }
    notes(book.add_worksheet(), forms, about, &formats)?;
    if !choices.lists.is_empty() {
        choices.write(book.add_worksheet(), &formats)?;
    }
    Ok(book.save_to_buffer()?)
}

/// One form as CSV: UTF-8 with its mark, CRLF, and no cell that an office program would take for a formula.
#[must_use]
pub fn csv(form: &Form) -> String {
    let mut out = String::from("\u{FEFF}");
    for (label, value, remark) in &form.above {
        csv_row(&mut out, [&Out::Text(label.clone()), value, &Out::Text(remark.clone())]);
    }
    let heads: Vec<Out> = form.headings.iter().map(|h| Out::Text(h.name.clone())).collect();
    csv_row(&mut out, &heads);
    for row in &form.examples {
        csv_row(&mut out, &marked(row));
    }
    for row in &form.rows {
        csv_row(&mut out, row);
    }
    out
}

fn csv_row<'a>(out: &mut String, cells: impl IntoIterator<Item = &'a Out>) {
    for (n, cell) in cells.into_iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        let text = match cell {
            Out::Text(t) if trimmed(t).trim_start_matches('\'').starts_with(RISKY) => format!("'{}", trimmed(t)),
            other => other.shown(),
        };
        if text.contains(['"', ',', '\n', '\r']) || text != text.trim() {
            out.push_str(&format!("\"{}\"", text.replace('"', "\"\"")));
        } else {
            out.push_str(&text);
        }
    }
    out.push_str("\r\n");
}

/// An example with its mark in the first cell.
fn marked(row: &[Out]) -> Vec<Out> {
    let mark = Out::Text(format!("{}（不导入）", crate::table::EXAMPLE));
    std::iter::once(mark).chain(row.iter().skip(1).cloned()).collect()
}

fn at(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn column(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

fn put(sheet: &mut Worksheet, row: u32, col: u16, out: &Out, format: &Format) -> Result<(), XlsxError> {
    match out {
        Out::Empty => sheet.write_blank(row, col, format)?,
        Out::Text(t) => sheet.write_string_with_format(row, col, t, format)?,
        Out::Date(d) => match ExcelDateTime::parse_from_str(&d.to_string()) {
            Ok(date) => sheet.write_datetime_with_format(row, col, &date, format)?,
            Err(_) => sheet.write_string_with_format(row, col, d.to_string(), format)?,
        },
        Out::Whole(n) => sheet.write_number_with_format(row, col, *n as f64, format)?,
        // Exact as printed: a hundredth has a shortest decimal, which is what the cell shows and reads back as.
        Out::Points(p) => sheet.write_number_with_format(row, col, p.hundredths() as f64 / 100.0, format)?,
    };
    Ok(())
}

fn table(sheet: &mut Worksheet, form: &Form, choices: &Choices, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name(form.name.as_str())?;
    for (col, heading) in form.headings.iter().enumerate() {
        let (format, least) = match heading.kind {
            Kind::Date => (&formats.date, 12),
            Kind::Number => (&formats.number, 8),
            Kind::Text | Kind::Choice(_) => (&formats.text, 10),
        };
        let widest = form.rows.iter().chain(&form.examples).filter_map(|r| r.get(col)).map(|c| c.shown().width()).max();
        let width = widest.unwrap_or(0).max(heading.name.width()).clamp(least, 48) + 2;
        sheet.set_column_width(column(col), f64::from(at(width)))?;
        sheet.set_column_format(column(col), format)?;
    }
    for (n, (label, value, remark)) in form.above.iter().enumerate() {
        sheet.write_string_with_format(at(n), 0, label, &formats.label)?;
        let format = if matches!(value, Out::Date(_) | Out::Empty) { &formats.date } else { &formats.text };
        put(sheet, at(n), 1, value, format)?;
        sheet.write_string_with_format(at(n), 2, remark, &Format::new().set_font_color(Color::Gray))?;
    }
    let head = at(form.above.len());
    for (col, heading) in form.headings.iter().enumerate() {
        let format = if heading.required { &formats.required } else { &formats.head };
        sheet.write_string_with_format(head, column(col), &heading.name, format)?;
    }
    sheet.set_freeze_panes(head + 1, 0)?;
    let mut next = head + 1;
    for row in &form.examples {
        for (col, out) in marked(row).iter().enumerate() {
            let format = if matches!(out, Out::Date(_)) { &formats.example_date } else { &formats.example };
            put(sheet, next, column(col), out, format)?;
        }
        next += 1;
    }
    for row in &form.rows {
        for (col, out) in row.iter().enumerate() {
            let format = match out {
                Out::Date(_) => &formats.date,
                Out::Whole(_) | Out::Points(_) => &formats.number,
                Out::Empty | Out::Text(_) => &formats.text,
            };
            put(sheet, next, column(col), out, format)?;
        }
        next += 1;
    }
    let last = next + at(SPARE);
    for (col, heading) in form.headings.iter().enumerate() {
        if let Kind::Choice(list) = &heading.kind
            && let Some(range) = choices.range(list)
        {
            // A warning only: what is not on the list is said, with its cell, when the sheet is imported.
            let offered = DataValidation::new()
                .allow_list_formula(Formula::new(range))
                .set_error_style(DataValidationErrorStyle::Warning)
                .set_error_message("不在可选项中，确定要这样填写吗？")?;
            sheet.add_data_validation(head + 1, column(col), last, column(col), &offered)?;
        }
    }
    Ok(())
}

/// The lists that are offered, each once: they are too long to stand in the cells' own rules.
struct Choices {
    lists: Vec<(String, Vec<String>)>,
}

impl Choices {
    fn of(forms: &[Form]) -> Choices {
        let mut lists: Vec<(String, Vec<String>)> = Vec::new();
        for heading in forms.iter().flat_map(|f| &f.headings) {
            if let Kind::Choice(list) = &heading.kind
                && !list.is_empty()
                && !lists.iter().any(|(_, l)| l == list)
            {
                lists.push((heading.name.clone(), list.clone()));
            }
        }
        Choices { lists }
    }

    fn range(&self, list: &[String]) -> Option<String> {
        let col = self.lists.iter().position(|(_, l)| l == list)?;
        let letters = crate::column_name(at(col));
        Some(format!("='{CHOICES}'!${letters}$2:${letters}${}", list.len() + 1))
    }

    fn write(&self, sheet: &mut Worksheet, formats: &Formats) -> Result<(), XlsxError> {
        sheet.set_name(CHOICES)?;
        for (col, (name, list)) in self.lists.iter().enumerate() {
            // Not the name of the column itself: this is a list and no table.
            sheet.write_string_with_format(0, column(col), format!("可选的{name}"), &formats.head)?;
            for (n, text) in list.iter().enumerate() {
                sheet.write_string_with_format(at(n + 1), column(col), text, &formats.text)?;
            }
            let widest = list.iter().map(|t| t.width()).max().unwrap_or(0).clamp(8, 60);
            sheet.set_column_width(column(col), f64::from(at(widest + 2)))?;
        }
        sheet.set_freeze_panes(1, 0)?;
        Ok(())
    }
}

fn notes(sheet: &mut Worksheet, forms: &[Form], about: &About, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name(NOTES)?;
    sheet.set_column_width(0, 22)?;
    sheet.set_column_width(1, 90)?;
    sheet.write_string_with_format(0, 0, &about.title, &formats.label)?;
    let mut row = 1;
    for (name, text) in &about.notes {
        sheet.write_string_with_format(row, 0, name, &formats.head)?;
        sheet.write_string_with_format(row, 1, text, &formats.wrapped)?;
        row += 1;
    }
    // Two forms may share a column: it is explained once.
    let mut said: BTreeMap<&str, &str> = BTreeMap::new();
    for heading in forms.iter().flat_map(|f| &f.headings).filter(|h| !h.hint.is_empty()) {
        if said.insert(&heading.name, &heading.hint) == Some(heading.hint.as_str()) {
            continue;
        }
        let must = if heading.required { "（必填）" } else { "" };
        sheet.write_string_with_format(row, 0, format!("{}{must}", heading.name), &formats.head)?;
        sheet.write_string_with_format(row, 1, &heading.hint, &formats.wrapped)?;
        row += 1;
    }
    Ok(())
}
