//! Documents: the circular, the unit's card, the fairness sheet, the letter after a close.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use model::{Finding, FindingState, Judgement, LedgerLine, LineSource, Month, Points, UnitId, Verdict, Zone};
use report::card::{CapLine, CardLine, OpenLine, UnitCard};
use report::circular::{self, Facts, Manner, Windows};
use report::closing::{Closing, Standing};
use report::fairness::{self, Fairness};
use report::ledger::LedgerView;
use report::scorecard::{CardView, GroupView, StepView};
use report::span::Span;
use report::text::Plain;
use report::weekly::Coverage;

use crate::support::*;

fn lines() -> Vec<LedgerLine> {
    let mut all = vec![
        line("jyj", "B1.1", "-3", LineSource::Finding(12), "工作动态连续14天未更新"),
        line("dwz", "B1.1", "-3", LineSource::Finding(13), "工作动态连续14天未更新"),
        line("jyj", "B1.1", "-3", LineSource::Finding(14), HOSTILE[0]),
        line("jyj", "E1.1", "0", LineSource::Register(5), "一票否决：E组得分计为0"),
        line("dwz", "C1.1", "0.5", LineSource::Register(6), HOSTILE[1]),
    ];
    all.push(line("dwz", "B1.1", "3", LineSource::ReversalOf(2), "红冲第2号"));
    all[5].month = "2026-11".parse().unwrap();
    let mut late = line("dwz", "C1.1", "-2", LineSource::Finding(20), "补记");
    late.belongs_to = "2026-09".parse().unwrap();
    all.insert(5, late);
    posted(all)
}

fn windows() -> BTreeMap<UnitId, Windows> {
    let of = |subjects, breached, unknown| {
        let troubled = breached + unknown;
        Windows { subjects, troubled, blind: unknown, breached, unknown, spared: 1, due: 1 }
    };
    BTreeMap::from([("jyj".parse().unwrap(), of(4, 2, 1)), ("dwz".parse().unwrap(), of(5, 1, 0))])
}

fn circular(span: Span, manner: Manner, closed: &[&str]) -> report::paper::Paper {
    let (book, units, lines) = (book(), units(), lines());
    let scores = BTreeMap::from([("jyj".parse().unwrap(), p("58.5")), ("dwz".parse().unwrap(), p("63"))]);
    let closed: Vec<Month> = closed.iter().map(|m| m.parse().unwrap()).collect();
    circular::paper(&Facts {
        district: "钟山区",
        office: "钟山区政务公开办公室",
        span,
        made_on: day("2026-11-05"),
        judged_at: "2026-11-05 06:30:00",
        rulebook: &book,
        units: &units,
        lines: &lines,
        windows: &windows(),
        scores: &scores,
        closed: &closed,
        coverage: Coverage { looks: 620, good: 610, channels: 9, seen: 8 },
        manner,
        appeal: "如有异议，请书面提出申诉。",
    })
}

fn october() -> Span {
    Span::Month("2026-10".parse().unwrap())
}

#[test]
fn the_circular_tells_what_was_counted_and_ranks_nobody() {
    insta::assert_snapshot!(circular(october(), Manner::default(), &["2026-10"]).text());
}

#[test]
fn a_circular_of_an_open_quarter_is_a_draft() {
    let text = circular(Span::Quarter("2026-Q4".parse().unwrap()), Manner::default(), &["2026-10"]).text();
    assert!(text.contains("（草稿）") && text.contains("2026-11、2026-12尚未关账"), "{text}");
    // The reversal is posted within the quarter: what was charged and taken back comes to nothing.
    assert!(text.contains("红冲1行，合计+3分") && text.contains("（其中1行此后已红冲）"), "{text}");
    assert!(text.contains("附件2 各指标情况"));
}

#[test]
fn a_year_that_was_watched_from_october_on_is_whole_in_december() {
    let year = |closed: &[&str]| circular(Span::Year(2026), Manner::default(), closed).text();
    let whole = year(&["2026-10", "2026-11", "2026-12"]);
    assert!(!whole.contains("草稿"), "{whole}");
    assert!(year(&["2026-10", "2026-11"]).contains("本稿为草稿：2026-12尚未关账"));
}

