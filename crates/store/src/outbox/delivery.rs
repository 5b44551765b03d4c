//! What becomes of a letter, recipient by recipient.

use model::Moment;

use crate::row::{Row, stamp};
use crate::{Refusal, RowError, Store, StoreError};

/// A letter on its way to one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its number.
    pub id: i64,
    /// The letter's.
    pub letter: i64,
    /// To whom.
    pub recipient: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub next_try_at: Moment,
    /// Since when a sender holds it.
    pub sending_at: Option<Moment>,
    /// When the server took it.
    pub sent_at: Option<Moment>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// It is not tried any more.
    pub gave_up: bool,
    /// What the last bounce said, where one was entered.
    pub bounce: Option<String>,
}

pub(super) struct DeliveryRow {
    pub(super) id: i64,
    pub(super) letter: i64,
    pub(super) recipient: String,
    pub(super) attempts: i64,
    pub(super) next_try_at: String,
    pub(super) sending_at: Option<String>,
    pub(super) sent_at: Option<String>,
    pub(super) last_error: Option<String>,
    pub(super) gave_up: i64,
    pub(super) bounce: Option<String>,
}

impl TryFrom<DeliveryRow> for Delivery {
    type Error = RowError;

    fn try_from(r: DeliveryRow) -> Result<Delivery, RowError> {
        let row = Row::of("delivery", &r.id);
        Ok(Delivery {
            id: r.id,
            letter: r.letter,
            attempts: row.int("attempts", r.attempts)?,
            next_try_at: row.moment("next_try_at", &r.next_try_at)?,
            sending_at: row.moment_or_none("sending_at", r.sending_at.as_deref())?,
            sent_at: row.moment_or_none("sent_at", r.sent_at.as_deref())?,
            recipient: r.recipient,
            last_error: r.last_error,
            gave_up: r.gave_up == 1,
            bounce: r.bounce,
        })
    }
}

impl Store {
    /// Deliveries that a sender took and never reported on, because the program stopped in between. Whether they were
    /// sent nobody knows: [`Store::mark_failed`] with a next time sends them again, [`Store::mark_sent`] does not.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn interrupted_mail(&self) -> Result<Vec<(String, Delivery)>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT d.id AS "id!: i64", d.letter, d.recipient, d.attempts, d.next_try_at, d.sending_at, d.last_error, o.key
               FROM delivery d JOIN outbox o ON o.id = d.letter
               WHERE d.sent_at IS NULL AND d.gave_up = 0 AND d.sending_at IS NOT NULL ORDER BY d.id"#
        )
        .fetch_all(self.reader())
        .await?;
        let mut held = vec![];
        for r in rows {
            let row = DeliveryRow {
                id: r.id,
                letter: r.letter,
                recipient: r.recipient,
                attempts: r.attempts,
                next_try_at: r.next_try_at,
                sending_at: r.sending_at,
                sent_at: None,
                last_error: r.last_error,
                gave_up: 0,
                bounce: None,
            };
            held.push((r.key, row.try_into()?));
        }
        Ok(held)
    }

    /// Takes a letter for sending to one recipient. False: another sender has it, or it was sent or given up; then hands
    /// off.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn mark_sending(&self, delivery: i64, at: Moment) -> Result<bool, StoreError> {
        let at = stamp(at);
        let mut tx = self.write().await?;
        let done = sqlx::query!(
            "UPDATE delivery SET sending_at = ?2, attempts = attempts + 1
             WHERE id = ?1 AND sent_at IS NULL AND gave_up = 0 AND sending_at IS NULL",
            delivery,
            at
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// The server has taken the letter for these recipients.
    ///
    /// # Errors
    /// When no sender holds such a delivery, or the database cannot be written; then none is marked.
    pub async fn mark_sent(&self, deliveries: &[i64], at: Moment) -> Result<(), StoreError> {
        let at = stamp(at);
        let mut tx = self.write().await?;
        for id in deliveries {
            let done = sqlx::query!(
                "UPDATE delivery SET sent_at = ?2, sending_at = NULL, last_error = NULL
                 WHERE id = ?1 AND sent_at IS NULL AND gave_up = 0 AND sending_at IS NOT NULL",
                id,
                at
            )
            .execute(&mut *tx)
            .await?;
            held(*id, done.rows_affected())?;
        }
        Ok(tx.commit().await?)
    }

    /// The letter did not reach the recipient; it is tried again at `next`, or never.
    ///
    /// # Errors
    /// When no sender holds such a delivery, or the database cannot be written.
    pub async fn mark_failed(&self, delivery: i64, error: &str, next: Option<Moment>) -> Result<(), StoreError> {
        let (gave_up, next) = (i64::from(next.is_none()), next.map(stamp));
        let mut tx = self.write().await?;
        let done = sqlx::query!(
            "UPDATE delivery SET sending_at = NULL, last_error = ?2, gave_up = ?3, next_try_at = coalesce(?4, next_try_at)
             WHERE id = ?1 AND sent_at IS NULL AND gave_up = 0 AND sending_at IS NOT NULL",
            delivery,
            error,
            gave_up,
            next
        )
        .execute(&mut *tx)
        .await?;
        held(delivery, done.rows_affected())?;
        Ok(tx.commit().await?)
    }

    /// How many letters that recipient was sent since `since`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn sent_since(&self, recipient: &str, since: Moment) -> Result<i64, StoreError> {
        let since = stamp(since);
        Ok(sqlx::query_scalar!(
            r#"SELECT count(*) AS "n!: i64" FROM delivery WHERE recipient = ?1 AND sent_at > ?2"#,
            recipient,
            since
        )
        .fetch_one(self.reader())
        .await?)
    }

    /// Puts what was given up back among what is to be sent, for one recipient or for all; says for how many.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn retry_mail(&self, key: &str, recipient: Option<&str>, at: Moment) -> Result<u64, StoreError> {
        let at = stamp(at);
        let mut tx = self.write().await?;
        let done = sqlx::query!(
            "UPDATE delivery SET gave_up = 0, attempts = 0, next_try_at = ?3, sending_at = NULL
             WHERE letter = (SELECT id FROM outbox WHERE key = ?1) AND (?2 IS NULL OR recipient = ?2)
               AND sent_at IS NULL AND gave_up = 1",
            key,
            recipient,
            at
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected())
    }
}

fn held(id: i64, rows: u64) -> Result<(), Refusal> {
    if rows == 1 { Ok(()) } else { Err(Refusal::NoSuch { what: "发送中的邮件", id }) }
}
