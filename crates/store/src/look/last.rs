//! The last good look of a channel: what the next one is compared with.

use std::collections::HashMap;

use model::{ChannelId, Coverage, EvidenceHash, Moment};

use crate::row::Row;
use crate::{RowError, Store, StoreError};

/// The last good look, with what an `unchanged` one inherits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRead {
    /// The number of the last good look.
    pub look: i64,
    /// When it was begun.
    pub at: Moment,
    /// The address that answered: validators are worth nothing at another.
    pub url: String,
    /// The body of its first page.
    pub body_hash: Option<EvidenceHash>,
    /// The ETag to send back, verbatim.
    pub etag: Option<String>,
    /// Last-Modified to send back, verbatim.
    pub last_modified: Option<String>,
    /// How far back its list is complete.
    pub covers: Coverage,
    /// How many rows its first page had.
    pub rows: u32,
    /// How many of them had a date.
    pub dated: u32,
}

struct LastRow {
    channel: String,
    id: i64,
    at: String,
    url: String,
    evidence: Option<String>,
    etag: Option<String>,
    last_modified: Option<String>,
    covers: String,
    rows: i64,
    dated: i64,
}

impl TryFrom<LastRow> for (ChannelId, LastRead) {
    type Error = RowError;

    fn try_from(r: LastRow) -> Result<Self, RowError> {
        let row = Row::of("look", &r.id);
        let last = LastRead {
            look: r.id,
            at: row.moment("at", &r.at)?,
            body_hash: row.evidence(r.evidence.as_deref())?,
            covers: covers(row, &r.covers)?,
            rows: row.int("first_page_rows", r.rows)?,
            dated: row.int("first_page_dated", r.dated)?,
            url: r.url,
            etag: r.etag,
            last_modified: r.last_modified,
        };
        Ok((row.parse("channel", &r.channel)?, last))
    }
}

pub(crate) fn covers(row: Row<'_>, text: &str) -> Result<Coverage, RowError> {
    Ok(match text {
        "everything" => Coverage::Everything,
        "nothing" => Coverage::Nothing,
        day => Coverage::Since(row.day("covers", day)?),
    })
}

impl Store {
    /// The last good look of one channel.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn last_read(&self, channel: &ChannelId) -> Result<Option<LastRead>, StoreError> {
        Ok(self.last_of(Some(channel)).await?.remove(channel))
    }

    /// The last good look of every channel that has one.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn last_reads(&self) -> Result<HashMap<ChannelId, LastRead>, StoreError> {
        self.last_of(None).await
    }

    /// The validators of the newest answer are sent back; a 304 that repeats neither keeps those of the body it confirms.
    async fn last_of(&self, channel: Option<&ChannelId>) -> Result<HashMap<ChannelId, LastRead>, StoreError> {
        let channel = channel.map(ChannelId::as_str);
        let rows = sqlx::query_as!(
            LastRow,
            r#"SELECT l.channel AS "channel!: String", l.id AS "id!: i64", l.at AS "at!: String", l.url AS "url!: String",
                      l.evidence AS "evidence?: String", l.covers AS "covers!: String",
                      CASE WHEN l.etag IS NULL AND l.last_modified IS NULL THEN p.etag ELSE l.etag END
                          AS "etag?: String",
                      CASE WHEN l.etag IS NULL AND l.last_modified IS NULL THEN p.last_modified
                           ELSE l.last_modified END AS "last_modified?: String",
                      coalesce(p.first_page_rows, l.first_page_rows) AS "rows!: i64",
                      coalesce(p.first_page_dated, l.first_page_dated) AS "dated!: i64"
               FROM channel c
               JOIN look l ON l.id = (SELECT g.id FROM look g
                                      WHERE g.channel = c.id AND g.outcome IN ('read', 'unchanged')
                                      ORDER BY g.at DESC LIMIT 1)
               LEFT JOIN look p ON p.id = l.same_as
               WHERE ?1 IS NULL OR c.id = ?1"#,
            channel
        )
        .fetch_all(self.reader())
        .await?;
        Ok(rows.into_iter().map(<(ChannelId, LastRead)>::try_from).collect::<Result<_, _>>()?)
    }
}
