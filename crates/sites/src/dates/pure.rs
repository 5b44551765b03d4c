//! Texts that are a date and little else.

use std::ops::Range;

use model::Day;
use model::calendar::shift;

use super::scan::{Found, find_all, plain};
use crate::text::fold;

/// Words that announce the date of publication.
const LABELS: &[&str] = &["时间", "日期", "发布于", "发表于", "发布"];

/// The date of a text that is a date and little else: `[2020-11-27]`, `发布时间：2020-11-27 10:59 浏览：3`, `3天前`.
pub(crate) fn pure(raw: &str, today: Day) -> Option<Found> {
    if raw.len() > 400 || !raw.bytes().any(|b| b.is_ascii_digit() || b >= 0xe0) {
        return None;
    }
    let text = &*plain(raw);
    // The calendar of the page itself.
    if ["星期", "今天是", "今日"].iter().any(|w| text.contains(w)) && text.contains('年') {
        return None;
    }
    let found = find_all(text, today);
    let Some(first) = found.first() else { return relative(text, today) };
    // Of two dates in one line the labelled one counts; a range of dates is no date of publication.
    let chosen = found.iter().find(|f| labelled(text, &f.at)).unwrap_or(first);
    let rest = residue(text, &chosen.at);
    let limit = if labelled(text, &chosen.at) { 40 } else { 4 };
    let before = text[..chosen.at.start].trim_matches(|c: char| c.is_whitespace() || OPENING.contains(&c));
    let edge = !chosen.yearless && before.is_empty() && rest <= 30;
    (rest <= limit || edge).then(|| chosen.clone())
}

/// Whether [`pure`] can be anything of this text once its references are decoded: told by its bytes alone, because most
/// texts of a page are no dates.
pub(crate) fn may_be_pure(raw: &str) -> bool {
    if raw.len() > 400 {
        return false;
    }
    raw.bytes().enumerate().any(|(at, b)| match b {
        // Full-width figures begin with 0xef.
        b'0'..=b'9' | b'&' | 0xef => true,
        // 天, 刚 and 钟 end in these bytes.
        0xa9 => raw.as_bytes()[..at].ends_with(&[0xe5, 0xa4]),
        0x9a => raw.as_bytes()[..at].ends_with(&[0xe5, 0x88]),
        0x9f => raw.as_bytes()[..at].ends_with(&[0xe9, 0x92]),
        _ => false,
    })
}

const OPENING: [char; 6] = ['[', '(', '（', '【', '〔', '［'];
const CLOSING: [char; 6] = [']', ')', '）', '】', '〕', '］'];

/// A title with a date before or behind it, and the title alone: `2020-11-27 关于…`, `关于…[11-27]`. A date without a
/// year must stand in brackets.
pub(crate) fn affixed(title: &str, today: Day) -> Option<(Found, String)> {
    if !title.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    if plain(title) != title {
        return None;
    }
    let all = find_all(title, today);
    let is_title = |t: &str| t.chars().filter(|c| c.is_alphabetic()).count() >= 4;
    for found in all.first().into_iter().chain(all.last()) {
        let (before, behind) = (title[..found.at.start].trim_end(), title[found.at.end..].trim_start());
        let inner =
            before.strip_suffix(OPENING).map(str::trim_end).zip(behind.strip_prefix(CLOSING).map(str::trim_start));
        let (before, behind) = match inner {
            Some(parts) => parts,
            None if found.yearless || title[found.at.end..].starts_with(char::is_alphanumeric) => continue,
            None => (before, behind),
        };
        match (before.is_empty(), behind.is_empty()) {
            (true, false) if is_title(behind) => return Some((found.clone(), behind.to_owned())),
            (false, true)
                if is_title(before) && (inner.is_some() || title[..found.at.start].ends_with(char::is_whitespace)) =>
            {
                return Some((found.clone(), before.to_owned()));
            }
            _ => {}
        }
    }
    None
}

/// Nothing but a date and signs.
pub(crate) fn is_bare(raw: &str, today: Day) -> bool {
    // Figures are ASCII, or full-width behind this byte.
    if !raw.bytes().any(|b| b.is_ascii_digit() || b == 0xef) {
        return false;
    }
    let text = &*plain(raw);
    find_all(text, today).first().is_some_and(|f| residue(text, &f.at) == 0)
}

fn labelled(text: &str, at: &Range<usize>) -> bool {
    let before =
        text[..at.start].trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '[' | '(' | '（'));
    LABELS.iter().any(|l| before.ends_with(l))
}

/// Letters and figures beside the date.
fn residue(text: &str, at: &Range<usize>) -> usize {
    let letters = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).count();
    letters(&text[..at.start]) + letters(&text[at.end..])
}

/// `今天 10:20`, `昨天`, `3天前`, `5小时前`.
fn relative(text: &str, today: Day) -> Option<Found> {
    let folded = fold(text);
    if folded.chars().count() > 12 {
        return None;
    }
    let days = if folded.starts_with("今天") || folded == "刚刚" || folded.ends_with("分钟前") {
        0
    } else if folded.starts_with("昨天") {
        1
    } else if folded.starts_with("前天") {
        2
    } else {
        let n = folded.strip_suffix("天前")?.trim().parse::<i64>().ok()?;
        if n > 400 {
            return None;
        }
        n
    };
    Some(Found { day: shift(today, -days), yearless: true, at: 0..text.len() })
}
