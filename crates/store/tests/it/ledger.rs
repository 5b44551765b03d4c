//! The close of a month.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use model::{FindingState, LedgerLine, LineSource, Month, NewLine, Verdict, Zone};
use store::{Decision, Ledger, LedgerFilter, NewRegister, Posted, Refusal, Store, StoreError};

use crate::house::{House, at, day, house, judgement};

pub(crate) fn month(text: &str) -> Month {
    text.parse().unwrap()
}

/// A settlement without any rules: everything is posted as it is.
pub(crate) fn settle(ledger: Ledger) -> Vec<NewLine> {
    let month = ledger.month;
    let charges = model::Charges::of(&ledger.lines);
    let findings = ledger.findings.iter().map(|f| NewLine {
        month,
        belongs_to: f.judgement.key.month(),
        unit: f.judgement.key.scope.unit(),
        rulebook: f.judgement.key.rulebook.clone(),
        criterion: f.judgement.key.criterion.clone(),
        points: f.judgement.points,
        source: charges.next_source(f.id),
        text: format!("发现 {}", f.id),
    });
    let register = ledger.register.iter().map(|r| NewLine {
        month,
        belongs_to: Month::of(r.day),
        unit: r.unit.clone(),
        rulebook: "zs".parse().unwrap(),
        criterion: r.criterion.clone(),
        points: r.points.unwrap_or_default(),
        source: LineSource::Register(r.id),
        text: r.description.clone(),
    });
    let reversals = ledger.to_reverse.iter().map(|l| NewLine {
        month,
        points: -l.line.points,
        source: LineSource::ReversalOf(l.seq),
        text: format!("红冲第{}行", l.seq),
        ..l.line.clone()
    });
    reversals.chain(findings).chain(register).collect()
}

pub(crate) fn hash(seq: i64, line: &NewLine, at: model::Moment, previous: &str) -> String {
    let all = format!("{seq}{}{at}{previous}", serde_json::to_string(line).unwrap());
    store::fingerprint(all.as_bytes()).as_str().to_owned()
}

/// Closes the month, after seeing that the lines which a close is handed decide the same as the whole ledger would.
pub(crate) async fn post(h: &House, of: &str, when: &str) -> Result<Posted, StoreError> {
    if let Ok(Some(offered)) = h.store.offered(month(of)).await {
        let whole = Ledger { lines: all(h).await, ..offered.clone() };
        assert_eq!(settle(offered), settle(whole));
    }
    h.store.post(month(of), at(when), true, settle, hash).await
}

pub(crate) async fn breach(h: &House, channel: &str, first: &str, last: &str) -> i64 {
    let recorded = h.judge(&format!("{last}T12:00:00Z"), &[judgement(channel, first, last, Verdict::Breached)]).await;
    recorded.new[0]
}

pub(crate) fn chain_holds(lines: &[LedgerLine]) {
    let mut previous = "0".repeat(64);
    for (l, seq) in lines.iter().zip(1..) {
        assert_eq!((l.seq, &l.previous), (seq, &previous));
        assert_eq!(l.hash, hash(l.seq, &l.line, l.posted_at, &l.previous), "the hash holds as read back");
        previous = l.hash.clone();
    }
}

pub(crate) async fn all(h: &House) -> Vec<LedgerLine> {
    h.store.lines(&LedgerFilter::default()).await.unwrap()
}

pub(crate) async fn state(h: &House, id: i64) -> FindingState {
    h.store.finding(id).await.unwrap().unwrap().state
}

pub(crate) fn incident() -> NewRegister {
    NewRegister {
        criterion: "A1.1".parse().unwrap(),
        unit: "wjj".parse().unwrap(),
        day: day("2026-03-05"),
        count: 1,
        points: Some("-1.5".parse().unwrap()),
        late: false,
        description: "漏报".into(),
        evidence: None,
        who: "张三".into(),
    }
}

#[tokio::test]
async fn a_close_posts_what_is_open_and_says_so() {
    let h = house().await;
    let id = breach(&h, "jyj/gzdt", "2026-03-02", "2026-03-15").await;
    h.store.add_register(&incident(), at("2026-03-06T00:00:00Z")).await.unwrap();
    let posted = post(&h, "2026-03", "2026-04-05T00:00:00.123456789Z").await.unwrap();
    assert_eq!((posted.lines.len(), posted.already_closed), (2, false));
    assert_eq!(all(&h).await, posted.lines);
    chain_holds(&posted.lines);
    assert_eq!(state(&h, id).await, FindingState::Posted);
    let closed = h.store.closed_months().await.unwrap().remove(0);
    assert_eq!((closed.month, closed.last_seq, &closed.last_hash), (month("2026-03"), 2, &posted.lines[1].hash));
    let of_unit = LedgerFilter { unit: Some("wjj".parse().unwrap()), year: Some(2026), ..Default::default() };
    assert_eq!(h.store.lines(&of_unit).await.unwrap(), posted.lines[1..]);
}

