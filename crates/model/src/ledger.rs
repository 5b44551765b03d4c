//! 台账: the append-only ledger whose lines the scores are made of.

use serde::{Deserialize, Serialize};

use crate::{CriterionId, Moment, Month, Points, RulebookId, UnitId};

/// What a ledger line was made from. Each source makes at most one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "source", content = "id")]
pub enum LineSource {
    /// A finding, by its number.
    Finding(i64),
    /// A register entry, by its number.
    Register(i64),
    /// 红冲: takes back the ledger line with that sequence number.
    ReversalOf(i64),
}

impl LineSource {
    /// The word of the database and the JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            LineSource::Finding(_) => "finding",
            LineSource::Register(_) => "register",
            LineSource::ReversalOf(_) => "reversal-of",
        }
    }
    /// The number within its kind.
    #[must_use]
    pub fn id(self) -> i64 {
        match self {
            LineSource::Finding(n) | LineSource::Register(n) | LineSource::ReversalOf(n) => n,
        }
    }
    /// Back from the two columns of the database.
    #[must_use]
    pub fn from_parts(word: &str, id: i64) -> Option<LineSource> {
        match word {
            "finding" => Some(LineSource::Finding(id)),
            "register" => Some(LineSource::Register(id)),
            "reversal-of" => Some(LineSource::ReversalOf(id)),
            _ => None,
        }
    }
}

/// A line that is about to be posted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLine {
    /// The month in whose ledger it stands: the one that is being closed.
    pub month: Month,
    /// The month that it belongs to: the same, or an earlier one for what became known late.
    pub belongs_to: Month,
    /// The unit.
    pub unit: UnitId,
    /// The rulebook.
    pub rulebook: RulebookId,
    /// The criterion.
    pub criterion: CriterionId,
    /// What it adds to the score; negative for a deduction, zero for a veto (whose effect is on its group).
    pub points: Points,
    /// What it was made from.
    pub source: LineSource,
    /// The Chinese sentence that explains it: rule, window, how it was counted.
    pub text: String,
}

/// A line as it stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    /// Its place: 1, 2, 3 … without a gap.
    pub seq: i64,
    /// What it says.
    #[serde(flatten)]
    pub line: NewLine,
    /// When it was posted.
    pub posted_at: Moment,
    /// The hash of the line before; 64 zeros for the first.
    pub previous: String,
    /// Its own hash over all of the above.
    pub hash: String,
}
