//! A person says of days of fleet silence that the source could see.

use model::{BridgeId, DayRange, Moment};

use super::in_order;
use crate::row::{Row, stamp};
use crate::{RowError, Store, StoreError, said};

/// What is cleared.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ClearanceOf {
    /// A bridge.
    Bridge(BridgeId),
    /// The host of a website.
    Host(String),
}

/// A clearance, about to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewClearance {
    /// What is cleared.
    pub of: ClearanceOf,
    /// On which days.
    pub days: DayRange,
    /// Who says so.
    pub who: String,
    /// Why.
    pub why: String,
}

/// A clearance as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clearance {
    /// Its number.
    pub id: i64,
    /// What was entered.
    pub entered: NewClearance,
    /// When.
    pub recorded_at: Moment,
}

impl Store {
    /// Enters a clearance and gives its number.
    ///
    /// # Errors
    /// When a name or reason is missing, the days are the wrong way round, or the database cannot be written.
    pub async fn add_clearance(&self, new: &NewClearance, at: Moment) -> Result<i64, StoreError> {
        said("姓名", &new.who)?;
        said("理由", &new.why)?;
        let (kind, subject) = match &new.of {
            ClearanceOf::Bridge(b) => ("bridge", b.as_str()),
            ClearanceOf::Host(h) => ("host", h.as_str()),
        };
        let ((first, last), at) = (in_order(new.days)?, stamp(at));
        let mut tx = self.write().await?;
        let done = sqlx::query!(
            "INSERT INTO clearance (kind, subject, first_day, last_day, who, why, recorded_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            kind,
            subject,
            first,
            last,
            new.who,
            new.why,
            at
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.last_insert_rowid())
    }

    /// The clearances that had been entered at `as_of`.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn clearances(&self, as_of: Moment) -> Result<Vec<Clearance>, StoreError> {
        let as_of = stamp(as_of);
        let rows = sqlx::query!(
            "SELECT id, kind, subject, first_day, last_day, who, why, recorded_at FROM clearance
             WHERE recorded_at <= ?1 ORDER BY id",
            as_of
        )
        .fetch_all(self.reader())
        .await?;
        let all = rows.into_iter().map(|r| {
            let row = Row::of("clearance", &r.id);
            let of = match r.kind.as_str() {
                "bridge" => ClearanceOf::Bridge(row.parse("subject", &r.subject)?),
                "host" => ClearanceOf::Host(r.subject),
                other => row.known("kind", other, None)?,
            };
            let entered = NewClearance { of, days: row.days(&r.first_day, &r.last_day)?, who: r.who, why: r.why };
            Ok(Clearance { id: r.id, entered, recorded_at: row.moment("recorded_at", &r.recorded_at)? })
        });
        Ok(all.collect::<Result<_, RowError>>()?)
    }
}
