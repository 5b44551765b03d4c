//! 台账: the append-only ledger whose lines the scores are made of.

use std::collections::{BTreeMap, BTreeSet};

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
    /// 重新入账: charges anew the finding of the line with that sequence number, which had been taken back because of what was
    /// known then. So each line has at most one reversal, and each reversed line at most one that follows it.
    Anew(i64),
}

impl LineSource {
    /// The word of the database and the JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            LineSource::Finding(_) => "finding",
            LineSource::Register(_) => "register",
            LineSource::ReversalOf(_) => "reversal-of",
            LineSource::Anew(_) => "anew",
        }
    }
    /// The number within its kind.
    #[must_use]
    pub fn id(self) -> i64 {
        match self {
            LineSource::Finding(n) | LineSource::Register(n) | LineSource::ReversalOf(n) | LineSource::Anew(n) => n,
        }
    }
    /// Back from the two columns of the database.
    #[must_use]
    pub fn from_parts(word: &str, id: i64) -> Option<LineSource> {
        match word {
            "finding" => Some(LineSource::Finding(id)),
            "register" => Some(LineSource::Register(id)),
            "reversal-of" => Some(LineSource::ReversalOf(id)),
            "anew" => Some(LineSource::Anew(id)),
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

/// Which finding each charging line is about, also where it was charged anew.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Charges {
    finding_of: BTreeMap<i64, i64>,
    last: BTreeMap<i64, i64>,
    reversed: BTreeSet<i64>,
}

impl Charges {
    /// From the whole ledger, in its order.
    #[must_use]
    pub fn of(lines: &[LedgerLine]) -> Charges {
        let mut charges = Charges::default();
        for line in lines {
            let finding = match line.line.source {
                LineSource::Finding(id) => Some(id),
                LineSource::Anew(old) => charges.finding_of.get(&old).copied(),
                LineSource::ReversalOf(old) => {
                    charges.reversed.insert(old);
                    None
                }
                LineSource::Register(_) => None,
            };
            if let Some(finding) = finding {
                charges.finding_of.insert(line.seq, finding);
                charges.last.insert(finding, line.seq);
            }
        }
        charges
    }

    /// The finding that a line charges.
    #[must_use]
    pub fn finding(&self, seq: i64) -> Option<i64> {
        self.finding_of.get(&seq).copied()
    }

    /// The last line that charges a finding, reversed or not.
    #[must_use]
    pub fn last(&self, finding: i64) -> Option<i64> {
        self.last.get(&finding).copied()
    }

    /// The line that charges a finding and has not been taken back.
    #[must_use]
    pub fn standing(&self, finding: i64) -> Option<i64> {
        self.last(finding).filter(|seq| !self.reversed.contains(seq))
    }

    /// What the next line of a finding is made from.
    #[must_use]
    pub fn next_source(&self, finding: i64) -> LineSource {
        self.last(finding).map_or(LineSource::Finding(finding), LineSource::Anew)
    }
}
