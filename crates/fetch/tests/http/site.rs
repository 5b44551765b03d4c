//! Sites to fetch from, and a fetcher that may.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::middleware::{self, Next};
use fetch::{Attempt, Fetcher, Settings, Target};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Settings with which nothing waits and this machine may be asked, but no robots.txt is.
pub(crate) fn settings() -> Settings {
    Settings {
        user_agent: "duban-test".into(),
        per_host_per_second: 1000.0,
        apart: vec![],
        timeout: Duration::from_secs(60),
        connect_timeout: Duration::from_secs(30),
        max_body: 1 << 20,
        max_redirects: 5,
        allow_private: vec!["127.0.0.1/32".parse().unwrap()],
        respect_robots: false,
        robots_lifetime: Duration::from_secs(3600),
    }
}

pub(crate) fn fetcher() -> Fetcher {
    Fetcher::new(settings()).unwrap()
}

pub(crate) async fn get(url: impl Into<String>) -> Attempt {
    fetcher().get(&Target::new(url)).await
}

/// A site that remembers what it was asked.
pub(crate) struct Site {
    pub(crate) at: SocketAddr,
    seen: Arc<Mutex<Vec<(String, HeaderMap)>>>,
}

impl Site {
    pub(crate) async fn open(router: Router) -> Site {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = seen.clone();
        let router = router.layer(middleware::from_fn(move |request: Request, next: Next| {
            let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
            log.lock().unwrap().push((path, request.headers().clone()));
            next.run(request)
        }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Site { at, seen }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    /// The paths that were asked for, in order.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.seen.lock().unwrap().iter().map(|(path, _)| path.clone()).collect()
    }

    /// The headers of the `n`-th request.
    pub(crate) fn headers(&self, n: usize) -> HeaderMap {
        self.seen.lock().unwrap()[n].1.clone()
    }
}

/// What a byte-by-byte server does when it has said its piece.
#[derive(Clone, Copy)]
pub(crate) enum Then {
    Close,
    Hang,
    Drip,
}

/// A server that answers every request with just these bytes.
pub(crate) async fn raw(answer: impl AsRef<[u8]>, then: Then) -> String {
    let answer = answer.as_ref().to_vec();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, answer.clone(), then));
        }
    });
    url
}

async fn serve(mut stream: TcpStream, answer: Vec<u8>, then: Then) -> std::io::Result<()> {
    let mut asked = Vec::new();
    while !asked.ends_with(b"\r\n\r\n") {
        asked.push(stream.read_u8().await?);
    }
    stream.write_all(&answer).await?;
    match then {
        Then::Close => stream.shutdown().await,
        Then::Hang => std::future::pending().await,
        Then::Drip => loop {
            stream.write_all(b"x").await?;
            tokio::time::sleep(Duration::from_millis(5)).await;
        },
    }
}

/// An address of this machine where nobody listens.
pub(crate) async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}
