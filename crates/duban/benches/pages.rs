//! What the pages cost the server: the median of many answers of each main page over two years of a district of 100 units
//! with 900 columns (657,000 looks, 92,000 windows). `cargo bench -p duban --bench pages`; needs python3, whose sqlite3
//! module writes the two years. The bound is 50 ms a page. Beside the time that passes stands the time that the program
//! itself computed: on cores that are busy with other things the first says more of those. The circular is shown from what
//! was judged last, which the daemon does in the background when it starts: what it takes is told first, and what a reader
//! waits who comes at that very moment. The rows of the table are those of all later readers.
//! `DUBAN_BENCH_PAGE=/ledger` asks for the pages alone whose address holds that.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a benchmark measures, and stops where it cannot")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, header};
use duban::app::App;
use duban::clock::Clock;
use duban::config::Config;
use model::UnitId;
use store::{NewAccount, Role};
use tower::ServiceExt as _;

const PASSWORD: &str = "correct horse battery";
const BOUND: Duration = Duration::from_millis(50);

fn units() -> usize {
    std::env::var("DUBAN_BENCH_UNITS").ok().and_then(|n| n.parse().ok()).unwrap_or(100)
}

#[tokio::main]
async fn main() {
    // `cargo test` builds and starts benchmarks too; there is nothing to test here.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let app = open(dir.path()).await;
    let router = web::router(duban::house::office(&app, false));
    let finding = breached(&app, None).await;
    let own_finding = breached(&app, Some("u050".parse().unwrap())).await;
    let look = app.store.recent_looks(&"u050/gzdt".parse().unwrap(), 1).await.unwrap()[0].look.id;
    let district = [
        "/".to_owned(),
        "/password".to_owned(),
        "/district".to_owned(),
        "/district?kind=wechat".to_owned(),
        "/findings".to_owned(),
        "/findings?tab=all".to_owned(),
        "/findings?tab=all&page=200".to_owned(),
        "/findings?tab=posted&unit=u050".to_owned(),
        "/findings?tab=unknown&month=2025-06".to_owned(),
        format!("/findings/{finding}"),
        format!("/looks/{look}"),
        "/saved/1".to_owned(),
        "/appeals".to_owned(),
        "/suspicions".to_owned(),
        "/suspicions?state=dismissed".to_owned(),
        "/suspicions/1".to_owned(),
        "/channels".to_owned(),
        "/bridges".to_owned(),
        "/channels/u050/gzdt".to_owned(),
        "/channels/u050/gzdt/try".to_owned(),
        "/registers".to_owned(),
        "/registers?kind=articles".to_owned(),
        "/registers?kind=signoff".to_owned(),
        "/registers?kind=signoff&all=1".to_owned(),
        "/spared".to_owned(),
        "/ledger".to_owned(),
        "/ledger/2026-02".to_owned(),
        "/ledger/2026-03/preview".to_owned(),
        "/scores".to_owned(),
        "/scores?year=2025".to_owned(),
        "/scores/u050".to_owned(),
        "/scores/u050/card/page".to_owned(),
        "/circular".to_owned(),
        "/circular/2026-03/page".to_owned(),
        "/circular/2026-Q1/page".to_owned(),
        "/circular/2025/page".to_owned(),
        "/letters".to_owned(),
        "/letters?week=2026-W13&letter=weekly:2026-W13:office".to_owned(),
        "/letters?week=2026-W13&letter=weekly:2026-W13:u050".to_owned(),
        "/rulebook".to_owned(),
        "/accounts".to_owned(),
        "/audit".to_owned(),
        "/audit?account=admin&before=40000".to_owned(),
    ];
    let own = [
        "/unit".to_owned(),
        "/unit/calendar".to_owned(),
        "/findings".to_owned(),
        format!("/findings/{own_finding}"),
        "/channels/u050/gzdt".to_owned(),
        "/scores/u050".to_owned(),
        "/scores/u050/card/page".to_owned(),
    ];
    let only = std::env::var("DUBAN_BENCH_PAGE").ok();
    let (mut slow, mut failed) = (vec![], vec![]);
    for (name, paths) in [("admin", &district[..]), ("officer", &own[..])] {
        let cookie = login(&router, name).await;
        if name == "admin" {
            start(&app, &router, &cookie).await;
            println!("{:<44} {:>9} {:>9} {:>9} {:>9}", "page", "ms", "slowest", "cpu ms", "KiB");
        }
        for path in paths.iter().filter(|p| only.as_ref().is_none_or(|o| p.contains(o.as_str()))) {
            match measure(&router, &cookie, path).await {
                Ok(median) if median > BOUND => slow.push(format!("{name} {path}: {median:?}")),
                Ok(_) => {}
                Err(why) => failed.push(format!("{name} {path}: {why}")),
            }
        }
    }
    println!("{} slower than {BOUND:?}", slow.len());
    for line in slow {
        println!("  {line}");
    }
    // A page that is not shown has no time; the others are told all the same.
    assert!(failed.is_empty(), "not shown:\n{}", failed.join("\n"));
}

