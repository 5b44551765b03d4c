//! A look and the pages that were saved with it, shown so that nothing in them can do anything.
//!
//! A saved page is a stranger's. It is answered on a route of its own under a policy that allows no script, no request,
//! no form and no frame, and stands in a frame without any right; it is never part of a page of ours.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use model::{Coverage, Moment};
use report::text::Plain;
use store::{Capture, LookRecord};

use crate::office::Office;
use crate::page::{self, Answer, Frame};
use crate::refused::Refused;
use crate::session::Viewer;

/// Under which a saved page is shown. `sandbox` without any word takes scripts, forms, pop-ups, automatic forwarding and
/// the site's own origin from it; nothing may be loaded but what stands in the page itself.
pub(crate) const INERT: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                                form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

#[derive(Template)]
#[template(path = "look.html")]
struct LookPage {
    frame: Frame,
    id: i64,
    channel: String,
    channel_href: String,
    when: String,
    outcome: &'static str,
    good: bool,
    todo: Option<&'static str>,
    detail: String,
    covers: String,
    status: String,
    adapter: String,
    notes: Vec<String>,
    inherits: bool,
    items: Vec<ItemRow>,
    pages: Vec<PageRow>,
}

struct ItemRow {
    title: String,
    url: String,
    claimed: String,
    seen: String,
}

struct PageRow {
    id: i64,
    number: u32,
    asked: String,
    answered: String,
    status: u16,
    fetched: String,
    hash: String,
    /// When its body was cleared.
    cleared: Option<String>,
}

pub(crate) async fn look(State(office): State<Arc<Office>>, viewer: Viewer, Path(id): Path<i64>) -> Answer {
    let record = office.store.looks(&[id]).await?.pop().ok_or(Refused::NotFound)?;
    viewer.sees(&record.channel.unit())?;
    let items = office.store.items(&record.entries).await?;
    let items = items.into_iter().map(|i| ItemRow {
        title: Plain::short(&i.title, 120).to_string(),
        url: Plain::short(&i.url, 300).to_string(),
        claimed: i.claimed.map_or_else(|| "读不出".to_owned(), |d| d.to_string()),
        seen: office.zone.local(i.first_seen),
    });
    let pages = captures(&office, &record).await?.into_iter().map(|(c, cleared)| PageRow {
        id: c.id,
        cleared: cleared.map(|at| office.zone.local(at)),
        number: c.page + 1,
        asked: Plain::short(&c.url, 300).to_string(),
        answered: Plain::short(&c.final_url, 300).to_string(),
        status: c.status,
        fetched: office.zone.local(c.fetched_at),
        hash: c.evidence.to_string(),
    });
    let outcome = record.look.outcome;
    page::html(&LookPage {
        frame: Frame::new(&office, &viewer, &format!("检查 {id}"), "", None),
        id,
        channel: format!("{}·{}", office.unit_name(&record.channel.unit()), office.channel_name(Some(&record.channel))),
        channel_href: format!("/channels/{}", record.channel),
        when: office.zone.local(record.look.at),
        outcome: outcome.text(),
        good: outcome.is_good(),
        todo: outcome.reason().map(model::Reason::what_to_do),
        detail: record.detail.map_or_else(String::new, |d| Plain::short(&d, 300).to_string()),
        covers: match record.look.covers {
            Coverage::Everything => "列表已读到末尾".to_owned(),
            Coverage::Since(day) => format!("{day} 以来的信息均已读到"),
            Coverage::Nothing => "不作为依据".to_owned(),
        },
        status: record.status.map_or_else(|| "无应答".to_owned(), |s| s.to_string()),
        adapter: record.adapter,
        notes: record.notes.iter().map(|n| Plain::short(n, 300).to_string()).collect(),
        inherits: record.same_as.is_some(),
        items: items.collect(),
        pages: pages.collect(),
    })
}

