//! The independent calculation: from the facts of the script to the lines of the ledger and the scores.
//!
//! It shares nothing with the program: no types, no table, no holidays, no arithmetic. It was written from COUNTING.md, from
//! RULEBOOK.md and from the notice of the holidays of 2026. Points are whole hundredths.

mod columns;
mod days;
mod ledger;
mod matters;
mod table;

use std::collections::BTreeMap;

use super::script::{Day, Event, Script};

pub(super) use ledger::{Line, ledger, scores};

/// What is charged: unit, row, what about, last day.
type Key = (String, String, String, Day);

/// The last days of the months that are closed, and the day after each on which that is done.
pub(super) fn closes() -> Vec<(Day, Day)> {
    let day = |y, m, d| Day::from_ymd_opt(y, m, d).unwrap();
    let begin = |n: u32| day(2026 + i32::try_from(n / 12).unwrap(), n % 12 + 1, 1);
    (1..=13).map(|n| (begin(n).pred_opt().unwrap(), begin(n).checked_add_days(chrono::Days::new(4)).unwrap())).collect()
}

/// What is known on a day.
struct Known<'s> {
    script: &'s Script,
    today: Day,
}

impl<'s> Known<'s> {
    fn events(&self, what: &'static str) -> impl Iterator<Item = &'s Event> + use<'s> {
        let today = self.today;
        self.script.events.iter().filter(move |e| e.what == what && e.entered <= today)
    }

    /// The days that waivers hold of a row on a column, or (no column) on all of the unit.
    fn waived(&self, row: &str, unit: &str, column: Option<&str>) -> Vec<(Day, Day)> {
        let holds = |e: &&Event| {
            e.unit == unit
                && (e.criterion.is_empty() || e.criterion == row)
                && (e.code.is_empty() || Some(e.code.as_str()) == column)
        };
        self.events("waive").filter(holds).map(|e| (e.day(), e.end())).collect()
    }
}

/// Everything that costs or gives points as far as it is known on a day.
fn charges(script: &Script, today: Day) -> BTreeMap<Key, i64> {
    let known = Known { script, today };
    let mut all = BTreeMap::new();
    columns::charge(&known, &mut all);
    matters::charge(&known, &mut all);
    entries(&known, &mut all);
    // What a person has thrown out or taken back stays out, whatever is found later.
    let gone: Vec<&Event> = known.events("dismiss").chain(known.events("reverse")).collect();
    let out = |key: &Key| gone.iter().any(|e| (&e.unit, &e.criterion, e.day()) == (&key.0, &key.1, key.3));
    all.retain(|key, _| !out(key) && alive(script, &key.0, key.3));
    all
}

/// Was the unit scored on that day?
fn alive(script: &Script, unit: &str, day: Day) -> bool {
    let unit = script.unit(unit);
    unit.from.is_none_or(|f| f <= day) && unit.until.is_none_or(|u| day <= u)
}

/// Incidents, earned points, vetoes, other offices' scores: each at the day on which it happened.
fn entries(known: &Known<'_>, all: &mut BTreeMap<Key, i64>) {
    for (n, e) in known.events("register").enumerate() {
        if known.events("cancel").any(|c| !e.code.is_empty() && c.code == e.code) {
            continue;
        }
        let count = e.more("count").map_or(1, |c| c.parse().unwrap());
        let points = match e.more("points") {
            Some(given) => ledger::hundredths(given),
            None => table::each(&e.criterion) * count,
        };
        all.insert((e.unit.clone(), e.criterion.clone(), format!("entry {n}"), e.day()), points);
    }
}
