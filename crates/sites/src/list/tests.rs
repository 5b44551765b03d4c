//! Lists in every markup that pages use, told by structure alone.

use model::{Outcome, Reason};

use crate::End;
use crate::testing::{reading, rows};

const URL: &str = "http://x.example/zwgk/tzgg/index.html";

#[track_caller]
fn check(html: &str, expected: &[&str]) {
    let r = reading(html, URL);
    let short: Vec<String> = rows(&r).iter().map(|l| l.replace("http://x.example/zwgk/tzgg/", "")).collect();
    assert_eq!(short, expected, "{:?} {:?}", r.outcome, r.notes);
}

const TWO: [&str; 2] = ["2026-11-20 关于开展检查的通知 a/1001.html", "2026-11-09 关于召开会议的通知 a/1002.html"];

#[test]
fn the_date_may_stand_anywhere_in_the_row() {
    check(
        "<ul><li><a href=a/1001.html>关于开展检查的通知</a><span>2026-11-20</span><li><a href=a/1002.html>关于召开会议的通知</a><span>2026-11-09</span></ul>",
        &TWO,
    );
    check(
        "<ul><li><i>[11-20]</i><a href=a/1001.html>关于开展检查的通知</a><li><i>[11-09]</i><a href=a/1002.html>关于召开会议的通知</a></ul>",
        &TWO,
    );
    check(
        "<ul><li><a href=a/1001.html>关于开展检查的通知<span>2026-11-20</span></a><li><a href=a/1002.html>关于召开会议的通知<span>2026-11-09</span></a></ul>",
        &TWO,
    );
    check(
        "<ul><li><a href=a/1001.html><span>2026-11-20</span>关于开展检查的通知</a><li><a href=a/1002.html><span>2026-11-09</span>关于召开会议的通知</a></ul>",
        &TWO,
    );
    check(
        "<table><tr><td>1<td><a href=a/1001.html>关于开展检查的通知</a><td>2026/11/20<tr><td>2<td><a href=a/1002.html>关于召开会议的通知</a><td>2026/11/9</table>",
        &TWO,
    );
    check(
        "<dl><dt><a href=a/1001.html>关于开展检查的通知</a></dt><dd>2026年11月20日</dd><dt><a href=a/1002.html>关于召开会议的通知</a></dt><dd>2026年11月9日</dd></dl>",
        &TWO,
    );
    check(
        "<div>·<a href=a/1001.html>关于开展检查的通知</a> (2026.11.20)<br>·<a href=a/1002.html>关于召开会议的通知</a> (2026.11.09)<br></div>",
        &TWO,
    );
    check(
        "<div><span>2026-11-20</span> <a href=a/1001.html>关于开展检查的通知</a><br><span>2026-11-09</span> <a href=a/1002.html>关于召开会议的通知</a></div>",
        &TWO,
    );
    check(
        "<div class=i><div class=d><b>20</b><span>2026-11</span></div><h3><a href=a/1001.html>关于开展检查的通知</a></h3></div><div class=i><div class=d><b>09</b><span>2026-11</span></div><h3><a href=a/1002.html>关于召开会议的通知</a></h3></div>",
        &TWO,
    );
    check(
        "<ul><li><em><i>11-20</i><u>2026</u></em><a href=a/1001.html>关于开展检查的通知</a><li><em><i>11-09</i><u>2026</u></em><a href=a/1002.html>关于召开会议的通知</a></ul>",
        &TWO,
    );
}

#[test]
fn one_dated_row_brings_the_others_of_its_list_with_it() {
    let dated = "<li><a href=a/1002.html>关于召开会议的通知</a><span>2026-11-09</span>";
    let undated = "<li><a href=content_1104.html>关于开展检查的通知</a><span></span>";
    let two = ["- 关于开展检查的通知 content_1104.html", TWO[1]];
    check(&format!("<ul>{undated}{dated}</ul><p>共2条记录</p>"), &two);
    check(&format!("<ul>{dated}{undated}</ul>"), &[TWO[1], two[0]]);
    check(&format!("<ul>{dated}<li><a href=/zwgk/>政务公开</a></ul>"), &TWO[1..]);
    let cells = |n: u32, date: &str| format!("<tr><td>{n}<td><a href=a/100{n}.html>关于召开会议的通知</a><td>{date}");
    let table = format!("<table><tr><th>序号<th>标题<th>日期{}{}</table>", cells(2, "2026-11-09"), cells(3, ""));
    check(&table, &[TWO[1], "- 关于召开会议的通知 a/1003.html"]);
}

