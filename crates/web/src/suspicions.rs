//! 疑点: what the program proposes and only a person may turn into an entry. Nothing here costs anything by itself.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use model::{Day, SuspicionState};
use report::text::Plain;
use serde::Deserialize;
use store::{Suspicion, SuspicionFilter};

use crate::download::{self, Sheet};
use crate::findings::ALL;
use crate::house::Confirmed;
use crate::names::{Choice, choices};
use crate::office::Office;
use crate::page::{self, Answer, Frame, encoded};
use crate::pager::Pager;
use crate::refused::Refused;
use crate::saved;
use crate::session::Viewer;

const STATES: [SuspicionState; 3] = [SuspicionState::Open, SuspicionState::Confirmed, SuspicionState::Dismissed];

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    state: Option<String>,
    unit: Option<String>,
    page: Option<u32>,
    told: Option<String>,
    r#as: Option<String>,
}

/// Suspicions on a page.
const ROWS: u32 = 100;

struct Row {
    id: i64,
    criterion: String,
    title: String,
    unit: String,
    day: Day,
    about: String,
    summary: String,
    confidence: &'static str,
    state: &'static str,
    decided: String,
}

#[derive(Template)]
#[template(path = "suspicions.html")]
struct SuspicionsPage {
    frame: Frame,
    state: &'static str,
    states: Vec<(&'static str, &'static str, bool)>,
    units: Vec<Choice>,
    unit: String,
    total: u64,
    rows: Vec<Row>,
    pager: Pager,
}

pub(crate) async fn list(State(office): State<Arc<Office>>, viewer: Viewer, Query(q): Query<Which>) -> Answer {
    let state = q.state.as_deref().and_then(SuspicionState::from_word).unwrap_or(SuspicionState::Open);
    let unit = q.unit.as_deref().filter(|u| !u.is_empty()).and_then(|u| u.parse().ok());
    let filter = SuspicionFilter { unit: unit.clone(), state: Some(state), ..SuspicionFilter::default() };
    if let Some(form @ ("xlsx" | "csv")) = q.r#as.as_deref() {
        return download::file(form, &sheet(&rows(&office, &filter, 0, ALL).await?));
    }
    let total = office.store.count_suspicions(&filter).await?;
    let unit = unit.map_or_else(String::new, |u| u.to_string());
    let base = format!("/suspicions?state={}&unit={}", state.word(), encoded(&unit));
    let pager = Pager::new(&base, q.page, total, ROWS);
    page::html(&SuspicionsPage {
        frame: Frame::new(&office, &viewer, "疑点", "/suspicions", q.told.as_deref()),
        state: state.word(),
        states: STATES.map(|s| (s.word(), s.label(), s == state)).to_vec(),
        units: choices(office.units.iter().map(|u| (&u.id, &u.name)), Some(&unit)),
        unit,
        total,
        rows: rows(&office, &filter, pager.skip, ROWS).await?,
        pager,
    })
}

async fn rows(office: &Office, filter: &SuspicionFilter, skip: u32, limit: u32) -> Result<Vec<Row>, Refused> {
    let found = office.store.suspicion_list(filter, skip, limit).await?;
    Ok(found.iter().map(|s| row(office, s)).collect())
}

fn row(office: &Office, s: &Suspicion) -> Row {
    Row {
        id: s.id,
        criterion: s.criterion.to_string(),
        title: office.criterion_title(&s.criterion),
        unit: office.unit_name(&s.unit),
        day: s.day,
        about: Plain::short(&s.title, 120).to_string(),
        summary: Plain::short(&s.summary, 200).to_string(),
        confidence: s.confidence.label(),
        state: s.state().label(),
        decided: decided(office, s),
    }
}

fn decided(office: &Office, s: &Suspicion) -> String {
    s.decision.as_ref().map_or_else(String::new, |d| {
        let what = match (d.register, d.matter) {
            (Some(n), _) => format!("认定为登记 {n}"),
            (_, Some(n)) => format!("认定为事项 {n}"),
            _ => "不予认定".to_owned(),
        };
        format!("{} {}{what}：{}", office.zone.local(d.at), Plain::short(&d.who, 60), Plain::short(&d.why, 200))
    })
}

