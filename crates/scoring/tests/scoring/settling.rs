//! Which lines a close posts.

use model::{FindingState, LineSource, Verdict};
use rules::Posting;
use scoring::settle::Why;

use crate::support::*;

fn breach(id: i64) -> model::Finding {
    finding(id, "B1.1", "jyj/gzdt", "2026-10-01", "2026-10-14", "-3")
}

#[test]
fn a_breach_is_posted_with_rule_window_and_counting() {
    let mut close = Close::of("2026-10");
    close.findings.push(breach(7));
    let lines = close.settle();
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].points, lines[0].source), (p("-3"), LineSource::Finding(7)));
    insta::assert_snapshot!(lines[0].text, @"B1.1 B1.1指标（工作动态2周内未更新，发现一次扣3分）：栏目（账号）jyj/gzdt在2026-10-01至2026-10-14期间连续14天未更新；计数方式：每满一个周期计一次；记−3分");
}

#[test]
fn only_a_proved_breach_costs_points() {
    for verdict in Verdict::ALL.into_iter().filter(|v| *v != Verdict::Breached) {
        let mut close = Close::of("2026-10");
        close.findings.push(breach(7));
        close.findings[0].judgement.verdict = verdict;
        assert!(close.settle().is_empty(), "{verdict:?}");
        let why = if verdict == Verdict::Unknown { Why::Unknown } else { Why::NotBreached };
        assert_eq!(close.why(LineSource::Finding(7)), Some(why));
    }
}

#[test]
fn states_decide_what_may_be_posted() {
    use FindingState::{Confirmed, Detected};
    for posting in [Posting::Automatic, Posting::AfterConfirmation, Posting::Shadow] {
        for state in FindingState::ALL {
            let mut close = Close::of("2026-10");
            close.findings.push(breach(7));
            close.findings[0].state = state;
            let row = close.book.criteria.iter_mut().find(|c| c.id.as_str() == "B1.1").unwrap();
            row.posting = posting;
            let expected = match posting {
                Posting::Automatic => matches!(state, Confirmed | Detected),
                Posting::AfterConfirmation => state == Confirmed,
                Posting::Shadow => false,
            };
            assert_eq!(!close.settle().is_empty(), expected, "{posting:?} {state:?}");
        }
    }
}

#[test]
fn a_row_on_trial_takes_no_entry_either() {
    let mut close = Close::of("2026-10");
    close.register.push(entry(1, "jyj", "A1.1", "2026-10-03", 1));
    assert_eq!(close.settle().len(), 1);
    close.book.criteria.iter_mut().for_each(|c| c.posting = Posting::Shadow);
    assert!(close.settle().is_empty());
    assert_eq!(close.why(LineSource::Register(1)), Some(Why::OnTrial));
}

#[test]
fn what_is_only_proposed_is_never_charged_unconfirmed() {
    let mut close = Close::of("2026-10");
    close.findings.push(finding(7, "A3.2", "jyj/nb", "2026-10-01", "2026-10-14", "-2"));
    assert!(close.settle().is_empty());
    assert_eq!(close.why(LineSource::Finding(7)), Some(Why::Unconfirmed));
    close.findings[0].state = FindingState::Confirmed;
    assert_eq!(close.settle().len(), 1);
}

#[test]
fn what_became_known_late_names_the_month_that_it_belongs_to() {
    let mut close = Close::of("2026-11");
    close.closed = vec![month("2026-10")];
    close.findings.push(breach(7));
    let lines = close.settle();
    assert_eq!((lines[0].month, lines[0].belongs_to), (month("2026-11"), month("2026-10")));
    assert!(lines[0].text.ends_with("；所属月份2026-10（该月已结账），补记入2026-11台账"), "{}", lines[0].text);
}

#[test]
fn what_ends_later_waits_for_its_month() {
    let mut close = Close::of("2026-09");
    close.findings.push(breach(7));
    close.register.push(entry(1, "jyj", "A1.1", "2026-10-01", 1));
    assert!(close.settle().is_empty());
    assert_eq!(close.why(LineSource::Finding(7)), Some(Why::LaterMonth));
    assert_eq!(close.why(LineSource::Register(1)), Some(Why::LaterMonth));
}

