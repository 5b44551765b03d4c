//! When it looks: quiet hours, hosts that ask for rest, and a machine that was off for a week.

use axum::body::Body;
use axum::http::Response;
use serde_json::Value;

use crate::harness::{Office, list};

const OLD: (&str, &str, &str) = ("全区教育工作会议召开", "./t1.html", "2026-03-01");

fn quiet(office: &Office, lines: &str) {
    let main = office.main_toml("\"127.0.0.1/32\"").replace("[fetch]", &format!("{lines}\n[fetch]"));
    office.write("duban.toml", &main);
}

#[tokio::test]
async fn nights_are_left_in_peace_but_for_a_window_that_closes_tonight() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/"), ("zcjd", "interpretation", "/zcjd/")]).await;
    quiet(&office, "quiet = \"20:00-06:00\"\nbusy = \"09:00-11:30\"");
    for path in ["/gzdt/", "/zcjd/"] {
        office.site.page(path, list(&[OLD]));
    }
    // 2026-03-15 is a Sunday, and the fourteen days after the meeting end with it.
    let looks = |now: &'static str| {
        let office = &office;
        async move { office.run(now, &["cycle"]).await.json()["looks"].as_u64().unwrap() }
    };
    assert_eq!(looks("2026-03-12 20:30").await, 0, "new columns wait for the morning");
    let held = office.run("2026-03-12 21:00", &["poll"]).await.json();
    assert_eq!((&held["looks"], &held["held"]), (&Value::from(0), &Value::from(2)));
    assert_eq!(looks("2026-03-13 06:00").await, 2);
    let busy = office.run("2026-03-13 11:00", &["poll"]).await.json();
    assert_eq!(busy["looks"], 0, "not due, and a busy hour of a Friday");

    let closing = office.run("2026-03-13 12:00", &["findings", "--verdict", "due-soon"]).await.json();
    let closing: Vec<&Value> = closing.as_array().unwrap().iter().filter(|f| f["to"] == "2026-03-15").collect();
    assert!(closing.iter().any(|f| f["channel"] == "jyj/gzdt"), "{closing:?}");
    let told = office.run("2026-03-15 12:00", &["cycle"]).await.json();
    assert_eq!(told["looks"], 2);
    let before = office.site.hits("/gzdt/");
    assert!(looks("2026-03-15 22:00").await >= 1);
    assert_eq!(office.site.hits("/gzdt/"), before + 1, "tonight its window closes: that look is owed");
    let held = office.run("2026-03-16 03:00", &["poll"]).await.json();
    assert_eq!(held["looks"], 0, "and the next night is quiet again: {held}");
    assert_eq!(office.run("2026-03-16 06:00", &["poll"]).await.json()["looks"], 2);
    // A person who asks is not told to wait.
    assert_eq!(office.run("2026-03-16 23:00", &["poll", "--channel", "jyj/gzdt"]).await.json()["looks"], 1);
}

#[tokio::test]
async fn hours_that_leave_no_day_are_refused() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    for (lines, word) in [
        ("quiet = \"06:00-23:00\"", "12 小时"),
        ("busy = \"九点到十点\"", "不是时段"),
        ("quiet = \"08:00-08:00\"", "相同"),
    ] {
        quiet(&office, lines);
        let said = office.run("2026-03-12 08:00", &["check"]).await;
        assert!(said.ended != duban::Ended::Done && said.out.contains(word), "{}", said.out);
    }
}

