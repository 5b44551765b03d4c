//! 台账: posted at the close of a month, in one transaction, for ever.

mod post;
mod select;
mod sums;
mod trial;

use model::{Finding, LedgerLine, LineSource, Moment, Month, NewLine, Points, RegisterEntry, UnitId};
use serde::Deserialize;

pub use post::Posted;
pub use sums::{Deducted, MonthSum};
pub use trial::Trials;

use crate::RowError;
use crate::row::Row;

/// What the settlement of a month may be made from.
#[derive(Debug, Clone)]
pub struct Ledger {
    /// The month that is closed.
    pub month: Month,
    /// Breached findings without a line, of this month and of earlier ones: detected or confirmed. The rulebook says
    /// which of them may be posted unconfirmed.
    pub findings: Vec<Finding>,
    /// Entries of the register without a line, of this month and of earlier ones, that have not been cancelled.
    pub register: Vec<RegisterEntry>,
    /// Lines that must be taken back, each once.
    pub to_reverse: Vec<LedgerLine>,
    /// The lines that have ever charged one of these findings or are to be taken back, with what took them back, in order.
    /// What else stands in the ledger has no say in a close.
    pub lines: Vec<LedgerLine>,
    /// The closed months, in order.
    pub closed: Vec<Month>,
}

/// Which lines are asked for; what is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerFilter {
    /// The month in whose ledger the line stands.
    pub month: Option<Month>,
    /// It stands in the ledger of this month or of a later one.
    pub since: Option<Month>,
    /// The month that it belongs to.
    pub belongs_to: Option<Month>,
    /// The year that it belongs to.
    pub year: Option<i32>,
    /// The unit.
    pub unit: Option<UnitId>,
}

/// A closed month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthClose {
    /// Which.
    pub month: Month,
    /// When it was closed.
    pub closed_at: Moment,
    /// The last line at that time; 0 where there was none.
    pub last_seq: i64,
    /// Its hash; 64 zeros where there was none.
    pub last_hash: String,
}

#[derive(Deserialize)]
pub(crate) struct LineRow {
    seq: i64,
    month: String,
    belongs_to: String,
    unit: String,
    rulebook: String,
    criterion: String,
    points: i64,
    source: String,
    source_id: i64,
    text: String,
    posted_at: String,
    previous: String,
    hash: String,
}

impl TryFrom<LineRow> for LedgerLine {
    type Error = RowError;

    fn try_from(r: LineRow) -> Result<LedgerLine, RowError> {
        let row = Row::of("ledger_line", &r.seq);
        let source = LineSource::from_parts(&r.source, r.source_id);
        Ok(LedgerLine {
            seq: r.seq,
            line: NewLine {
                month: row.parse("month", &r.month)?,
                belongs_to: row.parse("belongs_to", &r.belongs_to)?,
                unit: row.parse("unit", &r.unit)?,
                rulebook: row.parse("rulebook", &r.rulebook)?,
                criterion: row.parse("criterion", &r.criterion)?,
                points: Points::from_hundredths(r.points),
                source: row.known("source", &r.source, source)?,
                text: r.text,
            },
            posted_at: row.moment("posted_at", &r.posted_at)?,
            previous: r.previous,
            hash: r.hash,
        })
    }
}