#[test]
fn a_closed_month_takes_no_line_and_says_so() {
    let mut close = Close::of("2026-10");
    close.findings.push(breach(7));
    close.closed = vec![month("2026-10")];
    assert!(close.settle().is_empty());
    assert_eq!(close.why(LineSource::Finding(7)), Some(Why::MonthClosed));
}

#[test]
fn settling_again_yields_nothing() {
    let mut close = Close::of("2026-10");
    close.findings = vec![breach(7), breach(7), finding(8, "E2.2", "dwz", "2026-10-05", "2026-10-11", "-1")];
    close.register = vec![entry(1, "jyj", "A1.1", "2026-10-03", 2)];
    assert_eq!(close.post().len(), 3);
    assert_eq!(close.settle(), vec![]);
    close.to_reverse = vec![close.ledger[0].clone(), close.ledger[0].clone()];
    assert_eq!(close.post().len(), 1);
    for finding in &mut close.findings {
        finding.state = if finding.id == 8 { FindingState::Reversed } else { FindingState::Posted };
    }
    assert_eq!(close.settle(), vec![]);
}

#[test]
fn lines_stand_in_one_order_whatever_order_things_came_in() {
    let mut close = Close::of("2026-10");
    close.findings = vec![
        breach(9),
        finding(3, "B1.1", "jyj/gzdt", "2026-09-01", "2026-09-14", "-3"),
        finding(8, "E2.2", "dwz", "2026-10-05", "2026-10-11", "-1"),
    ];
    close.register = vec![entry(2, "jyj", "A1.1", "2026-10-03", 1), entry(1, "jyj", "A1.1", "2026-10-04", 1)];
    let lines = close.settle();
    close.findings.reverse();
    close.register.reverse();
    assert_eq!(close.settle(), lines);
    let sources: Vec<_> = lines.iter().map(|l| (l.source.word(), l.source.id())).collect();
    assert_eq!(sources, [("finding", 8), ("register", 1), ("register", 2), ("finding", 3), ("finding", 9)]);
}

#[test]
fn register_entries_are_charged_by_their_kind() {
    let late = |mut e: model::RegisterEntry| {
        e.late = true;
        e
    };
    let external = |mut e: model::RegisterEntry| {
        e.points = Some(p("-1.5"));
        e
    };
    let cases = [
        (entry(1, "jyj", "A1.1", "2026-10-03", 3), "-3"),
        (entry(2, "jyj", "A1.2", "2026-10-03", 1), "-2"),
        (late(entry(3, "jyj", "A1.2", "2026-10-03", 2)), "-2"),
        (entry(4, "jyj", "C2.1", "2026-10-03", 7), "7"),
        (entry(5, "jyj", "C3.1", "2026-10-03", 1), "0"),
        (external(entry(6, "zwzx", "E4.1", "2026-10-03", 4)), "-1.5"),
    ];
    for (entry, points) in cases {
        let mut close = Close::of("2026-10");
        close.units.push(unit("zwzx", "钟山区政务服务中心", model::UnitKind::Department));
        close.units[2].name = "区政务服务中心".into();
        close.register.push(entry.clone());
        let lines = close.settle();
        assert_eq!(lines.len(), 1, "{entry:?}: {:?}", close.why(LineSource::Register(entry.id)));
        assert_eq!(lines[0].points, p(points), "{}", lines[0].text);
    }
}

#[test]
fn an_earned_line_says_where_the_cap_is_applied() {
    let mut close = Close::of("2026-10");
    close.register.push(entry(4, "jyj", "C2.1", "2026-10-03", 7));
    insta::assert_snapshot!(close.settle()[0].text, @"C2.1 C2.1指标（稿件被采用一篇得1分，最高5分）：登记事项（2026-10-03发生）；每次+1分，计7次，记+7分；本指标全年至多计5分，封顶在得分表中计算");
}

#[test]
fn entries_that_cannot_be_charged_are_left_out_with_a_reason() {
    let mut gone = entry(9, "jyj", "A1.1", "2026-10-03", 1);
    gone.cancels = Some(1);
    let cases = [
        (entry(2, "dwz", "A5.1", "2026-10-03", 1), Why::NotForUnit),
        (entry(3, "nobody", "A1.1", "2026-10-03", 1), Why::UnknownUnit),
        (entry(4, "jyj", "Z9", "2026-10-03", 1), Why::UnknownCriterion),
        (entry(5, "jyj", "A3.2", "2026-10-03", 1), Why::NoEvidence),
        (entry(6, "jyj", "B1.1", "2026-10-03", 1), Why::NotRegistrable),
        (entry(7, "jyj", "A1.1", "2026-10-03", u32::MAX), Why::TooMany),
        (gone, Why::Cancelled),
    ];
    for (entry, why) in cases {
        let mut close = Close::of("2026-10");
        let source = LineSource::Register(entry.id);
        close.register.push(entry);
        assert_eq!((close.settle(), close.why(source)), (vec![], Some(why)));
        assert!(!why.to_string().is_empty());
    }
}

