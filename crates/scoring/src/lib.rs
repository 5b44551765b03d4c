//! From findings and register entries to ledger lines and scorecards, exactly and with every step explained.
//!
//! [`settle()`] says which lines the close of a month posts, [`chain`] seals them, [`scorecard()`] adds them up.
//! This crate refuses to know how a breach is detected, what a page looks like, what time it is and where anything is
//! stored: it is handed what was found and entered, and hands back lines.

pub mod chain;
pub mod scorecard;
pub mod settle;
mod wording;

pub use chain::{Broken, BrokenChain, GENESIS, hash, seal, verify};
pub use scorecard::{CriterionScore, GroupScore, Scorecard, Step, StepKind, Uncounted, scoreboard, scorecard};
pub use settle::{LeftOut, Settlement, Why, left_out, settle};
