//! Servers that said "not modified" of a page that had changed.

use std::collections::HashSet;

use model::{ChannelId, Day};
use sqlx::SqliteConnection;

use super::Recorded;
use crate::row::{Row, list, stamp};
use crate::{RowError, Store, StoreError};

/// Notes which of the looks have shown the answers since the last page to be wrong: those that brought an item.
pub(super) async fn record(tx: &mut SqliteConnection, looks: &[Recorded<'_>]) -> Result<(), StoreError> {
    let ids: Vec<i64> = looks.iter().filter(|r| r.look.still_unchanged).map(|r| r.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let ids = list(ids)?;
    sqlx::query!(
        "INSERT INTO wrongly_unchanged (look, channel, since, until)
         SELECT l.id, l.channel, p.at, l.at
         FROM json_each(?1) j CROSS JOIN look l ON l.id = j.value
         JOIN look p ON p.id = (SELECT g.id FROM look g
                                WHERE g.channel = l.channel AND g.at < l.at AND g.outcome IN ('read', 'unchanged')
                                  AND g.status IS NOT 304
                                ORDER BY g.at DESC LIMIT 1)
         WHERE EXISTS (SELECT 1 FROM entry e WHERE e.channel = l.channel AND e.first_look = l.id)",
        ids
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}

impl Store {
    /// The channels whose server was caught on or after a day saying "not modified" of a page that had changed.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn wrongly_unchanged(&self, since: Day) -> Result<HashSet<ChannelId>, StoreError> {
        let since = stamp(self.zone().at(since, chrono::NaiveTime::MIN));
        let channels = sqlx::query_scalar!("SELECT DISTINCT channel FROM wrongly_unchanged WHERE until >= ?1", since)
            .fetch_all(self.reader())
            .await?;
        let known = channels.iter().map(|c| Row::of("wrongly_unchanged", c).parse("channel", c));
        Ok(known.collect::<Result<_, RowError>>()?)
    }
}
