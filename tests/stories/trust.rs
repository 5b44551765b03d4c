//! "Not modified" is a word, not a page: a server that says so of a page that has changed hides no item for long, and what it
//! has said proves nothing against the unit.

use axum::body::Body;
use axum::http::Response;
use model::{ItemFlag, Outcome, Reason, Timeline};

use crate::harness::{Office, list};

const A: (&str, &str, &str) = ("全区教育工作会议召开", "./t1.html", "2026-03-01");

/// From now on the list stands there, as that version.
fn publish(office: &Office, path: &str, version: &'static str, rows: &[(&str, &str, &str)]) {
    let html = list(rows);
    office.site.set(path, move || {
        let page = Response::builder().header("etag", version).header("content-type", "text/html; charset=utf-8");
        page.body(Body::from(html.clone())).unwrap()
    });
}

/// One command each morning of these days of March.
async fn mornings(office: &Office, days: std::ops::RangeInclusive<u32>, command: &str) {
    for day in days {
        office.run(&format!("2026-03-{day:02} 08:00"), &[command]).await.ok();
    }
}

/// What was known of the column some mornings ago.
async fn timeline(office: &Office, now: &str, mornings_ago: i64) -> Timeline {
    let app = office.app(now).await;
    let channels: Vec<_> = app.config.sources().cloned().collect();
    let as_of = app.clock.now() - chrono::TimeDelta::days(mornings_ago);
    app.store.timelines(&channels, as_of).await.unwrap().remove(0)
}

/// The day of March, and what came of it.
fn outcomes(timeline: &Timeline) -> Vec<(u32, Outcome)> {
    timeline.looks.iter().map(|l| (chrono::Datelike::day(&l.day), l.outcome)).collect()
}

#[tokio::test]
async fn what_was_wrongly_said_to_be_unchanged_is_found_within_a_week_and_accuses_nobody() {
    let office = Office::new(&[("xwdt", "notices", "/xwdt/")]).await;
    publish(&office, "/xwdt/", "\"1\"", &[A]);
    office.site.stale("/xwdt/");
    // The page itself is asked for on the 2nd, for the first time, and when it is the column's turn: on the 6th and the 13th.
    mornings(&office, 2..=8, "poll").await;
    let asked = |office: &Office| office.site.asked("/xwdt/").iter().map(Option::is_some).collect::<Vec<_>>();
    assert_eq!(asked(&office), [false, true, true, true, false, true, true]);
    publish(&office, "/xwdt/", "\"2\"", &[("关于春季开学的通知", "./t2.html", "2026-03-09"), A]);
    mornings(&office, 9..=12, "poll").await;
    let is_trusted = |known: &Timeline| known.looks.iter().all(|l| l.outcome.is_good());
    assert!(is_trusted(&timeline(&office, "2026-03-12 09:00", 0).await), "nothing is known yet");
    mornings(&office, 13..=13, "poll").await;

    let known = timeline(&office, "2026-03-13 09:00", 0).await;
    let wrong = Outcome::Suspect(Reason::WronglyUnchanged);
    let expected = [
        (2, Outcome::Read),
        (3, Outcome::Unchanged),
        (4, Outcome::Unchanged),
        (5, Outcome::Unchanged),
        (6, Outcome::Unchanged),
        (7, wrong),
        (8, wrong),
        (9, wrong),
        (10, wrong),
        (11, wrong),
        (12, wrong),
        (13, Outcome::Read),
    ];
    assert_eq!(outcomes(&known), expected, "when it changed after the 6th cannot be known");
    let dated = rules::effective(&known, office.app("2026-03-13 09:00").await.clock.now());
    let notice = dated.iter().find(|d| known.items[d.index].title.contains("春季")).unwrap();
    assert_eq!(notice.effective, Some("2026-03-09".parse().unwrap()), "its own date counts");
    assert!(!notice.flags.contains(&ItemFlag::Backdated), "the unit has not dated it back");
    // What was known on the 12th is what it was: judgements of then can be repeated.
    assert!(is_trusted(&timeline(&office, "2026-03-13 09:00", 1).await));
    let shown = office.run("2026-03-13 09:00", &["channels", "--trouble"]).await.ok();
    assert!(!shown.contains("wrongly-unchanged"), "the newest look is good: {shown}");
    let told = office.run("2026-03-13 09:00", &["doctor"]).await.out;
    assert!(
        told.contains("近 90 天有 1 个栏目的网站在页面已有更新时仍答复“未修改”，有关检查不作数：jyj/xwdt\""),
        "{told}"
    );

    // From now on it is not believed: every look asks for the page itself.
    let before = office.site.asked("/xwdt/").len();
    mornings(&office, 14..=16, "poll").await;
    assert_eq!(asked(&office)[before..], [false, false, false]);
}

