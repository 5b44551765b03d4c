//! Findings: one for each window, however often it is judged.

use model::{FindingState, Judgement, Points, Scope, Verdict};
use store::{Decision, FindingFilter, Judged, Refusal, StoreError};

use crate::house::{House, at, channel_id, day, house, judgement};

const BREACHED: Verdict = Verdict::Breached;

fn one() -> Judgement {
    judgement("jyj/gzdt", "2026-03-02", "2026-03-15", BREACHED)
}

async fn state(h: &House, id: i64) -> FindingState {
    h.store.finding(id).await.unwrap().unwrap().state
}

#[tokio::test]
async fn judging_again_writes_nothing() {
    let h = house().await;
    let first = h.judge("2026-03-20T01:00:00Z", &[one()]).await;
    assert_eq!((first.new.len(), first.changed.len()), (1, 0));
    let before = h.store.counts().await.unwrap();
    let second = h.judge("2026-03-21T01:00:00Z", &[one()]).await;
    assert_eq!(second, store::Recorded::default());
    assert_eq!(h.store.counts().await.unwrap(), before);
    let found = h.store.finding(first.new[0]).await.unwrap().unwrap();
    assert_eq!(found.judgement, one());
    assert_eq!((found.detected_at, found.state), (at("2026-03-20T01:00:00Z"), FindingState::Detected));
}

#[tokio::test]
async fn what_is_met_makes_no_finding_and_unknown_does() {
    let h = house().await;
    let met = judgement("jyj/gzdt", "2026-03-02", "2026-03-15", Verdict::Met);
    let unknown = judgement("jyj/tzgg", "2026-03-02", "2026-03-15", Verdict::Unknown);
    let recorded = h.judge("2026-03-20T01:00:00Z", &[met, unknown.clone(), unknown]).await;
    assert_eq!(recorded.new.len(), 1, "the same key twice in one run is one finding");
    let found = h.store.findings(&FindingFilter::default()).await.unwrap();
    assert_eq!(found[0].judgement.verdict, Verdict::Unknown);
}

#[tokio::test]
async fn a_finding_that_is_unmade_is_retracted_and_comes_back() {
    let h = house().await;
    let id = h.judge("2026-03-20T01:00:00Z", &[one()]).await.new[0];
    let gone = h.judge("2026-03-21T01:00:00Z", &[]).await;
    assert_eq!((gone.changed, gone.retracted), (vec![id], vec![id]));
    let found = h.store.finding(id).await.unwrap().unwrap();
    assert_eq!((found.judgement.verdict, found.state), (Verdict::Met, FindingState::Retracted));
    assert_eq!(found.judgement.points, Points::ZERO);
    assert_eq!(h.judge("2026-03-22T01:00:00Z", &[]).await, store::Recorded::default(), "said once");
    let back = h.judge("2026-03-23T01:00:00Z", &[one()]).await;
    assert_eq!((back.new.len(), back.changed), (0, vec![id]));
    let states: Vec<_> = h.store.events(id).await.unwrap().iter().map(|e| e.state).collect();
    assert_eq!(states, [FindingState::Detected, FindingState::Retracted, FindingState::Detected]);
}

#[tokio::test]
async fn what_was_not_judged_is_not_unmade() {
    let h = house().await;
    let other = judgement("wjj/gzdt", "2026-03-02", "2026-03-15", BREACHED);
    let ids = h.judge("2026-03-20T01:00:00Z", &[one(), other]).await.new;
    let scopes = [Scope::Channel(channel_id("jyj/gzdt"))];
    let mut judged = Judged {
        rulebook: &"zs".parse().unwrap(),
        judged_at: at("2026-03-21T01:00:00Z"),
        as_of: at("2026-03-21T01:00:00Z"),
        scopes: &scopes,
        since: model::Day::MIN,
        judgements: &[],
    };
    let another = "national".parse().unwrap();
    let untouched = h.store.record_judgements(&Judged { rulebook: &another, ..judged.clone() }).await.unwrap();
    assert_eq!(untouched, store::Recorded::default(), "another rulebook has no say");
    judged.as_of = at("2026-03-19T01:00:00Z");
    assert_eq!(
        h.store.record_judgements(&judged).await.unwrap(),
        store::Recorded::default(),
        "older knowledge neither"
    );
    judged.as_of = at("2026-03-21T01:00:00Z");
    judged.since = day("2026-03-16");
    assert_eq!(
        h.store.record_judgements(&judged).await.unwrap(),
        store::Recorded::default(),
        "nor who has left its days out"
    );
    judged.since = day("2026-03-15");
    assert_eq!(h.store.record_judgements(&judged).await.unwrap().retracted, [ids[0]]);
    assert_eq!(state(&h, ids[1]).await, FindingState::Detected);
}

