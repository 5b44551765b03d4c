//! The workbook: 明细 (all lines), 汇总 (unit × group), a sheet for each group, 说明 (what it is and how to check it).

use super::{COLUMNS, LedgerView, Row, SCHEMA, Summary};
use crate::ReportError;
use crate::grid::{Cell, Grid};
use crate::text::Plain;
use crate::workbook::{self, Sheet};

/// The column of the points, under which the sum stands.
const POINTS: usize = 6;

/// The month as an XLSX workbook.
///
/// # Errors
/// When a sheet takes no more rows, or the workbook cannot be packed.
pub fn xlsx(view: &LedgerView<'_>) -> Result<Vec<u8>, ReportError> {
    let title = format!("{}{}政务公开考核台账", Plain::new(view.district), view.month);
    let summary = Summary::of(view);
    let rows: Vec<Row> = view.rows().collect();
    let mut sheets =
        vec![Sheet::Table(details("明细", &rows.iter().collect::<Vec<_>>())), Sheet::Table(totals(&summary))];
    for (id, title) in &summary.groups {
        let own: Vec<&Row> = rows.iter().filter(|r| r.group.as_str() == id).collect();
        sheets.push(Sheet::Table(details(&format!("{id} {title}"), &own)));
    }
    sheets.push(Sheet::Notes("说明".to_owned(), notes(view, &title)));
    workbook::xlsx(&title, view.made_at, &sheets)
}

/// These lines with their sum.
fn details(name: &str, rows: &[&Row]) -> Grid {
    let mut grid = Grid::new(name, &COLUMNS);
    grid.rows = rows.iter().map(|r| cells(r)).collect();
    let mut total = vec![Cell::text(""); COLUMNS.len()];
    total[0] = Cell::text("合计");
    total[POINTS] = Cell::Points(rows.iter().map(|r| r.points).sum());
    grid.total = Some(total);
    grid
}

fn cells(row: &Row) -> Vec<Cell> {
    vec![
        Cell::Whole(row.seq),
        Cell::text(&row.unit),
        Cell::Text(row.unit_name.clone()),
        Cell::Text(row.group.clone()),
        Cell::text(&row.criterion),
        Cell::Text(row.title.clone()),
        Cell::Points(row.points),
        Cell::text(&row.belongs_to.to_string()),
        Cell::text(&row.month.to_string()),
        Cell::text(row.source),
        Cell::Whole(row.source_id),
        Cell::Long(row.text.clone()),
        Cell::text(&row.posted_at),
        Cell::text(&row.hash),
    ]
}

fn totals(summary: &Summary) -> Grid {
    let groups = summary.groups.iter().map(|(id, title)| format!("{id} {title}"));
    let columns =
        ["单位编号", "单位"].into_iter().map(str::to_owned).chain(groups).chain(["行数".into(), "合计".into()]);
    let row = |r: &super::SummaryRow| {
        let mut cells = vec![Cell::text(r.unit.as_ref().map_or("", |u| u.as_str())), Cell::Text(r.name.clone())];
        cells.extend(r.groups.iter().map(|p| Cell::Points(*p)));
        cells.extend([Cell::count(r.lines), Cell::Points(r.total)]);
        cells
    };
    Grid {
        name: "汇总".to_owned(),
        columns: columns.collect(),
        rows: summary.rows.iter().map(row).collect(),
        total: Some(row(&summary.total)),
        frozen: 2,
    }
}

fn notes(view: &LedgerView<'_>, title: &str) -> Vec<(String, String)> {
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
        (
            "来源说明",
            "监测发现：由采集到的页面判定；事项期限：由登记的事项及其期限判定；人工登记：由人录入；红冲：撤销此前一行；重新入账：红冲之后又查实的。"
                .to_owned(),
        ),
        ("分组说明", "明细为全部各行；其后每个一级指标一张表，行与明细相同。一票否决行列在被否决的一级指标下。".to_owned()),
    ];
    rows.into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
}
