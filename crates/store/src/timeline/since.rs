//! The younger part of timelines: enough for the windows of the last weeks, whatever lies before.

use std::collections::HashMap;

use chrono::Datelike as _;
use model::{Channel, ChannelId, Day, DayRange, Item, Look, Moment};
use serde::Serialize;
use sqlx::SqliteConnection;

use super::{CHANNELS, read_looks, unpack};
use crate::row::{Row, list, stamp};
use crate::{Store, StoreError};

/// A channel, and the day from which on it is asked for.
#[derive(Debug, Serialize)]
struct Asked<'a>(&'a str, String, i64);

/// The days whose looks are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LookDays {
    /// All from this day on, and those of the last day with a look before it.
    pub since: Option<Day>,
    /// All on these days.
    pub on: Vec<DayRange>,
}

/// First and last day as text, and whether the last day with a look before is asked for as well.
type Span = (String, String, bool);

impl LookDays {
    fn spans(&self) -> Vec<Span> {
        let on = self.on.iter().map(|d| (text(d.first), text(d.last), false));
        on.chain(self.since.map(|first| (text(first), "9999-12-31".to_owned(), true))).collect()
    }
}

/// Every day that can be asked for sorts as text; what lies before the year 1 is the beginning.
fn text(day: Day) -> String {
    if day.year() < 1 { "0001-01-01".to_owned() } else { day.to_string() }
}

fn asked<'a>(channels: impl IntoIterator<Item = (&'a ChannelId, Day, i64)>) -> Result<String, StoreError> {
    let all: Vec<Asked<'_>> = channels.into_iter().map(|(id, day, more)| Asked(id.as_str(), text(day), more)).collect();
    Ok(serde_json::to_string(&all)?)
}

