//! Answers of 微信公众平台 to the owner of an account (NEWMEDIA.md section 1): pure readers of what the conversation at the
//! edge brings home. Every error comes with HTTP 200.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use model::calendar::shift;
use model::{Coverage, DateFrom, Day, Entry, Outcome, Reason};
use serde_json::Value;

use crate::text;

/// The platform has kept figures for single articles since this day.
pub const FIRST_DAY: Day = match NaiveDate::from_ymd_opt(2025, 11, 1) {
    Some(day) => day,
    None => Day::MIN,
};

/// What is to be done about a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Ask again after a while.
    Retry,
    /// The token is stale: fetch one, and ask once more.
    NewToken,
    /// Leave the interface alone for a minute.
    WaitAMinute,
    /// Nothing before the next day.
    Tomorrow,
    /// Nothing before a person has mended it.
    Person,
}

/// The platform said no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its code.
    pub code: i64,
    /// What it says, without the id of the request.
    pub message: String,
    /// The id of the request, by which the platform finds it again.
    pub rid: Option<String>,
}

impl Refused {
    /// What it means for us: the reason and what is to be done.
    fn meaning(&self) -> (Reason, Remedy) {
        match self.code {
            -1 => (Reason::HttpServer, Remedy::Retry),
            40_001 | 40_014 | 42_001 => (Reason::AuthBroken, Remedy::NewToken),
            40_013 | 40_125 | 40_243 => (Reason::AuthBroken, Remedy::Person),
            40_164 => (Reason::IpNotListed, Remedy::Person),
            89_503 | 89_506 | 89_507 => (Reason::AdminConsent, Remedy::Person),
            45_009 => (Reason::QuotaSpent, Remedy::Tomorrow),
            45_011 => (Reason::TooManyRequests, Remedy::WaitAMinute),
            48_001 | 61_007 => (Reason::NoPermission, Remedy::Person),
            48_004 => (Reason::Punished, Remedy::Person),
            40_008 | 47_001 | 47_009 | 61_500 | 61_501 => (Reason::ApiMisused, Remedy::Person),
            _ => (Reason::Unreadable, Remedy::Person),
        }
    }

    /// Why the look is not good.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.meaning().0
    }

    /// What is to be done.
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        self.meaning().1
    }

    /// What comes of a look that ends so.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self.reason() {
            reason @ (Reason::AdminConsent | Reason::NoPermission | Reason::Punished) => Outcome::Blocked(reason),
            reason => Outcome::Failed(reason),
        }
    }

    /// For the sysadmin: what happened, the address that is to be put on the list, the number of the request.
    #[must_use]
    pub fn words(&self) -> String {
        let rid = self.rid.as_ref().map_or_else(String::new, |r| format!("，rid {r}"));
        format!("公众平台返回 {}（{}）：{}{rid}", self.code, self.message, self.reason().what_to_do())
    }
}

/// Why an answer gives nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bad {
    /// The platform said no.
    Refused(Refused),
    /// It is not what was asked for.
    Unreadable,
}

impl Bad {
    /// What comes of a look that ends so.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Bad::Refused(refused) => refused.outcome(),
            Bad::Unreadable => Outcome::Failed(Reason::Unreadable),
        }
    }
}

/// The refusal that a JSON answer is, if it is one.
pub(crate) fn refusal(value: &Value) -> Option<Refused> {
    let code = value.get("errcode")?.as_i64().filter(|c| *c != 0)?;
    let said = text::title(value.get("errmsg").and_then(Value::as_str).unwrap_or_default());
    let (message, rid) = match said.split_once("rid:") {
        Some((message, rid)) => (message.trim().trim_end_matches(',').to_owned(), Some(rid.trim().to_owned())),
        None => (said, None),
    };
    Some(Refused { code, message, rid })
}

/// The refusal that an answer is, if it is one.
#[must_use]
pub fn refused(bytes: &[u8]) -> Option<Refused> {
    refusal(&serde_json::from_slice(bytes).ok()?)
}

