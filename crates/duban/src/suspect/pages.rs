//! The pages of items: fetched within bounds, kept, read.

use std::collections::HashSet;

use fetch::{Came, Target};
use futures::StreamExt as _;
use hints::Page;
use model::{ChannelKind, EvidenceHash, UnitId};
use sites::{Input, ReadAs};
use store::{NewItemPage, SavedItem};

use super::{Reach, Scan, kinds};
use crate::app::App;

/// Pages asked for side by side; the rate per host is the fetcher's.
const SIDE_BY_SIDE: usize = 4;
/// A page is asked for so often in all, and at most once a day.
const ATTEMPTS: u32 = 3;

/// An item whose page was read.
pub(super) struct ReadItem<'a> {
    /// The item.
    pub(super) item: &'a SavedItem,
    /// The kind of its channel.
    pub(super) kind: ChannelKind,
    /// Its page.
    pub(super) page: Page,
    /// It has not been searched with these word lists.
    pub(super) is_new: bool,
}

impl ReadItem<'_> {
    pub(super) fn dated(&self) -> hints::Dated<'_> {
        hints::Dated { url: &self.item.url, day: self.item.counts_on(), page: &self.page }
    }
}

/// Items that are compared with each other are read whenever one of them is new; of the others each is read once.
fn is_compared(kind: ChannelKind) -> bool {
    use ChannelKind::{AnnualReport, Interpretation, Policies, Survey};
    matches!(kind, AnnualReport | Interpretation | Policies | Survey)
}

/// Fetches pages that are not there, at most `most`; says whether any was.
pub(super) async fn fetch(app: &App, items: &[&SavedItem], most: u32, scan: &mut Scan) -> anyhow::Result<bool> {
    let kinds = kinds(app);
    let now = app.clock.now();
    let yesterday = now - chrono::TimeDelta::days(1);
    let mut wanted: Vec<&&SavedItem> = items.iter().filter(|i| i.body.is_none()).collect();
    scan.without_page = wanted.len();
    wanted.retain(|i| is_own(app, i) && i.failures < ATTEMPTS && i.asked_at.is_none_or(|a| a <= yesterday));
    // What is compared first; within that, as the items stand: the newest first.
    wanted.sort_by_key(|i| !kinds.get(&i.channel).is_some_and(|k| is_compared(*k)));
    wanted.truncate(most as usize);
    let mut pages =
        std::pin::pin!(futures::stream::iter(wanted).map(|i| Box::pin(one(app, i))).buffer_unordered(SIDE_BY_SIDE));
    let mut any = false;
    while let Some(kept) = pages.next().await {
        any = true;
        if kept? { scan.fetched += 1 } else { scan.failed += 1 }
    }
    scan.without_page -= scan.fetched;
    Ok(any)
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
pub(super) struct Reading<'a> {
    /// The items.
    pub(super) read: Vec<ReadItem<'a>>,
    /// New pages that are no item: they are not tried again.
    pub(super) unreadable: Vec<(i64, EvidenceHash)>,
}

/// Reads the pages that are new, and those that they are compared with.
pub(super) async fn read<'a>(
    app: &App,
    items: &'a [SavedItem],
    reach: Reach<'_>,
    scan: &mut Scan,
) -> anyhow::Result<Reading<'a>> {
    let kinds = kinds(app);
    let done = app.store.scanned(&app.config.hints.version).await?;
    let is_new = |i: &SavedItem| i.body.as_ref().is_some_and(|b| !done.contains(&(i.id, b.evidence.clone())));
    let kind = |i: &SavedItem| kinds.get(&i.channel).copied();
    let stirred: HashSet<(ChannelKind, UnitId)> =
        items.iter().filter(|i| is_new(i)).filter_map(|i| Some((kind(i)?, i.channel.unit().clone()))).collect();
    let reports = stirred.iter().any(|(k, _)| *k == ChannelKind::AnnualReport);
    let needed = |i: &SavedItem| match kind(i) {
        // The reports of all units are compared with each other.
        Some(ChannelKind::AnnualReport) => reports,
        Some(k) if is_compared(k) => stirred.iter().any(|(s, u)| is_compared(*s) && *u == i.channel.unit()),
        _ => false,
    };
    let (mut read, mut unreadable, mut searched) = (vec![], vec![], 0);
    for item in items {
        let (Some(body), Some(kind)) = (&item.body, kind(item)) else { continue };
        let new = is_new(item) && reach.unit.is_none_or(|u| item.channel.unit() == *u) && searched < reach.searches;
        searched += usize::from(new);
        if !new && !needed(item) {
            continue;
        }
        match page(app, &body.evidence, &body.url, body.content_type.as_deref()).await? {
            Some(page) => read.push(ReadItem { item, kind, page, is_new: new }),
            None if new => {
                scan.unreadable.push(format!("{} {}", item.title, item.url));
                unreadable.push((item.id, body.evidence.clone()));
            }
            None => {}
        }
    }
    Ok(Reading { read, unreadable })
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
