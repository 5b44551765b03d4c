//! 检查: one attempt to read one channel, kept whatever came of it (COUNTING.md section 1).

use serde::{Deserialize, Serialize};

use crate::{Day, EvidenceHash, Moment};

/// Whose matter a failed look is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// The website's or account's operator.
    Site,
    /// The line between.
    Network,
    /// This program or its host.
    Monitor,
    /// The bridge that serves the feed.
    Bridge,
    /// The configuration of the channel.
    Configuration,
}

impl Whose {
    /// As the clerk reads it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Whose::Site => "网站（账号）方",
            Whose::Network => "网络",
            Whose::Monitor => "监测系统",
            Whose::Bridge => "订阅桥接服务",
            Whose::Configuration => "栏目配置",
        }
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $whose:ident, $text:literal, $todo:literal, $admin:literal;)*) => {
        /// Why a look is not good: a closed list (COUNTING.md section 1).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason { $($(#[$doc])* $name,)* }
        impl Reason {
            /// Every reason there is.
            pub const ALL: &'static [Reason] = &[$(Reason::$name,)*];
            /// The kebab-case word, as in JSON and the database.
            #[must_use]
            pub fn word(self) -> &'static str { match self { $(Reason::$name => $word,)* } }
            /// Whose matter it is.
            #[must_use]
            pub fn whose(self) -> Whose { match self { $(Reason::$name => Whose::$whose,)* } }
            /// What happened, in Chinese.
            #[must_use]
            pub fn text(self) -> &'static str { match self { $(Reason::$name => $text,)* } }
            /// What the clerk does about it, in Chinese.
            #[must_use]
            pub fn what_to_do(self) -> &'static str { match self { $(Reason::$name => $todo,)* } }
            /// What whoever runs the machine does about it, in Chinese.
            #[must_use]
            pub fn for_admin(self) -> &'static str { match self { $(Reason::$name => $admin,)* } }
        }
    };
}

