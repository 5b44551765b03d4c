//! The ledger month by month, what the next close would post, and the close itself.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use model::{LedgerLine, LineSource, Month, NewLine, Points};
use report::text::Plain;
use serde::Deserialize;
use store::LedgerFilter;

use crate::chart;
use crate::download::{self, Sheet};
use crate::office::Office;
use crate::page::{self, Answer, Frame};
use crate::refused::Refused;
use crate::session::Viewer;

struct MonthRow {
    month: Month,
    closed: Option<String>,
    lines: u64,
    points: String,
    over: bool,
}

#[derive(Template)]
#[template(path = "ledger.html")]
struct LedgerPage {
    frame: Frame,
    months: Vec<MonthRow>,
    decides: bool,
    chart: String,
    lines: u64,
    last: String,
}

/// A line as the pages show it.
pub(crate) struct LineView {
    pub(crate) seq: Option<i64>,
    pub(crate) unit: String,
    pub(crate) criterion: String,
    pub(crate) title: String,
    pub(crate) points: String,
    pub(crate) minus: bool,
    pub(crate) belongs_to: Month,
    pub(crate) text: String,
    pub(crate) finding: Option<i64>,
    pub(crate) reversal: Option<i64>,
    pub(crate) hash: String,
}

pub(crate) fn view(office: &Office, seq: Option<i64>, l: &NewLine, hash: Option<&str>) -> LineView {
    LineView {
        seq,
        unit: office.unit_name(&l.unit),
        criterion: l.criterion.to_string(),
        title: office.criterion_title(&l.criterion),
        points: l.points.signed(),
        minus: l.points.is_negative(),
        belongs_to: l.belongs_to,
        text: Plain::new(&l.text).to_string(),
        finding: if let LineSource::Finding(id) = l.source { Some(id) } else { None },
        reversal: if let LineSource::ReversalOf(seq) = l.source { Some(seq) } else { None },
        hash: hash.map_or_else(String::new, |h| h.chars().take(12).collect()),
    }
}

fn months_sheet(rows: &[MonthRow]) -> Sheet<'static> {
    Sheet::of(
        "ledger",
        "台账",
        rows,
        &[
            ("月份", |m| m.month.to_string()),
            ("关账时间", |m| m.closed.clone().unwrap_or_default()),
            ("行数", |m| m.lines.to_string()),
            ("合计", |m| m.points.clone()),
        ],
    )
}

/// The months from the first that anything stands in to the current one, the newest first.
pub(crate) async fn months(State(office): State<Arc<Office>>, viewer: Viewer, Query(q): Query<Which>) -> Answer {
    let sums = office.store.month_sums().await?;
    let closed = office.store.closed_months().await?;
    let today = office.today();
    let first = closed.iter().map(|c| c.month).chain(sums.iter().map(|s| s.month)).min();
    let first = first.unwrap_or_else(|| Month::of(today).previous());
    let months = std::iter::successors(Some(Month::of(today)), |m| (*m > first).then(|| m.previous()));
    let months = months.map(|month| {
        let own = sums.iter().find(|s| s.month == month);
        MonthRow {
            month,
            closed: closed.iter().find(|c| c.month == month).map(|c| office.zone.local(c.closed_at)),
            lines: own.map_or(0, |s| s.lines),
            points: own.map_or(Points::ZERO, |s| s.points).to_string(),
            over: month.days().last < today,
        }
    });
    let months: Vec<MonthRow> = months.collect();
    if let Some(file) = download::wanted(q.r#as.as_deref(), || months_sheet(&months)) {
        return file;
    }
    page::html(&LedgerPage {
        frame: Frame::new(&office, &viewer, "台账", "/ledger", q.told.as_deref()),
        months,
        decides: viewer.decides(),
        chart: chart::deductions(&office, None).await?,
        lines: sums.iter().map(|s| s.lines).sum(),
        last: office.store.last_hash().await?.unwrap_or_default(),
    })
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    told: Option<String>,
    r#as: Option<String>,
}

