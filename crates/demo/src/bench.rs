//! A large site for benchmarks: of the size and weight of a real district, and made from a seed.
//!
//! By default 90 units with 30 columns each (three pages of 20 rows, four templates, every tenth unit in GBK; list pages
//! of about 62 kB in the median, section homes of about 86 kB) and 60 feeds. Every page has `ETag` and `Last-Modified`.
//! Pages are put together when they are asked for, so that the site itself takes little memory beside what is measured.

mod config;
mod feeds;
mod frame;
mod pages;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use model::Day;
use tokio::net::TcpListener;

use crate::clock::{Stamp, stamp};
use crate::rng::Rng;
use crate::server::{Hits, Server, count, fresh, http_date};
use frame::Frame;

/// Rows on a list page.
const ROWS: usize = 20;
/// Pages of a list.
const PAGES: usize = 3;

/// A large site: see the module's documentation. Shared between the server and the benchmark.
#[derive(Debug)]
pub struct BenchSite {
    seed: u64,
    columns: usize,
    frames: Vec<Frame>,
    /// How many items each column has gained, unit by unit.
    gained: Vec<AtomicU32>,
    /// How many items each feed has gained.
    feeds: Vec<AtomicU32>,
    rounds: AtomicU32,
}

/// What one [`BenchSite::mutate`] has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mutation {
    /// Columns with a new item.
    pub columns: usize,
    /// Feeds with a new item.
    pub feeds: usize,
}

/// Makes a site of `units` × `columns` lists and `feeds` feeds. The usual size is 90, 30 and 60.
#[must_use]
pub fn bench_site(units: usize, columns: usize, feeds: usize, seed: u64) -> BenchSite {
    BenchSite {
        seed,
        columns,
        frames: (0..units).map(|unit| Frame::new(seed, unit, columns)).collect(),
        gained: (0..units * columns).map(|_| AtomicU32::new(0)).collect(),
        feeds: (0..feeds).map(|_| AtomicU32::new(0)).collect(),
        rounds: AtomicU32::new(0),
    }
}

/// What a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    List { unit: usize, column: usize, page: usize },
    Home { unit: usize },
    Feed(usize),
}

impl BenchSite {
    /// The day on which the site stands: the date of its newest items. A benchmark's clock must not be before it.
    #[must_use]
    pub fn today(&self) -> Day {
        Day::from_ymd_opt(2026, 11, 20).unwrap_or_default()
    }

    /// Paths of the first page of every column.
    #[must_use]
    pub fn list_paths(&self) -> Vec<String> {
        let of = |unit| (0..self.columns).map(move |column| list_path(unit, column));
        (0..self.frames.len()).flat_map(of).collect()
    }

    /// Paths of the sections' homes.
    #[must_use]
    pub fn home_paths(&self) -> Vec<String> {
        (0..self.frames.len()).map(|unit| format!("/u{unit:03}/")).collect()
    }

    /// Paths of the feeds.
    #[must_use]
    pub fn feed_paths(&self) -> Vec<String> {
        (0..self.feeds.len()).map(|n| format!("/feed/f{n:02}.xml")).collect()
    }

    /// Gives a new item to `percent` of the columns and of the feeds, chosen by the seed and the number of the round.
    pub fn mutate(&self, percent: f64) -> Mutation {
        let round = self.rounds.fetch_add(1, Ordering::SeqCst) + 1;
        let mut rng = Rng::new(self.seed, &format!("round {round}"));
        let columns = touch(&self.gained, percent, &mut rng);
        let feeds = touch(&self.feeds, percent, &mut rng);
        Mutation { columns, feeds }
    }

    /// The body at `path`, with its type; none where nothing is.
    #[must_use]
    pub fn body(&self, path: &str) -> Option<(&'static str, Vec<u8>)> {
        self.place(path).map(|place| self.render(place))
    }

