//! COUNTING.md section 1: fleet silence of bridges and hosts.

use model::Verdict;
use rules::fleet::silences;

use crate::story::{Story, compare, lines};

/// `accounts` lively accounts on one bridge, all going silent after 03-31; the looks go on.
fn bridge(accounts: usize, rest: &str) -> String {
    let mut text = String::from("bridge b1 30\n");
    for n in 1..=accounts {
        text += &format!("channel u{n}/wx wechat bridge b1\nlooks 02-01..06-30\nevery 3 02-01..03-31\n");
    }
    text + rest
}

/// The same, with something new of each account on 04-18: its own feed is alive.
fn woken(accounts: usize, rest: &str) -> String {
    bridge(accounts, rest).replace("every 3 02-01..03-31\n", "every 3 02-01..03-31\nitem 04-18\n")
}

fn verdicts(story: &Story) -> Vec<Verdict> {
    let mut all: Vec<Verdict> = story.of("C1.1").iter().map(|j| j.verdict).collect();
    all.dedup();
    all
}

#[test]
fn accounts_of_one_bridge_that_fall_silent_together_are_not_charged() {
    let story = Story::told(&bridge(5, "now 04-20"));
    assert_eq!(verdicts(&story), [Verdict::Unknown]);
    let found = story.of("C1.1");
    assert!(lines(&found[..1]).contains("fleet-silence"), "{}", lines(&found));
    assert!(found[0].proof.enough.contains("桥接服务疑似失明"), "{}", found[0].proof.enough);
    assert!(found[0].proof.within.iter().any(|l| l.reason.as_deref() == Some("fleet-silence")));
}

#[test]
fn four_accounts_are_no_fleet() {
    assert_eq!(verdicts(&Story::told(&woken(4, "now 04-20"))), [Verdict::Breached]);
}

#[test]
fn the_silence_does_not_end_by_its_own_length() {
    let story = Story::told(&bridge(6, "now 06-30"));
    assert!(story.of("C1.1").iter().all(|j| matches!(j.verdict, Verdict::Unknown | Verdict::DueSoon)));
    let all = silences(&story.case());
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].days.last, all[0].channels.len()), (story.now, 6));
}

#[test]
fn one_feed_that_stands_still_on_a_live_bridge_accuses_nobody() {
    let text = |rest: &str, trust: &str| {
        format!(
            "bridge b1 2 canary c/wx\nchannel c/wx wechat bridge b1\nlooks 02-01..06-30\nevery 1 02-01..06-30\n\
             channel u1/wx wechat bridge b1 trust {trust}\nlooks 02-01..06-30\nevery 3 02-01..03-31\n{rest}now 04-20"
        )
    };
    let story = |rest: &str| Story::told(&text(rest, "witnessed"));
    let still = story("");
    let found = still.of("C1.1");
    compare(&found, "unknown 03-31…04-13 own-silence");
    assert!(found[0].proof.enough.contains("人工查看该账号"), "{}", found[0].proof.enough);
    // Something two days newer shows the feed alive; what came the day after may be a time without its zone.
    assert_eq!(verdicts(&story("item 04-14\n")), [Verdict::Unknown]);
    assert_eq!(verdicts(&story("item 04-15\n")), [Verdict::Breached]);
    // Who believes a feed in full says so.
    assert_eq!(verdicts(&Story::told(&text("", "full"))), [Verdict::Breached]);
}

#[test]
fn eighty_percent_is_not_more_than_eighty_percent() {
    // Five accounts, four silent: 80 %.
    let one_alive = woken(4, "channel u9/wx wechat bridge b1\nlooks 02-01..06-30\nevery 3 02-01..06-30\nnow 04-20");
    assert_eq!(verdicts(&Story::told(&one_alive)), [Verdict::Breached]);
    // Six accounts, five silent: 83 %.
    let one_of_six = bridge(5, "channel u9/wx wechat bridge b1\nlooks 02-01..06-30\nevery 3 02-01..06-30\nnow 04-20");
    assert_eq!(verdicts(&Story::told(&one_of_six)), [Verdict::Unknown]);
}

