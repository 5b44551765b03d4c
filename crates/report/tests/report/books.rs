//! The ledger as workbook, CSV and JSON.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use model::{LedgerLine, LineSource, NewLine, Zone};
use report::ledger::Summary;
use report::ledger::{COLUMNS, LedgerView, csv, json, xlsx};

use crate::support::*;

fn lines() -> Vec<LedgerLine> {
    let mut all: Vec<NewLine> = vec![
        line("jyj", "B1.1", "-3", LineSource::Finding(12), "工作动态未更新"),
        line("dwz", "C1.1", "-2", LineSource::Finding(13), "公众号未更新"),
        line("jyj", "C1.1", "0.5", LineSource::Register(4), "半分"),
        line("jyj", "B1.1", "3", LineSource::ReversalOf(1), "红冲第1号"),
        line("dwz", "E1.1", "0", LineSource::Register(5), "一票否决"),
        line("jyj", "Z9", "-1", LineSource::Register(6), "细则之外"),
    ];
    all.extend(HOSTILE.iter().zip(20..).map(|(t, n)| line("jyj", "E2.2", "-1", LineSource::Register(n), t)));
    let mut next = line("jyj", "B1.1", "-3", LineSource::Finding(99), "下月");
    next.month = next.month.next();
    all.push(next);
    posted(all)
}

/// The month of the tests, made from `lines`.
fn with<T>(lines: &[LedgerLine], f: impl FnOnce(&LedgerView<'_>) -> T) -> T {
    let (book, mut units) = (book(), units());
    units[0].name = "=大湾镇".into();
    f(&LedgerView {
        district: "钟山区",
        month: "2026-10".parse().unwrap(),
        lines,
        units: &units,
        rulebook: &book,
        zone: Zone::SHANGHAI,
        made_at: at("2026-11-05T00:00:00Z"),
    })
}

fn open(bytes: &[u8]) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes.to_vec())).unwrap()
}

fn sheet(bytes: &[u8], name: &str) -> Vec<Vec<Data>> {
    open(bytes).worksheet_range(name).unwrap().rows().map(<[Data]>::to_vec).collect()
}

#[test]
fn the_workbook_has_its_sheets_and_chinese_headers() {
    let bytes = with(&lines(), |v| xlsx(v).unwrap());
    let groups = ["B 重点领域信息公开", "C 政务新媒体运维", "E 政府网站", "_ 细则中没有的指标"];
    assert_eq!(open(&bytes).sheet_names(), [&["明细", "汇总"][..], &groups, &["说明"]].concat());
    // Each line of the month stands in the sheet of one group, with its hash; the sums of the sheets are the whole sum.
    let own: Vec<Vec<Data>> = groups.iter().flat_map(|g| sheet(&bytes, g)[1..].to_vec()).collect();
    let whole = sheet(&bytes, "明细");
    let (sums, own): (Vec<_>, Vec<_>) = own.into_iter().partition(|r| r[0] == *"合计");
    assert_eq!((sums.len(), own.len()), (4, whole.len() - 2));
    assert!(own.iter().all(|r| whole.contains(r) && r[13].to_string().len() == 64));
    let head: Vec<String> = sheet(&bytes, "明细")[0].iter().map(ToString::to_string).collect();
    assert_eq!(head, COLUMNS);
    let head: Vec<String> = sheet(&bytes, "汇总")[0].iter().map(ToString::to_string).collect();
    assert_eq!(
        head,
        [
            "单位编号",
            "单位",
            "B 重点领域信息公开",
            "C 政务新媒体运维",
            "E 政府网站",
            "? 细则中没有的指标",
            "行数",
            "合计"
        ]
    );
}

#[test]
fn values_are_numbers_and_the_totals_are_right() {
    let bytes = with(&lines(), |v| xlsx(v).unwrap());
    let details = sheet(&bytes, "明细");
    // Header, eleven lines of the month, the sum; the line of the next month is not here.
    assert_eq!(details.len(), 13);
    assert_eq!(details[3][6], Data::Float(0.5));
    assert_eq!(details[1][0], Data::Float(1.0));
    let points = |r: &Vec<Data>| if let Data::Float(x) = r[6] { x } else { panic!("{:?}", r[6]) };
    let sum: f64 = details[1..12].iter().map(points).sum();
    assert_eq!((details[12][0].to_string().as_str(), points(&details[12])), ("合计", sum));
    assert_eq!(sum, -7.5);

    let summary = sheet(&bytes, "汇总");
    let figures = |r: &[Data]| r[2..].iter().map(|c| c.to_string().parse::<f64>().unwrap()).collect::<Vec<_>>();
    assert_eq!(figures(&summary[1]), [0.0, -2.0, 0.0, 0.0, 2.0, -2.0]);
    assert_eq!(figures(&summary[2]), [0.0, 0.5, -5.0, -1.0, 9.0, -5.5]);
    assert_eq!(summary[3][1].to_string(), "合计");
    assert_eq!(figures(&summary[3]), [0.0, -1.5, -5.0, -1.0, 11.0, -7.5]);
}

