//! The targets: half of the inputs are changed seeds, the others come from a grammar, and of some it is known what must
//! be read.

use encoding_rs::{Encoding, GB18030, UTF_8};
use model::{Source, Trust};
use sites::ReadAs;

use crate::checks::{Case, Expect};
use crate::corpus::Corpus;
use crate::grammar;
use crate::mutate;
use crate::rng::Rng;

pub(crate) fn lists(rng: &mut Rng, corpus: &Corpus) -> Case {
    match rng.below(5) {
        0 => known_list(rng),
        1 => Case::new(grammar::html(rng), ReadAs::List),
        2 => Case::new(grammar::soup(rng), if rng.once_in(2) { ReadAs::List } else { ReadAs::Auto }),
        _ => {
            let mut case = Case::new(mutate::seed(rng, corpus), ReadAs::List);
            if rng.once_in(4) {
                case.source = selectors(rng);
            }
            case
        }
    }
}

fn selectors(rng: &mut Rng) -> Source {
    let row = rng.pick(&["li", "tr", "div > a", "*", "ul li:nth-child(2n)", "[[", "a[href]", "td"]).to_owned();
    let some = |rng: &mut Rng, of: &[&str]| if rng.once_in(2) { Some(rng.pick(of).to_owned()) } else { None };
    let (title, date) = (some(rng, &["a", "b", ":scope"]), some(rng, &["span", "td:last-child", "i, em"]));
    let (link, next) = (some(rng, &["a", "a[title]"]), some(rng, &["a", ".page a:last-child"]));
    Source::Selectors { row, link, title, date, next }
}

/// A list as sites write it, between a menu and a footer: its rows must come out as they went in.
fn known_list(rng: &mut Rng) -> Case {
    let n = rng.within(4, 30);
    let (titles, days) = (grammar::titles(rng, n), grammar::days(rng, n));
    let shape = rng.below(7);
    let mut rows = String::new();
    for (i, (title, day)) in titles.iter().zip(&days).enumerate() {
        let date = grammar::clear_date(rng, *day);
        let a = format!("<a href='./a/t{}_{i}.html' title='{title}'>{title}</a>", day.format("%Y%m%d"));
        rows += &match shape {
            0 => format!("<li>{a}<span>{date}</span></li>\n"),
            1 => format!("<li><span>{date}</span>{a}"),
            2 => format!("<tr><td>{}</td><td>{a}</td><td>{date}</td></tr>", i + 1),
            3 => format!("<dl><dt>{a}</dt><dd>{date}</dd></dl>"),
            4 => format!("<div class=item><h3>{a}</h3><p>摘要：各单位要高度重视。</p><em>{date}</em></div>"),
            5 => format!("<p>{date} {a}</p>"),
            _ => format!("<LI class=\"row{}\">{a}<font color=red>{date}</font></LI>\r\n", i % 2),
        };
    }
    let list = match shape {
        0 | 1 | 6 => format!("<ul class=list>{rows}</ul>"),
        2 => format!("<table><tr><th>序号</th><th>标题</th><th>日期</th></tr>{rows}</table>"),
        _ => format!("<div class=list>{rows}</div>"),
    };
    let menu = "<div class=nav><ul><li><a href=/>首页</a></li><li><a href=/zwgk/>政务公开</a></li><li><a href=/hd/>政民互动</a></li></ul></div>";
    let foot =
        "<div class=footer><a href=/about/>网站地图</a> 主办：示例区人民政府 备案号：黔ICP备05000000号 2020-2026</div>";
    let page = format!("<html><body>{menu}<p>当前位置：首页 > 通知公告</p>{list}{foot}</body></html>");
    let expect = Expect::Rows(days.into_iter().zip(titles).collect());
    Case { expect, ..Case::new(page, ReadAs::List) }
}

