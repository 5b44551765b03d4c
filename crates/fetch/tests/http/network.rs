//! Lines that are down, and whether it is our own.

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use fetch::{Came, Fetcher, OwnNetwork, Settings, Target};
use model::Reason;
use tokio::io::AsyncReadExt;

use crate::site::{Site, Then, fetcher, get, nobody, raw, settings};

#[tokio::test]
async fn where_nobody_listens_there_is_no_connection_and_no_secret_is_told() {
    let attempt = get(format!("http://clerk:s3cret@{}/x?token=t0ken", nobody().await)).await;
    assert_eq!((attempt.came, attempt.status), (Came::Failed(Reason::Connect), None), "{}", attempt.detail);
    assert!(!attempt.detail.is_empty());
    assert!(!attempt.detail.contains("t0ken") && !format!("{attempt:?}").contains("s3cret"), "{attempt:?}");
}

#[tokio::test]
async fn what_speaks_no_tls_is_a_matter_of_tls() {
    let site = Site::open(Router::new()).await;
    let attempt = get(format!("https://{}/", site.at)).await;
    assert_eq!(attempt.came, Came::Failed(Reason::Tls), "{}", attempt.detail);
}

#[tokio::test]
async fn a_handshake_without_end_is_no_connection() {
    let mute = raw("", Then::Hang).await.replace("http://", "https://");
    let fetcher = Fetcher::new(Settings { connect_timeout: Duration::from_millis(300), ..settings() }).unwrap();
    let attempt = fetcher.get(&Target::new(mute)).await;
    assert_eq!(attempt.came, Came::Failed(Reason::Connect), "{}", attempt.detail);
}

#[tokio::test]
async fn a_handshake_that_is_hung_up_on_is_a_matter_of_tls() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            // The greeting is read, or the close would be a reset.
            let mut greeting = [0; 16 << 10];
            let _ = stream.read(&mut greeting).await;
        }
    });
    let attempt = get(url).await;
    assert_eq!(attempt.came, Came::Failed(Reason::Tls), "{}", attempt.detail);
}

#[tokio::test]
async fn any_answer_of_a_reference_counts() {
    let up = Site::open(Router::new().fallback(|| async { StatusCode::INTERNAL_SERVER_ERROR })).await;
    let down = format!("http://{}/", nobody().await);
    let references = [up.url("/"), down.clone(), "10.0.0.1".into(), "not an address".into()];
    assert_eq!(fetcher().own_network(&references).await, OwnNetwork { reached: 1, asked: 4 });
    let alone = fetcher().own_network(&[down]).await;
    assert_eq!(alone, OwnNetwork { reached: 0, asked: 1 });
    assert!(alone.seems_down());
}

#[tokio::test]
async fn without_references_nothing_is_claimed() {
    assert!(!fetcher().own_network(&[]).await.seems_down());
}
