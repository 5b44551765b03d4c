//! The script: what goes wrong in the district, and what must come of it.
//!
//! Days are counted from the plan's first day (0). Every story clears its own days of chance, so its outcome does not
//! depend on the seed.

mod dates;
mod outages;
mod people;
mod script;
mod silence;

pub(crate) use script::Script;

/// One thing that happens, for people to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// Its name in the code and in tests.
    pub name: &'static str,
    /// What happens and what must come of it, in one Chinese sentence.
    pub sentence: &'static str,
    /// Where: `jyj`, `jyj/gzdt`, or empty for the whole district.
    pub place: &'static str,
}

/// Plays the whole script.
pub(crate) fn play(script: &mut Script<'_>, seed: u64) {
    silence::play(script);
    dates::play(script);
    people::play(script);
    outages::play(script);
    outages::sprinkle(script, seed);
}