    /// Serves the site. With port 0 a free port is taken.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub async fn serve(self: Arc<Self>, addr: SocketAddr) -> std::io::Result<Server> {
        let listener = TcpListener::bind(addr).await?;
        let hits = Hits::default();
        let app = Router::new().fallback(get).with_state((self, Arc::clone(&hits)));
        Server::start(app, listener, hits)
    }

    fn render(&self, place: Place) -> (&'static str, Vec<u8>) {
        match place {
            Place::List { unit, column, page } => self.frames[unit].encode(&pages::list(self, unit, column, page)),
            Place::Home { unit } => self.frames[unit].encode(&pages::home(self, unit)),
            Place::Feed(n) => feeds::feed(self.seed, n, self.feeds[n].load(Ordering::SeqCst)),
        }
    }

    /// How often the thing at `place` has changed.
    fn version(&self, place: Place) -> u32 {
        match place {
            Place::List { unit, column, .. } => self.gained_by(unit, column),
            Place::Home { unit } => (0..self.columns).map(|c| self.gained_by(unit, c)).sum(),
            Place::Feed(n) => self.feeds[n].load(Ordering::SeqCst),
        }
    }

    fn gained_by(&self, unit: usize, column: usize) -> u32 {
        self.gained[unit * self.columns + column].load(Ordering::SeqCst)
    }

    fn place(&self, path: &str) -> Option<Place> {
        if let Some(file) = path.strip_prefix("/feed/f") {
            let n: usize = file.strip_suffix(".xml")?.parse().ok()?;
            return (n < self.feeds.len()).then_some(Place::Feed(n));
        }
        let (unit, rest) = path.strip_prefix("/u")?.split_once('/')?;
        let unit: usize = unit.parse().ok().filter(|u| *u < self.frames.len())?;
        if matches!(rest, "" | "index.html") {
            return Some(Place::Home { unit });
        }
        let (column, file) = rest.strip_prefix('c')?.split_once('/')?;
        let column: usize = column.parse().ok().filter(|c| *c < self.columns)?;
        let page = match file {
            "" | "index.html" => 0,
            _ => file.strip_prefix("index_")?.strip_suffix(".html")?.parse().ok().filter(|p| (1..PAGES).contains(p))?,
        };
        Some(Place::List { unit, column, page })
    }
}

fn list_path(unit: usize, column: usize) -> String {
    format!("/u{unit:03}/c{column:02}/")
}

/// Adds an item to `percent` of `counts`; how many that was.
fn touch(counts: &[AtomicU32], percent: f64, rng: &mut Rng) -> usize {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length is within it")]
    let wanted = ((counts.len() as f64 * percent.clamp(0.0, 100.0) / 100.0).round() as usize).min(counts.len());
    let mut order: Vec<usize> = (0..counts.len()).collect();
    for i in 0..wanted {
        let j = i + rng.index(order.len() - i);
        order.swap(i, j);
        counts[order[i]].fetch_add(1, Ordering::SeqCst);
    }
    wanted
}

type Shared = (Arc<BenchSite>, Hits);

async fn get(State((site, hits)): State<Shared>, uri: Uri, headers: HeaderMap) -> Response {
    count(&hits, uri.path());
    if uri.path() == "/robots.txt" {
        return "User-agent: *\nDisallow:\n".into_response();
    }
    let Some(place) = site.place(uri.path()) else {
        return (StatusCode::NOT_FOUND, "404").into_response();
    };
    let version = site.version(place);
    let etag = format!("\"{version:x}-{:x}\"", Rng::new(site.seed, uri.path()).next());
    let modified = modified(&site, version);
    let validators = [(header::ETAG, etag.clone()), (header::LAST_MODIFIED, http_date(modified))];
    if fresh(Some(&etag), Some(modified), &headers) {
        return (StatusCode::NOT_MODIFIED, validators).into_response();
    }
    let (content_type, body) = site.render(place);
    (validators, [(header::CONTENT_TYPE, content_type)], body).into_response()
}

/// Every change is a minute later than the one before.
fn modified(site: &BenchSite, version: u32) -> Stamp {
    stamp(site.today(), 7, 0) + TimeDelta::minutes(i64::from(version))
}

#[cfg(test)]
mod tests;
