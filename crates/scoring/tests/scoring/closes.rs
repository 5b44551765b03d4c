//! What holds for every run of closes, whatever was found, decided and entered.

use std::collections::BTreeMap;

use model::{Finding, FindingState, LineSource, Points, RegisterEntry, Verdict};
use proptest::prelude::*;
use scoring::verify;

use crate::support::*;

fn some_finding() -> impl Strategy<Value = Finding> {
    let row = prop::sample::select(vec![("B1.1", "jyj/gzdt"), ("C1.1", "dwz/wx"), ("E2.2", "dwz"), ("A3.2", "jyj/nb")]);
    let verdict = prop::sample::select(Verdict::ALL.to_vec());
    let state = prop::sample::select(vec![FindingState::Detected, FindingState::Confirmed, FindingState::Dismissed]);
    (row, 0i64..80, prop_oneof![3 => Just(Verdict::Breached), 1 => verdict], state).prop_map(
        |((criterion, scope), shift, verdict, state)| {
            let mut f = finding(0, criterion, scope, "2026-08-01", "2026-08-14", "-2");
            let days = &mut f.judgement.key.days;
            days.first = model::calendar::shift(days.first, shift);
            days.last = model::calendar::shift(days.last, shift);
            f.judgement.verdict = verdict;
            f.state = state;
            f
        },
    )
}

fn some_entry() -> impl Strategy<Value = RegisterEntry> {
    let row = prop::sample::select(vec!["A1.1", "A1.2", "C2.1", "C3.1", "F1"]);
    (row, 0i64..80, 1u32..5, prop::option::weighted(0.2, 1i64..20)).prop_map(|(criterion, shift, count, cancels)| {
        let mut e = entry(0, "jyj", criterion, "2026-08-10", count);
        e.day = model::calendar::shift(e.day, shift);
        e.cancels = cancels;
        e
    })
}

fn some_close() -> impl Strategy<Value = Close> {
    (prop::collection::vec(some_finding(), 0..15), prop::collection::vec(some_entry(), 0..15)).prop_map(
        |(mut findings, mut register)| {
            findings.iter_mut().zip(1..).for_each(|(f, id)| f.id = id);
            register.iter_mut().zip(1..).for_each(|(e, id)| e.id = id);
            Close { findings, register, ..Close::of("2026-08") }
        },
    )
}

/// Closes August to November; after each close some of the charged findings are taken back.
fn run(close: &mut Close, taken_back: &[bool]) {
    for m in ["2026-08", "2026-09", "2026-10", "2026-11"] {
        close.month = month(m);
        close.post();
        assert_eq!(close.settle(), vec![], "settling {m} again");
        close.closed.push(month(m));
        assert_eq!(close.post(), vec![], "a closed month takes no line");
        for (f, back) in close.findings.iter_mut().zip(taken_back.iter().cycle()) {
            let charged = close.ledger.iter().any(|l| l.line.source == LineSource::Finding(f.id));
            if charged && *back {
                f.state = FindingState::Reversed;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn each_source_makes_one_line_and_each_reversal_mirrors_one(
        mut close in some_close(),
        taken_back in prop::collection::vec(any::<bool>(), 1..6),
    ) {
        run(&mut close, &taken_back);
        prop_assert_eq!(verify(&close.ledger), Ok(()));
        let mut by_source = BTreeMap::new();
        for l in &close.ledger {
            prop_assert!(by_source.insert(l.line.source, l).is_none(), "{:?} twice", l.line.source);
            prop_assert!(l.line.belongs_to <= l.line.month);
            if let LineSource::ReversalOf(seq) = l.line.source {
                let old = &close.ledger[usize::try_from(seq).unwrap() - 1];
                prop_assert_eq!(old.line.points + l.line.points, Points::ZERO);
                prop_assert_eq!(old.line.belongs_to, l.line.belongs_to);
                prop_assert!(!matches!(old.line.source, LineSource::ReversalOf(_)));
            }
        }
        for f in &close.findings {
            let charged = by_source.contains_key(&LineSource::Finding(f.id));
            let may = f.judgement.verdict == Verdict::Breached && f.state != FindingState::Dismissed;
            prop_assert!(!charged || may, "{f:?}");
        }
    }

    #[test]
    fn nothing_handed_in_is_dropped_without_a_word(close in some_close()) {
        let posted: Vec<LineSource> = close.settle().iter().map(|l| l.source).collect();
        for source in close.findings.iter().map(|f| LineSource::Finding(f.id)).chain(
            close.register.iter().map(|e| LineSource::Register(e.id)),
        ) {
            prop_assert_ne!(posted.contains(&source), close.why(source).is_some(), "{:?}", source);
        }
    }

    #[test]
    fn the_order_in_which_things_are_handed_in_does_not_matter(mut close in some_close()) {
        let lines = close.settle();
        close.findings.reverse();
        close.register.reverse();
        close.units.reverse();
        prop_assert_eq!(close.settle(), lines);
    }
}
