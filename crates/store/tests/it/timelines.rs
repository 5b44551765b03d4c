//! Timelines: what is known of an item, as of an instant.

use model::{Coverage, Entry, Item, Outcome, Reason};
use store::{LookDays, NewLook, StoreError};

use crate::house::{House, at, channel, channel_id, day, days, entry, house, look, read};

async fn items(h: &House, as_of: &str) -> Vec<Item> {
    h.store.timelines(&[channel("jyj/gzdt")], at(as_of)).await.unwrap().remove(0).items
}

fn since(from: &str, when: &str, entries: &[Entry]) -> NewLook {
    NewLook { covers: Coverage::Since(day(from)), ..read("jyj/gzdt", when, entries) }
}

#[tokio::test]
async fn channels_come_back_in_the_order_asked_with_looks_oldest_first() {
    let h = house().await;
    h.store
        .record_looks(&[
            read("wjj/gzdt", "2026-03-02T01:00:00Z", &[entry("w", None)]),
            look("jyj/gzdt", "2026-03-03T01:00:00Z", Outcome::Blocked(Reason::Captcha)),
            read("jyj/gzdt", "2026-03-01T01:00:00Z", &[entry("j", None)]),
        ])
        .await
        .unwrap();
    let asked = ["wjj/gzdt", "jyj/tzgg", "jyj/gzdt"].map(channel);
    let t = h.store.timelines(&asked, at("2026-04-01T00:00:00Z")).await.unwrap();
    assert_eq!(t.iter().map(|t| t.channel.clone()).collect::<Vec<_>>(), asked);
    assert_eq!((t[0].items.len(), t[1].items.len(), t[1].looks.len()), (1, 0, 0));
    let outcomes: Vec<_> = t[2].looks.iter().map(|l| l.outcome).collect();
    assert_eq!(outcomes, [Outcome::Read, Outcome::Blocked(Reason::Captcha)]);
}

/// Looks of a column whose server says "not modified" for three days, and is asked for the page itself on the fourth.
async fn three_words_and_a_page(h: &House, page: NewLook) -> Vec<Outcome> {
    let asked = |status, look: NewLook| NewLook { status: Some(status), ..look };
    let word = |when| asked(304, look("jyj/gzdt", when, Outcome::Unchanged));
    let looks = [
        asked(200, read("jyj/gzdt", "2026-03-01T01:00:00Z", &[entry("a", None)])),
        asked(200, look("jyj/gzdt", "2026-03-02T01:00:00Z", Outcome::Unchanged)),
        word("2026-03-03T01:00:00Z"),
        asked(500, look("jyj/gzdt", "2026-03-04T01:00:00Z", Outcome::Failed(Reason::HttpServer))),
        word("2026-03-05T01:00:00Z"),
        asked(200, page),
        word("2026-03-07T01:00:00Z"),
    ];
    h.store.record_looks(&looks).await.unwrap();
    let known = h.store.timelines(&[channel("jyj/gzdt")], at("2026-03-08T00:00:00Z")).await.unwrap().remove(0);
    known.looks.iter().map(|l| l.outcome).collect()
}

