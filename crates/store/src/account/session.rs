//! Sessions: a browser that has logged in, known by the fingerprint of its token.

use chrono::TimeDelta;
use model::Moment;

use super::{Account, AccountRow};
use crate::row::{Row, stamp};
use crate::{Store, StoreError};

/// Who stands behind a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The account.
    pub account: Account,
    /// When it was last seen.
    pub seen_at: Moment,
}

struct SignedRow {
    id: i64,
    name: String,
    person: String,
    role: String,
    unit: Option<String>,
    must_change: i64,
    disabled_at: Option<String>,
    created_at: String,
    seen_at: String,
}

impl Store {
    /// Opens a session. Those that have not been used for longer than any may be idle are swept out.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn open_session(
        &self,
        account: i64,
        fingerprint: &str,
        idle: TimeDelta,
        at: Moment,
    ) -> Result<(), StoreError> {
        let (oldest, at) = (stamp(at - idle), stamp(at));
        let mut tx = self.write().await?;
        sqlx::query!("DELETE FROM session WHERE seen_at < ?1", oldest).execute(&mut *tx).await?;
        sqlx::query!(
            "INSERT INTO session (token, account, created_at, seen_at) VALUES (?1, ?2, ?3, ?3)",
            fingerprint,
            account,
            at
        )
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Who stands behind a token that was seen at `since` or later; no one where the account is disabled.
    ///
    /// # Errors
    /// When the database cannot be read or the row cannot be understood.
    pub async fn session(&self, fingerprint: &str, since: Moment) -> Result<Option<SignedIn>, StoreError> {
        let since = stamp(since);
        let row = sqlx::query_as!(
            SignedRow,
            r#"SELECT a.id AS "id!: i64", a.name, a.person, a.role, a.unit, a.must_change, a.disabled_at, a.created_at,
                      s.seen_at
               FROM session s JOIN account a ON a.id = s.account
               WHERE s.token = ?1 AND s.seen_at >= ?2 AND a.disabled_at IS NULL"#,
            fingerprint,
            since
        )
        .fetch_optional(self.reader())
        .await?;
        let Some(r) = row else { return Ok(None) };
        let seen_at = Row::of("session", &r.id).moment("seen_at", &r.seen_at)?;
        let account = AccountRow {
            id: r.id,
            name: r.name,
            person: r.person,
            role: r.role,
            unit: r.unit,
            must_change: r.must_change,
            disabled_at: r.disabled_at,
            created_at: r.created_at,
        };
        Ok(Some(SignedIn { account: Account::try_from(account)?, seen_at }))
    }

    /// Notes that a session is in use.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn session_seen(&self, fingerprint: &str, at: Moment) -> Result<(), StoreError> {
        let at = stamp(at);
        let mut tx = self.write().await?;
        sqlx::query!("UPDATE session SET seen_at = ?2 WHERE token = ?1", fingerprint, at).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn close_session(&self, fingerprint: &str) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query!("DELETE FROM session WHERE token = ?1", fingerprint).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }
}
