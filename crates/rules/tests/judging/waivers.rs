//! COUNTING.md section 6: waivers and declared-empty columns.

use crate::story::{Story, check, compare};

fn column(rest: &str) -> String {
    format!("channel jyj/gzdt work-news\nlooks 2025-12-01..06-30\nitem 03-01\n{rest}\n")
}

#[test]
fn the_days_of_a_waiver_behave_as_days_with_an_update() {
    check(
        "B1.1",
        &column("item 04-20\nwaive jyj 03-10..03-20\nnow 04-21"),
        "waived 03-02…03-15 waiver
         waived 03-16…03-29 waiver
         breached 03-21…04-03 -3
         breached 04-04…04-17 -3",
    );
}

#[test]
fn a_waiver_that_changes_nothing_is_not_mentioned() {
    check("B1.1", &column("item 03-10\nwaive jyj 03-05..03-06\nnow 03-12"), "");
}

#[test]
fn a_waived_window_is_kept_apart_from_a_met_one() {
    let found = Story::told(&column("item 03-18\nwaive jyj/gzdt 03-14..03-14\nnow 03-20")).of("B1.1");
    compare(&found, "waived 03-02…03-15 waiver");
    assert!(found[0].proof.enough.starts_with("2026-03-14至2026-03-14已豁免（文号：钟政办〔2026〕1号），不扣分；"));
}

#[test]
fn a_waiver_holds_for_its_unit_channel_and_criterion_only() {
    let silent = "breached 03-02…03-15 -3";
    check("B1.1", &column("waive czj 03-10..03-20\nnow 03-16"), silent);
    check("B1.1", &column("waive jyj/other 03-10..03-20\nnow 03-16"), silent);
    check("B1.1", &column("waive jyj/gzdt 03-10..03-20 B1.2\nnow 03-16"), silent);
    check("B1.1", &column("waive jyj/gzdt 03-10..03-20 B1.1\nnow 03-16"), "waived 03-02…03-15 waiver");
}

#[test]
fn an_expired_waiver_stops_working_by_itself() {
    check("B1.1", &column("waive jyj 02-01..02-28\nnow 03-16"), "breached 03-02…03-15 -3");
}

#[test]
fn a_quota_period_that_touches_a_waiver_and_falls_short_is_waived() {
    let weeks = |rest: &str| format!("since 03-30\n{}", column(&format!("{rest}\nnow 04-13")));
    check("E2.2", &weeks("waive jyj 04-05..04-05"), "waived 03-30…04-05 waiver\nbreached 04-06…04-12 -1");
    check("E2.2", &weeks("item 04-01\nwaive jyj 04-05..04-05"), "breached 04-06…04-12 -1");
    // A waiver for one column does not excuse the section.
    check("E2.2", &weeks("item 04-08\nwaive jyj/gzdt 04-05..04-05"), "breached 03-30…04-05 -1");
}

#[test]
fn an_open_window_that_a_coming_waiver_will_hold_is_not_due() {
    check("B1.1", &column("waive jyj 03-15..03-31\nnow 03-14"), "");
    check("B1.1", &column("waive jyj 03-16..03-31\nnow 03-14"), "due-soon 03-02…03-15");
    check("E2.2", &format!("since 03-30\n{}", column("waive jyj 04-05..04-05\nnow 04-04")), "");
}

#[test]
fn a_column_declared_empty_is_not_applicable_on_those_days() {
    check(
        "B1.1",
        &column("empty jyj/gzdt 03-10..03-20\nnow 04-01"),
        "not-applicable 03-02…03-15
         not-applicable 03-16…03-29",
    );
    check("B1.1", &column("empty jyj/gzdt 03-16..03-20\nnow 03-17"), "breached 03-02…03-15 -3");
    check("B1.1", &column("empty jyj/gzdt 03-10..03-20\nnow 03-14"), "not-applicable 03-02…03-15");
    check(
        "B1.1",
        &column("none 03-10..06-30\nempty jyj/gzdt 03-10..03-20\nnow 03-20"),
        "not-applicable 03-02…03-15 unproved",
    );
}

#[test]
fn a_section_is_empty_only_when_all_its_columns_are() {
    let two = |rest: &str| {
        format!("since 03-30\n{}channel jyj/gsgg notices\nlooks 03-01..04-20\n{rest}\nnow 04-06", column(""))
    };
    check("E2.2", &two("empty jyj/gzdt 03-30..04-05"), "breached 03-30…04-05 -1");
    check("E2.2", &two("empty jyj/gzdt 03-30..04-05\nempty jyj/gsgg 03-30..04-05"), "not-applicable 03-30…04-05");
}

#[test]
fn what_was_published_on_such_days_is_seen_all_the_same() {
    check("B1.1", &column("empty jyj/gzdt 03-01..03-31\nitem 03-12\nnow 03-20"), "");
}
