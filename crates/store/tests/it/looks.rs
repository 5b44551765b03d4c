//! Looks and what they inherit.

use model::{Claim, Coverage, DateFrom, Outcome, Reason};
use proptest::prelude::*;
use store::{ListedItem, NewAccepted, NewClaim, NewLook, Shape, StoreError};

use crate::house::{at, channel, channel_id, day, entry, house, look, read};

#[tokio::test]
async fn the_same_look_twice_changes_nothing() {
    let h = house().await;
    let first = h.see("jyj/gzdt", "2026-03-01T01:00:00Z", &[entry("a", Some("2026-03-01"))]).await;
    let before = h.store.counts().await.unwrap();
    let other = read("jyj/gzdt", "2026-03-01T01:00:00Z", &[entry("b", Some("2026-02-01"))]);
    assert_eq!(h.store.record_looks(&[other]).await.unwrap(), [first]);
    assert_eq!(h.store.counts().await.unwrap(), before);
}

#[tokio::test]
async fn looks_come_back_in_the_order_of_the_call() {
    let h = house().await;
    let ids = h
        .store
        .record_looks(&[
            look("wjj/gzdt", "2026-03-02T01:00:00Z", Outcome::Failed(Reason::Dns)),
            read("jyj/gzdt", "2026-03-03T01:00:00Z", &[]),
            read("jyj/gzdt", "2026-03-01T01:00:00Z", &[]),
        ])
        .await
        .unwrap();
    let looks = h.store.looks(&ids).await.unwrap();
    let find = |id| looks.iter().find(|l| l.look.id == id).unwrap();
    assert_eq!(find(ids[0]).look.outcome, Outcome::Failed(Reason::Dns));
    assert_eq!(find(ids[1]).look.at, at("2026-03-03T01:00:00Z"));
    assert!(ids[2] < ids[1], "looks of one channel have rising numbers");
}

#[tokio::test]
async fn the_day_is_the_districts() {
    let h = house().await;
    let id = h.see("jyj/gzdt", "2026-03-01T16:30:00Z", &[]).await;
    assert_eq!(h.store.looks(&[id]).await.unwrap()[0].look.day, day("2026-03-02"));
}

#[tokio::test]
async fn an_unchanged_look_inherits_items_coverage_and_validators() {
    let h = house().await;
    let body = h.store.put_evidence(b"list").await.unwrap();
    let read = NewLook {
        covers: Coverage::Since(day("2026-02-01")),
        evidence: Some(body.clone()),
        etag: Some("W/\"1\"".into()),
        last_modified: Some("Sun, 01 Mar 2026 00:00:00 GMT".into()),
        ..read("jyj/gzdt", "2026-03-01T01:00:00Z", &[entry("a", None), entry("b", None)])
    };
    let failed = look("jyj/gzdt", "2026-03-02T01:00:00Z", Outcome::Failed(Reason::Timeout));
    let same = look("jyj/gzdt", "2026-03-03T01:00:00Z", Outcome::Unchanged);
    let again = look("jyj/gzdt", "2026-03-04T01:00:00Z", Outcome::Unchanged);
    let ids = h.store.record_looks(&[read, failed, same, again]).await.unwrap();
    let looks = h.store.looks(&ids).await.unwrap();
    for inherited in &looks[2..] {
        assert_eq!(inherited.same_as, Some(ids[0]));
        assert_eq!(inherited.look.covers, Coverage::Since(day("2026-02-01")));
        assert_eq!(inherited.look.evidence.as_ref(), Some(&body));
        assert_eq!(inherited.entries, looks[0].entries);
    }
    assert_eq!(looks[0].entries.len(), 2);
    assert_eq!((looks[1].look.covers, looks[1].entries.len()), (Coverage::Nothing, 0));

    let last = h.store.last_read(&channel_id("jyj/gzdt")).await.unwrap().unwrap();
    assert_eq!((last.look, last.at), (ids[3], at("2026-03-04T01:00:00Z")));
    assert_eq!((last.rows, last.dated, last.body_hash.clone()), (20, 19, Some(body)));
    assert_eq!(last.etag.as_deref(), Some("W/\"1\""));
    assert_eq!(last.last_modified.as_deref(), Some("Sun, 01 Mar 2026 00:00:00 GMT"));
    assert_eq!(h.store.last_read(&channel_id("wjj/gzdt")).await.unwrap(), None);
    assert_eq!(h.store.last_reads().await.unwrap().into_iter().collect::<Vec<_>>(), [(channel_id("jyj/gzdt"), last)]);
}

