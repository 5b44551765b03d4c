//! The shipped rulebook against the scoring table, and the loader against rulebooks that hold mistakes.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]
#![allow(clippy::disallowed_methods, reason = "the scan of the table is read where it lies beside the project")]

use std::path::Path;

use model::Points;
use rules::{Due, EvidenceBy, NATIONAL_2019, QuotaScope, Rule, Rulebook, ZHONGSHAN_2022, load};

/// Every row id of the scoring table, in its order.
const IDS: &[&str] = &[
    "A1.1", "A1.2", "A1.3", "A2.1", "A3.1", "A3.2", "A3.3", "A4.1", "A4.2", "A5.1", "A6.1", "A6.2", "B1.1", "B1.2",
    "B1.3", "B1.4", "B1.5", "C1.1", "C2.1", "C3.1", "C4.1", "D1.1", "D2.1", "D2.2", "D2.3", "E1.1", "E1.2", "E1.3",
    "E2.1", "E2.2", "E3.1", "E4.1", "E5.1", "F1", "F2.1", "F2.2", "F3", "F4.1", "F4.2", "F5.1", "F5.2", "F5.3",
];

fn book() -> Rulebook {
    load(ZHONGSHAN_2022, "config/rulebook/zhongshan-2022.toml").unwrap()
}

fn shared(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(name);
    std::fs::read_to_string(path).ok()
}

#[test]
fn every_row_of_the_table_is_there_once_and_in_order() {
    let book = book();
    let ids: Vec<&str> = book.criteria.iter().map(|c| c.id.as_str()).collect();
    assert_eq!(ids, IDS);
}

#[test]
fn the_rows_are_those_of_the_description_of_the_table() {
    let Some(text) = shared("RULEBOOK.md") else { return };
    let mut rows = Vec::new();
    for line in text.lines().filter(|l| l.starts_with("| ")) {
        let cell = line.trim_start_matches("| ").split(" | ").next().unwrap_or_default();
        let is_id = |s: &str| s.len() >= 2 && s.as_bytes()[0].is_ascii_uppercase() && s.as_bytes()[1].is_ascii_digit();
        rows.extend(cell.split(" / ").filter(|s| is_id(s)).map(str::to_owned));
    }
    assert_eq!(rows, IDS);
}

/// The scan, without spaces, with the faults that RULEBOOK.md lists put right.
fn corrected(scan: &str) -> String {
    scan.split_whitespace().collect::<String>().replace("语述表述", "语句表述")
}

#[test]
fn every_sentence_stands_in_the_scan_word_for_word() {
    let Some(scan) = shared("mission/scoring-table-2022.txt") else { return };
    let scan = corrected(&scan);
    for c in book().criteria {
        let sentence: String = c.sentence.split_whitespace().collect();
        assert!(scan.contains(&sentence), "{}: {sentence}", c.id);
    }
}

#[test]
fn a_restored_title_is_said_to_be_restored() {
    let Some(scan) = shared("mission/scoring-table-2022.txt") else { return };
    let scan = corrected(&scan);
    for c in book().criteria {
        assert!(scan.contains(&c.title) || c.note.is_some(), "{}: {}", c.id, c.title);
    }
}

#[test]
fn the_groups_hold_a_hundred_points_and_half_of_c_is_to_be_earned() {
    let book = book();
    assert_eq!(book.groups.iter().filter_map(|g| g.points).sum::<Points>(), Points::whole(100));
    let c = book.group("C").unwrap();
    assert_eq!((c.points, c.base), (Some(Points::whole(10)), Points::whole(5)));
    let f = book.group("F").unwrap();
    assert!(f.bonus && f.points.is_none() && f.base == Points::ZERO);
    let note = book.criterion(&"C2.1".parse().unwrap()).unwrap().note.clone().unwrap();
    assert!(note.contains("base 改为 10"), "{note}");
}