#[tokio::test]
async fn a_server_that_tells_a_change_is_believed_and_what_it_said_disproves() {
    let office = Office::new(&[("xwdt", "notices", "/xwdt/")]).await;
    publish(&office, "/xwdt/", "\"1\"", &[A]);
    mornings(&office, 2..=12, "poll").await;
    // On the 13th, its turn, it has changed: an item that claims to have stood there for a week.
    publish(&office, "/xwdt/", "\"2\"", &[("关于春季开学的通知", "./t2.html", "2026-03-06"), A]);
    mornings(&office, 13..=14, "poll").await;
    let asked = office.site.asked("/xwdt/");
    let version = |n: &str| Some(format!("\"{n}\""));
    assert_eq!(asked[11..], [None, version("1"), version("2")], "asked again with the version before: it tells");
    let known = timeline(&office, "2026-03-14 09:00", 0).await;
    assert!(known.looks.iter().all(|l| l.outcome.is_good()), "{:?}", outcomes(&known));
    let dated = rules::effective(&known, office.app("2026-03-14 09:00").await.clock.now());
    let notice = dated.iter().find(|d| known.items[d.index].title.contains("春季")).unwrap();
    assert_eq!((notice.effective, notice.absent_on), ("2026-03-13".parse().ok(), "2026-03-12".parse().ok()));
    assert!(notice.flags.contains(&ItemFlag::Backdated));
}

#[tokio::test]
async fn no_window_is_said_to_be_silent_because_a_server_says_that_nothing_has_changed() {
    // Its turns are the 10th and the 17th; the fourteen days after the meeting end with the 15th.
    let office = Office::new(&[("bmdt", "work-news", "/bmdt/")]).await;
    publish(&office, "/bmdt/", "\"1\"", &[A]);
    office.site.stale("/bmdt/");
    mornings(&office, 2..=15, "cycle").await;
    let due = office.run("2026-03-15 09:00", &["findings", "--verdict", "due-soon"]).await.ok();
    assert!(due.contains("2026-03-15"), "{due}");
    // It comes in the last hour, and the look of the next morning finds it.
    publish(&office, "/bmdt/", "\"1\"", &[("教育局开展安全检查", "./t2.html", "2026-03-15"), A]);
    for day in 16..=18 {
        mornings(&office, day..=day, "cycle").await;
        let now = format!("2026-03-{day} 09:00");
        let breached = office.run(&now, &["findings", "--verdict", "breached"]).await.json();
        let silent =
            breached.as_array().unwrap().iter().find(|f| f["to"] == "2026-03-15" && f["channel"] == "jyj/bmdt");
        assert!(silent.is_none(), "{silent:?}");
    }
}

#[tokio::test]
async fn a_window_that_waits_for_its_proof_is_proved_by_a_page() {
    let office = Office::new(&[("bmdt", "work-news", "/bmdt/")]).await;
    publish(&office, "/bmdt/", "\"1\"", &[A]);
    office.site.stale("/bmdt/");
    mornings(&office, 2..=11, "cycle").await;
    // The program stands still until the window is over, and judges before it looks.
    office.run("2026-03-16 07:00", &["judge"]).await.ok();
    let unknown = office.run("2026-03-16 07:30", &["findings", "--verdict", "unknown"]).await.ok();
    assert!(unknown.contains("2026-03-15"), "{unknown}");
    let due = office.run("2026-03-16 07:30", &["findings", "--verdict", "due-soon"]).await.json();
    let due = due.as_array().unwrap().iter().filter(|f| f["channel"] == "jyj/bmdt").count();
    assert_eq!(due, 0, "no window closes soon any more");
    publish(&office, "/bmdt/", "\"1\"", &[("教育局开展安全检查", "./t2.html", "2026-03-14"), A]);
    mornings(&office, 16..=16, "cycle").await;
    assert_eq!(office.site.asked("/bmdt/").iter().rev().nth(1), Some(&None), "the page, and then the word once more");
    let met = office.run("2026-03-16 09:00", &["findings"]).await.json();
    let of_window = met.as_array().unwrap().iter().filter(|f| f["to"] == "2026-03-15" && f["channel"] == "jyj/bmdt");
    let verdicts: Vec<&str> = of_window.map(|f| f["verdict"].as_str().unwrap()).collect();
    assert!(verdicts.iter().all(|v| *v == "met"), "{verdicts:?}");
}

