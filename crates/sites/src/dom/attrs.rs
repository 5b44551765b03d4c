//! The attributes of a tag, as they stand in it.

use memchr::memchr;

/// Name and undecoded value of each attribute in turn.
#[derive(Debug, Clone)]
pub(crate) struct Attrs<'t> {
    rest: &'t str,
}

impl<'t> Attrs<'t> {
    pub(crate) fn new(rest: &'t str) -> Attrs<'t> {
        Attrs { rest }
    }
}

impl<'t> Iterator for Attrs<'t> {
    type Item = (&'t str, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        // Everything that ends anything here is ASCII, so bytes do, and every place is one between characters.
        let bytes = self.rest.as_bytes();
        let from = skip(bytes, 0, |b| b.is_ascii_whitespace() || b == b'/');
        if from == bytes.len() {
            self.rest = "";
            return None;
        }
        // An equals sign in front belongs to the name, as in the standard.
        let to = skip(bytes, from + 1, |b| !(b.is_ascii_whitespace() || matches!(b, b'=' | b'/')));
        let name = &self.rest[from..to];
        let after = skip(bytes, to, |b| b.is_ascii_whitespace());
        if bytes.get(after) != Some(&b'=') {
            self.rest = &self.rest[after..];
            return Some((name, ""));
        }
        let at = skip(bytes, after + 1, |b| b.is_ascii_whitespace());
        let (value, rest) = match bytes.get(at) {
            Some(&q @ (b'"' | b'\'')) => match memchr(q, &bytes[at + 1..]) {
                Some(len) => (&self.rest[at + 1..at + 1 + len], &self.rest[at + 2 + len..]),
                None => (&self.rest[at + 1..], ""),
            },
            _ => self.rest.split_at(skip(bytes, at, |b| !b.is_ascii_whitespace())),
        };
        let value = if matches!(bytes.get(at), Some(b'"' | b'\'')) { value } else { &value[at..] };
        self.rest = rest;
        Some((name, value))
    }
}

/// The first place at or after `at` of which the byte does not belong.
fn skip(bytes: &[u8], mut at: usize, belongs: impl Fn(u8) -> bool) -> usize {
    while at < bytes.len() && belongs(bytes[at]) {
        at += 1;
    }
    at
}
