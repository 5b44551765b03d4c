//! The workbook: 明细 (lines), 汇总 (unit × group), 说明 (what it is and how to check it).

use model::Points;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::{COLUMNS, LedgerView, Row, SCHEMA, Summary};
use crate::ReportError;
use crate::text::{Plain, width};

/// A cell holds at most 32,767 characters; a text that long is no explanation any more.
const LONGEST: usize = 8_000;

struct Formats {
    head: Format,
    text: Format,
    wrapped: Format,
    whole: Format,
    points: Format,
    total: Format,
    total_points: Format,
}

impl Formats {
    fn new() -> Formats {
        let edge = || Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
        let points = "+0.00;-0.00;0.00";
        let total = || edge().set_bold().set_background_color("F2F2F2");
        Formats {
            head: total().set_align(FormatAlign::Center).set_text_wrap(),
            text: edge(),
            wrapped: edge().set_text_wrap(),
            whole: edge().set_num_format("0"),
            points: edge().set_num_format(points),
            total: total(),
            total_points: total().set_num_format(points),
        }
    }
}

/// The month as an XLSX workbook. Every text is written as a string, never as a formula.
///
/// # Errors
/// When a sheet takes no more rows, or the workbook cannot be packed.
pub fn xlsx(view: &LedgerView<'_>) -> Result<Vec<u8>, ReportError> {
    let mut book = Workbook::new();
    let formats = Formats::new();
    let title = format!("{}{}政务公开考核台账", Plain::new(view.district), view.month);
    let made = ExcelDateTime::from_timestamp(view.made_at.timestamp())?;
    book.set_properties(&DocProperties::new().set_title(title.as_str()).set_creation_datetime(&made));
    details(book.add_worksheet(), view, &formats)?;
    summary(book.add_worksheet(), &Summary::of(view), &formats)?;
    notes(book.add_worksheet(), view, &title, &formats)?;
    Ok(book.save_to_buffer()?)
}

/// Exact as printed: a hundredth has a shortest decimal, which is what the cell shows and reads back as.
fn number(points: Points) -> f64 {
    points.hundredths() as f64 / 100.0
}

