//! 疑点: what the program proposes and only a person may turn into an entry. Nothing here costs anything by itself.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use model::{Day, Month, SuspicionState};
use report::text::Plain;
use rules::Rule;
use rules::entries::{EntryDraft, MatterDraft, check_entry, check_matter};
use serde::Deserialize;
use store::{Becoming, MatterOpening, NewRegister, Suspicion, SuspicionFilter};

use crate::download::{self, Sheet};
use crate::names::{Choice, choices};
use crate::office::Office;
use crate::page::{self, Answer, Frame};
use crate::refused::Refused;
use crate::saved;
use crate::session::Viewer;

const STATES: [SuspicionState; 3] = [SuspicionState::Open, SuspicionState::Confirmed, SuspicionState::Dismissed];

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    state: Option<String>,
    unit: Option<String>,
    told: Option<String>,
    r#as: Option<String>,
}

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
    rows: Vec<Row>,
}

pub(crate) async fn list(State(office): State<Arc<Office>>, viewer: Viewer, Query(q): Query<Which>) -> Answer {
    let state = q.state.as_deref().and_then(SuspicionState::from_word).unwrap_or(SuspicionState::Open);
    let unit = q.unit.as_deref().filter(|u| !u.is_empty()).and_then(|u| u.parse().ok());
    let filter = SuspicionFilter { unit: unit.clone(), state: Some(state), ..SuspicionFilter::default() };
    let mut rows: Vec<Row> = office.store.suspicions(&filter).await?.iter().map(|s| row(&office, s)).collect();
    rows.sort_by_key(|r| std::cmp::Reverse((r.day, r.id)));
    if let Some(form @ ("xlsx" | "csv")) = q.r#as.as_deref() {
        return download::file(form, &sheet(&rows));
    }
    let unit = unit.map_or_else(String::new, |u| u.to_string());
    page::html(&SuspicionsPage {
        frame: Frame::new(&office, &viewer, "疑点", "/suspicions", q.told.as_deref()),
        state: state.word(),
        states: STATES.map(|s| (s.word(), s.label(), s == state)).to_vec(),
        units: choices(office.units.iter().map(|u| (&u.id, &u.name)), Some(&unit)),
        unit,
        rows,
    })
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
    let row = |r: &Row| {
        vec![
            r.id.to_string(),
            r.criterion.clone(),
            r.unit.clone(),
            r.day.to_string(),
            r.about.clone(),
            r.summary.clone(),
            r.confidence.to_owned(),
            r.state.to_owned(),
            r.decided.clone(),
        ]
    };
    Sheet {
        file: "suspicions",
        title: "疑点",
        head: &["编号", "指标", "单位", "日期", "信息", "疑点", "把握", "状态", "认定"],
        rows: rows.iter().map(row).collect(),
    }
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
        counted: counted_before(&office, &s).await?,
        row: row(&office, &s),
    })
}

/// The page in which it was found, as it was saved, and harmless.
pub(crate) async fn page(State(office): State<Arc<Office>>, Path(id): Path<i64>) -> Answer {
    let hash = one(&office, id).await?.evidence.ok_or(Refused::NotFound)?;
    Ok(saved::inert("", office.store.evidence(&hash).await?.ok_or(Refused::NotFound)?))
}

/// The same item is not counted twice under one row unless a person says so.
async fn counted_before(office: &Office, s: &Suspicion) -> Result<Option<i64>, Refused> {
    let Some(entry) = s.entry else { return Ok(None) };
    let filter = SuspicionFilter {
        unit: Some(s.unit.clone()),
        criterion: Some(s.criterion.clone()),
        state: Some(SuspicionState::Confirmed),
        id: None,
    };
    let others = office.store.suspicions(&filter).await?;
    Ok(others.iter().find(|o| o.entry == Some(entry) && o.id != s.id).map(|o| o.id))
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
    let s = one(&office, id).await?;
    if office.house.is_adoption(&s.detector) && f.again != "1" {
        let number = office.house.confirm_adoption(id, &viewer.who(), f.reason.trim()).await?;
        return page::done("/suspicions", "suspicion-confirmed", format!("疑点 {id} 认定为登记 {number}"));
    }
    let row = office.criterion(&s.criterion).ok_or_else(|| {
        Refused::Conflict(format!("现行考核细则中没有指标 {}，不能认定；请作不予认定。", s.criterion))
    })?;
    if let Some(other) = counted_before(&office, &s).await?.filter(|_| f.again != "1") {
        let text =
            format!("疑点 {other} 已就同一信息按指标 {} 认定过；确需另计一次，请返回勾选「另计一次」。", s.criterion);
        return Err(Refused::Conflict(text));
    }
    let about = format!("{}：{}", as_confirmed(&s.summary), s.title);
    let about = format!("{}（疑点{}）", about.chars().take(150).collect::<String>(), s.id);
    let becoming = if matches!(row.rule, Rule::Duty { .. }) {
        Becoming::Matter(matter(&office, &s, &f.day, about, viewer.who())?)
    } else {
        Becoming::Entry(entry(&office, &s, &f.day, about, viewer.who())?)
    };
    office.sync().await?;
    let number = office.store.confirm_suspicion(id, &becoming, f.reason.trim(), office.now()).await?;
    let what = if matches!(becoming, Becoming::Entry(_)) { "登记" } else { "事项" };
    page::done("/suspicions", "suspicion-confirmed", format!("疑点 {id} 认定为{what} {number}"))
}

/// What was suspected, once a person has said that it is so: without the doubt and without what was to be checked.
fn as_confirmed(summary: &str) -> String {
    summary.split('；').next().unwrap_or(summary).replace("疑似", "").replace("疑缺", "缺")
}

fn mistakes(all: Vec<rules::entries::FieldError>) -> Refused {
    let all: Vec<String> = all.iter().map(ToString::to_string).collect();
    Refused::Entered(format!("没有认定。请返回修改：{}", all.join("；")))
}

fn entry(office: &Office, s: &Suspicion, day: &str, about: String, by: String) -> Result<NewRegister, Refused> {
    let draft = EntryDraft {
        criterion: s.criterion.to_string(),
        unit: s.unit.to_string(),
        day: day.to_owned(),
        description: about,
        by,
        has_evidence: s.evidence.is_some(),
        ..EntryDraft::default()
    };
    let new = check_entry(&office.desk(), &draft).map_err(mistakes)?;
    Ok(NewRegister {
        criterion: new.criterion,
        unit: new.unit,
        day: new.day,
        count: new.count,
        points: new.points,
        late: false,
        description: new.description,
        evidence: s.evidence.clone(),
        who: new.who,
    })
}

/// A row with a clock gets a matter that was due on that day; what it costs is for the judgement to say.
fn matter(office: &Office, s: &Suspicion, due: &str, about: String, by: String) -> Result<MatterOpening, Refused> {
    let opened = due.trim().parse::<Day>().map_or_else(|_| String::new(), |d| Month::of(d).days().first.to_string());
    let draft = MatterDraft {
        criterion: s.criterion.to_string(),
        unit: s.unit.to_string(),
        code: format!("疑点{}", s.id),
        title: about,
        opened,
        due: due.to_owned(),
        document: String::new(),
        by,
    };
    let new = check_matter(&office.desk(), &draft).map_err(mistakes)?;
    Ok(MatterOpening {
        criterion: new.criterion,
        unit: new.unit,
        code: new.code,
        title: new.title,
        opened: new.opened,
        due: new.due,
        document: new.document,
        evidence: s.evidence.clone(),
        who: new.who,
    })
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
