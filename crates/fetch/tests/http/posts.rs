//! What is posted, and the secrets that go along.

use axum::Router;
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::{get, post};
use fetch::{Came, Fetcher, Parcel, SecretQuery, Settings, Target};
use model::Reason;

async fn site() -> String {
    let echo = |RawQuery(query): RawQuery, headers: HeaderMap, body: Bytes| async move {
        let kind = headers["content-type"].to_str().unwrap_or_default().to_owned();
        format!("{kind} {} {}", query.unwrap_or_default(), String::from_utf8_lossy(&body))
    };
    let on = |RawQuery(query): RawQuery| async move {
        Redirect::temporary(&format!("/end?{}", query.unwrap_or_default())).into_response()
    };
    let router = Router::new()
        .route("/robots.txt", get(|| async { "User-agent: *\nDisallow: /" }))
        .route("/api", post(echo))
        .route("/on", post(on).get(on))
        .route("/end", get(|| async { (StatusCode::OK, "end") }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

fn fetcher(respect_robots: bool) -> Fetcher {
    let allow_private = vec!["127.0.0.1/32".parse().unwrap()];
    Fetcher::new(Settings { allow_private, respect_robots, per_host_per_second: 1e6, ..Settings::default() }).unwrap()
}

fn json(text: &'static str) -> Parcel {
    Parcel { media: "application/json".into(), headers: vec![], bytes: text.into() }
}

fn with_secret(url: String) -> Target {
    let secret = SecretQuery { name: "access_token".into(), value: "T0P/SECRET+".into() };
    Target { secret: Some(secret), ..Target::new(url) }
}

#[tokio::test]
async fn json_is_posted_and_the_secret_is_sent_but_never_shown() {
    let target = with_secret(site().await + "/api?a=1");
    assert!(!format!("{target:?}").contains("SECRET"));
    let attempt = fetcher(true).post_to(&target, json("{\"x\":1}")).await;
    assert_eq!(attempt.came, Came::Body, "an interface for programs has no robots.txt: {}", attempt.detail);
    assert_eq!(attempt.body, "application/json a=1&access_token=T0P%2FSECRET%2B {\"x\":1}");
    assert!(attempt.final_url.ends_with("/api?a=1&access_token=***"), "{}", attempt.final_url);
    assert!(!format!("{} {} {:?}", attempt.url, attempt.final_url, attempt.headers).contains("SECRET"));
}

#[tokio::test]
async fn what_was_posted_is_sent_on_to_nobody() {
    let attempt = fetcher(false).post_to(&with_secret(site().await + "/on"), json("{}")).await;
    assert!(matches!(attempt.came, Came::Failed(_)), "{:?}", attempt.came);
    assert!(!format!("{:?} {:?}", attempt.hops, attempt.headers).contains("SECRET"), "{:?}", attempt.hops);
}

#[tokio::test]
async fn a_secret_in_a_redirect_is_scrubbed_too() {
    let attempt = fetcher(false).get(&with_secret(site().await + "/on")).await;
    assert_eq!((attempt.came, &attempt.body[..]), (Came::Body, &b"end"[..]));
    assert!(attempt.final_url.ends_with("/end?access_token=***"), "{}", attempt.final_url);
    assert!(!format!("{:?} {:?} {}", attempt.hops, attempt.headers, attempt.url).contains("SECRET"));
}

#[tokio::test]
async fn a_private_address_is_not_posted_to() {
    let fetcher = Fetcher::new(Settings { per_host_per_second: 1e6, ..Settings::default() }).unwrap();
    let attempt = fetcher.post_to(&with_secret(site().await + "/api"), json("{}")).await;
    assert_eq!(attempt.came, Came::Failed(Reason::PrivateAddress));
}
