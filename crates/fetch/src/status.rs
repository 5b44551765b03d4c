//! From the status of the last answer to what came.

use std::time::Duration;

use chrono::DateTime;
use model::Reason;
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, LOCATION, RETRY_AFTER, SET_COOKIE};

use crate::attempt::Came;

/// How much of a body is searched for a script.
const GLANCE: usize = 4096;

/// A longer Retry-After is taken for this.
const LONGEST_REST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Where a redirect leads, if the answer is one.
pub(crate) fn redirect(status: StatusCode, headers: &HeaderMap) -> Option<&[u8]> {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
        .then(|| headers.get(LOCATION))
        .flatten()
        .map(|value| value.as_bytes().trim_ascii())
}

/// What an answer is that is no redirect. `asked` says whether validators were sent.
///
/// 403 and 412 are a gateway's words here: a web server has no reason to say them to a plain reader of a public page (412
/// answers preconditions that are never sent). 521 is one of a gateway's too when it wants a cookie or a script run;
/// otherwise it is a gateway's word for a dead server behind it.
pub(crate) fn judge(status: StatusCode, headers: &HeaderMap, body: &[u8], asked: bool) -> Came {
    match status.as_u16() {
        206 => Came::Failed(Reason::Incomplete),
        200..=299 => Came::Body,
        304 if asked => Came::NotModified,
        304 => Came::Failed(Reason::EmptyBody),
        300..=399 => Came::Failed(Reason::Moved),
        401 | 407 => Came::Blocked(Reason::LoginWall),
        // 432 is how Weibo turns visitors away.
        403 | 412 | 432 => Came::Blocked(Reason::Forbidden),
        404 | 410 => Came::Failed(Reason::NotFound),
        429 => Came::Failed(Reason::TooManyRequests),
        400..=499 => Came::Failed(Reason::HttpClient),
        521 if wants_proof(headers, body) => Came::Blocked(Reason::Forbidden),
        _ => Came::Failed(Reason::HttpServer),
    }
}

fn wants_proof(headers: &HeaderMap, body: &[u8]) -> bool {
    let glance = &body[..body.len().min(GLANCE)];
    headers.contains_key(SET_COOKIE) || glance.windows(7).any(|w| w.eq_ignore_ascii_case(b"<script"))
}

/// Words for what the status alone does not say.
pub(crate) fn remark(status: StatusCode, asked: bool) -> &'static str {
    match status.as_u16() {
        206 => "partial content that was not asked for",
        304 if !asked => "304 without a condition",
        300..=303 | 305..=399 => "redirect that leads nowhere",
        _ => "",
    }
}

/// How long the server asks to be left alone. A date is measured from the server's own clock, so ours need not be asked.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let said = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let rest = if !said.is_empty() && said.bytes().all(|b| b.is_ascii_digit()) {
        // More digits than a number holds is a very long time.
        Duration::from_secs(said.parse().unwrap_or(u64::MAX))
    } else {
        let until = DateTime::parse_from_rfc2822(said).ok()?;
        let now = DateTime::parse_from_rfc2822(headers.get(DATE)?.to_str().ok()?.trim()).ok()?;
        (until - now).to_std().unwrap_or(Duration::ZERO)
    };
    Some(rest.min(LONGEST_REST))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn came(status: u16, body: &[u8]) -> Came {
        judge(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body, true)
    }

    #[test]
    fn each_status_has_its_reason() {
        use Came::{Blocked, Body, Failed, NotModified};
        for (status, expected) in [
            (200, Body),
            (203, Body),
            (204, Body),
            (206, Failed(Reason::Incomplete)),
            (300, Failed(Reason::Moved)),
            (304, NotModified),
            (400, Failed(Reason::HttpClient)),
            (401, Blocked(Reason::LoginWall)),
            (403, Blocked(Reason::Forbidden)),
            (404, Failed(Reason::NotFound)),
            (407, Blocked(Reason::LoginWall)),
            (410, Failed(Reason::NotFound)),
            (412, Blocked(Reason::Forbidden)),
            (432, Blocked(Reason::Forbidden)),
            (418, Failed(Reason::HttpClient)),
            (429, Failed(Reason::TooManyRequests)),
            (500, Failed(Reason::HttpServer)),
            (503, Failed(Reason::HttpServer)),
            (521, Failed(Reason::HttpServer)),
            (799, Failed(Reason::HttpServer)),
        ] {
            assert_eq!(came(status, b""), expected, "{status}");
        }
    }

    #[test]
    fn status_521_with_a_script_or_a_cookie_is_a_gateway() {
        assert_eq!(came(521, b"<html><SCRIPT>x"), Came::Blocked(Reason::Forbidden));
        let cookie = HeaderMap::from_iter([(SET_COOKIE, HeaderValue::from_static("__jsluid_h=1"))]);
        let status = StatusCode::from_u16(521).unwrap();
        assert_eq!(judge(status, &cookie, b"", true), Came::Blocked(Reason::Forbidden));
    }

    #[test]
    fn a_304_that_nobody_asked_for_is_not_unchanged() {
        let came = judge(StatusCode::NOT_MODIFIED, &HeaderMap::new(), b"", false);
        assert_eq!(came, Came::Failed(Reason::EmptyBody));
    }

    #[test]
    fn retry_after_is_read_in_seconds_and_as_a_date() {
        let rest = |said: &'static str| {
            retry_after(&HeaderMap::from_iter([
                (RETRY_AFTER, HeaderValue::from_static(said)),
                (DATE, HeaderValue::from_static("Tue, 24 Nov 2026 08:00:00 GMT")),
            ]))
        };
        assert_eq!(rest("120"), Some(Duration::from_secs(120)));
        assert_eq!(rest("Tue, 24 Nov 2026 08:01:30 GMT"), Some(Duration::from_secs(90)));
        assert_eq!(rest("Tue, 24 Nov 2020 08:01:30 GMT"), Some(Duration::ZERO));
        assert_eq!(rest("99999999999999999999999"), Some(LONGEST_REST));
        assert_eq!(rest("soon"), None);
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
