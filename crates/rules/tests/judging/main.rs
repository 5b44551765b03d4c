//! The judgement against COUNTING.md: every paragraph by subject, through one way of telling a story.

mod counting;
mod dates;
mod fleets;
mod proofs;
mod properties;
mod quotas;
mod story;
mod waivers;
