//! JSON Feed, the like of it, and errors in JSON.

use model::{DateFrom, Entry, Outcome, Reason};
use serde_json::Value;

use super::{complaint, finish, hold_zone_against, is_unsure, parse_time, time, zone_hours};
use crate::text;
use crate::{Input, Reading, json, platform};

/// Reads a JSON body that is to be a feed: an object with `items`, or an error.
pub(crate) fn read(body: &str, input: &Input<'_>) -> Reading {
    let Ok(value) = serde_json::from_str::<Value>(body) else {
        return Reading::bad("feed", Outcome::Failed(Reason::Unreadable));
    };
    if let Some(reading) = platform::read(&value, input) {
        return reading;
    }
    let Some(items) = value.get("items").and_then(Value::as_array) else {
        return match complaint(body) {
            Some(outcome) => Reading::bad("feed", outcome),
            // Lists in JSON come as feeds too.
            None => {
                json::known(&value, input).unwrap_or_else(|| Reading::bad("feed", Outcome::Failed(Reason::Unreadable)))
            }
        };
    };
    let published = items.iter().any(|i| i.get("date_published").is_some());
    let zone = zone_hours(input);
    let keys: &[&str] = if published { &["date_published"] } else { &["pubDate", "date_modified", "updated"] };
    let said = |item: &'_ Value| keys.iter().find_map(|k| item.get(k)).cloned();
    let zoneless = items.iter().filter_map(said).any(|v| v.as_str().is_some_and(time::is_zoneless));
    let unsure = is_unsure(zoneless, input);
    let mut bad = 0;
    let entries: Vec<Entry> = items
        .iter()
        .filter_map(|item| {
            let at = said(item).and_then(|v| moment(&v, zone));
            let readable = at.and_then(time::believable);
            let date = readable.filter(|_| !(unsure && at.is_some_and(time::may_be_tomorrow)));
            let title = item.get("title").and_then(Value::as_str).map(text::title).unwrap_or_default();
            let url = ["url", "link", "external_url", "id"]
                .iter()
                .find_map(|k| item.get(k)?.as_str())
                .and_then(|u| crate::link::join(None, u))
                .unwrap_or_default();
            if title.is_empty() && url.is_empty() {
                return None;
            }
            bad += usize::from(readable.is_none());
            let source = item
                .pointer("/author/name")
                .or_else(|| item.pointer("/authors/0/name"))
                .and_then(Value::as_str)
                .map(text::title);
            Some(Entry {
                title,
                url,
                date,
                date_from: date.map(|_| DateFrom::Feed),
                source: source.filter(|s| !s.is_empty()),
            })
        })
        .collect();
    hold_zone_against(finish(entries, bad), zoneless, input)
}

fn moment(value: &Value, zone: i32) -> Option<chrono::DateTime<chrono::Utc>> {
    match value {
        Value::String(s) => parse_time(s, zone),
        Value::Number(n) => parse_time(&n.to_string(), zone),
        _ => None,
    }
}
