//! What came back after a server had taken it.

use model::Moment;

use crate::row::{Row, stamp};
use crate::{Store, StoreError};

/// What a delivery report says of one recipient (RFC 3464).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BounceReport {
    /// `Final-Recipient`.
    pub recipient: String,
    /// `Status`, for instance `5.1.1`.
    pub status: String,
    /// `Diagnostic-Code`, in the server's words.
    pub reason: String,
}

/// A bounce as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// The letter's key.
    pub key: String,
    /// When it was entered.
    pub at: Moment,
    /// What was said.
    pub report: BounceReport,
}

impl Store {
    /// Writes down that a letter came back. False: there is no such letter to that recipient, or it was known.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn record_bounce(&self, key: &str, report: &BounceReport, at: Moment) -> Result<bool, StoreError> {
        let at = stamp(at);
        let mut tx = self.write().await?;
        let done = sqlx::query!(
            "INSERT INTO bounce (delivery, at, status, reason)
             SELECT d.id, ?3, ?4, ?5 FROM delivery d JOIN outbox o ON o.id = d.letter
             WHERE o.key = ?1 AND (lower(d.recipient) = lower(?2)
                              OR substr(lower(d.recipient), -length(?2) - 2) = '<' || lower(?2) || '>')
             ON CONFLICT DO NOTHING",
            key,
            report.recipient,
            at,
            report.status,
            report.reason
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Bounces entered since `since`, in order.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn bounces(&self, since: Moment) -> Result<Vec<Bounce>, StoreError> {
        let since = stamp(since);
        let rows = sqlx::query!(
            r#"SELECT b.id AS "id!: i64", b.at, b.status, b.reason, d.recipient, o.key
               FROM bounce b JOIN delivery d ON d.id = b.delivery JOIN outbox o ON o.id = d.letter
               WHERE b.at >= ?1 ORDER BY b.id"#,
            since
        )
        .fetch_all(self.reader())
        .await?;
        let mut bounces = vec![];
        for r in rows {
            let at = Row::of("bounce", &r.id).moment("at", &r.at)?;
            let report = BounceReport { recipient: r.recipient, status: r.status, reason: r.reason };
            bounces.push(Bounce { key: r.key, at, report });
        }
        Ok(bounces)
    }

    /// The keys of all letters, for finding the one that a delivery report speaks of.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn mail_keys(&self) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar!("SELECT key FROM outbox ORDER BY id").fetch_all(self.reader()).await?)
    }
}
