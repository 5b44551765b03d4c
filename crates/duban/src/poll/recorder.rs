//! One writer for many looks: what waits is joined into one transaction.

use std::time::Duration;

use fetch::{Attempt, Came};
use model::{ChannelId, EvidenceHash, Moment};
use store::{Hop, NewCapture, NewLook, Store, StoreError};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};

use crate::crash;

/// The most that one transaction takes: enough to make the commit cheap, little enough to bound memory.
const BATCH: usize = 256;

/// A look waits so long for others to share its transaction. Nothing waits for it: its pages are on disk already, and a
/// look that had none is made again.
const LOOKS_WAIT: Duration = Duration::from_secs(1);

/// An answer waits so long for those that are about to come; who handed it over waits with it.
const ANSWERS_WAIT: Duration = Duration::from_millis(2);

/// A body on its way to the disk.
#[derive(Debug)]
pub struct Kept {
    /// The channel that is looked at.
    pub channel: ChannelId,
    /// When the look was begun.
    pub look_at: Moment,
    /// 0 for the first page of the list, then 1, 2 …
    pub page: u32,
    /// When the answer was complete.
    pub fetched_at: Moment,
    /// What came.
    pub attempt: Attempt,
    /// The redirects on the way.
    pub hops: Vec<Hop>,
}

impl Kept {
    /// What came of a look at `channel`.
    #[must_use]
    pub fn new((channel, look_at, page): (&ChannelId, Moment, u32), fetched_at: Moment, attempt: &Attempt) -> Kept {
        let hops =
            attempt.hops.iter().map(|h| Hop { url: h.url.clone(), status: h.status, location: h.location.clone() });
        Kept { channel: channel.clone(), look_at, page, fetched_at, hops: hops.collect(), attempt: attempt.clone() }
    }

    /// As the store takes it.
    pub(crate) fn as_capture(&self) -> NewCapture<'_> {
        NewCapture {
            channel: &self.channel,
            look_at: self.look_at,
            page: self.page,
            fetched_at: self.fetched_at,
            url: &self.attempt.url,
            final_url: &self.attempt.final_url,
            status: self.attempt.status.unwrap_or(0),
            headers: &self.attempt.headers,
            body: &self.attempt.body,
            asked: &self.attempt.asked,
            hops: &self.hops,
            certificate: self.attempt.certificate.as_deref(),
            whole: self.attempt.came == Came::Body,
        }
    }
}

enum Job {
    Capture(Box<Kept>, oneshot::Sender<EvidenceHash>),
    Look(Box<NewLook>, (ChannelId, Moment, u32)),
}

/// Hands captures and looks to the store's writer.
pub struct Recorder {
    jobs: mpsc::Sender<Job>,
    writer: JoinHandle<Result<(), Stopped>>,
}

/// The writer has ended early, having failed; [`Recorder::finish`] says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("数据库写入已中止")]
pub struct WriterGone;

/// The store could not take what was handed over. What was recorded before stands; pages that were kept without their look
/// are read by the next round; everything else was not looked at, and is due as before.
#[derive(Debug, thiserror::Error)]
#[error(
    "写入检查记录失败，本轮已记下 {recorded} 次检查；其余视同没有检查（已保存的页面下一轮先补读），仍然到期，下一轮补查"
)]
pub(super) struct Stopped {
    recorded: usize,
    source: StoreError,
}

impl Recorder {
    /// Starts the writer.
    #[must_use]
    pub fn start(store: Store) -> Recorder {
        let (jobs, inbox) = mpsc::channel(BATCH);
        Recorder { jobs, writer: tokio::spawn(write(store, inbox)) }
    }

    /// Keeps a body, and returns once it is on disk: only then may it be parsed.
    ///
    /// # Errors
    /// When the writer has failed.
    pub async fn capture(&self, kept: Kept) -> Result<EvidenceHash, WriterGone> {
        let (ack, done) = oneshot::channel();
        self.jobs.send(Job::Capture(Box::new(kept), ack)).await.map_err(|_| WriterGone)?;
        done.await.map_err(|_| WriterGone)
    }

