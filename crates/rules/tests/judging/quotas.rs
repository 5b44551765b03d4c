//! COUNTING.md section 4: quotas by week, month and quarter.

use std::sync::LazyLock;

use model::Scope;
use rules::{Rulebook, ZHONGSHAN_2022, load};

use crate::story::{Story, check, compare};

/// Three items a month in each key-area column.
static THREE_A_MONTH: LazyLock<Rulebook> = LazyLock::new(|| {
    let (head, tail) = ZHONGSHAN_2022.split_once("id = \"B1.3\"").unwrap();
    let tail = tail.replacen("\"quarter\"", "\"month\"", 1).replacen("at_least = 1", "at_least = 3", 1);
    load(&format!("{head}id = \"B1.3\"{tail}"), "x.toml").unwrap()
});

#[test]
fn a_short_quarter_costs_what_is_missing_in_it() {
    check(
        "B1.3",
        "channel jyj/zdly key-area from 2026-01-01
         looks 01-01..07-05
         item 02-10
         now 07-05",
        "breached 04-01…06-30 -1",
    );
}

#[test]
fn one_finding_counts_every_missing_item() {
    let mut story = Story::told(
        "channel jyj/zdly key-area from 2026-01-01
         looks 01-01..03-05
         item 01-10
         item 02-01
         item 02-28
         now 03-05",
    );
    story.book = &THREE_A_MONTH;
    let found = story.of("B1.3");
    compare(&found, "breached 01-01…01-31 -2\nbreached 02-01…02-28 -1");
    assert_eq!((found[0].missing, found[1].missing), (2, 1));
    assert_eq!(found[1].proof.items.len(), 2);
    assert!(found[1].proof.enough.starts_with("2026-02-01至2026-02-28之间再发布1条（应有3条，已有2条）即可；"));
}

#[test]
fn two_items_on_one_day_are_two() {
    let mut story = Story::told(
        "channel jyj/zdly key-area from 2026-01-01\nlooks 01-01..02-05\nitem 01-10\nitem 01-10\nitem 01-10\nnow 02-05",
    );
    story.book = &THREE_A_MONTH;
    compare(&story.of("B1.3"), "");
}

#[test]
fn only_whole_periods_of_the_life_are_judged() {
    let story = |life: &str| format!("channel jyj/zdly key-area {life}\nlooks 2025-10-01..12-31\nnow 12-31\n");
    check("B1.3", &story("from 01-02 until 09-30"), "breached 04-01…06-30 -1\nbreached 07-01…09-30 -1");
    check("B1.3", &story("from 04-01 until 09-29"), "breached 04-01…06-30 -1");
    check(
        "B1.3",
        &format!("unit jyj department from 04-02 until 09-30\n{}", story("from 01-01")),
        "breached 07-01…09-30 -1",
    );
}

#[test]
fn a_period_that_ends_before_monitoring_began_is_not_charged() {
    check(
        "B1.3",
        "since 04-01\nchannel jyj/zdly key-area from 2026-01-01\nlooks 01-01..07-05\nnow 07-05",
        "breached 04-01…06-30 -1",
    );
}

#[test]
fn a_week_runs_from_monday_to_sunday_and_belongs_to_the_month_of_its_sunday() {
    let story = Story::told(
        "since 03-23
         channel jyj/gzdt work-news
         looks 03-01..04-20
         item 03-29                 # a Sunday
         item 04-06                 # a Monday
         now 04-13",
    );
    let found = story.of("E2.2");
    compare(&found, "breached 03-30…04-05 -1");
    assert_eq!(found[0].key.month().to_string(), "2026-04");
    assert!(matches!(&found[0].key.scope, Scope::Section(u) if u.as_str() == "jyj"));
}

const TWO_COLUMNS: &str = "since 03-23
     channel jyj/wx wechat
     looks 03-01..04-20
     every 1 03-01..04-20
     channel jyj/gzdt work-news
     looks 03-01..04-20
     item 03-25
     channel jyj/gsgg notices
     looks 03-01..04-20
     ";

#[test]
fn a_section_pools_its_columns_and_not_its_accounts() {
    check("E2.2", &format!("{TWO_COLUMNS} item 04-01\nnow 04-06"), "");
    check("E2.2", &format!("{TWO_COLUMNS} item 04-07\nnow 04-06"), "breached 03-30…04-05 -1");
}

#[test]
fn a_section_needs_proof_from_every_column() {
    let found = Story::told(&format!("{TWO_COLUMNS} bad 04-06..04-20\nnow 04-12")).of("E2.2");
    compare(&found, "unknown 03-30…04-05 unproved\ndue-soon 04-06…04-12");
    assert!(found[0].proof.enough.contains("「gsgg」缺少一次"), "{}", found[0].proof.enough);
    let all = Story::told(&format!("{TWO_COLUMNS} now 04-08")).of("E2.2");
    assert_eq!(all[0].proof.after.len(), 2);
}

#[test]
fn a_column_that_has_closed_is_not_waited_for() {
    let closed = |until: &str| {
        format!("{TWO_COLUMNS} none 04-02..04-20\nnow 04-12\n").replace("notices", &format!("notices until {until}"))
    };
    let open_week = "due-soon 04-06…04-12";
    check("E2.2", &closed("03-29"), &format!("breached 03-30…04-05 -1\n{open_week}"));
    check("E2.2", &closed("03-31"), &format!("breached 03-30…04-05 -1\n{open_week}"));
    check("E2.2", &closed("04-04"), &format!("unknown 03-30…04-05 unproved\n{open_week}"));
}

#[test]
fn the_current_period_is_due_soon_within_its_warning_days() {
    let story =
        |now: &str| format!("since 03-30\nchannel jyj/gzdt work-news\nlooks 03-01..04-20\nitem 03-29\nnow {now}");
    check("E2.2", &story("04-02"), "");
    check("E2.2", &story("04-03"), "due-soon 03-30…04-05");
    check("E2.2", &story("04-05"), "due-soon 03-30…04-05");
    check("E2.2", &(story("04-05") + "\nitem 04-01"), "");
    let found = Story::told(&story("04-05")).of("E2.2");
    assert_eq!(found[0].proof.enough, "请在2026-04-05（含当日）前发布1条；最近一条是2026-03-29《第1条》");
}

#[test]
fn an_undated_item_leaves_a_short_period_open() {
    check(
        "B1.3",
        "channel jyj/zdly key-area from 2026-01-01
         looks 01-01..07-05
         undated 02-10
         now 04-05",
        "unknown 01-01…03-31 undated",
    );
}

#[test]
fn a_column_that_opened_within_the_period_is_asked_too() {
    let opened = |from: &str| {
        format!("{TWO_COLUMNS} none 04-06..04-20\nnow 04-08").replace("notices", &format!("notices from {from}"))
    };
    check("E2.2", &opened("2026-04-03"), "unknown 03-30…04-05 unproved");
    check("E2.2", &opened("2026-04-06"), "breached 03-30…04-05 -1");
}
