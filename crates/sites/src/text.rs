//! Plain text for people: folded, stripped, bounded.

use std::borrow::Cow;

use url::Url;

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
    for word in text.split(is_blank).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        if word.contains(is_trick) { out.extend(word.chars().filter(|c| !is_trick(*c))) } else { out.push_str(word) }
    }
    out
}

/// At most `max` characters.
pub(crate) fn cut(mut text: String, max: usize) -> String {
    if let Some((i, _)) = text.char_indices().nth(max) {
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

/// The absolute form of a link on the page at `base`; `None` for what leads nowhere (`javascript:`, `#`, mail).
pub(crate) fn link(base: Option<&Url>, href: &str) -> Option<String> {
    let href = href.trim();
    if href.is_empty() || href.starts_with('#') || href.len() > 4_000 {
        return None;
    }
    if let Some(url) = base.and_then(|b| plain_link(b, href)) {
        return Some(url);
    }
    let url = match base {
        Some(base) => base.join(href).ok()?,
        None => Url::parse(href).ok()?,
    };
    matches!(url.scheme(), "http" | "https").then(|| url.into())
}

/// What joining gives for the hrefs that most links have: a path of plain characters without steps upwards.
fn plain_link(base: &Url, href: &str) -> Option<String> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'_' | b'-');
    let rest = href.strip_prefix("./").unwrap_or(href);
    if rest.is_empty() || !rest.bytes().all(plain) || rest.contains("//") || rest.contains("..") || rest.contains("/.")
    {
        return None;
    }
    if rest.starts_with('.') || rest.ends_with('.') || !matches!(base.scheme(), "http" | "https") {
        return None;
    }
    let own = base.as_str();
    let path = own.len()
        - own.split_once("://")?.1.find('/').map(|i| own.split_once("://").map_or(0, |(_, r)| r.len() - i))?;
    if href.starts_with('/') {
        return Some(format!("{}{href}", &own[..path]));
    }
    let end = own[path..].find(['?', '#']).map_or(own.len(), |i| path + i);
    let folder = own[path..end].rfind('/').map(|i| path + i)?;
    Some(format!("{}{rest}", &own[..=folder]))
}

/// How many Chinese characters.
pub(crate) fn han(text: &str) -> usize {
    text.chars().filter(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{2ffff}')).count()
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
    fn plain_links_are_what_joining_gives() {
        let bases = ["http://x.example/a/b/c.html?d=/e#f", "https://x.example:8080/", "http://u:p@x.example/a//b/./c"];
        let hrefs = [
            "d.html",
            "./d/e.html",
            "/d",
            "/",
            "./",
            "d/",
            "d/./e",
            ".d",
            "d.",
            "//y.example/a",
            "a:b",
            "../d",
            "d//e",
            "a-b_c.1",
        ];
        for (base, href) in bases.iter().flat_map(|b| hrefs.iter().map(move |h| (*b, *h))) {
            let base = Url::parse(base).unwrap();
            let joined = base.join(href).unwrap().to_string();
            assert!(plain_link(&base, href).is_none_or(|url| url == joined), "{base} {href} {joined}");
        }
        let base = Url::parse(bases[0]).unwrap();
        assert_eq!(plain_link(&base, "./d.html").as_deref(), Some("http://x.example/a/b/d.html"));
    }

    #[test]
    fn words_are_found_in_any_case_up_to_the_last_byte() {
        assert!(has_any_ascii("var TotalPage", &["page"]));
        assert!(has_any_ascii("共Record", &["x", "record"]));
        assert!(!has_any_ascii("pag", &["page"]));
        assert!(!has_any_ascii("", &["page"]));
    }
}
