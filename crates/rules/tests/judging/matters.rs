//! What is due at a day and entered by people: clocks, statements of completeness, corrections.

use model::Points;

use crate::registers::{check, judged};
use crate::story::BOOK;

const REQUEST: &str = "matter A1.2 jyj 7号 03-02 due 03-20\n";

#[test]
fn what_was_handed_in_in_time_is_met() {
    check("A1.2", &format!("{REQUEST}submit 03-20\ncomplete A1.2 03-31\nnow 04-10"), "");
}

#[test]
fn late_and_missing_cost_what_the_table_says() {
    check("A1.2", &format!("{REQUEST}submit 03-23\nnow 04-10"), "breached 03-02…03-20 -1 late");
    check("A1.2", &format!("{REQUEST}complete A1.2 03-20\nnow 04-10"), "breached 03-02…03-20 -2");
}

#[test]
fn nobody_is_charged_for_what_nobody_entered() {
    check("A1.2", &format!("{REQUEST}now 03-16"), "");
    check("A1.2", &format!("{REQUEST}now 03-17"), "due-soon 03-02…03-20");
    check("A1.2", &format!("{REQUEST}now 03-20"), "due-soon 03-02…03-20");
    check("A1.2", &format!("{REQUEST}now 04-10"), "unknown 03-02…03-20 register-open");
    check("A1.2", &format!("{REQUEST}complete A1.2 03-19\nnow 04-10"), "unknown 03-02…03-20 register-open");
    check("A1.2", &format!("{REQUEST}complete A1.2 wjj 03-31\nnow 04-10"), "unknown 03-02…03-20 register-open");
    check("A1.2", &format!("{REQUEST}complete A1.2 jyj 03-31\nnow 04-10"), "breached 03-02…03-20 -2");
    check("A1.2", &format!("{REQUEST}complete A1.3 03-31\nnow 04-10"), "unknown 03-02…03-20 register-open");
}

#[test]
fn a_statement_that_was_taken_back_or_comes_later_proves_nothing_yet() {
    let taken_back = format!("{REQUEST}complete A1.2 03-31\ncomplete A1.2 03-31 on 04-05 cancels 1\n");
    check("A1.2", &format!("{taken_back}now 04-04"), "breached 03-02…03-20 -2");
    check("A1.2", &format!("{taken_back}now 04-10"), "unknown 03-02…03-20 register-open");
    check("A1.2", &format!("{REQUEST}complete A1.2 03-31 on 04-11\nnow 04-10"), "unknown 03-02…03-20 register-open");
}

#[test]
fn where_the_table_speaks_of_missing_ones_only_what_came_late_is_free() {
    let prompt = "matter A1.3 jyj 提示3 03-02 due 03-20\ncomplete A1.3 04-05\n";
    check("A1.3", &format!("{prompt}now 04-10"), "breached 03-02…03-20 -1");
    check("A1.3", &format!("{prompt}submit 03-25\nnow 04-10"), "");
    let other = rules::load(
        &rules::ZHONGSHAN_2022.replacen(
            "due = \"by-item\"\nmissing = -1",
            "due = \"by-item\"\nlate = -1\nmissing = -1",
            1,
        ),
        "x.toml",
    )
    .unwrap();
    let found = judged(&other, "A1.3", &format!("{prompt}submit 03-25\nnow 04-10"));
    assert_eq!(found[0].points, Points::whole(-1), "the other reading is one line away");
}

