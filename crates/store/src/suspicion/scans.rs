//! Which pages of items have been searched, and which are still to be. What came since the last time is told by numbers, which
//! only grow, so that a round asks for as much as is new, however long the history behind it.

use std::collections::HashSet;

use model::{ChannelId, EvidenceHash, Moment};
use sqlx::SqliteConnection;

use crate::row::{Row, list, stamp};
use crate::{RowError, Store, StoreError};

/// How far items, their pages and the answers of looks have come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PageMark {
    entry: i64,
    item_page: i64,
    capture: i64,
}

impl PageMark {
    /// The number of the last item.
    #[must_use]
    pub fn entry(self) -> i64 {
        self.entry
    }
}

impl Store {
    /// How far everything has come by now.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn page_mark(&self) -> Result<PageMark, StoreError> {
        Ok(sqlx::query_as!(
            PageMark,
            r#"SELECT (SELECT coalesce(max(id), 0) FROM entry) AS "entry!: i64",
                      (SELECT coalesce(max(id), 0) FROM item_page) AS "item_page!: i64",
                      (SELECT coalesce(max(id), 0) FROM capture) AS "capture!: i64""#
        )
        .fetch_one(self.reader())
        .await?)
    }

    /// The items with a page that came since `mark` and was not searched with that version of the detectors; the last that
    /// was seen first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn unsearched(&self, mark: PageMark, version: &str) -> Result<Vec<i64>, StoreError> {
        let mut tx = self.read().await?;
        let mut ids: HashSet<i64> = sqlx::query_scalar!(
            "SELECT p.entry FROM item_page p
             WHERE p.id > ?1 AND p.evidence IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM item_scan s
                               WHERE s.entry = p.entry AND s.evidence = p.evidence AND s.version = ?2)",
            mark.item_page,
            version
        )
        .fetch_all(&mut *tx)
        .await?
        .into_iter()
        .collect();
        // A look that was read after a crash shows items to answers that are older than they.
        ids.extend(
            sqlx::query_scalar!(
                "SELECT e.id FROM entry e CROSS JOIN capture c ON c.channel = e.channel AND c.url = e.url AND c.page > 0
                 WHERE e.id > ?1 AND c.status BETWEEN 200 AND 299
                   AND NOT EXISTS (SELECT 1 FROM item_scan s
                                   WHERE s.entry = e.id AND s.evidence = c.evidence AND s.version = ?2)",
                mark.entry,
                version
            )
            .fetch_all(&mut *tx)
            .await?,
        );
        // All items have been asked for their answers already where none was known before.
        if mark.entry > 0 {
            ids.extend(opened_again(&mut tx, mark.capture, version).await?);
        }
        let mut ids: Vec<i64> = ids.into_iter().collect();
        ids.sort_unstable_by(|a, b| b.cmp(a));
        Ok(ids)
    }

    /// The items of these channels, of numbers within `after` and `before`, that have no page and were asked for it in vain
    /// less than `attempts` times; the last that was seen first, at most `most`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn without_page(
        &self,
        channels: &[ChannelId],
        (after, before): (i64, i64),
        attempts: u32,
        most: u32,
    ) -> Result<Vec<i64>, StoreError> {
        let channels = list(channels)?;
        // The plus keeps to the order of the numbers: the walk ends as soon as there are enough.
        let without = sqlx::query_scalar!(
            "SELECT e.id FROM entry e
             WHERE e.id > ?1 AND e.id < ?2 AND +e.channel IN (SELECT value FROM json_each(?3))
               AND NOT EXISTS (SELECT 1 FROM item_page p WHERE p.entry = e.id AND p.evidence IS NOT NULL)
               AND (SELECT count(*) FROM item_page f WHERE f.entry = e.id) < ?4
               AND NOT EXISTS (SELECT 1 FROM capture o
                               WHERE o.channel = e.channel AND o.url = e.url AND o.page > 0
                                 AND o.status BETWEEN 200 AND 299)
             ORDER BY e.id DESC LIMIT ?5",
            after,
            before,
            channels,
            attempts,
            most
        );
        Ok(without.fetch_all(self.reader()).await?)
    }

    /// Which pages of these items have been searched with that version of the detectors: number of the item and fingerprint.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn scanned(&self, items: &[i64], version: &str) -> Result<HashSet<(i64, EvidenceHash)>, StoreError> {
        let items = serde_json::to_string(items)?;
        let rows = sqlx::query!(
            r#"SELECT s.entry AS "entry!: i64", s.evidence AS "evidence!: String"
               FROM json_each(?1) j CROSS JOIN item_scan s ON s.entry = j.value
               WHERE s.version = ?2"#,
            items,
            version
        )
        .fetch_all(self.reader())
        .await?;
        let each = rows.into_iter().map(|r| {
            let hash = Row::of("item_scan", &r.entry).parse("evidence", &r.evidence)?;
            Ok((r.entry, hash))
        });
        Ok(each.collect::<Result<_, RowError>>()?)
    }

    /// Notes that these pages have been searched.
    ///
    /// # Errors
    /// When an item or page is not stored, or the database cannot be written.
    pub async fn note_scanned(
        &self,
        pages: &[(i64, EvidenceHash)],
        version: &str,
        at: Moment,
    ) -> Result<(), StoreError> {
        if pages.is_empty() {
            return Ok(());
        }
        let pages: Vec<(i64, &str)> = pages.iter().map(|(e, h)| (*e, h.as_str())).collect();
        let (pages, at) = (serde_json::to_string(&pages)?, stamp(at));
        let mut tx = self.write().await?;
        sqlx::query!(
            "INSERT INTO item_scan (entry, evidence, version, at)
             SELECT value ->> 0, value ->> 1, ?2, ?3 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING",
            pages,
            version,
            at
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Items whose page a look has opened since that answer.
async fn opened_again(tx: &mut SqliteConnection, after: i64, version: &str) -> Result<Vec<i64>, StoreError> {
    let opened = sqlx::query!(
        "SELECT channel, url, evidence FROM capture WHERE id > ?1 AND page > 0 AND status BETWEEN 200 AND 299",
        after
    )
    .fetch_all(&mut *tx)
    .await?;
    let keyed = opened.iter().map(|c| (&c.channel, model::entry::key(&c.url, "", None), &c.url, &c.evidence));
    let keyed = serde_json::to_string(&keyed.collect::<Vec<_>>())?;
    let ids = sqlx::query_scalar!(
        r#"SELECT e.id AS "id!: i64"
           FROM json_each(?1) j CROSS JOIN entry e ON e.channel = j.value ->> 0 AND e.key = j.value ->> 1
           WHERE e.url = j.value ->> 2
             AND NOT EXISTS (SELECT 1 FROM item_scan s
                             WHERE s.entry = e.id AND s.evidence = j.value ->> 3 AND s.version = ?2)"#,
        keyed,
        version
    );
    Ok(ids.fetch_all(&mut *tx).await?)
}
