//! One look at one channel.

use fetch::{Attempt, Came, Target};
use model::{Channel, Coverage, Day, Entry, EvidenceHash, Moment, Outcome, Reason};
use sites::drift::Previous;
use sites::walk::{Step, Walk, Walked};
use sites::{Input, ReadAs};
use store::{LastRead, NewLook, UnreadLook};
use tokio::sync::OnceCell;

use super::{Kept, Recorder, horizon};
use crate::app::App;

/// Pages of one list that are followed at the most; a list that is longer is covered only as far as it was read.
const MAX_PAGES: usize = 60;
/// Pages that only send the reader on, followed in a row.
const MAX_MOVES: usize = 2;
/// Article pages opened in one look, to date items whose list gives no date.
const MAX_ARTICLES: usize = 20;

/// Asks the reference hosts, at most once a round and only when something failed, whether the own line is down.
pub(super) struct NetworkWatch<'a> {
    app: &'a App,
    offline: OnceCell<bool>,
}

impl<'a> NetworkWatch<'a> {
    pub(super) fn new(app: &'a App) -> Self {
        NetworkWatch { app, offline: OnceCell::new() }
    }

    /// The fault is on this side when reference hosts are named and none answers.
    async fn offline(&self) -> bool {
        let references = &self.app.config.fetch.reference_urls;
        *self
            .offline
            .get_or_init(|| async {
                !references.is_empty() && self.app.fetcher.own_network(references).await.seems_down()
            })
            .await
    }
}

/// What is known of the look so far, page by page.
struct Reading<'a> {
    channel: &'a Channel,
    at: Moment,
    today: Day,
    walk: Walk,
    first: Option<FirstPage>,
    moves: usize,
}

struct FirstPage {
    url: String,
    status: Option<u16>,
    evidence: Option<EvidenceHash>,
    etag: Option<String>,
    last_modified: Option<String>,
}

/// Looks at `channel` once. Every failure of the site is an outcome; an error is the store's.
pub(super) async fn look(
    app: &App,
    channel: &Channel,
    previous: Option<&LastRead>,
    at: Moment,
    recorder: &Recorder,
    watch: &NetworkWatch<'_>,
) -> anyhow::Result<NewLook> {
    let today = app.zone().day(at);
    let horizon = horizon(app, previous.map(|p| app.zone().day(p.at)), today);
    let mut reading = Reading { channel, at, today, walk: Walk::new(horizon, MAX_PAGES), first: None, moves: 0 };
    let mut target = Target {
        url: channel.url.clone(),
        etag: previous.and_then(|p| p.etag.clone()),
        last_modified: previous.and_then(|p| p.last_modified.clone()),
    };
    let mut page = 0u32;
    loop {
        let attempt = app.fetcher.get(&target).await;
        if page == 0
            && let Some(previous) = previous
            && is_unchanged(&attempt, previous)
        {
            return Ok(unchanged(channel, at, &attempt, previous));
        }
        if attempt.came == Came::NotModified && (target.etag.is_some() || target.last_modified.is_some()) {
            // "Not modified" of something else than what we have: ask for the thing itself.
            target = Target { url: target.url, etag: None, last_modified: None };
            continue;
        }
        let hash = keep(recorder, channel, at, page, &attempt, app).await?;
        let next = match attempt.came {
            Came::Body => reading.body(&attempt, hash),
            Came::NotModified => reading.trouble(&attempt, hash, Outcome::Failed(Reason::Unreadable)),
            Came::Failed(reason) => {
                let ours = reason.whose() == model::Whose::Network && watch.offline().await;
                let reason = if ours { Reason::MonitorOffline } else { reason };
                reading.trouble(&attempt, hash, Outcome::Failed(reason))
            }
            Came::Blocked(reason) => reading.trouble(&attempt, hash, Outcome::Blocked(reason)),
        };
        match next {
            Next::Fetch(url) => target = Target { url, etag: None, last_modified: None },
            Next::Done => break,
            Next::Over(outcome) => return Ok(reading.over(outcome, attempt.detail)),
        }
        page += 1;
    }
    let (first, mut walked) = reading.close();
    date_by_article(app, channel, at, &mut walked.entries, recorder, page).await?;
    Ok(judged_against(previous, channel, at, first, walked))
}