/// What most looks are: an unchanged page, with the validators that a server sends each time.
fn unchanged(channel: &str, when: model::Moment, body: &model::EvidenceHash) -> NewLook {
    NewLook {
        url: "http://www.example.gov.cn/zfxxgk/fdzdgknr/gzdt/".into(),
        evidence: Some(body.clone()),
        etag: Some("\"5f3c-6021b2c8d4a40\"".into()),
        last_modified: Some("Sun, 01 Mar 2026 00:00:00 GMT".into()),
        status: Some(304),
        ..NewLook::new(channel_id(channel), when, Outcome::Unchanged, "")
    }
}

#[tokio::test]
async fn an_unchanged_look_says_nothing_twice_and_reads_as_if_it_did() {
    let h = house().await;
    let body = h.store.put_evidence(b"list").await.unwrap();
    let same = |when: &str| unchanged("jyj/gzdt", at(when), &body);
    let read = NewLook { outcome: Outcome::Read, status: Some(200), ..same("2026-03-01T01:00:00Z") };
    let plain = same("2026-03-02T01:00:00Z");
    let elsewhere = NewLook { url: "https://www.example.gov.cn/".into(), ..same("2026-03-03T01:00:00Z") };
    let newer = NewLook { etag: Some("\"2\"".into()), ..same("2026-03-04T01:00:00Z") };
    let silent = NewLook { etag: None, last_modified: None, ..same("2026-03-05T01:00:00Z") };
    let ids = h.store.record_looks(&[read.clone(), plain, elsewhere, newer, silent]).await.unwrap();
    let looks = h.store.looks(&ids).await.unwrap();
    let etags: Vec<_> = looks.iter().map(|l| l.etag.as_deref()).collect();
    let (first, second) = (read.etag.as_deref(), Some("\"2\""));
    assert_eq!(etags, [first, first, first, second, first], "who sends none confirms those of the body");
    assert!(looks.iter().all(|l| l.last_modified == read.last_modified));
    let urls: Vec<_> = looks.iter().map(|l| l.url.as_str()).collect();
    assert_eq!(urls, [read.url.as_str(), &read.url, "https://www.example.gov.cn/", &read.url, &read.url]);
    let bare = "SELECT count(*) FROM look WHERE url = '' AND etag IS NULL AND last_modified IS NULL";
    assert_eq!(h.number(bare).await, 2, "the plain one and the silent one");
    let last = h.store.last_read(&channel_id("jyj/gzdt")).await.unwrap().unwrap();
    assert_eq!((last.url, last.etag, last.last_modified), (read.url, read.etag, read.last_modified));
}

/// Looks are kept for ever, so their size is what the database grows by: a figure that the documentation names.
#[tokio::test]
async fn a_look_takes_three_hundred_bytes_with_its_indexes() {
    const LOOKS: i64 = 600;
    let h = house().await;
    let body = h.store.put_evidence(b"list").await.unwrap();
    let first = at("2026-03-01T01:00:00Z");
    let size = async || h.number("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").await;
    let mut all = vec![];
    for channel in ["jyj/gzdt", "jyj/tzgg", "wjj/gzdt"] {
        let read = NewLook { outcome: Outcome::Read, ..unchanged(channel, first, &body) };
        h.store.record_looks(&[read]).await.unwrap();
        all.extend((1..=LOOKS).map(|n| unchanged(channel, first + chrono::TimeDelta::hours(6 * n), &body)));
    }
    let before = size().await;
    h.store.record_looks(&all).await.unwrap();
    let each = (size().await - before) / (3 * LOOKS);
    assert!((200..320).contains(&each), "{each} bytes");
}

