//! What a year's lines come to.

use model::{LedgerLine, LineSource, NewLine, Points};
use scoring::{GroupScore, Scorecard, StepKind, scoreboard, scorecard};

use crate::support::*;

fn card(lines: Vec<NewLine>) -> Scorecard {
    scorecard(&book(), &units()[0], &sealed(lines), 2026, None)
}

fn group<'a>(card: &'a Scorecard, id: &str) -> &'a GroupScore {
    card.groups.iter().chain(&card.bonus).find(|g| g.id == id).unwrap()
}

fn lines(of: &[(&str, &str)]) -> Vec<NewLine> {
    of.iter().zip(1..).map(|((criterion, points), n)| line("jyj", criterion, points, LineSource::Register(n))).collect()
}

/// The steps as `kind points running`, with their texts where the program speaks itself.
fn drawn(group: &GroupScore) -> String {
    let step = |s: &scoring::Step| {
        let text = if s.kind == StepKind::Line && s.pair.is_none() { "" } else { &s.text };
        format!("{:?} {} ={} {text}", s.kind, s.points.signed(), s.running).trim_end().to_owned()
    };
    group.steps.iter().map(step).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_unit_without_lines_has_what_it_starts_with() {
    let card = card(vec![]);
    assert_eq!((card.total, card.out_of), (p("85"), p("90")));
    assert_eq!(group(&card, "C").score, p("5"));
    assert_eq!(group(&card, "F").score, Points::ZERO);
}

#[test]
fn nothing_falls_below_zero_and_the_uncapped_sum_is_shown() {
    let card = card(lines(&[("B1.5", "-5"); 7]));
    let b = group(&card, "B");
    assert_eq!((b.score, b.raw), (Points::ZERO, p("-35")));
    insta::assert_snapshot!(drawn(b), @r"
    Base +30 =30 起评即满分30分，按扣分项逐项扣减，扣完为止
    Line −5 =25
    Line −5 =20
    Line −5 =15
    Line −5 =10
    Line −5 =5
    Line −5 =0
    Line −5 =-5
    Floor +5 =0 −35，扣完为止，按 −30 计
    ");
}

#[test]
fn earned_points_lift_c_above_its_base_up_to_the_cap() {
    let c = card(lines(&[("C2.1", "4"), ("C2.1", "3"), ("C1.1", "-2")]));
    insta::assert_snapshot!(drawn(group(&c, "C")), @r"
    Base +5 =5 起评5分，满分10分：得分加在起评分之上，至多加到10分（考核细则中 base = 5）
    Line +4 =9
    Line +3 =12
    Line −2 =10
    Cap −2 =8 C2.1共得7分，本指标封顶5分，超出部分不计
    ");
    let row = group(&c, "C").criteria.iter().find(|r| r.id.as_str() == "C2.1").unwrap();
    assert_eq!((row.raw, row.counted, row.cap), (p("7"), p("5"), Some(p("5"))));
}

#[test]
fn under_the_other_reading_earned_points_only_offset_deductions() {
    let mut book = book();
    book.groups[2].base = Points::whole(10);
    let ledger = sealed(lines(&[("C2.1", "4"), ("C1.1", "-2")]));
    let card = scorecard(&book, &units()[0], &ledger, 2026, None);
    insta::assert_snapshot!(drawn(group(&card, "C")), @r"
    Base +10 =10 起评即满分10分：得分只用于抵扣扣分，不超过10分（考核细则中 base = 10）
    Line +4 =14
    Line −2 =12
    Ceiling −2 =10 合计12分，本组满分10分，按10分计
    ");
}

#[test]
fn a_veto_zeroes_its_group_and_a_reversed_one_does_not() {
    let mut all = lines(&[("C2.1", "4"), ("C3.1", "0")]);
    let vetoed = card(all.clone());
    assert!(group(&vetoed, "C").vetoed);
    insta::assert_snapshot!(drawn(group(&vetoed, "C")), @r"
    Base +5 =5 起评5分，满分10分：得分加在起评分之上，至多加到10分（考核细则中 base = 5）
    Line +4 =9
    Line 0 =9
    Veto −9 =0 一票否决（台账第2号）：本组得分计为0
    ");
    all.push(line("jyj", "C3.1", "0", LineSource::ReversalOf(2)));
    let lifted = card(all);
    assert!(!group(&lifted, "C").vetoed);
    assert_eq!(group(&lifted, "C").score, p("9"));
}

#[test]
fn one_veto_taken_back_leaves_the_other_standing() {
    let mut all = lines(&[("C3.1", "0"), ("C3.1", "0")]);
    all.push(line("jyj", "C3.1", "0", LineSource::ReversalOf(1)));
    assert_eq!(group(&card(all), "C").score, Points::ZERO);
}

#[test]
fn a_reversed_line_and_its_reversal_cancel_and_both_are_shown() {
    let mut all = lines(&[("B1.5", "-5")]);
    all.push(line("jyj", "B1.5", "5", LineSource::ReversalOf(1)));
    let card = card(all);
    insta::assert_snapshot!(drawn(group(&card, "B")), @r"
    Base +30 =30 起评即满分30分，按扣分项逐项扣减，扣完为止
    Line −5 =25 B1.5 记-5分【已由第2号红冲，两行相抵】
    Line +5 =30 B1.5 记5分
    ");
    assert_eq!(group(&card, "B").score, p("30"));
}

#[test]
fn bonus_is_capped_item_by_item_and_added_on_top() {
    let card = card(lines(&[("F1", "1.5"), ("F1", "1"), ("F2.1", "3")]));
    let f = group(&card, "F");
    assert_eq!((f.score, f.raw), (p("5"), p("5.5")));
    assert_eq!((card.total, card.out_of), (p("90"), p("90")));
    insta::assert_snapshot!(drawn(f), @r"
    Base 0 =0 加分指标：逐项封顶，加在总分之上
    Line +1.5 =1.5
    Line +1 =2.5
    Line +3 =5.5
    Cap −0.5 =5 F1共得2.5分，本指标封顶2分，超出部分不计
    ");
}

#[test]
fn a_line_counts_in_the_year_that_it_belongs_to() {
    let mut late = line("jyj", "B1.5", "-5", LineSource::Register(1));
    (late.month, late.belongs_to) = (month("2027-01"), month("2026-12"));
    let ledger = sealed(vec![late]);
    let score = |year| group(&scorecard(&book(), &units()[0], &ledger, year, None), "B").score;
    assert_eq!((score(2026), score(2027)), (p("25"), p("30")));
}

#[test]
fn as_of_leaves_aside_what_was_posted_later() {
    let mut ledger = sealed(lines(&[("B1.5", "-5")]));
    let back = vec![line("jyj", "B1.5", "5", LineSource::ReversalOf(1))];
    ledger.extend(scoring::seal(ledger.last(), back, at("2026-12-05T00:00:00Z")));
    let score = |t: &str| group(&scorecard(&book(), &units()[0], &ledger, 2026, Some(at(t))), "B").score;
    assert_eq!(score("2026-11-04T23:59:59Z"), p("30"));
    assert_eq!(score("2026-11-30T00:00:00Z"), p("25"));
    assert_eq!(score("2026-12-05T00:00:00Z"), p("30"));
}

#[test]
fn what_does_not_apply_is_shown_apart_and_not_counted() {
    let mut foreign = line("dwz", "A1.1", "-1", LineSource::Register(3));
    foreign.rulebook = "national-2019".parse().unwrap();
    let ledger = sealed(vec![
        line("dwz", "A5.1", "-1", LineSource::Register(1)),
        line("dwz", "Z9", "-1", LineSource::Register(2)),
        foreign,
        line("jyj", "A1.1", "-1", LineSource::Register(4)),
    ]);
    let card = scorecard(&book(), &units()[1], &ledger, 2026, None);
    assert_eq!(card.total, p("85"));
    let seqs: Vec<_> = card.uncounted.iter().map(|u| u.seq).collect();
    assert_eq!(seqs, [1, 2, 3]);
    assert!(group(&card, "A").criteria.iter().all(|c| c.id.as_str() != "A5.1"));
}

#[test]
fn the_board_ranks_units_and_leaves_out_those_of_other_years() {
    let mut units = units();
    units.push(unit("old", "已撤并单位", model::UnitKind::Department));
    units[2].until = Some(day("2025-12-31"));
    let ledger: Vec<LedgerLine> = sealed(lines(&[("B1.5", "-5")]));
    let board = scoreboard(&book(), &units, &ledger, 2026, None);
    let order: Vec<_> = board.iter().map(|c| (c.unit.as_str(), c.total)).collect();
    assert_eq!(order, [("dwz", p("85")), ("jyj", p("80"))]);
}
