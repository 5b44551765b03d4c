//! Two ways of reading the same saved page, side by side: what a change of settings would change.
//!
//! Pure, and told apart from how it is shown: a command prints it today, a page may show it as well.

use std::collections::HashMap;

use model::{Day, Entry, Outcome, Source};

use crate::{Input, ReadAs};

/// One way of reading.
#[derive(Debug, Clone, Copy)]
pub struct Way<'a> {
    /// How the channel is configured.
    pub source: &'a Source,
    /// As what it is read.
    pub read_as: ReadAs,
}

/// What one way of reading gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// Whether it may be believed.
    pub outcome: Outcome,
    /// The family that read it.
    pub adapter: &'static str,
    /// How many rows it found.
    pub rows: usize,
    /// How many of them have a date.
    pub dated: usize,
    /// The newest date.
    pub newest: Option<Day>,
    /// Its remarks, in Chinese.
    pub notes: Vec<String>,
}

/// An item that both ways find, with different dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Its title.
    pub title: String,
    /// Its date by the old way.
    pub old: Option<Day>,
    /// Its date by the new way.
    pub new: Option<Day>,
}

/// One saved page, read both ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The old way.
    pub old: Side,
    /// The new way.
    pub new: Side,
    /// Titles that only the old way finds.
    pub lost: Vec<String>,
    /// Titles that only the new way finds.
    pub gained: Vec<String>,
    /// Items whose date is another.
    pub changed: Vec<Changed>,
}

/// Reads one saved page both ways; `page` says what it is, its `source` and `read_as` are not asked.
#[must_use]
pub fn side_by_side(page: &Input<'_>, old: Way<'_>, new: Way<'_>) -> Trial {
    let read = |way: Way<'_>| crate::read(&Input { source: way.source, read_as: way.read_as, ..*page });
    let (old, new) = (read(old), read(new));
    let by_key = |entries: &[Entry]| -> HashMap<String, Option<Day>> {
        entries.iter().rev().map(|e| (e.key(), e.date)).collect()
    };
    let (before, after) = (by_key(&old.entries), by_key(&new.entries));
    let missing = |from: &[Entry], other: &HashMap<String, Option<Day>>| -> Vec<String> {
        from.iter().filter(|e| !other.contains_key(&e.key())).map(|e| e.title.clone()).collect()
    };
    let changed = new.entries.iter().filter_map(|e| {
        let was = before.get(&e.key())?;
        (*was != e.date).then(|| Changed { title: e.title.clone(), old: *was, new: e.date })
    });
    Trial {
        lost: missing(&old.entries, &after),
        gained: missing(&new.entries, &before),
        changed: changed.collect(),
        old: side(&old),
        new: side(&new),
    }
}

fn side(reading: &crate::Reading) -> Side {
    Side {
        outcome: reading.outcome,
        adapter: reading.adapter,
        rows: reading.entries.len(),
        dated: reading.entries.iter().filter(|e| e.date.is_some()).count(),
        newest: reading.entries.iter().filter_map(|e| e.date).max(),
        notes: reading.notes.clone(),
    }
}

impl Trial {
    /// Why the new way is worse on this page than the old one, in Chinese; empty where it is not.
    #[must_use]
    pub fn objections(&self) -> Vec<String> {
        let (old, new) = (&self.old, &self.new);
        if !new.outcome.is_good() {
            // Where the old way fails as well, nothing is lost; it is no better either.
            let worse = old.outcome.is_good() || old.outcome == new.outcome;
            return if worse { vec![format!("新读法：{}", new.outcome.text())] } else { vec![] };
        }
        if !old.outcome.is_good() {
            return vec![];
        }
        let mut said = Vec::new();
        if !self.lost.is_empty() {
            said.push(format!("少读{}条", self.lost.len()));
        }
        if new.newest < old.newest {
            let day = |d: Option<Day>| d.map_or_else(|| "无".to_owned(), |d| d.to_string());
            said.push(format!("最新日期由{}退为{}", day(old.newest), day(new.newest)));
        }
        let undated = self.changed.iter().filter(|c| c.new.is_none()).count();
        if undated > 0 {
            said.push(format!("{undated}条失去日期"));
        }
        said
    }

    /// Does the new way read anything else than the old one?
    #[must_use]
    pub fn differs(&self) -> bool {
        self.old.outcome != self.new.outcome
            || !(self.lost.is_empty() && self.gained.is_empty() && self.changed.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<html><body><ul class='list'>\
        <li><a href='1.html'>全区教育工作会议召开</a><i>3次</i><span>2026-03-03</span><em>2026-03-05</em></li>\
        <li><a href='2.html'>春季学期开学工作检查</a><i>5次</i><span>2026-03-02</span><em>2026-03-06</em></li>\
        <li><a href='3.html'>校园安全专项整治部署</a><i>9次</i><span>2026-03-01</span><em></em></li>\
        </ul></body></html>";

    fn selectors(row: &str, date: &str) -> Source {
        Source::Selectors { row: row.into(), link: None, title: None, date: Some(date.into()), next: None }
    }

    fn tried(old: &Source, new: &Source) -> Trial {
        let page = Input {
            bytes: PAGE.as_bytes(),
            url: "https://example.gov.cn/gzdt/",
            content_type: None,
            read_as: ReadAs::List,
            source: &Source::Auto,
            today: "2026-04-01".parse().unwrap(),
        };
        let way = |source| Way { source, read_as: ReadAs::List };
        side_by_side(&page, way(old), way(new))
    }

    #[test]
    fn the_same_way_changes_nothing() {
        let by = selectors("li", "span");
        let t = tried(&by, &by);
        assert!(!t.differs());
        assert_eq!((t.new.rows, t.new.dated, t.objections().len()), (3, 3, 0));
    }

    #[test]
    fn rows_and_dates_that_change_are_named() {
        let t = tried(&selectors("li", "span"), &selectors("li", "em"));
        let changed: Vec<_> = t.changed.iter().map(|c| (c.title.as_str(), c.new.map(|d| d.to_string()))).collect();
        assert_eq!(
            changed,
            [
                ("全区教育工作会议召开", Some("2026-03-05".to_owned())),
                ("春季学期开学工作检查", Some("2026-03-06".to_owned())),
                ("校园安全专项整治部署", None),
            ]
        );
        assert_eq!(t.objections(), ["1条失去日期"]);
        let t = tried(&selectors("li", "span"), &selectors("li:not(:first-child)", "span"));
        assert_eq!(t.lost, ["全区教育工作会议召开"]);
        assert_eq!(t.objections(), ["少读1条", "最新日期由2026-03-03退为2026-03-02"]);
        let back = tried(&selectors("li:not(:first-child)", "span"), &selectors("li", "span"));
        assert_eq!((back.gained.len(), back.objections().len(), back.differs()), (1, 0, true));
    }

    #[test]
    fn a_way_that_reads_nothing_is_refused_and_one_that_mends_is_not() {
        let (right, wrong) = (selectors("li", "span"), selectors("p.none", "span"));
        assert!(!tried(&right, &wrong).objections().is_empty());
        assert!(!tried(&wrong, &wrong).objections().is_empty(), "no better than before");
        assert!(tried(&wrong, &right).objections().is_empty());
    }
}
