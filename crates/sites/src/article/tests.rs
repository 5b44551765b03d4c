//! Pages of one item.

use model::{DateFrom, Outcome, Reason};

use crate::testing::read_as;
use crate::{ReadAs, Reading};

const URL: &str = "http://x.example/zwgk/tzgg/202611/t20261121_1.html";

fn reading(html: &str) -> Reading {
    read_as(html.as_bytes(), URL, ReadAs::Article)
}

/// Title, date, where the date was read, source.
#[track_caller]
fn check(html: &str, title: &str, date: &str, from: DateFrom, source: Option<&str>) {
    let r = reading(html);
    let e = &r.entries[0];
    let got = (e.title.as_str(), e.date.map(|d| d.to_string()), e.date_from, e.source.as_deref());
    assert_eq!(got, (title, Some(date.to_owned()), Some(from), source), "{:?}", r.outcome);
}

const TITLE: &str = "关于开展安全生产检查的通知";

fn tagged(body: &str) -> String {
    format!(
        "<html><head><title>{TITLE}_示例区人民政府</title><META content=\"{TITLE}\" name=articletitle><meta name='PubDate' content='2026-11-20 10∶08'/><meta content='区应急局' name='ContentSource'></head><body>{body}</body></html>"
    )
}

fn plain(body: &str) -> String {
    format!(
        "<html><head><title>{TITLE}-示例区人民政府网</title></head><body><a href=/><h1>示例区人民政府</h1></a><h2>{TITLE}</h2>{body}<p>各单位：2020年1月1日起执行。</p></body></html>"
    )
}

#[test]
fn the_national_tags_are_read_in_any_order_and_case() {
    check(&tagged("<p>正文</p>"), TITLE, "2026-11-20", DateFrom::Meta, Some("区应急局"));
}

#[test]
fn what_the_reader_sees_counts_before_the_tags() {
    let r = reading(&tagged(&format!("<h1>{TITLE}</h1><span>发布日期：2026-11-18</span> <span>来源：区安委办</span>")));
    let e = &r.entries[0];
    assert_eq!((e.date.map(|d| d.to_string()).as_deref(), e.source.as_deref()), (Some("2026-11-18"), Some("区安委办")));
    assert!(r.notes.iter().any(|n| n.contains("PubDate")), "{:?}", r.notes);
}

#[test]
fn the_box_of_a_catalogue_holds_no_title() {
    let page = format!(
        "<html><head><title>示例区人民政府 解读材料 {TITLE}</title></head><body><table><tr><td>索 引 号:</td><td>01/2026-1</td></tr><tr><td>组配分类:</td><td>解读材料</td></tr><tr><td>发布日期:</td><td>2026-11-20</td></tr></table><p>{TITLE}</p><p>{}</p></body></html>",
        "各单位要认真落实。".repeat(40)
    );
    check(&page, TITLE, "2026-11-20", DateFrom::Page, None);
}

#[test]
fn a_title_that_speaks_of_an_event_may_have_its_date_beside_it() {
    let title = "关于开展主题宣传活动的通知";
    let page = format!(
        "<html><head><title>{title}__示例区卫生健康局</title></head><body><h2>{title} <small>( 2026-11-20)</small></h2><p>{}</p></body></html>",
        "各单位要认真落实。".repeat(40)
    );
    check(&page, title, "2026-11-20", DateFrom::Page, None);
}

#[test]
fn a_window_named_after_the_site_names_no_article() {
    let page = format!(
        "<html><head><title>示例区人民政府门户网站 - www.x.example</title></head><body><div>示例区人民政府门户网站</div><div>2026年11月24日</div><h2>百件实事之一</h2><h1>{TITLE}</h1><div><span>来源： 示例日报 2026-11-20 08:03</span></div><p>{}</p></body></html>",
        "各单位要认真落实。".repeat(40)
    );
    check(&page, TITLE, "2026-11-20", DateFrom::Page, Some("示例日报"));
}

