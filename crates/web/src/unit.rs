//! The unit officer's own pages: what is due, what was found, and the calendar.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use chrono::Datelike as _;
use model::{Month, UnitId};
use report::text::Plain;
use rules::Deadline;
use store::{FindingFilter, LedgerFilter};

use crate::findings::{Line, line};
use crate::ledger::{LineView, view};
use crate::office::Office;
use crate::page::{self, After, Answer, Frame};
use crate::refused::Refused;
use crate::session::Viewer;

/// A window or period that is still open and short.
pub(crate) struct Due {
    pub(crate) last: model::Day,
    pub(crate) left: String,
    pub(crate) soon: bool,
    pub(crate) channel: String,
    pub(crate) href: Option<String>,
    pub(crate) criterion: String,
    pub(crate) title: String,
    pub(crate) what: String,
}

/// Days before the end from which something is close.
const CLOSE: i64 = 3;

pub(crate) fn due(office: &Office, d: &Deadline) -> Due {
    let left = (d.key.days.last - office.today()).num_days();
    let channel = d.key.scope.channel();
    Due {
        last: d.key.days.last,
        left: match left {
            0 => "今天到期".to_owned(),
            1 => "明天到期".to_owned(),
            n => format!("还有 {n} 天"),
        },
        soon: left <= CLOSE,
        channel: office.channel_name(channel),
        href: channel.map(|c| format!("/channels/{c}")),
        criterion: d.key.criterion.to_string(),
        title: office.criterion_title(&d.key.criterion),
        what: Plain::short(&d.enough, 200).to_string(),
    }
}

#[derive(Template)]
#[template(path = "unit.html")]
struct UnitPage {
    frame: Frame,
    unit: UnitId,
    name: String,
    year: i32,
    total: String,
    out_of: String,
    due: Vec<Due>,
    found: Vec<Line>,
    lines: Vec<LineView>,
    channels: Vec<ChannelRow>,
    breaches: u64,
    month: Month,
}

struct ChannelRow {
    href: String,
    name: String,
    kind: &'static str,
    outcome: &'static str,
    good: bool,
}

/// Findings and lines that the first page shows; the rest has pages of its own.
const FEW: u32 = 8;

pub(crate) async fn home(State(office): State<Arc<Office>>, viewer: Viewer, Query(after): Query<After>) -> Answer {
    let id = viewer.bound().cloned().ok_or(Refused::Forbidden)?;
    let unit = office
        .unit(&id)
        .ok_or_else(|| Refused::Conflict("您所属的单位已不在配置中，请联系区政务公开办。".to_owned()))?;
    let today = office.today();
    let month = Month::of(today);
    let due: Vec<Due> = office.house.deadlines(&id).await?.iter().take(12).map(|d| due(&office, d)).collect();
    let all = FindingFilter { unit: Some(id.clone()), without: office.on_trial(), ..FindingFilter::default() };
    let of_month = FindingFilter { month: Some(month), ..all.clone() };
    let breached = |t: &&store::Tally| t.verdict == model::Verdict::Breached;
    let breaches = office.store.tally(&of_month).await?.iter().filter(breached).map(|t| t.count).sum();
    let filter =
        FindingFilter { unit: Some(id.clone()), verdict: Some(model::Verdict::Breached), ..FindingFilter::default() };
    let found = office.store.finding_list(&filter, 0, FEW).await?;
    let ledger = LedgerFilter { unit: Some(id.clone()), year: Some(today.year()), ..LedgerFilter::default() };
    let lines = office.store.lines(&ledger).await?;
    let card = scoring::scorecard(&office.rulebook, unit, &lines, today.year(), None);
    let latest = office.store.latest_outcomes().await?;
    let own = office.sources.iter().filter(|c| c.id.unit() == id && c.life.contains(today));
    let channels = own.map(|c| {
        let outcome = latest.get(&c.id).copied();
        ChannelRow {
            href: format!("/channels/{}", c.id),
            name: office.channel_name(Some(&c.id)),
            kind: c.kind.label(),
            outcome: outcome.map_or("尚未检查", model::Outcome::text),
            good: outcome.is_some_and(model::Outcome::is_good),
        }
    });
    let name = office.unit_name(&id);
    page::html(&UnitPage {
        frame: Frame::new(&office, &viewer, &name, "/unit", after.told.as_deref()),
        year: today.year(),
        total: card.total.to_string(),
        out_of: card.out_of.to_string(),
        due,
        found: found.iter().map(|f| line(&office, f)).collect(),
        lines: lines
            .iter()
            .rev()
            .take(FEW as usize)
            .map(|l| view(&office, Some(l.seq), &l.line, Some(&l.hash)))
            .collect(),
        channels: channels.collect(),
        breaches,
        month,
        unit: id,
        name,
    })
}