#[tokio::test]
async fn words_that_a_page_has_belied_prove_nothing() {
    let h = house().await;
    let page = read("jyj/gzdt", "2026-03-06T01:00:00Z", &[entry("b", Some("2026-03-03")), entry("a", None)]);
    let wrong = Outcome::Suspect(Reason::WronglyUnchanged);
    let told = three_words_and_a_page(&h, NewLook { still_unchanged: true, ..page }).await;
    let failed = Outcome::Failed(Reason::HttpServer);
    assert_eq!(told, [Outcome::Read, Outcome::Unchanged, wrong, failed, wrong, Outcome::Read, Outcome::Unchanged]);
    // Each way of reading says the same, and what was known before the page came stays what it was.
    let days = LookDays { since: Some(day("2026-03-03")), on: vec![] };
    let on = |until: &'static str| {
        let (h, days) = (&h, days.clone());
        async move {
            let asked = [(channel_id("jyj/gzdt"), days)];
            let looks = h.store.looks_on(&asked, i64::MAX, at(until)).await.unwrap();
            looks[&channel_id("jyj/gzdt")].iter().map(|l| (l.outcome, l.covers)).collect::<Vec<_>>()
        }
    };
    assert_eq!(on("2026-03-08T00:00:00Z").await[1..4].iter().map(|l| l.0).collect::<Vec<_>>(), [wrong, failed, wrong]);
    assert_eq!(on("2026-03-08T00:00:00Z").await[1].1, Coverage::Nothing);
    assert_eq!(on("2026-03-06T00:00:00Z").await[1].0, Outcome::Unchanged);
    let records = h.store.recent_looks(&channel_id("jyj/gzdt"), 7).await.unwrap();
    assert_eq!(records.iter().rev().map(|r| r.look.outcome).collect::<Vec<_>>(), told);
    let caught = |since: &'static str| h.store.wrongly_unchanged(day(since));
    assert_eq!(caught("2026-03-06").await.unwrap().into_iter().collect::<Vec<_>>(), [channel_id("jyj/gzdt")]);
    assert!(caught("2026-03-07").await.unwrap().is_empty());
}

#[tokio::test]
async fn words_stand_where_nothing_new_came_or_the_server_tells_the_difference() {
    for (still_unchanged, items) in [(true, vec!["a"]), (false, vec!["b", "a"])] {
        let h = house().await;
        let items: Vec<Entry> = items.into_iter().map(|url| entry(url, None)).collect();
        let page = NewLook { still_unchanged, ..read("jyj/gzdt", "2026-03-06T01:00:00Z", &items) };
        let told = three_words_and_a_page(&h, page).await;
        assert_eq!(told.iter().filter(|o| o.is_good()).count(), 6, "{told:?}");
    }
}

#[tokio::test]
async fn what_was_not_known_yet_is_not_told() {
    let h = house().await;
    h.see("jyj/gzdt", "2026-03-01T01:00:00Z", &[entry("a", Some("2026-03-10"))]).await;
    h.see("jyj/gzdt", "2026-03-05T01:00:00Z", &[entry("a", Some("2026-02-01")), entry("b", None)]).await;
    assert_eq!(items(&h, "2026-03-01T00:59:59Z").await.len(), 0);
    let early = items(&h, "2026-03-01T01:00:00Z").await;
    assert_eq!((early.len(), early[0].claimed), (1, Some(day("2026-03-10"))));
    let late = items(&h, "2026-03-05T01:00:00Z").await;
    assert_eq!((late.len(), late[0].claimed, late[0].re_dated), (2, Some(day("2026-02-01")), false));
    assert_eq!(late[0].first_seen, day("2026-03-01"));
}

#[tokio::test]
async fn a_date_moved_later_keeps_the_earliest() {
    let h = house().await;
    for (n, date) in [(1, "2026-03-01"), (2, "2026-03-09"), (3, "2026-03-09"), (4, "2026-03-01")] {
        h.see("jyj/gzdt", &format!("2026-03-{:02}T01:00:00Z", n + 9), &[entry("a", Some(date))]).await;
    }
    let item = items(&h, "2026-04-01T00:00:00Z").await.remove(0);
    assert_eq!((item.claimed, item.re_dated), (Some(day("2026-03-01")), true));
    assert_eq!(h.number("SELECT count(*) FROM entry_claim").await, 2, "only changes are written");
}

#[tokio::test]
async fn a_date_that_appears_later_is_claimed_from_then_on() {
    let h = house().await;
    h.see("jyj/gzdt", "2026-03-01T01:00:00Z", &[entry("a", None)]).await;
    h.see("jyj/gzdt", "2026-03-02T01:00:00Z", &[entry("a", Some("2026-02-27"))]).await;
    h.see("jyj/gzdt", "2026-03-03T01:00:00Z", &[entry("a", None)]).await;
    assert_eq!(items(&h, "2026-03-01T12:00:00Z").await[0].claimed, None);
    let item = items(&h, "2026-03-03T12:00:00Z").await.remove(0);
    assert_eq!((item.claimed, item.re_dated), (Some(day("2026-02-27")), false));
}