/// By day and then by instant: the last good look stays the last one however many failures follow, also on its own day.
#[tokio::test]
async fn the_last_good_look_is_found_behind_its_failures() {
    let h = house().await;
    let failed = |when: &str| look("jyj/gzdt", when, Outcome::Failed(Reason::Timeout));
    let looks = [
        read("jyj/gzdt", "2026-03-01T01:00:00Z", &[]),
        read("jyj/gzdt", "2026-03-02T01:00:00Z", &[]),
        read("jyj/gzdt", "2026-03-02T09:00:00Z", &[]),
        failed("2026-03-02T10:00:00Z"),
        failed("2026-03-02T17:00:00Z"),
        failed("2026-03-09T01:00:00Z"),
    ];
    h.store.record_looks(&looks).await.unwrap();
    let last = h.store.last_read(&channel_id("jyj/gzdt")).await.unwrap().unwrap();
    assert_eq!(last.at, at("2026-03-02T09:00:00Z"));
}

/// The last looks are packed as JSON on their way out of the database, and validators are written by strangers.
#[tokio::test]
async fn whatever_a_validator_holds_is_sent_back_as_it_was() {
    let h = house().await;
    for (day, odd) in ["W/\"a\\b\"", "\"],[[", "a\u{0}b", "督办😀\u{2028}\u{7f}", "null", ""].iter().enumerate() {
        let when = format!("2026-03-0{}T01:00:00Z", day + 1);
        let written = NewLook {
            url: format!("http://a.cn/{odd}"),
            etag: Some((*odd).to_owned()),
            last_modified: Some(format!("{odd}{odd}")),
            adapter: (*odd).to_owned(),
            ..read("jyj/gzdt", &when, &[])
        };
        h.store.record_looks(std::slice::from_ref(&written)).await.unwrap();
        let asked = ["jyj/gzdt", "wjj/gzdt"].map(channel_id);
        let last = h.store.last_reads_of(&asked).await.unwrap().remove(&asked[0]).unwrap();
        assert_eq!((last.url, last.adapter), (written.url, written.adapter), "{odd:?}");
        assert_eq!((last.etag, last.last_modified), (written.etag, written.last_modified), "{odd:?}");
    }
}

#[tokio::test]
async fn unchanged_without_anything_before_it_proves_nothing() {
    let h = house().await;
    let claim =
        NewLook { covers: Coverage::Everything, ..look("jyj/gzdt", "2026-03-01T01:00:00Z", Outcome::Unchanged) };
    let ids = h.store.record_looks(&[claim]).await.unwrap();
    assert_eq!(h.store.looks(&ids).await.unwrap()[0].look.covers, Coverage::Nothing);
}

#[tokio::test]
async fn a_look_that_is_not_good_covers_nothing_and_lists_nothing() {
    let h = house().await;
    let suspect = NewLook {
        outcome: Outcome::Suspect(Reason::Shrunk),
        ..read("jyj/gzdt", "2026-03-01T01:00:00Z", &[entry("a", None)])
    };
    let ids = h.store.record_looks(&[suspect]).await.unwrap();
    assert_eq!(h.store.looks(&ids).await.unwrap()[0].look.covers, Coverage::Nothing);
    assert_eq!(h.store.counts().await.unwrap().entries, 0);
}

#[tokio::test]
async fn one_bad_look_leaves_none() {
    let h = house().await;
    let looks = [read("jyj/gzdt", "2026-03-01T01:00:00Z", &[]), read("nobody/x", "2026-03-01T01:00:00Z", &[])];
    let refused = h.store.record_looks(&looks).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unregistered(_)), "{refused:?}");
    assert_eq!(h.store.counts().await.unwrap().looks, 0);
}

#[tokio::test]
async fn hostile_titles_come_back_as_they_were() {
    let h = house().await;
    let titles = [
        "'); DROP TABLE look; --",
        "\"\\\u{0}后面",
        "👩‍👩‍👧‍👦🇨🇳",
        "\u{202e}倒",
        "\u{feff}",
        "a\nb\tc",
        "\u{10ffff}",
        "123",
        "null",
        "{}",
    ];
    let entries: Vec<_> = titles
        .iter()
        .zip(0..)
        .map(|(t, n)| model::Entry { title: (*t).into(), source: Some((*t).into()), ..entry(&format!("{n}"), None) })
        .collect();
    h.see("jyj/gzdt", "2026-03-01T01:00:00Z", &entries).await;
    let timeline = h.store.timelines(&[channel("jyj/gzdt")], at("2026-03-02T00:00:00Z")).await.unwrap().remove(0);
    let back: Vec<_> = timeline.items.iter().map(|i| i.title.as_str()).collect();
    assert_eq!(back, titles);
}

