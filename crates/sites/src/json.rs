//! Lists in JSON: by configured pointers, or of a known shape.

use model::{DateFrom, Day, Entry, Outcome, Reason, Source};
use serde_json::{Map, Value};

use crate::dates;
use crate::feed::{day_of_epoch, parse_time};
use crate::text;
use crate::{End, Input, Reading};

/// Reads a JSON body as a list.
pub(crate) fn read(body: &str, input: &Input<'_>) -> Reading {
    let body = body.trim_start_matches(|c: char| text::is_blank(c));
    let Some(value) = parse(body) else {
        return Reading::bad("json", Outcome::Failed(Reason::Unreadable));
    };
    if let Source::Json { entries, title, url, date } = input.source {
        return by_pointers(&value, [entries, title, url, date], input);
    }
    known(&value, input).unwrap_or_else(|| {
        let outcome = crate::feed::complaint(body).unwrap_or(Outcome::Failed(Reason::Unreadable));
        Reading::bad("json", outcome)
    })
}

/// JSON, or JSON wrapped in a callback: `cb({...});`.
fn parse(body: &str) -> Option<Value> {
    serde_json::from_str(body).ok().or_else(|| {
        let from = body.find(['{', '['])?;
        let to = body.rfind(['}', ']'])?;
        let name = body[..from].trim_end().strip_suffix('(')?;
        let callback =
            name.len() < 100 && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$' | ' '));
        callback.then(|| serde_json::from_str(body.get(from..=to)?).ok()).flatten()
    })
}

fn by_pointers(value: &Value, [entries, title, url, date]: [&String; 4], input: &Input<'_>) -> Reading {
    let Some(rows) = value.pointer(entries).and_then(Value::as_array) else {
        return Reading::bad("json", Outcome::Failed(Reason::SelectorsMiss));
    };
    let field = |row: &Value, key: &str| {
        if key.starts_with('/') { row.pointer(key).cloned() } else { row.get(key).cloned() }
    };
    let base = url::Url::parse(input.url).ok();
    let list: Vec<Entry> = rows
        .iter()
        .filter_map(|row| {
            let title = field(row, title).as_ref().and_then(plain).unwrap_or_default();
            let url = field(row, url)
                .as_ref()
                .and_then(Value::as_str)
                .and_then(|u| crate::link::join(base.as_ref(), u))
                .unwrap_or_default();
            let date = field(row, date).as_ref().and_then(|v| day(v, input.today));
            entry(title, url, date, None, input.today)
        })
        .collect();
    if list.is_empty() && !rows.is_empty() {
        return Reading::bad("json", Outcome::Failed(Reason::SelectorsMiss));
    }
    let end = end(value, rows.len(), input);
    Reading::good("json", list, end)
}

const TITLES: &[&str] = &[
    "title",
    "doctitle",
    "articletitle",
    "name",
    "subject",
    "infotitle",
    "title_no_tag",
    "maintitle",
    "docname",
    "topic",
];
const URLS: &[&str] =
    &["url", "docpuburl", "link", "href", "puburl", "infourl", "pageurl", "weburl", "articleurl", "docurl", "linkurl"];
const DATES: &[&str] = &[
    "date",
    "docrelpubtime",
    "publishedtimestr",
    "publishedtime",
    "publishtimestr",
    "publishtime",
    "publishdate",
    "pubdate",
    "pubtime",
    "docreltime",
    "time",
    "releasetime",
    "releasedate",
    "infodate",
    "publish_time",
    "pub_date",
    "pub_time",
    "display_publish_time",
    "created_at",
    "createtime",
    "create_time",
    "createdate",
    "crtime",
    "updatetime",
    "update_time",
    "adddate",
    "addtime",
    "inputtime",
    "webdate",
    "modifytime",
];
const SOURCES: &[&str] = &["publisher", "source", "contentsource", "docsource"];

/// A list of a known shape: the largest array of objects with a title and an address or date, at most four levels down.
pub(crate) fn known(value: &Value, input: &Input<'_>) -> Option<Reading> {
    if let Some(reading) = crate::platform::read(value, input) {
        return Some(reading);
    }
    if let Some(reading) = wechat_api(value, input.today) {
        return Some(reading);
    }
    let rows = largest(value)?;
    let list = of_rows(rows, url::Url::parse(input.url).ok().as_ref(), input.today);
    if list.is_empty() && !rows.is_empty() {
        return None;
    }
    let end = end(value, rows.len(), input);
    let family = if value.get("classify").is_some() && value.get("articles").is_some() { "gkmlpt" } else { "json" };
    Some(Reading::good(family, list, end))
}

