//! Another program has the database in its hands for longer than anybody waits: a clear word, nothing by halves, and the
//! next pass goes on.

use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use chrono::TimeDelta;
use duban::app::App;
use duban::judge;
use store::{Recorded, Store};

use crate::harness::{Office, list};
use crate::midround::programs;

const SAID: &str = "数据库正被其他程序占用";

/// The program on that office's database, but impatient; and the other one.
async fn impatient(office: &Office, now: &str) -> (App, Store) {
    programs(office, now, Duration::from_millis(20)).await
}

fn page() -> String {
    list(&[("全区教育工作会议召开", "./t1.html", "2026-03-01")])
}

#[tokio::test]
async fn a_poll_that_cannot_write_says_so_and_the_next_one_goes_on() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/"), ("zcjd", "work-news", "/zcjd/")]).await;
    office.site.any(|| {
        Response::builder().header("content-type", "text/html; charset=utf-8").body(Body::from(page())).unwrap()
    });
    let (app, other) = impatient(&office, "2026-03-20 08:00").await;
    let held = other.occupy().await.unwrap();
    let said = duban::poll::poll(&app, None, &|_| ()).await.unwrap_err();
    assert!(format!("{said:#}").contains(SAID), "{said:#}");
    held.give_back().await.unwrap();
    duban::poll::poll(&app, None, &|_| ()).await.unwrap();
    let n = app.store.counts().await.unwrap();
    assert_eq!((n.looks, n.entries), (2, 2), "each look once");
}

#[tokio::test]
async fn a_close_that_cannot_write_does_nothing_and_is_made_up() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    office.site.page("/gzdt/", page());
    office.run("2026-03-20 08:00", &["cycle"]).await.ok();
    let (app, other) = impatient(&office, "2026-04-06 08:30").await;
    let held = other.occupy().await.unwrap();
    let said = duban::settle::close_what_is_over(&app).await.unwrap_err();
    assert!(format!("{said:#}").contains(SAID), "{said:#}");
    assert!(app.store.closed_months().await.unwrap().is_empty());
    held.give_back().await.unwrap();
    let closed = duban::settle::close_what_is_over(&app).await.unwrap();
    assert_eq!(closed.len(), 3, "January to March: {closed:?}");
    office.run("2026-04-06 08:31", &["ledger", "verify"]).await.ok();
}

#[tokio::test]
async fn a_daemon_that_cannot_write_lives_on_and_makes_it_up() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    office.site.page("/gzdt/", page());
    office.run("2026-03-19 08:00", &["serve", "--once"]).await.ok();
    let (app, other) = impatient(&office, "2026-04-06 09:00").await;
    let held = other.occupy().await.unwrap();
    let round = duban::daemon::run_due(&app).await;
    assert!(round.failed && round.told.iter().any(|t| t.contains(SAID)), "{round:?}");
    assert!(app.store.closed_months().await.unwrap().is_empty());
    held.give_back().await.unwrap();
    let round = duban::daemon::run_due(&app).await;
    assert!(!round.failed, "{round:?}");
    assert_eq!(app.store.closed_months().await.unwrap().len(), 3);
    assert_eq!(app.store.counts().await.unwrap().looks, 2);
}

#[tokio::test]
async fn what_a_judging_could_not_write_down_is_said_by_the_next_one() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/"), ("tzgg", "notices", "/tzgg/")]).await;
    office.site.page("/gzdt/", list(&[("全区教育工作会议召开", "./t2.html", "2026-02-18")]));
    office.site.page("/tzgg/", list(&[("关于开展安全生产检查的通知", "./t1.html", "2025-09-24")]));
    office.run("2026-02-19 08:00", &["poll"]).await.ok();
    let (app, other) = impatient(&office, "2026-02-19 09:00").await;
    let thursday = app.clock.now();
    let (_, last) = judge::keep_up(&app, thursday, None).await.unwrap();
    let friday = thursday + TimeDelta::days(1);
    let (said, last) = judge::keep_up(&app, friday, Some(&last)).await.unwrap();
    assert_eq!(said, Recorded::default());
    // From Saturday on the half-year is due soon, and with that said the column rests for some days, and the unit too.
    let saturday = friday + TimeDelta::days(1);
    let held = other.occupy().await.unwrap();
    let failed = judge::keep_up(&app, saturday, Some(&last)).await.unwrap_err();
    assert!(format!("{failed:#}").contains(SAID), "{failed:#}");
    held.give_back().await.unwrap();
    let (said, last) = judge::keep_up(&app, saturday, Some(&last)).await.unwrap();
    assert_eq!(said.new.len(), 1, "{said:?}");
    assert_eq!(app.resting.len(), 2);
    let (said, _) = judge::keep_up(&app, saturday, Some(&last)).await.unwrap();
    assert_eq!(said, Recorded::default());
}