fn sheet(rows: &[Row]) -> Sheet<'static> {
    Sheet::of(
        "suspicions",
        "疑点",
        rows,
        &[
            ("编号", |r| r.id.to_string()),
            ("指标", |r| r.criterion.clone()),
            ("单位", |r| r.unit.clone()),
            ("日期", |r| r.day.to_string()),
            ("信息", |r| r.about.clone()),
            ("疑点", |r| r.summary.clone()),
            ("把握", |r| r.confidence.to_owned()),
            ("状态", |r| r.state.to_owned()),
            ("认定", |r| r.decided.clone()),
        ],
    )
}

#[derive(Template)]
#[template(path = "suspicion.html")]
struct SuspicionPage {
    frame: Frame,
    row: Row,
    sentence: String,
    url: String,
    found: String,
    quotes: Vec<(String, String)>,
    saved: bool,
    open: bool,
    /// Another suspicion of the same item that was confirmed under the same row.
    counted: Option<i64>,
}

async fn one(office: &Office, id: i64) -> Result<Suspicion, Refused> {
    let filter = SuspicionFilter { id: Some(id), ..SuspicionFilter::default() };
    office.store.suspicions(&filter).await?.pop().ok_or(Refused::NotFound)
}

pub(crate) async fn show(State(office): State<Arc<Office>>, viewer: Viewer, Path(id): Path<i64>) -> Answer {
    let s = one(&office, id).await?;
    let sentence = office.criterion(&s.criterion).map(|c| c.sentence.clone());
    page::html(&SuspicionPage {
        frame: Frame::new(&office, &viewer, &format!("疑点 {id}"), "/suspicions", None),
        sentence: sentence.unwrap_or_else(|| "现行考核细则中没有这一指标，不能认定。".to_owned()),
        url: Plain::short(&s.url, 300).to_string(),
        found: office.zone.local(s.found_at),
        quotes: s
            .quotes
            .iter()
            .map(|q| (Plain::short(&q.text, 400).to_string(), Plain::short(&q.note, 200).to_string()))
            .collect(),
        saved: s.evidence.is_some(),
        open: s.state() == SuspicionState::Open,
        counted: office.store.counted_before(&s).await?,
        row: row(&office, &s),
    })
}

/// The page in which it was found, as it was saved, and harmless.
pub(crate) async fn page(State(office): State<Arc<Office>>, Path(id): Path<i64>) -> Answer {
    let hash = one(&office, id).await?.evidence.ok_or(Refused::NotFound)?;
    Ok(saved::inert("", office.store.evidence(&hash).await?.ok_or(Refused::NotFound)?))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Confirm {
    day: String,
    reason: String,
    /// `1`: it counts once more although the item was counted before.
    #[serde(default)]
    again: String,
}

pub(crate) async fn confirm(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Path(id): Path<i64>,
    Form(f): Form<Confirm>,
) -> Answer {
    one(&office, id).await?;
    let (who, why) = (viewer.who(), f.reason.trim());
    if why.is_empty() {
        return Err(Refused::Entered("没有认定。请返回写明理由。".to_owned()));
    }
    let confirmed = Confirmed { id, day: &f.day, who: &who, why, again: f.again == "1" };
    let became = office.house.confirm_suspicion(confirmed).await?;
    page::done("/suspicions", "suspicion-confirmed", format!("疑点 {id} 认定为{became}"))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Why {
    reason: String,
}

pub(crate) async fn dismiss(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Path(id): Path<i64>,
    Form(why): Form<Why>,
) -> Answer {
    office.store.dismiss_suspicion(id, &viewer.who(), why.reason.trim(), office.now()).await?;
    page::done("/suspicions", "suspicion-dismissed", format!("疑点 {id} 不予认定"))
}