#[test]
fn names_and_ranks_are_given_only_where_the_office_says_so() {
    let both = Manner { rank_units: true, name_full_marks: true };
    let plain = circular(october(), Manner::default(), &["2026-10"]).text();
    assert!(!plain.contains("名次") && !plain.contains("没有扣分的单位："));
    // In November only a reversal was posted: both units are without a deduction.
    let november = circular(Span::Month("2026-11".parse().unwrap()), both, &["2026-11"]);
    let text = november.text();
    assert!(text.contains("没有扣分的单位：大湾镇、钟山区教育局"), "{text}");
    let html = circular(october(), both, &["2026-10"]).html().unwrap();
    let (first, second) = (html.find("大湾镇</td>").unwrap(), html.find("钟山区教育局</td>").unwrap());
    assert!(html.contains("<th>名次</th>") && first < second, "63 stands before 58.5");
}

#[test]
fn a_title_that_is_hostile_stays_text_on_paper() {
    let html = circular(october(), Manner::default(), &["2026-10"]).html().unwrap();
    assert!(!html.contains("<script") && html.contains("&#60;script&#62;"), "{html}");
    assert!(!html.contains("src=") && !html.contains("href=") && !html.contains("url("), "nothing is fetched");
    assert!(html.contains("size: A4 portrait") && html.contains("仿宋_GB2312"));
}

fn card() -> UnitCard {
    let step = |kind: &str, seq: Option<i64>, says: &str, points: &str, running: &str| StepView {
        kind: kind.into(),
        seq,
        month: seq.map(|_| "2026-10".parse().unwrap()),
        criterion: seq.map(|_| "B1.1".into()),
        text: Plain::new(says),
        points: p(points),
        running: p(running),
        pair: None,
    };
    let group = |id: &str, title: &str, points: Option<&str>, steps, raw: &str, vetoed, score: &str| GroupView {
        id: id.into(),
        title: Plain::new(title),
        points: points.map(p),
        base: points.map_or(Points::ZERO, p),
        bonus: points.is_none(),
        steps,
        raw: p(raw),
        vetoed,
        score: p(score),
    };
    let view = CardView {
        unit: "jyj".parse().unwrap(),
        unit_name: Plain::new("钟山区教育局"),
        rulebook: Plain::new("2026年区级政务公开工作考核指标"),
        year: 2026,
        as_of: None,
        groups: vec![
            group(
                "B",
                "重点领域信息公开",
                Some("30"),
                vec![
                    step("base", None, "起评即满分30分", "30", "30"),
                    step("line", Some(1), "工作动态连续14天未更新", "-33", "-3"),
                    step("floor", None, "−33，扣完为止，按 −30 计", "3", "0"),
                ],
                "-33",
                false,
                "0",
            ),
            group(
                "E",
                "政府网站",
                Some("30"),
                vec![
                    step("base", None, "起评即满分30分", "30", "30"),
                    step("veto", None, "一票否决，计0分", "-30", "0"),
                ],
                "0",
                true,
                "0",
            ),
            group("F", "加分", None, vec![], "2.5", false, "2"),
        ],
        uncounted: vec![],
        total: p("2"),
        out_of: p("60"),
    };
    let explained = CardLine {
        seq: 1,
        belongs_to: "2026-10".parse().unwrap(),
        month: "2026-10".parse().unwrap(),
        criterion: "B1.1".into(),
        group: "B".into(),
        points: p("-33"),
        source: "监测发现 #12".into(),
        text: Plain::new(HOSTILE[1]),
        sentence: Plain::new("工作动态2周内未更新，发现一次扣3分。"),
        avoid: Plain::new("2026-10-01至2026-10-14之间发布1条即可"),
        pair: Some(9),
        hash: "ab".repeat(32),
    };
    let cap = CapLine {
        group: "F".into(),
        criterion: "F1".into(),
        title: Plain::new("可视化"),
        raw: p("2.5"),
        cap: Some(p("2")),
        counted: p("2"),
    };
    let open = OpenLine {
        number: 31,
        criterion: "C1.1".into(),
        place: Plain::new("公众号，2026-11-01至2026-11-14"),
        points: p("-2"),
        state: Plain::new("已发现"),
        avoid: Plain::new("其间发布1条即可"),
    };
    UnitCard {
        district: Plain::new("钟山区"),
        office: Plain::new("钟山区政务公开办公室"),
        made_on: day("2026-11-24"),
        card: view,
        lines: vec![explained],
        caps: vec![cap],
        open: vec![open],
        unknown: 3,
        appeal: Plain::new("如有异议，请书面提出申诉。"),
    }
}

