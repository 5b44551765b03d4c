//! Letters to be sent, each once.

use model::Moment;

use crate::row::{Row, stamp};
use crate::{Refusal, RowError, Store, StoreError};

/// A letter, about to be put into the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    /// What makes it this letter and no other: `weekly:2026-W47:jyj`. A known key is not put in again.
    pub key: String,
    /// The envelope's sender.
    pub sender: String,
    /// The envelope's recipients.
    pub recipients: Vec<String>,
    /// The subject, for lists.
    pub subject: String,
    /// The whole letter as RFC 822 has it.
    pub message: Vec<u8>,
}

/// A letter of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its number.
    pub id: i64,
    /// What was put in.
    pub mail: NewMail,
    /// When.
    pub created_at: Moment,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub next_try_at: Moment,
    /// Since when a sender holds it.
    pub sending_at: Option<Moment>,
    /// When it was sent.
    pub sent_at: Option<Moment>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// It is not tried any more.
    pub gave_up: bool,
}

/// Which letters are asked for; what is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailFilter {
    /// The beginning of the key, for instance `weekly:2026-W47:`.
    pub key_starts: Option<String>,
    /// Sent, or not.
    pub sent: Option<bool>,
}

struct MailRow {
    id: i64,
    key: String,
    created_at: String,
    sender: String,
    recipients: String,
    subject: String,
    message: Vec<u8>,
    attempts: i64,
    next_try_at: String,
    sending_at: Option<String>,
    sent_at: Option<String>,
    last_error: Option<String>,
    gave_up: i64,
}

impl TryFrom<MailRow> for Mail {
    type Error = RowError;

    fn try_from(r: MailRow) -> Result<Mail, RowError> {
        let row = Row::of("outbox", &r.id);
        Ok(Mail {
            id: r.id,
            created_at: row.moment("created_at", &r.created_at)?,
            attempts: row.int("attempts", r.attempts)?,
            next_try_at: row.moment("next_try_at", &r.next_try_at)?,
            sending_at: row.moment_or_none("sending_at", r.sending_at.as_deref())?,
            sent_at: row.moment_or_none("sent_at", r.sent_at.as_deref())?,
            mail: NewMail {
                recipients: row.json("recipients", &r.recipients)?,
                key: r.key,
                sender: r.sender,
                subject: r.subject,
                message: r.message,
            },
            last_error: r.last_error,
            gave_up: r.gave_up == 1,
        })
    }
}

impl Store {
    /// Puts a letter into the outbox and gives its number; where its key is known, that of the first, and false.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn enqueue(&self, mail: &NewMail, at: Moment) -> Result<(i64, bool), StoreError> {
        let (at, recipients) = (stamp(at), serde_json::to_string(&mail.recipients)?);
        let mut tx = self.write().await?;
        let done = sqlx::query!(
            "INSERT INTO outbox (key, created_at, sender, recipients, subject, message, next_try_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?2) ON CONFLICT (key) DO NOTHING",
            mail.key,
            at,
            mail.sender,
            recipients,
            mail.subject,
            mail.message
        )
        .execute(&mut *tx)
        .await?;
        let id = sqlx::query_scalar!(r#"SELECT id AS "id!: i64" FROM outbox WHERE key = ?1"#, mail.key)
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok((id, done.rows_affected() == 1))
    }

