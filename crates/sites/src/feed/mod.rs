//! Feeds: RSS, Atom, JSON Feed, and what bridges send instead of them (NEWMEDIA.md sections 2 and 6).

mod json;
mod repair;
mod time;

pub(crate) use time::{believable as believable_day, day_of_epoch, parse as parse_time};

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use model::{DateFrom, Entry, FeedProfile, Outcome, Reason};

use crate::page::Page;
use crate::text;
use crate::{End, Input, ReadAs, Reading, blocked};

/// Does the text look like RSS or Atom?
pub(crate) fn is_xml_feed(text: &str) -> bool {
    let head = text.get(..4_000).unwrap_or_else(|| text.char_indices().nth(1_000).map_or(text, |(i, _)| &text[..i]));
    let xml = head.trim_start().starts_with('<') && !crate::text::has_any_ascii(head, &["<!doctype html", "<html"]);
    xml && ["<rss", "<feed", "<rdf:RDF"]
        .iter()
        .any(|root| head.find(root).is_some_and(|i| head[i + root.len()..].starts_with([' ', '>', '\n', '\r', '\t'])))
}

/// Reads a body that is to be a feed.
pub(crate) fn read(text: &str, input: &Input<'_>) -> Reading {
    let body = text.trim_start_matches(|c: char| text::is_blank(c));
    if body.is_empty() {
        return Reading::bad("feed", Outcome::Failed(Reason::EmptyBody));
    }
    if body.starts_with(['{', '[']) {
        return json::read(body, input);
    }
    if !is_xml_feed(body) {
        return not_a_feed(body, input);
    }
    read_xml(body, input)
}

/// Hours east of UTC for times that name no zone.
pub(crate) fn zone_hours(input: &Input<'_>) -> i32 {
    declared_zone(input).unwrap_or(8)
}

/// The zone that somebody has vouched for. Columns of a website are in Beijing's; whose container a bridge runs in, and on
/// which clock, only its operator knows.
fn declared_zone(input: &Input<'_>) -> Option<i32> {
    match input.source {
        model::Source::Feed { zone_hours, .. } => *zone_hours,
        model::Source::Auto if input.read_as != ReadAs::List => None,
        _ => Some(8),
    }
}

/// Times that name no zone, and nobody has said which is meant.
pub(crate) fn is_unsure(zoneless: bool, input: &Input<'_>) -> bool {
    zoneless && declared_zone(input).is_none()
}

/// Dates that may be a day off prove no silence.
pub(crate) fn hold_zone_against(mut reading: Reading, zoneless: bool, input: &Input<'_>) -> Reading {
    if is_unsure(zoneless, input) {
        reading.zone_unknown = true;
        reading.notes.push("订阅源的时间没有注明时区，又没有配置 zone_hours：只能证明更新，不能证明未更新".to_owned());
    }
    reading
}

fn read_xml(body: &str, input: &Input<'_>) -> Reading {
    if repair::too_deep(body) {
        return Reading::bad("feed", Outcome::Failed(Reason::Unreadable));
    }
    let xml = repair::xml(body);
    match parsed(&xml, zone_hours(input)) {
        Some((feed, zoneless)) => hold_zone_against(of_feed(feed, input, is_unsure(zoneless, input)), zoneless, input),
        // A feed whose root is not closed was cut off on its way.
        None if repair::is_cut(body) => Reading::bad("feed", Outcome::Failed(Reason::Incomplete)),
        None => Reading::bad("feed", Outcome::Failed(Reason::Unreadable)),
    }
}

/// The parser has places that panic: an e-mail address of an author with a Chinese bracket beside it is one that Chinese
/// feeds have. Such a feed is read once more without addresses; a feed that still cannot be read is unreadable. With the
/// feed it is told whether any of its times names no zone.
fn parsed(xml: &str, zone: i32) -> Option<(feed_rs::model::Feed, bool)> {
    let zoneless = Arc::new(AtomicBool::new(false));
    let parse = |xml: &str| {
        let seen = Arc::clone(&zoneless);
        let read = move |t: &str| {
            seen.fetch_or(time::is_zoneless(t), Ordering::Relaxed);
            parse_time(t, zone)
        };
        let parser = feed_rs::parser::Builder::new().timestamp_parser(read).build();
        catch_unwind(AssertUnwindSafe(|| parser.parse(xml.as_bytes())))
    };
    let feed = parse(xml).or_else(|_| parse(&xml.replace('@', "\u{ff20}"))).ok()?.ok()?;
    Some((feed, zoneless.load(Ordering::Relaxed)))
}

/// Whose feed the configuration says it is.
fn profile(input: &Input<'_>) -> FeedProfile {
    match input.source {
        model::Source::Feed { profile, .. } => *profile,
        _ => FeedProfile::Generic,
    }
}

