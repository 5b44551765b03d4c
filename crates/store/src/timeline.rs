//! Timelines: all that is known of channels up to an instant.
//!
//! A year of a district is millions of rows, and to hand one over costs the driver several times what the database needs to
//! find it. So rows are packed: the database gives many as one JSON array of arrays, whose fields stand in the order of the
//! struct that they become.

mod recent;
mod since;

pub use since::LookDays;

use std::collections::HashMap;

use model::{Channel, ChannelId, Claim, Day, Item, Look, Moment, Timeline};
use serde::Deserialize;
use sqlx::SqliteConnection;

use crate::look::LookRow;
use crate::row::{Row, list, stamp};
use crate::{RowError, Store, StoreError};

/// Channels that are read at a time: bounds the memory of raw rows, and costs some statements each.
const CHANNELS: usize = 30;

/// Something that is known of an item from an instant on.
#[derive(Clone, Copy)]
struct Sighted {
    at: Moment,
    day: Day,
    claimed: Option<Day>,
}

#[derive(Deserialize)]
struct EntryRow {
    id: i64,
    channel: String,
    title: String,
    url: String,
    claimed: Option<String>,
    at: String,
    day: String,
}

struct ClaimRow {
    entry: i64,
    claimed: Option<String>,
    at: String,
    day: String,
}

impl ClaimRow {
    fn sighted(&self) -> Result<Sighted, RowError> {
        let row = Row::of("entry_claim", &self.entry);
        Ok(Sighted {
            at: row.moment("at", &self.at)?,
            day: row.day("day", &self.day)?,
            claimed: row.day_or_none("claimed", self.claimed.as_deref())?,
        })
    }
}

#[derive(Deserialize)]
struct OtherRow {
    rowid: i64,
    entry: i64,
    date_from: String,
    day: String,
}

/// What later rows say of items, by the item's number.
#[derive(Default)]
struct Later {
    claims: HashMap<i64, Vec<Sighted>>,
    gone: HashMap<i64, bool>,
    dated: HashMap<i64, Day>,
    others: HashMap<i64, Vec<Claim>>,
}

impl Store {
    /// What is known of these channels from all that was seen and said until `as_of`, in their order. All of one call is
    /// read from one snapshot.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn timelines(&self, channels: &[Channel], as_of: Moment) -> Result<Vec<Timeline>, StoreError> {
        let until = stamp(as_of);
        let mut tx = self.read().await?;
        let mut timelines = Vec::with_capacity(channels.len());
        for some in channels.chunks(CHANNELS) {
            let ids: Vec<&ChannelId> = some.iter().map(|c| &c.id).collect();
            let mut looks = looks(&mut tx, &ids, &until).await?;
            let listed = entries(&mut tx, &list(ids)?).await?;
            let mut items = items(&mut tx, listed, &until).await?;
            timelines.extend(some.iter().map(|c| Timeline {
                channel: c.clone(),
                looks: looks.remove(&c.id).unwrap_or_default(),
                items: items.remove(&c.id).unwrap_or_default(),
            }));
        }
        Ok(timelines)
    }
}

async fn looks(
    tx: &mut SqliteConnection,
    channels: &[&ChannelId],
    until: &str,
) -> Result<HashMap<ChannelId, Vec<Look>>, StoreError> {
    let names = list(channels)?;
    let found = sqlx::query_scalar!(
        r#"WITH asked AS MATERIALIZED (SELECT j.key AS place, CAST(j.value AS TEXT) AS channel FROM json_each(?1) j)
           SELECT json_group_array(json_array(l.id, a.place)) AS "rows!: String"
           FROM asked a CROSS JOIN look l WHERE l.channel = a.channel AND l.at <= ?2"#,
        names,
        until
    )
    .fetch_one(&mut *tx)
    .await?;
    read_looks(tx, channels, &found, until).await
}

/// Looks that are read at a time. What one statement gives is held three times over until it is taken apart: with years of
/// looks this, not the number of years, bounds the memory.
const LOOKS: usize = 4_000;

