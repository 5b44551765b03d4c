//! Bytes to text, whatever the page says of itself.
//!
//! Charsets lie: pages declare GB2312 over UTF-8 bytes and the other way round. Only what the bytes themselves prove is
//! believed: a byte order mark, valid UTF-8 with non-ASCII characters, and a GB18030 reading without faults.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// The text of a body, or nothing where the bytes are no text of any charset.
pub(crate) fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Option<Cow<'a, str>> {
    if let Some((encoding, skip)) = Encoding::for_bom(bytes) {
        return Some(encoding.decode_without_bom_handling(&bytes[skip..]).0);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return Some(encoding.decode_without_bom_handling(bytes).0);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        // Seven-bit text is the same in every charset but UTF-16 and ISO-2022.
        return (!is_binary(bytes)).then_some(Cow::Borrowed(text));
    }
    if is_binary(bytes) {
        return None;
    }
    let declared = from_header(content_type).or_else(|| from_markup(bytes));
    let (utf8, utf8_bad) = damage(UTF_8, bytes);
    let (gb, gb_bad) = damage(GB18030, bytes);
    // A page that was cut, or quotes broken bytes, is still what the bulk of its characters say.
    let high = bytes.iter().filter(|b| **b >= 0x80).count();
    if utf8_bad * 20 < high && utf8_bad <= gb_bad {
        return Some(utf8);
    }
    if gb_bad * 20 < high && declared.is_none_or(|d| d == GBK || d == GB18030 || d == UTF_8) {
        return Some(gb);
    }
    guessed(bytes, declared)
}

/// Neither UTF-8 nor GB18030: Big5 and the like.
fn guessed<'a>(bytes: &'a [u8], declared: Option<&'static Encoding>) -> Option<Cow<'a, str>> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(200_000)], true);
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Allow);
    let high = bytes.iter().filter(|b| **b >= 0x80).count();
    declared.into_iter().chain([guess]).map(|e| damage(e, bytes)).find(|(_, bad)| bad * 20 < high).map(|(text, _)| text)
}

/// The reading in `encoding`, and how many of its characters could not be read.
fn damage<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> (Cow<'a, str>, usize) {
    let (text, faulty) = encoding.decode_without_bom_handling(bytes);
    let bad = if faulty || encoding == GB18030 { text.matches(is_odd).count() } else { 0 };
    (text, bad)
}

/// Replacement characters, and private ones in which GB18030 hides bytes that are something else.
fn is_odd(c: char) -> bool {
    c == char::REPLACEMENT_CHARACTER || matches!(c, '\u{e000}'..='\u{f8ff}')
}

/// Bytes of pictures and archives: a zero byte, or a signature.
fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4_096)];
    head.iter().filter(|b| **b == 0).count() > 2
        || [&b"%PDF-"[..], b"PK\x03\x04", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"]
            .iter()
            .any(|s| head.starts_with(s))
}

/// UTF-16 without its mark: markup, so that every other byte is zero.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<', 0, b, 0, ..] if b.is_ascii() => Some(UTF_16LE),
        [0, b'<', 0, b, ..] if b.is_ascii() => Some(UTF_16BE),
        _ => None,
    }
}

fn from_header(content_type: Option<&str>) -> Option<&'static Encoding> {
    label(content_type?.as_bytes())
}

/// `charset=…` or `encoding="…"` near the start of the page.
fn from_markup(bytes: &[u8]) -> Option<&'static Encoding> {
    label(&bytes[..bytes.len().min(4_096)])
}

fn label(text: &[u8]) -> Option<&'static Encoding> {
    let lower = text.to_ascii_lowercase();
    [&b"charset="[..], b"encoding="].iter().find_map(|key| {
        let at = memchr::memmem::find(&lower, key)? + key.len();
        let name: Vec<u8> = lower[at..]
            .iter()
            .copied()
            .skip_while(|b| matches!(b, b'"' | b'\'' | b' '))
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            .take(30)
            .collect();
        Encoding::for_label(&name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<html><head><meta charset=\"X\"></head><body><a href=a.html>关于开展春季植树活动的通知</a>2020-11-07 钟山区人民政府办公室</body></html>";

    fn read(bytes: &[u8]) -> String {
        decode(bytes, None).map(Cow::into_owned).unwrap_or_default()
    }

    fn gbk(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    #[test]
    fn declarations_that_lie_are_not_believed() {
        for charset in ["utf-8", "gb2312", "GBK", "iso-8859-1", "big5", "nonsense", ""] {
            let page = PAGE.replace('X', charset);
            assert_eq!(read(page.as_bytes()), page, "UTF-8 declared {charset}");
            if !matches!(charset, "big5" | "iso-8859-1") {
                assert_eq!(read(&gbk(&page)), page, "GBK declared {charset}");
            }
        }
    }

    #[test]
    fn utf16_is_read_with_and_without_its_mark() {
        let le: Vec<u8> = PAGE.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = PAGE.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(read(&le), PAGE);
        assert_eq!(read(&be), PAGE);
        assert_eq!(read(&[&[0xff, 0xfe][..], &le].concat()), PAGE);
        assert_eq!(read(&[&[0xfe, 0xff][..], &be].concat()), PAGE);
        assert_eq!(read(&[&[0xef, 0xbb, 0xbf][..], PAGE.as_bytes()].concat()), PAGE);
    }

    #[test]
    fn one_broken_byte_does_not_spoil_a_page() {
        let mut bytes = PAGE.as_bytes().to_vec();
        let cut = bytes.len() - 16;
        bytes.truncate(cut);
        bytes.push(0xe5);
        assert!(read(&bytes).contains("植树活动"));
        let mut bytes = gbk(PAGE);
        bytes.push(0xc4);
        assert!(read(&bytes).contains("植树活动"));
    }

    #[test]
    fn pictures_and_archives_are_no_text() {
        assert_eq!(decode(b"%PDF-1.7 abc", None), None);
        assert_eq!(decode(b"PK\x03\x04abc", None), None);
        assert_eq!(decode(&[0, 1, 2, 0, 0, 0, 200, 201], None), None);
    }
}
