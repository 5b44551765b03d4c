//! What one round costs: CPU seconds per 1,000 pages and peak memory, cold, warm and with 5 % changed.
//!
//! `cargo bench -p duban --bench round` runs it over a generated site of 90 units × 30 lists, 90 homes and 60 feeds, which
//! is served by a process of its own so that only the program's own work is counted. The floors are measured in the same
//! run: the bare conditional loop of the HTTP client, and reading alone. Figures are the process's own CPU time
//! (`/proc/self/stat`, user + system) and its high-water mark (`/proc/self/status`).

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a benchmark measures, and stops where it cannot")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

use duban::app::App;
use duban::clock::Clock;
use duban::config::Config;
use duban::{judge, poll};
use futures::StreamExt as _;
use model::Moment;
use sites::{Input, ReadAs};

const SEED: u64 = 7;

fn units() -> usize {
    std::env::var("DUBAN_BENCH_UNITS").ok().and_then(|n| n.parse().ok()).unwrap_or(90)
}

#[tokio::main]
async fn main() {
    if std::env::args().any(|a| a == "site") {
        return site().await;
    }
    // `cargo test` builds and starts benchmarks too; there is nothing to test here.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let mut site = Site::start(dir.path());
    let config = Config::load(&dir.path().join("config")).unwrap();
    let pages = config.channels.len();
    println!("{} units, {pages} channels", config.units.len());
    println!("{:<44} {:>10} {:>14} {:>10}", "", "CPU s", "CPU s/1,000", "peak MB");

    let start: Moment = "2026-11-21T00:00:00Z".parse().unwrap();
    let app = App::open(config, &dir.path().join("var"), Clock::rehearsal(start)).await.unwrap();
    measure("cold round, evidence stored", pages, poll::poll(&app, None, &|_| ())).await.unwrap();
    next_day(&app);
    let warm = measure("warm round, all 304", pages, poll::poll(&app, None, &|_| ())).await.unwrap();
    assert_eq!(warm.unchanged, pages, "a page that did not change was fetched anew");
    site.mutate(5.0);
    next_day(&app);
    let changed = measure("round with 5 % changed", pages, poll::poll(&app, None, &|_| ())).await.unwrap();
    println!("{:<44} {:>10}", "  of which unchanged", changed.unchanged);
    measure("judging all channels", pages, judge::judge(&app, app.clock.now())).await.unwrap();

    let targets = targets(&app).await;
    measure("floor: conditional loop of reqwest alone", targets.len(), conditional_loop(&targets)).await;
    floor_of_reading(&app);
    site.stop();
}

fn next_day(app: &App) {
    app.clock.set(app.clock.now() + chrono::TimeDelta::days(1));
}

async fn measure<T>(what: &str, pages: usize, work: impl Future<Output = T>) -> T {
    let before = cpu_seconds();
    let done = work.await;
    let used = cpu_seconds() - before;
    println!("{what:<44} {used:>10.2} {:>14.4} {:>10.1}", used * 1000.0 / pages as f64, peak_mb());
    done
}

fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

async fn targets(app: &App) -> Vec<(String, Option<String>, Option<String>)> {
    let last = app.store.last_reads().await.unwrap();
    let of = |c: &model::Channel| last.get(&c.id).map(|l| (c.url.clone(), l.etag.clone(), l.last_modified.clone()));
    app.config.channels.iter().filter_map(of).collect()
}

async fn conditional_loop(targets: &[(String, Option<String>, Option<String>)]) {
    fetch::install_tls();
    let client = reqwest::Client::builder().build().unwrap();
    let gets = targets.iter().map(|(url, etag, modified)| {
        let mut get = client.get(url);
        if let Some(etag) = etag {
            get = get.header("if-none-match", etag);
        }
        if let Some(modified) = modified {
            get = get.header("if-modified-since", modified);
        }
        async { get.send().await.unwrap().status().as_u16() }
    });
    let answers: Vec<u16> = futures::stream::iter(gets).buffer_unordered(32).collect().await;
    assert!(answers.iter().all(|s| *s == 304));
}

fn floor_of_reading(app: &App) {
    let site = demo::bench_site(3, 30, 0, SEED);
    let bodies: Vec<Vec<u8>> = site.list_paths().iter().filter_map(|p| site.body(p).map(|(_, b)| b)).collect();
    let mb: f64 = bodies.iter().map(Vec::len).sum::<usize>() as f64 / 1e6;
    let before = cpu_seconds();
    let mut rows = 0;
    const TIMES: usize = 10;
    for body in bodies.iter().cycle().take(bodies.len() * TIMES) {
        let reading = sites::read(&Input {
            bytes: body,
            url: "http://127.0.0.1/u000/c00/",
            content_type: None,
            read_as: ReadAs::List,
            source: &model::Source::Auto,
            today: app.zone().day(app.clock.now()),
        });
        rows += reading.entries.len();
    }
    let used = cpu_seconds() - before;
    let pages = bodies.len() * TIMES;
    println!("{:<44} {used:>10.2} {:>14.4}", "floor: reading list pages alone", used * 1000.0 / pages as f64);
    println!("  {:.0} MB/s, {} rows a page", mb * TIMES as f64 / used, rows / pages);
}

/// The generated site in a process of its own.
struct Site {
    child: Child,
    say: ChildStdin,
    hear: BufReader<ChildStdout>,
}

impl Site {
    fn start(dir: &Path) -> Site {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["site", dir.to_str().unwrap()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (say, hear) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut site = Site { child, say, hear };
        site.answer();
        site
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.hear.read_line(&mut line).unwrap();
        line
    }

    fn mutate(&mut self, percent: f64) {
        writeln!(self.say, "{percent}").unwrap();
        self.answer();
    }

    fn stop(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Serves the site, writes the configuration that watches it, and changes it when told to.
async fn site() {
    let dir = std::env::args().skip_while(|a| a != "site").nth(1).unwrap();
    let site = Arc::new(demo::bench_site(units(), 30, 60, SEED));
    let server = Arc::clone(&site).serve(([127, 0, 0, 1], 0).into()).await.unwrap();
    let config = Path::new(&dir).join("config");
    std::fs::create_dir_all(config.join("rulebook")).unwrap();
    std::fs::write(config.join("rulebook/zhongshan-2022.toml"), rules::ZHONGSHAN_2022).unwrap();
    std::fs::write(config.join("duban.toml"), site.duban_toml(server.addr(), site.today())).unwrap();
    std::fs::write(config.join("units.toml"), site.units_toml(server.addr())).unwrap();
    println!("ready");
    for line in std::io::stdin().lines() {
        site.mutate(line.unwrap().parse().unwrap());
        println!("changed");
    }
}
