//! Hosts that ask to be left alone: 429 or 503 with `Retry-After`.
//!
//! The whole host is left alone, not the one page: most columns of a district are on one host. A rest is kept across
//! restarts and bounded, so that no header can blind the monitor; what was put off stays due, and one page asks again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use chrono::TimeDelta;
use fetch::{Attempt, Came};
use model::{Moment, Reason};

use crate::app::App;

/// A host that asks for a longer rest is asked again after this.
const LONGEST: TimeDelta = TimeDelta::hours(2);
/// A shorter rest is kept by the queue of the host.
const SHORTEST: TimeDelta = TimeDelta::seconds(10);
/// What the books call a host: other things rest there too.
const PREFIX: &str = "host ";

/// The hosts that rest.
pub(super) struct Rests<'a> {
    app: &'a App,
    until: Mutex<HashMap<String, Moment>>,
}

impl<'a> Rests<'a> {
    /// As the books say it now.
    pub(super) async fn known(app: &'a App) -> anyhow::Result<Rests<'a>> {
        let all = app.store.resting(app.clock.now()).await?;
        let hosts = all.into_iter().filter_map(|(what, until)| Some((what.strip_prefix(PREFIX)?.to_owned(), until)));
        Ok(Rests { app, until: Mutex::new(hosts.collect()) })
    }

    /// Until when the host of `url` is left alone, if it is.
    pub(super) fn of(&self, url: &str) -> Option<Moment> {
        let until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        if until.is_empty() {
            return None;
        }
        let now = self.app.clock.now();
        until.get(&host(url)).copied().filter(|until| *until > now)
    }

    /// Notes what an answer asks for.
    pub(super) async fn note(&self, attempt: &Attempt) -> anyhow::Result<()> {
        let Some((rest, reason)) = asked_for(attempt) else { return Ok(()) };
        let (host, until) = (host(&attempt.final_url), self.app.clock.now() + rest);
        self.app.store.leave_alone(&format!("{PREFIX}{host}"), until, reason).await?;
        let mut known = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = known.entry(host).or_insert(until);
        *noted = until.max(*noted);
        Ok(())
    }
}

/// The rest that is worth a note, within bounds.
fn asked_for(attempt: &Attempt) -> Option<(TimeDelta, Reason)> {
    let (Some(429 | 503), Came::Failed(reason)) = (attempt.status, attempt.came) else { return None };
    let rest = TimeDelta::from_std(attempt.retry_after?).unwrap_or(LONGEST);
    (rest > SHORTEST).then_some((rest.min(LONGEST), reason))
}

/// The host of an address with its port, as the queues know it; nothing for what has none.
pub(super) fn host(url: &str) -> String {
    let Ok(url) = url::Url::parse(url) else { return String::new() };
    let port = url.port_or_known_default().unwrap_or_default();
    url.host_str().map_or_else(String::new, |host| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn answered(status: u16, came: Came, seconds: Option<u64>) -> Attempt {
        Attempt {
            url: String::new(),
            final_url: String::new(),
            asked: vec![],
            certificate: None,
            hops: vec![],
            status: Some(status),
            headers: vec![],
            body: Default::default(),
            came,
            detail: String::new(),
            retry_after: seconds.map(Duration::from_secs),
        }
    }

    #[test]
    fn a_rest_is_kept_within_bounds() {
        let busy = Came::Failed(Reason::TooManyRequests);
        let rest = |status, came, seconds| asked_for(&answered(status, came, seconds)).map(|(r, _)| r.num_seconds());
        assert_eq!(rest(429, busy, Some(600)), Some(600));
        assert_eq!(rest(503, Came::Failed(Reason::HttpServer), Some(600)), Some(600));
        assert_eq!(rest(429, busy, Some(30 * 86_400)), Some(7200), "nobody shuts the monitor out for a month");
        assert_eq!(rest(429, busy, Some(u64::MAX)), Some(7200));
        assert_eq!(rest(429, busy, Some(5)), None);
        assert_eq!(rest(429, busy, None), None);
        assert_eq!(rest(200, Came::Body, Some(600)), None, "a good answer asks for nothing");
    }

    #[test]
    fn a_host_is_known_with_its_port() {
        assert_eq!(host("https://www.example.gov.cn/a/?b"), "www.example.gov.cn:443");
        assert_eq!(host("http://127.0.0.1:8080/"), "127.0.0.1:8080");
        assert_eq!(host(""), "");
    }
}
