//! Who is watched, and where.

use serde::{Deserialize, Serialize};

use crate::{BridgeId, ChannelId, Day, DayRange, UnitId};

/// The kinds of 责任单位 in the scoring table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnitKind {
    /// 区政府工作部门.
    Department,
    /// 镇(乡、街道).
    Township,
}

impl UnitKind {
    /// As a clerk says it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            UnitKind::Department => "部门",
            UnitKind::Township => "镇（乡、街道）",
        }
    }
}

/// 单位: a department or township that is scored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// Its name, in Chinese.
    pub name: String,
    /// Department or township.
    pub kind: UnitKind,
    /// Other names by which texts call it.
    pub aliases: Vec<String>,
    /// Mail addresses of its information officers.
    pub contacts: Vec<String>,
    /// First day on which it is scored; none: since ever.
    pub from: Option<Day>,
    /// Last day on which it is scored; none: until further notice.
    pub until: Option<Day>,
}

/// What a channel is for; criteria choose channels by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "each variant is named by its label")]
pub enum ChannelKind {
    WorkNews,
    Notices,
    Policies,
    Responses,
    PublicInstitutions,
    Disclosure,
    KeyArea,
    Faq,
    AnnualReport,
    Interpretation,
    Survey,
    Statistics,
    Standards,
    Home,
    Wechat,
    Weibo,
    Douyin,
    Toutiao,
    OtherMedia,
}

impl ChannelKind {
    /// All kinds, in the order of the table.
    pub const ALL: [ChannelKind; 19] = [
        ChannelKind::WorkNews,
        ChannelKind::Notices,
        ChannelKind::Policies,
        ChannelKind::Responses,
        ChannelKind::PublicInstitutions,
        ChannelKind::Disclosure,
        ChannelKind::KeyArea,
        ChannelKind::Faq,
        ChannelKind::AnnualReport,
        ChannelKind::Interpretation,
        ChannelKind::Survey,
        ChannelKind::Statistics,
        ChannelKind::Standards,
        ChannelKind::Home,
        ChannelKind::Wechat,
        ChannelKind::Weibo,
        ChannelKind::Douyin,
        ChannelKind::Toutiao,
        ChannelKind::OtherMedia,
    ];

    /// As the scoring table calls it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            ChannelKind::WorkNews => "工作动态",
            ChannelKind::Notices => "公示公告",
            ChannelKind::Policies => "政策文件",
            ChannelKind::Responses => "回应关切",
            ChannelKind::PublicInstitutions => "公共企事业单位",
            ChannelKind::Disclosure => "政府信息公开",
            ChannelKind::KeyArea => "重点领域",
            ChannelKind::Faq => "常见问题知识库",
            ChannelKind::AnnualReport => "年度报告",
            ChannelKind::Interpretation => "政策解读",
            ChannelKind::Survey => "征集调查",
            ChannelKind::Statistics => "统计数据",
            ChannelKind::Standards => "标准规范",
            ChannelKind::Home => "网站首页",
            ChannelKind::Wechat => "微信公众号",
            ChannelKind::Weibo => "微博",
            ChannelKind::Douyin => "抖音",
            ChannelKind::Toutiao => "头条号",
            ChannelKind::OtherMedia => "其他新媒体",
        }
    }

    /// The kebab-case word of the configuration.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            ChannelKind::WorkNews => "work-news",
            ChannelKind::Notices => "notices",
            ChannelKind::Policies => "policies",
            ChannelKind::Responses => "responses",
            ChannelKind::PublicInstitutions => "public-institutions",
            ChannelKind::Disclosure => "disclosure",
            ChannelKind::KeyArea => "key-area",
            ChannelKind::Faq => "faq",
            ChannelKind::AnnualReport => "annual-report",
            ChannelKind::Interpretation => "interpretation",
            ChannelKind::Survey => "survey",
            ChannelKind::Statistics => "statistics",
            ChannelKind::Standards => "standards",
            ChannelKind::Home => "home",
            ChannelKind::Wechat => "wechat",
            ChannelKind::Weibo => "weibo",
            ChannelKind::Douyin => "douyin",
            ChannelKind::Toutiao => "toutiao",
            ChannelKind::OtherMedia => "other-media",
        }
    }

    /// A column of the website: neither an account nor the home page, which repeats what stands in the columns.
    #[must_use]
    pub fn is_column(self) -> bool {
        !self.is_new_media() && self != ChannelKind::Home
    }

    /// 政务新媒体, as against a column of the website.
    #[must_use]
    pub fn is_new_media(self) -> bool {
        matches!(
            self,
            ChannelKind::Wechat
                | ChannelKind::Weibo
                | ChannelKind::Douyin
                | ChannelKind::Toutiao
                | ChannelKind::OtherMedia
        )
    }
}

/// How far a source of new-media items may be believed (NEWMEDIA.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// May prove an update, never a silence.
    Clears,
    /// May accuse while its bridge is shown alive.
    #[default]
    Witnessed,
    /// May accuse.
    Full,
}

/// Who makes a feed (NEWMEDIA.md section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FeedProfile {
    /// Anybody.
    #[default]
    Generic,
    /// wewe-rss: Atom and JSON say the time of publication in `updated` only.
    Wewe,
    /// we-mp-rss: old versions name no zone.
    WeMpRss,
    /// Wechat2RSS.
    Wechat2Rss,
    /// RSSHub: `updated` is the time of rendering where an item has no date.
    RssHub,
}