reasons! {
    /// The host name has no address.
    Dns = "dns", Network, "域名无法解析", "核对网址；检查本机 DNS 设置",
        "在监测机上运行 getent hosts 主机名；只有本机解析不了时更换 DNS 服务器";
    /// No connection.
    Connect = "connect", Network, "无法建立连接", "检查网络和防火墙；稍后自动重试",
        "在监测机上用 curl -v 试连；只有本机连不上时查防火墙和出口；内网站点查路由";
    /// The TLS handshake or certificate failed.
    Tls = "tls", Site, "加密连接（证书）出错", "请网站方检查证书；老旧加密方式见手册",
        "用 openssl s_client -connect 主机:443 查看证书链和协议版本；缺少上级证书时装入系统证书库";
    /// The certificate has run out.
    CertificateExpired = "certificate-expired", Site, "网站证书已过期", "请网站方更换证书；全部网站都如此时校准本机时间",
        "先核对本机时间；用 openssl s_client 确认到期日后告知网站方，不要关闭证书校验";
    /// It took too long.
    Timeout = "timeout", Network, "响应超时", "稍后自动重试；长期如此请联系网站方",
        "用 curl 测应答时间；网站确实慢时调高 timeout_seconds，并查本机出口带宽";
    /// The connection broke off before the body was complete.
    Incomplete = "incomplete", Network, "内容没有传完", "稍后自动重试",
        "多次出现时查代理和网络设备是否截断长连接";
    /// HTTP 404 or 410.
    NotFound = "not-found", Site, "页面不存在（404）", "核对栏目网址是否变更",
        "用 duban probe 网址 复查；改版后更新 units.toml 中的 url（编号不改）";
    /// Another HTTP 4xx.
    HttpClient = "http-4xx", Site, "网站拒绝请求（4xx）", "核对栏目网址；联系网站方",
        "用 duban probe 网址 看状态码；查 user_agent 是否被拒";
    /// HTTP 5xx.
    HttpServer = "http-5xx", Site, "网站内部错误（5xx）", "稍后自动重试；长期如此请联系网站方",
        "看是否整站如此（duban channels --trouble）；与网站运维核对时间段";
    /// HTTP 429: asked too often.
    TooManyRequests = "too-many-requests", Monitor, "访问过于频繁（429）", "调低 per_host_per_second",
        "调低 per_host_per_second、调长 revisit_hours，或设 [schedule] busy；程序已按 Retry-After 暂缓";
    /// The body is larger than the bound.
    TooLarge = "too-large", Configuration, "内容超过大小上限", "核对网址是否指向文件；必要时调高 max_body_mib",
        "用 duban probe 网址 看大小和类型；是列表时调高 max_body_mib";
    /// More redirects than allowed, or in a circle.
    RedirectLoop = "redirect-loop", Site, "重定向次数过多或成环", "核对栏目网址",
        "用 curl -IL 查看跳转；把 url 改为最终网址";
    /// The address, or one that it leads to, is private and not allowed.
    PrivateAddress = "private-address", Configuration, "指向内网地址，已拒绝访问", "确属内网站点时加入 allow_private_addresses",
        "确认域名解析结果；内网站点把网段写入 allow_private_addresses，外网站点解析到内网时查 DNS";
    /// No http or https address.
    BadAddress = "bad-address", Configuration, "网址无法使用", "核对栏目网址",
        "运行 duban check；url 须以 http:// 或 https:// 开头";
    /// robots.txt forbids it.
    Robots = "robots", Site, "网站 robots.txt 不允许访问", "请网站方放行监测程序",
        "把 user_agent 的名称告知网站方以便放行；确经同意可设 respect_robots = false 并留存依据";
    /// The bytes are no text of any charset.
    BrokenEncoding = "broken-encoding", Site, "编码损坏，无法识别文字", "联系网站方检查页面编码",
        "用 duban read --file 对存证复核；属识别错误的连同存证报给维护人员";
    /// Neither page, feed nor list.
    Unreadable = "unreadable", Configuration, "内容不是可识别的列表或订阅源", "核对网址和 source 设置",
        "用 duban probe 网址 看识别结果；按提示写 source（选择器、JSON 接口或 feed）";
    /// The configured selectors or pointers find nothing.
    SelectorsMiss = "selectors-miss", Configuration, "配置的选择器（指针）找不到内容", "核对 source 设置",
        "用 duban try --selectors 在已存页面上试新的选择器，成功后 --save";
    /// The program stopped in the middle of the look.
    Interrupted = "interrupted", Monitor, "检查中途被打断", "无需处理，自动重新检查",
        "多次出现时看 journalctl -u duban：是否断电、内存不足被杀或磁盘已满";
    /// Reference hosts and most sites failed together: the fault is on this side.
    MonitorOffline = "monitor-offline", Monitor, "监测端断网，本轮不作数", "检查本机网络",
        "查本机网线、网关、DNS 和出口；reference_urls 应填本机平时能打开的网址";
    /// The host clock is wrong.
    ClockWrong = "clock-wrong", Monitor, "本机时钟不准，本轮不作数", "校准本机时间",
        "启用 chrony 或 systemd-timesyncd，运行 duban doctor 复核";
    /// A page that wants a browser to prove itself.
    JsChallenge = "js-challenge", Site, "被防护系统要求执行脚本验证", "请网站方把监测程序加入白名单",
        "把监测机出口地址和 user_agent 提供给网站方或防护厂商加白；不要试图绕过";
    /// A captcha.
    Captcha = "captcha", Site, "被要求输入验证码", "请网站方把监测程序加入白名单",
        "把监测机出口地址提供给网站方加白；调低访问频率；不要试图绕过";
    /// 403, 412 or 521 from a gateway.
    Forbidden = "forbidden", Site, "被网关拦截（403/412）", "请网站方把监测程序加入白名单",
        "把监测机出口地址和 user_agent 提供给网站方或防护厂商加白；不要试图绕过";
    /// A page for logging in.
    LoginWall = "login-wall", Site, "需要登录", "核对栏目网址是否公开",
        "用浏览器无痕窗口复核；确需登录的栏目改由人工登记";
    /// The bridge has lost its login.
    BridgeLogin = "bridge-login", Bridge, "桥接服务登录已失效", "重新登录桥接服务",
        "在桥接服务（we-mp-rss、RSSHub 等）后台重新扫码登录，再看哨兵账号是否更新";
    /// The publisher, or the platform, has removed it.
    Removed = "removed", Site, "内容已被删除或屏蔽", "核对账号或文章状态",
        "用浏览器复核；账号改名或迁移时更新 units.toml";
    /// There were items, now there are none.
    ItemsGone = "items-gone", Site, "原有信息全部消失", "人工查看栏目；确属清空时用 duban try --accept 认可",
        "用 duban try --channel 复核已存页面；属改版时配置选择器";
    /// A maintenance notice.
    Maintenance = "maintenance", Site, "网站维护公告", "待维护结束后自动重新检查",
        "无需处理；持续一天以上时与网站运维核对";
    /// A page that says "not found" with status 200.
    SoftNotFound = "soft-404", Site, "页面提示不存在（状态码 200）", "核对栏目网址是否变更",
        "用 duban probe 网址 复查；改版后更新 units.toml 中的 url（编号不改）";
    /// Items, but not one readable date where there were some.
    DatesGone = "dates-gone", Site, "信息日期全部无法识别", "人工查看页面是否改版；配置选择器（duban try --selectors）或认可（--accept）",
        "用 duban try --selectors 指明日期所在位置，成功后 --save";
    /// Most items that were known have another date than at the last good look.
    DatesChanged = "dates-changed", Site, "已知信息的日期大半变了", "人工查看栏目；日期确属更正或改版时用 duban try --accept 认可",
        "用 duban try --channel 对照前后两次存证，判断是更正、迁移还是识别错误";
    /// The page is built differently, and what it lists cannot be matched with what it listed before.
    MarkupChanged = "markup-changed", Site, "页面结构改变，与上次读到的信息对不上", "人工查看是否改版；读取正确时用 duban try --accept 认可，否则配置选择器",
        "用 duban try --channel 对照前后两次存证；读错时配置选择器";
    /// The list shrank by more than half.
    Shrunk = "shrunk", Site, "列表条数骤减一半以上", "人工查看栏目；确属清理时用 duban try --accept 认可",
        "用 duban try --channel 对照前后两次存证；查分页是否失效";
    /// The rows are made by scripts in the browser.
    NotRendered = "not-rendered", Configuration, "列表由脚本生成，页面中没有内容", "改配 JSON 接口，或启用浏览器渲染",
        "用浏览器开发者工具找出 JSON 接口写入 source；或装 Chromium 并设 source = { browser = true }";
    /// No browser could be started, or it broke down.
    BrowserFailed = "browser-failed", Monitor, "浏览器不可用，页面未能渲染", "运行 duban doctor 检查浏览器；或改配 JSON 接口",
        "运行 duban doctor；装 chromium，装 deploy/browser.conf，且不以 root 运行";
    /// Something that the page asked for while it was rendered did not come, so rows may be missing.
    RenderedInPart = "rendered-in-part", Configuration, "页面渲染不完整", "与列表无关的网址可加入 duban.toml 的 [browser] ignore；否则请网站方修复，或改配 JSON 接口",
        "看详情中没有取到的网址；统计、分享类写入 [browser] ignore，超时的调高 timeout_seconds";
    /// A page that sends the reader on to another.
    Moved = "moved", Configuration, "页面只跳转到另一网址", "把栏目网址改为跳转目标",
        "核对跳转目标属于该单位后，把 units.toml 中的 url 改为它（编号不改）";
    /// The reading is not beyond doubt.
    Doubtful = "doubtful", Monitor, "读取结果存疑", "人工查看页面；必要时配置选择器",
        "用 duban probe 网址 看提示，用 duban try 配置选择器";
    /// An empty body.
    EmptyBody = "empty-body", Site, "返回空白内容", "稍后自动重试；长期如此请联系网站方",
        "用 curl 复核；只对监测机返回空白时多为防护拦截，请网站方加白";
    /// The dates follow the visitor's clock.
    DatesFollowClock = "dates-follow-clock", Site, "日期随访问时间变化", "人工核对发布日期",
        "用 duban try --selectors 指明真正的发布日期所在位置";
    /// A page of the list could not be read, so the list is known in part only.
    PagingBroken = "paging-broken", Site, "翻页失败，列表不完整", "稍后自动重试",
        "用 duban probe 网址 看翻页结果；分页网址打不开时告知网站方";
    /// The platform does not accept the account's AppID or secret.
    AuthBroken = "auth-broken", Configuration, "公众号凭据无效", "核对 appid 与密钥（AppSecret），在公众平台重置后更新凭据",
        "核对 units.toml 的 appid 和密钥名；更新环境变量或 systemd 凭据后重启 duban";
    /// This host's address is not on the account's list.
    IpNotListed = "ip-not-listed", Configuration, "本机地址不在公众号的 IP 白名单", "请账号管理员把详情中的地址加入公众平台 IP 白名单",
        "把监测机固定出口地址报给公众号管理员；出口地址会变时改为固定出口";
    /// The account's administrator has not agreed, or has refused.
    AdminConsent = "admin-consent", Site, "公众号管理员尚未同意接口调用", "请账号管理员在手机上确认；被拒绝的一小时后再试",
        "无需处理；管理员确认后自动恢复";
    /// The account may not use this interface.
    NoPermission = "no-permission", Site, "公众号没有该接口的权限（未认证、未开通或未授权）", "请账号完成认证并开通（授权）该接口；在此之前改用订阅源或人工查看",
        "无需处理；长期没有权限时把该来源从 units.toml 删去，改用订阅源";
    /// The platform has punished the account.
    Punished = "account-punished", Site, "公众号因违规被平台限制", "请单位处理公众平台站内通知；限制期间人工查看账号",
        "无需处理；限制解除后自动恢复";
    /// Today's calls are spent.
    QuotaSpent = "quota-spent", Monitor, "当日调用额度已用完", "次日零点五分后自动恢复；经常如此请调低检查频率",
        "查是否有其他程序共用该账号的额度；必要时调长 revisit_hours";
    /// The request itself is wrong.
    ApiMisused = "api-misused", Monitor, "接口调用方式有误", "属程序问题：请把详情连同 rid 报给维护人员",
        "保存 duban channels --trouble --format json 的输出和日志，报给维护人员";
    /// The secret that the configuration names is nowhere to be found.
    SecretMissing = "secret-missing", Configuration, "没有提供配置所指名的密钥", "把密钥放进同名环境变量，或 systemd 凭据目录中的同名文件",
        "systemd 部署用 LoadCredential（见 deploy/duban.service），其他部署用环境变量；之后重启 duban";
    /// A list that may leave items out is empty.
    EmptyList = "empty-list", Bridge, "列表为空，不能证明账号没有更新", "检查来源的登录状态；人工查看账号",
        "查桥接服务的登录状态和该账号的订阅是否还在";
    /// The server said "not modified" of a page that had changed, as a later look has shown.
    WronglyUnchanged = "wrongly-unchanged", Site, "网站答复“未修改”，事后查明页面已有更新", "这几次检查不作数，无需处理；反复出现时请网站方检查缓存",
        "程序已改为每次取回整页；请网站方查缓存、CDN 对 ETag 和 Last-Modified 的处理";
    /// Channels that share a bridge or host fell silent together.
    FleetSilence = "fleet-silence", Bridge, "同一来源的栏目（账号）同时静默，疑似来源失明", "检查桥接服务或网站缓存；人工确认后放行",
        "运行 duban bridges 看哨兵账号；查桥接服务登录、网站缓存和本机代理";
}