#[test]
fn a_column_with_an_item_that_shows_no_date_is_not_empty() {
    let page = |rows: &str, pager: &str| {
        format!(
            "<head><title>政策文件_示例县人民政府</title></head><body><ul><li><a href=/>首页</a><li><a href=/zwgk/>政务公开</a></ul><div>当前位置：<a href=/>首页</a> &gt; 政策文件</div><div class=list><ul>{rows}</ul>{pager}</div><p>主办：示例县人民政府办公室 承办：示例县大数据发展服务中心 技术支持：某某公司 网站地图 联系我们 备案号 12345678号 公网安备 87654321号</p></body>"
        )
    };
    let item = |n: u32| format!("<li><a href=content_110{n}.html>关于印发第{n}号工作实施方案的通知</a><span></span>");
    let pager = "<div class=page><script>createPageHTML(1, 0, \"index\", \"html\")</script></div>";
    for n in [1, 2] {
        let rows: String = (1..=n).map(item).collect();
        let r = reading(&page(&rows, pager), URL);
        assert_eq!((r.outcome, r.entries.len()), (Outcome::Read, n as usize), "{:?}", r.notes);
        assert!(r.entries.iter().all(|e| e.date.is_none()));
        // Without a paging control nobody can say that it is the list: then it proves nothing.
        assert_eq!(reading(&page(&rows, ""), URL).outcome, Outcome::Suspect(Reason::Doubtful));
    }
    let r = reading(&page("", pager), URL);
    assert_eq!((r.outcome, r.entries.len()), (Outcome::Read, 0));
}

#[test]
fn a_link_around_a_whole_card_is_named_by_its_heading() {
    let card = |n: u32, title: &str, date: &str| {
        format!(
            "<li><a href=a/{n}.html><img src=x.png><h3>{title}</h3><p>为了进一步做好有关工作，现将有关事项通知如下。</p><time>{date}</time></a></li>"
        )
    };
    check(
        &format!(
            "<ul>{}{}</ul>",
            card(1001, "关于开展检查的通知", "2026-11-20"),
            card(1002, "关于召开会议的通知", "2026-11-09")
        ),
        &TWO,
    );
}

#[test]
fn categories_and_more_links_are_no_titles() {
    check(
        "<ul><li><a href=../>[通知]</a><a href=a/1001.html>关于开展检查的通知</a><span>2026-11-20</span> <a href=a/1001.html>查看</a><li><a href=../>[通知]</a><a href=a/1002.html>关于召开会议的通知</a><span>2026-11-09</span> <a href=a/1002.html>查看</a></ul>",
        &TWO,
    );
    check(
        "<table><tr><td>关于开展检查的通知<td>2026-11-20<td><a href=a/1001.html>查看</a><tr><td>关于召开会议的通知<td>2026-11-09<td><a href=a/1002.html>查看</a></table>",
        &TWO,
    );
}

#[test]
fn titles_are_whole_and_plain() {
    check(
        "<ul><li><a href=a/1001.html title='关于开展2026年第四季度安全生产检查的通知'>关于开展2026年第四季度安全…</a><b>2026-11-20</b><li><a href=a/1002.html>&ldquo;五一&rdquo;&nbsp;放假\n  的  通知</TRS_DOCUMENT></a><b>2026-11-09</b></ul>",
        &[
            "2026-11-20 关于开展2026年第四季度安全生产检查的通知 a/1001.html",
            "2026-11-09 “五一” 放假 的 通知 a/1002.html",
        ],
    );
}