#[tokio::test]
async fn an_item_is_withdrawn_only_by_a_look_that_should_show_it() {
    let h = house().await;
    let (old, new) = (entry("old", Some("2026-01-05")), entry("new", Some("2026-03-01")));
    h.see("jyj/gzdt", "2026-03-01T01:00:00Z", &[old.clone(), new.clone()]).await;
    h.store.record_looks(&[since("2026-02-01", "2026-03-02T01:00:00Z", &[])]).await.unwrap();
    let now = items(&h, "2026-03-02T12:00:00Z").await;
    assert_eq!((now[0].withdrawn, now[1].withdrawn), (false, true), "the old one lies before what was read");
    let failed = look("jyj/gzdt", "2026-03-03T01:00:00Z", Outcome::Failed(Reason::Dns));
    h.store
        .record_looks(&[failed, since("2026-02-01", "2026-03-04T01:00:00Z", std::slice::from_ref(&new))])
        .await
        .unwrap();
    assert!(!items(&h, "2026-03-04T12:00:00Z").await[1].withdrawn, "it is back");
    assert!(items(&h, "2026-03-03T12:00:00Z").await[1].withdrawn, "but it was away then");
    h.see("jyj/gzdt", "2026-03-05T01:00:00Z", &[new]).await;
    assert!(items(&h, "2026-03-05T12:00:00Z").await[0].withdrawn);
    assert!(!items(&h, "2026-03-01T12:00:00Z").await[0].withdrawn);
}

#[tokio::test]
async fn an_undated_item_is_withdrawn_only_by_a_whole_list() {
    let h = house().await;
    h.see("jyj/gzdt", "2026-03-01T01:00:00Z", &[entry("a", None)]).await;
    h.store.record_looks(&[since("2020-01-01", "2026-03-02T01:00:00Z", &[])]).await.unwrap();
    assert!(!items(&h, "2026-03-02T12:00:00Z").await[0].withdrawn);
    h.see("jyj/gzdt", "2026-03-03T01:00:00Z", &[]).await;
    assert!(items(&h, "2026-03-03T12:00:00Z").await[0].withdrawn);
}

#[tokio::test]
async fn a_look_that_is_read_late_moves_the_first_sighting_back() {
    let h = house().await;
    h.see("jyj/gzdt", "2026-03-05T01:00:00Z", &[entry("a", Some("2026-03-01"))]).await;
    h.see("jyj/gzdt", "2026-03-02T01:00:00Z", &[entry("a", Some("2026-03-01")), entry("b", None)]).await;
    let now = items(&h, "2026-03-06T00:00:00Z").await;
    assert_eq!(now.iter().map(|i| i.first_seen).collect::<Vec<_>>(), [day("2026-03-02"); 2]);
    assert!(!now[0].withdrawn && !now[1].withdrawn, "a late reading cannot say what later looks showed");
    assert_eq!(items(&h, "2026-03-03T00:00:00Z").await.len(), 2);
}

#[tokio::test]
async fn one_item_twice_in_a_list_is_one_item_with_the_earliest_date() {
    let h = house().await;
    let twice = [entry("a", None), entry("a", Some("2026-03-02")), entry("a", Some("2026-03-01"))];
    let look = h.see("jyj/gzdt", "2026-03-03T01:00:00Z", &twice).await;
    let now = items(&h, "2026-03-04T00:00:00Z").await;
    assert_eq!((now.len(), now[0].claimed, now[0].re_dated), (1, Some(day("2026-03-01")), false));
    assert_eq!(h.store.looks(&[look]).await.unwrap()[0].entries.len(), 1);
}

#[tokio::test]
async fn a_year_that_nobody_means_is_no_date() {
    let h = house().await;
    let far = Entry { date: model::Day::from_ymd_opt(20_260, 3, 1), ..entry("a", None) };
    h.see("jyj/gzdt", "2026-03-03T01:00:00Z", &[far]).await;
    assert_eq!(items(&h, "2026-03-04T00:00:00Z").await[0].claimed, None);
}