fn parse(bytes: &[u8]) -> Result<Value, Bad> {
    // The type of the answer says text/plain without a charset; it is JSON in UTF-8.
    let value: Value = serde_json::from_slice(bytes).map_err(|_| Bad::Unreadable)?;
    match refusal(&value) {
        Some(refused) => Err(Bad::Refused(refused)),
        None => Ok(value),
    }
}

/// A token and for how many seconds it is good.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The token, which is a secret.
    pub value: String,
    /// Seconds.
    pub expires_in: u32,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token").field("value", &"***").field("expires_in", &self.expires_in).finish()
    }
}

/// Reads the answer of `stable_token`.
///
/// # Errors
/// When it is refused or something else.
pub fn token(bytes: &[u8]) -> Result<Token, Bad> {
    let value = parse(bytes)?;
    let token = value.get("access_token").and_then(Value::as_str).filter(|t| !t.is_empty()).ok_or(Bad::Unreadable)?;
    let seconds = value.get("expires_in").and_then(Value::as_u64).ok_or(Bad::Unreadable)?;
    Ok(Token { value: token.to_owned(), expires_in: u32::try_from(seconds).unwrap_or(7_200) })
}

/// What was published on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayList {
    /// The articles.
    pub entries: Vec<Entry>,
    /// The platform has counted the day through: nothing is missing from it.
    pub is_final: bool,
}

/// Reads the answer of `getarticletotaldetail` for `asked`. `biz` names the account, so that an article without an address
/// has one all the same.
///
/// # Errors
/// When it is refused, or is not about that day.
pub fn day(bytes: &[u8], asked: Day, biz: Option<&str>) -> Result<DayList, Bad> {
    let value = parse(bytes)?;
    let rows = value.get("list").and_then(Value::as_array).ok_or(Bad::Unreadable)?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let on = row.get("ref_date").and_then(Value::as_str).and_then(|d| d.parse::<Day>().ok());
        // A row of another day would be an update on a day that was not asked for.
        if on != Some(asked) {
            return Err(Bad::Unreadable);
        }
        entries.push(article(row, asked, biz));
    }
    let late = is_late(&value) || rows.iter().any(is_late);
    Ok(DayList { entries, is_final: !late && says_whether(&value, rows) })
}

/// A list is final only where it says of itself that it is not late: an empty one without that word may be anything.
fn says_whether(value: &Value, rows: &[Value]) -> bool {
    value.get("is_delay").is_some() || (!rows.is_empty() && rows.iter().all(|r| r.get("is_delay").is_some()))
}

fn is_late(value: &Value) -> bool {
    match value.get("is_delay") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(late)) => *late,
        Some(Value::Number(n)) => n.as_i64() != Some(0),
        Some(Value::String(s)) => !matches!(s.as_str(), "0" | "false"),
        Some(_) => true,
    }
}

fn article(row: &Value, on: Day, biz: Option<&str>) -> Entry {
    let part = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
    let url = crate::link::join(None, part("content_url")).or_else(|| {
        let (mid, idx) = part("msgid").split_once('_')?;
        Some(format!("https://mp.weixin.qq.com/s?__biz={}&mid={mid}&idx={idx}", biz?))
    });
    let title = text::title(part("title"));
    let title =
        if title.is_empty() { format!("（无标题，消息 {}）", text::title(part("msgid"))) } else { title };
    Entry { title, url: url.unwrap_or_default(), date: Some(on), date_from: Some(DateFrom::Record), source: None }
}

/// How many articles were sent on each day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Days with their number, as far as the platform knows them.
    pub sent: Vec<(Day, u64)>,
    /// Some of it is not counted through yet.
    pub is_late: bool,
}

