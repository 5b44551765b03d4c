//! What the close of a month posts, what it adds up to, and that nobody can change it unseen.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

mod cards;
mod chained;
mod closes;
mod properties;
mod settling;
mod shipped;
mod support;
