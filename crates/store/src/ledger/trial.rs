//! 试运行: which rows of a table were on trial in a month, written down when it is closed.

use std::collections::BTreeSet;

use model::{CriterionId, Moment, Month, RulebookId};

use crate::row::{Row, list, stamp};
use crate::{RowError, Store, StoreError};

/// A month and a row that was on trial in it.
pub type Trials = BTreeSet<(Month, CriterionId)>;

impl Store {
    /// Writes down that these rows are on trial in a month that is about to be closed. A closed month keeps what was
    /// written then, and nothing is written twice.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn note_trial(
        &self,
        month: Month,
        rulebook: &RulebookId,
        criteria: &[&CriterionId],
        at: Moment,
    ) -> Result<(), StoreError> {
        if criteria.is_empty() {
            return Ok(());
        }
        let (month, rulebook, criteria, at) = (month.to_string(), rulebook.as_str(), list(criteria)?, stamp(at));
        let mut tx = self.write().await?;
        sqlx::query!(
            "INSERT OR IGNORE INTO trial (month, rulebook, criterion, at)
             SELECT ?1, ?2, value, ?4 FROM json_each(?3)
             WHERE NOT EXISTS (SELECT 1 FROM month_close WHERE month = ?1)",
            month,
            rulebook,
            criteria,
            at
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// The months and rows of a table that were on trial.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn trials(&self, rulebook: &RulebookId) -> Result<Trials, StoreError> {
        let rulebook = rulebook.as_str();
        let rows = sqlx::query!("SELECT month, criterion FROM trial WHERE rulebook = ?1", rulebook)
            .fetch_all(self.reader())
            .await?;
        let each = rows.into_iter().map(|r| {
            let row = Row::of("trial", &r.month);
            Ok((row.parse("month", &r.month)?, row.parse("criterion", &r.criterion)?))
        });
        Ok(each.collect::<Result<_, RowError>>()?)
    }
}
