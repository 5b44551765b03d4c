//! What was seen, as calendars, timelines and heat maps ask for it.

use model::{ChannelId, Day, DayRange, Moment};

use crate::capture::Capture;
use crate::row::{Row, list};
use crate::{RowError, Store, StoreError};

/// One channel on one day: how many looks were made, and how many were good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DaySeen {
    /// The channel.
    pub channel: ChannelId,
    /// The day.
    pub day: Day,
    /// Looks made.
    pub looks: u32,
    /// Those that were good.
    pub good: u32,
}

/// An item as it was when first seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenItem {
    /// Its number.
    pub id: i64,
    /// Its title, untrusted.
    pub title: String,
    /// Its address, untrusted.
    pub url: String,
    /// The date that it bore.
    pub claimed: Option<Day>,
    /// Where that date was read.
    pub date_from: Option<String>,
    /// When it was first seen.
    pub first_seen: Moment,
}

impl Store {
    /// Looks by channel and day.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn days_seen(&self, channels: &[ChannelId], days: DayRange) -> Result<Vec<DaySeen>, StoreError> {
        let (ids, first, last) = (list(channels)?, days.first.to_string(), days.last.to_string());
        let rows = sqlx::query!(
            r#"SELECT channel AS "channel!: String", day AS "day!: String", count(*) AS "looks!: i64",
                      sum(outcome IN ('read', 'unchanged')) AS "good!: i64"
               FROM look WHERE day BETWEEN ?2 AND ?3 AND channel IN (SELECT value FROM json_each(?1))
               GROUP BY channel, day"#,
            ids,
            first,
            last
        )
        .fetch_all(self.reader())
        .await?;
        let rows = rows.into_iter().map(|r| {
            let row = Row::of("look", &r.channel);
            Ok(DaySeen {
                channel: row.parse("channel", &r.channel)?,
                day: row.day("day", &r.day)?,
                looks: row.int("day", r.looks)?,
                good: row.int("day", r.good)?,
            })
        });
        Ok(rows.collect::<Result<_, RowError>>()?)
    }

    /// Items by their numbers, the latest date first.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn items(&self, ids: &[i64]) -> Result<Vec<SeenItem>, StoreError> {
        let ids = list(ids)?;
        let rows = sqlx::query!(
            r#"SELECT e.id AS "id!: i64", e.title, e.url, e.claimed, e.date_from, l.at AS "at!: String"
               FROM entry e JOIN look l ON l.id = e.first_look
               WHERE e.id IN (SELECT CAST(value AS INTEGER) FROM json_each(?1))
               ORDER BY e.claimed DESC, e.id DESC"#,
            ids
        )
        .fetch_all(self.reader())
        .await?;
        let rows = rows.into_iter().map(|r| {
            let row = Row::of("entry", &r.id);
            Ok(SeenItem {
                id: r.id,
                claimed: row.day_or_none("claimed", r.claimed.as_deref())?,
                first_seen: row.moment("at", &r.at)?,
                title: r.title,
                url: r.url,
                date_from: r.date_from,
            })
        });
        Ok(rows.collect::<Result<_, RowError>>()?)
    }

    /// One answer by its number.
    ///
    /// # Errors
    /// When the database cannot be read or the row cannot be understood.
    pub async fn capture_at(&self, id: i64) -> Result<Option<Capture>, StoreError> {
        crate::capture::one(self, id).await
    }
}
