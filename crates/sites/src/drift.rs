//! A list that changed in a way that no list changes by itself.
//!
//! What is compared is the last good look, or the shape that a person has accepted since, with what was read now. An
//! alarm makes the look suspect: it proves nothing and charges nobody until a person has looked.

use std::collections::HashMap;

use chrono::Datelike;
use model::{Coverage, DateFrom, Day, Entry, Reason};

use crate::walk::Walked;

/// From so many rows that all show the day of the look, nobody believes that it is the day of publication.
const ALL_TODAY: usize = 8;
/// Fewer known rows than this do not tell what became of a list.
const ENOUGH: usize = 3;

/// An item that the last good look listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its [`Entry::key`].
    pub key: String,
    /// The date that it claimed last.
    pub date: Option<Day>,
    /// Where that date was read.
    pub date_from: Option<DateFrom>,
}

/// What the channel held at its last good look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Previous {
    /// Rows on the first page.
    pub rows: usize,
    /// Those of them that had a date.
    pub dated: usize,
    /// The family that read it; empty where that is not known.
    pub adapter: String,
    /// The day of that look.
    pub day: Day,
    /// The items that it listed; none where only the shape is known, as when a person has accepted a new one.
    pub known: Vec<Known>,
}

/// What the list holds now.
#[derive(Debug, Clone, Copy)]
pub struct Now<'a> {
    /// Rows on the first page.
    pub rows: usize,
    /// Those of them that have a date.
    pub dated: usize,
    /// The family that read it.
    pub adapter: &'a str,
    /// Items on all pages that were read.
    pub entries: &'a [Entry],
    /// How far back they are complete.
    pub covers: Coverage,
    /// The day of the look.
    pub today: Day,
}

impl<'a> Now<'a> {
    /// What a walk has read.
    #[must_use]
    pub fn of(walked: &'a Walked, today: Day) -> Now<'a> {
        Now {
            rows: walked.first_rows,
            dated: walked.first_dated,
            adapter: walked.adapter,
            entries: &walked.entries,
            covers: walked.covers,
            today,
        }
    }
}

/// Why a list cannot be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// In one word.
    pub reason: Reason,
    /// With its figures, in Chinese.
    pub note: String,
}

impl Alarm {
    fn new(reason: Reason, note: String) -> Option<Alarm> {
        Some(Alarm { reason, note })
    }
}

/// Why the list of `now` cannot be believed in the light of the one before; `None` where nothing is odd.
///
/// First pages are compared with first pages. A first page that became shorter is explained where the pages behind it
/// make up for it: then the site only shows fewer rows on a page.
#[must_use]
pub fn compare(previous: Option<&Previous>, now: &Now<'_>) -> Option<Alarm> {
    let Some(previous) = previous else { return all_today(&[], now) };
    vanished(previous, now)
        .or_else(|| all_today(&previous.known, now))
        .or_else(|| moved(previous, now))
        .or_else(|| only_by_address(previous, now))
        .or_else(|| shrunk(previous, now))
        .or_else(|| replaced(previous, now))
}

fn vanished(previous: &Previous, now: &Now<'_>) -> Option<Alarm> {
    if previous.rows > 0 && now.entries.is_empty() {
        return Alarm::new(Reason::ItemsGone, format!("上次首页有{}条，这次一条也没有", previous.rows));
    }
    if previous.dated > 0 && now.dated == 0 {
        let note = format!("上次首页有{}条带日期，这次{}条都没有", previous.dated, now.rows);
        return Alarm::new(Reason::DatesGone, note);
    }
    None
}

/// Dates that all show the day of the look follow the visitor's clock. A feed of a busy account may well hold one day
/// only; and where an item is known with that day already, it was seen among others that day.
fn all_today(known: &[Known], now: &Now<'_>) -> Option<Alarm> {
    let today = Some(now.today);
    let all = now.entries.len() >= ALL_TODAY && now.entries.iter().all(|e| e.date == today);
    if !all || now.adapter == "feed" || known.iter().any(|k| k.date == today) {
        return None;
    }
    let note = format!("{}条信息的日期全部等于检查当天（{}）", now.entries.len(), now.today);
    Alarm::new(Reason::DatesFollowClock, note)
}