#[tokio::test]
async fn only_a_breach_keeps_its_points() {
    let h = house().await;
    let waived =
        Judgement { points: Points::whole(-5), ..judgement("jyj/gzdt", "2026-03-02", "2026-03-15", Verdict::Waived) };
    let id = h.judge("2026-03-20T01:00:00Z", &[waived]).await.new[0];
    assert_eq!(h.store.finding(id).await.unwrap().unwrap().judgement.points, Points::ZERO);
}

#[tokio::test]
async fn a_section_is_judged_as_one() {
    let h = house().await;
    let mut j = one();
    j.key.scope = Scope::Section("jyj".parse().unwrap());
    let id = h.judge("2026-03-20T01:00:00Z", &[j.clone()]).await.new[0];
    assert_eq!(h.store.finding(id).await.unwrap().unwrap().judgement, j);
}

#[tokio::test]
async fn findings_are_filtered_by_every_field() {
    let h = house().await;
    let april = judgement("wjj/gzdt", "2026-03-30", "2026-04-12", Verdict::Unknown);
    let ids = h.judge("2026-04-20T01:00:00Z", &[one(), april]).await.new;
    let all = FindingFilter::default();
    let found =
        async |f: FindingFilter| -> Vec<i64> { h.store.findings(&f).await.unwrap().iter().map(|f| f.id).collect() };
    assert_eq!(found(all.clone()).await, ids);
    assert_eq!(found(FindingFilter { from: Some(day("2026-03-16")), ..all.clone() }).await, [ids[1]]);
    assert_eq!(found(FindingFilter { to: Some(day("2026-03-15")), ..all.clone() }).await, [ids[0]]);
    assert_eq!(found(FindingFilter { unit: Some("wjj".parse().unwrap()), ..all.clone() }).await, [ids[1]]);
    assert_eq!(found(FindingFilter { verdict: Some(BREACHED), ..all.clone() }).await, [ids[0]]);
    assert_eq!(found(FindingFilter { criterion: Some("C1.1".parse().unwrap()), ..all.clone() }).await, [0_i64; 0]);
    assert_eq!(found(FindingFilter { month: Some("2026-04".parse().unwrap()), ..all.clone() }).await, [ids[1]]);
    assert_eq!(found(FindingFilter { state: Some(FindingState::Posted), ..all }).await, [0_i64; 0]);
}

#[tokio::test]
async fn people_decide_only_what_can_be_decided() {
    let h = house().await;
    let id = h.judge("2026-03-20T01:00:00Z", &[one()]).await.new[0];
    let now = at("2026-03-21T01:00:00Z");
    for early in [Decision::Appeal, Decision::Uphold, Decision::Reverse] {
        let refused = h.store.decide(id, early, "张三", "理由", None, now).await.unwrap_err();
        assert!(matches!(refused, StoreError::Refused(Refusal::Transition { .. })), "{refused:?}");
        assert!(refused.to_string().contains("已发现"), "{refused}");
    }
    assert!(h.store.decide(id, Decision::Dismiss, "张三", "  ", None, now).await.is_err(), "no reason");
    assert!(h.store.decide(id, Decision::Confirm, "", "", None, now).await.is_err(), "no name");
    h.store.decide(id, Decision::Confirm, "张三", "", None, now).await.unwrap();
    assert!(h.store.decide(id, Decision::Confirm, "张三", "", None, now).await.is_err(), "twice");
    h.store.decide(id, Decision::Dismiss, "李四", "栏目已撤并", Some("钟府办〔2026〕3号"), now).await.unwrap();
    let last = h.store.events(id).await.unwrap().pop().unwrap();
    assert_eq!((last.seq, last.state, last.who.as_str()), (3, FindingState::Dismissed, "李四"));
    assert_eq!(last.document.as_deref(), Some("钟府办〔2026〕3号"));
    h.judge("2026-03-22T01:00:00Z", &[]).await;
    assert_eq!(state(&h, id).await, FindingState::Dismissed, "what a person dismissed stays so");
    assert!(matches!(
        h.store.decide(999, Decision::Confirm, "张三", "", None, now).await,
        Err(StoreError::Refused(Refusal::NoSuch { id: 999, .. }))
    ));
}

#[tokio::test]
async fn what_is_unknown_cannot_be_confirmed() {
    let h = house().await;
    let id = h.judge("2026-03-20T01:00:00Z", &[Judgement { verdict: Verdict::Unknown, ..one() }]).await.new[0];
    let refused = h.store.decide(id, Decision::Confirm, "张三", "", None, at("2026-03-21T01:00:00Z")).await;
    assert!(matches!(refused, Err(StoreError::Refused(Refusal::NotBreached(_)))), "{refused:?}");
}
