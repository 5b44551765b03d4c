//! The items that may count on some days, with as much as the date that counts is worked out from: heat maps and charts ask
//! for weeks of a hundred channels, and must not read their years.

use std::collections::HashMap;

use model::calendar::shift;
use model::{Channel, ChannelId, DayRange, Item, Look, Moment, Timeline};
use sqlx::SqliteConnection;

use super::since::looks_on;
use super::{EntryRow, LookDays, unpack};
use crate::row::{list, stamp};
use crate::{Store, StoreError};

impl Store {
    /// Of these channels the items that claim one of the days, or were first seen or dated by a person on one, with the looks
    /// that may show them to be dated back. It is enough for the dates that count on these days, and for nothing else:
    /// remarks of other places on the date and what has vanished are left out.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn recent(
        &self,
        channels: &[Channel],
        days: DayRange,
        as_of: Moment,
    ) -> Result<Vec<Timeline>, StoreError> {
        let mut tx = self.read().await?;
        let rows = candidates(&mut tx, channels, days).await?;
        let mut items = super::items(&mut tx, rows, &stamp(as_of)).await?;
        let mut looks = disproving(&mut tx, channels, &items).await?;
        let timeline = |c: &Channel| Timeline {
            channel: c.clone(),
            looks: looks.remove(&c.id).unwrap_or_default(),
            items: items.remove(&c.id).unwrap_or_default(),
        };
        Ok(channels.iter().map(timeline).collect())
    }
}

async fn candidates(
    tx: &mut SqliteConnection,
    channels: &[Channel],
    days: DayRange,
) -> Result<Vec<EntryRow>, StoreError> {
    let (ids, first, last) = (list(channels.iter().map(|c| &c.id))?, days.first.to_string(), days.last.to_string());
    // Looks are numbered in the order in which they were made. Some days more, should one have been entered late.
    let some = shift(days.first, -3).to_string();
    let packs = sqlx::query_scalar!(
        r#"WITH some AS (
               SELECT id FROM entry WHERE claimed BETWEEN ?2 AND ?3 AND channel IN (SELECT value FROM json_each(?1))
               UNION
               SELECT id FROM entry WHERE channel IN (SELECT value FROM json_each(?1))
                 AND first_look >= coalesce((SELECT min(id) FROM look WHERE day BETWEEN ?4 AND ?2), 0)
               UNION
               SELECT entry FROM entry_claim WHERE claimed BETWEEN ?2 AND ?3
               UNION
               SELECT entry FROM item_date WHERE day BETWEEN ?2 AND ?3)
           SELECT json_group_array(json_array(e.id, e.channel, e.title, e.url, e.claimed, l.at, l.day)) AS "rows!: String"
           FROM some JOIN entry e ON e.id = some.id JOIN look l ON l.id = e.first_look
           WHERE e.channel IN (SELECT value FROM json_each(?1))"#,
        ids,
        first,
        last,
        some
    )
    .fetch_all(&mut *tx)
    .await?;
    Ok(unpack(&packs)?)
}

/// The looks that may show an item to be dated back: those made two days or more after the date that it claims and before
/// it was first seen. Most channels have no such item, and none of their looks is read.
async fn disproving(
    tx: &mut SqliteConnection,
    channels: &[Channel],
    items: &HashMap<ChannelId, Vec<Item>>,
) -> Result<HashMap<ChannelId, Vec<Look>>, StoreError> {
    let days = |c: &Channel| {
        let own = items.get(&c.id).map_or(&[][..], Vec::as_slice);
        let late = own.iter().filter_map(|i| Some((shift(i.claimed?, 2), i.first_seen))).filter(|(c, seen)| c <= seen);
        let (first, last) = (late.clone().map(|l| l.0).min()?, late.map(|l| l.1).max()?);
        Some((c.id.clone(), LookDays { since: None, on: vec![DayRange { first, last }] }))
    };
    let wanted: Vec<_> = channels.iter().filter(|c| !c.kind.is_new_media()).filter_map(days).collect();
    looks_on(tx, &wanted, (i64::MAX, "9999")).await
}
