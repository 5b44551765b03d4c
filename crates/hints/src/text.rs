//! Text as detectors need it: without blanks, in sentences, with the surroundings of a place.

use std::collections::HashSet;

/// `text` without any blanks, full-width digits and letters made plain.
pub(crate) fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !is_blank(*c)).map(plain).collect()
}

/// A space that shows nothing.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{3000}' | '\u{feff}' | '\u{200b}')
}

fn plain(c: char) -> char {
    match c {
        '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
            char::from_u32(c as u32 - 0xfee0).unwrap_or(c)
        }
        '（' => '(',
        '）' => ')',
        _ => c,
    }
}

/// The sentences of a text.
pub(crate) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['。', '；', '！', '？', '\n', ';']).map(str::trim).filter(|s| !s.is_empty())
}

/// Letters and digits only, every number one `0`, each of `names` one `某`: what is left says how a text is made, not
/// about whom. `names` are long names first.
pub(crate) fn masked(sentence: &str, names: &[String]) -> String {
    let mut text = squeeze(sentence);
    for name in names.iter().filter(|n| n.chars().count() >= 2) {
        if text.contains(name.as_str()) {
            text = text.replace(name.as_str(), "某");
        }
    }
    let mut out = String::with_capacity(text.len());
    let mut in_number = false;
    for c in text.chars() {
        let digit = c.is_ascii_digit() || (in_number && matches!(c, '.' | ',' | '%'));
        if digit {
            if !in_number {
                out.push('0');
            }
            in_number = true;
            continue;
        }
        in_number = false;
        if c.is_alphanumeric() {
            out.push(c);
        }
    }
    out
}

/// How many characters a shingle has.
const SHINGLE: usize = 6;

/// The shingles of a masked text, as hashes.
pub(crate) fn shingles(masked: &str) -> impl Iterator<Item = u64> + '_ {
    let places: Vec<usize> = masked.char_indices().map(|(i, _)| i).chain([masked.len()]).collect();
    let n = places.len().saturating_sub(SHINGLE);
    (0..n).map(move |i| hash(&masked[places[i]..places[i + SHINGLE]]))
}

/// How much of a masked sentence stands in a text of these shingles, in percent; nothing where it is too short to say.
pub(crate) fn share(masked: &str, others: &HashSet<u64>) -> Option<usize> {
    let (mut all, mut hit) = (0, 0);
    for s in shingles(masked) {
        all += 1;
        hit += usize::from(others.contains(&s));
    }
    (all >= 6).then(|| hit * 100 / all)
}

/// FNV-1a: the same on every machine and in every version, as marks must be.
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// `text[from..to]` with up to `around` characters on each side.
pub(crate) fn surroundings(text: &str, from: usize, to: usize, around: usize) -> String {
    let before = text[..from].char_indices().rev().nth(around.saturating_sub(1)).map_or(0, |(i, _)| i);
    let after = text[to..].char_indices().nth(around).map_or(text.len(), |(i, _)| to + i);
    let dots = |cut: bool| if cut { "…" } else { "" };
    format!("{}{}{}", dots(before > 0), &text[before..after], dots(after < text.len()))
}

/// At most `max` characters of a text.
pub(crate) fn short(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((i, _)) => format!("{}…", &text[..i]),
        None => text.to_owned(),
    }
}

/// The last `n` characters before a place.
pub(crate) fn before(text: &str, at: usize, n: usize) -> &str {
    let from = text[..at].char_indices().rev().nth(n.saturating_sub(1)).map_or(0, |(i, _)| i);
    &text[from..at]
}

/// Does it hold one of these words?
pub(crate) fn has_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|w| text.contains(w))
}

/// A heading without its number: `（一）`, `二、`, `3.`, `第四部分`.
pub(crate) fn without_number(text: &str) -> &str {
    let is_number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let text = text.trim_start_matches(|c: char| is_blank(c) || matches!(c, '*' | '#' | '·' | '●' | '■'));
    let inner = text.strip_prefix(['(', '（', '第']).unwrap_or(text);
    let rest = inner.trim_start_matches(is_number);
    if rest.len() == inner.len() {
        return text;
    }
    let marks = |c: char| matches!(c, ')' | '）' | '、' | '.' | '．' | '，' | ',' | '：' | ':') || is_blank(c);
    let rest = rest.strip_prefix("部分").or_else(|| rest.strip_prefix('章')).unwrap_or(rest);
    rest.trim_start_matches(marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_lose_their_numbers_and_nothing_else() {
        for (text, bare) in [
            ("一、总体情况", "总体情况"),
            ("（二）主动公开", "主动公开"),
            ("3. 收到", "收到"),
            ("第四部分 复议", "复议"),
            ("总体情况", "总体情况"),
            ("三类内部事务信息", "类内部事务信息"),
        ] {
            assert_eq!(without_number(text), bare);
        }
    }

    #[test]
    fn masking_leaves_how_a_text_is_made() {
        let names = ["钟山区教育局".to_owned(), "教育局".to_owned()];
        assert_eq!(masked("钟山区教育局 2025 年公开1,234条，占9.5%。", &names), "某0年公开0条占0");
    }

    #[test]
    fn surroundings_are_cut_between_characters() {
        assert_eq!(surroundings("甲乙丙丁戊", 6, 9, 1), "…乙丙丁…");
        assert_eq!(surroundings("甲乙", 0, 3, 9), "甲乙");
    }
}
