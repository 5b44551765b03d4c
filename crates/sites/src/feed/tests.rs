use model::{Day, FeedProfile, Source};

use super::*;
use crate::{ReadAs, read as read_any};

fn reading(body: &[u8], zone: Option<i32>) -> Reading {
    let source = match zone {
        Some(zone_hours) => Source::Feed {
            trust: model::Trust::Witnessed,
            bridge: None,
            zone_hours: Some(zone_hours),
            profile: FeedProfile::Generic,
            key: None,
        },
        None => Source::Auto,
    };
    let today: Day = "2026-11-24".parse().unwrap();
    read_any(&Input {
        bytes: body,
        url: "http://bridge.example/feed.rss",
        content_type: None,
        read_as: ReadAs::Feed,
        source: &source,
        today,
    })
}

fn rss(items: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><title>示例</title><link>http://x.example/</link><description>d</description>{items}</channel></rss>"
    )
}

fn one(date: &str) -> Option<String> {
    let body = rss(&format!("<item><title>t</title><link>http://x.example/a</link><pubDate>{date}</pubDate></item>"));
    reading(body.as_bytes(), Some(8)).entries[0].date.map(|d| d.to_string())
}

#[test]
fn times_are_read_as_the_day_in_beijing() {
    for date in [
        "Fri, 20 Nov 2026 00:30:00 +0800",
        "Thu, 19 Nov 2026 16:30:00 GMT",
        "Fri, 20 Nov 2026 00:30:00",
        "Fri, 20 Nov 2026 00:30:00 ",
        "Fri, 20 Nov 2026 00:30:00 CST",
        "Fri, 20 Nov 2026 00:30:00 GMT+8",
        "Fri, 20 Nov 2026 00:30:00 +0800 (CST)",
        "2026-11-20T00:30:00",
        "2026-11-20 00:30:00",
        "2026-11-20",
        "2026年11月20日 00:30",
        "1795105800",
        "1795105800000",
        "Fri Nov 20 00:30:00 +0800 2026",
        "周五, 20 11月 2026 00:30:00 +0800",
        "2026-11-20 00:30:00.0",
        "2026-11-19T16:30:00.000Z",
        "2026-11-20T00:30:00+0800",
    ] {
        assert_eq!(one(date).as_deref(), Some("2026-11-20"), "{date}");
    }
}

#[test]
fn fillers_are_no_dates() {
    for date in ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 20 Nov 2099 00:30:00 GMT", "Invalid Date", "0", ""] {
        assert_eq!(one(date), None, "{date}");
    }
}

#[test]
fn the_zone_of_the_source_holds_for_times_without_one() {
    let body =
        rss("<item><title>t</title><link>http://x.example/a</link><pubDate>Thu, 19 Nov 2026 16:30:00</pubDate></item>");
    let day = |zone| reading(body.as_bytes(), Some(zone)).entries[0].date.map(|d| d.to_string());
    assert_eq!(day(8).as_deref(), Some("2026-11-19"));
    assert_eq!(day(0).as_deref(), Some("2026-11-20"));
}

#[test]
fn small_faults_do_not_lose_the_feed() {
    let item = "<item><title>安全 & 生产&nbsp;<![CDATA[<em>周</em> & 月]]></title><link>http://x.example/a?b=1&c=2</link><pubDate>2026-11-20</pubDate></item>";
    let body = rss(item).replace(" version=\"2.0\"", "").replace("utf-8", "gb2312");
    let r = reading(body.as_bytes(), None);
    assert_eq!(r.outcome, Outcome::Read, "{r:?}");
    assert_eq!(r.entries[0].url, "http://x.example/a?b=1&c=2");
    assert!(r.entries[0].title.starts_with("安全 & 生产"), "{}", r.entries[0].title);
    let gbk = encoding_rs::GBK.encode(&body).0.into_owned();
    assert_eq!(reading(&gbk, None).entries[0].title, r.entries[0].title);
}

