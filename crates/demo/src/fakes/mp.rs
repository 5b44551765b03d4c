//! Article pages of 微信公众平台, and what is shown in their place.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use chrono::{NaiveDateTime, TimeDelta};

use super::{Asked, Fake, Reply};

/// What stands at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MpPage {
    /// An article.
    Article {
        /// Its title.
        title: String,
        /// The name of the account.
        account: String,
        /// `__biz` of the account.
        biz: String,
        /// When it was published, on the wall.
        at: NaiveDateTime,
    },
    /// A notice with status 200: 该内容已被发布者删除.
    Notice(&'static str),
    /// A captcha, with status 200.
    Captcha,
    /// A captcha behind a redirect.
    CaptchaElsewhere,
}

/// The host of the articles.
#[derive(Default)]
pub struct FakeMp {
    pages: Mutex<BTreeMap<String, MpPage>>,
}

impl FakeMp {
    /// Puts a page at a path (`/s/…`).
    pub fn put(&self, path: &str, page: MpPage) {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), page);
    }
}

impl Fake for FakeMp {
    fn reply(&self, asked: &Asked<'_>) -> Reply {
        let page = self.pages.lock().unwrap_or_else(PoisonError::into_inner).get(asked.path).cloned();
        match page {
            Some(MpPage::Article { title, account, biz, at }) => html(&article(&title, &account, &biz, at)),
            Some(MpPage::Notice(words)) => html(&notice(words)),
            Some(MpPage::Captcha) => html(&captcha()),
            Some(MpPage::CaptchaElsewhere) => Reply {
                location: Some("/mp/wappoc_appmsgcaptcha?poc_token=x".to_owned()),
                ..Reply::new(302, "text/html", "")
            },
            None if asked.path == "/mp/wappoc_appmsgcaptcha" => html(&captcha()),
            None if asked.path == "/robots.txt" => Reply::new(404, "text/plain", ""),
            None => html(&notice("参数错误")),
        }
    }
}

fn html(page: &str) -> Reply {
    Reply::new(200, "text/html; charset=UTF-8", page)
}

fn article(title: &str, account: &str, biz: &str, at: NaiveDateTime) -> String {
    let ct = (at - TimeDelta::hours(8)).and_utc().timestamp();
    let (title, account) = (crate::words::escape(title), crate::words::escape(account));
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title></title><meta property=\"og:title\" content=\"{title}\"/>\
         <meta property=\"og:site_name\" content=\"微信公众平台\"/></head><body id=\"activity-detail\"><div id=\"js_article\" class=\"rich_media\">\
         <h1 class=\"rich_media_title\" id=\"activity-name\">{title}</h1><a href=\"javascript:void(0);\" id=\"js_name\">\n   {account}   </a>\
         <em id=\"publish_time\"></em><div class=\"rich_media_content\" id=\"js_content\"><p>正文。</p></div></div>\
         <script>var biz = \"{biz}\" || \"\"; var ct = \"{ct}\"; var user_name = \"gh_000000000001\";</script></body></html>"
    )
}

fn notice(words: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><title>微信公众平台</title></head><body><div class=\"weui-msg\"><div class=\"weui-msg__text-area\">\
         <h2 class=\"weui-msg__title\">{words}</h2></div></div></body></html>"
    )
}

fn captcha() -> String {
    notice("当前环境异常，完成验证后即可继续访问。<a id=\"js_verify\">去验证</a>")
}
