//! What is written is read back, and nothing that is stored can break out of its place.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use case::warc::{self, Response};
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
