//! What one round costs: CPU seconds per 1,000 pages and peak memory, cold, warm and with 5 % changed.
//!
//! `cargo bench -p duban --bench round` runs it over a generated site of 90 units × 30 lists, 90 homes and 60 feeds, which
//! is served by a process of its own so that only the program's own work is counted. The floors are measured in the same
//! run: the bare conditional loop of the HTTP client, one batched write of as many looks, and reading alone. Figures are
//! the process's own CPU time (`/proc/self/stat`, user + system) and its high-water mark (`/proc/self/status`).
//!
//! A first round opens two items of each column to hold their dates against the list, as the program is delivered: three
//! answers to fetch and keep for each column, where the programs that it is compared with fetch one. So there are two cold
//! rounds, each into a database of its own: with one answer a column, and with three.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a benchmark measures, and stops where it cannot")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use duban::app::App;
use duban::clock::Clock;
use duban::config::{Config, Fetch};
use duban::{judge, poll};
use fetch::Target;
use futures::StreamExt as _;
use model::{Moment, Outcome};
use sites::{Input, ReadAs};
use store::NewLook;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _};

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
    let checking = config.clone();
    let app = opened(config, &dir.path().join("var"), start, 0).await;
    measure("cold round, evidence stored", pages, poll::poll(&app, None, &|_| ())).await.unwrap();
    later(&app, 6);
    let warm = measure("warm round, all 304", pages, poll::poll(&app, None, &|_| ())).await.unwrap();
    assert_eq!(warm.unchanged, pages, "a page that did not change was fetched anew");
    site.mutate(5.0);
    later(&app, 6);
    let changed = measure("round with 5 % changed", pages, poll::poll(&app, None, &|_| ())).await.unwrap();
    println!("{:<44} {:>10}", "  of which unchanged", changed.unchanged);
    later(&app, 18);
    let turn =
        measure("next day, a seventh asked for the page itself", pages, poll::poll(&app, None, &|_| ())).await.unwrap();
    assert_eq!(turn.unchanged, pages, "nothing has changed since");
    measure("judging all channels", pages, judge::judge(&app, app.clock.now())).await.unwrap();

    let targets = targets(&app).await;
    println!(
        "{:<44} {:>10.0} bytes up a request",
        "  each of a round of nothing but 304",
        bytes_up(&app, &targets).await
    );
    measure("floor: conditional loop of reqwest alone", targets.len(), conditional_loop(&targets)).await;
    let looks = unchanged_looks(&app);
    measure("floor: one batched write of looks", looks.len(), write(&app, &looks)).await;
    floor_of_reading(&app);
    app.store.close().await;
    let app = opened(checking, &dir.path().join("checking"), start, 2).await;
    measure("cold round, two items a column opened too", pages, poll::poll(&app, None, &|_| ())).await.unwrap();
    site.stop();
}

async fn opened(config: Config, data: &Path, now: Moment, spot_checks: u32) -> App {
    let fetch = Fetch { spot_checks_per_day: spot_checks, ..config.fetch };
    App::open(Config { fetch, ..config }, data, Clock::rehearsal(now)).await.unwrap()
}

/// What one more round of nothing but 304 writes down.
fn unchanged_looks(app: &App) -> Vec<NewLook> {
    let at = app.clock.now() + chrono::TimeDelta::hours(1);
    let of = |c: &model::Channel| NewLook::new(c.id.clone(), at, Outcome::Unchanged, &c.url);
    app.config.channels.iter().map(of).collect()
}

async fn write(app: &App, looks: &[NewLook]) {
    for some in looks.chunks(256) {
        app.store.record_looks(some).await.unwrap();
    }
}

/// How many bytes the head of a conditional request has: some of them are sent to a listener that counts.
async fn bytes_up(app: &App, targets: &[(String, Option<String>, Option<String>)]) -> f64 {
    const SOME: usize = 100;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let counted = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&counted);
    let server = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(count_heads(stream, Arc::clone(&counting)));
        }
    });
    let some = &targets[..SOME.min(targets.len())];
    for (url, etag, last_modified) in some {
        let mut url = reqwest::Url::parse(url).unwrap();
        url.set_port(Some(at.port())).unwrap();
        let target = Target { etag: etag.clone(), last_modified: last_modified.clone(), ..Target::new(url) };
        assert_eq!(app.fetcher.get(&target).await.came, fetch::Came::NotModified);
    }
    server.abort();
    counted.load(Ordering::SeqCst) as f64 / some.len() as f64
}

/// Answers 304 to whatever is asked, but for robots.txt, and counts the bytes of each head.
async fn count_heads(stream: tokio::net::TcpStream, counted: Arc<AtomicUsize>) {
    let mut stream = tokio::io::BufStream::new(stream);
    let (mut head, mut line) = (String::new(), String::new());
    while stream.read_line(&mut line).await.is_ok_and(|n| n > 0) {
        head.push_str(&line);
        if line == "\r\n" {
            let is_page = !head.starts_with("GET /robots.txt");
            counted.fetch_add(if is_page { head.len() } else { 0 }, Ordering::SeqCst);
            let answer: &[u8] = if is_page {
                b"HTTP/1.1 304 Not Modified\r\n\r\n"
            } else {
                b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"
            };
            stream.write_all(answer).await.unwrap();
            stream.flush().await.unwrap();
            head.clear();
        }
        line.clear();
    }
}

/// So many hours later. It begins in the morning: within a day nobody asks for the page itself again.
fn later(app: &App, hours: i64) {
    app.clock.set(app.clock.now() + chrono::TimeDelta::hours(hours));
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
