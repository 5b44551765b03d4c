//! The district over HTTP.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::net::SocketAddr;
use std::sync::Arc;

use demo::{District, Plan, Server, VirtualClock, bench_site, looks_at, serve};
use model::Day;

fn any_port() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

fn day(s: &str) -> Day {
    s.parse().unwrap()
}

fn client() -> reqwest::Client {
    // The site speaks plain HTTP, but the client wants to know its cryptography beforehand. A second call finds it set.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn start() -> (Server, Arc<VirtualClock>, reqwest::Client) {
    let clock = Arc::new(VirtualClock::new(looks_at(day("2026-04-08"))));
    let server = serve(Arc::new(District::new(&Plan::default())), Arc::clone(&clock), any_port()).await.unwrap();
    (server, clock, client())
}

async fn ask(client: &reqwest::Client, server: &Server, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
    let mut request = client.get(format!("{}{path}", server.base_url()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn an_etag_saves_the_body_until_the_list_changes() {
    let (server, clock, client) = start().await;
    let first = ask(&client, &server, "/jyj/gzdt/", &[]).await;
    assert_eq!(first.status(), 200);
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    assert!(first.text().await.unwrap().contains("createPageHTML("));
    // Silent from 04-07 to 04-25, so nothing changes on the next day.
    clock.set(looks_at(day("2026-04-09")));
    let second = ask(&client, &server, "/jyj/gzdt/", &[("if-none-match", &tag)]).await;
    assert_eq!((second.status().as_u16(), second.headers()["etag"].to_str().unwrap()), (304, tag.as_str()));
    clock.set(looks_at(day("2026-04-26")));
    assert_eq!(ask(&client, &server, "/jyj/gzdt/", &[("if-none-match", &tag)]).await.status(), 200);
    assert_eq!(server.hits_of("/jyj/gzdt/"), 3);
    assert_eq!(server.hits().values().sum::<u64>(), 3);
    server.stop().await;
}

#[tokio::test]
async fn a_date_of_change_works_alike_and_an_etag_goes_before_it() {
    let (server, clock, client) = start().await;
    // Silent from 05-04 to 05-18.
    let path = "/fgj/gzdt.htm";
    clock.set(looks_at(day("2026-05-10")));
    let first = ask(&client, &server, path, &[]).await;
    assert!(first.headers().contains_key("etag"));
    let modified = first.headers()["last-modified"].to_str().unwrap().to_owned();
    let since = [("if-modified-since", modified.as_str())];
    clock.set(looks_at(day("2026-05-11")));
    assert_eq!(ask(&client, &server, path, &since).await.status(), 304);
    let both = [since[0], ("if-none-match", "\"other\"")];
    assert_eq!(ask(&client, &server, path, &both).await.status(), 200);
    clock.set(looks_at(day("2026-05-30")));
    assert_eq!(ask(&client, &server, path, &since).await.status(), 200);
    server.stop().await;
}

#[tokio::test]
async fn some_columns_have_one_validator_and_some_have_none() {
    let (server, clock, client) = start().await;
    clock.set(looks_at(day("2026-04-02")));
    let mut kinds = std::collections::BTreeSet::new();
    let units = District::new(&Plan::default()).units_toml("HOST");
    for path in units.lines().filter_map(|l| l.strip_prefix("url = \"http://HOST")).map(|l| l.trim_end_matches('"')) {
        let answer = ask(&client, &server, path, &[]).await;
        assert_eq!(answer.status(), 200, "{path}");
        kinds.insert((answer.headers().contains_key("etag"), answer.headers().contains_key("last-modified")));
    }
    assert_eq!(kinds.len(), 4);
    server.stop().await;
}

#[tokio::test]
async fn a_broken_connection_is_no_answer() {
    let (server, clock, client) = start().await;
    clock.set(looks_at(day("2026-05-21")));
    // The head may come through or not before the line is cut; the body never does.
    let whole = match client.get(format!("{}/zwzx/gzdt/", server.base_url())).send().await {
        Ok(answer) => answer.text().await.is_ok(),
        Err(_) => false,
    };
    assert!(!whole);
    server.stop().await;
}

#[tokio::test]
async fn a_stopped_server_is_gone() {
    let (server, _clock, client) = start().await;
    let url = server.base_url();
    assert_eq!(client.get(&url).send().await.unwrap().status(), 200);
    server.stop().await;
    assert!(client.get(&url).send().await.is_err());
}

#[tokio::test]
async fn the_large_site_answers_conditionally_too() {
    let site = Arc::new(bench_site(3, 4, 2, 7));
    let server = Arc::clone(&site).serve(any_port()).await.unwrap();
    let client = client();
    let paths = [site.list_paths(), site.home_paths(), site.feed_paths()].concat();
    let mut tags = Vec::new();
    for path in &paths {
        let answer = ask(&client, &server, path, &[]).await;
        assert_eq!((answer.status().as_u16(), answer.headers().contains_key("last-modified")), (200, true), "{path}");
        tags.push(answer.headers()["etag"].to_str().unwrap().to_owned());
        assert_eq!(answer.bytes().await.unwrap(), site.body(path).unwrap().1, "{path}");
    }
    assert_eq!(site.mutate(25.0).columns, 3);
    let mut changed = 0;
    for (path, tag) in paths.iter().zip(&tags).take(12) {
        let status = ask(&client, &server, path, &[("if-none-match", tag)]).await.status().as_u16();
        changed += usize::from(status == 200);
    }
    assert_eq!(changed, 3);
    server.stop().await;
}
