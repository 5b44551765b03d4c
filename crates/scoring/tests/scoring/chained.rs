//! The chain, and what breaks it.

use model::{LedgerLine, LineSource};
use scoring::{Broken, BrokenChain, GENESIS, hash, seal, verify};

use crate::support::*;

fn ledger() -> Vec<LedgerLine> {
    sealed(vec![
        line("jyj", "B1.1", "-3", LineSource::Finding(7)),
        line("jyj", "A1.1", "-1", LineSource::Register(2)),
        line("jyj", "B1.1", "3", LineSource::ReversalOf(1)),
    ])
}

#[test]
fn a_third_party_recomputes_the_same_hash() {
    // Computed in Python by the recipe of the module's documentation.
    let mut l = line("jyj", "B1.1", "-3", LineSource::Finding(7));
    l.text = "工作动态「2周」\"未更新\"\\\n\t\u{1}\u{7f}\u{2028}".into();
    let first = hash(1, &l, at("2026-11-05T00:00:00Z"), GENESIS);
    assert_eq!(first, "06f75bb47c45579e92f841edc50ceb1738367f346af16dccfd1151fc5f550701");
    l.points = p("0.5");
    let second = hash(2, &l, at("2026-11-05T00:00:00.120Z"), &first);
    assert_eq!(second, "03cc9773102b6560841687837929e550df0ec25e23a1c90615f3611a570de00c");
}

#[test]
fn a_sealed_ledger_verifies_and_grows() {
    let mut lines = ledger();
    assert_eq!(verify(&lines), Ok(()));
    assert_eq!((lines[0].seq, lines[0].previous.as_str()), (1, GENESIS));
    let more = seal(lines.last(), vec![line("dwz", "A1.1", "-1", LineSource::Register(5))], at("2026-12-05T00:00:00Z"));
    assert_eq!((more[0].seq, &more[0].previous), (4, &lines[2].hash));
    lines.extend(more);
    assert_eq!(verify(&lines), Ok(()));
    assert_eq!(verify(&[]), Ok(()));
}

#[test]
fn a_missing_line_is_a_gap() {
    let mut lines = ledger();
    lines.remove(1);
    let broken = verify(&lines).unwrap_err();
    assert_eq!(broken, BrokenChain { seq: 3, what: Broken::Gap { expected: 2 } });
    assert!(broken.to_string().contains("台账第3号校验不通过") && broken.to_string().contains("应为第2号"));
}

#[test]
fn a_line_whose_hash_was_made_anew_breaks_the_next() {
    let mut lines = ledger();
    lines[0].line.points = p("-1");
    assert_eq!(verify(&lines), Err(BrokenChain { seq: 1, what: Broken::Hash }));
    lines[0].hash = hash(1, &lines[0].line, lines[0].posted_at, GENESIS);
    assert_eq!(verify(&lines), Err(BrokenChain { seq: 2, what: Broken::Previous }));
}

#[test]
fn fields_cannot_be_shifted_into_each_other() {
    let mut a = line("ab", "C1.1", "-1", LineSource::Finding(1));
    let mut b = a.clone();
    a.text = "x\",\"y".into();
    b.text = "x".into();
    let at = at("2026-11-05T00:00:00Z");
    assert_ne!(hash(1, &a, at, GENESIS), hash(1, &b, at, GENESIS));
    a.text = "同".into();
    b.text = "同".into();
    (a.unit, a.rulebook) = ("ab".parse().unwrap(), "c".parse().unwrap());
    (b.unit, b.rulebook) = ("a".parse().unwrap(), "bc".parse().unwrap());
    assert_ne!(hash(1, &a, at, GENESIS), hash(1, &b, at, GENESIS));
}
