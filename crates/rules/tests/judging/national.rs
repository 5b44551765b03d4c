//! The second rulebook: availability, late columns and blank columns, judged from the same looks.

use std::sync::LazyLock;

use chrono::TimeDelta;
use model::calendar::shift;
use model::{Coverage, Look, Outcome, Reason, Verdict, Zone};
use proptest::prelude::*;
use proptest::sample::select;
use rules::{NATIONAL_2019, Rulebook, load};

use crate::story::{Story, check as check_district, compare, day, days, item, look};

static NATIONAL: LazyLock<Rulebook> = LazyLock::new(|| load(NATIONAL_2019, "national-2019.toml").unwrap());

fn told(text: &str) -> Story {
    let mut story = Story::told(text);
    story.book = &NATIONAL;
    story
}

#[track_caller]
fn check(criterion: &str, story: &str, expected: &str) {
    compare(&told(story).of(criterion), expected);
}

const OK: Outcome = Outcome::Read;
const TIMEOUT: Outcome = Outcome::Failed(Reason::Timeout);
const BROKEN: Outcome = Outcome::Failed(Reason::HttpServer);
const OFFLINE: Outcome = Outcome::Failed(Reason::MonitorOffline);

/// The week of Monday 2026-03-02, a home page that is looked at every hour, and an account elsewhere beside it.
struct Hours {
    home: Vec<(i64, Outcome)>,
    elsewhere: Vec<(i64, Outcome)>,
    now: &'static str,
}

impl Hours {
    /// The hours of the week, each with what came of it.
    fn of(home: impl Fn(i64) -> Outcome) -> Hours {
        let minutes = |hour: i64| hour * 60;
        Hours {
            home: (0..168).map(|h| (minutes(h), home(h))).collect(),
            elsewhere: (0..168).map(|h| (minutes(h), OK)).collect(),
            now: "03-12",
        }
    }

    fn story(&self) -> Story {
        let mut story = told(&format!(
            "since 03-01\nnow {}\nchannel bgs/home home from 03-01 url https://www.gov.example/\n\
             channel bgs/wx wechat from 03-01 trust full url https://feeds.example/wx",
            self.now
        ));
        story.timelines[0].looks = at(&self.home);
        story.timelines[1].looks = at(&self.elsewhere);
        story
    }

    #[track_caller]
    fn check(&self, expected: &str) -> String {
        let found = self.story().of("W2");
        let found: Vec<_> = found.into_iter().filter(|j| j.key.days == days("03-02..03-08")).collect();
        compare(&found, expected);
        found.into_iter().map(|j| j.proof.enough).collect()
    }
}

fn at(minutes: &[(i64, Outcome)]) -> Vec<Look> {
    let monday = Zone::SHANGHAI.at(day("03-02"), chrono::NaiveTime::MIN);
    let each = minutes.iter().zip(1..).map(|((m, outcome), id)| {
        let at = monday + TimeDelta::minutes(*m);
        let plain = look(id, Zone::SHANGHAI.day(at), *outcome, Coverage::Everything);
        Look { at, ..plain }
    });
    each.collect()
}

#[test]
fn five_percent_of_the_visits_of_a_week_are_too_many() {
    // 168 visits: eight are 4.7 %, nine are 5.3 %.
    Hours::of(|h| if h < 8 { TIMEOUT } else { OK }).check("");
    let said = Hours::of(|h| if h < 9 { TIMEOUT } else { OK }).check("breached 03-02…03-08");
    assert!(
        said.contains("有效访问168次") && said.contains("打不开9次，占5.3%") && said.contains("低于5%即可"),
        "{said}"
    );
    Hours::of(|h| if h < 9 { BROKEN } else { OK }).check("breached 03-02…03-08");
}