#[test]
fn each_row_has_its_kind_its_points_and_its_way_of_evidence() {
    let mut shown = String::new();
    for c in book().criteria {
        let evidence = match c.evidence {
            EvidenceBy::Auto => "auto",
            EvidenceBy::Assisted => "assisted",
            EvidenceBy::Register => "register",
        };
        let parameters = match &c.rule {
            Rule::Freshness { window_days, warn_days, counting, points, channels } => {
                format!("{points} {window_days}d warn {warn_days} {} over {}", counting.word(), channels.len())
            }
            Rule::Quota { scope, period, at_least, warn_days, points } => {
                let over = if *scope == QuotaScope::Section { "section" } else { "channel" };
                format!("{points} {at_least} each {period:?} by {over} warn {warn_days}")
            }
            Rule::Duty { due, late, missing, channels } => {
                let due = match due {
                    Due::Yearly { month, day } => format!("{month:02}-{day:02}"),
                    Due::Monthly { day } => format!("monthly {day}"),
                    Due::ByItem => "by item".to_owned(),
                    Due::Workdays(n) => format!("{n} workdays"),
                };
                let late = late.map_or("free".to_owned(), |late| late.to_string());
                format!("{missing} late {late} due {due} in {}", channels.len())
            }
            Rule::Incident { points, .. } => points.to_string(),
            Rule::Earned { points, cap } => {
                format!("{points} cap {}", cap.map_or("none".to_owned(), |c| c.to_string()))
            }
            Rule::Veto { group } => format!("zeroes {group}"),
            Rule::External { scored_by } => format!("by {scored_by}"),
            Rule::Availability { .. } | Rule::LateColumns { .. } | Rule::BlankColumns { .. } => {
                unreachable!("not in this table")
            }
        };
        let clock = c.clock.map_or_else(String::new, |c| {
            let workdays = if let Due::Workdays(n) = c.due { format!(" {n} workdays") } else { String::new() };
            format!(" clock{workdays} warn {} roll {}", c.warn_days, c.roll)
        });
        shown += &format!("{} {} {evidence}: {parameters}{clock}\n", c.id, c.rule.kind());
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn rows_for_some_units_only_say_so() {
    let book = book();
    let of = |id: &str| book.criterion(&id.parse().unwrap()).unwrap().clone();
    let unit = |name: &str, kind| model::Unit {
        id: "x".parse().unwrap(),
        name: name.to_owned(),
        kind,
        aliases: vec![],
        contacts: vec![],
        from: None,
        until: None,
    };
    let (department, town) = (model::UnitKind::Department, model::UnitKind::Township);
    assert!(of("A5.1").applies_to(&unit("钟山区教育局", department)));
    assert!(!of("A5.1").applies_to(&unit("大湾镇", town)));
    assert!(of("E5.1").applies_to(&unit("钟山区信访局", department)));
    assert!(!of("E5.1").applies_to(&unit("钟山区教育局", department)));
    assert!(of("E4.1").applies_to(&unit("钟山区政务服务中心", department)));
    assert!(of("B1.1").applies_to(&unit("大湾镇", town)));
}

fn mistakes(text: &str) -> String {
    let found = load(text, "config/rulebook/x.toml").unwrap_err();
    found.iter().map(|m| format!("{m}\n")).collect()
}

#[test]
fn all_mistakes_are_told_at_once_with_their_places() {
    let text = r#"
id = "x 1"
name = "某区"
source = "某文"
postnig = "automatic"

[[group]]
id = "A"
title = "甲"
points = "二十"

[[group]]
id = "A"
title = "乙"
points = -1

[[criterion]]
id = "A1.1"
group = "Z"
title = "一"
sentence = "某句"
kind = "freshness"
evidence = "auto"
channels = ["work-news", "wechta", "policies"]
window_days = 0
windw_days = 14
points = 3

[[criterion]]
id = "A1.1"
group = "A"
title = "二"
kind = "veto"
evidence = "hearsay"
zeroes = "Q"

[[criterion]]
id = "A1.2"
group = "A"
title = 3
sentence = "某句"
kind = "earned"
evidence = "register"
points = -0.555
cap = -2

[[criterion]]
id = "A1.3"
group = "A"
title = "三"
sentence = "某句"
kind = "duty"
evidence = "register"
due = { yearly = "02-30", monthly = 10 }
missing = 1

[[criterion]]
id = "A1.4"
group = "A"
title = "四"
sentence = "某句"
kind = "quota"
evidence = "auto"
scope = "section"
channels = ["faq"]
period = "year"
points = -1
"#;
    insta::assert_snapshot!(mistakes(text));
}

#[test]
fn a_kind_that_is_not_known_is_the_only_thing_said_of_its_keys() {
    let text = ZHONGSHAN_2022.replacen("kind = \"incident\"", "kind = \"incidnt\"", 1);
    insta::assert_snapshot!(mistakes(&text));
}

#[test]
fn torn_syntax_is_told_in_chinese_with_its_place() {
    let shown = mistakes("id = \"x\"\nid = \"y\"\nname = 某区\n[[group]\n");
    insta::assert_snapshot!(shown);
}

#[test]
fn columns_are_counted_in_characters() {
    let found = load("名 = 1", "x").unwrap_err();
    let unquoted = &found[0];
    assert_eq!((unquoted.line, unquoted.column), (1, 1));
    let found = mistakes("id = \"x\"\nname = { \"名称\" = 1, b = 2 }");
    assert!(found.contains("x.toml:2:8: name：应为文字（写在引号里），现为一组配置项"), "{found}");
    let found = mistakes("group = [\"名称\", 3]");
    assert!(found.contains("x.toml:1:16: group[2]：应为一组配置项（表），现为整数"), "{found}");
    let found = load("\u{feff}id = \"一\" # 二\r\nsource = true\r\n", "x").unwrap_err();
    let at: Vec<(usize, usize)> = found.iter().map(|m| (m.line, m.column)).collect();
    assert!(at.contains(&(1, 6)) && at.contains(&(2, 10)), "{found:?}");
}

#[test]
fn an_empty_file_says_what_it_lacks() {
    insta::assert_snapshot!(mistakes(""));
}

#[test]
fn the_other_readings_are_one_edit_away() {
    let text = ZHONGSHAN_2022
        .replace("counting = \"each-window\"", "counting = \"each-silence\"")
        .replace("base = 5", "base = 10");
    let other = load(&text, "x").unwrap();
    assert_eq!(other.group("C").unwrap().base, Points::whole(10));
    let silences = other.criteria.iter().filter(
        |c| matches!(&c.rule, Rule::Freshness { counting, .. } if *counting == model::CountingMode::EachSilence),
    );
    assert_eq!(silences.count(), 3);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, ..Default::default() })]

    /// A torn or altered file is refused or read, with places that exist in it, and never a panic.
    #[test]
    fn whatever_stands_in_the_file_the_places_exist(at in proptest::prelude::any::<proptest::sample::Index>(), put in "[\\[\\]{}=\"\\n,.#0-9a-z一-九-]{0,4}", cut in 0..40usize) {
        let chars: Vec<char> = ZHONGSHAN_2022.chars().collect();
        let at = at.index(chars.len());
        let text: String = chars[..at].iter().copied().chain(put.chars()).chain(chars[(at + cut).min(chars.len())..].iter().copied()).collect();
        let lines: Vec<&str> = text.split('\n').collect();
        for m in load(&text, "x").err().into_iter().flatten() {
            let line = lines.get(m.line - 1);
            proptest::prop_assert!(line.is_some_and(|l| m.column <= l.chars().count() + 1), "{}", m);
        }
    }
}

