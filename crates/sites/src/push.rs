//! What 微信公众平台 tells by itself when something was published (NEWMEDIA.md section 1.4): events in XML, as somebody saved or
//! forwarded them. Each shows that something was published, none that nothing was.

use model::{DateFrom, Entry, Outcome, Reason};

use crate::feed::day_of_epoch;
use crate::{End, Reading, text};

/// Reads an event. `None` where the XML is none.
pub(crate) fn read(xml: &str) -> Option<Reading> {
    if !xml.trim_start().starts_with("<xml>") || field(xml, "MsgType")? != "event" {
        return None;
    }
    let sent = match field(xml, "Event")? {
        "MASSSENDJOBFINISH" => field(xml, "Status")? == "send success",
        "PUBLISHJOBFINISH" => field(xml, "publish_status")? == "0",
        _ => return None,
    };
    if !sent {
        let mut reading = Reading::bad("wechat-push", Outcome::Failed(Reason::Removed));
        reading.notes.push("平台通知：这次群发（发布）没有成功，不算更新".to_owned());
        return Some(reading);
    }
    let day = day_of_epoch(field(xml, "CreateTime")?.parse().ok()?);
    let urls = ["ArticleUrl", "article_url"].iter().flat_map(|name| fields(xml, name));
    let mut entries: Vec<Entry> =
        urls.filter_map(|u| crate::link::join(None, u)).map(|url| entry("", url, day)).collect();
    if entries.is_empty() {
        // The addresses may be left out; that something was sent is said all the same.
        let id = field(xml, "MsgID").or_else(|| field(xml, "publish_id")).unwrap_or_default();
        entries.push(entry(&format!("（群发消息 {}）", text::title(id)), String::new(), day));
    }
    Some(Reading::good("wechat-push", entries, End::Unknown))
}

fn entry(title: &str, url: String, day: Option<model::Day>) -> Entry {
    Entry { title: title.to_owned(), url, date: day, date_from: day.map(|_| DateFrom::Record), source: None }
}

fn field<'x>(xml: &'x str, name: &str) -> Option<&'x str> {
    fields(xml, name).next()
}

fn fields<'x>(xml: &'x str, name: &str) -> impl Iterator<Item = &'x str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let mut rest = xml;
    std::iter::from_fn(move || {
        let from = rest.find(&open)? + open.len();
        let to = from + rest[from..].find(&close)?;
        let inner = rest[from..to].trim();
        rest = &rest[to..];
        Some(inner.strip_prefix("<![CDATA[").and_then(|i| i.strip_suffix("]]>")).unwrap_or(inner).trim())
    })
}
