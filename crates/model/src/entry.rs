//! 信息: one published item, as a page or feed shows it.

use serde::{Deserialize, Serialize};

use crate::Day;

/// Where the date of an entry was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateFrom {
    /// Beside the link in the list.
    List,
    /// A field of the feed.
    Feed,
    /// A field of a JSON or script record.
    Record,
    /// The meta tags of the article page.
    Meta,
    /// The visible text of the article page.
    Page,
    /// The address of the article.
    Url,
    /// A script variable of the page.
    Script,
    /// A person looked and entered it.
    Person,
}

impl DateFrom {
    /// The kebab-case word, as in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            DateFrom::List => "list",
            DateFrom::Feed => "feed",
            DateFrom::Record => "record",
            DateFrom::Meta => "meta",
            DateFrom::Page => "page",
            DateFrom::Url => "url",
            DateFrom::Script => "script",
            DateFrom::Person => "person",
        }
    }

    /// As the clerk reads it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            DateFrom::List => "列表",
            DateFrom::Feed => "订阅源",
            DateFrom::Record => "数据接口",
            DateFrom::Meta => "正文页标签",
            DateFrom::Page => "正文页",
            DateFrom::Url => "网址",
            DateFrom::Script => "正文页脚本",
            DateFrom::Person => "人工",
        }
    }

    /// Is it shown to the reader of the item's own page? A meta tag or an address is filled by the publishing system.
    #[must_use]
    pub fn is_shown_on_page(self) -> bool {
        matches!(self, DateFrom::Page | DateFrom::Script)
    }

    /// The variant that [`DateFrom::word`] names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<DateFrom> {
        use DateFrom::{Feed, List, Meta, Page, Person, Record, Script, Url};
        [List, Feed, Record, Meta, Page, Url, Script, Person].into_iter().find(|d| d.word() == word)
    }
}

/// A date that something says of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Claim {
    /// What says so.
    pub from: DateFrom,
    /// The date.
    pub day: Day,
}

/// One item as read. Text is plain (entities decoded, tags removed) and untrusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The title.
    pub title: String,
    /// The absolute address; empty where the page gives none.
    pub url: String,
    /// The date that is claimed, where one can be read.
    pub date: Option<Day>,
    /// Where that date was read.
    pub date_from: Option<DateFrom>,
    /// 来源, where the page names it.
    pub source: Option<String>,
}

impl Entry {
    /// What makes two sightings the same item of a channel: the address without fragment, scheme and a trailing
    /// `index.html`; where there is no address, title and date.
    ///
    /// ```
    /// # use model::Entry;
    /// let e = |url: &str| Entry { title: "通知".into(), url: url.into(), date: None, date_from: None, source: None };
    /// assert_eq!(e("http://a.gov.cn/x/t1.html#top").key(), e("https://a.gov.cn/x/t1.html").key());
    /// ```
    #[must_use]
    pub fn key(&self) -> String {
        key(&self.url, &self.title, self.date)
    }
}

/// The key of an item with this address, title and date: what platforms name their items by, where the address is one of
/// theirs; else the address itself.
#[must_use]
pub fn key(url: &str, title: &str, date: Option<Day>) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let bare = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url);
    if bare.is_empty() {
        let title: String = title.split_whitespace().collect();
        return format!("title:{title}|{}", date.map_or_else(String::new, |d| d.to_string()));
    }
    wechat(bare)
        .or_else(|| platform(bare))
        .unwrap_or_else(|| bare.strip_suffix("index.html").unwrap_or(bare).to_owned())
}

/// The push that an article of WeChat was sent in: several articles in one push are one publication. Short addresses do
/// not say it.
#[must_use]
pub fn push_of(url: &str) -> Option<String> {
    let key = key(url, "", None);
    let (push, _idx) = key.strip_prefix("wx:")?.rsplit_once(':')?;
    Some(push.to_owned())
}

/// `wx:{biz}:{mid}:{idx}` of a long address of an article, `wxs:{…}` of a short one. What else stands in the query (who
/// shared it, from where) makes no other article.
fn wechat(bare: &str) -> Option<String> {
    let path = bare.strip_prefix("mp.weixin.qq.com/")?;
    if let Some(short) = path.strip_prefix("s/") {
        let id = short.split(['?', '/']).next().unwrap_or_default();
        return (!id.is_empty()).then(|| format!("wxs:{id}"));
    }
    let query = path.strip_prefix("s?").or_else(|| path.strip_prefix("mp/appmsg/show?"))?.replace("&amp;", "&");
    let part =
        |name: &str| query.split('&').find_map(|p| p.strip_prefix(name)?.strip_prefix('=')).filter(|v| !v.is_empty());
    let biz = part("__biz")?.replace("%3D", "=").replace("%3d", "=");
    let mid = part("mid").or_else(|| part("appmsgid"))?;
    Some(format!("wx:{biz}:{mid}:{}", part("idx").or_else(|| part("itemidx")).unwrap_or("1")))
}

/// `weibo:{uid}:{id}`, `douyin:{id}`, `toutiao:{id}`.
fn platform(bare: &str) -> Option<String> {
    let (host, path) = bare.split_once('/')?;
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty()).collect();
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    match (host, parts.as_slice()) {
        ("weibo.com" | "www.weibo.com", [uid, id]) if digits(uid) => Some(format!("weibo:{uid}:{id}")),
        ("www.douyin.com" | "www.iesdouyin.com", [.., "video", id]) if digits(id) => Some(format!("douyin:{id}")),
        ("www.toutiao.com" | "toutiao.com", ["article" | "group", id]) if digits(id) => Some(format!("toutiao:{id}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_of_wechat_is_one_however_its_address_is_written() {
        let long = "http://mp.weixin.qq.com/s?__biz=MzAwMDAwMDAwMQ==&mid=2247483731&idx=2&sn=0a&chksm=0b&scene=1#rd";
        let escaped = "https://mp.weixin.qq.com/s?__biz=MzAwMDAwMDAwMQ%3D%3D&amp;mid=2247483731&amp;idx=2";
        assert_eq!(key(long, "", None), "wx:MzAwMDAwMDAwMQ==:2247483731:2");
        assert_eq!(key(escaped, "", None), key(long, "x", None));
        assert_eq!(
            key("https://mp.weixin.qq.com/s/AAAAaaaa1111BBBBbbbb22?x=1", "", None),
            "wxs:AAAAaaaa1111BBBBbbbb22"
        );
    }

    #[test]
    fn articles_of_one_push_are_one_publication() {
        let at = |idx| format!("http://mp.weixin.qq.com/s?__biz=Mz==&mid=7&idx={idx}");
        assert_eq!(push_of(&at(1)), push_of(&at(4)));
        assert_eq!(push_of(&at(1)).as_deref(), Some("Mz==:7"));
        assert_eq!(push_of("https://mp.weixin.qq.com/s/abc"), None);
    }

    #[test]
    fn other_platforms_are_known_by_their_numbers() {
        for (url, expected) in [
            ("https://weibo.com/1000000001/QFAKE0001", "weibo:1000000001:QFAKE0001"),
            ("https://www.douyin.com/video/7500000000000000001?x=1", "douyin:7500000000000000001"),
            ("https://www.iesdouyin.com/share/video/7500000000000000001/", "douyin:7500000000000000001"),
            ("https://www.toutiao.com/article/75/", "toutiao:75"),
            ("https://weibo.com/u/1", "weibo.com/u/1"),
        ] {
            assert_eq!(key(url, "", None), expected);
        }
    }
}