impl FeedProfile {
    /// Every profile with the word of the configuration.
    pub const WORDS: [(&str, FeedProfile); 5] = [
        ("generic", FeedProfile::Generic),
        ("wewe-rss", FeedProfile::Wewe),
        ("we-mp-rss", FeedProfile::WeMpRss),
        ("wechat2rss", FeedProfile::Wechat2Rss),
        ("rsshub", FeedProfile::RssHub),
    ];
}

/// A key that a bridge wants in the query of its address. Its value stands in no configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedKey {
    /// The name of the parameter.
    pub query: String,
    /// The name of the secret: of an environment variable, or of a file in systemd's credentials directory.
    pub secret: String,
}

/// What an account is known by, whatever it calls itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identity {
    /// `__biz` of a WeChat account.
    pub biz: Option<String>,
    /// Its original id, `gh_…`.
    pub gh: Option<String>,
}

/// Where and how the items of a channel are read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Source {
    /// Find out: a page with a list, a feed, a list in JSON of a known shape.
    #[default]
    Auto,
    /// RSS, Atom or JSON Feed.
    Feed {
        /// How far to believe it.
        trust: Trust,
        /// The bridge that serves it, where it shares one with others.
        bridge: Option<BridgeId>,
        /// Hours east of UTC for dates without a zone; where nobody has said, Beijing's is taken, and a feed of an account
        /// whose dates name no zone then proves no silence: its dates may be a day off.
        zone_hours: Option<i32>,
        /// Whose feed it is, which says what its fields mean.
        profile: FeedProfile,
        /// The key that the bridge wants in the query.
        key: Option<FeedKey>,
    },
    /// The platform's own interface for the account's owner (微信公众平台).
    WechatOfficial {
        /// The account's AppID.
        appid: String,
        /// The name of its secret: of an environment variable, or of a file in systemd's credentials directory.
        secret: String,
        /// How far to believe it.
        trust: Trust,
        /// The most calls a day.
        daily_calls: u32,
    },
    /// A person looks, and enters what was seen.
    Manual {
        /// How far to believe it.
        trust: Trust,
    },
    /// A list in JSON, found by JSON pointers (RFC 6901).
    Json {
        /// Pointer to the array of rows.
        entries: String,
        /// Key (or pointer within a row) of the title.
        title: String,
        /// Key (or pointer within a row) of the address.
        url: String,
        /// Key (or pointer within a row) of the date: text, epoch seconds or milliseconds.
        date: String,
    },
    /// CSS selectors for what no family fits.
    Selectors {
        /// One row.
        row: String,
        /// The link within the row; `a` when not given.
        link: Option<String>,
        /// The title within the row; the link when not given.
        title: Option<String>,
        /// The date within the row; the whole row is searched when not given.
        date: Option<String>,
        /// The link to the next page.
        next: Option<String>,
    },
    /// Scripts make the rows: the page is rendered in a browser first, and then read like this.
    Browser(Box<Source>),
}

impl Source {
    /// How the page is read, once it is there.
    #[must_use]
    pub fn of_page(&self) -> &Source {
        match self {
            Source::Browser(inner) => inner.of_page(),
            other => other,
        }
    }

    /// Whether the page is rendered first.
    #[must_use]
    pub fn is_rendered(&self) -> bool {
        matches!(self, Source::Browser(_))
    }
}

/// 栏目/账号: one column of the website or one new-media account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its id, which names its unit.
    pub id: ChannelId,
    /// What it is for.
    pub kind: ChannelKind,
    /// Its name, in Chinese.
    pub name: String,
    /// The address of its list or feed.
    pub url: String,
    /// How it is read.
    pub source: Source,
    /// What the account is known by.
    pub identity: Identity,
    /// The days of its life on which it is watched: from the later of its opening and the start of monitoring.
    pub life: Life,
}

/// From `from` until `until`, or until further notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// The first day.
    pub from: Day,
    /// The last day, where it has come to an end.
    pub until: Option<Day>,
}

impl Life {
    /// Does it hold all of `days`?
    #[must_use]
    pub fn covers(&self, days: &DayRange) -> bool {
        self.from <= days.first && self.until.is_none_or(|u| days.last <= u)
    }
    /// Does it hold `day`?
    #[must_use]
    pub fn contains(&self, day: Day) -> bool {
        self.covers(&DayRange { first: day, last: day })
    }
}

impl Channel {
    /// The bridge that it shares with others.
    #[must_use]
    pub fn bridge(&self) -> Option<&BridgeId> {
        match &self.source {
            Source::Feed { bridge, .. } => bridge.as_ref(),
            _ => None,
        }
    }
    /// How far its source may be believed: pages of the website are believed in full, the channel's own outcome decides.
    #[must_use]
    pub fn trust(&self) -> Trust {
        match &self.source {
            Source::Feed { trust, .. } | Source::WechatOfficial { trust, .. } | Source::Manual { trust } => *trust,
            Source::Auto if self.kind.is_new_media() => Trust::Witnessed,
            _ => Trust::Full,
        }
    }
}

/// A service that serves the feeds of several accounts and goes blind for all of them together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bridge {
    /// Its id.
    pub id: BridgeId,
    /// Channels that are known to publish often: while they are fresh, the bridge sees.
    pub canaries: Vec<ChannelId>,
    /// A canary whose newest item is older than this many days shows the bridge blind.
    pub canary_days: u32,
}
