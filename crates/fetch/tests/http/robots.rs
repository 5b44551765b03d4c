//! robots.txt is asked once, obeyed, and never the reason for silence when it fails.

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get as on_get;
use fetch::{Came, Fetcher, Settings, Target};
use model::Reason;

use crate::site::{Site, settings};

fn obedient() -> Fetcher {
    Fetcher::new(Settings { respect_robots: true, ..settings() }).unwrap()
}

async fn site<R: IntoResponse + Send + 'static>(robots: impl Fn() -> R + Clone + Send + Sync + 'static) -> Site {
    let router = Router::new()
        .route("/robots.txt", on_get(move || std::future::ready(robots())))
        .route("/to-oa", on_get(|| async { (StatusCode::FOUND, [("location", "/oa/")]) }))
        .fallback(|| async { "page" });
    Site::open(router).await
}

#[tokio::test]
async fn what_is_forbidden_is_not_asked_for() {
    let site = site(|| "User-agent: *\nDisallow: /\n\nUser-agent: duban-test\nDisallow: /oa/\n").await;
    let fetcher = obedient();
    let forbidden = fetcher.get(&Target::new(site.url("/oa/list"))).await;
    assert_eq!((forbidden.came, forbidden.status), (Came::Blocked(Reason::Robots), None));
    assert_eq!(fetcher.get(&Target::new(site.url("/jyj/"))).await.came, Came::Body);
    assert_eq!(site.paths(), ["/robots.txt", "/jyj/"], "it is asked for once");
}

#[tokio::test]
async fn a_redirect_does_not_lead_around_it() {
    let site = site(|| "User-agent: *\nDisallow: /oa/\n").await;
    let attempt = obedient().get(&Target::new(site.url("/to-oa"))).await;
    assert_eq!((attempt.came, attempt.final_url), (Came::Blocked(Reason::Robots), site.url("/oa/")));
    assert_eq!(site.paths(), ["/robots.txt", "/to-oa"]);
}

#[tokio::test]
async fn without_respect_it_is_not_even_asked_for() {
    let site = site(|| "User-agent: *\nDisallow: /\n").await;
    let fetcher = Fetcher::new(settings()).unwrap();
    assert_eq!(fetcher.get(&Target::new(site.url("/x"))).await.came, Came::Body);
    assert_eq!(site.paths(), ["/x"]);
}

#[tokio::test]
async fn a_site_without_one_is_open_and_nothing_is_noted() {
    let site = site(|| StatusCode::NOT_FOUND).await;
    let attempt = obedient().get(&Target::new(site.url("/x"))).await;
    assert_eq!((attempt.came, attempt.detail.as_str()), (Came::Body, ""));
}

#[tokio::test]
async fn one_that_fails_is_noted_and_the_page_speaks_for_itself() {
    let broken = site(|| StatusCode::SERVICE_UNAVAILABLE).await;
    let huge = site(|| "User-agent: *\nDisallow: /\n".repeat(40_000)).await;
    let astray = site(|| (StatusCode::FOUND, [("location", "http://10.0.0.1/robots.txt")])).await;
    for site in [broken, huge, astray] {
        let attempt = obedient().get(&Target::new(site.url("/x"))).await;
        assert_eq!(attempt.came, Came::Body, "{}", attempt.detail);
        assert!(attempt.detail.contains("robots.txt failed"), "{}", attempt.detail);
    }
}

#[tokio::test]
async fn many_at_once_ask_for_it_once() {
    let site = site(|| "User-agent: *\nAllow: /\n").await;
    let (fetcher, target) = (obedient(), Target::new(site.url("/x")));
    let attempts = futures::future::join_all((0..10).map(|_| fetcher.get(&target))).await;
    assert!(attempts.iter().all(|a| a.came == Came::Body));
    assert_eq!(site.paths().iter().filter(|p| *p == "/robots.txt").count(), 1);
}
