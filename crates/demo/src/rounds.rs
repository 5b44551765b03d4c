//! When the monitor looks, and what keeps it from looking: so much of the monitor the key has to know.

use chrono::TimeDelta;
use model::{Day, Moment, Zone};

use crate::Plan;
use crate::clock::{Stamp, stamp};
use crate::key::LOOKS_AT_HOUR;
use crate::rng::Rng;

/// How the monitor is at the hour of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watching {
    /// It runs.
    Well,
    /// It is switched off.
    Off,
    /// Its clock is hours ahead of everybody else's.
    ClockWrong,
    /// It is killed while it looks, and starts again soon.
    Killed,
}

/// One round of looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// When it is, by the clock of the site.
    pub site: Moment,
    /// When the monitor believes that it is.
    pub monitor: Moment,
    /// How the monitor is.
    pub watching: Watching,
}

/// The hours of the looks, and the times at which there are none.
#[derive(Debug, Clone)]
pub struct Rounds {
    seed: u64,
    hours: Vec<u32>,
    troubles: Vec<(Stamp, Stamp, Watching)>,
    /// The minutes by which the monitor's clock may go wrong without being noticed.
    drifts: bool,
}

impl Rounds {
    /// One look a day, always.
    pub(crate) fn daily(plan: &Plan) -> Rounds {
        Rounds { seed: plan.seed, hours: vec![LOOKS_AT_HOUR], troubles: vec![], drifts: false }
    }

    /// Looks at `hours`, with whatever goes wrong by chance.
    pub(crate) fn troubled(plan: &Plan, hours: &[u32]) -> Rounds {
        let mut rng = Rng::new(plan.seed, "the monitor");
        let mut troubles = vec![];
        let mut day = model::calendar::shift(plan.first, rng.between(4, 12));
        while day <= plan.last() {
            let from = stamp(day, u32::try_from(rng.between(0, 23)).unwrap_or(0), 45);
            let (watching, hours) = match rng.between(0, 9) {
                0 => (Watching::Off, rng.between(24 * 6, 24 * 12)),
                1..=3 => (Watching::Off, rng.between(3, 60)),
                4..=5 => (Watching::ClockWrong, rng.between(3, 40)),
                // One round of several a day.
                _ => (Watching::Killed, 6),
            };
            troubles.push((from, from + TimeDelta::hours(hours), watching));
            day = model::calendar::shift(day, rng.between(3, 21) + hours / 24);
        }
        Rounds { seed: plan.seed, hours: hours.to_vec(), troubles, drifts: true }
    }

    /// The hours of the looks, on the district's wall.
    #[must_use]
    pub fn hours(&self) -> &[u32] {
        &self.hours
    }

    /// The rounds of `day`.
    #[must_use]
    pub fn of(&self, day: Day) -> Vec<Round> {
        let mut rng = Rng::new(self.seed, &format!("clock of {day}"));
        let ahead = if self.drifts { rng.between(0, 8) } else { 0 };
        let round = |at: Stamp| {
            let watching = self.watching(at);
            let ahead = if watching == Watching::ClockWrong { 180 } else { ahead };
            let site = Zone::SHANGHAI.at(at.date(), at.time());
            Round { site, monitor: site + TimeDelta::minutes(ahead), watching }
        };
        self.hours.iter().map(|hour| round(stamp(day, *hour, 0))).collect()
    }

    /// The rounds of `day` that look at everything.
    pub(crate) fn seeing(&self, day: Day) -> Vec<Stamp> {
        let at = |hour: &u32| stamp(day, *hour, 0);
        let sees = |at: &Stamp| matches!(self.watching(*at), Watching::Well | Watching::Killed);
        self.hours.iter().map(at).filter(sees).collect()
    }

    fn watching(&self, at: Stamp) -> Watching {
        self.troubles.iter().find(|t| t.0 <= at && at < t.1).map_or(Watching::Well, |t| t.2)
    }
}