/// The looks of channels that have any, oldest first. `found` names them: a JSON array of pairs of their number and the place
/// of their channel among `channels`.
///
/// The looks of a channel lie far apart in the file, those of a round beside each other. So the looks of several channels are
/// found in an index and then read in the order of their numbers, not channel by channel: each page of the file once.
async fn read_looks(
    tx: &mut SqliteConnection,
    channels: &[&ChannelId],
    found: &str,
    until: &str,
) -> Result<HashMap<ChannelId, Vec<Look>>, StoreError> {
    let mut found: Vec<(i64, usize)> = Row::of("look", &"").json("rows", found)?;
    found.sort_unstable();
    // Days may have been asked for twice.
    found.dedup_by_key(|(id, _)| *id);
    let mut of_place: Vec<Vec<Look>> = channels.iter().map(|_| vec![]).collect();
    for some in found.chunks(LOOKS) {
        let packed = packed_looks(tx, &list(some.iter().map(|(id, _)| id))?, until).await?;
        let rows: Vec<LookRow<'_>> = Row::of("look", &"").json("rows", &packed)?;
        for row in rows {
            let place = some.binary_search_by_key(&row.id, |(id, _)| *id).map(|at| some[at].1);
            let own = place.ok().and_then(|place| of_place.get_mut(place));
            let own = own.ok_or(StoreError::Sqlite(sqlx::Error::RowNotFound))?;
            let mut look = Look::try_from(&row)?;
            share_evidence(&mut look, own.last());
            own.push(look);
        }
    }
    // Looks that were read again after a crash come later than they were made.
    of_place.iter_mut().for_each(|own| own.sort_by_key(|l| l.at));
    let named = channels.iter().map(|&id| id.clone()).zip(of_place);
    Ok(named.filter(|(_, own)| !own.is_empty()).collect())
}

/// Those of these looks that were begun until an instant, with what was known of them then.
async fn packed_looks(tx: &mut SqliteConnection, numbers: &str, until: &str) -> Result<String, StoreError> {
    Ok(sqlx::query_scalar!(
        r#"SELECT json_group_array(json_array(
                      l.id, l.at, l.day, l.outcome, l.reason, l.covers, l.evidence,
                      l.status IS 304 AND EXISTS (SELECT 1 FROM wrongly_unchanged w
                          WHERE w.channel = l.channel AND l.at < w.until AND w.until <= ?2 AND w.since < l.at)))
                      AS "rows!: String"
           FROM json_each(?1) n CROSS JOIN look l ON l.id = n.value WHERE l.at <= ?2"#,
        numbers,
        until
    )
    .fetch_one(&mut *tx)
    .await?)
}

/// A list that stays the same is one body to all its looks: years of them hold its name once.
fn share_evidence(look: &mut Look, before: Option<&Look>) {
    if let Some(before) = before.filter(|b| b.evidence == look.evidence) {
        look.evidence.clone_from(&before.evidence);
    }
}

impl Later {
    /// What was said of these items (a list of their numbers) until an instant.
    async fn of(tx: &mut SqliteConnection, items: &str, until: &str) -> Result<Later, StoreError> {
        Ok(Later {
            claims: claims(tx, items, until).await?,
            gone: gone(tx, items, until).await?,
            dated: dated(tx, items, until).await?,
            others: others(tx, items, until).await?,
        })
    }
}

async fn claims(tx: &mut SqliteConnection, items: &str, until: &str) -> Result<HashMap<i64, Vec<Sighted>>, StoreError> {
    let rows = sqlx::query_as!(
        ClaimRow,
        r#"SELECT c.entry AS "entry!: i64", c.claimed AS "claimed?: String", l.at AS "at!: String",
                  l.day AS "day!: String"
           FROM json_each(?1) j JOIN entry_claim c ON c.entry = j.value JOIN look l ON l.id = c.look
           WHERE l.at <= ?2"#,
        items,
        until
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut all: HashMap<i64, Vec<Sighted>> = HashMap::new();
    for r in rows {
        all.entry(r.entry).or_default().push(r.sighted()?);
    }
    Ok(all)
}

async fn gone(tx: &mut SqliteConnection, items: &str, until: &str) -> Result<HashMap<i64, bool>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT p.entry AS "entry!: i64", p.gone AS "gone!: i64"
           FROM json_each(?1) j JOIN entry_presence p ON p.entry = j.value JOIN look l ON l.id = p.look
           WHERE l.at <= ?2 ORDER BY l.at"#,
        items,
        until
    )
    .fetch_all(&mut *tx)
    .await?;
    Ok(rows.into_iter().map(|r| (r.entry, r.gone == 1)).collect())
}

async fn dated(tx: &mut SqliteConnection, items: &str, until: &str) -> Result<HashMap<i64, Day>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT d.id AS "id!: i64", d.entry AS "entry!: i64", d.day AS "day!: String"
           FROM json_each(?1) j JOIN item_date d ON d.entry = j.value WHERE d.at <= ?2 ORDER BY d.id"#,
        items,
        until
    )
    .fetch_all(&mut *tx)
    .await?;
    let days = rows.into_iter().map(|r| Ok((r.entry, Row::of("item_date", &r.id).day("day", &r.day)?)));
    Ok(days.collect::<Result<_, RowError>>()?)
}