#[derive(Template)]
#[template(path = "month.html")]
struct MonthPage {
    frame: Frame,
    month: Month,
    closed: Option<String>,
    lines: Vec<LineView>,
    total: String,
    /// The lines are what a close would post, not what stands.
    preview: bool,
    closes: bool,
}

fn month(text: &str) -> Result<Month, Refused> {
    text.parse().map_err(|_| Refused::NotFound)
}

pub(crate) async fn show(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Path(which): Path<String>,
    Query(q): Query<Which>,
) -> Answer {
    let month = month(&which)?;
    let closed = office.store.closed_months().await?.into_iter().find(|c| c.month == month);
    let lines = office.store.lines(&LedgerFilter { month: Some(month), ..LedgerFilter::default() }).await?;
    if let Some(form @ ("xlsx" | "csv")) = q.r#as.as_deref() {
        return sheet(&office, month, &lines, form);
    }
    page::html(&MonthPage {
        frame: Frame::new(&office, &viewer, &format!("{month} 台账"), "/ledger", q.told.as_deref()),
        month,
        closed: closed.map(|c| office.zone.local(c.closed_at)),
        total: lines.iter().map(|l| l.line.points).sum::<Points>().to_string(),
        lines: lines.iter().map(|l| view(&office, Some(l.seq), &l.line, Some(&l.hash))).collect(),
        preview: false,
        closes: false,
    })
}

/// The same sheets that the command line writes.
fn sheet(office: &Office, month: Month, lines: &[LedgerLine], form: &str) -> Answer {
    let view = report::ledger::LedgerView {
        district: &office.district,
        month,
        lines,
        units: &office.units,
        rulebook: &office.rulebook,
        zone: office.zone,
        made_at: office.now(),
    };
    let file = format!("ledger-{month}");
    if form == "csv" {
        return Ok(download::named(&file, "csv", "text/csv; charset=utf-8", report::ledger::csv(&view)?.into_bytes()));
    }
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(download::named(&file, "xlsx", kind, report::ledger::xlsx(&view)?))
}

pub(crate) async fn preview(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Path(which): Path<String>,
    Query(q): Query<Which>,
) -> Answer {
    let month = month(&which)?;
    let lines = office.house.preview(month).await?;
    let views: Vec<LineView> = lines.iter().map(|l| view(&office, None, l, None)).collect();
    if let Some(form @ ("xlsx" | "csv")) = q.r#as.as_deref() {
        let row = |l: &LineView| {
            vec![
                l.unit.clone(),
                l.criterion.clone(),
                l.title.clone(),
                l.points.trim_start_matches('+').to_owned(),
                l.belongs_to.to_string(),
                l.text.clone(),
            ]
        };
        let head = vec!["单位", "指标", "二级指标", "分值", "所属月份", "说明"];
        let file = format!("preview-{month}");
        return download::file(
            form,
            &Sheet { file: &file, title: "关账预览", head, rows: views.iter().map(row).collect() },
        );
    }
    let closed = office.store.closed_months().await?.into_iter().find(|c| c.month == month);
    page::html(&MonthPage {
        frame: Frame::new(&office, &viewer, &format!("{month} 关账预览"), "/ledger", None),
        month,
        closes: closed.is_none() && month.days().last < office.today(),
        closed: closed.map(|c| office.zone.local(c.closed_at)),
        total: lines.iter().map(|l| l.points).sum::<Points>().to_string(),
        lines: views,
        preview: true,
    })
}

pub(crate) async fn close(State(office): State<Arc<Office>>, Path(which): Path<String>) -> Answer {
    let month = month(&which)?;
    let lines = office.house.close(month).await?;
    page::done(&format!("/ledger/{month}"), "closed", format!("{month} 关账，入账 {lines} 行"))
}
