//! Workbooks in and out: what office programs make of cells, what attackers make of archives, and rubbish.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{Cursor, Write};

use model::Points;
use proptest::prelude::*;
use sheets::write::{About, Form, Heading, Kind, Out};
use sheets::{Cell, Column, Limits, Sheet, SheetError, Table, Value, read};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// An archive of these parts.
fn archive(parts: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const TYPES: &[u8] =
    br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const RELS: &[u8] = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK_RELS: &[u8] = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
/// Style 1 is a date.
const STYLES: &[u8] = br#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

fn workbook(properties: &str) -> String {
    format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{properties}<sheets><sheet name="登记" sheetId="1" r:id="r1"/></sheets></workbook>"#
    )
}

/// The parts of a workbook with one sheet.
fn parts(properties: &str, data: &str, strings: &str, method: CompressionMethod) -> Vec<u8> {
    let sheet =
        format!(r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{data}</worksheet>"#);
    archive(
        &[
            ("[Content_Types].xml", TYPES),
            ("_rels/.rels", RELS),
            ("xl/workbook.xml", workbook(properties).as_bytes()),
            ("xl/_rels/workbook.xml.rels", BOOK_RELS),
            ("xl/styles.xml", STYLES),
            ("xl/sharedStrings.xml", strings.as_bytes()),
            ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ],
        method,
    )
}

fn strings(all: &[&str]) -> String {
    let items: String = all.iter().map(|s| format!("<si><t>{s}</t></si>")).collect();
    format!(
        r#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="{}">{items}</sst>"#,
        all.len()
    )
}

fn xlsx(properties: &str, data: &str, shared: &[&str]) -> Vec<u8> {
    parts(properties, data, &strings(shared), CompressionMethod::Deflated)
}

fn one(bytes: &[u8]) -> Sheet {
    read("x", bytes, &Limits::default()).unwrap().remove(0)
}

fn cells(sheet: &Sheet) -> Vec<(String, String)> {
    let held = sheet.rows.iter().flat_map(|r| &r.cells).filter(|c| !c.is_empty());
    held.map(|c| (c.at.to_string(), c.text())).collect()
}

fn at<'a>(sheet: &'a Sheet, place: &str) -> &'a Cell {
    let wanted = format!("「登记」!{place}");
    sheet.rows.iter().flat_map(|r| &r.cells).find(|c| c.at.to_string() == wanted).unwrap()
}

#[test]
fn cells_keep_their_places_and_kinds() {
    let data = r##"<sheetData>
        <row r="2"><c r="B2" t="s"><v>0</v></c><c r="D2"><v>3</v></c><c r="E2" s="1"><v>46082</v></c><c r="F2"><v>46082</v></c></row>
        <row r="5"><c r="A5" t="b"><v>1</v></c><c r="B5" t="e"><v>#REF!</v></c><c r="C5"><f>D2*2</f><v>6</v></c><c r="D5"><f>D2</f></c>
          <c r="E5" t="inlineStr"><is><t>　内联 </t></is></c><c r="F5"><v>0.30000000000000004</v></c><c r="G5" s="1"><v>46082.5</v></c><c r="H5" s="1"><v>0.5</v></c></row>
        </sheetData>"##;
    let sheet = one(&xlsx("", data, &["教育局"]));
    assert_eq!(sheet.rows.iter().map(|r| r.number).collect::<Vec<_>>(), [2, 5]);
    assert_eq!(at(&sheet, "B2").text(), "教育局");
    assert_eq!(at(&sheet, "C2").value, Value::Empty);
    assert_eq!(at(&sheet, "D2").whole(), Some(3));
    let day = "2026-03-01".parse().ok();
    assert_eq!((at(&sheet, "E2").day(), at(&sheet, "E2").text()), (day, "2026-03-01".to_owned()));
    assert_eq!((at(&sheet, "F2").day(), at(&sheet, "F2").text()), (day, "46082".to_owned()));
    assert_eq!(at(&sheet, "A5").yes(), Some(true));
    assert_eq!(at(&sheet, "B5").value, Value::Error("#REF!".to_owned()));
    assert_eq!((at(&sheet, "C5").formula, at(&sheet, "C5").whole()), (true, Some(6)));
    assert_eq!((at(&sheet, "D5").formula, at(&sheet, "D5").is_empty()), (true, true));
    assert_eq!(at(&sheet, "E5").text(), "内联");
    assert_eq!(at(&sheet, "F5").points(), "0.3".parse().ok());
    assert_eq!((at(&sheet, "G5").day(), at(&sheet, "G5").text()), (day, "2026-03-01 12:00".to_owned()));
    assert_eq!((at(&sheet, "H5").day(), at(&sheet, "H5").text()), (None, "0.5".to_owned()));
}

