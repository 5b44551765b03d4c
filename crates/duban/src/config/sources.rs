//! `source` of a channel: where and how it is read.

use model::{BridgeId, FeedKey, FeedProfile, Identity, Source, Trust};
use rules::toml_reader::{Table, Value};

/// Where 微信公众平台 is asked, unless the configuration names another address.
const OFFICIAL: &str = "https://api.weixin.qq.com";

/// The most calls a day for one account, unless the configuration says otherwise (NEWMEDIA.md section 1.5).
const DAILY_CALLS: u32 = 40;

/// `"auto"`, `"feed"`, `"manual"`, or a table with one of `feed`, `json`, `selectors`, `wechat_official`, `manual`; with
/// `browser = true` the page is rendered first, and selectors may stand beside it.
pub(super) fn source(v: &Value<'_>, bridges: &[String]) -> Option<Source> {
    if !v.is_table() {
        #[derive(Clone, Copy)]
        enum Word {
            Auto,
            Feed,
            Manual,
        }
        return Some(match v.word(&[("auto", Word::Auto), ("feed", Word::Feed), ("manual", Word::Manual)])? {
            Word::Auto => Source::Auto,
            Word::Feed => Source::Feed {
                trust: Trust::default(),
                bridge: None,
                zone_hours: None,
                profile: FeedProfile::Generic,
                key: None,
            },
            Word::Manual => Source::Manual { trust: Trust::Full },
        });
    }
    let t = v.table()?;
    let feed = t.may("feed", |v| feed(&v.table()?, bridges));
    let json = t.may("json", |v| json(&v.table()?));
    let selectors = t.may("selectors", |v| selectors(&v.table()?));
    let official = t.may("wechat_official", |v| official(&v.table()?));
    let manual = t.may("manual", |v| {
        let t = v.table()?;
        let trust = trust(&t, Trust::Full);
        t.finish();
        Some(Source::Manual { trust: trust? })
    });
    let rendered = t.or("browser", false, Value::boolean);
    t.finish();
    let mut given = [feed?, json?, selectors?, official?, manual?].into_iter().flatten();
    match (rendered?, given.next(), given.next()) {
        (true, None, None) => browser(v, Source::Auto),
        (true, Some(source @ Source::Selectors { .. }), None) => browser(v, source),
        (true, ..) => v.mistake("browser = true 只能单独写，或与 selectors 同写"),
        (false, Some(source), None) => Some(source),
        _ => v.mistake("应恰好写 feed、json、selectors、wechat_official、manual、browser 中的一项"),
    }
}

fn browser(v: &Value<'_>, source: Source) -> Option<Source> {
    if cfg!(feature = "browser") {
        return Some(Source::Browser(Box::new(source)));
    }
    v.mistake("本程序编译时没有包含浏览器渲染（feature browser）：请换用带它的程序，或改配 JSON 接口")
}

fn trust(t: &Table<'_>, usual: Trust) -> Option<Trust> {
    t.or("trust", usual, trust_word)
}

pub(super) fn trust_word(v: &Value<'_>) -> Option<Trust> {
    v.word(&[("clears", Trust::Clears), ("witnessed", Trust::Witnessed), ("full", Trust::Full)])
}

fn feed(t: &Table<'_>, bridges: &[String]) -> Option<Source> {
    let trust = trust(t, Trust::default());
    let bridge = t.may("bridge", |v| {
        let id: BridgeId = v.parsed()?;
        if bridges.iter().any(|b| b == id.as_str()) {
            return Some(id);
        }
        v.mistake(format!("没有登记桥接「{id}」：请加入 [[bridge]] id = \"{id}\""))
    });
    let zone = t.may("zone_hours", |v| v.integer(-12..=14));
    let profile = t.or("profile", FeedProfile::Generic, |v| v.word(&FeedProfile::WORDS));
    let key = t.may("key", |v| {
        let t = v.table()?;
        let (query, secret) = (t.need("query", Value::text), t.need("secret", secret_name));
        t.finish();
        Some(FeedKey { query: query?, secret: secret? })
    });
    t.finish();
    let zone_hours = zone?.map(|z| i32::try_from(z).unwrap_or(8));
    Some(Source::Feed { trust: trust?, bridge: bridge?, zone_hours, profile: profile?, key: key? })
}

fn official(t: &Table<'_>) -> Option<Source> {
    let appid = t.need("appid", |v| {
        let id = v.text()?;
        let plain = id.starts_with("wx") && id.len() <= 40 && id.bytes().all(|b| b.is_ascii_alphanumeric());
        if plain { Some(id) } else { v.mistake(format!("「{id}」不是 AppID，应以 wx 开头")) }
    });
    let secret = t.need("secret", secret_name);
    let trust = trust(t, Trust::Full);
    let daily_calls = t.or("daily_calls", DAILY_CALLS, |v| v.count(5..=50));
    t.finish();
    Some(Source::WechatOfficial { appid: appid?, secret: secret?, trust: trust?, daily_calls: daily_calls? })
}

/// The name of a secret, never the secret itself.
fn secret_name(v: &Value<'_>) -> Option<String> {
    let name = v.text()?;
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(plain) && name.len() <= 64 {
        return Some(name);
    }
    v.mistake("这里只写密钥的名字（大写字母、数字和 _，例如 WX_JYJ_SECRET）；密钥本身放在同名环境变量或 systemd 凭据里")
}

pub(super) fn identity(t: &Table<'_>) -> Option<Identity> {
    let (biz, gh) = (t.may("biz", Value::text), t.may("gh", Value::text));
    t.finish();
    Some(Identity { biz: biz?, gh: gh? })
}

/// The address of a source. Who asks the platform need not write where it is, and who looks needs none at all.
pub(super) fn address(t: &Table<'_>, source: &Source, given: Option<String>) -> Option<String> {
    match (source, given) {
        (_, Some(url)) => Some(url),
        (Source::WechatOfficial { .. }, None) => Some(OFFICIAL.to_owned()),
        (Source::Manual { .. }, None) => Some(String::new()),
        _ => {
            t.mistake("缺少 url");
            None
        }
    }
}

/// Columns of a website are in Beijing's time, whatever they say of it; so may their feeds be.
pub(super) fn in_beijing(source: Source, media: bool) -> Source {
    match source {
        Source::Feed { trust, bridge, zone_hours: None, profile, key } if !media => {
            Source::Feed { trust, bridge, zone_hours: Some(8), profile, key }
        }
        other => other,
    }
}

fn json(t: &Table<'_>) -> Option<Source> {
    let entries = t.need("entries", Value::any_text);
    let (title, url, date) = (t.need("title", Value::text), t.need("url", Value::text), t.need("date", Value::text));
    t.finish();
    Some(Source::Json { entries: entries?, title: title?, url: url?, date: date? })
}

fn selectors(t: &Table<'_>) -> Option<Source> {
    let row = t.need("row", Value::text);
    let (link, title) = (t.may("link", Value::text), t.may("title", Value::text));
    let (date, next) = (t.may("date", Value::text), t.may("next", Value::text));
    t.finish();
    Some(Source::Selectors { row: row?, link: link?, title: title?, date: date?, next: next? })
}
