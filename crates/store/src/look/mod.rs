//! Looks: what came of each attempt to read a channel.

mod accepted;
mod claims;
mod entries;
mod last;
mod read;
mod wrongly;

use std::collections::HashMap;

use model::{ChannelId, Coverage, Day, Entry, EvidenceHash, Moment, Outcome};
use serde::Serialize;
use sqlx::SqliteConnection;

pub use accepted::{Accepted, NewAccepted};
pub(crate) use claims::claim;
pub use claims::{Disputed, NewClaim};
pub use last::{LastRead, ListedItem, Shape};
pub use read::LookRecord;
pub(crate) use read::LookRow;

use crate::row::stamp;
use crate::{Store, StoreError};

/// A look, about to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLook {
    /// The channel.
    pub channel: ChannelId,
    /// When it was begun.
    pub at: Moment,
    /// What came of it.
    pub outcome: Outcome,
    /// What exactly went wrong, for who repairs it.
    pub detail: Option<String>,
    /// How far back the list is complete. Asked only of `read`: an `unchanged` look inherits, any other has none.
    pub covers: Coverage,
    /// The saved body of the first page. An `unchanged` look without one inherits it.
    pub evidence: Option<EvidenceHash>,
    /// The address that was asked.
    pub url: String,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// The ETag, verbatim.
    pub etag: Option<String>,
    /// Last-Modified, verbatim: it is sent back as it came (PERFORMANCE F1).
    pub last_modified: Option<String>,
    /// Which reader of pages made sense of it.
    pub adapter: String,
    /// Its remarks.
    pub notes: Vec<String>,
    /// How many rows the first page had.
    pub first_page_rows: u32,
    /// How many of them had a date.
    pub first_page_dated: u32,
    /// The items of all pages that were read; only of a `read` look.
    pub entries: Vec<Entry>,
    /// What else is said of the dates of these items.
    pub claims: Vec<NewClaim>,
    /// The server still says "not modified" to the validators of the page before: if this page has items that are new, it was
    /// wrong to say so. Only of a `read` look whose own answer was a page.
    pub still_unchanged: bool,
    /// Days that the platform says it has counted through; only of a `read` look.
    pub counted: Vec<Day>,
}

impl NewLook {
    /// A look with nothing but its outcome; the rest is filled in by struct update.
    #[must_use]
    pub fn new(channel: ChannelId, at: Moment, outcome: Outcome, url: &str) -> NewLook {
        NewLook {
            channel,
            at,
            outcome,
            detail: None,
            covers: Coverage::Nothing,
            evidence: None,
            url: url.to_owned(),
            status: None,
            etag: None,
            last_modified: None,
            adapter: String::new(),
            notes: Vec::new(),
            first_page_rows: 0,
            first_page_dated: 0,
            entries: Vec::new(),
            claims: Vec::new(),
            still_unchanged: false,
            counted: Vec::new(),
        }
    }
}

#[derive(Serialize)]
struct LookJson<'a> {
    channel: &'a str,
    at: String,
    day: String,
    outcome: &'static str,
    reason: Option<&'static str>,
    detail: Option<&'a str>,
    covers: String,
    evidence: Option<&'a str>,
    url: &'a str,
    status: Option<u16>,
    etag: Option<&'a str>,
    last_modified: Option<&'a str>,
    adapter: &'a str,
    notes: String,
    rows: u32,
    dated: u32,
}

/// A look that this transaction has inserted, and its number.
pub(crate) struct Recorded<'a> {
    pub(crate) id: i64,
    pub(crate) look: &'a NewLook,
}

impl Store {
    /// Records looks with all that they saw, in one transaction, and gives their numbers in the same order. A look that
    /// is recorded already is left as it is.
    ///
    /// # Errors
    /// When a channel is not registered, a body is not stored, or the database cannot be written: then none is recorded.
    pub async fn record_looks(&self, looks: &[NewLook]) -> Result<Vec<i64>, StoreError> {
        let mut tx = self.write().await?;
        let ids = self.record_in(&mut tx, looks).await?;
        tx.commit().await?;
        Ok(ids)
    }