#[test]
fn a_unit_is_not_charged_outside_its_life() {
    let mut close = Close::of("2026-10");
    close.units[0].until = Some(day("2026-10-10"));
    close.findings.push(breach(7));
    close.register.push(entry(1, "jyj", "A1.1", "2026-10-10", 1));
    assert_eq!(close.settle().len(), 1);
    assert_eq!(close.why(LineSource::Finding(7)), Some(Why::OutsideLife));
}

#[test]
fn a_cancelled_entry_is_not_posted_and_a_posted_one_is_taken_back() {
    let mut close = Close::of("2026-10");
    close.register.push(entry(1, "jyj", "A1.1", "2026-10-03", 2));
    let mut cancel = entry(2, "jyj", "A1.1", "2026-10-03", 1);
    cancel.cancels = Some(1);
    close.register.push(cancel.clone());
    assert!(close.settle().is_empty());

    close.register.truncate(1);
    close.post();
    close.closed = vec![month("2026-10")];
    close.month = month("2026-11");
    close.register.push(cancel);
    let lines = close.post();
    assert_eq!((lines[0].points, lines[0].source), (p("2"), LineSource::ReversalOf(1)));
    assert_eq!((lines[0].month, lines[0].belongs_to), (month("2026-11"), month("2026-10")));
    assert_eq!(close.settle(), vec![]);
}

#[test]
fn taking_back_the_taking_back_restores_the_entry() {
    let mut close = Close::of("2026-10");
    close.register = vec![
        entry(1, "jyj", "A1.1", "2026-10-03", 1),
        entry(2, "jyj", "A1.1", "2026-10-03", 1),
        entry(3, "jyj", "A1.1", "2026-10-03", 1),
    ];
    close.register[1].cancels = Some(1);
    close.register[2].cancels = Some(2);
    let sources: Vec<_> = close.settle().iter().map(|l| l.source).collect();
    assert_eq!(sources, [LineSource::Register(1)]);
}

#[test]
fn a_finding_that_is_unmade_after_posting_is_taken_back_once() {
    for state in [FindingState::Retracted, FindingState::Reversed, FindingState::Dismissed] {
        let mut close = Close::of("2026-10");
        close.findings.push(breach(7));
        close.post();
        close.findings[0].state = state;
        // The caller may name the line as well: it is still one reversal.
        close.to_reverse = close.ledger.clone();
        close.month = month("2026-11");
        let lines = close.post();
        assert_eq!(lines.len(), 1, "{state:?}");
        insta::allow_duplicates! {
            insta::assert_snapshot!(lines[0].text, @"红冲第1号：B1.1，原记−3分，现记+3分；所属月份2026-10，补记入2026-11台账");
        }
        assert_eq!(close.settle(), vec![]);
    }
}

#[test]
fn a_reversal_is_not_reversed() {
    let mut close = Close::of("2026-10");
    close.findings.push(breach(7));
    close.post();
    close.to_reverse = close.ledger.clone();
    close.post();
    close.findings[0].state = FindingState::Reversed;
    close.to_reverse = close.ledger.clone();
    assert_eq!(close.settle(), vec![]);
    assert_eq!(close.why(LineSource::ReversalOf(2)), Some(Why::ReversalOfReversal));
}

#[test]
fn a_finding_of_another_rulebook_is_not_this_ones() {
    let mut close = Close::of("2026-10");
    close.findings.push(breach(7));
    close.findings[0].judgement.key.rulebook = "national-2019".parse().unwrap();
    assert!(close.settle().is_empty());
    assert_eq!(close.why(LineSource::Finding(7)), Some(Why::OtherRulebook));
}

