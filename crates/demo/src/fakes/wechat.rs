//! 微信公众平台 as the owner of an account meets it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{NaiveDateTime, TimeDelta, Timelike as _};
use model::Day;
use model::calendar::shift;
use serde_json::{Value, json};

use super::{Asked, Fake, Push, Reply};

/// One account.
#[derive(Debug, Clone)]
pub struct FakeAccount {
    /// Its AppID.
    pub appid: String,
    /// Its AppSecret.
    pub secret: String,
    /// Its `__biz`.
    pub biz: String,
    /// What it publishes.
    pub pushes: Vec<Push>,
}

/// What is wrong for one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WechatFault {
    /// 40013: nobody knows the AppID.
    AppId,
    /// 40125: the secret was reset.
    Secret,
    /// 40243: the secret is frozen.
    Frozen,
    /// 40164: this host is not on the list.
    Ip,
    /// 89503: the administrator has not agreed.
    Admin,
    /// 48001: the account is not verified.
    Unverified,
    /// 48004: the account is punished.
    Punished,
    /// 45009 after so many calls to one endpoint on one day.
    DailyQuota(u32),
    /// 45011: asked too fast.
    TooFast,
    /// -1: system error.
    SystemError,
    /// Every token is stale at once: 42001.
    TokensDie,
    /// The figures are late for ever.
    Late,
    /// The list leaves out what the summary counts.
    Omits,
    /// Articles come without title and address.
    Bare,
    /// A gateway's page with status 502.
    BadGateway,
    /// The answer breaks off in the middle.
    HalfBody,
}

impl WechatFault {
    /// Every fault, with a quota of three calls.
    pub const ALL: [WechatFault; 16] = [
        WechatFault::AppId,
        WechatFault::Secret,
        WechatFault::Frozen,
        WechatFault::Ip,
        WechatFault::Admin,
        WechatFault::Unverified,
        WechatFault::Punished,
        WechatFault::DailyQuota(3),
        WechatFault::TooFast,
        WechatFault::SystemError,
        WechatFault::TokensDie,
        WechatFault::Late,
        WechatFault::Omits,
        WechatFault::Bare,
        WechatFault::BadGateway,
        WechatFault::HalfBody,
    ];
}

#[derive(Default)]
struct State {
    /// By AppID: number and instant of the newest stable token.
    tokens: BTreeMap<String, (u32, NaiveDateTime)>,
    calls: BTreeMap<(String, String, Day), u32>,
    faults: BTreeMap<String, WechatFault>,
}

/// The platform with its accounts.
pub struct FakeWechat {
    accounts: Vec<FakeAccount>,
    state: Mutex<State>,
}

const TOKEN_SECONDS: i64 = 7_200;
/// Both the old and the new token are taken so long.
const OVERLAP_SECONDS: i64 = 300;
/// The platform has figures from this day on.
const FIRST: Option<Day> = Day::from_ymd_opt(2025, 11, 1);

impl FakeWechat {
    /// A platform on which all is well.
    #[must_use]
    pub fn new(accounts: Vec<FakeAccount>) -> FakeWechat {
        FakeWechat { accounts, state: Mutex::default() }
    }

