//! Sheets: many entries of the registers in one transaction, with the file that they came from.

use model::Moment;
use sqlx::SqliteConnection;

use super::complete::{self, CompletenessStated};
use super::matter::{self, MatterEvent, MatterOpening};
use super::register::{self, NewRegister};
use crate::evidence::{Packed, insert};
use crate::row::stamp;
use crate::{Store, StoreError, said};

/// A sheet, checked and about to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewImport {
    /// How the file is called.
    pub file_name: String,
    /// Its bytes.
    pub sheet: Vec<u8>,
    /// The files that its rows name as proof.
    pub files: Vec<Vec<u8>>,
    /// Who hands it in.
    pub who: String,
    /// What its rows come to, with the cell at which each begins.
    pub changes: Vec<(String, Change)>,
}

/// What one row of a sheet does. Nothing is ever edited: what changes is a later entry that names the earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new entry.
    Make(NewRegister),
    /// An entry takes the place of an earlier one.
    Replace {
        /// The earlier one.
        id: i64,
        /// What takes its place.
        by: NewRegister,
        /// Why.
        reason: String,
    },
    /// An entry is taken back, and nothing takes its place.
    TakeBack {
        /// Which.
        id: i64,
        /// Who says so.
        who: String,
        /// Why.
        reason: String,
    },
    /// A matter.
    Matter(MatterOpening),
    /// What happened to a matter, of this sheet or of one before.
    Event(MatterEvent),
    /// The word of a person that a register is complete.
    Complete(CompletenessStated),
}

impl Change {
    /// The word of the table that it is written to.
    fn source(&self) -> &'static str {
        match self {
            Change::Make(_) | Change::Replace { .. } | Change::TakeBack { .. } => "register",
            Change::Matter(_) => "matter",
            Change::Event(_) => "step",
            Change::Complete(_) => "complete",
        }
    }
}

/// What a change came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    /// A new entry of this number.
    Made(i64),
    /// An entry that says the same stands already under this number.
    Known(i64),
    /// This one takes the place of an earlier one.
    Replaced {
        /// The earlier one.
        old: i64,
        /// What stands now.
        new: i64,
    },
    /// Taken back.
    TakenBack(i64),
}

impl Store {
    /// Enters a sheet as a whole, or nothing of it. Where nothing comes of any row, nothing is written.
    ///
    /// # Errors
    /// When an entry lacks a name or a text, one that is to be replaced is not there or does not stand any more, or the
    /// database cannot be written.
    pub async fn import(&self, new: &NewImport, at: Moment) -> Result<Vec<Changed>, StoreError> {
        said("姓名", &new.who)?;
        if new.changes.is_empty() {
            return Ok(vec![]);
        }
        let packed: Vec<Packed> = new.files.iter().chain([&new.sheet]).map(|b| Packed::new(b)).collect();
        let mut tx = self.write().await?;
        insert(&mut tx, &packed).await?;
        let mut all = Vec::with_capacity(new.changes.len());
        for (_, change) in &new.changes {
            all.push(apply(&mut tx, change, at).await?);
        }
        if all.iter().all(|c| matches!(c, Changed::Known(_))) {
            return Ok(all);
        }
        let Some(sheet) = packed.last() else { return Ok(all) };
        let (hash, at) = (sheet.hash.as_str(), stamp(at));
        let import = sqlx::query!(
            "INSERT INTO sheet_import (file_name, sheet, who, at) VALUES (?1, ?2, ?3, ?4)",
            new.file_name,
            hash,
            new.who,
            at
        )
        .execute(&mut *tx)
        .await?
        .last_insert_rowid();
        for ((place, change), changed) in new.changes.iter().zip(&all) {
            if let Changed::Made(id) | Changed::Replaced { new: id, .. } | Changed::TakenBack(id) = changed {
                came_from(&mut tx, import, place, change.source(), *id).await?;
            }
        }
        tx.commit().await?;
        Ok(all)
    }

    /// The file, cell and person that an entry came from, where it came from a sheet: `登记.xlsx「登记」!A7`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn sheet_of(&self, register: i64) -> Result<Option<String>, StoreError> {
        let found = sqlx::query!(
            "SELECT i.file_name, r.place FROM sheet_row r JOIN sheet_import i ON i.id = r.import
             WHERE r.source = 'register' AND r.source_id = ?1",
            register
        )
        .fetch_optional(self.reader())
        .await?;
        Ok(found.map(|f| format!("{}{}", f.file_name, f.place)))
    }
}

async fn apply(tx: &mut SqliteConnection, change: &Change, at: Moment) -> Result<Changed, StoreError> {
    match change {
        Change::Make(new) => Ok(made(register::add(tx, new, at).await?)),
        Change::Replace { id, by, reason } => {
            // The earlier one goes first, so that what differs only in its file is not taken for the same.
            register::take_back(tx, *id, &by.who, reason, at).await?;
            let (new, _) = register::add(tx, by, at).await?;
            Ok(Changed::Replaced { old: *id, new })
        }
        Change::TakeBack { id, who, reason } => {
            Ok(Changed::TakenBack(register::take_back(tx, *id, who, reason, at).await?))
        }
        Change::Matter(new) => Ok(made(matter::open(tx, new, at).await?)),
        Change::Event(new) => {
            let (id, is_new) = matter::enter(tx, new, at).await?;
            Ok(match (new.corrects, new.step) {
                (Some(_), model::MatterStep::Struck) => Changed::TakenBack(id),
                (Some(old), _) => Changed::Replaced { old, new: id },
                (None, _) => made((id, is_new)),
            })
        }
        Change::Complete(new) => {
            said("姓名", &new.who)?;
            Ok(Changed::Made(complete::insert(tx, new, None, at).await?))
        }
    }
}

fn made((id, is_new): (i64, bool)) -> Changed {
    if is_new { Changed::Made(id) } else { Changed::Known(id) }
}

/// An entry that a row only led back to keeps the row that it came from first.
async fn came_from(
    tx: &mut SqliteConnection,
    import: i64,
    place: &str,
    source: &str,
    id: i64,
) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO sheet_row (import, place, source, source_id) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (source, source_id) DO NOTHING",
        import,
        place,
        source,
        id
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}