#[tokio::test]
async fn a_host_that_asks_for_rest_is_left_alone_as_a_whole_and_within_bounds() {
    let columns: Vec<String> = (0..40).map(|n| format!("c{n}")).collect();
    let paths: Vec<String> = columns.iter().map(|c| format!("/{c}/")).collect();
    let all: Vec<_> = columns.iter().zip(&paths).map(|(c, p)| (c.as_str(), "work-news", p.as_str())).collect();
    let office = Office::new(&all).await;
    // It wants to be left alone for a month.
    let busy = || Response::builder().status(429).header("retry-after", "2592000").body(Body::empty()).unwrap();
    office.site.any(busy);
    let asked = || paths.iter().map(|p| office.site.hits(p)).sum::<usize>();
    let round = office.run("2026-03-12 08:00", &["poll"]).await.json();
    let (looks, resting) = (round["looks"].as_u64().unwrap(), round["resting"].as_u64().unwrap());
    assert!((1..=8).contains(&looks) && looks + resting == 40, "{round}");
    assert_eq!(asked() as u64, looks);
    // Each command is a program of its own: that the host rests is known after a restart too.
    for now in ["2026-03-12 08:15", "2026-03-12 09:45"] {
        let round = office.run(now, &["poll"]).await.json();
        assert_eq!(round["looks"], 0, "{round}");
    }
    assert_eq!(asked() as u64, looks);
    // After two hours it is asked again, whatever it wanted, and all is well.
    for path in &paths {
        office.site.page(path, list(&[OLD]));
    }
    let round = office.run("2026-03-12 10:05", &["poll"]).await.json();
    assert_eq!((&round["good"], &round["resting"]), (&Value::from(40), &Value::from(0)));
}

#[tokio::test]
async fn after_a_week_without_power_one_look_a_channel_and_the_gap_stays_a_gap() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/"), ("zcjd", "work-news", "/zcjd/")]).await;
    let both = |rows: &[(&str, &str, &str)]| {
        for path in ["/gzdt/", "/zcjd/"] {
            office.site.page(path, list(rows));
        }
    };
    both(&[OLD]);
    let done = office.run("2026-03-08 08:00", &["serve", "--once"]).await.ok();
    assert!(done.contains("检查 2 个，有效 2"), "{done}");
    let before = (office.site.hits("/gzdt/"), office.site.hits("/zcjd/"));

    // Ten days later one list is whole; of the other only the newest page can be had.
    office.site.page("/gzdt/", list(&[("教师培训班开班", "./t2.html", "2026-03-17"), OLD]));
    let torn =
        list(&[("教师培训班开班", "./t2.html", "2026-03-17")]).replace("createPageHTML(1, 0,", "createPageHTML(9, 0,");
    office.site.page("/zcjd/", torn);
    let done = office.run("2026-03-18 08:00", &["serve", "--once"]).await.ok();
    assert!(done.contains("检查 2 个"), "{done}");
    assert_eq!((office.site.hits("/gzdt/"), office.site.hits("/zcjd/")), (before.0 + 1, before.1 + 1), "one look each");
    // Half a list is tried again soon; nothing is made up twice.
    assert_eq!(office.run("2026-03-18 08:15", &["poll"]).await.json()["looks"], 1);
    assert_eq!(office.site.hits("/gzdt/"), before.0 + 1);

    let found = office.run("2026-03-18 09:00", &["findings"]).await.json();
    let of = |channel: &str| {
        let all = found.as_array().unwrap();
        let one = all.iter().find(|f| f["channel"] == channel && f["from"] == "2026-03-02" && f["to"] == "2026-03-15");
        one.map(|f| f["verdict"].as_str().unwrap().to_owned())
    };
    assert_eq!(of("jyj/gzdt").as_deref(), Some("breached"), "a whole list proves the days without power: {found}");
    assert_eq!(of("jyj/zcjd").as_deref(), Some("unknown"), "half a list proves nothing: {found}");

    for now in ["2026-03-18 09:30", "2026-03-18 09:31"] {
        let shown = office.run(now, &["channels"]).await.json();
        for channel in shown.as_array().unwrap().iter().filter(|c| c["id"] == "jyj/gzdt") {
            assert_eq!(channel["longest_gap"], "2026-03-08 08:00 至 2026-03-18 08:00（10天）");
        }
    }
}