#[tokio::test]
async fn keys_that_differ_only_after_a_nul_are_different_items() {
    let h = house().await;
    h.see("jyj/gzdt", "2026-03-01T01:00:00Z", &[entry("a\u{0}1", None), entry("a\u{0}2", None)]).await;
    assert_eq!(h.store.counts().await.unwrap().entries, 2);
}

#[tokio::test]
async fn ten_thousand_items_are_one_look() {
    let h = house().await;
    let entries: Vec<_> = (0..10_000).map(|n| entry(&format!("t{n}.html"), Some("2026-02-28"))).collect();
    let first = h.see("jyj/gzdt", "2026-03-01T01:00:00Z", &entries).await;
    let second = h.see("jyj/gzdt", "2026-03-02T01:00:00Z", &entries[5_000..]).await;
    let looks = h.store.looks(&[first, second]).await.unwrap();
    assert_eq!((looks[0].entries.len(), looks[1].entries.len()), (10_000, 5_000));
    assert_eq!(h.store.counts().await.unwrap().entries, 10_000);
    let items = &h.store.timelines(&[channel("jyj/gzdt")], at("2026-03-03T00:00:00Z")).await.unwrap()[0].items;
    assert_eq!(items.iter().filter(|i| i.withdrawn).count(), 5_000);
}

