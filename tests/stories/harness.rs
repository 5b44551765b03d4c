//! A small site, a configuration that looks at it, and commands run as a user runs them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use clap::Parser as _;
use duban::Ended;
use duban::cli::Cli;
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::Semaphore;

type Answer = Arc<dyn Fn() -> Response<Body> + Send + Sync>;

/// Holds the answers of an address until it is opened, so that something can happen in the middle of a round.
#[derive(Clone)]
pub(crate) struct Gate {
    reached: Arc<Semaphore>,
    open: Arc<Semaphore>,
}

impl Gate {
    /// Waits until somebody asks.
    pub(crate) async fn reached(&self) {
        self.reached.acquire().await.unwrap().forget();
    }

    /// From now on everybody is answered.
    pub(crate) fn open(&self) {
        self.open.add_permits(1_000);
    }
}

/// A site on loopback whose answers can be changed while it runs.
#[derive(Clone)]
pub(crate) struct Site {
    answers: Arc<Mutex<BTreeMap<String, Answer>>>,
    hits: Arc<Mutex<BTreeMap<String, usize>>>,
    gates: Arc<Mutex<BTreeMap<String, Gate>>>,
    asked: Arc<Mutex<BTreeMap<String, Vec<Option<String>>>>>,
    stale: Arc<Mutex<BTreeSet<String>>>,
    pub(crate) addr: SocketAddr,
}

impl Site {
    pub(crate) async fn start() -> Site {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let site = Site {
            answers: Arc::default(),
            hits: Arc::default(),
            gates: Arc::default(),
            asked: Arc::default(),
            stale: Arc::default(),
            addr: listener.local_addr().unwrap(),
        };
        let app = axum::Router::new().fallback(answer).with_state(site.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        site
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    /// From now on `path` answers so.
    pub(crate) fn set(&self, path: &str, answer: impl Fn() -> Response<Body> + Send + Sync + 'static) {
        self.answers.lock().unwrap().insert(path.to_owned(), Arc::new(answer));
    }

    /// From now on whatever has no answer of its own answers so.
    pub(crate) fn any(&self, answer: impl Fn() -> Response<Body> + Send + Sync + 'static) {
        self.set("*", answer);
    }

    pub(crate) fn page(&self, path: &str, html: impl Into<Vec<u8>>) {
        let html: Vec<u8> = html.into();
        self.set(path, move || {
            Response::builder()
                .header("content-type", "text/html; charset=utf-8")
                .body(Body::from(html.clone()))
                .unwrap()
        });
    }

    /// From now on `path` says "not modified" to whoever names a version, whichever that is and whatever stands there.
    pub(crate) fn stale(&self, path: &str) {
        self.stale.lock().unwrap().insert(path.to_owned());
    }

    /// The version that each request for `path` has named, in order.
    pub(crate) fn asked(&self, path: &str) -> Vec<Option<String>> {
        self.asked.lock().unwrap().get(path).cloned().unwrap_or_default()
    }

    pub(crate) fn status(&self, path: &str, status: u16) {
        self.set(path, move || Response::builder().status(status).body(Body::empty()).unwrap());
    }

    /// From now on who asks for `path` waits at a gate.
    pub(crate) fn hold(&self, path: &str) -> Gate {
        let gate = Gate { reached: Arc::new(Semaphore::new(0)), open: Arc::new(Semaphore::new(0)) };
        self.gates.lock().unwrap().insert(path.to_owned(), gate.clone());
        gate
    }

    pub(crate) fn hits(&self, path: &str) -> usize {
        self.hits.lock().unwrap().get(path).copied().unwrap_or(0)
    }
}

async fn answer(State(site): State<Site>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    *site.hits.lock().unwrap().entry(path.clone()).or_default() += 1;
    let version = request.headers().get("if-none-match").map(|v| v.to_str().unwrap().to_owned());
    let not_modified = || Response::builder().status(304).body(Body::empty()).unwrap();
    site.asked.lock().unwrap().entry(path.clone()).or_default().push(version.clone());
    if version.is_some() && site.stale.lock().unwrap().contains(&path) {
        return not_modified();
    }
    let gate = site.gates.lock().unwrap().get(&path).cloned();
    if let Some(gate) = gate {
        gate.reached.add_permits(1);
        gate.open.acquire().await.unwrap().forget();
    }
    let answers = site.answers.lock().unwrap();
    let answer = answers.get(&path).or_else(|| answers.get("*").filter(|_| path != "/robots.txt")).cloned();
    drop(answers);
    let answer = answer.map_or_else(|| Response::builder().status(404).body(Body::empty()).unwrap(), |a| a());
    let unchanged = version.is_some_and(|v| answer.headers().get("etag").is_some_and(|own| own == v.as_str()));
    if unchanged { not_modified() } else { answer }
}

/// A list as the province's platform writes it.
pub(crate) fn list(rows: &[(&str, &str, &str)]) -> String {
    let rows: String = rows
        .iter()
        .map(|(title, href, date)| {
            format!("<li><a href=\"{href}\" target=\"_blank\">{title}</a><span>{date}</span></li>\n")
        })
        .collect();
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>工作动态_钟山区教育局</title>\
         <meta name=\"ColumnName\" content=\"工作动态\"></head><body><div class=\"nav\"><a href=\"/\">首页</a></div>\
         <div class=\"right\"><ul class=\"list\">\n{rows}</ul></div>\
         <script>createPageHTML(1, 0, \"index\", \"html\");</script></body></html>"
    )
}

/// A configuration directory, a data directory and a site.
pub(crate) struct Office {
    pub(crate) dir: TempDir,
    pub(crate) site: Site,
}

/// What a command came to.
pub(crate) struct Ran {
    pub(crate) ended: Ended,
    pub(crate) out: String,
}

impl Ran {
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.ended, Ended::Done, "{}", self.out);
        self.out
    }
    pub(crate) fn json(self) -> Value {
        let out = self.ok();
        serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}"))
    }
}