impl Store {
    /// Of each of these channels the items first seen on or after a day, and before it as many as hold the last one whose
    /// date that counts lies before it, and those of as many days more. An item that is left out was first seen, and so
    /// counts, before that last one; those that a person has dated are never left out.
    ///
    /// How it is found: of the items first seen before the day that have one claim and no more, the one with the latest
    /// claim. Whatever counts later than it claims was also first seen later (COUNTING.md section 2).
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn items_since(
        &self,
        channels: &[(ChannelId, Day)],
        more_days: u32,
        as_of: Moment,
    ) -> Result<HashMap<ChannelId, Vec<Item>>, StoreError> {
        let channels = asked(channels.iter().map(|(id, day)| (id, *day, i64::from(more_days))))?;
        let mut tx = self.read().await?;
        let packs = sqlx::query_scalar!(
            r#"WITH asked AS MATERIALIZED (
                   SELECT value ->> 0 AS channel, value ->> 1 AS since, value ->> 2 AS more FROM json_each(?1)),
               begun AS MATERIALIZED (
                   SELECT a.channel, a.since, a.more,
                          coalesce((SELECT f.look FROM looks_from f WHERE f.day >= a.since ORDER BY f.day LIMIT 1),
                              9223372036854775807) AS look
                   FROM asked a),
               held AS MATERIALIZED (
                   SELECT b.channel,
                          date(coalesce(
                              (SELECT min(e.claimed, l.day) FROM entry e JOIN look l ON l.id = e.first_look
                               WHERE e.channel = b.channel AND e.claimed < b.since AND e.first_look < b.look
                                 AND NOT EXISTS (SELECT 1 FROM entry_claim c WHERE c.entry = e.id)
                                 AND NOT EXISTS (SELECT 1 FROM item_date d WHERE d.entry = e.id)
                               ORDER BY e.claimed DESC LIMIT 1), '0001-01-01'),
                              printf('-%d days', b.more)) AS since
                   FROM begun b),
               some AS MATERIALIZED (
                   SELECT h.channel,
                          (SELECT f.look FROM looks_from f WHERE f.day >= h.since ORDER BY f.day LIMIT 1) AS look
                   FROM held h),
               wanted AS (
                   SELECT e.id FROM some s JOIN entry e ON e.channel = s.channel AND e.first_look >= s.look
                   UNION
                   -- Few are dated by people: they come first (CROSS JOIN holds the order).
                   SELECT e.id FROM item_date d CROSS JOIN entry e ON e.id = d.entry
                   WHERE e.channel IN (SELECT channel FROM asked))
               SELECT json_group_array(json_array(e.id, e.channel, e.title, e.url, e.claimed, l.at, l.day)) AS "rows!: String"
               FROM wanted w JOIN entry e ON e.id = w.id JOIN look l ON l.id = e.first_look"#,
            channels
        )
        .fetch_all(&mut *tx)
        .await?;
        super::items(&mut tx, unpack(&packs)?, &stamp(as_of)).await
    }

    /// Of each of these channels the looks on some days, oldest first, up to the look of that number.
    ///
    /// Whoever reads items and then looks, each for itself, names the newest look that there was before: a look that comes in
    /// between would show a window to be silent whose item it has brought.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn looks_on(
        &self,
        channels: &[(ChannelId, LookDays)],
        up_to: i64,
        as_of: Moment,
    ) -> Result<HashMap<ChannelId, Vec<Look>>, StoreError> {
        let (mut tx, until) = (self.read().await?, stamp(as_of));
        let mut all = HashMap::with_capacity(channels.len());
        for some in channels.chunks(CHANNELS) {
            all.extend(looks_on(&mut tx, some, (up_to, &until)).await?);
        }
        Ok(all)
    }

    /// When each of these channels was looked at for the first time; those that never were are not named.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn first_looks(&self, channels: &[Channel]) -> Result<HashMap<ChannelId, Moment>, StoreError> {
        let channels = list(channels.iter().map(|c| &c.id))?;
        let rows = sqlx::query!(
            r#"WITH asked AS MATERIALIZED (SELECT CAST(j.value AS TEXT) AS channel FROM json_each(?1) j)
               SELECT a.channel AS "channel!: String",
                      (SELECT min(l.at) FROM look l WHERE l.channel = a.channel) AS "at?: String"
               FROM asked a"#,
            channels
        )
        .fetch_all(self.reader())
        .await?;
        let mut looked = HashMap::with_capacity(rows.len());
        for r in rows {
            let row = Row::of("look", &r.channel);
            if let Some(at) = &r.at {
                looked.insert(row.parse("channel", &r.channel)?, row.moment("at", at)?);
            }
        }
        Ok(looked)
    }
}

/// Of each of these channels the looks on some days, up to the look and the instant that are named.
pub(super) async fn looks_on(
    reader: &mut SqliteConnection,
    channels: &[(ChannelId, LookDays)],
    (up_to, until): (i64, &str),
) -> Result<HashMap<ChannelId, Vec<Look>>, StoreError> {
    let asked: Vec<(&str, Vec<Span>)> = channels.iter().map(|(id, days)| (id.as_str(), days.spans())).collect();
    let asked = serde_json::to_string(&asked)?;
    // SQLite looks a row of a look up where the index ends: each one left out counts.
    let found = sqlx::query_scalar!(
        r#"SELECT json_group_array(json_array(l.id, a.key)) AS "rows!: String"
           FROM json_each(?1) a CROSS JOIN json_each(a.value, '$[1]') r CROSS JOIN look l INDEXED BY look_channel_day
           WHERE l.channel = a.value ->> 0 AND l.id <= ?2 AND l.day <= r.value ->> 1
             AND l.day >= CASE r.value ->> 2 WHEN 0 THEN r.value ->> 0 ELSE
                 coalesce((SELECT max(b.day) FROM look b
                           WHERE b.channel = a.value ->> 0 AND b.day < r.value ->> 0), r.value ->> 0) END"#,
        asked,
        up_to
    )
    .fetch_one(&mut *reader)
    .await?;
    let channels: Vec<&ChannelId> = channels.iter().map(|(id, _)| id).collect();
    read_looks(reader, &channels, &found, until).await
}
