//! What the tests of several families share.

use model::Source;

use crate::{Input, ReadAs, Reading};

/// A list of two rows without any paging.
pub(crate) const LIST: &str = "<div class=list><ul><li><a href=202611/t20261120_1.html>关于开展检查的通知</a><span>2026-11-20</span></li>\
    <li><a href=202611/t20261119_2.html>关于召开会议的通知</a><span>2026-11-19</span></li></ul></div>";

/// Reads a page as a list on 24 November 2026.
pub(crate) fn reading(html: &str, url: &str) -> Reading {
    read_as(html.as_bytes(), url, ReadAs::List)
}

/// Reads bytes on 24 November 2026.
pub(crate) fn read_as(bytes: &[u8], url: &str, read_as: ReadAs) -> Reading {
    let today = "2026-11-24".parse().unwrap();
    crate::read(&Input { bytes, url, content_type: None, read_as, source: &Source::Auto, today })
}

/// The entries of a reading as lines: date, title, address.
pub(crate) fn rows(reading: &Reading) -> Vec<String> {
    let or_dash = |s: String| if s.is_empty() { "-".to_owned() } else { s };
    let line = |e: &model::Entry| {
        let date = e.date.map_or_else(|| "-".to_owned(), |d| d.to_string());
        format!("{date} {} {}", or_dash(e.title.clone()), or_dash(e.url.clone()))
    };
    reading.entries.iter().map(line).collect()
}
