//! The fetcher: from a target, over its redirects, to an attempt.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use model::Reason;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue};
use reqwest::{Client, StatusCode, redirect};
use tokio::time::{Instant, timeout};
use url::Url;

use crate::attempt::{Attempt, Came, Hop, Target};
use crate::exchange::{Answer, Parcel, Wish, ask, validators};
use crate::failure::Failure;
use crate::guard::Guard;
use crate::pace::Pace;
use crate::resolve::{Resolver, SystemResolver};
use crate::robots::{self, Known, Robots};
use crate::settings::{FetchError, Settings};
use crate::{address, status, tls};

/// Fetches politely. Clones share their queues and what they know of robots.txt: make one per process and clone it.
#[derive(Clone)]
pub struct Fetcher {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) settings: Settings,
    pub(crate) client: Client,
    pub(crate) guard: Arc<Guard>,
    pub(crate) pace: Pace,
    robots: Robots,
}

/// Connections that idle longer are not used again. Servers close them after five seconds at the earliest, and a request
/// that crosses such a close on the wire looks like a failure of the site.
const IDLE: Duration = Duration::from_secs(4);

/// What differs between a page and a robots.txt.
#[derive(Clone, Copy)]
struct Errand {
    obey_robots: bool,
    max_body: usize,
    /// A page asks, through its scripts: the headers are its own and stay with the host that it asked.
    relayed: bool,
}

/// One attempt under way.
struct Walk {
    errand: Errand,
    validators: HeaderMap,
    /// What is handed over, where this is a POST.
    parcel: Option<Parcel>,
    attempt: Attempt,
    /// How long it may still be on the wire.
    left: Duration,
    visited: HashSet<Url>,
}

impl Fetcher {
    /// A fetcher that resolves names as the operating system does. It installs TLS for the process if nobody has.
    ///
    /// # Errors
    /// When a setting lets no request be made, or the HTTP client cannot be built.
    pub fn new(settings: Settings) -> Result<Fetcher, FetchError> {
        Fetcher::with_resolver(settings, Arc::new(SystemResolver))
    }

    /// A fetcher with its own way from names to addresses, for rehearsals and tests. The guard checks its answers too.
    ///
    /// # Errors
    /// As [`Fetcher::new`].
    pub fn with_resolver(settings: Settings, resolver: Arc<dyn Resolver>) -> Result<Fetcher, FetchError> {
        settings.check()?;
        let guard = Arc::new(Guard::new(settings.allow_private.clone(), resolver));
        let client = client(&settings, &guard).map_err(|e| FetchError::Client(Failure::of(e).words))?;
        let (pace, robots) = (Pace::new(settings.per_host_per_second), Robots::new(settings.robots_lifetime));
        Ok(Fetcher { inner: Arc::new(Inner { settings, client, guard, pace, robots }) })
    }

    /// Asks for `target`. Whatever comes of it is an attempt; there is no error.
    ///
    /// The validators are sent to every address on the way, because it is the last one that they belong to.
    pub async fn get(&self, target: &Target) -> Attempt {
        let settings = &self.inner.settings;
        let errand = Errand { obey_robots: settings.respect_robots, max_body: settings.max_body, relayed: false };
        told(target, self.inner.walk(target, (validators(target), None), errand).await)
    }

    /// Hands the parcel over to `url` by POST: to programs that were made to be talked to (robots of chat groups, official
    /// interfaces), so robots.txt is not asked; the guard, the queue of the host and all bounds hold as for [`Fetcher::get`].
    ///
    /// A redirect is not followed: what is handed over is meant for that address alone.
    pub async fn post(&self, url: &str, parcel: Parcel) -> Attempt {
        self.post_to(&Target::new(url), parcel).await
    }

    /// The same, to an address whose query may hold a secret.
    pub async fn post_to(&self, target: &Target, parcel: Parcel) -> Attempt {
        let errand = Errand { obey_robots: false, max_body: self.inner.settings.max_body, relayed: false };
        told(target, self.inner.walk(target, (validators(target), Some(parcel)), errand).await)
    }

    /// Asks for what a page wants that is being rendered. It is a stranger's wish, so everything holds that holds for
    /// [`Fetcher::get`], and robots.txt is asked also where something is handed over.
    pub async fn relay(&self, wish: Wish) -> Attempt {
        let settings = &self.inner.settings;
        let max_body = settings.max_body.min(wish.most_bytes);
        let errand = Errand { obey_robots: settings.respect_robots, max_body, relayed: true };
        let (headers, target) = (wish.usable(), Target::new(wish.url));
        told(&target, self.inner.walk(&target, (headers, wish.parcel), errand).await)
    }
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetcher").field("settings", &self.inner.settings).finish_non_exhaustive()
    }
}

