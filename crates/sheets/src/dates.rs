//! Dates as people type them.

use model::Day;

use crate::text::{half_width, trimmed};

/// Years that a register may speak of.
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 1949..=2099;

/// `2026年3月1日`, `2026-03-01`, `2026/3/1`, `2026.3.1`, `20260301`, in full or half width, with or without a time behind
/// it. Year first, with four digits: what could be read two ways is read in none.
#[must_use]
pub fn parse(text: &str) -> Option<Day> {
    let half = half_width(trimmed(text));
    let (date, time) = split_time(half.trim());
    if !time.is_empty() && !is_time(time) {
        return None;
    }
    let parts = if date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit()) {
        [&date[..4], &date[4..6], &date[6..]]
    } else {
        numbers(date)?
    };
    let [year, month, day] = parts.map(|p| p.parse::<u32>().unwrap_or(0));
    let year = i32::try_from(year).ok().filter(|y| YEARS.contains(y))?;
    Day::from_ymd_opt(year, month, day)
}

/// The three numbers of a date with separators of one kind.
fn numbers(date: &str) -> Option<[&str; 3]> {
    let (year, rest, second) = if let Some((y, r)) = date.split_once('年') {
        (y, r.trim_end_matches(['日', '号']), '月')
    } else {
        let sep = ['-', '/', '.'].into_iter().find(|s| date.contains(*s))?;
        let (y, r) = date.split_once(sep)?;
        (y, r, sep)
    };
    let (month, day) = rest.split_once(second)?;
    let parts = [year.trim(), month.trim(), day.trim()];
    let digits = |p: &str, most: usize| (1..=most).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit());
    (parts[0].len() == 4 && digits(parts[0], 4) && digits(parts[1], 2) && digits(parts[2], 2)).then_some(parts)
}

/// The date, and what stands behind it.
fn split_time(text: &str) -> (&str, &str) {
    if let Some(at) = text.find(['日', '号']) {
        let end = at + '日'.len_utf8();
        return (&text[..end], text[end..].trim());
    }
    match text.split_once([' ', 'T']) {
        // `2026 - 3 - 1`: blanks around the separators are no time.
        Some((date, rest)) if rest.contains(':') && !date.is_empty() => (date, rest.trim()),
        _ => (text, ""),
    }
}

/// `8:30`, `08:30:00`, `00:00:00.000`, `8:30Z`.
fn is_time(text: &str) -> bool {
    let text = text.trim_end_matches('Z');
    let mut parts = text.split(':');
    let fits = |p: Option<&str>, most: u32| p.is_some_and(|p| p.parse::<u32>().is_ok_and(|n| n < most));
    fits(parts.next(), 24)
        && fits(parts.next(), 60)
        && parts.next().is_none_or(|s| s.parse::<f64>().is_ok_and(|n| (0.0..60.0).contains(&n)))
        && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_people_use() {
        for text in [
            "2026年3月1日",
            "2026年03月01日",
            "2026年3月1号",
            "2026年3月1",
            "２０２６年３月１日",
            "2026-03-01",
            "2026-3-1",
            "2026/3/1",
            "2026.3.1",
            "２０２６．３．１",
            "20260301",
            " 2026/03/01　",
            "2026-03-01 08:30",
            "2026-03-01T00:00:00.000",
            "2026/3/1 0:00:00",
            "2026年3月1日 8:30",
            "2026 年 3 月 1 日",
        ] {
            assert_eq!(parse(text), Day::from_ymd_opt(2026, 3, 1), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_or_could_be_two_is_none() {
        for text in [
            "",
            "3月1日",
            "26-3-1",
            "3/1/2026",
            "2026-13-01",
            "2026-02-30",
            "2026年2月",
            "2026/3",
            "2026-3-1-2",
            "昨天",
            "2026-03/01",
            "12026-03-01",
            "1026-03-01",
            "46082",
            "2026-03-01 下午",
            "2026-03-01 25:00",
            "2026年3月1日前",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