#[tokio::test]
async fn a_person_dates_an_item_and_the_last_word_counts() {
    let h = house().await;
    h.see("jyj/gzdt", "2026-03-01T01:00:00Z", &[entry("a", None)]).await;
    let id = items(&h, "2026-03-01T02:00:00Z").await[0].id;
    for (n, date) in [(2, "2026-02-10"), (3, "2026-02-11")] {
        let when = at(&format!("2026-03-0{n}T01:00:00Z"));
        h.store.date_item(id, day(date), "张三", "正文落款", when).await.unwrap();
    }
    assert_eq!(items(&h, "2026-03-01T02:00:00Z").await[0].dated_by_person, None);
    assert_eq!(items(&h, "2026-03-02T02:00:00Z").await[0].dated_by_person, Some(day("2026-02-10")));
    assert_eq!(items(&h, "2026-03-03T02:00:00Z").await[0].dated_by_person, Some(day("2026-02-11")));
    let now = at("2026-03-04T00:00:00Z");
    assert!(matches!(h.store.date_item(id, day("2026-02-10"), " ", "x", now).await, Err(StoreError::Refused(_))));
    assert!(matches!(h.store.date_item(999, day("2026-02-10"), "张三", "x", now).await, Err(StoreError::Refused(_))));
}

/// The titles of what is known since a day, in the order of their first sighting.
async fn known_since(h: &House, first: &str, more: u32) -> Vec<String> {
    let asked = [(channel_id("jyj/gzdt"), day(first))];
    let mut known = h.store.items_since(&asked, more, at("2026-12-31T00:00:00Z")).await.unwrap();
    known.remove(&channel_id("jyj/gzdt")).unwrap_or_default().into_iter().map(|i| i.title).collect()
}

fn titles(urls: &[&str]) -> Vec<String> {
    urls.iter().map(|u| entry(u, None).title).collect()
}

#[tokio::test]
async fn what_is_known_since_a_day_holds_the_last_item_before_it() {
    let h = house().await;
    let listed = [
        entry("a", Some("2026-01-05")),
        entry("b", Some("2026-02-10")),
        entry("c", Some("2026-03-20")),
        entry("d", Some("2026-04-15")),
    ];
    for (n, when) in ["2026-01-06T01:00:00Z", "2026-02-11T01:00:00Z", "2026-03-21T01:00:00Z", "2026-04-16T01:00:00Z"]
        .iter()
        .enumerate()
    {
        h.see("jyj/gzdt", when, &listed[..=n]).await;
    }
    assert_eq!(known_since(&h, "2026-04-01", 0).await, titles(&["c", "d"]));
    assert_eq!(known_since(&h, "2026-03-15", 0).await, titles(&["b", "c", "d"]));
    assert_eq!(known_since(&h, "2026-05-01", 0).await, titles(&["d"]));
    assert_eq!(known_since(&h, "2026-05-01", 60).await, titles(&["c", "d"]), "and as many days more");
    assert_eq!(known_since(&h, "0001-01-01", 0).await, titles(&["a", "b", "c", "d"]));
    assert_eq!(known_since(&h, "2026-01-01", 0).await, titles(&["a", "b", "c", "d"]), "nothing lies before");
}

/// What is judged is read from the number of a look on: were it too high for a day, items of that day would be left out.
#[tokio::test]
async fn the_lowest_look_from_a_day_on_is_known_however_late_looks_are_entered() {
    let h = house().await;
    let days = [5, 5, 6, 3, 9, 1, 9, 12, 7, 10, 2, 14, 13, 8];
    for (n, day) in days.iter().enumerate() {
        let when = format!("2026-03-{day:02}T01:{n:02}:00Z");
        h.store.record_looks(&[look("jyj/gzdt", &when, Outcome::Failed(Reason::Timeout))]).await.unwrap();
        let wrong = h
            .number(
                "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 16),
                      d AS (SELECT printf('2026-03-%02d', n) AS day FROM n)
                 SELECT count(*) FROM d
                 WHERE (SELECT f.look FROM looks_from f WHERE f.day >= d.day ORDER BY f.day LIMIT 1)
                       IS NOT (SELECT min(l.id) FROM look l WHERE l.day >= d.day)",
            )
            .await;
        assert_eq!(wrong, 0, "after look {n}");
    }
    assert!(h.number("SELECT count(*) FROM looks_from").await < days.len() as i64);
}

