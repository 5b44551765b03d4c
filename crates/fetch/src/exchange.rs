//! One request and its answer, within the bound of bytes.

use std::borrow::Cow;

use bytes::{Bytes, BytesMut};
use model::Reason;
use reqwest::header::{
    CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH,
};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use url::Url;

use crate::attempt::Target;
use crate::failure::Failure;
use crate::status;

/// Longer validators are not sent back: they would fill the request for nothing.
const LONGEST_VALIDATOR: usize = 4096;

/// What has come so far. It stands outside the exchange so that it outlives a time-out.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// Of the peer, in DER.
    pub(crate) certificate: Option<Bytes>,
    body: BytesMut,
}

impl Answer {
    pub(crate) fn into_parts(self) -> (StatusCode, HeaderMap, Bytes) {
        (self.status, self.headers, self.body.freeze())
    }

    /// Nothing but the head counts: a redirect that is followed, or "not modified".
    fn has_no_body(&self) -> bool {
        self.status == StatusCode::NOT_MODIFIED || status::redirect(self.status, &self.headers).is_some()
    }
}

/// The validators of `target` that can stand in a header as they are.
///
/// Both are sent where there are both, though the tag alone would save 50 bytes: nginx says "not modified" only where neither
/// says otherwise, so a tag that stays the same although the page has changed hides nothing as long as its date moves.
pub(crate) fn validators(target: &Target) -> HeaderMap {
    let usable = |value: &Option<String>| {
        value
            .as_ref()
            // A replacement character shows that the value was not UTF-8 and can no longer be sent verbatim.
            .filter(|v| !v.is_empty() && v.len() <= LONGEST_VALIDATOR && !v.contains(char::REPLACEMENT_CHARACTER))
            .and_then(|v| HeaderValue::from_bytes(v.as_bytes()).ok())
    };
    [(IF_NONE_MATCH, usable(&target.etag)), (IF_MODIFIED_SINCE, usable(&target.last_modified))]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
}

/// Something to hand over by POST.
#[derive(Debug, Clone, Default)]
pub struct Parcel {
    /// Its media type.
    pub media: Cow<'static, str>,
    /// What else the receiver wants in the head: signatures.
    pub headers: Vec<(&'static str, String)>,
    /// Its bytes.
    pub bytes: Bytes,
}

/// What a page that is being rendered asks for: its own headers with it, or something in hand.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// The address.
    pub url: String,
    /// Headers that the page's scripts have set. They never reach another host than the one that was asked.
    pub headers: Vec<(String, String)>,
    /// What is handed over by POST, if anything.
    pub parcel: Option<Parcel>,
    /// The largest answer; the fetcher's own bound holds too.
    pub most_bytes: usize,
}

impl Wish {
    /// The headers that can stand in a request.
    pub(crate) fn usable(&self) -> HeaderMap {
        let usable = |(name, value): &(String, String)| {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            Some((name, HeaderValue::from_str(value).ok().filter(|v| v.len() <= LONGEST_VALIDATOR)?))
        };
        self.headers.iter().filter_map(usable).collect()
    }
}

/// Asks for `url`, or hands the parcel over to it, and fills `answer` as it comes. At most `max_body` bytes are ever held.
pub(crate) async fn ask(
    client: &Client,
    url: &Url,
    (validators, parcel): (&HeaderMap, Option<&Parcel>),
    max_body: usize,
    answer: &mut Option<Answer>,
) -> Result<(), Failure> {
    let mut response = request(client, url, validators, parcel).send().await.map_err(Failure::of)?;
    let head = Answer {
        status: response.status(),
        headers: std::mem::take(response.headers_mut()),
        certificate: shown(&response),
        body: BytesMut::new(),
    };
    let answer = answer.insert(head);
    if answer.has_no_body() {
        return Ok(());
    }
    read_body(response, max_body, answer).await
}

fn shown(response: &Response) -> Option<Bytes> {
    let tls = response.extensions().get::<reqwest::tls::TlsInfo>()?;
    tls.peer_certificate().map(Bytes::copy_from_slice)
}

fn request(client: &Client, url: &Url, validators: &HeaderMap, parcel: Option<&Parcel>) -> RequestBuilder {
    let to = url.clone();
    let request = match parcel {
        None => client.get(to),
        Some(parcel) => {
            let post = client.post(to).header(CONTENT_TYPE, parcel.media.as_ref()).body(parcel.bytes.clone());
            parcel.headers.iter().fold(post, |r, (name, value)| r.header(*name, value))
        }
    };
    validators.iter().fold(request, |r, (name, value)| r.header(name, value))
}

async fn read_body(mut response: Response, max_body: usize, answer: &mut Answer) -> Result<(), Failure> {
    if let Some(announced) = announced(&answer.headers).filter(|n| *n > max_body as u64) {
        return Err(too_large(&format!("{announced} bytes announced"), max_body));
    }
    while let Some(chunk) = response.chunk().await.map_err(Failure::of)? {
        if answer.body.len() + chunk.len() > max_body {
            answer.body = BytesMut::new();
            return Err(too_large("body goes on", max_body));
        }
        answer.body.extend_from_slice(&chunk);
    }
    Ok(())
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(what: &str, max_body: usize) -> Failure {
    Failure::new(Reason::TooLarge, format!("{what}, bound is {max_body} bytes after decompression, none kept"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validators_go_back_verbatim() {
        let sent = validators(&Target {
            etag: Some("W/\"64-5f\"".into()),
            last_modified: Some("Thu,  05 Nov 2026 01:02:03 GMT".into()),
            ..Target::default()
        });
        assert_eq!(sent[IF_NONE_MATCH], "W/\"64-5f\"");
        assert_eq!(sent[IF_MODIFIED_SINCE], "Thu,  05 Nov 2026 01:02:03 GMT");
    }

    #[test]
    fn what_cannot_be_verbatim_is_not_sent() {
        for etag in ["", "a\r\nHost: b", "\u{fffd}", &"x".repeat(5000)] {
            assert!(validators(&Target { etag: Some(etag.into()), ..Target::default() }).is_empty(), "{etag:.9}");
        }
        let utf8 = validators(&Target { etag: Some("\"督办\"".into()), ..Target::default() });
        assert_eq!(utf8[IF_NONE_MATCH].as_bytes(), "\"督办\"".as_bytes());
    }
}