#[test]
fn fewer_than_twenty_visits_a_day_say_nothing() {
    // Nineteen on each day, all of them failed.
    let mut hours = Hours::of(|_| TIMEOUT);
    hours.home.retain(|(m, _)| m / 60 % 24 < 19);
    let said = hours.check("unknown 03-02…03-08 unproved");
    assert!(said.contains("每天至少要有20次") && said.contains("只有19次"), "{said}");
    // Twenty on each day are a hundred and forty in the week.
    let mut hours = Hours::of(|_| TIMEOUT);
    hours.home.retain(|(m, _)| m / 60 % 24 < 20);
    hours.check("breached 03-02…03-08");
    // One day that was not watched leaves the week open, however well the site stood on the others.
    let mut hours = Hours::of(|_| OK);
    hours.home.retain(|(m, _)| m / 60 / 24 != 3);
    hours.check("unknown 03-02…03-08 unproved");
}

#[test]
fn looks_within_the_hour_are_one_visit_and_one_of_them_is_enough() {
    // After each failure it is looked at again a quarter of an hour later, and then it opens.
    let mut hours = Hours::of(|_| TIMEOUT);
    hours.home = (0..168).flat_map(|h| [(h * 60, TIMEOUT), (h * 60 + 15, OK)]).collect();
    hours.check("");
    // Four failures in one hour are one.
    let mut hours = Hours::of(|_| OK);
    hours.home.splice(0..2, (0..8).map(|q| (q * 15, TIMEOUT)));
    hours.check("");
}

#[test]
fn our_own_line_accuses_nobody() {
    // The monitor knew that it was offline.
    Hours::of(|h| if h % 24 < 4 { OFFLINE } else { OK }).check("");
    Hours::of(|h| if h % 24 < 5 { OFFLINE } else { OK }).check("unknown 03-02…03-08 unproved");
    // It did not know, but nothing else was seen at that time either.
    let mut hours = Hours::of(|h| if h % 24 < 4 { TIMEOUT } else { OK });
    hours.check("breached 03-02…03-08");
    for (m, outcome) in &mut hours.elsewhere {
        if *m / 60 % 24 < 4 {
            *outcome = TIMEOUT;
        }
    }
    hours.check("");
    // Another column of the same host speaks for nobody's line.
    let hours = Hours::of(|h| if h < 40 { TIMEOUT } else { OK });
    let mut story = hours.story();
    story.timelines[1].channel.url = "https://www.gov.example/gzdt/".to_owned();
    assert!(story.of("W2").iter().all(|j| j.verdict == Verdict::Unknown));
    // A gateway that shuts the monitor out is no outage of the site.
    Hours::of(|h| if h < 3 { Outcome::Blocked(Reason::Forbidden) } else { OK }).check("");
}

#[test]
fn the_running_week_warns_from_three_percent_on() {
    let mut hours = Hours::of(|h| if h < 3 { TIMEOUT } else { OK });
    hours.now = "03-05";
    let said = hours.check("due-soon 03-02…03-08");
    assert!(said.contains("全周达到5%即不达标"), "{said}");
    let mut hours = Hours::of(|h| if h < 2 { TIMEOUT } else { OK });
    hours.now = "03-05";
    hours.check("");
}

#[test]
fn a_waived_week_costs_nothing() {
    let mut story = Hours::of(|_| TIMEOUT).story();
    story.waivers = told("channel bgs/home home\nwaive bgs 03-04..03-04").waivers;
    let found: Vec<_> = story.of("W2").into_iter().filter(|j| j.key.days == days("03-02..03-08")).collect();
    compare(&found, "waived 03-02…03-08 waiver");
}

#[test]
fn the_home_page_is_watched_for_two_weeks_and_belongs_to_no_section() {
    let home = "channel bgs/home home\nlooks 03-01..04-10\nitem 03-01\nitem 04-05";
    check("W3", &format!("now 04-10\n{home}"), "breached 03-02…03-15");
    // What stands on the home page is no publication of the section.
    check_district("E2.2", &format!("since 03-02\nnow 04-10\n{home}"), "");
}

