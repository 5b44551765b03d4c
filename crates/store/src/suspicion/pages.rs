//! The pages of items: fetched for their text, or opened by a look before.

use model::{ChannelId, Day, EvidenceHash, Moment};

use crate::row::{Row, list, stamp};
use crate::{RowError, Store, StoreError};

/// The page of an item, about to be recorded. Its body is stored already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItemPage {
    /// The item, by its number.
    pub entry: i64,
    /// When the answer was complete.
    pub fetched_at: Moment,
    /// The address that answered.
    pub final_url: String,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// The header of that name.
    pub content_type: Option<String>,
    /// The body, or why there is none to read.
    pub body: Result<EvidenceHash, String>,
}

/// An item, with its page where one was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedItem {
    /// Its number.
    pub id: i64,
    /// Its channel.
    pub channel: ChannelId,
    /// Its title as first seen.
    pub title: String,
    /// Its address.
    pub url: String,
    /// The earliest date that was claimed for it, or what a person has said.
    pub day: Option<Day>,
    /// The day of the look that showed it first.
    pub first_seen: Day,
    /// Its newest page.
    pub body: Option<ItemBody>,
    /// How often its page was asked for in vain.
    pub failures: u32,
    /// When its page was last asked for, with or without success.
    pub asked_at: Option<Moment>,
}

impl SavedItem {
    /// The day that counts for it: what is claimed, but never a day after it was seen.
    #[must_use]
    pub fn counts_on(&self) -> Day {
        self.day.map_or(self.first_seen, |d| d.min(self.first_seen))
    }
}

/// A saved page of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemBody {
    /// Its bytes.
    pub evidence: EvidenceHash,
    /// The address that answered.
    pub url: String,
    /// The header of that name.
    pub content_type: Option<String>,
}

struct ItemRow {
    id: i64,
    channel: String,
    title: String,
    url: String,
    day: Option<String>,
    first_seen: String,
    evidence: Option<String>,
    final_url: Option<String>,
    content_type: Option<String>,
    opened: Option<String>,
    opened_url: Option<String>,
    headers: Option<String>,
    failures: i64,
    asked_at: Option<String>,
}

impl TryFrom<ItemRow> for SavedItem {
    type Error = RowError;

    fn try_from(r: ItemRow) -> Result<SavedItem, RowError> {
        let row = Row::of("entry", &r.id);
        let body = match (row.evidence(r.evidence.as_deref())?, row.evidence(r.opened.as_deref())?) {
            (Some(evidence), _) => {
                Some(ItemBody { evidence, url: r.final_url.unwrap_or_default(), content_type: r.content_type })
            }
            (None, Some(evidence)) => {
                let headers: Vec<(String, String)> = row.json("headers", r.headers.as_deref().unwrap_or("[]"))?;
                let content_type =
                    headers.into_iter().find(|(n, _)| n.eq_ignore_ascii_case("content-type")).map(|h| h.1);
                Some(ItemBody { evidence, url: r.opened_url.unwrap_or_default(), content_type })
            }
            (None, None) => None,
        };
        Ok(SavedItem {
            id: r.id,
            channel: row.parse("channel", &r.channel)?,
            title: r.title,
            url: r.url,
            day: row.day_or_none("day", r.day.as_deref())?,
            first_seen: row.day("first_seen", &r.first_seen)?,
            body,
            failures: row.int("failures", r.failures)?,
            asked_at: row.moment_or_none("asked_at", r.asked_at.as_deref())?,
        })
    }
}

impl Store {
    /// Records the page of an item.
    ///
    /// # Errors
    /// When the item or the body is not stored, or the database cannot be written.
    pub async fn add_item_page(&self, new: &NewItemPage) -> Result<(), StoreError> {
        let (at, status) = (stamp(new.fetched_at), new.status.map(i64::from));
        let (evidence, trouble) = match &new.body {
            Ok(hash) => (Some(hash.as_str()), None),
            Err(why) => (None, Some(why.as_str())),
        };
        let mut tx = self.write().await?;
        sqlx::query!(
            "INSERT INTO item_page (entry, fetched_at, final_url, status, content_type, evidence, trouble)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            new.entry,
            at,
            new.final_url,
            status,
            new.content_type,
            evidence,
            trouble
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The items of these channels that are dated on or after `from`, or not dated and first seen since; the newest first.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn saved_items(&self, channels: &[ChannelId], from: Day) -> Result<Vec<SavedItem>, StoreError> {
        let channels = list(channels)?;
        let of_channels = sqlx::query_scalar!(
            r#"SELECT e.id AS "id!: i64" FROM json_each(?1) j CROSS JOIN entry e ON e.channel = j.value"#,
            channels
        );
        let ids = of_channels.fetch_all(self.reader()).await?;
        self.items_by_number(&ids, from).await
    }

    /// The same of the items of these numbers.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn items_by_number(&self, ids: &[i64], from: Day) -> Result<Vec<SavedItem>, StoreError> {
        let (ids, from) = (serde_json::to_string(ids)?, from.to_string());
        let rows = sqlx::query_as!(
            ItemRow,
            r#"WITH item AS (
                   SELECT e.id, e.channel, e.title, e.url, l.day AS first_seen,
                          coalesce((SELECT d.day FROM item_date d WHERE d.entry = e.id ORDER BY d.id DESC LIMIT 1),
                                   (SELECT min(k.claimed) FROM entry_claim k
                                    WHERE k.entry = e.id AND k.claimed < coalesce(e.claimed, '9999-99-99')),
                                   e.claimed) AS day
                   FROM json_each(?1) j CROSS JOIN entry e ON e.id = j.value JOIN look l ON l.id = e.first_look)
               SELECT i.id AS "id!: i64", i.channel AS "channel!: String", i.title AS "title!: String",
                      i.url AS "url!: String", i.day AS "day?: String", i.first_seen AS "first_seen!: String",
                      p.evidence AS "evidence?: String", p.final_url AS "final_url?: String",
                      p.content_type AS "content_type?: String",
                      c.evidence AS "opened?: String", c.final_url AS "opened_url?: String",
                      c.headers AS "headers?: String",
                      (SELECT count(*) FROM item_page f WHERE f.entry = i.id AND f.evidence IS NULL)
                          AS "failures!: i64",
                      (SELECT max(f.fetched_at) FROM item_page f WHERE f.entry = i.id) AS "asked_at?: String"
               FROM item i
               LEFT JOIN item_page p
                   ON p.id = (SELECT max(q.id) FROM item_page q WHERE q.entry = i.id AND q.evidence IS NOT NULL)
               LEFT JOIN capture c
                   ON c.id = (SELECT max(o.id) FROM capture o
                              WHERE o.channel = i.channel AND o.url = i.url AND o.page > 0
                                AND o.status BETWEEN 200 AND 299)
               WHERE coalesce(i.day, i.first_seen) >= ?2
               ORDER BY coalesce(i.day, i.first_seen) DESC, i.id DESC"#,
            ids,
            from
        )
        .fetch_all(self.reader())
        .await?;
        Ok(rows.into_iter().map(SavedItem::try_from).collect::<Result<_, _>>()?)
    }
}
