//! 零情况声明.

use model::{ChannelId, DayRange, DeclaredEmpty, Moment};

use super::{Revoked, in_order};
use crate::row::{Row, stamp};
use crate::{Refusal, RowError, Store, StoreError, said};

/// A statement that a column has nothing to publish, about to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDeclaredEmpty {
    /// The column.
    pub channel: ChannelId,
    /// First and last day.
    pub days: DayRange,
    /// What was stated.
    pub reason: String,
    /// Who approved it.
    pub approver: String,
    /// Who entered it.
    pub who: String,
}

/// A statement with its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredRecord {
    /// What it says.
    pub declared: DeclaredEmpty,
    /// Who entered it.
    pub who: String,
    /// When.
    pub recorded_at: Moment,
    /// That it was taken back.
    pub revoked: Option<Revoked>,
}

struct DeclaredRow {
    id: i64,
    channel: String,
    first_day: String,
    last_day: String,
    reason: String,
    approver: String,
    who: String,
    recorded_at: String,
    revoked_by: Option<String>,
    revoked_why: Option<String>,
    revoked_at: Option<String>,
}

impl TryFrom<DeclaredRow> for DeclaredRecord {
    type Error = RowError;

    fn try_from(r: DeclaredRow) -> Result<DeclaredRecord, RowError> {
        let row = Row::of("declared_empty", &r.id);
        let revoked = match (r.revoked_by, r.revoked_why, r.revoked_at) {
            (Some(who), Some(why), Some(at)) => {
                Some(Revoked { who, why, at: Row::of("declared_empty_revoked", &r.id).moment("at", &at)? })
            }
            _ => None,
        };
        Ok(DeclaredRecord {
            declared: DeclaredEmpty {
                id: r.id,
                channel: row.parse("channel", &r.channel)?,
                days: row.days(&r.first_day, &r.last_day)?,
                reason: r.reason,
                approver: r.approver,
            },
            who: r.who,
            recorded_at: row.moment("recorded_at", &r.recorded_at)?,
            revoked,
        })
    }
}

impl Store {
    /// Enters a statement and gives its number.
    ///
    /// # Errors
    /// When something is left empty, the days are the wrong way round, the channel is not registered, or the database
    /// cannot be written.
    pub async fn add_declared_empty(&self, new: &NewDeclaredEmpty, at: Moment) -> Result<i64, StoreError> {
        for (what, text) in [("声明内容", &new.reason), ("批准人", &new.approver), ("姓名", &new.who)] {
            said(what, text)?;
        }
        let ((first, last), at, channel) = (in_order(new.days)?, stamp(at), new.channel.as_str());
        let mut tx = self.write().await?;
        let done = sqlx::query!(
            "INSERT INTO declared_empty (channel, first_day, last_day, reason, approver, who, recorded_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            channel,
            first,
            last,
            new.reason,
            new.approver,
            new.who,
            at
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.last_insert_rowid())
    }

    /// Takes a statement back, by a later row.
    ///
    /// # Errors
    /// When there is none of that number, it has been taken back already, a name or reason is missing, or the database
    /// cannot be written.
    pub async fn revoke_declared_empty(&self, id: i64, who: &str, why: &str, at: Moment) -> Result<(), StoreError> {
        said("姓名", who)?;
        said("理由", why)?;
        let at = stamp(at);
        let mut tx = self.write().await?;
        let known =
            sqlx::query_scalar!("SELECT count(*) FROM declared_empty WHERE id = ?1", id).fetch_one(&mut *tx).await?;
        if known == 0 {
            return Err(Refusal::NoSuch { what: "零情况声明", id }.into());
        }
        let done = sqlx::query!(
            "INSERT INTO declared_empty_revoked (declared, who, why, at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (declared) DO NOTHING",
            id,
            who,
            why,
            at
        )
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Refusal::AlreadyRevoked { what: "零情况声明", id }.into());
        }
        Ok(tx.commit().await?)
    }

    /// The statements that stood at `as_of`.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn declared_empty(&self, as_of: Moment) -> Result<Vec<DeclaredEmpty>, StoreError> {
        let all = self.declared_records().await?;
        let stood = |d: &DeclaredRecord| d.recorded_at <= as_of && d.revoked.as_ref().is_none_or(|r| as_of < r.at);
        Ok(all.into_iter().filter(stood).map(|d| d.declared).collect())
    }

    /// Every statement that was ever entered.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn declared_records(&self) -> Result<Vec<DeclaredRecord>, StoreError> {
        let rows = sqlx::query_as!(
            DeclaredRow,
            r#"SELECT d.id AS "id!: i64", d.channel, d.first_day, d.last_day, d.reason, d.approver, d.who, d.recorded_at,
                      r.who AS "revoked_by?: String", r.why AS "revoked_why?: String", r.at AS "revoked_at?: String"
               FROM declared_empty d LEFT JOIN declared_empty_revoked r ON r.declared = d.id ORDER BY d.id"#
        )
        .fetch_all(self.reader())
        .await?;
        Ok(rows.into_iter().map(DeclaredRecord::try_from).collect::<Result<_, _>>()?)
    }
}
