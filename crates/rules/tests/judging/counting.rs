//! COUNTING.md section 3: the worked table, line by line, and how windows are laid.

use crate::story::{EACH_SILENCE, Story, check, compare, lines};

/// A work-news column that is well seen every day of the spring.
fn spring(items: &str) -> String {
    format!("channel jyj/gzdt work-news\nlooks 2025-12-01..05-31\n{items}\n")
}

#[test]
fn thirteen_quiet_days_are_none() {
    check("B1.1", &(spring("item 03-01\nitem 03-15") + "now 03-20"), "");
}

#[test]
fn fourteen_quiet_days_are_one() {
    check("B1.1", &(spring("item 03-01\nitem 03-16") + "now 03-20"), "breached 03-02…03-15 -3");
}

#[test]
fn twenty_eight_quiet_days_are_two() {
    check(
        "B1.1",
        &(spring("item 03-01\nitem 03-30") + "now 04-01"),
        "breached 03-02…03-15 -3
         breached 03-16…03-29 -3",
    );
}

#[test]
fn twenty_seven_quiet_days_are_one() {
    check("B1.1", &(spring("item 03-01\nitem 03-29") + "now 04-01"), "breached 03-02…03-15 -3");
}

#[test]
fn a_window_belongs_to_the_month_and_year_in_which_it_ends() {
    let story = Story::told(&(spring("item 2025-12-20\nitem 01-05") + "now 01-10"));
    let found = story.of("B1.1");
    compare(&found, "breached 2025-12-21…01-03 -3");
    assert_eq!(found[0].key.month().to_string(), "2026-01");
}

#[test]
fn a_backdated_item_counts_when_it_was_first_seen() {
    check(
        "B1.1",
        &(spring("item 03-01\nitem 03-10 seen 03-20") + "now 04-01"),
        "breached 03-02…03-15 -3 backdated
         due-soon 03-21…04-03 backdated",
    );
}

#[test]
fn an_item_dated_ahead_counts_when_it_was_first_seen() {
    check("B1.1", &(spring("item 03-01\nitem 04-02 seen 03-12") + "now 03-21"), "");
    check("B1.1", &(spring("item 03-01\nitem 04-02 seen 03-12") + "now 03-26"), "due-soon 03-13…03-26 dated-ahead");
}

#[test]
fn one_silence_is_charged_once_where_the_rulebook_says_so() {
    let mut story = Story::told(&(spring("item 03-01\nitem 05-20") + "now 05-22"));
    assert_eq!(story.of("B1.1").len(), 5);
    story.book = &EACH_SILENCE;
    compare(&story.of("B1.1"), "breached 03-02…03-15 -3");
}

#[test]
fn in_each_silence_mode_a_new_silence_is_a_new_charge() {
    let mut story = Story::told(&(spring("item 03-01\nitem 03-20\nitem 05-20") + "now 05-22"));
    story.book = &EACH_SILENCE;
    compare(
        &story.of("B1.1"),
        "breached 03-02…03-15 -3
         breached 03-21…04-03 -3",
    );
}

#[test]
fn with_no_update_at_all_the_clock_starts_with_the_channels_life() {
    check(
        "B1.1",
        "channel jyj/gzdt work-news from 03-01
         looks 03-01..04-10
         now 04-01",
        "breached 03-01…03-14 -3
         breached 03-15…03-28 -3",
    );
}

#[test]
fn nothing_is_charged_before_the_first_known_update() {
    check(
        "B1.1",
        "channel jyj/gzdt work-news from 03-01
         looks 03-01..04-10
         item 03-31
         now 04-01",
        "",
    );
}

#[test]
fn windows_that_end_before_monitoring_began_are_not_charged() {
    check(
        "B1.1",
        &(spring("item 2025-10-01\nitem 02-01") + "since 2026-01-01\nnow 02-02"),
        "breached 2025-12-25…01-07 -3
         breached 01-08…01-21 -3",
    );
    check("B1.1", &(spring("item 2025-12-20\nitem 01-05") + "since 2026-01-04\nnow 01-10"), "");
}

#[test]
fn a_window_that_ends_on_the_first_day_of_monitoring_is_charged() {
    check(
        "B1.1",
        &(spring("item 2025-12-20\nitem 01-05") + "since 2026-01-03\nnow 01-10"),
        "breached 2025-12-21…01-03 -3",
    );
}

#[test]
fn windows_end_within_the_life_of_the_channel_and_the_unit() {
    let story = |end: &str| format!("{end}\nlooks 2025-12-01..05-31\nitem 03-01\nnow 05-01\n");
    let one = "breached 03-02…03-15 -3";
    check("B1.1", &story("channel jyj/gzdt work-news until 03-28"), one);
    check("B1.1", &story("unit jyj department until 03-28\nchannel jyj/gzdt work-news"), one);
    check("B1.1", &story("unit jyj department from 03-10 until 03-28\nchannel jyj/gzdt work-news"), one);
    check("B1.1", &story("unit jyj department from 03-16 until 03-28\nchannel jyj/gzdt work-news"), "");
}

