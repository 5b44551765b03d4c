//! The attributes of a tag, as they stand in it.

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
        let s = self.rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if s.is_empty() {
            self.rest = s;
            return None;
        }
        // An equals sign in front belongs to the name, as in the standard.
        let name_end = s
            .char_indices()
            .skip(1)
            .find(|(_, c)| c.is_ascii_whitespace() || matches!(c, '=' | '/'))
            .map_or(s.len(), |(i, _)| i);
        let (name, after) = s.split_at(name_end);
        let after = after.trim_start_matches(|c: char| c.is_ascii_whitespace());
        let Some(value) = after.strip_prefix('=') else {
            self.rest = after;
            return Some((name, ""));
        };
        let value = value.trim_start_matches(|c: char| c.is_ascii_whitespace());
        let quoted = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, rest) = match quoted {
            Some(q) => value[1..].split_once(q).unwrap_or((&value[1..], "")),
            None => value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
        };
        self.rest = rest;
        Some((name, value))
    }
}
