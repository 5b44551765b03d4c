//! Letters, sheets and tables as people get them, also when what they speak of is hostile.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

mod books;
mod explained;
mod letters;
mod papers;
mod replays;
mod scores;
mod support;
mod tables;
