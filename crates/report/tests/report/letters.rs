//! The weekly letters.

use model::{FindingState, Flag, Outcome, Reason, Verdict};
use report::weekly::{Blind, Blindness, Coverage, Letter, OfficeLetter, Place, Refused, Standing, UnitLetter, Waiting};

use crate::support::*;

/// The three parts of a letter in one text.
fn whole(l: &Letter) -> String {
    format!("Subject: {}\n=== txt\n{}=== html\n{}", l.subject, l.text, l.html)
}

fn standing() -> Standing {
    Standing { year: 2026, deducted: p("-9"), earned: p("2.5"), score: Some((p("93.5"), p("100"))) }
}

/// One of everything.
fn full() -> UnitLetter {
    let mut l = letter().with_standing(standing());
    let (gzdt, wx) = (channel("jyj/gzdt", "工作动态"), channel("jyj/wx", "钟山教育"));
    l.add(&breach(12), &criterion("B1.1"), Some(&gzdt), None).unwrap();
    let mut week = finding(13, "E2.2", "jyj", "2026-11-09", "2026-11-15", Verdict::Breached);
    week.judgement.proof.enough = "2026-11-09至2026-11-15之间发布1条即可".into();
    l.add(&week, &criterion("E2.2"), None, None).unwrap();
    let mut due = finding(14, "B1.1", "jyj/gzdt", "2026-11-13", "2026-11-26", Verdict::DueSoon);
    due.judgement.proof.enough = "请在2026-11-26（含当日）前发布1条".into();
    l.add(&due, &criterion("B1.1"), Some(&gzdt), None).unwrap();
    let mut unknown = finding(15, "C1.1", "jyj/wx", "2026-11-02", "2026-11-15", Verdict::Unknown);
    unknown.judgement.flags = vec![Flag::Unproved];
    let blocked = Outcome::Blocked(Reason::BridgeLogin);
    l.add(&unknown, &criterion("C1.1"), Some(&wx), Some(blocked)).unwrap();
    let waived = finding(16, "B1.1", "jyj/gzdt", "2026-10-01", "2026-10-14", Verdict::Waived);
    l.add(&waived, &criterion("B1.1"), Some(&gzdt), None).unwrap();
    let mut dismissed = finding(17, "B1.1", "jyj/gzdt", "2026-10-15", "2026-10-28", Verdict::Breached);
    dismissed.state = FindingState::Dismissed;
    l.add(&dismissed, &criterion("B1.1"), Some(&gzdt), None).unwrap();
    l
}

#[test]
fn a_letter_with_breaches_due_and_unknown() {
    insta::assert_snapshot!(whole(&full().render().unwrap()));
}

#[test]
fn an_empty_week_gives_a_short_letter_that_says_so() {
    let l = letter();
    assert!(l.is_empty());
    let rendered = l.render().unwrap();
    assert!(rendered.subject.contains("本周无新增问题"));
    insta::assert_snapshot!(whole(&rendered));
}

#[test]
fn a_letter_for_the_office() {
    let mut office = OfficeLetter::new(&head(), Coverage { looks: 1300, good: 1234, channels: 310, seen: 309 });
    office = office.with_waiting(Waiting { suspicions: 12, appeals: 1 });
    office.add(&full()).unwrap();
    office.add(&UnitLetter::new(&head(), "dwz".parse().unwrap(), "大湾镇")).unwrap();
    let total = office.total();
    assert_eq!((total.breaches, total.points, total.due, total.unknown, total.spared), (2, p("-4"), 1, 1, 2));
    insta::assert_snapshot!(whole(&office.render().unwrap()));
}

#[test]
fn an_office_letter_about_nothing_says_so() {
    let rendered = OfficeLetter::new(&head(), Coverage::default()).render().unwrap();
    insta::assert_snapshot!(rendered.text);
}

