//! Article and notice pages of 微信公众平台, told by their markup (NEWMEDIA.md section 3).

use std::sync::LazyLock;

use model::{DateFrom, Day, Entry, Outcome, Reason};
use regex::Regex;

use crate::dates;
use crate::dom::{Id, Tag};
use crate::feed::day_of_epoch;
use crate::page::Page;
use crate::text;
use crate::{End, Input, Reading, charset};

/// What the page of an article says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WechatArticle {
    /// The title, the day of publication and the account's name.
    pub entry: Entry,
    /// `__biz` of the account.
    pub biz: Option<String>,
    /// Its original id, `gh_…`.
    pub gh: Option<String>,
    /// The long address that the page gives itself, by which the same article is known elsewhere.
    pub long_url: Option<String>,
}

/// Reads the page of an article of 微信公众平台. The outcome says what stands in the way where there is none: a captcha, a
/// notice that it was deleted, or a page of somebody else.
///
/// # Errors
/// What came of it instead.
pub fn wechat_article(input: &Input<'_>) -> Result<WechatArticle, Outcome> {
    let body = charset::decode(input.bytes, input.content_type).ok_or(Outcome::Failed(Reason::BrokenEncoding))?;
    let page = Page::new(&body, input.url, input.today);
    if !is_article(&page) {
        return Err(notice(&page).map_or(Outcome::Failed(Reason::Unreadable), |said| verdict(&said)));
    }
    let entry = article(&page, input.url).entries.into_iter().next().ok_or(Outcome::Suspect(Reason::Doubtful))?;
    let meta_url = page
        .doc
        .all(Tag::Meta)
        .find(|&m| page.doc.attr(m, "property").is_some_and(|p| p == "og:url"))
        .and_then(|m| page.doc.attr(m, "content"))
        .map(|u| u.into_owned());
    let long_url = meta_url.filter(|u| u.contains("__biz="));
    let in_url = |name: &str| {
        let query = long_url.as_deref()?.split_once('?')?.1.replace("&amp;", "&");
        let found = query.split('&').find_map(|p| p.strip_prefix(name)?.strip_prefix('='))?;
        Some(found.replace("%3D", "=").replace("%3d", "="))
    };
    let biz = in_scripts(&page, &BIZ).or_else(|| in_url("__biz")).filter(|b| !b.is_empty());
    Ok(WechatArticle { entry, biz, gh: in_scripts(&page, &GH), long_url })
}

/// Is it an article or a notice of the platform?
pub(crate) fn is_page(page: &Page<'_>) -> bool {
    is_article(page) || notice(page).is_some()
}

/// Reads an article or notice; `None` for pages of anybody else.
pub(crate) fn read(page: &Page<'_>, url: &str) -> Option<Reading> {
    if is_article(page) {
        return Some(article(page, url));
    }
    notice(page).map(|said| Reading::bad("wechat", verdict(&said)))
}

fn by_id(page: &Page<'_>, id: &str) -> Option<Id> {
    (1..page.doc.len()).find(|&i| page.doc.tag(i).is_some() && page.doc.attr(i, "id").is_some_and(|v| v == id))
}

/// An article has the platform's head and either its body or its pictures.
fn is_article(page: &Page<'_>) -> bool {
    let body = ["js_content", "picture_page_info_list", "js_image_desc"].iter().any(|m| page.text.contains(m));
    body && ["activity-name", "rich_media_title", "js_article"].iter().any(|m| page.text.contains(m))
        && (by_id(page, "activity-name").is_some()
            || by_id(page, "js_article").is_some()
            || by_id(page, "js_name").is_some())
}

/// The text of a notice page: only a page without an article has one, for an article may quote these words.
fn notice(page: &Page<'_>) -> Option<String> {
    let by_class = |name: &str| {
        (1..page.doc.len())
            .find(|&i| page.doc.attr(i, "class").is_some_and(|c| c.split_whitespace().any(|w| w == name)))
    };
    if page.text.len() > 300_000 || !page.text.contains("weui-msg") {
        return None;
    }
    let at = by_class("weui-msg__title").or_else(|| by_class("weui-msg"))?;
    let said = page.doc.text(at, 500);
    let all = by_class("weui-msg").map(|m| page.doc.text(m, 500)).unwrap_or_default();
    Some(format!("{said} {all}"))
}

