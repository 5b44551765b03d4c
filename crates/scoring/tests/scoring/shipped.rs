//! The table that is shipped, row by row: what each row of the register posts, and what a year comes to.

use model::{LineSource, Points, RegisterEntry, Unit, UnitKind};
use rules::{Rule, Rulebook, ZHONGSHAN_2022, load};
use scoring::settle::Why;
use scoring::{Settlement, left_out, scorecard, seal, settle};

use crate::support::{at, entry, month, p, unit};

fn shipped() -> Rulebook {
    load(ZHONGSHAN_2022, "zhongshan-2022.toml").unwrap()
}

/// A department, a township, and the two offices that have rows of their own.
fn units() -> Vec<Unit> {
    vec![
        unit("jyj", "钟山区教育局", UnitKind::Department),
        unit("dwz", "大湾镇", UnitKind::Township),
        unit("zwzx", "钟山区政务服务中心", UnitKind::Department),
        unit("xfj", "钟山区信访局", UnitKind::Department),
    ]
}

fn close<'a>(book: &'a Rulebook, units: &'a [Unit], register: &'a [RegisterEntry]) -> Settlement<'a> {
    Settlement {
        rulebook: book,
        units,
        month: month("2022-10"),
        findings: &[],
        register,
        to_reverse: &[],
        existing: &[],
        closed: &[],
    }
}

/// One entry, with its file, for each row and each unit.
fn one_of_each(book: &Rulebook, units: &[Unit]) -> Vec<RegisterEntry> {
    let rows = book.criteria.iter().flat_map(|c| units.iter().map(move |u| (c, u)));
    rows.zip(1..)
        .map(|((c, u), id)| {
            let mut e = entry(id, u.id.as_str(), c.id.as_str(), "2022-10-09", 1);
            e.evidence = Some("a".repeat(64).parse().unwrap());
            e.points = matches!(c.rule, Rule::External { .. }).then(|| p("-1.5"));
            e
        })
        .collect()
}

#[test]
fn every_row_either_posts_or_says_why_not() {
    let (book, units) = (shipped(), units());
    let register = one_of_each(&book, &units);
    let input = close(&book, &units, &register);
    let (lines, left) = (settle(&input), left_out(&input));
    assert_eq!(lines.len() + left.len(), register.len());
    for l in &left {
        let row = book.criterion(&l.criterion).unwrap();
        let found = matches!(row.rule, Rule::Freshness { .. } | Rule::Quota { .. });
        let unit = units.iter().find(|u| u.id == l.unit).unwrap();
        let expected = if row.applies_to(unit) { Why::NotRegistrable } else { Why::NotForUnit };
        assert!(l.why == expected && (found || expected == Why::NotForUnit), "{l:?}");
    }
    let who =
        |id: &str| lines.iter().filter(|l| l.criterion.as_str() == id).map(|l| l.unit.as_str()).collect::<Vec<_>>();
    assert_eq!((who("E4.1"), who("E5.1")), (vec!["zwzx"], vec!["xfj"]));
}

#[test]
fn each_row_of_the_register_costs_what_the_table_says() {
    let (book, units) = (shipped(), units());
    let register = one_of_each(&book, &units);
    let lines = settle(&close(&book, &units, &register));
    let of = |id: &str| lines.iter().find(|l| l.criterion.as_str() == id).map(|l| l.points.to_string());
    let table = [
        ("A1.1", "-1"),
        ("A1.2", "-2"),
        ("A1.3", "-1"),
        ("A2.1", "-2"),
        ("A3.1", "-2"),
        ("A3.2", "-2"),
        ("A3.3", "-2"),
        ("A4.1", "-2"),
        ("A4.2", "-2"),
        ("A6.1", "-2"),
        ("A6.2", "-2"),
        ("B1.4", "-1"),
        ("B1.5", "-5"),
        ("C2.1", "1"),
        ("C3.1", "0"),
        ("C4.1", "0"),
        ("D1.1", "-5"),
        ("D2.1", "-2"),
        ("D2.2", "-2"),
        ("D2.3", "-1"),
        ("E1.1", "0"),
        ("E1.2", "0"),
        ("E1.3", "0"),
        ("E2.1", "-2"),
        ("E3.1", "-2"),
        ("E4.1", "-1.5"),
        ("E5.1", "-1.5"),
        ("F1", "0.5"),
        ("F2.1", "1"),
        ("F2.2", "2"),
        ("F3", "1"),
        ("F4.1", "1"),
        ("F4.2", "1"),
        ("F5.1", "2"),
        ("F5.2", "0.5"),
        ("F5.3", "1"),
    ];
    for (id, points) in table {
        assert_eq!(of(id).as_deref(), Some(points), "{id}");
    }
}

#[test]
fn an_untouched_year_is_95_of_100_and_a_perfect_one_100() {
    let (book, units) = (shipped(), units());
    let empty = scorecard(&book, &units[0], &[], 2022, None);
    assert_eq!((empty.total, empty.out_of), (p("95"), p("100")));
    let register = [entry(1, "jyj", "C2.1", "2022-10-09", 9)];
    let ledger = seal(None, settle(&close(&book, &units, &register)), at("2022-11-05T00:00:00Z"));
    assert_eq!(scorecard(&book, &units[0], &ledger, 2022, None).total, p("100"));
}

#[test]
fn the_bonus_is_capped_item_by_item() {
    let (book, units) = (shipped(), units());
    let caps = [("F1", "2"), ("F3", "3"), ("F4.1", "3"), ("F4.2", "3"), ("F5.1", "6"), ("F5.2", "1.5"), ("F5.3", "3")];
    for (id, cap) in caps {
        let register = [entry(1, "jyj", id, "2022-10-09", 20)];
        let ledger = seal(None, settle(&close(&book, &units, &register)), at("2022-11-05T00:00:00Z"));
        let card = scorecard(&book, &units[0], &ledger, 2022, None);
        assert_eq!(card.bonus[0].score, p(cap), "{id}");
    }
    let register = [entry(1, "jyj", "F2.2", "2022-10-09", 20)];
    let ledger = seal(None, settle(&close(&book, &units, &register)), at("2022-11-05T00:00:00Z"));
    assert_eq!(scorecard(&book, &units[0], &ledger, 2022, None).bonus[0].score, p("40"), "no cap is stated");
}

#[test]
fn a_veto_of_each_group_leaves_the_others_alone() {
    let (book, units) = (shipped(), units());
    for (id, rest) in [("C3.1", "90"), ("C4.1", "90"), ("E1.1", "65"), ("E1.2", "65"), ("E1.3", "65")] {
        let register = [entry(1, "jyj", id, "2022-10-09", 1)];
        let lines = settle(&close(&book, &units, &register));
        assert_eq!((lines[0].points, lines[0].source), (Points::ZERO, LineSource::Register(1)));
        let ledger = seal(None, lines, at("2022-11-05T00:00:00Z"));
        assert_eq!(scorecard(&book, &units[0], &ledger, 2022, None).total, p(rest), "{id}");
    }
}
