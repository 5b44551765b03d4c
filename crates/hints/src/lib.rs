//! 疑点: texts of published items in, suspicions with the quoted place out.
//!
//! What this room finds is put before a person and never charged by itself, so it may be wrong; but each false alarm costs
//! trust, so what cannot be read is nothing (a table that is not understood has no mistakes), and everything that is found
//! is quoted where it stands. Personal data are masked in what is quoted.
//!
//! This crate refuses to know HTML, the network, files, clocks and the scoring table: a page comes as plain paragraphs and
//! grids, and which row a suspicion counts under is decided by who asks. It is a room of its own because reading a page
//! (`sites`) and judging channels (`rules`) are done for every look, while this is asked only of texts that are there.
//! All texts are hostile: nothing here panics, recurses or takes more than linear time in one text (comparisons: in the
//! texts that are compared).

pub mod annual;
pub mod attachments;
pub mod expected;
pub mod lexicon;
pub mod personal;
pub mod policy;
pub mod similar;
pub mod survey;
mod text;
pub mod visual;

use model::{Confidence, Day, Quote};

/// The page of one item, without the frame of its site.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// The title.
    pub title: String,
    /// The text outside tables, a block each.
    pub paragraphs: Vec<String>,
    /// Tables as grids: merged cells stand in each place that they cover.
    pub tables: Vec<Vec<Vec<String>>>,
    /// Links: text and absolute address.
    pub links: Vec<(String, String)>,
    /// Addresses of pictures.
    pub images: Vec<String>,
    /// How many films.
    pub videos: u32,
    /// How many charts that a script draws.
    pub charts: u32,
    /// Addresses of pages shown within the page.
    pub frames: Vec<String>,
}

impl Page {
    /// All text, tables row by row: title first.
    fn blocks(&self) -> impl Iterator<Item = String> + '_ {
        let rows = self.tables.iter().flatten().map(|row| {
            let mut row = row.clone();
            row.dedup();
            row.join(" ")
        });
        std::iter::once(self.title.clone()).chain(self.paragraphs.iter().cloned()).chain(rows)
    }

    /// How many characters its paragraphs have.
    fn length(&self) -> usize {
        self.paragraphs.iter().map(|p| p.chars().count()).sum()
    }
}

/// An item and its page.
#[derive(Debug, Clone, Copy)]
pub struct Dated<'a> {
    /// The address of the item.
    pub url: &'a str,
    /// The day on which it was published.
    pub day: Day,
    /// Its page.
    pub page: &'a Page,
}

/// Something that a person should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// What found it, as a word.
    pub detector: &'static str,
    /// How much it may be believed.
    pub confidence: Confidence,
    /// One sentence in Chinese.
    pub summary: String,
    /// What was found where. The marks are unique within one item only.
    pub quotes: Vec<Quote>,
}

impl Hint {
    fn new(detector: &'static str, confidence: Confidence, summary: impl Into<String>, quotes: Vec<Quote>) -> Hint {
        Hint { detector, confidence, summary: summary.into(), quotes }
    }
}

/// A quote with its mark.
fn quote(mark: impl Into<String>, text: impl Into<String>, note: impl Into<String>) -> Quote {
    Quote { mark: mark.into(), text: text.into(), note: note.into() }
}
