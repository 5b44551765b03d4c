//! What the columns showed, and what was silent.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Weekday};

use super::super::script::{Channel, Day};
use super::days::{plus, rolled};
use super::{Key, Known, closes, table};

/// Monitoring began on this day.
fn since() -> Day {
    Day::from_ymd_opt(2026, 1, 1).unwrap()
}

/// A column as it is known on a day.
struct Column<'s> {
    channel: &'s Channel,
    from: Day,
    until: Option<Day>,
    /// Days of good looks, in order.
    good: Vec<Day>,
    /// Days with an update, in order.
    updates: Vec<Day>,
    /// Days for which it was declared that there is nothing to publish.
    empty: Vec<(Day, Day)>,
}

impl<'s> Column<'s> {
    fn new(known: &Known<'s>, channel: &'s Channel) -> Column<'s> {
        let unit = known.script.unit(&channel.unit);
        let asked = known.events("look").filter(|e| e.unit == channel.unit && e.code == channel.id).map(|e| e.day());
        let rounds = closes().into_iter().map(|c| c.1).chain([Day::from_ymd_opt(2026, 1, 2).unwrap()]);
        let told = |d: &Day| unit.told.is_none_or(|t| t <= *d);
        let begun = |d: &Day| unit.from.is_none_or(|f| f <= *d && told(d));
        let ended = |d: &Day| unit.until.is_some_and(|u| u < *d && told(d));
        let out = |d: &Day| channel.out.iter().any(|(a, b)| a <= d && d <= b);
        let mut good: Vec<Day> =
            rounds.chain(asked).filter(|d| *d <= known.today && begun(d) && !ended(d) && !out(d)).collect();
        good.sort_unstable();
        good.dedup();
        let mut updates: Vec<Day> =
            channel.items.iter().filter_map(|(claimed, listed)| counts(&good, *claimed, *listed)).collect();
        updates.sort_unstable();
        let empty = known.events("declare").filter(|e| e.unit == channel.unit && e.code == channel.id);
        let empty = empty.map(|e| (e.day(), e.end())).collect();
        let from = unit.from.map_or(since(), |f| f.max(since()));
        Column { channel, from, until: unit.until.filter(|_| told(&known.today)), good, updates, empty }
    }

    fn seen_after(&self, last: Day) -> bool {
        let last = self.until.map_or(last, |u| u.min(last));
        self.good.iter().any(|d| *d > last)
    }

    fn within(&self, first: Day, last: Day) -> bool {
        self.updates.iter().any(|d| first <= *d && *d <= last)
    }

    fn is_empty(&self, first: Day, last: Day) -> bool {
        self.empty.iter().any(|span| touches(*span, first, last))
    }

    fn lives_through(&self, first: Day, last: Day) -> bool {
        self.from <= first && self.until.is_none_or(|u| last <= u)
    }
}

fn touches(span: (Day, Day), first: Day, last: Day) -> bool {
    span.0 <= last && first <= span.1
}

/// The day on which an item counts: the day it claims, unless it was seen before, or a look that should have shown it did
/// not show it.
fn counts(good: &[Day], claimed: Day, listed: Day) -> Option<Day> {
    let seen = *good.iter().find(|d| **d >= listed)?;
    let absent = good.iter().rev().find(|d| **d < seen);
    let late = absent.is_some_and(|a| claimed < a.pred_opt().unwrap());
    Some(if claimed > seen || late { seen } else { claimed })
}

pub(super) fn charge(known: &Known<'_>, all: &mut BTreeMap<Key, i64>) {
    let columns: Vec<Column<'_>> = known.script.channels.iter().map(|c| Column::new(known, c)).collect();
    for c in &columns {
        silent(known, c, all);
        quarters(known, c, all);
    }
    for unit in &known.script.units {
        let mine: Vec<&Column<'_>> = columns.iter().filter(|c| c.channel.unit == unit.id).collect();
        weeks(known, &unit.id, &mine, all);
        years(known, &unit.id, &mine, all);
    }
}

fn key(c: &Channel, row: &str, last: Day) -> Key {
    (c.unit.clone(), row.to_owned(), c.id.clone(), last)
}

