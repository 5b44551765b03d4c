//! Every hop is checked and recorded.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get as on_get;
use fetch::{Came, Hop, Target};
use model::Reason;

use crate::site::{Site, Then, fetcher, get, raw};

fn to(status: u16, location: &str) -> impl IntoResponse + use<> {
    (StatusCode::from_u16(status).unwrap(), [("location", location.to_owned())], "moved")
}

async fn to_next(Path(n): Path<u32>) -> impl IntoResponse {
    to(302, &format!("/n/{}", n + 1))
}

fn hop(url: String, status: u16, location: &str) -> Hop {
    Hop { url, status, location: location.into() }
}

#[tokio::test]
async fn a_chain_is_followed_and_told() {
    let router = Router::new()
        .route("/a", on_get(|| async { to(301, "/b/?x=1#top") }))
        .route("/b/", on_get(|| async { to(307, "c.html") }))
        .route("/b/c.html", on_get(|| async { "arrived" }));
    let site = Site::open(router).await;
    let attempt = get(site.url("/a")).await;
    assert_eq!((attempt.came, &attempt.body[..]), (Came::Body, &b"arrived"[..]));
    assert_eq!((attempt.url, attempt.final_url), (site.url("/a"), site.url("/b/c.html")));
    assert_eq!(attempt.hops, [hop(site.url("/a"), 301, "/b/?x=1#top"), hop(site.url("/b/?x=1"), 307, "c.html")]);
    assert_eq!(site.paths(), ["/a", "/b/?x=1", "/b/c.html"]);
}

#[tokio::test]
async fn a_circle_ends_when_it_closes() {
    let router = Router::new()
        .route("/a", on_get(|| async { to(302, "/b") }))
        .route("/b", on_get(|| async { to(302, "/a") }))
        .route("/self", on_get(|| async { to(302, "/self") }));
    let site = Site::open(router).await;
    let attempt = get(site.url("/a")).await;
    assert_eq!((attempt.came, attempt.status), (Came::Failed(Reason::RedirectLoop), Some(302)));
    assert_eq!(site.paths(), ["/a", "/b"]);
    assert_eq!(get(site.url("/self")).await.came, Came::Failed(Reason::RedirectLoop));
}

#[tokio::test]
async fn a_chain_without_end_ends_at_the_bound() {
    let site = Site::open(Router::new().route("/n/{n}", on_get(to_next))).await;
    let attempt = get(site.url("/n/0")).await;
    assert_eq!(attempt.came, Came::Failed(Reason::RedirectLoop));
    assert_eq!((attempt.hops.len(), site.paths().len()), (6, 6), "five were followed, the sixth was not");
    assert!(attempt.detail.contains("more than 5"), "{}", attempt.detail);
}

#[tokio::test]
async fn into_a_private_network_no_redirect_leads() {
    for inside in ["http://10.0.0.1/", "http://0x7f000002/", "//[::ffff:192.168.0.1]/", "http://169.254.169.254/latest"]
    {
        let site = Site::open(Router::new().route("/", on_get(move || async move { to(302, inside) }))).await;
        let attempt = get(site.url("/")).await;
        assert_eq!(attempt.came, Came::Failed(Reason::PrivateAddress), "{inside}");
        assert_eq!(attempt.hops, [hop(site.url("/"), 302, inside)]);
        assert_eq!(attempt.status, Some(302), "the last answer was the redirect");
    }
}

#[tokio::test]
async fn to_what_is_no_website_no_redirect_leads() {
    for away in ["ftp://127.0.0.1/", "javascript:alert(1)", "http://[", "file:///etc/passwd"] {
        let site = Site::open(Router::new().route("/", on_get(move || async move { to(302, away) }))).await;
        let attempt = get(site.url("/")).await;
        assert_eq!(attempt.came, Came::Failed(Reason::BadAddress), "{away}");
        assert_eq!(attempt.hops[0].location, away);
    }
}

#[tokio::test]
async fn a_redirect_to_nowhere_says_so() {
    let site = Site::open(Router::new().route("/", on_get(|| async { StatusCode::FOUND }))).await;
    let attempt = get(site.url("/")).await;
    assert_eq!(attempt.came, Came::Failed(Reason::Moved));
    assert!(attempt.hops.is_empty() && attempt.detail.contains("nowhere"));
}

#[tokio::test]
async fn a_location_in_raw_bytes_is_followed() {
    let site = Site::open(Router::new().fallback(|| async { "arrived" })).await;
    let mut answer = format!("HTTP/1.1 302 Found\r\nLocation: {}", site.url("/")).into_bytes();
    answer.extend_from_slice(b"\xb6\xaf/\r\nContent-Length: 0\r\n\r\n");
    let attempt = get(raw(answer, Then::Close).await).await;
    assert_eq!(attempt.came, Came::Body, "{}", attempt.detail);
    assert_eq!(site.paths(), ["/%B6%AF/"]);
}

#[tokio::test]
async fn credentials_reach_their_own_site_only_and_are_never_shown() {
    let other = Site::open(Router::new().route("/", on_get(|| async { "arrived" }))).await;
    let away = other.url("/");
    let own = Site::open(
        Router::new()
            .route("/a", on_get(|| async { to(302, "/b") }))
            .route("/b", on_get(move || async move { to(302, &away) })),
    )
    .await;
    let attempt = fetcher().get(&Target::new(format!("http://clerk:s3cret@{}/a", own.at))).await;
    assert_eq!(attempt.came, Came::Body);
    assert_eq!(attempt.url, own.url("/a"));
    assert!((0..2).all(|n| own.headers(n).contains_key("authorization")));
    assert!(!other.headers(0).contains_key("authorization"));
    let shown = format!("{attempt:?}");
    assert!(!shown.contains("s3cret") && !shown.contains("clerk"), "{shown}");
}

#[tokio::test]
async fn validators_are_for_the_page_at_the_end() {
    let router = Router::new().route("/a", on_get(|| async { to(302, "/b") })).route(
        "/b",
        on_get(|headers: axum::http::HeaderMap| async move {
            if headers.contains_key("if-none-match") { StatusCode::NOT_MODIFIED } else { StatusCode::OK }
        }),
    );
    let site = Site::open(router).await;
    let target = Target { etag: Some("\"1\"".into()), ..Target::new(site.url("/a")) };
    let attempt = fetcher().get(&target).await;
    assert_eq!((attempt.came, attempt.final_url), (Came::NotModified, site.url("/b")));
}