/// A look whose pages were kept but never recorded, read from what was kept.
///
/// # Errors
/// When the store fails.
pub async fn read_again(
    app: &App,
    channel: &Channel,
    previous: Option<&LastRead>,
    orphan: UnreadLook,
) -> anyhow::Result<NewLook> {
    let today = app.zone().day(orphan.look_at);
    let horizon = horizon(app, previous.map(|p| app.zone().day(p.at)), today);
    let mut reading =
        Reading { channel, at: orphan.look_at, today, walk: Walk::new(horizon, MAX_PAGES), first: None, moves: 0 };
    let mut expected: Option<String> = None;
    let mut whole = false;
    for capture in orphan.captures {
        // After the list come article pages, and a page that failed leaves a gap: neither is the next page of the list.
        if expected.as_ref().is_some_and(|url| *url != capture.url) {
            break;
        }
        let body = app.store.evidence(&capture.evidence).await?.unwrap_or_default();
        let attempt = Attempt {
            url: capture.url,
            final_url: capture.final_url,
            hops: vec![],
            status: Some(capture.status),
            headers: capture.headers,
            body: body.into(),
            came: Came::Body,
            detail: String::new(),
            retry_after: None,
        };
        if !(200..300).contains(&capture.status) {
            return Ok(reading.over(Outcome::Failed(Reason::Interrupted), String::new()));
        }
        match reading.body(&attempt, Some(capture.evidence)) {
            Next::Fetch(url) => expected = Some(url),
            Next::Done => {
                whole = true;
                break;
            }
            Next::Over(outcome) => return Ok(reading.over(outcome, String::new())),
        }
    }
    if !whole {
        // Pages that were still to come are missing; the walk claims no more than it has seen.
        reading.walk.page_failed(Reason::Interrupted);
    }
    let at = reading.at;
    let (first, walked) = reading.close();
    Ok(judged_against(previous, channel, at, first, walked))
}

enum Next {
    Fetch(String),
    Done,
    Over(Outcome),
}

impl Reading<'_> {
    fn note_first(&mut self, attempt: &Attempt, hash: Option<EvidenceHash>) {
        self.first.get_or_insert_with(|| FirstPage {
            url: attempt.final_url.clone(),
            status: attempt.status,
            evidence: hash,
            etag: header(attempt, "etag"),
            last_modified: header(attempt, "last-modified"),
        });
    }

    fn body(&mut self, attempt: &Attempt, hash: Option<EvidenceHash>) -> Next {
        let reading = sites::read(&Input {
            bytes: &attempt.body,
            url: &attempt.final_url,
            content_type: header(attempt, "content-type").as_deref(),
            read_as: read_as(self.channel),
            source: &self.channel.source,
            today: self.today,
        });
        if let sites::End::Moved(to) = &reading.end
            && self.first.is_none()
            && self.moves < MAX_MOVES
        {
            self.moves += 1;
            return Next::Fetch(to.clone());
        }
        self.note_first(attempt, hash);
        match self.walk.push(&attempt.final_url, reading) {
            Step::Fetch(url) => Next::Fetch(url),
            Step::Done => Next::Done,
        }
    }

    /// The first page failed: so has the look. A later one: the look is what it has seen so far.
    fn trouble(&mut self, attempt: &Attempt, hash: Option<EvidenceHash>, outcome: Outcome) -> Next {
        if self.first.is_none() {
            self.note_first(attempt, hash);
            return Next::Over(outcome);
        }
        self.walk.page_failed(outcome.reason().unwrap_or(Reason::PagingBroken));
        Next::Done
    }

    fn over(self, outcome: Outcome, detail: String) -> NewLook {
        let detail = (!detail.is_empty()).then_some(detail);
        base(self.channel, self.at, self.first, outcome, detail)
    }

    fn close(self) -> (Option<FirstPage>, Walked) {
        (self.first, self.walk.finish())
    }
}

fn base(channel: &Channel, at: Moment, first: Option<FirstPage>, outcome: Outcome, detail: Option<String>) -> NewLook {
    let look = NewLook { detail, ..NewLook::new(channel.id.clone(), at, outcome, &channel.url) };
    match first {
        None => look,
        Some(f) => NewLook {
            url: f.url,
            status: f.status,
            evidence: f.evidence,
            etag: f.etag,
            last_modified: f.last_modified,
            ..look
        },
    }
}

