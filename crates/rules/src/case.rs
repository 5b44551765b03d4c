//! Everything that a judgement depends on, in one argument.

use std::collections::BTreeMap;

use model::calendar::shift;
use model::{
    Bridge, BridgeId, ChannelId, CriterionId, Day, DayRange, DeclaredEmpty, Moment, Timeline, Unit, UnitId, Waiver,
    Zone,
};
use serde::{Deserialize, Serialize};

use crate::Rulebook;

/// What is judged, by which rulebook, with what people have said beforehand, as of when.
///
/// Looks begun and items first seen after [`Case::as_of`] do not exist for the judgement, so a case may hold more than
/// was known then, and the order of its parts does not matter.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The rulebook.
    pub rulebook: &'a Rulebook,
    /// The units. A timeline whose unit is not among them is not judged.
    pub units: &'a [Unit],
    /// What is known of the channels: any subset. For a quota over the section all website columns of the unit belong
    /// together, for the fleet rule all channels of a bridge or host.
    pub timelines: &'a [Timeline],
    /// 豁免.
    pub waivers: &'a [Waiver],
    /// 零情况声明.
    pub declared_empty: &'a [DeclaredEmpty],
    /// The bridges with their canaries.
    pub bridges: &'a [Bridge],
    /// Fleet silences that a person has looked into and cleared.
    pub cleared: &'a [FleetClearance],
    /// Start of monitoring: windows and periods that end before it are not charged.
    pub since: Day,
    /// The instant of judgement.
    pub as_of: Moment,
    /// The district's time zone.
    pub zone: Zone,
}

/// Channels that may go blind together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fleet {
    /// The accounts that a bridge serves.
    Bridge(BridgeId),
    /// The columns of a website, by host as [`crate::fleet::host_of`] gives it.
    Host(String),
}

/// A person has looked: the fleet was not blind on these days, it was really silent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FleetClearance {
    /// Which bridge or host.
    pub fleet: Fleet,
    /// First and last day that are cleared.
    pub days: DayRange,
}

/// The case with its lists arranged for look-ups.
pub(crate) struct Docket<'a> {
    pub(crate) case: &'a Case<'a>,
    /// The date of the instant of judgement.
    pub(crate) today: Day,
    waivers: BTreeMap<&'a UnitId, Vec<&'a Waiver>>,
    empty: BTreeMap<&'a ChannelId, Vec<&'a DeclaredEmpty>>,
}

impl<'a> Docket<'a> {
    pub(crate) fn new(case: &'a Case<'a>) -> Docket<'a> {
        let mut waivers: BTreeMap<&UnitId, Vec<&Waiver>> = BTreeMap::new();
        for w in case.waivers {
            waivers.entry(&w.unit).or_default().push(w);
        }
        waivers.values_mut().for_each(|list| list.sort_by_key(|w| (w.days, w.id)));
        let mut empty: BTreeMap<&ChannelId, Vec<&DeclaredEmpty>> = BTreeMap::new();
        for e in case.declared_empty {
            empty.entry(&e.channel).or_default().push(e);
        }
        Docket { case, today: case.zone.day(case.as_of), waivers, empty }
    }

    /// The waivers that hold for a criterion on one channel, or (`channel` none) on the unit's section; those that name
    /// another channel do not. Sorted by their days.
    pub(crate) fn waivers(
        &self,
        unit: &UnitId,
        channel: Option<&ChannelId>,
        criterion: &CriterionId,
    ) -> Vec<&'a Waiver> {
        let holds = |w: &&&Waiver| {
            w.criterion.as_ref().is_none_or(|c| c == criterion) && w.channel.as_ref().is_none_or(|c| Some(c) == channel)
        };
        self.waivers.get(unit).into_iter().flatten().filter(holds).copied().collect()
    }

    /// The statement, if any, that the channel has nothing to publish on some of these days.
    pub(crate) fn declared_empty(&self, channel: &ChannelId, days: &DayRange) -> Option<&'a DeclaredEmpty> {
        self.empty.get(channel).into_iter().flatten().find(|e| e.days.overlaps(days)).copied()
    }

    /// The end of the warning: is a window that ends on `last` closing within `warn_days`?
    pub(crate) fn closing(&self, last: Day, warn_days: u32) -> bool {
        last >= self.today && shift(last, -i64::from(warn_days)) <= self.today
    }
}
