//! The answer key: what a monitor that looks at everything once a day must come to.
//!
//! Worked out by brute force, day by day, from COUNTING.md. Section numbers in this room are those of that document.
//! Every good look is taken to read its list to the end, as the demo's lists allow.

mod fleet;
mod freshness;
mod quota;
mod witness;

use model::{ChannelKind, Day, DayRange, Moment, PeriodKind, UnitKind, Verdict, Zone};
use serde::Serialize;

use crate::column::Column;
use crate::district::District;
use witness::Witness;

/// The hour of the day, on the district's wall, at which the monitor looks at every channel.
pub const LOOKS_AT_HOUR: u32 = 8;

/// The instant of the look on `day`.
#[must_use]
pub fn looks_at(day: Day) -> Moment {
    Zone::SHANGHAI.at(day, chrono::NaiveTime::from_hms_opt(LOOKS_AT_HOUR, 0, 0).unwrap_or_default())
}

/// One finding that must come out, in the words of `duban findings`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct KeyFinding {
    /// The row of the scoring table.
    pub criterion: &'static str,
    /// The unit.
    pub unit: String,
    /// The channel's full id; none where the whole section is judged.
    pub channel: Option<String>,
    /// The first day of the window or period.
    pub from: Day,
    /// Its last day.
    pub to: Day,
    /// How many updates are missing.
    pub missing: u32,
    /// What it costs, in hundredths of a point: negative if breached, else 0.
    pub points: i64,
    /// `breached` or `unknown`.
    pub verdict: Verdict,
}

/// A row of the scoring table 钟山区2022 that is found by crawling.
pub(crate) struct Rule {
    id: &'static str,
    kinds: &'static [ChannelKind],
    units: &'static [UnitKind],
    /// Hundredths of a point for each.
    points: i64,
    count: Count,
}

/// Does the key speak of that row of the scoring table?
#[must_use]
pub fn is_in_key(criterion: &str) -> bool {
    RULES.iter().any(|rule| rule.id == criterion)
}

enum Count {
    /// Silent windows of that many days, each charged.
    Windows(i64),
    /// At least one item in each period, in each channel.
    Channel(PeriodKind),
    /// At least one item in each period, in all website columns of the unit together.
    Section(PeriodKind),
}

const BOTH: &[UnitKind] = &[UnitKind::Department, UnitKind::Township];

const RULES: &[Rule] = &[
    Rule { id: "B1.1", kinds: &[ChannelKind::WorkNews], units: BOTH, points: -300, count: Count::Windows(14) },
    Rule {
        id: "B1.2",
        kinds: &[
            ChannelKind::Notices,
            ChannelKind::Policies,
            ChannelKind::Responses,
            ChannelKind::PublicInstitutions,
            ChannelKind::Disclosure,
        ],
        units: BOTH,
        points: -200,
        count: Count::Windows(180),
    },
    Rule {
        id: "B1.3",
        kinds: &[ChannelKind::KeyArea],
        units: BOTH,
        points: -100,
        count: Count::Channel(PeriodKind::Quarter),
    },
    Rule {
        id: "A5.1",
        kinds: &[ChannelKind::Faq],
        units: &[UnitKind::Department],
        points: -100,
        count: Count::Channel(PeriodKind::Quarter),
    },
    Rule {
        id: "C1.1",
        kinds: &[
            ChannelKind::Wechat,
            ChannelKind::Weibo,
            ChannelKind::Douyin,
            ChannelKind::Toutiao,
            ChannelKind::OtherMedia,
        ],
        units: BOTH,
        points: -200,
        count: Count::Windows(14),
    },
    Rule { id: "E2.2", kinds: &[], units: BOTH, points: -100, count: Count::Section(PeriodKind::Week) },
];

/// A window or period that has passed without (enough) updates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Short {
    pub(crate) days: DayRange,
    pub(crate) proved: bool,
}

impl District {
    /// What must have been found at the end of the plan's last day, after its look: every breach exactly, and every
    /// window or period that stays unknown. What a waiver or a statement covers is left out.
    #[must_use]
    pub fn key(&self) -> Vec<KeyFinding> {
        self.key_as_of(self.plan().last())
    }

    /// The same at the end of `day`.
    #[must_use]
    pub fn key_as_of(&self, day: Day) -> Vec<KeyFinding> {
        let witnesses = fleet::witnesses(self, day);
        let mut out = Vec::new();
        for rule in RULES {
            match rule.count {
                Count::Windows(n) => self.each_channel(rule, &mut out, |column| {
                    freshness::silent(self, rule.id, column, &witnesses[column.number], n, day)
                }),
                Count::Channel(period) => self.each_channel(rule, &mut out, |column| {
                    quota::short(self, rule.id, &[(column, &witnesses[column.number])], self.life(column), period, day)
                }),
                Count::Section(period) => self.each_section(rule, &witnesses, period, day, &mut out),
            }
        }
        out.sort();
        out
    }

    fn each_channel(&self, rule: &Rule, out: &mut Vec<KeyFinding>, shorts: impl Fn(&Column) -> Vec<Short>) {
        for column in self.columns().iter().filter(|c| rule.kinds.contains(&c.kind)) {
            let office = &self.offices()[column.office];
            if rule.units.contains(&office.kind) {
                let found = shorts(column);
                out.extend(found.iter().map(|s| finding(rule, &office.id, Some(column.id.to_string()), s)));
            }
        }
    }

    fn each_section(&self, rule: &Rule, seen: &[Witness], period: PeriodKind, day: Day, out: &mut Vec<KeyFinding>) {
        for (index, office) in self.offices().iter().enumerate() {
            let columns: Vec<(&Column, &Witness)> = self
                .columns()
                .iter()
                .filter(|c| c.office == index && !c.kind.is_new_media())
                .map(|c| (c, &seen[c.number]))
                .collect();
            let life = (self.plan().first, office.until);
            let found = quota::short(self, rule.id, &columns, life, period, day);
            out.extend(found.iter().map(|s| finding(rule, &office.id, None, s)));
        }
    }

    /// First and last day on which the channel is watched.
    pub(crate) fn life(&self, column: &Column) -> (Day, Option<Day>) {
        let first = self.plan().first;
        (column.from.map_or(first, |from| from.max(first)), self.offices()[column.office].until)
    }

    /// Days on which a waiver stands for an update of `column` under `criterion` (section 6).
    pub(crate) fn waived(&self, criterion: &str, column: &Column, day: Day) -> bool {
        self.waivers().iter().any(|w| {
            w.unit == column.id.unit()
                && w.channel.as_ref().is_none_or(|c| *c == column.id)
                && w.criterion.as_ref().is_none_or(|c| c.as_str() == criterion)
                && w.days.contains(day)
        })
    }

    /// Does a statement say that the column has nothing to publish on some of `days`? Such days are not judged.
    pub(crate) fn declared(&self, column: &Column, days: &DayRange) -> bool {
        self.declared_empty().iter().any(|e| e.channel == column.id && e.days.overlaps(days))
    }
}

fn finding(rule: &Rule, unit: &str, channel: Option<String>, short: &Short) -> KeyFinding {
    let (points, verdict) = if short.proved { (rule.points, Verdict::Breached) } else { (0, Verdict::Unknown) };
    let DayRange { first: from, last: to } = short.days;
    KeyFinding { criterion: rule.id, unit: unit.to_owned(), channel, from, to, missing: 1, points, verdict }
}

#[cfg(test)]
mod tests;