#[test]
fn a_due_day_that_is_no_working_day_moves_to_the_next_one_and_says_so() {
    let saturday = "matter A1.2 jyj 7号 03-02 due 03-21\ncomplete A1.2 03-31\n";
    let found = judged(&BOOK, "A1.2", &format!("{saturday}now 04-10"));
    crate::story::compare(&found, "breached 03-02…03-23 -2");
    assert!(found[0].proof.enough.contains("2026-03-21不是工作日，顺延至2026-03-23"), "{}", found[0].proof.enough);
    check("A1.2", &format!("{saturday}submit 03-23\nnow 04-10"), "");
    // A Saturday that makes up for a holiday is a working day; a holiday moves across the whole of it.
    check("A1.2", "matter A1.2 jyj 7号 04-20 due 05-09\ncomplete A1.2 05-31\nnow 06-10", "breached 04-20…05-09 -2");
    check("A1.2", "matter A1.2 jyj 7号 09-20 due 10-01\ncomplete A1.2 10-31\nnow 11-10", "breached 09-20…10-08 -2");
    let stays = rules::load(
        &rules::ZHONGSHAN_2022.replacen("due = \"by-item\"\nlate", "due = \"by-item\"\nroll = false\nlate", 1),
        "x.toml",
    )
    .unwrap();
    let found = judged(&stays, "A1.2", &format!("{saturday}submit 03-23\nnow 04-10"));
    crate::story::compare(&found, "breached 03-02…03-21 -1 late");
}

#[test]
fn an_extension_moves_the_day_and_a_withdrawal_ends_the_matter() {
    check("A1.2", &format!("{REQUEST}extend-to 03-18 04-01\nsubmit 04-01\nnow 04-10"), "");
    check("A1.2", &format!("{REQUEST}extend-to 03-18 04-01\nsubmit 04-02\nnow 04-10"), "breached 03-02…04-01 -1 late");
    check("A1.2", &format!("{REQUEST}withdraw 03-18\ncomplete A1.2 03-31\nnow 04-10"), "");
}

#[test]
fn corrections_are_later_entries() {
    let wrong = format!("{REQUEST}submit 03-23\n");
    check("A1.2", &format!("{wrong}instead 1 submit 03-19 on 03-25\nnow 03-24"), "breached 03-02…03-20 -1 late");
    check("A1.2", &format!("{wrong}instead 1 submit 03-19 on 03-25\nnow 04-10"), "");
    check("A1.2", &format!("{wrong}strike 1 on 03-25\nnow 04-10"), "unknown 03-02…03-20 register-open");
}

#[test]
fn sign_off_sheets_are_due_on_the_tenth_for_every_unit_once_the_register_is_kept() {
    check("E2.1", "since 2026-01-01\nnow 05-20", "");
    let kept =
        "since 2026-01-01\nmatter E2.1 jyj 2025-12 01-01\nsubmit 01-09\nmatter E2.1 jyj 2026-01 02-01\nsubmit 02-10\n";
    check("E2.1", &format!("{kept}now 03-06"), "");
    check("E2.1", &format!("{kept}now 03-09"), "due-soon 03-01…03-10");
    check("E2.1", &format!("{kept}now 03-15"), "unknown 03-01…03-10 register-open");
    check("E2.1", &format!("{kept}complete E2.1 03-31\nnow 04-05"), "breached 03-01…03-10 -2");
    check(
        "E2.1",
        &format!("{kept}matter E2.1 jyj 2026-02 03-01\nsubmit 03-11\nnow 04-05"),
        "breached 03-01…03-10 -2 late",
    );
    // April: the tenth is a Friday. The unit that begins in mid-March has no sheets of March.
    let two =
        "since 2026-04-01\nunit jyj department\nunit wjj department from 2026-03-15\ncomplete E2.1 04-10\nnow 04-12";
    check("E2.1", two, "breached 04-01…04-10 -2");
    let ends = "since 2026-04-01\nunit jyj department until 2026-04-09\ncomplete E2.1 04-10\nnow 04-12";
    check("E2.1", ends, "");
}

const APPLICATION: &str = "matter D2.1 jyj 依申请1号 03-02\n";