fn verdict(said: &str) -> Outcome {
    let gone =
        ["删除", "违规", "侵权", "屏蔽", "注销", "隐私设置", "发送失败", "已迁移", "停止使用", "封禁", "无法查看"];
    if text::has_any(said, &["环境异常", "完成验证", "去验证", "安全验证"]) {
        Outcome::Blocked(Reason::Captcha)
    } else if said.contains("过于频繁") {
        Outcome::Blocked(Reason::Forbidden)
    } else if text::has_any(said, &gone) {
        Outcome::Blocked(Reason::Removed)
    } else if text::has_any(said, &["参数错误", "链接已过期"]) {
        Outcome::Failed(Reason::NotFound)
    } else if text::has_any(said, &["系统出错", "系统繁忙"]) {
        Outcome::Failed(Reason::HttpServer)
    } else {
        Outcome::Suspect(Reason::Doubtful)
    }
}

static EPOCH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?-u:\b)(?:ct|oriCreateTime|ori_create_time|create_time|createTime)\s*[=:]\s*["']?(\d{13}|\d{10})(?-u:\b)"#,
    )
    .ok()
});
static WRITTEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?-u:\b)(?:createTime|publish_time|publishTime)\s*[=:]\s*["'](\d{4}-\d{1,2}-\d{1,2}[^"']{0,12})["']"#)
        .ok()
});
static BIZ: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?-u:\b)(?:biz|__biz)\s*[=:]\s*["']{1,2}([A-Za-z0-9+/]{6,40}={0,2})["']"#).ok());
static GH: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?-u:\b)user_name\s*[=:]\s*["'](gh_[0-9a-z]{6,20})["']"#).ok());
static NICKNAME: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?-u:\b)nickname\s*[=:]\s*(?:htmlDecode\()?["']([^"'\n]{1,60})["']"#).ok());

fn article(page: &Page<'_>, url: &str) -> Reading {
    let meta = |key: &str| {
        page.doc
            .all(Tag::Meta)
            .find(|&m| page.doc.attr(m, "property").is_some_and(|p| p == key))
            .and_then(|m| page.doc.attr(m, "content"))
            .map(|c| text::title(&c))
            .filter(|t| !t.is_empty())
    };
    let shown = |id: &str| by_id(page, id).map(|n| text::title(&own_text(page, n))).filter(|t| !t.is_empty());
    let title = meta("og:title").or_else(|| shown("activity-name")).unwrap_or_default();
    let day = published(page);
    let name = shown("js_name").or_else(|| in_scripts(page, &NICKNAME)).or_else(|| meta("og:article:author"));
    let entry = Entry { title, url: url.to_owned(), date: day, date_from: day.map(|_| DateFrom::Script), source: name };
    let mut reading = Reading::good("wechat", vec![entry], End::Reached);
    if reading.entries[0].title.is_empty() {
        reading.outcome = Outcome::Suspect(Reason::Doubtful);
    }
    if day.is_none() {
        reading.notes.push("文章页面没有发布时间".to_owned());
    }
    reading
}

/// The text before any element that hides inside the name.
fn own_text(page: &Page<'_>, id: Id) -> String {
    let shown = page.doc.text(id, 600);
    let first = page.doc.children(id).find(|&c| page.doc.tag(c).is_none()).map(|c| page.doc.text(c, 600));
    first.filter(|t| !t.is_empty()).unwrap_or(shown)
}

fn in_scripts(page: &Page<'_>, re: &LazyLock<Option<Regex>>) -> Option<String> {
    let re = re.as_ref()?;
    page.doc.scripts().find_map(|(_, s)| re.captures(s).map(|f| text::title(&f[1])))
}

/// The time of publication: one of several variables, and none of them always there.
fn published(page: &Page<'_>) -> Option<Day> {
    let epoch = page
        .doc
        .scripts()
        .flat_map(|(_, s)| EPOCH.as_ref().into_iter().flat_map(move |re| re.captures_iter(s)))
        .find_map(|f| day_of_epoch(f[1].parse().ok()?).filter(|d| sensible(*d, page.today)));
    epoch.or_else(|| {
        let written = in_scripts(page, &WRITTEN)?;
        dates::first(&written, page.today).map(|f| f.day).filter(|d| sensible(*d, page.today))
    })
}

/// The platform opened in 2012; nothing is published tomorrow.
fn sensible(day: Day, today: Day) -> bool {
    use chrono::Datelike;
    day.year() >= 2012 && day <= model::calendar::shift(today, 1)
}
