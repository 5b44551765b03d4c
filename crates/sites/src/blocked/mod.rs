//! Pages that stand in the way of the page: told apart from empty columns.

mod redirect;

pub(crate) use redirect::target;

use model::{Outcome, Reason};

use crate::dom::{Kind, Tag};
use crate::page::Page;
use crate::text::{han, has_any, has_any_ascii, is_letter};

/// Why this page is not the page that was asked for; `None` where nothing speaks against it.
///
/// A long page may quote any of these words, so most are believed only on a short page or in a title.
pub(crate) fn reason(page: &Page<'_>) -> Option<Outcome> {
    let title = title(page);
    if page.quick && is_plain_list(page) {
        // With three dates and this much text nothing else speaks against a page.
        return waits(&title).then_some(Outcome::Blocked(Reason::JsChallenge));
    }
    let shown = shown(page);
    if shown.is_empty() && page.text.trim().is_empty() {
        return Some(Outcome::Failed(Reason::EmptyBody));
    }
    let scene = Scene { heading: heading(page), short: shown.chars().count() < 900, page, title, shown };
    challenge(&scene)
        .map(Outcome::Blocked)
        .or_else(|| captcha(&scene).map(Outcome::Blocked))
        .or_else(|| gateway(&scene).map(Outcome::Blocked))
        .or_else(|| login(&scene).map(Outcome::Blocked))
        .or_else(|| maintenance(&scene).map(Outcome::Suspect))
        .or_else(|| missing(&scene).map(Outcome::Suspect))
        .or_else(|| server_error(&scene).map(Outcome::Failed))
}

struct Scene<'p, 't> {
    page: &'p Page<'t>,
    title: String,
    /// The text of its headings.
    heading: String,
    shown: String,
    short: bool,
}

impl Scene<'_, '_> {
    /// The words stand in the title or a heading, or anywhere on a short page.
    fn says(&self, words: &[&str]) -> bool {
        has_any(&self.title, words) || (self.short && (has_any(&self.heading, words) || has_any(&self.shown, words)))
    }

    /// Hardly anything but the notice is on the page.
    fn bare(&self) -> bool {
        self.shown.chars().count() < 300 && self.page.links().len() < 12 && !self.listed()
    }

    /// Dates beside links to items: a short list may quote any of the words in its titles.
    fn listed(&self) -> bool {
        let dates = self.page.dates().len();
        dates >= 3 || (dates > 0 && self.page.links().iter().any(|l| crate::list::item_like(&l.url)))
    }
}

/// A page with dates and with letters enough that only its title could say it is another.
fn is_plain_list(page: &Page<'_>) -> bool {
    let body = page.doc.all(Tag::Body).next();
    let lettered = |b| page.doc.text(b, 1_000).chars().filter(|c| is_letter(*c)).nth(FEW_LETTERS - 1).is_some();
    page.dates().len() >= 3 && body.is_some_and(lettered)
}

/// A page with fewer letters than these shows its reader nothing.
const FEW_LETTERS: usize = 80;

/// The title of a page that makes its reader wait for a script.
fn waits(title: &str) -> bool {
    has_any(title, &["Just a moment", "Checking your browser"])
}

fn title(page: &Page<'_>) -> String {
    page.doc.all(Tag::Title).next().map(|t| page.doc.text(t, 500)).unwrap_or_default()
}

fn heading(page: &Page<'_>) -> String {
    page.doc.headings().take(4).map(|h| page.doc.text(h, 300)).collect::<Vec<_>>().join(" ")
}

/// The text of the body, up to a bound.
fn shown(page: &Page<'_>) -> String {
    let body = page.doc.all(Tag::Body).next().unwrap_or(0);
    let mut text = page.doc.text(body, 8_000);
    if body == 0 {
        // Without a body the head may be all there is.
        text = text.replacen(&title(page), "", 1).trim().to_owned();
    }
    text
}

