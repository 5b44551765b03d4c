//! Suspicions: proposed once, decided once, and charged only by way of the register.

use model::{Confidence, Quote, SuspicionState};
use store::{Becoming, NewItemPage, NewRegister, NewSuspicion, Refusal, RegisterFilter, StoreError, SuspicionFilter};

use crate::house::{at, channel_id, day, entry, house};

const NOW: &str = "2026-03-10T01:00:00Z";
const LATER: &str = "2026-03-11T01:00:00Z";

fn quote(mark: &str) -> Quote {
    Quote { mark: mark.into(), text: "……按装设备……".into(), note: "应为「安装」".into() }
}

fn suspicion(marks: &[&str]) -> NewSuspicion {
    NewSuspicion {
        detector: "typo".into(),
        criterion: "B1.5".parse().unwrap(),
        unit: "jyj".parse().unwrap(),
        channel: Some(channel_id("jyj/gzdt")),
        entry: None,
        day: day("2026-03-05"),
        confidence: Confidence::Medium,
        title: "关于设备的通知".into(),
        summary: "疑似错别字".into(),
        quotes: marks.iter().map(|m| quote(m)).collect(),
        url: "http://x.gov.cn/t1.html".into(),
        evidence: None,
    }
}

fn incident(what: &str) -> NewRegister {
    NewRegister {
        criterion: "B1.5".parse().unwrap(),
        unit: "jyj".parse().unwrap(),
        day: day("2026-03-05"),
        count: 1,
        points: None,
        late: false,
        description: what.into(),
        evidence: None,
        who: "张三".into(),
    }
}

#[tokio::test]
async fn what_was_proposed_is_not_proposed_again_and_the_rest_is() {
    let h = house().await;
    let first = h.store.propose(&[suspicion(&["a", "b", "a"])], at(NOW)).await.unwrap();
    assert_eq!(first.len(), 1);
    assert!(h.store.propose(&[suspicion(&["b", "a"])], at(LATER)).await.unwrap().is_empty());
    h.store.dismiss_suspicion(first[0], "张三", "是引文", at(LATER)).await.unwrap();
    assert!(
        h.store.propose(&[suspicion(&["a"])], at(LATER)).await.unwrap().is_empty(),
        "a dismissed one stays dismissed"
    );
    let second = h.store.propose(&[suspicion(&["a", "c"]), suspicion(&["c"])], at(LATER)).await.unwrap();
    assert_eq!(second.len(), 1);
    let all = h.store.suspicions(&SuspicionFilter::default()).await.unwrap();
    let marks: Vec<Vec<&str>> = all.iter().map(|s| s.quotes.iter().map(|q| q.mark.as_str()).collect()).collect();
    assert_eq!(marks, [vec!["a", "b"], vec!["c"]]);
    assert_eq!([all[0].state(), all[1].state()], [SuspicionState::Dismissed, SuspicionState::Open]);
    let open = SuspicionFilter { state: Some(SuspicionState::Open), ..SuspicionFilter::default() };
    assert_eq!(h.store.suspicions(&open).await.unwrap().len(), 1);
    assert_eq!(h.store.count_suspicions(&open).await.unwrap(), 1);
    assert_eq!(h.store.count_suspicions(&SuspicionFilter::default()).await.unwrap(), 2);
    let newest = h.store.suspicion_list(&SuspicionFilter::default(), 0, 1).await.unwrap();
    let next = h.store.suspicion_list(&SuspicionFilter::default(), 1, 9).await.unwrap();
    assert_eq!((newest[0].id, next.len(), next[0].id), (all[1].id, 1, all[0].id));
}

