//! The rulebook and the judgement: pure functions from what was seen to verdicts.
//!
//! This crate refuses to know the clock, HTML and SQL.

pub mod rulebook;

pub use rulebook::{Criterion, Due, EvidenceBy, Group, Posting, QuotaScope, Rule, Rulebook};