async fn open(dir: &Path) -> App {
    let config = dir.join("config");
    std::fs::create_dir_all(config.join("rulebook")).unwrap();
    std::fs::write(config.join("rulebook/zhongshan-2022.toml"), rules::ZHONGSHAN_2022).unwrap();
    std::fs::write(config.join("duban.toml"), DUBAN).unwrap();
    std::fs::write(config.join("units.toml"), units_toml()).unwrap();
    let data = dir.join("var");
    let app =
        App::open(Config::load(&config).unwrap(), &data, Clock::rehearsal("2026-04-01T02:00:00Z".parse().unwrap()))
            .await
            .unwrap();
    let now = app.clock.now();
    app.store.sync_registry(&app.config.units, &app.config.channels, now).await.unwrap();
    app.store.put_evidence(b"<html>").await.unwrap();
    let password = web::password::hash(PASSWORD).unwrap();
    for (name, role) in [("admin", Role::Admin), ("officer", Role::Officer("u050".parse().unwrap()))] {
        let new = NewAccount { name, person: "某人", role: &role, password: &password };
        app.store.add_account(&new, now).await.unwrap();
        app.store.set_password(name, &password, false).await.unwrap();
    }
    let began = Instant::now();
    let file = std::fs::read_dir(&data)
        .unwrap()
        .map(|f| f.unwrap().path())
        .find(|p| p.extension().is_some_and(|e| e == "db"))
        .unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/pages.sql");
    let run = "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.executescript(open(sys.argv[2],encoding='utf-8').read()); d.commit()";
    let done = Command::new("python3").args(["-c", run]).arg(&file).arg(&script).status().unwrap();
    assert!(done.success(), "the two years were not written");
    println!("{} units, two years written in {:?}", units(), began.elapsed());
    app
}

const DUBAN: &str = r#"
[district]
name = "钟山区"
rulebook = "rulebook/zhongshan-2022.toml"
monitoring_since = 2024-04-01
[schedule]
poll = "0 */15 * * * *"
judge = "0 30 6 * * *"
weekly = "0 0 9 * * Mon"
close = "0 0 8 5 * *"
[fetch]
user_agent = "duban (office@example.gov.cn)"
[mail]
from = "政务公开监测 <duban@example.gov.cn>"
district = ["office@example.gov.cn"]
"#;

fn units_toml() -> String {
    let mut text = String::new();
    for u in 0..units() {
        writeln!(text, "[[unit]]\nid = \"u{u:03}\"\nname = \"单位{u:03}\"\nkind = \"department\"").unwrap();
        writeln!(text, "contacts = [\"u{u}@example.gov.cn\"]").unwrap();
        let mut channel = |id: &str, kind: &str| {
            writeln!(text, "[[unit.channel]]\nid = \"{id}\"\nkind = \"{kind}\"\nname = \"{id}\"").unwrap();
            writeln!(text, "url = \"https://www.example.gov.cn/u{u:03}/{id}/\"").unwrap();
        };
        channel("gzdt", "work-news");
        channel("wx", "wechat");
        for n in 0..7 {
            channel(&format!("lm{n}"), "notices");
        }
    }
    text
}

async fn breached(app: &App, unit: Option<UnitId>) -> i64 {
    let verdict = Some(model::Verdict::Breached);
    let filter = store::FindingFilter { verdict, unit, ..store::FindingFilter::default() };
    app.store.finding_list(&filter, 0, 1).await.unwrap()[0].id
}

async fn ask(router: &axum::Router, request: Request<Body>) -> (axum::http::response::Parts, Bytes) {
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    (parts, to_bytes(body, 64 << 20).await.unwrap())
}

async fn login(router: &axum::Router, name: &str) -> String {
    let request = Request::post("/login")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("name={name}&password={}", PASSWORD.replace(' ', "+"))))
        .unwrap();
    let (parts, _) = ask(router, request).await;
    parts.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

/// How often a page is asked for: one that takes seconds is not asked for fifteen times.
fn times(first: Duration) -> usize {
    if first > Duration::from_secs(1) { 3 } else { 15 }
}

/// What the threads of this process have computed so far.
fn computed() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let of = |task: std::fs::DirEntry| {
        let stat = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        stat.split(' ').next()?.parse::<u64>().ok()
    };
    Duration::from_nanos(tasks.filter_map(|t| of(t.ok()?)).sum())
}

/// What happens after a start of the daemon: it judges the district, and a reader of the circular who comes then waits for
/// that.
async fn start(app: &App, router: &axum::Router, cookie: &str) {
    let request = |path: &str| Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let (began, before) = (Instant::now(), computed());
    let prepared = async {
        assert!(duban::circular::prepare(app).await.unwrap(), "there are looks");
        began.elapsed()
    };
    let reader = async {
        let (parts, _) = ask(router, request("/circular/2026-03/page")).await;
        assert!(parts.status.is_success());
        began.elapsed()
    };
    let (judged, waited) = tokio::join!(prepared, reader);
    let cpu = computed().saturating_sub(before);
    println!(
        "after a start: judged in {judged:.1?} ({cpu:.1?} computed); who asks for the circular then waits {waited:.1?}"
    );
    let began = Instant::now();
    let (parts, _) = ask(router, request("/circular/2026-Q1/page")).await;
    assert!(parts.status.is_success());
    println!("once it is judged, the first to ask for a circular (a quarter's): {:.1?}", began.elapsed());
}

async fn measure(router: &axum::Router, cookie: &str, path: &str) -> Result<Duration, String> {
    let (mut took, mut cpu): (Vec<Duration>, Vec<Duration>) = (vec![], vec![]);
    let mut size = 0;
    while took.len() < took.first().map_or(1, |first| times(*first)) {
        let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        let (began, before) = (Instant::now(), computed());
        let (parts, page) = ask(router, request).await;
        took.push(began.elapsed());
        cpu.push(computed().saturating_sub(before));
        if parts.status.is_client_error() || parts.status.is_server_error() {
            return Err(format!("{} {}", parts.status, String::from_utf8_lossy(&page)));
        }
        size = page.len();
    }
    took.sort();
    cpu.sort();
    let ms = |d: Duration| d.as_secs_f64() * 1000.0;
    let median = took[took.len() / 2];
    println!(
        "{path:<44} {:>9.1} {:>9.1} {:>9.1} {:>9}",
        ms(median),
        ms(took[took.len() - 1]),
        ms(cpu[cpu.len() / 2]),
        size / 1024
    );
    Ok(median)
}
