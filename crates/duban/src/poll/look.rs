//! One look at one channel.

use fetch::{Attempt, Came, SecretQuery, Target};
use model::{Channel, Day, EvidenceHash, Moment, Outcome, Reason, Source};
use secrecy::ExposeSecret as _;
use sites::walk::{Step, Walk, Walked};
use sites::{Input, ReadAs};
use store::{LastRead, NewLook, UnreadLook};
use tokio::sync::OnceCell;

use super::articles::Articles;
use super::previous::{FirstPage, base, is_unchanged, judged_against, unchanged};
use super::rest::Rests;
use super::trust::Trust;
use super::{Kept, Recorder, horizon, official};
use crate::app::App;
use crate::browse;

/// Pages of one list that are followed at the most; a list that is longer is covered only as far as it was read.
const MAX_PAGES: usize = 60;
/// Pages that only send the reader on, followed in a row.
const MAX_MOVES: usize = 2;

/// What all looks of a round share: whether the own line is down (the reference hosts are asked at most once a round, and
/// only when something failed), and which hosts have asked for rest.
pub(super) struct Watch<'a> {
    app: &'a App,
    offline: OnceCell<bool>,
    pub(super) rests: Rests<'a>,
}

impl<'a> Watch<'a> {
    pub(super) async fn begin(app: &'a App) -> anyhow::Result<Self> {
        Ok(Watch { app, offline: OnceCell::new(), rests: Rests::known(app).await? })
    }

