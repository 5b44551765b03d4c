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
        let url = self.url.split('#').next().unwrap_or_default();
        let bare = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or(url);
        if bare.is_empty() {
            let title: String = self.title.split_whitespace().collect();
            return format!("title:{title}|{}", self.date.map_or_else(String::new, |d| d.to_string()));
        }
        bare.strip_suffix("index.html").unwrap_or(bare).to_owned()
    }
}
