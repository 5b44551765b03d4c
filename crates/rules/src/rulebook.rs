//! The rulebook: the scoring table as data. Loaded from TOML by [`crate::load`]; read by judgement, scoring and reports.

use model::{ChannelKind, CountingMode, CriterionId, PeriodKind, Points, RulebookId, UnitKind};

/// A whole scoring table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rulebook {
    /// Its id, part of each finding's key.
    pub id: RulebookId,
    /// Its name in Chinese, with the year.
    pub name: String,
    /// The document that it is taken from.
    pub source: String,
    /// Are automatic findings posted at the month's close, or only once confirmed?
    pub posting: Posting,
    /// The groups (一级指标), in the order of the table.
    pub groups: Vec<Group>,
    /// The criteria, in the order of the table.
    pub criteria: Vec<Criterion>,
}

impl Rulebook {
    /// The criterion with that row id.
    #[must_use]
    pub fn criterion(&self, id: &CriterionId) -> Option<&Criterion> {
        self.criteria.iter().find(|c| c.id == *id)
    }
    /// The group with that id.
    #[must_use]
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|g| g.id == id)
    }
}

/// When an automatic finding reaches the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Posting {
    /// At the month's close, unless dismissed.
    #[default]
    Automatic,
    /// At the month's close, once a person has confirmed it.
    AfterConfirmation,
}

/// 一级指标: criteria whose points share a purse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// `A` … `F`.
    pub id: String,
    /// Its title in Chinese.
    pub title: String,
    /// The points that the table gives it; none for the bonus group.
    pub points: Option<Points>,
    /// What a unit starts with: the group's points, or less where part of them must be earned (C: 5).
    pub base: Points,
    /// May earned points lift the group above `base` up to `points` (`base = 5`), or only offset deductions
    /// (`base = 10`)? Follows from `base < points`. The bonus group has no ceiling of its own.
    pub bonus: bool,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    /// Its row id.
    pub id: CriterionId,
    /// The group that it belongs to.
    pub group: String,
    /// 二级指标.
    pub title: String,
    /// The corrected source sentence, verbatim.
    pub sentence: String,
    /// What was restored in the sentence, or how it is read.
    pub note: Option<String>,
    /// What kind of rule, with its parameters.
    pub rule: Rule,
    /// The clock of its matters: of every `duty`, and of other rows whose matters are watched without points of their own
    /// (letters, feedback to surveys).
    pub clock: Option<Clock>,
    /// How evidence arrives.
    pub evidence: EvidenceBy,
    /// When its findings are posted, where it differs from the rulebook's own.
    pub posting: Posting,
    /// Which kinds of unit it applies to; empty: all.
    pub unit_kinds: Vec<UnitKind>,
    /// Names of the only units that it applies to (区信访局 …), by unit name or alias; empty: all.
    pub only_units: Vec<String>,
}

impl Criterion {
    /// When its matters are due, where it has a clock.
    #[must_use]
    pub fn clock(&self) -> Option<Due> {
        self.clock.map(|c| c.due)
    }
    /// Does it apply to this unit?
    #[must_use]
    pub fn applies_to(&self, unit: &model::Unit) -> bool {
        let named = |n: &String| unit.name == *n || unit.aliases.contains(n) || unit.name.ends_with(n.as_str());
        (self.unit_kinds.is_empty() || self.unit_kinds.contains(&unit.kind))
            && (self.only_units.is_empty() || self.only_units.iter().any(named))
    }
}

/// How evidence of a criterion arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceBy {
    /// Found by crawling and charged by rule.
    Auto,
    /// Proposed by the program, confirmed by a person.
    Assisted,
    /// Entered by a person.
    Register,
}

/// The kinds of criterion (RULEBOOK.md), with their parameters. Points carry their sign: deductions are negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// A channel must not be silent for a whole window.
    Freshness {
        /// The channels that it watches.
        channels: Vec<ChannelKind>,
        /// Window in days.
        window_days: u32,
        /// Days before the window's end from which a silent one is `due-soon`.
        warn_days: u32,
        /// How silences are counted.
        counting: CountingMode,
        /// Points for each.
        points: Points,
    },
    /// At least `at_least` publications in each period.
    Quota {
        /// Single channels, or the unit's whole section.
        scope: QuotaScope,
        /// Length of a period.
        period: PeriodKind,
        /// How many publications each period needs.
        at_least: u32,
        /// Days before the period's end from which a short one is `due-soon`.
        warn_days: u32,
        /// Points for each missing publication.
        points: Points,
    },
    /// Something is due at a date.
    Duty {
        /// When it is due.
        due: Due,
        /// Points when it was late; none: what was done late is not charged, which is the reading kinder to the unit where
        /// the table speaks of missing ones only.
        late: Option<Points>,
        /// Points when it is missing.
        missing: Points,
        /// The column in which it is looked for, where it can be found by crawling.
        channels: Vec<ChannelKind>,
    },
    /// Something happened, once each.
    Incident {
        /// Points each.
        points: Points,
        /// Must an entry carry a file?
        needs_evidence: bool,
    },
    /// Points gained, once each, up to a cap.
    Earned {
        /// Points each.
        points: Points,
        /// The most that counts in a year; none: no cap is stated.
        cap: Option<Points>,
    },
    /// One occurrence zeroes a group.
    Veto {
        /// The group.
        group: String,
    },
    /// Points taken over from another office's scoring.
    External {
        /// Who scores.
        scored_by: String,
    },
}

impl Rule {
    /// The kebab-case word of the kind, as in the file.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Rule::Freshness { .. } => "freshness",
            Rule::Quota { .. } => "quota",
            Rule::Duty { .. } => "duty",
            Rule::Incident { .. } => "incident",
            Rule::Earned { .. } => "earned",
            Rule::Veto { .. } => "veto",
            Rule::External { .. } => "external",
        }
    }
}

/// What a quota is counted over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuotaScope {
    /// Each channel of these kinds by itself.
    Channel(Vec<ChannelKind>),
    /// All website columns of the unit together.
    Section,
}

/// The clock of a row's matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// When they are due.
    pub due: Due,
    /// Days before the due day from which an open one is `due-soon`.
    pub warn_days: u32,
    /// Does a due day that is no working day move to the next working day? The table does not say; moving it is the reading
    /// kinder to the unit.
    pub roll: bool,
    /// The most working days by which one matter may be extended in all (条例 article 33: 20).
    pub extension: u32,
}

/// When a duty is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Once a year.
    Yearly {
        /// 1 to 12.
        month: u32,
        /// Day of the month.
        day: u32,
    },
    /// Every month, for the month before.
    Monthly {
        /// Day of the month.
        day: u32,
    },
    /// Each item carries its own date.
    ByItem,
    /// Each item has this many working days from its receipt.
    Workdays(u32),
}