#[test]
fn the_card_explains_each_line_and_says_what_would_have_avoided_it() {
    insta::assert_snapshot!(card().paper().text());
}

fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes)).unwrap()
}

#[test]
fn the_card_as_a_workbook_keeps_figures_and_disarms_formulas() {
    let mut book = open(card().xlsx(at("2026-11-24T00:00:00Z"), Zone::SHANGHAI).unwrap());
    assert_eq!(book.sheet_names(), ["得分", "逐行说明", "逐步计算", "指标合计与上限", "尚未入账", "说明"]);
    for name in book.sheet_names() {
        assert!(book.worksheet_formula(&name).unwrap().rows().flatten().all(String::is_empty), "{name}");
    }
    let rows = |book: &mut Xlsx<_>, name: &str| -> Vec<Vec<Data>> {
        book.worksheet_range(name).unwrap().rows().map(<[Data]>::to_vec).collect()
    };
    let scores = rows(&mut book, "得分");
    assert_eq!((&scores[1][3], &scores[1][4]), (&Data::Float(-33.0), &Data::Float(0.0)), "the uncapped sum beside it");
    assert_eq!(scores[4][4], Data::Float(2.0));
    let caps = rows(&mut book, "指标合计与上限");
    assert_eq!((&caps[1][2], &caps[1][3]), (&Data::Float(2.5), &Data::Float(2.0)));
    assert!(caps[1][5].to_string().contains("0.5分不计"));
    let lines = rows(&mut book, "逐行说明");
    assert!(lines[1][6].to_string().starts_with("=HYPERLINK") && lines[1][9].to_string().len() == 64);
    assert!(rows(&mut book, "说明").iter().any(|r| r[0] == *"表格版本" && r[1] == *"1"));
}

/// Two windows that were met, three that were not, one unseen; what people and time made of them.
fn fair() -> (Vec<Judgement>, Vec<Finding>, Vec<LedgerLine>) {
    let one = |id, verdict, found: &str, state| {
        let mut f = finding(id, "B1.1", "jyj/gzdt", "2026-10-01", "2026-10-14", verdict);
        f.judgement.key.days.last = day("2026-10-14");
        f.judgement.proof.within_total = 10;
        f.judgement.proof.within_good = 9;
        f.detected_at = at(found);
        f.state = state;
        f
    };
    let findings = vec![
        one(12, Verdict::Breached, "2026-10-14T20:00:00Z", FindingState::Posted),
        one(13, Verdict::Breached, "2026-10-17T20:00:00Z", FindingState::Dismissed),
        one(14, Verdict::Breached, "2026-10-30T00:00:00Z", FindingState::Reversed),
        one(15, Verdict::Unknown, "2026-10-15T00:00:00Z", FindingState::Detected),
    ];
    let mut judgements: Vec<Judgement> = findings.iter().map(|f| f.judgement.clone()).collect();
    judgements.extend((0..2).map(|_| one(0, Verdict::Met, "2026-10-15T00:00:00Z", FindingState::Detected).judgement));
    let mut elsewhere = one(16, Verdict::Breached, "2026-11-30T00:00:00Z", FindingState::Detected).judgement;
    elsewhere.key.days.last = day("2026-11-14");
    judgements.push(elsewhere);
    let lines = posted(vec![
        line("jyj", "B1.1", "-3", LineSource::Finding(12), "一"),
        line("jyj", "B1.1", "-3", LineSource::Finding(14), "二"),
        line("jyj", "B1.1", "3", LineSource::ReversalOf(2), "三"),
    ]);
    (judgements, findings, lines)
}

