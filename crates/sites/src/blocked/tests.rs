//! Pages that stand in the way, and pages that only look like them.

use model::{Outcome, Reason};

use crate::End;
use crate::testing::{LIST, reading};

const URL: &str = "http://x.example/zwgk/tzgg/index.html";

fn page(title: &str, body: &str) -> String {
    format!("<html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>")
}

#[track_caller]
fn check(html: &str, expected: Outcome) {
    let r = reading(html, URL);
    assert_eq!((r.outcome, r.entries.len()), (expected, 0), "{html}");
}

#[test]
fn challenges_are_told() {
    let blocked = Outcome::Blocked(Reason::JsChallenge);
    check(
        &page(
            "",
            "<script>var arg1='98';function setCookie(n,v){document.cookie=n+'='+v}function reload(x){setCookie('acw',x);document.location.reload();}</script>",
        ),
        blocked,
    );
    check(
        "<script>document.cookie='__jsl_clearance=1|x';location.href=location.pathname+location.search</script>",
        blocked,
    );
    check(
        &format!(
            "<html><head><meta id=x content='{}' r='m'><script>$_ts=window['$_ts'];if(!$_ts)$_ts={{}};$_ts.nsd=1;</script></head><body></body></html>",
            "q".repeat(80)
        ),
        blocked,
    );
    check(&page("Just a moment...", "<h1>x.example</h1><p>Verifying you are human.</p>"), blocked);
}

#[test]
fn captchas_gateways_and_walls_are_told() {
    check(&page("安全验证", "<h1>安全验证</h1><p>请拖动滑块完成验证后继续</p>"), Outcome::Blocked(Reason::Captcha));
    check(
        &page("403 Forbidden", "<center><h1>403 Forbidden</h1></center><hr><center>nginx</center>"),
        Outcome::Blocked(Reason::Forbidden),
    );
    check(
        &page("网站防火墙", "<p>您的请求带有不合法参数，已被网站管理员设置拦截！</p>"),
        Outcome::Blocked(Reason::Forbidden),
    );
    check(
        &page("用户登录", "<form>用户名<input name=u>密码<input type=PASSWORD name=p></form>"),
        Outcome::Blocked(Reason::LoginWall),
    );
}

#[test]
fn notices_in_place_of_a_page_are_told() {
    check(
        &page("系统维护公告", "<p>尊敬的用户：网站升级改版，暂停服务至12月1日。</p>"),
        Outcome::Suspect(Reason::Maintenance),
    );
    check(
        &page("提示", "<p>对不起，您访问的页面不存在或已被删除</p><a href=/>返回首页</a>"),
        Outcome::Suspect(Reason::SoftNotFound),
    );
    check(
        &page("404 Not Found", "<h1>Not Found</h1><p>The requested URL was not found on this server.</p>"),
        Outcome::Suspect(Reason::NotFound),
    );
    check(&page("502 Bad Gateway", "<h1>502 Bad Gateway</h1>"), Outcome::Failed(Reason::HttpServer));
    check(" \n\t", Outcome::Failed(Reason::EmptyBody));
}

#[test]
fn a_list_whose_titles_quote_the_words_is_a_list() {
    let rows: String = [
        "网站维护公告",
        "关于404错误页面的整改通报",
        "系统升级暂停服务的通知",
        "登录验证码安全验证功能上线",
        "关于拦截非法请求的通报",
    ]
    .iter()
    .enumerate()
    .map(|(i, t)| format!("<li><a href=a/100{i}.html>{t}</a><span>2026-11-0{}</span>", 9 - i))
    .collect();
    let r = reading(&page("通知公告", &format!("<ul>{rows}</ul>")), URL);
    assert_eq!((r.outcome, r.entries.len()), (Outcome::Read, 5), "{:?}", r.notes);
    let login = "<form><input name=u><input type=password><button>登录</button></form>";
    let r = reading(&page("通知公告", &format!("{login}<ul>{rows}</ul>")), URL);
    assert_eq!((r.outcome, r.entries.len()), (Outcome::Read, 5), "{:?}", r.notes);
}

#[test]
fn pages_that_send_their_reader_on_name_the_target() {
    let target = |html: &str| match reading(html, URL).end {
        End::Moved(to) => to,
        other => format!("{other:?}"),
    };
    assert_eq!(target("<meta http-equiv=\"Refresh\" content=\"0;URL=../gsgg/\">"), "http://x.example/zwgk/gsgg/");
    assert_eq!(target("<META content=\"3; url='/zwgk/gsgg/'\" HTTP-EQUIV=refresh>"), "http://x.example/zwgk/gsgg/");
    assert_eq!(
        target(
            "<script>document.write('<meta http-equiv=\"Refresh\" content=\"0;URL=http://x.example/zwgk/gsgg/\" />');</script>"
        ),
        "http://x.example/zwgk/gsgg/"
    );
    assert_eq!(target("<script>window.location.href=\"gsgg/\";</script>"), "http://x.example/zwgk/tzgg/gsgg/");
    // A page that reloads itself, or one with rows, goes nowhere.
    assert_eq!(target(&format!("<meta http-equiv=refresh content='5;url={URL}'>{LIST}")), "Reached");
}

#[test]
fn a_list_of_one_item_that_quotes_a_notice_is_a_list() {
    let r = reading(&page("通知公告", "<ul><li><a href=a/1001.html>网站维护公告</a><span>2026-11-09</span></ul>"), URL);
    assert_eq!((r.outcome, r.entries.len()), (Outcome::Read, 1), "{:?}", r.notes);
}
