//! Plain text for people: folded, stripped, bounded.

use std::borrow::Cow;

use crate::dom::decode_entities;

/// Titles are cut at this many characters.
pub(crate) const MAX_TITLE: usize = 300;

/// Is it space?
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}')
}

/// Characters that show nothing but turn the direction of what follows, or hide in words.
fn is_trick(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{ad}')
}

/// Whitespace folded to single spaces, direction marks dropped, both ends trimmed.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_word = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        // What has no odd byte in it is taken as it is.
        let plain = rest.bytes().position(|b| ODD[b as usize]).unwrap_or(rest.len());
        let len = if plain > 0 { plain } else { c.len_utf8() };
        let blank = plain == 0 && is_blank(c);
        if !blank && !in_word && !out.is_empty() {
            out.push(' ');
        }
        if plain > 0 || (!blank && !is_trick(c)) {
            out.push_str(&rest[..len]);
        }
        in_word = !blank;
        rest = &rest[len..];
    }
    out
}

/// The parts of a text between its spaces.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(is_blank);
        let mut to = 0;
        // What has no odd byte in it holds no space.
        while let Some(odd) = rest.as_bytes()[to..].iter().position(|b| ODD[*b as usize]) {
            to += odd;
            let c = rest[to..].chars().next()?;
            if is_blank(c) {
                let (word, behind) = rest.split_at(to);
                rest = behind;
                return Some(word);
            }
            to += c.len_utf8();
        }
        let word = std::mem::take(&mut rest);
        (!word.is_empty()).then_some(word)
    })
}

/// A byte with which a character may begin that is space or a trick; most letters begin with others.
const fn is_odd(b: u8) -> bool {
    b <= b' ' || matches!(b, 0x7f | 0xc2 | 0xe1 | 0xe2 | 0xe3 | 0xef)
}

static ODD: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0u8;
    loop {
        table[b as usize] = is_odd(b);
        if b == 255 {
            break table;
        }
        b += 1;
    }
};

/// A text of which is known that [`fold`] leaves it as it is, and that it holds no reference and no tag.
pub(crate) fn is_plain(text: &str) -> bool {
    let mut before = b' ';
    for &b in text.as_bytes() {
        match PLAIN[b as usize] {
            Plain::Yes => {}
            Plain::Inside if before != b' ' => {}
            _ => return false,
        }
        before = b;
    }
    before != b' '
}

#[derive(Clone, Copy)]
enum Plain {
    Yes,
    /// Between two words.
    Inside,
    No,
}

static PLAIN: [Plain; 256] = {
    let mut table = [Plain::Yes; 256];
    let mut b = 0u8;
    loop {
        if is_odd(b) || matches!(b, b'&' | b'<' | b'>') {
            table[b as usize] = if b == b' ' { Plain::Inside } else { Plain::No };
        }
        if b == 255 {
            break table;
        }
        b += 1;
    }
};

/// At most `max` characters.
pub(crate) fn cut(mut text: String, max: usize) -> String {
    if text.len() > max
        && let Some((i, _)) = text.char_indices().nth(max)
    {
        text.truncate(i);
    }
    text
}

/// A title as people read it: tags stripped, entities decoded, folded, cut.
pub(crate) fn title(raw: &str) -> String {
    let mut text = Cow::Borrowed(raw);
    // Some sources escape twice; a third time is not believed.
    for _ in 0..2 {
        let decoded = decode_entities(&text);
        let plain = strip_tags(&decoded);
        if plain == text {
            break;
        }
        text = Cow::Owned(plain);
    }
    cut(fold(&text), MAX_TITLE)
}

/// `text` without what looks like a tag: `<em>`, `</TRS_DOCUMENT>`, `<![CDATA[`. A lone `<` stays.
pub(crate) fn strip_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(lt) = rest.find('<') {
        out.push_str(&rest[..lt]);
        rest = &rest[lt..];
        if let Some(inner) = rest.strip_prefix("<![CDATA[") {
            rest = inner;
            continue;
        }
        let tag_like = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
        let end = || memchr::memchr(b'>', &rest.as_bytes()[..rest.len().min(2_000)]);
        match tag_like.then(end).flatten() {
            Some(gt) => rest = &rest[gt + 1..],
            None => {
                out.push('<');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out.replace("]]>", "")
}

/// How many Chinese characters.
pub(crate) fn han(text: &str) -> usize {
    text.chars().filter(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{2ffff}')).count()
}

/// A letter or a figure. Most characters of our pages are told by their range.
pub(crate) fn is_letter(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fa5}') || c.is_alphanumeric()
}

/// Does `text` hold one of these words?
pub(crate) fn has_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|w| text.contains(w))
}

/// Does `text` hold one of these lower-case words, in any case?
pub(crate) fn has_any_ascii(text: &str, words: &[&str]) -> bool {
    words.iter().any(|w| holds_ascii(text.as_bytes(), w.as_bytes()))
}

/// Without a lower-case copy of the text: scripts of 100 kB are asked for many words.
fn holds_ascii(text: &[u8], word: &[u8]) -> bool {
    let Some(&first) = word.first() else { return true };
    let last_start = text.len().saturating_sub(word.len() - 1);
    memchr::memchr2_iter(first, first.to_ascii_uppercase(), &text[..last_start])
        .any(|at| text[at..at + word.len()].eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case_up_to_the_last_byte() {
        assert!(has_any_ascii("var TotalPage", &["page"]));
        assert!(has_any_ascii("共Record", &["x", "record"]));
        assert!(!has_any_ascii("pag", &["page"]));
        assert!(!has_any_ascii("", &["page"]));
    }

    /// As it is told: words between blanks, without the characters that trick.
    fn folded(text: &str) -> String {
        let mut out = String::new();
        for word in text.split(is_blank).filter(|w| !w.is_empty()) {
            if !out.is_empty() {
                out.push(' ');
            }
            out.extend(word.chars().filter(|c| !is_trick(*c)));
        }
        out
    }

    /// Every character that is no plain letter, beside letters, blanks and tricks.
    #[test]
    fn folding_is_what_it_is_told_to_be_for_every_character() {
        for c in ('\0'..='\u{33ff}').chain('\u{f8f0}'..='\u{ffff}') {
            for text in [format!("{c}"), format!("字{c} a{c}{c}b"), format!("{c}\u{200e} {c}x\u{a0}\u{3000}{c}")] {
                let fold = fold(&text);
                assert_eq!(fold, folded(&text), "{text:?}");
                assert!(!is_plain(&text) || fold == text, "{text:?} is not plain");
                assert!(!is_plain(&text) || (title(&text) == text && text.trim() == text), "{text:?} is not plain");
            }
        }
        assert!(
            is_plain("关于 2026 年 a-b") && !is_plain("a  b") && !is_plain(" a") && !is_plain("a ") && !is_plain("")
        );
    }

    #[test]
    fn words_are_what_stands_between_spaces_for_every_character() {
        for c in '\0'..=char::MAX {
            for text in [format!("{c}"), format!("示{c}例 {c}{c}区"), format!("  a{c}\tb{c}")] {
                let plain: Vec<&str> = text.split(is_blank).filter(|w| !w.is_empty()).collect();
                assert_eq!(words(&text).collect::<Vec<_>>(), plain, "{text:?}");
            }
        }
    }

    #[test]
    fn letters_are_letters() {
        assert!(('\u{4000}'..='\u{a100}').all(|c| is_letter(c) == c.is_alphanumeric()));
    }
}
