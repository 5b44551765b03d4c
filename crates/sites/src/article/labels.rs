//! The words that stand before a value: 发布时间, 来源.

use aho_corasick::AhoCorasick;

/// Some labels for one thing, in the order in which they are tried.
#[derive(Debug)]
pub(super) struct Labels {
    pub(super) words: &'static [&'static str],
    any: Option<AhoCorasick>,
}

impl Labels {
    pub(super) fn of(words: &'static [&'static str]) -> Labels {
        Labels { words, any: AhoCorasick::new(words).ok() }
    }

    /// Whether one of them stands in a line: most lines hold none, and need no search for each.
    pub(super) fn stand_in(&self, line: &str) -> bool {
        self.any.as_ref().is_none_or(|any| any.is_match(line))
    }
}
