//! One channel, arranged for judging: sorted once, then only searched.

use std::ops::Range;

use model::finding::{QuotedItem, QuotedLook};
use model::{ChannelId, Day, DayRange, Item, Moment, Timeline, Trust, Unit};

use crate::effective::{Dated, dated};
use crate::looks::Looks;

/// A channel with its looks and dated items.
pub(crate) struct View<'a> {
    pub(crate) timeline: &'a Timeline,
    pub(crate) unit: &'a Unit,
    pub(crate) looks: Looks<'a>,
    /// Days on which the fleet of the channel was silent.
    pub(crate) silent: Vec<DayRange>,
    dated: Vec<Dated>,
    /// Days with an update, in order, each with its item's place in `dated`.
    updates: Vec<(Day, usize)>,
    /// Items without any date, in the order of first sighting.
    undated: Vec<usize>,
}

impl<'a> View<'a> {
    pub(crate) fn new(timeline: &'a Timeline, unit: &'a Unit, as_of: Moment, silent: Vec<DayRange>) -> View<'a> {
        let looks = Looks::new(timeline, as_of, &silent);
        let dated = dated(timeline, &looks, as_of);
        let item = |i: &usize| &timeline.items[dated[*i].index];
        let mut updates: Vec<(Day, usize)> =
            dated.iter().enumerate().filter_map(|(i, d)| Some((d.effective?, i))).collect();
        updates.sort_by_key(|(day, i)| (*day, item(i).first_seen_at, item(i).id));
        let mut undated: Vec<usize> = (0..dated.len()).filter(|i| dated[*i].effective.is_none()).collect();
        undated.sort_by_key(|i| (item(i).first_seen_at, item(i).id));
        View { timeline, unit, looks, silent, dated, updates, undated }
    }

    pub(crate) fn id(&self) -> &'a ChannelId {
        &self.timeline.channel.id
    }

    pub(crate) fn trust(&self) -> Trust {
        self.timeline.channel.trust()
    }

    /// The last day on which channel and unit both live, where there is one.
    pub(crate) fn until(&self) -> Option<Day> {
        match (self.timeline.channel.life.until, self.unit.until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// The first day on which both live.
    pub(crate) fn from(&self) -> Day {
        let from = self.timeline.channel.life.from;
        self.unit.from.map_or(from, |unit| unit.max(from))
    }

    /// Had any item been seen by that day, dated or not?
    pub(crate) fn saw_anything_by(&self, day: Day) -> bool {
        self.dated.iter().any(|d| self.timeline.items[d.index].first_seen <= day)
    }

    /// The days with an update, in order, each as often as there are items.
    pub(crate) fn update_days(&self) -> impl Iterator<Item = Day> + '_ {
        self.updates.iter().map(|(day, _)| *day)
    }

    /// Places of the updates on these days.
    pub(crate) fn updates_within(&self, days: &DayRange) -> Range<usize> {
        let end = self.updates.partition_point(|(d, _)| *d <= days.last);
        self.updates.partition_point(|(d, _)| *d < days.first).min(end)..end
    }

    /// The last item before `day`, as (date, quoted item).
    pub(crate) fn last_before(&self, day: Day) -> Option<(Day, usize)> {
        self.updates.partition_point(|(d, _)| *d < day).checked_sub(1).map(|i| self.updates[i])
    }

    /// The first item after `day`.
    pub(crate) fn first_after(&self, day: Day) -> Option<(Day, usize)> {
        self.updates.get(self.updates.partition_point(|(d, _)| *d <= day)).copied()
    }

    /// The item of one of the updates.
    pub(crate) fn update(&self, place: usize) -> usize {
        self.updates[place].1
    }

    /// Undated items that may have been published on or after `first`: those first seen from that day on, up to the
    /// look that proves the window (that look included), or all of them where nothing proves it.
    pub(crate) fn undated_in_the_way(&self, first: Day, proved_at: Option<Moment>) -> &[usize] {
        let from = self.undated.partition_point(|i| self.item(*i).first_seen < first);
        let to = self.undated.partition_point(|i| proved_at.is_none_or(|at| self.item(*i).first_seen_at <= at));
        self.undated.get(from..to).unwrap_or_default()
    }

    /// Items that count on a day outside of `days`, while their own page shows a date within.
    pub(crate) fn disputed_within(&self, days: &DayRange) -> impl Iterator<Item = usize> + '_ {
        let days = *days;
        (0..self.dated.len()).filter(move |i| {
            let d = &self.dated[*i];
            d.maybe.iter().any(|day| days.contains(*day)) && !d.effective.is_some_and(|e| days.contains(e))
        })
    }

    pub(crate) fn item(&self, dated: usize) -> &'a Item {
        &self.timeline.items[self.dated[dated].index]
    }

    pub(crate) fn quote_item(&self, dated: usize) -> QuotedItem {
        let (d, item) = (&self.dated[dated], self.item(dated));
        QuotedItem {
            item: item.id,
            channel: self.id().clone(),
            title: item.title.clone(),
            url: item.url.clone(),
            claimed: item.claimed,
            other_dates: item.other_dates.clone(),
            effective: d.effective,
            first_seen: item.first_seen,
            flags: d.flags.clone(),
        }
    }

    pub(crate) fn quote_look(&self, i: usize) -> QuotedLook {
        let seen = self.looks.get(i);
        QuotedLook {
            look: seen.look.id,
            channel: self.id().clone(),
            at: seen.look.at,
            outcome: seen.outcome.word().to_owned(),
            reason: seen.outcome.reason().map(|r| r.word().to_owned()),
            covers_from: match seen.look.covers {
                model::Coverage::Since(day) if seen.outcome.is_good() => Some(day),
                _ => None,
            },
            evidence: seen.look.evidence.clone(),
        }
    }
}