/// A page of scripts that sets a cookie and loads itself again.
fn challenge(s: &Scene<'_, '_>) -> Option<Reason> {
    let little = s.shown.chars().filter(|c| c.is_alphanumeric()).take(FEW_LETTERS).count() < FEW_LETTERS;
    if waits(&s.title) {
        return Some(Reason::JsChallenge);
    }
    let asks = [
        "enable javascript",
        "启用javascript",
        "开启javascript",
        "请启用 javascript",
        "正在检测浏览器",
        "浏览器安全检查",
    ];
    if s.bare() && has_any(&format!("{} {}", s.title, s.shown).to_lowercase(), &asks) && s.page.links().len() < 5 {
        return Some(Reason::JsChallenge);
    }
    if !little {
        return None;
    }
    let scripts = s.page.doc.scripts().map(|(_, t)| t);
    let marks = [
        "document.cookie",
        "setcookie",
        "location.reload",
        "location.href=location",
        "$_ts",
        "eval(",
        "_0x",
        "challenge",
        "\\x6",
    ];
    let mut hits = 0;
    let mut size = 0;
    for script in scripts {
        size += script.len();
        let head = script.char_indices().nth(60_000).map_or(script, |(i, _)| &script[..i]);
        hits += marks.iter().filter(|m| has_any_ascii(head, &[m])).count();
    }
    let tokens = s
        .page
        .doc
        .all(Tag::Meta)
        .any(|m| s.page.doc.attr(m, "r").is_some() && s.page.doc.attr(m, "content").is_some_and(|c| c.len() > 60));
    (tokens || hits >= 2 || (hits >= 1 && size > 1_500)).then_some(Reason::JsChallenge)
}

fn captcha(s: &Scene<'_, '_>) -> Option<Reason> {
    let words = [
        "安全验证",
        "拖动滑块",
        "滑块完成验证",
        "人机验证",
        "完成验证后即可",
        "请完成验证",
        "访问验证",
        "身份核实",
        "环境异常",
        "请输入验证码后继续",
        "请输入验证码继续访问",
        "验证码访问",
        "captcha",
        "Captcha",
    ];
    (s.bare() && s.says(&words)).then_some(Reason::Captcha)
}

fn gateway(s: &Scene<'_, '_>) -> Option<Reason> {
    let words = [
        "403 Forbidden",
        "Access Denied",
        "Access denied",
        "412 Precondition",
        "Request Rejected",
        "访问被拒绝",
        "访问被阻断",
        "拦截",
        "网站防火墙",
        "云防护",
        "安全防护",
        "非法请求",
        "访问受限",
        "您的访问可能",
        "被禁止访问",
        "禁止访问",
        "Forbidden",
        "访问过于频繁",
        "请求过于频繁",
        "Web应用防火墙",
        "WAF",
        "恶意请求",
        "has been blocked",
        "was rejected",
        "potential threats",
        "Support ID",
        "疑似攻击",
        "黑客攻击",
        "安全威胁",
        "存在威胁",
        "IP被限制",
        "IP地址被",
    ];
    (s.bare() && s.says(&words)).then_some(Reason::Forbidden)
}

/// A page with a field for a password and no list: a wall. News pages have login boxes in their corners.
fn login(s: &Scene<'_, '_>) -> Option<Reason> {
    let password = s
        .page
        .doc
        .all(Tag::Input)
        .any(|i| s.page.doc.attr(i, "type").is_some_and(|t| t.eq_ignore_ascii_case("password")));
    let named = has_any(&s.title, &["登录", "登陆", "Login", "login", "统一身份认证", "Sign in"]);
    let few_dates = s.page.dates().len() < 3;
    let asked = s.bare()
        && has_any(&s.shown, &["请先登录", "您还没有登录", "您尚未登录", "登录后查看", "登录已过期", "请登录后"]);
    (few_dates && ((password && (named || s.short)) || (named && s.short) || asked)).then_some(Reason::LoginWall)
}

fn maintenance(s: &Scene<'_, '_>) -> Option<Reason> {
    let words = [
        "网站维护",
        "系统维护",
        "维护中",
        "正在维护",
        "停机维护",
        "升级改版",
        "网站升级",
        "系统升级",
        "正在升级",
        "改版升级",
        "建设中",
        "暂停服务",
        "暂停访问",
        "临时下线",
        "网站关闭",
        "站点已关闭",
        "暂时关闭",
        "网站已暂停",
        "under maintenance",
        "Under Maintenance",
        "Under Construction",
    ];
    let listed = s.page.dates().len() >= 3;
    (!listed && s.bare() && s.says(&words)).then_some(Reason::Maintenance)
}