#[tokio::test]
async fn an_item_with_more_than_one_date_holds_nothing() {
    let h = house().await;
    h.see("jyj/gzdt", "2026-01-06T01:00:00Z", &[entry("a", Some("2026-01-05"))]).await;
    // It claims a later day than before: of its two dates the earlier counts, so it is not the last one before May.
    h.see("jyj/gzdt", "2026-02-11T01:00:00Z", &[entry("a", Some("2026-01-05")), entry("b", Some("2026-02-10"))]).await;
    h.see("jyj/gzdt", "2026-03-11T01:00:00Z", &[entry("a", Some("2026-01-05")), entry("b", Some("2026-01-02"))]).await;
    assert_eq!(known_since(&h, "2026-05-01", 0).await, titles(&["a", "b"]));
    // Neither is one that a person has dated, but that is never left out.
    h.see("jyj/gzdt", "2026-04-11T01:00:00Z", &[entry("c", None)]).await;
    h.see("jyj/gzdt", "2026-04-12T01:00:00Z", &[entry("d", Some("2026-04-12"))]).await;
    let undated: i64 = h.number("SELECT id FROM entry WHERE url LIKE '%/c'").await;
    h.store.date_item(undated, day("2026-06-01"), "张三", "文末", at("2026-04-13T01:00:00Z")).await.unwrap();
    assert_eq!(known_since(&h, "2026-05-01", 0).await, titles(&["c", "d"]));
    assert_eq!(h.store.items_dated().await.unwrap(), 1);
}

#[tokio::test]
async fn of_the_looks_of_years_those_on_some_days_alone_are_read() {
    let h = house().await;
    for when in ["2026-01-06T01:00:00Z", "2026-01-07T01:00:00Z", "2026-01-07T09:00:00Z", "2026-03-01T01:00:00Z"] {
        h.store.record_looks(&[look("jyj/gzdt", when, Outcome::Failed(Reason::Timeout))]).await.unwrap();
    }
    let seen = async |since: Option<&str>, on: &[(&str, &str)]| {
        let days = LookDays { since: since.map(day), on: on.iter().map(|(first, last)| days(first, last)).collect() };
        let asked = [(channel_id("jyj/gzdt"), days.clone()), (channel_id("wjj/gzdt"), days)];
        let seen = h.store.looks_on(&asked, i64::MAX, at("2026-12-31T00:00:00Z")).await.unwrap();
        assert!(!seen.contains_key(&channel_id("wjj/gzdt")));
        seen.get(&channel_id("jyj/gzdt")).map_or(vec![], |looks| looks.iter().map(|l| l.id).collect::<Vec<i64>>())
    };
    // From a day on, with the last day before it on which there was a look.
    assert_eq!(seen(Some("2026-02-01"), &[]).await, [2, 3, 4]);
    assert_eq!(seen(Some("2026-01-07"), &[]).await, [1, 2, 3, 4]);
    assert_eq!(seen(Some("2026-01-01"), &[]).await, [1, 2, 3, 4]);
    // On days, and nothing before them; what is asked for twice comes once.
    assert_eq!(seen(None, &[("2026-01-07", "2026-02-28")]).await, [2, 3]);
    assert_eq!(seen(None, &[("2026-01-01", "2026-01-06"), ("2026-03-01", "2026-03-01")]).await, [1, 4]);
    assert_eq!(seen(Some("2026-02-01"), &[("2026-01-06", "2026-01-07")]).await, [1, 2, 3, 4]);
    assert_eq!(seen(None, &[("2026-01-08", "2026-02-28")]).await, Vec::<i64>::new());
    let first = h.store.first_looks(&["jyj/gzdt", "wjj/gzdt"].map(channel)).await.unwrap();
    assert_eq!(first, [(channel_id("jyj/gzdt"), at("2026-01-06T01:00:00Z"))].into());
}

