//! Columns and accounts: how well they are seen, and the timeline of one.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use model::calendar::shift;
use model::{Channel, ChannelId, DayRange, Outcome};
use report::text::Plain;
use serde::Deserialize;
use store::{FindingFilter, LookRecord};

use crate::chart::{self, Band, Strip};
use crate::download::{self, Sheet};
use crate::findings::{Line, line, tone};
use crate::office::Office;
use crate::page::{self, Answer, Frame};
use crate::refused::Refused;
use crate::session::Viewer;

/// Days of the timeline.
const DAYS: i64 = 120;

/// Looks on the page of a channel.
const LOOKS: u32 = 30;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    /// `1`: only those that could not be seen.
    trouble: Option<String>,
    r#as: Option<String>,
}

struct Row {
    id: ChannelId,
    unit: String,
    name: String,
    kind: &'static str,
    url: String,
    outcome: &'static str,
    good: bool,
    last_good: String,
    rows: String,
    whose: &'static str,
    todo: &'static str,
    for_admin: &'static str,
}

#[derive(Template)]
#[template(path = "channels.html")]
struct ChannelsPage {
    frame: Frame,
    administers: bool,
    rows: Vec<Row>,
    trouble: bool,
    seen: usize,
    all: usize,
}

pub(crate) async fn list(State(office): State<Arc<Office>>, viewer: Viewer, Query(q): Query<Which>) -> Answer {
    let latest = office.store.latest_outcomes().await?;
    let good = office.store.last_reads().await?;
    let today = office.today();
    let row = |c: &Channel| {
        let outcome = latest.get(&c.id).copied();
        let last = good.get(&c.id);
        let reason = outcome.and_then(Outcome::reason);
        Row {
            id: c.id.clone(),
            unit: office.unit_name(&c.id.unit()),
            name: office.channel_name(Some(&c.id)),
            kind: c.kind.label(),
            url: c.url.clone(),
            outcome: outcome.map_or("尚未检查", Outcome::text),
            good: outcome.is_some_and(Outcome::is_good),
            last_good: last.map_or_else(String::new, |l| office.zone.local(l.at)),
            rows: last.map_or_else(String::new, |l| l.rows.to_string()),
            whose: reason.map_or("", |r| r.whose().label()),
            todo: reason.map_or("", model::Reason::what_to_do),
            for_admin: reason.map_or("", model::Reason::for_admin),
        }
    };
    let mut rows: Vec<Row> = office.sources.iter().filter(|c| c.life.contains(today)).map(row).collect();
    rows.sort_by_key(|r| office.units_by_id.get(&r.id.unit()).copied());
    let (all, seen) = (rows.len(), rows.iter().filter(|r| r.good).count());
    let trouble = q.trouble.as_deref() == Some("1");
    rows.retain(|r| !trouble || !r.good);
    if let Some(form @ ("xlsx" | "csv")) = q.r#as.as_deref() {
        return download::file(form, &sheet(&rows));
    }
    let frame = Frame::new(&office, &viewer, "栏目与账号", "/channels", None);
    page::html(&ChannelsPage { frame, administers: viewer.administers(), rows, trouble, seen, all })
}

fn sheet(rows: &[Row]) -> Sheet<'static> {
    let row = |r: &Row| {
        vec![
            r.id.to_string(),
            r.unit.clone(),
            r.name.clone(),
            r.kind.to_owned(),
            r.outcome.to_owned(),
            r.last_good.clone(),
            r.rows.clone(),
            r.whose.to_owned(),
            r.todo.to_owned(),
            r.for_admin.to_owned(),
            r.url.clone(),
        ]
    };
    Sheet {
        file: "channels",
        title: "栏目与账号",
        head: vec![
            "编号",
            "单位",
            "名称",
            "类别",
            "最近一次检查",
            "最近有效检查",
            "首页条数",
            "归属",
            "怎么办",
            "系统管理员怎么办",
            "网址",
        ],
        rows: rows.iter().map(row).collect(),
    }
}

struct LookRow {
    id: i64,
    when: String,
    outcome: &'static str,
    good: bool,
    covers: String,
    items: usize,
    saved: bool,
    detail: String,
}

#[derive(Template)]
#[template(path = "channel.html")]
struct ChannelPage {
    frame: Frame,
    id: ChannelId,
    decides: bool,
    unit: String,
    name: String,
    kind: &'static str,
    url: String,
    outcome: &'static str,
    good: bool,
    todo: &'static str,
    for_admin: Option<&'static str>,
    whose: &'static str,
    chart: String,
    findings: Vec<Line>,
    looks: Vec<LookRow>,
}

