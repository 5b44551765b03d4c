//! robots.txt: what a site lets programs read, and how slowly.
//!
//! A site without one (4xx) allows everything. A site whose robots.txt fails otherwise (5xx, no connection, too large, not
//! readable) is taken to allow everything too, against RFC 9309, which then forbids all: such a site is most likely down, and
//! the page itself then says so with its true reason, where "robots" would blame the wrong party. It is noted in the
//! attempt, and asked again soon.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use texting_robots::Robot;
use tokio::time::Instant;
use url::Url;

use crate::attempt::{Attempt, Came};
use crate::pace::lock;

/// RFC 9309 asks for at least 500 KiB.
pub(crate) const MOST_BYTES: usize = 500 << 10;

/// Rules with `$` are compiled to automata of many kilobytes each; no honest file has this many.
const MOST_ANCHORED: usize = 200;

/// The longest rule with `$` that is looked at.
const LONGEST_ANCHORED: usize = 512;

/// More lines than this are not looked at.
const MOST_LINES: usize = 20_000;

/// A robots.txt that failed is asked for again after this time.
const SOON: Duration = Duration::from_secs(600);

/// With this many origins at hand, those that are not in use are forgotten.
const SWEEP_AT: usize = 1024;

/// What a robots.txt says to us.
pub(crate) trait Rules: Send + Sync {
    /// May `url` be asked for?
    fn allows(&self, url: &Url) -> bool;
    /// The time that is wanted between two requests.
    fn delay(&self) -> Option<Duration>;
}

struct Everything;

impl Rules for Everything {
    fn allows(&self, _: &Url) -> bool {
        true
    }
    fn delay(&self) -> Option<Duration> {
        None
    }
}

impl Rules for Robot {
    fn allows(&self, url: &Url) -> bool {
        Robot::allowed(self, url.as_str())
    }
    fn delay(&self) -> Option<Duration> {
        self.delay.and_then(|seconds| Duration::try_from_secs_f32(seconds).ok()).filter(|delay| !delay.is_zero())
    }
}

/// The rules of one origin, with what is to be noted about them.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) rules: Arc<dyn Rules>,
    pub(crate) note: Option<&'static str>,
}

impl Known {
    fn open(note: Option<&'static str>) -> Known {
        Known { rules: Arc::new(Everything), note }
    }
}

/// Reads what came of asking for a robots.txt. `name` is what it may call us by.
pub(crate) fn read(name: &str, attempt: &Attempt) -> Known {
    match (attempt.came, attempt.status) {
        (Came::Body, _) => match parse(name, &attempt.body) {
            Some(robot) => Known { rules: Arc::new(robot), note: None },
            None => Known::open(Some("robots.txt not readable, taken as allowing")),
        },
        (_, Some(400..=499)) => Known::open(None),
        _ => Known::open(Some("robots.txt failed, taken as allowing")),
    }
}

/// The parser is a stranger's and the bytes are strangers' too: should they ever make it panic, the file is unreadable.
fn parse(name: &str, text: &[u8]) -> Option<Robot> {
    let text = bounded(text);
    catch_unwind(AssertUnwindSafe(|| Robot::new(name, &text).ok())).ok().flatten()
}

/// `text` without what costs more to read than it can be worth. Empty lines and comments mean nothing, and go first.
fn bounded(text: &[u8]) -> Vec<u8> {
    let text = &text[..text.len().min(MOST_BYTES)];
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let (mut anchored, mut kept) = (0, Vec::with_capacity(text.len()));
    text.split_inclusive(|b| matches!(b, b'\n' | b'\r' | 0))
        .filter(|line| !matches!(line.trim_ascii().first(), None | Some(b'#' | 0)))
        .filter(|line| {
            let costly = line.contains(&b'$');
            anchored += usize::from(costly);
            !costly || (anchored <= MOST_ANCHORED && line.len() <= LONGEST_ANCHORED)
        })
        .take(MOST_LINES)
        .for_each(|line| kept.extend_from_slice(line));
    kept
}

/// What is known of each origin.
pub(crate) struct Robots {
    lifetime: Duration,
    origins: Mutex<HashMap<String, Arc<Slot>>>,
}

/// Locked while its robots.txt is on the way, so that it is asked for once however many wait for it.
type Slot = tokio::sync::Mutex<Option<(Known, Instant)>>;

impl Robots {
    pub(crate) fn new(lifetime: Duration) -> Robots {
        Robots { lifetime, origins: Mutex::default() }
    }

    /// The rules of `origin`: remembered, or what `ask` brings.
    pub(crate) async fn of<F: Future<Output = Known>>(&self, origin: &str, ask: impl FnOnce() -> F) -> Known {
        let slot = self.slot(origin);
        let mut slot = slot.lock().await;
        match &*slot {
            Some((known, until)) if Instant::now() < *until => known.clone(),
            _ => {
                let known = ask().await;
                let lifetime = if known.note.is_some() { self.lifetime.min(SOON) } else { self.lifetime };
                // A lifetime that no clock can hold is as good as a year.
                let year = Duration::from_secs(365 * 24 * 60 * 60);
                *slot = Some((known.clone(), Instant::now() + lifetime.min(year)));
                known
            }
        }
    }