    /// The fault is on this side when reference hosts are named and none answers.
    pub(super) async fn offline(&self) -> bool {
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

/// Looks at `channel` once. Every failure of the site is an outcome; an error is the store's.
///
/// Nearly all looks end with a "not modified". What only the others need is boxed, or each would carry its memory about.
pub(super) async fn look(
    app: &App,
    (channel, trust): (&Channel, Trust),
    previous: Option<&LastRead>,
    at: Moment,
    recorder: &Recorder,
    watch: &Watch<'_>,
) -> anyhow::Result<NewLook> {
    if let Source::WechatOfficial { .. } = &channel.source {
        return Box::pin(official::look(app, channel, at, recorder, watch)).await;
    }
    let secret = match secret_query(app, channel) {
        Ok(secret) => secret,
        Err(name) => {
            let detail = Some(format!("没有找到密钥 {name}"));
            return Ok(base(channel, at, None, Outcome::Failed(Reason::SecretMissing), detail));
        }
    };
    let today = app.zone().day(at);
    let horizon = horizon(app, previous.map(|p| app.zone().day(p.at)), today);
    let mut reading = Reading { channel, at, today, walk: Walk::new(horizon, MAX_PAGES), first: None, moves: 0 };
    // What a person has accepted since has to be read anew, also where the page is the same as before.
    let known = previous.filter(|p| p.accepted.is_none());
    // That the page itself has not changed says nothing of the rows that scripts put into it.
    let plain = known.filter(|_| !channel.source.is_rendered());
    let mut target = asked_again(channel, plain, secret);
    let is_doubted = plain.is_some_and(|p| trust.asks_for_page(&channel.id, app.zone().day(p.at), today));
    if is_doubted {
        target = target.unconditional();
    }
    let mut page = 0u32;
    loop {
        let mut attempt = app.fetcher.get(&target).await;
        watch.rests.note(&attempt).await?;
        if page == 0
            && !channel.source.is_rendered()
            && let Some(previous) = known
            && is_unchanged(&attempt, previous)
        {
            return Ok(unchanged(channel, at, &attempt, previous));
        }
        if attempt.came == Came::NotModified && target.is_conditional() {
            // "Not modified" of something else than what we have: ask for the thing itself.
            target = target.unconditional();
            continue;
        }
        let mut hash = keep(recorder, channel, at, page, &attempt, app).await?;
        let mut obstacle = None;
        if reading.wants_browser(&attempt) {
            let browsed = Box::pin(browsed(app, (channel, at), recorder, &mut page, attempt)).await?;
            attempt = browsed.attempt;
            hash = browsed.hash.or(hash);
            obstacle = browsed.obstacle;
            if obstacle.is_none()
                && reading.first.is_none()
                && let Some(previous) = known
                && is_unchanged(&attempt, previous)
            {
                return Ok(unchanged(channel, at, &attempt, previous));
            }
        }
        let next = match attempt.came {
            Came::Body => match obstacle {
                Some(outcome) => reading.trouble(&attempt, hash, outcome),
                None => reading.body(&attempt, hash),
            },
            Came::NotModified => reading.trouble(&attempt, hash, Outcome::Failed(Reason::Unreadable)),
            Came::Failed(reason) => {
                let ours = reason.whose() == model::Whose::Network && watch.offline().await;
                let reason = if ours { Reason::MonitorOffline } else { reason };
                reading.trouble(&attempt, hash, Outcome::Failed(reason))
            }
            Came::Blocked(reason) => reading.trouble(&attempt, hash, Outcome::Blocked(reason)),
        };
        match next {
            Next::Fetch(url) => target = Target { secret: target.secret.clone(), ..Target::new(url) },
            Next::Done => break,
            Next::Over(outcome) => return Ok(reading.over(outcome, attempt.detail)),
        }
        page += 1;
    }
    let (first, walked) = reading.close();
    let mut look = judged_against(app, previous, (channel, at), first, walked).await?;
    if look.outcome.is_good() {
        if is_doubted {
            look.still_unchanged = Box::pin(is_still_unchanged(app, channel, previous, watch)).await?;
        }
        let mut articles = Articles::new(app, (channel, at), recorder, previous.is_none(), page);
        Box::pin(articles.date_undated(&mut look)).await?;
        Box::pin(articles.spot_check(&mut look)).await?;
    }
    Ok(look)
}

/// What asks for the page where it is another than at the look before.
fn asked_again(channel: &Channel, before: Option<&LastRead>, secret: Option<SecretQuery>) -> Target {
    Target {
        url: channel.url.clone(),
        etag: before.and_then(|p| p.etag.clone()),
        last_modified: before.and_then(|p| p.last_modified.clone()),
        secret,
    }
}

/// Whether the server says that nothing has changed since the look before: said of a page that has, it is wrong.
pub(super) async fn is_still_unchanged(
    app: &App,
    channel: &Channel,
    before: Option<&LastRead>,
    watch: &Watch<'_>,
) -> anyhow::Result<bool> {
    let Some(before) = before.filter(|_| !channel.source.is_rendered()) else { return Ok(false) };
    let Ok(secret) = secret_query(app, channel) else { return Ok(false) };
    let target = asked_again(channel, Some(before), secret);
    if !target.is_conditional() || watch.rests.of(&channel.url).is_some() {
        return Ok(false);
    }
    let again = app.fetcher.get(&target).await;
    watch.rests.note(&again).await?;
    Ok(again.came == Came::NotModified && is_unchanged(&again, before))
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
    if let Source::WechatOfficial { .. } | Source::Manual { .. } = &channel.source {
        // A conversation cannot be taken up in the middle: the next look holds it anew.
        return Ok(base(channel, orphan.look_at, None, Outcome::Failed(Reason::Interrupted), None));
    }
    let today = app.zone().day(orphan.look_at);
    let horizon = horizon(app, previous.map(|p| app.zone().day(p.at)), today);
    let mut reading =
        Reading { channel, at: orphan.look_at, today, walk: Walk::new(horizon, MAX_PAGES), first: None, moves: 0 };
    let mut expected: Option<String> = None;
    let mut whole = false;
    for capture in orphan.captures {
        // What a rendered page was built from is no page of the list.
        if channel.source.is_rendered() && !browse::is_rendered(&capture.headers) {
            continue;
        }
        // After the list come article pages, and a page that failed leaves a gap: neither is the next page of the list.
        if expected.as_ref().is_some_and(|url| *url != capture.url) {
            break;
        }
        let broken = capture.whole == Some(false);
        let body = app.store.evidence(&capture.evidence).await?.unwrap_or_default();
        let attempt = Attempt {
            url: capture.url,
            final_url: capture.final_url,
            asked: vec![],
            certificate: None,
            hops: vec![],
            status: Some(capture.status),
            headers: capture.headers,
            body: body.into(),
            came: Came::Body,
            detail: String::new(),
            retry_after: None,
        };
        if broken || !(200..300).contains(&capture.status) {
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
    judged_against(app, previous, (channel, at), first, walked).await
}

/// A page as the browser shows it, and what stands in the way of believing it.
struct Browsed {
    attempt: Attempt,
    hash: Option<EvidenceHash>,
    obstacle: Option<Outcome>,
}

/// Has the page rendered; keeps what it was built from and what it became.
async fn browsed(
    app: &App,
    (channel, at): (&Channel, Moment),
    recorder: &Recorder,
    page: &mut u32,
    plain: Attempt,
) -> anyhow::Result<Browsed> {
    let rendered = match app.browsing.render(&app.fetcher, &plain).await {
        Ok(rendered) => rendered,
        Err(failure) => {
            let attempt = Attempt { detail: failure.detail, ..plain };
            return Ok(Browsed { attempt, hash: None, obstacle: Some(failure.outcome) });
        }
    };
    for answer in &rendered.answers {
        *page += 1;
        keep(recorder, channel, at, *page, answer, app).await?;
    }
    *page += 1;
    let hash = keep(recorder, channel, at, *page, &rendered.attempt, app).await?;
    let obstacle = rendered.in_part.then_some(Outcome::Suspect(Reason::RenderedInPart));
    Ok(Browsed { attempt: rendered.attempt, hash, obstacle })
}

enum Next {
    Fetch(String),
    Done,
    Over(Outcome),
}

impl Reading<'_> {
    /// Whether the page is one to render: not what is no page, sends its reader on, or is somebody standing in the way. A
    /// browser is there to see rows, never to prove to a gateway that one is a browser.
    fn wants_browser(&self, attempt: &Attempt) -> bool {
        if !self.channel.source.is_rendered() || attempt.came != Came::Body || !browse::is_html(attempt) {
            return false;
        }
        let reading = self.read(attempt);
        !matches!(reading.outcome, Outcome::Blocked(_) | Outcome::Failed(_))
            && !matches!(reading.end, sites::End::Moved(_))
    }

    fn read(&self, attempt: &Attempt) -> sites::Reading {
        sites::read(&Input {
            bytes: &attempt.body,
            url: &attempt.final_url,
            content_type: header(attempt, "content-type").as_deref(),
            read_as: read_as(self.channel),
            source: &self.channel.source,
            today: self.today,
        })
    }

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
        let reading = self.read(attempt);
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

/// Keeps the answer before anyone parses it.
pub(super) async fn keep(
    recorder: &Recorder,
    channel: &Channel,
    at: Moment,
    page: u32,
    attempt: &Attempt,
    app: &App,
) -> anyhow::Result<Option<EvidenceHash>> {
    // Whoever answered has answered, be it with nothing but a head; where nobody did, the look itself says all there is.
    if attempt.status.is_none() {
        return Ok(None);
    }
    let kept = Kept::new((&channel.id, at, page), app.clock.now(), attempt);
    Ok(Some(recorder.capture(kept).await?))
}

/// As what a channel's answer is read: an account may serve a feed or a list, a column is a list.
pub fn read_as(channel: &Channel) -> ReadAs {
    match &channel.source {
        Source::Feed { .. } => ReadAs::Feed,
        Source::Auto if channel.kind.is_new_media() => ReadAs::Auto,
        _ => ReadAs::List,
    }
}

/// The key that the bridge wants, or the name of one that is not there.
fn secret_query<'c>(app: &App, channel: &'c Channel) -> Result<Option<SecretQuery>, &'c str> {
    let Source::Feed { key: Some(key), .. } = &channel.source else { return Ok(None) };
    let value = app.secrets.get(&key.secret).ok_or(key.secret.as_str())?;
    Ok(Some(SecretQuery { name: key.query.clone(), value: value.expose_secret().to_owned() }))
}

pub(super) fn header(attempt: &Attempt, name: &str) -> Option<String> {
    attempt.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone())
}
