//! Finding dates in running text.

use std::borrow::Cow;
use std::ops::Range;

use chrono::Datelike;
use model::Day;
use unicode_normalization::UnicodeNormalization;

use super::{latest, sane};

/// A date in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) day: Day,
    /// The text gives no year: it was taken from the date of the look.
    pub(crate) yearless: bool,
    /// Where it stands in the text as [`plain`] gives it, with its time of day.
    pub(crate) at: Range<usize>,
}

/// The text with full-width digits and signs made plain.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let wide = |c: char| matches!(c, '\u{ff0d}'..='\u{ff1a}' | '\u{2236}' | '\u{2010}'..='\u{2015}');
    // All of these begin with one of two bytes.
    if memchr::memchr2(0xe2, 0xef, text.as_bytes()).is_none() || !text.chars().any(wide) {
        return Cow::Borrowed(text);
    }
    let narrow = |c: char| match c {
        '\u{2236}' => ':',
        '\u{2010}'..='\u{2015}' => '-',
        c if wide(c) => std::iter::once(c).nfkc().next().unwrap_or(c),
        c => c,
    };
    Cow::Owned(text.chars().map(narrow).collect())
}

/// The first date of a text that names its year, else the first.
pub(crate) fn first(text: &str, today: Day) -> Option<Found> {
    let all = find_all(text, today);
    all.iter().find(|f| !f.yearless).or(all.first()).cloned()
}

/// Every date of a text, in order, at most 16. The text must be [`plain`] for the ranges to fit.
pub(crate) fn find_all(text: &str, today: Day) -> Vec<Found> {
    let text = &*plain(text);
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(start) = next_number(text, at) {
        match date_at(text, start, today) {
            Some(found) => {
                at = found.at.end;
                out.push(found);
                if out.len() == 16 {
                    break;
                }
            }
            None => at = start + digits(text, start),
        }
    }
    out
}

/// The start of the next run of digits at or after `at`.
fn next_number(text: &str, at: usize) -> Option<usize> {
    text.as_bytes()[at..].iter().position(u8::is_ascii_digit).map(|i| at + i)
}

/// How many digits stand at `at`.
fn digits(text: &str, at: usize) -> usize {
    text.as_bytes()[at..].iter().take_while(|b| b.is_ascii_digit()).count()
}

fn number(text: &str, at: usize, len: usize) -> Option<u32> {
    text.get(at..at + len)?.parse().ok()
}

/// What stands between the parts of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sep {
    Dash,
    Slash,
    Dot,
    Year,
    Month,
}

/// The separator at `at`, blanks around it allowed, and where the next part begins.
fn separator(text: &str, at: usize) -> Option<(Sep, usize)> {
    let rest = text[at..].trim_start_matches([' ', '\u{a0}', '\u{3000}']);
    let c = rest.chars().next()?;
    let sep = match c {
        '-' => Sep::Dash,
        '/' => Sep::Slash,
        '.' => Sep::Dot,
        '年' => Sep::Year,
        '月' => Sep::Month,
        _ => return None,
    };
    let rest = rest[c.len_utf8()..].trim_start_matches([' ', '\u{a0}', '\u{3000}']);
    Some((sep, text.len() - rest.len()))
}

/// One part of a date: its value, how many digits it has, where it ends.
fn part(text: &str, at: usize) -> Option<(u32, usize, usize)> {
    let len = digits(text, at);
    (1..=2).contains(&len).then(|| number(text, at, len)).flatten().map(|n| (n, len, at + len))
}

fn date_at(text: &str, start: usize, today: Day) -> Option<Found> {
    let len = digits(text, start);
    // `A2020-…` and the like are numbers of something.
    let before = text[..start].chars().next_back();
    if before.is_some_and(|c| c.is_ascii_alphabetic() || c == '.' || c == '-') && len != 4 {
        return None;
    }
    match len {
        4 => full(text, start, today),
        8 => compact(text, start, today),
        1 | 2 => short_year(text, start, len, today)
            .or_else(|| year_last(text, start, len, today))
            .or_else(|| yearless(text, start, len, today)),
        _ => None,
    }
}

