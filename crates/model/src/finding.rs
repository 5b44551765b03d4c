//! 发现: what a rule says of one window or period, and what it rests on.

mod proof;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use proof::{Proof, QuotedEntry, QuotedItem, QuotedLook, QuotedMatter, QuotedStatement};

use crate::{ChannelId, CriterionId, DayRange, ItemFlag, MatterCode, Moment, Month, Points, RulebookId, UnitId};

/// What is judged: one channel, all website columns of a unit together, or one matter of a register.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// One column or account.
    Channel(ChannelId),
    /// All website columns of the unit.
    Section(UnitId),
    /// One matter of the register that the finding's criterion keeps.
    Matter {
        /// The unit that it is asked of.
        unit: UnitId,
        /// Its code within the register.
        code: MatterCode,
    },
}

impl Scope {
    /// The unit that answers for it.
    #[must_use]
    pub fn unit(&self) -> UnitId {
        match self {
            Scope::Channel(c) => c.unit(),
            Scope::Section(unit) | Scope::Matter { unit, .. } => unit.clone(),
        }
    }
    /// The channel, where it is one.
    #[must_use]
    pub fn channel(&self) -> Option<&ChannelId> {
        match self {
            Scope::Channel(c) => Some(c),
            Scope::Section(_) | Scope::Matter { .. } => None,
        }
    }
    /// The code of the matter, where it is one.
    #[must_use]
    pub fn matter(&self) -> Option<&MatterCode> {
        match self {
            Scope::Matter { code, .. } => Some(code),
            Scope::Channel(_) | Scope::Section(_) => None,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scope::Channel(c) => c.fmt(f),
            Scope::Section(u) => write!(f, "{u}/*"),
            Scope::Matter { unit, code } => write!(f, "{unit}#{code}"),
        }
    }
}

/// A finding's identity (COUNTING.md section 7): judging again never makes a second one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FindingKey {
    /// The rulebook.
    pub rulebook: RulebookId,
    /// The criterion.
    pub criterion: CriterionId,
    /// The channel, section or matter.
    pub scope: Scope,
    /// First and last day of the window or period.
    pub days: DayRange,
}

impl FindingKey {
    /// The month that it belongs to: the one in which it ends.
    #[must_use]
    pub fn month(&self) -> Month {
        Month::of(self.days.last)
    }
}

impl fmt::Display for FindingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}:{}:{}", self.rulebook, self.criterion, self.scope, self.days.first, self.days.last)
    }
}

/// What is said of a window or period (COUNTING.md section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// There was an update, or enough of them.
    Met,
    /// Still open, still silent, and closing soon.
    DueSoon,
    /// Proved silent or short: the only verdict that costs points.
    Breached,
    /// Not proved: the monitor's debt, costs nothing.
    Unknown,
    /// A waiver's days hold it.
    Waived,
    /// Declared empty, or the rule does not apply.
    NotApplicable,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Verdict; 6] =
        [Verdict::Met, Verdict::DueSoon, Verdict::Breached, Verdict::Unknown, Verdict::Waived, Verdict::NotApplicable];
    /// The kebab-case word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Met => "met",
            Verdict::DueSoon => "due-soon",
            Verdict::Breached => "breached",
            Verdict::Unknown => "unknown",
            Verdict::Waived => "waived",
            Verdict::NotApplicable => "not-applicable",
        }
    }
    /// The verdict that [`Verdict::word`] names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|v| v.word() == word)
    }
    /// In Chinese.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Verdict::Met => "达标",
            Verdict::DueSoon => "即将到期",
            Verdict::Breached => "未达标",
            Verdict::Unknown => "无法判定",
            Verdict::Waived => "已豁免",
            Verdict::NotApplicable => "不适用",
        }
    }
}

/// How often one silence is charged; printed with each finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum CountingMode {
    /// Once for every whole window of the silence.
    #[default]
    EachWindow,
    /// Once for the silence, however long.
    EachSilence,
    /// Once for each missing item of a period.
    EachMissing,
    /// Once for each matter of a register.
    EachMatter,
}

impl CountingMode {
    /// The kebab-case word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            CountingMode::EachWindow => "each-window",
            CountingMode::EachSilence => "each-silence",
            CountingMode::EachMissing => "each-missing",
            CountingMode::EachMatter => "each-matter",
        }
    }
    /// In Chinese.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            CountingMode::EachWindow => "每满一个周期计一次",
            CountingMode::EachSilence => "一次连续未更新计一次",
            CountingMode::EachMissing => "每缺一条计一次",
            CountingMode::EachMatter => "每件事项计一次",
        }
    }
}

/// A remark on a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// An item of this or the next window was counted later than it claims, having been seen late.
    Backdated,
    /// An item was dated after it was seen.
    DatedAhead,
    /// An item without a date stands in the way of a verdict.
    Undated,
    /// No look proves the window.
    Unproved,
    /// The source may prove updates, never silence.
    ClearsOnly,
    /// Channels that share a bridge or host fell silent together.
    FleetSilence,
    /// The source has shown nothing of the account's since: it may have stopped, and not the account.
    OwnSilence,
    /// A waiver was in force for some of its days.
    Waiver,
    /// An item of the window has vanished since.
    Withdrawn,
    /// An item's date was moved later.
    ReDated,
    /// A title that stood in the channel before.
    Repeated,
    /// The proof came after the month had ended.
    ProvedLate,
    /// It was done, but after the due day.
    Late,
    /// Nobody has stated that the register is complete up to the due day.
    RegisterOpen,
    /// The holidays of a year on the way are not known.
    NoCalendar,
    /// List, article page, tags or address name different dates for an item.
    DateDisputed,
}

