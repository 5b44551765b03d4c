//! When to look again, and which jobs are due: kept here, so that nothing is missed while the program is down.

use model::{ChannelId, Moment};
use sqlx::SqliteConnection;

use crate::row::{Row, stamp};
use crate::{RowError, Store, StoreError};

/// A channel that is to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The channel.
    pub channel: ChannelId,
    /// Since when it is due; none: it has never been looked at.
    pub since: Option<Moment>,
    /// How many looks in a row have failed.
    pub failures: u32,
}

/// A job of the daemon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// When it runs next.
    pub next_due_at: Moment,
    /// When it was last done.
    pub last_done_at: Option<Moment>,
    /// The last period that it has done: `2026-W47`, `2026-11`.
    pub last_period: Option<String>,
}

impl Store {
    /// The channels that are due at `now`, the longest waiting first. A registered channel without a date is due.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn channel_due(&self, now: Moment) -> Result<Vec<Due>, StoreError> {
        let now = stamp(now);
        let packed = sqlx::query_scalar!(
            r#"SELECT json_group_array(json_array(c.id, s.next_due_at, coalesce(s.failures, 0))) AS "rows!: String"
               FROM channel c LEFT JOIN schedule s ON s.channel = c.id
               WHERE s.next_due_at IS NULL OR s.next_due_at <= ?1"#,
            now
        )
        .fetch_one(self.reader())
        .await?;
        let rows: Vec<(String, Option<&str>, i64)> = Row::of("schedule", &"").json("rows", &packed)?;
        let due = rows.into_iter().map(|(id, next, failures)| {
            let row = Row::of("schedule", &id);
            Ok(Due {
                channel: row.parse("channel", &id)?,
                since: row.moment_or_none("next_due_at", next)?,
                failures: row.int("failures", failures)?,
            })
        });
        let mut due = due.collect::<Result<Vec<_>, RowError>>()?;
        due.sort_unstable_by(|a, b| (a.since, &a.channel).cmp(&(b.since, &b.channel)));
        Ok(due)
    }

    /// Says when to look next, and how many looks have failed in a row.
    ///
    /// # Errors
    /// When a channel is not registered, or the database cannot be written.
    pub async fn set_due(&self, due: &[(ChannelId, Moment, u32)]) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        set_due(&mut tx, due).await?;
        Ok(tx.commit().await?)
    }

    /// What is known of a job.
    ///
    /// # Errors
    /// When the database cannot be read or the row cannot be understood.
    pub async fn job(&self, name: &str) -> Result<Option<Job>, StoreError> {
        let found = sqlx::query!("SELECT next_due_at, last_done_at, last_period FROM job WHERE name = ?1", name)
            .fetch_optional(self.reader())
            .await?;
        let Some(r) = found else { return Ok(None) };
        let row = Row::of("job", &name);
        Ok(Some(Job {
            next_due_at: row.moment("next_due_at", &r.next_due_at)?,
            last_done_at: row.moment_or_none("last_done_at", r.last_done_at.as_deref())?,
            last_period: r.last_period,
        }))
    }

    /// Writes down a job.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn set_job(&self, name: &str, job: &Job) -> Result<(), StoreError> {
        let (next, done, period) = (stamp(job.next_due_at), job.last_done_at.map(stamp), job.last_period.as_deref());
        let mut tx = self.write().await?;
        sqlx::query!(
            "INSERT INTO job (name, next_due_at, last_done_at, last_period) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (name) DO UPDATE SET next_due_at = excluded.next_due_at,
               last_done_at = excluded.last_done_at, last_period = excluded.last_period",
            name,
            next,
            done,
            period
        )
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }
}

pub(crate) async fn set_due(tx: &mut SqliteConnection, due: &[(ChannelId, Moment, u32)]) -> Result<(), StoreError> {
    let rows: Vec<_> = due.iter().map(|(c, at, failures)| (c.as_str(), stamp(*at), failures)).collect();
    let rows = serde_json::to_string(&rows)?;
    sqlx::query!(
        "INSERT INTO schedule (channel, next_due_at, failures)
         SELECT value ->> 0, value ->> 1, value ->> 2 FROM jsonb_each(?1) WHERE true
         ON CONFLICT (channel) DO UPDATE SET next_due_at = excluded.next_due_at, failures = excluded.failures",
        rows
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}
