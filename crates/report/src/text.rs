//! Making strangers' text harmless, and measuring it.

use std::fmt;

use serde::{Serialize, Serializer};
use unicode_width::UnicodeWidthStr;

/// Text on one line without anything invisible: no control characters, no line breaks, no marks that turn the direction
/// of writing round (U+202E and its kin), no zero-width characters that hide inside words.
///
/// It is plain, not escaped: HTML templates escape it, sheets write it as a string.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Plain(String);

impl Plain {
    /// Cleans `text`.
    #[must_use]
    pub fn new(text: &str) -> Plain {
        let spaced = text.chars().filter_map(|c| match c {
            c if is_break(c) => Some(' '),
            c if is_invisible(c) => None,
            c => Some(c),
        });
        let spaced: String = spaced.collect();
        Plain(spaced.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Cleans `text` and keeps at most `n` characters, the last of them an ellipsis where something was cut.
    #[must_use]
    pub fn short(text: &str, n: usize) -> Plain {
        let Plain(clean) = Plain::new(text);
        if clean.chars().count() <= n {
            return Plain(clean);
        }
        let kept: String = clean.chars().take(n.saturating_sub(1)).collect();
        Plain(kept + "…")
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Is nothing left of it?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Plain {
    fn from(text: &str) -> Plain {
        Plain::new(text)
    }
}

impl From<String> for Plain {
    fn from(text: String) -> Plain {
        Plain::new(&text)
    }
}

impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0)
    }
}

fn is_break(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// A cell of a CSV file that a spreadsheet will not take for a formula: what begins like one gets an apostrophe in
/// front, also after blanks and in full-width form, which some spreadsheets read as the same.
#[must_use]
pub fn csv_cell(text: &str) -> String {
    let Plain(clean) = Plain::new(text);
    let risky = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    // A tab or return at the front is gone by now; it is what follows it that the spreadsheet would have read.
    if clean.starts_with(risky) { format!("'{clean}") } else { clean }
}

/// How many columns of a terminal or sheet the text takes: a Chinese character takes two.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text` with blanks behind it up to `columns`.
#[must_use]
pub fn pad(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_invisible_and_no_line_break_is_left() {
        let dirty = "关于\u{202E}txt.exe\r\nBcc: x@y\u{0000}\u{200B}的\u{2028}通知\u{7}";
        assert_eq!(Plain::new(dirty).as_str(), "关于txt.exe Bcc: x@y 的 通知");
    }

    #[test]
    fn what_begins_like_a_formula_is_disarmed_in_csv() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "\u{202E}=1"] {
            assert!(csv_cell(bad).starts_with('\''), "{bad:?} → {}", csv_cell(bad));
        }
        assert_eq!(csv_cell("2026-11-24"), "2026-11-24");
        assert_eq!(csv_cell("−3分"), "−3分");
    }

    #[test]
    fn a_long_title_is_cut_between_characters() {
        assert_eq!(Plain::short("钟山区教育局通知", 4).as_str(), "钟山区…");
        assert_eq!(Plain::short("通知", 2).as_str(), "通知");
    }

    #[test]
    fn chinese_takes_two_columns() {
        assert_eq!(pad("单位ab", 8), "单位ab  ");
    }
}