impl Flag {
    /// The kebab-case word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Flag::Backdated => "backdated",
            Flag::DatedAhead => "dated-ahead",
            Flag::Undated => "undated",
            Flag::Unproved => "unproved",
            Flag::ClearsOnly => "clears-only",
            Flag::FleetSilence => "fleet-silence",
            Flag::OwnSilence => "own-silence",
            Flag::Waiver => "waiver",
            Flag::Withdrawn => "withdrawn",
            Flag::ReDated => "re-dated",
            Flag::Repeated => "repeated",
            Flag::ProvedLate => "proved-late",
            Flag::Late => "late",
            Flag::RegisterOpen => "register-open",
            Flag::NoCalendar => "no-calendar",
            Flag::DateDisputed => "date-disputed",
        }
    }
    /// In Chinese.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Flag::Backdated => "疑似倒签",
            Flag::DatedAhead => "日期超前",
            Flag::Undated => "有无日期信息",
            Flag::Unproved => "缺少有效检查",
            Flag::ClearsOnly => "来源只能证明已更新",
            Flag::FleetSilence => "同源同时静默",
            Flag::OwnSilence => "来源此后再无该账号内容",
            Flag::Waiver => "含豁免日",
            Flag::Withdrawn => "有信息已撤下",
            Flag::ReDated => "日期后改",
            Flag::Repeated => "标题重复",
            Flag::ProvedLate => "事后证实",
            Flag::Late => "逾期完成",
            Flag::RegisterOpen => "登记簿未声明齐全",
            Flag::NoCalendar => "缺少节假日安排",
            Flag::DateDisputed => "各处日期不一致",
        }
    }
}

impl From<ItemFlag> for Flag {
    fn from(f: ItemFlag) -> Flag {
        match f {
            ItemFlag::DatedAhead => Flag::DatedAhead,
            ItemFlag::Backdated => Flag::Backdated,
            ItemFlag::Undated => Flag::Undated,
            ItemFlag::ReDated => Flag::ReDated,
            ItemFlag::Withdrawn => Flag::Withdrawn,
            ItemFlag::Repeated => Flag::Repeated,
            ItemFlag::DateDisputed => Flag::DateDisputed,
        }
    }
}

/// What one rule says of one window or period, as of an instant. Pure: the same inputs give the same judgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// Which window of what.
    pub key: FindingKey,
    /// What is said.
    pub verdict: Verdict,
    /// For a quota, how many items are missing; for freshness 1 when silent, else 0.
    pub missing: u32,
    /// What it costs (negative) if it is breached, or would cost; zero for every verdict but `breached`.
    pub points: Points,
    /// How silences are counted.
    pub mode: CountingMode,
    /// Remarks, sorted, each once.
    pub flags: Vec<Flag>,
    /// What it rests on.
    pub proof: Proof,
}

/// Where a finding stands (COUNTING.md section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingState {
    /// Judged, nobody has said anything.
    Detected,
    /// A person has confirmed it.
    Confirmed,
    /// A person has dismissed it: it is not charged.
    Dismissed,
    /// It stands in the ledger.
    Posted,
    /// It stands in the ledger, and the unit appeals.
    Appealed,
    /// The appeal was refused.
    Upheld,
    /// It was charged and has been taken back.
    Reversed,
    /// Later evidence unmade it before it was posted.
    Retracted,
}

impl FindingState {
    /// Every state.
    pub const ALL: [FindingState; 8] = [
        FindingState::Detected,
        FindingState::Confirmed,
        FindingState::Dismissed,
        FindingState::Posted,
        FindingState::Appealed,
        FindingState::Upheld,
        FindingState::Reversed,
        FindingState::Retracted,
    ];
    /// The kebab-case word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            FindingState::Detected => "detected",
            FindingState::Confirmed => "confirmed",
            FindingState::Dismissed => "dismissed",
            FindingState::Posted => "posted",
            FindingState::Appealed => "appealed",
            FindingState::Upheld => "upheld",
            FindingState::Reversed => "reversed",
            FindingState::Retracted => "retracted",
        }
    }
    /// The state that [`FindingState::word`] names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<FindingState> {
        FindingState::ALL.into_iter().find(|s| s.word() == word)
    }
    /// In Chinese.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            FindingState::Detected => "已发现",
            FindingState::Confirmed => "已确认",
            FindingState::Dismissed => "不予认定",
            FindingState::Posted => "已入账",
            FindingState::Appealed => "申诉中",
            FindingState::Upheld => "维持",
            FindingState::Reversed => "已红冲",
            FindingState::Retracted => "已撤回",
        }
    }
}

/// A finding as the store keeps it: the latest judgement of a key, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its number, which people quote.
    pub id: i64,
    /// Since when it is judged so: the first judgement with the verdict that it has now.
    pub detected_at: Moment,
    /// When the latest judgement was made.
    pub judged_at: Moment,
    /// The latest judgement.
    pub judgement: Judgement,
    /// Where it stands.
    pub state: FindingState,
}