fn full(text: &str, start: usize, today: Day) -> Option<Found> {
    let year = number(text, start, 4)?;
    let (sep1, at) = separator(text, start + 4)?;
    let (month, _, end) = part(text, at)?;
    let (sep2, at) = separator(text, end)?;
    let alike = match sep1 {
        Sep::Year => sep2 == Sep::Month,
        Sep::Month => false,
        _ => sep1 == sep2,
    };
    let (day, _, end) = part(text, at).filter(|_| alike)?;
    let day = sane(year as i32, month, day, today)?;
    Some(Found { day, yearless: false, at: start..after_time(text, after_day(text, end)) })
}

fn compact(text: &str, start: usize, today: Day) -> Option<Found> {
    let day = sane(number(text, start, 4)? as i32, number(text, start + 4, 2)?, number(text, start + 6, 2)?, today)?;
    Some(Found { day, yearless: false, at: start..after_time(text, start + 8) })
}

/// `20-12-06`.
fn short_year(text: &str, start: usize, len: usize, today: Day) -> Option<Found> {
    let year = number(text, start, len).filter(|_| len == 2)? as i32;
    let (sep1, at) = separator(text, start + 2)?;
    let (month, 2, end) = part(text, at)? else { return None };
    let (sep2, at) = separator(text, end)?;
    let (day, 2, end) = part(text, at)? else { return None };
    let year = 2000 + year;
    if sep1 != sep2 || matches!(sep1, Sep::Year | Sep::Month) || year > today.year() + 1 {
        return None;
    }
    let day = sane(year, month, day, today)?;
    Some(Found { day, yearless: false, at: start..after_time(text, end) })
}

/// `11/20/2020`, as servers set up in America write it; `20/11/2020` where it can be nothing else.
fn year_last(text: &str, start: usize, len: usize, today: Day) -> Option<Found> {
    let first = number(text, start, len)?;
    let (Sep::Slash, at) = separator(text, start + len)? else { return None };
    let (second, _, end) = part(text, at)?;
    let (Sep::Slash, at) = separator(text, end)? else { return None };
    let year = (digits(text, at) == 4).then(|| number(text, at, 4)).flatten()?;
    let (month, day) = if first > 12 { (second, first) } else { (first, second) };
    let day = sane(year as i32, month, day, today)?;
    Some(Found { day, yearless: false, at: start..after_time(text, at + 4) })
}

/// `01-10`, `1月10日`.
fn yearless(text: &str, start: usize, len: usize, today: Day) -> Option<Found> {
    let month = number(text, start, len)?;
    let (sep, at) = separator(text, start + len)?;
    let (day, day_len, end) = part(text, at)?;
    let clear = match sep {
        Sep::Month => true,
        Sep::Dash | Sep::Slash | Sep::Dot => len == 2 && day_len == 2 && at == start + 3,
        Sep::Year => false,
    };
    // `10-20-30` and `10.20%` are no dates.
    let goes_on = separator(text, end).is_some_and(|(_, at)| digits(text, at) > 0 && sep != Sep::Month);
    let end = after_day(text, end);
    if !clear || goes_on || text[end..].starts_with(['%', '％', '页', '元', '万', '亿']) {
        return None;
    }
    let day = latest(month, day, today)?;
    Some(Found { day, yearless: true, at: start..after_time(text, end) })
}

fn after_day(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    let skipped = rest.trim_start_matches([' ', '\u{a0}']);
    skipped.strip_prefix(['日', '号']).map_or(end, |r| text.len() - r.len())
}

/// Where a time of day that follows the date ends.
fn after_time(text: &str, end: usize) -> usize {
    let rest = text[end..].trim_start_matches([' ', '\u{a0}', '\u{3000}', 'T', '\t', '\n', '\r']);
    let mut at = text.len() - rest.len();
    let hour = digits(text, at);
    if !(1..=2).contains(&hour) || !text[at + hour..].starts_with([':', '时']) {
        return end;
    }
    at += hour;
    while let Some(c) = text[at..].chars().next().filter(|c| matches!(c, ':' | '时' | '分' | '秒' | '.')) {
        at += c.len_utf8();
        at += digits(text, at);
    }
    at
}
