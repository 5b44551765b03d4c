//! The judgement against COUNTING.md: every paragraph by subject, through one way of telling a story.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod counting;
mod dates;
mod deadlines;
mod duties;
mod fleets;
mod matters;
mod national;
mod proofs;
mod properties;
mod quotas;
mod registers;
mod story;
mod waivers;