#[test]
fn a_workbook_of_the_other_calendar_counts_from_1904() {
    let data = r#"<sheetData><row r="1"><c r="A1" s="1"><v>44620</v></c><c r="B1"><v>44620</v></c></row></sheetData>"#;
    let sheet = one(&xlsx(r#"<workbookPr date1904="1"/>"#, data, &[]));
    let day = "2026-03-01".parse().ok();
    assert_eq!((at(&sheet, "A1").day(), at(&sheet, "B1").day()), (day, day));
}

#[test]
fn every_cell_of_a_merged_range_shows_what_the_range_shows() {
    let data = r#"<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row></sheetData>
        <mergeCells count="1"><mergeCell ref="A1:A3"/></mergeCells>"#;
    let sheet = one(&xlsx("", data, &["教育局"]));
    let texts: Vec<String> = ["A1", "A2", "A3"].map(|p| at(&sheet, p).text()).into();
    assert_eq!(texts, ["教育局"; 3]);
    assert_eq!((at(&sheet, "A1").merged, at(&sheet, "A3").merged), (None, Some((1, 0))));
}

#[test]
fn old_locked_and_other_files_are_told_apart() {
    let err = |bytes: &[u8]| read("x", bytes, &Limits::default()).unwrap_err();
    assert_eq!(err(b""), SheetError::Empty);
    assert_eq!(err(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), SheetError::OldOrLocked);
    assert_eq!(err(b"%PDF-1.7 text"), SheetError::Unknown);
    assert!(matches!(err(b"PK\x03\x04 but then nothing"), SheetError::Broken(_)));
    assert!(matches!(
        err(&archive(&[("a.txt", b"x")], CompressionMethod::Stored)),
        SheetError::Unknown | SheetError::Broken(_)
    ));
}

#[test]
fn archives_that_unpack_to_more_than_we_take_are_refused() {
    let zeros = vec![0u8; 3 << 20];
    let bomb = archive(&[("xl/workbook.xml", &zeros), ("b", &zeros)], CompressionMethod::Deflated);
    assert!(bomb.len() < 20_000);
    let limits = Limits { unpacked: 4 << 20, ..Limits::default() };
    let said = read("x", &bomb, &limits).unwrap_err().to_string();
    assert!(said.starts_with("工作簿解压后的大小超过上限"), "{said}");
    let many: Vec<String> = (0..40).map(|n| format!("p{n}")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|n| (n.as_str(), &b""[..])).collect();
    let limits = Limits { parts: 30, ..Limits::default() };
    let said = read("x", &archive(&many, CompressionMethod::Stored), &limits).unwrap_err().to_string();
    assert!(said.starts_with("工作簿内的文件超过上限"), "{said}");
    assert!(read("x", &bomb, &Limits { bytes: 100, ..Limits::default() }).is_err());
}

#[test]
fn promises_and_far_corners_take_no_memory() {
    let lie = r#"<sst uniqueCount="999999999999999"><si><t>a</t></si></sst>"#;
    let book = parts("", "<sheetData/>", lie, CompressionMethod::Deflated);
    assert!(matches!(read("x", &book, &Limits::default()), Err(SheetError::Broken(_))));

    let said =
        |data: &str, shared: &[&str]| read("x", &xlsx("", data, shared), &Limits::default()).unwrap_err().to_string();
    let corner = r#"<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>"#;
    assert!(said(corner, &[]).starts_with("「登记」有内容的行数超过上限"));
    let all = r#"<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>"#;
    assert!(said(all, &[]).contains("超过上限"));
    let index = r#"<sheetData><row r="1"><c r="A1"><f t="shared" si="4000000000" ref="A1:A2">B1</f><v>1</v></c></row></sheetData>"#;
    assert!(at(&one(&xlsx("", index, &[])), "A1").formula);
    // One long string, shown by many cells.
    let long = "字".repeat(30_000);
    let rows: String = (1..=900).map(|n| format!(r#"<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>"#)).collect();
    assert!(said(&format!("<sheetData>{rows}</sheetData>"), &[&long]).starts_with("全部文字超过上限"));
}

#[test]
fn empty_cells_with_formats_are_no_rows() {
    let rows: String =
        (1..=200).map(|n| format!(r#"<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}" s="1"/></row>"#)).collect();
    assert!(one(&xlsx("", &format!("<sheetData>{rows}</sheetData>"), &[])).rows.is_empty());
}

fn form() -> Form {
    let heading =
        |name: &str, kind: Kind, required| Heading { name: name.into(), kind, required, hint: format!("填写{name}") };
    Form {
        name: "登记".into(),
        above: vec![("本登记截至".into(), Out::Date("2026-03-31".parse().unwrap()), "可不填".into())],
        headings: vec![
            heading("序号", Kind::Text, false),
            heading("单位", Kind::Choice((1..=60).map(|n| format!("第{n}单位办公室")).collect()), true),
            heading("日期", Kind::Date, true),
            heading("次数", Kind::Number, false),
            heading("分值", Kind::Number, false),
            heading("说明", Kind::Text, true),
        ],
        examples: vec![vec![
            Out::Empty,
            Out::text("示例单位"),
            Out::Date("2026-01-05".parse().unwrap()),
            Out::Whole(1),
            Out::Empty,
            Out::text("例"),
        ]],
        rows: vec![
            vec![
                Out::Whole(7),
                Out::text("第3单位办公室"),
                Out::Date("2026-03-01".parse().unwrap()),
                Out::Whole(2),
                Out::Points("-0.5".parse::<Points>().unwrap()),
                Out::text("=HYPERLINK(\"http://x\")，一"),
            ],
            vec![
                Out::Whole(8),
                Out::text("第4单位办公室"),
                Out::Date("2026-12-31".parse().unwrap()),
                Out::Empty,
                Out::Empty,
                Out::text("001\n第二行 \"引\""),
            ],
        ],
    }
}

const COLUMNS: [Column; 6] = [
    Column { name: "序号", also: &[], required: false },
    Column { name: "单位", also: &[], required: true },
    Column { name: "日期", also: &[], required: true },
    Column { name: "次数", also: &[], required: false },
    Column { name: "分值", also: &[], required: false },
    Column { name: "说明", also: &[], required: true },
];

#[test]
fn what_is_written_reads_back_the_same_from_both_formats() {
    let about = About {
        title: "登记".into(),
        notes: vec![("用法".into(), "逐行填写".into())],
        made_at: "2026-04-01T00:00:00Z".parse().unwrap(),
    };
    let workbook = sheets::write::xlsx(&[form()], &about).unwrap();
    assert_eq!(workbook, sheets::write::xlsx(&[form()], &about).unwrap(), "the same again is the same bytes");
    let book = read("登记", &workbook, &Limits::default()).unwrap();
    assert_eq!(book.iter().map(|s| &*s.name).collect::<Vec<_>>(), ["登记", "说明", "选项"]);
    assert!(Table::find(&book[1], &COLUMNS).unwrap().is_none());
    assert!(Table::find(&book[2], &COLUMNS).unwrap().is_none());
    for sheet in [&book[0], &one(sheets::write::csv(&form()).as_bytes())] {
        let table = Table::find(sheet, &COLUMNS).unwrap().unwrap();
        assert_eq!(table.above("本登记截至").unwrap().day(), "2026-03-31".parse().ok());
        assert_eq!((table.examples.len(), table.records.len(), table.unknown.len()), (1, 2, 0));
        for (record, row) in table.records.iter().zip(form().rows) {
            let cell = |name: &str| table.cell(record, name);
            let Out::Date(day) = row[2] else { panic!() };
            assert_eq!(cell("日期").day(), Some(day));
            assert_eq!(Out::text(cell("说明").text()), row[5]);
            assert_eq!(cell("次数").whole().map_or(Out::Empty, |n| Out::Whole(n.into())), row[3]);
            assert_eq!(cell("分值").points().map_or(Out::Empty, Out::Points), row[4]);
            assert!(!cell("说明").formula);
        }
    }
}

#[test]
fn no_cell_of_a_csv_file_begins_like_a_formula() {
    let text = sheets::write::csv(&form());
    assert!(text.contains(r#"'=HYPERLINK"#), "{text}");
    assert!(!text.contains(",=") && !text.contains(",\"="), "{text}");
}

fn busy() -> Vec<u8> {
    let data = r#"<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>46082</v></c></row><row r="2"><c r="A2"><f t="shared" si="0" ref="A2:A3">B1</f><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:A2"/></mergeCells>"#;
    parts("", data, &strings(&["教育局"]), CompressionMethod::Stored)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn rubbish_is_an_error_or_cells_but_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), head in 0usize..4) {
        let heads: [&[u8]; 4] = [b"", b"PK\x03\x04", b"\xef\xbb\xbf", b"\xff\xfe"];
        let _ = read("x", &[heads[head], &bytes].concat(), &Limits::default());
    }

    #[test]
    fn any_text_gives_rows_with_addresses_in_order(text in "[a-z,\"\n\r;\t' =单位　]{0,200}") {
        if let Ok(book) = read("x", text.as_bytes(), &Limits::default()) {
            let numbers: Vec<u32> = book[0].rows.iter().map(|r| r.number).collect();
            prop_assert!(numbers.is_sorted());
            prop_assert!(cells(&book[0]).iter().all(|(at, text)| at.starts_with("「x」!") && !text.is_empty()));
        }
    }

    // The parts are stored as they are, so that a changed byte changes the markup and not only a checksum: that one is
    // put right by packing again.
    #[test]
    fn a_workbook_with_changed_markup_never_panics(spots in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let plain = busy();
        let mut zip = zip::ZipArchive::new(Cursor::new(plain)).unwrap();
        let mut all = Vec::new();
        for n in 0..zip.len() {
            let mut file = zip.by_index(n).unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
            all.push((file.name().unwrap().into_owned(), bytes));
        }
        for (index, byte) in &spots {
            let total: usize = all.iter().map(|(_, b)| b.len()).sum();
            let mut spot = index.index(total);
            for (_, bytes) in &mut all {
                if spot < bytes.len() {
                    bytes[spot] = *byte;
                    break;
                }
                spot -= bytes.len();
            }
        }
        let parts: Vec<(&str, &[u8])> = all.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
        let _ = read("x", &archive(&parts, CompressionMethod::Stored), &Limits::default());
    }

    #[test]
    fn a_workbook_with_changed_bytes_never_panics(index in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut bytes = busy();
        let at = index.index(bytes.len());
        bytes[at] = byte;
        let _ = read("x", &bytes, &Limits::default());
        bytes.truncate(cut.index(bytes.len()));
        let _ = read("x", &bytes, &Limits::default());
    }
}
