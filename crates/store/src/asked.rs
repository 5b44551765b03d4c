//! Small questions that reports and jobs ask.

use std::collections::HashMap;

use model::{ChannelId, DateFrom, Day, DayRange, Moment, Outcome};

use crate::row::Row;
use crate::{Store, StoreError};

/// How well a span of days was watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Watched {
    /// Looks made.
    pub looks: u64,
    /// Those that were good.
    pub good: u64,
    /// Channels with at least one good look.
    pub channels_seen: u64,
}

impl Store {
    /// How well these days were watched.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn watched(&self, days: DayRange) -> Result<Watched, StoreError> {
        let (first, last) = (days.first.to_string(), days.last.to_string());
        let row = sqlx::query!(
            r#"SELECT count(*) AS "looks!: i64",
                      coalesce(sum(outcome IN ('read', 'unchanged')), 0) AS "good!: i64",
                      count(DISTINCT CASE WHEN outcome IN ('read', 'unchanged') THEN channel END) AS "seen!: i64"
               FROM look WHERE day BETWEEN ?1 AND ?2"#,
            first,
            last
        )
        .fetch_one(self.reader())
        .await?;
        Ok(Watched {
            looks: row.looks.unsigned_abs(),
            good: row.good.unsigned_abs(),
            channels_seen: row.seen.unsigned_abs(),
        })
    }

    /// When the first look was made.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn first_look(&self) -> Result<Option<Moment>, StoreError> {
        let at = sqlx::query_scalar!("SELECT at FROM look ORDER BY id LIMIT 1").fetch_optional(self.reader()).await?;
        Ok(Row::of("look", &1).moment_or_none("at", at.as_deref())?)
    }

    /// The number of the newest look; 0 where there is none.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn newest_look(&self) -> Result<i64, StoreError> {
        let newest = sqlx::query_scalar!(r#"SELECT coalesce(max(id), 0) AS "id!: i64" FROM look"#);
        Ok(newest.fetch_one(self.reader()).await?)
    }

    /// As of which instant the newest judgement was made.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn latest_judgement(&self) -> Result<Option<Moment>, StoreError> {
        let at = sqlx::query_scalar!(r#"SELECT max(as_of) AS "as_of: String" FROM judgement"#)
            .fetch_one(self.reader())
            .await?;
        Ok(Row::of("judgement", &"max").moment_or_none("as_of", at.as_deref())?)
    }

    /// What came of the latest look at each channel.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn latest_outcomes(&self) -> Result<HashMap<ChannelId, Outcome>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT c.id AS "channel!: String", l.id AS "id!: i64", l.outcome, l.reason
               FROM channel c
               JOIN look l ON l.id = (SELECT n.id FROM look n WHERE n.channel = c.id ORDER BY n.at DESC LIMIT 1)"#
        )
        .fetch_all(self.reader())
        .await?;
        let mut latest = HashMap::new();
        for r in rows {
            let row = Row::of("look", &r.id);
            let outcome = row.known("outcome", &r.outcome, Outcome::from_words(&r.outcome, r.reason.as_deref()))?;
            latest.insert(row.parse("channel", &r.channel)?, outcome);
        }
        Ok(latest)
    }

    /// The dates that the channel's items are known by: by item key, the earliest with where it was read.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn dates(&self, channel: &ChannelId) -> Result<HashMap<String, (Day, Option<DateFrom>)>, StoreError> {
        let channel = channel.as_str();
        let rows = sqlx::query!(
            r#"SELECT e.id AS "id!: i64", e.key AS "key!: String", d.claimed AS "claimed!: String", d.date_from AS "date_from: String"
               FROM entry e
               JOIN (SELECT id AS entry, claimed, date_from FROM entry WHERE claimed IS NOT NULL
                     UNION ALL SELECT entry, claimed, date_from FROM entry_claim WHERE claimed IS NOT NULL) d
                 ON d.entry = e.id
               WHERE e.channel = ?1
               ORDER BY d.claimed DESC"#,
            channel
        )
        .fetch_all(self.reader())
        .await?;
        let mut dates = HashMap::new();
        for r in rows {
            let day = Row::of("entry", &r.id).day("claimed", &r.claimed)?;
            dates.insert(r.key, (day, r.date_from.as_deref().and_then(DateFrom::from_word)));
        }
        Ok(dates)
    }
}