#[test]
fn due_soon_begins_with_the_warning_days_and_ends_with_the_window() {
    let on = |now: &str| lines(&Story::told(&(spring("item 03-01") + &format!("now {now}"))).of("B1.1"));
    assert_eq!(on("03-10"), "");
    assert_eq!(on("03-11"), "due-soon 03-02…03-15\n");
    assert_eq!(on("03-15"), "due-soon 03-02…03-15\n");
    assert_eq!(on("03-16"), "breached 03-02…03-15 -3\n");
}

#[test]
fn the_newest_date_counts_and_not_the_first_row() {
    let pinned = "item 2025-06-01 title 置顶\nitem 03-01\nitem 03-14 seen 03-14\n";
    check("B1.1", &(spring(pinned) + "since 2026-03-01\nnow 03-20"), "");
}

#[test]
fn what_comes_after_the_instant_of_judgement_does_not_exist() {
    let all = spring("item 03-01\nitem 03-16\nitem 05-02") + "now 03-16";
    check("B1.1", &all, "breached 03-02…03-15 -3");
    check(
        "B1.1",
        &(spring("item 03-01\nitem 03-14 seen 03-17") + "none 03-16..03-16\nnow 03-16"),
        "unknown 03-02…03-15 unproved",
    );
}

#[test]
fn a_half_year_column_is_judged_by_its_own_row() {
    check(
        "B1.2",
        "channel jyj/gsgg notices
         looks 2025-06-01..2026-06-30
         item 2025-06-01
         item 2025-11-28
         now 2026-06-01",
        "breached 2025-11-29…05-27 -2",
    );
}

#[test]
fn a_unit_that_is_not_known_is_not_judged() {
    let mut story = Story::told(&(spring("item 03-01") + "now 05-01"));
    assert!(!story.judge().is_empty());
    story.units.clear();
    assert!(story.judge().is_empty());
}

#[test]
fn a_rule_for_departments_says_nothing_of_a_township() {
    let story =
        |kind: &str| format!("unit x {kind}\nchannel x/faq faq from 2026-01-01\nlooks 01-01..07-10\nnow 07-10\n");
    check("A5.1", &story("department"), "breached 01-01…03-31 -1\nbreached 04-01…06-30 -1");
    check("A5.1", &story("township"), "");
}

#[test]
fn what_would_have_been_enough_is_one_sentence() {
    let story = Story::told(&(spring("item 03-01 title 开工\nitem 03-16 title 完工") + "now 03-20"));
    assert_eq!(
        story.of("B1.1")[0].proof.enough,
        "2026-03-02至2026-03-15之间发布1条即可；最近一条是2026-03-01《开工》，之后第一条是2026-03-16《完工》"
    );
    let story = Story::told(&(spring("item 03-01\nitem 03-10 seen 03-20 title 倒签") + "now 03-21"));
    let enough = &story.of("B1.1")[0].proof.enough;
    assert!(enough.ends_with("之后第一条是2026-03-20《倒签》（标注日期2026-03-10）"), "{enough}");
}

#[test]
fn a_strangers_title_cannot_break_the_sentence() {
    let long = format!("item 03-01 title {}", "长".repeat(5000));
    let mut story = Story::told(&(spring(&long) + "now 03-20"));
    story.timelines[0].items[0].title.insert_str(0, "a\n\tb\u{7}");
    let enough = story.of("B1.1")[0].proof.enough.clone();
    assert!(enough.chars().count() < 120 && !enough.contains(['\n', '\t', '\u{7}']), "{enough}");
}

#[test]
fn absurd_dates_do_no_harm() {
    let mut story = Story::told(&(spring("item 03-01\nitem 03-05") + "now 03-25"));
    story.timelines[0].items[0].claimed = Some(model::Day::MIN);
    story.timelines[0].items[1].dated_by_person = Some(model::Day::MAX);
    assert!(!story.judge().is_empty());
}

#[test]
fn the_first_charged_window_is_found_wherever_monitoring_begins() {
    let story = |since: &str| spring("item 2025-12-20\nitem 02-01") + &format!("since {since}\nnow 02-02");
    let (second, third) = ("breached 01-04…01-17 -3", "breached 01-18…01-31 -3");
    for since in ["2026-01-04", "2026-01-05", "2026-01-16", "2026-01-17"] {
        check("B1.1", &story(since), &format!("{second}\n{third}"));
    }
    check("B1.1", &story("2026-01-18"), third);
}

#[test]
fn a_window_may_end_on_the_last_day_of_the_life() {
    let story =
        |until: &str| format!("channel jyj/gzdt work-news until {until}\nlooks 03-01..04-10\nitem 03-01\nnow 04-01");
    check("B1.1", &story("03-15"), "breached 03-02…03-15 -3");
    check("B1.1", &story("03-14"), "");
}

#[test]
fn a_criterion_that_is_left_to_the_register_is_not_judged() {
    let text = rules::ZHONGSHAN_2022.replace("evidence = \"auto\"", "evidence = \"register\"");
    let book = rules::load(&text, "x.toml").unwrap();
    let story = Story::told(&(spring("item 03-01") + "now 04-01"));
    assert_eq!(rules::judge(&rules::Case { rulebook: &book, ..story.case() }), []);
}
