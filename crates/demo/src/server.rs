//! The simulated district on loopback.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use chrono::{NaiveDateTime, TimeDelta};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::clock::{Stamp, VirtualClock, wall};
use crate::config::OPEN_PLATFORM;
use crate::district::District;
use crate::fakes::{self, Asked, Fake as _, FakeWechat};
use crate::route::{self, Answer};

/// How often each path was asked for.
pub(crate) type Hits = Arc<Mutex<BTreeMap<String, u64>>>;

/// A running site. Dropping it stops it too.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    hits: Hits,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://` and the address.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// How often each path was asked for.
    #[must_use]
    pub fn hits(&self) -> BTreeMap<String, u64> {
        self.hits.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How often `path` was asked for.
    #[must_use]
    pub fn hits_of(&self, path: &str) -> u64 {
        self.hits.lock().unwrap_or_else(PoisonError::into_inner).get(path).copied().unwrap_or(0)
    }

    /// Takes no more connections, finishes what is being answered, and returns when the port is free.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            // The receiver is gone only if the server has ended already.
            let _ = stop.send(());
        }
        // A client may keep an idle connection open; nobody waits for it.
        let grace = tokio::time::Duration::from_secs(2);
        if tokio::time::timeout(grace, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }

    /// Serves `app` on `listener`. The caller counts the paths into `hits`.
    pub(crate) fn start(app: Router, listener: TcpListener, hits: Hits) -> std::io::Result<Server> {
        let addr = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let until = async move {
                let _ = stopped.await;
            };
            // Serving ends only by the signal; an error of a single connection is that connection's.
            let _ = axum::serve(listener, app).with_graceful_shutdown(until).await;
        });
        Ok(Server { addr, hits, stop: Some(stop), task })
    }
}

/// Adds one to the count of `path`.
pub(crate) fn count(hits: &Hits, path: &str) {
    let mut hits = hits.lock().unwrap_or_else(PoisonError::into_inner);
    *hits.entry(path.to_owned()).or_insert(0) += 1;
}

struct Site {
    district: Arc<District>,
    clock: Arc<VirtualClock>,
    base: String,
    hits: Hits,
    platform: FakeWechat,
}

/// Serves `district` as `clock` has it. With port 0 a free port is taken: see [`Server::addr`].
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve(district: Arc<District>, clock: Arc<VirtualClock>, addr: SocketAddr) -> std::io::Result<Server> {
    // Feeds and articles name whole addresses, so the port must be known before the first answer.
    let listener = TcpListener::bind(addr).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let hits = Hits::default();
    let platform = FakeWechat::new(district.on_the_platform());
    let site = Site { district, clock, base, hits: Arc::clone(&hits), platform };
    let app = Router::new().fallback(get).with_state(Arc::new(site));
    Server::start(app, listener, hits)
}

async fn get(State(site): State<Arc<Site>>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    count(&site.hits, uri.path());
    let at = wall(site.clock.now());
    if let Some(path) = uri.path().strip_prefix(OPEN_PLATFORM) {
        let (query, posted) = (uri.query().unwrap_or_default(), method == Method::POST);
        return fakes::respond(site.platform.reply(&Asked { path, query, body: &body, posted, at }));
    }
    let answer = route::answer(&site.district, uri.path(), at, &site.base);
    if answer.hangs {
        return std::future::pending().await;
    }
    let mut response = respond(answer, &headers);
    // The hour by which this world lives, not that of the host.
    if let Ok(date) = http_date(at).parse() {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

fn respond(answer: Answer, headers: &HeaderMap) -> Response {
    let modified = answer.modified.map(http_date);
    let validators = [(header::ETAG, answer.etag.clone()), (header::LAST_MODIFIED, modified)];
    let validators: HeaderMap =
        validators.into_iter().filter_map(|(name, value)| Some((name, value?.parse().ok()?))).collect();
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status == StatusCode::OK && fresh(answer.etag.as_deref(), answer.modified, headers) {
        return (StatusCode::NOT_MODIFIED, validators).into_response();
    }
    let body = if answer.broken { broken(answer.page.body) } else { Body::from(answer.page.body) };
    (status, validators, [(header::CONTENT_TYPE, answer.page.content_type)], body).into_response()
}

/// A body that ends in an error, so that the connection is cut before the body is whole.
pub(crate) fn broken(start: Vec<u8>) -> Body {
    let parts = [Ok(Bytes::from(start)), Err(std::io::Error::other("the connection breaks off"))];
    Body::from_stream(futures::stream::iter(parts))
}

/// Does the client hold the current state already? `If-None-Match` decides where it is sent (RFC 9110).
pub(crate) fn fresh(etag: Option<&str>, modified: Option<Stamp>, headers: &HeaderMap) -> bool {
    let header = |name| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(asked) = header(header::IF_NONE_MATCH) {
        let same = |tag: &str| Some(tag.trim().trim_start_matches("W/")) == etag;
        return etag.is_some() && (asked.trim() == "*" || asked.split(',').any(same));
    }
    let since = header(header::IF_MODIFIED_SINCE).and_then(read_http_date);
    modified.zip(since).is_some_and(|(modified, since)| modified <= since)
}

const HTTP_DATE: &str = "%a, %d %b %Y %H:%M:%S GMT";
/// Hours that the district's wall clock is ahead of UTC.
const AHEAD: TimeDelta = TimeDelta::hours(8);

/// Wall time as an HTTP header writes it.
pub(crate) fn http_date(at: Stamp) -> String {
    (at - AHEAD).format(HTTP_DATE).to_string()
}

fn read_http_date(text: &str) -> Option<Stamp> {
    NaiveDateTime::parse_from_str(text.trim(), HTTP_DATE).ok().map(|utc| utc + AHEAD)
}
