//! Letters and notices to be sent, each once to each of its recipients.

mod bounce;
mod delivery;
mod select;

use model::Moment;

use crate::row::stamp;
use crate::{Store, StoreError};

pub use bounce::{Bounce, BounceReport};
pub use delivery::Delivery;
pub use select::{Mail, MailFilter};

/// By which way a letter leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Via {
    /// As a mail; the recipients are addresses.
    #[default]
    Mail,
    /// As a notice to a chat robot; the recipient is the name of the webhook in the configuration.
    Webhook,
}

impl Via {
    /// The word of the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Via::Mail => "mail",
            Via::Webhook => "webhook",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Via> {
        [Via::Mail, Via::Webhook].into_iter().find(|v| v.word() == word)
    }
}

/// A letter, about to be put into the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    /// What makes it this letter and no other: `weekly:2026-W47:jyj`. A known key is not put in again.
    pub key: String,
    /// Its way.
    pub via: Via,
    /// The envelope's sender.
    pub sender: String,
    /// The envelope's recipients.
    pub recipients: Vec<String>,
    /// The subject, for lists.
    pub subject: String,
    /// The whole letter as RFC 822 has it; for a webhook, its text.
    pub message: Vec<u8>,
}

/// A step of the reminder ladder that a letter gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reminded {
    /// The finding's number.
    pub finding: i64,
    /// Days before the end of its window.
    pub step: u16,
}

impl Store {
    /// Puts a letter into the outbox and gives its number; where its key is known, that of the first, and false.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn enqueue(&self, mail: &NewMail, at: Moment) -> Result<(i64, bool), StoreError> {
        self.enqueue_reminder(mail, &[], at).await
    }

    /// As [`Store::enqueue`], and writes down in the same breath which reminders the letter gives; one that was given
    /// before stays with its letter.
    ///
    /// # Errors
    /// When a finding does not exist, or the database cannot be written.
    pub async fn enqueue_reminder(
        &self,
        mail: &NewMail,
        steps: &[Reminded],
        at: Moment,
    ) -> Result<(i64, bool), StoreError> {
        let (at, recipients, via) = (stamp(at), serde_json::to_string(&mail.recipients)?, mail.via.word());
        let mut tx = self.write().await?;
        let done = sqlx::query!(
            "INSERT INTO outbox (key, via, created_at, sender, recipients, subject, message)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (key) DO NOTHING",
            mail.key,
            via,
            at,
            mail.sender,
            recipients,
            mail.subject,
            mail.message
        )
        .execute(&mut *tx)
        .await?;
        let new = done.rows_affected() == 1;
        let id = sqlx::query_scalar!(r#"SELECT id AS "id!: i64" FROM outbox WHERE key = ?1"#, mail.key)
            .fetch_one(&mut *tx)
            .await?;
        if new {
            sqlx::query!(
                "INSERT INTO delivery (letter, recipient, next_try_at)
                 SELECT DISTINCT ?1, value, ?3 FROM json_each(?2)",
                id,
                recipients,
                at
            )
            .execute(&mut *tx)
            .await?;
            for Reminded { finding, step } in steps {
                sqlx::query!(
                    "INSERT INTO reminded (finding, step, letter) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                    finding,
                    step,
                    id
                )
                .execute(&mut *tx)
                .await?;
            }
        }
        tx.commit().await?;
        Ok((id, new))
    }

    /// The last, that is the smallest, step of the ladder that each finding has been given.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn reminded(&self) -> Result<std::collections::BTreeMap<i64, u16>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT finding AS "finding!: i64", min(step) AS "step!: u16" FROM reminded GROUP BY finding"#
        )
        .fetch_all(self.reader())
        .await?;
        Ok(rows.into_iter().map(|r| (r.finding, r.step)).collect())
    }
}
