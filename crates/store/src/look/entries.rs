//! The items that looks saw: kept as first seen, with every other date that they claimed later, and their vanishing.

use std::collections::HashMap;

use model::{Entry, Outcome};
use sqlx::SqliteConnection;

use super::{NewLook, Recorded};
use crate::StoreError;
use crate::row::claimed;

/// One sighting. It travels as an array, since ten thousand of them travel in one statement: key of the item, title,
/// address, claimed date, where the date was read, source.
type Sighting<'a> = (String, &'a str, &'a str, Option<String>, Option<&'static str>, Option<&'a str>);

/// What one look has seen: its number, its channel, its sightings. The statements take these apart once (`MATERIALIZED`),
/// not once for each item.
type Seen<'a> = (i64, &'a str, Vec<Sighting<'a>>);

/// Records what the looks listed. At most one look of each channel may be among them.
pub(super) async fn record(tx: &mut SqliteConnection, looks: &[Recorded<'_>]) -> Result<(), StoreError> {
    let read = looks.iter().filter(|r| r.look.outcome == Outcome::Read);
    let seen: Vec<Seen<'_>> = read.map(|r| (r.id, r.look.channel.as_str(), sightings(r.look))).collect();
    if seen.is_empty() {
        return Ok(());
    }
    let json = serde_json::to_string(&seen)?;
    let unknown = insert_unknown(tx, &json).await?;
    if unknown < seen.iter().map(|s| s.2.len() as u64).sum() {
        insert_claims(tx, &json).await?;
    }
    insert_lists(tx, &json).await?;
    let looks = serde_json::to_string(&seen.iter().map(|s| s.0).collect::<Vec<_>>())?;
    insert_presence(tx, &looks).await
}

/// One sighting for each item of the look. Where one look shows an item twice, the first row gives the title and the
/// earliest date is claimed.
fn sightings(look: &NewLook) -> Vec<Sighting<'_>> {
    let mut place: HashMap<String, usize> = HashMap::with_capacity(look.entries.len());
    let mut all: Vec<Sighting<'_>> = Vec::with_capacity(look.entries.len());
    for entry in &look.entries {
        let key = entry.key();
        match place.get(&key) {
            Some(i) => keep_earliest(&mut all[*i], entry),
            None => {
                place.insert(key.clone(), all.len());
                all.push(sighting(entry, key));
            }
        }
    }
    all
}

fn sighting(entry: &Entry, key: String) -> Sighting<'_> {
    let date = claimed(entry.date);
    let from = date.as_ref().and(entry.date_from).map(model::DateFrom::word);
    (key, &entry.title, &entry.url, date, from, entry.source.as_deref())
}

fn keep_earliest((_, _, _, day, from, _): &mut Sighting<'_>, again: &Entry) {
    let date = claimed(again.date);
    if date.is_some() && (day.is_none() || date < *day) {
        *day = date;
        *from = again.date_from.map(model::DateFrom::word);
    }
}

/// Inserts the items that were never seen before, and says how many these were.
async fn insert_unknown(tx: &mut SqliteConnection, seen: &str) -> Result<u64, StoreError> {
    let done = sqlx::query!(
        "WITH l AS MATERIALIZED (
             SELECT value ->> 0 AS look, value ->> 1 AS channel, jsonb_extract(value, '$[2]') AS items FROM jsonb_each(?1))
         INSERT INTO entry (channel, key, title, url, claimed, date_from, source, first_look)
         SELECT l.channel, s.value ->> 0, s.value ->> 1, s.value ->> 2, s.value ->> 3, s.value ->> 4, s.value ->> 5, l.look
         FROM l CROSS JOIN jsonb_each(l.items) s WHERE true
         ON CONFLICT (channel, key) DO NOTHING",
        seen
    )
    .execute(&mut *tx)
    .await?;
    Ok(done.rows_affected())
}

/// A date other than the last one claimed, or any sighting that lies before the first one.
async fn insert_claims(tx: &mut SqliteConnection, seen: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "WITH l AS MATERIALIZED (
             SELECT value ->> 0 AS look, value ->> 1 AS channel, jsonb_extract(value, '$[2]') AS items FROM jsonb_each(?1))
         INSERT INTO entry_claim (entry, look, claimed, date_from)
         SELECT e.id, n.id, s.d, s.f
         FROM (SELECT l.look AS l, l.channel AS c, s.value ->> 0 AS k, s.value ->> 3 AS d, s.value ->> 4 AS f
               FROM l CROSS JOIN jsonb_each(l.items) s) s
         CROSS JOIN entry e ON e.channel = s.c AND e.key = s.k AND e.first_look <> s.l
         CROSS JOIN look n ON n.id = s.l
         CROSS JOIN look first ON first.id = e.first_look
         WHERE n.at < first.at
            OR (s.d IS NOT NULL
                AND s.d IS NOT coalesce((SELECT c.claimed FROM entry_claim c
                                         WHERE c.entry = e.id AND c.claimed IS NOT NULL
                                         ORDER BY c.look DESC LIMIT 1), e.claimed))",
        seen
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// For each look the numbers of its items, in its order.
async fn insert_lists(tx: &mut SqliteConnection, seen: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "WITH l AS MATERIALIZED (
             SELECT value ->> 0 AS look, value ->> 1 AS channel, jsonb_extract(value, '$[2]') AS items FROM jsonb_each(?1))
         INSERT INTO look_list (look, entries)
         SELECT l.look, (SELECT json_group_array(e.id ORDER BY CAST(s.key AS INTEGER))
                         FROM jsonb_each(l.items) s CROSS JOIN entry e ON e.channel = l.channel AND e.key = s.value ->> 0)
         FROM l",
        seen
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Notes which items have gone, and which are back. Only the newest look of a channel says so: one that is read late,
/// after a crash, cannot know what later looks have shown. And only one that another has read before: of what nobody
/// listed nothing can be gone.
async fn insert_presence(tx: &mut SqliteConnection, looks: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "WITH newest AS MATERIALIZED (
             SELECT l.id, l.channel, l.covers FROM json_each(?1) j CROSS JOIN look l ON l.id = j.value
             WHERE NOT EXISTS (SELECT 1 FROM look n WHERE n.channel = l.channel AND n.at > l.at)
               AND EXISTS (SELECT 1 FROM look b WHERE b.channel = l.channel AND b.at < l.at
                                                  AND b.outcome IN ('read', 'unchanged'))),
         listed AS MATERIALIZED (
             SELECT l.id AS look, CAST(n.value AS INTEGER) AS entry
             FROM newest l JOIN look_list i ON i.look = l.id CROSS JOIN json_each(i.entries) n),
         known AS (
             SELECT l.id AS look, l.covers, e.id AS entry, s.entry IS NOT NULL AS shown,
                    coalesce((SELECT p.gone FROM entry_presence p WHERE p.entry = e.id ORDER BY p.look DESC LIMIT 1), 0)
                        AS gone,
                    coalesce((SELECT min(c.claimed) FROM entry_claim c
                              WHERE c.entry = e.id AND c.claimed < coalesce(e.claimed, '9999-99-99')), e.claimed)
                        AS claimed
             FROM newest l JOIN entry e ON e.channel = l.channel
             LEFT JOIN listed s ON s.look = l.id AND s.entry = e.id)
         INSERT INTO entry_presence (entry, look, gone)
         SELECT entry, look, CASE WHEN shown THEN 0 ELSE 1 END FROM known
         WHERE (shown AND gone = 1)
            OR (NOT shown AND gone = 0
                AND (covers = 'everything' OR (covers <> 'nothing' AND claimed >= covers)))",
        looks
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}
