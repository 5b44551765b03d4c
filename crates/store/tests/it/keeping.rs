//! What is cleared, and what never is.

use std::collections::BTreeSet;

use model::finding::{QuotedItem, QuotedLook};
use model::{EvidenceHash, Outcome, Proof, Verdict};
use proptest::prelude::*;
use store::{Cleared, Hop, NewCapture, NewItemPage, NewLook, NewRegister, fingerprint};

use crate::house::{House, at, channel_id, day, entry, house, judgement, look, read};

/// Answers from before this instant are old.
const CUT: &str = "2026-06-01T00:00:00Z";
const NOW: &str = "2026-12-01T00:00:00Z";

/// A look of that day with that body behind it.
async fn saw(h: &House, channel: &str, when: &str, body: &[u8], new: NewLook) -> i64 {
    let id = channel_id(channel);
    let capture = NewCapture {
        channel: &id,
        look_at: at(when),
        page: 0,
        fetched_at: at(when),
        url: "http://x.gov.cn/list",
        final_url: "http://x.gov.cn/list",
        status: 200,
        headers: &[],
        body,
        asked: &[],
        hops: &[],
        certificate: None,
        whole: true,
    };
    let (_, hash) = h.store.capture(capture).await.unwrap();
    h.store.record_looks(&[NewLook { evidence: Some(hash), ..new }]).await.unwrap()[0]
}

async fn read_on(h: &House, channel: &str, when: &str, body: &str) -> i64 {
    saw(h, channel, when, body.as_bytes(), read(channel, when, &[])).await
}

async fn is_there(h: &House, body: &str) -> bool {
    h.store.evidence(&fingerprint(body.as_bytes())).await.unwrap().is_some()
}

async fn prune(h: &House) -> Cleared {
    let foreseen = h.store.prunable(at(CUT)).await.unwrap();
    let cleared = h.store.prune(at(CUT), 1000, at(NOW)).await.unwrap();
    assert_eq!(foreseen, cleared, "what is foretold is done");
    assert_eq!(h.store.prunable(at(CUT)).await.unwrap(), Cleared::default(), "once is enough");
    cleared
}

fn quoted(look: i64, channel: &str, when: &str, body: &str) -> QuotedLook {
    QuotedLook {
        look,
        channel: channel_id(channel),
        at: at(when),
        outcome: "read".into(),
        reason: None,
        covers_from: None,
        evidence: Some(fingerprint(body.as_bytes())),
    }
}

