//! What is written is read back, and nothing that is stored can break out of its place.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use case::warc::{self, Response, Revisit, Same};
use model::Moment;
use proptest::prelude::*;

fn at() -> Moment {
    "2026-03-20T00:00:00Z".parse().unwrap()
}

#[test]
fn headers_that_spoke_of_the_coding_are_replaced() {
    let headers = [
        ("Content-Type".to_owned(), "text/html".to_owned()),
        ("Content-Encoding".to_owned(), "gzip".to_owned()),
        ("transfer-encoding".to_owned(), "chunked".to_owned()),
        ("x-evil".to_owned(), "a\r\nSet-Cookie: b".to_owned()),
    ];
    let r = Response { url: "http://a.cn/", at: at(), status: 200, headers: &headers, body: b"\r\n\r\nbody" };
    let archive = [warc::info(&[("software", "duban")], at()), warc::response(&r)].concat();
    let records = warc::read(&archive).unwrap();
    assert_eq!(records.len(), 2);
    assert_eq!(records[0].header("warc-type"), Some("warcinfo"));
    assert_eq!(records[1].payload(), Some(&b"\r\n\r\nbody"[..]));
    let block = String::from_utf8(records[1].block.clone()).unwrap();
    assert!(!block.contains("gzip") && !block.contains("chunked"), "{block}");
    assert!(!block.lines().any(|l| l.starts_with("Set-Cookie")), "{block}");
    assert!(block.contains("content-length: 8\r\n"));
}

#[test]
fn what_was_asked_and_what_was_found_again_lead_to_the_answer() {
    let headers = [("etag".to_owned(), "\"1\"\r\nSet-Cookie: b".to_owned())];
    let r = Response { url: "https://a.cn:8443?x=1", at: at(), status: 200, headers: &headers, body: b"body" };
    let later = at() + chrono::TimeDelta::days(1);
    let again = |same| Revisit { url: r.url, at: later, same, status: 304, headers: &headers, original: &r };
    let asked = [("user-agent".to_owned(), "duban\r\nx: y".to_owned())];
    let archive = [
        warc::request(&r, &asked),
        warc::response(&r),
        warc::metadata(&r, &[("via", "http://a.cn/\r\nWARC-Type: response")]),
        warc::resource("urn:x-certificate:ab", at(), "application/pkix-cert", b"der"),
        warc::revisit(&again(Same::NotModified)),
        warc::revisit(&again(Same::Identical)),
    ]
    .concat();
    let records = warc::read(&archive).unwrap();
    let kinds: Vec<_> = records.iter().map(|r| r.header("WARC-Type").unwrap()).collect();
    assert_eq!(kinds, ["request", "response", "metadata", "resource", "revisit", "revisit"]);
    let answer = records[1].header("WARC-Record-ID");
    for (n, name) in [(0, "WARC-Concurrent-To"), (2, "WARC-Concurrent-To"), (4, "WARC-Refers-To")] {
        assert_eq!(records[n].header(name), answer, "{name}");
    }
    assert_eq!(records[0].block, b"GET / HTTP/1.1\r\nhost: a.cn:8443\r\nuser-agent: duban  x: y\r\n\r\n");
    assert_eq!(records[2].block, b"via: http://a.cn/  WARC-Type: response\r\n");
    assert_eq!(records[5].header("WARC-Payload-Digest"), records[1].header("WARC-Payload-Digest"));
    assert_eq!(records[5].payload(), Some(&b""[..]));
}

#[test]
fn a_changed_byte_is_told() {
    let r = Response { url: "http://a.cn/", at: at(), status: 200, headers: &[], body: b"body" };
    let whole = warc::response(&r);
    for place in 10..whole.len() {
        let mut broken = whole.clone();
        broken[place] ^= 1;
        assert!(warc::read(&broken).is_err(), "byte {place}");
    }
    assert!(warc::read(&whole[..whole.len() - 1]).is_err(), "cut off");
}

proptest! {
    #[test]
    fn whatever_was_stored_comes_back(
        url in "\\PC*", name in "\\PC*", value in ".*", body in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let headers = [(name, value)];
        let r = Response { url: &url, at: at(), status: 200, headers: &headers, body: &body };
        let bytes = warc::response(&r);
        prop_assert_eq!(&bytes, &warc::response(&r));
        let records = warc::read(&bytes).unwrap();
        prop_assert_eq!(records[0].payload(), Some(body.as_slice()));
        prop_assert_eq!(records[0].header("WARC-Record-ID").unwrap().to_owned(), warc::response_id(&r));
    }

    #[test]
    fn anything_else_is_refused_and_never_panics(bytes in proptest::collection::vec(any::<u8>(), 1..300)) {
        prop_assert!(warc::read(&bytes).is_err());
    }
}
