//! The word of a person that a register is complete up to a day.

use model::{Completeness, CriterionId, Day, Moment, UnitId};
use sqlx::SqliteConnection;

use crate::row::{Row, stamp};
use crate::{Refusal, RowError, Store, StoreError, said};

/// A statement, about to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletenessStated {
    /// Which register.
    pub criterion: CriterionId,
    /// Only of this unit; none: of all.
    pub unit: Option<UnitId>,
    /// The last day that it speaks for.
    pub through: Day,
    /// Remarks.
    pub note: String,
    /// Who says so.
    pub who: String,
}

impl Store {
    /// Writes the statement down and gives its number.
    ///
    /// # Errors
    /// When a name is missing, the unit is not registered, or the database cannot be written.
    pub async fn state_complete(&self, new: &CompletenessStated, at: Moment) -> Result<i64, StoreError> {
        said("姓名", &new.who)?;
        let mut tx = self.write().await?;
        let id = insert(&mut tx, new, None, at).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Takes a statement back by a later one, and gives the number of that.
    ///
    /// # Errors
    /// When there is none of that number, it has been taken back already or is itself a taking back, a name or reason is
    /// missing, or the database cannot be written.
    pub async fn revoke_complete(&self, id: i64, who: &str, why: &str, at: Moment) -> Result<i64, StoreError> {
        said("姓名", who)?;
        said("理由", why)?;
        let mut tx = self.write().await?;
        let all = all(&mut tx).await?;
        let Some(old) = all.iter().find(|c| c.id == id) else {
            return Err(Refusal::NoSuch { what: "齐全声明", id }.into());
        };
        if old.cancels.is_some() || all.iter().any(|c| c.cancels == Some(id)) {
            return Err(Refusal::AlreadyRevoked { what: "齐全声明", id }.into());
        }
        let back = CompletenessStated {
            criterion: old.criterion.clone(),
            unit: old.unit.clone(),
            through: old.through,
            note: why.to_owned(),
            who: who.to_owned(),
        };
        let revoking = insert(&mut tx, &back, Some(id), at).await?;
        tx.commit().await?;
        Ok(revoking)
    }

    /// Every statement, in the order in which they were made, those that take others back too.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn completeness(&self) -> Result<Vec<Completeness>, StoreError> {
        let mut tx = self.read().await?;
        all(&mut tx).await
    }
}

pub(super) async fn insert(
    tx: &mut SqliteConnection,
    new: &CompletenessStated,
    cancels: Option<i64>,
    at: Moment,
) -> Result<i64, StoreError> {
    let (criterion, unit) = (new.criterion.as_str(), new.unit.as_ref().map(UnitId::as_str));
    let (through, at) = (new.through.to_string(), stamp(at));
    let done = sqlx::query!(
        "INSERT INTO register_complete (criterion, unit, through, note, who, recorded_at, cancels)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        criterion,
        unit,
        through,
        new.note,
        new.who,
        at,
        cancels
    )
    .execute(&mut *tx)
    .await?;
    Ok(done.last_insert_rowid())
}

async fn all(tx: &mut SqliteConnection) -> Result<Vec<Completeness>, StoreError> {
    let rows = sqlx::query!(
        "SELECT id, criterion, unit, through, note, who, recorded_at, cancels FROM register_complete ORDER BY id"
    )
    .fetch_all(&mut *tx)
    .await?;
    let all = rows.into_iter().map(|r| {
        let row = Row::of("register_complete", &r.id);
        Ok(Completeness {
            id: r.id,
            criterion: row.parse("criterion", &r.criterion)?,
            unit: row.maybe("unit", r.unit.as_deref())?,
            through: row.day("through", &r.through)?,
            note: r.note,
            who: r.who,
            recorded_at: row.moment("recorded_at", &r.recorded_at)?,
            cancels: r.cancels,
        })
    });
    Ok(all.collect::<Result<_, RowError>>()?)
}
