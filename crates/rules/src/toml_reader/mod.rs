//! Reads a TOML file by hand, key by key, and collects every mistake with its place instead of stopping at the first.
//!
//! A [`Doc`] owns the parsed file and the list of mistakes. Its [`Table`]s hand out values and remember which keys were
//! asked for, so that [`Table::finish`] can refuse the rest and suggest the nearest known key. Reading functions return
//! `Option`: `None` means that the mistake has been noted, so a loader asks for *all* fields first and only then puts
//! them together with `?`. [`Doc::finish`] gives the value only if nothing at all was noted.
//!
//! ```
//! use rules::toml_reader::{Doc, Mistake, Value};
//!
//! fn port(text: &str) -> Result<i64, Vec<Mistake>> {
//!     let doc = Doc::parse(text, "config/x.toml")?;
//!     let root = doc.root();
//!     let port = root.need("port", |v| v.integer(1..=65535));
//!     let name = root.may("name", Value::text);
//!     root.finish();
//!     doc.finish(port.zip(name).map(|(port, _name)| port))
//! }
//!
//! assert_eq!(port("port = 80"), Ok(80));
//! let mistakes = port("prot = 80\nname = 7").unwrap_err();
//! let shown: Vec<String> = mistakes.iter().map(Mistake::to_string).collect();
//! assert_eq!(shown[0], "config/x.toml:1:1: port：缺少必填项「port」，请补上");
//! assert_eq!(shown[1], "config/x.toml:1:1: prot：没有名为「prot」的配置项，是否应为「port」？请改正或删去");
//! assert_eq!(shown[2], "config/x.toml:2:8: name：应为文字（写在引号里），现为整数");
//! ```

mod nearest;
mod place;
mod syntax;
mod table;
mod value;

use std::cell::RefCell;

use toml::Spanned;
use toml::de::DeTable;

pub use nearest::nearest;
pub use place::Mistake;
use place::Places;
pub use table::Table;
pub use value::Value;

/// A parsed TOML file with the mistakes found in it so far.
#[derive(Debug)]
pub struct Doc<'i> {
    root: Spanned<DeTable<'i>>,
    places: Places<'i>,
    mistakes: RefCell<Vec<Mistake>>,
}

impl<'i> Doc<'i> {
    /// Parses `text`; `file_name` is how the file is called in the mistakes.
    ///
    /// # Errors
    /// Every syntax error of the file. What a torn file seems to say is not judged, since most of it would be noise.
    pub fn parse(text: &'i str, file_name: &str) -> Result<Doc<'i>, Vec<Mistake>> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let places = Places::new(text, file_name);
        let (root, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            return Ok(Doc { root, places, mistakes: RefCell::default() });
        }
        let mut found: Vec<Mistake> = errors
            .iter()
            .map(|e| places.mistake(e.span().map_or(text.len(), |s| s.start), String::new(), syntax::text(e.message())))
            .collect();
        found.sort();
        found.dedup();
        Err(found)
    }

    /// The table of the whole file.
    #[must_use]
    pub fn root(&self) -> Table<'_> {
        Table::new(self, String::new(), self.root.get_ref(), 0)
    }

    /// The value, if it is there and nothing was noted; else all mistakes, in the order of the file.
    ///
    /// # Errors
    /// The mistakes. A `None` for which no mistake was noted is itself reported, so that nothing passes silently.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Vec<Mistake>> {
        let mut found = self.mistakes.into_inner();
        found.sort();
        found.dedup();
        match value {
            Some(value) if found.is_empty() => Ok(value),
            None if found.is_empty() => Err(vec![self.places.mistake(0, String::new(), "文件内容不完整".to_owned())]),
            _ => Err(found),
        }
    }

    /// Notes a mistake at a byte of the text.
    fn note(&self, at: usize, path: &str, text: impl Into<String>) {
        self.mistakes.borrow_mut().push(self.places.mistake(at, path.to_owned(), text.into()));
    }
}
