//! From what the fetcher got to what the page is told.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use fetch::{Attempt, Came};
use serde_json::{Value, json};

/// Headers that no longer describe the body, or would leave something behind.
const DROPPED: [&str; 9] = [
    "content-length",
    "content-encoding",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "set-cookie",
    "strict-transport-security",
    "alt-svc",
    "clear-site-data",
];

/// The answer to the request `id`, as the server gave it.
pub(crate) fn fulfil(id: &str, attempt: &Attempt) -> Value {
    let kept = attempt.headers.iter().filter(|(n, _)| !DROPPED.contains(&n.as_str()));
    // The protocol takes text without line breaks; a header that is none is left out by the browser anyway.
    let plain = kept.filter(|(_, v)| !v.chars().any(char::is_control));
    let headers: Vec<Value> = plain.map(|(n, v)| json!({ "name": n, "value": v })).collect();
    json!({
        "requestId": id,
        "responseCode": attempt.status.filter(|s| (200..600).contains(s)).unwrap_or(200),
        "responseHeaders": headers,
        "body": BASE64_STANDARD.encode(&attempt.body),
    })
}

/// Where the document of a frame came from another address than it was asked at: the browser is sent there, so that what
/// is relative in it leads to the right place.
pub(crate) fn send_on(id: &str, to: &str) -> Value {
    json!({ "requestId": id, "responseCode": 302, "responseHeaders": [{ "name": "location", "value": to }] })
}

/// An empty style sheet.
pub(crate) fn nothing(id: &str) -> Value {
    json!({
        "requestId": id, "responseCode": 200, "responseHeaders": [{ "name": "content-type", "value": "text/css" }],
        "body": "",
    })
}

/// A refusal.
pub(crate) fn refuse(id: &str) -> Value {
    json!({ "requestId": id, "errorReason": "BlockedByClient" })
}

/// Why an answer is not one that rows can be built from, if so.
pub(crate) fn fault(attempt: &Attempt) -> Option<String> {
    match attempt.came {
        Came::Body => None,
        Came::NotModified => Some("没有内容".to_owned()),
        Came::Failed(reason) | Came::Blocked(reason) => Some(reason.text().to_owned()),
    }
}
