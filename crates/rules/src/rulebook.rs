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
    /// Does a row judge availability, where the looks at other hosts tell whose line was down?
    #[must_use]
    pub fn asks_for_witnesses(&self) -> bool {
        self.criteria.iter().any(|c| matches!(c.rule, Rule::Availability { .. }))
    }
    /// The longest window, in days, that a row judges over a channel of this kind; `None` where a row asks for all that was
    /// ever seen of it.
    #[must_use]
    pub fn reach(&self, kind: ChannelKind) -> Option<u32> {
        let automatic = self.criteria.iter().filter(|c| c.evidence != EvidenceBy::Register);
        automatic.map(|c| c.rule.reach(kind)).try_fold(0, |longest, one| Some(longest.max(one?)))
    }
    /// 试运行: no row of it is ever posted.
    #[must_use]
    pub fn is_on_trial(&self) -> bool {
        self.criteria.iter().all(Criterion::is_on_trial)
    }
    /// The same table with silences counted otherwise, in every row that counts them.
    #[must_use]
    pub fn counted_by(mut self, mode: CountingMode) -> Rulebook {
        for criterion in &mut self.criteria {
            if let Rule::Freshness { counting, .. } = &mut criterion.rule {
                *counting = mode;
            }
        }
        self
    }
    /// Does a row count a silence once, however long it lasts?
    #[must_use]
    pub fn counts_each_silence(&self) -> bool {
        let each = |c: &Criterion| matches!(c.rule, Rule::Freshness { counting: CountingMode::EachSilence, .. });
        self.criteria.iter().any(each)
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
    /// 试运行: never. It is judged and shown, and told to the office only.
    Shadow,
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
    /// 试运行: it is judged and shown, and never posted.
    #[must_use]
    pub fn is_on_trial(&self) -> bool {
        self.posting == Posting::Shadow
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
    /// The site opens: of the visits of a week not too many fail.
    Availability {
        /// The pages that are visited, each by itself.
        channels: Vec<ChannelKind>,
        /// Visits that each day of the week needs before anything is said of it.
        per_day: u32,
        /// All looks within so many minutes are one visit.
        slot_minutes: u32,
        /// A page that takes longer to open counts as failed; the fetcher must wait at least so long.
        timeout_seconds: u32,
        /// Breached from this share of failed visits on.
        failed_percent: u32,
        /// Share of failed visits from which the running week is `due-soon`.
        warn_percent: u32,
        /// Points for each.
        points: Points,
    },
    /// Not too many of the unit's columns are late on the day of the check, which is the last of each period.
    LateColumns {
        /// Which columns are late after how many days without an update.
        classes: Vec<LateClass>,
        /// How often it is checked.
        period: PeriodKind,
        /// Breached from so many late columns on.
        at_least: u32,
        /// Points for each.
        points: Points,
    },
    /// Not too many of the unit's columns are empty on the day of the check, which is the last of each period.
    BlankColumns {
        /// The columns that are counted; empty: all of the website.
        channels: Vec<ChannelKind>,
        /// How often it is checked.
        period: PeriodKind,
        /// Breached from so many empty columns on.
        at_least: u32,
        /// Points for each.
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
            Rule::Availability { .. } => "availability",
            Rule::LateColumns { .. } => "late-columns",
            Rule::BlankColumns { .. } => "blank-columns",
            Rule::Duty { .. } => "duty",
            Rule::Incident { .. } => "incident",
            Rule::Earned { .. } => "earned",
            Rule::Veto { .. } => "veto",
            Rule::External { .. } => "external",
        }
    }

    /// The longest window, in days, that it judges over a channel of this kind; `None` where it asks for all that was ever
    /// seen of it.
    fn reach(&self, kind: ChannelKind) -> Option<u32> {
        match self {
            Rule::Freshness { channels, window_days, .. } if channels.contains(&kind) => Some(*window_days),
            Rule::Quota { scope: QuotaScope::Channel(channels), period, .. } if channels.contains(&kind) => {
                Some(period.longest())
            }
            Rule::Quota { scope: QuotaScope::Section, period, .. } if kind.is_column() => Some(period.longest()),
            Rule::LateColumns { classes, .. } => {
                Some(classes.iter().filter(|c| c.channels.contains(&kind)).map(|c| c.window_days).max().unwrap_or(0))
            }
            // Whether it ever held anything.
            Rule::BlankColumns { .. } if kind.is_column() => None,
            // From the first day of a year to a day that may be put off.
            Rule::Duty { channels, .. } if channels.contains(&kind) => None,
            // What other pages showed at the same time, whichever those are.
            Rule::Availability { .. } => None,
            _ => Some(0),
        }
    }

    /// Is it found by looking, so that nobody may enter it by hand?
    #[must_use]
    pub fn is_observed(&self) -> bool {
        matches!(
            self,
            Rule::Freshness { .. }
                | Rule::Quota { .. }
                | Rule::Availability { .. }
                | Rule::LateColumns { .. }
                | Rule::BlankColumns { .. }
        )
    }

    /// Does the file give it `points = "none"`? Such a row is shown and never posted.
    #[must_use]
    pub fn has_no_points(&self) -> bool {
        match self {
            Rule::Freshness { points, .. }
            | Rule::Quota { points, .. }
            | Rule::Availability { points, .. }
            | Rule::LateColumns { points, .. }
            | Rule::BlankColumns { points, .. }
            | Rule::Incident { points, .. } => *points == Points::ZERO,
            Rule::Duty { .. } | Rule::Earned { .. } | Rule::Veto { .. } | Rule::External { .. } => false,
        }
    }
}

/// Columns that are late after the same number of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateClass {
    /// The columns.
    pub channels: Vec<ChannelKind>,
    /// Days without an update, the day of the check included.
    pub window_days: u32,
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