#[test]
fn an_application_is_answered_within_twenty_working_days() {
    // 03-02 is a Monday: the first working day that counts is 03-03, the twentieth 03-30.
    check("D2.1", &format!("{APPLICATION}submit 03-30\nnow 04-30"), "");
    check("D2.1", &format!("{APPLICATION}submit 03-31\nnow 04-30"), "breached 03-02…03-30 -2 late");
    check("D2.1", &format!("{APPLICATION}complete D2.1 04-20\nnow 04-30"), "breached 03-02…03-30 -2");
    check("D2.1", &format!("{APPLICATION}now 04-30"), "unknown 03-02…03-30 register-open");
    check("D2.1", &format!("{APPLICATION}now 03-24"), "");
    check("D2.1", &format!("{APPLICATION}now 03-25"), "due-soon 03-02…03-30");
    // Across the spring festival: 02-09…02-14 are six working days, 02-24…02-28 five (both Saturdays make up), nine in March.
    check("D2.1", "matter D2.1 jyj 2 02-08\nsubmit 03-31\nnow 04-30", "breached 02-08…03-12 -2 late");
}

#[test]
fn an_extension_adds_at_most_twenty_working_days() {
    check("D2.1", &format!("{APPLICATION}extend 03-27 20\nsubmit 04-28\nnow 04-30"), "");
    check("D2.1", &format!("{APPLICATION}extend 03-27 20\nsubmit 04-29\nnow 04-30"), "breached 03-02…04-28 -2 late");
    let twice = format!("{APPLICATION}extend 03-27 15\nextend 04-02 15\nsubmit 04-29\nnow 04-30");
    check("D2.1", &twice, "breached 03-02…04-28 -2 late");
    let found = judged(&BOOK, "D2.1", &twice);
    assert!(found[0].proof.enough.contains("批准延长30个工作日，法定至多20个"), "{}", found[0].proof.enough);
}

#[test]
fn the_days_of_a_pause_do_not_count() {
    // 03-09 … 03-13 are five working days.
    let asked = format!("{APPLICATION}pause 03-09\nresume 03-13\n");
    check("D2.1", &format!("{asked}submit 04-07\nnow 04-30"), "");
    check("D2.1", &format!("{asked}submit 04-08\nnow 04-30"), "breached 03-02…04-07 -2 late");
    check("D2.1", &format!("{APPLICATION}pause 03-09\ncomplete D2.1 05-20\nnow 05-30"), "");
    // A pause that begins when the time is over comes too late.
    check("D2.1", &format!("{APPLICATION}pause 03-31\nsubmit 04-20\nnow 04-30"), "breached 03-02…03-30 -2 late");
}

#[test]
fn an_amended_request_starts_the_clock_again() {
    let amended = format!("{APPLICATION}extend 03-05 20\namend 03-09\n");
    // From 03-10 on: the twentieth working day is 04-07 (04-06 is a holiday), and the extension is gone with the old clock.
    check("D2.1", &format!("{amended}submit 04-07\nnow 04-30"), "");
    check("D2.1", &format!("{amended}submit 04-08\nnow 04-30"), "breached 03-02…04-07 -2 late");
    check("D2.1", &format!("{APPLICATION}submit 03-05\namend 03-09\nnow 04-30"), "unknown 03-02…04-07 register-open");
}

#[test]
fn a_year_without_its_notice_is_never_guessed() {
    let december = "matter D2.1 jyj 9号 12-01\ncomplete D2.1 12-30\n";
    let found = judged(&BOOK, "D2.1", &format!("{december}now 12-31"));
    crate::story::compare(&found, "unknown 12-01…12-24 no-calendar");
    assert!(found[0].proof.enough.contains("config/calendar/CN-2027.toml"), "{}", found[0].proof.enough);
    check("D2.1", &format!("{december}submit 12-24\nnow 12-31"), "");
    check("D2.1", &format!("{december}submit 12-25\nnow 12-31"), "unknown 12-01…12-24 no-calendar");
    check("A1.2", "matter A1.2 jyj 8号 12-01 due 12-30\nnow 12-10", "");
    check("A1.2", "matter A1.2 jyj 8号 12-01 due 12-30\nnow 12-28", "unknown 12-01…12-30 no-calendar");
}