/// The answers behind a look, each with the instant at which its body was cleared: its own pages, and those that an
/// unchanged look found again.
async fn captures(office: &Office, record: &LookRecord) -> Result<Vec<(Capture, Option<Moment>)>, Refused> {
    let evidence = record.look.evidence.as_ref();
    let behind = office.store.answers_behind(&record.channel, record.look.at, evidence).await?;
    let mut found = vec![];
    for capture in behind.own.into_iter().chain(behind.again) {
        let cleared = office.store.pruned_at(&capture.evidence).await?;
        found.push((capture, cleared));
    }
    Ok(found)
}

/// A saved page as it came, and harmless.
pub(crate) async fn page(State(office): State<Arc<Office>>, viewer: Viewer, Path(id): Path<i64>) -> Answer {
    let capture = office.store.capture_at(id).await?.ok_or(Refused::NotFound)?;
    viewer.sees(&capture.channel.unit())?;
    let Some(body) = office.store.evidence(&capture.evidence).await? else {
        return match office.store.pruned_at(&capture.evidence).await? {
            Some(at) => Err(Refused::Conflict(format!(
                "这一页的正文已于 {} 按保存期限清理；没有任何发现、台账或申诉以它为据。其指纹是 {}",
                office.zone.local(at),
                capture.evidence
            ))),
            None => Err(Refused::NotFound),
        };
    };
    let told = capture.headers.iter().find(|(k, _)| k.eq_ignore_ascii_case("content-type"));
    Ok(inert(told.map_or("", |(_, v)| v.as_str()), body))
}

/// The bytes of a stranger as an answer in which nothing can do anything.
pub(crate) fn inert(told: &str, body: Vec<u8>) -> Response {
    let kind = shown_as(told, &body);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_str(&kind).unwrap_or(HeaderValue::from_static("text/plain"))),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(INERT)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (HeaderName::from_static("x-dns-prefetch-control"), HeaderValue::from_static("off")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=3600")),
    ];
    (headers, body).into_response()
}

/// HTML as HTML in the charset that it came in; everything else, whatever it calls itself, as plain text.
fn shown_as(told: &str, body: &[u8]) -> String {
    let told = told.to_ascii_lowercase();
    let start: Vec<u8> = body.iter().take(512).map(u8::to_ascii_lowercase).collect();
    let looks_like_html = [&b"<!doctype html"[..], b"<html"].iter().any(|m| start.windows(m.len()).any(|w| w == *m));
    let html = told.starts_with("text/html") || (told.is_empty() && looks_like_html);
    let charset = told.split("charset=").nth(1).unwrap_or_default();
    let charset: String = charset
        .trim_matches(['"', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect();
    match (html, charset.is_empty()) {
        (true, true) => "text/html".to_owned(),
        (true, false) => format!("text/html; charset={charset}"),
        (false, true) => "text/plain; charset=utf-8".to_owned(),
        (false, false) => format!("text/plain; charset={charset}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_html_is_shown_as_html_and_the_charset_cannot_carry_anything_else() {
        assert_eq!(shown_as("Text/HTML; Charset=\"GBK\"", b""), "text/html; charset=gbk");
        assert_eq!(shown_as("text/html; charset=utf-8\r\nx: y", b""), "text/html; charset=utf-8");
        assert_eq!(shown_as("", b"<!DOCTYPE html><title>x"), "text/html");
        for other in ["image/svg+xml", "application/xhtml+xml", "text/xml; charset=utf-8", "application/javascript"] {
            assert!(shown_as(other, b"<svg onload=alert(1)>").starts_with("text/plain"), "{other}");
        }
    }

    #[test]
    fn the_policy_of_saved_pages_allows_no_script_and_no_request() {
        assert!(INERT.starts_with("sandbox; default-src 'none'"));
        for word in ["allow-", "script", "http", "*"] {
            assert!(!INERT.contains(word), "{word}");
        }
    }
}
