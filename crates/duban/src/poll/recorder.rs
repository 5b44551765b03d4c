//! One writer for many looks: what waits is joined into one transaction.

use fetch::{Attempt, Came};
use model::{ChannelId, EvidenceHash, Moment};
use store::{Hop, NewCapture, NewLook, Store, StoreError};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::crash;

/// The most that one transaction takes: enough to make the commit cheap, little enough to bound memory.
const BATCH: usize = 256;

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

async fn write(store: Store, inbox: mpsc::Receiver<Job>) -> Result<(), Stopped> {
    let mut recorded = 0;
    write_all(store, inbox, &mut recorded).await.map_err(|source| Stopped { recorded, source })
}

async fn write_all(store: Store, mut inbox: mpsc::Receiver<Job>, recorded: &mut usize) -> Result<(), StoreError> {
    let mut batch = Vec::with_capacity(BATCH);
    while inbox.recv_many(&mut batch, BATCH).await > 0 {
        let (mut captures, mut acks, mut looks, mut due) = (Vec::<Box<Kept>>::new(), vec![], vec![], vec![]);
        for job in batch.drain(..) {
            match job {
                Job::Capture(capture, ack) => {
                    captures.push(capture);
                    acks.push(ack);
                }
                Job::Look(look, next) => {
                    looks.push(*look);
                    due.push(next);
                }
            }
        }
        if !captures.is_empty() {
            let new: Vec<NewCapture<'_>> = captures.iter().map(|k| k.as_capture()).collect();
            crash::point("before-captures");
            let kept = store.captures(&new).await?;
            crash::point("captures-kept");
            for (ack, (_, hash)) in acks.into_iter().zip(kept) {
                // A look that was given up in the meantime no longer waits for its acknowledgement.
                ack.send(hash).ok();
            }
        }
        if !looks.is_empty() {
            crash::point("before-looks");
            store.record_looks_due(&looks, &due).await?;
            *recorded += looks.len();
            crash::point("looks-recorded");
        }
    }
    Ok(())
}
