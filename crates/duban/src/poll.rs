//! The job that looks: fetch, keep, read, record — in that order, for every channel that is due.
//!
//! Looks of many channels run side by side; what they keep and record goes through one [`Recorder`], which joins what
//! waits into one transaction. A body is acknowledged by the recorder before it is parsed (invariant 2).

mod articles;
mod gate;
mod look;
mod official;
mod recorder;
mod token;

use std::collections::HashMap;

use anyhow::Context as _;
use futures::StreamExt as _;
use model::{Channel, ChannelId, ChannelKind, Day, Moment, Outcome, Reason, Source, Verdict};
use store::{FindingFilter, LastRead, NewLook};

pub use gate::{may_open, note_captcha};
pub use look::{read_again, read_as};
pub use recorder::{Kept, Recorder};
pub use token::Tokens;

use crate::app::App;

/// How many looks run side by side; the rate per host is the fetcher's.
const SIDE_BY_SIDE: usize = 32;

/// What one round came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Round {
    /// Looks made.
    pub looks: usize,
    /// Looks that are good.
    pub good: usize,
    /// Of these, the unchanged ones.
    pub unchanged: usize,
    /// Looks that are not good, by reason.
    pub troubles: HashMap<Reason, usize>,
    /// Looks taken up again after a crash.
    pub recovered: usize,
}

impl Round {
    fn count(&mut self, outcome: Outcome) {
        self.looks += 1;
        match outcome {
            Outcome::Read => self.good += 1,
            Outcome::Unchanged => {
                self.good += 1;
                self.unchanged += 1;
            }
            Outcome::Failed(r) | Outcome::Blocked(r) | Outcome::Suspect(r) => *self.troubles.entry(r).or_default() += 1,
        }
    }
}

/// Looks at what is due now, or at `only` that channel. `progress` hears of each look that is done.
///
/// # Errors
/// When the store fails; a site that fails is a look, not an error.
pub async fn poll(
    app: &App,
    only: Option<&ChannelId>,
    progress: &(dyn Fn(&ChannelId) + Sync),
) -> anyhow::Result<Round> {
    let now = app.clock.now();
    let sources: Vec<Channel> = app.config.sources().cloned().collect();
    app.store.sync_registry(&app.config.units, &sources, now).await?;
    let mut round = Round { recovered: recover(app).await?, ..Round::default() };

    let due = due(app, only, now).await?;
    let last = app.store.last_reads().await?;
    let recorder = Recorder::start(app.store.clone());
    let watch = look::NetworkWatch::new(app);

    let looked = look_at_all(app, due, &last, now, (&recorder, &watch), |channel, outcome| {
        round.count(outcome);
        progress(channel);
    })
    .await;
    // Where the writer has failed, it knows better why than those who waited for it.
    recorder.finish().await.context("写入检查记录失败")?;
    looked?;
    Ok(round)
}

async fn look_at_all(
    app: &App,
    due: Vec<(&Channel, u32)>,
    last: &HashMap<ChannelId, LastRead>,
    now: Moment,
    (recorder, watch): (&Recorder, &look::NetworkWatch<'_>),
    mut done: impl FnMut(&ChannelId, Outcome),
) -> anyhow::Result<()> {
    let closing = &closing(app).await?;
    let looks = futures::stream::iter(due).map(|(channel, failures)| async move {
        let look = Box::pin(look::look(app, channel, last.get(&channel.id), now, recorder, watch)).await?;
        let next = next_due(app, &look, failures, now, closing.get(&channel.id.account()).copied());
        let outcome = look.outcome;
        recorder.record(look, next).await?;
        anyhow::Ok((&channel.id, outcome))
    });
    let mut looks = std::pin::pin!(looks.buffer_unordered(SIDE_BY_SIDE));
    while let Some(looked) = looks.next().await {
        let (channel, outcome) = looked?;
        done(channel, outcome);
    }
    Ok(())
}

async fn due<'a>(app: &'a App, only: Option<&ChannelId>, now: Moment) -> anyhow::Result<Vec<(&'a Channel, u32)>> {
    if let Some(id) = only {
        let of = |c: &&Channel| c.id == *id || (id.is_account() && c.id.account() == *id);
        let asked: Vec<_> = app.config.sources().filter(of).filter(|c| is_polled(c)).map(|c| (c, 0)).collect();
        anyhow::ensure!(app.config.source(id).is_some(), "配置中没有栏目「{id}」");
        return Ok(asked);
    }
    let today = app.zone().day(now);
    let due: HashMap<ChannelId, u32> =
        app.store.channel_due(now).await?.into_iter().map(|d| (d.channel, d.failures)).collect();
    Ok(app
        .config
        .sources()
        .filter(|c| is_polled(c) && c.life.contains(today))
        .filter_map(|c| due.get(&c.id).map(|failures| (c, *failures)))
        .collect())
}