/// The known rows that have a date then and now, read from the page and not from the address.
fn pairs<'a>(previous: &'a Previous, now: &Now<'a>) -> Vec<(&'a Known, &'a Entry, Day, Day)> {
    let known: HashMap<&str, &Known> = previous.known.iter().map(|k| (k.key.as_str(), k)).collect();
    let both = |e: &'a Entry| {
        let k = *known.get(e.key().as_str())?;
        Some((k, e, k.date?, e.date?))
    };
    now.entries.iter().filter_map(both).collect()
}

/// Known rows show other dates than before. One or two that were corrected are told of each item (`re-dated`); most of
/// them at once are no corrections.
fn moved(previous: &Previous, now: &Now<'_>) -> Option<Alarm> {
    let pairs = pairs(previous, now);
    let passed = now.today - previous.day;
    // A date without a year, a year later, is the same date.
    let moved = |old: Day, new: Day| old != new && (old.month(), old.day()) != (new.month(), new.day());
    let with_clock =
        |old: Day, new: Day| new == now.today || (passed > chrono::TimeDelta::zero() && new - old == passed);
    let changed: Vec<_> = pairs.iter().filter(|(_, _, old, new)| moved(*old, *new)).collect();
    let (_, example, old, new) = changed.first()?;
    let note = |what: &str, n: usize| {
        let title: String = example.title.chars().take(20).collect();
        format!("{n}条已知信息的日期{what}（共{}条可比），例如《{title}》由{old}变为{new}", pairs.len())
    };
    let clocked = changed.iter().filter(|(_, _, old, new)| with_clock(*old, *new)).count();
    if clocked >= 2 && clocked * 2 > pairs.len() {
        return Alarm::new(Reason::DatesFollowClock, note("随检查日期移动", clocked));
    }
    if changed.len() >= ENOUGH && changed.len() * 2 > pairs.len() {
        return Alarm::new(Reason::DatesChanged, note("变了", changed.len()));
    }
    None
}

/// The dates of known rows stood in the list, and now only their addresses tell one.
fn only_by_address(previous: &Previous, now: &Now<'_>) -> Option<Alarm> {
    let pairs = pairs(previous, now);
    let listed = |from: Option<DateFrom>| from.is_some_and(|f| matches!(f, DateFrom::List | DateFrom::Record));
    let before: Vec<_> = pairs.iter().filter(|(k, ..)| listed(k.date_from)).collect();
    let lost = before.iter().filter(|(_, e, ..)| e.date_from == Some(DateFrom::Url)).count();
    if lost < ENOUGH || lost < before.len() {
        return None;
    }
    Alarm::new(Reason::DatesGone, format!("{lost}条已知信息在列表中的日期不见了，只能从网址推断"))
}

fn shrunk(previous: &Previous, now: &Now<'_>) -> Option<Alarm> {
    // Of three rows or fewer, one or two removed by hand is ordinary.
    let half = |rows: usize| rows * 2 < previous.rows;
    if previous.rows <= ENOUGH || !half(now.rows) || !half(now.entries.len()) {
        return None;
    }
    Alarm::new(Reason::Shrunk, format!("首页由{}条减为{}条", previous.rows, now.rows))
}

/// The rows that should still be there are not: the page is built differently and another list was read, or every
/// address is new. Where the page is read by another family, half of them missing is enough.
fn replaced(previous: &Previous, now: &Now<'_>) -> Option<Alarm> {
    let oldest = now.entries.iter().filter_map(|e| e.date).min();
    let within = |day: Day| match now.covers {
        Coverage::Everything => true,
        Coverage::Since(from) => from <= day,
        Coverage::Nothing => oldest.is_some_and(|o| o < day),
    };
    let expected: Vec<&str> =
        previous.known.iter().filter(|k| k.date.is_some_and(within)).map(|k| k.key.as_str()).collect();
    let keys: std::collections::HashSet<String> = now.entries.iter().map(Entry::key).collect();
    let found = expected.iter().filter(|k| keys.contains(**k)).count();
    let rebuilt = !previous.adapter.is_empty() && previous.adapter != now.adapter;
    if expected.len() < ENOUGH || !(found == 0 || (rebuilt && found * 2 < expected.len())) {
        return None;
    }
    let by =
        if rebuilt { format!("（页面类型由{}变为{}）", previous.adapter, now.adapter) } else { String::new() };
    Alarm::new(Reason::MarkupChanged, format!("应仍在列的{}条已知信息只找到{found}条{by}", expected.len()))
}

#[cfg(test)]
mod tests;
