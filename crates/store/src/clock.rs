//! Which clock this database has lived on.

use model::Moment;

use crate::row::Row;
use crate::{Refusal, Store, StoreError};

impl Store {
    /// Says whether this run is a rehearsal (`--now`). The first run decides for ever: rehearsed days among real ones
    /// would be looks that nobody made.
    ///
    /// # Errors
    /// When the database has run on the other clock.
    pub async fn claim_clock(&self, rehearsal: bool) -> Result<(), StoreError> {
        let mine = if rehearsal { "rehearsal" } else { "real" };
        let mut tx = self.write().await?;
        sqlx::query!("INSERT INTO meta (key, value) VALUES ('clock', ?1) ON CONFLICT (key) DO NOTHING", mine)
            .execute(&mut *tx)
            .await?;
        let kept = sqlx::query_scalar!("SELECT value FROM meta WHERE key = 'clock'").fetch_one(&mut *tx).await?;
        tx.commit().await?;
        if kept == mine { Ok(()) } else { Err(Refusal::Clock { was: !rehearsal }.into()) }
    }

    /// The newest instant that any run has stored: a clock that stands before it has been set back. Of the long tables
    /// only the last thousand rows are asked, which were written last.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn latest_instant(&self) -> Result<Option<Moment>, StoreError> {
        let newest = sqlx::query_scalar!(
            r#"SELECT max(at) AS "at?: String" FROM (
                SELECT max(at) AS at FROM (SELECT at FROM look ORDER BY id DESC LIMIT 1000)
                UNION ALL SELECT max(at) FROM (SELECT fetched_at AS at FROM capture ORDER BY id DESC LIMIT 1000)
                UNION ALL SELECT max(at) FROM (SELECT judged_at AS at FROM judgement ORDER BY id DESC LIMIT 1000)
                UNION ALL SELECT max(at) FROM finding_event
                UNION ALL SELECT max(posted_at) FROM ledger_line
                UNION ALL SELECT max(closed_at) FROM month_close
                UNION ALL SELECT max(recorded_at) FROM register
                UNION ALL SELECT max(recorded_at) FROM matter
                UNION ALL SELECT max(recorded_at) FROM matter_entry
                UNION ALL SELECT max(recorded_at) FROM register_complete
                UNION ALL SELECT max(recorded_at) FROM waiver
                UNION ALL SELECT max(at) FROM shape_accepted
                UNION ALL SELECT max(last_done_at) FROM job
                UNION ALL SELECT max(created_at) FROM outbox
                UNION ALL SELECT max(sent_at) FROM delivery)"#
        )
        .fetch_one(self.reader())
        .await?;
        Ok(Row::of("*", &"latest").moment_or_none("at", newest.as_deref())?)
    }
}