#[tokio::test]
async fn old_bodies_that_nothing_rests_on_go_and_their_rows_stay() {
    let h = house().await;
    for (when, body) in [
        ("2026-01-05T01:00:00Z", "first"),
        ("2026-02-05T01:00:00Z", "second"),
        ("2026-05-31T01:00:00Z", "the last before"),
        ("2026-06-02T01:00:00Z", "young"),
    ] {
        read_on(&h, "jyj/gzdt", when, body).await;
    }
    let cleared = prune(&h).await;
    assert_eq!((cleared.bodies, cleared.size), (2, 11));
    for (body, there) in [("first", false), ("second", false), ("the last before", true), ("young", true)] {
        assert_eq!(is_there(&h, body).await, there, "{body}");
    }
    assert_eq!(h.store.pruned_at(&fingerprint(b"first")).await.unwrap(), Some(at(NOW)));
    assert_eq!(h.store.pruned_at(&fingerprint(b"young")).await.unwrap(), None);
    assert_eq!(h.number("SELECT count(*) FROM evidence WHERE size > 0").await, 4, "the rows stay");
    assert_eq!(h.number("SELECT count(*) FROM capture").await, 4);
    assert!(h.store.integrity_check().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_was_cleared_comes_back_when_it_is_seen_again() {
    let h = house().await;
    read_on(&h, "jyj/gzdt", "2026-01-05T01:00:00Z", "the same").await;
    read_on(&h, "jyj/gzdt", "2026-02-05T01:00:00Z", "another").await;
    assert_eq!(prune(&h).await.bodies, 1);
    assert!(!is_there(&h, "the same").await);
    read_on(&h, "jyj/gzdt", "2026-06-05T01:00:00Z", "the same").await;
    assert!(is_there(&h, "the same").await);
    assert_eq!(h.store.pruned_at(&fingerprint(b"the same")).await.unwrap(), None);
}

#[tokio::test]
async fn an_old_page_that_is_still_unchanged_stays() {
    let h = house().await;
    read_on(&h, "jyj/gzdt", "2026-01-05T01:00:00Z", "for ever").await;
    let unchanged = NewLook {
        evidence: Some(fingerprint(b"for ever")),
        ..look("jyj/gzdt", "2026-07-01T01:00:00Z", Outcome::Unchanged)
    };
    h.store.record_looks(&[unchanged]).await.unwrap();
    assert_eq!(prune(&h).await, Cleared::default());
}

#[tokio::test]
async fn what_was_kept_and_never_read_stays() {
    let h = house().await;
    let id = channel_id("jyj/gzdt");
    let when = at("2026-01-05T01:00:00Z");
    let capture = NewCapture {
        channel: &id,
        look_at: when,
        page: 0,
        fetched_at: when,
        url: "http://x.gov.cn/",
        final_url: "http://x.gov.cn/",
        status: 200,
        headers: &[],
        body: b"unread",
        asked: &[],
        hops: &[],
        certificate: None,
        whole: true,
    };
    h.store.capture(capture).await.unwrap();
    assert_eq!(prune(&h).await, Cleared::default());
}

#[tokio::test]
async fn what_people_and_suspicions_name_stays() {
    let h = house().await;
    let named = |body: &'static str| async { h.store.put_evidence(body.as_bytes()).await.unwrap() };
    // The same bytes were once a page, too, and that page is old.
    for (n, body) in ["register", "item"].into_iter().enumerate() {
        read_on(&h, "jyj/gzdt", &format!("2026-01-{:02}T01:00:00Z", n + 1), body).await;
    }
    read_on(&h, "jyj/gzdt", "2026-02-05T01:00:00Z", "the last before").await;
    let new = NewRegister {
        criterion: "B1.1".parse().unwrap(),
        unit: "jyj".parse().unwrap(),
        day: day("2026-01-02"),
        count: 1,
        points: None,
        late: false,
        description: "说明".into(),
        evidence: Some(named("register").await),
        who: "张三".into(),
    };
    h.store.add_register(&new, at("2026-01-03T00:00:00Z")).await.unwrap();
    h.see("wjj/gzdt", "2026-01-04T01:00:00Z", &[entry("a", Some("2026-01-03"))]).await;
    let page = NewItemPage {
        entry: 1,
        fetched_at: at("2026-01-05T00:00:00Z"),
        final_url: "http://x.gov.cn/a".into(),
        status: Some(200),
        content_type: None,
        body: Ok(named("item page").await),
    };
    h.store.add_item_page(&page).await.unwrap();
    assert_eq!(prune(&h).await.bodies, 2, "the page 「item」 and the item's own page, which nobody asks about");
    assert!(is_there(&h, "register").await && !is_there(&h, "item").await && !is_there(&h, "item page").await);
}

/// The tables whose rows name a body. A new one is kept by itself, but somebody has to have thought of it.
#[tokio::test]
async fn every_table_that_names_a_body_is_known() {
    let h = house().await;
    let names: Vec<String> = sqlx::query_scalar(
        r#"SELECT DISTINCT t.name FROM pragma_table_list t, pragma_foreign_key_list(t.name) k
           WHERE t.schema = 'main' AND k."table" = 'evidence' ORDER BY 1"#,
    )
    .fetch_all(&h.raw().await)
    .await
    .unwrap();
    for ageing in ["capture", "item_page", "item_scan", "look"] {
        assert!(names.contains(&ageing.to_owned()), "{ageing}");
    }
    for kept in ["appeal_file", "finding_event", "matter", "matter_entry", "register", "sheet_import", "suspicion"] {
        assert!(names.contains(&kept.to_owned()), "{kept}");
    }
}

#[tokio::test]
async fn a_body_is_never_changed_and_only_cleared_as_a_whole() {
    let h = house().await;
    let hash = h.store.put_evidence(b"body").await.unwrap();
    let raw = h.raw().await;
    for sql in [
        "UPDATE evidence SET body = x'00'",
        "UPDATE evidence SET body = x''",
        "UPDATE evidence SET body = x'00', pruned_at = '2026'",
        "UPDATE evidence SET size = 0, body = x'', pruned_at = '2026'",
        "UPDATE evidence SET hash = hash || 'x', body = x'', pruned_at = '2026'",
    ] {
        assert!(sqlx::query(sql).execute(&raw).await.is_err(), "{sql}");
    }
    assert_eq!(h.store.evidence(&hash).await.unwrap().unwrap(), b"body");
}

#[tokio::test]
async fn space_is_given_back() {
    let h = house().await;
    // Bytes that do not shrink.
    let mut state = 1_u32;
    let mut noise = || -> Vec<u8> {
        (0..200_000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            })
            .collect()
    };
    for n in 1..=9 {
        let when = format!("2026-01-{n:02}T01:00:00Z");
        saw(&h, "jyj/gzdt", &when, &noise(), read("jyj/gzdt", &when, &[])).await;
    }
    let full = h.store.space().await.unwrap();
    assert!(full.returns && full.free < 100_000);
    assert_eq!(prune(&h).await.bodies, 8);
    h.store.give_back().await.unwrap();
    let after = h.store.space().await.unwrap();
    assert!(after.file < full.file - 1_500_000 && after.free < 100_000, "{full:?} {after:?}");
    assert_eq!(i64::try_from(std::fs::metadata(&h.path).unwrap().len()).unwrap(), after.file, "on the disk too");

    // A file of an earlier version keeps its free space, until it is written anew.
    let raw = h.raw().await;
    let mut one = raw.acquire().await.unwrap();
    sqlx::query("PRAGMA auto_vacuum = NONE").execute(&mut *one).await.unwrap();
    sqlx::query("VACUUM").execute(&mut *one).await.unwrap();
    drop(one);
    raw.close().await;
    assert!(!h.store.space().await.unwrap().returns);
    h.store.rewrite().await.unwrap();
    assert!(h.store.space().await.unwrap().returns);
    assert!(h.store.integrity_check().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_the_wire_told_comes_back() {
    let h = house().await;
    let id = channel_id("jyj/gzdt");
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let hops = [Hop { url: "http://x.gov.cn/".into(), status: 302, location: "/list\r\n".into() }];
    let asked = [pair("user-agent", "duban"), pair("if-none-match", "\"1\"")];
    let new = NewCapture {
        channel: &id,
        look_at: at(CUT),
        page: 0,
        fetched_at: at(CUT),
        url: "http://x.gov.cn/",
        final_url: "https://x.gov.cn/list",
        status: 200,
        headers: &[pair("etag", "\"2\"")],
        body: b"list",
        asked: &asked,
        hops: &hops,
        certificate: Some(b"der"),
        whole: false,
    };
    h.store.captures(&[new.clone(), NewCapture { page: 1, ..new }]).await.unwrap();
    let kept = h.store.captures_of(&id, at(CUT)).await.unwrap();
    assert_eq!((kept[0].hops.as_deref(), kept[0].asked.as_deref()), (Some(&hops[..]), Some(&asked[..])));
    assert_eq!((kept[0].whole, kept[1].certificate.clone()), (Some(false), Some(fingerprint(b"der"))));
    let hash: EvidenceHash = kept[0].certificate.clone().unwrap();
    assert_eq!(h.store.certificate(&hash).await.unwrap().unwrap(), b"der");
    assert_eq!(h.number("SELECT count(*) FROM certificate").await, 1);
}

/// One look of a made-up history: its day of the year, which of a few bodies it saw, and what names it.
#[derive(Debug, Clone)]
struct Seen {
    day: u32,
    body: u8,
    channel: usize,
    quoted: bool,
    item: bool,
    unchanged: bool,
}

fn seen() -> impl Strategy<Value = Seen> {
    (0_u32..340, 0_u8..12, 0_usize..3, prop::bool::weighted(0.2), prop::bool::weighted(0.2), any::<bool>())
        .prop_map(|(day, body, channel, quoted, item, unchanged)| Seen { day, body, channel, quoted, item, unchanged })
}

const CHANNELS: [&str; 3] = ["jyj/gzdt", "jyj/tzgg", "wjj/gzdt"];

async fn lives(history: Vec<Seen>, breached: bool) {
    let h = house().await;
    let mut kept = BTreeSet::new();
    let mut proof = Proof { enough: "有一条即可".into(), ..Proof::default() };
    let mut taken = BTreeSet::new();
    for s in history {
        if !taken.insert((s.channel, s.day)) {
            continue;
        }
        let date = day("2026-01-01") + chrono::Days::new(u64::from(s.day));
        let when = format!("{date}T03:00:00Z");
        let (channel, body) = (CHANNELS[s.channel], format!("body {}", s.body));
        let hash = fingerprint(body.as_bytes());
        let item = s.item.then(|| entry(&format!("{}-{}", s.channel, s.day), Some(&date.to_string())));
        let id = if s.unchanged {
            let new = NewLook { evidence: Some(hash.clone()), ..look(channel, &when, Outcome::Unchanged) };
            h.store.put_evidence(body.as_bytes()).await.unwrap();
            h.store.record_looks(&[new]).await.unwrap()[0]
        } else {
            saw(&h, channel, &when, body.as_bytes(), read(channel, &when, item.as_slice())).await
        };
        let in_window = s.channel == 0 && (31..=59).contains(&s.day);
        if s.quoted {
            proof.within.push(quoted(id, channel, &when, &body));
            kept.insert(hash.clone());
        }
        if s.item && !s.unchanged {
            let url = format!("http://x.gov.cn/{}-{}", s.channel, s.day);
            let sql = "SELECT id FROM entry WHERE url = ?1";
            let item: i64 = sqlx::query_scalar(sql).bind(&url).fetch_one(&h.raw().await).await.unwrap();
            proof.items.push(QuotedItem {
                item,
                channel: channel_id(channel),
                title: "通知".into(),
                url,
                claimed: None,
                other_dates: vec![],
                effective: None,
                first_seen: date,
                flags: vec![],
            });
            kept.insert(hash.clone());
        }
        if date >= day("2026-06-01") || (breached && in_window) {
            kept.insert(hash);
        }
    }
    let verdict = if breached { Verdict::Breached } else { Verdict::Unknown };
    let judged = model::Judgement { proof, ..judgement("jyj/gzdt", "2026-02-01", "2026-03-01", verdict) };
    h.judge("2026-11-01T00:00:00Z", &[judged]).await;
    let before = h.store.timelines(&CHANNELS.map(crate::house::channel), at(NOW)).await.unwrap();
    prune(&h).await;
    for hash in &kept {
        assert!(h.store.evidence(hash).await.unwrap().is_some(), "something rests on {hash}");
    }
    let after = h.store.timelines(&CHANNELS.map(crate::house::channel), at(NOW)).await.unwrap();
    assert_eq!(before, after, "no verdict rests on a body");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn what_a_finding_rests_on_is_never_cleared(
        history in prop::collection::vec(seen(), 1..25), breached in any::<bool>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(lives(history, breached));
    }
}
