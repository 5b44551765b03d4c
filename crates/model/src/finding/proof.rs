//! What a judgement rests on: looks, items and entries as a finding quotes them.

use serde::{Deserialize, Serialize};

use crate::{ChannelId, Claim, Day, EvidenceHash, ItemFlag, MatterCode, Moment};

/// A look as a finding quotes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotedLook {
    /// Its number in the store.
    pub look: i64,
    /// The channel that was looked at.
    pub channel: ChannelId,
    /// When.
    pub at: Moment,
    /// `read`, `unchanged`, `failed` …
    pub outcome: String,
    /// Why it is not good.
    pub reason: Option<String>,
    /// How far back its list was complete; none: to the end.
    pub covers_from: Option<Day>,
    /// The saved body.
    pub evidence: Option<EvidenceHash>,
}

/// An item as a finding quotes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotedItem {
    /// Its number in the store.
    pub item: i64,
    /// The channel that showed it.
    pub channel: ChannelId,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: String,
    /// The date that it claims.
    pub claimed: Option<Day>,
    /// Other dates that are named for it, with where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_dates: Vec<Claim>,
    /// The date that counts; none where it is undated.
    pub effective: Option<Day>,
    /// The date of the first look that showed it.
    pub first_seen: Day,
    /// What is remarkable about it.
    pub flags: Vec<ItemFlag>,
}

/// A matter of a register as a finding quotes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotedMatter {
    /// Its code within the register.
    pub code: MatterCode,
    /// What it is.
    pub title: String,
    /// 文号: the document that asks for it.
    pub document: Option<String>,
    /// The day on which it began.
    pub opened: Day,
    /// The day by which it is due; none where that cannot be known yet.
    pub due: Option<Day>,
    /// How that day was reached, step by step, in Chinese.
    pub clock: Vec<String>,
    /// The entries that stand.
    pub entries: Vec<QuotedEntry>,
    /// The statement that the register is complete, where there is one.
    pub complete: Option<QuotedStatement>,
}

/// An entry of a matter as a finding quotes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotedEntry {
    /// Its number in the store.
    pub entry: i64,
    /// What happened, in Chinese.
    pub what: String,
    /// When it happened.
    pub day: Day,
    /// Remarks.
    pub note: String,
    /// Who entered it.
    pub who: String,
    /// When it was entered.
    pub recorded_at: Moment,
    /// The file that proves it.
    pub evidence: Option<EvidenceHash>,
}

/// The statement that a register is complete, as a finding quotes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotedStatement {
    /// The last day that it speaks for.
    pub through: Day,
    /// Who said so.
    pub who: String,
    /// When.
    pub recorded_at: Moment,
}

/// What a judgement rests on (COUNTING.md section 5).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Proof {
    /// The last look before the window, per channel in scope.
    pub before: Vec<QuotedLook>,
    /// Looks on days of the window: at most ten per channel, the failed ones first among equals; `within_total` counts all.
    pub within: Vec<QuotedLook>,
    /// How many looks there were on days of the window.
    pub within_total: usize,
    /// How many of those were good.
    pub within_good: usize,
    /// The looks that prove the window, one per channel in scope.
    pub after: Vec<QuotedLook>,
    /// The last item before the window.
    pub last_before: Option<QuotedItem>,
    /// The first item after it.
    pub first_after: Option<QuotedItem>,
    /// Items within the window that count (for a quota that fell short) or that stand in the way (undated).
    pub items: Vec<QuotedItem>,
    /// The matter of a register that was judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<QuotedMatter>,
    /// One Chinese sentence: what would have been enough, or, for an unknown one, what is missing to decide.
    pub enough: String,
}
