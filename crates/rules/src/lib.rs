//! The rulebook and the judgement: pure functions from what was seen to verdicts.
//!
//! [`load`] turns the text of a rulebook into types, or into every mistake at once; [`toml_reader`] is the mechanism
//! behind it, for every other configuration file. [`judge()`] says what was kept of all that looks can
//! decide, from freshness to blank columns, as of an instant, [`judge_duties`] what became of what was due, and [`effective()`] which date of an item
//! counts. [`entries`] says whether something may be entered at all.
//!
//! This crate refuses to know the clock, HTML and SQL.

mod availability;
mod blank_columns;
mod case;
mod count;
mod deadlines;
mod duty;
mod effective;
pub mod entries;
pub mod fleet;
mod freshness;
mod judge;
mod late_columns;
mod load;
mod looks;
pub mod matters;
mod proof;
mod quota;
pub mod rulebook;
mod sentence;
mod together;
pub mod toml_reader;
mod view;

pub use case::{Case, Fleet, FleetClearance};
pub use deadlines::{Deadline, deadlines, open_days, unsettled};
pub use duty::{judge_duties, judge_duties_within};
pub use effective::{Dated, doubts, effective};
pub use judge::{judge, judge_within};
pub use load::{NATIONAL_2019, ZHONGSHAN_2022, load, shipped};
pub use matters::Registers;
pub use rulebook::{Clock, Criterion, Due, EvidenceBy, Group, LateClass, Posting, QuotaScope, Rule, Rulebook};
pub use together::Together;