pub(crate) async fn show(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Path((unit, name)): Path<(String, String)>,
    Query(q): Query<Which>,
) -> Answer {
    let id: ChannelId = format!("{unit}/{name}").parse().map_err(|_| Refused::NotFound)?;
    viewer.sees(&id.unit())?;
    let channel = office.channel(&id).ok_or(Refused::NotFound)?;
    let today = office.today();
    let days = DayRange { first: shift(today, 1 - DAYS), last: today };
    let without = if viewer.decides() { vec![] } else { office.on_trial() };
    let filter = FindingFilter { unit: Some(id.unit()), from: Some(days.first), without, ..FindingFilter::default() };
    let found = office.store.finding_list(&filter, 0, 2000).await?;
    let found: Vec<_> = found.into_iter().filter(|f| f.channel.as_ref() == Some(&id)).collect();
    let own = std::slice::from_ref(&id);
    // An account is shown with what all its sources saw.
    let sources = |c: &&Channel| c.id == id || (id.is_account() && c.id.account() == id);
    let sources: Vec<Channel> = office.sources.iter().filter(sources).cloned().collect();
    let published = crate::published::published(&office, &sources, days).await?.remove(&id.account());
    let waivers = office.store.waivers(office.now()).await?;
    let holds = waivers.iter().filter(|w| w.unit == id.unit() && w.channel.as_ref().is_none_or(|c| *c == id));
    let strip = Strip {
        published: published.unwrap_or_default().into_iter().collect(),
        looks: office.store.days_seen(own, days).await?.into_iter().map(|d| (d.day, d.looks, d.good)).collect(),
        windows: found
            .iter()
            .map(|f| Band {
                days: f.days,
                class: tone(f.verdict),
                label: format!("{} {} 至 {}：{}", f.criterion, f.days.first, f.days.last, f.verdict.label()),
            })
            .collect(),
        waivers: holds
            .map(|w| Band {
                days: w.days,
                class: "spared",
                label: format!("豁免 {} 至 {}：{}", w.days.first, w.days.last, Plain::short(&w.document, 60)),
            })
            .collect(),
        days,
    };
    let looks = office.store.recent_looks(&id, LOOKS).await?;
    let last = looks.first().map(|l| l.look.outcome);
    let looks: Vec<LookRow> = looks.into_iter().map(|l| look(&office, l)).collect();
    if let Some(file) = download::wanted(q.r#as.as_deref(), || looks_sheet(&looks)) {
        return file;
    }
    let reason = last.and_then(Outcome::reason);
    let here = if viewer.bound().is_some() { "/unit" } else { "/channels" };
    page::html(&ChannelPage {
        frame: Frame::new(&office, &viewer, &channel.name, here, None),
        decides: viewer.decides(),
        unit: office.unit_name(&id.unit()),
        name: office.channel_name(Some(&id)),
        kind: channel.kind.label(),
        url: channel.url.clone(),
        outcome: last.map_or("尚未检查", Outcome::text),
        good: last.is_some_and(Outcome::is_good),
        todo: reason.map_or("", model::Reason::what_to_do),
        for_admin: reason.filter(|_| viewer.administers()).map(model::Reason::for_admin),
        whose: reason.map_or("", |r| r.whose().label()),
        chart: chart::strip(&strip),
        findings: found.iter().map(|f| line(&office, f)).collect(),
        looks,
        id,
    })
}

fn looks_sheet(rows: &[LookRow]) -> Sheet<'static> {
    Sheet::of(
        "looks",
        "最近的检查",
        rows,
        &[
            ("检查", |l| l.id.to_string()),
            ("时刻", |l| l.when.clone()),
            ("结果", |l| l.outcome.to_owned()),
            ("列表完整", |l| l.covers.clone()),
            ("条数", |l| l.items.to_string()),
            ("细节", |l| l.detail.clone()),
        ],
    )
}

fn look(office: &Office, l: LookRecord) -> LookRow {
    LookRow {
        id: l.look.id,
        when: office.zone.local(l.look.at),
        outcome: l.look.outcome.text(),
        good: l.look.outcome.is_good(),
        covers: match l.look.covers {
            model::Coverage::Everything => "到末尾".to_owned(),
            model::Coverage::Since(day) => format!("自 {day}"),
            model::Coverage::Nothing => "—".to_owned(),
        },
        items: l.entries.len(),
        saved: l.look.evidence.is_some(),
        detail: l.detail.map_or_else(String::new, |d| Plain::short(&d, 120).to_string()),
    }
}
