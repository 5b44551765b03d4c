//! The audit log: what was asked of the program in somebody's name, written before it is done.

use model::Moment;

use crate::row::{Row, count, stamp};
use crate::{RowError, Store, StoreError};

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// Its number.
    pub id: i64,
    /// When it was asked.
    pub at: Moment,
    /// The account's name.
    pub account: String,
    /// The person's name.
    pub person: String,
    /// The role, with the unit where it is bound to one.
    pub role: String,
    /// What was asked.
    pub action: String,
    /// What came of it, in words.
    pub detail: String,
    /// The HTTP status, 0 for the command line; none: it was never completed.
    pub result: Option<u16>,
}

/// Which lines are asked for; what is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// The account's name.
    pub account: Option<String>,
    /// Lines with a smaller number.
    pub before: Option<i64>,
}

impl Store {
    /// Writes down what is about to be done; gives the line's number.
    ///
    /// # Errors
    /// When the database cannot be written: then it must not be done.
    pub async fn audit(
        &self,
        (account, person, role): (&str, &str, &str),
        action: &str,
        at: Moment,
    ) -> Result<i64, StoreError> {
        let at = stamp(at);
        let mut tx = self.write().await?;
        let done = sqlx::query!(
            "INSERT INTO audit (at, account, person, role, action) VALUES (?1, ?2, ?3, ?4, ?5)",
            at,
            account,
            person,
            role,
            action
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.last_insert_rowid())
    }

    /// Completes a line with what came of it.
    ///
    /// # Errors
    /// When it is complete already, or the database cannot be written.
    pub async fn audited(&self, id: i64, detail: &str, result: u16) -> Result<(), StoreError> {
        let result = i64::from(result);
        let mut tx = self.write().await?;
        sqlx::query!("UPDATE audit SET detail = ?2, result = ?3 WHERE id = ?1", id, detail, result)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Lines of the log, the newest first.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn audits(&self, filter: &AuditFilter, limit: u32) -> Result<Vec<Audit>, StoreError> {
        let (account, before, limit) = (filter.account.as_deref(), filter.before, count(limit));
        let rows = sqlx::query!(
            r#"SELECT id AS "id!: i64", at, account, person, role, action, detail, result FROM audit
               WHERE (?1 IS NULL OR account = ?1) AND (?2 IS NULL OR id < ?2) ORDER BY id DESC LIMIT ?3"#,
            account,
            before,
            limit
        )
        .fetch_all(self.reader())
        .await?;
        let rows = rows.into_iter().map(|r| {
            let row = Row::of("audit", &r.id);
            Ok(Audit {
                id: r.id,
                at: row.moment("at", &r.at)?,
                result: r.result.map(|n| row.int("result", n)).transpose()?,
                account: r.account,
                person: r.person,
                role: r.role,
                action: r.action,
                detail: r.detail,
            })
        });
        Ok(rows.collect::<Result<_, RowError>>()?)
    }
}
