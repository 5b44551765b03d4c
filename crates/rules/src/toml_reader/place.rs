//! From a byte of the text to the line and column that an editor shows.

use std::fmt;

/// One mistake in a file: where, and what to do. Mistakes sort in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub struct Mistake {
    /// The file, as it was named to the reader.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// The key path, such as `criterion[3].points` (elements are counted from 1); empty for the file as a whole.
    pub path: String,
    /// What is wrong and what to do, in Chinese.
    pub text: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, "{}：", self.path)?;
        }
        f.write_str(&self.text)
    }
}

/// The starts of the lines of a text.
#[derive(Debug)]
pub(super) struct Places<'i> {
    file: String,
    text: &'i str,
    starts: Vec<usize>,
}

impl<'i> Places<'i> {
    pub(super) fn new(text: &'i str, file: &str) -> Places<'i> {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Places { file: file.to_owned(), text, starts }
    }

    pub(super) fn mistake(&self, at: usize, path: String, text: String) -> Mistake {
        let line = self.starts.partition_point(|start| *start <= at).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let before = self.text.as_bytes().get(start..at.min(self.text.len())).unwrap_or_default();
        // A character has exactly one byte that does not continue another; a span may end inside a character.
        let column = 1 + before.iter().filter(|b| (**b & 0xC0) != 0x80).count();
        Mistake { file: self.file.clone(), line, column, path, text }
    }
}
