//! The job that searches: pages of items → suspicions, which a person confirms or dismisses.
//!
//! Pages are fetched within bounds, kept before they are read, and searched once with each state of the word lists. What
//! compares items (documents and interpretations, reports of different years and units) is asked whenever one of them is
//! new. Everything that is found is proposed; the store proposes nothing twice.

mod compare;
mod confirm;
mod pages;
mod single;

pub use confirm::{Became, Said, confirm, one};

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::{Channel, ChannelKind, Day, UnitId};
use store::{NewSuspicion, PageMark};

use crate::app::App;

/// Items dated before so many days ago are not searched, and none from before the start of monitoring.
const DAYS_BACK: i64 = 400;

/// How far a search goes.
#[derive(Debug, Clone, Copy)]
pub struct Reach<'a> {
    /// Only this unit.
    pub unit: Option<&'a UnitId>,
    /// At most so many pages are fetched.
    pub pages: u32,
    /// At most so many pages are searched; the rest is left for the next time.
    pub searches: usize,
}

/// How far back a search has to go: what lies before was searched, or given up. It lives as long as the program, which is
/// started anew for another configuration, and then everything is looked through once.
#[derive(Debug, Clone, Default)]
pub struct Searched(Arc<Mutex<Frontier>>);

#[derive(Debug, Clone, Copy, Default)]
struct Frontier {
    /// How many items people had dated: another date may bring an old item back.
    dated: i64,
    /// Pages up to there were searched.
    pages: PageMark,
    /// Items up to these numbers have a page or get none: those that are compared, and the others.
    opened: [i64; 2],
}

impl Searched {
    fn get(&self, dated: i64) -> Frontier {
        let kept = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.dated == dated { kept } else { Frontier { dated, ..Frontier::default() } }
    }

    fn set(&self, frontier: Frontier) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = frontier;
    }
}

/// Pages searched after a round, so that a new word list does not hold up the next one.
const SEARCHES_A_ROUND: usize = 500;

/// What a search came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// Pages fetched.
    pub fetched: usize,
    /// Pages that could not be had.
    pub failed: usize,
    /// Pages searched.
    pub searched: usize,
    /// Pages that cannot be read as an item, and parts of reports that cannot be read.
    pub unreadable: Vec<String>,
    /// What is new, by number.
    pub proposed: Vec<i64>,
}

/// Searches what has not been searched yet.
///
/// # Errors
/// When the store fails; a page that cannot be had is counted, not an error.
pub async fn scan(app: &App, reach: Reach<'_>) -> anyhow::Result<Scan> {
    let now = app.clock.now();
    app.register().await?;
    let from = from(app);
    let mut frontier = app.searched.get(app.store.items_dated().await?);

    let mut scan = Scan::default();
    Box::pin(pages::fetch(app, (reach, from), &mut frontier.opened, &mut scan)).await?;
    let came = app.store.page_mark().await?;
    let (new, all) = pages::unsearched(app, (reach, from), frontier.pages).await?;
    let pages::Reading { read, unreadable } = Box::pin(pages::read(app, new, from, &mut scan)).await?;
    let mut found: Vec<NewSuspicion> = vec![];
    for item in read.iter().filter(|r| r.is_new) {
        found.extend(single::search(app, item));
    }
    found.extend(Box::pin(compare::search(app, &read, app.zone().day(now), &mut scan)).await?);
    found.extend(Box::pin(compare::expected(app, from)).await?);
    found.retain(|s| reach.unit.is_none_or(|u| s.unit == *u) && counts_here(app, s, app.zone().day(now)));
    scan.proposed = app.store.propose(&found, now).await?;
    // Noted last: what is interrupted is searched again, and proposes nothing twice.
    let new = read.iter().filter(|r| r.is_new);
    let done: Vec<_> =
        new.filter_map(|r| r.item.body.as_ref().map(|b| (r.item.id, b.evidence.clone()))).chain(unreadable).collect();
    app.store.note_scanned(&done, &app.config.hints.version, now).await?;
    scan.searched = read.iter().filter(|r| r.is_new).count();
    if reach.unit.is_none() {
        frontier.pages = if all { came } else { frontier.pages };
        app.searched.set(frontier);
    }
    Ok(scan)
}

/// How many items have no saved page.
///
/// # Errors
/// When the store fails.
pub async fn without_page(app: &App, unit: Option<&UnitId>) -> anyhow::Result<usize> {
    let channels = searched(app).filter(|c| unit.is_none_or(|u| c.id.unit() == *u));
    let channels: Vec<_> = channels.map(|c| c.id.clone()).collect();
    let ids = app.store.without_page(&channels, (0, i64::MAX), u32::MAX, u32::MAX).await?;
    Ok(app.store.items_by_number(&ids, from(app)).await?.len())
}

/// The first day whose items are searched.
fn from(app: &App) -> Day {
    let today = app.zone().day(app.clock.now());
    app.config.district.monitoring_since.max(model::calendar::shift(today, -DAYS_BACK))
}

/// Searches what is new after a round, where the office wants it. What goes wrong is told and keeps nobody from judging.
pub async fn after_round(app: &App) -> usize {
    let hints = &app.config.hints;
    if !hints.scan {
        return 0;
    }
    // On the heap: the round that calls this is a large future already.
    match Box::pin(scan(app, Reach { unit: None, pages: hints.pages_per_round, searches: SEARCHES_A_ROUND })).await {
        Ok(scan) => scan.proposed.len(),
        Err(e) => {
            tracing::error!("查找疑点失败，下一轮再试：{e:#}");
            0
        }
    }
}

/// The channels whose items are searched. The home page repeats what stands in the columns.
fn searched(app: &App) -> impl Iterator<Item = &Channel> {
    app.config.channels.iter().filter(|c| c.kind != ChannelKind::Home)
}

/// Is the row in the rulebook, does it apply to the unit, and did the unit exist on that day?
fn counts_here(app: &App, s: &NewSuspicion, today: Day) -> bool {
    let Some(unit) = app.config.unit(&s.unit) else { return false };
    let lives = unit.from.is_none_or(|f| f <= s.day) && unit.until.is_none_or(|u| s.day <= u);
    let row = app.config.rulebook.criterion(&s.criterion);
    lives && s.day <= today && row.is_some_and(|c| c.applies_to(unit))
}

/// A hint about an item as a suspicion under a row. `None` where the row's id is none.
fn propose(item: &pages::ReadItem, criterion: &str, hint: hints::Hint) -> Option<NewSuspicion> {
    let unit = item.item.channel.unit();
    let mark = |m: &str| format!("{criterion}|{unit}|{}|{m}", item.item.id);
    Some(NewSuspicion {
        detector: hint.detector.to_owned(),
        criterion: criterion.parse().ok()?,
        unit: unit.clone(),
        channel: Some(item.item.channel.clone()),
        entry: Some(item.item.id),
        day: item.item.counts_on(),
        confidence: hint.confidence,
        title: item.page.title.clone(),
        summary: hint.summary,
        quotes: hint.quotes.into_iter().map(|q| model::Quote { mark: mark(&q.mark), ..q }).collect(),
        url: item.item.url.clone(),
        evidence: item.item.body.as_ref().map(|b| b.evidence.clone()),
    })
}

/// The kind of each channel.
fn kinds(app: &App) -> HashMap<&model::ChannelId, ChannelKind> {
    app.config.channels.iter().map(|c| (&c.id, c.kind)).collect()
}
