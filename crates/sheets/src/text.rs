//! Text as people type it, and as it is compared.

/// Full-width letters, digits and signs as half-width ones, every kind of blank as one: `１２．５　分` is `12.5 分`.
#[must_use]
pub fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' | '\u{a0}' => ' ',
            '\u{2212}' => '-',
            c => c,
        })
        .collect()
}

/// Without blanks and invisible marks at its ends; line breaks inside stay.
#[must_use]
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}')
    })
}

/// What names of columns and choices are compared by: no blanks, half width, lower case, no marks of a required column.
#[must_use]
pub fn folded(text: &str) -> String {
    let kept =
        |c: &char| !c.is_whitespace() && !c.is_control() && !matches!(c, '*' | '\u{200b}'..='\u{200f}' | '\u{feff}');
    half_width(text).chars().filter(kept).flat_map(char::to_lowercase).collect()
}

/// A number of at most 15 digits, which is what office programs show: the sum of 0.1 and 0.2 is 0.3.
#[must_use]
pub fn number(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".to_owned() } else { value.to_string() };
    }
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    rounded.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_is_half_width() {
        assert_eq!(half_width("１２．５　Ａ（－３）−1"), "12.5 A(-3)-1");
        assert_eq!(trimmed("\u{feff}　 教育局\u{200b}\r\n"), "教育局");
        assert_eq!(folded("＊单位 编号 "), "单位编号");
    }

    #[test]
    fn numbers_are_what_office_programs_show() {
        assert_eq!(number(0.1 + 0.2), "0.3");
        assert_eq!(number(3.0), "3");
        assert_eq!(number(-0.0), "0");
        assert_eq!(number(20_260_301.0), "20260301");
        assert_eq!(number(-1.5), "-1.5");
    }
}
