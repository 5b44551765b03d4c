use super::Report;
use crate::{Hint, Page};

use super::tables::Cell;

/// The numbers of a small table 3: (row, seven cells).
const ROWS: [(&str, &str, [u64; 7]); 24] = [
    ("一、本年新收政府信息公开申请数量", "", [12, 2, 0, 0, 1, 0, 15]),
    ("二、上年结转政府信息公开申请数量", "", [1, 0, 0, 0, 0, 0, 1]),
    ("（一）予以公开", "", [5, 1, 0, 0, 1, 0, 7]),
    ("（二）部分公开", "", [1, 0, 0, 0, 0, 0, 1]),
    ("（三）不予公开", "1.属于国家秘密", [0, 0, 0, 0, 0, 0, 0]),
    ("（三）不予公开", "2.其他法律行政法规禁止公开", [0, 0, 0, 0, 0, 0, 0]),
    ("（三）不予公开", "3.危及“三安全一稳定”", [0, 0, 0, 0, 0, 0, 0]),
    ("（三）不予公开", "4.保护第三方合法权益", [1, 0, 0, 0, 0, 0, 1]),
    ("（三）不予公开", "5.属于三类内部事务信息", [0, 0, 0, 0, 0, 0, 0]),
    ("（三）不予公开", "6.属于四类过程性信息", [0, 0, 0, 0, 0, 0, 0]),
    ("（三）不予公开", "7.属于行政执法案卷", [0, 0, 0, 0, 0, 0, 0]),
    ("（三）不予公开", "8.属于行政查询事项", [0, 0, 0, 0, 0, 0, 0]),
    ("（四）无法提供", "1.本机关不掌握相关政府信息", [2, 1, 0, 0, 0, 0, 3]),
    ("（四）无法提供", "2.没有现成信息需要另行制作", [0, 0, 0, 0, 0, 0, 0]),
    ("（四）无法提供", "3.补正后申请内容仍不明确", [0, 0, 0, 0, 0, 0, 0]),
    ("（五）不予处理", "1.信访举报投诉类申请", [1, 0, 0, 0, 0, 0, 1]),
    ("（五）不予处理", "2.重复申请", [0, 0, 0, 0, 0, 0, 0]),
    ("（五）不予处理", "3.要求提供公开出版物", [0, 0, 0, 0, 0, 0, 0]),
    ("（五）不予处理", "4.无正当理由大量反复申请", [0, 0, 0, 0, 0, 0, 0]),
    ("（五）不予处理", "5.要求行政机关确认或重新出具已获取信息", [0, 0, 0, 0, 0, 0, 0]),
    ("（六）其他处理", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", [0, 0, 0, 0, 0, 0, 0]),
    ("（六）其他处理", "2.申请人逾期未按收费通知要求缴纳费用", [0, 0, 0, 0, 0, 0, 0]),
    ("（六）其他处理", "3.其他", [1, 0, 0, 0, 0, 0, 1]),
    ("（七）总计", "（七）总计", [11, 2, 0, 0, 1, 0, 14]),
];
const NEXT: [u64; 7] = [2, 0, 0, 0, 0, 0, 2];

fn text(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|c| (*c).to_owned()).collect()
}

