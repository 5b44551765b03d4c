//! What holds for every reading, whatever the input.

use std::fmt;

use model::{Day, Entry, Source};
use sites::{End, Input, ReadAs, Reading};

/// The bounds that the crate promises.
const MAX_ROWS: usize = 2_000;
const MAX_TITLE: usize = 300;

/// What the reading of an input must find.
pub(crate) enum Expect {
    Anything,
    /// These rows, as date and title.
    Rows(Vec<(Day, String)>),
    /// One item of this day.
    Day(Day),
    /// The same as another body.
    SameAs(Vec<u8>),
}

/// One input.
pub(crate) struct Case {
    pub(crate) bytes: Vec<u8>,
    pub(crate) url: String,
    pub(crate) content_type: Option<&'static str>,
    pub(crate) read_as: ReadAs,
    pub(crate) source: Source,
    pub(crate) expect: Expect,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes of {} as {:?} by {:?}", self.bytes.len(), self.url, self.read_as, self.source)
    }
}

impl Case {
    pub(crate) fn new(bytes: impl Into<Vec<u8>>, read_as: ReadAs) -> Case {
        Case {
            bytes: bytes.into(),
            url: "http://x.example/zwgk/tzgg/index.html?page=1".into(),
            content_type: None,
            read_as,
            source: Source::Auto,
            expect: Expect::Anything,
        }
    }

    pub(crate) fn read(&self, bytes: &[u8]) -> Reading {
        let (url, content_type, read_as, source) = (self.url.as_str(), self.content_type, self.read_as, &self.source);
        sites::read(&Input { bytes, url, content_type, read_as, source, today: today() })
    }

    fn read_whole(&self) -> Reading {
        let (url, content_type, read_as, source) = (self.url.as_str(), self.content_type, self.read_as, &self.source);
        sites::read_whole(&Input { bytes: &self.bytes, url, content_type, read_as, source, today: today() })
    }
}

pub(crate) fn today() -> Day {
    "2026-11-24".parse().unwrap()
}

/// Reads the input and holds the reading against what is promised.
pub(crate) fn hold(case: &Case) {
    let r = case.read(&case.bytes);
    assert_eq!(r, case.read_whole(), "short cuts change nothing");
    assert!(r.entries.len() <= MAX_ROWS && r.notes.len() < 20, "bounds");
    r.entries.iter().for_each(entry);
    assert!(r.outcome.is_good() || r.outcome.reason().is_some(), "a bad outcome says why");
    assert!(!matches!(r.end, End::Reached) || r.outcome.is_good() || !r.entries.is_empty(), "end of what was not read");
    if let Some(url) = r.more() {
        assert!(url.starts_with("http://") || url.starts_with("https://"), "{url}");
    }
    match &case.expect {
        Expect::Anything => {}
        Expect::Rows(want) => {
            let got: Vec<_> = r.entries.iter().map(|e| (e.date.unwrap_or_default(), e.title.clone())).collect();
            assert_eq!(&got, want, "{:?} {:?}", r.outcome, r.notes);
        }
        Expect::Day(day) => {
            let got: Vec<_> = r.entries.iter().map(|e| e.date).collect();
            assert_eq!(got, [Some(*day)], "{:?} {:?}", r.outcome, r.notes);
        }
        Expect::SameAs(other) => assert_eq!(case.read(other), r),
    }
}

fn entry(e: &Entry) {
    assert!(e.title.chars().count() <= MAX_TITLE, "{}", e.title);
    assert!(e.url.is_empty() || e.url.starts_with("http://") || e.url.starts_with("https://"), "{}", e.url);
    assert_eq!(e.date.is_some(), e.date_from.is_some());
    assert!(!e.title.contains(['\u{202e}', '\n', '\0']), "{:?}", e.title);
}
