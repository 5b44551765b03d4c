//! The items that looks saw: kept as first seen, with every other date that they claimed later, and their vanishing.

use std::collections::HashMap;

use model::{Entry, Outcome};
use serde::Serialize;
use sqlx::SqliteConnection;

use super::Recorded;
use crate::StoreError;
use crate::row::claimed;

/// One sighting; short names, since ten thousand of them travel in one statement.
#[derive(Serialize)]
struct Sighting<'a> {
    /// Look.
    l: i64,
    /// Channel.
    c: &'a str,
    /// Key of the item.
    k: String,
    /// Title.
    t: &'a str,
    /// Address.
    u: &'a str,
    /// Claimed date.
    d: Option<String>,
    /// Where the date was read.
    f: Option<&'static str>,
    /// Source.
    s: Option<&'a str>,
}

/// Records what the looks listed. At most one look of each channel may be among them.
pub(super) async fn record(tx: &mut SqliteConnection, looks: &[Recorded<'_>]) -> Result<(), StoreError> {
    let read: Vec<&Recorded<'_>> = looks.iter().filter(|r| r.look.outcome == Outcome::Read).collect();
    if read.is_empty() {
        return Ok(());
    }
    let sightings: Vec<Sighting<'_>> = read.iter().flat_map(|r| sightings(r)).collect();
    let json = serde_json::to_string(&sightings)?;
    insert_unknown(tx, &json).await?;
    insert_claims(tx, &json).await?;
    let listed = listed(tx, &json, &sightings).await?;
    insert_lists(tx, &read, &listed).await?;
    insert_presence(tx, &read, &listed).await
}

/// One sighting for each item of the look. Where one look shows an item twice, the first row gives the title and the
/// earliest date is claimed.
fn sightings<'a>(r: &Recorded<'a>) -> Vec<Sighting<'a>> {
    let mut place: HashMap<String, usize> = HashMap::new();
    let mut all: Vec<Sighting<'a>> = Vec::with_capacity(r.look.entries.len());
    for entry in &r.look.entries {
        let key = entry.key();
        match place.get(&key) {
            Some(i) => keep_earliest(&mut all[*i], entry),
            None => {
                place.insert(key.clone(), all.len());
                all.push(sighting(r, entry, key));
            }
        }
    }
    all
}

fn sighting<'a>(r: &Recorded<'a>, entry: &'a Entry, key: String) -> Sighting<'a> {
    let date = claimed(entry.date);
    Sighting {
        l: r.id,
        c: r.look.channel.as_str(),
        k: key,
        t: &entry.title,
        u: &entry.url,
        f: date.as_ref().and(entry.date_from).map(model::DateFrom::word),
        d: date,
        s: entry.source.as_deref(),
    }
}

fn keep_earliest(kept: &mut Sighting<'_>, again: &Entry) {
    let date = claimed(again.date);
    if date.is_some() && (kept.d.is_none() || date < kept.d) {
        kept.d = date;
        kept.f = again.date_from.map(model::DateFrom::word);
    }
}

async fn insert_unknown(tx: &mut SqliteConnection, sightings: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO entry (channel, key, title, url, claimed, date_from, source, first_look)
         SELECT value ->> 'c', value ->> 'k', value ->> 't', value ->> 'u', value ->> 'd', value ->> 'f',
                value ->> 's', value ->> 'l'
         FROM json_each(?1) WHERE true
         ON CONFLICT (channel, key) DO NOTHING",
        sightings
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// A date other than the last one claimed, or any sighting that lies before the first one.
async fn insert_claims(tx: &mut SqliteConnection, sightings: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO entry_claim (entry, look, claimed, date_from)
         SELECT e.id, l.id, s.d, s.f
         FROM (SELECT value ->> 'c' AS c, value ->> 'k' AS k, value ->> 'd' AS d, value ->> 'f' AS f,
                      value ->> 'l' AS l FROM json_each(?1)) s
         JOIN entry e ON e.channel = s.c AND e.key = s.k
         JOIN look l ON l.id = s.l
         JOIN look first ON first.id = e.first_look
         WHERE e.first_look <> l.id
           AND (l.at < first.at
                OR (s.d IS NOT NULL
                    AND s.d IS NOT coalesce((SELECT c.claimed FROM entry_claim c
                                             WHERE c.entry = e.id AND c.claimed IS NOT NULL
                                             ORDER BY c.look DESC LIMIT 1), e.claimed)))",
        sightings
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// For each sighting its look and the number of its item.
async fn listed(
    tx: &mut SqliteConnection,
    json: &str,
    sightings: &[Sighting<'_>],
) -> Result<Vec<(i64, i64)>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT CAST(j.key AS INTEGER) AS "place!: i64", e.id AS "entry!: i64"
           FROM json_each(?1) j CROSS JOIN entry e ON e.channel = j.value ->> 'c' AND e.key = j.value ->> 'k'"#,
        json
    )
    .fetch_all(&mut *tx)
    .await?;
    if rows.len() != sightings.len() {
        return Err(StoreError::Sqlite(sqlx::Error::RowNotFound));
    }
    let mut rows: Vec<(i64, i64)> = rows.into_iter().map(|r| (r.place, r.entry)).collect();
    rows.sort_unstable();
    Ok(rows.into_iter().zip(sightings).map(|((_, entry), s)| (s.l, entry)).collect())
}

async fn insert_lists(
    tx: &mut SqliteConnection,
    looks: &[&Recorded<'_>],
    listed: &[(i64, i64)],
) -> Result<(), StoreError> {
    let mut lists: HashMap<i64, Vec<i64>> = looks.iter().map(|r| (r.id, Vec::new())).collect();
    for (look, entry) in listed {
        lists.entry(*look).or_default().push(*entry);
    }
    let lists = serde_json::to_string(&lists.into_iter().collect::<Vec<_>>())?;
    sqlx::query!("INSERT INTO look_list (look, entries) SELECT value ->> 0, value ->> 1 FROM json_each(?1)", lists)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Notes which items have gone, and which are back. Only the newest look of a channel says so: one that is read late,
/// after a crash, cannot know what later looks have shown.
async fn insert_presence(
    tx: &mut SqliteConnection,
    looks: &[&Recorded<'_>],
    listed: &[(i64, i64)],
) -> Result<(), StoreError> {
    let looks = serde_json::to_string(&looks.iter().map(|r| r.id).collect::<Vec<_>>())?;
    let listed = serde_json::to_string(listed)?;
    sqlx::query!(
        "WITH listed AS MATERIALIZED (
             SELECT CAST(value ->> 0 AS INTEGER) AS look, CAST(value ->> 1 AS INTEGER) AS entry
             FROM json_each(?2)),
         newest AS MATERIALIZED (
             SELECT l.id, l.channel, l.covers FROM json_each(?1) j CROSS JOIN look l ON l.id = j.value
             WHERE NOT EXISTS (SELECT 1 FROM look n WHERE n.channel = l.channel AND n.at > l.at)),
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
        looks,
        listed
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}
