//! The pages of items: fetched within bounds, kept, read.

use std::collections::HashSet;

use fetch::{Came, Target};
use futures::StreamExt as _;
use hints::Page;
use model::{Channel, ChannelId, ChannelKind, Day, EvidenceHash, UnitId};
use sites::{Input, ReadAs};
use store::{NewItemPage, PageMark, SavedItem};

use super::{Reach, Scan, kinds, searched};
use crate::app::App;

/// Pages asked for side by side; the rate per host is the fetcher's.
const SIDE_BY_SIDE: usize = 4;
/// A page is asked for so often in all, and at most once a day.
const ATTEMPTS: u32 = 3;
/// Items that are looked through at a time.
const AT_A_TIME: u32 = 256;

/// An item whose page was read.
pub(super) struct ReadItem {
    /// The item.
    pub(super) item: SavedItem,
    /// The kind of its channel.
    pub(super) kind: ChannelKind,
    /// Its page.
    pub(super) page: Page,
    /// It has not been searched with these word lists.
    pub(super) is_new: bool,
}

impl ReadItem {
    pub(super) fn dated(&self) -> hints::Dated<'_> {
        hints::Dated { url: &self.item.url, day: self.item.counts_on(), page: &self.page }
    }
}

/// Items that are compared with each other are read whenever one of them is new; of the others each is read once.
fn is_compared(kind: ChannelKind) -> bool {
    use ChannelKind::{AnnualReport, Interpretation, Policies, Survey};
    matches!(kind, AnnualReport | Interpretation | Policies | Survey)
}

