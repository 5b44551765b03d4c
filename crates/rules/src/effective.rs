//! The date that counts (COUNTING.md section 2).

use std::borrow::Cow;
use std::collections::HashMap;

use model::calendar::shift;
use model::{Day, DayRange, Item, ItemFlag, Moment, Timeline};

use crate::looks::Looks;

/// A title that comes again within so many days is flagged.
const REPEATED_WITHIN: i64 = 180;

/// An item with the date that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// Its place in [`Timeline::items`].
    pub index: usize,
    /// Its number in the store.
    pub item: i64,
    /// The date that counts; none while nobody could read or say one.
    pub effective: Option<Day>,
    /// The last good look before the first sighting that would have shown the item had it stood there.
    pub absent_on: Option<Day>,
    /// Other days on which it may have been published: its own page shows its reader another date than the list does.
    /// They never count by themselves, but a window that holds one is not proved silent.
    pub maybe: Vec<Day>,
    /// What is remarkable about it, sorted.
    pub flags: Vec<ItemFlag>,
}

/// The items that had been seen by `as_of`, each with the date that counts, in the order of [`Timeline::items`].
///
/// Looks are taken as they stand. A judgement knows more: it leaves aside the looks of a silent fleet, so an item that
/// such a look would show to be backdated keeps there the date that it claims.
#[must_use]
pub fn effective(timeline: &Timeline, as_of: Moment) -> Vec<Dated> {
    dated(timeline, &Looks::new(timeline, as_of, &[]), as_of)
}

pub(crate) fn dated(timeline: &Timeline, looks: &Looks<'_>, as_of: Moment) -> Vec<Dated> {
    let visible = timeline.items.iter().enumerate().filter(|(_, item)| item.first_seen_at <= as_of);
    // An account cannot date back: the platform sets the time. A source that showed an item late has failed, not its owner.
    let may_date_back = !timeline.channel.kind.is_new_media();
    let mut all: Vec<Dated> = visible.map(|(index, item)| date(index, item, looks, may_date_back)).collect();
    flag_repeated(timeline, &mut all);
    for d in &mut all {
        d.flags.sort_unstable();
    }
    all
}

fn date(index: usize, item: &Item, looks: &Looks<'_>, may_date_back: bool) -> Dated {
    let asked = item.claimed.filter(|_| may_date_back);
    let absent_on = asked.and_then(|claimed| looks.absent_on(item.first_seen_at, claimed));
    let mut flags = Vec::new();
    let effective = match (item.dated_by_person, item.claimed) {
        (Some(day), _) => Some(day),
        (None, None) => {
            flags.push(ItemFlag::Undated);
            None
        }
        (None, Some(claimed)) if claimed > item.first_seen => {
            flags.push(ItemFlag::DatedAhead);
            Some(item.first_seen)
        }
        (None, Some(claimed)) if absent_on.is_some_and(|absent| claimed < shift(absent, -1)) => {
            flags.push(ItemFlag::Backdated);
            Some(item.first_seen)
        }
        (None, Some(claimed)) => Some(claimed),
    };
    let disputed = item.other_dates.iter().any(|c| Some(c.day) != item.claimed);
    if disputed && item.dated_by_person.is_none() {
        flags.push(ItemFlag::DateDisputed);
    }
    if item.re_dated {
        flags.push(ItemFlag::ReDated);
    }
    if item.withdrawn {
        flags.push(ItemFlag::Withdrawn);
    }
    let maybe = if item.dated_by_person.is_some() { vec![] } else { maybe(item, effective, looks) };
    Dated { index, item: item.id, effective, absent_on, maybe, flags }
}

/// Where the page of an item shows another date than the list, nobody but a person can say which is right. The list's
/// counts, so that no page can buy an update; but the unit is not charged for a window in which the other one lies.
/// Addresses and meta tags are filled by the publishing system and shown to no reader: they are told, and doubt nothing.
fn maybe(item: &Item, effective: Option<Day>, looks: &Looks<'_>) -> Vec<Day> {
    let shown = item.other_dates.iter().filter(|c| c.from.is_shown_on_page());
    let mut days: Vec<Day> = shown
        .map(|c| {
            let late = looks.absent_on(item.first_seen_at, c.day).is_some_and(|absent| c.day < shift(absent, -1));
            if late { item.first_seen } else { c.day.min(item.first_seen) }
        })
        .filter(|day| effective.is_some_and(|e| e != *day))
        .collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// The days on which a look at this channel may have shown one of its items to be dated back, in order and apart. Of its other
/// looks nothing hangs on what dates count. It was first looked at at `first_look`.
#[must_use]
pub fn doubts(timeline: &Timeline, first_look: Moment) -> Vec<DayRange> {
    let may_date_back = !timeline.channel.kind.is_new_media();
    let asked = |item: &Item| {
        let shown = item.other_dates.iter().filter(|c| c.from.is_shown_on_page()).map(|c| c.day);
        let dates = item.claimed.filter(|_| may_date_back).into_iter().chain(shown);
        DayRange::new(shift(dates.min()?, 2), item.first_seen)
    };
    let mut days: Vec<DayRange> =
        timeline.items.iter().filter(|i| i.first_seen_at > first_look).filter_map(asked).collect();
    days.sort_unstable_by_key(|d| d.first);
    days.dedup_by(|next, d| {
        let together = next.first <= shift(d.last, 1);
        if together {
            d.last = d.last.max(next.last);
        }
        together
    });
    days
}

fn without_blanks(title: &str) -> Cow<'_, str> {
    if title.contains(char::is_whitespace) { title.split_whitespace().collect() } else { Cow::Borrowed(title) }
}

fn flag_repeated(timeline: &Timeline, all: &mut [Dated]) {
    let day = |d: &Dated| d.effective.unwrap_or(timeline.items[d.index].first_seen);
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|i| (day(&all[*i]), timeline.items[all[*i].index].first_seen_at, all[*i].item));
    let mut last: HashMap<Cow<'_, str>, Day> = HashMap::with_capacity(all.len());
    for i in order {
        let title = without_blanks(&timeline.items[all[i].index].title);
        let today = day(&all[i]);
        if title.is_empty() {
            continue;
        }
        if last.insert(title, today).is_some_and(|before| before >= shift(today, -REPEATED_WITHIN)) {
            all[i].flags.push(ItemFlag::Repeated);
        }
    }
}
