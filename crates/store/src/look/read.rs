//! Looks as people ask for them.

use model::{ChannelId, Coverage, EvidenceHash, Look, Outcome, Reason};
use serde::Deserialize;

use super::last::covers;
use crate::row::{Row, count, list};
use crate::{RowError, Store, StoreError};

/// A look with all that was noted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookRecord {
    /// The channel.
    pub channel: ChannelId,
    /// What proves or does not prove.
    pub look: Look,
    /// What exactly went wrong.
    pub detail: Option<String>,
    /// The address that was asked.
    pub url: String,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The ETag, verbatim.
    pub etag: Option<String>,
    /// Last-Modified, verbatim.
    pub last_modified: Option<String>,
    /// Which reader of pages made sense of it.
    pub adapter: String,
    /// Its remarks.
    pub notes: Vec<String>,
    /// The `read` look whose items an `unchanged` one inherits.
    pub same_as: Option<i64>,
    /// The numbers of the items that it listed, or inherits.
    pub entries: Vec<i64>,
}

/// The plain words of a look, none of which needs an escape in JSON: they are read where they stand.
#[derive(Deserialize)]
pub(crate) struct LookRow<'a> {
    pub(crate) id: i64,
    pub(crate) at: &'a str,
    pub(crate) day: &'a str,
    pub(crate) outcome: &'a str,
    pub(crate) reason: Option<&'a str>,
    pub(crate) covers: &'a str,
    pub(crate) evidence: Option<&'a str>,
    /// 1 where it was answered with a "not modified" that was wrong.
    pub(crate) wrongly: i64,
}

impl TryFrom<&LookRow<'_>> for Look {
    type Error = RowError;

    fn try_from(r: &LookRow<'_>) -> Result<Look, RowError> {
        let row = Row::of("look", &r.id);
        let outcome = match r.wrongly {
            0 => Outcome::from_words(r.outcome, r.reason),
            _ => Some(Outcome::Suspect(Reason::WronglyUnchanged)),
        };
        let covers = if r.wrongly == 0 { covers(row, r.covers)? } else { Coverage::Nothing };
        Ok(Look {
            id: r.id,
            at: row.moment("at", r.at)?,
            day: row.day("day", r.day)?,
            outcome: row.known("outcome", r.outcome, outcome)?,
            covers,
            evidence: row.evidence(r.evidence)?,
        })
    }
}

struct RecordRow {
    id: i64,
    channel: String,
    at: String,
    day: String,
    outcome: String,
    reason: Option<String>,
    covers: String,
    evidence: Option<String>,
    wrongly: i64,
    detail: Option<String>,
    url: String,
    status: Option<i64>,
    etag: Option<String>,
    last_modified: Option<String>,
    adapter: String,
    notes: String,
    same_as: Option<i64>,
    entries: Option<String>,
}

impl TryFrom<RecordRow> for LookRecord {
    type Error = RowError;

    fn try_from(r: RecordRow) -> Result<LookRecord, RowError> {
        let row = Row::of("look", &r.id);
        let channel = row.parse("channel", &r.channel)?;
        let status = r.status.map(|s| row.int("status", s)).transpose()?;
        let notes = row.json("notes", &r.notes)?;
        let entries = match &r.entries {
            Some(list) => Row::of("look_list", &r.id).json("entries", list)?,
            None => Vec::new(),
        };
        let plain = LookRow {
            id: r.id,
            at: &r.at,
            day: &r.day,
            outcome: &r.outcome,
            reason: r.reason.as_deref(),
            covers: &r.covers,
            evidence: r.evidence.as_deref(),
            wrongly: r.wrongly,
        };
        Ok(LookRecord {
            channel,
            look: Look::try_from(&plain)?,
            detail: r.detail,
            url: r.url,
            status,
            etag: r.etag,
            last_modified: r.last_modified,
            adapter: r.adapter,
            notes,
            same_as: r.same_as,
            entries,
        })
    }
}

impl Store {
    /// Looks by their numbers, in the order of their numbers; unknown numbers are left out.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn looks(&self, ids: &[i64]) -> Result<Vec<LookRecord>, StoreError> {
        let ids = list(ids)?;
        let rows = sqlx::query_as!(
            RecordRow,
            r#"SELECT l.id AS "id!: i64", l.channel, l.at, l.day, l.outcome, l.reason, l.covers, l.evidence, l.detail,
                      l.status IS 304 AND EXISTS (SELECT 1 FROM wrongly_unchanged w
                          WHERE w.channel = l.channel AND l.at < w.until AND w.since < l.at) AS "wrongly!: i64",
                      coalesce(nullif(l.url, ''), r.url, '') AS "url!: String", l.status,
                      CASE WHEN l.etag IS NULL AND l.last_modified IS NULL THEN r.etag ELSE l.etag END
                          AS "etag?: String",
                      CASE WHEN l.etag IS NULL AND l.last_modified IS NULL THEN r.last_modified
                           ELSE l.last_modified END AS "last_modified?: String",
                      l.adapter, l.notes, l.same_as, i.entries AS "entries?: String"
               FROM look l LEFT JOIN look r ON r.id = l.same_as
               LEFT JOIN look_list i ON i.look = coalesce(l.same_as, l.id)
               WHERE l.id IN (SELECT CAST(value AS INTEGER) FROM json_each(?1)) ORDER BY l.id"#,
            ids
        )
        .fetch_all(self.reader())
        .await?;
        Ok(rows.into_iter().map(LookRecord::try_from).collect::<Result<_, _>>()?)
    }

    /// The newest looks of a channel, the newest first.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn recent_looks(&self, channel: &ChannelId, limit: u32) -> Result<Vec<LookRecord>, StoreError> {
        let (channel, limit) = (channel.as_str(), count(limit));
        let rows = sqlx::query_as!(
            RecordRow,
            r#"SELECT l.id AS "id!: i64", l.channel, l.at, l.day, l.outcome, l.reason, l.covers, l.evidence, l.detail,
                      l.status IS 304 AND EXISTS (SELECT 1 FROM wrongly_unchanged w
                          WHERE w.channel = l.channel AND l.at < w.until AND w.since < l.at) AS "wrongly!: i64",
                      coalesce(nullif(l.url, ''), r.url, '') AS "url!: String", l.status,
                      CASE WHEN l.etag IS NULL AND l.last_modified IS NULL THEN r.etag ELSE l.etag END
                          AS "etag?: String",
                      CASE WHEN l.etag IS NULL AND l.last_modified IS NULL THEN r.last_modified
                           ELSE l.last_modified END AS "last_modified?: String",
                      l.adapter, l.notes, l.same_as, i.entries AS "entries?: String"
               FROM look l LEFT JOIN look r ON r.id = l.same_as
               LEFT JOIN look_list i ON i.look = coalesce(l.same_as, l.id)
               WHERE l.channel = ?1 ORDER BY l.at DESC LIMIT ?2"#,
            channel,
            limit
        )
        .fetch_all(self.reader())
        .await?;
        Ok(rows.into_iter().map(LookRecord::try_from).collect::<Result<_, _>>()?)
    }

    /// Every body that stands behind these looks, each once.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn evidence_of(&self, looks: &[i64]) -> Result<Vec<EvidenceHash>, StoreError> {
        let mut all: Vec<EvidenceHash> = self.looks(looks).await?.into_iter().filter_map(|l| l.look.evidence).collect();
        all.sort();
        all.dedup();
        Ok(all)
    }
}