/// Arrays of rows anywhere near the top: breadth first, the largest wins.
fn largest(value: &Value) -> Option<&Vec<Value>> {
    let mut level = vec![value];
    let mut best: Option<&Vec<Value>> = None;
    let mut named_empty = None;
    for _ in 0..4 {
        let mut next = Vec::new();
        for v in level {
            match v {
                Value::Array(a) if a.iter().any(|r| r.as_object().is_some_and(is_row)) => {
                    best = Some(best.filter(|b| b.len() >= a.len()).unwrap_or(a));
                }
                Value::Array(a) => next.extend(a.iter().take(50)),
                Value::Object(o) => {
                    for (key, child) in o.iter().take(200) {
                        let rows_name = matches!(
                            key.to_lowercase().as_str(),
                            "articles" | "list" | "rows" | "records" | "data" | "items" | "results" | "content"
                        );
                        if let Value::Array(a) = child
                            && a.is_empty()
                            && rows_name
                        {
                            named_empty = named_empty.or(Some(a));
                        }
                        next.push(child);
                    }
                }
                _ => {}
            }
        }
        level = next;
    }
    if let Value::Array(a) = value
        && a.is_empty()
    {
        return Some(a);
    }
    best.or(named_empty)
}

fn is_row(row: &Map<String, Value>) -> bool {
    title_field(row).is_some() && (url_field(row).is_some() || date_field(row).is_some())
}

/// The first of these keys that the row has, in any case.
fn get<'v>(row: &'v Map<String, Value>, keys: &[&str]) -> Option<&'v Value> {
    let filled = |v: &Value| !v.is_null() && v.as_str() != Some("");
    keys.iter().find_map(|key| row.iter().find(|(k, v)| k.eq_ignore_ascii_case(key) && filled(v)).map(|(_, v)| v))
}

/// The field of one of these names, else the first whose name ends so: makers put letters before them (`vc_title`).
fn named<'v>(row: &'v Map<String, Value>, keys: &[&str], ends: &[&str]) -> Option<&'v Value> {
    get(row, keys).or_else(|| {
        let like = |k: &str| {
            let low = k.to_ascii_lowercase();
            let other = text::has_any(
                &low,
                &["end", "expire", "valid", "img", "image", "pic", "sub", "create", "update", "modif"],
            );
            !other && ends.iter().any(|e| low.ends_with(e))
        };
        row.iter()
            .find(|(k, v)| like(k) && (v.is_number() || v.as_str().is_some_and(|s| !s.is_empty())))
            .map(|(_, v)| v)
    })
}

fn title_field(row: &Map<String, Value>) -> Option<&Value> {
    named(row, TITLES, &["title"])
}

fn url_field(row: &Map<String, Value>) -> Option<&Value> {
    named(row, URLS, &["url", "link", "href"])
}

fn date_field(row: &Map<String, Value>) -> Option<&Value> {
    named(row, DATES, &["date", "time", "timestr", "datestr"])
}

/// The rows of a value that is a list of records, for lists inside scripts.
pub(crate) fn rows(value: &Value, base: Option<&url::Url>, today: Day) -> Vec<Entry> {
    largest(value).map(|rows| of_rows(rows, base, today)).unwrap_or_default()
}

fn of_rows(rows: &[Value], base: Option<&url::Url>, today: Day) -> Vec<Entry> {
    rows.iter().filter_map(|row| of_row(row, base, today)).collect()
}

fn of_row(row: &Value, base: Option<&url::Url>, today: Day) -> Option<Entry> {
    let row = row.as_object()?;
    let title = title_field(row).and_then(plain).unwrap_or_default();
    let url = url_field(row).and_then(Value::as_str).and_then(|u| crate::link::join(base, u)).unwrap_or_default();
    let date = date_field(row).and_then(|v| day(v, today));
    entry(title, url, date, get(row, SOURCES).and_then(plain), today)
}

fn entry(title: String, url: String, date: Option<Day>, source: Option<String>, today: Day) -> Option<Entry> {
    let of_url = || dates::url_date(&url, today).map(|d| (d, DateFrom::Url));
    let dated = date.map(|d| (d, DateFrom::Record)).or_else(of_url);
    let source = source.filter(|s| !s.is_empty());
    (!title.is_empty()).then(|| Entry { title, date: dated.map(|d| d.0), date_from: dated.map(|d| d.1), url, source })
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(text::title(s)),
        Value::Number(n) => Some(n.to_string()),
        Value::Object(o) => o.get("rendered").and_then(Value::as_str).map(text::title),
        _ => None,
    }
}

