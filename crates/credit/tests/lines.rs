//! Lines as accounts write them, and who is meant by each.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test reads samples and its constants parse")]

use std::path::Path;

use credit::{Names, Signature, find};
use model::{Unit, UnitKind};
use proptest::prelude::*;

fn unit(id: &str, name: &str, kind: UnitKind, aliases: &[&str]) -> Unit {
    Unit {
        id: id.parse().unwrap(),
        name: name.to_owned(),
        kind,
        aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
        contacts: vec![],
        from: None,
        until: None,
    }
}

fn names() -> Names {
    use UnitKind::{Department as D, Township as T};
    let units = [
        unit("jyj", "钟山区教育局", D, &["区教育局"]),
        unit("wjj", "钟山区卫生健康局", D, &[]),
        unit("mzj", "钟山区民政局", D, &[]),
        unit("fgj", "钟山区发展和改革局", D, &[]),
        unit("zfb", "钟山区人民政府办公室", D, &[]),
        unit("zfbgs", "六盘水市公安局钟山分局", D, &[]),
        unit("swj", "钟山区水务局", D, &["区双局"]),
        unit("tjj", "钟山区统计局", D, &["区双局"]),
        unit("fenghuang", "凤凰街道", T, &[]),
        unit("dahe", "大河镇", T, &[]),
    ];
    Names::new("钟山区", &units, &[("jyj".parse().unwrap(), "钟山教育".to_owned())])
}

fn said(found: &Signature) -> String {
    if !found.unclear.is_empty() {
        return "?".to_owned();
    }
    let each = found.credits.iter().map(|c| format!("{}:{}", c.unit, c.confidence.word()));
    let mut all: Vec<String> = each.collect();
    all.sort_unstable();
    all.join(" ")
}

#[test]
fn each_line_names_whom_it_names() {
    let names = names();
    let mut wrong = vec![];
    let rows = include_str!("../fixtures/lines.tsv").lines().filter(|l| !l.starts_with('#'));
    let mut seen = 0;
    for row in rows {
        let (expected, line) = row.split_once('\t').unwrap();
        let line = line.replace("\\u200b", "\u{200b}").replace("\\u3000", "\u{3000}").replace("\\u00a0", "\u{a0}");
        let mut expected: Vec<&str> = expected.split(' ').filter(|e| !e.is_empty()).collect();
        expected.sort_unstable();
        let got = said(&find(&[&line], &names));
        if got != expected.join(" ") {
            wrong.push(format!("{line}: {got}, not {}", expected.join(" ")));
        }
        seen += 1;
    }
    assert!(seen > 60 && wrong.is_empty(), "{seen} lines\n{}", wrong.join("\n"));
}

#[test]
fn every_doubt_is_told_to_the_person() {
    let remarks =
        |line: &str| find(&[line], &names()).credits.iter().flat_map(|c| c.remarks.clone()).collect::<String>();
    assert_eq!(remarks("供稿：区教育局"), "");
    for (line, word) in [
        ("来源：教育局", "没有写明"),
        ("来源：区教育局招生办", "“招生办”"),
        ("来源：区教育局、区民政局", "同一篇还署名：钟山区民政局"),
        ("来源：区双局", "同一简称也可能指：钟山区统计局"),
        ("转载自：区教育局", "转载"),
        ("来源：钟山教育", "新媒体账号"),
        ("来源：区教育局 人民日报客户端", "媒体署名：人民日报客户端"),
    ] {
        assert!(remarks(line).contains(word), "{line}: {}", remarks(line));
    }
}

#[test]
fn head_and_foot_are_searched_and_the_surest_line_is_quoted() {
    let mut lines: Vec<String> = (0..60).map(|n| format!("正文第{n}段。")).collect();
    lines[30] = "供稿：区民政局".to_owned();
    lines[1] = "来源：区教育局".to_owned();
    lines[57] = "……各学校要抓好落实，确保师生安全，做好开学各项准备工作，严格落实各项制度，切实保障教育教学秩序，全面提升教育教学质量，办好人民满意的教育，让家长放心、让社会满意，不断增强人民群众的获得感。（来源：区卫健局）".to_owned();
    lines[59] = "转自区教育局".to_owned();
    let found = find(&lines, &names());
    assert_eq!(said(&found), "jyj:high wjj:high");
    assert_eq!(found.credits[0].line, "来源：区教育局");
}

