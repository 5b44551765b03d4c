//! Inputs made from what readers look for.

use std::fmt::Write;

use model::Day;

use crate::checks::today;
use crate::rng::Rng;

/// What readers look for, whole and in halves.
pub(crate) const PIECES: &[&str] = &[
    "<",
    ">",
    "\"",
    "'",
    "&",
    "&amp;",
    "&#x110000;",
    "&#20013;",
    "<a href=",
    "<a href='./202611/t20261120_1.html' title='关于'>",
    "</a>",
    "<li>",
    "</li>",
    "<ul>",
    "</ul>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<div>",
    "<div class=list>",
    "</div>",
    "<dl><dt>",
    "<dd>",
    "<p>",
    "<span>",
    "</span>",
    "<b>",
    "<font>",
    "<h1>",
    "<title>",
    "</title>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<script>",
    "</script>",
    "<style>",
    "<textarea>",
    "<select>",
    "<option>",
    "<template>",
    "<noscript>",
    "<iframe src=",
    "<frame src=a.html>",
    "<base href='::'>",
    "<meta http-equiv=refresh content='0;url=",
    "<meta name=PubDate content='",
    "<meta name=ArticleTitle content='",
    "<input type=password>",
    "2026-11-20",
    "2026年11月20日",
    "[11-20]",
    "20261120",
    "0000年00月",
    "99999999999999",
    "3天前",
    "昨天",
    "来源：",
    "发布时间：",
    "时间：",
    "作者：",
    "当前位置：",
    "下一页",
    "共5页",
    "1/5",
    "加载更多",
    "暂无信息",
    "页面不存在",
    "关于开展安全生产检查的通知",
    "createPageHTML(",
    "createPageHTML(4, 0, \"index\", \"html\")",
    "Pager({size:3, current:0, prefix:'index',suffix:'html'",
    "totalRecord:40,perPage:20",
    "document.cookie=",
    "location.href='/a'",
    "onclick=\"window.open('/a/1001.html')\"",
    "var str_1=\"./a/1001.html\";",
    "var str_2='2026-11-20';",
    "<record>",
    "</record>",
    "<recordset>",
    "<datastore>",
    "<item>",
    "</item>",
    "<entry>",
    "<pubDate>",
    "<rss version=\"2.0\">",
    "<channel>",
    "[{",
    "}]",
    "[",
    "{\"title\":",
    "\"url\":\"/1.html\",",
    "\"date\":",
    "cb(",
    "\\u4e2d",
    "\\",
    "\u{0}",
    "\u{202e}",
    "\u{feff}",
    "\u{a0}",
    "\u{3000}",
    "\t",
    "\n",
    "𠀀",
    "￥",
    "：",
    "…",
    "..",
];

/// Words of titles and units.
const WORDS: &[&str] = &[
    "关于", "开展", "安全", "生产", "检查", "会议", "召开", "全区", "教育", "民政", "通知", "公告", "推进", "落实",
    "工作", "培训", "乡村", "振兴", "防火", "宣传", "项目", "建设", "督查", "调研", "学习", "贯彻", "服务", "群众",
];

pub(crate) fn title(rng: &mut Rng) -> String {
    (0..rng.within(4, 12)).map(|_| rng.pick(WORDS)).collect()
}

/// Titles that differ from one another by their number.
pub(crate) fn titles(rng: &mut Rng, n: usize) -> Vec<String> {
    (0..n).map(|i| format!("{}第{}号{}", rng.pick(WORDS), i + 1, title(rng))).collect()
}

/// Days that fall or stay, the newest not after today.
pub(crate) fn days(rng: &mut Rng, n: usize) -> Vec<Day> {
    let mut ago = rng.below(900) as i64 + 1;
    let mut out = Vec::new();
    for _ in 0..n {
        out.push(model::calendar::shift(today(), -ago));
        ago += rng.below(9) as i64;
    }
    out
}

