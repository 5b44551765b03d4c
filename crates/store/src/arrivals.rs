//! What has come since a look, of all channels at once.

use std::collections::BTreeMap;

use model::{ChannelId, Day, Moment};

use crate::row::{Row, stamp};
use crate::{Store, StoreError};

/// What came to channels after a look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// The number of the look after which to ask the next time. Of looks dated later than the instant in question, which a
    /// clock that was set back leaves behind, the next time is told again.
    pub up_to: i64,
    /// The channels with news of items, each with the earliest date that one of these shows: new ones, those of which a page or
    /// an address says something, those that are gone or back. `None` where one of them shows none, where an item claims
    /// another date than before, and where a look is new that was made before.
    pub of: BTreeMap<ChannelId, Option<Day>>,
}

impl Store {
    /// What has come after the look of this number, which was the newest one at an instant.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn arrivals(&self, (after, before): (i64, Moment), as_of: Moment) -> Result<Arrivals, StoreError> {
        let (before, until) = (stamp(before), stamp(as_of));
        let mut tx = self.read().await?;
        let up_to = sqlx::query_scalar!(
            r#"SELECT coalesce((SELECT min(l.id) - 1 FROM look l WHERE l.id > ?1 AND l.at > ?2),
                               (SELECT max(id) FROM look), 0) AS "up_to!: i64""#,
            after,
            until
        )
        .fetch_one(&mut *tx)
        .await?;
        let rows = sqlx::query!(
            r#"SELECT channel AS "channel!: String", nullif(min(dated), '') AS "dated?: String"
               FROM (SELECT e.channel, coalesce(e.claimed, '') AS dated
                     FROM look l CROSS JOIN entry e ON e.channel = l.channel AND e.first_look = l.id
                     WHERE l.id > ?1
                     UNION ALL
                     SELECT e.channel, min(coalesce(e.claimed, ''), coalesce(d.day, '9999-12-31'))
                     FROM date_claim d CROSS JOIN entry e ON e.id = d.entry WHERE d.look > ?1
                     UNION ALL
                     SELECT e.channel, coalesce(e.claimed, '')
                     FROM entry_presence p CROSS JOIN entry e ON e.id = p.entry WHERE p.look > ?1
                     UNION ALL
                     SELECT e.channel, '' FROM entry_claim c CROSS JOIN entry e ON e.id = c.entry WHERE c.look > ?1
                     UNION ALL
                     SELECT l.channel, '' FROM look l WHERE l.id > ?1 AND l.at < ?2)
               GROUP BY channel"#,
            after,
            before
        )
        .fetch_all(&mut *tx)
        .await?;
        let mut of = BTreeMap::new();
        for r in &rows {
            let row = Row::of("entry", &r.channel);
            of.insert(row.parse("channel", &r.channel)?, row.day_or_none("claimed", r.dated.as_deref())?);
        }
        Ok(Arrivals { up_to, of })
    }
}
