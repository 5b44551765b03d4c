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

use model::{Channel, ChannelKind, Day, UnitId};
use store::{NewSuspicion, SavedItem};

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
    /// Items without a saved page.
    pub without_page: usize,
    /// What is new, by number.
    pub proposed: Vec<i64>,
}

/// Searches what has not been searched yet.
///
/// # Errors
/// When the store fails; a page that cannot be had is counted, not an error.
pub async fn scan(app: &App, reach: Reach<'_>) -> anyhow::Result<Scan> {
    let now = app.clock.now();
    app.store.sync_registry(&app.config.units, &app.config.channels, now).await?;
    let today = app.zone().day(now);
    let from = app.config.district.monitoring_since.max(model::calendar::shift(today, -DAYS_BACK));
    let channels: Vec<_> = app.config.channels.iter().filter(|c| is_searched(c)).map(|c| c.id.clone()).collect();
    let items = app.store.saved_items(&channels, from).await?;
    let ours = |i: &SavedItem| reach.unit.is_none_or(|u| i.channel.unit() == *u);

    let mut scan = Scan::default();
    let wanted: Vec<&SavedItem> = items.iter().filter(|i| ours(i)).collect();
    let items = if Box::pin(pages::fetch(app, &wanted, reach.pages, &mut scan)).await? {
        app.store.saved_items(&channels, from).await?
    } else {
        items
    };
    let pages::Reading { read, unreadable } = Box::pin(pages::read(app, &items, reach, &mut scan)).await?;
    let mut found: Vec<NewSuspicion> = vec![];
    for item in read.iter().filter(|r| r.is_new) {
        found.extend(single::search(app, item));
    }
    found.extend(Box::pin(compare::search(app, &read, today, &mut scan)).await?);
    found.extend(Box::pin(compare::expected(app, &items)).await?);
    found.retain(|s| reach.unit.is_none_or(|u| s.unit == *u) && counts_here(app, s, today));
    scan.proposed = app.store.propose(&found, now).await?;
    // Noted last: what is interrupted is searched again, and proposes nothing twice.
    let new = read.iter().filter(|r| r.is_new);
    let done: Vec<_> =
        new.filter_map(|r| r.item.body.as_ref().map(|b| (r.item.id, b.evidence.clone()))).chain(unreadable).collect();
    app.store.note_scanned(&done, &app.config.hints.version, now).await?;
    scan.searched = read.iter().filter(|r| r.is_new).count();
    Ok(scan)
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

/// The home page repeats what stands in the columns.
fn is_searched(channel: &Channel) -> bool {
    channel.kind != ChannelKind::Home
}

/// Is the row in the rulebook, does it apply to the unit, and did the unit exist on that day?
fn counts_here(app: &App, s: &NewSuspicion, today: Day) -> bool {
    let Some(unit) = app.config.unit(&s.unit) else { return false };
    let lives = unit.from.is_none_or(|f| f <= s.day) && unit.until.is_none_or(|u| s.day <= u);
    let row = app.config.rulebook.criterion(&s.criterion);
    lives && s.day <= today && row.is_some_and(|c| c.applies_to(unit))
}

/// A hint about an item as a suspicion under a row. `None` where the row's id is none.
fn propose(item: &pages::ReadItem<'_>, criterion: &str, hint: hints::Hint) -> Option<NewSuspicion> {
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
