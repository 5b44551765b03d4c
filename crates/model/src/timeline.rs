//! What is known of one channel: its items and the looks that saw them, or did not.

use serde::{Deserialize, Serialize};

use crate::{Channel, Claim, Day, Look, Moment};

/// One published item with the history of its sightings, as the store kept it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its number in the store.
    pub id: i64,
    /// Its title when first seen.
    pub title: String,
    /// Its address; empty where the page gave none.
    pub url: String,
    /// The earliest date that it has ever claimed; none while no date could be read anywhere.
    pub claimed: Option<Day>,
    /// It later claimed a later date than `claimed`.
    pub re_dated: bool,
    /// Other dates that its own page, the tags of that page or its address say, where they differ from `claimed`.
    pub other_dates: Vec<Claim>,
    /// The date that a person gave it, after looking.
    pub dated_by_person: Option<Day>,
    /// The instant of the first good look that showed it.
    pub first_seen_at: Moment,
    /// The date of that look.
    pub first_seen: Day,
    /// A later good look that covered its date no longer showed it.
    pub withdrawn: bool,
}

impl Item {
    /// What makes it the same item as one that another source shows (see [`crate::Entry::key`]).
    #[must_use]
    pub fn key(&self) -> String {
        crate::entry::key(&self.url, &self.title, self.claimed)
    }
}

/// What is remarkable about an item's date or history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemFlag {
    /// Dated after it was first seen: counted when first seen.
    DatedAhead,
    /// Dated before a look that should have shown it and did not: counted when first seen.
    Backdated,
    /// No readable date anywhere.
    Undated,
    /// Its date was moved later: the earliest counts.
    ReDated,
    /// It has vanished: it still counts.
    Withdrawn,
    /// Its title stood in the same channel within 180 days before: it still counts.
    Repeated,
    /// List, article page, tags or address name different dates.
    DateDisputed,
}

impl ItemFlag {
    /// As the clerk reads it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            ItemFlag::DatedAhead => "日期超前",
            ItemFlag::Backdated => "疑似倒签",
            ItemFlag::Undated => "无日期",
            ItemFlag::ReDated => "日期后改",
            ItemFlag::Withdrawn => "已撤下",
            ItemFlag::Repeated => "标题重复",
            ItemFlag::DateDisputed => "各处日期不一致",
        }
    }
}

/// One channel with all that is known of it up to an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// The channel.
    pub channel: Channel,
    /// Its looks, oldest first.
    pub looks: Vec<Look>,
    /// Its items, in order of first sighting.
    pub items: Vec<Item>,
}
