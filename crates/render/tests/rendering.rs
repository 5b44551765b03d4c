//! Pages rendered by a real Chromium. Without one installed each test says so and ends.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{Response, StatusCode};
use fetch::{Attempt, Fetcher, Target};
use render::{Browser, RenderError, Rendered, Settings};

/// Tests run as root in places; what is locked in is not what they look at.
fn settings() -> Settings {
    Settings { sandbox: false, settle: Duration::from_millis(500), ..Settings::default() }
}

fn installed() -> bool {
    let there = render::find(&settings()).is_ok();
    if !there {
        eprintln!("SKIPPED: no Chromium is installed (Debian: apt install chromium)");
    }
    there
}

/// A site on loopback that answers by path, and remembers what it was asked.
struct Site {
    host: String,
    asked: Arc<Mutex<Vec<String>>>,
}

const PAGES: &[(&str, &str, &str)] = &[
    ("/", "text/html", include_str!("../fixtures/rows.html")),
    ("/private.html", "text/html", include_str!("../fixtures/private.html")),
    ("/endless.html", "text/html", include_str!("../fixtures/endless.html")),
    ("/loop.html", "text/html", include_str!("../fixtures/loop.html")),
    ("/socket.html", "text/html", include_str!("../fixtures/socket.html")),
    ("/worker.html", "text/html", include_str!("../fixtures/worker.html")),
    ("/frame.html", "text/html", include_str!("../fixtures/frame.html")),
    ("/inner/page.html", "text/html", "<script src=\"rows.js\"></script>"),
    ("/inner/rows.js", "text/javascript; charset=utf-8", "parent.show('框架里的脚本')"),
    ("/rows.js", "text/javascript", include_str!("../fixtures/rows.js")),
    ("/worker.js", "text/javascript", "fetch('/api?page=1').then(r => r.text()).then(t => postMessage(t))"),
    ("/api", "application/json", r#"[{"t":"关于放假的通知","u":"/a/1.html","d":"2026-03-01"}]"#),
    ("/style.css", "text/css", "li{color:red}"),
];

impl Site {
    async fn open() -> Site {
        let asked = Arc::new(Mutex::new(vec![]));
        let log = asked.clone();
        let answer = move |request: Request| {
            let path = request.uri().path().to_owned();
            log.lock().unwrap().push(format!("{} {path}", request.method()));
            let page = PAGES.iter().find(|(p, ..)| *p == path);
            let response = match page {
                Some((_, kind, body)) => Response::builder().header("content-type", *kind).body((*body).to_owned()),
                None if path == "/moved.html" => Response::builder()
                    .status(StatusCode::FOUND)
                    .header("location", "/inner/page.html")
                    .body(String::new()),
                None if path.starts_with("/tick") => Response::builder().body("x".to_owned()),
                None => Response::builder().status(StatusCode::NOT_FOUND).body(String::new()),
            };
            std::future::ready(response.unwrap())
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
        Site { host, asked }
    }

    async fn render(&self, path: &str, settings: Settings) -> Result<Rendered, RenderError> {
        let fetcher = fetcher();
        let first = self.get(&fetcher, path).await;
        Browser::start(&settings).await.unwrap().render(&fetcher, &first).await
    }

    async fn get(&self, fetcher: &Fetcher, path: &str) -> Attempt {
        fetcher.get(&Target::new(format!("http://{}{path}", self.host))).await
    }

    fn asked(&self, what: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|a| *a == what).count()
    }
}

/// This machine at 127.0.0.1 may be asked; no other private address may.
fn fetcher() -> Fetcher {
    let allow_private = vec!["127.0.0.1/32".parse().unwrap()];
    let own = fetch::Settings {
        user_agent: "duban-test".into(),
        per_host_per_second: 1000.0,
        allow_private,
        ..fetch::Settings::default()
    };
    Fetcher::new(own).unwrap()
}

fn text(rendered: &Rendered) -> &str {
    std::str::from_utf8(&rendered.body).unwrap()
}

fn told(rendered: &Rendered) -> String {
    rendered.trouble.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn rows_that_a_script_makes_are_there() {
    if !installed() {
        return;
    }
    let site = Site::open().await;
    let rendered = site.render("/", settings()).await.unwrap();
    assert_eq!(told(&rendered), "");
    let row = "<li><a href=\"/a/1.html\">关于放假的通知</a><span>2026-03-01</span></li>";
    // By a request that blocks, by GET, and later by POST with a form in hand.
    assert_eq!(text(&rendered).matches(row).count(), 3, "{}", text(&rendered));
    assert!(text(&rendered).starts_with('\u{feff}') && rendered.by.contains("Chrom"), "{}", rendered.by);
    let kinds: Vec<&str> = rendered.asked.iter().map(|a| a.kind.as_str()).collect();
    assert_eq!(kinds.iter().filter(|k| matches!(**k, "XHR" | "Fetch")).count(), 3, "{kinds:?}");
    assert_eq!(rendered.answers.len(), 4, "the script and three answers are evidence");
    assert_eq!((site.asked("GET /"), site.asked("GET /rows.js"), site.asked("POST /api")), (1, 1, 1));
    assert_eq!((site.asked("GET /style.css"), site.asked("GET /picture.png")), (0, 0), "no row depends on them");
    assert_eq!(site.asked("GET /robots.txt"), 1, "scripts are bound by robots.txt as we are");
}

#[tokio::test]
async fn a_private_address_is_refused_and_seen() {
    if !installed() {
        return;
    }
    let (site, victim) = (Site::open().await, Site::open().await);
    // The page asks for the second site at another loopback address, which nobody has allowed.
    let port = victim.host.rsplit(':').next().unwrap().to_owned();
    let fetcher = fetcher();
    let mut first = site.get(&fetcher, "/private.html").await;
    first.body = std::str::from_utf8(&first.body).unwrap().replace("PORT", &port).into();
    let rendered = Browser::start(&settings()).await.unwrap().render(&fetcher, &first).await.unwrap();
    assert!(told(&rendered).contains("127.0.0.2") && told(&rendered).contains("内网"), "{}", told(&rendered));
    assert_eq!(rendered.trouble.len(), 3, "{}", told(&rendered));
    assert!(text(&rendered).contains("refused refused refused"), "{}", text(&rendered));
    assert!(victim.asked.lock().unwrap().is_empty(), "{:?}", victim.asked);
}

#[tokio::test]
async fn what_never_ends_is_ended_and_leaves_nothing_behind() {
    if !installed() {
        return;
    }
    let site = Site::open().await;
    let short = Settings { timeout: Duration::from_secs(4), max_requests: 20, ..settings() };
    let endless = site.render("/endless.html", short.clone()).await;
    assert!(matches!(endless, Err(RenderError::Endless(4))), "{endless:?}");
    assert!(site.asked("GET /tick") <= 20);
    let looped = site.render("/loop.html", short).await;
    assert!(matches!(looped, Err(RenderError::Endless(4))), "{looped:?}");
}

#[tokio::test]
async fn a_socket_is_refused_and_seen() {
    if !installed() {
        return;
    }
    let site = Site::open().await;
    let rendered = site.render("/socket.html", settings()).await.unwrap();
    assert!(told(&rendered).contains("长连接"), "{}", told(&rendered));
    assert!(text(&rendered).contains("socket refused"), "{}", text(&rendered));
    assert_eq!(site.asked("GET /socket"), 0);
}

#[tokio::test]
async fn workers_and_frames_ask_through_us_and_shared_ones_are_seen() {
    if !installed() {
        return;
    }
    let site = Site::open().await;
    let rendered = site.render("/worker.html", settings()).await.unwrap();
    assert!(text(&rendered).contains("关于放假的通知"), "{}", text(&rendered));
    assert!(told(&rendered).contains("后台脚本"), "{}", told(&rendered));
    let framed = site.render("/frame.html", settings()).await.unwrap();
    assert_eq!(told(&framed), "");
    assert!(text(&framed).contains("<p>框架里的脚本</p>"), "relative to where the frame was sent: {}", text(&framed));
}

#[tokio::test]
async fn no_program_no_browser() {
    let none = Settings { program: Some("/nonexistent/chromium".into()), ..settings() };
    assert!(matches!(Browser::start(&none).await, Err(RenderError::NotInstalled)));
    let wrong = Settings { program: Some("/bin/false".into()), ..settings() };
    match Browser::start(&wrong).await {
        Err(RenderError::Start(_)) => {}
        other => panic!("{:?}", other.err()),
    }
}