/// Something that is nearly a date.
pub(crate) fn date_like(rng: &mut Rng) -> String {
    let year = ["2026", "2025", "26", "0000", "1899", "20260", "２０２６", "二〇二六", "2026.", "-2026"];
    let separators = ["-", "/", ".", "年", "月", "日", " ", "", "－", "–", ":", "&nbsp;", "\t", "，"];
    let mut out = String::new();
    if !rng.once_in(3) {
        out.push_str(rng.pick(&year));
    }
    for _ in 0..rng.below(6) {
        out.push_str(rng.pick(&separators));
        match rng.below(3) {
            0 => write!(out, "{}", rng.below(40)).unwrap(),
            1 => write!(out, "{:02}", rng.below(14)).unwrap(),
            _ => write!(out, "{:03}", rng.below(999)).unwrap(),
        }
    }
    out.push_str(rng.pick(&["", "日", "号", " 10:20", " 25:61:99", "T08:00:00+08:00", " CST", "Z", "前", "天前"]));
    out
}

/// A day written so that nothing else can be meant.
pub(crate) fn clear_date(rng: &mut Rng, day: Day) -> String {
    let forms = [
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%Y.%m.%d",
        "%Y年%m月%d日",
        "%Y-%-m-%-d",
        "%Y年%-m月%-d日",
        "[%Y-%m-%d]",
        "（%Y-%m-%d）",
        "%Y-%m-%d 10:20",
        "%Y-%m-%d 10:20:30",
        "%Y - %m - %d",
        "&nbsp;%Y-%m-%d&nbsp;",
    ];
    let said = day.format(rng.pick(&forms)).to_string();
    let wide = |c: char| match c {
        '0'..='9' => char::from_u32(c as u32 - '0' as u32 + '０' as u32).unwrap_or(c),
        c => c,
    };
    if rng.once_in(12) && !said.contains('&') { said.chars().map(wide).collect() } else { said }
}

/// Markup of any shape: a tree that loses some of its end tags.
pub(crate) fn html(rng: &mut Rng) -> String {
    let mut out = String::new();
    let mut open: Vec<&str> = Vec::new();
    for _ in 0..rng.within(5, 250) {
        match rng.below(12) {
            0..=3 => {
                let tags =
                    ["div", "ul", "li", "table", "tr", "td", "dl", "dt", "dd", "p", "span", "a", "b", "h2", "form"];
                let tag = rng.pick(&tags);
                write!(out, "<{tag}{}>", attributes(rng)).unwrap();
                open.push(tag);
            }
            4..=6 => {
                if let Some(tag) = open.pop().filter(|_| !rng.once_in(6)) {
                    write!(out, "</{tag}>").unwrap();
                }
            }
            7 => write!(out, "<a href={}/t{}.html>{}</a>", rng.below(300), rng.below(9_999_999), title(rng)).unwrap(),
            8 => out.push_str(&date_like(rng)),
            9 => {
                let day = days(rng, 1)[0];
                out.push_str(&clear_date(rng, day));
            }
            10 => out.push_str(&title(rng)),
            _ => out.push_str(rng.pick(PIECES)),
        }
    }
    out
}

fn attributes(rng: &mut Rng) -> String {
    let of = [
        " class=list",
        " class='page'",
        " class=\"news_list\"",
        " class=Next",
        " class=tit",
        " id=line_u1_0",
        " id=js_content",
        " href=/a/10",
        " href='javascript:;'",
        " title='关于…'",
        " onclick=\"location.href='/x/1001.html'\"",
        " style='display:none'",
        " =",
        " a='",
    ];
    (0..rng.below(3)).map(|_| rng.pick(&of)).collect()
}

/// Pieces in a row.
pub(crate) fn soup(rng: &mut Rng) -> String {
    (0..rng.within(1, 200)).map(|_| rng.pick(PIECES)).collect()
}

/// JSON of any shape with the keys that lists have.
pub(crate) fn json(rng: &mut Rng, depth: usize) -> serde_json::Value {
    use serde_json::{Map, Value};
    let keys =
        ["title", "url", "date", "pubDate", "list", "rows", "data", "items", "item", "articles", "total", "content"];
    match rng.below(if depth == 0 { 6 } else { 9 }) {
        0 => Value::Null,
        1 => Value::from(rng.next() as i64 >> rng.below(60)),
        2 => Value::from(rng.next() as f64 / 1e5),
        3 => Value::from(date_like(rng)),
        4 => Value::from(title(rng)),
        5 => Value::from(rng.pick(PIECES)),
        6 => Value::Array((0..rng.below(6)).map(|_| json(rng, depth - 1)).collect()),
        _ => {
            let fields = (0..rng.below(6)).map(|_| (rng.pick(&keys).to_owned(), json(rng, depth - 1)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
    }
}
