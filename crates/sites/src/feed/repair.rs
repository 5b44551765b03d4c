//! Small faults of feeds that would make a strict parser lose all of it.

use std::borrow::Cow;

use crate::dom::decode_entities;

/// Elements nested deeper than this are no feed.
const MAX_DEPTH: usize = 150;

/// Makes a feed well-formed where that is beyond doubt: the text is UTF-8 now whatever it declares, bare ampersands are
/// escaped, HTML's named entities replaced, control characters dropped, a missing version of RSS added.
pub(crate) fn xml(body: &str) -> String {
    let mut body = body;
    // Some sites write the declaration twice.
    while let Some((_, rest)) = body.strip_prefix("<?xml").and_then(|b| b.split_once("?>")) {
        body = rest.trim_start();
    }
    let mut out = String::with_capacity(body.len() + 200);
    let mut rest = body;
    // Within CDATA an ampersand is just that.
    while let Some(at) = rest.find("<![CDATA[") {
        escape(&rest[..at], &mut out);
        let end = rest[at..].find("]]>").map_or(rest.len(), |e| at + e + 3);
        out.extend(rest[at..end].chars().filter(|c| allowed(*c)));
        rest = &rest[end..];
    }
    escape(rest, &mut out);
    let start = out.trim_start();
    match start.strip_prefix("<rss") {
        Some(after) if !after.split('>').next().unwrap_or_default().contains("version") => {
            format!("<rss version=\"2.0\"{after}")
        }
        _ => start.to_owned(),
    }
}

fn allowed(c: char) -> bool {
    !c.is_control() || matches!(c, '\n' | '\r' | '\t')
}

fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(amp) = rest.find('&') {
        out.extend(rest[..amp].chars().filter(|c| allowed(*c)));
        rest = &rest[amp..];
        let len = rest[1..].bytes().take(10).take_while(|b| b.is_ascii_alphanumeric() || *b == b'#').count();
        let name = &rest[1..=len];
        let closed = rest.as_bytes().get(len + 1) == Some(&b';');
        let known = matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") || name.starts_with('#');
        if closed && known {
            out.push_str(&rest[..len + 2]);
            rest = &rest[len + 2..];
            continue;
        }
        // The character behind the name may be of several bytes: only a semicolon is known to be one.
        let named = if closed { decode_entities(&rest[..len + 2]) } else { Cow::Borrowed("") };
        if let Cow::Owned(c) = named
            && c.chars().count() == 1
        {
            out.push_str(&c);
            rest = &rest[len + 2..];
        } else {
            out.push_str("&amp;");
            rest = &rest[1..];
        }
    }
    out.extend(rest.chars().filter(|c| allowed(*c)));
}

/// The root element is not closed.
pub(crate) fn is_cut(body: &str) -> bool {
    let tail = body.trim_end();
    !["</rss>", "</feed>", "</rdf:RDF>"].iter().any(|end| tail.ends_with(end))
}

/// Elements nested deeper than any feed: the parser is spared them.
pub(crate) fn too_deep(body: &str) -> bool {
    let bytes = body.as_bytes();
    let (mut depth, mut at) = (0usize, 0usize);
    while let Some(i) = memchr::memchr(b'<', &bytes[at..]) {
        let lt = at + i;
        at = lt + 1;
        match bytes.get(at) {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(b'!') if bytes[lt..].starts_with(b"<![CDATA[") => {
                at = memchr::memmem::find(&bytes[lt..], b"]]>").map_or(bytes.len(), |e| lt + e);
            }
            Some(c) if c.is_ascii_alphabetic() => {
                let gt = memchr::memchr(b'>', &bytes[at..]).map_or(bytes.len(), |e| at + e);
                depth += usize::from(bytes[gt - 1] != b'/');
                at = gt;
            }
            _ => {}
        }
        if depth > MAX_DEPTH {
            return true;
        }
    }
    false
}
