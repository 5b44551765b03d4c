//! What is kept and for how long: pages that nothing rests on go after their time, what a finding rests on never does, and
//! everything can be handed over.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Response;
use duban::Ended;

use crate::harness::{Office, Site, list, run};

const DAILY: &str = "2026-01-10 08:00";

/// Two columns: one is alive for years, one falls silent. Each look finds other bytes.
async fn years() -> Office {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/"), ("tzgg", "notices", "/tzgg/")]).await;
    office.site.page("/tzgg/", list(&[("老通知", "./t1.html", "2026-01-02")]));
    for (n, day) in ["2026-01-10", "2026-01-20", "2026-02-01", "2026-02-20", "2026-05-01"].into_iter().enumerate() {
        office.site.page("/gzdt/", list(&[(&format!("会议{n}"), &format!("./g{n}.html"), day)]));
        let old = format!("{}<!-- {n} -->", list(&[("老通知", "./t1.html", "2026-01-02")]));
        office.site.page("/tzgg/", old);
        office.run(&format!("{day} 08:00"), &["cycle"]).await.ok();
    }
    office
}

#[tokio::test]
async fn open_months_keep_everything_and_a_short_time_is_refused() {
    let office = years().await;
    assert_eq!(office.run("2027-01-05 08:00", &["prune"]).await.json()["bodies"], 0);
    let done = office.run("2029-06-10 08:00", &["prune"]).await.json();
    assert_eq!(done["bodies"], 0, "no month is closed: {done}");
    office.write("duban.toml", &(office.main_toml("\"127.0.0.1/32\"") + "[keeping]\nevidence_days = 30\n"));
    assert_eq!(office.run("2029-06-10 08:00", &["check"]).await.ended, Ended::WrongUsage);
}

#[tokio::test]
async fn the_daemon_clears_once_a_week() {
    let office = years().await;
    let first = office.run("2026-05-02 12:00", &["serve", "--once"]).await.ok();
    assert!(!first.contains("清理存证"), "{first}");
    // The third of May is a Sunday.
    let second = office.run("2026-05-03 12:00", &["serve", "--once"]).await.ok();
    assert!(second.contains("清理存证：已清理"), "{second}");
    let third = office.run("2026-05-04 12:00", &["serve", "--once"]).await.ok();
    assert!(!third.contains("清理存证"), "{third}");
}

async fn a_breach(site: &Site, office: &Office) -> String {
    let page = list(&[("会议", "./t1.html", "2026-03-01")]);
    site.page("/gzdt/", page.clone());
    office.run("2026-03-02 08:00", &["cycle"]).await.ok();
    // The same bytes again, and by another way.
    office.run("2026-03-10 08:00", &["cycle"]).await.ok();
    let next = list(&[("会议", "./t1.html", "2026-03-01"), ("培训", "./t2.html", "2026-04-03")]);
    site.page("/new/", next);
    site.set("/gzdt/", || Response::builder().status(302).header("location", "/new/").body(Body::empty()).unwrap());
    office.run("2026-04-04 08:00", &["cycle"]).await.ok();
    let found = office.run("2026-04-05 08:00", &["findings", "--verdict", "breached"]).await.json();
    found[0]["id"].to_string()
}

#[tokio::test]
async fn a_case_in_one_file_is_the_same_bytes_each_time_and_proves_itself() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    let id = a_breach(&office.site, &office).await;
    let files = ["one.zip", "two.zip"].map(|name| office.dir.path().join(name));
    for file in &files {
        let line = ["evidence", "export", &id, "--zip", "--out", file.to_str().unwrap()];
        office.run("2026-04-05 08:00", &line).await.ok();
        assert_eq!(office.run("2026-04-05 08:00", &line).await.ended, Ended::Failed, "never over a file");
    }
    let whole = std::fs::read(&files[0]).unwrap();
    assert_eq!(whole, std::fs::read(&files[1]).unwrap());
    let path = files[0].to_str().unwrap();
    assert_eq!(run(&["duban", "verify", path]).await.ended, Ended::Done);
    for place in [40, whole.len() / 3, whole.len() / 2, whole.len() - 30] {
        let mut broken = whole.clone();
        broken[place] ^= 1;
        std::fs::write(&files[0], broken).unwrap();
        assert_eq!(run(&["duban", "verify", path]).await.ended, Ended::Failed, "byte {place}");
    }
    // A bundle of somebody else, with a name that leads out of it.
    let sly = BTreeMap::from([("../escaped.txt".to_owned(), b"x".to_vec())]);
    std::fs::write(&files[0], case::bundle::write(&sly)).unwrap();
    assert_eq!(run(&["duban", "verify", path]).await.ended, Ended::Failed);
    assert!(!office.dir.path().join("../escaped.txt").exists());
}

#[tokio::test]
async fn half_a_page_that_was_kept_before_a_crash_is_not_read_as_a_whole_one() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    let url = office.site.url("/gzdt/");
    let app = office.app(DAILY).await;
    let now = app.clock.now();
    app.store.sync_registry(&app.config.units, &app.config.channels, now).await.unwrap();
    let body = list(&[("会议", "./t1.html", "2026-01-01")]);
    let half = store::NewCapture {
        channel: &app.config.channels[0].id,
        look_at: now,
        page: 0,
        fetched_at: now,
        url: &url,
        final_url: &url,
        status: 200,
        headers: &[("content-type".to_owned(), "text/html; charset=utf-8".to_owned())],
        body: body.as_bytes(),
        asked: &[],
        hops: &[],
        certificate: None,
        whole: false,
    };
    app.store.capture(half).await.unwrap();
    app.store.close().await;
    office.site.status("/gzdt/", 503);
    assert_eq!(office.run("2026-01-11 08:00", &["poll"]).await.json()["recovered"], 1);
    let app = office.app("2026-01-11 09:00").await;
    let looks = app.store.recent_looks(&app.config.channels[0].id, 9).await.unwrap();
    assert_eq!(looks.len(), 2);
    assert!(looks.iter().all(|l| !l.look.outcome.is_good()), "{looks:?}");
}
