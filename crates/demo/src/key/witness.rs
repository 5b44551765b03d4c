//! What the looks see of one channel (sections 1 and 2).

use std::collections::BTreeMap;

use chrono::{Datelike as _, Weekday};
use model::calendar::shift;
use model::{Day, Trust};

use crate::clock::Stamp;
use crate::column::{Account, Column, FaultKind};

/// One item as the looks have seen it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sighting {
    /// The earliest date that it has claimed.
    pub(crate) claimed: Option<Day>,
    /// The date of the first good look that showed it.
    pub(crate) first_seen: Day,
    /// The date of the last good look before that, which may be the same; every good look covers every day here.
    pub(crate) missed_on: Option<Day>,
    /// The same where it can show the item to be dated back.
    pub(crate) absent_on: Option<Day>,
}

impl Sighting {
    /// The day on which a source shows it to be.
    fn shown(&self) -> Day {
        self.claimed.unwrap_or(self.first_seen).min(self.first_seen)
    }

    /// The date that counts, by the table of section 2; none for an undated item.
    pub(crate) fn effective(&self) -> Option<Day> {
        let claimed = self.claimed?;
        if claimed > self.first_seen {
            return Some(self.first_seen);
        }
        match self.absent_on {
            Some(absent) if claimed < shift(absent, -1) => Some(self.first_seen),
            _ => Some(claimed),
        }
    }
}

/// All looks at one channel, and what they showed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Witness {
    /// Days with a good look, in order.
    pub(crate) good: Vec<Day>,
    /// The items.
    pub(crate) items: Vec<Sighting>,
    /// Its own later items must show that the source goes on.
    pub(crate) asks_own_sign: bool,
    /// The date of a feed's oldest item: a feed is no list of everything, and shows nothing of the days up to there.
    pub(crate) oldest: Option<Day>,
}

impl Witness {
    /// Looks at `column` at each of `looks`. Looks on days for which `disbelieved` holds are suspect.
    pub(crate) fn watch(
        column: &Column,
        looks: impl Iterator<Item = Stamp>,
        disbelieved: impl Fn(Day) -> bool,
    ) -> Witness {
        let mut good: Vec<Day> = Vec::new();
        let mut seen: BTreeMap<u32, Sighting> = BTreeMap::new();
        // A person looks on Mondays and enters what is newest.
        let manual = column.account == Account::Manual;
        // The platform sets the time of an account's items: what a source shows late is the source's fault (NEWMEDIA).
        let may_date_back = !column.kind.is_new_media();
        let mut shown = None;
        for at in looks.filter(|at| !disbelieved(at.date()) && (!manual || at.weekday() == Weekday::Mon)) {
            let (day, fault) = (at.date(), column.fault(at));
            if !matches!(fault, None | Some(FaultKind::Frozen(_))) {
                continue;
            }
            // The same rows as at the last good look tell nothing new.
            let shows = (column.version(at).0, fault);
            if shown.replace(shows) == Some(shows) {
                note(&mut good, day);
                continue;
            }
            let mut rows = column.rows(at);
            // A feed without any item proves nothing.
            if column.family.is_feed() && rows.is_empty() {
                shown = None;
                continue;
            }
            if manual {
                let newest = rows.iter().filter_map(|r| r.date).max();
                rows.retain(|r| r.date == newest);
            }
            for row in rows {
                let new = Sighting {
                    claimed: row.date,
                    first_seen: day,
                    missed_on: good.last().copied(),
                    absent_on: good.last().copied().filter(|_| may_date_back),
                };
                let old = seen.entry(row.post.no).or_insert(new);
                old.claimed = match (old.claimed, row.date) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
            }
            note(&mut good, day);
        }
        // A feed of which nobody has said how far to believe it is believed on a witness, a column's too.
        let plain_feed = !column.kind.is_new_media() && column.family.is_feed();
        let asks_own_sign = plain_feed || column.trust == Trust::Witnessed;
        let items: Vec<Sighting> = seen.into_values().collect();
        let oldest = items.iter().map(Sighting::shown).min().filter(|_| column.family.is_feed());
        Witness { good, items, asks_own_sign, oldest }
    }

    /// Does an item count on `day`?
    pub(crate) fn updated(&self, day: Day) -> bool {
        self.items.iter().any(|i| i.effective() == Some(day))
    }

    /// The earliest date that counts.
    pub(crate) fn earliest(&self) -> Option<Day> {
        self.items.iter().filter_map(Sighting::effective).min()
    }

    /// Is there a good look dated after `last` that shows all from `first` on (section 5)? A page shows every day, a feed those
    /// after its oldest item. Where a feed is believed on a witness only, it must also have shown something that is newer by
    /// two days.
    pub(crate) fn looked_after(&self, first: Day, last: Day) -> bool {
        let newer = |i: &Sighting| i.shown() >= shift(last, 2);
        let covered = self.oldest.is_none_or(|oldest| oldest < first);
        covered && self.good.iter().any(|d| *d > last) && (!self.asks_own_sign || self.items.iter().any(newer))
    }

    /// Could an undated item be an update between `first` and `last`? It could, unless it came only when a good look, if only
    /// the one before it on the same day, had shown already that the window had passed without it.
    pub(crate) fn undated_may_fall_in(&self, first: Day, last: Day) -> bool {
        let mut undated = self.items.iter().filter(|i| i.claimed.is_none() && i.first_seen >= first);
        undated.any(|item| item.missed_on.is_none_or(|missed| missed <= last))
    }
}

/// Days with a good look, each once.
fn note(good: &mut Vec<Day>, day: Day) {
    if good.last() != Some(&day) {
        good.push(day);
    }
}