    /// Records a look and when its channel is due again.
    ///
    /// # Errors
    /// When the writer has failed.
    pub async fn record(&self, look: NewLook, (next, failures): (Moment, u32)) -> Result<(), WriterGone> {
        let due = (look.channel.clone(), next, failures);
        self.jobs.send(Job::Look(Box::new(look), due)).await.map_err(|_| WriterGone)
    }

    /// Waits until all that was handed over is on disk.
    ///
    /// # Errors
    /// Why the store could not take it.
    pub async fn finish(self) -> anyhow::Result<()> {
        drop(self.jobs);
        Ok(self.writer.await??)
    }
}

/// What waits to be written.
#[derive(Default)]
struct Waiting {
    captures: Vec<Kept>,
    acks: Vec<oneshot::Sender<EvidenceHash>>,
    looks: Vec<NewLook>,
    due: Vec<(ChannelId, Moment, u32)>,
    /// When the oldest of the looks has waited long enough.
    until: Option<Instant>,
    /// Looks that are on disk.
    recorded: usize,
}

async fn write(store: Store, inbox: mpsc::Receiver<Job>) -> Result<(), Stopped> {
    let mut waiting = Waiting::default();
    waiting.write_all(&store, inbox).await.map_err(|source| Stopped { recorded: waiting.recorded, source })
}

impl Waiting {
    async fn write_all(&mut self, store: &Store, mut inbox: mpsc::Receiver<Job>) -> Result<(), StoreError> {
        while self.hear(&mut inbox).await {
            self.write_captures(store).await?;
            if self.looks.len() >= BATCH || self.until.is_some_and(|until| until <= Instant::now()) {
                self.write_looks(store).await?;
            }
        }
        self.write_looks(store).await
    }

    /// Takes in what comes, until there is something to do; false: nothing more will come.
    async fn hear(&mut self, inbox: &mut mpsc::Receiver<Job>) -> bool {
        let mut jobs = Vec::with_capacity(BATCH);
        let more = match self.until {
            None => inbox.recv_many(&mut jobs, BATCH).await > 0,
            Some(until) => timeout_at(until, inbox.recv_many(&mut jobs, BATCH)).await.map_or(true, |n| n > 0),
        };
        self.take(&mut jobs);
        if more && !self.captures.is_empty() {
            let others = async { while jobs.len() < BATCH && inbox.recv_many(&mut jobs, BATCH).await > 0 {} };
            timeout(ANSWERS_WAIT, others).await.ok();
            self.take(&mut jobs);
        }
        more
    }

    fn take(&mut self, jobs: &mut Vec<Job>) {
        for job in jobs.drain(..) {
            match job {
                Job::Capture(capture, ack) => {
                    self.captures.push(*capture);
                    self.acks.push(ack);
                }
                Job::Look(look, next) => {
                    self.until.get_or_insert_with(|| Instant::now() + LOOKS_WAIT);
                    self.looks.push(*look);
                    self.due.push(next);
                }
            }
        }
    }

    async fn write_captures(&mut self, store: &Store) -> Result<(), StoreError> {
        if self.captures.is_empty() {
            return Ok(());
        }
        let new: Vec<NewCapture<'_>> = self.captures.iter().map(|k| k.as_capture()).collect();
        crash::point("before-captures");
        let kept = store.captures(&new).await?;
        crash::point("captures-kept");
        for (ack, (_, hash)) in self.acks.drain(..).zip(kept) {
            // A look that was given up in the meantime no longer waits for its acknowledgement.
            ack.send(hash).ok();
        }
        self.captures.clear();
        Ok(())
    }

    async fn write_looks(&mut self, store: &Store) -> Result<(), StoreError> {
        self.until = None;
        if self.looks.is_empty() {
            return Ok(());
        }
        crash::point("before-looks");
        store.record_looks_due(&self.looks, &self.due).await?;
        self.recorded += self.looks.len();
        crash::point("looks-recorded");
        self.looks.clear();
        self.due.clear();
        Ok(())
    }
}
