//! What is not charged because people said so beforehand: waivers and statements of nothing to publish.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use model::{ChannelId, CriterionId, Day, DayRange, UnitId};
use report::text::Plain;
use serde::Deserialize;
use store::{DeclaredRecord, NewDeclaredEmpty, NewWaiver, Revoked, WaiverRecord};

use crate::download::{self, Sheet};
use crate::names::{Choice, choices};
use crate::office::Office;
use crate::page::{self, Answer, Frame};
use crate::refused::Refused;
use crate::session::Viewer;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    unit: Option<String>,
    channel: Option<String>,
    criterion: Option<String>,
    from: Option<String>,
    to: Option<String>,
    told: Option<String>,
    r#as: Option<String>,
}

struct Row {
    id: i64,
    unit: String,
    channel: String,
    criterion: String,
    first: Day,
    last: Day,
    reason: String,
    document: String,
    approver: String,
    who: String,
    state: &'static str,
    revocable: bool,
    revoked: String,
}

#[derive(Template)]
#[template(path = "spared.html")]
struct SparedPage {
    frame: Frame,
    waivers: Vec<Row>,
    declared: Vec<Row>,
    units: Vec<Choice>,
    channels: Vec<Choice>,
    criteria: Vec<Choice>,
    from: String,
    to: String,
}

fn revoked(office: &Office, r: Option<&Revoked>) -> String {
    r.map_or_else(String::new, |r| format!("{} {} 撤销：{}", office.zone.local(r.at), r.who, Plain::short(&r.why, 120)))
}

fn state(today: Day, days: DayRange, gone: bool) -> &'static str {
    match (gone, days.last < today, today < days.first) {
        (true, ..) => "已撤销",
        (_, true, _) => "已过期",
        (_, _, true) => "未开始",
        _ => "有效",
    }
}

fn waiver(office: &Office, r: WaiverRecord) -> Row {
    let w = r.waiver;
    Row {
        id: w.id,
        unit: office.unit_name(&w.unit),
        channel: w.channel.as_ref().map_or_else(|| "全部".to_owned(), |c| office.channel_name(Some(c))),
        criterion: w.criterion.map_or_else(|| "全部".to_owned(), |c| c.to_string()),
        first: w.days.first,
        last: w.days.last,
        reason: Plain::short(&w.reason, 200).to_string(),
        document: Plain::short(&w.document, 80).to_string(),
        approver: Plain::short(&w.approver, 40).to_string(),
        who: Plain::short(&r.who, 60).to_string(),
        state: state(office.today(), w.days, r.revoked.is_some()),
        revocable: r.revoked.is_none(),
        revoked: revoked(office, r.revoked.as_ref()),
    }
}

fn declared(office: &Office, r: DeclaredRecord) -> Row {
    let d = r.declared;
    Row {
        id: d.id,
        unit: office.unit_name(&d.channel.unit()),
        channel: office.channel_name(Some(&d.channel)),
        criterion: String::new(),
        first: d.days.first,
        last: d.days.last,
        reason: Plain::short(&d.reason, 200).to_string(),
        document: String::new(),
        approver: Plain::short(&d.approver, 40).to_string(),
        who: Plain::short(&r.who, 60).to_string(),
        state: state(office.today(), d.days, r.revoked.is_some()),
        revocable: r.revoked.is_none(),
        revoked: revoked(office, r.revoked.as_ref()),
    }
}

pub(crate) async fn list(State(office): State<Arc<Office>>, viewer: Viewer, Query(q): Query<Which>) -> Answer {
    let waivers: Vec<Row> =
        office.store.waiver_records().await?.into_iter().rev().map(|r| waiver(&office, r)).collect();
    let declared: Vec<Row> =
        office.store.declared_records().await?.into_iter().rev().map(|r| declared(&office, r)).collect();
    if let Some(form @ ("xlsx" | "csv")) = q.r#as.as_deref() {
        return download::file(form, &sheet(&waivers, &declared));
    }
    let channels = office.channels.iter().map(|c| {
        let label = format!("{}·{}", office.unit_name(&c.id.unit()), c.name);
        (&c.id, label)
    });
    page::html(&SparedPage {
        frame: Frame::new(&office, &viewer, "豁免与零情况声明", "/spared", q.told.as_deref()),
        units: choices(office.units.iter().map(|u| (&u.id, &u.name)), q.unit.as_deref()),
        channels: choices(channels, q.channel.as_deref()),
        criteria: choices(
            office.rulebook.criteria.iter().map(|c| (&c.id, format!("{} {}", c.id, c.title))),
            q.criterion.as_deref(),
        ),
        from: q.from.and_then(|d| d.parse::<Day>().ok()).map_or_else(String::new, |d| d.to_string()),
        to: q.to.and_then(|d| d.parse::<Day>().ok()).map_or_else(String::new, |d| d.to_string()),
        waivers,
        declared,
    })
}

