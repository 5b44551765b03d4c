//! What a person decides of a suspicion: once, and for good.

use model::Moment;
use sqlx::SqliteConnection;

use crate::people::{MatterOpening, NewRegister, add_entry, open_matter};
use crate::row::stamp;
use crate::{Refusal, Store, StoreError, said};

/// What was decided of a suspicion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspicionDecision {
    /// The entry of the register that it became.
    pub register: Option<i64>,
    /// The matter that it became. Where it was dismissed there is neither.
    pub matter: Option<i64>,
    /// Who decided.
    pub who: String,
    /// Why.
    pub why: String,
    /// When.
    pub at: Moment,
}

/// What a confirmed suspicion becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Becoming {
    /// An entry of the register.
    Entry(NewRegister),
    /// A matter, where the row has a clock.
    Matter(MatterOpening),
}

impl Store {
    /// Confirms a suspicion: what it becomes is entered in the same transaction. Gives the number of the entry or matter.
    /// One that says the same and stands already is not made again.
    ///
    /// # Errors
    /// When there is none of that number, it was decided before, the entry lacks something, or the database cannot be
    /// written.
    pub async fn confirm_suspicion(
        &self,
        id: i64,
        becoming: &Becoming,
        why: &str,
        at: Moment,
    ) -> Result<i64, StoreError> {
        said("理由", why)?;
        let mut tx = self.write().await?;
        undecided(&mut tx, id).await?;
        let entered = match becoming {
            Becoming::Entry(new) => {
                let (register, _) = add_entry(&mut tx, new, at).await?;
                record(&mut tx, id, (Some(register), None), &new.who, why, at).await?;
                register
            }
            Becoming::Matter(new) => {
                let (matter, _) = open_matter(&mut tx, new, at).await?;
                record(&mut tx, id, (None, Some(matter)), &new.who, why, at).await?;
                matter
            }
        };
        tx.commit().await?;
        Ok(entered)
    }

    /// Dismisses a suspicion. It stays dismissed: what it quotes is not proposed again.
    ///
    /// # Errors
    /// When there is none of that number, it was decided before, a name or reason is missing, or the database cannot be
    /// written.
    pub async fn dismiss_suspicion(&self, id: i64, who: &str, why: &str, at: Moment) -> Result<(), StoreError> {
        said("姓名", who)?;
        said("理由", why)?;
        let mut tx = self.write().await?;
        undecided(&mut tx, id).await?;
        record(&mut tx, id, (None, None), who, why, at).await?;
        tx.commit().await?;
        Ok(())
    }
}

async fn undecided(tx: &mut SqliteConnection, id: i64) -> Result<(), StoreError> {
    let known = sqlx::query_scalar!("SELECT count(*) FROM suspicion WHERE id = ?1", id).fetch_one(&mut *tx).await?;
    if known == 0 {
        return Err(Refusal::NoSuch { what: "疑点", id }.into());
    }
    let decided = sqlx::query_scalar!("SELECT decision FROM suspicion_decision WHERE suspicion = ?1", id)
        .fetch_optional(&mut *tx)
        .await?;
    match decided {
        None => Ok(()),
        Some(_) => Err(Refusal::SuspicionDecided(id).into()),
    }
}

async fn record(
    tx: &mut SqliteConnection,
    id: i64,
    (register, matter): (Option<i64>, Option<i64>),
    who: &str,
    why: &str,
    at: Moment,
) -> Result<(), StoreError> {
    let confirmed = register.is_some() || matter.is_some();
    let (decision, at) = (if confirmed { "confirmed" } else { "dismissed" }, stamp(at));
    sqlx::query!(
        "INSERT INTO suspicion_decision (suspicion, decision, register, matter, who, why, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        id,
        decision,
        register,
        matter,
        who,
        why,
        at
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}
