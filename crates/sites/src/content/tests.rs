use model::Source;

use super::{Content, content};
use crate::{Input, ReadAs};

fn of(body: &str) -> Content {
    let page = format!(
        "<html><head><title>关于开学的通知</title><meta name='ArticleTitle' content='关于开学的通知'>\
         <meta name='PubDate' content='2026-03-01'></head><body>{body}</body></html>"
    );
    let input = Input {
        bytes: page.as_bytes(),
        url: "https://example.gov.cn/xxgk/t1.html",
        content_type: None,
        read_as: ReadAs::Article,
        source: &Source::Auto,
        today: "2026-03-12".parse().unwrap(),
    };
    content(&input).unwrap()
}

#[test]
fn a_page_without_named_parts_loses_its_frame_and_keeps_its_text() {
    let got = of(
        "<div class='topnav'><a href='/'>首页</a> 全国统一热线12345</div><div><div class='w'><h1>关于开学的通知</h1>\
         <p>各学校请按照要求做好开学准备工作，认真落实安全检查。<br>学校名单附后，请各单位对照执行，不得延误。</p></div></div>\
         <footer>主办 电话13800138000</footer><div class='page-footer'>联系电话0858</div>",
    );
    let text = got.paragraphs.join("|");
    assert!(text.contains("安全检查。|学校名单附后"), "{text}");
    assert!(!text.contains("电话") && !text.contains("12345"), "{text}");
}

#[test]
fn merged_cells_stand_in_each_place_that_they_cover() {
    let got = of("<div class='TRS_Editor'><p>各学校请按照要求做好开学准备。</p><table>\
         <tr><th rowspan=2>项目</th><th colspan=2>数量</th></tr><tr><td><p>新收</p></td><td>结转&nbsp;</td></tr>\
         <tr><td>申请</td><td>3</td><td>4</td></tr></table></div>");
    let rows = &got.tables[0].rows;
    assert_eq!(rows[0], ["项目", "数量", "数量"]);
    assert_eq!(rows[1], ["项目", "新收", "结转"]);
    assert_eq!(rows[2], ["申请", "3", "4"]);
    assert!(!got.paragraphs.join("").contains("新收"), "what stands in the table is told there");
}

#[test]
fn a_table_that_only_lays_out_the_page_is_no_table() {
    let got = of("<table><tr><td>左</td><td><p>各学校请按照要求做好开学准备工作，认真落实安全检查。</p>\
         <table><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table></td></tr></table>");
    assert_eq!(got.tables.len(), 1);
    assert_eq!(got.tables[0].rows, [["甲", "1"], ["乙", "2"]]);
    assert!(got.paragraphs.join("").contains("安全检查"));
}

#[test]
fn pictures_films_and_charts_are_told_from_icons() {
    let got = of("<div id='zoom'><p>一图读懂义务教育招生政策解读内容。</p><img src='./P1.jpg' width=800>\
         <img src='/images/icon_pdf.png'><img src='s.png' width='16'><video src='a.mp4'></video>\
         <a href='f.pdf'>附件</a><iframe src='https://h5.example.cn/x'></iframe>\
         <script>var c = echarts.init(document.getElementById('m'));</script></div>");
    assert_eq!(got.images, ["https://example.gov.cn/xxgk/P1.jpg"]);
    assert_eq!((got.videos, got.charts, got.frames.len()), (1, 1, 1));
    assert_eq!(got.links, [("附件".to_owned(), "https://example.gov.cn/xxgk/f.pdf".to_owned())]);
}

#[test]
fn spans_without_measure_and_deep_tables_stay_within_bounds() {
    let wide = "<tr><td colspan=99999 rowspan=99999>x</td></tr>".repeat(3_000);
    let deep = "<table><tr><td>".repeat(2_000);
    let got = of(&format!("<div id='zoom'><p>各学校请按照要求做好开学准备工作。</p><table>{wide}</table>{deep}</div>"));
    assert!(got.tables.iter().all(|t| t.rows.len() <= 2_000 && t.rows.iter().all(|r| r.len() <= 64)));
}
