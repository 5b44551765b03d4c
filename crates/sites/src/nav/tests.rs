use model::Source;

use crate::{Input, Nav, ReadAs};

fn read(body: &str) -> Nav {
    let input = Input {
        bytes: body.as_bytes(),
        url: "https://example.gov.cn/jyj/",
        content_type: None,
        read_as: ReadAs::List,
        source: &Source::Auto,
        today: "2026-04-01".parse().unwrap(),
    };
    crate::nav(&input).unwrap_or_default()
}

fn drawn(nav: &Nav) -> Vec<String> {
    let tail = |u: &str| u.strip_prefix("https://example.gov.cn").unwrap_or(u).to_owned();
    let under = |l: &crate::NavLink| l.under.as_ref().map_or_else(String::new, |u| format!(" < {u}"));
    nav.links.iter().map(|l| format!("{} {}{}", l.name, tail(&l.url), under(l))).collect()
}

#[test]
fn a_more_link_is_called_as_the_heading_of_its_box_and_counts_once() {
    let nav = read(
        "<div class='box'><h3><a href='gzdt/'>工作动态</a></h3><a class='more' href='gzdt/'>更多&gt;&gt;</a></div>\
         <div class='box'><div class='t'><span>通知公告</span><a href='/jyj/tzgg/#top'>更多</a></div>\
         <ul><li><a href='a.html'>关于开展全区义务教育阶段学校招生工作情况专项检查工作的通知</a></li></ul></div>",
    );
    assert_eq!(drawn(&nav), ["工作动态 /jyj/gzdt/", "通知公告 /jyj/tzgg/"]);
}

#[test]
fn the_other_pages_of_a_list_are_no_columns() {
    let nav = read(
        "<div class='t'><h3>工作动态</h3><a href='gzdt/'>more...</a><ul><li>第一条</li></ul>\
         <a href='gzdt/2.htm'>2</a> <a href='gzdt/1.htm'>下一页</a> <a href='gzdt/9.htm'>尾页</a><a href='x.htm'>详情</a></div>",
    );
    assert_eq!(drawn(&nav), ["工作动态 /jyj/gzdt/ < 工作动态"]);
}

#[test]
fn nested_menus_say_what_a_column_stands_under() {
    let nav = read(
        "<ul><li><a href='/zdly/'>重点领域</a><ul><li><a href='/zdly/ywjy/'>义务教育</a></li></ul></li>\
         <li><a href='/nb/'>年报</a></li></ul>\
         <dl><dt>政策</dt><dd><a href='/zc/jd/'>解读</a></dd></dl>",
    );
    assert_eq!(drawn(&nav), ["重点领域 /zdly/", "义务教育 /zdly/ywjy/ < 重点领域", "年报 /nb/", "解读 /zc/jd/ < 政策"]);
}

#[test]
fn tags_crumbs_and_interfaces_are_read() {
    let nav = read(
        "<head><title>工作动态-教育局</title><meta name='SiteName' content='某区人民政府'>\
         <META content='工作动态' NAME='columnname'><meta name='ColumnType' content='动态'></head>\
         <div>当前位置：<a href='/'>首页</a> &gt; <a href='/jyj/'>教育局</a> &gt; 工作动态</div>\
         <div id='app' data-api='/api/jyj/list.json?a=1&amp;b=2' data-id='x/y'></div><img data-src='/images/a.png'>",
    );
    assert_eq!((nav.title.as_deref(), nav.site.as_deref()), (Some("工作动态"), Some("某区人民政府")));
    assert_eq!((nav.column.as_deref(), nav.column_type.as_deref()), (Some("工作动态"), Some("动态")));
    assert_eq!(nav.crumbs.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["首页", "教育局"]);
    assert_eq!(nav.apis, ["https://example.gov.cn/api/jyj/list.json?a=1&b=2"]);
    assert!(!nav.article && read("<meta name='ArticleTitle' content='x'><p>a</p>").article);
}

#[test]
fn what_is_no_page_offers_nothing() {
    for body in ["{\"a\": 1}", "", "<?xml version='1.0'?><rss><channel><title>x</title></channel></rss>"] {
        assert_eq!(read(body), Nav::default(), "{body}");
    }
}

#[test]
fn a_page_of_endless_links_is_cut() {
    let many: String = (0..50_000).map(|n| format!("<li><a href='/{n}/'>栏目{n}</a>")).collect();
    assert_eq!(read(&many).links.len(), super::MAX_LINKS);
    let deep = "<ul><li>".repeat(20_000) + "<a href='/x/'>更多</a>";
    assert!(read(&deep).links.len() <= 1);
}
