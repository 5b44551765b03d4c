//! Lines of the ledger that are taken back: when, by what, and what may be charged after that.

use model::{FindingState, LineSource, NewLine, Verdict};
use store::{Decision, Ledger};

use crate::house::{House, at, house, judgement};
use crate::ledger::{all, breach, chain_holds, hash, incident, month, post, state};

async fn points(h: &House) -> model::Points {
    all(h).await.iter().map(|l| l.line.points).sum()
}

#[tokio::test]
async fn a_finding_unmade_after_posting_is_reversed_once() {
    let h = house().await;
    let id = breach(&h, "jyj/gzdt", "2026-03-02", "2026-03-15").await;
    post(&h, "2026-03", "2026-04-05T00:00:00Z").await.unwrap();
    let unmade = h.judge("2026-04-06T00:00:00Z", &[]).await;
    assert_eq!((unmade.changed, unmade.retracted), (vec![id], vec![]), "what is posted is not retracted but reversed");
    assert_eq!(state(&h, id).await, FindingState::Posted);
    assert_eq!(h.store.to_reverse().await.unwrap().len(), 1);
    let posted = post(&h, "2026-04", "2026-05-05T00:00:00Z").await.unwrap();
    assert_eq!(posted.lines[0].line.source, LineSource::ReversalOf(1));
    assert_eq!(all(&h).await.iter().map(|l| l.line.points).sum::<model::Points>(), model::Points::ZERO);
    assert_eq!(state(&h, id).await, FindingState::Reversed);
    assert_eq!(h.store.to_reverse().await.unwrap(), []);
    assert_eq!(post(&h, "2026-05", "2026-06-05T00:00:00Z").await.unwrap().lines, []);
}

#[tokio::test]
async fn a_granted_appeal_is_reversed_and_a_refused_one_is_not() {
    let h = house().await;
    let ids = h
        .judge(
            "2026-03-16T00:00:00Z",
            &[
                judgement("jyj/gzdt", "2026-03-02", "2026-03-15", Verdict::Breached),
                judgement("wjj/gzdt", "2026-03-02", "2026-03-15", Verdict::Breached),
            ],
        )
        .await
        .new;
    post(&h, "2026-03", "2026-04-05T00:00:00Z").await.unwrap();
    let now = at("2026-04-06T00:00:00Z");
    for (id, decision) in [(ids[0], Decision::Reverse), (ids[1], Decision::Uphold)] {
        h.store.decide(id, Decision::Appeal, "单位", "已更新", None, now).await.unwrap();
        h.store.decide(id, decision, "王主任", "核实", Some("文号"), now).await.unwrap();
    }
    let posted = post(&h, "2026-04", "2026-05-05T00:00:00Z").await.unwrap();
    assert_eq!(posted.lines.len(), 1);
    let states: Vec<_> = h.store.events(ids[0]).await.unwrap().iter().map(|e| e.state).collect();
    use FindingState::{Appealed, Detected, Posted, Reversed};
    assert_eq!(states, [Detected, Posted, Appealed, Reversed], "told once");
    assert_eq!(state(&h, ids[1]).await, FindingState::Upheld);
}

#[tokio::test]
async fn a_line_that_took_more_or_less_than_is_now_found_is_reversed() {
    let h = house().await;
    breach(&h, "jyj/gzdt", "2026-03-02", "2026-03-15").await;
    post(&h, "2026-03", "2026-04-05T00:00:00Z").await.unwrap();
    for (n, points, to_reverse) in [(6, -2, 0), (7, -3, 1), (8, -2, 0), (9, -1, 1)] {
        let mut other = judgement("jyj/gzdt", "2026-03-02", "2026-03-15", Verdict::Breached);
        other.points = model::Points::whole(points);
        h.judge(&format!("2026-04-0{n}T00:00:00Z"), &[other]).await;
        assert_eq!(h.store.to_reverse().await.unwrap().len(), to_reverse, "{points}");
    }
}

#[tokio::test]
async fn a_cancelled_entry_is_not_posted_or_is_reversed() {
    let h = house().await;
    let now = at("2026-03-06T00:00:00Z");
    let (early, _) = h.store.add_register(&incident(), now).await.unwrap();
    h.store.cancel_register(early, "张三", "登记错误", now).await.unwrap();
    let (late, _) = h.store.add_register(&incident(), now).await.unwrap();
    let posted = post(&h, "2026-03", "2026-04-05T00:00:00Z").await.unwrap();
    assert_eq!(posted.lines.iter().map(|l| l.line.source).collect::<Vec<_>>(), [LineSource::Register(late)]);
    h.store.cancel_register(late, "张三", "登记错误", at("2026-04-06T00:00:00Z")).await.unwrap();
    let posted = post(&h, "2026-04", "2026-05-05T00:00:00Z").await.unwrap();
    assert_eq!(posted.lines[0].line.source, LineSource::ReversalOf(1));
    assert_eq!(posted.lines[0].line.points, model::Points::from_hundredths(150));
}