/// A row number. A ledger of four thousand million lines in a month is refused by the sheet's own limit.
fn at(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A column number; there are never more than a few dozen.
fn column(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

fn put(sheet: &mut Worksheet, row: u32, col: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
    let text = Plain::short(text, LONGEST);
    sheet.write_string_with_format(row, col, text.as_str(), format).map(|_| ())
}

fn put_points(sheet: &mut Worksheet, row: u32, col: u16, points: Points, format: &Format) -> Result<(), XlsxError> {
    sheet.write_number_with_format(row, col, number(points), format).map(|_| ())
}

/// Wide enough for what it holds, within reason: the program's own measure counts a Chinese character once.
fn widths(sheet: &mut Worksheet, widest: &[usize], most: usize) -> Result<(), XlsxError> {
    for (col, w) in widest.iter().enumerate() {
        let w = (*w).clamp(6, most) + 2;
        sheet.set_column_width(column(col), f64::from(at(w)))?;
    }
    Ok(())
}

fn details(sheet: &mut Worksheet, view: &LedgerView<'_>, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name("明细")?;
    for (col, name) in COLUMNS.iter().enumerate() {
        put(sheet, 0, column(col), name, &formats.head)?;
    }
    let mut widest = COLUMNS.map(width);
    let mut rows = 0;
    for row in view.rows() {
        rows += 1;
        detail(sheet, at(rows), &row, formats, &mut widest)?;
    }
    sheet.autofilter(0, 0, at(rows), column(COLUMNS.len() - 1))?;
    sheet.set_freeze_panes(1, 0)?;
    widths(sheet, &widest, 60)?;
    // Below the filtered range, so that a filter or sort leaves the sum in its place.
    let last = at(rows + 1);
    for col in 0..COLUMNS.len() {
        put(sheet, last, column(col), "", &formats.total)?;
    }
    put(sheet, last, 0, "合计", &formats.total)?;
    put_points(sheet, last, 6, view.total(), &formats.total_points)
}

fn detail(
    sheet: &mut Worksheet,
    at: u32,
    row: &Row,
    formats: &Formats,
    widest: &mut [usize; COLUMNS.len()],
) -> Result<(), XlsxError> {
    sheet.write_number_with_format(at, 0, row.seq as f64, &formats.whole)?;
    sheet.write_number_with_format(at, 10, row.source_id as f64, &formats.whole)?;
    put_points(sheet, at, 6, row.points, &formats.points)?;
    let (belongs_to, month) = (row.belongs_to.to_string(), row.month.to_string());
    let texts = [
        (1, row.unit.as_str(), &formats.text),
        (2, row.unit_name.as_str(), &formats.text),
        (3, row.group.as_str(), &formats.text),
        (4, row.criterion.as_str(), &formats.text),
        (5, row.title.as_str(), &formats.text),
        (7, &belongs_to, &formats.text),
        (8, &month, &formats.text),
        (9, row.source, &formats.text),
        (11, row.text.as_str(), &formats.wrapped),
        (12, row.posted_at.as_str(), &formats.text),
    ];
    for (col, text, format) in texts {
        put(sheet, at, col, text, format)?;
        let w = &mut widest[usize::from(col)];
        *w = (*w).max(width(text));
    }
    Ok(())
}

fn summary(sheet: &mut Worksheet, summary: &Summary, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name("汇总")?;
    let mut heads = vec!["单位编号".to_owned(), "单位".to_owned()];
    heads.extend(summary.groups.iter().map(|(id, title)| format!("{id} {title}")));
    heads.extend(["行数".to_owned(), "合计".to_owned()]);
    for (col, head) in heads.iter().enumerate() {
        put(sheet, 0, column(col), head, &formats.head)?;
    }
    let last = heads.len() - 1;
    for (n, row) in summary.rows.iter().chain(std::iter::once(&summary.total)).enumerate() {
        let (text, points) = match row.unit {
            Some(_) => (&formats.text, &formats.points),
            None => (&formats.total, &formats.total_points),
        };
        let n = at(n + 1);
        put(sheet, n, 0, row.unit.as_ref().map_or("", |u| u.as_str()), text)?;
        put(sheet, n, 1, row.name.as_str(), text)?;
        for (col, p) in row.groups.iter().enumerate() {
            put_points(sheet, n, column(col + 2), *p, points)?;
        }
        let lines = if row.unit.is_some() { &formats.whole } else { &formats.total };
        sheet.write_number_with_format(n, column(last - 1), row.lines as f64, lines)?;
        put_points(sheet, n, column(last), row.total, &formats.total_points)?;
    }
    sheet.autofilter(0, 0, at(summary.rows.len()), column(last))?;
    sheet.set_freeze_panes(1, 2)?;
    let mut widest: Vec<usize> = heads.iter().map(|h| width(h).min(18)).collect();
    for row in &summary.rows {
        widest[0] = widest[0].max(row.unit.as_ref().map_or(0, |u| u.as_str().len()));
        widest[1] = widest[1].max(width(row.name.as_str()));
    }
    widths(sheet, &widest, 40)
}

fn notes(sheet: &mut Worksheet, view: &LedgerView<'_>, title: &str, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name("说明")?;
    let lines = view.lines();
    let span = match (lines.first(), lines.last()) {
        (Some(a), Some(b)) => format!("第{}号至第{}号，共{}行", a.seq, b.seq, lines.len()),
        _ => "本月没有入账行".to_owned(),
    };
    let rows = [
        ("名称", title.to_owned()),
        ("表格版本", SCHEMA.to_string()),
        ("月份", view.month.to_string()),
        ("考核细则", format!("{}（{}）", view.rulebook.name, view.rulebook.id)),
        ("细则来源", view.rulebook.source.clone()),
        ("行", span),
        ("合计分值", view.total().signed()),
        ("末行指纹", view.head().unwrap_or("无").to_owned()),
        ("制表时间", view.zone.local(view.made_at)),
        (
            "核对方法",
            "台账只增不改，每行的指纹由该行内容和前一行指纹算出；末行指纹与 JSON 台账一致，即说明此前各行均未改动。"
                .to_owned(),
        ),
        (
            "分值说明",
            "负数为扣分，正数为得分；一票否决行为0分，其作用在得分表中体现。封顶、扣完为止在得分表中计算，本表为原始分值。"
                .to_owned(),
        ),
        ("红冲说明", "红冲行与被红冲行金额相反，两行同时保留；所属月份早于入账月份的，为结账后补记。".to_owned()),
    ];
    for (n, (name, text)) in rows.iter().enumerate() {
        put(sheet, at(n), 0, name, &formats.head)?;
        put(sheet, at(n), 1, text, &formats.wrapped)?;
    }
    sheet.set_column_width(0, 14)?;
    sheet.set_column_width(1, 80)?;
    Ok(())
}
