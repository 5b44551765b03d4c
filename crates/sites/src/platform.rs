//! What platforms and bridges answer in JSON of their own: Weibo's cards, Douyin's videos, Wechat2RSS's query, states of
//! bridges, errors with a code (NEWMEDIA.md sections 1.5, 2 and 4). None of their lists is known to be complete.

use model::{DateFrom, Entry, Outcome, Reason};
use serde_json::Value;

use crate::feed::{day_of_epoch, parse_time};
use crate::{End, Input, Reading, official, text};

/// Reads an answer that has the shape of one of them.
pub(crate) fn read(value: &Value, input: &Input<'_>) -> Option<Reading> {
    errcode(value)
        .or_else(|| weibo(value, input))
        .or_else(|| douyin(value))
        .or_else(|| wechat2rss(value))
        .or_else(|| state(value))
}

/// An error of 微信公众平台, which comes with HTTP 200.
fn errcode(value: &Value) -> Option<Reading> {
    let refused = official::refusal(value)?;
    let mut reading = Reading::bad("wechat-api", refused.outcome());
    reading.notes.push(refused.words());
    Some(reading)
}

/// `ok: 1` with cards; `-100` wants a login, and so may an empty answer: it says the same in both cases.
fn weibo(value: &Value, input: &Input<'_>) -> Option<Reading> {
    let ok = value.get("ok")?.as_i64()?;
    if ok == -100 || value.get("url").and_then(Value::as_str).is_some_and(|u| u.contains("passport.weibo")) {
        return Some(Reading::bad("weibo", Outcome::Blocked(Reason::BridgeLogin)));
    }
    let cards = value.pointer("/data/cards").and_then(Value::as_array);
    let Some(cards) = cards.filter(|c| ok == 1 && !c.is_empty()) else {
        return Some(Reading::bad("weibo", Outcome::Suspect(Reason::EmptyList)));
    };
    let entries = cards.iter().filter_map(|card| {
        let blog = card.get("mblog")?;
        let uid = blog.pointer("/user/id").map(plain).unwrap_or_default();
        let id = blog.get("bid").or_else(|| blog.get("id"))?.as_str()?;
        let date = blog.get("created_at").and_then(Value::as_str).and_then(|t| parse_time(t, 8));
        let said = text::title(blog.get("text").and_then(Value::as_str).unwrap_or_default());
        let name = blog.pointer("/user/screen_name").and_then(Value::as_str).map(text::title);
        Some(entry(said, format!("https://weibo.com/{uid}/{id}"), date.and_then(crate::feed::believable_day), name))
    });
    let entries: Vec<Entry> = entries.filter(|e| e.date.is_none_or(|d| d <= input.today)).collect();
    Some(listed("weibo", entries))
}

/// Videos that the platform has passed; others are not published.
fn douyin(value: &Value) -> Option<Reading> {
    let data = value.get("data")?;
    let code = value.pointer("/extra/error_code").or_else(|| data.get("error_code"))?.as_i64()?;
    let refused = match code {
        0 => None,
        28_001_008 | 28_001_012 => Some(Outcome::Blocked(Reason::BridgeLogin)),
        28_001_045 | 28_001_046 => Some(Outcome::Blocked(Reason::Removed)),
        28_003_017 => Some(Outcome::Failed(Reason::QuotaSpent)),
        28_003_018 => Some(Outcome::Failed(Reason::TooManyRequests)),
        _ => Some(Outcome::Failed(Reason::Unreadable)),
    };
    if let Some(outcome) = refused {
        let mut reading = Reading::bad("douyin", outcome);
        reading.notes.push(format!("抖音开放平台返回 {code}"));
        return Some(reading);
    }
    let passed = |v: &&Value| v.get("is_reviewed").and_then(Value::as_bool) != Some(false);
    let videos = data.get("list")?.as_array()?.iter().filter(passed);
    let entries = videos.map(|v| {
        let title = text::title(v.get("title").and_then(Value::as_str).unwrap_or_default());
        let url =
            v.get("share_url").and_then(Value::as_str).and_then(|u| crate::link::join(None, u)).unwrap_or_default();
        entry(title, url, v.get("create_time").and_then(Value::as_i64).and_then(day_of_epoch), None)
    });
    Some(listed("douyin", entries.collect()))
}

/// `/api/query` of Wechat2RSS: articles with their time in full.
fn wechat2rss(value: &Value) -> Option<Reading> {
    let rows = value.get("data")?.as_array()?;
    value.get("err")?;
    rows.first()?.get("created")?;
    let entries = rows.iter().map(|row| {
        let part = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
        let url = crate::link::join(None, part("link")).unwrap_or_default();
        let date = parse_time(part("created"), 8).and_then(crate::feed::believable_day);
        entry(text::title(part("title")), url, date, Some(text::title(part("biz_name"))).filter(|n| !n.is_empty()))
    });
    Some(listed("wechat2rss", entries.collect()))
}