/// Takes the secret out of what may be kept, and tells the log.
fn told(target: &Target, mut attempt: Attempt) -> Attempt {
    if let Some(secret) = &target.secret {
        attempt.scrub(secret);
    }
    // Feeds of bridges carry tokens in their query, which no log needs.
    let url = attempt.url.split('?').next();
    tracing::debug!(
        url, status = attempt.status, came = ?attempt.came, bytes = attempt.body.len(),
        hops = attempt.hops.len(), detail = %attempt.detail, "asked"
    );
    attempt
}

fn client(settings: &Settings, guard: &Arc<Guard>) -> reqwest::Result<Client> {
    tls::client(|| {
        Client::builder()
            .user_agent(&settings.user_agent)
            // "deflate" is read where it comes, but nobody needs to be asked for it: each page of each round would.
            .default_headers(HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("gzip,br"))]))
            .connect_timeout(settings.connect_timeout)
            .redirect(redirect::Policy::none())
            .referer(false)
            .tls_info(true)
            .no_proxy()
            .dns_resolver(guard.clone())
            .pool_max_idle_per_host(32)
            .pool_idle_timeout(IDLE)
            // Old servers send headers that a strict client refuses; what we need of them is still there.
            .http1_ignore_invalid_headers_in_responses(true)
            .http1_allow_spaces_after_header_name_in_responses(true)
            .http1_allow_obsolete_multiline_headers_in_responses(true)
            .http2_max_header_list_size(64 << 10)
    })
}

impl Inner {
    async fn walk(&self, target: &Target, with: (HeaderMap, Option<Parcel>), errand: Errand) -> Attempt {
        let (mut attempt, start) = begin(target);
        attempt.asked = vec![("user-agent".to_owned(), self.settings.user_agent.clone())];
        // What a page asks with may be a secret.
        if !errand.relayed {
            attempt.asked.extend(readable(&with.0));
        }
        let mut walk = Walk {
            errand,
            validators: with.0,
            parcel: with.1,
            attempt,
            left: self.settings.timeout,
            visited: HashSet::new(),
        };
        let mut next = match start {
            Ok(url) => Some(match &target.secret {
                Some(secret) => secret.put_into(url),
                None => url,
            }),
            Err(failure) => {
                walk.fail(failure);
                None
            }
        };
        while let Some(url) = next {
            next = self.step(&mut walk, url).await;
        }
        walk.attempt
    }

    /// One hop. Where it is a redirect, the address that it leads to.
    async fn step(&self, walk: &mut Walk, url: Url) -> Option<Url> {
        walk.attempt.final_url = address::without_credentials(url.as_str());
        let host = address::host_key(&url);
        match self.admit(walk, &url).await {
            Ok(delay) => self.pace.turn(&host, delay, self.settings.apart(url.host_str())).await,
            Err(came) => {
                walk.attempt.came = came;
                return None;
            }
        }
        let (answer, failure) = self.exchange(walk, &url).await;
        let Some(answer) = answer else {
            walk.fail(failure.unwrap_or_else(|| Failure::new(Reason::Incomplete, "no answer")));
            return None;
        };
        let rest = status::retry_after(&answer.headers);
        if let (429 | 503, Some(rest)) = (answer.status.as_u16(), rest) {
            self.pace.rest(&host, rest);
        }
        walk.attempt.retry_after = rest;
        walk.arrive(answer, failure, &url, self.settings.max_redirects)
    }

    /// Checks that `url` may be asked. Returns the delay that its robots.txt wants, or what stands in the way.
    async fn admit(&self, walk: &mut Walk, url: &Url) -> Result<Option<Duration>, Came> {
        if let Err(refused) = self.guard.check_literal(url) {
            walk.attempt.say(&refused.to_string());
            return Err(Came::Failed(Reason::PrivateAddress));
        }
        if !walk.errand.obey_robots {
            return Ok(None);
        }
        let known = self.robots.of(&address::origin(url), || self.ask_robots(url)).await;
        if let Some(note) = known.note {
            walk.attempt.say(note);
        }
        if !known.rules.allows(url) {
            walk.attempt.say("robots.txt forbids this address");
            return Err(Came::Blocked(Reason::Robots));
        }
        Ok(known.rules.delay())
    }

    /// Boxed, because a walk asks for robots.txt and a robots.txt is fetched by a walk.
    fn ask_robots(&self, url: &Url) -> BoxFuture<'_, Known> {
        let target = Target::new(address::robots_of(url));
        let errand = Errand { obey_robots: false, max_body: robots::MOST_BYTES, relayed: false };
        async move { robots::read(self.settings.robots_name(), &self.walk(&target, (HeaderMap::new(), None), errand).await) }.boxed()
    }

    /// Asks, within what is left of the time. What came before a failure is returned beside it.
    async fn exchange(&self, walk: &mut Walk, url: &Url) -> (Option<Answer>, Option<Failure>) {
        let begun = Instant::now();
        let mut answer = None;
        let what = (&walk.validators, walk.parcel.as_ref());
        let asking = ask(&self.client, url, what, walk.errand.max_body, &mut answer);
        let failure = match timeout(walk.left, asking).await {
            Ok(done) => done.err(),
            Err(_) => Some(Failure::new(Reason::Timeout, format!("not done within {:?}", self.settings.timeout))),
        };
        walk.left = walk.left.saturating_sub(begun.elapsed());
        (answer, failure)
    }
}

