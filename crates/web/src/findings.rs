//! The list of findings: for the clerk an inbox, for an officer his own unit's.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use model::{FindingState, Verdict};
use serde::Deserialize;
use store::{FindingFilter, Listed, Tally};

use crate::download::{self, Sheet};
use crate::names::{Choice, choices};
use crate::office::Office;
use crate::page::{self, Answer, Frame, encoded};
use crate::pager::Pager;
use crate::session::Viewer;

/// Findings on a page.
const ROWS: u32 = 50;

/// Findings in a file: more than any district has in years, and a bound all the same.
pub(crate) const ALL: u32 = 200_000;

/// A drawer of the inbox.
struct Drawer {
    word: &'static str,
    label: &'static str,
    verdict: Option<Verdict>,
    state: Option<FindingState>,
}

const fn drawer(
    word: &'static str,
    label: &'static str,
    verdict: Option<Verdict>,
    state: Option<FindingState>,
) -> Drawer {
    Drawer { word, label, verdict, state }
}

const DRAWERS: [Drawer; 11] = [
    drawer("new", "待确认", Some(Verdict::Breached), Some(FindingState::Detected)),
    drawer("confirmed", "已确认", None, Some(FindingState::Confirmed)),
    drawer("posted", "已入账", None, Some(FindingState::Posted)),
    drawer("appealed", "申诉中", None, Some(FindingState::Appealed)),
    drawer("upheld", "维持", None, Some(FindingState::Upheld)),
    drawer("reversed", "已红冲", None, Some(FindingState::Reversed)),
    drawer("dismissed", "不予认定", None, Some(FindingState::Dismissed)),
    drawer("due", "即将到期", Some(Verdict::DueSoon), None),
    drawer("unknown", "无法判定", Some(Verdict::Unknown), None),
    drawer("waived", "已豁免", Some(Verdict::Waived), None),
    drawer("all", "全部", None, None),
];

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    tab: Option<String>,
    unit: Option<String>,
    criterion: Option<String>,
    month: Option<String>,
    page: Option<u32>,
    r#as: Option<String>,
    told: Option<String>,
}

/// What is filled in, read; what cannot be read counts as left empty.
fn read<T: std::str::FromStr>(text: Option<&str>) -> Option<T> {
    text.filter(|t| !t.is_empty()).and_then(|t| t.parse().ok())
}

/// A finding as lists show it.
pub(crate) struct Line {
    pub(crate) id: i64,
    pub(crate) unit: String,
    pub(crate) channel: String,
    pub(crate) criterion: String,
    pub(crate) title: String,
    pub(crate) days: String,
    pub(crate) points: String,
    pub(crate) verdict: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) state: &'static str,
    pub(crate) flags: String,
    pub(crate) confirmable: bool,
}

/// The colour class of a verdict.
pub(crate) fn tone(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Breached => "bad",
        Verdict::DueSoon => "soon",
        Verdict::Unknown => "blind",
        Verdict::Waived | Verdict::NotApplicable => "spared",
        Verdict::Met => "good",
    }
}

pub(crate) fn line(office: &Office, f: &Listed) -> Line {
    Line {
        id: f.id,
        unit: office.unit_name(&f.unit),
        channel: office.channel_name(f.channel.as_ref()),
        criterion: f.criterion.to_string(),
        title: office.criterion_title(&f.criterion),
        days: format!("{} 至 {}", f.days.first, f.days.last),
        points: f.points.to_string(),
        verdict: f.verdict.label(),
        tone: tone(f.verdict),
        state: f.state.label(),
        flags: f.flags.iter().map(|f| f.label()).collect::<Vec<_>>().join("、"),
        confirmable: f.verdict == Verdict::Breached && store::Decision::Confirm.allowed_in(f.state),
    }
}

struct Tab {
    href: String,
    label: &'static str,
    count: u64,
    here: bool,
}

#[derive(Template)]
#[template(path = "findings.html")]
struct FindingsPage {
    frame: Frame,
    tabs: Vec<Tab>,
    tab: &'static str,
    rows: Vec<Line>,
    units: Vec<Choice>,
    criteria: Vec<Choice>,
    months: Vec<Choice>,
    bound: bool,
    confirms: bool,
    total: u64,
    points: String,
    pager: Pager,
    file: String,
}