/// Windows of so many days after each update or waiver, up to the next.
fn silent(known: &Known<'_>, c: &Column<'_>, all: &mut BTreeMap<Key, i64>) {
    let Some((row, _, n, points)) = table::SILENT.iter().find(|r| r.1.contains(&c.channel.kind.as_str())) else {
        return;
    };
    let mut spans: Vec<(Day, Day)> = c.updates.iter().map(|d| (*d, *d)).collect();
    if spans.is_empty() {
        let before = c.from.pred_opt().unwrap();
        spans.push((before, before));
    }
    spans.extend(known.waived(row, &c.channel.unit, Some(&c.channel.id)));
    spans.sort_unstable();
    for (i, (_, end)) in spans.iter().enumerate() {
        // A span that another one outlasts breaks nothing.
        if spans[..i].iter().any(|s| s.1 > *end) || spans[i + 1..].iter().any(|s| s.0 <= *end) {
            continue;
        }
        let next = spans.get(i + 1).map(|s| s.0);
        let mut last = plus(*end, *n);
        while last < known.today && next.is_none_or(|v| last < v) {
            let first = plus(last, 1).checked_sub_days(chrono::Days::new(*n)).unwrap();
            let mine = last >= c.from && c.until.is_none_or(|u| last <= u);
            if mine && !c.is_empty(first, last) && c.seen_after(last) {
                all.insert(key(c.channel, row, last), *points);
            }
            last = plus(last, *n);
        }
    }
}

fn quarters(known: &Known<'_>, c: &Column<'_>, all: &mut BTreeMap<Key, i64>) {
    let unit = known.script.unit(&c.channel.unit);
    let row = table::QUARTERLY.iter().find(|r| r.1 == c.channel.kind && (unit.department || !r.2));
    let Some((row, _, _, points)) = row else { return };
    let waived = known.waived(row, &unit.id, Some(&c.channel.id));
    for q in 0..5 {
        let begin = |n: u32| Day::from_ymd_opt(2026 + i32::try_from(n / 4).unwrap(), n % 4 * 3 + 1, 1).unwrap();
        let (first, last) = (begin(q), begin(q + 1).pred_opt().unwrap());
        let free = c.within(first, last) || c.is_empty(first, last) || waived.iter().any(|w| touches(*w, first, last));
        if last < known.today && c.lives_through(first, last) && !free && c.seen_after(last) {
            all.insert(key(c.channel, row, last), *points);
        }
    }
}

/// Weeks in which not one column of the unit's website had anything.
fn weeks(known: &Known<'_>, unit: &str, mine: &[&Column<'_>], all: &mut BTreeMap<Key, i64>) {
    let site: Vec<&&Column<'_>> = mine.iter().filter(|c| c.channel.kind != "wechat").collect();
    let Some(column) = site.first() else { return };
    let waived = known.waived(table::WEEK.0, unit, None);
    let mut first = since();
    while first.weekday() != Weekday::Mon {
        first = plus(first, 1);
    }
    while plus(first, 6) < known.today {
        let last = plus(first, 6);
        let free = site.iter().any(|c| c.within(first, last))
            || site.iter().all(|c| c.is_empty(first, last))
            || waived.iter().any(|w| touches(*w, first, last));
        if column.lives_through(first, last) && !free && site.iter().all(|c| c.seen_after(last)) {
            all.insert((unit.to_owned(), table::WEEK.0.to_owned(), String::new(), last), table::WEEK.1);
        }
        first = plus(first, 7);
    }
}

/// Something in the column by a day of the year. What comes after that day takes the charge away: the table speaks only of
/// what was not done.
fn years(known: &Known<'_>, unit: &str, mine: &[&Column<'_>], all: &mut BTreeMap<Key, i64>) {
    for (row, kind, month, day, points) in table::YEARLY {
        let Some(due) = rolled(Day::from_ymd_opt(2026, month, day).unwrap()) else { continue };
        let submitted: Vec<Day> = known
            .events("submit")
            .filter(|e| e.unit == unit && e.criterion == row && e.code == "2026")
            .map(|e| e.day())
            .collect();
        let last = plus(Day::from_ymd_opt(2026, 12, 30).unwrap(), 1);
        let column = mine.iter().find(|c| c.channel.kind == kind && c.lives_through(since(), due));
        let waived = known.waived(row, unit, column.map(|c| c.channel.id.as_str()));
        if known.today <= due || !submitted.is_empty() || waived.iter().any(|w| touches(*w, since(), due)) {
            continue;
        }
        let missing = match column {
            Some(c) => !c.within(since(), last) && !c.is_empty(since(), due) && c.seen_after(due),
            // Only a register can tell, once a person has said that it is complete.
            None => {
                let lived = known.script.unit(unit);
                lived.from.is_none()
                    && lived.until.is_none_or(|u| due <= u)
                    && known.events("complete").any(|e| e.unit == unit && e.criterion == row && e.day() >= due)
            }
        };
        if missing {
            all.insert((unit.to_owned(), row.to_owned(), String::new(), due), points);
        }
    }
}