fn table_three() -> Vec<Vec<String>> {
    let mut grid = vec![
        text(&["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"; 3]),
        text(&["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"; 3]),
    ];
    let people = ["申请人情况"; 7];
    grid[0].extend(text(&people));
    grid[1].extend(text(&["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]));
    let row = |a: &str, b: &str, c: &str, n: &[u64; 7]| {
        let mut row = text(&[a, b, c]);
        row.extend(n.iter().map(ToString::to_string));
        row
    };
    for (i, (name, inner, n)) in ROWS.iter().enumerate() {
        let inner = if inner.is_empty() { name } else { inner };
        grid.push(if i < 2 { row(name, name, name, n) } else { row("三、本年度办理结果", name, inner, n) });
    }
    grid.push(row("四、结转下年度继续办理", "四、结转下年度继续办理", "四、结转下年度继续办理", &NEXT));
    grid
}

fn table_four() -> Vec<Vec<String>> {
    let names = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"];
    let mut top = text(&["行政复议"; 5]);
    top.extend(text(&["行政诉讼"; 10]));
    let mut second = text(&["行政复议"; 5]);
    second.extend(text(&["未经复议直接起诉"; 5]));
    second.extend(text(&["复议后起诉"; 5]));
    let head = names.iter().cycle().take(15).map(|n| (*n).to_owned()).collect();
    vec![top, second, head, text(&["1", "0", "0", "1", "2", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0"])]
}

fn table_two() -> Vec<Vec<String>> {
    vec![
        text(&["第二十条第（一）项"; 4]),
        text(&["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]),
        text(&["规章", "0", "0", "0"]),
        text(&["行政规范性文件", "1", "2", "9"]),
    ]
}

fn report() -> Page {
    let paragraphs = [
        "根据《中华人民共和国政府信息公开条例》编制本报告。本报告所列数据的统计期限自2025年1月1日起至2025年12月31日止。",
        "一、总体情况",
        "2025年，我局认真落实政务公开要求，全年收到政府信息公开申请15件，发生行政复议2件，主动公开信息三百余条，群众满意度有所提升。",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "一是公开深度不够，解读形式较为单一；二是队伍不够稳定。下一步将加强培训，丰富解读形式，建立会商机制。",
        "六、其他需要报告的事项",
        "本年度未收取信息处理费，无其他需要报告的事项。",
    ];
    Page {
        title: "钟山区教育局2025年政府信息公开工作年度报告".into(),
        paragraphs: paragraphs
            .iter()
            .map(|p| (*p).to_owned())
            .chain(["我局持续推进政务公开标准化规范化建设。".repeat(8)])
            .collect(),
        tables: vec![table_two(), table_three(), table_four()],
        ..Page::default()
    }
}

fn marks(hints: &[Hint]) -> Vec<&str> {
    hints.iter().flat_map(|h| h.quotes.iter().map(|q| q.mark.as_str())).collect()
}

fn mistakes(page: &Page) -> Vec<String> {
    marks(&Report::read(page).unwrap().mistakes()).into_iter().map(str::to_owned).collect()
}

#[test]
fn a_right_report_raises_nothing() {
    let read = Report::read(&report()).unwrap();
    assert_eq!(read.unreadable(), Vec::<String>::new());
    assert!(read.requests.as_ref().unwrap().complete);
    assert_eq!(read.missing_sections(), None);
    assert_eq!(read.mistakes(), []);
}

#[test]
fn each_sum_that_does_not_come_out_is_named() {
    let mut page = report();
    page.tables[1][2][3] = "13".into();
    assert_eq!(mistakes(&page), ["C1:0", "C3:0"]);

    let mut page = report();
    page.tables[1][4][3] = "4".into();
    page.tables[1][4][9] = "6".into();
    assert_eq!(mistakes(&page), ["C2:0", "C2:6"]);

    let mut page = report();
    page.tables[2][3][0] = "2".into();
    assert_eq!(mistakes(&page), ["C4:行政复议"]);

    let mut page = report();
    page.tables[1][6][3] = "0.5".into();
    assert_eq!(mistakes(&page), ["C10:4:0.5"], "sums over it cannot be formed");
}

#[test]
fn strokes_and_empty_cells_count_as_nought_and_many_are_told() {
    let mut page = report();
    for row in &mut page.tables[1][6..12] {
        for cell in row.iter_mut().skip(4).take(2) {
            *cell = "/".into();
        }
    }
    assert_eq!(mistakes(&page), ["C8:3"]);
    assert_eq!(
        [Cell::of(" １，２３４ 件"), Cell::of("—"), Cell::of("12.0")],
        [Cell::Number(1234), Cell::Blank, Cell::Number(12)]
    );
}

#[test]
fn a_table_of_another_form_is_unreadable_and_no_mistake() {
    let mut page = report();
    page.tables[1][1][5] = "科研院所".into();
    page.tables[1][2][3] = "999".into();
    page.tables[2][2].swap(0, 1);
    let read = Report::read(&page).unwrap();
    assert_eq!(read.unreadable().len(), 2, "{:?}", read.unreadable());
    assert_eq!(read.mistakes(), []);

    let mut page = report();
    page.tables[1].remove(10);
    page.tables[1][5][3] = "7".into();
    let read = Report::read(&page).unwrap();
    assert!(!read.requests.as_ref().unwrap().complete, "a row is missing: its total proves nothing");
    assert!(!mistakes(&page).iter().any(|m| m.starts_with("C2")));
}

#[test]
fn missing_sections_are_named_whatever_the_numbering() {
    let mut page = report();
    page.paragraphs.retain(|p| !p.starts_with("六、") && !p.contains("其他需要报告的事项"));
    let hint = Report::read(&page).unwrap().missing_sections().unwrap();
    assert!(hint.summary.contains("其他需要报告的事项"), "{hint:?}");
    for numbers in [["第一部分 ", "第四部分 "], ["1.", "4."], ["（一）", "（四）"], ["", ""]] {
        let mut page = report();
        for (mark, new) in [("一、", numbers[0]), ("四、", numbers[1])] {
            for p in page.paragraphs.iter_mut().filter(|p| p.starts_with(mark)) {
                *p = p.replacen(mark, new, 1);
            }
        }
        assert_eq!(Report::read(&page).unwrap().missing_sections(), None, "{numbers:?}");
    }
}

#[test]
fn a_report_that_is_not_on_the_page_is_not_judged() {
    let page = Page { title: report().title, paragraphs: vec!["年度报告见附件。".into()], ..Page::default() };
    assert_eq!(Report::read(&page), None);
    let other = Page { title: "钟山区教育局2025年法治政府建设年度报告".into(), ..report() };
    assert_eq!(Report::read(&other), None);
    let mut odd = report();
    odd.paragraphs.retain(|p| !p.contains("、") || p.contains("一、总体"));
    odd.tables.clear();
    assert_eq!(Report::read(&odd).unwrap().missing_sections(), None, "one heading of six: not understood");
}

#[test]
fn the_period_the_order_and_empty_words_are_asked_about() {
    let mut page = report();
    page.paragraphs[0] =
        page.paragraphs[0].replace("2025年1月1日", "2024年1月1日").replace("2025年12月31日", "2024年12月31日");
    assert_eq!(mistakes(&page), ["C11"]);
    let mut page = report();
    page.paragraphs[7] = "无。".into();
    assert_eq!(mistakes(&page), ["C9:problems"]);
    let mut page = report();
    page.paragraphs.swap(3, 4);
    assert_eq!(mistakes(&page), ["C9:order"]);
    let mut page = report();
    page.paragraphs[2] = page.paragraphs[2].replace("申请15件", "申请25件");
    assert_eq!(mistakes(&page), ["C7:requests:25"]);
}

#[test]
fn the_years_must_follow_from_each_other() {
    let now = Report::read(&report()).unwrap();
    let mut page = report();
    page.title = page.title.replace("2025", "2024");
    assert_eq!(marks(&now.against(&Report::read(&page).unwrap())), ["C5:0", "C5:6", "C6:行政规范性文件"]);
    let right = |page: &mut Page| {
        page.tables[1][26][3] = "1".into();
        page.tables[1][26][9] = "1".into();
        page.tables[0][3][3] = "10".into();
    };
    right(&mut page);
    assert_eq!(now.against(&Report::read(&page).unwrap()), []);
    page.title = page.title.replace("2024", "2023");
    page.tables[0][3][3] = "99".into();
    assert_eq!(now.against(&Report::read(&page).unwrap()), [], "not the year before");
}

#[test]
fn names_of_other_places_are_quoted() {
    let mut page = report();
    page.paragraphs[7].push_str("宜宾市相关做法");
    let read = Report::read(&page).unwrap();
    assert!(read.foreign_places(&["宜宾".into(), "京山".into()]).unwrap().quotes[0].text.contains("宜宾市"));
    assert_eq!(read.foreign_places(&["京山".into()]), None);
}
