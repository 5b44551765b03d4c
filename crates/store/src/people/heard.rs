//! When people last said something.

use model::Moment;

use crate::row::Row;
use crate::{Store, StoreError};

impl Store {
    /// When a person last said anything that a judgement heeds: a waiver, a statement of nothing to publish, a date, a
    /// clearance, a matter or that a register is complete, or that one of these was taken back.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn last_word(&self) -> Result<Option<Moment>, StoreError> {
        let at = sqlx::query_scalar!(
            r#"SELECT max(at) AS "at?: String" FROM (
                 SELECT max(recorded_at) AS at FROM waiver UNION ALL SELECT max(at) FROM waiver_revoked
                 UNION ALL SELECT max(recorded_at) FROM declared_empty UNION ALL SELECT max(at) FROM declared_empty_revoked
                 UNION ALL SELECT max(at) FROM item_date UNION ALL SELECT max(recorded_at) FROM clearance
                 UNION ALL SELECT max(recorded_at) FROM matter UNION ALL SELECT max(recorded_at) FROM matter_entry
                 UNION ALL SELECT max(recorded_at) FROM register_complete)"#
        )
        .fetch_one(self.reader())
        .await?;
        Ok(Row::of("waiver", &"max").moment_or_none("at", at.as_deref())?)
    }
}
