//! What else is said of the date of an item: by its own page, the tags of that page, its address.

use model::{ChannelId, Claim, DateFrom, Day, Outcome};
use serde::Serialize;
use sqlx::SqliteConnection;

use super::Recorded;
use crate::row::{Row, claimed, list};
use crate::{RowError, Store, StoreError};

/// A date that something else than the list names for an item, about to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewClaim {
    /// The item, by its [`model::Entry::key`].
    pub key: String,
    /// What names the date.
    pub from: DateFrom,
    /// The date; none where the item's page was opened and shows none.
    pub day: Option<Day>,
}

/// An item for which different dates are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disputed {
    /// Its number.
    pub item: i64,
    /// Its channel.
    pub channel: ChannelId,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// The date that counts, as far as lists and feeds say: the earliest.
    pub claimed: Day,
    /// The others, with what names them.
    pub others: Vec<Claim>,
}

#[derive(Serialize)]
struct ClaimJson<'a> {
    l: i64,
    c: &'a str,
    k: &'a str,
    f: &'static str,
    d: Option<String>,
}

/// Records the claims of looks that were read. The same claim is kept once, under the first look that found it.
pub(super) async fn record(tx: &mut SqliteConnection, looks: &[Recorded<'_>]) -> Result<(), StoreError> {
    let read = looks.iter().filter(|r| r.look.outcome == Outcome::Read);
    let rows: Vec<ClaimJson<'_>> = read
        .flat_map(|r| {
            r.look.claims.iter().map(|c| ClaimJson {
                l: r.id,
                c: r.look.channel.as_str(),
                k: &c.key,
                f: c.from.word(),
                d: claimed(c.day),
            })
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let rows = serde_json::to_string(&rows)?;
    sqlx::query!(
        "INSERT INTO date_claim (entry, look, date_from, day)
         SELECT e.id, j.value ->> 'l', j.value ->> 'f', j.value ->> 'd'
         FROM json_each(?1) j CROSS JOIN entry e ON e.channel = j.value ->> 'c' AND e.key = j.value ->> 'k'
         WHERE true
         ON CONFLICT DO NOTHING",
        rows
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}

impl Store {
    /// How many items of the channel had their own page opened on that day.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn pages_opened(&self, channel: &ChannelId, day: Day) -> Result<u32, StoreError> {
        let (channel, day) = (channel.as_str(), day.to_string());
        let n = sqlx::query_scalar!(
            r#"SELECT count(DISTINCT c.entry) AS "n!: i64"
               FROM look l JOIN date_claim c ON c.look = l.id
               WHERE l.channel = ?1 AND l.at >= date(?2, '-2 days') AND l.day = ?2
                 AND c.date_from IN ('page', 'meta', 'script')"#,
            channel,
            day
        )
        .fetch_one(self.reader())
        .await?;
        Ok(u32::try_from(n).unwrap_or(u32::MAX))
    }

    /// Which of these keys name items of the channel that were seen before.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn known_keys(&self, channel: &ChannelId, keys: &[String]) -> Result<Vec<String>, StoreError> {
        let (channel, keys) = (channel.as_str(), list(keys)?);
        Ok(sqlx::query_scalar!(
            r#"SELECT e.key AS "key!: String"
               FROM json_each(?2) j CROSS JOIN entry e ON e.channel = ?1 AND e.key = j.value"#,
            channel,
            keys
        )
        .fetch_all(self.reader())
        .await?)
    }

    /// The items whose own page, tags or address name another date than their list, the newest first; those that a
    /// person has dated are settled and left out.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn disputed(&self, channel: Option<&ChannelId>, limit: u32) -> Result<Vec<Disputed>, StoreError> {
        let channel = channel.map(ChannelId::as_str);
        let limit = crate::row::count(limit);
        let rows = sqlx::query!(
            r#"WITH dated AS (
                   SELECT e.id, e.channel, e.title, e.url,
                          min(e.claimed, coalesce((SELECT min(k.claimed) FROM entry_claim k WHERE k.entry = e.id),
                                                  e.claimed)) AS claimed
                   FROM entry e
                   WHERE e.id IN (SELECT entry FROM date_claim) AND (?1 IS NULL OR e.channel = ?1)
                     AND NOT EXISTS (SELECT 1 FROM item_date p WHERE p.entry = e.id))
               SELECT d.id AS "id!: i64", d.channel AS "channel!: String", d.title AS "title!: String",
                      d.url AS "url!: String", d.claimed AS "claimed!: String",
                      json_group_array(json_array(c.date_from, c.day) ORDER BY c.rowid) AS "others!: String"
               FROM dated d JOIN date_claim c ON c.entry = d.id AND c.day <> d.claimed
               GROUP BY d.id ORDER BY d.id DESC LIMIT ?2"#,
            channel,
            limit
        )
        .fetch_all(self.reader())
        .await?;
        let all = rows.into_iter().map(|r| {
            let row = Row::of("entry", &r.id);
            let others: Vec<(String, String)> = row.json("others", &r.others)?;
            Ok(Disputed {
                item: r.id,
                channel: row.parse("channel", &r.channel)?,
                claimed: row.day("claimed", &r.claimed)?,
                others: others.iter().map(|(f, d)| claim(row, f, d)).collect::<Result<_, RowError>>()?,
                title: r.title,
                url: r.url,
            })
        });
        Ok(all.collect::<Result<_, RowError>>()?)
    }
}

pub(crate) fn claim(row: Row<'_>, from: &str, day: &str) -> Result<Claim, RowError> {
    Ok(Claim { from: row.known("date_from", from, DateFrom::from_word(from))?, day: row.day("day", day)? })
}
