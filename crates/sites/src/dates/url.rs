//! Dates that the address of an item carries.

use chrono::Datelike;
use model::Day;

use super::sane;

/// The date in an address: `/t20201127_65399695.html`, `/art/2020/9/11/art_1.html`, `/2020-11/27/content_1.htm`,
/// `/20210104/x.html`, `/202011/27/`. A month alone is no date.
pub(crate) fn url_date(url: &str, today: Day) -> Option<Day> {
    let path = path_of(url);
    let numbers = numbers(path);
    let all_eight = numbers.iter().filter(|n| n.len == 8).filter_map(|n| {
        sane((n.value / 10_000) as i32, n.value / 100 % 100, n.value % 100, today).filter(|d| *d <= today)
    });
    let joined = numbers.windows(3).filter_map(|w| match w {
        [y, m, d] if y.len == 4 && m.len <= 2 && d.len <= 2 && y.next_to(m) && m.next_to(d) => {
            sane(y.value as i32, m.value, d.value, today)
        }
        _ => None,
    });
    let month_day = numbers.windows(2).filter_map(|w| match w {
        [y, d] if y.len == 6 && d.len == 2 && y.next_to(d) => {
            sane((y.value / 100) as i32, y.value % 100, d.value, today)
        }
        [y, d] if y.len == 4 && d.len == 4 && y.next_to(d) => sane(y.value as i32, d.value / 100, d.value % 100, today),
        _ => None,
    });
    all_eight.chain(joined).chain(month_day).next()
}

/// A date without a year, with the year that its address gives: the address must name the same day, or the same month.
pub(crate) fn fit_year(day: Day, url: &str, today: Day) -> Day {
    if let Some(u) = url_date(url, today) {
        return if (u.month(), u.day()) == (day.month(), day.day()) { u } else { day };
    }
    let month = numbers(path_of(url)).iter().find_map(|n| {
        let (y, m) = ((n.value / 100) as i32, n.value % 100);
        (n.len == 6 && m == day.month()).then(|| sane(y, m, day.day(), today)).flatten()
    });
    month.filter(|d| *d <= today).unwrap_or(day)
}

fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, r)| r);
    let path = rest.find('/').map_or(rest, |i| &rest[i..]);
    path.get(..300).unwrap_or(path)
}

struct Number {
    value: u32,
    len: usize,
    from: usize,
    to: usize,
}

impl Number {
    /// Only one sign stands between this number and the next.
    fn next_to(&self, other: &Number) -> bool {
        other.from == self.to + 1
    }
}

/// The runs of at most eight digits.
fn numbers(path: &str) -> Vec<Number> {
    let bytes = path.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(i) = bytes.get(at..).and_then(|b| b.iter().position(u8::is_ascii_digit)) {
        let from = at + i;
        let len = bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        at = from + len;
        if len <= 8
            && let Some(value) = path.get(from..at).and_then(|s| s.parse().ok())
        {
            out.push(Number { value, len, from, to: at });
        }
    }
    out
}
