//! Which letters there are, and what has become of them.

use std::collections::BTreeMap;

use model::Moment;

use super::delivery::{Delivery, DeliveryRow};
use super::{NewMail, Via};
use crate::row::{Row, stamp};
use crate::{RowError, Store, StoreError};

/// A letter of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its number.
    pub id: i64,
    /// What was put in.
    pub mail: NewMail,
    /// When.
    pub created_at: Moment,
    /// One for each recipient; of [`Store::due_mail`] only those that are due.
    pub deliveries: Vec<Delivery>,
}

impl Mail {
    /// Every recipient's server has taken it.
    #[must_use]
    pub fn sent(&self) -> bool {
        self.deliveries.iter().all(|d| d.sent_at.is_some())
    }

    /// It is not tried any more for at least one recipient.
    #[must_use]
    pub fn gave_up(&self) -> bool {
        self.deliveries.iter().any(|d| d.gave_up)
    }
}

/// Which letters are asked for; what is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailFilter {
    /// The beginning of the key, for instance `weekly:2026-W47:`.
    pub key_starts: Option<String>,
    /// Sent to all, or not yet to all.
    pub sent: Option<bool>,
}

struct MailRow {
    id: i64,
    key: String,
    via: String,
    created_at: String,
    sender: String,
    recipients: String,
    subject: String,
    message: Vec<u8>,
}

impl MailRow {
    fn with(self, deliveries: Vec<Delivery>) -> Result<Mail, RowError> {
        let row = Row::of("outbox", &self.id);
        Ok(Mail {
            id: self.id,
            created_at: row.moment("created_at", &self.created_at)?,
            mail: NewMail {
                via: row.known("via", &self.via, Via::from_word(&self.via))?,
                recipients: row.json("recipients", &self.recipients)?,
                key: self.key,
                sender: self.sender,
                subject: self.subject,
                message: self.message,
            },
            deliveries,
        })
    }
}

impl Store {
    /// Letters that are to be sent at `now` by one of these ways, the oldest first, with the deliveries that are due. One that
    /// a sender holds is not among them.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn due_mail(&self, now: Moment, ways: &[Via]) -> Result<Vec<Mail>, StoreError> {
        let (now, ways) = (stamp(now), serde_json::to_string(&ways.iter().map(|v| v.word()).collect::<Vec<_>>())?);
        let deliveries = sqlx::query_as!(
            DeliveryRow,
            r#"SELECT d.id AS "id!: i64", d.letter, d.recipient, d.attempts, d.next_try_at, d.sending_at, d.sent_at,
                      d.last_error, d.gave_up, NULL AS "bounce?: String"
               FROM delivery d JOIN outbox o ON o.id = d.letter
               WHERE d.sent_at IS NULL AND d.gave_up = 0 AND d.sending_at IS NULL AND d.next_try_at <= ?1
                 AND o.via IN (SELECT value FROM json_each(?2))
               ORDER BY d.id"#,
            now,
            ways
        )
        .fetch_all(self.reader())
        .await?;
        let mut due = grouped(deliveries)?;
        let letters = serde_json::to_string(&due.keys().collect::<Vec<_>>())?;
        let rows = sqlx::query_as!(
            MailRow,
            r#"SELECT id AS "id!: i64", key, via, created_at, sender, recipients, subject, message
               FROM outbox WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY id"#,
            letters
        )
        .fetch_all(self.reader())
        .await?;
        Ok(rows
            .into_iter()
            .map(|r| {
                let deliveries = due.remove(&r.id).unwrap_or_default();
                r.with(deliveries)
            })
            .collect::<Result<_, _>>()?)
    }

    /// Letters in the order in which they were put in, with all their deliveries.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn mail(&self, filter: &MailFilter) -> Result<Vec<Mail>, StoreError> {
        let (starts, sent) = (filter.key_starts.as_deref(), filter.sent.map(i64::from));
        let rows = sqlx::query_as!(
            MailRow,
            r#"SELECT id AS "id!: i64", key, via, created_at, sender, recipients, subject, message
               FROM outbox o
               WHERE (?1 IS NULL OR substr(key, 1, length(?1)) = ?1)
                 AND (?2 IS NULL OR
                      NOT EXISTS (SELECT 1 FROM delivery d WHERE d.letter = o.id AND d.sent_at IS NULL) = ?2)
               ORDER BY id"#,
            starts,
            sent
        )
        .fetch_all(self.reader())
        .await?;
        let letters = serde_json::to_string(&rows.iter().map(|r| r.id).collect::<Vec<_>>())?;
        let deliveries = sqlx::query_as!(
            DeliveryRow,
            r#"SELECT id AS "id!: i64", letter, recipient, attempts, next_try_at, sending_at, sent_at, last_error, gave_up,
                      (SELECT b.status || ' ' || b.reason FROM bounce b WHERE b.delivery = delivery.id
                       ORDER BY b.id DESC LIMIT 1) AS "bounce?: String"
               FROM delivery WHERE letter IN (SELECT value FROM json_each(?1)) ORDER BY id"#,
            letters
        )
        .fetch_all(self.reader())
        .await?;
        let mut all = grouped(deliveries)?;
        Ok(rows
            .into_iter()
            .map(|r| {
                let deliveries = all.remove(&r.id).unwrap_or_default();
                r.with(deliveries)
            })
            .collect::<Result<_, _>>()?)
    }
}

fn grouped(rows: Vec<DeliveryRow>) -> Result<BTreeMap<i64, Vec<Delivery>>, RowError> {
    let mut by_letter: BTreeMap<i64, Vec<Delivery>> = BTreeMap::new();
    for row in rows {
        let delivery = Delivery::try_from(row)?;
        by_letter.entry(delivery.letter).or_default().push(delivery);
    }
    Ok(by_letter)
}
