//! Times as feeds write them. The day is always the day in Beijing.

use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike as _, Utc,
};
use model::Day;

/// The day in Beijing at an epoch in seconds or milliseconds.
pub(crate) fn day_of_epoch(epoch: i64) -> Option<Day> {
    from_epoch(epoch).and_then(believable)
}

fn from_epoch(epoch: i64) -> Option<DateTime<Utc>> {
    let seconds = match epoch {
        // 1973 to 2286 in milliseconds, which in seconds would lie beyond the year 5000.
        100_000_000_000..=9_999_999_999_999 => epoch / 1_000,
        0..=9_999_999_999 => epoch,
        _ => return None,
    };
    DateTime::from_timestamp(seconds, 0)
}

/// The day in Beijing of a moment that a feed can mean.
pub(crate) fn believable(at: DateTime<Utc>) -> Option<Day> {
    // `0` and the year 9999 are fillers.
    let day = at.checked_add_signed(TimeDelta::hours(8))?.date_naive();
    (1995..=2090).contains(&day.year()).then_some(day)
}

/// A time without a zone was read as Beijing's. If the bridge's clock runs on UTC, as that of a container does, was it then
/// the day after in Beijing?
pub(crate) fn may_be_tomorrow(at: DateTime<Utc>) -> bool {
    at.checked_add_signed(TimeDelta::hours(8)).is_none_or(|beijing| beijing.hour() >= 16)
}

/// Any time that a feed writes; one without a zone is `zone` hours east of UTC. A date alone is midnight in that zone.
pub(crate) fn parse(text: &str, zone: i32) -> Option<DateTime<Utc>> {
    zoned(text).or_else(|| naive(text).and_then(|n| at(n, zone.checked_mul(3_600)?)))
}

/// Is it a time that names no zone?
pub(crate) fn is_zoneless(text: &str) -> bool {
    zoned(text).is_none() && naive(text).is_some()
}

/// A time that says its zone.
fn zoned(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if text.is_empty() || text.len() > 100 {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) && matches!(text.len(), 10 | 13) {
        return from_epoch(text.parse().ok()?);
    }
    // In Chinese feeds CST is China's time, not Chicago's.
    let (body, named) = split_zone(text);
    if let Some(offset) = named {
        return naive(body).and_then(|n| at(n, offset));
    }
    DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_rfc2822(text))
        .or_else(|_| DateTime::parse_from_str(text, "%a %b %d %H:%M:%S %z %Y"))
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f %z"))
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .map(|t| t.to_utc())
        .ok()
        .or_else(|| offset_behind(text).and_then(|(body, offset)| naive(body).and_then(|n| at(n, offset))))
}

fn at(naive: NaiveDateTime, offset: i32) -> Option<DateTime<Utc>> {
    FixedOffset::east_opt(offset)?.from_local_datetime(&naive).single().map(|t| t.to_utc())
}

/// `… CST`, `… GMT+8`, `… UTC+08:00`.
fn split_zone(text: &str) -> (&str, Option<i32>) {
    for name in ["(CST)", "CST", "(中国标准时间)", "北京时间"] {
        if let Some(body) = text.strip_suffix(name) {
            // `Fri, 20 Nov 2026 00:30:00 +0800 (CST)` has its offset already.
            let body = body.trim_end();
            return if offset_behind(body).is_some() { (text, None) } else { (body, Some(8 * 3_600)) };
        }
    }
    for name in ["GMT", "UTC"] {
        if let Some((body, offset)) = text.rsplit_once(name)
            && let Some(seconds) = hours(offset)
        {
            return (body.trim_end(), Some(seconds));
        }
    }
    (text, None)
}

/// `+8`, `+08`, `+0800`, `+08:00` in seconds.
fn hours(text: &str) -> Option<i32> {
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    if digits.is_empty() || digits.len() > 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n: i32 = digits.parse().ok()?;
    let (h, m) = if digits.len() <= 2 { (n, 0) } else { (n / 100, n % 100) };
    (h <= 14 && m < 60).then_some(sign * (h * 3_600 + m * 60))
}

/// `周五, 20 11月 2026 00:30:00 +0800`: an offset behind a time that no standard knows.
fn offset_behind(text: &str) -> Option<(&str, i32)> {
    let (body, offset) = text.rsplit_once(' ')?;
    hours(offset).filter(|_| offset.len() >= 3).map(|s| (body, s))
}

/// A time without zone, or a date alone.
fn naive(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    if text.is_empty() || text.len() > 100 {
        return None;
    }
    const FORMS: &[&str] = &[
        "%a, %d %b %Y %H:%M:%S",
        "%d %b %Y %H:%M:%S",
        "%a, %d %b %Y %H:%M",
        "%a %b %d %H:%M:%S %Y",
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M",
        "%Y/%m/%d %H:%M:%S",
        "%Y/%m/%d %H:%M",
    ];
    FORMS.iter().find_map(|f| NaiveDateTime::parse_from_str(text, f).ok()).or_else(|| chinese(text))
}

/// Chinese forms: `2026年11月20日 00:30`, `周五, 20 11月 2026 00:30:00`, `2026-11-20 上午9:05`.
fn chinese(text: &str) -> Option<NaiveDateTime> {
    let numbers: Vec<u32> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|s| !s.is_empty() && s.len() <= 4)
        .filter_map(|s| s.parse().ok())
        .collect();
    let date = match numbers.as_slice() {
        [y, m, d, ..] if *y > 1_900 => NaiveDate::from_ymd_opt(*y as i32, *m, *d),
        [d, m, y, ..] if *y > 1_900 => NaiveDate::from_ymd_opt(*y as i32, *m, *d),
        _ => None,
    }?;
    let hour = numbers.get(3).copied().unwrap_or(0);
    let hour = if text.contains("下午") && hour < 12 { hour + 12 } else { hour };
    let time = NaiveTime::from_hms_opt(hour, numbers.get(4).copied().unwrap_or(0), 0)?;
    let words: String = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    // Only what consists of the words of a date: a title with figures in it is none.
    let known = |c: char| " -/:,.年月日号时分秒周星期一二三四五六天上下午".contains(c);
    words.chars().all(known).then(|| date.and_time(time))
}