#[tokio::test]
async fn confirming_makes_an_entry_of_the_register_once() {
    let h = house().await;
    let id = h.store.propose(&[suspicion(&["a"])], at(NOW)).await.unwrap()[0];
    assert!(h.store.register(&RegisterFilter::default()).await.unwrap().is_empty(), "a proposal is no charge");
    let nameless = Becoming::Entry(NewRegister { who: " ".into(), ..incident("错别字") });
    h.store.confirm_suspicion(id, &nameless, "核实", at(NOW)).await.unwrap_err();
    assert!(h.store.register(&RegisterFilter::default()).await.unwrap().is_empty(), "and nothing is left half done");
    let register = h.store.confirm_suspicion(id, &Becoming::Entry(incident("错别字")), "核实", at(NOW)).await.unwrap();
    let entries = h.store.register(&RegisterFilter::default()).await.unwrap();
    assert_eq!((entries.len(), entries[0].id), (1, register));
    for again in [
        h.store.confirm_suspicion(id, &Becoming::Entry(incident("另一条")), "再来", at(LATER)).await.map(|_| ()),
        h.store.dismiss_suspicion(id, "李四", "不对", at(LATER)).await,
    ] {
        assert!(matches!(again, Err(StoreError::Refused(Refusal::SuspicionDecided(_)))), "{again:?}");
    }
    assert_eq!(h.store.register(&RegisterFilter::default()).await.unwrap().len(), 1);
    let missing = h.store.dismiss_suspicion(99, "李四", "不对", at(LATER)).await;
    assert!(matches!(missing, Err(StoreError::Refused(Refusal::NoSuch { .. }))));
    let kept = h.store.suspicions(&SuspicionFilter { id: Some(id), ..SuspicionFilter::default() }).await.unwrap();
    assert_eq!((kept.len(), kept[0].state()), (1, SuspicionState::Confirmed));
}

#[tokio::test]
async fn an_item_knows_its_newest_page_and_the_searches_of_it() {
    let h = house().await;
    h.see("jyj/gzdt", "2026-03-01T01:00:00Z", &[entry("a", Some("2026-03-01")), entry("b", Some("2026-02-01"))]).await;
    let from = day("2026-02-15");
    let channels = [channel_id("jyj/gzdt")];
    let items = h.store.saved_items(&channels, from).await.unwrap();
    assert_eq!((items.len(), items[0].day, &items[0].body), (1, Some(day("2026-03-01")), &None));
    let page = |body| NewItemPage {
        entry: items[0].id,
        fetched_at: at(NOW),
        final_url: "http://x.gov.cn/a".into(),
        status: Some(200),
        content_type: Some("text/html".into()),
        body,
    };
    h.store.add_item_page(&page(Err("超时".into()))).await.unwrap();
    let tried = h.store.saved_items(&channels, from).await.unwrap();
    assert_eq!((tried[0].failures, tried[0].asked_at, &tried[0].body), (1, Some(at(NOW)), &None));
    let body = h.store.put_evidence("<p>正文</p>".as_bytes()).await.unwrap();
    h.store.add_item_page(&page(Ok(body.clone()))).await.unwrap();
    let read = h.store.saved_items(&channels, from).await.unwrap();
    assert_eq!(read[0].body.as_ref().unwrap().evidence, body);
    h.store.note_scanned(&[(items[0].id, body.clone())], "1", at(NOW)).await.unwrap();
    h.store.note_scanned(&[(items[0].id, body.clone())], "1", at(LATER)).await.unwrap();
    assert!(h.store.scanned(&[items[0].id], "1").await.unwrap().contains(&(items[0].id, body)));
    assert!(h.store.scanned(&[items[0].id], "2").await.unwrap().is_empty());
}

/// An answer of a look on that page, which had that address.
async fn opened(h: &crate::house::House, when: &str, page: u32, url: &str, body: &[u8]) {
    let headers = [("Content-Type".to_owned(), "text/html".to_owned())];
    let capture = store::NewCapture {
        channel: &channel_id("jyj/gzdt"),
        look_at: at(when),
        page,
        fetched_at: at(when),
        url,
        final_url: &format!("{url}.html"),
        status: 200,
        headers: &headers,
        body,
        asked: &[],
        hops: &[],
        certificate: None,
        whole: true,
    };
    h.store.captures(&[capture]).await.unwrap();
}

#[tokio::test]
async fn a_page_that_a_look_has_opened_is_the_page_of_the_item() {
    let h = house().await;
    let when = "2026-03-01T01:00:00Z";
    h.see("jyj/gzdt", when, &[entry("a", Some("2026-03-01"))]).await;
    opened(&h, when, 0, "http://x.gov.cn/a", b"list").await;
    opened(&h, when, 1, "http://x.gov.cn/a", b"page").await;
    let items = h.store.saved_items(&[channel_id("jyj/gzdt")], day("2026-01-01")).await.unwrap();
    let body = items[0].body.as_ref().unwrap();
    assert_eq!(h.store.evidence(&body.evidence).await.unwrap().unwrap(), b"page");
    assert_eq!((body.url.as_str(), body.content_type.as_deref()), ("http://x.gov.cn/a.html", Some("text/html")));
}