#[test]
fn the_national_table_is_on_trial_and_claims_no_points() {
    let book = load(NATIONAL_2019, "config/rulebook/national-2019.toml").unwrap();
    assert!(book.is_on_trial());
    let judged: Vec<(&str, &str)> =
        book.criteria.iter().filter(|c| c.rule.is_observed()).map(|c| (c.id.as_str(), c.rule.kind())).collect();
    assert_eq!(
        judged,
        [
            ("W2", "availability"),
            ("W3", "freshness"),
            ("W4.1", "late-columns"),
            ("W4.2", "late-columns"),
            ("W4.3", "blank-columns"),
            ("M2", "freshness"),
        ]
    );
    for c in book.criteria {
        assert!(c.rule.has_no_points() || matches!(c.rule, Rule::Veto { .. }), "{}", c.id);
        assert!(c.note.is_some(), "{} says why it has no points", c.id);
    }
}

#[test]
fn a_row_without_points_is_never_posted_and_says_why() {
    let wrong = NATIONAL_2019.replace("posting = \"shadow\"", "posting = \"automatic\"");
    let mistakes = load(&wrong, "x.toml").unwrap_err();
    assert!(mistakes.len() >= 8 && mistakes.iter().all(|m| m.text.contains("试运行")), "{mistakes:#?}");
    let note = "note = \"单项否决，没有分值。各账号分别计算，一次连续未更新计一次。\"\n";
    assert!(NATIONAL_2019.contains(note));
    let mistakes = load(&NATIONAL_2019.replace(note, ""), "x.toml").unwrap_err();
    assert!(mistakes.len() == 1 && mistakes[0].text.contains("note"), "{mistakes:#?}");
}

#[test]
fn mistakes_of_the_counting_kinds_are_told() {
    let mistakes = |from: &str, to: &str| -> String {
        assert!(NATIONAL_2019.contains(from), "{from}");
        let wrong = load(&NATIONAL_2019.replacen(from, to, 1), "x.toml").unwrap_err();
        wrong.iter().map(|m| format!("{}\n", m.text)).collect()
    };
    assert!(mistakes("per_day = 20", "per_day = 30").contains("不可能满30次"));
    assert!(mistakes("warn_percent = 3", "warn_percent = 9").contains("不应大于"));
    assert!(mistakes("channels = [\"work-news\"]", "channels = [\"wechat\"]").contains("不是网站栏目"));
    assert!(mistakes("channels = [\"notices\", \"policies\"]", "channels = [\"work-news\"]").contains("写了两次"));
}

#[test]
fn counting_otherwise_changes_nothing_but_the_counting() {
    let each =
        |mode: &str| load(&ZHONGSHAN_2022.replace("= \"each-window\"", &format!("= \"{mode}\"")), "x.toml").unwrap();
    let silence = model::CountingMode::EachSilence;
    assert_eq!(each("each-window").counted_by(silence), each("each-silence"));
}
