//! What people enter for the rows that no crawler sees.

use serde::{Deserialize, Serialize};

use crate::{CriterionId, Day, EvidenceHash, Moment, Points, UnitId};

/// One register entry. Never edited: a correction is a later entry that names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterEntry {
    /// Its number in the store.
    pub id: i64,
    /// The row of the scoring table.
    pub criterion: CriterionId,
    /// The unit that it is about.
    pub unit: UnitId,
    /// The day on which it happened: decides the month that it belongs to.
    pub day: Day,
    /// How many times (incidents, articles …), at least one.
    pub count: u32,
    /// Points, only for an `external` row, where another office sets them.
    pub points: Option<Points>,
    /// For a `duty`: handed in late rather than missing.
    pub late: bool,
    /// What it is about.
    pub description: String,
    /// The file that proves it.
    pub evidence: Option<EvidenceHash>,
    /// Who entered it.
    pub who: String,
    /// When.
    pub recorded_at: Moment,
    /// The entry that this one takes back.
    pub cancels: Option<i64>,
}
