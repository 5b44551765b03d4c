//! Stretches in which nothing was seen: a gap stays visible as a gap, also when all is well again.

use model::{ChannelId, Moment};

use crate::row::{Row, stamp};
use crate::{RowError, Store, StoreError};

/// A stretch without a good look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The channel.
    pub channel: ChannelId,
    /// The last good look before it.
    pub from: Moment,
    /// The first good look after it.
    pub to: Moment,
}

impl Store {
    /// The stretches of at least `seconds` between two good looks of a channel, of looks from `since` on, in the order of
    /// channels and time. A stretch that has no end yet is not among them.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn gaps(&self, since: Moment, seconds: i64) -> Result<Vec<Gap>, StoreError> {
        let since = stamp(since);
        let rows = sqlx::query!(
            r#"SELECT channel AS "channel!: String", before AS "before!: String", at AS "at!: String" FROM (
                 SELECT l.channel, l.at, lag(l.at) OVER (PARTITION BY l.channel ORDER BY l.at) AS before
                 FROM channel c CROSS JOIN look l ON l.channel = c.id AND l.at >= ?1
                 WHERE l.outcome IN ('read', 'unchanged'))
               WHERE unixepoch(at) - unixepoch(before) >= ?2 ORDER BY channel, at"#,
            since,
            seconds
        )
        .fetch_all(self.reader())
        .await?;
        let gaps = rows.into_iter().map(|r| {
            let row = Row::of("look", &r.channel);
            Ok(Gap {
                channel: row.parse("channel", &r.channel)?,
                from: row.moment("at", &r.before)?,
                to: row.moment("at", &r.at)?,
            })
        });
        Ok(gaps.collect::<Result<_, RowError>>()?)
    }

    /// The longest stretch, of looks from `since` on, in which no channel was looked at, well or not: the program, or its
    /// machine, stood still.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn longest_standstill(&self, since: Moment) -> Result<Option<(Moment, Moment)>, StoreError> {
        let since = stamp(since);
        let found = sqlx::query!(
            r#"SELECT before AS "before!: String", at AS "at!: String" FROM (
                 SELECT at, lag(at) OVER (ORDER BY at) AS before FROM (SELECT DISTINCT at FROM look WHERE at >= ?1))
               WHERE before IS NOT NULL ORDER BY unixepoch(at) - unixepoch(before) DESC, at DESC LIMIT 1"#,
            since
        )
        .fetch_optional(self.reader())
        .await?;
        let Some(r) = found else { return Ok(None) };
        let row = Row::of("look", &r.at);
        Ok(Some((row.moment("at", &r.before)?, row.moment("at", &r.at)?)))
    }
}
