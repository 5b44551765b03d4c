//! A bridge: it serves the feeds of several accounts, and goes blind in many ways, most of them with status 200.

use std::sync::{Mutex, PoisonError};

use chrono::{NaiveDateTime, TimeDelta};
use serde_json::json;

use super::{Asked, Fake, Push, Reply};

/// One account as the bridge serves it.
#[derive(Debug, Clone)]
pub struct FakeFeed {
    /// Its number: the feed is at `/feeds/MP_WXS_{id}.rss`.
    pub id: u64,
    /// What it publishes.
    pub pushes: Vec<Push>,
}

/// What is wrong with the bridge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BridgeFault {
    /// The login is lost: what was known at that instant, for ever.
    LoginLost(NaiveDateTime),
    /// The same from a cache, while the bridge says that it is well.
    Frozen(NaiveDateTime),
    /// One feed stands still since that instant, while the bridge and all others go on.
    OneFrozen(u64, NaiveDateTime),
    /// Feeds without a single item.
    Empty,
    /// Times without a zone, from a container whose clock runs so many hours east of UTC.
    Naive(i64),
    /// Times that nobody can read.
    BadDates,
    /// Every item twice.
    Twice,
    /// The items in another order.
    Shuffled,
    /// Only the newest item is left.
    OnlyNewest,
    /// An error page.
    Html503,
    /// An error in JSON.
    Json400,
    /// Not modified, whatever is asked.
    NotModified,
    /// The feed is cut off in the middle.
    Cut,
    /// A login page with status 200.
    LoginPage,
}

/// The bridge with its feeds.
pub struct FakeBridge {
    feeds: Vec<FakeFeed>,
    fault: Mutex<Option<BridgeFault>>,
}

/// Items in one feed.
const ITEMS: usize = 20;

impl FakeBridge {
    /// A bridge that is well.
    #[must_use]
    pub fn new(feeds: Vec<FakeFeed>) -> FakeBridge {
        FakeBridge { feeds, fault: Mutex::default() }
    }

    /// From now on this is wrong with it, or nothing.
    pub fn set_fault(&self, fault: Option<BridgeFault>) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    fn fault(&self) -> Option<BridgeFault> {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The states of the feeds, as wewe-rss tells them: "synced" also where nothing came.
    fn states(&self, at: NaiveDateTime) -> Reply {
        let synced = match self.fault() {
            Some(BridgeFault::LoginLost(since)) => since,
            _ => at,
        };
        let time = (synced - TimeDelta::hours(8)).and_utc().timestamp();
        let rows = self.feeds.iter().map(
            |f| json!({ "id": format!("MP_WXS_{}", f.id), "name": "", "syncTime": time, "updateTime": 1_767_578_400 }),
        );
        Reply::new(200, "application/json", serde_json::Value::from(rows.collect::<Vec<_>>()).to_string())
    }

    fn feed(&self, feed: &FakeFeed, at: NaiveDateTime) -> Reply {
        let fault = self.fault();
        let known_at = match fault {
            Some(BridgeFault::LoginLost(since) | BridgeFault::Frozen(since)) => at.min(since),
            Some(BridgeFault::OneFrozen(id, since)) if id == feed.id => at.min(since),
            _ => at,
        };
        let mut items: Vec<(NaiveDateTime, u32)> = feed
            .pushes
            .iter()
            .filter(|p| p.at <= known_at)
            .flat_map(|p| (1..=p.articles).map(|idx| (p.at, idx)))
            .collect();
        items.sort_by_key(|(at, idx)| (std::cmp::Reverse(*at), *idx));
        items.truncate(ITEMS);
        match fault {
            Some(BridgeFault::Empty) => items.clear(),
            Some(BridgeFault::Twice) => items = items.iter().flat_map(|i| [*i, *i]).collect(),
            Some(BridgeFault::Shuffled) => items.sort_by_key(|(at, idx)| (at.and_utc().timestamp() % 7_919, *idx)),
            Some(BridgeFault::OnlyNewest) => items.truncate(1),
            Some(BridgeFault::Html503) => {
                let page = "<html><body><h1>Something went wrong</h1><p>Error: this route is empty, please check the original site</p></body></html>";
                return Reply::new(503, "text/html; charset=utf-8", page);
            }
            Some(BridgeFault::Json400) => {
                return Reply::new(400, "application/json", r#"{"statusCode":400,"message":"不存在该feed！"}"#);
            }
            Some(BridgeFault::NotModified) => return Reply::new(304, "application/rss+xml", ""),
            Some(BridgeFault::LoginPage) => {
                let page = "<html><head><title>登录</title></head><body>登录已失效，请重新登录<input type=\"password\"></body></html>";
                return Reply::new(200, "text/html; charset=utf-8", page);
            }
            _ => {}
        }
        let mut xml = rss(feed, &items, fault);
        if fault == Some(BridgeFault::Cut) {
            let mut half = xml.len() / 2;
            while !xml.is_char_boundary(half) {
                half -= 1;
            }
            xml.truncate(half);
        }
        Reply::new(200, "application/rss+xml; charset=utf-8", xml)
    }
}

fn rss(feed: &FakeFeed, items: &[(NaiveDateTime, u32)], fault: Option<BridgeFault>) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>账号{}</title><link>http://bridge.local/</link><description>x</description>\n",
        feed.id
    );
    for (at, idx) in items {
        let link = format!("https://mp.weixin.qq.com/s/F{}x{}i{idx}", feed.id, at.and_utc().timestamp() / 60);
        xml.push_str(&format!(
            "<item><title><![CDATA[{} 第{idx}条]]></title><link>{link}</link><guid>{link}</guid><pubDate>{}</pubDate></item>\n",
            at.format("%m月%d日"),
            date(*at, fault)
        ));
    }
    xml.push_str("</channel></rss>\n");
    xml
}

fn date(at: NaiveDateTime, fault: Option<BridgeFault>) -> String {
    let utc = at - TimeDelta::hours(8);
    match fault {
        Some(BridgeFault::Naive(hours)) => (utc + TimeDelta::hours(hours)).format("%a, %d %b %Y %H:%M:%S").to_string(),
        Some(BridgeFault::BadDates) => "Invalid Date".to_owned(),
        _ => utc.format("%a, %d %b %Y %H:%M:%S GMT").to_string(),
    }
}

impl Fake for FakeBridge {
    fn reply(&self, asked: &Asked<'_>) -> Reply {
        if asked.path == "/robots.txt" {
            return Reply::new(404, "text/plain", "");
        }
        if asked.path == "/feeds/" || asked.path == "/feeds" {
            return self.states(asked.at);
        }
        let id = asked.path.strip_prefix("/feeds/MP_WXS_").and_then(|p| p.strip_suffix(".rss"));
        match self.feeds.iter().find(|f| id == Some(f.id.to_string().as_str())) {
            Some(feed) => self.feed(feed, asked.at),
            None => Reply::new(400, "application/json", r#"{"statusCode":400,"message":"不存在该feed！"}"#),
        }
    }
}