#[tokio::test]
async fn closing_again_changes_nothing() {
    let h = house().await;
    breach(&h, "jyj/gzdt", "2026-03-02", "2026-03-15").await;
    let first = post(&h, "2026-03", "2026-04-05T00:00:00Z").await.unwrap();
    breach(&h, "wjj/gzdt", "2026-03-02", "2026-03-15").await;
    let second = post(&h, "2026-03", "2026-04-06T00:00:00Z").await.unwrap();
    assert!(second.already_closed);
    assert_eq!(second.lines, first.lines);
    assert_eq!(all(&h).await, first.lines);
}

#[tokio::test]
async fn what_becomes_known_late_is_posted_in_the_open_month() {
    let h = house().await;
    breach(&h, "jyj/gzdt", "2026-03-02", "2026-03-15").await;
    post(&h, "2026-03", "2026-04-05T00:00:00Z").await.unwrap();
    h.judge(
        "2026-04-20T12:00:00Z",
        &[
            judgement("jyj/gzdt", "2026-03-02", "2026-03-15", Verdict::Breached),
            judgement("wjj/gzdt", "2026-03-02", "2026-03-15", Verdict::Breached),
        ],
    )
    .await;
    let posted = post(&h, "2026-04", "2026-05-05T00:00:00Z").await.unwrap();
    let line = &posted.lines[0].line;
    assert_eq!((posted.lines.len(), line.month, line.belongs_to), (1, month("2026-04"), month("2026-03")));
    chain_holds(&all(&h).await);
}

#[tokio::test]
async fn what_is_not_breached_or_was_dismissed_is_not_offered() {
    let h = house().await;
    let recorded = h
        .judge(
            "2026-03-16T00:00:00Z",
            &[
                judgement("jyj/gzdt", "2026-03-02", "2026-03-15", Verdict::Unknown),
                judgement("jyj/tzgg", "2026-03-02", "2026-03-15", Verdict::Breached),
                judgement("wjj/gzdt", "2026-03-30", "2026-04-12", Verdict::Breached),
            ],
        )
        .await;
    let now = at("2026-03-17T00:00:00Z");
    h.store.decide(recorded.new[1], Decision::Dismiss, "张三", "误判", None, now).await.unwrap();
    let posted = post(&h, "2026-03", "2026-04-13T00:00:00Z").await.unwrap();
    assert_eq!(posted.lines, [], "unknown, dismissed, and of a later month");
}

#[tokio::test]
async fn months_are_closed_in_order_and_when_they_are_over() {
    let h = house().await;
    breach(&h, "jyj/gzdt", "2026-03-02", "2026-03-15").await;
    let early = post(&h, "2026-04", "2026-05-05T00:00:00Z").await.unwrap_err();
    assert!(matches!(early, StoreError::Refused(Refusal::EarlierOpen { earlier, .. }) if earlier == month("2026-03")));
    assert!(early.to_string().contains("请先关账 2026-03"), "{early}");
    // The last day of March ends in Shanghai at 16:00 UTC.
    let running = post(&h, "2026-03", "2026-03-31T15:59:59Z").await.unwrap_err();
    assert!(matches!(running, StoreError::Refused(Refusal::MonthNotOver(_))), "{running:?}");
    post(&h, "2026-03", "2026-03-31T16:00:00Z").await.unwrap();
    post(&h, "2026-05", "2026-06-05T00:00:00Z").await.unwrap();
    let late = post(&h, "2026-04", "2026-06-06T00:00:00Z").await.unwrap_err();
    assert!(matches!(late, StoreError::Refused(Refusal::LaterClosed { .. })), "{late:?}");
}

#[tokio::test]
async fn a_line_from_nowhere_posts_nothing_at_all() {
    let h = house().await;
    let id = breach(&h, "jyj/gzdt", "2026-03-02", "2026-03-15").await;
    let forged = |source| {
        move |ledger: Ledger| {
            let mut lines = settle(ledger);
            lines.push(NewLine { source, ..lines[0].clone() });
            lines
        }
    };
    for source in [LineSource::Finding(99), LineSource::Register(1), LineSource::ReversalOf(1), LineSource::Finding(id)]
    {
        let refused = h.store.post(month("2026-03"), at("2026-04-05T00:00:00Z"), true, forged(source), hash).await;
        assert!(refused.is_err(), "{source:?}");
        assert_eq!(all(&h).await, []);
        assert_eq!(state(&h, id).await, FindingState::Detected);
        assert_eq!(h.store.closed_months().await.unwrap(), []);
    }
}

