//! What the looks at many channels show together, day by day.

use std::collections::HashMap;

use model::{Channel, ChannelId, Day, Moment};

use crate::row::{Row, list, stamp};
use crate::{RowError, Store, StoreError};

/// A day with a good look at one of the channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FleetDay {
    /// The day.
    pub day: Day,
    /// Was a list of them read anew? Else all were as before.
    pub read: bool,
}

impl Store {
    /// The days with a good look at any of these channels that was begun by `as_of`, in order. Finds each day by a few
    /// steps in an index, however many looks there were.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn fleet_days(&self, channels: &[ChannelId], as_of: Moment) -> Result<Vec<FleetDay>, StoreError> {
        let (ids, until) = (list(channels)?, stamp(as_of));
        let rows = sqlx::query!(
            r#"WITH RECURSIVE looked (day) AS (
                   SELECT min(day) FROM look
                   UNION ALL
                   SELECT (SELECT min(l.day) FROM look l WHERE l.day > looked.day) FROM looked WHERE looked.day IS NOT NULL)
               SELECT day AS "day!: String",
                      EXISTS (SELECT 1 FROM look l INDEXED BY look_day
                              WHERE l.day = looked.day AND l.channel IN (SELECT value FROM json_each(?1))
                                AND l.outcome = 'read' AND l.at <= ?2) AS "read!: bool",
                      EXISTS (SELECT 1 FROM look l INDEXED BY look_day
                              WHERE l.day = looked.day AND l.channel IN (SELECT value FROM json_each(?1))
                                AND l.outcome IN ('read', 'unchanged') AND l.at <= ?2) AS "good!: bool"
               FROM looked WHERE day IS NOT NULL ORDER BY day"#,
            ids,
            until
        )
        .fetch_all(self.reader())
        .await?;
        let days = rows.into_iter().filter(|r| r.good);
        let day = |text: &str| Row::of("look", &text).day("day", text);
        Ok(days.map(|r| Ok(FleetDay { day: day(&r.day)?, read: r.read })).collect::<Result<_, RowError>>()?)
    }

    /// The days with a good look at each of these channels that was begun by `as_of`, which is on the day `today`, in order;
    /// those that have none are not named. What it needs stands in one index, but for that day.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn good_days(
        &self,
        channels: &[Channel],
        as_of: Moment,
        today: Day,
    ) -> Result<HashMap<ChannelId, Vec<Day>>, StoreError> {
        let (ids, until, today) = (list(channels.iter().map(|c| &c.id))?, stamp(as_of), today.to_string());
        let rows = sqlx::query!(
            r#"WITH asked AS MATERIALIZED (SELECT CAST(j.value AS TEXT) AS channel FROM json_each(?1) j)
               SELECT a.channel AS "channel!: String",
                      (SELECT json_group_array(day) FROM (
                           SELECT DISTINCT l.day FROM look l INDEXED BY look_channel_day
                           WHERE l.channel = a.channel AND l.day < ?2 AND l.outcome IN ('read', 'unchanged')
                           UNION ALL
                           SELECT DISTINCT l.day FROM look l INDEXED BY look_channel_day
                           WHERE l.channel = a.channel AND l.day = ?2 AND l.outcome IN ('read', 'unchanged')
                             AND l.at <= ?3)) AS "days!: String"
               FROM asked a"#,
            ids,
            today,
            until
        )
        .fetch_all(self.reader())
        .await?;
        let mut all = HashMap::with_capacity(rows.len());
        for r in &rows {
            let row = Row::of("look", &r.channel);
            let days: Vec<String> = row.json("day", &r.days)?;
            let mut days: Vec<Day> = days.iter().map(|d| row.day("day", d)).collect::<Result<_, RowError>>()?;
            days.sort_unstable();
            if !days.is_empty() {
                all.insert(row.parse("channel", &r.channel)?, days);
            }
        }
        Ok(all)
    }
}
