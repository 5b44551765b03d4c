//! Dates that the address of an item carries.

use chrono::Datelike;
use model::Day;

use super::sane;

/// The date in an address: `/t20201127_65399695.html`, `/art/2020/9/11/art_1.html`, `/2020-11/27/content_1.htm`,
/// `/20210104/x.html`, `/202011/27/`. A month alone is no date, and neither is a number that is the whole name of a file: in
/// `/info/2005/1127.htm` and `/202011/27.html` that is the item's, whatever stands before it.
pub(crate) fn url_date(url: &str, today: Day) -> Option<Day> {
    let (mut eight, mut joined, mut month_day) = (None, None, None);
    let (mut before, mut last): (Option<Number>, Option<Number>) = (None, None);
    for n in numbers(path_of(url)) {
        if n.len == 8 {
            let day = sane((n.value / 10_000) as i32, n.value / 100 % 100, n.value % 100, today);
            eight = eight.or(day.filter(|d| *d <= today));
        }
        if let Some(last) = last.filter(|l| l.next_to(&n) && !n.is_file) {
            joined = joined.or(before.and_then(|y| three([&y, &last, &n], today)));
            month_day = month_day.or(two(&last, &n, today));
        }
        (before, last) = (last, Some(n));
    }
    eight.or(joined).or(month_day)
}

/// `2020/9/11`.
fn three([y, m, d]: [&Number; 3], today: Day) -> Option<Day> {
    let alike = y.len == 4 && m.len <= 2 && d.len <= 2 && y.next_to(m) && m.next_to(d);
    alike.then(|| sane(y.value as i32, m.value, d.value, today)).flatten()
}

/// `202011/27`, `2020/1127`.
fn two(y: &Number, d: &Number, today: Day) -> Option<Day> {
    match (y.len, d.len) {
        (6, 2) => sane((y.value / 100) as i32, y.value % 100, d.value, today),
        (4, 4) => sane(y.value as i32, d.value / 100, d.value % 100, today),
        _ => None,
    }
}

/// A date without a year, with the year that its address gives: the address must name the same day, or the same month.
pub(crate) fn fit_year(day: Day, url: &str, today: Day) -> Day {
    if let Some(u) = url_date(url, today) {
        return if (u.month(), u.day()) == (day.month(), day.day()) { u } else { day };
    }
    let month = numbers(path_of(url)).find_map(|n| {
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

#[derive(Clone, Copy)]
struct Number {
    value: u32,
    len: usize,
    from: usize,
    to: usize,
    /// Is it the name of a file, but for its ending?
    is_file: bool,
}

impl Number {
    /// Only one sign stands between this number and the next.
    fn next_to(&self, other: &Number) -> bool {
        other.from == self.to + 1
    }
}

/// The runs of at most eight digits.
fn numbers(path: &str) -> impl Iterator<Item = Number> {
    let bytes = path.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let from = at + bytes[at..].iter().position(u8::is_ascii_digit)?;
            let len = bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
            at = from + len;
            if len <= 8 {
                let value = bytes[from..at].iter().fold(0, |v, b| v * 10 + u32::from(b - b'0'));
                let ends = matches!(bytes.get(at), None | Some(b'.' | b'?' | b'#'));
                let is_file = ends && from > 0 && bytes[from - 1] == b'/';
                return Some(Number { value, len, from, to: at, is_file });
            }
        }
    })
}
