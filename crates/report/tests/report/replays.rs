//! Two judgements of the same looks held against each other.

use std::collections::BTreeSet;

use model::{CountingMode, DayRange, FindingKey, Judgement, Points, Proof, Scope, Verdict};
use report::replay::{Change, Replay, compare};

use crate::support::day;

fn judgement(criterion: &str, channel: &str, first: u32, points: i64) -> Judgement {
    let (from, to) = (day(&format!("2026-03-{first:02}")), day(&format!("2026-03-{:02}", first + 6)));
    Judgement {
        key: FindingKey {
            rulebook: "x".parse().unwrap(),
            criterion: criterion.parse().unwrap(),
            scope: Scope::Channel(channel.parse().unwrap()),
            days: DayRange::new(from, to).unwrap(),
        },
        verdict: if points == 0 { Verdict::Unknown } else { Verdict::Breached },
        missing: 1,
        points: Points::whole(points),
        mode: CountingMode::EachWindow,
        flags: vec![],
        proof: Proof { enough: "发布1条即可".to_owned(), ..Proof::default() },
    }
}

fn march() -> DayRange {
    DayRange::new(day("2026-03-01"), day("2026-03-31")).unwrap()
}

fn tallied(r: &Replay) -> Vec<String> {
    r.rows
        .iter()
        .map(|((unit, criterion), t)| {
            format!("{unit} {criterion} +{} -{} ~{} {}→{}", t.gained, t.lost, t.changed, t.before, t.after)
        })
        .collect()
}

#[test]
fn lines_are_gained_lost_and_changed_by_unit_and_criterion() {
    let before = [
        judgement("B1.1", "jyj/gzdt", 1, -3),
        judgement("B1.1", "jyj/gzdt", 9, -3),
        judgement("C1.1", "dhz/wx", 1, -2),
        judgement("C1.1", "dhz/wx", 9, 0),
        judgement("B1.1", "jyj/gzdt", 25, -3), // Ends in April.
    ];
    let mut before = before.to_vec();
    before[4].key.days.last = day("2026-04-01");
    let after =
        [judgement("B1.1", "jyj/gzdt", 1, -3), judgement("C1.1", "dhz/wx", 1, -1), judgement("C1.1", "dhz/wx", 9, -1)];
    let r = compare(&before, &after, march(), &BTreeSet::new());
    assert_eq!(tallied(&r), ["dhz C1.1 +1 -0 ~1 -2→-2", "jyj B1.1 +0 -1 ~0 -6→-3"]);
    assert_eq!((r.total.lines_before, r.total.lines_after, r.total.difference()), (3, 3, Points::whole(3)));
    let changes: Vec<Change> = r.lines.iter().map(|l| l.change).collect();
    assert_eq!(changes, [Change::Changed, Change::Gained, Change::Lost]);
    assert_eq!((r.unknown_before, r.unknown_after), (1, 0));
}

#[test]
fn what_people_have_taken_back_is_charged_by_neither() {
    let all = [judgement("B1.1", "jyj/gzdt", 1, -3)];
    let key = &all[0].key;
    let spared = BTreeSet::from([(key.criterion.clone(), key.scope.clone(), key.days)]);
    for (before, after) in [(&all[..], &[][..]), (&[], &all), (&all, &all)] {
        let r = compare(before, after, march(), &spared);
        assert!(r.rows.is_empty() && r.lines.is_empty());
        assert_eq!(r.set_aside, 1);
    }
}

#[test]
fn units_add_up_and_the_other_way_round_is_the_mirror() {
    // Every subset of six lines against every other, each with its own price on either side.
    let pool = |price: i64| -> Vec<Judgement> {
        (0..6)
            .map(|i| judgement("B1.1", ["jyj/a", "dhz/b"][i % 2], 1 + i as u32, if i < 3 { -1 } else { price }))
            .collect()
    };
    let pick = |mask: usize, price: i64| -> Vec<Judgement> {
        pool(price).into_iter().enumerate().filter(|(i, _)| mask >> i & 1 == 1).map(|(_, j)| j).collect()
    };
    for (a, b) in (0..64).flat_map(|a| (0..64).map(move |b| (a, b))) {
        let (before, after) = (pick(a, -1), pick(b, -2));
        let there = compare(&before, &after, march(), &BTreeSet::new());
        let back = compare(&after, &before, march(), &BTreeSet::new());
        assert_eq!(there.total.gained, back.total.lost);
        assert_eq!(there.total.changed, back.total.changed);
        assert_eq!(there.total.difference(), -back.total.difference());
        assert_eq!(there.units.values().map(|t| t.difference()).sum::<Points>(), there.total.difference());
        assert_eq!(there.lines.len(), there.total.gained + there.total.lost + there.total.changed);
        assert_eq!(
            there.total.lines_after as i64 - there.total.lines_before as i64,
            there.total.gained as i64 - there.total.lost as i64
        );
    }
}
