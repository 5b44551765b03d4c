//! 疑点: what the program proposes to a person, who confirms or dismisses it.

use serde::{Deserialize, Serialize};

/// How much a proposal may be believed before a person has looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Often a false alarm; shown so that nothing is lost.
    Low,
    /// Worth a look.
    Medium,
    /// Arithmetic or a check digit says so.
    High,
}

impl Confidence {
    /// The word in files and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
    /// As the clerk reads it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Confidence::Low => "低",
            Confidence::Medium => "中",
            Confidence::High => "高",
        }
    }
    /// The variant that [`Confidence::word`] names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Confidence> {
        [Confidence::Low, Confidence::Medium, Confidence::High].into_iter().find(|c| c.word() == word)
    }
}

/// One thing that was found, and the place where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Names this thing among all that was ever proposed: what has been proposed before is not proposed again.
    pub mark: String,
    /// What stands there, with some of its surroundings; personal data are masked.
    pub text: String,
    /// What is wrong or remarkable about it.
    pub note: String,
}

/// What a person has said of a suspicion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SuspicionState {
    /// Nobody has decided yet: it costs and earns nothing.
    Open,
    /// It became an entry of the register.
    Confirmed,
    /// It was a false alarm, and stays dismissed.
    Dismissed,
}

impl SuspicionState {
    /// The word in files and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            SuspicionState::Open => "open",
            SuspicionState::Confirmed => "confirmed",
            SuspicionState::Dismissed => "dismissed",
        }
    }
    /// As the clerk reads it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            SuspicionState::Open => "待认定",
            SuspicionState::Confirmed => "已认定",
            SuspicionState::Dismissed => "不予认定",
        }
    }
    /// The variant that [`SuspicionState::word`] names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<SuspicionState> {
        [SuspicionState::Open, SuspicionState::Confirmed, SuspicionState::Dismissed]
            .into_iter()
            .find(|s| s.word() == word)
    }
}