/// A date of a record: text, epoch seconds or milliseconds.
fn day(value: &Value, today: Day) -> Option<Day> {
    match value {
        Value::Number(n) => day_of_epoch(n.as_i64().or_else(|| n.as_f64().map(|f| f as i64))?),
        Value::String(s) => {
            let s = s.trim();
            // As one maker's servers write an epoch: /Date(1605830400000+0800)/.
            if let Some(epoch) = s.strip_prefix("/Date(") {
                return day_of_epoch(epoch.split([')', '+']).next()?.parse().ok()?);
            }
            if s.len() == 8 {
                return dates::first(s, today).map(|f| f.day);
            }
            let zoned = parse_time(s, 8).and_then(crate::feed::believable_day);
            zoned.or_else(|| dates::first(s, today).map(|f| f.day))
        }
        _ => None,
    }
}

const TOTALS: &[&str] = &[
    "total",
    "totalcount",
    "total_count",
    "count",
    "recordcount",
    "totalelements",
    "totalrecords",
    "post_count",
    "totalnum",
    "totalsize",
    "rowcount",
];

/// Are all rows here? Figures beside the rows say so; the next page is followed where the address names its own page.
fn end(value: &Value, rows: usize, input: &Input<'_>) -> End {
    let total = figure(value);
    match total {
        Some(total) if total <= rows => End::Reached,
        Some(total) => next(input, rows, total).map_or(End::Unknown, End::Next),
        // Without a figure an empty answer is the end of a list, and a full one may go on.
        None if rows == 0 => End::Reached,
        None => End::Unknown,
    }
}

fn figure(value: &Value) -> Option<usize> {
    let own = |v: &Value| {
        v.as_object().and_then(|o| get(o, TOTALS)).and_then(|n| n.as_u64().or_else(|| n.as_str()?.parse().ok()))
    };
    own(value)
        .or_else(|| value.as_object()?.values().find_map(own))
        .or_else(|| value.get("data")?.as_object()?.values().find_map(own))
        .and_then(|n| usize::try_from(n).ok())
}

/// The address with its page number raised by one.
fn next(input: &Input<'_>, rows: usize, total: usize) -> Option<String> {
    let mut url = url::Url::parse(input.url).ok()?;
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let names = ["page", "pageno", "pageindex", "pagenum", "currentpage", "pagenumber", "curpage"];
    let at = pairs.iter().position(|(k, _)| names.contains(&k.to_lowercase().as_str()));
    let pairs = match at {
        Some(i) => {
            let page: usize = pairs[i].1.parse().ok()?;
            let past = rows == 0 || page.saturating_mul(rows) > total.saturating_add(rows.saturating_mul(2));
            if past {
                return None;
            }
            let mut pairs = pairs;
            pairs[i].1 = (page + 1).to_string();
            pairs
        }
        None => return None,
    };
    url.query_pairs_mut().clear().extend_pairs(pairs);
    Some(url.into())
}

/// The official API of 微信公众平台: pushes with their articles; deleted ones are not shown any more.
fn wechat_api(value: &Value, today: Day) -> Option<Reading> {
    let items = value.get("item")?.as_array()?;
    let mut entries = Vec::new();
    for item in items.iter() {
        let news = item.pointer("/content/news_item")?.as_array()?;
        // `update_time` is the time of the last edit: an old article that was edited today was not published today.
        let date = item.pointer("/content/create_time").and_then(Value::as_i64).and_then(day_of_epoch);
        for n in news.iter().filter(|n| n.get("is_deleted").and_then(Value::as_bool) != Some(true)) {
            let title = n.get("title").and_then(plain).unwrap_or_default();
            let url = n.get("url").and_then(Value::as_str).and_then(|u| crate::link::join(None, u)).unwrap_or_default();
            entries.extend(entry(title, url, date, n.get("author").and_then(plain), today));
        }
    }
    // It never lists what was sent to the readers (群发), so its end proves nothing, and emptiness least of all.
    let mut reading = Reading::good("wechat-api", entries, End::Unknown);
    if reading.entries.is_empty() {
        reading.outcome = Outcome::Suspect(Reason::EmptyList);
        reading.notes.push("发布列表不含群发消息，为空不能证明账号没有更新".to_owned());
    }
    Some(reading)
}
