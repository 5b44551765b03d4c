//! Findings: what the rules said of each window, and where each stands.

mod appeal;
mod decide;
mod list;
mod record;
mod select;

use chrono::NaiveDate;
use model::{
    ChannelId, CriterionId, EvidenceHash, Finding, FindingKey, FindingState, Flag, Judgement, Moment, Month, Points,
    Scope, UnitId, Verdict,
};

pub use appeal::{AppealFile, OpenAppeal, Waiting};
pub(crate) use decide::append_event;
pub use decide::{Basis, Decision};
pub use list::{Listed, Tally};
pub use record::{Judged, Recorded};
pub(crate) use select::postable;

use crate::RowError;
use crate::row::Row;

/// Which findings are asked for; what is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FindingFilter {
    /// The window's last day is on or after this day.
    pub from: Option<NaiveDate>,
    /// The window's last day is on or before this day.
    pub to: Option<NaiveDate>,
    /// The unit.
    pub unit: Option<UnitId>,
    /// The latest verdict.
    pub verdict: Option<Verdict>,
    /// The criterion.
    pub criterion: Option<CriterionId>,
    /// The month that it belongs to.
    pub month: Option<Month>,
    /// Where it stands.
    pub state: Option<FindingState>,
    /// Criteria that are left out, such as those on trial.
    pub without: Vec<CriterionId>,
}

/// Findings of one unit, channel and row that could not be judged, with the same remarks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unjudged {
    /// The unit.
    pub unit: UnitId,
    /// The channel; none for the whole section and for matters.
    pub channel: Option<ChannelId>,
    /// The criterion.
    pub criterion: CriterionId,
    /// Remarks.
    pub flags: Vec<Flag>,
    /// Their numbers.
    pub findings: Vec<i64>,
}

/// One step in the life of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingEvent {
    /// Its place: 1, 2, 3 …
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// The state that it led to.
    pub state: FindingState,
    /// Who did it; empty for the program itself.
    pub who: String,
    /// Why.
    pub note: String,
    /// 文号, where there is one.
    pub document: Option<String>,
    /// The file that was handed in with it.
    pub evidence: Option<EvidenceHash>,
}

pub(crate) struct FindingRow {
    pub(crate) id: i64,
    pub(crate) rulebook: String,
    pub(crate) criterion: String,
    pub(crate) unit: String,
    pub(crate) channel: Option<String>,
    pub(crate) matter: Option<String>,
    pub(crate) first_day: String,
    pub(crate) last_day: String,
    pub(crate) detected_at: String,
    pub(crate) judged_at: String,
    pub(crate) verdict: String,
    pub(crate) missing: i64,
    pub(crate) points: i64,
    pub(crate) mode: String,
    pub(crate) flags: String,
    pub(crate) proof: String,
    pub(crate) state: String,
}

impl TryFrom<FindingRow> for Finding {
    type Error = RowError;

    fn try_from(r: FindingRow) -> Result<Finding, RowError> {
        let row = Row::of("finding", &r.id);
        let said = Row::of("judgement", &r.id);
        let scope = match (&r.channel, &r.matter) {
            (Some(channel), _) => Scope::Channel(row.parse("channel", channel)?),
            (None, Some(code)) => Scope::Matter { unit: row.parse("unit", &r.unit)?, code: row.parse("matter", code)? },
            (None, None) => Scope::Section(row.parse("unit", &r.unit)?),
        };
        let key = FindingKey {
            rulebook: row.parse("rulebook", &r.rulebook)?,
            criterion: row.parse("criterion", &r.criterion)?,
            scope,
            days: row.days(&r.first_day, &r.last_day)?,
        };
        Ok(Finding {
            id: r.id,
            detected_at: row.moment("detected_at", &r.detected_at)?,
            judged_at: said.moment("judged_at", &r.judged_at)?,
            judgement: Judgement {
                key,
                verdict: said.known("verdict", &r.verdict, Verdict::from_word(&r.verdict))?,
                missing: said.int("missing", r.missing)?,
                points: Points::from_hundredths(r.points),
                mode: said.word("mode", &r.mode)?,
                flags: said.json("flags", &r.flags)?,
                proof: said.json("proof", &r.proof)?,
            },
            state: Row::of("finding_event", &r.id).known("state", &r.state, FindingState::from_word(&r.state))?,
        })
    }
}
