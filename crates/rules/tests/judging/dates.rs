//! COUNTING.md section 2: the date that counts.

use model::{Item, ItemFlag, Timeline, Zone};
use rules::effective;

use crate::story::{Story, check, day};

/// `effective flags` of each item of the story's channel, as of its last day.
fn dated(text: &str) -> Vec<String> {
    let story = Story::told(&format!("channel jyj/gzdt work-news\n{text}"));
    shown(&story.timelines[0], &story)
}

fn shown(timeline: &Timeline, story: &Story) -> Vec<String> {
    let all = effective(timeline, Zone::SHANGHAI.end_of(story.now));
    let flags = |f: &[ItemFlag]| f.iter().map(|f| format!(" {f:?}")).collect::<String>();
    let show = |d: &rules::Dated| {
        let day = d.effective.map_or("none".to_owned(), |d| d.to_string().replace("2026-", ""));
        format!("{day}{}", flags(&d.flags))
    };
    all.iter().map(show).collect()
}

#[test]
fn a_claim_that_nothing_contradicts_is_believed() {
    assert_eq!(dated("looks 03-01..03-20\nitem 03-10"), ["03-10"]);
    assert_eq!(dated("looks 03-19..03-20\nitem 03-10 seen 03-19"), ["03-10"], "the first look of all shows the past");
}

#[test]
fn a_claim_later_than_the_sighting_is_dated_ahead() {
    assert_eq!(dated("looks 03-01..03-20\nitem 04-10 seen 03-12"), ["03-12 DatedAhead"]);
}

#[test]
fn one_day_of_delay_is_no_backdating_and_two_are() {
    assert_eq!(dated("looks 03-01..03-20\nitem 03-10 seen 03-12"), ["03-10"], "absent on 03-11, claimed 03-10");
    assert_eq!(dated("looks 03-01..03-20\nitem 03-10 seen 03-13"), ["03-13 Backdated"]);
}

#[test]
fn only_a_good_look_that_reached_back_far_enough_contradicts_a_claim() {
    assert_eq!(dated("looks 03-01..03-20\nbad 03-11..03-17\nitem 03-10 seen 03-18"), ["03-10"]);
    assert_eq!(dated("looks 03-01..03-20 since 03-11\nitem 03-10 seen 03-18"), ["03-10"]);
    assert_eq!(dated("looks 03-01..03-20 since 03-10\nitem 03-10 seen 03-18"), ["03-18 Backdated"]);
    assert_eq!(dated("looks 03-01..03-20 since 03-15\nlooks 03-14..03-14\nitem 03-10 seen 03-18"), ["03-18 Backdated"]);
}

#[test]
fn an_item_without_a_date_has_none_until_a_person_dates_it() {
    assert_eq!(dated("looks 03-01..03-20\nundated 03-10"), ["none Undated"]);
    assert_eq!(dated("looks 03-01..03-20\nundated 03-10 dated 03-08"), ["03-08"]);
}

#[test]
fn a_person_overrides_every_other_reading() {
    let mut story = Story::told("channel jyj/gzdt work-news\nlooks 03-01..03-20\nitem 03-10 seen 03-18");
    story.timelines[0].items[0].dated_by_person = Some(day("03-11"));
    assert_eq!(shown(&story.timelines[0], &story), ["03-11"]);
}

#[test]
fn a_moved_date_and_a_vanished_item_still_count() {
    let mut story = Story::told("channel jyj/gzdt work-news\nlooks 03-01..03-20\nitem 03-10\nnow 03-20");
    let it: &mut Item = &mut story.timelines[0].items[0];
    (it.re_dated, it.withdrawn) = (true, true);
    assert_eq!(shown(&story.timelines[0], &story), ["03-10 ReDated Withdrawn"]);
}

#[test]
fn a_title_repeated_within_180_days_is_flagged_and_counts() {
    assert_eq!(
        dated("looks 01-01..12-31\nitem 01-01 title 简报\nitem 06-30 title 简报\nitem 12-28 title 简报"),
        ["01-01", "06-30 Repeated", "12-28"],
        "180 days after, then 181"
    );
    let mut story = Story::told("channel jyj/gzdt work-news\nlooks 03-01..03-20\nitem 03-01\nitem 03-10");
    story.timelines[0].items[0].title = " 工作 简报\n".to_owned();
    story.timelines[0].items[1].title = "工作简报".to_owned();
    assert_eq!(shown(&story.timelines[0], &story), ["03-01", "03-10 Repeated"]);
}

#[test]
fn what_was_seen_later_is_not_among_the_items() {
    assert_eq!(dated("looks 03-01..03-20\nitem 03-10\nitem 03-19\nnow 03-15"), ["03-10"]);
}

#[test]
fn the_window_that_holds_the_sighting_of_an_undated_item_is_unknown() {
    let story = "channel jyj/gzdt work-news\nlooks 03-01..04-20\nitem 03-01\nundated 03-10\n";
    check("B1.1", &format!("{story}now 03-16"), "unknown 03-02…03-15 undated");
    check("B1.1", &format!("{story}now 04-01"), "unknown 03-02…03-15 undated\nbreached 03-16…03-29 -3");
}

