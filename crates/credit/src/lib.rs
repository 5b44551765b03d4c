//! 署名: the lines of an article in, the units that supplied it out, each with the line that says so.
//!
//! An article of the office's own account earns a unit a point where that unit supplied it. Who did is said in a line at
//! its head or foot — 供稿、来源、通讯员 — in many spellings, beside names of editors, photographers and media. What is found
//! here is put before a person and never credited by itself, so each doubt becomes a remark that the person reads: a name
//! without its district, a body below the unit, several units in one line, a reprint.
//!
//! A name of another level is no name of the unit: 市教育局, 水城区教育局 and 盘州市大河镇 are others than 区教育局 and 大河镇. So
//! what stands before a name must be nothing, the district, or the district with what lies above it.
//!
//! This crate refuses to know HTML, files, clocks and the scoring table. Lines are hostile: nothing here panics or
//! recurses without bound, and lines beyond a length are not searched.

mod line;
mod names;

use std::collections::BTreeMap;

use model::{Confidence, UnitId};

use line::{Role, Segment, segments};
pub use names::Names;
use names::{Named, Sure};

/// Lines searched at the head of an article.
const HEAD: usize = 3;
/// Lines searched at its foot.
const FOOT: usize = 12;
/// Characters of a line that are quoted.
const QUOTED: usize = 120;

/// A unit that an article names as its supplier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// The unit.
    pub unit: UnitId,
    /// The line that names it.
    pub line: String,
    /// How much it may be believed.
    pub confidence: Confidence,
    /// What a person should know before confirming, in Chinese.
    pub remarks: Vec<String>,
}

/// What the lines of an article say of who supplied it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signature {
    /// The units that are named, each once.
    pub credits: Vec<Credit>,
    /// Lines that name a contributor of whom they do not say where he belongs; only where no unit is named.
    pub unclear: Vec<String>,
}

/// Reads who supplied an article from its lines.
///
/// ```
/// use credit::{Names, find};
/// use model::{Unit, UnitKind};
/// let unit = Unit {
///     id: "jyj".parse().unwrap(),
///     name: "钟山区教育局".into(),
///     kind: UnitKind::Department,
///     aliases: vec![],
///     contacts: vec![],
///     from: None,
///     until: None,
/// };
/// let names = Names::new("钟山区", &[unit], &[]);
/// assert_eq!(find(&["供稿丨区教育局　编辑：甲"], &names).credits[0].unit.as_str(), "jyj");
/// assert!(find(&["来源：市教育局", "图片来源：区教育局"], &names).credits.is_empty());
/// ```
#[must_use]
pub fn find<S: AsRef<str>>(lines: &[S], names: &Names) -> Signature {
    let lines: Vec<String> =
        lines.iter().flat_map(|l| l.as_ref().split(['\n', '\r'])).map(line::plain).filter(|l| !l.is_empty()).collect();
    let foot = lines.len().saturating_sub(FOOT).max(HEAD.min(lines.len()));
    let searched = lines.iter().take(HEAD).chain(lines.iter().skip(foot));
    let mut found = Found::default();
    for line in searched {
        found.read(line, names);
    }
    found.finish(names)
}

#[derive(Default)]
struct Found {
    by_unit: BTreeMap<UnitId, Credit>,
    unclear: Vec<String>,
    media: Vec<String>,
}

impl Found {
    fn read(&mut self, line: &str, names: &Names) {
        for segment in segments(line) {
            if segment.role == Role::Never {
                continue;
            }
            let read = names.read(segment.value);
            self.media.extend(read.media.iter().cloned());
            let nobody = read.named.is_empty() && read.media.is_empty() && !read.office;
            if nobody && segment.role == Role::Contributor && !segment.value.trim().is_empty() {
                self.unclear.push(quoted(line));
            }
            for named in read.named {
                self.add(line, &segment, named);
            }
        }
    }

    fn add(&mut self, line: &str, segment: &Segment<'_>, named: Named) {
        let mut confidence = match named.sure {
            Sure::Yes => Confidence::High,
            Sure::Account => Confidence::Medium,
            Sure::Below | Sure::Bare | Sure::Shared => Confidence::Low,
        };
        let mut remarks = named.remarks;
        match segment.role {
            Role::Reprint => {
                confidence = Confidence::Low;
                remarks.push("该行说明是转载，请核对是否为单位报送的稿件".to_owned());
            }
            Role::Bracket => {
                confidence = confidence.min(Confidence::Medium);
                remarks.push("署名没有“供稿”“来源”等字样".to_owned());
            }
            Role::Source | Role::Contributor | Role::Never => {}
        }
        let new = Credit { unit: named.unit.clone(), line: quoted(line), confidence, remarks };
        match self.by_unit.get_mut(&named.unit) {
            // The surest line is the one that is quoted.
            Some(old) if old.confidence >= new.confidence => {}
            Some(old) => *old = new,
            None => {
                self.by_unit.insert(named.unit, new);
            }
        }
    }

    fn finish(self, names: &Names) -> Signature {
        let Found { by_unit, mut unclear, mut media } = self;
        let all: Vec<UnitId> = by_unit.keys().cloned().collect();
        media.sort_unstable();
        media.dedup();
        let mut credits: Vec<Credit> = by_unit.into_values().collect();
        for credit in &mut credits {
            let others: Vec<&str> = all.iter().filter(|u| **u != credit.unit).map(|u| names.name_of(u)).collect();
            if !others.is_empty() {
                credit.remarks.push(format!("同一篇还署名：{}", others.join("、")));
            }
            if !media.is_empty() {
                credit.confidence = credit.confidence.min(Confidence::Medium);
                credit.remarks.push(format!("另有媒体署名：{}，请核对是否转载", media.join("、")));
            }
        }
        if !credits.is_empty() {
            unclear.clear();
        }
        unclear.dedup();
        Signature { credits, unclear }
    }
}

fn quoted(line: &str) -> String {
    let mut chars = line.chars();
    let mut short: String = chars.by_ref().take(QUOTED).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    short
}