    /// Records looks and when their channels are due again, and how many looks in a row have failed: all or none of it, so
    /// that no look is made twice.
    ///
    /// # Errors
    /// As [`Store::record_looks`].
    pub async fn record_looks_due(
        &self,
        looks: &[NewLook],
        due: &[(ChannelId, Moment, u32)],
    ) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        self.record_in(&mut tx, looks).await?;
        crate::schedule::set_due(&mut tx, due).await?;
        Ok(tx.commit().await?)
    }

    async fn record_in(&self, tx: &mut SqliteConnection, looks: &[NewLook]) -> Result<Vec<i64>, StoreError> {
        let mut ids: HashMap<(&ChannelId, Moment), i64> = HashMap::with_capacity(looks.len());
        for round in rounds(looks) {
            let new = self.insert_looks(tx, &round).await?;
            ids.extend(new.iter().map(|r| ((&r.look.channel, r.look.at), r.id)));
            entries::record(tx, &new).await?;
            claims::record(tx, &new).await?;
            wrongly::record(tx, &new).await?;
            crate::limits::count_days(tx, &new).await?;
        }
        match looks.iter().map(|l| ids.get(&(&l.channel, l.at)).copied()).collect() {
            Some(ids) => Ok(ids),
            None => numbers(tx, looks).await,
        }
    }

    /// At most one look of each channel may be among them ([`rounds`]).
    ///
    /// An unchanged look does not repeat what the look that it inherits from says already: its address (kept as an empty
    /// text) and its validators (both none). Most looks are unchanged.
    async fn insert_looks<'a>(
        &self,
        tx: &mut SqliteConnection,
        looks: &[&'a NewLook],
    ) -> Result<Vec<Recorded<'a>>, StoreError> {
        let rows = looks.iter().map(|l| self.to_json(l)).collect::<Result<Vec<_>, _>>()?;
        let rows = serde_json::to_string(&rows)?;
        let inserted = sqlx::query!(
            r#"INSERT INTO look (channel, at, day, outcome, reason, detail, covers, evidence, url, status, etag,
                                 last_modified, adapter, notes, first_page_rows, first_page_dated, same_as)
               SELECT n.channel, n.at, n.day, n.outcome, n.reason, n.detail,
                      CASE n.outcome WHEN 'unchanged' THEN coalesce(p.covers, 'nothing') ELSE n.covers END,
                      coalesce(n.evidence, p.evidence), CASE WHEN n.url = r.url THEN '' ELSE n.url END, n.status,
                      CASE WHEN n.etag IS r.etag AND n.last_modified IS r.last_modified THEN NULL ELSE n.etag END,
                      CASE WHEN n.etag IS r.etag AND n.last_modified IS r.last_modified THEN NULL ELSE n.last_modified END,
                      n.adapter, n.notes, n.rows, n.dated, r.id
               FROM (SELECT value ->> 'channel' AS channel, value ->> 'at' AS at, value ->> 'day' AS day,
                            value ->> 'outcome' AS outcome, value ->> 'reason' AS reason, value ->> 'detail' AS detail,
                            value ->> 'covers' AS covers, value ->> 'evidence' AS evidence, value ->> 'url' AS url,
                            value ->> 'status' AS status, value ->> 'etag' AS etag,
                            value ->> 'last_modified' AS last_modified, value ->> 'adapter' AS adapter,
                            value ->> 'notes' AS notes, value ->> 'rows' AS rows, value ->> 'dated' AS dated
                     FROM jsonb_each(?1)) n
               LEFT JOIN look p ON n.outcome = 'unchanged' AND p.id = (
                   SELECT g.id FROM look g
                   WHERE g.channel = n.channel AND g.at < n.at AND g.outcome IN ('read', 'unchanged')
                   ORDER BY g.at DESC LIMIT 1)
               LEFT JOIN look r ON r.id = CASE p.outcome WHEN 'read' THEN p.id ELSE p.same_as END
               WHERE true
               ON CONFLICT (channel, at) DO NOTHING
               RETURNING id AS "id!: i64", channel AS "channel!: String""#,
            rows
        )
        .fetch_all(&mut *tx)
        .await?;
        let by_channel: HashMap<&str, &'a NewLook> = looks.iter().map(|l| (l.channel.as_str(), *l)).collect();
        let recorded = |id, channel: &str| Some(Recorded { id, look: by_channel.get(channel)? });
        let mut new: Vec<_> = inserted.iter().filter_map(|row| recorded(row.id, &row.channel)).collect();
        new.sort_by_key(|r| r.id);
        Ok(new)
    }

    fn to_json<'a>(&self, l: &'a NewLook) -> Result<LookJson<'a>, StoreError> {
        Ok(LookJson {
            channel: l.channel.as_str(),
            at: stamp(l.at),
            day: self.zone().day(l.at).to_string(),
            outcome: l.outcome.word(),
            reason: l.outcome.reason().map(model::Reason::word),
            detail: l.detail.as_deref(),
            covers: covers_text(if l.outcome == Outcome::Read { l.covers } else { Coverage::Nothing }),
            evidence: l.evidence.as_ref().map(EvidenceHash::as_str),
            url: &l.url,
            status: l.status,
            etag: l.etag.as_deref(),
            last_modified: l.last_modified.as_deref(),
            adapter: &l.adapter,
            notes: serde_json::to_string(&l.notes)?,
            rows: l.first_page_rows,
            dated: l.first_page_dated,
        })
    }
}

