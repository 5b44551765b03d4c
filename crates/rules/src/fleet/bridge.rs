//! A bridge whose accounts fell silent together, or whose canary is stale: it has probably lost its login.

use std::collections::BTreeSet;

use model::calendar::shift;
use model::{Bridge, BridgeId, ChannelId, Day, DayRange, Moment, Timeline};

use super::DAYS;
use crate::case::Case;

/// So many channels make a bridge a fleet.
const CHANNELS: usize = 5;
/// More than this share of the active ones silent is a silence of the fleet.
const PERCENT: usize = 80;

/// What a member had shown by a day.
struct Member<'a> {
    id: &'a ChannelId,
    /// Days with a good look.
    good: BTreeSet<Day>,
    /// Items by first sighting, with the newest date shown by then.
    newest: Vec<(Day, Day)>,
    /// Items by date, with their first sighting.
    by_date: Vec<(Day, Day)>,
}

impl<'a> Member<'a> {
    fn new(timeline: &'a Timeline, as_of: Moment) -> Member<'a> {
        let visible = timeline.items.iter().filter(|i| i.first_seen_at <= as_of);
        // The claimed date, and not the one that counts: whether an item is backdated hangs on looks that are in question here.
        let date = |i: &model::Item| i.dated_by_person.or(i.claimed).unwrap_or(i.first_seen).min(i.first_seen);
        let mut by_date: Vec<(Day, Day)> = visible.map(|i| (date(i), i.first_seen)).collect();
        by_date.sort_unstable();
        let mut newest: Vec<(Day, Day)> = by_date.iter().map(|(date, seen)| (*seen, *date)).collect();
        newest.sort_unstable();
        let mut max = Day::MIN;
        for (_, date) in &mut newest {
            max = max.max(*date);
            *date = max;
        }
        let good = timeline.looks.iter().filter(|l| l.at <= as_of && l.outcome.is_good()).map(|l| l.day).collect();
        Member { id: &timeline.channel.id, good, newest, by_date }
    }

    /// The newest date among the items that had been seen by `day`.
    fn newest(&self, day: Day) -> Option<Day> {
        self.newest.partition_point(|(seen, _)| *seen <= day).checked_sub(1).map(|i| self.newest[i].1)
    }

    /// Nothing within the fourteen days that end on `day`.
    fn silent(&self, day: Day) -> bool {
        self.newest(day).is_none_or(|newest| newest < shift(day, 1 - DAYS))
    }

    /// Something within the fourteen days before those.
    fn published_before(&self, day: Day) -> bool {
        let days = DayRange { first: shift(day, 1 - 2 * DAYS), last: shift(day, -DAYS) };
        let from = self.by_date.partition_point(|(date, _)| *date < days.first);
        self.by_date[from..].iter().take_while(|(date, _)| *date <= days.last).any(|(_, seen)| *seen <= day)
    }
}

/// The days on which the bridge did not see, as far as it shows. Only days with a look can show anything; the days
/// between two of them are as the first of the two.
pub(super) fn silent_days(
    case: &Case<'_>,
    id: &BridgeId,
    members: &[&Timeline],
    cleared: &[DayRange],
) -> BTreeSet<Day> {
    let members: Vec<Member<'_>> = members.iter().map(|t| Member::new(t, case.as_of)).collect();
    let mut silent = together(&members, cleared);
    for bridge in case.bridges.iter().filter(|b| b.id == *id) {
        for canary in canaries(case, bridge) {
            silent.extend(stale_days(&Member::new(canary, case.as_of), bridge.canary_days));
        }
    }
    silent
}

/// The canaries of a bridge, as it shows them: where an account has several sources, the one that comes by the bridge.
fn canaries<'a>(case: &Case<'a>, bridge: &'a Bridge) -> impl Iterator<Item = &'a Timeline> {
    case.timelines.iter().filter(|t| {
        let id = &t.channel.id;
        let own = t.channel.bridge() == Some(&bridge.id);
        bridge.canaries.iter().any(|c| c == id || (own && *c == id.account()))
    })
}

/// By the day of each good look at a canary, the newest date that any of them had shown by then.
pub(super) fn alive(case: &Case<'_>, bridge: &Bridge) -> Vec<(Day, Day)> {
    let canaries: Vec<Member<'_>> = canaries(case, bridge).map(|t| Member::new(t, case.as_of)).collect();
    let days: BTreeSet<Day> = canaries.iter().flat_map(|c| c.good.iter().copied()).collect();
    let newest = |day: Day| canaries.iter().filter_map(|c| c.newest(day)).max();
    days.into_iter().filter_map(|day| Some((day, newest(day)?))).collect()
}

/// By the day of first sighting, the newest date that the source had shown by then.
pub(super) fn own_signs(timeline: &Timeline, as_of: Moment) -> Vec<(Day, Day)> {
    Member::new(timeline, as_of).newest
}

/// Days with a look of the canary on which its newest item was older than the limit.
fn stale_days(canary: &Member<'_>, limit: u32) -> Vec<Day> {
    let stale = |day: &Day| canary.newest(*day).is_none_or(|newest| newest < shift(*day, -i64::from(limit)));
    canary.good.iter().copied().filter(stale).collect()
}

/// Days on which the members were silent together. Once silent, the fleet stays so until more than a fifth of those that
/// had been active show something new, or a person clears a day: else the silence would end by its own length, when
/// nobody is left who published in the weeks before.
fn together(members: &[Member<'_>], cleared: &[DayRange]) -> BTreeSet<Day> {
    let mut silent = BTreeSet::new();
    if members.len() < CHANNELS {
        return silent;
    }
    let days: BTreeSet<Day> = members.iter().flat_map(|m| m.good.iter().copied()).collect();
    let mut missed: Option<(BTreeSet<&ChannelId>, Day)> = None;
    for day in days {
        if let Some((active, since)) = missed.take() {
            silent.extend(since.iter_days().skip(1).take_while(|d| *d < day));
            let all: Vec<&Member<'_>> = members.iter().filter(|m| active.contains(m.id)).collect();
            if mostly_silent(&all, day) && !cleared.iter().any(|c| c.contains(day)) {
                silent.insert(day);
                missed = Some((active, day));
                continue;
            }
        }
        if cleared.iter().any(|c| c.contains(day)) {
            continue;
        }
        let active: Vec<&Member<'_>> = members.iter().filter(|m| m.published_before(day)).collect();
        if mostly_silent(&active, day) {
            silent.extend(shift(day, 1 - DAYS).iter_days().take_while(|d| *d <= day));
            missed = Some((active.iter().map(|m| m.id).collect(), day));
        }
    }
    silent
}

fn mostly_silent(active: &[&Member<'_>], day: Day) -> bool {
    let silent = active.iter().filter(|m| m.silent(day)).count();
    !active.is_empty() && silent * 100 > active.len() * PERCENT
}