#[test]
fn letters_have_five_working_days_and_their_points_come_from_elsewhere() {
    let letter = "unit xfj department\nmatter E5.1 xfj 信1 03-02\n";
    let named = |text: &str| {
        // The row is for the petitions office only.
        let text = text.replace("xfj", "jyj");
        let book = rules::load(&rules::ZHONGSHAN_2022.replace("only_units = [\"区信访局\"]\n", ""), "x.toml").unwrap();
        judged(&book, "E5.1", &text)
    };
    crate::story::compare(&named(&format!("{letter}now 03-06")), "");
    crate::story::compare(&named(&format!("{letter}now 03-07")), "due-soon 03-02…03-09");
    crate::story::compare(&named(&format!("{letter}submit 03-10\nnow 03-20")), "breached 03-02…03-09 late");
    let late = named(&format!("{letter}complete E5.1 03-15\nnow 03-20"));
    crate::story::compare(&late, "breached 03-02…03-09");
    assert!(late[0].proof.enough.contains("由省政府办公厅计分"), "{}", late[0].proof.enough);
}

#[test]
fn a_survey_whose_feedback_is_late_earns_nothing_and_costs_nothing() {
    let survey = "matter F3 jyj 征集1 03-02\n";
    check("F3", &format!("{survey}now 03-13"), "due-soon 03-02…03-16");
    check("F3", &format!("{survey}submit 03-16\nnow 03-31"), "");
    check("F3", &format!("{survey}submit 03-17\nnow 03-31"), "not-applicable 03-02…03-16");
    check("F3", &format!("{survey}now 03-31"), "not-applicable 03-02…03-16");
}

#[test]
fn a_waiver_for_everything_must_hold_the_due_day_and_one_for_the_row_need_not() {
    let missing = format!("{REQUEST}complete A1.2 03-31\nnow 04-10\n");
    check("A1.2", &format!("{missing}waive jyj 03-05..03-08"), "breached 03-02…03-20 -2");
    check("A1.2", &format!("{missing}waive jyj 03-15..03-20"), "waived 03-02…03-20 waiver");
    check("A1.2", &format!("{missing}waive jyj 03-05..03-08 A1.2"), "waived 03-02…03-20 waiver");
    check("A1.2", &format!("{missing}waive jyj 03-05..03-08 A1.3"), "breached 03-02…03-20 -2");
}

#[test]
fn what_was_due_before_monitoring_began_is_not_charged() {
    check("A1.2", &format!("since 2026-03-21\n{REQUEST}complete A1.2 03-31\nnow 04-10"), "");
    check("A1.2", &format!("since 2026-03-20\n{REQUEST}complete A1.2 03-31\nnow 04-10"), "breached 03-02…03-20 -2");
}

#[test]
fn a_yearly_duty_may_be_entered_where_there_is_no_column() {
    let report = "since 2026-01-01\nmatter A3.1 jyj 2026 01-01\n";
    check("A3.1", &format!("{report}submit 01-30\nnow 03-01"), "");
    check("A3.1", &format!("{report}submit 02-20\nnow 03-01"), "");
    check("A3.1", "since 2026-01-01\ncomplete A3.1 02-10\nnow 03-01", "breached 01-01…02-02 -2");
    // What the register holds stands above what the column shows.
    let column = "channel jyj/nb annual-report\nlooks 2025-12-01..12-31\nitem 2025-01-20\n";
    check("A3.1", &format!("{column}now 03-01\nsince 2026-01-01"), "breached 01-01…02-02 -2");
    check("A3.1", &format!("{report}submit 01-30\n{column}now 03-01"), "");
    check("A3.1", &format!("{report}withdraw 01-30\n{column}now 03-01"), "");
}
