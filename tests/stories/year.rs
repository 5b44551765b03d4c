//! A year of fifty units, from what was crawled or entered to every line of the ledger and all scorecards, month by month.
//!
//! `tests/year/*.csv` tell what happens: the units (one merged, one renamed in mid-year), what each column publishes and when
//! its site is down, and every deed of a clerk with the day on which it is entered. What must come of it is worked out twice:
//! by [`reckoning`], a small program that shares nothing with the one under test, and by hand for the units of
//! `expected.csv` and `scores.csv`. The rows come from the rulebook, so that a new row without a case fails.

mod office;
mod reckoning;
mod script;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use store::LedgerFilter;

use office::YearOffice;
use reckoning::{Line, closes, ledger, scores};
use script::Script;

fn rows(csv: &str) -> impl Iterator<Item = Vec<&str>> {
    csv.lines().skip(1).map(|l| l.split(',').collect())
}

/// The lines that were worked out by hand.
fn by_hand() -> Vec<Line> {
    let line = |r: Vec<&str>| {
        let own = |i: usize| r[i].to_owned();
        (own(2), own(3), own(0), own(1), hundredths(r[4]))
    };
    let mut lines: Vec<Line> = rows(include_str!("../year/expected.csv")).map(line).collect();
    lines.sort();
    lines
}

/// Points as JSON or a table write them.
fn hundredths(text: &str) -> i64 {
    let points: model::Points = text.parse().unwrap();
    points.hundredths()
}

#[test]
fn the_reckoning_agrees_with_what_was_worked_by_hand() {
    let script = Script::read();
    let (lines, standing) = ledger(&script);
    let hand = by_hand();
    let units: BTreeSet<&String> = hand.iter().map(|l| &l.2).collect();
    let mine: Vec<Line> = lines.into_iter().filter(|l| units.contains(&l.2)).collect();
    assert_eq!(mine, hand);
    let scores = scores(&script, &standing);
    for row in rows(include_str!("../year/scores.csv")) {
        let (groups, total) = &scores[row[0]];
        let groups: Vec<i64> = groups.iter().map(|g| g.2).collect();
        let hand: Vec<i64> = row[1..7].iter().map(|p| hundredths(p)).collect();
        assert_eq!((groups, *total), (hand, hundredths(row[7])), "{}", row[0]);
    }
}

#[tokio::test]
async fn a_year_of_fifty_units_comes_to_what_the_reckoning_says() {
    let script = Script::read();
    assert_eq!(script.units.len(), 50);
    let mut office = YearOffice::new(&script).await;
    office.live().await;
    let app = office.office.app("2027-02-06 08:00").await;
    let posted = app.store.lines(&LedgerFilter::default()).await.unwrap();
    let (expected, standing) = ledger(&script);
    let mut found: Vec<Line> = posted
        .iter()
        .map(|l| &l.line)
        .map(|l| {
            (
                l.month.to_string(),
                l.belongs_to.to_string(),
                l.unit.to_string(),
                l.criterion.to_string(),
                l.points.hundredths(),
            )
        })
        .collect();
    found.sort();
    let differences = differences(&expected, &found);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    // The rows are those of the rulebook: one that nobody has worked out fails here.
    let worked: BTreeSet<String> = by_hand().into_iter().map(|l| l.3).collect();
    let all: BTreeSet<String> = app.config.rulebook.criteria.iter().map(|c| c.id.to_string()).collect();
    assert_eq!(worked, all);
    let scores = scores(&script, &standing);
    assert_eq!(scores.len(), 50);
    for (unit, (groups, total)) in &scores {
        let line = ["score", "--year", "2026", "--unit", unit];
        let card = office.office.run("2027-02-06 09:00", &line).await.json();
        let points = |value: &Value| hundredths(&value.to_string());
        let told = card["groups"]
            .as_array()
            .unwrap()
            .iter()
            .map(|g| (points(&g["raw"]), g["vetoed"].as_bool().unwrap(), points(&g["score"])));
        assert_eq!((&told.collect::<Vec<_>>(), points(&card["total"])), (groups, *total), "{unit}");
    }
    // Judging and closing it all again changes nothing, and the chain holds.
    office.office.run("2027-02-06 10:00", &["judge"]).await.ok();
    for (end, _) in closes() {
        office.office.run("2027-02-06 10:00", &["close", &end.format("%Y-%m").to_string()]).await.ok();
    }
    assert_eq!(app.store.lines(&LedgerFilter::default()).await.unwrap(), posted);
    office.office.run("2027-02-06 11:00", &["ledger", "verify"]).await.ok();
}

/// What one has and the other has not.
fn differences(expected: &[Line], found: &[Line]) -> Vec<String> {
    let mut all: BTreeMap<&Line, i32> = BTreeMap::new();
    expected.iter().for_each(|l| *all.entry(l).or_default() += 1);
    found.iter().for_each(|l| *all.entry(l).or_default() -= 1);
    let told =
        |(line, n): (&Line, i32)| (n != 0).then(|| format!("{} {line:?}", if n > 0 { "missing" } else { "surplus" }));
    all.into_iter().filter_map(told).collect()
}