fn missing(s: &Scene<'_, '_>) -> Option<Reason> {
    let in_title = [
        "404",
        "页面不存在",
        "找不到页面",
        "无法找到",
        "Not Found",
        "页面未找到",
        "页面找不到",
        "页面没有找到",
        "访问出错",
    ];
    let in_text = [
        "页面不存在",
        "页面未找到",
        "网页不存在",
        "您访问的页面",
        "您请求的页面",
        "您要访问的页面",
        "您查找的页面",
        "您要查看的页面",
        "你访问的页面",
        "页面已删除",
        "找不到您",
        "走丢了",
        "可能已被删除",
        "暂时不可用",
        "可能已经删除",
        "资源不存在",
        "找不到资源",
        "链接已失效",
        "稿件已撤",
        "信息已删除",
        "信息已被删除",
        "无法找到该",
        "找不到页面",
        "页面找不到",
        "栏目不存在",
        "频道不存在",
        "信息不存在",
        "文章不存在",
        "该信息已被删除",
        "内容不存在",
        "Not Found",
        "was not found on this server",
        "File or directory not found",
        "HTTP 404",
        "HTTP Status 404",
        "404错误",
        "该页面已",
    ];
    let listed = s.page.dates().len() >= 3;
    let hit =
        has_any(&s.title, &in_title) || (s.bare() && (has_any(&s.shown, &in_text) || has_any(&s.heading, &in_text)));
    if !hit || listed {
        return None;
    }
    // The bare page of a web server is a plain 404; a page in the site's own dress hides it.
    let plain = s.page.links().is_empty() && han(&s.shown) == 0 && has_any(&s.title, &["404", "Not Found"]);
    Some(if plain { Reason::NotFound } else { Reason::SoftNotFound })
}

fn server_error(s: &Scene<'_, '_>) -> Option<Reason> {
    let titles = [
        "502 Bad Gateway",
        "503 Service",
        "504 Gateway",
        "500 Internal",
        "500 - ",
        "Service Unavailable",
        "Internal Server Error",
        "Runtime Error",
        "运行时错误",
        "Bad Gateway",
        "HTTP Status 500",
        "服务器错误",
        "系统错误",
        "数据库错误",
        "Database Error",
    ];
    let texts = [
        "Internal Server Error",
        "Bad Gateway",
        "Service Unavailable",
        "数据库连接失败",
        "数据库连接错误",
        "系统错误",
        "服务器内部错误",
        "系统繁忙",
        "服务器繁忙",
        "Whitelabel Error Page",
    ];
    let listed = s.page.dates().len() >= 3;
    (!listed && s.bare() && (has_any(&s.title, &titles) || has_any(&s.shown, &texts))).then_some(Reason::HttpServer)
}

/// Does the page say, where its reader sees it, that its column is empty?
pub(crate) fn says_empty(page: &Page<'_>) -> bool {
    let words = [
        "暂无信息",
        "暂无数据",
        "暂无内容",
        "暂无相关",
        "暂无文章",
        "没有相关信息",
        "没有找到相关",
        "没有信息",
        "暂无记录",
        "无相关信息",
        "暂无更新",
        "暂无公开",
        "本栏目暂无",
        "该栏目暂无",
        "内容正在整理",
        "没有相关数据",
        "没有数据",
        "没有符合条件",
        "没有内容",
        "暂时没有",
        "暂无资料",
        "暂无公告",
        "暂无通知",
        "暂未发布",
        "尚未发布",
        "无相关数据",
        "共0条",
        "共 0 条",
        "共有0条",
        "共有 0 条",
        "总共0条",
    ];
    (1..page.doc.len()).any(|i| {
        let said = page.doc.source(i);
        page.doc.node(i).kind == Kind::Text && said.len() < 200 && has_any(said, &words) && !hidden(page, i)
    })
}

/// Does a script show this text only later, if at all?
fn hidden(page: &Page<'_>, text: crate::dom::Id) -> bool {
    page.doc.parents(text).take(6).any(|p| {
        matches!(page.doc.tag(p), Some(Tag::Template | Tag::Noscript))
            || page.doc.attrs(p).any(|(name, value)| match name.to_ascii_lowercase().as_str() {
                "hidden" | "v-if" | "v-show" | "v-else" | "ng-if" | "ng-show" => true,
                "style" => value.to_ascii_lowercase().replace(' ', "").contains("display:none"),
                _ => false,
            })
    })
}

#[cfg(test)]
mod tests;