fn covers_text(covers: Coverage) -> String {
    match covers {
        Coverage::Everything => "everything".to_owned(),
        Coverage::Nothing => "nothing".to_owned(),
        // A year beyond 9999 would not sort: complete from such a day on proves nothing.
        Coverage::Since(day) => crate::row::claimed(Some(day)).unwrap_or_else(|| "nothing".to_owned()),
    }
}

/// What an `unchanged` look inherits, and whether an item is gone, depends on the looks before it. So each round holds at
/// most one look of a channel, the oldest first, and a round is a handful of statements however many channels there are.
fn rounds(looks: &[NewLook]) -> Vec<Vec<&NewLook>> {
    let mut in_time: Vec<&NewLook> = looks.iter().collect();
    in_time.sort_by_key(|l| l.at);
    let mut seen: HashMap<&ChannelId, usize> = HashMap::new();
    let mut rounds: Vec<Vec<&NewLook>> = Vec::new();
    for look in in_time {
        let turn = seen.entry(&look.channel).or_default();
        if rounds.len() <= *turn {
            rounds.push(Vec::new());
        }
        rounds[*turn].push(look);
        *turn += 1;
    }
    rounds
}

async fn numbers(tx: &mut SqliteConnection, looks: &[NewLook]) -> Result<Vec<i64>, StoreError> {
    let names: Vec<(&str, String)> = looks.iter().map(|l| (l.channel.as_str(), stamp(l.at))).collect();
    let names = serde_json::to_string(&names)?;
    let rows = sqlx::query!(
        r#"SELECT CAST(j.key AS INTEGER) AS "place!: i64", l.id AS "id!: i64"
           FROM json_each(?1) j CROSS JOIN look l ON l.channel = j.value ->> 0 AND l.at = j.value ->> 1"#,
        names
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut by_place: Vec<_> = rows.into_iter().map(|r| (r.place, r.id)).collect();
    by_place.sort_unstable();
    if by_place.len() != looks.len() {
        return Err(StoreError::Sqlite(sqlx::Error::RowNotFound));
    }
    Ok(by_place.into_iter().map(|(_, id)| id).collect())
}