pub(crate) fn articles(rng: &mut Rng, corpus: &Corpus) -> Case {
    let url = "http://x.example/zwgk/202611/t20261120_1.html".to_owned();
    let case = match rng.below(5) {
        0 => Case::new(grammar::html(rng), ReadAs::Article),
        1 => Case::new(grammar::soup(rng), ReadAs::Article),
        2 => {
            let day = grammar::days(rng, 1)[0];
            let (title, date) = (grammar::title(rng), grammar::clear_date(rng, day));
            let label = rng.pick(&["发布时间：", "发布日期:", "时间：", "日期：", "【信息发布时间："]);
            let head =
                rng.pick(&["<h1>{}</h1>", "<div class=title>{}</div>", "<h2 id=tit>{}</h2>"]).replace("{}", &title);
            let body = format!(
                "<title>{title}</title>{head}<div><span>{label}{date}</span> <span>来源：区应急局</span></div><p>正文如下。</p>"
            );
            Case { expect: Expect::Day(day), ..Case::new(body, ReadAs::Article) }
        }
        _ => Case::new(mutate::seed(rng, corpus), if rng.once_in(3) { ReadAs::Auto } else { ReadAs::Article }),
    };
    Case { url, ..case }
}

/// Texts of dates, wherever a page has dates.
pub(crate) fn dates(rng: &mut Rng, corpus: &Corpus) -> Case {
    let mut text = grammar::date_like(rng);
    let known = rng.once_in(3).then(|| grammar::days(rng, 1)[0]);
    if let Some(day) = known {
        text = grammar::clear_date(rng, day);
    }
    let json = |text: &str| serde_json::json!([{"t": "关于召开会议的通知", "u": "/a.html", "d": text}]).to_string();
    let case = match rng.below(5) {
        0 => Case::new(
            format!("<ul><li><a href=/a/10001.html>关于召开会议的通知</a><span>{text}</span></ul>"),
            ReadAs::List,
        ),
        1 => Case::new(format!("<h1>关于召开会议的通知</h1><p>发布时间：{text} 来源：区应急局</p>"), ReadAs::Article),
        2 if !text.contains('&') => Case { source: pointers(), ..Case::new(json(&text), ReadAs::List) },
        3 => {
            let url = format!("http://x.example/{text}/{}", grammar::date_like(rng));
            return Case { url, ..Case::new(mutate::seed(rng, corpus), ReadAs::Article) };
        }
        _ => {
            let item = format!("<item><title>t</title><link>http://x.example/1</link><pubDate>{text}</pubDate></item>");
            return Case::new(format!("<rss version='2.0'><channel>{item}</channel></rss>"), ReadAs::Feed);
        }
    };
    Case { expect: known.map_or(Expect::Anything, Expect::Day), ..case }
}

fn pointers() -> Source {
    Source::Json { entries: String::new(), title: "t".into(), url: "u".into(), date: "d".into() }
}

pub(crate) fn feeds(rng: &mut Rng, corpus: &Corpus) -> Case {
    let bytes = match rng.below(4) {
        0 => {
            let item = |rng: &mut Rng| {
                let (title, date) = (grammar::title(rng), grammar::date_like(rng));
                let odd = rng.pick(grammar::PIECES);
                format!(
                    "<item><title>{title}{odd}</title><link>http://x.example/{}</link><pubDate>{date}</pubDate><description><![CDATA[{odd}]]></description></item>",
                    rng.below(99)
                )
            };
            let items: String = (0..rng.below(30)).map(|_| item(rng)).collect();
            format!("<?xml version=\"1.0\" encoding=\"{}\"?><rss version=\"2.0\"><channel><title>t</title>{items}</channel></rss>", rng.pick(&["utf-8", "gb2312", "x", ""])).into_bytes()
        }
        1 => grammar::soup(rng).into_bytes(),
        _ => mutate::seed(rng, corpus),
    };
    let mut case = Case::new(bytes, ReadAs::Feed);
    if rng.once_in(3) {
        let zone_hours = [8, 0, -11, i32::MAX, i32::MIN][rng.below(5)];
        case.source = Source::Feed {
            trust: Trust::Full,
            bridge: None,
            zone_hours: Some(zone_hours),
            profile: Default::default(),
            key: None,
        };
    }
    case
}

