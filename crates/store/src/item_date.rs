//! The date that a person gives an item that shows none.

use model::{Day, Moment};

use crate::row::stamp;
use crate::{Refusal, Store, StoreError, said};

impl Store {
    /// Writes down the date that a person read on the page. The last one given counts.
    ///
    /// # Errors
    /// When there is no such item, a name or reason is missing, or the database cannot be written.
    pub async fn date_item(&self, item: i64, day: Day, who: &str, why: &str, at: Moment) -> Result<(), StoreError> {
        said("姓名", who)?;
        said("理由", why)?;
        let (day, at) = (day.to_string(), stamp(at));
        let mut tx = self.write().await?;
        let known = sqlx::query_scalar!("SELECT count(*) FROM entry WHERE id = ?1", item).fetch_one(&mut *tx).await?;
        if known == 0 {
            return Err(Refusal::NoSuch { what: "信息", id: item }.into());
        }
        sqlx::query!(
            "INSERT INTO item_date (entry, day, who, at, why) VALUES (?1, ?2, ?3, ?4, ?5)",
            item,
            day,
            who,
            at,
            why
        )
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// How often a person has given an item a date.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn items_dated(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar!("SELECT count(*) FROM item_date").fetch_one(self.reader()).await?)
    }
}