#[test]
fn what_was_taken_back_and_is_found_again_is_charged_anew_and_says_so() {
    let mut close = Close::of("2026-10");
    close.findings.push(breach(7));
    close.post();
    close.to_reverse = close.ledger.clone();
    close.findings[0].state = FindingState::Retracted;
    close.post();
    close.to_reverse.clear();
    assert_eq!(close.settle(), vec![], "what is retracted is not charged");
    close.findings[0].state = FindingState::Detected;
    close.month = month("2026-12");
    let lines = close.post();
    assert_eq!((lines.len(), lines[0].source, lines[0].points), (1, LineSource::Anew(1), p("-3")));
    assert!(lines[0].text.ends_with("；第1号已红冲，按现有材料重新入账"), "{}", lines[0].text);
    assert_eq!(close.settle(), vec![]);
    let card = scoring::scorecard(&close.book, &close.units[0], &close.ledger, 2026, None);
    assert_eq!(card.groups.iter().find(|g| g.id == "B").unwrap().raw, p("-3"));
}

#[test]
fn a_line_that_took_too_much_makes_room_for_one_that_takes_less() {
    let mut close = Close::of("2026-10");
    close.findings.push(breach(7));
    close.post();
    close.findings[0].state = FindingState::Posted;
    close.findings[0].judgement.points = p("-1");
    assert_eq!(close.settle(), vec![], "only together with its reversal");
    close.to_reverse = close.ledger.clone();
    let lines = close.post();
    let told: Vec<_> = lines.iter().map(|l| (l.source, l.points)).collect();
    assert_eq!(told, [(LineSource::ReversalOf(1), p("3")), (LineSource::Anew(1), p("-1"))]);
    assert_eq!(close.settle(), vec![]);
}

#[test]
fn a_line_that_took_too_little_makes_room_for_one_that_takes_it_all_and_says_so() {
    let mut close = Close::of("2026-10");
    close.findings.push(breach(7));
    close.post();
    close.findings[0].state = FindingState::Posted;
    close.findings[0].judgement.points = p("-6");
    close.to_reverse = close.ledger.clone();
    close.month = month("2026-11");
    let lines = close.post();
    let told: Vec<_> = lines.iter().map(|l| (l.source, l.points, l.belongs_to)).collect();
    let october = month("2026-10");
    assert_eq!(told, [(LineSource::ReversalOf(1), p("3"), october), (LineSource::Anew(1), p("-6"), october)]);
    let said = "；第1号原记−3分，现查明应记−6分，原行已红冲，按现有材料重新入账";
    assert!(lines[1].text.ends_with(said), "{}", lines[1].text);
    assert_eq!(close.settle(), vec![]);
    let card = scoring::scorecard(&close.book, &close.units[0], &close.ledger, 2026, None);
    assert_eq!(card.groups.iter().find(|g| g.id == "B").unwrap().raw, p("-6"));
}

#[test]
fn what_a_person_confirmed_costs_no_more_without_another_word() {
    for (state, posting, why) in [
        (FindingState::Posted, Posting::AfterConfirmation, Why::MoreUnconfirmed),
        (FindingState::Upheld, Posting::AfterConfirmation, Why::MoreUnconfirmed),
        (FindingState::Posted, Posting::Shadow, Why::OnTrial),
        (FindingState::Appealed, Posting::Automatic, Why::Posted),
    ] {
        let mut close = Close::of("2026-10");
        close.findings.push(breach(7));
        close.post();
        let row = close.book.criteria.iter_mut().find(|c| c.id.as_str() == "B1.1").unwrap();
        row.posting = posting;
        close.findings[0].state = state;
        close.findings[0].judgement.points = p("-6");
        // While an appeal is open the store names no line to be taken back.
        close.to_reverse = if state == FindingState::Appealed { vec![] } else { close.ledger.clone() };
        assert_eq!(close.settle(), vec![], "{state:?} {posting:?}: neither of the pair without the other");
        assert_eq!(close.why(LineSource::Finding(7)), Some(why), "{state:?} {posting:?}");
    }
}

#[test]
fn where_another_office_gives_the_points_a_missed_clock_is_only_shown() {
    let mut close = Close::of("2026-10");
    close.findings.push(finding(9, "E4.1", "jyj", "2026-10-05", "2026-10-11", "-1"));
    assert_eq!(close.settle(), vec![]);
    let why = close.why(LineSource::Finding(9));
    assert!(matches!(why, Some(Why::Elsewhere | Why::NotForUnit)), "{why:?}");
}
