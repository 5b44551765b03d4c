//! The last good look of a channel: what the next one is compared with.

use std::collections::HashMap;

use model::{ChannelId, Coverage, DateFrom, Day, EvidenceHash, Moment};

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
    /// Which reader of pages made sense of it.
    pub adapter: String,
    /// The newest shape that a person has accepted since: the next look is compared with it instead.
    pub accepted: Option<Shape>,
}

/// What a list looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Rows on the first page.
    pub rows: u32,
    /// How many of them have a date.
    pub dated: u32,
    /// Which reader of pages makes sense of it.
    pub adapter: String,
}

/// An item that a look listed, with what it claimed last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedItem {
    /// Its [`model::Entry::key`].
    pub key: String,
    /// The date.
    pub date: Option<Day>,
    /// Where that was read.
    pub date_from: Option<DateFrom>,
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
    adapter: String,
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
            accepted: None,
            adapter: r.adapter,
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
    ///
    /// Nearly always the last look is a good one. Where it is not, by day first: a year of failures is passed over in the index,
    /// without reading the looks themselves.
    async fn last_of(&self, channel: Option<&ChannelId>) -> Result<HashMap<ChannelId, LastRead>, StoreError> {
        let channel = channel.map(ChannelId::as_str);
        let rows = sqlx::query_as!(
            LastRow,
            r#"SELECT l.channel AS "channel!: String", l.id AS "id!: i64", l.at AS "at!: String",
                      coalesce(nullif(l.url, ''), p.url, '') AS "url!: String",
                      l.evidence AS "evidence?: String", l.covers AS "covers!: String",
                      CASE WHEN l.etag IS NULL AND l.last_modified IS NULL THEN p.etag ELSE l.etag END
                          AS "etag?: String",
                      CASE WHEN l.etag IS NULL AND l.last_modified IS NULL THEN p.last_modified
                           ELSE l.last_modified END AS "last_modified?: String",
                      coalesce(p.first_page_rows, l.first_page_rows) AS "rows!: i64",
                      coalesce(p.first_page_dated, l.first_page_dated) AS "dated!: i64",
                      coalesce(p.adapter, l.adapter) AS "adapter!: String"
               FROM channel c
               JOIN look l ON l.id = coalesce(
                   (SELECT CASE WHEN n.outcome IN ('read', 'unchanged') THEN n.id END
                    FROM look n WHERE n.channel = c.id ORDER BY n.at DESC LIMIT 1),
                   (SELECT g.id FROM look g INDEXED BY look_channel_day
                    WHERE g.channel = c.id AND g.outcome IN ('read', 'unchanged')
                    ORDER BY g.day DESC, g.at DESC LIMIT 1))
               LEFT JOIN look p ON p.id = l.same_as
               WHERE ?1 IS NULL OR c.id = ?1"#,
            channel
        )
        .fetch_all(self.reader())
        .await?;
        let mut last: HashMap<ChannelId, LastRead> =
            rows.into_iter().map(<(ChannelId, LastRead)>::try_from).collect::<Result<_, _>>()?;
        for (channel, at, shape) in self.newest_accepted(channel).await? {
            if let Some(look) = last.get_mut(&channel).filter(|look| at > look.at) {
                look.accepted = Some(shape);
            }
        }
        Ok(last)
    }

    /// The newest shape of each channel, or of that one, that a person has accepted, and when. There are few.
    async fn newest_accepted(&self, channel: Option<&str>) -> Result<Vec<(ChannelId, Moment, Shape)>, StoreError> {
        let rows = sqlx::query!(
            "SELECT a.id, a.channel, a.at, a.rows, a.dated, a.adapter FROM shape_accepted a
             WHERE (?1 IS NULL OR a.channel = ?1)
               AND a.id = (SELECT b.id FROM shape_accepted b WHERE b.channel = a.channel
                           ORDER BY b.at DESC, b.id DESC LIMIT 1)",
            channel
        )
        .fetch_all(self.reader())
        .await?;
        let all = rows.into_iter().map(|r| {
            let row = Row::of("shape_accepted", &r.id);
            let (rows, dated) = (row.int("rows", r.rows)?, row.int("dated", r.dated)?);
            let shape = Shape { rows, dated, adapter: r.adapter };
            Ok((row.parse("channel", &r.channel)?, row.moment("at", &r.at)?, shape))
        });
        Ok(all.collect::<Result<_, RowError>>()?)
    }

    /// The items that a look listed, or inherits, each with the date that it claimed last.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn listed(&self, look: i64) -> Result<Vec<ListedItem>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT e.id AS "id!: i64", e.key AS "key!: String",
                      CASE WHEN c.claimed IS NULL THEN e.claimed ELSE c.claimed END AS "date?: String",
                      CASE WHEN c.claimed IS NULL THEN e.date_from ELSE c.date_from END AS "date_from?: String"
               FROM look l
               JOIN look_list i ON i.look = coalesce(l.same_as, l.id)
               JOIN json_each(i.entries) j
               JOIN entry e ON e.id = j.value
               LEFT JOIN entry_claim c ON c.entry = e.id AND c.look = (
                   SELECT k.look FROM entry_claim k WHERE k.entry = e.id AND k.claimed IS NOT NULL
                   ORDER BY k.look DESC LIMIT 1)
               WHERE l.id = ?1"#,
            look
        )
        .fetch_all(self.reader())
        .await?;
        let all = rows.into_iter().map(|r| {
            let date = Row::of("entry", &r.id).day_or_none("claimed", r.date.as_deref())?;
            let date_from = r.date_from.as_deref().and_then(DateFrom::from_word);
            Ok(ListedItem { key: r.key, date, date_from })
        });
        Ok(all.collect::<Result<_, RowError>>()?)
    }
}
