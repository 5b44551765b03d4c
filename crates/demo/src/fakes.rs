//! Stand-ins for what new media are read from (NEWMEDIA.md section 7.8): 微信公众平台, a bridge, article pages. Each answers
//! without network or clock, so that a test may ask it ten thousand times; [`serve_fake`] puts any of them on loopback.

mod bridge;
mod mp;
mod wechat;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use chrono::NaiveDateTime;
use tokio::net::TcpListener;

pub use bridge::{BridgeFault, FakeBridge, FakeFeed};
pub use mp::{FakeMp, MpPage};
pub use wechat::{FakeAccount, FakeWechat, WechatFault};

use crate::clock::{VirtualClock, wall};
use crate::server::{Hits, Server, count};

/// One push to the readers, or one quiet publication: several articles at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// When, on the district's wall.
    pub at: NaiveDateTime,
    /// How many articles.
    pub articles: u32,
    /// Were the readers notified (群发)? What was not is listed elsewhere.
    pub notified: bool,
}

/// What a fake is asked.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The path.
    pub path: &'a str,
    /// The query, without the question mark.
    pub query: &'a str,
    /// What was posted.
    pub body: &'a [u8],
    /// Was it a POST?
    pub posted: bool,
    /// The time on the district's wall.
    pub at: NaiveDateTime,
}

impl Asked<'_> {
    /// A parameter of the query.
    fn param(&self, name: &str) -> Option<&str> {
        self.query.split('&').find_map(|p| p.strip_prefix(name)?.strip_prefix('='))
    }
}

/// What it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The type, as the real one says it.
    pub content_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// The connection breaks off after the body.
    pub broken: bool,
}

impl Reply {
    pub(crate) fn new(status: u16, content_type: &'static str, body: impl Into<Vec<u8>>) -> Reply {
        Reply { status, content_type, body: body.into(), location: None, broken: false }
    }
}

/// Something that can be asked.
pub trait Fake: Send + Sync + 'static {
    /// Answers.
    fn reply(&self, asked: &Asked<'_>) -> Reply;
}

struct Stage<F> {
    fake: Arc<F>,
    clock: Arc<VirtualClock>,
    hits: Hits,
}

/// Puts a fake on loopback, at the time that `clock` shows.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn serve_fake<F: Fake>(fake: Arc<F>, clock: Arc<VirtualClock>, addr: SocketAddr) -> std::io::Result<Server> {
    let listener = TcpListener::bind(addr).await?;
    let hits = Hits::default();
    let stage = Stage { fake, clock, hits: Arc::clone(&hits) };
    let app = Router::new().fallback(answer::<F>).with_state(Arc::new(stage));
    Server::start(app, listener, hits)
}

async fn answer<F: Fake>(State(stage): State<Arc<Stage<F>>>, method: Method, uri: Uri, body: Bytes) -> Response {
    count(&stage.hits, uri.path());
    let asked = Asked {
        path: uri.path(),
        query: uri.query().unwrap_or_default(),
        body: &body,
        posted: method == Method::POST,
        at: wall(stage.clock.now()),
    };
    respond(stage.fake.reply(&asked))
}

pub(crate) fn respond(reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = if reply.broken { crate::server::broken(reply.body) } else { Body::from(reply.body) };
    let location = reply.location.and_then(|l| l.parse().ok());
    let mut response = (status, [(header::CONTENT_TYPE, reply.content_type)], body).into_response();
    if let Some(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
