//! Why a finding says what it says.

use model::{Channel, LedgerLine, LineSource, Outcome, Reason, Verdict, Zone};
use report::explain::{Details, json, text};
use rules::Rulebook;

use crate::support::*;

fn details<'a>(book: &'a Rulebook, channel: Option<&'a Channel>, lines: &'a [LedgerLine]) -> Details<'a> {
    Details {
        rulebook: book,
        unit_name: "钟山区教育局",
        channel,
        latest: None,
        zone: Zone::SHANGHAI,
        decisions: &[],
        lines,
    }
}

#[test]
fn a_breach_is_explained_from_the_sentence_to_the_fingerprint() {
    let (book, gzdt) = (book(), channel("jyj/gzdt", "工作动态"));
    let lines = posted(vec![line("jyj", "B1.1", "-3", LineSource::Finding(12), "工作动态未更新")]);
    let mut details = details(&book, Some(&gzdt), &lines);
    let said = ["2026-11-20 区政务公开办确认".to_owned()];
    details.decisions = &said;
    insta::assert_snapshot!(text(&breach(12), &criterion("B1.1"), &details));
}

#[test]
fn an_unknown_one_says_why_and_costs_nothing() {
    let book = book();
    let f = finding(15, "C1.1", "jyj/wx", "2026-11-02", "2026-11-15", Verdict::Unknown);
    let mut details = details(&book, None, &[]);
    details.latest = Some(Outcome::Blocked(Reason::BridgeLogin));
    insta::assert_snapshot!(text(&f, &criterion("C1.1"), &details));
}

#[test]
fn one_that_is_due_soon_says_that_looks_follow() {
    let mut f = finding(16, "B1.1", "jyj/gzdt", "2026-11-17", "2026-11-30", Verdict::DueSoon);
    (f.judgement.proof.within, f.judgement.proof.before) = (vec![], vec![]);
    (f.judgement.proof.within_total, f.judgement.proof.within_good) = (0, 0);
    let (book, gzdt) = (book(), channel("jyj/gzdt", "工作动态"));
    let told = text(&f, &criterion("B1.1"), &details(&book, Some(&gzdt), &[]));
    assert!(told.contains("时段还没有结束，检查情况待结束后列出"), "{told}");
    assert!(!told.contains("共0次"), "{told}");
}

#[test]
fn hostile_titles_stay_on_their_line() {
    let book = book();
    for title in HOSTILE {
        let mut f = breach(12);
        f.judgement.proof.last_before = Some(item(1, title, "2026-11-02"));
        f.judgement.proof.within[0].reason = Some(title.into());
        let out = text(&f, &criterion("B1.1"), &details(&book, None, &[]));
        assert!(!out.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202E}'), "{out}");
        assert!(!out.contains("\nBcc"));
    }
}

#[test]
fn the_json_holds_every_quoted_look() {
    let book = book();
    let text = json(&breach(12), &criterion("B1.1"), &details(&book, None, &[])).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["rule"]["sentence"].as_str(), Some("工作动态2周内未更新，发现一次扣3分。"));
    assert_eq!(value["finding"]["from"].as_str(), Some("2026-11-03"));
    assert_eq!(value["looks"]["within"].as_array().map(Vec::len), Some(2));
    assert_eq!(value["evidence"].as_array().map(Vec::len), Some(3));
    assert!(value["unknown_because"].is_null());
}
