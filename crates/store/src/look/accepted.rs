//! A person accepts the new shape of a list that changed.

use model::{ChannelId, Moment};

use crate::row::{Row, stamp};
use crate::{Refusal, RowError, Store, StoreError, said};

/// A new shape, about to be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccepted {
    /// The channel.
    pub channel: ChannelId,
    /// The look that showed it, where one did.
    pub look: Option<i64>,
    /// Rows on the first page.
    pub rows: u32,
    /// Those of them that have a date.
    pub dated: u32,
    /// The family that read it; empty where any may.
    pub adapter: String,
    /// Who accepts it.
    pub who: String,
    /// Why.
    pub why: String,
}

/// A new shape that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Its number.
    pub id: i64,
    /// What was accepted.
    pub entered: NewAccepted,
    /// When.
    pub at: Moment,
}

impl Store {
    /// Enters that a person accepts a new shape, and gives its number.
    ///
    /// # Errors
    /// When a name or reason is missing, there is no such look of that channel, or the database cannot be written.
    pub async fn accept_shape(&self, new: &NewAccepted, at: Moment) -> Result<i64, StoreError> {
        said("姓名", &new.who)?;
        said("理由", &new.why)?;
        let (channel, at) = (new.channel.as_str(), stamp(at));
        let mut tx = self.write().await?;
        if let Some(look) = new.look {
            let known = sqlx::query_scalar!("SELECT count(*) FROM look WHERE id = ?1 AND channel = ?2", look, channel)
                .fetch_one(&mut *tx)
                .await?;
            if known == 0 {
                return Err(Refusal::NoSuch { what: "检查", id: look }.into());
            }
        }
        let done = sqlx::query!(
            "INSERT INTO shape_accepted (channel, look, rows, dated, adapter, who, why, at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            channel,
            new.look,
            new.rows,
            new.dated,
            new.adapter,
            new.who,
            new.why,
            at
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.last_insert_rowid())
    }

    /// The shapes of a channel that were accepted, the newest first.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn accepted_shapes(&self, channel: &ChannelId) -> Result<Vec<Accepted>, StoreError> {
        let name = channel.as_str();
        let rows = sqlx::query!(
            r#"SELECT id, look, rows AS "rows!: i64", dated AS "dated!: i64", adapter, who, why, at FROM shape_accepted
               WHERE channel = ?1 ORDER BY at DESC, id DESC"#,
            name
        )
        .fetch_all(self.reader())
        .await?;
        let all = rows.into_iter().map(|r| {
            let row = Row::of("shape_accepted", &r.id);
            let entered = NewAccepted {
                channel: channel.clone(),
                look: r.look,
                rows: row.int("rows", r.rows)?,
                dated: row.int("dated", r.dated)?,
                adapter: r.adapter,
                who: r.who,
                why: r.why,
            };
            Ok(Accepted { id: r.id, entered, at: row.moment("at", &r.at)? })
        });
        Ok(all.collect::<Result<_, RowError>>()?)
    }
}