    fn slot(&self, origin: &str) -> Arc<Slot> {
        let mut origins = lock(&self.origins);
        if let Some(slot) = origins.get(origin) {
            return slot.clone();
        }
        if origins.len() >= SWEEP_AT {
            origins.retain(|_, slot| Arc::strong_count(slot) > 1);
        }
        origins.entry(origin.to_owned()).or_default().clone()
    }
}

#[cfg(test)]
pub(crate) fn known(text: &str) -> Known {
    let body = bytes::Bytes::copy_from_slice(text.as_bytes());
    let attempt = Attempt { came: Came::Body, status: Some(200), body, ..Attempt::begun(String::new()) };
    read("duban", &attempt)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use model::Reason;
    use proptest::prelude::*;

    use super::known as rules;
    use super::*;

    fn url(path: &str) -> Url {
        Url::parse(&format!("http://a.cn{path}")).unwrap()
    }

    fn answer(status: Option<u16>, came: Came, body: &str) -> Attempt {
        let body = Bytes::copy_from_slice(body.as_bytes());
        Attempt { status, came, body, ..Attempt::begun("http://a.cn/robots.txt".into()) }
    }

    #[test]
    fn the_group_that_names_us_is_obeyed() {
        let known = rules(
            "User-agent: *\nDisallow: /\n\nUser-agent: Duban\nDisallow: /oa/\nAllow: /oa/open/\nCrawl-delay: 3\n",
        );
        for (path, allowed) in [("/", true), ("/jyj/gzdt/", true), ("/oa/x", false), ("/oa/open/x", true)] {
            assert_eq!(known.rules.allows(&url(path)), allowed, "{path}");
        }
        assert_eq!(known.rules.delay(), Some(Duration::from_secs(3)));
    }

    #[test]
    fn otherwise_the_group_for_all_is() {
        let known = rules("User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow: /*.doc$\n");
        assert!(known.rules.allows(&url("/a.html")) && known.rules.allows(&url("/a.docx")));
        assert!(!known.rules.allows(&url("/x/a.doc")));
        assert_eq!(known.rules.delay(), None);
    }

    #[test]
    fn a_byte_order_mark_hides_nothing() {
        assert!(!rules("\u{feff}User-agent: *\r\nDisallow: /oa/\r\n").rules.allows(&url("/oa/x")));
    }

    #[test]
    fn no_robots_is_open_and_a_broken_one_is_open_with_a_note() {
        let forbidden = Came::Blocked(Reason::Forbidden);
        for (status, came, noted) in [
            (Some(404), Came::Failed(Reason::NotFound), false),
            (Some(403), forbidden, false),
            (Some(503), Came::Failed(Reason::HttpServer), true),
            (None, Came::Failed(Reason::Connect), true),
            (Some(200), Came::Failed(Reason::TooLarge), true),
        ] {
            let known = read("duban", &answer(status, came, "User-agent: *\nDisallow: /"));
            assert!(known.rules.allows(&url("/x")), "{status:?}");
            assert_eq!(known.note.is_some(), noted, "{status:?}");
        }
    }

    #[test]
    fn odd_delays_are_no_delays() {
        for delay in ["-1", "NaN", "inf", "1e39", "0", "soon"] {
            assert_eq!(rules(&format!("User-agent: *\nCrawl-delay: {delay}\n")).rules.delay(), None, "{delay}");
        }
    }

    #[test]
    fn anchored_rules_beyond_the_bound_are_dropped() {
        let text = "User-agent: *\nDisallow: /secret\n".to_owned() + &"Disallow: /a*b$\n".repeat(30_000);
        let kept = bounded(text.as_bytes());
        assert_eq!(kept.iter().filter(|b| **b == b'$').count(), MOST_ANCHORED);
        assert!(!rules(&text).rules.allows(&url("/secret")));
    }

    #[test]
    fn lines_beyond_the_bound_are_dropped() {
        let empty = bounded("User-agent: *\nDisallow: /secret\n".to_owned().as_bytes());
        let padded = "\n \t\r\n# word\n".repeat(30_000);
        assert_eq!(bounded(format!("User-agent: *\n{padded}Disallow: /secret\n").as_bytes()), empty);
        let many = bounded("x\n".repeat(2 * MOST_LINES).as_bytes());
        assert_eq!(many.iter().filter(|b| **b == b'\n').count(), MOST_LINES);
    }

    #[tokio::test]
    async fn one_origin_is_asked_once_and_again_when_old() {
        let asked = std::cell::Cell::new(0);
        let ask = || async {
            asked.set(asked.get() + 1);
            Known::open(None)
        };
        let robots = Robots::new(Duration::MAX);
        robots.of("http://a.cn", ask).await;
        robots.of("http://a.cn", ask).await;
        assert_eq!(asked.get(), 1);
        robots.of("https://a.cn", ask).await;
        assert_eq!(asked.get(), 2);
        let forgetful = Robots::new(Duration::ZERO);
        forgetful.of("http://a.cn", ask).await;
        forgetful.of("http://a.cn", ask).await;
        assert_eq!(asked.get(), 4);
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(lines in proptest::collection::vec("(User-agent: \\*|Disallow: ?|Allow: ?|Crawl-delay: ?)?[/a*$%\\x00-\\x7f字]{0,20}", 0..20), path in "/[a-z*$%?=]{0,20}") {
            let known = rules(&lines.join("\n"));
            known.rules.allows(&url(&path));
            known.rules.delay();
        }
    }
}
