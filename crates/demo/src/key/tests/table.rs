//! The table of COUNTING.md section 3 and the cases of sections 2 and 5, each worked by hand.

use super::*;

fn silent_after(days: &[&str], as_of: &str) -> Vec<String> {
    let (district, mut column) = bare("2026-03-01", 120);
    column.posts = honest_days(days);
    windows(&district, &column, 14, as_of)
}

#[test]
fn thirteen_quiet_days_are_no_window() {
    assert_eq!(silent_after(&["2026-03-01", "2026-03-15"], "2026-03-28"), [""; 0]);
}

#[test]
fn fourteen_quiet_days_are_one() {
    assert_eq!(silent_after(&["2026-03-01", "2026-03-16"], "2026-03-28"), ["03-02…03-15"]);
}

#[test]
fn one_silence_is_charged_for_every_whole_window() {
    assert_eq!(silent_after(&["2026-03-01", "2026-03-30"], "2026-04-05"), ["03-02…03-15", "03-16…03-29"]);
    assert_eq!(silent_after(&["2026-03-01", "2026-03-29"], "2026-04-05"), ["03-02…03-15"]);
}

#[test]
fn a_window_may_cross_the_year() {
    let (district, mut column) = bare("2025-12-20", 60);
    column.posts = honest_days(&["2025-12-20", "2026-01-05"]);
    assert_eq!(windows(&district, &column, 14, "2026-01-10"), ["12-21…01-03"]);
}

#[test]
fn a_backdated_item_counts_when_it_is_first_seen() {
    let (district, mut column) = bare("2026-03-01", 60);
    let late = Post { claimed: Some(d("2026-03-10")), ..honest(9, "2026-03-20") };
    column.posts = vec![honest(1, "2026-03-01"), late];
    assert_eq!(windows(&district, &column, 14, "2026-03-28"), ["03-02…03-15"]);
}

#[test]
fn an_item_of_the_day_before_the_last_look_is_not_backdated() {
    let (district, mut column) = bare("2026-03-01", 60);
    // The look of 03-16 did not show it, the look of 03-17 did: a claim of 03-15 is within the day of grace.
    let item = |claim| vec![honest(1, "2026-03-01"), Post { claimed: Some(d(claim)), ..honest(2, "2026-03-17") }];
    column.posts = item("2026-03-15");
    assert_eq!(windows(&district, &column, 14, "2026-03-28"), [""; 0]);
    column.posts = item("2026-03-14");
    assert_eq!(windows(&district, &column, 14, "2026-03-28"), ["03-02…03-15"]);
}

#[test]
fn an_item_dated_ahead_counts_when_it_is_first_seen() {
    let (district, mut column) = bare("2026-03-01", 60);
    column.posts = vec![honest(1, "2026-03-01"), Post { claimed: Some(d("2026-04-02")), ..honest(2, "2026-03-12") }];
    assert_eq!(windows(&district, &column, 14, "2026-03-25"), [""; 0]);
    assert_eq!(windows(&district, &column, 14, "2026-03-27"), ["03-13…03-26"]);
}

#[test]
fn what_was_published_while_the_site_was_down_is_not_backdated() {
    let (district, mut column) = bare("2026-03-01", 60);
    column.posts = honest_days(&["2026-03-01", "2026-03-12"]);
    column.faults = vec![Fault::days(d("2026-03-11"), d("2026-03-20"), FaultKind::Status(503))];
    assert_eq!(windows(&district, &column, 14, "2026-03-25"), [""; 0]);
}

#[test]
fn a_window_without_a_look_after_it_is_not_proved_until_there_is_one() {
    let (district, mut column) = bare("2026-03-01", 60);
    column.posts = honest_days(&["2026-03-01"]);
    column.faults = vec![Fault::days(d("2026-03-14"), d("2026-03-20"), FaultKind::Challenge)];
    assert_eq!(windows(&district, &column, 14, "2026-03-20"), ["03-02…03-15?"]);
    assert_eq!(windows(&district, &column, 14, "2026-03-21"), ["03-02…03-15"]);
}

#[test]
fn a_window_that_ends_before_monitoring_is_not_charged() {
    let (district, mut column) = bare("2026-03-20", 60);
    column.posts = honest_days(&["2026-03-01"]);
    assert_eq!(windows(&district, &column, 14, "2026-03-31"), ["03-16…03-29"]);
}

#[test]
fn an_undated_item_makes_its_window_unknown_unless_it_came_after_the_proof() {
    let (district, mut column) = bare("2026-03-01", 60);
    let with = |day| vec![honest(1, "2026-03-01"), Post { claimed: None, ..honest(2, day) }];
    column.posts = with("2026-03-10");
    assert_eq!(windows(&district, &column, 14, "2026-03-20"), ["03-02…03-15?"]);
    // First seen by the look that would have been the proof.
    column.posts = with("2026-03-16");
    assert_eq!(windows(&district, &column, 14, "2026-03-20"), ["03-02…03-15?"]);
    column.posts = with("2026-03-17");
    assert_eq!(windows(&district, &column, 14, "2026-03-20"), ["03-02…03-15"]);
    // Of several looks a day one proves it in the morning, and the next shows the item.
    let late = crate::clock::stamp(d("2026-03-16"), 17, 0);
    column.posts = vec![honest(1, "2026-03-01"), Post { no: 2, claimed: None, ..Post::honest(late) }];
    for (hours, proved) in [(&[8, 20][..], true), (&[20], false)] {
        let at = |day| hours.iter().map(move |hour| crate::clock::stamp(day, *hour, 0));
        let witness = Witness::watch(&column, d("2026-03-01").iter_days().take(20).flat_map(at), |_| false);
        let found = freshness::silent(&district, "B1.1", &column, &witness, 14, d("2026-03-20"));
        assert_eq!(found.iter().map(|s| s.proved).collect::<Vec<_>>(), [proved], "{hours:?}");
    }
}

#[test]
fn a_column_without_any_item_is_silent_from_its_first_day() {
    let (district, mut column) = bare("2026-03-01", 60);
    column.from = Some(d("2026-03-05"));
    assert_eq!(windows(&district, &column, 14, "2026-03-25"), ["03-05…03-18"]);
    // Once there is a first item, nothing is said of the days before it.
    column.posts = honest_days(&["2026-03-22"]);
    assert_eq!(windows(&district, &column, 14, "2026-03-25"), [""; 0]);
}

#[test]
fn weeks_are_whole_and_run_from_monday_to_sunday() {
    let (district, mut column) = bare("2026-04-01", 60);
    // 2026-04-12 is a Sunday.
    column.posts = honest_days(&["2026-04-12", "2026-04-20"]);
    let looks = d("2026-04-01").iter_days().take(27).flat_map(|day| district.rounds().seeing(day));
    let witness = Witness::watch(&column, looks, |_| false);
    let found = quota::short(
        &district,
        "E2.2",
        &[(&column, &witness)],
        (d("2026-04-01"), None),
        PeriodKind::Week,
        d("2026-04-27"),
    );
    let days: Vec<String> = found.iter().map(|s| s.days.to_string()).collect();
    assert_eq!(days, ["2026-04-13…2026-04-19"]);
    assert!(found[0].proved);
}