fn atom(generator: &str, entries: &str) -> Reading {
    let body = format!(
        "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><id>x</id><title>示例</title><updated>2026-11-24T02:00:05Z</updated><generator>{generator}</generator>{entries}</feed>"
    );
    reading(body.as_bytes(), None)
}

#[test]
fn updated_counts_only_where_nothing_is_published() {
    let entry = |id: &str, times: &str| {
        format!("<entry><title>t{id}</title><id>{id}</id><link href=\"http://x.example/{id}\"/>{times}</entry>")
    };
    let only =
        [entry("1", "<updated>2026-11-19T16:30:00Z</updated>"), entry("2", "<updated>2026-11-06T09:00:00Z</updated>")]
            .concat();
    assert_eq!(atom("WeWe-RSS", &only).entries[0].date.map(|d| d.to_string()).as_deref(), Some("2026-11-20"));
    assert_eq!(atom("RSSHub", &only).outcome, Outcome::Suspect(Reason::DatesGone));
    let mixed = [
        entry("1", "<published>2026-11-19T16:30:00Z</published><updated>2026-11-24T02:00:05Z</updated>"),
        entry("2", "<updated>2026-11-24T02:00:05Z</updated>"),
    ]
    .concat();
    let r = atom("x", &mixed);
    assert_eq!((r.entries[0].date.map(|d| d.to_string()).as_deref(), r.entries[1].date), (Some("2026-11-20"), None));
}

#[test]
fn what_is_no_feed_says_why() {
    let outcome = |body: &str| reading(body.as_bytes(), None).outcome;
    assert_eq!(outcome(""), Outcome::Failed(Reason::EmptyBody));
    assert_eq!(
        outcome("<!DOCTYPE html><html><head><title>登录</title></head><body>请先登录</body></html>"),
        Outcome::Blocked(Reason::BridgeLogin)
    );
    assert_eq!(outcome("{\"statusCode\": 400, \"message\": \"不存在该feed！\"}"), Outcome::Failed(Reason::NotFound));
    assert_eq!(
        outcome("{\"error\": {\"message\": \"Cookies expired. Please update COOKIES\"}}"),
        Outcome::Blocked(Reason::BridgeLogin)
    );
    assert_eq!(outcome("<html><body><p>欢迎</p></body></html>"), Outcome::Failed(Reason::Unreadable));
    assert_eq!(outcome(&rss("")), Outcome::Suspect(Reason::Doubtful));
    let whole = rss("<item><title>t</title></item>");
    assert_eq!(outcome(&whole[..whole.len() - 40]), Outcome::Failed(Reason::Incomplete));
    assert_eq!(
        outcome(&format!("<rss version=\"2.0\">{}", "<a>".repeat(100_000))),
        Outcome::Failed(Reason::Unreadable)
    );
}

#[test]
fn json_feeds_are_read_leniently() {
    let body = r#"{"title": null, "items": [{"id": 123, "title": "t", "url": "http://x.example/a", "date_published": "2026-11-19T16:30:00Z"}]}"#;
    assert_eq!(reading(body.as_bytes(), None).entries[0].date.map(|d| d.to_string()).as_deref(), Some("2026-11-20"));
    let body =
        r#"{"items": [{"id": "a", "title": "t", "link": "http://x.example/a", "updated": "2026-11-20T00:30:00"}]}"#;
    assert_eq!(reading(body.as_bytes(), None).entries[0].date.map(|d| d.to_string()).as_deref(), Some("2026-11-20"));
}

#[test]
fn a_chinese_bracket_beside_an_address_and_a_second_declaration_lose_nothing() {
    let item = "<item><title>开展检查</title><author>office@x.example（区政府办公室）</author><link>http://x.example/a</link><pubDate>Fri, 20 Nov 2026 00:30:00 +0800</pubDate></item>";
    let body = format!("<?xml version='1.0'?>\n{}", rss(item));
    let r = reading(body.as_bytes(), Some(8));
    assert_eq!((r.entries.len(), r.entries[0].title.as_str()), (1, "开展检查"));
    assert_eq!(r.entries[0].date.map(|d| d.to_string()).as_deref(), Some("2026-11-20"));
}
