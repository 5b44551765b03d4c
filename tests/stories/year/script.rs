//! What happens in the year, as `tests/year/*.csv` tell it: facts only. Nothing is added up here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike as _, NaiveDate};

pub(super) type Day = NaiveDate;

/// A unit, and when the office has told the program of its beginning or end.
pub(super) struct Unit {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) department: bool,
    pub(super) from: Option<Day>,
    pub(super) until: Option<Day>,
    pub(super) told: Option<Day>,
}

/// A column or account with all that it ever publishes.
pub(super) struct Channel {
    pub(super) unit: String,
    pub(super) id: String,
    pub(super) kind: String,
    /// The date that an item claims, and the day from which it stands in the list.
    pub(super) items: Vec<(Day, Day)>,
    /// Days on which the site does not answer.
    pub(super) out: Vec<(Day, Day)>,
}

/// Something that a person does.
pub(super) struct Event {
    pub(super) entered: Day,
    pub(super) what: String,
    pub(super) criterion: String,
    pub(super) unit: String,
    /// The code of a matter, the name of an entry, a channel.
    pub(super) code: String,
    pub(super) first: Option<Day>,
    pub(super) last: Option<Day>,
    more: BTreeMap<String, String>,
    pub(super) text: String,
}

impl Event {
    pub(super) fn more(&self, key: &str) -> Option<&str> {
        self.more.get(key).map(String::as_str)
    }
    pub(super) fn day(&self) -> Day {
        self.first.unwrap_or_else(|| panic!("{} {} names no day", self.what, self.code))
    }
    pub(super) fn end(&self) -> Day {
        self.last.unwrap_or_else(|| self.day())
    }
}

pub(super) struct Script {
    pub(super) units: Vec<Unit>,
    pub(super) channels: Vec<Channel>,
    pub(super) events: Vec<Event>,
    /// Sheets that do not come on the eighth: on which day instead, or never.
    sheets: BTreeMap<(String, String), Option<Day>>,
}

pub(super) fn day(text: &str) -> Day {
    text.parse().unwrap_or_else(|_| panic!("「{text}」 is no day"))
}

fn maybe(text: &str) -> Option<Day> {
    (!text.is_empty()).then(|| day(text))
}

fn ranges(text: &str) -> Vec<(Day, Day)> {
    text.split_whitespace()
        .map(|r| match r.split_once("..") {
            Some((a, b)) => (day(a), day(b)),
            None => (day(r), day(r)),
        })
        .collect()
}

fn rows(csv: &str) -> impl Iterator<Item = Vec<&str>> {
    csv.lines().skip(1).filter(|l| !l.is_empty()).map(|l| l.split(',').collect())
}

impl Script {
    pub(super) fn read() -> Script {
        let units = rows(include_str!("../../year/units.csv")).map(|r| Unit {
            id: r[0].to_owned(),
            name: r[1].to_owned(),
            department: r[2] == "department",
            from: maybe(r[3]),
            until: maybe(r[4]),
            told: maybe(r[5]),
        });
        let channels = rows(include_str!("../../year/channels.csv")).map(|r| channel(&r));
        let events = rows(include_str!("../../year/events.csv")).map(|r| event(&r));
        let sheets =
            rows(include_str!("../../year/sheets.csv")).map(|r| ((r[0].to_owned(), r[1].to_owned()), maybe(r[2])));
        let mut script = Script {
            units: units.collect(),
            channels: channels.collect(),
            events: events.collect(),
            sheets: sheets.collect(),
        };
        script.events.sort_by_key(|e| e.entered);
        script
    }

    /// The monthly sheets that came in a month: unit, the month that each is about, the day. Each unit owes one for every
    /// month that it lived through and at whose due day it still lives.
    pub(super) fn sheets_in(&self, year: i32, month: u32) -> Vec<(&str, String, Day)> {
        let begin = Day::from_ymd_opt(year, month, 1).unwrap();
        let about = begin.pred_opt().unwrap();
        let code = format!("{:04}-{:02}", about.year(), about.month());
        let due = Day::from_ymd_opt(year, month, 10).unwrap();
        let owes =
            |u: &&Unit| u.from.is_none_or(|f| f <= about.with_day(1).unwrap()) && u.until.is_none_or(|l| due <= l);
        let came = |u: &Unit| match self.sheets.get(&(u.id.clone(), code.clone())) {
            None => Day::from_ymd_opt(year, month, 8),
            Some(day) => *day,
        };
        self.units
            .iter()
            .filter(owes)
            .filter_map(|u| Some((u.id.as_str(), code.clone(), came(u)?)))
            .filter(|(_, _, day)| (day.year(), day.month()) == (year, month))
            .collect()
    }

    pub(super) fn unit(&self, id: &str) -> &Unit {
        self.units.iter().find(|u| u.id == id).unwrap_or_else(|| panic!("no unit {id}"))
    }
}

/// Every so many days from the first to the last, but for the gaps; and days of their own, `claimed>listed` where an item
/// comes into the list on another day than it claims.
fn channel(r: &[&str]) -> Channel {
    let [unit, id, kind, first, step, last, without, days, out] = *r else { panic!("{r:?}") };
    let mut items = BTreeSet::new();
    if let (Some(first), Ok(step)) = (maybe(first), step.parse::<u64>()) {
        let (last, gaps) = (day(last), ranges(without));
        let mut at = first;
        while at <= last {
            if !gaps.iter().any(|(a, b)| *a <= at && at <= *b) {
                items.insert((at, at));
            }
            at = at.checked_add_days(chrono::Days::new(step)).unwrap();
        }
    }
    items.extend(days.split_whitespace().map(|d| match d.split_once('>') {
        Some((claimed, listed)) => (day(claimed), day(listed)),
        None => (day(d), day(d)),
    }));
    let items = items.into_iter().collect();
    Channel { unit: unit.to_owned(), id: id.to_owned(), kind: kind.to_owned(), items, out: ranges(out) }
}

fn event(r: &[&str]) -> Event {
    let [entered, what, criterion, unit, code, days, more, text] = *r else { panic!("{r:?}") };
    let span = ranges(days).first().copied();
    let more = more.split(';').filter_map(|m| m.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned()));
    Event {
        entered: day(entered),
        what: what.to_owned(),
        criterion: criterion.to_owned(),
        unit: unit.to_owned(),
        code: code.to_owned(),
        first: span.map(|s| s.0),
        last: span.map(|s| s.1),
        more: more.collect(),
        text: text.to_owned(),
    }
}