#[tokio::test]
async fn a_page_that_was_kept_before_the_power_went_belies_as_well() {
    let office = Office::new(&[("xwdt", "notices", "/xwdt/")]).await;
    publish(&office, "/xwdt/", "\"1\"", &[A]);
    office.site.stale("/xwdt/");
    mornings(&office, 2..=12, "poll").await;
    let html = list(&[("关于春季开学的通知", "./t2.html", "2026-03-09"), A]);
    office.keep_unread("2026-03-13 08:00", &html, true).await;
    office.run("2026-03-13 08:15", &["poll"]).await.ok();
    let known = timeline(&office, "2026-03-13 09:00", 0).await;
    let wrong = (7..=12).map(|day| (day, Outcome::Suspect(Reason::WronglyUnchanged)));
    assert!(wrong.clone().all(|w| outcomes(&known).contains(&w)), "{:?}", outcomes(&known));
}

#[tokio::test]
async fn after_a_gap_in_which_nobody_warned_a_window_is_proved_by_a_page() {
    let office = Office::new(&[("bmdt", "work-news", "/bmdt/")]).await;
    publish(&office, "/bmdt/", "\"1\"", &[A]);
    office.site.stale("/bmdt/");
    mornings(&office, 2..=10, "cycle").await;
    let due = office.run("2026-03-10 09:00", &["findings", "--verdict", "due-soon"]).await.ok();
    assert!(!due.contains("2026-03-15"), "{due}");
    publish(&office, "/bmdt/", "\"1\"", &[("教育局开展安全检查", "./t2.html", "2026-03-14"), A]);
    // It looks before it judges, and its turn would be the 17th.
    mornings(&office, 16..=16, "cycle").await;
    let breached = office.run("2026-03-16 09:00", &["findings", "--verdict", "breached"]).await.json();
    let silent = breached.as_array().unwrap().iter().find(|f| f["to"] == "2026-03-15" && f["channel"] == "jyj/bmdt");
    assert!(silent.is_none(), "{silent:?}");
}

#[tokio::test]
async fn what_is_looked_for_in_several_columns_is_missed_in_none_of_them() {
    let columns = [("nb", "annual-report", "/nb/"), ("nb3", "annual-report", "/nb3/"), ("gzdt", "work-news", "/gzdt/")];
    let office = Office::new(&columns).await;
    // The unit publishes enough: no row that counts its whole section asks for more.
    let news: Vec<(String, String)> = (0..20).map(|n| (format!("第{n}次检查"), format!("./t{n}.html"))).collect();
    let news: Vec<(&str, &str, &str)> = news.iter().map(|(t, u)| (t.as_str(), u.as_str(), "2026-01-27")).collect();
    office.site.page("/gzdt/", list(&news));
    let old = ("教育局2024年政府信息公开工作年度报告", "./t1.html", "2025-01-20");
    for path in ["/nb/", "/nb3/"] {
        publish(&office, path, "\"1\"", &[old]);
        office.site.stale(path);
    }
    let cycle = |day: &'static str| {
        let (office, now) = (&office, format!("2026-{day} 08:00"));
        async move { office.run(&now, &["cycle"]).await.ok() }
    };
    for day in ["01-27", "01-28", "01-29", "01-30", "01-31", "02-01", "02-02"] {
        cycle(day).await;
    }
    let due = office.run("2026-02-02 09:00", &["findings", "--verdict", "due-soon"]).await.json();
    let of_report = |found: &serde_json::Value| -> Vec<String> {
        let own = found.as_array().unwrap().iter().filter(|f| f["criterion"] == "A3.1");
        own.map(|f| f["channel"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(of_report(&due), ["jyj/nb"], "it is named after the first of them");
    // The 31st of January is a Saturday, so it may come on Monday, and it appears in the other one.
    let report = ("教育局2025年政府信息公开工作年度报告", "./t2.html", "2026-02-02");
    publish(&office, "/nb3/", "\"1\"", &[report, old]);
    cycle("02-03").await;
    let breached = office.run("2026-02-03 09:00", &["findings", "--verdict", "breached"]).await.json();
    assert!(of_report(&breached).is_empty(), "{breached}");
}
