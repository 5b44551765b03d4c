//! One channel or account, arranged for judging: sorted once, then only searched.
//!
//! An account may be read from several sources. Each keeps its own looks and its own history of sightings, for what one
//! source failed to show says nothing of another; only their updates are taken together, each publication once. So any
//! source may clear a window, and it is asked of each by itself whether it proves one.

use std::collections::HashMap;
use std::ops::Range;

use model::finding::{QuotedItem, QuotedLook};
use model::{ChannelId, Day, DayRange, Item, Moment, Timeline, Trust, Unit};

use crate::effective::{Dated, dated};
use crate::looks::{Looks, Seen};

/// A look or an item of one of the sources: the source, and the place there.
pub(crate) type At = (usize, usize);

/// One source of a channel.
pub(crate) struct Part<'a> {
    pub(crate) timeline: &'a Timeline,
    pub(crate) looks: Looks<'a>,
    /// Days on which the fleet of the source was silent.
    pub(crate) silent: Vec<DayRange>,
    /// How far the source was shown alive, where that is asked of it.
    pub(crate) alive: Option<Alive>,
    /// By the day on which it was seen, the newest date of an item that the source itself had shown by then.
    pub(crate) own: Alive,
    dated: Vec<Dated>,
}

/// Up to which day a bridge was shown alive, by the day of the look: days of looks with the newest canary shown by then.
pub(crate) type Alive = Vec<(Day, Day)>;

/// The channel with its looks and dated items.
pub(crate) struct View<'a> {
    /// Of the channel itself.
    pub(crate) timeline: &'a Timeline,
    pub(crate) unit: &'a Unit,
    /// The channel itself first, then its further sources.
    pub(crate) parts: Vec<Part<'a>>,
    /// Days with an update, in order, each with its item.
    updates: Vec<(Day, At)>,
    /// Items without any date, in the order of first sighting.
    undated: Vec<At>,
}

impl<'a> Part<'a> {
    pub(crate) fn new(timeline: &'a Timeline, as_of: Moment, silent: Vec<DayRange>, alive: Option<Alive>) -> Part<'a> {
        let looks = Looks::new(timeline, as_of, &silent);
        let dated = dated(timeline, &looks, as_of);
        let own = match timeline.channel.trust() {
            Trust::Witnessed => crate::fleet::own_signs(timeline, as_of),
            Trust::Clears | Trust::Full => vec![],
        };
        Part { timeline, looks, silent, alive, own, dated }
    }

    pub(crate) fn trust(&self) -> Trust {
        self.timeline.channel.trust()
    }

    fn item(&self, i: usize) -> &'a Item {
        &self.timeline.items[self.dated[i].index]
    }
}