impl Office {
    /// An office that watches `channels`: (id, kind, path or address).
    pub(crate) async fn new(channels: &[(&str, &str, &str)]) -> Office {
        let office = Office { dir: TempDir::new().unwrap(), site: Site::start().await };
        office.write("duban.toml", &office.main_toml("\"127.0.0.1/32\""));
        office.write("units.toml", &office.units_toml(channels));
        office.write("rulebook/zhongshan-2022.toml", rules_text());
        office
    }

    pub(crate) fn main_toml(&self, private: &str) -> String {
        format!(
            r#"
[district]
name = "钟山区"
rulebook = "rulebook/zhongshan-2022.toml"
monitoring_since = 2026-01-01
[schedule]
poll = "0 */15 * * * *"
judge = "0 30 6 * * *"
weekly = "0 0 9 * * Mon"
close = "0 0 8 5 * *"
[fetch]
user_agent = "duban (office@example.gov.cn)"
per_host_per_second = 100000.0
timeout_seconds = 5
max_body_mib = 1
allow_private_addresses = [{private}]
[mail]
from = "政务公开监测 <duban@example.gov.cn>"
district = ["office@example.gov.cn"]
"#
        )
    }

    pub(crate) fn units_toml(&self, channels: &[(&str, &str, &str)]) -> String {
        let mut text = String::from(
            "[[unit]]\nid = \"jyj\"\nname = \"钟山区教育局\"\nkind = \"department\"\ncontacts = [\"jyj@example.gov.cn\"]\n",
        );
        for (id, kind, path) in channels {
            let url = if path.starts_with('/') { self.site.url(path) } else { (*path).to_owned() };
            text += &format!("[[unit.channel]]\nid = \"{id}\"\nkind = \"{kind}\"\nname = \"{id}\"\nurl = \"{url}\"\n");
        }
        text
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.config().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.dir.path().join("config")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("var")
    }

    /// Runs one command in JSON at an instant of Beijing time, such as `2026-03-20 08:00`.
    pub(crate) async fn run(&self, now: &str, args: &[&str]) -> Ran {
        let now = format!("{}:00+08:00", now.replace(' ', "T"));
        let (config, data) = (self.config(), self.data());
        let mut line = vec!["duban", "--format", "json", "--now", &now];
        line.extend(["--config", config.to_str().unwrap(), "--data", data.to_str().unwrap()]);
        line.extend(args);
        run(&line).await
    }

    /// Keeps a page of the first column as a round does that is cut off before it reads it.
    pub(crate) async fn keep_unread(&self, now: &str, body: &str, whole: bool) {
        let app = self.app(now).await;
        let (channel, now) = (&app.config.channels[0], app.clock.now());
        app.store.sync_registry(&app.config.units, &app.config.channels, now).await.unwrap();
        let capture = store::NewCapture {
            channel: &channel.id,
            look_at: now,
            page: 0,
            fetched_at: now,
            url: &channel.url,
            final_url: &channel.url,
            status: 200,
            headers: &[("content-type".to_owned(), "text/html; charset=utf-8".to_owned())],
            body: body.as_bytes(),
            asked: &[],
            hops: &[],
            certificate: None,
            whole,
        };
        app.store.capture(capture).await.unwrap();
        app.store.close().await;
    }

    /// Opens the program on this office's database.
    pub(crate) async fn app(&self, now: &str) -> duban::app::App {
        let at = chrono::DateTime::parse_from_rfc3339(&format!("{}:00+08:00", now.replace(' ', "T"))).unwrap().to_utc();
        let config = duban::config::Config::load(&self.config()).unwrap();
        duban::app::App::open(config, &self.data(), duban::clock::Clock::rehearsal(at)).await.unwrap()
    }
}

/// Runs a whole command line.
pub(crate) async fn run(line: &[&str]) -> Ran {
    let mut out = Vec::new();
    let cli = Cli::try_parse_from(line).unwrap();
    // On the heap: a story that runs many commands would overflow the stack of its thread.
    let ended = Box::pin(duban::run(cli, &mut out)).await;
    Ran { ended, out: String::from_utf8(out).unwrap() }
}

fn rules_text() -> &'static str {
    include_str!("../../config/rulebook/zhongshan-2022.toml")
}
