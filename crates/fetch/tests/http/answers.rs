//! Statuses, headers and validators.

use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get as on_get;
use fetch::{Came, Fetcher, Settings, Target};
use model::Reason;

use crate::site::{Site, Then, fetcher, get, raw, settings};

/// Not the form that the standard wants: only the very same text counts.
const ODD_DATE: &str = "Thu,  5 Nov 2026 01:02:03 GMT+8";

async fn validated(headers: HeaderMap) -> (StatusCode, [(&'static str, &'static str); 2], &'static str) {
    let same = |name, value| headers.get(name).is_some_and(|v| v == value);
    let unchanged = same("if-none-match", "W/\"5f-1a\"") && same("if-modified-since", ODD_DATE);
    let status = if unchanged { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    (status, [("etag", "W/\"5f-1a\""), ("last-modified", ODD_DATE)], if unchanged { "" } else { "list" })
}

#[tokio::test]
async fn validators_go_back_verbatim_and_bring_a_304() {
    let site = Site::open(Router::new().route("/", on_get(validated))).await;
    let fetcher = fetcher();
    let first = fetcher.get(&Target::new(site.url("/"))).await;
    assert_eq!((first.came, first.status, &first.body[..]), (Came::Body, Some(200), &b"list"[..]));

    let target = first.next_target(site.url("/"));
    assert_eq!(target.last_modified.as_deref(), Some(ODD_DATE));
    let second = fetcher.get(&target).await;
    assert_eq!((second.came, second.status), (Came::NotModified, Some(304)));
    assert!(second.body.is_empty() && second.detail.is_empty(), "{}", second.detail);
    assert_eq!(site.headers(1)["if-modified-since"], ODD_DATE);
    assert_eq!(site.headers(1)["if-none-match"], "W/\"5f-1a\"");
}

#[tokio::test]
async fn without_validators_no_condition_is_sent_and_a_304_is_not_believed() {
    let site = Site::open(Router::new().route("/", on_get(|| async { StatusCode::NOT_MODIFIED }))).await;
    let attempt = get(site.url("/")).await;
    assert_eq!(attempt.came, Came::Failed(Reason::EmptyBody));
    assert!(attempt.detail.contains("304"), "{}", attempt.detail);
    let sent = site.headers(0);
    assert!(!sent.contains_key("if-none-match") && !sent.contains_key("if-modified-since"));
    assert_eq!(sent["user-agent"], "duban-test");
    assert_eq!(sent["accept-encoding"], "gzip,br");
    assert!(!sent.contains_key("referer") && !sent.contains_key("cookie"));
}

async fn page_of(status: u16) -> (StatusCode, &'static str) {
    (StatusCode::from_u16(status).unwrap(), "<p>what the site said</p>")
}

#[tokio::test]
async fn each_error_status_has_its_reason_and_keeps_its_page() {
    use Came::{Blocked, Failed};
    let router = Router::new()
        .route("/{status}", on_get(|axum::extract::Path(status): axum::extract::Path<u16>| page_of(status)));
    let (site, fetcher) = (Site::open(router).await, fetcher());
    for (status, came) in [
        (400, Failed(Reason::HttpClient)),
        (401, Blocked(Reason::LoginWall)),
        (403, Blocked(Reason::Forbidden)),
        (404, Failed(Reason::NotFound)),
        (410, Failed(Reason::NotFound)),
        (412, Blocked(Reason::Forbidden)),
        (429, Failed(Reason::TooManyRequests)),
        (500, Failed(Reason::HttpServer)),
        (502, Failed(Reason::HttpServer)),
        (521, Failed(Reason::HttpServer)),
    ] {
        let attempt = fetcher.get(&Target::new(site.url(&format!("/{status}")))).await;
        assert_eq!((attempt.came, attempt.status), (came, Some(status)), "{status}");
        assert_eq!(&attempt.body[..], b"<p>what the site said</p>", "{status}");
        assert!(attempt.hops.is_empty() && attempt.retry_after.is_none());
    }
}

#[tokio::test]
async fn retry_after_is_told() {
    let answer = (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "120")], "slow down");
    let site = Site::open(Router::new().route("/", on_get(move || async move { answer }))).await;
    let attempt = get(site.url("/")).await;
    assert_eq!(attempt.came, Came::Failed(Reason::TooManyRequests));
    assert_eq!(attempt.retry_after, Some(Duration::from_secs(120)));
}

#[tokio::test]
async fn headers_that_are_no_text_are_kept_as_far_as_they_are() {
    let url = raw(
        b"HTTP/1.1 200 OK\r\nServer: \xb6\xaf\xcc\xac\r\nX-Name: \xe7\x9d\xa3\xe5\x8a\x9e\r\nX Bad: 1\r\nContent-Length: 2\r\n\r\nok",
        Then::Close,
    )
    .await;
    let attempt = get(url).await;
    assert_eq!((attempt.came, &attempt.body[..]), (Came::Body, &b"ok"[..]), "{}", attempt.detail);
    assert_eq!(attempt.header("x-name"), Some("督办"));
    assert!(attempt.header("server").unwrap().contains('\u{fffd}'));
}

#[tokio::test]
async fn cookies_are_not_kept() {
    let router = Router::new().route("/", on_get(|| async { ([("set-cookie", "id=1")], "x") }));
    let (site, fetcher) = (Site::open(router).await, fetcher());
    fetcher.get(&Target::new(site.url("/"))).await;
    let again = fetcher.get(&Target::new(site.url("/"))).await;
    assert_eq!(again.header("set-cookie"), Some("id=1"));
    assert!(!site.headers(1).contains_key("cookie"));
}

#[tokio::test]
async fn many_at_once_at_one_host_all_get_their_turn() {
    let site = Site::open(Router::new().route("/", on_get(|| async { "x" }))).await;
    let fetcher = Fetcher::new(Settings { per_host_per_second: 999.0, ..settings() }).unwrap();
    let target = Target::new(site.url("/"));
    let ask = |_| {
        let (fetcher, target) = (fetcher.clone(), target.clone());
        tokio::spawn(async move { fetcher.get(&target).await.came })
    };
    let came = futures::future::try_join_all((0..20).map(ask)).await.unwrap();
    assert!(came.iter().all(|came| *came == Came::Body));
    assert_eq!(site.paths().len(), 20);
}

#[tokio::test]
async fn what_is_no_address_is_refused_without_asking_anybody() {
    for bad in ["", "gzdt/index.html", "ftp://127.0.0.1/", "http://", "javascript:alert(1)", "file:///etc/passwd"] {
        let attempt = get(bad).await;
        assert_eq!((attempt.came, attempt.status), (Came::Failed(Reason::BadAddress), None), "{bad}");
        assert_eq!(attempt.url, bad);
        assert!(!attempt.detail.is_empty());
    }
}

#[tokio::test]
async fn addresses_that_are_oddly_written_are_asked_all_the_same() {
    let site = Site::open(Router::new().fallback(|| async { "x" })).await;
    for odd in ["/a|b", "/{id}/^`", "/?q=[1]|^`\"<>'\\", "/栏目/列表.html?页=1", "/a b", "/%zz", "//x//..//y", "/#top"]
    {
        let attempt = get(site.url(odd)).await;
        assert_eq!(attempt.came, Came::Body, "{odd}: {}", attempt.detail);
        assert_eq!(attempt.url, site.url(odd));
    }
}
