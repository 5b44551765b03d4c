//! The rulebook and the judgement: pure functions from what was seen to verdicts.
//!
//! [`load`] turns the text of a rulebook into types, or into every mistake at once; [`toml_reader`] is the mechanism
//! behind it, for every other configuration file.
//!
//! This crate refuses to know the clock, HTML and SQL.

mod load;
pub mod rulebook;
pub mod toml_reader;

pub use load::{ZHONGSHAN_2022, load};
pub use rulebook::{Criterion, Due, EvidenceBy, Group, Posting, QuotaScope, Rule, Rulebook};
