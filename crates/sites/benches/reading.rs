//! How fast pages are read, beside what streaming and tree-building parsers take for the same rows.
//!
//! `cargo bench -p sites --bench reading` reads pages that it makes: the four shapes of list that are met most, in the
//! dress of a district's site. `DUBAN_BENCH_PAGES=DIR` reads all lists below a folder instead (their rows are not
//! compared), `DUBAN_BENCH_ARTICLES=DIR` all articles. Figures are processor time of the thread, the median of seven runs.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a benchmark measures, and stops where it cannot")]

use std::cell::RefCell;
use std::fmt::Write as _;
use std::path::Path;
use std::rc::Rc;

use lol_html::{HtmlRewriter, Settings, element, text};
use model::Source;
use scraper::{Html, Selector};
use sites::{Input, ReadAs};

const ROWS: &str = "ul.list_ul>li, table.tab tr, div.news>div.item, dl.zdgk>dd";
const LINKS: &str = "ul.list_ul>li a[href], table.tab tr a[href], div.news>div.item a[href], dl.zdgk>dd a[href]";

/// How often each run reads all pages.
const ROUNDS: u32 = 20;

fn main() {
    // `cargo test` builds and starts benchmarks too; there is nothing to test here.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    let folder = std::env::var("DUBAN_BENCH_PAGES").ok();
    let pages: Vec<Vec<u8>> = match &folder {
        Some(dir) => files(Path::new(dir)),
        None => (0..60).map(|i| list_page(i).into_bytes()).collect(),
    };
    let articles = match std::env::var("DUBAN_BENCH_ARTICLES") {
        Ok(dir) => files(Path::new(&dir)),
        Err(_) => (0..60).map(|i| article_page(i).into_bytes()).collect(),
    };
    println!("{} list pages, {:.1} MB", pages.len(), pages.iter().map(Vec::len).sum::<usize>() as f64 / 1e6);
    let ours = measure("list: sites::read", &pages, |p| read(p, ReadAs::List, sites::read));
    let whole = measure("list: sites::read_whole", &pages, |p| read(p, ReadAs::List, sites::read_whole));
    if folder.is_none() {
        let lol = measure("list: lol_html, rows by selectors", &pages, streamed);
        let tree = measure("list: scraper, decode + parse + select", &pages, selected);
        println!("list: ours / lol_html {:.2}, whole / scraper {:.2}", lol / ours, tree / whole);
    }
    let read_ms = measure("article: sites::read", &articles, |p| read(p, ReadAs::Article, sites::read));
    let slow = measure("article: sites::read_whole", &articles, |p| read(p, ReadAs::Article, sites::read_whole));
    let kilobytes = articles.iter().map(Vec::len).sum::<usize>() as f64 / 1e3 / articles.len() as f64;
    println!("article of {kilobytes:.1} kB: {:.3} ms, {:.3} ms without short cuts", read_ms * 1e3, slow * 1e3);
}

/// Seconds a page; each run must find the same number of rows.
fn measure(name: &str, pages: &[Vec<u8>], run: impl Fn(&[u8]) -> usize) -> f64 {
    let bytes: usize = pages.iter().map(Vec::len).sum();
    let mut taken = Vec::new();
    let mut rows = 0;
    for _ in 0..7 {
        let from = processor_time();
        // The kernel tells the time in steps of some milliseconds.
        for _ in 0..ROUNDS {
            rows = pages.iter().map(|p| run(p)).sum();
        }
        taken.push((processor_time() - from) as f64 / 1e9 / f64::from(ROUNDS));
    }
    taken.sort_by(f64::total_cmp);
    let each = taken[3] / pages.len() as f64;
    println!("{name:42} {:8.1} MB/s {:9.1} µs/page {rows:6} rows", bytes as f64 / taken[3] / 1e6, each * 1e6);
    each
}

fn processor_time() -> u64 {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    said.split(' ').next().unwrap().parse().unwrap()
}