/// What was read, held against what was there before: a list that lost its rows or dates is suspect.
fn judged_against(
    previous: Option<&LastRead>,
    channel: &Channel,
    at: Moment,
    first: Option<FirstPage>,
    walked: Walked,
) -> NewLook {
    let drifted = previous
        .filter(|_| walked.outcome.is_good())
        .and_then(|p| sites::drift::compare(&Previous { rows: p.rows as usize, dated: p.dated as usize }, &walked));
    let outcome = drifted.map_or(walked.outcome, Outcome::Suspect);
    let good = outcome.is_good();
    NewLook {
        covers: if good { walked.covers } else { Coverage::Nothing },
        adapter: walked.adapter.to_owned(),
        notes: walked.notes,
        first_page_rows: walked.first_rows as u32,
        first_page_dated: walked.first_dated as u32,
        entries: if good { walked.entries } else { vec![] },
        ..base(channel, at, first, outcome, None)
    }
}

/// A 304 from the address that the validators came from (an error page elsewhere may well be "not modified since"), or a
/// body with the fingerprint of the last one that was read, which is on disk already.
fn is_unchanged(attempt: &Attempt, previous: &LastRead) -> bool {
    match attempt.came {
        Came::NotModified => attempt.final_url == previous.url,
        Came::Body => previous.body_hash.as_ref().is_some_and(|h| *h == store::fingerprint(&attempt.body)),
        _ => false,
    }
}

fn unchanged(channel: &Channel, at: Moment, attempt: &Attempt, previous: &LastRead) -> NewLook {
    let first = FirstPage {
        url: attempt.final_url.clone(),
        status: attempt.status,
        evidence: previous.body_hash.clone(),
        etag: header(attempt, "etag").or_else(|| previous.etag.clone()),
        last_modified: header(attempt, "last-modified").or_else(|| previous.last_modified.clone()),
    };
    NewLook {
        covers: previous.covers,
        first_page_rows: previous.rows,
        first_page_dated: previous.dated,
        ..base(channel, at, Some(first), Outcome::Unchanged, None)
    }
}

/// Keeps the body before anyone parses it.
async fn keep(
    recorder: &Recorder,
    channel: &Channel,
    at: Moment,
    page: u32,
    attempt: &Attempt,
    app: &App,
) -> anyhow::Result<Option<EvidenceHash>> {
    if attempt.body.is_empty() {
        return Ok(None);
    }
    let fetched_at = app.clock.now();
    let kept = Kept { channel: channel.id.clone(), look_at: at, page, fetched_at, attempt: attempt.clone() };
    Ok(Some(recorder.capture(kept).await?))
}

/// Opens the article pages of items that the list does not date, so that the detail page may date them.
async fn date_by_article(
    app: &App,
    channel: &Channel,
    at: Moment,
    entries: &mut [Entry],
    recorder: &Recorder,
    mut page: u32,
) -> anyhow::Result<()> {
    let undated: Vec<&mut Entry> = entries.iter_mut().filter(|e| e.date.is_none() && !e.url.is_empty()).collect();
    if undated.is_empty() {
        return Ok(());
    }
    let known = app.store.dates(&channel.id).await?;
    let mut opened = 0;
    for entry in undated {
        if let Some((day, from)) = known.get(&entry.key()) {
            (entry.date, entry.date_from) = (Some(*day), *from);
            continue;
        }
        if opened == MAX_ARTICLES {
            break;
        }
        opened += 1;
        let attempt = app.fetcher.get(&Target { url: entry.url.clone(), etag: None, last_modified: None }).await;
        page += 1;
        keep(recorder, channel, at, page, &attempt, app).await?;
        if !matches!(attempt.came, Came::Body) {
            continue;
        }
        let article = sites::read(&Input {
            bytes: &attempt.body,
            url: &attempt.final_url,
            content_type: header(&attempt, "content-type").as_deref(),
            read_as: ReadAs::Article,
            source: &model::Source::Auto,
            today: app.zone().day(at),
        });
        if let Some(found) = article.entries.first().filter(|_| article.outcome.is_good()) {
            (entry.date, entry.date_from) = (found.date, found.date_from);
        }
    }
    Ok(())
}

/// As what a channel's answer is read: an account may serve a feed or a list, a column is a list.
fn read_as(channel: &Channel) -> ReadAs {
    match &channel.source {
        model::Source::Feed { .. } => ReadAs::Feed,
        model::Source::Auto if channel.kind.is_new_media() => ReadAs::Auto,
        _ => ReadAs::List,
    }
}

fn header(attempt: &Attempt, name: &str) -> Option<String> {
    attempt.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone())
}