fn sheet(waivers: &[Row], declared: &[Row]) -> Sheet<'static> {
    let row = |kind: &'static str| {
        move |r: &Row| {
            vec![
                kind.to_owned(),
                r.id.to_string(),
                r.unit.clone(),
                r.channel.clone(),
                r.criterion.clone(),
                r.first.to_string(),
                r.last.to_string(),
                r.reason.clone(),
                r.document.clone(),
                r.approver.clone(),
                r.who.clone(),
                r.state.to_owned(),
                r.revoked.clone(),
            ]
        }
    };
    Sheet {
        file: "spared",
        title: "豁免与零情况",
        head: vec![
            "类别",
            "编号",
            "单位",
            "栏目",
            "指标",
            "起",
            "止",
            "理由",
            "文号",
            "批准人",
            "登记人",
            "状态",
            "撤销",
        ],
        rows: waivers.iter().map(row("豁免")).chain(declared.iter().map(row("零情况声明"))).collect(),
    }
}

/// What is filled in, where it must be readable.
fn given<T: std::str::FromStr<Err: std::fmt::Display>>(what: &str, text: &str) -> Result<T, Refused> {
    text.trim().parse().map_err(|e: T::Err| Refused::Entered(format!("{what}填写有误：{e}。请返回修改。")))
}

fn span(from: &str, to: &str) -> Result<DayRange, Refused> {
    let (first, last) = (given::<Day>("第一天", from)?, given::<Day>("最后一天", to)?);
    DayRange::new(first, last)
        .ok_or_else(|| Refused::Entered(format!("最后一天（{last}）早于第一天（{first}）。请返回修改。")))
}

#[derive(Debug, Deserialize)]
pub(crate) struct NewWaiverForm {
    unit: String,
    channel: String,
    criterion: String,
    from: String,
    to: String,
    reason: String,
    document: String,
    approver: String,
}

pub(crate) async fn waive(State(office): State<Arc<Office>>, viewer: Viewer, Form(f): Form<NewWaiverForm>) -> Answer {
    let unit: UnitId = given("单位", &f.unit)?;
    if office.unit(&unit).is_none() {
        return Err(Refused::Entered(format!("配置中没有单位「{unit}」。")));
    }
    let filled = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
    let channel: Option<ChannelId> = filled(&f.channel).map(|c| given("栏目", &c)).transpose()?;
    if let Some(c) = channel.as_ref().filter(|c| c.unit() != unit || office.channel(c).is_none()) {
        return Err(Refused::Entered(format!("栏目「{c}」不属于所选单位。请返回修改。")));
    }
    let criterion: Option<CriterionId> = filled(&f.criterion).map(|c| given("指标", &c)).transpose()?;
    if let Some(c) = criterion.as_ref().filter(|c| office.criterion(c).is_none()) {
        return Err(Refused::Entered(format!("考核细则中没有指标「{c}」。")));
    }
    let new = NewWaiver {
        unit,
        channel,
        criterion,
        days: span(&f.from, &f.to)?,
        reason: f.reason,
        document: f.document,
        approver: f.approver,
        who: viewer.who(),
    };
    office.store.sync_registry(&office.units, &office.channels, office.now()).await?;
    let id = office.store.add_waiver(&new, office.now()).await?;
    page::done("/spared", "waived", format!("登记豁免 {id}（{}，{} 至 {}）", new.unit, new.days.first, new.days.last))
}

#[derive(Debug, Deserialize)]
pub(crate) struct NewDeclaredForm {
    channel: String,
    from: String,
    to: String,
    reason: String,
    approver: String,
}

pub(crate) async fn declare(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Form(f): Form<NewDeclaredForm>,
) -> Answer {
    let channel: ChannelId = given("栏目", &f.channel)?;
    if office.channel(&channel).is_none() {
        return Err(Refused::Entered(format!("配置中没有栏目「{channel}」。")));
    }
    let days = span(&f.from, &f.to)?;
    let new = NewDeclaredEmpty { channel, days, reason: f.reason, approver: f.approver, who: viewer.who() };
    office.store.sync_registry(&office.units, &office.channels, office.now()).await?;
    let id = office.store.add_declared_empty(&new, office.now()).await?;
    page::done(
        "/spared",
        "declared",
        format!("登记零情况声明 {id}（{}，{} 至 {}）", new.channel, days.first, days.last),
    )
}

#[derive(Debug, Deserialize)]
pub(crate) struct Why {
    reason: String,
}

pub(crate) async fn revoke_waiver(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Path(id): Path<i64>,
    Form(why): Form<Why>,
) -> Answer {
    office.store.revoke_waiver(id, &viewer.who(), why.reason.trim(), office.now()).await?;
    page::done("/spared", "revoked", format!("撤销豁免 {id}"))
}

pub(crate) async fn revoke_declared(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Path(id): Path<i64>,
    Form(why): Form<Why>,
) -> Answer {
    office.store.revoke_declared_empty(id, &viewer.who(), why.reason.trim(), office.now()).await?;
    page::done("/spared", "revoked", format!("撤销零情况声明 {id}"))
}