/// More looks than are read at a time, of two columns that were looked at in turns and of one that was looked at once.
#[tokio::test]
async fn years_of_looks_come_each_to_its_column_in_their_order() {
    const EACH: i64 = 2_100;
    let h = house().await;
    let first = at("2026-01-01T00:00:00Z");
    let when = |n: i64| first + chrono::TimeDelta::hours(n);
    let looked = |id: &str, n| NewLook::new(channel_id(id), when(n), Outcome::Failed(Reason::Timeout), "");
    let both = (0..EACH).flat_map(|n| [looked("jyj/gzdt", n), looked("wjj/gzdt", n)]);
    let all: Vec<NewLook> = both.chain([looked("jyj/tzgg", 7)]).collect();
    h.store.record_looks(&all).await.unwrap();
    let asked = ["wjj/gzdt", "jyj/tzgg", "jyj/gzdt"].map(channel);
    let known = h.store.timelines(&asked, when(EACH)).await.unwrap();
    let times = |n: usize| known[n].looks.iter().map(|l| l.at).collect::<Vec<_>>();
    let hourly: Vec<_> = (0..EACH).map(when).collect();
    assert!(times(0) == hourly && times(2) == hourly);
    assert_eq!(times(1), [when(7)]);
    let days = LookDays { since: Some(day("2026-01-01")), on: vec![] };
    let on = asked.map(|c| (c.id, days.clone()));
    let seen = h.store.looks_on(&on, i64::MAX, when(EACH)).await.unwrap();
    assert!(known.iter().all(|t| seen[&t.channel.id] == t.looks));
    let part = h.store.looks_on(&on, EACH, when(9)).await.unwrap();
    assert!(part.values().flatten().all(|l| l.id <= EACH && l.at <= when(9)));
    assert_eq!(part.values().map(Vec::len).sum::<usize>(), 21);
}

/// Rows are packed as JSON on their way out of the database. One title that could not be unpacked would keep a whole district
/// from being judged, and titles are written by strangers.
#[tokio::test]
async fn whatever_a_title_holds_comes_back_as_it_was() {
    let h = house().await;
    let odd = [
        "a\u{0}b",
        "\"],[[",
        "\\u0000 \\",
        "line\nbreak\r\t\u{1b}[31m",
        "\u{2028}\u{feff}\u{202e}",
        "😀\u{10ffff}",
        "[1,2]",
        "null",
    ];
    let titled =
        |(n, t): (usize, &&str)| Entry { title: (*t).to_owned(), ..entry(&format!("t{n}"), Some("2026-03-01")) };
    let mut entries: Vec<Entry> = odd.iter().enumerate().map(titled).collect();
    entries.push(Entry { url: "http://x.gov.cn/\u{0}\"\\".into(), ..entry("z", Some("2026-03-01")) });
    h.see("jyj/gzdt", "2026-03-01T01:00:00Z", &entries).await;
    let told = |items: &[Item]| {
        let mut all: Vec<(String, String)> = items.iter().map(|i| (i.title.clone(), i.url.clone())).collect();
        all.sort();
        all
    };
    let mut expected: Vec<(String, String)> = entries.iter().map(|e| (e.title.clone(), e.url.clone())).collect();
    expected.sort();
    let as_of = "2026-03-02T00:00:00Z";
    assert_eq!(told(&items(&h, as_of).await), expected);
    let asked = [(channel_id("jyj/gzdt"), day("2026-02-01"))];
    let younger = h.store.items_since(&asked, 0, at(as_of)).await.unwrap();
    assert_eq!(told(&younger[&asked[0].0]), expected);
    let days = model::DayRange::new(day("2026-02-01"), day("2026-03-31")).unwrap();
    let recent = h.store.recent(&[channel("jyj/gzdt")], days, at(as_of)).await.unwrap();
    assert_eq!(told(&recent[0].items), expected);
}
