//! Duties that are looked for in a column: rows A3.1, A6.1 and A6.2.

use model::Judgement;
use rules::judge_duties;

use crate::registers::no_registers;
use crate::story::{EACH_SILENCE, Story, compare};

fn of(criterion: &str, story: &str) -> Vec<Judgement> {
    let story = Story::told(story);
    judge_duties(&story.case(), &no_registers()).into_iter().filter(|j| j.key.criterion.as_str() == criterion).collect()
}

fn report(rest: &str) -> String {
    format!("channel jyj/nb annual-report\nlooks 2025-12-01..12-31\nitem 2025-01-20\n{rest}")
}

#[test]
fn a_report_that_stands_in_its_column_in_time_is_met() {
    compare(&of("A3.1", &report("item 01-31\nnow 02-10")), "");
}

#[test]
fn a_report_that_is_missing_is_breached_once_it_is_proved() {
    compare(&of("A3.1", &report("now 01-16")), "");
    compare(&of("A3.1", &report("now 02-02")), "due-soon 01-01…02-02");
    compare(&of("A3.1", &report("now 02-03")), "breached 01-01…02-02 -2");
    compare(&of("A3.1", &report("bad 02-01..12-31\nnow 02-10")), "unknown 01-01…02-02 unproved");
}

#[test]
fn a_report_that_came_late_costs_nothing_where_the_table_speaks_of_missing_ones_only() {
    compare(&of("A3.1", &report("item 02-03\nnow 02-10")), "");
    compare(&of("A3.1", &report("item 02-02\nnow 02-10")), "");
}

#[test]
fn one_update_of_the_standards_column_is_looked_for_until_september() {
    let story = "channel jyj/bz standards from 2026-01-01\nlooks 01-01..12-31\nnow 10-08\n";
    for criterion in ["A6.1", "A6.2"] {
        compare(&of(criterion, story), "breached 01-01…09-30 -2");
        compare(&of(criterion, &format!("{story}item 05-05\n")), "");
        compare(&of(criterion, &story.replace("from 2026-01-01", "from 2026-01-02")), "");
    }
}

#[test]
fn a_unit_without_such_a_column_is_unknown_until_the_register_speaks() {
    let story = "since 2026-01-01\nchannel jyj/gzdt work-news\nlooks 2025-12-01..12-31\n";
    compare(&of("A3.1", &format!("{story}now 01-15")), "");
    compare(&of("A3.1", &format!("{story}now 01-20")), "due-soon 01-01…02-02");
    compare(&of("A3.1", &format!("{story}now 12-31")), "unknown 01-01…02-02 register-open");
    // In the year in which monitoring began nobody could have looked from the first day on.
    compare(&of("A3.1", &format!("{story}now 12-31").replace("since 2026-01-01", "since 2026-01-02")), "");
}

#[test]
fn without_the_years_calendar_nothing_is_charged() {
    let story = Story::told(&report("now 02-10"));
    let none = model::Workdays::default();
    let found = judge_duties(&story.case(), &rules::Registers { workdays: &none, ..no_registers() });
    let found: Vec<_> = found.into_iter().filter(|j| j.key.criterion.as_str() == "A3.1").collect();
    compare(&found, "unknown 01-01…01-31 no-calendar");
    assert!(found[0].proof.enough.contains("config/calendar/CN-2026.toml"), "{}", found[0].proof.enough);
}

#[test]
fn several_columns_of_a_unit_answer_for_one_another() {
    let two = report("channel jyj/nb2 annual-report\nlooks 2025-12-01..12-31\n");
    compare(&of("A3.1", &format!("{two}item 01-10\nnow 02-10")), "");
    compare(&of("A3.1", &format!("{two}now 02-10")), "breached 01-01…02-02 -2");
}

#[test]
fn waivers_and_years_hold_as_for_a_quota() {
    compare(&of("A3.1", &report("waive jyj 01-20..02-20 A3.1\nnow 02-10")), "waived 01-01…02-02 waiver");
    let years = of("A3.1", &report("looks 2025-01-01..12-31\nnow 02-10").replace("item 2025-01-20\n", ""));
    compare(&years, "breached 2025-01-01…2025-02-05 -2\nbreached 01-01…02-02 -2");
}

#[test]
fn duties_are_not_among_the_other_judgements() {
    let mut story = Story::told(&report("now 02-01"));
    story.book = &EACH_SILENCE;
    assert!(story.judge().iter().all(|j| !j.key.criterion.as_str().starts_with('A')));
}

#[test]
fn what_came_late_may_cost_less_than_what_is_missing() {
    let text =
        rules::ZHONGSHAN_2022.replacen("due = { yearly = \"01-31\" }", "due = { yearly = \"01-31\" }\nlate = -1", 1);
    let book = rules::load(&text, "x.toml").unwrap();
    let points = |story: &str| {
        let story = Story::told(&report(story));
        let found = judge_duties(&rules::Case { rulebook: &book, ..story.case() }, &no_registers());
        found.iter().filter(|j| j.key.criterion.as_str() == "A3.1").map(|j| j.points).collect::<Vec<_>>()
    };
    assert_eq!(points("item 02-03\nnow 02-10"), [model::Points::whole(-1)]);
    assert_eq!(points("item 2025-12-31\nnow 02-10"), [model::Points::whole(-2)]);
}

#[test]
fn a_duty_that_was_due_before_monitoring_began_is_not_charged() {
    compare(&of("A3.1", &report("since 2026-01-31\nnow 02-10")), "breached 01-01…02-02 -2");
    compare(&of("A3.1", &report("since 2026-02-01\nnow 02-10")), "");

    compare(&of("A3.1", &report("waive jyj 01-31..01-31\nnow 01-25")), "");
}