fn read(bytes: &[u8], read_as: ReadAs, by: fn(&Input<'_>) -> sites::Reading) -> usize {
    let url = "http://x.example/u000/c00/index.html";
    let today = "2026-11-24".parse().unwrap();
    by(&Input { bytes, url, content_type: None, read_as, source: &Source::Auto, today }).entries.len()
}

#[derive(Default)]
struct Row {
    href: String,
    title: String,
    said: String,
}

fn streamed(bytes: &[u8]) -> usize {
    let rows: Rc<RefCell<Vec<Row>>> = Rc::default();
    let (begin, link, say) = (rows.clone(), rows.clone(), rows.clone());
    let settings = Settings::new()
        .append_element_content_handler(element!(ROWS, move |_| {
            begin.borrow_mut().push(Row::default());
            Ok(())
        }))
        .append_element_content_handler(element!(LINKS, move |e| {
            if let Some(row) = link.borrow_mut().last_mut() {
                row.href = e.get_attribute("href").unwrap_or_default();
                row.title = e.get_attribute("title").unwrap_or_default();
            }
            Ok(())
        }))
        .append_element_content_handler(text!(ROWS, move |t| {
            if let Some(row) = say.borrow_mut().last_mut() {
                row.said.push_str(t.as_str());
            }
            Ok(())
        }));
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    rewriter.write(bytes).unwrap();
    rewriter.end().unwrap();
    rows.borrow().iter().filter(|r| !r.href.is_empty() && !r.title.is_empty() && r.said.contains("20")).count()
}

fn selected(bytes: &[u8]) -> usize {
    let text = String::from_utf8_lossy(bytes);
    let html = Html::parse_document(&text);
    let (rows, link) = (Selector::parse(ROWS).unwrap(), Selector::parse("a[href]").unwrap());
    let good = |row: &scraper::ElementRef<'_>| {
        let a = row.select(&link).next();
        a.is_some_and(|a| a.value().attr("title").is_some()) && row.text().collect::<String>().contains("20")
    };
    html.select(&rows).filter(good).count()
}

fn files(dir: &Path) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            if entry.is_dir() { folders.push(entry) } else { out.push(std::fs::read(entry).unwrap()) }
        }
    }
    out
}

const WORDS: &[&str] =
    &["关于", "开展", "安全", "生产", "检查", "会议", "召开", "全区", "教育", "民政", "通知", "推进"];

fn words(seed: usize, n: usize) -> String {
    (0..n).map(|i| WORDS[(seed * 7 + i * (seed % 5 + 3)) % WORDS.len()]).collect()
}

fn head(i: usize, title: &str, tags: &str) -> String {
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\"/>\n<title>{title}_示例区人民政府</title>\n<meta name=\"SiteName\" content=\"示例区人民政府\"/>\n<meta name=\"SiteIDCode\" content=\"5202010001\"/>\n<meta name=\"ColumnName\" content=\"工作动态\"/>\n{tags}<style type=\"text/css\">\n"
    );
    for k in 0..120 + i {
        writeln!(
            out,
            ".c{k:05x}{{width:{}px;height:{}px;background:url(/images/bg_{k}.png) no-repeat 0 -{k}px;color:#{:06x};}}",
            k * 7 % 1200,
            k % 300,
            k * 65_537 % 16_777_215
        )
        .unwrap();
    }
    out += "</style>\n<script type=\"text/javascript\">\n";
    for k in 0..30 + i % 20 {
        writeln!(out, "function tab{k}(i){{for(var j=0;j<{k};j++){{var e=document.getElementById(\"tab{k}_\"+j);if(e){{e.className=j==i?\"on\":\"off\";}}}}}}").unwrap();
    }
    out + "</script>\n</head>\n<body>\n"
}