#[test]
fn hostile_text_is_a_string_and_never_a_formula() {
    let bytes = with(&lines(), |v| xlsx(v).unwrap());
    let mut book = open(&bytes);
    for name in ["明细", "汇总", "E 政府网站", "说明"] {
        let formulas = book.worksheet_formula(name).unwrap();
        assert!(formulas.rows().flatten().all(String::is_empty), "{name}");
    }
    let details = sheet(&bytes, "明细");
    assert_eq!(details[8][11], Data::String("=HYPERLINK(\"http://evil.example\",\"点我\")".into()));
    assert_eq!(details[2][2], Data::String("=大湾镇".into()));
    for text in details.iter().flatten().filter_map(|c| if let Data::String(s) = c { Some(s) } else { None }) {
        assert!(!text.chars().any(|c| c.is_control() || c == '\u{202E}'), "{text:?}");
    }
}

#[test]
fn the_notes_name_schema_month_and_the_last_hash() {
    let all = lines();
    let bytes = with(&all, |v| xlsx(v).unwrap());
    let notes = sheet(&bytes, "说明");
    let value = |name: &str| notes.iter().find(|r| r[0] == *name).unwrap()[1].to_string();
    assert_eq!((value("表格版本"), value("月份")), ("2".into(), "2026-10".into()));
    assert_eq!(value("末行指纹"), all[10].hash);
    assert_eq!(value("制表时间"), "2026-11-05 08:00:00");
}

#[test]
fn the_same_ledger_gives_the_same_bytes() {
    let all = lines();
    let mut turned = all.clone();
    turned.reverse();
    let make = |l: &[LedgerLine]| with(l, |v| (xlsx(v).unwrap(), csv(v).unwrap(), json(v).unwrap()));
    assert_eq!(make(&all), make(&turned));
    let later = with(&all, |v| xlsx(&LedgerView { made_at: at("2026-11-05T00:00:01Z"), ..*v }).unwrap());
    assert_ne!(make(&all).0, later, "the time in the document is the argument");
}

#[test]
fn a_month_without_lines_is_a_workbook_too() {
    let bytes = with(&[], |v| xlsx(v).unwrap());
    assert_eq!(sheet(&bytes, "明细").len(), 2);
    assert_eq!(sheet(&bytes, "汇总").len(), 4);
    assert!(sheet(&bytes, "说明").iter().any(|r| r[1] == *"本月没有入账行"));
}

#[test]
fn csv_is_marked_as_utf8_and_no_cell_is_a_formula() {
    let text = with(&lines(), |v| csv(v).unwrap());
    assert!(text.starts_with("\u{FEFF}序号,单位编号,"));
    assert!(text.ends_with("\r\n"));
    let mut reader = ::csv::Reader::from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
    let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 11);
    for row in &rows {
        for (n, cell) in row.iter().enumerate().filter(|(n, _)| *n != 6) {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{n}: {cell:?}");
        }
    }
    assert_eq!((&rows[0][6], &rows[2][6], &rows[1][2]), ("-3", "0.5", "'=大湾镇"));
    assert_eq!(&rows[7][11], "'=HYPERLINK(\"http://evil.example\",\"点我\")");
}

#[test]
fn json_keeps_each_line_whole() {
    let all = lines();
    let text = with(&all, |v| json(v).unwrap());
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((value["schema"].as_u64(), value["total"].as_f64()), (Some(2), Some(-7.5)));
    assert_eq!(value["units"]["dwz"].as_i64(), Some(-2));
    assert_eq!(value["head"].as_str(), Some(all[10].hash.as_str()));
    let back: Vec<LedgerLine> = serde_json::from_value(value["lines"].clone()).unwrap();
    assert_eq!(back, all[..11]);
}

#[test]
fn the_summary_puts_a_veto_into_the_group_that_it_zeroes() {
    let all = posted(vec![line("jyj", "E1.1", "0", LineSource::Register(5), "一票否决")]);
    let summary = with(&all, Summary::of);
    assert_eq!(summary.groups.len(), 3);
    assert_eq!((summary.total.lines, summary.total.total), (1, p("0")));
}