/// Columns of one unit, looked at daily; each has its last item on the day given.
fn columns(last: &[&str]) -> String {
    let each = last.iter().enumerate().map(|(n, last)| {
        let items = if last.is_empty() { String::new() } else { format!("item 2025-06-01\nitem {last}\n") };
        format!("channel bgs/c{n} work-news\nlooks 2025-06-01..04-10\n{items}")
    });
    format!("since 03-01\nnow 04-10\n{}", each.collect::<String>())
}

#[test]
fn five_late_columns_at_the_end_of_the_quarter() {
    let late = "03-17"; // 03-18…03-31 are fourteen days.
    check("W4.1", &columns(&[late; 4]), "");
    check("W4.1", &columns(&[late, late, late, late, "03-18"]), "");
    let story = columns(&[late, late, late, late, "2025-12-01"]);
    check("W4.1", &story, "breached 01-01…03-31");
    let said = told(&story).of("W4.1").remove(0).proof.enough;
    assert!(said.contains("有5个栏目超期未更新") && said.contains("「c4」（最近2025-12-01）"), "{said}");
}

#[test]
fn a_late_column_must_be_proved() {
    let late = "03-17";
    let mut text = columns(&[late; 4]);
    text += "channel bgs/dark work-news\nlooks 03-01..03-20\nitem 03-17\n";
    check("W4.1", &text, "unknown 01-01…03-31 unproved");
    let said = told(&text).of("W4.1").remove(0).proof.enough;
    assert!(
        said.contains("已证实超期未更新栏目4个") && said.contains("另有1个待查") && said.contains("「dark」"),
        "{said}"
    );
    // With one fewer it does not matter what the dark one would show.
    let mut text = columns(&[late; 3]);
    text += "channel bgs/dark work-news\nlooks 03-01..03-20\nitem 03-17\n";
    check("W4.1", &text, "");
}

#[test]
fn waivers_and_statements_take_columns_out_of_the_count() {
    let late = "03-17";
    let five = columns(&[late; 5]);
    check("W4.1", &format!("{five}waive bgs/c0 03-20..03-20"), "waived 01-01…03-31 waiver");
    check("W4.1", &format!("{five}empty bgs/c0 03-20..03-20"), "");
    // A column whose first item came after the check was not there to be late; one that is younger than its window neither.
    check("W4.1", &format!("{}channel bgs/new work-news\nlooks 03-01..04-10\nitem 04-02\n", columns(&[late; 4])), "");
    check("W4.1", &format!("{}channel bgs/new work-news from 03-19\nlooks 03-19..04-10\n", columns(&[late; 4])), "");
}

#[test]
fn both_kinds_of_late_column_are_added_up() {
    let mut text = columns(&["03-17"; 3]);
    text += "channel bgs/n notices\nlooks 2025-06-01..04-10\nitem 2025-09-28\n"; // 09-29…03-31 are 184 days.
    text += "channel bgs/p policies\nlooks 2025-06-01..04-10\nitem 2025-09-28\n";
    check("W4.1", &text, "breached 01-01…03-31");
    check(
        "W4.1",
        &text.replace(
            "policies\nlooks 2025-06-01..04-10\nitem 2025-09-28",
            "policies\nlooks 2025-06-01..04-10\nitem 2025-09-29",
        ),
        "",
    );
}

#[test]
fn five_blank_columns_read_to_the_end() {
    check("W4.3", &columns(&[""; 4]), "");
    check("W4.3", &columns(&[""; 5]), "breached 01-01…03-31");
    let said = told(&columns(&[""; 5])).of("W4.3").remove(0).proof.enough;
    assert!(said.contains("有5个栏目空白") && said.contains("（从无信息）"), "{said}");
    // A list that was not read to its end may hold something further back.
    let part = columns(&[""; 4]) + "channel bgs/deep work-news\nlooks 2025-06-01..04-10 since 2025-01-01\n";
    check("W4.3", &part, "unknown 01-01…03-31 unproved");
    // What stands there without a date stands there.
    let undated = columns(&[""; 4]) + "channel bgs/u work-news\nlooks 2025-06-01..04-10\nundated 03-01\n";
    check("W4.3", &undated, "");
    // What was published after the check did not stand there on its day.
    check("W4.3", &columns(&["", "", "", "", "04-02"]).replace("item 2025-06-01\n", ""), "breached 01-01…03-31");
}

