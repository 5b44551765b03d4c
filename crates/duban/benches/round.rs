//! What one round costs: CPU seconds per 1,000 pages and peak memory, cold, warm and with 5 % changed.
//!
//! `cargo bench -p duban --bench round` runs it over a generated site of 90 units × 30 lists, 90 homes and 60 feeds, which
//! is served by a process of its own so that only the program's own work is counted. The floors are measured in the same
//! run, in turns with the rounds of nothing but 304: the bare conditional loop of the HTTP client and one batched write of as
//! many looks; and reading alone. Figures are the process's own CPU time (`/proc/self/stat`, user + system), medians with
//! the lowest and the highest, and its high-water mark (`/proc/self/status`).
//!
//! A first round opens two items of each column to hold their dates against the list, as the program is delivered: three
//! answers to fetch and keep for each column, where the programs that it is compared with fetch one. So there are cold
//! rounds of both kinds, each into a database of its own: with one answer a column, and with three.

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

/// Cold rounds, each into a new database.
const COLD: usize = 3;
/// Rounds of nothing but 304, each beside its floors.
const WARM: usize = 7;
/// Rounds with 5 % changed.
const CHANGED: usize = 3;

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
    let mut config = Config::load(&dir.path().join("config")).unwrap();
    // All rounds within a day, so that nobody asks for the page itself again.
    config.fetch.revisit_minutes = 60;
    let pages = config.channels.len();
    println!("{} units, {pages} channels", config.units.len());
    println!("{:<44} {:>18} {:>10} {:>10}", "", "CPU s (from–to)", "s/1,000", "peak MB");

    let start: Moment = "2026-11-21T00:00:00Z".parse().unwrap();
    let app = opened(config.clone(), &dir.path().join("var"), start, 0).await;
    let mut cold = Figures::default();
    cold.measure(poll::poll(&app, None, &|_| ())).await.unwrap();
    println!("{:<44} {:>40.1}", "a first cold round", peak_mb());

    let targets = targets(&app).await;
    let (mut warm, mut asking, mut writing, mut ratios) = <(Figures, Figures, Figures, Figures)>::default();
    for _ in 0..WARM {
        later(&app, 60);
        let round = warm.measure(poll::poll(&app, None, &|_| ())).await.unwrap();
        assert_eq!(round.unchanged, pages, "a page that did not change was fetched anew");
        asking.measure(conditional_loop(&targets)).await;
        let looks = unchanged_looks(&app);
        writing.measure(write(&app, &looks)).await;
        ratios.0.push(warm.last() / (asking.last() + writing.last()));
    }
    warm.tell("warm round, all 304", pages);
    asking.tell("floor: conditional loop of reqwest alone", pages);
    writing.tell("floor: one batched write of looks", pages);
    println!("{:<44} {:>18}", "  warm / (loop + write), turn by turn", ratios.shown());

    let (mut changed, mut unchanged) = (Figures::default(), 0);
    for _ in 0..CHANGED {
        site.mutate(5.0);
        later(&app, 60);
        unchanged = changed.measure(poll::poll(&app, None, &|_| ())).await.unwrap().unchanged;
    }
    changed.tell("round with 5 % changed", pages);
    println!("{:<44} {unchanged:>18}", "  of which unchanged");
    let (mut turn, mut judging, mut checking) = <(Figures, Figures, Figures)>::default();
    later(&app, 18 * 60);
    let round = turn.measure(poll::poll(&app, None, &|_| ())).await.unwrap();
    assert_eq!(round.unchanged, pages, "nothing has changed since");
    turn.tell("next day, a seventh asked for the page itself", pages);
    judging.measure(judge::judge(&app, app.clock.now())).await.unwrap();
    judging.tell("judging all channels", pages);
    let up = bytes_up(&app, &targets).await;
    println!("{:<44} {up:>18.0} bytes up a request", "  each of a round of nothing but 304");
    floor_of_reading(&app);
    app.store.close().await;

    for n in 1..COLD {
        let app = opened(config.clone(), &dir.path().join(format!("var-{n}")), start, 0).await;
        cold.measure(poll::poll(&app, None, &|_| ())).await.unwrap();
        app.store.close().await;
    }
    cold.tell("cold round, evidence stored", pages);
    let share = changed.median() / (warm.median() + 0.05 * cold.median());
    println!("{:<44} {share:>18.2}", "  5 % changed / (warm + 5 % of cold)");
    let app = opened(config, &dir.path().join("checking"), start, 2).await;
    checking.measure(poll::poll(&app, None, &|_| ())).await.unwrap();
    checking.tell("cold round, two items a column opened too", pages);
    site.stop();
}

/// What the same work took, each time.
#[derive(Default)]
struct Figures(Vec<f64>);

impl Figures {
    async fn measure<T>(&mut self, work: impl Future<Output = T>) -> T {
        let before = cpu_seconds();
        let done = work.await;
        self.0.push(cpu_seconds() - before);
        done
    }

    fn last(&self) -> f64 {
        *self.0.last().unwrap()
    }

    fn sorted(&self) -> Vec<f64> {
        let mut all = self.0.clone();
        all.sort_by(f64::total_cmp);
        all
    }

    fn median(&self) -> f64 {
        self.sorted()[self.0.len() / 2]
    }

    fn shown(&self) -> String {
        let all = self.sorted();
        match all.as_slice() {
            [one] => format!("{one:.2}"),
            all => format!("{:.2} ({:.2}–{:.2})", self.median(), all[0], all[all.len() - 1]),
        }
    }

    fn tell(&self, what: &str, pages: usize) {
        let each = self.median() * 1000.0 / pages as f64;
        println!("{what:<44} {:>18} {each:>10.4} {:>10.1}", self.shown(), peak_mb());
    }
}

async fn opened(config: Config, data: &Path, now: Moment, spot_checks: u32) -> App {
    let fetch = Fetch { spot_checks_per_day: spot_checks, ..config.fetch };
    App::open(Config { fetch, ..config }, data, Clock::rehearsal(now)).await.unwrap()
}

/// What one more round of nothing but 304 writes down, half way to the next.
fn unchanged_looks(app: &App) -> Vec<NewLook> {
    let at = app.clock.now() + chrono::TimeDelta::minutes(30);
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

/// So many minutes later.
fn later(app: &App, minutes: i64) {
    app.clock.set(app.clock.now() + chrono::TimeDelta::minutes(minutes));
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
    let answers: Vec<u16> = futures::stream::iter(gets).buffer_unordered(poll::AT_ONE_HOST).collect().await;
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
