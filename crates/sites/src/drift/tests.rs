use super::*;

/// The day `n` days before a fixed one.
fn ago(n: i64) -> Day {
    "2026-11-24".parse::<Day>().unwrap() - chrono::TimeDelta::days(n)
}

/// Rows in a word each: `name:age`, `name:?` without a date, `name:age!` with a date of its address.
fn rows(told: &str) -> Vec<Entry> {
    let row = |word: &str| {
        let (name, age) = word.split_once(':').unwrap();
        let date = age.trim_end_matches('!').parse().ok().map(ago);
        let from = if age.ends_with('!') { DateFrom::Url } else { DateFrom::List };
        let url = format!("http://x.example/{name}.html");
        Entry { title: name.to_owned(), url, date, date_from: date.map(|_| from), source: None }
    };
    told.split_whitespace().map(row).collect()
}

/// What a look `ago` days before saw.
fn before(days: i64, told: &str) -> Previous {
    let rows = rows(told);
    Previous {
        rows: rows.len(),
        dated: rows.iter().filter(|e| e.date.is_some()).count(),
        adapter: "trs".to_owned(),
        day: ago(days),
        known: rows.iter().map(|e| Known { key: e.key(), date: e.date, date_from: e.date_from }).collect(),
    }
}

fn reading<'a>(entries: &'a [Entry], adapter: &'a str, covers: Coverage) -> Now<'a> {
    let dated = entries.iter().filter(|e| e.date.is_some()).count();
    Now { rows: entries.len(), dated, adapter, entries, covers, today: ago(0) }
}

fn found(previous: &Previous, told: &str) -> Option<Reason> {
    compare(Some(previous), &reading(&rows(told), "trs", Coverage::Everything)).map(|a| a.reason)
}

/// `n` rows a1, a2 … that are `n` to 1 days older than `age`.
fn many(n: usize, age: usize) -> String {
    (1..=n).map(|i| format!("a{i}:{}", age + i)).collect::<Vec<_>>().join(" ")
}

#[test]
fn lists_that_vanish_lose_their_dates_or_shrink_are_odd() {
    let twenty = before(1, &many(20, 10));
    assert_eq!(found(&twenty, ""), Some(Reason::ItemsGone));
    assert_eq!(found(&twenty, &many(20, 10).replace(':', ":?")), Some(Reason::DatesGone));
    assert_eq!(found(&twenty, &many(9, 10)), Some(Reason::Shrunk));
    assert_eq!(found(&twenty, &many(10, 10)), None);
    assert_eq!(found(&twenty, &many(20, 10)), None);
}

#[test]
fn what_was_never_there_cannot_go() {
    assert_eq!(found(&before(1, ""), ""), None);
    assert_eq!(found(&before(1, "a:? b:? c:? d:?"), "a:? b:? c:? d:?"), None);
    assert_eq!(found(&before(1, "a:3 b:4 c:5"), "a:3"), None);
}

#[test]
fn shorter_pages_of_a_list_as_long_as_before_are_no_shrinking() {
    let entries = rows(&many(16, 10));
    let now = Now { rows: 8, dated: 8, ..reading(&entries, "trs", Coverage::Everything) };
    assert_eq!(compare(Some(&before(1, &many(20, 10))), &now), None);
}

#[test]
fn dates_that_all_show_the_day_of_the_look_are_not_believed() {
    let eight = "a:0 b:0 c:0 d:0 e:0 f:0 g:0 h:0";
    let entries = rows(eight);
    let now = reading(&entries, "trs", Coverage::Everything);
    assert_eq!(compare(None, &now).map(|a| a.reason), Some(Reason::DatesFollowClock));
    assert_eq!(compare(None, &Now { entries: &entries[1..], ..now }), None, "seven may be a busy day");
    assert_eq!(compare(None, &Now { adapter: "feed", ..now }), None, "a feed may hold one day");
    assert_eq!(found(&before(0, "a:0 z:1"), eight), None, "one of them was seen this day, beside an older one");
}

#[test]
fn dates_that_move_with_the_clock_are_told_from_corrections() {
    let known = before(3, "a:3 b:3 c:3 d:3");
    assert_eq!(found(&known, "a:0 b:0 c:0 d:0"), Some(Reason::DatesFollowClock), "all show the visit");
    let aged = before(3, "a:4 b:6 c:9 d:12");
    assert_eq!(found(&aged, "a:1 b:3 c:6 d:9"), Some(Reason::DatesFollowClock), "all moved as the days passed");
    assert_eq!(found(&aged, "a:5 b:7 c:10 d:12"), Some(Reason::DatesChanged));
    assert_eq!(found(&aged, "a:5 b:7 c:9 d:12"), None, "two corrections of four");
    assert_eq!(found(&aged, "a:0 b:6 c:9 d:12"), None, "one item put forward is told of the item");
}

#[test]
fn a_date_without_a_year_is_the_same_a_year_later() {
    let known = before(1, "a:366 b:367 c:368 d:369");
    assert_eq!(found(&known, "a:1 b:2 c:3 d:4"), None);
}

#[test]
fn dates_that_are_left_in_addresses_only_have_gone_from_the_list() {
    let known = before(1, "a:3 b:4 c:5 d:6");
    assert_eq!(found(&known, "a:3! b:4! c:5! d:6!"), Some(Reason::DatesGone));
    assert_eq!(found(&known, "a:3! b:4! c:5! d:6"), None);
    assert_eq!(found(&before(1, "a:3! b:4! c:5! d:6!"), "a:3! b:4! c:5! d:6!"), None);
}

#[test]
fn rows_that_should_be_there_and_are_not_mean_another_list() {
    let known = before(1, "a:3 b:4 c:5 d:6");
    assert_eq!(found(&known, "w:2 x:3 y:4 z:5"), Some(Reason::MarkupChanged));
    assert_eq!(found(&known, "w:2 a:3 y:4 z:5"), None, "one of them is there, by the same family");
    let entries = rows("w:2 a:3 y:4 z:5");
    let other = reading(&entries, "structure", Coverage::Everything);
    assert_eq!(compare(Some(&known), &other).map(|a| a.reason), Some(Reason::MarkupChanged));
    let entries = rows("w:2 a:3 b:4 z:5");
    let other = reading(&entries, "structure", Coverage::Everything);
    assert_eq!(compare(Some(&known), &other), None, "half of them vouch for the new reading");
    // A full page of newer items need not show the older ones.
    let entries = rows("w:1 x:1 y:2 z:2");
    assert_eq!(compare(Some(&known), &reading(&entries, "trs", Coverage::Since(ago(2)))), None);
    assert_eq!(compare(Some(&known), &reading(&entries, "trs", Coverage::Nothing)), None);
}

#[test]
fn an_accepted_shape_knows_no_items() {
    let accepted = Previous { known: vec![], adapter: "structure".to_owned(), ..before(1, "a:3 b:4 c:5 d:6") };
    assert_eq!(found(&accepted, "w:2 x:3 y:4 z:5"), None);
    assert_eq!(found(&accepted, ""), Some(Reason::ItemsGone));
}