/// Fetches pages that are not there, at most so many as the reach allows: of what is compared first, and within that of what
/// was seen last.
pub(super) async fn fetch(
    app: &App,
    (reach, from): (Reach<'_>, Day),
    opened: &mut [i64; 2],
    scan: &mut Scan,
) -> anyhow::Result<()> {
    let (compared, others): (Vec<&Channel>, Vec<&Channel>) =
        searched(app).filter(|c| reach.unit.is_none_or(|u| c.id.unit() == *u)).partition(|c| is_compared(c.kind));
    let mut left = reach.pages as usize;
    for (channels, opened) in [compared, others].into_iter().zip(opened) {
        let ids: Vec<ChannelId> = channels.iter().map(|c| c.id.clone()).collect();
        let Missing { items, through } = missing(app, &ids, (*opened, from), left).await?;
        *opened = through;
        left -= items.len();
        let mut pages =
            std::pin::pin!(futures::stream::iter(&items).map(|i| Box::pin(one(app, i))).buffer_unordered(SIDE_BY_SIDE));
        while let Some(kept) = pages.next().await {
            if kept? { scan.fetched += 1 } else { scan.failed += 1 }
        }
    }
    Ok(())
}

/// Items whose pages may be asked for.
struct Missing {
    items: Vec<SavedItem>,
    /// Up to this number nothing is missing.
    through: i64,
}

/// The items of these channels whose page is missing and may be asked for now, at most `most`, the newest first.
async fn missing(app: &App, channels: &[ChannelId], (after, from): (i64, Day), most: usize) -> anyhow::Result<Missing> {
    let yesterday = app.clock.now() - chrono::TimeDelta::days(1);
    let newest = app.store.page_mark().await?.entry();
    let (mut items, mut waiting, mut before) = (vec![], None, i64::MAX);
    while items.len() < most {
        let ids = app.store.without_page(channels, (after, before), ATTEMPTS, AT_A_TIME).await?;
        let Some(last) = ids.last() else {
            // The walk has come to its end: the next one need not go beyond the first that is still missing.
            let through = waiting.map_or(newest, |first: i64| first - 1);
            return Ok(Missing { items, through });
        };
        before = *last;
        let own = app.store.items_by_number(&ids, from).await?.into_iter().filter(|i| is_own(app, i));
        for item in own {
            waiting = Some(waiting.map_or(item.id, |w: i64| w.min(item.id)));
            if items.len() < most && item.asked_at.is_none_or(|a| a <= yesterday) {
                items.push(item);
            }
        }
    }
    Ok(Missing { items, through: after })
}

/// A link to another site is not the unit's own page. Accounts publish on their platform.
fn is_own(app: &App, item: &SavedItem) -> bool {
    let host = |url: &str| url::Url::parse(url).ok().and_then(|u| u.host_str().map(str::to_owned));
    let Some(channel) = app.config.channel(&item.channel) else { return false };
    let own = host(&item.url);
    own.is_some() && (channel.kind.is_new_media() || own == host(&channel.url))
}

async fn one(app: &App, item: &SavedItem) -> anyhow::Result<bool> {
    let attempt = app.fetcher.get(&Target::new(item.url.as_str())).await;
    let body = match attempt.came {
        Came::Body if attempt.body.is_empty() => Err("空白页面".to_owned()),
        Came::Body => Ok(app.store.put_evidence(&attempt.body).await?),
        Came::NotModified => Err("没有内容".to_owned()),
        Came::Failed(reason) | Came::Blocked(reason) => Err(reason.text().to_owned()),
    };
    let had = body.is_ok();
    let page = NewItemPage {
        entry: item.id,
        fetched_at: app.clock.now(),
        content_type: attempt.header("content-type").map(str::to_owned),
        final_url: attempt.final_url,
        status: attempt.status,
        body,
    };
    app.store.add_item_page(&page).await?;
    Ok(had)
}

/// What was read.
pub(super) struct Reading {
    /// The items.
    pub(super) read: Vec<ReadItem>,
    /// New pages that are no item: they are not tried again.
    pub(super) unreadable: Vec<(i64, EvidenceHash)>,
}

/// The items whose pages came since `mark` and were not searched with these word lists, at most as many as the reach allows;
/// and whether these are all.
pub(super) async fn unsearched(
    app: &App,
    (reach, from): (Reach<'_>, Day),
    mark: PageMark,
) -> anyhow::Result<(Vec<SavedItem>, bool)> {
    let version = &app.config.hints.version;
    let ours: HashSet<&ChannelId> =
        searched(app).map(|c| &c.id).filter(|id| reach.unit.is_none_or(|u| id.unit() == *u)).collect();
    let mut found = vec![];
    for ids in app.store.unsearched(mark, version).await?.chunks(AT_A_TIME as usize) {
        let done = app.store.scanned(ids, version).await?;
        for item in app.store.items_by_number(ids, from).await? {
            let is_new = item.body.as_ref().is_some_and(|b| !done.contains(&(item.id, b.evidence.clone())));
            if !is_new || !ours.contains(&item.channel) {
                continue;
            }
            if found.len() == reach.searches {
                return Ok((found, false));
            }
            found.push(item);
        }
    }
    Ok((found, true))
}

/// Reads the pages of new items, and those that they are compared with; the newest first.
pub(super) async fn read(app: &App, new: Vec<SavedItem>, from: Day, scan: &mut Scan) -> anyhow::Result<Reading> {
    let kinds = kinds(app);
    let others = compared_with(app, &new, from).await?;
    let mut items: Vec<(SavedItem, bool)> = new.into_iter().map(|i| (i, true)).collect();
    items.extend(others.into_iter().map(|i| (i, false)));
    items.sort_by_key(|(i, _)| std::cmp::Reverse((i.counts_on(), i.id)));
    let (mut read, mut unreadable) = (vec![], vec![]);
    for (item, is_new) in items {
        let (Some(body), Some(kind)) = (&item.body, kinds.get(&item.channel)) else { continue };
        match page(app, &body.evidence, &body.url, body.content_type.as_deref()).await? {
            Some(page) => read.push(ReadItem { kind: *kind, page, is_new, item }),
            None if is_new => {
                scan.unreadable.push(format!("{} {}", item.title, item.url));
                unreadable.push((item.id, body.evidence.clone()));
            }
            None => {}
        }
    }
    Ok(Reading { read, unreadable })
}

/// What was there before of the kinds that are compared: of the units that have something new, and the reports of all units,
/// where one of them is new.
async fn compared_with(app: &App, new: &[SavedItem], from: Day) -> anyhow::Result<Vec<SavedItem>> {
    let kinds = kinds(app);
    let stirred: HashSet<(ChannelKind, UnitId)> =
        new.iter().filter_map(|i| Some((*kinds.get(&i.channel)?, i.channel.unit()))).collect();
    let reports = stirred.iter().any(|(k, _)| *k == ChannelKind::AnnualReport);
    let needed = |c: &&Channel| match c.kind {
        ChannelKind::AnnualReport => reports,
        k => is_compared(k) && stirred.iter().any(|(s, u)| is_compared(*s) && *u == c.id.unit()),
    };
    let channels: Vec<ChannelId> = searched(app).filter(needed).map(|c| c.id.clone()).collect();
    let known: HashSet<i64> = new.iter().map(|i| i.id).collect();
    let mut items = app.store.saved_items(&channels, from).await?;
    items.retain(|i| !known.contains(&i.id));
    Ok(items)
}

async fn page(app: &App, hash: &EvidenceHash, url: &str, content_type: Option<&str>) -> anyhow::Result<Option<Page>> {
    let Some(bytes) = app.store.evidence(hash).await? else { return Ok(None) };
    let today = app.zone().day(app.clock.now());
    let source = model::Source::Auto;
    let input = Input { bytes: &bytes, url, content_type, read_as: ReadAs::Article, source: &source, today };
    Ok(sites::content(&input).map(|c| Page {
        title: c.title,
        paragraphs: c.paragraphs,
        tables: c.tables.into_iter().map(|t| t.rows).collect(),
        links: c.links,
        images: c.images,
        videos: c.videos,
        charts: c.charts,
        frames: c.frames,
    }))
}
