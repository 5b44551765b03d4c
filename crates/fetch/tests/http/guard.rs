//! No way into private networks.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::routing::get as on_get;
use fetch::{Came, Fetcher, Lookup, Resolver, Settings, Target};
use model::Reason;

use crate::site::{Site, settings};

/// Answers each question with the next of its answers, the last one for ever.
struct Script {
    answers: Vec<Option<&'static str>>,
    asked: AtomicUsize,
}

impl Resolver for Script {
    fn lookup(&self, _: &str) -> Lookup {
        let n = self.asked.fetch_add(1, Ordering::SeqCst).min(self.answers.len() - 1);
        let answer: Option<IpAddr> = self.answers[n].map(|ip| ip.parse().unwrap());
        Box::pin(async move { answer.map(|ip| vec![ip]).ok_or_else(|| io::Error::other("no such name")) })
    }
}

fn resolving(answers: &[Option<&'static str>], settings: Settings) -> Fetcher {
    let script = Script { answers: answers.to_vec(), asked: AtomicUsize::new(0) };
    Fetcher::with_resolver(settings, Arc::new(script)).unwrap()
}

fn strict() -> Settings {
    Settings { allow_private: Vec::new(), ..settings() }
}

async fn site() -> Site {
    Site::open(Router::new().route("/", on_get(|| async { ([("connection", "close")], "x") }))).await
}

#[tokio::test]
async fn an_address_of_this_machine_is_refused_unless_allowed() {
    let site = site().await;
    let target = Target::new(site.url("/"));
    let refused = Fetcher::new(strict()).unwrap().get(&target).await;
    assert_eq!(refused.came, Came::Failed(Reason::PrivateAddress));
    assert!(refused.detail.contains("127.0.0.1"), "{}", refused.detail);
    assert!(site.paths().is_empty());
    assert_eq!(Fetcher::new(settings()).unwrap().get(&target).await.came, Came::Body);
}

#[tokio::test]
async fn a_name_of_a_private_address_is_refused_unless_allowed() {
    let site = site().await;
    let target = Target::new(format!("http://www.example.gov.cn:{}/", site.at.port()));
    let refused = resolving(&[Some("127.0.0.1")], strict()).get(&target).await;
    assert_eq!(refused.came, Came::Failed(Reason::PrivateAddress), "{}", refused.detail);
    assert!(site.paths().is_empty());
    assert_eq!(resolving(&[Some("127.0.0.1")], settings()).get(&target).await.came, Came::Body);
}

#[tokio::test]
async fn localhost_is_a_name_like_any_other() {
    let site = site().await;
    let target = Target::new(format!("http://localhost:{}/", site.at.port()));
    assert_eq!(Fetcher::new(strict()).unwrap().get(&target).await.came, Came::Failed(Reason::PrivateAddress));
}

#[tokio::test]
async fn a_name_that_turns_private_later_is_refused_later() {
    let site = site().await;
    let target = Target::new(format!("http://www.example.gov.cn:{}/", site.at.port()));
    let fetcher = resolving(&[Some("127.0.0.1"), Some("10.0.0.1")], settings());
    assert_eq!(fetcher.get(&target).await.came, Came::Body);
    assert_eq!(fetcher.get(&target).await.came, Came::Failed(Reason::PrivateAddress));
}

#[tokio::test]
async fn no_redirect_to_a_name_leads_to_a_private_address() {
    let away = || async { (axum::http::StatusCode::FOUND, [("location", "http://inside.example.gov.cn/")]) };
    let site = Site::open(Router::new().route("/", on_get(away))).await;
    let target = Target::new(format!("http://www.example.gov.cn:{}/", site.at.port()));
    for inside in ["10.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::a00:1", "fd00::1"] {
        let attempt = resolving(&[Some("127.0.0.1"), Some(inside)], settings()).get(&target).await;
        assert_eq!(attempt.came, Came::Failed(Reason::PrivateAddress), "{inside}");
        assert_eq!(attempt.hops.len(), 1, "{inside}");
    }
}

#[tokio::test]
async fn a_name_without_address_is_a_matter_of_dns() {
    let attempt = resolving(&[None], settings()).get(&Target::new("http://www.example.gov.cn/?token=s3cret")).await;
    assert_eq!(attempt.came, Came::Failed(Reason::Dns));
    assert!(attempt.detail.contains("no such name") && !attempt.detail.contains("s3cret"), "{}", attempt.detail);
}