impl Reason {
    /// The reason that [`Reason::word`] names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Reason> {
        Reason::ALL.iter().copied().find(|r| r.word() == word)
    }
    /// Does it say that the list is another than before? Then a person may look at it and say that it is right.
    #[must_use]
    pub fn is_change(self) -> bool {
        use Reason::{DatesChanged, DatesGone, ItemsGone, MarkupChanged, Shrunk};
        matches!(self, ItemsGone | DatesGone | Shrunk | DatesChanged | MarkupChanged)
    }
}

impl Serialize for Reason {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.word())
    }
}
impl<'de> Deserialize<'de> for Reason {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let w = String::deserialize(d)?;
        Reason::from_word(&w).ok_or_else(|| serde::de::Error::custom(format!("no such reason: {w}")))
    }
}

/// What came of a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The list was parsed.
    Read,
    /// 304, or the same body as the last `read` look: inherits its items and coverage.
    Unchanged,
    /// No answer that could be read.
    Failed(Reason),
    /// Somebody stands in the way.
    Blocked(Reason),
    /// Answered, but not to be believed.
    Suspect(Reason),
}

impl Outcome {
    /// Only good looks prove anything.
    #[must_use]
    pub fn is_good(self) -> bool {
        matches!(self, Outcome::Read | Outcome::Unchanged)
    }
    /// `read`, `unchanged`, `failed`, `blocked`, `suspect`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Read => "read",
            Outcome::Unchanged => "unchanged",
            Outcome::Failed(_) => "failed",
            Outcome::Blocked(_) => "blocked",
            Outcome::Suspect(_) => "suspect",
        }
    }
    /// Why it is not good.
    #[must_use]
    pub fn reason(self) -> Option<Reason> {
        match self {
            Outcome::Read | Outcome::Unchanged => None,
            Outcome::Failed(r) | Outcome::Blocked(r) | Outcome::Suspect(r) => Some(r),
        }
    }
    /// Back from the two words of the database.
    #[must_use]
    pub fn from_words(word: &str, reason: Option<&str>) -> Option<Outcome> {
        let reason = reason.and_then(Reason::from_word);
        match (word, reason) {
            ("read", None) => Some(Outcome::Read),
            ("unchanged", None) => Some(Outcome::Unchanged),
            ("failed", Some(r)) => Some(Outcome::Failed(r)),
            ("blocked", Some(r)) => Some(Outcome::Blocked(r)),
            ("suspect", Some(r)) => Some(Outcome::Suspect(r)),
            _ => None,
        }
    }
    /// In Chinese, for reports.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Outcome::Read => "读取成功",
            Outcome::Unchanged => "无变化",
            other => other.reason().map_or("", Reason::text),
        }
    }
}

