//! What time do the others have? Their `Date` headers tell, so that a wrong clock on this side is noticed.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt;
use futures::stream;
use reqwest::header::{AGE, CACHE_CONTROL, DATE, HeaderMap};
use tokio::time::timeout;

use crate::address;
use crate::fetcher::{Fetcher, Inner};

/// So many hosts are asked at once.
const AT_ONCE: usize = 8;

impl Fetcher {
    /// Asks each host among `urls` once (at most `most` of them) and gives the instants that their `Date` headers state,
    /// in the order of host names. Hosts that do not answer, or state none, are left out. What a cache has kept for a
    /// while says so in `Age`, and is brought up to date.
    pub async fn server_clocks(&self, urls: &[String], most: usize) -> Vec<DateTime<Utc>> {
        let mut hosts = BTreeMap::new();
        for url in urls {
            let Ok(parsed) = address::parse(url) else { continue };
            hosts.entry(address::host_key(&parsed)).or_insert(parsed);
        }
        let asked = hosts.into_values().take(most).map(|url| self.inner.clock_of(url));
        stream::iter(asked).buffered(AT_ONCE).filter_map(std::future::ready).collect().await
    }
}

impl Inner {
    async fn clock_of(&self, url: url::Url) -> Option<DateTime<Utc>> {
        self.guard.check_literal(&url).ok()?;
        self.pace.turn(&address::host_key(&url), None, None).await;
        let asking = self.client.head(url).header(CACHE_CONTROL, "no-cache").send();
        let answer = timeout(self.settings.timeout, asking).await.ok()?.ok()?;
        stated(answer.headers())
    }
}

fn stated(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok());
    let date = DateTime::parse_from_rfc2822(text(DATE)?).ok()?.to_utc();
    let age = text(AGE).and_then(|a| a.trim().parse::<u32>().ok()).unwrap_or(0);
    date.checked_add_signed(TimeDelta::seconds(i64::from(age)))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn a_cached_date_is_brought_up_to_date_and_nonsense_is_none() {
        let mut headers = HeaderMap::new();
        assert_eq!(stated(&headers), None);
        headers.insert(DATE, HeaderValue::from_static("Fri, 20 Mar 2026 00:00:00 GMT"));
        headers.insert(AGE, HeaderValue::from_static("60"));
        assert_eq!(stated(&headers).unwrap().to_rfc3339(), "2026-03-20T00:01:00+00:00");
        headers.insert(DATE, HeaderValue::from_static("yesterday"));
        assert_eq!(stated(&headers), None);
    }
}
