//! What is handed over by POST.

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::{get as on_get, post as on_post};
use fetch::{Came, Fetcher, Parcel, Settings};
use model::Reason;

use crate::site::{Site, fetcher};

fn parcel(text: &'static str) -> Parcel {
    Parcel { media: "application/json".into(), headers: vec![("x-signature", "abc".into())], bytes: Bytes::from(text) }
}

async fn echo(body: Bytes) -> Bytes {
    body
}

#[tokio::test]
async fn what_is_handed_over_arrives_with_its_media_type() {
    let site = Site::open(Router::new().route("/robot", on_post(echo))).await;
    let attempt = fetcher().post(&site.url("/robot?key=k"), parcel("{\"a\":\"督办\"}")).await;
    assert_eq!((attempt.came, attempt.status), (Came::Body, Some(200)));
    assert_eq!(attempt.body, "{\"a\":\"督办\"}");
    assert_eq!(site.headers(0)["content-type"], "application/json");
    assert_eq!(site.headers(0)["x-signature"], "abc");
}

#[tokio::test]
async fn nothing_in_hand_is_carried_over_a_redirect() {
    let moved = || async { (StatusCode::TEMPORARY_REDIRECT, [("location", "/elsewhere")]) };
    let router = Router::new().route("/robot", on_post(moved)).route("/elsewhere", on_post(echo));
    let site = Site::open(router).await;
    let attempt = fetcher().post(&site.url("/robot"), parcel("secret")).await;
    assert_eq!((attempt.came, attempt.status), (Came::Failed(Reason::BadAddress), Some(307)));
    assert!(attempt.body.is_empty());
}

#[tokio::test]
async fn the_guard_stands_before_posts_too() {
    let site = Site::open(Router::new().route("/robot", on_get(|| async { "x" }))).await;
    let strict = Fetcher::new(Settings { user_agent: "duban-test".into(), ..Settings::default() }).unwrap();
    let attempt = strict.post(&site.url("/robot"), parcel("x")).await;
    assert_eq!(attempt.came, Came::Failed(Reason::PrivateAddress));
}