#[tokio::test]
async fn a_row_that_makes_no_sense_is_named() {
    let h = house().await;
    sqlx::query(
        "INSERT INTO look (id, channel, at, day, outcome, reason, covers, url, adapter, notes, first_page_rows, first_page_dated)
         VALUES (77, 'jyj/gzdt', '2026-03-01T01:00:00.000Z', '2026-03-01', 'failed', 'bad-mood', 'nothing', '', '', '[]', 0, 0)",
    )
    .execute(&h.raw().await)
    .await
    .unwrap();
    let refused = h.store.timelines(&[channel("jyj/gzdt")], at("2026-03-02T00:00:00Z")).await.unwrap_err();
    let StoreError::Row(row) = refused else { panic!("{refused:?}") };
    assert_eq!((row.table, row.column, row.row.as_str()), ("look", "outcome", "77"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    /// Whatever the batches, what is known in the end is the same.
    #[test]
    fn looks_together_or_one_by_one_say_the_same(seen in prop::collection::vec((0..3usize, prop::collection::vec((0..6u32, prop::option::of(1..28u32)), 0..6)), 1..8)) {
        let ids = ["jyj/gzdt", "jyj/tzgg", "wjj/gzdt"];
        let looks: Vec<NewLook> = seen.iter().zip(1..).map(|((c, entries), n)| {
            let entries: Vec<_> = entries.iter()
                .map(|(e, d)| entry(&format!("{e}"), d.map(|d| format!("2026-02-{d:02}")).as_deref())).collect();
            read(ids[*c], &format!("2026-03-{n:02}T01:00:00Z"), &entries)
        }).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (together, apart) = runtime.block_on(async {
            let (a, b) = (house().await, house().await);
            a.store.record_looks(&looks).await.unwrap();
            for l in &looks {
                b.store.record_looks(std::slice::from_ref(l)).await.unwrap();
            }
            let all = ids.map(channel);
            let until = at("2026-04-01T00:00:00Z");
            (a.store.timelines(&all, until).await.unwrap(), b.store.timelines(&all, until).await.unwrap())
        });
        let what = |t: &Vec<model::Timeline>| -> Vec<_> {
            t.iter().map(|t| {
                let items: std::collections::BTreeSet<_> = t.items.iter()
                    .map(|i| (i.url.clone(), i.claimed, i.re_dated, i.first_seen_at, i.withdrawn)).collect();
                (t.channel.id.clone(), t.looks.iter().map(|l| (l.at, l.outcome, l.covers)).collect::<Vec<_>>(), items)
            }).collect()
        };
        prop_assert_eq!(what(&together), what(&apart));
    }
}

#[tokio::test]
async fn every_claim_of_a_date_is_kept_once_and_never_moves_the_date_that_counts() {
    let house = house().await;
    let claim = |from, on: Option<&str>| NewClaim { key: "x.gov.cn/a".into(), from, day: on.map(day) };
    let claims = vec![claim(DateFrom::Page, Some("2026-03-05")), claim(DateFrom::Url, Some("2026-03-01"))];
    let first = NewLook {
        claims: claims.clone(),
        ..read("jyj/gzdt", "2026-03-06T01:00:00Z", &[entry("a", Some("2026-03-01"))])
    };
    let again = NewLook { claims, ..read("jyj/gzdt", "2026-03-07T01:00:00Z", &[entry("a", Some("2026-03-01"))]) };
    house.store.record_looks(&[first, again]).await.unwrap();
    assert_eq!(house.number("SELECT count(*) FROM date_claim").await, 2);
    let timelines = house.store.timelines(&[channel("jyj/gzdt")], at("2026-03-08T00:00:00Z")).await.unwrap();
    let item = &timelines[0].items[0];
    assert_eq!(item.claimed, Some(day("2026-03-01")));
    assert_eq!(item.other_dates, [Claim { from: DateFrom::Page, day: day("2026-03-05") }]);
    let before = house.store.timelines(&[channel("jyj/gzdt")], at("2026-03-06T00:59:00Z")).await.unwrap();
    assert!(before[0].items.is_empty());
    let id = channel_id("jyj/gzdt");
    assert_eq!(house.store.pages_opened(&id, day("2026-03-06")).await.unwrap(), 1);
    assert_eq!(house.store.pages_opened(&id, day("2026-03-07")).await.unwrap(), 0);
    let disputed = house.store.disputed(None, 10).await.unwrap();
    assert_eq!((disputed.len(), disputed[0].others.len(), disputed[0].item), (1, 1, item.id));
    house.store.date_item(item.id, day("2026-03-05"), "张三", "看过", at("2026-03-08T00:00:00Z")).await.unwrap();
    assert!(house.store.disputed(Some(&id), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_accepted_shape_holds_until_the_next_good_look() {
    let house = house().await;
    let id = channel_id("jyj/gzdt");
    house.see("jyj/gzdt", "2026-03-06T01:00:00Z", &[entry("a", Some("2026-03-01"))]).await;
    assert_eq!(house.store.last_read(&id).await.unwrap().unwrap().accepted, None);
    let new = NewAccepted {
        channel: id.clone(),
        look: None,
        rows: 7,
        dated: 6,
        adapter: "trs".into(),
        who: "张三".into(),
        why: "改版".into(),
    };
    assert!(
        house
            .store
            .accept_shape(&NewAccepted { who: " ".into(), ..new.clone() }, at("2026-03-06T02:00:00Z"))
            .await
            .is_err()
    );
    assert!(
        house
            .store
            .accept_shape(&NewAccepted { look: Some(99), ..new.clone() }, at("2026-03-06T02:00:00Z"))
            .await
            .is_err()
    );
    house.store.accept_shape(&new, at("2026-03-06T02:00:00Z")).await.unwrap();
    let last = house.store.last_read(&id).await.unwrap().unwrap();
    assert_eq!(last.accepted, Some(Shape { rows: 7, dated: 6, adapter: "trs".into() }));
    let listed = house.store.listed(last.look).await.unwrap();
    assert_eq!(
        listed,
        [ListedItem { key: "x.gov.cn/a".into(), date: Some(day("2026-03-01")), date_from: Some(DateFrom::List) }]
    );
    house.see("jyj/gzdt", "2026-03-07T01:00:00Z", &[entry("a", Some("2026-03-02"))]).await;
    let last = house.store.last_read(&id).await.unwrap().unwrap();
    assert_eq!(last.accepted, None);
    assert_eq!(house.store.listed(last.look).await.unwrap()[0].date, Some(day("2026-03-02")), "as it was claimed last");
    assert_eq!(house.store.accepted_shapes(&id).await.unwrap()[0].entered, new);
}