/// The public samples, where they are at hand.
#[test]
fn the_samples_at_hand_are_all_right() {
    use UnitKind::{Department as D, Township as T};
    let at = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/newmedia_samples/adoption/lines.tsv"));
    let Ok(text) = std::fs::read_to_string(at) else { return };
    let units =
        [unit("a", "示例区教育局", D, &[]), unit("b", "示例区卫生健康局", D, &[]), unit("c", "示例街道", T, &[])];
    let names = Names::new("示例区", &units, &[]);
    for row in text.lines().filter(|l| !l.starts_with('#') && l.contains('\t')) {
        let (expected, line) = row.split_once('\t').unwrap();
        let found = find(&[line], &names);
        let got: Vec<&str> = found.credits.iter().map(|c| names.name_of(&c.unit)).collect();
        let got = if found.unclear.is_empty() { got.join("、") } else { "AMBIGUOUS".to_owned() };
        assert_eq!(got, expected, "{line}");
    }
}

/// What may stand in such lines, and joints of all kinds.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "来源",
        "供稿",
        "通讯员",
        "编辑",
        "图片来源",
        "转载自",
        "：",
        ":",
        "丨",
        "|",
        "/",
        " ",
        "\u{3000}",
        "\u{200b}",
        "（",
        "）",
        "、",
        "和",
        "联合",
        "区",
        "市",
        "钟山",
        "水城区",
        "六盘水市",
        "盘州市",
        "贵州省",
        "教育局",
        "民政局",
        "大河镇",
        "凤凰街道",
        "办事处",
        "日报",
        "甲",
        "。",
        "𠀀",
        "e\u{301}",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|p| p.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    /// Whatever stands there: no panic, quoted lines are of the text, a unit once, and a unit is never named without its
    /// stem.
    #[test]
    fn hostile_lines_are_read(lines in prop::collection::vec(pieces(), 0..20), noise in ".{0,200}") {
        let names = names();
        let mut all = lines.clone();
        all.push(noise);
        let found = find(&all, &names);
        let text: String = all.concat();
        for (n, c) in found.credits.iter().enumerate() {
            prop_assert!(found.credits[..n].iter().all(|o| o.unit != c.unit));
            let stem = match c.unit.as_str() {
                "jyj" => "教育",
                "mzj" => "民政局",
                "dahe" => "大河镇",
                "fenghuang" => "凤凰街道",
                _ => continue,
            };
            let bare: String = text.chars().filter(|c| *c != '\u{200b}').collect();
            prop_assert!(bare.contains(stem), "{}: {}", c.unit, c.line);
        }
    }

    /// A body of another level or place is never taken for the unit, however the line goes on.
    #[test]
    fn others_of_the_same_name_are_others(
        lead in prop::sample::select(vec!["市", "省", "县", "水城区", "六盘水市", "盘州市", "六枝特区", "钟山经济开发区", "贵州省", "六盘水市水城区", "新钟山区"]),
        stem in prop::sample::select(vec!["教育局", "民政局", "卫健局", "大河镇", "凤凰街道"]),
        label in prop::sample::select(vec!["来源：", "供稿丨", "信息来源:", "（通讯员 ", "文图："]),
        tail in prop::sample::select(vec!["", " 甲", "　编辑：乙", "办公室", "、人民日报"]),
    ) {
        let found = find(&[format!("{label}{lead}{stem}{tail}")], &names());
        prop_assert!(found.credits.is_empty(), "{lead}{stem}: {:?}", found.credits);
    }

    /// A further line never makes a unit less named, and never takes another unit away.
    #[test]
    fn a_further_line_takes_no_unit_away(a in pieces(), b in pieces()) {
        let names = names();
        let units = |lines: &[&str]| -> Vec<String> { find(lines, &names).credits.iter().map(|c| c.unit.to_string()).collect() };
        let both = units(&[&a, &b]);
        for u in units(&[&a]).into_iter().chain(units(&[&b])) {
            prop_assert!(both.contains(&u));
        }
    }
}
