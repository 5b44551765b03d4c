//! Fleet silence (COUNTING.md section 1): channels that share a bridge or a host and go blind together.
//!
//! A bridge that lost its login serves an old feed with HTTP 200, and a stale cache does the same for a website. Each
//! look is good by itself; only together they show that nobody was seeing. The days on which a fleet was silent turn its
//! good looks suspect, and stay so until a person clears them ([`crate::FleetClearance`]): nothing clears by itself into
//! points.

mod bridge;
mod host;

use std::collections::BTreeMap;

use model::calendar::shift;
use model::{BridgeId, ChannelId, Day, DayRange, Moment, Timeline};

use crate::case::{Case, Fleet};

pub use host::host_of;

/// A silence falls on the whole fleet when it lasts so many days.
const DAYS: i64 = 14;

/// Days on which a fleet was silent and nobody has cleared it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silence {
    /// The bridge or host.
    pub fleet: Fleet,
    /// First and last day.
    pub days: DayRange,
    /// The channels whose looks of these days are suspect, sorted.
    pub channels: Vec<ChannelId>,
}

/// Every fleet silence of the case that has not been cleared, sorted by fleet and days.
#[must_use]
pub fn silences(case: &Case<'_>) -> Vec<Silence> {
    let mut found = Vec::new();
    for (fleet, members) in fleets(case) {
        let cleared = clearances(case, &fleet);
        let days = match &fleet {
            Fleet::Bridge(id) => bridge::silent_days(case, id, &members, &cleared),
            Fleet::Host(_) => host::silent_days(case, &members),
        };
        let mut channels: Vec<ChannelId> = members.iter().map(|t| t.channel.id.clone()).collect();
        channels.sort_unstable();
        channels.dedup();
        let open = days.into_iter().filter(|d| !cleared.iter().any(|c| c.contains(*d)));
        found.extend(ranges(open).into_iter().map(|days| Silence {
            fleet: fleet.clone(),
            days,
            channels: channels.clone(),
        }));
    }
    found
}

/// The silent days of each channel that has any, sorted and apart: a channel belongs to one fleet, and the silences of a
/// fleet are sorted and apart.
pub(crate) fn by_channel(silences: &[Silence]) -> BTreeMap<&ChannelId, Vec<DayRange>> {
    let mut days: BTreeMap<&ChannelId, Vec<DayRange>> = BTreeMap::new();
    for silence in silences {
        for channel in &silence.channels {
            days.entry(channel).or_default().push(silence.days);
        }
    }
    days
}

/// How far each bridge that has a canary was shown alive: by the day of each look at a canary, the newest date that any
/// of them had shown by then. It never falls.
pub(crate) fn alive(case: &Case<'_>) -> BTreeMap<BridgeId, Vec<(Day, Day)>> {
    let with_canary = case.bridges.iter().filter(|b| !b.canaries.is_empty());
    with_canary.map(|b| (b.id.clone(), bridge::alive(case, b))).collect()
}

/// What one source has shown of its own account: by the day on which it was seen, the newest date of an item shown by
/// then. It never falls.
pub(crate) fn own_signs(timeline: &Timeline, as_of: Moment) -> Vec<(Day, Day)> {
    bridge::own_signs(timeline, as_of)
}

fn fleets<'a>(case: &Case<'a>) -> BTreeMap<Fleet, Vec<&'a Timeline>> {
    let mut fleets: BTreeMap<Fleet, Vec<&Timeline>> = BTreeMap::new();
    for timeline in case.timelines {
        let channel = &timeline.channel;
        if let Some(id) = channel.bridge() {
            fleets.entry(Fleet::Bridge(id.clone())).or_default().push(timeline);
        } else if !channel.kind.is_new_media()
            && let Some(host) = host_of(&channel.url)
        {
            fleets.entry(Fleet::Host(host)).or_default().push(timeline);
        }
    }
    fleets
}

fn clearances(case: &Case<'_>, fleet: &Fleet) -> Vec<DayRange> {
    let mut days: Vec<DayRange> = case.cleared.iter().filter(|c| c.fleet == *fleet).map(|c| c.days).collect();
    days.sort_unstable();
    days
}

/// Rising days as ranges without a gap.
fn ranges(days: impl IntoIterator<Item = Day>) -> Vec<DayRange> {
    let mut all: Vec<DayRange> = Vec::new();
    for day in days {
        match all.last_mut() {
            Some(r) if shift(r.last, 1) == day => r.last = day,
            _ => all.push(DayRange { first: day, last: day }),
        }
    }
    all
}