/// What the pages, tags and addresses of items say of their dates.
async fn others(tx: &mut SqliteConnection, items: &str, until: &str) -> Result<HashMap<i64, Vec<Claim>>, StoreError> {
    let packed = sqlx::query_scalar!(
        r#"SELECT json_group_array(json_array(c.rowid, c.entry, c.date_from, c.day)) AS "rows!: String"
           FROM json_each(?1) j JOIN date_claim c ON c.entry = j.value JOIN look l ON l.id = c.look
           WHERE l.at <= ?2 AND c.day IS NOT NULL"#,
        items,
        until
    )
    .fetch_one(&mut *tx)
    .await?;
    let mut rows: Vec<OtherRow> = Row::of("date_claim", &"").json("rows", &packed)?;
    rows.sort_unstable_by_key(|r| r.rowid);
    let mut all: HashMap<i64, Vec<Claim>> = HashMap::new();
    for r in rows {
        let claim = crate::look::claim(Row::of("date_claim", &r.entry), &r.date_from, &r.day)?;
        all.entry(r.entry).or_default().push(claim);
    }
    Ok(all)
}

/// Everything that was ever listed in these channels.
async fn entries(tx: &mut SqliteConnection, channels: &str) -> Result<Vec<EntryRow>, StoreError> {
    let packs = sqlx::query_scalar!(
        r#"WITH asked AS MATERIALIZED (SELECT CAST(j.value AS TEXT) AS channel FROM json_each(?1) j)
           SELECT (SELECT json_group_array(json_array(e.id, e.channel, e.title, e.url, e.claimed, l.at, l.day))
                   FROM entry e JOIN look l ON l.id = e.first_look WHERE e.channel = a.channel) AS "rows!: String"
           FROM asked a"#,
        channels
    )
    .fetch_all(&mut *tx)
    .await?;
    Ok(unpack(&packs)?)
}

/// Packed items.
fn unpack(packs: &[String]) -> Result<Vec<EntryRow>, RowError> {
    let mut all = vec![];
    for pack in packs {
        all.extend(Row::of("entry", &"").json::<Vec<EntryRow>>("rows", pack)?);
    }
    Ok(all)
}

/// The items as they were known, by channel and in the order of their first sighting.
async fn items(
    tx: &mut SqliteConnection,
    rows: Vec<EntryRow>,
    until: &str,
) -> Result<HashMap<ChannelId, Vec<Item>>, StoreError> {
    let later = Later::of(tx, &list(rows.iter().map(|r| r.id))?, until).await?;
    let mut by_text: HashMap<String, Vec<Item>> = HashMap::new();
    for mut r in rows {
        let channel = std::mem::take(&mut r.channel);
        let own = by_text.entry(channel).or_default();
        own.extend(item(r, until, &later)?);
    }
    let mut all = HashMap::with_capacity(by_text.len());
    for (channel, mut own) in by_text {
        own.sort_by_key(|i| (i.first_seen_at, i.id));
        all.insert(Row::of("entry", &channel).parse("channel", &channel)?, own);
    }
    Ok(all)
}

/// The item as it was known, or nothing where it had not been seen yet.
fn item(r: EntryRow, until: &str, later: &Later) -> Result<Option<Item>, RowError> {
    let row = Row::of("entry", &r.id);
    let mut sightings = later.claims.get(&r.id).cloned().unwrap_or_default();
    if r.at.as_str() <= until {
        sightings.push(Sighted {
            at: row.moment("at", &r.at)?,
            day: row.day("day", &r.day)?,
            claimed: row.day_or_none("claimed", r.claimed.as_deref())?,
        });
    }
    sightings.sort_by_key(|s| s.at);
    let Some(first) = sightings.first() else { return Ok(None) };
    let claimed = sightings.iter().filter_map(|s| s.claimed).min();
    let moved_later =
        sightings.iter().skip_while(|s| s.claimed != claimed).any(|s| s.claimed.is_some() && s.claimed > claimed);
    let others = later.others.get(&r.id).into_iter().flatten().filter(|c| Some(c.day) != claimed);
    Ok(Some(Item {
        id: r.id,
        title: r.title,
        url: r.url,
        claimed,
        re_dated: claimed.is_some() && moved_later,
        other_dates: others.copied().collect(),
        dated_by_person: later.dated.get(&r.id).copied(),
        first_seen_at: first.at,
        first_seen: first.day,
        withdrawn: later.gone.get(&r.id).copied().unwrap_or(false),
    }))
}