/// The empty attempt for `target`, and the address to begin with.
fn begin(target: &Target) -> (Attempt, Result<Url, Failure>) {
    match address::parse(&target.url) {
        Ok(url) => {
            let secret = !url.username().is_empty() || url.password().is_some();
            let shown = if secret { address::without_credentials(url.as_str()) } else { target.url.clone() };
            (Attempt::begun(shown), Ok(url))
        }
        Err(words) => {
            let shown = address::without_credentials(&target.url);
            (Attempt::begun(shown), Err(Failure::new(Reason::BadAddress, words)))
        }
    }
}

impl Walk {
    fn fail(&mut self, failure: Failure) {
        self.attempt.came = Came::Failed(failure.reason);
        self.attempt.say(&failure.words);
    }

    /// Takes in an answer from `url`, whole or broken off. Returns where to go on, if it is a redirect that may be followed.
    fn arrive(&mut self, answer: Answer, failure: Option<Failure>, url: &Url, max_redirects: usize) -> Option<Url> {
        self.attempt.certificate = answer.certificate.clone();
        let (status, headers, body) = answer.into_parts();
        self.attempt.status = Some(status.as_u16());
        self.attempt.headers = readable(&headers);
        self.attempt.body = body;
        if let Some(location) = status::redirect(status, &headers) {
            if self.parcel.is_some() {
                self.fail(Failure::new(Reason::BadAddress, "a redirect is not followed with something in hand"));
                return None;
            }
            return self.follow(status, location, url, max_redirects);
        }
        let asked = !self.errand.relayed && !self.validators.is_empty();
        self.attempt.came = status::judge(status, &headers, &self.attempt.body, asked);
        self.attempt.say(status::remark(status, asked));
        if let Some(failure) = failure {
            self.broke_off(failure);
        }
        None
    }

    /// A page of success is worth nothing unless it is whole; an error page has said what it had to say by its status.
    fn broke_off(&mut self, failure: Failure) {
        if self.attempt.came == Came::Body {
            self.fail(failure);
        } else {
            self.attempt.say(&failure.words);
        }
    }

    fn follow(&mut self, status: StatusCode, location: &[u8], url: &Url, max_redirects: usize) -> Option<Url> {
        let shown = address::without_credentials(&address::location_text(location));
        let from = self.attempt.final_url.clone();
        self.attempt.hops.push(Hop { url: from, status: status.as_u16(), location: shown });
        self.visited.insert(url.clone());
        let failure = match address::join(url, location) {
            Err(words) => Failure::new(Reason::BadAddress, words),
            // Without cookies the same address gives the same answer, so a circle is known at once.
            Ok(next) if self.visited.contains(&next) => Failure::new(Reason::RedirectLoop, "redirect in a circle"),
            Ok(_) if self.attempt.hops.len() > max_redirects => {
                Failure::new(Reason::RedirectLoop, format!("more than {max_redirects} redirects"))
            }
            Ok(next) => {
                if self.errand.relayed && address::host_key(&next) != address::host_key(url) {
                    self.validators.clear();
                }
                return Some(next);
            }
        };
        self.fail(failure);
        None
    }
}

/// Headers as text. Bytes that are no UTF-8 become replacement characters.
fn readable(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::http::StatusCode;
    use axum::routing::get as on_get;

    use super::*;

    /// Whether a site paced at one request in 1000 seconds has had its turn, and was given rest.
    async fn after_asking(path: &str, respect_robots: bool) -> (bool, bool) {
        let busy = || async { (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "5")]) };
        let site = Router::new().route("/busy", on_get(busy)).route("/fine", on_get(|| async { "x" }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move { axum::serve(listener, site).await });
        let allow_private = vec!["127.0.0.1/32".parse().unwrap()];
        let settings = Settings { per_host_per_second: 0.001, allow_private, respect_robots, ..Settings::default() };
        let fetcher = Fetcher::new(settings).unwrap();
        // What robots.txt says is laid in beforehand, because asking for it would take a turn.
        fetcher
            .inner
            .robots
            .of(&format!("http://{host}"), || async { robots::known("User-agent: *\nCrawl-delay: 3") })
            .await;
        fetcher.get(&Target::new(format!("http://{host}{path}"))).await;
        (fetcher.inner.pace.has_had_its_turn(&host), fetcher.inner.pace.was_given_rest(&host))
    }

    #[tokio::test]
    async fn a_request_takes_the_turn_of_its_host() {
        assert_eq!(after_asking("/fine", false).await, (true, false));
    }

    #[tokio::test]
    async fn a_host_that_asks_for_rest_is_given_it() {
        assert_eq!(after_asking("/busy", false).await, (true, true));
    }

    #[tokio::test]
    async fn a_crawl_delay_is_kept() {
        assert_eq!(after_asking("/fine", true).await, (true, true));
    }
}