#[test]
fn hostile_titles_do_no_harm() {
    let mut l = letter();
    for (title, n) in HOSTILE.iter().zip(1..) {
        let mut f = breach(n);
        f.judgement.proof.last_before = Some(item(n, title, "2026-11-02"));
        f.judgement.proof.enough = (*title).into();
        let mut named = channel("jyj/gzdt", title);
        named.url = format!("javascript:alert(1)//{title}");
        l.add(&f, &criterion("B1.1"), Some(&named), None).unwrap();
    }
    let rendered = l.render().unwrap();
    for bad in ["<script", "\u{202E}", "\u{2066}", "\u{200B}", "\u{0}", "\u{1b}", "\r", "href="] {
        assert!(!rendered.html.contains(bad), "{bad:?}");
    }
    for bad in ["\u{202E}", "\u{2066}", "\u{200B}", "\u{0}", "\u{1b}", "\r", "\nBcc"] {
        assert!(!rendered.text.contains(bad), "{bad:?}");
    }
    insta::assert_snapshot!(whole(&rendered));
}

#[test]
fn a_unit_name_cannot_break_the_subject() {
    let l = UnitLetter::new(&head(), "jyj".parse().unwrap(), "教育局\r\nBcc: x@example.com");
    let subject = l.render().unwrap().subject;
    assert_eq!(subject.lines().count(), 1);
    assert!(!subject.contains('\r'));
}

#[test]
fn a_finding_of_another_unit_is_refused() {
    let mut l = letter();
    let theirs = finding(9, "B1.1", "dwz/gzdt", "2026-11-03", "2026-11-16", Verdict::Breached);
    let refused = l.add(&theirs, &criterion("B1.1"), None, None).unwrap_err();
    assert!(matches!(refused, Refused::Foreign { number: 9, .. }));
    let section = finding(10, "E2.2", "dwz", "2026-11-09", "2026-11-15", Verdict::Breached);
    assert!(l.add(&section, &criterion("E2.2"), None, None).is_err());
    assert!(l.is_empty());
}

#[test]
fn the_wrong_criterion_or_channel_is_refused() {
    let mut l = letter();
    let wrong = Err(Refused::Mismatch(12));
    assert_eq!(l.add(&breach(12), &criterion("C1.1"), None, None), wrong);
    assert_eq!(l.add(&breach(12), &criterion("B1.1"), Some(&channel("jyj/wx", "钟山教育")), None), wrong);
    assert!(l.is_empty());
}