/// From which day on every listed item was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coverage {
    /// The end of the list was reached: minus infinity.
    Everything,
    /// Every listed item dated on or after that day was read.
    Since(Day),
    /// Nothing is known to be complete (a look that is not good).
    Nothing,
}

impl Coverage {
    /// Is every listed item of `day` and later known?
    #[must_use]
    pub fn reaches(self, day: Day) -> bool {
        match self {
            Coverage::Everything => true,
            Coverage::Since(from) => from <= day,
            Coverage::Nothing => false,
        }
    }
}

/// One look at one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Its number in the store; looks of one channel have rising numbers.
    pub id: i64,
    /// When it was begun.
    pub at: Moment,
    /// The date of `at` in the district's zone.
    pub day: Day,
    /// What came of it.
    pub outcome: Outcome,
    /// How far back its list is complete. `Nothing` unless the look is good.
    pub covers: Coverage,
    /// The saved body of its first page, where there is one. An `unchanged` look names the body that it equals.
    pub evidence: Option<EvidenceHash>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_own_word_and_says_what_to_do() {
        let mut words: Vec<_> = Reason::ALL.iter().map(|r| r.word()).collect();
        words.sort_unstable();
        let n = words.len();
        words.dedup();
        assert_eq!(words.len(), n);
        for r in Reason::ALL {
            assert_eq!(Reason::from_word(r.word()), Some(*r));
            let said = [r.whose().label(), r.text(), r.what_to_do(), r.for_admin()];
            for text in said {
                let chinese = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
                assert!(chinese >= 2 && !text.ends_with('。') && text.trim() == text, "{r:?}: {text}");
            }
            assert_ne!(r.what_to_do(), r.for_admin(), "{r:?}: clerk and sysadmin do different things");
        }
    }

    /// What COUNTING.md section 1 names, with whose matter each is.
    #[test]
    fn the_reasons_of_the_specification_are_all_there() {
        use Whose::{Bridge, Configuration, Monitor, Network, Site};
        for (word, whose) in [
            ("dns", Network),
            ("connect", Network),
            ("tls", Site),
            ("certificate-expired", Site),
            ("timeout", Network),
            ("http-4xx", Site),
            ("http-5xx", Site),
            ("too-large", Configuration),
            ("broken-encoding", Site),
            ("js-challenge", Site),
            ("captcha", Site),
            ("forbidden", Site),
            ("login-wall", Site),
            ("bridge-login", Bridge),
            ("items-gone", Site),
            ("maintenance", Site),
            ("soft-404", Site),
            ("dates-gone", Site),
            ("shrunk", Site),
            ("monitor-offline", Monitor),
            ("fleet-silence", Bridge),
        ] {
            assert_eq!(Reason::from_word(word).map(Reason::whose), Some(whose), "{word}");
        }
    }

    #[test]
    fn an_outcome_without_its_reason_does_not_come_back() {
        assert_eq!(Outcome::from_words("failed", None), None);
        assert_eq!(Outcome::from_words("read", Some("dns")), None);
        assert_eq!(Outcome::from_words("failed", Some("dns")), Some(Outcome::Failed(Reason::Dns)));
    }
}