fn menu(i: usize) -> String {
    let mut out = "<div class=\"nav\"><ul class=\"menu\">".to_owned();
    for k in 0..22 {
        write!(out, "<li class=\"m{k}\"><a href=\"/zw/{k:05x}/\" target=\"_blank\" title=\"{0}\">{0}</a><div class=\"sub\"><dl>", words(k, 2)).unwrap();
        for j in 0..9 {
            writeln!(
                out,
                "<dd><i class=\"ico\"></i><a href=\"/zw/{k:05x}/{j:04x}/index.html\" target=\"_blank\">{}</a></dd>",
                words(i + j, 3)
            )
            .unwrap();
        }
        out += "</dl></div></li>\n";
    }
    out + "</ul></div>\n"
}

fn foot() -> String {
    let links: String = (0..40)
        .map(|k| format!("<option value=\"http://www.{k:05x}.example/\">{}人民政府</option>", words(k, 1)))
        .collect();
    format!(
        "<div class=\"friend\"><select onchange=\"window.open(this.value)\">{links}</select></div><div class=\"foot\"><p>主办：示例区人民政府　承办：政务服务中心　联系电话：0858-1234567</p></div></body></html>\n"
    )
}

fn list_page(i: usize) -> String {
    let rows: String = (0..20)
        .map(|r| {
            let (month, day) = (11 - r / 3, 28 - r);
            let (t, h) = (words(i + r, 9), format!("./2026{month:02}/t2026{month:02}{day:02}_{i}{r:03}.html"));
            let d = format!("2026-{month:02}-{day:02}");
            match i % 4 {
                0 => format!("<li><a href=\"{h}\" target=\"_blank\" title=\"{t}\">{t}</a><span class=\"date\">{d}</span></li>\n"),
                1 => format!("<tr><td class=\"num\">{r}</td><td class=\"bt\"><a href=\"{h}\" title=\"{t}\">{t}</a></td><td class=\"rq\">[{d}]</td></tr>\n"),
                2 => format!("<div class=\"item\"><h3><a href=\"{h}\" title=\"{t}\">{t}</a></h3><p class=\"sum\">{t}……</p><p class=\"date\">发布时间：{d}</p></div>\n"),
                _ => format!("<dd><b>{d}</b><a href=\"{h}\" title=\"{t}\" target=\"_blank\">{t}</a></dd>\n"),
            }
        })
        .collect();
    let list = match i % 4 {
        0 => format!("<ul class=\"list_ul\">\n{rows}</ul>"),
        1 => format!("<table class=\"tab\" width=\"100%\">\n{rows}</table>"),
        2 => format!("<div class=\"news\">\n{rows}</div>"),
        _ => format!("<dl class=\"zdgk\">\n{rows}</dl>"),
    };
    let side: String = (0..30)
        .map(|c| {
            format!("<li id=\"ln_{c}\"><a href=\"/u000/c{c:02}/\" onclick=\"return go({c})\">{}</a></li>", words(c, 2))
        })
        .collect();
    format!(
        "{}{}<div class=\"main\"><div class=\"left_nav\"><ul>{side}</ul></div><div class=\"right\"><div class=\"pos\">当前位置：<a href=\"/\">首页</a>&gt;工作动态</div>{list}<div class=\"page\"><script>createPageHTML(3, 0, \"index\", \"html\");</script></div></div></div>{}",
        head(i, "工作动态", ""),
        menu(i),
        foot()
    )
}

fn article_page(i: usize) -> String {
    let title = words(i, 9);
    let tags = format!(
        "<meta name=\"ArticleTitle\" content=\"{title}\"/>\n<meta name=\"PubDate\" content=\"2026-11-20 10:08\"/>\n<meta name=\"ContentSource\" content=\"区应急管理局\"/>\n"
    );
    let text: String = (0..12 + i % 20).map(|p| format!("<p style=\"text-indent:2em;line-height:2;font-family:仿宋_GB2312\"><span style=\"font-size:16pt\">{}。</span></p>\n", words(i + p, 60))).collect();
    format!(
        "{}{}<div class=\"pos\">当前位置：<a href=\"/\">首页</a></div><h1>{title}</h1><div class=\"info\"><span>发布时间：2026-11-20 10:08</span><span>来源：区应急管理局</span></div><div class=\"text\">{text}</div>{}",
        head(i, &title, &tags),
        menu(i),
        foot()
    )
}