#[test]
fn dates_in_titles_and_comments_are_not_the_date() {
    check(
        "<ul><li><a href=a/1001.html>关于2020年1月1日开展检查的通知</a><!--span>2026-12-01</span--><span>2026-11-20</span><li><a href=a/1002.html>2021-02-03召开会议的通知</a><span>2026-11-09</span></ul>",
        &["2026-11-20 关于2020年1月1日开展检查的通知 a/1001.html", "2026-11-09 2021-02-03召开会议的通知 a/1002.html"],
    );
}

#[test]
fn a_commented_date_counts_where_there_is_no_other() {
    check(
        "<ul><li><a href=a/1001.html>关于开展检查的通知</a><!--<span>2026-11-20</span>--><li><a href=a/1002.html>关于召开会议的通知</a><!--<span>2026-11-09</span>--></ul>",
        &TWO,
    );
}

#[test]
fn a_list_without_dates_takes_them_from_its_addresses() {
    check(
        "<ul><li><a href=202611/t20261120_1.html>关于开展检查的通知</a><li><a href=202611/t20261109_2.html>关于召开会议的通知</a></ul>",
        &[
            "2026-11-20 关于开展检查的通知 202611/t20261120_1.html",
            "2026-11-09 关于召开会议的通知 202611/t20261109_2.html",
        ],
    );
    check(
        "<ul><li><a href=content/post_3001.html>关于进一步开展检查的通知</a><li><a href=content/post_3002.html>关于近期召开会议的通知</a><li><a href=content/post_3003.html>关于举办培训班的通知公告</a></ul>",
        &[
            "- 关于进一步开展检查的通知 content/post_3001.html",
            "- 关于近期召开会议的通知 content/post_3002.html",
            "- 关于举办培训班的通知公告 content/post_3003.html",
        ],
    );
}

#[test]
fn a_row_without_a_date_is_still_a_row() {
    check(
        "<ul><li><a href=a/1001.html>关于开展检查的通知</a><span>2026-11-20</span><li><a href=a/1003.html>没有日期的通知</a><li><a href=a/1002.html>关于召开会议的通知</a><span>2026-11-09</span></ul>",
        &[TWO[0], "- 没有日期的通知 a/1003.html", TWO[1]],
    );
}

#[test]
fn of_two_dates_in_a_row_the_later_past_one_counts() {
    check(
        "<table><tr><th>标题<th>成文日期<th>发布日期<tr><td><a href=a/1001.html>关于开展检查的通知</a><td>2026-11-02<td>2026-11-20<tr><td><a href=a/1002.html>关于召开会议的通知</a><td>2026-11-01<td>2026-11-09</table>",
        &TWO,
    );
}

#[test]
fn the_main_list_is_told_from_those_beside_it() {
    let main = "<div class=main><h1>通知公告</h1><ul><li><a href=a/1001.html>关于开展检查的通知</a><span>2026-11-20</span><li><a href=a/1002.html>关于召开会议的通知</a><span>2026-11-09</span></ul><div class=page><a href=index_1.html>下一页</a></div></div>";
    let hot: String = (0..6)
        .map(|i| format!("<li><a href=/ywyw/{i}00{i}.html>今天的要闻第{i}条</a><span>2026-11-2{i}</span>"))
        .collect();
    let menu: String = (0..12).map(|i| format!("<li><a href=/c{i}/>栏目名称{i}</a>")).collect();
    for aside in [
        format!("<div class=side><h2>热点信息</h2><ul>{hot}</ul></div>"),
        format!("<div class=rank-box><ul>{hot}</ul></div>"),
        format!("<aside><ul>{hot}</ul></aside>"),
        format!("<div class=nav><ul>{menu}</ul></div><div>今天是2026年11月24日 星期二 <a href=/>设为首页</a></div>"),
        "<div class=footer><a href=/about.html>关于我们</a> 更新时间：2026-11-24</div>".to_owned(),
    ] {
        check(&format!("<body>{aside}{main}</body>"), &TWO);
        check(&format!("<body>{main}{aside}</body>"), &TWO);
    }
}

