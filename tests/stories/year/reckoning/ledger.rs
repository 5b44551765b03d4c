//! From what is charged at each close to the lines, and from the lines to the scores.

use std::collections::BTreeMap;

use chrono::Datelike as _;

use super::super::script::{Day, Script};
use super::{Key, charges, closes, table};

/// A line: the month in which it is posted, the month that it belongs to, unit, row, hundredths.
pub(in super::super) type Line = (String, String, String, String, i64);

/// `-1.5` as hundredths.
pub(in super::super) fn hundredths(text: &str) -> i64 {
    let (minus, text) = text.strip_prefix('-').map_or((false, text), |t| (true, t));
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let sum = whole.parse::<i64>().unwrap() * 100 + format!("{part:0<2}").parse::<i64>().unwrap();
    if minus { -sum } else { sum }
}

fn month(day: Day) -> String {
    day.format("%Y-%m").to_string()
}

/// Each close posts what is charged and does not stand yet, and takes back what stands and is not charged any more, or not
/// for the same points. Also what stands at the end.
pub(in super::super) fn ledger(script: &Script) -> (Vec<Line>, BTreeMap<Key, i64>) {
    let (mut lines, mut standing) = (Vec::new(), BTreeMap::<Key, i64>::new());
    for (end, on) in closes() {
        let now = charges(script, on);
        let mut post = |key: &Key, points: i64| {
            lines.push((month(end), month(key.3), key.0.clone(), key.1.clone(), points));
        };
        standing.retain(|key, old| {
            let stays = now.get(key) == Some(old);
            if !stays {
                post(key, -*old);
            }
            stays
        });
        for (key, points) in now.iter().filter(|(key, _)| key.3 <= end) {
            if !standing.contains_key(key) {
                post(key, *points);
                standing.insert(key.clone(), *points);
            }
        }
    }
    lines.sort();
    (lines, standing)
}

/// Of one group: the plain sum, whether a veto holds it, the score.
pub(in super::super) type Score = (i64, bool, i64);

/// The scores of each unit for 2026: each group, and all together.
pub(in super::super) fn scores(script: &Script, standing: &BTreeMap<Key, i64>) -> BTreeMap<String, (Vec<Score>, i64)> {
    let of = |unit: &str| {
        let mine = || standing.iter().filter(|(k, _)| k.0 == unit && k.3.year() == 2026);
        let groups = table::GROUPS.map(|(group, full, start)| {
            let mut rows: BTreeMap<&str, i64> = BTreeMap::new();
            for (key, points) in mine().filter(|(k, _)| k.1.starts_with(group)) {
                *rows.entry(&key.1).or_default() += points;
            }
            let raw: i64 = rows.values().sum();
            let counted: i64 = rows.iter().map(|(row, sum)| (*sum).min(table::cap(row))).sum();
            let veto = rows.keys().any(|row| table::VETOES.contains(row));
            (raw, veto, if veto { 0 } else { (start + counted).clamp(0, full) })
        });
        let total = groups.iter().map(|g| g.2).sum();
        (groups.to_vec(), total)
    };
    script.units.iter().map(|u| (u.id.clone(), of(&u.id))).collect()
}
