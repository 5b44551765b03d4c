//! Whatever a page holds: nothing panics, and what is found is bounded and masks what it must.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use hints::annual::Report;
use hints::lexicon::{Lexicon, Word};
use hints::policy::Together;
use hints::{Dated, Page, annual, attachments, expected, lexicon, personal, policy, similar, survey, visual};
use model::{PeriodKind, Workdays};
use proptest::prelude::*;

/// Pieces that detectors look for, and noise between them.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "\\PC{0,12}",
        2 => prop::sample::select(vec![
            "一、", "（三）", "总体情况", "主动公开", "本年新收", "上年结转", "自然人", "总计", "结转下年度", "审结", "维持", "纠正",
            "行政复议", "11010519491231002X", "身份证", "13800138000", "户主姓名", "截止2026年3月31日前", "统计期限自2025年1月1日至",
            "月", "年", "《", "》", "解读", "关于", "。", "；", "收到申请12件", "6222", "按装", "\u{3000}", "Ａ１", "制发", "废止", "有效",
            "规范性文件", "征求意见", "反馈", "政府信息公开年度报告2025年",
        ]).prop_map(str::to_owned),
    ]
}

fn line() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..12).prop_map(|p| p.concat())
}

fn page() -> impl Strategy<Value = Page> {
    let row = prop::collection::vec(piece(), 8);
    let table = prop::collection::vec(row, 2..8);
    (
        line(),
        prop::collection::vec(line(), 0..12),
        prop::collection::vec(table, 0..3),
        prop::collection::vec((piece(), line()), 0..4),
    )
        .prop_map(|(title, paragraphs, tables, links)| Page {
            title,
            paragraphs,
            tables,
            links,
            ..Page::default()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_page_makes_a_detector_fail(a in page(), b in page()) {
        let day = "2026-03-01".parse().unwrap();
        let (x, y) = (Dated { url: "https://x/1", day, page: &a }, Dated { url: "https://x/2", day, page: &b });
        let words = Lexicon::new(vec![Word { wrong: "按装".into(), right: "安装".into(), except: vec!["不按装箱".into()] }]).unwrap();
        let together = Together { days: 3, patience: 10 };
        let mut all: Vec<hints::Hint> = vec![];
        all.extend(words.typos(&a));
        all.extend(words.sensitive(&a));
        all.extend(lexicon::blocked_links(&a, &["x".into()]));
        all.extend(personal::numbers(&a));
        all.extend(attachments::without_text(&a));
        all.extend(visual::charts(&x));
        let _ = visual::interpretation(&x);
        let _ = policy::pairs(&[x], &[y]);
        all.extend(policy::apart(&x, &y, together));
        all.extend(policy::alone(&x, day, together));
        all.extend(policy::compressed(&x, &y));
        let mut days = Workdays::default();
        days.add_notice(2025, [], []);
        days.add_notice(2026, [], []);
        days.add_notice(2027, [], []);
        if let Ok(found) = survey::answered(&x, &y, &days, 10) {
            all.extend(found);
        }
        let named = Page { title: format!("政府信息公开年度报告{}", a.title), ..a.clone() };
        if let (Some(r), Some(s)) = (Report::read(&named), Report::read(&b)) {
            all.extend(r.mistakes());
            all.extend(r.missing_sections());
            all.extend(r.against(&s));
        }
        let _ = annual::is_report(&a.title);
        for hint in all {
            prop_assert!(!hint.quotes.is_empty() && hint.quotes.len() <= 100);
            prop_assert!(!hint.summary.is_empty());
            let quoted = format!("{:?}", hint.quotes);
            let leaked = hint.detector == "personal" && quoted.contains("11010519491231002X");
            prop_assert!(!leaked, "{}", quoted);
        }
    }

    #[test]
    fn what_is_found_does_not_depend_on_the_order_of_periods(day in 1u32..=31) {
        let e = expected::Expected { what: "月报".into(), every: PeriodKind::Month, by_day: day, words: vec![] };
        let (since, until) = ("2026-01-01".parse().unwrap(), "2026-12-31".parse().unwrap());
        let found = expected::missing(&e, &[], since, &[(until, None)]);
        prop_assert!(found.len() >= 10 && found.windows(2).all(|w| w[0].0 < w[1].0));
    }

    // Long enough to be judged whatever is drawn: under 300 characters, numerals apart, nothing is said of a report.
    #[test]
    fn a_report_is_similar_to_itself_only_by_what_it_says(lines in prop::collection::vec("[\u{6000}-\u{6fff}]{30,40}", 12..30)) {
        let page = Page { paragraphs: lines, ..Page::default() };
        let prose = similar::Prose::of(&page, &[]);
        let at = |url| Dated { url, day: "2026-01-20".parse().unwrap(), page: &page };
        let (a, b) = (similar::Report { item: at("a"), unit: "甲", prose: &prose }, similar::Report { item: at("b"), unit: "乙", prose: &prose });
        let none = std::collections::HashMap::new();
        prop_assert!(similar::taken_over(&a, &b, &none).is_some_and(|h| h.summary.contains("100%")));
        prop_assert!(similar::taken_over(&a, &a, &none).is_none(), "an item is not held against itself");
    }
}

#[test]
fn long_texts_take_time_in_proportion() {
    // A megabyte of what each detector stops at: it ends, which quadratic ones would not within the patience of a test.
    let text = "一、总体情况11010519491231002X收到申请12件，户主13800138000月1月。按装".repeat(8_000);
    let page =
        Page { title: "2025年政府信息公开年度报告".into(), paragraphs: vec![text], ..Page::default() };
    assert!(personal::numbers(&page).unwrap().quotes.len() <= 10);
    let read = Report::read(&page).unwrap();
    assert!(read.mistakes().len() < 20);
    let day = "2026-03-01".parse().unwrap();
    let at = Dated { url: "u", day, page: &page };
    let other = Dated { url: "v", day, page: &page };
    assert!(policy::compressed(&at, &other).is_some(), "the same text, sentence by sentence");
}