#[test]
fn fairness_is_counted_row_by_row() {
    let ((judgements, findings, lines), book) = (fair(), book());
    let appealed = BTreeSet::from([14]);
    let subjects = BTreeMap::from([("B1.1".parse().unwrap(), 6)]);
    let facts = fairness::Facts {
        district: "钟山区",
        span: october(),
        made_on: day("2026-11-24"),
        rulebook: &book,
        judgements: &judgements,
        subjects: &subjects,
        coverage: Coverage { looks: 620, good: 610, channels: 9, seen: 8 },
        findings: &findings,
        appealed: &appealed,
        lines: &lines,
        zone: Zone::SHANGHAI,
    };
    let fairness = Fairness::of(&facts);
    let (criterion, row) = &fairness.rows[0];
    assert_eq!((fairness.rows.len(), criterion.id.as_str()), (1, "B1.1"));
    assert_eq!((row.windows.subjects, row.windows.breached, row.windows.unknown, row.windows.blind), (6, 3, 1, 1));
    assert_eq!((row.dismissed, row.appealed, row.charged, row.reversed, row.points), (1, 1, 2, 1, p("-3")));
    // Found 1, 4 and 16 days after the last day, on the district's clock.
    assert_eq!(row.delay(), Some((p("4"), 16)));
    assert_eq!((row.looks, row.good), (40, 36));
    insta::assert_snapshot!(fairness.grid().csv().unwrap().trim_start_matches('\u{FEFF}').replace("\r\n", "\n"), @r"
    指标,二级指标,考核对象,未达标时段,无法判定时段,无法判定涉及对象,无法判定占比,豁免等时段,不予认定,申诉,入账行,分值合计,红冲行,红冲占比,发现时滞中位数（天）,发现时滞最长（天）,其间检查,其间有效,有效占比
    B1.1,工作动态更新,6,3,1,1,16.6%,0,1,1,2,-3,1,50.0%,4,16,40,36,90.0%
    ");
    let mut book = open(fairness.xlsx(at("2026-11-24T00:00:00Z")).unwrap());
    let range = book.worksheet_range("公平性").unwrap();
    assert_eq!(range.get((1, 6)), Some(&Data::Float(0.166)), "rounded down");
    assert!(fairness.paper().html().unwrap().contains("size: A4 landscape"));
}

#[test]
fn an_even_number_of_delays_has_its_middle_between_two() {
    let of = |delays: &[i64]| fairness::Fair { delays: delays.to_vec(), ..Default::default() }.delay();
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[7]), Some((p("7"), 7)));
    assert_eq!(of(&[9, 2]), Some((p("5.5"), 9)));
}

#[test]
fn the_closing_letter_holds_the_units_own_lines_only() {
    let (book, units, lines) = (book(), units(), lines());
    let view = LedgerView {
        district: "钟山区",
        month: "2026-10".parse().unwrap(),
        lines: &lines,
        units: &units,
        rulebook: &book,
        zone: Zone::SHANGHAI,
        made_at: at("2026-11-05T00:00:00Z"),
    };
    let stands = Standing { year: 2026, score: p("58.5"), out_of: p("70") };
    let letter = |unit: usize| {
        Closing::to_unit(&view, "钟山区政务公开办公室", &units[unit], stands, "如有异议，请书面提出申诉。")
            .unwrap()
            .render()
            .unwrap()
    };
    let own = letter(1);
    assert_eq!(own.subject, "钟山区教育局2026年10月政务公开考核台账（3行，−6分）");
    assert!(!own.text.contains("大湾镇") && !own.html.contains("<script"), "{}", own.html);
    insta::assert_snapshot!(letter(0).text);
    let office = Closing::to_office(&view, "钟山区政务公开办公室").render().unwrap();
    insta::assert_snapshot!(office.text);
    // Nothing was posted for anybody in December: no unit gets a notice that says nothing.
    let empty = LedgerView { month: "2026-12".parse().unwrap(), ..view };
    assert!(Closing::to_unit(&empty, "办", &units[0], stands, "").is_none());
}