#[test]
fn the_order_in_which_findings_come_does_not_matter() {
    let finding = |n| finding(n, "B1.1", "jyj/gzdt", "2026-11-03", "2026-11-16", Verdict::Breached);
    let (mut a, mut b) = (letter(), letter());
    for n in [3, 1, 2] {
        a.add(&finding(n), &criterion("B1.1"), None, None).unwrap();
        b.add(&finding(4 - n), &criterion("B1.1"), None, None).unwrap();
    }
    assert_eq!(a.render().unwrap(), b.render().unwrap());
    assert_eq!(a.breaches().iter().map(|l| l.number).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn the_office_takes_each_unit_once_and_of_one_week_only() {
    let mut office = OfficeLetter::new(&head(), Coverage::default());
    office.add(&letter()).unwrap();
    assert!(matches!(office.add(&letter()), Err(Refused::Twice(_))));
    let mut other = head();
    other.week = other.week.next();
    let late = UnitLetter::new(&other, "dwz".parse().unwrap(), "大湾镇");
    assert!(matches!(office.add(&late), Err(Refused::OtherWeek(_))));
    assert_eq!(office.rows().len(), 1);
}

#[test]
fn unknowns_are_grouped_by_reason_the_commonest_first() {
    let mut l = letter();
    let mut add = |n: i64, latest| {
        let f = finding(n, "B1.1", &format!("jyj/c{n}"), "2026-11-03", "2026-11-16", Verdict::Unknown);
        l.add(&f, &criterion("B1.1"), None, latest).unwrap();
    };
    add(1, Some(Outcome::Failed(Reason::Dns)));
    (2..=16).for_each(|n| add(n, Some(Outcome::Blocked(Reason::Captcha))));
    add(17, Some(Outcome::Read));
    let mut office = OfficeLetter::new(&head(), Coverage::default());
    office.add(&l).unwrap();
    let groups = office.unknown();
    let told: Vec<_> = groups.iter().map(|g| (g.count, g.why.whose.as_str(), g.places.len(), g.more)).collect();
    assert_eq!(told, [(15, "网站（账号）方", 12, 3), (1, "网络", 1, 0), (1, "监测系统", 1, 0)]);
}

#[test]
fn what_is_counted_and_not_listed_makes_the_same_letter_for_the_office() {
    let f = |n: i64, of: &str| finding(n, "B1.1", of, "2026-11-03", "2026-11-16", Verdict::Unknown);
    let looks = [("jyj/c1", 2, Outcome::Failed(Reason::Dns)), ("jyj/c2", 3, Outcome::Read)];
    let (mut listed, mut short, mut blind) = (letter(), letter(), vec![]);
    for (of, count, latest) in looks {
        (0..count).for_each(|n| listed.add(&f(n, of), &criterion("B1.1"), None, Some(latest)).unwrap());
        let (id, why) = (of.parse().unwrap(), Blindness::told(&[], None, Some(latest)).unwrap());
        blind.push(Blind { why, place: Place::of_channel(&id, None), count: usize::try_from(count).unwrap() });
    }
    // What only a finding's own proof explains stands among the lines of both.
    listed.add(&f(9, "jyj/c3"), &criterion("B1.1"), None, None).unwrap();
    short.add(&f(9, "jyj/c3"), &criterion("B1.1"), None, None).unwrap();
    assert_eq!(Blindness::told(&[], None, None), None);
    let (mut one, mut other) =
        (OfficeLetter::new(&head(), Coverage::default()), OfficeLetter::new(&head(), Coverage::default()));
    one.add(&listed).unwrap();
    other.add_with(&short, blind).unwrap();
    assert_eq!(one.render().unwrap(), other.render().unwrap());
    assert_eq!(other.total().unknown, 6);
}

#[test]
fn without_a_latest_look_the_quoted_looks_say_why() {
    let mut f = finding(1, "B1.1", "jyj/gzdt", "2026-11-03", "2026-11-16", Verdict::Unknown);
    f.judgement.proof.within = vec![
        look(1, "2026-11-04T00:00:00Z", "failed", Some("dns")),
        look(2, "2026-11-05T00:00:00Z", "failed", Some("timeout")),
        look(3, "2026-11-06T00:00:00Z", "failed", Some("timeout")),
    ];
    let why = |f: &model::Finding| report::weekly::Blindness::of(f, None, None).what;
    assert_eq!(why(&f), Reason::Timeout.text());
    f.judgement.flags = vec![Flag::Undated];
    assert!(why(&f).contains("日期"));
}

#[test]
fn only_what_is_due_within_seven_days_is_listed_for_the_office() {
    let mut l = letter();
    for (n, to) in [(1, "2026-11-30"), (2, "2026-12-01"), (3, "2026-11-23")] {
        let f = finding(n, "B1.1", "jyj/gzdt", "2026-11-10", to, Verdict::DueSoon);
        l.add(&f, &criterion("B1.1"), None, None).unwrap();
    }
    let mut office = OfficeLetter::new(&head(), Coverage::default());
    office.add(&l).unwrap();
    let due: Vec<_> = office.due().iter().map(|(_, d)| (d.number, d.left())).collect();
    assert_eq!(due, [(3, "今天截止".to_owned()), (1, "还剩7天".to_owned())]);
    assert_eq!(office.total().due, 3);
}

#[test]
fn a_share_is_whole_only_when_nothing_was_missed() {
    let c = Coverage { looks: 100_000, good: 99_999, channels: 3, seen: 3 };
    assert_eq!((c.of_looks().as_str(), c.of_channels().as_str()), ("99999/100000（99.9%）", "3/3（100.0%）"));
    assert_eq!(Coverage::default().of_looks(), "0/0");
}
