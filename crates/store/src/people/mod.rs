//! What people enter beside decisions: waivers, statements of nothing to publish, clearances, the register.

mod clearance;
mod complete;
mod declared;
mod heard;
mod import;
mod matter;
mod register;
mod waiver;

pub use clearance::{Clearance, ClearanceOf, NewClearance};
pub use complete::CompletenessStated;
pub use declared::{DeclaredRecord, NewDeclaredEmpty};
pub use import::{Change, Changed, NewImport};
pub(crate) use matter::open as open_matter;
pub use matter::{MatterEvent, MatterOpening};
pub use register::{NewRegister, RegisterFilter};
pub(crate) use register::{add as add_entry, unposted};
pub use waiver::{NewWaiver, WaiverRecord};

use model::{DayRange, Moment};

use crate::Refusal;

/// That something was taken back: by whom, why and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// Who.
    pub who: String,
    /// Why.
    pub why: String,
    /// When.
    pub at: Moment,
}

/// A text that must say something.
pub(crate) fn said(what: &'static str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() { Err(Refusal::Missing(what)) } else { Ok(()) }
}

fn in_order(days: DayRange) -> Result<(String, String), Refusal> {
    if days.last < days.first {
        return Err(Refusal::Days { first: days.first, last: days.last });
    }
    Ok((days.first.to_string(), days.last.to_string()))
}
