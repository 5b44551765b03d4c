//! The database fails in the middle of a round, when some looks have been recorded and others are under way: what was
//! recorded stands, what was kept is read later, what could not be kept was not looked at; and the next round catches up.

use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use duban::app::App;
use duban::poll::{Round, poll};
use model::{ChannelId, Moment, Zone};
use store::{Disk, Store};

use crate::harness::{Gate, Office, list};

const MORNING: &str = "2026-03-20 08:00";
const EVENING: &str = "2026-03-20 20:00";

/// The program on that office's database with that patience, and another one on the same file.
pub(crate) async fn programs(office: &Office, now: &str, patience: Duration) -> (App, Store) {
    let app = office.app(now).await;
    let path = office.data().join("duban.db");
    let other = Store::open(&path, Zone::SHANGHAI).await.unwrap();
    (App { store: Store::open_with_patience(&path, Zone::SHANGHAI, patience).await.unwrap(), ..app }, other)
}

fn page(title: &str, day: &str) -> String {
    list(&[(title, "./t1.html", day)])
}

/// Two columns that were looked at in the morning. By the evening the first shows something new; the second is as it was,
/// and its answer waits at the gate.
async fn evening() -> (Office, Gate) {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/"), ("zcjd", "work-news", "/zcjd/")]).await;
    office.site.page("/gzdt/", page("全区教育工作会议召开", "2026-03-01"));
    office.site.page("/zcjd/", page("关于政策问答的通知", "2026-03-02"));
    office.run(MORNING, &["cycle"]).await.ok();
    let newer = [("教师培训班开班", "./t2.html", "2026-03-20"), ("全区教育工作会议召开", "./t1.html", "2026-03-01")];
    office.site.page("/gzdt/", list(&newer));
    let gate = office.site.hold("/zcjd/");
    (office, gate)
}

/// Waits until so many looks are in the database.
async fn recorded(store: &Store, looks: i64) {
    while store.counts().await.unwrap().looks < looks {
        tokio::task::yield_now().await;
    }
}

/// What is judged a fortnight later of an office, after a last look.
async fn judged(office: &Office) -> String {
    office.run("2026-04-06 08:00", &["cycle"]).await.ok();
    office.run("2026-04-06 08:00", &["findings"]).await.ok()
}

/// What is judged where nothing has gone wrong.
async fn undisturbed() -> String {
    let (office, gate) = evening().await;
    gate.open();
    office.run(EVENING, &["cycle"]).await.ok();
    judged(&office).await
}

fn channel(name: &str) -> ChannelId {
    format!("jyj/{name}").parse().unwrap()
}

/// Nothing by halves: what is kept without its look is told, and the file is sound.
async fn is_sound(store: &Store, unread: usize) {
    assert_eq!(store.unread_captures().await.unwrap().len(), unread);
    assert!(store.integrity_check().await.unwrap().is_empty());
}

async fn again(app: &App, minutes: i64) -> Round {
    app.clock.set(app.clock.now() + chrono::TimeDelta::minutes(minutes));
    poll(app, None, &|_| ()).await.unwrap()
}

#[tokio::test]
async fn another_program_takes_the_database_after_the_first_look() {
    let (office, gate) = evening().await;
    let (app, other) = programs(&office, EVENING, Duration::from_millis(20)).await;
    let meddling = async {
        gate.reached().await;
        recorded(&app.store, 3).await;
        let held = other.occupy().await.unwrap();
        gate.open();
        held
    };
    let (said, held) = tokio::join!(poll(&app, None, &|_| ()), meddling);
    let said = format!("{:#}", said.unwrap_err());
    for part in ["本轮已记下 1 次检查", "其余视同没有检查", "下一轮补查", "数据库正被其他程序占用"]
    {
        assert!(said.contains(part), "{part} in {said}");
    }
    assert_eq!(app.store.counts().await.unwrap().looks, 3, "the morning's, and the first of the evening");
    assert_eq!(app.store.recent_looks(&channel("zcjd"), 9).await.unwrap().len(), 1, "as if nobody had looked");
    is_sound(&app.store, 0).await;

    held.give_back().await.unwrap();
    let round = again(&app, 5).await;
    assert_eq!((round.looks, round.unchanged, round.recovered), (1, 1, 0), "only what was not looked at: {round:?}");
    app.store.close().await;
    assert_eq!(judged(&office).await, undisturbed().await);
}

#[tokio::test]
async fn a_daemon_tells_it_keeps_the_job_due_and_catches_up() {
    let (office, gate) = evening().await;
    office.run("2026-03-20 08:01", &["serve", "--once"]).await.ok();
    let (app, other) = programs(&office, EVENING, Duration::from_millis(20)).await;
    let before = app.store.counts().await.unwrap().looks;
    let meddling = async {
        gate.reached().await;
        recorded(&app.store, before + 1).await;
        let held = other.occupy().await.unwrap();
        gate.open();
        held
    };
    let (round, held) = tokio::join!(duban::daemon::run_due(&app), meddling);
    assert!(
        round.failed && round.told.iter().any(|t| t.contains("检查栏目：失败") && t.contains("视同没有检查")),
        "{round:?}"
    );
    held.give_back().await.unwrap();
    app.clock.set(app.clock.now() + chrono::TimeDelta::minutes(1));
    let round = duban::daemon::run_due(&app).await;
    assert!(round.told.iter().any(|t| t.contains("检查栏目：检查 1 个，有效 1")), "{round:?}");
    is_sound(&app.store, 0).await;
    app.store.close().await;
    assert_eq!(judged(&office).await, undisturbed().await);
}