/// What a bridge says of itself is no list of articles, however much it looks like one: the names of accounts would be
/// taken for titles, and the time of subscription for their date.
fn state(value: &Value) -> Option<Reading> {
    let rows = value.as_array().or_else(|| value.get("data").and_then(Value::as_array));
    let of_feeds = |r: &Value| r.get("syncTime").is_some() && r.get("updateTime").is_some();
    let of_logins = |r: &Value| r.get("available").is_some() && r.get("needCheck").is_some();
    let of_accounts = |r: &Value| {
        r.get("link").and_then(Value::as_str).is_some_and(|l| l.contains("/feed/")) && r.get("title").is_none()
    };
    let is_state = rows.and_then(|r| r.first()).is_some_and(|r| of_feeds(r) || of_logins(r) || of_accounts(r))
        || value.pointer("/data/is_valid").is_some()
        || value.pointer("/data/tabsInfo").is_some();
    if !is_state {
        return None;
    }
    let mut reading = Reading::bad("bridge-state", Outcome::Failed(Reason::Unreadable));
    reading.notes.push("这是桥接服务的状态页，不是文章列表；请改填该账号的订阅地址".to_owned());
    Some(reading)
}

fn entry(title: String, url: String, date: Option<model::Day>, source: Option<String>) -> Entry {
    Entry { title, url, date, date_from: date.map(|_| DateFrom::Record), source }
}

fn listed(adapter: &'static str, entries: Vec<Entry>) -> Reading {
    if entries.is_empty() {
        return Reading::bad(adapter, Outcome::Suspect(Reason::EmptyList));
    }
    Reading::good(adapter, entries, End::Unknown)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use model::Source;

    use super::*;
    use crate::ReadAs;

    fn read(text: &str) -> (Outcome, Vec<(String, Option<String>)>) {
        let input = Input {
            bytes: text.as_bytes(),
            url: "https://b.example/x",
            content_type: None,
            read_as: ReadAs::Feed,
            source: &Source::Auto,
            today: "2026-11-24".parse().unwrap(),
        };
        let r = crate::read(&input);
        (r.outcome, r.entries.into_iter().map(|e| (e.url, e.date.map(|d| d.to_string()))).collect())
    }

    #[test]
    fn cards_of_weibo_are_read_and_its_emptiness_is_not_believed() {
        let card = r#"{"card_type":9,"mblog":{"bid":"Qa","created_at":"Fri Nov 20 00:30:00 +0800 2026","text":"x","user":{"id":7}}}"#;
        let (outcome, rows) = read(&format!(r#"{{"ok":1,"data":{{"cards":[{card}]}}}}"#));
        assert!(outcome.is_good());
        assert_eq!(rows, [("https://weibo.com/7/Qa".to_owned(), Some("2026-11-20".to_owned()))]);
        assert_eq!(read(r#"{"ok":0,"data":{"cards":[]}}"#).0, Outcome::Suspect(Reason::EmptyList));
        assert_eq!(
            read(r#"{"ok":-100,"url":"https://passport.weibo.com/x"}"#).0,
            Outcome::Blocked(Reason::BridgeLogin)
        );
    }

    #[test]
    fn videos_that_were_not_passed_are_none() {
        let video = |passed: bool| {
            format!(
                r#"{{"title":"t","create_time":1794564000,"is_reviewed":{passed},"share_url":"https://d.cn/{passed}"}}"#
            )
        };
        let said = format!(
            r#"{{"data":{{"error_code":0,"list":[{},{}]}},"extra":{{"error_code":0}}}}"#,
            video(true),
            video(false)
        );
        assert_eq!(read(&said).1.len(), 1);
        assert_eq!(
            read(r#"{"data":{"error_code":28003017},"extra":{"error_code":28003017}}"#).0,
            Outcome::Failed(Reason::QuotaSpent)
        );
    }

    #[test]
    fn what_a_bridge_says_of_itself_is_no_list() {
        for text in [
            r#"[{"id":"MP_1","name":"a","syncTime":1,"updateTime":1767578400}]"#,
            r#"{"err":"","data":[{"id":1,"name":"a","link":"http://w/feed/1.xml"}]}"#,
            r#"{"err":"","data":[{"id":1,"name":"a","available":true,"needCheck":false}]}"#,
            r#"{"code":0,"data":{"is_valid":true}}"#,
        ] {
            assert_eq!(read(text).0, Outcome::Failed(Reason::Unreadable), "{text}");
        }
        let query = r#"{"err":"","data":[{"biz_name":"a","title":"t","created":"2026-11-20T00:30:00+08:00"}]}"#;
        assert_eq!(read(query).1[0].1.as_deref(), Some("2026-11-20"));
    }

    #[test]
    fn a_list_without_pushes_proves_nothing_by_its_emptiness() {
        let said = r#"{"total_count":0,"item_count":0,"item":[]}"#;
        assert_eq!(read(said).0, Outcome::Suspect(Reason::EmptyList));
    }
}