#[test]
fn a_person_who_clears_the_silence_lifts_it() {
    let story = Story::told(&woken(5, "clear bridge b1 03-15..04-30\nnow 04-20"));
    assert_eq!(verdicts(&story), [Verdict::Breached]);
    let other = Story::told(&woken(5, "clear bridge b2 03-15..04-30\nnow 04-20"));
    assert_eq!(verdicts(&other), [Verdict::Unknown]);
}

#[test]
fn once_the_bridge_sees_again_the_dark_days_stay_dark_and_new_ones_are_judged() {
    let mut text = String::from("bridge b1 30\n");
    for n in 1..=5 {
        // Blind from 04-01 to 04-25; then everything appears with its own date.
        text += &format!("channel u{n}/wx wechat bridge b1\nlooks 02-01..06-30\nevery 3 02-01..03-31\n");
        text += "item 04-05 seen 04-26\nitem 04-26\n";
        text += if n == 1 { "item 05-12\n" } else { "every 3 04-29..06-30\n" };
    }
    let story = Story::told(&(text + "now 05-13"));
    let found: Vec<_> = story.of("C1.1").into_iter().filter(|j| j.key.scope.unit().as_str() == "u1").collect();
    // 03-30 … 04-05 … 04-26: the items that were late because the bridge was blind are believed.
    compare(&found, "unknown 04-06…04-19 fleet-silence\nbreached 04-27…05-10 -2");
}

#[test]
fn a_stale_canary_darkens_the_day_for_the_whole_bridge() {
    let story = |now: &str, canary: &str| {
        format!(
            "bridge b1 2 canary c/wx\nchannel c/wx wechat bridge b1\nlooks 02-01..06-30\n{canary}\n\
             channel u1/wx wechat bridge b1\nlooks 02-01..06-30\nevery 3 02-01..03-31\nitem 04-18\nnow {now}"
        )
    };
    let alive = Story::told(&story("04-20", "every 1 02-01..06-30"));
    assert_eq!(verdicts(&alive), [Verdict::Breached]);
    let stale = Story::told(&story("04-20", "every 1 02-01..04-05\nevery 1 04-10..06-30"));
    assert_eq!(verdicts(&stale), [Verdict::Unknown]);
    assert_eq!(silences(&stale.case())[0].days.to_string(), "2026-04-08…2026-04-09");
}

#[test]
fn an_outage_of_the_monitor_is_no_silence_of_the_bridge() {
    let mut text = String::from("bridge b1 2 canary u1/wx\n");
    for n in 1..=5 {
        text += &format!("channel u{n}/wx wechat bridge b1\nlooks 02-01..06-30\nevery 1 02-01..03-31\n");
        text += "item 04-01 seen 04-21\nitem 04-20 seen 04-21\nnone 04-01..04-20\n";
    }
    let story = Story::told(&(text + "now 04-22"));
    assert_eq!(silences(&story.case()), []);
    assert_eq!(verdicts(&story), [Verdict::Breached]);
}

/// Columns of one host; the first changes on the given days, no other ever does after 03-01.
fn host(columns: usize, changes: &[&str], rest: &str) -> Story {
    let mut text = String::new();
    for n in 1..=columns {
        text +=
            &format!("channel u{n}/gzdt work-news\nlooks 02-15..03-01\nunchanged 03-02..05-31\nevery 5 02-01..03-01\n");
        if n == 1 {
            changes.iter().for_each(|d| text += &format!("looks {d}\n"));
        }
    }
    Story::told(&(text + rest))
}

fn work_news(story: &Story) -> Vec<Verdict> {
    let mut all: Vec<Verdict> = story.of("B1.1").iter().map(|j| j.verdict).collect();
    all.dedup();
    all
}