impl<'a> View<'a> {
    pub(crate) fn new(unit: &'a Unit, parts: Vec<Part<'a>>) -> Option<View<'a>> {
        let timeline = parts.first()?.timeline;
        let mut view = View { timeline, unit, parts, updates: Vec::new(), undated: Vec::new() };
        let all: Vec<At> = match view.parts.as_slice() {
            [one] => (0..one.dated.len()).map(|i| (0, i)).collect(),
            _ => view.each_once(),
        };
        view.updates = all.iter().filter_map(|at| Some((view.dated(*at).effective?, *at))).collect();
        view.undated = all.into_iter().filter(|at| view.dated(*at).effective.is_none()).collect();
        let (mut updates, mut undated) = (std::mem::take(&mut view.updates), std::mem::take(&mut view.undated));
        updates.sort_by_key(|(day, at)| (*day, view.item(*at).first_seen_at, view.item(*at).id, at.0));
        undated.sort_by_key(|at| (view.item(*at).first_seen_at, view.item(*at).id, at.0));
        (view.updates, view.undated) = (updates, undated);
        Some(view)
    }

    /// The items of all sources, each once: the sighting with the earliest date that counts stands for the others.
    fn each_once(&self) -> Vec<At> {
        let mut first: HashMap<String, At> = HashMap::new();
        let places = self.parts.iter().enumerate().flat_map(|(p, part)| (0..part.dated.len()).map(move |i| (p, i)));
        for at in places {
            let day = |at: At| (self.dated(at).effective.unwrap_or(Day::MAX), self.item(at).first_seen_at);
            let kept = first.entry(self.item(at).key()).or_insert(at);
            if day(at) < day(*kept) {
                *kept = at;
            }
        }
        let mut all: Vec<At> = first.into_values().collect();
        all.sort_unstable();
        all
    }

    fn dated(&self, (part, i): At) -> &Dated {
        &self.parts[part].dated[i]
    }

    pub(crate) fn id(&self) -> &'a ChannelId {
        &self.timeline.channel.id
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
        self.parts.iter().any(|p| (0..p.dated.len()).any(|i| p.item(i).first_seen <= day))
    }

    /// Was the fleet of any source silent on some of these days?
    pub(crate) fn was_dark(&self, days: &DayRange) -> bool {
        self.parts.iter().any(|p| crate::looks::touches(&p.silent, days))
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

    /// How many publications there were on these days: several articles in one push are one.
    pub(crate) fn publications_within(&self, days: &DayRange) -> usize {
        let within = self.updates_within(days);
        if !self.timeline.channel.kind.is_new_media() {
            return within.len();
        }
        let mut pushes: Vec<String> = Vec::new();
        let mut single = 0;
        for place in within {
            match model::entry::push_of(&self.item(self.update(place)).url) {
                Some(push) => pushes.push(push),
                None => single += 1,
            }
        }
        pushes.sort_unstable();
        pushes.dedup();
        single + pushes.len()
    }

    /// The last item before `day`, as (date, item).
    pub(crate) fn last_before(&self, day: Day) -> Option<(Day, At)> {
        self.updates.partition_point(|(d, _)| *d < day).checked_sub(1).map(|i| self.updates[i])
    }

    /// The first item after `day`.
    pub(crate) fn first_after(&self, day: Day) -> Option<(Day, At)> {
        self.updates.get(self.updates.partition_point(|(d, _)| *d <= day)).copied()
    }

    /// The item of one of the updates.
    pub(crate) fn update(&self, place: usize) -> At {
        self.updates[place].1
    }

    /// Undated items that may have been published on or after `first`: those first seen from that day on, up to the
    /// look that proves the window (that look included), or all of them where nothing proves it.
    pub(crate) fn undated_in_the_way(&self, first: Day, proved_at: Option<Moment>) -> &[At] {
        let from = self.undated.partition_point(|at| self.item(*at).first_seen < first);
        let to = self.undated.partition_point(|at| proved_at.is_none_or(|p| self.item(*at).first_seen_at <= p));
        self.undated.get(from..to).unwrap_or_default()
    }

    /// Items that count on a day outside of `days`, while their own page shows a date within.
    pub(crate) fn disputed_within(&self, days: &DayRange) -> impl Iterator<Item = At> + '_ {
        let days = *days;
        let places = self.parts.iter().enumerate().flat_map(|(p, part)| (0..part.dated.len()).map(move |i| (p, i)));
        places.filter(move |at| {
            let d = self.dated(*at);
            d.maybe.iter().any(|day| days.contains(*day)) && !d.effective.is_some_and(|e| days.contains(e))
        })
    }

    pub(crate) fn item(&self, (part, i): At) -> &'a Item {
        self.parts[part].item(i)
    }

    pub(crate) fn look(&self, (part, i): At) -> &Seen<'a> {
        self.parts[part].looks.get(i)
    }

    /// The latest look at any source.
    pub(crate) fn latest_look(&self) -> Option<&Seen<'a>> {
        let latest = |(p, part): (usize, &Part<'a>)| Some((p, part.looks.latest()?));
        self.parts.iter().enumerate().filter_map(latest).map(|at| self.look(at)).max_by_key(|s| (s.look.at, s.look.id))
    }

    pub(crate) fn quote_item(&self, at: At) -> QuotedItem {
        let (d, item) = (self.dated(at), self.item(at));
        QuotedItem {
            item: item.id,
            channel: self.parts[at.0].timeline.channel.id.clone(),
            title: item.title.clone(),
            url: item.url.clone(),
            claimed: item.claimed,
            other_dates: item.other_dates.clone(),
            effective: d.effective,
            first_seen: item.first_seen,
            flags: d.flags.clone(),
        }
    }

    pub(crate) fn quote_look(&self, at: At) -> QuotedLook {
        let seen = self.look(at);
        QuotedLook {
            look: seen.look.id,
            channel: self.parts[at.0].timeline.channel.id.clone(),
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