pub(crate) async fn list(State(office): State<Arc<Office>>, viewer: Viewer, Query(q): Query<Which>) -> Answer {
    let unit = viewer.bound().cloned().or_else(|| read(q.unit.as_deref()));
    let filter = FindingFilter {
        unit,
        criterion: read(q.criterion.as_deref()),
        month: read(q.month.as_deref()),
        without: if viewer.decides() { vec![] } else { office.on_trial() },
        ..FindingFilter::default()
    };
    let tally = office.store.tally(&filter).await?;
    let drawer = opened(q.tab.as_deref(), &viewer, &tally);
    let base = |tab: &str| {
        let part =
            |key: &str, value: Option<String>| value.map_or_else(String::new, |v| format!("&{key}={}", encoded(&v)));
        let unit = filter.unit.as_ref().filter(|_| viewer.bound().is_none());
        format!(
            "/findings?tab={tab}{}{}{}",
            part("unit", unit.map(ToString::to_string)),
            part("criterion", filter.criterion.as_ref().map(ToString::to_string)),
            part("month", filter.month.map(|m| m.to_string()))
        )
    };
    let tab = |d: &Drawer| {
        let count = tally.iter().filter(|t| within(d, t)).map(|t| t.count).sum();
        Tab { href: base(d.word), label: d.label, count, here: d.word == drawer.word }
    };
    let tabs: Vec<Tab> = DRAWERS.iter().map(tab).collect();
    let here = tally.iter().filter(|t| within(drawer, t));
    let (total, points) = here.fold((0, model::Points::ZERO), |(n, p), t| (n + t.count, p + t.points));
    let pager = Pager::new(&base(drawer.word), q.page, total, ROWS);
    let narrowed = FindingFilter { verdict: drawer.verdict, state: drawer.state, ..filter.clone() };
    if let Some(form @ ("xlsx" | "csv")) = q.r#as.as_deref() {
        let all = office.store.finding_list(&narrowed, 0, ALL).await?;
        return download::file(form, &sheet(&office, &all));
    }
    let found = office.store.finding_list(&narrowed, pager.skip, ROWS).await?;
    let title = if viewer.bound().is_some() { "本单位的发现" } else { "发现" };
    let chosen = |v: Option<String>| v.unwrap_or_default();
    page::html(&FindingsPage {
        frame: Frame::new(&office, &viewer, title, "/findings", q.told.as_deref()),
        tabs,
        tab: drawer.word,
        rows: found.iter().map(|f| line(&office, f)).collect(),
        units: choices(
            office.units.iter().map(|u| (&u.id, &u.name)),
            Some(&chosen(filter.unit.as_ref().map(ToString::to_string))),
        ),
        criteria: choices(
            office.rulebook.criteria.iter().map(|c| (&c.id, format!("{} {}", c.id, c.title))),
            Some(&chosen(filter.criterion.as_ref().map(ToString::to_string))),
        ),
        months: months(&office, filter.month),
        bound: viewer.bound().is_some(),
        confirms: viewer.decides() && drawer.word == "new",
        total,
        points: points.to_string(),
        file: base(drawer.word),
        pager,
    })
}

/// The drawer that is asked for; else the first with something to do.
fn opened(word: Option<&str>, viewer: &Viewer, tally: &[Tally]) -> &'static Drawer {
    if let Some(drawer) = DRAWERS.iter().find(|d| Some(d.word) == word) {
        return drawer;
    }
    let first = DRAWERS.iter().find(|d| tally.iter().any(|t| within(d, t)));
    match first {
        Some(drawer) if viewer.decides() => drawer,
        _ => &DRAWERS[DRAWERS.len() - 1],
    }
}

fn within(drawer: &Drawer, t: &Tally) -> bool {
    drawer.verdict.is_none_or(|v| v == t.verdict) && drawer.state.is_none_or(|s| s == t.state)
}

/// The last two years, month by month.
pub(crate) fn months(office: &Office, chosen: Option<model::Month>) -> Vec<Choice> {
    let first = model::Month::of(office.today());
    let all = std::iter::successors(Some(first), |m| Some(m.previous())).take(24);
    choices(all.map(|m| (m, m)), chosen.map(|m| m.to_string()).as_deref())
}

fn sheet(office: &Office, found: &[Listed]) -> Sheet<'static> {
    let row = |f: &Listed| {
        let l = line(office, f);
        vec![
            l.id.to_string(),
            f.unit.to_string(),
            l.unit,
            l.channel,
            l.criterion,
            l.title,
            f.days.first.to_string(),
            f.days.last.to_string(),
            l.points,
            l.verdict.to_owned(),
            l.state.to_owned(),
            l.flags,
        ]
    };
    Sheet {
        file: "findings",
        title: "发现",
        head: vec![
            "编号",
            "单位编号",
            "单位",
            "栏目（账号）",
            "指标",
            "二级指标",
            "起",
            "止",
            "分值",
            "判定",
            "状态",
            "标注",
        ],
        rows: found.iter().map(row).collect(),
    }
}