/// Reads the answer of `getbizsummary`: a number above zero shows that something was published; zero shows nothing.
///
/// # Errors
/// When it is refused or something else.
pub fn summary(bytes: &[u8]) -> Result<Summary, Bad> {
    let value = parse(bytes)?;
    let rows = value.get("list").and_then(Value::as_array).ok_or(Bad::Unreadable)?;
    let sent = rows.iter().filter_map(|row| {
        let day = row.get("ref_date")?.as_str()?.parse().ok()?;
        Some((day, row.pointer("/detail/send_page_count").and_then(Value::as_u64)?))
    });
    Ok(Summary { sent: sent.collect(), is_late: is_late(&value) || rows.iter().any(is_late) })
}

/// One page of what was published without notice to the readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The articles that are still there, dated where the platform says when they were made.
    pub entries: Vec<Entry>,
    /// How many publications there are in all.
    pub total: usize,
    /// How many are on this page.
    pub here: usize,
}

/// Takes the list of one day, of which the summary counts `sent` articles: what is to be recorded, and whether the day is
/// seen whole. What was counted was published; that the list leaves it out shows the list not to be whole.
#[must_use]
pub fn take(on: Day, list: DayList, sent: u64) -> (Vec<Entry>, bool) {
    if sent == 0 || !list.entries.is_empty() {
        return (list.entries, list.is_final);
    }
    let title = format!("（平台统计当日发布 {sent} 篇，明细缺失）");
    let counted = Entry { title, url: String::new(), date: Some(on), date_from: Some(DateFrom::Record), source: None };
    (vec![counted], false)
}

/// Yesterday and the days before it, down to `floor`.
pub fn back_from(today: Day, floor: Day) -> impl Iterator<Item = Day> {
    (1..).map(move |n| shift(today, -n)).take_while(move |d| *d >= floor)
}

/// What a look of `today` may claim when these days are seen whole: from the first day of the unbroken row that ends
/// yesterday. Where yesterday is not among them it claims nothing.
#[must_use]
pub fn covers(whole: &BTreeSet<Day>, today: Day, floor: Day) -> Coverage {
    back_from(today, floor).take_while(|d| whole.contains(d)).last().map_or(Coverage::Nothing, Coverage::Since)
}

/// Reads the answer of `freepublish/batchget`. Its order is not promised, and what was sent to the readers is never in it.
/// An article without a date that was last edited before `since` was published before, and is left out.
///
/// # Errors
/// When it is refused or something else.
pub fn published(bytes: &[u8], since: Day) -> Result<Published, Bad> {
    let value = parse(bytes)?;
    let items = value.get("item").and_then(Value::as_array).ok_or(Bad::Unreadable)?;
    let mut entries = Vec::new();
    for item in items {
        let news = item.pointer("/content/news_item").and_then(Value::as_array).ok_or(Bad::Unreadable)?;
        let made = item.pointer("/content/create_time").and_then(Value::as_i64).and_then(crate::feed::day_of_epoch);
        let edited = item.get("update_time").and_then(Value::as_i64).and_then(crate::feed::day_of_epoch);
        if made.is_none() && edited.is_some_and(|day| day < since) {
            continue;
        }
        for n in news.iter().filter(|n| n.get("is_deleted").and_then(Value::as_bool) != Some(true)) {
            let part = |key: &str| n.get(key).and_then(Value::as_str).unwrap_or_default();
            let url = crate::link::join(None, part("url")).unwrap_or_default();
            let title = text::title(part("title"));
            if !url.is_empty() || !title.is_empty() {
                let source = Some(text::title(part("author"))).filter(|a| !a.is_empty());
                let date_from = made.map(|_| DateFrom::Record);
                entries.push(Entry { title, url, date: made, date_from, source });
            }
        }
    }
    let total = value.get("total_count").and_then(Value::as_u64).ok_or(Bad::Unreadable)?;
    Ok(Published { entries, total: usize::try_from(total).unwrap_or(usize::MAX), here: items.len() })
}

/// Reads the answer of `openapi/quota/get`: how many calls are left today.
///
/// # Errors
/// When it is refused or something else.
pub fn calls_left(bytes: &[u8]) -> Result<u64, Bad> {
    parse(bytes)?.pointer("/quota/remain").and_then(Value::as_u64).ok_or(Bad::Unreadable)
}

#[cfg(test)]
mod tests;