#[test]
fn a_quoted_source_with_a_date_says_nothing_against_the_tag() {
    let text = "<p>各单位要认真落实。</p>".repeat(40);
    let page = tagged(&format!("{text}<p>来源：旧闻 2020-01-01 08:00</p>"));
    check(&page, TITLE, "2026-11-20", DateFrom::Meta, Some("旧闻"));
    let input = crate::Input {
        bytes: page.as_bytes(),
        url: URL,
        content_type: None,
        read_as: ReadAs::Article,
        source: &model::Source::Auto,
        today: "2026-11-24".parse().unwrap(),
    };
    let claims = crate::article_claims(&input).unwrap();
    assert!(claims.iter().all(|c| c.day.to_string().starts_with("2026-11")), "{claims:?}");
}

#[test]
fn a_day_that_a_text_without_its_title_begins_with_says_nothing_against_the_tag() {
    let page = tagged("<p>来源：旧闻 2020-01-01 08:00</p><p>各单位要认真落实。</p>");
    check(&page, TITLE, "2026-11-20", DateFrom::Meta, Some("旧闻"));
    // Under its title it is the date that the reader sees.
    let page = tagged(&format!("<h1>{TITLE}</h1><p>来源：区应急局 2026-11-19 08:00</p><p>各单位要认真落实。</p>"));
    check(&page, TITLE, "2026-11-19", DateFrom::Page, Some("区应急局"));
}

#[test]
fn a_date_of_signature_is_none_of_publication() {
    check(
        &tagged("<table><tr><td>成文日期：2026-10-01</td><td>印发日期：2026-10-02</td></tr></table>"),
        TITLE,
        "2026-11-20",
        DateFrom::Meta,
        Some("区应急局"),
    );
}

#[test]
fn labels_and_values_may_stand_apart() {
    check(
        &plain("<div><i>时间：</i>2026-11-20 06:23 <i>来源：</i> 示例日报</div>"),
        TITLE,
        "2026-11-20",
        DateFrom::Page,
        Some("示例日报"),
    );
    check(
        &plain("<div><b>日期：</b><b>2026年11月20日</b> 来源： | 浏览次数：3</div>"),
        TITLE,
        "2026-11-20",
        DateFrom::Page,
        None,
    );
    check(&plain("<p>【信息发布时间：2026-11-20阅读次数：<i></i>】</p>"), TITLE, "2026-11-20", DateFrom::Page, None);
    check(&plain("<div>示例日报 ( 2026-11-20 09:20:26 )</div>"), TITLE, "2026-11-20", DateFrom::Page, None);
}

#[test]
fn a_date_that_a_script_writes_is_read() {
    check(
        &plain("<div>发布时间： <script>var pubdata='2026年11月20日'; document.write(pubdata);</script></div>"),
        TITLE,
        "2026-11-20",
        DateFrom::Script,
        None,
    );
}

#[test]
fn the_address_is_the_last_resort() {
    check(&plain(""), TITLE, "2026-11-21", DateFrom::Url, None);
}

#[test]
fn an_article_that_quotes_a_notice_is_an_article() {
    check(
        &tagged("<p>您访问的页面不存在，请完成验证后继续访问。</p>"),
        TITLE,
        "2026-11-20",
        DateFrom::Meta,
        Some("区应急局"),
    );
    assert_eq!(reading("<title>404</title><p>您访问的页面不存在</p>").outcome, Outcome::Suspect(Reason::SoftNotFound));
}

#[test]
fn articles_and_notices_of_wechat_are_read() {
    let article = "<meta property='og:title' content='区教育局召开会议'><h1 id=activity-name>区教育局召开会议</h1><a id=js_name> 示例教育 </a><em id=publish_time></em><div id=js_content>提到“该内容已被发布者删除”</div><script>var ct = \"1795105800\";</script>";
    check(article, "区教育局召开会议", "2026-11-20", DateFrom::Script, Some("示例教育"));
    let notice = |t: &str| {
        reading(&format!("<title>微信公众平台</title><div class='weui-msg'><h2 class='weui-msg__title'>{t}</h2></div>"))
            .outcome
    };
    assert_eq!(notice("该内容已被发布者删除"), Outcome::Blocked(Reason::Removed));
    assert_eq!(notice("此账号已被屏蔽，内容无法查看"), Outcome::Blocked(Reason::Removed));
    assert_eq!(notice("环境异常"), Outcome::Blocked(Reason::Captcha));
    assert_eq!(notice("系统出错"), Outcome::Failed(Reason::HttpServer));
    assert_eq!(notice("未知提示"), Outcome::Suspect(Reason::Doubtful));
}
