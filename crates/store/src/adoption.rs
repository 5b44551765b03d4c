//! 申报: links of articles that units say were taken into the office's own account.

use model::{Moment, UnitId};

use crate::row::{Row, stamp};
use crate::{RowError, Store, StoreError, said};

/// A link that a unit has filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// Its number.
    pub id: i64,
    /// The unit.
    pub unit: UnitId,
    /// The address as it was given.
    pub link: String,
    /// Who filed it.
    pub who: String,
    /// When.
    pub at: Moment,
}

impl Store {
    /// Files a link for a unit and gives the number of the filing; the flag is false where the unit has filed that
    /// article before, however its address was written then.
    ///
    /// # Errors
    /// When the link or a name is missing, the unit is not registered, or the database cannot be written.
    pub async fn file_adoption(
        &self,
        unit: &UnitId,
        link: &str,
        who: &str,
        at: Moment,
    ) -> Result<(i64, bool), StoreError> {
        said("链接", link)?;
        said("姓名", who)?;
        let (unit, key, at) = (unit.as_str(), model::entry::key(link, "", None), stamp(at));
        let mut tx = self.write().await?;
        let known = sqlx::query_scalar!("SELECT id FROM adoption_filing WHERE unit = ?1 AND key = ?2", unit, key)
            .fetch_optional(&mut *tx)
            .await?;
        if let Some(id) = known {
            return Ok((id, false));
        }
        let done = sqlx::query!(
            "INSERT INTO adoption_filing (unit, link, key, who, at) VALUES (?1, ?2, ?3, ?4, ?5)",
            unit,
            link,
            key,
            who,
            at
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok((done.last_insert_rowid(), true))
    }

    /// What units have filed, in the order in which it came.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn adoption_filings(&self) -> Result<Vec<Filing>, StoreError> {
        let rows = sqlx::query!("SELECT id, unit, link, who, at FROM adoption_filing ORDER BY id")
            .fetch_all(self.reader())
            .await?;
        let each = rows.into_iter().map(|r| {
            let row = Row::of("adoption_filing", &r.id);
            let (unit, at) = (row.parse("unit", &r.unit)?, row.moment("at", &r.at)?);
            Ok(Filing { id: r.id, unit, link: r.link, who: r.who, at })
        });
        Ok(each.collect::<Result<_, RowError>>()?)
    }
}