#[tokio::test]
async fn two_closers_at_once_make_one_ledger() {
    let h = house().await;
    breach(&h, "jyj/gzdt", "2026-03-02", "2026-03-15").await;
    h.store.add_register(&incident(), at("2026-03-06T00:00:00Z")).await.unwrap();
    let settled = Arc::new(AtomicUsize::new(0));
    let mut tasks = Vec::new();
    for n in 0..6 {
        // Half of the closers are other programs, with connections of their own.
        let store = if n % 2 == 0 { h.store.clone() } else { Store::open(&h.path, Zone::SHANGHAI).await.unwrap() };
        let settled = settled.clone();
        tasks.push(tokio::spawn(async move {
            let counting = |ledger| {
                settled.fetch_add(1, Ordering::SeqCst);
                settle(ledger)
            };
            store.post(month("2026-03"), at("2026-04-05T00:00:00Z"), true, counting, hash).await
        }));
    }
    let mut closers = 0;
    for task in tasks {
        let posted = task.await.unwrap().unwrap();
        closers += usize::from(!posted.already_closed);
        assert_eq!(posted.lines, all(&h).await);
    }
    assert_eq!((closers, settled.load(Ordering::SeqCst)), (1, 1));
    chain_holds(&all(&h).await);
}

#[tokio::test]
async fn the_sums_are_those_of_the_lines_and_a_reversal_counts_where_its_line_did() {
    let h = house().await;
    breach(&h, "jyj/gzdt", "2026-03-02", "2026-03-15").await;
    let earned = NewRegister { points: Some(model::Points::whole(3)), ..incident() };
    h.store.add_register(&earned, at("2026-03-16T00:00:00Z")).await.unwrap();
    post(&h, "2026-03", "2026-04-05T00:00:00Z").await.unwrap();
    let march = h.store.deducted(month("2026-03"), None).await.unwrap();
    assert_eq!(march.len(), 1, "what was earned is no deduction");
    assert_eq!((march[0].month, march[0].points), (month("2026-03"), model::Points::whole(-2)));
    h.judge("2026-04-06T00:00:00Z", &[]).await;
    post(&h, "2026-04", "2026-05-05T00:00:00Z").await.unwrap();
    let back = h.store.deducted(month("2026-03"), Some(&"jyj".parse().unwrap())).await.unwrap();
    assert_eq!(back.iter().map(|d| (d.month, d.points)).collect::<Vec<_>>(), [(month("2026-03"), model::Points::ZERO)]);
    assert_eq!(h.store.deducted(month("2026-04"), None).await.unwrap(), []);
    assert_eq!(h.store.deducted(month("2026-03"), Some(&"wjj".parse().unwrap())).await.unwrap(), []);
    let lines = all(&h).await;
    for sum in h.store.month_sums().await.unwrap() {
        let own: Vec<&LedgerLine> = lines.iter().filter(|l| l.line.month == sum.month).collect();
        assert_eq!(sum.lines, own.len() as u64);
        assert_eq!(sum.points, own.iter().map(|l| l.line.points).sum());
    }
    assert_eq!(h.store.last_hash().await.unwrap(), lines.last().map(|l| l.hash.clone()));
}

#[tokio::test]
async fn what_a_close_is_made_from_can_be_read_without_posting() {
    let h = house().await;
    let id = breach(&h, "jyj/gzdt", "2026-03-02", "2026-03-15").await;
    let offered = h.store.offered(month("2026-03")).await.unwrap().unwrap();
    assert_eq!(offered.findings.iter().map(|f| f.id).collect::<Vec<_>>(), [id]);
    assert_eq!(all(&h).await, []);
    let early = h.store.offered(month("2026-04")).await.unwrap_err();
    assert!(matches!(early, StoreError::Refused(Refusal::EarlierOpen { .. })), "{early}");
    post(&h, "2026-03", "2026-04-05T00:00:00Z").await.unwrap();
    assert!(h.store.offered(month("2026-03")).await.unwrap().is_none(), "closed");
}

#[tokio::test]
async fn a_month_that_is_not_sealed_takes_more_lines() {
    let h = house().await;
    breach(&h, "jyj/gzdt", "2026-03-02", "2026-03-15").await;
    let now = at("2026-03-16T00:00:00Z");
    let first = h.store.post(month("2026-03"), now, false, settle, hash).await.unwrap();
    assert_eq!(first.lines.len(), 1);
    assert_eq!(h.store.post(month("2026-03"), now, false, settle, hash).await.unwrap().lines, [], "each source once");
    h.store.add_register(&incident(), now).await.unwrap();
    assert_eq!(post(&h, "2026-03", "2026-04-05T00:00:00Z").await.unwrap().lines[0].seq, 2);
}

#[tokio::test]
async fn a_crash_in_the_middle_of_a_close_leaves_nothing() {
    let h = house().await;
    let id = breach(&h, "jyj/gzdt", "2026-03-02", "2026-03-15").await;
    let store = h.store.clone();
    let crashed = tokio::spawn(async move {
        let power_cut = |_: i64, _: &NewLine, _: model::Moment, _: &str| -> String { panic!("the power is cut") };
        store.post(month("2026-03"), at("2026-04-05T00:00:00Z"), true, settle, power_cut).await
    });
    assert!(crashed.await.unwrap_err().is_panic());
    assert_eq!(all(&h).await, []);
    assert_eq!((state(&h, id).await, h.store.closed_months().await.unwrap()), (FindingState::Detected, vec![]));
    assert_eq!(post(&h, "2026-03", "2026-04-05T00:00:00Z").await.unwrap().lines.len(), 1, "the next closer goes on");
}