#[test]
fn accounts_are_watched_for_two_weeks() {
    check(
        "M2",
        "now 04-10\nchannel bgs/wx wechat trust full\nlooks 03-01..04-10\nitem 03-01\nitem 04-05",
        "breached 03-02…03-15",
    );
}

fn answers() -> impl Strategy<Value = Vec<Outcome>> {
    let one = prop_oneof![
        12 => Just(OK),
        2 => Just(TIMEOUT),
        1 => Just(BROKEN),
        1 => Just(OFFLINE),
        1 => select(Reason::ALL).prop_map(Outcome::Blocked),
    ];
    prop::collection::vec(one, 168)
}

fn verdict(hours: &Hours) -> Option<Verdict> {
    let of_week = |j: &model::Judgement| j.key.days == days("03-02..03-08");
    hours.story().of("W2").into_iter().find(of_week).map(|j| j.verdict)
}

/// Columns with the days of their items.
fn late(items: &[Vec<i64>], seen: &[bool]) -> usize {
    let start = day("2025-09-01");
    let mut story = told("since 2025-09-01\nnow 04-10");
    for (n, (published, seen)) in items.iter().zip(seen).enumerate() {
        let mut one = Story::told(&format!("channel bgs/c{n} work-news from 2025-09-01"));
        let t = &mut one.timelines[0];
        let last = if *seen { 221 } else { 100 };
        t.looks = (0..=last).map(|i| look(i + 1, shift(start, i), OK, Coverage::Everything)).collect();
        t.items =
            published.iter().zip(1..).map(|(at, id)| item(id, Some(shift(start, *at)), shift(start, *at))).collect();
        story.timelines.append(&mut one.timelines);
        if n == 0 {
            story.units = one.units;
        }
    }
    story.of("W4.1").iter().filter(|j| j.verdict == Verdict::Breached).count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_share_is_the_plain_share(answers in answers()) {
        let counts = |o: &Outcome| matches!(*o, OK | TIMEOUT | BROKEN);
        let visits = answers.iter().filter(|o| counts(o)).count();
        let failed = answers.iter().filter(|o| matches!(**o, TIMEOUT | BROKEN)).count();
        let watched = answers.chunks(24).all(|day| day.iter().filter(|o| counts(o)).count() >= 20);
        let expected = match watched {
            false => Some(Verdict::Unknown),
            true if failed * 100 >= visits * 5 => Some(Verdict::Breached),
            true => None,
        };
        prop_assert_eq!(verdict(&Hours::of(|h| answers[h as usize])), expected);
    }

    #[test]
    fn a_visit_that_the_monitor_lost_never_makes_a_breach(answers in answers(), lost in prop::collection::vec(0..168usize, 0..30)) {
        let fair: Vec<Outcome> = answers.iter().map(|o| if matches!(*o, TIMEOUT | BROKEN) { OK } else { *o }).collect();
        let hours = Hours::of(|h| if lost.contains(&(h as usize)) { OFFLINE } else { fair[h as usize] });
        prop_assert!(verdict(&hours) != Some(Verdict::Breached));
    }

    #[test]
    fn neither_a_further_item_nor_a_lost_look_adds_a_late_column(
        items in prop::collection::vec(prop::collection::vec(0..210i64, 0..4), 7),
        at in 0..210i64,
        to in 0..7usize,
    ) {
        let seen = vec![true; 7];
        let before = late(&items, &seen);
        // The clock of a column starts with its first item: an item before it is a new beginning, not a further item.
        let first = items[to].iter().min().copied();
        let mut more = items.clone();
        more[to].push(first.map_or(at, |first| first + at % (210 - first)));
        prop_assert!(first.is_none() || late(&more, &seen) <= before);
        let mut dark = seen;
        dark[to] = false;
        prop_assert!(late(&items, &dark) <= before);
    }
}
