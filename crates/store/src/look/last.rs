//! The last good look of a channel: what the next one is compared with.

use std::borrow::Cow;
use std::collections::HashMap;

use model::{ChannelId, Coverage, DateFrom, Day, EvidenceHash, Moment};
use serde::Deserialize;

use crate::row::{Row, list};
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

/// Channels whose last good looks are read at a time.
const CHANNELS: usize = 500;

/// In the order of the statement. Tags are quoted, so what has escapes in JSON is common.
#[derive(Deserialize)]
struct LastRow<'a>(
    #[serde(borrow)] Cow<'a, str>,
    i64,
    &'a str,
    #[serde(borrow)] Cow<'a, str>,
    Option<&'a str>,
    #[serde(borrow)] Option<Cow<'a, str>>,
    #[serde(borrow)] Option<Cow<'a, str>>,
    &'a str,
    i64,
    i64,
    #[serde(borrow)] Cow<'a, str>,
);

impl TryFrom<LastRow<'_>> for (ChannelId, LastRead) {
    type Error = RowError;

    fn try_from(r: LastRow<'_>) -> Result<Self, RowError> {
        let LastRow(channel, look, at, url, evidence, etag, last_modified, reach, rows, dated, adapter) = r;
        let row = Row::of("look", &look);
        let last = LastRead {
            look,
            at: row.moment("at", at)?,
            url: url.into_owned(),
            body_hash: row.evidence(evidence)?,
            etag: etag.map(Cow::into_owned),
            last_modified: last_modified.map(Cow::into_owned),
            covers: covers(row, reach)?,
            rows: row.int("first_page_rows", rows)?,
            dated: row.int("first_page_dated", dated)?,
            adapter: adapter.into_owned(),
            accepted: None,
        };
        Ok((row.parse("channel", &channel)?, last))
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
        Ok(self.last_reads_of([channel]).await?.remove(channel))
    }

    /// The last good look of every channel that has one.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn last_reads(&self) -> Result<HashMap<ChannelId, LastRead>, StoreError> {
        let all = sqlx::query_scalar!(r#"SELECT id AS "id!: String" FROM channel"#).fetch_all(self.reader()).await?;
        let all = all.iter().map(|id| Row::of("channel", id).parse("id", id));
        self.last_reads_of(&all.collect::<Result<Vec<ChannelId>, _>>()?).await
    }

    /// The last good look of each of these channels that has one.
    ///
    /// Nearly always the last look is a good one. Where it is not, it is found by day: a year of failures is passed over in the
    /// index, without reading the looks themselves.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn last_reads_of<'a>(
        &self,
        channels: impl IntoIterator<Item = &'a ChannelId>,
    ) -> Result<HashMap<ChannelId, LastRead>, StoreError> {
        let mut wanted: Vec<&ChannelId> = channels.into_iter().collect();
        let mut last = HashMap::with_capacity(wanted.len());
        for by_day in [false, true] {
            for some in wanted.chunks(CHANNELS) {
                let packed = self.packed_last_reads(&list(some)?, by_day).await?;
                for row in Row::of("look", &"").json::<Vec<LastRow<'_>>>("rows", &packed)? {
                    let (channel, look) = row.try_into()?;
                    last.insert(channel, look);
                }
            }
            wanted.retain(|channel| !last.contains_key(*channel));
        }
        for (channel, at, shape) in self.newest_accepted().await? {
            if let Some(look) = last.get_mut(&channel).filter(|look| at > look.at) {
                look.accepted = Some(shape);
            }
        }
        Ok(last)
    }

    /// Of these channels the last look where it is a good one, or the last good look by day.
    ///
    /// The validators of the newest answer are sent back; a 304 that repeats neither keeps those of the body it confirms.
    async fn packed_last_reads(&self, channels: &str, by_day: bool) -> Result<String, StoreError> {
        Ok(sqlx::query_scalar!(
            r#"SELECT json_group_array(json_array(l.channel, l.id, l.at, coalesce(nullif(l.url, ''), p.url, ''), l.evidence,
                          CASE WHEN l.etag IS NULL AND l.last_modified IS NULL THEN p.etag ELSE l.etag END,
                          CASE WHEN l.etag IS NULL AND l.last_modified IS NULL THEN p.last_modified
                               ELSE l.last_modified END,
                          l.covers, coalesce(p.first_page_rows, l.first_page_rows),
                          coalesce(p.first_page_dated, l.first_page_dated), coalesce(p.adapter, l.adapter)))
                          AS "rows!: String"
               FROM json_each(?1) c
               CROSS JOIN look l ON l.id = CASE WHEN ?2 THEN
                       (SELECT g.id FROM look g INDEXED BY look_channel_day
                        WHERE g.channel = c.value AND g.outcome IN ('read', 'unchanged')
                        ORDER BY g.day DESC, g.at DESC LIMIT 1)
                   ELSE (SELECT n.id FROM look n WHERE n.channel = c.value ORDER BY n.at DESC LIMIT 1) END
               LEFT JOIN look p ON p.id = l.same_as
               WHERE l.outcome IN ('read', 'unchanged')"#,
            channels,
            by_day
        )
        .fetch_one(self.reader())
        .await?)
    }

    /// The newest shape of each channel that a person has accepted, and when. There are few.
    async fn newest_accepted(&self) -> Result<Vec<(ChannelId, Moment, Shape)>, StoreError> {
        let rows = sqlx::query!(
            "SELECT a.id, a.channel, a.at, a.rows, a.dated, a.adapter FROM shape_accepted a
             WHERE a.id = (SELECT b.id FROM shape_accepted b WHERE b.channel = a.channel
                           ORDER BY b.at DESC, b.id DESC LIMIT 1)"
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