#[test]
fn a_host_on_which_nothing_changes_for_fourteen_days_is_not_believed() {
    let story = host(50, &[], "now 03-16");
    assert_eq!(work_news(&story), [Verdict::Unknown]);
    assert_eq!(silences(&story.case())[0].days.to_string(), "2026-03-02…2026-03-16");
    assert!(story.of("B1.1")[0].proof.enough.contains("疑似缓存失效"));
    assert_eq!(work_news(&host(49, &[], "now 03-16")), [Verdict::Breached]);
}

#[test]
fn thirteen_unchanged_days_are_no_silence_yet() {
    assert_eq!(silences(&host(50, &[], "now 03-14").case()), []);
    assert_eq!(silences(&host(50, &[], "now 03-15").case()).len(), 1);
}

#[test]
fn one_list_that_changes_shows_the_host_alive() {
    assert_eq!(work_news(&host(50, &["03-10"], "now 03-20")), [Verdict::Breached]);
}

#[test]
fn a_fresh_look_after_the_silence_proves_the_window_and_the_remark_stays() {
    let story = host(50, &["03-25"], "now 03-27");
    let mine: Vec<_> = story.of("B1.1").into_iter().filter(|j| j.key.scope.unit().as_str() == "u1").collect();
    compare(&mine, "breached 02-27…03-12 -3 fleet-silence\nbreached 03-13…03-26 -3 fleet-silence");
}

#[test]
fn a_person_may_clear_a_host() {
    assert_eq!(work_news(&host(50, &[], "clear host example.gov.cn 03-02..03-20\nnow 03-20")), [Verdict::Breached]);
}

fn dark(story: &Story) -> Vec<String> {
    silences(&story.case()).iter().map(|s| s.days.to_string()).collect()
}

#[test]
fn the_silence_shows_on_the_fourteenth_day_and_reaches_back_to_the_first() {
    // The last items are of 03-30.
    assert_eq!(dark(&Story::told(&bridge(5, "now 04-12"))), Vec::<String>::new());
    assert_eq!(dark(&Story::told(&bridge(5, "now 04-13"))), ["2026-03-31…2026-04-13"]);
}

#[test]
fn only_accounts_that_published_in_the_fourteen_days_before_are_asked() {
    let story = |looks: &str| {
        let account = |n| format!("channel u{n}/wx wechat bridge b1\nlooks 02-01..03-01\nlooks {looks}\nitem 03-01\n");
        Story::told(&((1..=5).map(account).collect::<String>() + "now 03-30"))
    };
    assert_eq!(dark(&story("03-28..03-30")), ["2026-03-15…2026-03-30"]);
    assert_eq!(dark(&story("03-29..03-30")), Vec::<String>::new());
}

#[test]
fn what_was_not_yet_seen_does_not_make_an_account_active() {
    let account =
        |n| format!("channel u{n}/wx wechat bridge b1\nlooks 03-01..04-30\nitem 04-05 seen 04-26\nitem 04-26\n");
    assert_eq!(dark(&Story::told(&((1..=5).map(account).collect::<String>() + "now 04-30"))), Vec::<String>::new());
}

#[test]
fn an_item_dated_ahead_does_not_keep_a_bridge_alive() {
    let account = |n| format!("channel u{n}/wx wechat bridge b1\nlooks 03-01..04-30\nitem 12-31 seen 03-30\n");
    assert_eq!(
        dark(&Story::told(&((1..=5).map(account).collect::<String>() + "now 04-13"))),
        ["2026-03-31…2026-04-13"]
    );
}

#[test]
fn days_without_a_look_are_as_dark_as_the_day_before() {
    let gap = (1..=5).map(|n| {
        format!("channel u{n}/wx wechat bridge b1\nlooks 02-01..06-30\nevery 3 02-01..03-31\nnone 04-15..04-17\n")
    });
    assert_eq!(dark(&Story::told(&(gap.collect::<String>() + "now 04-20"))), ["2026-03-31…2026-04-20"]);
}