#[test]
fn pinned_rows_in_a_list_of_their_own_are_part_of_the_list() {
    check(
        "<div><ul class=l><li><a href=a/1001.html>关于开展检查的通知</a><span>2026-11-20</span></ul><ul class=l><li><a href=a/1002.html>关于召开会议的通知</a><span>2026-11-09</span><li><a href=a/1003.html>关于举办培训的通知</a><span>2026-11-08</span></ul></div>",
        &[TWO[0], TWO[1], "2026-11-08 关于举办培训的通知 a/1003.html"],
    );
}

#[test]
fn links_that_lead_nowhere_keep_their_row() {
    check(
        "<ul><li><a href='javascript:;'>关于开展检查的通知</a><span>2026-11-20</span><li><a href='#' onclick=\"window.open('a/1002.html')\">关于召开会议的通知</a><span>2026-11-09</span></ul>",
        &["2026-11-20 关于开展检查的通知 -", TWO[1]],
    );
}

#[test]
fn the_base_of_the_page_holds_for_its_links() {
    let r = reading(
        "<base href='/other/'><ul><li><a href=1001.html>关于开展检查的通知</a><span>2026-11-20</span><li><a href=//y.example/1002.html>关于召开会议的通知</a><span>2026-11-09</span></ul>",
        URL,
    );
    assert_eq!(r.entries[0].url, "http://x.example/other/1001.html");
    assert_eq!(r.entries[1].url, "http://y.example/1002.html");
}

#[test]
fn an_empty_column_is_no_fault_and_a_page_without_its_rows_is() {
    let frame = |inner: &str| {
        format!(
            "<head><title>规划计划_示例县人民政府</title><meta name=ColumnName content=规划计划></head><body><ul><li><a href=/>首页</a><li><a href=/zwgk/>政务公开</a></ul><div>当前位置：<a href=/>首页</a> &gt; 规划计划</div><div class=list>{inner}</div><p>主办：示例县人民政府办公室 技术支持：某某公司 网站地图 联系我们 备案号 12345678号</p></body>"
        )
    };
    for inner in ["<ul></ul>", "<p>暂无信息</p>", "", "<ul><!-- 列表 --></ul>"] {
        let r = reading(&frame(inner), URL);
        assert_eq!((r.outcome, r.entries.len(), r.end), (Outcome::Read, 0, End::Reached), "{inner}");
    }
    for inner in [
        "<ul id=box></ul><script>$.ajax({url:'/api/list',data:{page:1},success:function(d){$('#box').html(d)}})</script>",
        "<ul><li v-for='i in rows'>{{ i.title }}</li></ul>",
        "<script type='text/html' id=tpl><li><%= title %></li></script>",
    ] {
        let r = reading(&frame(inner), URL);
        assert_eq!((r.outcome, r.entries.len()), (Outcome::Suspect(Reason::NotRendered), 0), "{inner}");
    }
    let shell = "<html><head><title>政府信息公开</title></head><body><div id=app></div><script src=/js/app.3f2a.js></script></body></html>";
    assert_eq!(reading(shell, URL).outcome, Outcome::Suspect(Reason::NotRendered));
}

#[test]
fn dates_that_follow_the_clock_are_not_believed() {
    let rows: String = (1..10)
        .map(|i| format!("<li><a href=t2026010{i}_1.html>关于开展检查的第{i}号通知</a><span>2026-11-24</span>"))
        .collect();
    let r = reading(&format!("<ul>{rows}</ul>"), URL);
    assert_eq!(r.outcome, Outcome::Suspect(Reason::DatesFollowClock));
}

#[test]
fn a_list_without_a_year_takes_it_from_the_address() {
    check(
        "<ul><li><a href=t20261120_1001.html>关于开展检查的通知</a><span>11-20</span><li><a href=t20181109_1002.html>关于召开会议的通知</a><span>11-09</span></ul>",
        &["2026-11-20 关于开展检查的通知 t20261120_1001.html", "2018-11-09 关于召开会议的通知 t20181109_1002.html"],
    );
    check(
        "<ul><li><a href=a/1001.html>关于开展检查的通知</a><span title='2026-11-20 10:00'>11-20</span><li><a href=a/1002.html>关于召开会议的通知</a><span title='2019-11-09'>11-09</span></ul>",
        &[TWO[0], "2019-11-09 关于召开会议的通知 a/1002.html"],
    );
}