#[tokio::test]
async fn a_program_that_lets_go_in_time_is_waited_for() {
    let (office, gate) = evening().await;
    let (app, other) = programs(&office, EVENING, Duration::from_secs(60)).await;
    let meddling = async {
        gate.reached().await;
        recorded(&app.store, 3).await;
        let held = other.occupy().await.unwrap();
        gate.open();
        for _ in 0..500 {
            tokio::task::yield_now().await;
        }
        held.give_back().await.unwrap();
    };
    let (round, ()) = tokio::join!(poll(&app, None, &|_| ()), meddling);
    let round = round.unwrap();
    assert_eq!((round.looks, round.good), (2, 2), "{round:?}");
    is_sound(&app.store, 0).await;
    app.store.close().await;
    assert_eq!(judged(&office).await, undisturbed().await);
}

/// A column whose new item is looked at on its own page as well: when that is asked for, the list is on disk, but not yet a
/// look.
async fn half_way() -> (Office, Gate) {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/"), ("zcjd", "work-news", "/zcjd/")]).await;
    office.site.page("/gzdt/", page("全区教育工作会议召开", "2026-03-01"));
    office.site.page("/zcjd/", page("关于政策问答的通知", "2026-03-02"));
    let gate = office.site.hold("/zcjd/t1.html");
    (office, gate)
}

async fn what_was_kept_is_read(office: &Office, app: &App, begun: Moment) {
    is_sound(&app.store, 1).await;
    let round = again(app, 5).await;
    assert_eq!(round.recovered, 1, "{round:?}");
    let looks = app.store.recent_looks(&channel("zcjd"), 9).await.unwrap();
    let first = looks.last().unwrap();
    assert_eq!(
        (first.look.at, first.look.outcome.is_good(), first.entries.len()),
        (begun, true, 1),
        "seen when it was seen"
    );
    is_sound(&app.store, 0).await;
    app.store.close().await;
    office.run("2026-03-21 08:00", &["judge"]).await.ok();
}

#[tokio::test]
async fn a_page_that_was_kept_when_the_database_was_taken_is_read_by_the_next_round() {
    let (office, gate) = half_way().await;
    let (app, other) = programs(&office, MORNING, Duration::from_millis(20)).await;
    let begun = app.clock.now();
    let meddling = async {
        gate.reached().await;
        recorded(&app.store, 1).await;
        let held = other.occupy().await.unwrap();
        gate.open();
        held
    };
    let (said, held) = tokio::join!(poll(&app, None, &|_| ()), meddling);
    assert!(format!("{:#}", said.unwrap_err()).contains("已保存的页面下一轮先补读"));
    held.give_back().await.unwrap();
    what_was_kept_is_read(&office, &app, begun).await;
}

/// The disk fails after the first look; the second has found a page that is new and large.
async fn disk(how: Disk, word: &str) {
    let (office, gate) = evening().await;
    let noise: String =
        (0..60_000_u32).map(|n| char::from_u32(0x4e00 + n.wrapping_mul(2_654_435_761) % 20_000).unwrap()).collect();
    office.site.set("/zcjd/", move || {
        let page = format!("{}<!-- {noise} -->", page("关于政策问答的通知", "2026-03-02"));
        Response::builder().header("content-type", "text/html; charset=utf-8").body(Body::from(page)).unwrap()
    });
    let app = office.app(EVENING).await;
    let failing = async {
        gate.reached().await;
        recorded(&app.store, 3).await;
        app.store.rehearse(how).await.unwrap();
        gate.open();
    };
    let (said, ()) = tokio::join!(poll(&app, None, &|_| ()), failing);
    let said = format!("{:#}", said.unwrap_err());
    assert!(said.contains(word) && said.contains("本轮已记下 1 次检查"), "{said}");
    assert_eq!(app.store.counts().await.unwrap().looks, 3);
    is_sound(&app.store, 0).await;
    app.store.rehearse(Disk::Well).await.unwrap();
    let round = again(&app, 5).await;
    assert_eq!((round.looks, round.good), (1, 1), "{round:?}");
    is_sound(&app.store, 0).await;
    app.store.close().await;
    assert_eq!(judged(&office).await, undisturbed().await);
}

#[tokio::test]
async fn the_disk_is_full_after_the_first_look() {
    disk(Disk::Full, "磁盘空间不足").await;
}

#[tokio::test]
async fn the_disk_becomes_read_only_after_the_first_look() {
    disk(Disk::ReadOnly, "只读").await;
}

#[tokio::test]
async fn a_page_that_was_kept_when_the_disk_became_read_only_is_read_by_the_next_round() {
    let (office, gate) = half_way().await;
    let app = office.app(MORNING).await;
    let begun = app.clock.now();
    let failing = async {
        gate.reached().await;
        recorded(&app.store, 1).await;
        app.store.rehearse(Disk::ReadOnly).await.unwrap();
        gate.open();
    };
    let (said, ()) = tokio::join!(poll(&app, None, &|_| ()), failing);
    assert!(format!("{:#}", said.unwrap_err()).contains("只读"));
    app.store.rehearse(Disk::Well).await.unwrap();
    what_was_kept_is_read(&office, &app, begun).await;
}
