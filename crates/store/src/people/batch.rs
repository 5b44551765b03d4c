//! A whole list at once: all of it is entered, or nothing.

use model::Moment;

use super::{MatterEvent, MatterOpening, NewRegister, matter, register};
use crate::{Store, StoreError};

/// One row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entering {
    /// An entry of the register.
    Entry(NewRegister),
    /// A matter.
    Matter(MatterOpening),
    /// What happened to a matter, of this list or of one before.
    Event(MatterEvent),
}

impl Store {
    /// Enters the rows in their order, in one transaction, and says of each its number and whether it is new: a list may be
    /// imported twice.
    ///
    /// # Errors
    /// Of the first row that cannot be entered, with its place in the list (from 0): then nothing has been entered.
    pub async fn enter_all(&self, rows: &[Entering], at: Moment) -> Result<Vec<(i64, bool)>, (usize, StoreError)> {
        let mut tx = self.write().await.map_err(|e| (0, e))?;
        let mut done = Vec::with_capacity(rows.len());
        for (place, row) in rows.iter().enumerate() {
            let entered = match row {
                Entering::Entry(new) => register::add(&mut tx, new, at).await,
                Entering::Matter(new) => matter::open(&mut tx, new, at).await,
                Entering::Event(new) => matter::enter(&mut tx, new, at).await,
            };
            done.push(entered.map_err(|e| (place, e))?);
        }
        tx.commit().await.map_err(|e| (rows.len(), e.into()))?;
        Ok(done)
    }
}