    /// From now on this is wrong for the account, or nothing.
    pub fn set_fault(&self, appid: &str, fault: Option<WechatFault>) {
        let mut state = self.state();
        match fault {
            Some(fault) => state.faults.insert(appid.to_owned(), fault),
            None => state.faults.remove(appid),
        };
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fault(&self, appid: &str) -> Option<WechatFault> {
        self.state().faults.get(appid).copied()
    }

    fn token(&self, asked: &Asked<'_>) -> Reply {
        let Ok(body) = serde_json::from_slice::<Value>(asked.body) else { return refuse(47_001, "data format error") };
        let part = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
        let Some(account) = self.accounts.iter().find(|a| a.appid == part("appid")) else {
            return refuse(40_013, "invalid appid");
        };
        match self.fault(&account.appid) {
            Some(WechatFault::AppId) => return refuse(40_013, "invalid appid"),
            Some(WechatFault::Frozen) => {
                return refuse(40_243, "invalid appsecret, view more at https://example.invalid");
            }
            Some(WechatFault::Ip) => {
                return refuse(40_164, "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist");
            }
            Some(WechatFault::Admin) => return refuse(89_503, "this call need to be confirmed by administrator"),
            Some(WechatFault::BadGateway) => return gateway(),
            Some(WechatFault::Secret) => return refuse(40_125, "invalid appsecret"),
            _ if part("secret") != account.secret => return refuse(40_125, "invalid appsecret"),
            _ => {}
        }
        let mut state = self.state();
        let held = state.tokens.entry(account.appid.clone()).or_insert((0, NaiveDateTime::MIN));
        let age = asked.at.signed_duration_since(held.1);
        if held.0 == 0 || age > TimeDelta::seconds(TOKEN_SECONDS - OVERLAP_SECONDS) {
            *held = (held.0 + 1, asked.at);
        }
        let left = TOKEN_SECONDS - asked.at.signed_duration_since(held.1).num_seconds();
        text(json!({ "access_token": format!("FAKE-TOKEN-{}-{}", account.appid, held.0), "expires_in": left }))
    }

    /// The account whose token was sent, where the token is still good.
    fn account_of(&self, asked: &Asked<'_>) -> Result<&FakeAccount, Reply> {
        let sent = asked.param("access_token").unwrap_or_default();
        let stale = || refuse(42_001, "access_token expired");
        let Some((appid, no)) = sent.strip_prefix("FAKE-TOKEN-").and_then(|t| t.rsplit_once('-')) else {
            return Err(refuse(40_001, "invalid credential, access_token is invalid or not latest"));
        };
        let account = self.accounts.iter().find(|a| a.appid == appid).ok_or_else(stale)?;
        let state = self.state();
        let (newest, since) = state.tokens.get(appid).copied().ok_or_else(stale)?;
        let age = asked.at.signed_duration_since(since);
        let no: u32 = no.parse().unwrap_or(0);
        let good = (no == newest && age < TimeDelta::seconds(TOKEN_SECONDS))
            || (no + 1 == newest && age < TimeDelta::seconds(OVERLAP_SECONDS));
        if good { Ok(account) } else { Err(stale()) }
    }

    fn call(&self, account: &FakeAccount, asked: &Asked<'_>) -> Reply {
        let calls = {
            let mut state = self.state();
            let key = (account.appid.clone(), asked.path.to_owned(), asked.at.date());
            let calls = state.calls.entry(key).or_insert(0);
            *calls += 1;
            *calls
        };
        match self.fault(&account.appid) {
            Some(WechatFault::Unverified) => return refuse(48_001, "api unauthorized"),
            Some(WechatFault::Punished) => return refuse(48_004, "api forbidden for irregularities"),
            Some(WechatFault::DailyQuota(most)) if calls > most => {
                return refuse(45_009, "reach max api daily quota limit");
            }
            Some(WechatFault::TooFast) => {
                return refuse(45_011, "api minute-quota reach limit  must slower  retry next minute");
            }
            Some(WechatFault::SystemError) => return refuse(-1, "system error"),
            Some(WechatFault::TokensDie) => return refuse(42_001, "access_token expired"),
            Some(WechatFault::BadGateway) => return gateway(),
            _ => {}
        }
        let Ok(body) = serde_json::from_slice::<Value>(asked.body) else { return refuse(47_001, "data format error") };
        let mut reply = match asked.path {
            "/datacube/getarticletotaldetail" => self.detail(account, &body, asked.at),
            "/datacube/getbizsummary" => self.summary(account, &body, asked.at),
            "/cgi-bin/freepublish/batchget" => quiet(account, &body, asked.at),
            "/datacube/getarticlesummary" | "/datacube/getarticletotal" => {
                refuse(47_009, "this api is offline, please use the new api")
            }
            _ => return Reply::new(404, "text/html", "<html><body>404</body></html>"),
        };
        if self.fault(&account.appid) == Some(WechatFault::HalfBody) {
            reply.body.truncate(reply.body.len() / 2);
            reply.broken = true;
        }
        reply
    }

    fn detail(&self, account: &FakeAccount, body: &Value, at: NaiveDateTime) -> Reply {
        let (from, to) = match span(body, at, 0) {
            Ok(span) => span,
            Err(reply) => return reply,
        };
        let fault = self.fault(&account.appid);
        let omits = fault == Some(WechatFault::Omits);
        let late = is_late(to, at, fault);
        if late || FIRST.is_some_and(|first| from < first) {
            return text(json!({ "list": [], "is_delay": late }));
        }
        let sent = account.pushes.iter().filter(|p| p.at.date() == from && !omits);
        let rows = sent.flat_map(|p| {
            (1..=p.articles).map(move |idx| {
                let kind = if p.notified { 0 } else if p.at.hour() % 2 == 0 { 1 } else { 2 };
                let mut row = json!({ "ref_date": from, "msgid": format!("{}_{idx}", mid(p)), "publish_type": kind, "detail_list": [] });
                if fault != Some(WechatFault::Bare) {
                    row["title"] = json!(title(p, idx));
                    row["content_url"] = json!(long(account, p, idx));
                }
                row
            })
        });
        text(json!({ "list": rows.collect::<Vec<_>>(), "is_delay": false }))
    }

    fn summary(&self, account: &FakeAccount, body: &Value, at: NaiveDateTime) -> Reply {
        let (from, to) = match span(body, at, 29) {
            Ok(span) => span,
            Err(reply) => return reply,
        };
        let late = is_late(to, at, self.fault(&account.appid));
        let last = if late { shift(to, -1) } else { to };
        let rows = from.iter_days().take_while(|d| *d <= last).map(|day| {
            let sent: u32 = account.pushes.iter().filter(|p| p.at.date() == day).map(|p| p.articles).sum();
            json!({ "ref_date": day, "detail": { "read_user": 3, "send_page_count": sent } })
        });
        text(json!({ "list": rows.collect::<Vec<_>>(), "is_delay": late }))
    }
}

/// First and last day that are asked for: at most `more` days after the first, and none that is not over.
fn span(body: &Value, at: NaiveDateTime, more: i64) -> Result<(Day, Day), Reply> {
    let day = |key: &str| body.get(key).and_then(Value::as_str).and_then(|d| d.parse::<Day>().ok());
    let (Some(from), Some(to)) = (day("begin_date"), day("end_date")) else {
        return Err(refuse(61_500, "date format error"));
    };
    if to < from || (to - from).num_days() > more || to >= at.date() {
        return Err(refuse(61_501, "date range error"));
    }
    Ok((from, to))
}

/// Yesterday's figures are ready at eight in the morning.
fn is_late(day: Day, at: NaiveDateTime, fault: Option<WechatFault>) -> bool {
    fault == Some(WechatFault::Late) || (shift(day, 1) == at.date() && at.hour() < 8)
}

/// What was published without notice; pushes are never listed here.
fn quiet(account: &FakeAccount, body: &Value, at: NaiveDateTime) -> Reply {
    let number = |key: &str| body.get(key).and_then(Value::as_u64).unwrap_or(0);
    let (offset, count) = (number("offset"), number("count"));
    if !(1..=20).contains(&count) {
        return refuse(40_008, "invalid message type");
    }
    let mut all: Vec<&Push> = account.pushes.iter().filter(|p| !p.notified && p.at <= at).collect();
    all.reverse();
    let skip = usize::try_from(offset).unwrap_or(usize::MAX);
    let here: Vec<Value> = all
        .iter()
        .skip(skip)
        .take(usize::try_from(count).unwrap_or(20))
        .map(|p| {
            let made = (p.at - TimeDelta::hours(8)).and_utc().timestamp();
            let news: Vec<Value> = (1..=p.articles)
                .map(|idx| json!({ "title": title(p, idx), "author": "", "url": long(account, p, idx), "is_deleted": false }))
                .collect();
            json!({ "article_id": format!("A{}", mid(p)), "update_time": made,
                    "content": { "news_item": news, "create_time": made, "update_time": made } })
        })
        .collect();
    text(json!({ "total_count": all.len(), "item_count": here.len(), "item": here }))
}

fn mid(p: &Push) -> i64 {
    2_240_000_000 + p.at.and_utc().timestamp() / 60 % 9_000_000
}

fn title(p: &Push, idx: u32) -> String {
    format!("{} 第{idx}条", p.at.format("%m月%d日"))
}

fn long(account: &FakeAccount, p: &Push, idx: u32) -> String {
    format!("http://mp.weixin.qq.com/s?__biz={}&mid={}&idx={idx}&sn=00&chksm=00#rd", account.biz, mid(p))
}

/// As the platform writes JSON: as plain text, without a charset.
fn text(value: Value) -> Reply {
    Reply::new(200, "text/plain", value.to_string())
}

/// Every error comes with status 200.
fn refuse(code: i64, words: &str) -> Reply {
    text(json!({ "errcode": code, "errmsg": format!("{words} rid: 6a1f0000-00000000-00000000") }))
}

fn gateway() -> Reply {
    Reply::new(
        502,
        "text/html",
        "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
    )
}

impl Fake for FakeWechat {
    fn reply(&self, asked: &Asked<'_>) -> Reply {
        match asked.path {
            _ if !asked.posted => refuse(43_002, "require POST method"),
            "/cgi-bin/stable_token" => self.token(asked),
            _ => match self.account_of(asked) {
                Ok(account) => self.call(account, asked),
                Err(reply) => reply,
            },
        }
    }
}
