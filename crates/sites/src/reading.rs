//! What goes in and what comes out.

use model::{Day, Entry, Outcome, Reason, Source};

use crate::text;

/// No page is believed to list more items than this.
pub(crate) const MAX_ROWS: usize = 2_000;

/// As what the bytes are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReadAs {
    /// A page (or JSON answer) that lists items.
    List,
    /// The page of one item.
    Article,
    /// RSS, Atom or JSON Feed.
    Feed,
    /// Find out.
    #[default]
    Auto,
}

/// One response as it came in.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The body.
    pub bytes: &'a [u8],
    /// The address that it came from, after redirects.
    pub url: &'a str,
    /// The `Content-Type` header, where there was one.
    pub content_type: Option<&'a str>,
    /// As what to read it.
    pub read_as: ReadAs,
    /// How the channel is configured.
    pub source: &'a Source,
    /// The date of the look: dates without a year are resolved against it.
    pub today: Day,
}

/// Is there more of the list?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// This is the last page, or the whole list is here.
    Reached,
    /// The absolute address of the next page.
    Next(String),
    /// There is more that cannot be followed, or it cannot be told.
    Unknown,
    /// The page sends its reader on to this absolute address.
    Moved(String),
}

/// What was read of one response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Whether it may be believed.
    pub outcome: Outcome,
    /// The family that read it.
    pub adapter: &'static str,
    /// The items, in the order of the page.
    pub entries: Vec<Entry>,
    /// Whether there is more.
    pub end: End,
    /// Its dates name no zone and nobody has said which one is meant: they may be a day off.
    pub zone_unknown: bool,
    /// Remarks for the clerk, in Chinese.
    pub notes: Vec<String>,
}

impl Reading {
    /// A reading without items that is not good.
    pub(crate) fn bad(adapter: &'static str, outcome: Outcome) -> Reading {
        let mut notes = Vec::new();
        if let Some(reason) = outcome.reason() {
            notes.push(format!("{}：{}", reason.text(), reason.what_to_do()));
        }
        Reading { outcome, adapter, entries: Vec::new(), end: End::Unknown, zone_unknown: false, notes }
    }

    /// A reading of a page that sends its reader on.
    pub(crate) fn moved(adapter: &'static str, target: String) -> Reading {
        let notes = vec![format!("页面跳转到 {target}")];
        let outcome = Outcome::Suspect(Reason::Moved);
        Reading { outcome, adapter, entries: Vec::new(), end: End::Moved(target), zone_unknown: false, notes }
    }

    /// A good reading.
    pub(crate) fn good(adapter: &'static str, entries: Vec<Entry>, end: End) -> Reading {
        Reading { outcome: Outcome::Read, adapter, entries, end, zone_unknown: false, notes: Vec::new() }
    }

    /// The same, cut at the bounds of rows and titles. Rows that were cut off were not read, so no end was reached and
    /// none is followed.
    pub(crate) fn bounded(mut self) -> Reading {
        if self.entries.len() > MAX_ROWS {
            self.entries.truncate(MAX_ROWS);
            self.end = End::Unknown;
            self.notes.push(format!("信息超过{MAX_ROWS}条，只读取前面部分"));
        }
        for entry in &mut self.entries {
            let cut = |text: &mut String| *text = text::cut(std::mem::take(text), text::MAX_TITLE);
            cut(&mut entry.title);
            entry.source.as_mut().map(cut);
        }
        self
    }

    /// The next page or the target of the redirect, where there is one.
    #[must_use]
    pub fn more(&self) -> Option<&str> {
        match &self.end {
            End::Next(url) | End::Moved(url) => Some(url),
            End::Reached | End::Unknown => None,
        }
    }
}
