//! The job that looks: fetch, keep, read, record — in that order, for every channel that is due.
//!
//! Looks of many channels run side by side; what they keep and record goes through one [`Recorder`], which joins what
//! waits into one transaction. A body is acknowledged by the recorder before it is parsed (invariant 2).

mod articles;
mod due;
mod gate;
mod look;
mod official;
mod previous;
mod recorder;
mod rest;
mod token;
mod trust;

use std::collections::HashMap;

use anyhow::Context as _;
use futures::StreamExt as _;
use model::{ChannelId, Day, Moment, Outcome, Reason};
use store::LastRead;
use tokio::sync::Semaphore;

use due::Due;

pub use gate::{may_open, note_captcha};
pub use look::{read_again, read_as};
pub use recorder::{Kept, Recorder};
pub use token::Tokens;
pub(crate) use trust::CAUGHT_DAYS;

use crate::app::App;
use crate::visits::Hush;

/// How many looks run side by side; the rate per host is the fetcher's.
const SIDE_BY_SIDE: usize = 32;

/// How many of them at one host: one that is slow or at rest must not fill all places.
pub const AT_ONE_HOST: usize = 8;

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
    /// Due channels that wait for another hour, and why.
    pub held: Option<(Hush, usize)>,
    /// Due channels whose host has asked to be left alone.
    pub resting: usize,
}

impl Round {
    fn count(&mut self, outcome: Option<Outcome>) {
        let Some(outcome) = outcome else {
            self.resting += 1;
            return;
        };
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

    /// What was due and waits, in words; empty where nothing does.
    #[must_use]
    pub fn waiting(&self) -> String {
        let held = self.held.map(|(hush, n)| format!("{n} 个到期栏目因{}推迟", hush.label()));
        let resting = (self.resting > 0).then(|| format!("{} 个因网站要求稍后再访问而推迟", self.resting));
        held.into_iter().chain(resting).collect::<Vec<_>>().join("，")
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
    app.register().await?;
    let watch = look::Watch::begin(app).await?;
    let mut round = Round { recovered: recover(app, &watch).await?, ..Round::default() };

    let plan = due::plan(app, only, now).await?;
    round.held = plan.held;
    let last = app.store.last_reads_of(plan.queues.iter().flatten().map(|due| &due.channel.id)).await?;
    let recorder = Recorder::start(app.store.clone());

    let looked = look_at_all(app, plan.queues, &last, now, (&recorder, &watch), |channel, outcome| {
        round.count(outcome);
        progress(channel);
    })
    .await;
    // Where the writer has failed, it knows better why than those who waited for it.
    recorder.finish().await?;
    looked.context("本轮检查中断；已记下的检查有效，其余视同没有检查，仍然到期，下一轮补查")?;
    Ok(round)
}

async fn look_at_all<'a>(
    app: &'a App,
    queues: Vec<Vec<Due<'a>>>,
    last: &HashMap<ChannelId, LastRead>,
    now: Moment,
    (recorder, watch): (&Recorder, &look::Watch<'_>),
    mut done: impl FnMut(&ChannelId, Option<Outcome>),
) -> anyhow::Result<()> {
    let slots = &Semaphore::new(SIDE_BY_SIDE);
    let one = |due: Due<'a>| async move {
        let _slot = slots.acquire().await?;
        let channel = due.channel;
        // It stays due, so that whichever page comes first after the rest asks for all.
        if watch.rests.of(&channel.url).is_some() {
            return anyhow::Ok((&channel.id, None));
        }
        let look = Box::pin(look::look(app, (channel, due.trust), last.get(&channel.id), now, recorder, watch)).await?;
        let next = due::next_due(app, &look, &due, now, watch.rests.of(&channel.url));
        let outcome = look.outcome;
        recorder.record(look, next).await?;
        anyhow::Ok((&channel.id, Some(outcome)))
    };
    let queue = |queue| futures::stream::iter(queue).map(one).buffer_unordered(AT_ONE_HOST);
    let mut looks = std::pin::pin!(futures::stream::iter(queues).map(queue).flatten_unordered(None));
    while let Some(looked) = looks.next().await {
        let (channel, outcome) = looked?;
        done(channel, outcome);
    }
    Ok(())
}

/// Takes up looks whose bodies were kept but which were never recorded: the program stopped in between.
async fn recover(app: &App, watch: &look::Watch<'_>) -> anyhow::Result<usize> {
    let mut recovered = 0;
    for orphan in app.store.unread_captures().await? {
        let Some(channel) = app.config.source(&orphan.channel) else { continue };
        let previous = app.store.last_read(&channel.id).await?;
        let mut look = read_again(app, channel, previous.as_ref(), orphan).await?;
        // It may have been the page itself, of a server that is not believed.
        look.still_unchanged =
            look.outcome.is_good() && look::is_still_unchanged(app, channel, previous.as_ref(), watch).await?;
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