pub(crate) fn charsets(rng: &mut Rng, corpus: &Corpus) -> Case {
    let labels =
        ["gbk", "gb18030", "big5", "utf-16le", "utf-16be", "shift_jis", "euc-kr", "iso-2022-jp", "windows-1252"];
    match rng.below(4) {
        // The same page in another charset, whatever it declares, is the same page.
        0 => {
            let case = known_list(rng);
            let text = String::from_utf8_lossy(&case.bytes).into_owned();
            let text =
                text.replacen("<body>", &format!("<meta charset={}><body>", rng.pick(&["gb2312", "utf-8", "gbk"])), 1);
            let utf16: Vec<u8> =
                [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
            let bytes = match rng.below(3) {
                0 => GB18030.encode(&text).0.into_owned(),
                1 => utf16,
                _ => [&[0xef, 0xbb, 0xbf][..], text.as_bytes()].concat(),
            };
            Case { expect: Expect::SameAs(text.into_bytes()), bytes, ..case }
        }
        1 => Case::new((0..rng.below(900)).map(|_| rng.next() as u8).collect::<Vec<_>>(), ReadAs::Auto),
        _ => {
            let text = String::from_utf8_lossy(&mutate::seed(rng, corpus)).into_owned();
            let encoding = Encoding::for_label(rng.pick(&labels).as_bytes()).unwrap_or(UTF_8);
            let mut bytes = encoding.encode(&text).0.into_owned();
            for _ in 0..rng.below(6) {
                let at = rng.below(bytes.len() + 1);
                bytes.insert(at, rng.next() as u8 | 0x80);
            }
            let content_type =
                [None, Some("text/html; charset=gbk"), Some("text/html;charset=\"utf-8"), Some("charset=")];
            Case { content_type: content_type[rng.below(4)], ..Case::new(bytes, ReadAs::Auto) }
        }
    }
}

pub(crate) fn json(rng: &mut Rng, corpus: &Corpus) -> Case {
    let bytes = match rng.below(4) {
        0 => grammar::json(rng, 5).to_string().into_bytes(),
        1 => format!("{}({});", rng.pick(&["cb", "jQuery123_4", "a.b", "1"]), grammar::json(rng, 4)).into_bytes(),
        2 => {
            let script = format!("var a = {}; render(a)", grammar::json(rng, 4));
            format!("<div id=list></div><script>{script}</script>").into_bytes()
        }
        _ => mutate::seed(rng, corpus),
    };
    let mut case = Case::new(bytes, if rng.once_in(2) { ReadAs::List } else { ReadAs::Auto });
    if rng.once_in(3) {
        case.source = if rng.once_in(2) {
            pointers()
        } else {
            let at = rng.pick(&["", "/", "/data", "/data/list", "/articles", "x", "/~1", "/0"]).to_owned();
            Source::Json { entries: at, title: "title".into(), url: "/url".into(), date: "/a/b".into() }
        };
    }
    case
}

pub(crate) fn wechat(rng: &mut Rng, corpus: &Corpus) -> Case {
    let url = "https://mp.example/s/abc".to_owned();
    let case = match rng.below(3) {
        0 => {
            let day = grammar::days(rng, 1)[0];
            // Nine in the morning in Beijing.
            let epoch = day.and_hms_opt(1, 0, 0).map_or(0, |t| t.and_utc().timestamp());
            let name = rng.pick(&["ct", "oriCreateTime", "create_time"]);
            let noise = grammar::soup(rng).replace(['<', '"', '\'', '\0'], " ").replace("20", "");
            let title = grammar::title(rng);
            let page = format!(
                "<meta property=\"og:title\" content=\"{title}\"><h1 id=\"activity-name\" class=rich_media_title>{title}</h1><div id=\"js_content\">{noise}</div><script>var {name} = \"{epoch}\";</script>"
            );
            Case { expect: Expect::Day(day), ..Case::new(page, ReadAs::Article) }
        }
        _ => Case::new(mutate::seed(rng, corpus), if rng.once_in(2) { ReadAs::Article } else { ReadAs::Auto }),
    };
    Case { url, ..case }
}