fn of_feed(feed: feed_rs::model::Feed, input: &Input<'_>, unsure: bool) -> Reading {
    let maker = feed.generator.as_ref().map(|g| g.content.to_lowercase()).unwrap_or_default();
    let any_published = feed.entries.iter().any(|e| e.published.is_some());
    // `updated` is believed only where a feed knows no `published`, its maker does not fill it with the time of
    // rendering, and the times differ from that of the feed.
    let rendered =
        |t: &Option<chrono::DateTime<chrono::Utc>>| t.is_some() && *t == feed.updated && feed.entries.len() > 1;
    let stamped = maker.contains("rsshub")
        || feed.entries.iter().filter(|e| rendered(&e.updated)).count() * 2 > feed.entries.len();
    let believe_updated = match profile(input) {
        FeedProfile::Wewe => true,
        FeedProfile::RssHub | FeedProfile::Wechat2Rss | FeedProfile::WeMpRss => false,
        FeedProfile::Generic => !any_published && !stamped,
    };
    let mut entries = Vec::new();
    let mut bad_dates = 0;
    for item in feed.entries.into_iter() {
        let at = item.published.or(item.updated.filter(|_| believe_updated));
        let readable = at.and_then(time::believable);
        bad_dates += usize::from(readable.is_none());
        let date = readable.filter(|_| !(unsure && at.is_some_and(time::may_be_tomorrow)));
        let title = item.title.map(|t| text::title(&t.content)).unwrap_or_default();
        let link = item.links.iter().find(|l| l.rel.as_deref().is_none_or(|r| r == "alternate")).or(item.links.first());
        let own = url::Url::parse(input.url).ok();
        let url = link
            .map(|l| l.href.as_str())
            .or(Some(item.id.as_str()))
            .and_then(|href| crate::link::join(own.as_ref().filter(|_| href.contains('/')), href))
            .unwrap_or_default();
        if title.is_empty() && url.is_empty() {
            continue;
        }
        let source = item
            .authors
            .first()
            .map(|a| text::title(a.name.as_deref().unwrap_or_default()))
            .filter(|n| !n.is_empty() && n.to_lowercase() != maker);
        entries.push(Entry { title, url, date, date_from: date.map(|_| DateFrom::Feed), source });
    }
    finish(entries, bad_dates)
}

/// A feed is a window on the newest items: what fell out of it is not known.
pub(crate) fn finish(entries: Vec<Entry>, bad_dates: usize) -> Reading {
    let total = entries.len();
    let mut reading = Reading::good("feed", entries, End::Unknown);
    if total == 0 {
        // An empty feed is what a blind bridge serves: it is never proof of silence.
        reading.outcome = Outcome::Suspect(Reason::Doubtful);
        reading.notes.push("订阅源中没有任何信息，不能证明账号没有更新".to_owned());
    } else if bad_dates == total {
        reading.outcome = Outcome::Suspect(Reason::DatesGone);
        reading.notes.push("订阅源中所有日期都无法识别".to_owned());
    } else if bad_dates > 0 {
        reading.notes.push(format!("有{bad_dates}条信息的日期无法识别"));
    }
    reading
}

/// A page where a feed should be: the error of a bridge, a wall, or just a page.
fn not_a_feed(body: &str, input: &Input<'_>) -> Reading {
    let page = Page::new(body, input.url, input.today);
    let said = page.doc.text(0, 2_000);
    if let Some(outcome) = complaint(&said) {
        return Reading::bad("feed", outcome);
    }
    let outcome = blocked::reason(&page).unwrap_or(Outcome::Failed(Reason::Unreadable));
    Reading::bad("feed", outcome)
}

/// What a bridge says when it cannot serve a feed.
pub(crate) fn complaint(said: &str) -> Option<Outcome> {
    let low = said.get(..3_000).unwrap_or(said).to_lowercase();
    let has = |words: &[&str]| text::has_any(&low, words);
    if has(&[
        "cookies expired",
        "cookie expired",
        "login expired",
        "登录失效",
        "登录已失效",
        "登录已过期",
        "请先登录",
        "重新登录",
        "未登录",
        "passport",
        "not logged in",
        "token expired",
        "invalid session",
    ]) {
        Some(Outcome::Blocked(Reason::BridgeLogin))
    } else if has(&["waf", "captcha", "验证码", "risk control", "风控"]) {
        Some(Outcome::Blocked(Reason::Captcha))
    } else if has(&["too many requests", "rate limit", "频繁"]) {
        Some(Outcome::Failed(Reason::TooManyRequests))
    } else if has(&["不存在", "not found", "route is empty", "unknown feed"]) {
        Some(Outcome::Failed(Reason::NotFound))
    } else if has(&[
        "internal server error",
        "something went wrong",
        "\"statuscode\":500",
        "\"statuscode\": 500",
        "bad gateway",
    ]) {
        Some(Outcome::Failed(Reason::HttpServer))
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
