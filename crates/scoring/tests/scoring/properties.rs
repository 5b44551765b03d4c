//! What holds for every ledger.

use model::{LedgerLine, LineSource, NewLine, Points};
use proptest::prelude::*;
use scoring::{Scorecard, StepKind, scorecard, verify};

use crate::support::*;

const ROWS: [(&str, i64); 9] = [
    ("A1.1", -100),
    ("A1.2", -200),
    ("B1.1", -300),
    ("B1.5", -500),
    ("C1.1", -200),
    ("C2.1", 100),
    ("C3.1", 0),
    ("F1", 50),
    ("F2.1", 100),
];

/// Some lines of one unit, some of them taken back later.
fn some_lines() -> impl Strategy<Value = Vec<NewLine>> {
    let one = (0..ROWS.len(), 1i64..4, 1u32..13);
    (prop::collection::vec(one, 0..40), prop::collection::vec(any::<prop::sample::Index>(), 0..6)).prop_map(
        |(picks, backs)| {
            let mut lines: Vec<NewLine> = picks
                .into_iter()
                .zip(1..)
                .map(|((row, count, month), id)| {
                    let (criterion, each) = ROWS[row];
                    let mut l = line("jyj", criterion, "0", LineSource::Register(id));
                    l.points = Points::from_hundredths(each).times(count);
                    l.belongs_to = model::Month::new(2026, month).unwrap();
                    l
                })
                .collect();
            let posted = lines.len();
            let mut taken = std::collections::BTreeSet::new();
            for back in backs.iter().filter(|_| posted > 0) {
                let n = back.index(posted);
                if taken.insert(n) {
                    lines.push(reversal(&lines[n], n as i64 + 1));
                }
            }
            lines
        },
    )
}

fn reversal(of: &NewLine, seq: i64) -> NewLine {
    NewLine { points: -of.points, source: LineSource::ReversalOf(seq), text: "红冲".into(), ..of.clone() }
}

fn card(ledger: &[LedgerLine]) -> Scorecard {
    scorecard(&book(), &units()[0], ledger, 2026, None)
}

proptest! {
    #[test]
    fn the_order_of_the_lines_does_not_matter(lines in some_lines(), seed in any::<u64>()) {
        let ledger = sealed(lines);
        let mut mixed = ledger.clone();
        mixed.sort_by_key(|l| (l.seq as u64).wrapping_mul(seed | 1).rotate_left(17));
        prop_assert_eq!(card(&ledger), card(&mixed));
    }

    #[test]
    fn every_group_stays_between_zero_and_its_points_and_its_steps_add_up(lines in some_lines()) {
        let card = card(&sealed(lines));
        for group in card.groups.iter().chain(&card.bonus) {
            prop_assert!(!group.score.is_negative());
            prop_assert!(group.points.is_none_or(|full| group.score <= full));
            prop_assert_eq!(group.steps.iter().map(|s| s.points).sum::<Points>(), group.score);
            let mut running = Points::ZERO;
            for step in &group.steps {
                running += step.points;
                prop_assert_eq!(step.running, running);
            }
            let shown: Points = group.steps.iter().filter(|s| s.kind == StepKind::Line).map(|s| s.points).sum();
            prop_assert_eq!(shown, group.raw);
            prop_assert!(!group.vetoed || group.score == Points::ZERO);
        }
        let sum: Points = card.groups.iter().chain(&card.bonus).map(|g| g.score).sum();
        prop_assert_eq!(sum, card.total);
    }

    #[test]
    fn a_line_and_its_reversal_leave_every_score_as_it_was(lines in some_lines(), row in 0..ROWS.len(), count in 1i64..9) {
        let before = card(&sealed(lines.clone()));
        let mut more = lines;
        let mut extra = line("jyj", ROWS[row].0, "0", LineSource::Register(1000));
        extra.points = Points::from_hundredths(ROWS[row].1).times(count);
        more.push(extra.clone());
        let seq = more.len() as i64;
        more.push(reversal(&extra, seq));
        let after = card(&sealed(more));
        prop_assert_eq!(before.total, after.total);
        for (a, b) in before.groups.iter().zip(&after.groups) {
            prop_assert_eq!((a.score, a.raw, a.vetoed), (b.score, b.raw, b.vetoed));
        }
    }

    #[test]
    fn a_deduction_never_raises_a_score(lines in some_lines(), row in 0usize..5) {
        let before = card(&sealed(lines.clone()));
        let mut more = lines;
        let mut extra = line("jyj", ROWS[row].0, "0", LineSource::Register(1000));
        extra.points = Points::from_hundredths(ROWS[row].1);
        more.push(extra);
        prop_assert!(card(&sealed(more)).total <= before.total);
    }

    #[test]
    fn verify_detects_any_change_of_any_field_of_any_line(
        lines in some_lines().prop_filter("some line", |l| !l.is_empty()),
        which in any::<prop::sample::Index>(),
        field in 0usize..12,
    ) {
        let mut ledger = sealed(lines);
        prop_assert_eq!(verify(&ledger), Ok(()));
        let n = which.index(ledger.len());
        change(&mut ledger[n], field);
        let broken = verify(&ledger).unwrap_err();
        prop_assert_eq!(broken.seq, ledger[n].seq);
    }

    #[test]
    fn verify_detects_a_line_cut_out_or_two_exchanged(
        lines in some_lines().prop_filter("two lines", |l| l.len() > 2),
        which in any::<prop::sample::Index>(),
    ) {
        let ledger = sealed(lines);
        let n = which.index(ledger.len() - 1);
        let mut cut = ledger.clone();
        cut.remove(n);
        prop_assert!(verify(&cut).is_err());
        let mut exchanged = ledger;
        exchanged.swap(n, n + 1);
        prop_assert!(verify(&exchanged).is_err());
    }
}

/// Changes one field to another value.
fn change(l: &mut LedgerLine, field: usize) {
    match field {
        0 => l.seq += 1,
        1 => l.line.month = l.line.month.next(),
        2 => l.line.belongs_to = l.line.belongs_to.next(),
        3 => l.line.unit = "dwz".parse().unwrap(),
        4 => l.line.rulebook = "national-2019".parse().unwrap(),
        5 => l.line.criterion = "B1.9".parse().unwrap(),
        6 => l.line.points += Points::from_hundredths(1),
        7 => l.line.source = LineSource::Finding(l.line.source.id()),
        8 => l.line.text.push(' '),
        9 => l.posted_at += chrono::TimeDelta::nanoseconds(1),
        10 => l.previous.replace_range(63.., if l.previous.ends_with('0') { "1" } else { "0" }),
        _ => l.hash.replace_range(63.., if l.hash.ends_with('0') { "1" } else { "0" }),
    }
}