/// Where people look, the program has nowhere to.
fn is_polled(channel: &Channel) -> bool {
    !matches!(channel.source, Source::Manual { .. })
}

/// Minutes until the next look: half as long while a silent window closes soon, a quarter on its last two days, so that
/// an update in time is seen in time; but never more often than the rounds are.
fn interval(usual: u32, today: Day, closing: Option<Day>) -> u32 {
    let part = match closing.map(|last| (last - today).num_days()) {
        Some(..=1) => 4,
        Some(_) => 2,
        None => 1,
    };
    (usual / part).max(usual.min(15))
}

/// The channels whose silent window closes soon, and its last day.
async fn closing(app: &App) -> anyhow::Result<HashMap<ChannelId, Day>> {
    let filter = FindingFilter { verdict: Some(Verdict::DueSoon), ..FindingFilter::default() };
    let mut closing: HashMap<ChannelId, Day> = HashMap::new();
    for finding in app.store.findings(&filter).await? {
        let key = &finding.judgement.key;
        if let Some(channel) = key.scope.channel() {
            let last = closing.entry(channel.clone()).or_insert(key.days.last);
            *last = key.days.last.min(*last);
        }
    }
    Ok(closing)
}

/// Minutes between two looks at a home page: the table that asks for it counts a visit an hour, and a round that comes a
/// moment early must not let the hour pass.
const HOME_MINUTES: u32 = 55;

/// When to look again: after the usual interval, or after a failure sooner, doubling, but never later than usual.
fn next_due(app: &App, look: &NewLook, failures: u32, now: Moment, closing: Option<Day>) -> (Moment, u32) {
    let usual = interval(app.config.fetch.revisit_minutes, app.zone().day(now), closing);
    let is_home = app.config.channel(&look.channel).is_some_and(|c| c.kind == ChannelKind::Home);
    let usual = if is_home { usual.min(HOME_MINUTES) } else { usual };
    let usual = chrono::TimeDelta::minutes(i64::from(usual));
    if look.outcome.is_good() {
        return (now + usual, 0);
    }
    let soon = chrono::TimeDelta::minutes(15 * i64::from(2u32.pow(failures.min(6))));
    (now + usual.min(soon), failures.saturating_add(1))
}

/// Takes up looks whose bodies were kept but which were never recorded: the program stopped in between.
async fn recover(app: &App) -> anyhow::Result<usize> {
    let mut recovered = 0;
    for orphan in app.store.unread_captures().await? {
        let Some(channel) = app.config.source(&orphan.channel) else { continue };
        let previous = app.store.last_read(&channel.id).await?;
        let look = read_again(app, channel, previous.as_ref(), orphan).await?;
        app.store.record_looks(&[look]).await?;
        recovered += 1;
    }
    Ok(recovered)
}

/// How far back a look must read: with no good look before, to the start of monitoring; else two weeks past the last.
fn horizon(app: &App, last_good: Option<Day>, today: Day) -> Day {
    let since = app.config.district.monitoring_since;
    last_good.map_or(since.min(today), |d| model::calendar::shift(d.min(today), -14))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_come_closer_as_a_window_closes() {
        let day = |d: u32| Day::from_ymd_opt(2026, 3, d).unwrap();
        let every = |closing| interval(360, day(10), closing);
        assert_eq!([every(None), every(Some(day(13))), every(Some(day(11))), every(Some(day(10)))], [360, 180, 90, 90]);
        assert_eq!(interval(20, day(10), Some(day(10))), 15, "not more often than a round");
        assert_eq!(interval(10, day(10), Some(day(10))), 10);
    }
}
