//! COUNTING.md section 5: proof before points.

use model::{Flag, Verdict};

use crate::story::{Story, check, day};

fn column(rest: &str) -> String {
    format!("channel jyj/gzdt work-news\nitem 03-01\n{rest}\n")
}

#[test]
fn a_window_without_a_look_after_it_is_unknown() {
    check(
        "B1.1",
        &column("looks 03-01..03-15\nnow 03-31"),
        "unknown 03-02…03-15 unproved\nunknown 03-16…03-29 unproved",
    );
}

#[test]
fn a_look_on_the_last_day_is_not_yet_after_it() {
    check("B1.1", &column("looks 03-15..03-15\nnow 03-20"), "unknown 03-02…03-15 unproved");
    check("B1.1", &column("looks 03-16..03-16\nnow 03-20"), "breached 03-02…03-15 -3");
}

#[test]
fn a_look_that_does_not_reach_the_first_day_proves_nothing() {
    check("B1.1", &column("looks 03-16..03-20 since 03-03\nnow 03-20"), "unknown 03-02…03-15 unproved");
    check("B1.1", &column("looks 03-16..03-20 since 03-02\nnow 03-20"), "breached 03-02…03-15 -3");
}

#[test]
fn no_bad_look_proves_anything() {
    check("B1.1", &column("looks 03-01..03-15\nbad 03-16..03-20\nnow 03-20"), "unknown 03-02…03-15 unproved");
}

#[test]
fn looks_within_the_window_are_not_needed_when_a_later_one_shows_it_whole() {
    check("B1.1", &column("bad 03-02..03-19\nlooks 03-20..03-20\nnow 03-20"), "breached 03-02…03-15 -3");
}

#[test]
fn a_look_that_found_nothing_new_proves_as_well() {
    check("B1.1", &column("looks 03-01..03-01\nunchanged 03-02..03-20\nnow 03-20"), "breached 03-02…03-15 -3");
}

#[test]
fn a_later_look_proves_after_the_fact_also_past_the_months_close() {
    let story = |now: &str| column(&format!("looks 03-01..03-14\nbad 03-15..04-09\nlooks 04-10..04-20\nnow {now}"));
    check("B1.1", &story("03-31"), "unknown 03-02…03-15 unproved\nunknown 03-16…03-29 unproved");
    check(
        "B1.1",
        &story("04-10"),
        "breached 03-02…03-15 -3 proved-late\nbreached 03-16…03-29 -3 proved-late\ndue-soon 03-30…04-12",
    );
}

#[test]
fn later_evidence_may_unmake_a_finding() {
    let story = |now: &str| {
        format!(
            "channel jyj/gzdt work-news\nlooks 03-01..03-20\nlooks 03-05..03-20 since 03-02\nitem 03-01\nitem 03-08 seen 03-20\nnone 03-08..03-15\nnow {now}"
        )
    };
    check("B1.1", &story("03-19"), "breached 03-02…03-15 -3");
    // The look of 03-16 should have shown it, so it is counted on 03-20 and the finding stands …
    check("B1.1", &story("03-20"), "breached 03-02…03-15 -3 backdated");
    // … but where no look should have, the finding goes.
    check("B1.1", &story("03-20").replace("none 03-08..03-15", "none 03-08..03-19"), "due-soon 03-09…03-22");
}

#[test]
fn a_source_that_only_clears_never_accuses() {
    let story = "channel jyj/wx wechat trust clears\nlooks 03-01..04-20\nitem 03-01\n";
    check("C1.1", &format!("{story}now 03-20"), "unknown 03-02…03-15 clears-only");
    check("C1.1", &format!("{story}item 03-14\nnow 03-20"), "");
}

#[test]
fn a_witnessed_source_without_a_bridge_is_judged_alone() {
    check(
        "C1.1",
        "channel jyj/wx wechat trust witnessed\nlooks 03-01..04-20\nitem 03-01\nitem 03-19\nnow 03-20",
        "breached 03-02…03-15 -2",
    );
    let auto = "channel jyj/wx wechat\nlooks 03-01..04-20\nitem 03-01\n";
    check("C1.1", &format!("{auto}item 03-19\nnow 03-20"), "breached 03-02…03-15 -2");
    check("C1.1", &format!("{auto}now 03-20"), "unknown 03-02…03-15 own-silence");
}

#[test]
fn a_window_that_is_open_is_told_with_its_last_item_and_without_looks() {
    let told = |now: &str| Story::told(&column(&format!("looks 03-01..03-20\nitem 03-01\nnow {now}"))).of("B1.1");
    let (before, after) = (told("03-13"), told("03-14"));
    assert_eq!(before[0].verdict, Verdict::DueSoon);
    assert_eq!(before[0].proof.last_before.as_ref().map(|i| i.effective), Some(Some(day("03-01"))));
    assert_eq!((before[0].proof.within_total, before[0].proof.before.len()), (0, 0));
    assert_eq!(before, after, "what has not changed is not written down anew each day");
}

#[test]
fn the_finding_keeps_what_it_rests_on() {
    let story = Story::told(&column("looks 03-01..03-20 since 2025-12-01\nbad 03-05..03-08\nitem 03-18\nnow 03-20"));
    let found = story.of("B1.1");
    let proof = &found[0].proof;
    let days = |looks: &[model::finding::QuotedLook]| -> Vec<String> {
        looks.iter().map(|l| format!("{} {}", l.at.date_naive().format("%m-%d"), l.outcome)).collect()
    };
    assert_eq!(days(&proof.before), ["03-01 read"]);
    assert_eq!(days(&proof.after), ["03-16 read"]);
    assert_eq!((proof.within_total, proof.within_good, proof.within.len()), (14, 10, 10));
    assert_eq!(proof.within.iter().filter(|l| l.outcome == "failed").count(), 4);
    assert_eq!(proof.within[3].reason.as_deref(), Some("timeout"));
    assert_eq!(proof.after[0].covers_from, Some(day("2025-12-01")));
    assert_eq!(proof.last_before.as_ref().map(|i| i.effective), Some(Some(day("03-01"))));
    assert_eq!(proof.first_after.as_ref().map(|i| i.effective), Some(Some(day("03-18"))));
}

#[test]
fn an_unknown_window_says_what_is_missing_and_what_to_do() {
    let enough = |text: &str| Story::told(&column(text)).of("B1.1")[0].proof.enough.clone();
    assert_eq!(
        enough("looks 03-01..03-15\nbad 03-16..03-20\nnow 03-20"),
        "尚不能判定：「gzdt」缺少一次2026-03-15之后、列表完整到2026-03-02的有效检查，最近一次检查（2026-03-20 20:00:00）为：\
         响应超时；稍后自动重试；长期如此请联系网站方"
    );
    assert!(enough("now 03-20").ends_with("至今没有任何检查；请检查监测任务"));
    assert!(enough("looks 03-16..03-18 since 03-10\nnow 03-20").contains("深度不够"));
}

#[test]
fn remarks_on_the_items_around_stand_on_the_finding_once_and_in_order() {
    let mut story = Story::told(&column("looks 03-01..03-30\nitem 03-10 seen 03-20 title 第1条\nnow 03-22"));
    story.timelines[0].items[0].withdrawn = true;
    story.timelines[0].items[1].withdrawn = true;
    let found = story.of("B1.1");
    assert_eq!(found[0].flags, [Flag::Backdated, Flag::Withdrawn, Flag::Repeated]);
}
