//! What judging costs after two years: 90 units × 30 columns with a look a day (2 million looks) and 1.6 million items.
//! Then day after day for twelve days more, with a look and what was published in each column, as the daemon judges: on the
//! first day of a week the windows of the last months, else what can have changed.
//! `cargo bench -p duban --bench judging`; needs python3, whose sqlite3 module writes what was seen. `DUBAN_BENCH_UNITS` and
//! `DUBAN_BENCH_LOOKS` (looks a day) name another size.
//!
//! Figures are the process's own CPU time (`/proc/self/stat`, user + system) and the peak of its memory while it judged.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a benchmark measures, and stops where it cannot")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use duban::app::App;
use duban::clock::Clock;
use duban::config::Config;
use duban::judge;

/// The last day of two years and a day, counted from the first.
const DAYS: u32 = 730;

fn units() -> usize {
    set("DUBAN_BENCH_UNITS", 90)
}

fn set(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

#[tokio::main]
async fn main() {
    // `cargo test` builds and starts benchmarks too; there is nothing to test here.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let app = open(dir.path()).await;
    println!("{:<44} {:>8} {:>8} {:>10} {:>10} {:>8}", "", "CPU s", "wall s", "before MB", "peak MB", "findings");
    let now = app.clock.now();
    let mut last = None;
    for what in ["all, recorded for the first time", "the younger windows", "the same again"] {
        let (recorded, standing) = measure(what, judge::keep_up(&app, now, last.as_deref()), |r| r.0.new.len()).await;
        assert!(last.is_none() || recorded.new.is_empty(), "the younger part holds something that the whole did not");
        last = Some(standing);
    }
    measure("all, nothing new", judge::judge(&app, now), |r| r.new.len()).await;
    for n in DAYS + 1..DAYS + 13 {
        write_days(&app, n, n);
        let now = app.clock.now() + chrono::TimeDelta::days(1);
        app.clock.set(now);
        let what = format!("a day later, {}", chrono::Datelike::weekday(&app.zone().day(now)));
        last = Some(measure(&what, judge::keep_up(&app, now, last.as_deref()), |r| r.0.new.len()).await.1);
    }
}

async fn measure<T>(what: &str, work: impl Future<Output = anyhow::Result<T>>, found: impl Fn(&T) -> usize) -> T {
    // What was the most so far is forgotten.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let (before, cpu, began) = (memory_mb("VmRSS"), cpu_seconds(), Instant::now());
    let done = work.await.unwrap();
    let (cpu, wall) = (cpu_seconds() - cpu, began.elapsed().as_secs_f64());
    println!("{what:<44} {cpu:>8.2} {wall:>8.2} {before:>10.1} {:>10.1} {:>8}", memory_mb("VmHWM"), found(&done));
    done
}

fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

fn memory_mb(what: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with(what)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

async fn open(dir: &Path) -> App {
    let config = dir.join("config");
    std::fs::create_dir_all(config.join("rulebook")).unwrap();
    std::fs::write(config.join("rulebook/zhongshan-2022.toml"), rules::ZHONGSHAN_2022).unwrap();
    std::fs::write(config.join("duban.toml"), DUBAN).unwrap();
    std::fs::write(config.join("units.toml"), units_toml()).unwrap();
    let data = dir.join("var");
    let clock = Clock::rehearsal("2026-04-01T02:00:00Z".parse().unwrap());
    let app = App::open(Config::load(&config).unwrap(), &data, clock).await.unwrap();
    app.store.sync_registry(&app.config.units, &app.config.channels, app.clock.now()).await.unwrap();
    app.store.put_evidence(b"<html>").await.unwrap();
    write_days(&app, 0, DAYS);
    let mb = std::fs::metadata(app.store.path()).unwrap().len() / (1 << 20);
    println!("{} units, {} columns, {mb} MB", units(), app.config.channels.len());
    app
}

/// Writes what was seen on some days, the first and the last by number.
fn write_days(app: &App, first: u32, last: u32) {
    let looks = set("DUBAN_BENCH_LOOKS", 1);
    let script = [("{first}", first as usize), ("{last}", last as usize), ("{looks}", looks)]
        .iter()
        .fold(include_str!("judging.sql").to_owned(), |script, (name, n)| script.replace(name, &n.to_string()));
    let run = "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.executescript('PRAGMA cache_size=-400000; BEGIN;'+sys.argv[2]); d.commit()";
    let done = Command::new("python3").args(["-c", run]).arg(app.store.path()).arg(&script).status().unwrap();
    assert!(done.success(), "the days were not written");
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

/// Ten columns of each of the kinds that the table asks for in two weeks, in 180 days and in a quarter.
fn units_toml() -> String {
    let mut text = String::new();
    for u in 0..units() {
        writeln!(text, "[[unit]]\nid = \"u{u:03}\"\nname = \"单位{u:03}\"\nkind = \"department\"").unwrap();
        writeln!(text, "contacts = [\"u{u}@example.gov.cn\"]").unwrap();
        for n in 0..30 {
            let kind = ["work-news", "notices", "key-area"][n % 3];
            writeln!(text, "[[unit.channel]]\nid = \"lm{n:02}\"\nkind = \"{kind}\"\nname = \"栏目{n:02}\"").unwrap();
            writeln!(text, "url = \"https://www.example.gov.cn/u{u:03}/lm{n:02}/\"").unwrap();
        }
    }
    text
}