    /// Letters that are to be sent at `now`, the oldest first. One that a sender holds is not among them.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn due_mail(&self, now: Moment) -> Result<Vec<Mail>, StoreError> {
        let now = stamp(now);
        let rows = sqlx::query_as!(
            MailRow,
            r#"SELECT id AS "id!: i64", key, created_at, sender, recipients, subject, message, attempts, next_try_at,
                      sending_at, sent_at, last_error, gave_up
               FROM outbox WHERE sent_at IS NULL AND gave_up = 0 AND sending_at IS NULL AND next_try_at <= ?1
               ORDER BY id"#,
            now
        )
        .fetch_all(self.reader())
        .await?;
        Ok(rows.into_iter().map(Mail::try_from).collect::<Result<_, _>>()?)
    }

    /// Letters that a sender took and never reported on, because the program stopped in between. Whether they were sent
    /// nobody knows: [`Store::mark_failed`] with a next time sends them again, [`Store::mark_sent`] does not.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn interrupted_mail(&self) -> Result<Vec<Mail>, StoreError> {
        let rows = sqlx::query_as!(
            MailRow,
            r#"SELECT id AS "id!: i64", key, created_at, sender, recipients, subject, message, attempts, next_try_at,
                      sending_at, sent_at, last_error, gave_up
               FROM outbox WHERE sent_at IS NULL AND gave_up = 0 AND sending_at IS NOT NULL ORDER BY id"#
        )
        .fetch_all(self.reader())
        .await?;
        Ok(rows.into_iter().map(Mail::try_from).collect::<Result<_, _>>()?)
    }

    /// Takes a letter for sending. False: another sender has it, or it was sent or given up; then hands off.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn mark_sending(&self, id: i64, at: Moment) -> Result<bool, StoreError> {
        let at = stamp(at);
        let mut tx = self.write().await?;
        let done = sqlx::query!(
            "UPDATE outbox SET sending_at = ?2, attempts = attempts + 1
             WHERE id = ?1 AND sent_at IS NULL AND gave_up = 0 AND sending_at IS NULL",
            id,
            at
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// The mail server has accepted the letter.
    ///
    /// # Errors
    /// When no sender holds such a letter, or the database cannot be written.
    pub async fn mark_sent(&self, id: i64, at: Moment) -> Result<(), StoreError> {
        let at = stamp(at);
        let mut tx = self.write().await?;
        let done = sqlx::query!(
            "UPDATE outbox SET sent_at = ?2, sending_at = NULL, last_error = NULL
             WHERE id = ?1 AND sent_at IS NULL AND gave_up = 0 AND sending_at IS NOT NULL",
            id,
            at
        )
        .execute(&mut *tx)
        .await?;
        held(id, done.rows_affected())?;
        Ok(tx.commit().await?)
    }

    /// The letter was not sent; it is tried again at `next`, or never.
    ///
    /// # Errors
    /// When no sender holds such a letter, or the database cannot be written.
    pub async fn mark_failed(&self, id: i64, error: &str, next: Option<Moment>) -> Result<(), StoreError> {
        let (gave_up, next) = (i64::from(next.is_none()), next.map(stamp));
        let mut tx = self.write().await?;
        let done = sqlx::query!(
            "UPDATE outbox SET sending_at = NULL, last_error = ?2, gave_up = ?3, next_try_at = coalesce(?4, next_try_at)
             WHERE id = ?1 AND sent_at IS NULL AND gave_up = 0 AND sending_at IS NOT NULL",
            id,
            error,
            gave_up,
            next
        )
        .execute(&mut *tx)
        .await?;
        held(id, done.rows_affected())?;
        Ok(tx.commit().await?)
    }

    /// Puts a letter that was given up back among those that are to be sent. False: it was not given up.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn retry_mail(&self, key: &str, at: Moment) -> Result<bool, StoreError> {
        let at = stamp(at);
        let mut tx = self.write().await?;
        let done = sqlx::query!(
            "UPDATE outbox SET gave_up = 0, attempts = 0, next_try_at = ?2, sending_at = NULL
             WHERE key = ?1 AND sent_at IS NULL AND gave_up = 1",
            key,
            at
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// Letters in the order in which they were put in.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn mail(&self, filter: &MailFilter) -> Result<Vec<Mail>, StoreError> {
        let (starts, sent) = (filter.key_starts.as_deref(), filter.sent.map(i64::from));
        let rows = sqlx::query_as!(
            MailRow,
            r#"SELECT id AS "id!: i64", key, created_at, sender, recipients, subject, message, attempts, next_try_at,
                      sending_at, sent_at, last_error, gave_up
               FROM outbox
               WHERE (?1 IS NULL OR substr(key, 1, length(?1)) = ?1) AND (?2 IS NULL OR (sent_at IS NOT NULL) = ?2)
               ORDER BY id"#,
            starts,
            sent
        )
        .fetch_all(self.reader())
        .await?;
        Ok(rows.into_iter().map(Mail::try_from).collect::<Result<_, _>>()?)
    }
}

fn held(id: i64, rows: u64) -> Result<(), Refusal> {
    if rows == 1 { Ok(()) } else { Err(Refusal::NoSuch { what: "发送中的邮件", id }) }
}