#[tokio::test]
async fn what_was_taken_back_and_is_found_again_is_charged_again_and_no_more_than_once() {
    let h = house().await;
    let breached = [judgement("jyj/gzdt", "2026-03-02", "2026-03-15", Verdict::Breached)];
    let id = breach(&h, "jyj/gzdt", "2026-03-02", "2026-03-15").await;
    post(&h, "2026-03", "2026-04-05T00:00:00Z").await.unwrap();
    h.judge("2026-04-06T00:00:00Z", &[]).await;
    post(&h, "2026-04", "2026-05-05T00:00:00Z").await.unwrap();
    assert_eq!((state(&h, id).await, points(&h).await), (FindingState::Reversed, model::Points::ZERO));
    // A later look shows that the silence was one after all.
    h.judge("2026-05-06T00:00:00Z", &breached).await;
    assert_eq!(state(&h, id).await, FindingState::Detected);
    let posted = post(&h, "2026-05", "2026-06-05T00:00:00Z").await.unwrap();
    let line = &posted.lines[0].line;
    assert_eq!((posted.lines.len(), line.source, line.belongs_to), (1, LineSource::Anew(1), month("2026-03")));
    assert_eq!((state(&h, id).await, points(&h).await), (FindingState::Posted, model::Points::whole(-2)));
    h.judge("2026-06-06T00:00:00Z", &breached).await;
    assert_eq!(post(&h, "2026-06", "2026-07-05T00:00:00Z").await.unwrap().lines, []);
    // And once more back and forth: each line has one reversal, each reversal at most one successor.
    h.judge("2026-07-06T00:00:00Z", &[]).await;
    let back = post(&h, "2026-07", "2026-08-05T00:00:00Z").await.unwrap();
    assert_eq!(back.lines[0].line.source, LineSource::ReversalOf(3));
    h.judge("2026-08-06T00:00:00Z", &breached).await;
    let again = post(&h, "2026-08", "2026-09-05T00:00:00Z").await.unwrap();
    assert_eq!(again.lines[0].line.source, LineSource::Anew(3));
    assert_eq!(points(&h).await, model::Points::whole(-2));
    chain_holds(&all(&h).await);
    assert_eq!(h.store.integrity_check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn what_a_person_took_back_stays_taken_back() {
    let h = house().await;
    let id = breach(&h, "jyj/gzdt", "2026-03-02", "2026-03-15").await;
    post(&h, "2026-03", "2026-04-05T00:00:00Z").await.unwrap();
    let now = at("2026-04-06T00:00:00Z");
    h.store.decide(id, Decision::Appeal, "单位", "已更新", None, now).await.unwrap();
    h.store.decide(id, Decision::Reverse, "王主任", "核实", Some("文号"), now).await.unwrap();
    post(&h, "2026-04", "2026-05-05T00:00:00Z").await.unwrap();
    for (n, verdict) in [(6, Verdict::Met), (7, Verdict::Breached)] {
        h.judge(&format!("2026-05-0{n}T00:00:00Z"), &[judgement("jyj/gzdt", "2026-03-02", "2026-03-15", verdict)])
            .await;
    }
    assert_eq!(post(&h, "2026-05", "2026-06-05T00:00:00Z").await.unwrap().lines, []);
    assert_eq!((state(&h, id).await, points(&h).await), (FindingState::Reversed, model::Points::ZERO));
}

#[tokio::test]
async fn a_line_that_took_too_much_is_taken_back_and_charged_for_what_it_costs_now() {
    let h = house().await;
    let id = breach(&h, "jyj/gzdt", "2026-03-02", "2026-03-15").await;
    post(&h, "2026-03", "2026-04-05T00:00:00Z").await.unwrap();
    let mut milder = judgement("jyj/gzdt", "2026-03-02", "2026-03-15", Verdict::Breached);
    milder.points = model::Points::whole(-1);
    h.judge("2026-04-07T00:00:00Z", &[milder]).await;
    let posted = post(&h, "2026-04", "2026-05-05T00:00:00Z").await.unwrap();
    let sources: Vec<_> = posted.lines.iter().map(|l| (l.line.source, l.line.points)).collect();
    let whole = model::Points::whole;
    assert_eq!(sources, [(LineSource::ReversalOf(1), whole(2)), (LineSource::Anew(1), whole(-1))]);
    assert_eq!((state(&h, id).await, points(&h).await), (FindingState::Posted, whole(-1)));
    let line = all(&h).await[0].line.clone();
    let forged = |ledger: Ledger| vec![NewLine { month: ledger.month, source: LineSource::Anew(3), ..line }];
    assert!(h.store.post(month("2026-05"), at("2026-06-05T00:00:00Z"), true, forged, hash).await.is_err());
}

#[tokio::test]
async fn a_line_that_took_too_little_is_taken_back_once_nobody_disputes_it() {
    let h = house().await;
    let id = breach(&h, "jyj/gzdt", "2026-03-02", "2026-03-15").await;
    post(&h, "2026-03", "2026-04-05T00:00:00Z").await.unwrap();
    h.store.decide(id, Decision::Appeal, "单位", "已更新", None, at("2026-04-06T00:00:00Z")).await.unwrap();
    let mut graver = judgement("jyj/gzdt", "2026-03-02", "2026-03-15", Verdict::Breached);
    let whole = model::Points::whole;
    graver.points = whole(-4);
    h.judge("2026-04-07T00:00:00Z", &[graver]).await;
    assert_eq!(post(&h, "2026-04", "2026-05-05T00:00:00Z").await.unwrap().lines, [], "an appeal is open");
    h.store.decide(id, Decision::Uphold, "王主任", "核实", Some("文号"), at("2026-05-06T00:00:00Z")).await.unwrap();
    let posted = post(&h, "2026-05", "2026-06-05T00:00:00Z").await.unwrap();
    let sources: Vec<_> = posted.lines.iter().map(|l| (l.line.source, l.line.points)).collect();
    assert_eq!(sources, [(LineSource::ReversalOf(1), whole(2)), (LineSource::Anew(1), whole(-4))]);
    assert_eq!((state(&h, id).await, points(&h).await), (FindingState::Posted, whole(-4)));
    assert_eq!(post(&h, "2026-06", "2026-07-05T00:00:00Z").await.unwrap().lines, []);
    chain_holds(&all(&h).await);
}
