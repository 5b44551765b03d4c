//! Evidence and captures.

use store::{NewCapture, StoreError, fingerprint};

use crate::house::{at, channel_id, entry, house, read};

const LOOK: &str = "2026-03-01T01:00:00Z";

fn page<'a>(channel: &'a model::ChannelId, page: u32, body: &'a [u8]) -> NewCapture<'a> {
    NewCapture {
        channel,
        look_at: at(LOOK),
        page,
        fetched_at: at("2026-03-01T01:00:01.5Z"),
        url: "http://x.gov.cn/list",
        final_url: "http://x.gov.cn/list/",
        status: 200,
        headers: &[],
        body,
        asked: &[],
        hops: &[],
        certificate: None,
        whole: true,
    }
}

#[tokio::test]
async fn evidence_comes_back_as_it_was() {
    let h = house().await;
    let html = "<li>通知</li>".repeat(9_000).into_bytes();
    for body in [&b""[..], b"\x00\xff\xfe", &html] {
        let hash = h.store.put_evidence(body).await.unwrap();
        assert_eq!(hash, h.store.put_evidence(body).await.unwrap());
        assert_eq!(h.store.evidence(&hash).await.unwrap().unwrap(), body);
    }
    assert_eq!(h.store.counts().await.unwrap().evidence, 3);
    assert!(h.number("SELECT max(length(body)) FROM evidence").await < 2_000, "pages are compressed");
    assert_eq!(h.store.evidence(&fingerprint(b"never seen")).await.unwrap(), None);
    assert_eq!(
        fingerprint(b"abc").as_str(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "the value of FIPS 180-2"
    );
}

#[tokio::test]
async fn evidence_that_lies_is_refused() {
    let h = house().await;
    let (a, b) = (fingerprint(b"one"), fingerprint(b"two"));
    let c = fingerprint(b"three");
    let sql = "INSERT INTO evidence (hash, size, codec, body) VALUES (?1, ?2, ?3, ?4)";
    for (hash, size, codec, body) in [
        (&a, 5_i64, "raw", b"other".to_vec()),
        (&b, 1 << 60, "zstd", vec![1, 2, 3]),
        (&c, 3, "zstd", zstd::bulk::compress(&[0; 1_000_000], 1).unwrap()),
    ] {
        sqlx::query(sql).bind(hash.as_str()).bind(size).bind(codec).bind(body).execute(&h.raw().await).await.unwrap();
        let refused = h.store.evidence(hash).await.unwrap_err();
        assert!(matches!(refused, StoreError::Evidence { .. }), "{refused:?}");
    }
}

#[tokio::test]
async fn the_same_page_is_captured_once() {
    let h = house().await;
    let id = channel_id("jyj/gzdt");
    let headers = [("Set-Cookie".to_owned(), "a=\"1\"\u{0}".to_owned()), ("set-cookie".to_owned(), "b=2".to_owned())];
    let new = NewCapture { headers: &headers, ..page(&id, 0, b"first") };
    let first = h.store.capture(new.clone()).await.unwrap();
    let second = h.store.capture(NewCapture { body: b"second", ..new }).await.unwrap();
    assert_eq!(first, second, "the first stays");
    let kept = h.store.captures_of(&id, at(LOOK)).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].headers, headers);
    assert_eq!(kept[0].fetched_at, at("2026-03-01T01:00:01.5Z"));
    assert_eq!(h.store.evidence(&kept[0].evidence).await.unwrap().unwrap(), b"first");
}

#[tokio::test]
async fn what_was_captured_before_a_crash_is_read_after_it() {
    let h = house().await;
    let (a, b) = (channel_id("jyj/gzdt"), channel_id("wjj/gzdt"));
    let ids = h.store.captures(&[page(&a, 1, b"a1"), page(&b, 0, b"b0"), page(&a, 0, b"a0")]).await.unwrap();
    assert_eq!(ids.len(), 3);
    assert_eq!(ids[1].1, fingerprint(b"b0"), "in the order of the call");
    h.store.close().await;

    let store = store::Store::open(&h.path, model::Zone::SHANGHAI).await.unwrap();
    let unread = store.unread_captures().await.unwrap();
    let seen: Vec<_> = unread.iter().map(|u| (u.channel.as_str(), u.captures.len())).collect();
    assert_eq!(seen, [("jyj/gzdt", 2), ("wjj/gzdt", 1)]);
    assert_eq!(unread[0].captures[0].evidence, fingerprint(b"a0"), "pages in their order");

    let new = store::NewLook { evidence: Some(fingerprint(b"a0")), ..read("jyj/gzdt", LOOK, &[entry("x", None)]) };
    store.record_looks(&[new]).await.unwrap();
    assert_eq!(store.unread_captures().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_channel_that_is_not_registered_is_refused() {
    let h = house().await;
    let id = channel_id("nobody/x");
    let refused = h.store.capture(page(&id, 0, b"x")).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unregistered(_)), "{refused:?}");
    assert_eq!(h.store.counts().await.unwrap().evidence, 0, "all or nothing");
}

#[tokio::test]
async fn three_hundred_pages_are_captured_together() {
    let h = house().await;
    let id = channel_id("jyj/gzdt");
    let bodies: Vec<Vec<u8>> = (0..300).map(|n| format!("page {n}").into_bytes()).collect();
    let new: Vec<_> = bodies.iter().zip(0..).map(|(b, n)| page(&id, n, b)).collect();
    let ids = h.store.captures(&new).await.unwrap();
    assert!(ids.iter().zip(&bodies).all(|((_, hash), body)| *hash == fingerprint(body)));
    assert_eq!(h.store.captures(&new).await.unwrap(), ids);
}
