//! Opening the pages of single items: to date those that the list leaves undated, and to hold a few of the others
//! against what their list says.

use fetch::{Came, Target};
use model::{Channel, Claim, DateFrom, Entry, Moment};
use sites::{Input, ReadAs};
use store::{NewClaim, NewLook};

use super::Recorder;
use super::gate::{may_open, note_captcha};
use super::look::{header, keep};
use crate::app::App;

/// Article pages opened in one look, to date items whose list gives no date.
const MAX_UNDATED: usize = 20;
/// New items of one look whose page is held against the list.
const MAX_CHECKED: usize = 2;
/// Among so many of the newest rows the new ones are looked for.
const NEWEST: usize = 10;

/// The article pages of one look.
pub(super) struct Articles<'a> {
    app: &'a App,
    channel: &'a Channel,
    at: Moment,
    recorder: &'a Recorder,
    /// Whether no list of the channel was ever read: then no item of it is known.
    first: bool,
    /// The number of the last page that was kept.
    page: u32,
}

impl<'a> Articles<'a> {
    pub(super) fn new(
        app: &'a App,
        (channel, at): (&'a Channel, Moment),
        recorder: &'a Recorder,
        first: bool,
        page: u32,
    ) -> Self {
        Articles { app, channel, at, recorder, first, page }
    }

    /// Opens the pages of items that the list does not date, so that the detail page may date them.
    pub(super) async fn date_undated(&mut self, look: &mut NewLook) -> anyhow::Result<()> {
        let NewLook { entries, claims, .. } = look;
        let undated: Vec<&mut Entry> = entries.iter_mut().filter(|e| e.date.is_none() && !e.url.is_empty()).collect();
        if undated.is_empty() {
            return Ok(());
        }
        let known = self.app.store.dates(&self.channel.id).await?;
        let mut opened = 0;
        for entry in undated {
            if let Some((day, from)) = known.get(&entry.key()) {
                (entry.date, entry.date_from) = (Some(*day), *from);
                continue;
            }
            if opened == MAX_UNDATED {
                break;
            }
            opened += 1;
            let Some(said) = self.open(&entry.url).await? else { continue };
            if let Some(first) = said.first() {
                (entry.date, entry.date_from) = (Some(first.day), Some(first.from));
            }
            claims.extend(noted(entry, &said));
        }
        Ok(())
    }

    /// Opens the pages of the newest new items and notes what dates they name. The list's date goes on to count: a page
    /// that names another one is told, and a person may settle it (`date-item`).
    pub(super) async fn spot_check(&mut self, look: &mut NewLook) -> anyhow::Result<()> {
        let allowed = self.app.config.fetch.spot_checks_per_day;
        if allowed == 0 {
            return Ok(());
        }
        let new = self.newest_new(&look.entries).await?;
        if new.is_empty() {
            return Ok(());
        }
        let day = self.app.zone().day(self.at);
        let opened = if self.first { 0 } else { self.app.store.pages_opened(&self.channel.id, day).await? };
        for entry in new.into_iter().take((allowed.saturating_sub(opened) as usize).min(MAX_CHECKED)) {
            if let Some(said) = self.open(&entry.url).await? {
                look.claims.extend(noted(&entry, &said));
            }
        }
        Ok(())
    }

    /// The newest dated items of the channel's own host that no look has seen before.
    async fn newest_new(&self, entries: &[Entry]) -> anyhow::Result<Vec<Entry>> {
        let host = |url: &str| url::Url::parse(url).ok().and_then(|u| u.host_str().map(str::to_owned));
        let own = host(&self.channel.url);
        let dated_by_list = |e: &&Entry| e.date.is_some() && !e.date_from.is_some_and(DateFrom::is_shown_on_page);
        let mut newest: Vec<&Entry> = entries.iter().filter(dated_by_list).collect();
        newest.sort_by_key(|e| std::cmp::Reverse(e.date));
        newest.truncate(NEWEST);
        newest.retain(|e| host(&e.url).is_some_and(|h| Some(h) == own));
        if self.first {
            return Ok(newest.into_iter().cloned().collect());
        }
        let keys: Vec<String> = newest.iter().map(|e| e.key()).collect();
        let known = self.app.store.known_keys(&self.channel.id, &keys).await?;
        Ok(newest.into_iter().filter(|e| !known.contains(&e.key())).cloned().collect())
    }

    /// The dates that the page at `url` names; `None` where it cannot be had or believed.
    async fn open(&mut self, url: &str) -> anyhow::Result<Option<Vec<Claim>>> {
        if !may_open(self.app, url).await? {
            return Ok(None);
        }
        let attempt = self.app.fetcher.get(&Target::new(url)).await;
        self.page += 1;
        keep(self.recorder, self.channel, self.at, self.page, &attempt, self.app).await?;
        if !matches!(attempt.came, Came::Body) {
            return Ok(None);
        }
        let media = header(&attempt, "content-type");
        let input = Input {
            bytes: &attempt.body,
            url: &attempt.final_url,
            content_type: media.as_deref(),
            read_as: ReadAs::Article,
            source: &model::Source::Auto,
            today: self.app.zone().day(self.at),
        };
        if let Err(outcome) = sites::wechat_article(&input) {
            note_captcha(self.app, &attempt.final_url, outcome).await?;
        }
        Ok(sites::article_claims(&input))
    }
}

/// What the page of an item said of its date; that it named none is noted too.
fn noted(entry: &Entry, said: &[Claim]) -> Vec<NewClaim> {
    let key = entry.key();
    if said.is_empty() {
        return vec![NewClaim { key, from: DateFrom::Page, day: None }];
    }
    said.iter().map(|c| NewClaim { key: key.clone(), from: c.from, day: Some(c.day) }).collect()
}
