//! What the daily judging asks of all channels at once: what is new since a look, and which days were seen.

use model::{Coverage, DateFrom, Day, DayRange, Outcome, Reason};
use store::{LookDays, NewClaim, NewLook};

use crate::house::{House, at, channel, channel_id, day, entry, house, look, read};

/// The news since a look that was the newest one at an instant.
async fn news(h: &House, after: i64, when: &str, as_of: &str) -> Vec<(String, Option<Day>)> {
    let arrivals = h.store.arrivals((after, at(when)), at(as_of)).await.unwrap();
    arrivals.of.into_iter().map(|(channel, dated)| (channel.to_string(), dated)).collect()
}

fn said(channel: &str, dated: Option<&str>) -> Vec<(String, Option<Day>)> {
    vec![(channel.to_owned(), dated.map(day))]
}

const FIRST: &str = "2026-03-10T01:00:00Z";
const THEN: &str = "2026-03-12T01:00:00Z";

#[tokio::test]
async fn news_are_new_items_other_dates_pages_and_what_is_gone() {
    let h = house().await;
    let old = [entry("a", Some("2026-03-01")), entry("b", Some("2026-03-08"))];
    let first = h.see("jyj/gzdt", FIRST, &old).await;
    assert_eq!(news(&h, first, FIRST, THEN).await, []);
    assert_eq!(h.store.newest_look().await.unwrap(), first);

    let unchanged = look("jyj/gzdt", "2026-03-11T01:00:00Z", Outcome::Unchanged);
    let nothing = h.store.record_looks(&[unchanged]).await.unwrap()[0];
    assert_eq!(news(&h, first, FIRST, THEN).await, [], "a look that brings nothing is no news");

    let with = |more: &[_]| [&old[..], more].concat();
    let new = h
        .see(
            "jyj/gzdt",
            "2026-03-11T02:00:00Z",
            &with(&[entry("c", Some("2026-03-11")), entry("d", Some("2026-03-05"))]),
        )
        .await;
    assert_eq!(news(&h, nothing, FIRST, THEN).await, said("jyj/gzdt", Some("2026-03-05")), "the earliest date");

    let gone = h.see("jyj/gzdt", "2026-03-11T03:00:00Z", &with(&[entry("c", Some("2026-03-11"))])).await;
    assert_eq!(news(&h, new, FIRST, THEN).await, said("jyj/gzdt", Some("2026-03-05")), "d is gone");

    let claims = vec![NewClaim { key: old[1].key(), from: DateFrom::Page, day: Some(day("2026-02-20")) }];
    let told = NewLook { claims, ..read("jyj/gzdt", "2026-03-11T04:00:00Z", &with(&[entry("c", Some("2026-03-11"))])) };
    let told = h.store.record_looks(&[told]).await.unwrap()[0];
    assert_eq!(news(&h, gone, FIRST, THEN).await, said("jyj/gzdt", Some("2026-02-20")), "its page says another day");

    let moved = [entry("a", Some("2026-03-09")), old[1].clone(), entry("c", Some("2026-03-11"))];
    let moved = h.see("jyj/gzdt", "2026-03-11T05:00:00Z", &moved).await;
    assert_eq!(news(&h, told, FIRST, THEN).await, said("jyj/gzdt", None), "another date than before");

    let undated = h.see("wjj/gzdt", "2026-03-11T06:00:00Z", &[entry("e", None)]).await;
    assert_eq!(news(&h, moved, FIRST, THEN).await, said("wjj/gzdt", None));
    h.store.record_looks(&[look("jyj/tzgg", "2026-03-01T01:00:00Z", Outcome::Failed(Reason::Dns))]).await.unwrap();
    assert_eq!(news(&h, undated, FIRST, THEN).await, said("jyj/tzgg", None), "a look entered for a day before");
}

#[tokio::test]
async fn what_lies_ahead_of_the_instant_is_told_again() {
    let h = house().await;
    let first = h.see("jyj/gzdt", FIRST, &[]).await;
    let ahead = h.see("jyj/gzdt", "2026-03-20T01:00:00Z", &[entry("a", Some("2026-03-20"))]).await;
    let up_to = h.store.arrivals((first, at(FIRST)), at(THEN)).await.unwrap().up_to;
    assert!(first <= up_to && up_to < ahead, "{first} {up_to} {ahead}");
    assert_eq!(h.store.arrivals((up_to, at(THEN)), at("2026-03-21T01:00:00Z")).await.unwrap().up_to, ahead);
    assert_eq!(news(&h, up_to, THEN, "2026-03-21T01:00:00Z").await, said("jyj/gzdt", Some("2026-03-20")));
}

#[tokio::test]
async fn looks_are_read_up_to_a_number() {
    let h = house().await;
    let first = h.see("jyj/gzdt", FIRST, &[]).await;
    h.see("jyj/gzdt", "2026-03-11T01:00:00Z", &[entry("a", Some("2026-03-11"))]).await;
    let on = |up_to| {
        let days =
            LookDays { since: None, on: DayRange::new(day("2026-03-01"), day("2026-03-31")).into_iter().collect() };
        let asked = [(channel_id("jyj/gzdt"), days)];
        let store = h.store.clone();
        async move { store.looks_on(&asked, up_to, at(THEN)).await.unwrap().remove(&channel_id("jyj/gzdt")) }
    };
    assert_eq!(on(first).await.unwrap().iter().map(|l| l.id).collect::<Vec<_>>(), [first]);
    assert_eq!(on(i64::MAX).await.unwrap().len(), 2);
    assert_eq!(on(first - 1).await, None);
}

#[tokio::test]
async fn good_days_are_those_with_a_good_look_begun_by_the_instant() {
    let h = house().await;
    let bad = |when| look("jyj/gzdt", when, Outcome::Failed(Reason::Timeout));
    let looks = [
        NewLook { covers: Coverage::Nothing, ..bad("2026-03-09T01:00:00Z") },
        read("jyj/gzdt", "2026-03-10T01:00:00Z", &[]),
        look("jyj/gzdt", "2026-03-10T05:00:00Z", Outcome::Unchanged),
        bad("2026-03-11T01:00:00Z"),
        look("jyj/gzdt", "2026-03-12T05:00:00Z", Outcome::Unchanged),
    ];
    h.store.record_looks(&looks).await.unwrap();
    let channels = [channel("jyj/gzdt"), channel("jyj/tzgg")];
    let days = |when: &'static str| h.store.good_days(&channels, at(when), day(&when[..10]));
    let at_noon = days("2026-03-12T04:00:00Z").await.unwrap();
    assert_eq!(at_noon[&channel_id("jyj/gzdt")], [day("2026-03-10")], "the look of that day came after the instant");
    assert_eq!(at_noon.len(), 1, "a channel without a good look is not named");
    let later = days("2026-03-12T06:00:00Z").await.unwrap();
    assert_eq!(later[&channel_id("jyj/gzdt")], ["2026-03-10", "2026-03-12"].map(day));
}
