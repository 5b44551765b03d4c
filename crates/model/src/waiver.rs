//! What people have said beforehand: days that count as kept, columns that have nothing to publish.

use serde::{Deserialize, Serialize};

use crate::{ChannelId, CriterionId, DayRange, UnitId};

/// 豁免: its days behave as days with an update (COUNTING.md section 6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// Its number in the store.
    pub id: i64,
    /// The unit that it is for.
    pub unit: UnitId,
    /// Only this channel; none: all of the unit's.
    pub channel: Option<ChannelId>,
    /// Only this criterion; none: all.
    pub criterion: Option<CriterionId>,
    /// First and last day.
    pub days: DayRange,
    /// Why.
    pub reason: String,
    /// 文号: the number of the document that it rests on.
    pub document: String,
    /// Who approved it.
    pub approver: String,
}

/// 零情况声明: a column that has nothing to publish in these days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredEmpty {
    /// Its number in the store.
    pub id: i64,
    /// The column.
    pub channel: ChannelId,
    /// First and last day.
    pub days: DayRange,
    /// What was stated.
    pub reason: String,
    /// Who approved it.
    pub approver: String,
}
