//! Scorecards and the table of all units.

use report::scorecard::{CardView, GroupView, StepView, board, board_csv, board_json, board_text, csv, json, text};
use report::text::Plain;

use crate::support::*;

fn step(kind: &str, seq: Option<i64>, says: &str, points: &str, running: &str) -> StepView {
    StepView {
        kind: kind.into(),
        seq,
        month: seq.map(|_| "2026-10".parse().unwrap()),
        criterion: seq.map(|_| "B1.1".into()),
        text: Plain::new(says),
        points: p(points),
        running: p(running),
        pair: None,
    }
}

fn card(unit: &str, name: &str, total: &str) -> CardView {
    CardView {
        unit: unit.parse().unwrap(),
        unit_name: Plain::new(name),
        rulebook: Plain::new("2026年区级政务公开工作考核指标"),
        year: 2026,
        as_of: Some("截至2026-11-24".into()),
        groups: vec![GroupView {
            id: "B".into(),
            title: Plain::new("重点领域信息公开"),
            points: Some(p("30")),
            base: p("30"),
            bonus: false,
            steps: vec![
                step("base", None, "起评即满分30分", "30", "30"),
                step("line", Some(7), "=1+1\n工作动态未更新", "-33", "-3"),
                step("floor", None, "−33，扣完为止，按 −30 计", "3", "0"),
            ],
            raw: p("-33"),
            vetoed: false,
            score: p("0"),
        }],
        uncounted: vec![Plain::new("第9号（Z9）：考核细则中没有这一指标")],
        total: p(total),
        out_of: p("30"),
    }
}

#[test]
fn a_scorecard_shows_every_step() {
    insta::assert_snapshot!(text(&card("jyj", "钟山区教育局", "0")), @r"
    钟山区教育局（jyj）2026年度得分表
    考核细则：2026年区级政务公开工作考核指标
    截至2026-11-24

    B 重点领域信息公开（满分 30，起评 30）
      —               +30     =30      起评即满分30分
      #7     2026-10  −33     =-3      =1+1 工作动态未更新
      —               +3      =0       −33，扣完为止，按 −30 计
      得分 0（各行合计 −33）

    总分 0（满分 30，加分项另计）
    未计入的行：
      第9号（Z9）：考核细则中没有这一指标
    ");
}

#[test]
fn the_csv_of_a_card_keeps_numbers_and_disarms_texts() {
    insta::assert_snapshot!(csv(&[card("jyj", "钟山区教育局", "0")]).unwrap().trim_start_matches('\u{FEFF}').replace("\r\n", "\n"), @r"
    单位编号,单位,年度,一级指标,步骤,台账序号,所属月份,指标,说明,分值,累计
    jyj,钟山区教育局,2026,B 重点领域信息公开,起评,,,,起评即满分30分,30,30
    jyj,钟山区教育局,2026,B 重点领域信息公开,台账,7,2026-10,B1.1,'=1+1 工作动态未更新,-33,-3
    jyj,钟山区教育局,2026,B 重点领域信息公开,扣完为止,,,,−33，扣完为止，按 −30 计,3,0
    ");
}

#[test]
fn the_json_of_a_card_is_whole() {
    let value: serde_json::Value = serde_json::from_str(&json(&card("jyj", "钟山区教育局", "0")).unwrap()).unwrap();
    assert_eq!(value["groups"][0]["steps"][2]["points"].as_i64(), Some(3));
    assert_eq!(value["total"].as_i64(), Some(0));
}

#[test]
fn equals_share_a_rank() {
    let cards =
        [card("c", "丙局", "80"), card("b", "-乙局", "90.5"), card("a", "甲街道办事处", "80"), card("d", "丁", "7")];
    let rows = board(&cards, |u| if u.as_str() == "a" { "镇（乡、街道）".into() } else { "部门".into() });
    let ranks: Vec<_> = rows.iter().map(|r| (r.rank, r.unit.as_str())).collect();
    assert_eq!(ranks, [(1, "b"), (2, "a"), (2, "c"), (4, "d")]);
    insta::assert_snapshot!(board_text(&rows), @r"
    名次  单位编号  单位          类别            B  总分
    1     b         -乙局         部门            0  90.5
    2     a         甲街道办事处  镇（乡、街道）  0  80
    2     c         丙局          部门            0  80
    4     d         丁            部门            0  7
    ");
    assert!(board_csv(&rows).unwrap().contains("\r\n1,b,'-乙局,部门,0,90.5\r\n"));
    let value: serde_json::Value = serde_json::from_str(&board_json(&rows).unwrap()).unwrap();
    assert_eq!(value[0]["total"].as_f64(), Some(90.5));
}