#[tokio::test]
async fn a_search_is_asked_for_what_came_since_the_last_one_whichever_way_it_came() {
    let h = house().await;
    let (from, ever) = (day("2026-01-01"), store::PageMark::default());
    let channel = [channel_id("jyj/gzdt")];
    h.see("jyj/gzdt", "2026-03-01T01:00:00Z", &["a", "b", "c"].map(|n| entry(n, Some("2026-03-01")))).await;
    let mut all: Vec<i64> = h.store.saved_items(&channel, from).await.unwrap().iter().map(|i| i.id).collect();
    all.sort_unstable();
    let [a, b, c] = all[..] else { panic!("{all:?}") };
    assert_eq!(h.store.without_page(&channel, (0, i64::MAX), 3, 9).await.unwrap(), [c, b, a], "the last seen first");
    assert_eq!(h.store.without_page(&channel, (a, c), 3, 9).await.unwrap(), [b]);
    assert_eq!(h.store.without_page(&channel, (0, i64::MAX), 3, 1).await.unwrap(), [c]);
    assert!(h.store.without_page(&[], (0, i64::MAX), 3, 9).await.unwrap().is_empty());
    assert!(h.store.unsearched(ever, "1").await.unwrap().is_empty(), "no page, nothing to search");

    // One fetched, one opened by a look, one asked for in vain.
    let body = h.store.put_evidence(b"fetched").await.unwrap();
    let page = |entry, body| NewItemPage {
        entry,
        fetched_at: at(NOW),
        final_url: "http://x.gov.cn/a".into(),
        status: Some(200),
        content_type: None,
        body,
    };
    let before = h.store.page_mark().await.unwrap();
    h.store.add_item_page(&page(a, Ok(body.clone()))).await.unwrap();
    opened(&h, "2026-03-02T01:00:00Z", 1, "http://x.gov.cn/b", b"opened").await;
    h.store.add_item_page(&page(c, Err("超时".into()))).await.unwrap();
    assert_eq!(h.store.unsearched(ever, "1").await.unwrap(), [b, a]);
    assert_eq!(h.store.unsearched(before, "1").await.unwrap(), [b, a], "whether all is asked for, or what is new");
    assert_eq!(h.store.without_page(&channel, (0, i64::MAX), 2, 9).await.unwrap(), [c]);
    assert!(h.store.without_page(&channel, (0, i64::MAX), 1, 9).await.unwrap().is_empty(), "given up");

    // What was searched is not asked for again, and nothing from before a mark.
    h.store.note_scanned(&[(a, body)], "1", at(NOW)).await.unwrap();
    assert_eq!(h.store.unsearched(before, "1").await.unwrap(), [b]);
    assert_eq!(h.store.unsearched(before, "2").await.unwrap(), [b, a], "with other lists everything is new");
    let after = h.store.page_mark().await.unwrap();
    assert!(h.store.unsearched(after, "1").await.unwrap().is_empty());

    // A look that was read after a crash: its answers are older than its items.
    opened(&h, "2026-03-03T01:00:00Z", 1, "http://x.gov.cn/d", b"kept before the crash").await;
    let later = h.store.page_mark().await.unwrap();
    h.see("jyj/gzdt", "2026-03-03T01:00:00Z", &[entry("d", Some("2026-03-03"))]).await;
    let items = h.store.saved_items(&channel, day("2026-03-02")).await.unwrap();
    assert_eq!(h.store.unsearched(later, "1").await.unwrap(), [items[0].id]);
}

#[tokio::test]
async fn a_row_with_a_clock_gets_a_matter() {
    let h = house().await;
    let id = h.store.propose(&[suspicion(&["a"])], at(NOW)).await.unwrap()[0];
    let opening = store::MatterOpening {
        criterion: "B1.4".parse().unwrap(),
        unit: "jyj".parse().unwrap(),
        code: "疑点1".parse().unwrap(),
        title: "统计月报".into(),
        opened: day("2026-02-01"),
        due: Some(day("2026-02-15")),
        document: None,
        evidence: None,
        who: "张三".into(),
    };
    let matter = h.store.confirm_suspicion(id, &Becoming::Matter(opening), "核实", at(NOW)).await.unwrap();
    let kept = h.store.suspicions(&SuspicionFilter::default()).await.unwrap().remove(0);
    assert_eq!((kept.state(), kept.decision.unwrap().matter), (SuspicionState::Confirmed, Some(matter)));
    assert_eq!(h.store.matters().await.unwrap()[0].id, matter);
}
