//! How much has been asked of platforms, what is left alone, and which days they have counted through.

use model::{ChannelId, Day, Moment, Outcome, Reason};
use sqlx::SqliteConnection;

use crate::look::Recorded;
use crate::row::{Row, stamp};
use crate::{RowError, Store, StoreError};

impl Store {
    /// Takes one call of `most` that `what` may make on `day`; `false` where they are spent.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn spend(&self, what: &str, day: Day, most: u32) -> Result<bool, StoreError> {
        let day = day.to_string();
        let mut tx = self.write().await?;
        let taken = sqlx::query!(
            "INSERT INTO spent (what, day, calls) SELECT ?1, ?2, 1 WHERE ?3 > 0
             ON CONFLICT (what, day) DO UPDATE SET calls = calls + 1 WHERE calls < ?3",
            what,
            day,
            most
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(taken.rows_affected() == 1)
    }

    /// How many calls `what` has made on `day`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn spent(&self, what: &str, day: Day) -> Result<u64, StoreError> {
        let day = day.to_string();
        let calls = sqlx::query_scalar!("SELECT calls FROM spent WHERE what = ?1 AND day = ?2", what, day)
            .fetch_optional(self.reader())
            .await?;
        Ok(calls.unwrap_or(0).unsigned_abs())
    }

    /// Leaves `what` alone until then, because of `reason`.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn leave_alone(&self, what: &str, until: Moment, reason: Reason) -> Result<(), StoreError> {
        let (until, reason) = (stamp(until), reason.word());
        let mut tx = self.write().await?;
        sqlx::query!(
            "INSERT INTO resting (what, until, reason) VALUES (?1, ?2, ?3)
             ON CONFLICT (what) DO UPDATE SET until = excluded.until, reason = excluded.reason
             WHERE until < excluded.until",
            what,
            until,
            reason
        )
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Until when `what` is left alone at `now`, and why.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn left_alone(&self, what: &str, now: Moment) -> Result<Option<(Moment, Reason)>, StoreError> {
        let now = stamp(now);
        let found = sqlx::query!("SELECT until, reason FROM resting WHERE what = ?1 AND until > ?2", what, now)
            .fetch_optional(self.reader())
            .await?;
        let Some(r) = found else { return Ok(None) };
        let row = Row::of("resting", &what);
        let reason = row.known("reason", &r.reason, Reason::from_word(&r.reason))?;
        Ok(Some((row.moment("until", &r.until)?, reason)))
    }

    /// All that is left alone at `now`, and until when.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn resting(&self, now: Moment) -> Result<Vec<(String, Moment)>, StoreError> {
        let now = stamp(now);
        let rows = sqlx::query!("SELECT what, until FROM resting WHERE until > ?1 ORDER BY what", now)
            .fetch_all(self.reader())
            .await?;
        let all = rows.into_iter().map(|r| {
            let until = Row::of("resting", &r.what).moment("until", &r.until)?;
            Ok((r.what, until))
        });
        Ok(all.collect::<Result<_, RowError>>()?)
    }

    /// The days that the platform has counted through for an account, in order.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn counted_days(&self, channel: &ChannelId) -> Result<Vec<Day>, StoreError> {
        let name = channel.as_str();
        let days = sqlx::query_scalar!("SELECT day FROM counted_day WHERE channel = ?1 ORDER BY day", name)
            .fetch_all(self.reader())
            .await?;
        Ok(days.iter().map(|d| Row::of("counted_day", &name).day("day", d)).collect::<Result<_, _>>()?)
    }
}

/// Notes the days that these looks found counted through, together with what they saw: a day without its articles would
/// be a silent one.
pub(crate) async fn count_days(tx: &mut SqliteConnection, looks: &[Recorded<'_>]) -> Result<(), StoreError> {
    let rows: Vec<(&str, String, String)> = looks
        .iter()
        .filter(|r| r.look.outcome == Outcome::Read)
        .flat_map(|r| {
            let of = |day: &Day| (r.look.channel.as_str(), day.to_string(), stamp(r.look.at));
            r.look.counted.iter().map(of)
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let rows = serde_json::to_string(&rows)?;
    sqlx::query!(
        "INSERT INTO counted_day (channel, day, look_at)
         SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1) WHERE true
         ON CONFLICT (channel, day) DO NOTHING",
        rows
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}