#[test]
fn an_undated_item_may_have_been_published_before_it_was_first_seen() {
    let late = |looks: &str| format!("channel jyj/gzdt work-news\n{looks}\nitem 03-01\nundated 03-20\nnow 03-24\n");
    // A look on 03-16 proved the window without the item: it came later.
    check("B1.1", &late("looks 03-01..04-20"), "breached 03-02…03-15 -3");
    // The first look after the window already shows the item: it may have come any day.
    check("B1.1", &late("looks 03-01..04-20\nbad 03-16..03-19"), "unknown 03-02…03-15 undated");
    check("B1.1", &late("looks 03-01..04-20\nnone 03-14..03-19"), "unknown 03-02…03-15 undated");
}

#[test]
fn an_item_that_was_there_undated_before_the_window_is_not_in_the_way() {
    check(
        "B1.1",
        "channel jyj/gzdt work-news\nlooks 02-01..04-20\nundated 02-10\nitem 03-01\nnow 03-17\n",
        "breached 03-02…03-15 -3",
    );
}

#[test]
fn the_undated_item_is_shown_and_the_sentence_says_what_to_do() {
    let story = Story::told("channel jyj/gzdt work-news\nlooks 03-01..04-20\nitem 03-01\nundated 03-10\nnow 03-16\n");
    let found = story.of("B1.1");
    assert_eq!(found[0].proof.items.iter().map(|i| i.item).collect::<Vec<_>>(), [2]);
    assert_eq!(
        found[0].proof.enough,
        "尚不能判定：「gzdt」有信息没有日期：《第2条》（2026-03-10首次发现）可能发布于本期；请人工查看并补录日期"
    );
}

#[test]
fn a_person_who_dates_the_item_settles_the_window() {
    let story = |on: &str| {
        format!("channel jyj/gzdt work-news\nlooks 03-01..04-20\nitem 03-01\nundated 03-10 dated {on}\nnow 03-17")
    };
    check("B1.1", &story("03-10"), "");
    check("B1.1", &story("02-20"), "breached 03-02…03-15 -3");
}

#[test]
fn an_undated_item_first_seen_on_the_first_or_last_day_of_a_window_is_in_the_way() {
    let story =
        |seen: &str| format!("channel jyj/gzdt work-news\nlooks 03-01..04-20\nitem 03-01\nundated {seen}\nnow 03-17\n");
    check("B1.1", &story("03-01"), "breached 03-02…03-15 -3");
    check("B1.1", &story("03-02"), "unknown 03-02…03-15 undated");
    check("B1.1", &story("03-15"), "unknown 03-02…03-15 undated");
    // The look of 03-16 is the first that could prove the window, and it shows the item.
    check("B1.1", &story("03-16"), "unknown 03-02…03-15 undated");
    check("B1.1", &story("03-17"), "breached 03-02…03-15 -3");
}

/// The list says 1 March and was first seen on the 12th.
fn disputed(by: &str) -> String {
    format!("channel jyj/gzdt work-news\nlooks 03-12..04-20\nitem 03-01 seen 03-12 {by}\nnow 03-30\n")
}

#[test]
fn a_page_that_shows_another_date_than_the_list_is_told_and_accuses_nobody() {
    assert_eq!(dated("looks 03-12..03-20\nitem 03-01 seen 03-12 page 03-10"), ["03-01 DateDisputed"]);
    // Of the first window nobody can tell; the second is silent by either date.
    let told = "unknown 03-02…03-15 date-disputed\nbreached 03-16…03-29 -3 date-disputed";
    check("B1.1", &disputed("page 03-10"), told);
    // It cannot have been published after it was seen.
    check("B1.1", &disputed("page 03-25"), told);
    let found = Story::told(&disputed("page 03-10")).of("B1.1");
    assert_eq!(
        found.iter().find(|j| j.verdict == model::Verdict::Unknown).unwrap().proof.enough,
        "尚不能判定：「gzdt」的《第1条》列表日期为2026-03-01，正文页日期为2026-03-10，后者在本期内；请人工核定（duban date-item 1 日期）"
    );
}

#[test]
fn a_page_buys_no_update_and_an_address_doubts_nothing() {
    let silent = "breached 03-02…03-15 -3 date-disputed\nbreached 03-16…03-29 -3 date-disputed";
    check("B1.1", &disputed("address 03-10"), silent);
    check("B1.1", &disputed("page 02-10"), silent);
    // A look on the 9th did not show it, so its page cannot make it of the 5th, as its list could not.
    let seen = "channel jyj/gzdt work-news\nlooks 03-01..04-20\nitem 03-01\nitem 03-18 page 03-05\nnow 03-20\n";
    check("B1.1", seen, "breached 03-02…03-15 -3 date-disputed");
}

#[test]
fn a_person_settles_which_date_is_right() {
    let settled = "breached 03-02…03-15 -3\nbreached 03-16…03-29 -3";
    check("B1.1", &disputed("page 03-10 person 03-01"), settled);
    check("B1.1", &disputed("page 03-10 person 03-10"), "breached 03-11…03-24 -3");
}
