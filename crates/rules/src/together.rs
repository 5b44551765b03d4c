//! What channels show only together: fleets that fell silent, bridges that were alive, and when other hosts were seen.
//!
//! It is little, whatever the number of looks behind it, so a large district is judged unit by unit: first this is worked
//! out over all, then each unit is judged with nothing but its own looks in memory.

use std::collections::BTreeMap;

use model::BridgeId;

use crate::availability::Witnesses;
use crate::case::Case;
use crate::fleet::{self, Silence};
use crate::view::Alive;

/// What all channels of a district show together, as of the instant of a case.
pub struct Together {
    /// Every fleet silence that nobody has cleared.
    pub(crate) silences: Vec<Silence>,
    /// How far each bridge was shown alive.
    pub(crate) alive: BTreeMap<BridgeId, Alive>,
    /// When which hosts were seen.
    pub(crate) witnesses: Witnesses,
}

impl Together {
    /// Of a case that holds all channels of the district.
    ///
    /// Where no row of the rulebook judges availability ([`crate::Rulebook::asks_for_witnesses`]), less is enough: of the
    /// columns of a host the days with good looks, and whether one of them read the list anew, in any of their timelines;
    /// of the accounts of a bridge one good look for each day, and the items.
    #[must_use]
    pub fn of(case: &Case<'_>) -> Together {
        Together { silences: fleet::silences(case), alive: fleet::alive(case), witnesses: Witnesses::of(case) }
    }

    /// Every fleet silence that nobody has cleared.
    #[must_use]
    pub fn silences(&self) -> &[Silence] {
        &self.silences
    }
}
