//! Setting a district up: a polite walk over its site's navigation, and what is proposed from what was seen.
//!
//! The walk ([`walk`]) is the only part that touches the network. What it saw is a [`Walked`], and everything that is made
//! of that — which pages are sections of units, which are columns, of what kind, and how sure that is — is computed by
//! [`propose`] without network, clock or files, so that it can be tested and explained. Nothing is watched because of a
//! proposal alone: what is not sure is written as a comment, and a person takes it or leaves it.

mod frontier;
mod places;
mod propose;
mod recognise;
mod sections;
pub mod sheet;
mod units_file;
mod walk;

use std::collections::BTreeMap;

use model::{ChannelKind, Day, Outcome, Reason, UnitKind};
use sites::Nav;

pub use propose::{Clues, propose};
pub use units_file::text as units_text;
pub use walk::walk;

/// From this confidence on a column is proposed to be watched.
pub const SURE: u8 = 70;

/// What a walk saw.
#[derive(Debug, Clone, Default)]
pub struct Walked {
    /// The address that the walk began with.
    pub start: String,
    /// The pages, in the order in which they were looked at. The first is the start.
    pub pages: Vec<Seen>,
    /// Addresses that were found but not looked at, because the budget of pages was spent.
    pub unvisited: usize,
    /// Why links were left out, and how many.
    pub left_out: BTreeMap<&'static str, usize>,
    /// Why the walk ended before its time.
    pub broke_off: Option<String>,
}

/// One address that was looked at.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Where it was found in the end, after redirects.
    pub url: String,
    /// What links call it, the first one first.
    pub names: Vec<String>,
    /// The entry of a nested menu that it stands under.
    pub under: Option<String>,
    /// The pages that link to it, by number, the one that it was found on first.
    pub parents: Vec<usize>,
    /// What came of it.
    pub state: State,
}

/// What came of a look.
#[derive(Debug, Clone)]
pub enum State {
    /// A page.
    Page(Box<Look>),
    /// Nothing to be read.
    Failed(Reason),
    /// It leads to another site.
    Away(String),
}

/// One page as it was read.
#[derive(Debug, Clone)]
pub struct Look {
    /// What it offers to a walker.
    pub nav: Nav,
    /// Whether it can be read as a list.
    pub outcome: Outcome,
    /// Rows of the list.
    pub rows: usize,
    /// Rows with a date.
    pub dated: usize,
    /// The newest date.
    pub newest: Option<Day>,
    /// The titles of the first rows.
    pub titles: Vec<String>,
    /// Where the rows really come from, where a script of the browser would fetch them.
    pub api: Option<String>,
}

/// What is proposed.
#[derive(Debug, Clone, Default)]
pub struct Proposal {
    /// The name of the site, where it tells it.
    pub site: Option<String>,
    /// The units with their columns.
    pub units: Vec<UnitProposal>,
    /// Entries of the navigation that nothing could be made of.
    pub unclear: Vec<Unclear>,
}

/// A unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitProposal {
    /// Its id, from its address.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Department or township.
    pub kind: UnitKind,
    /// The address of its section.
    pub url: String,
    /// None of the district's units: columns of the site for which nobody was found.
    pub nobody: bool,
    /// Its columns.
    pub channels: Vec<ChannelProposal>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelProposal {
    /// Its id within the unit.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its kind; none where a person has to decide.
    pub kind: Option<ChannelKind>,
    /// The address to be watched.
    pub url: String,
    /// How sure unit, kind and list are, in percent.
    pub percent: u8,
    /// Why, in Chinese.
    pub why: Vec<String>,
    /// Rows that were read.
    pub rows: usize,
    /// The newest date that was read.
    pub newest: Option<Day>,
}

impl ChannelProposal {
    /// Is it sure enough to be watched without another word?
    #[must_use]
    pub fn adopted(&self) -> bool {
        self.percent >= SURE && self.kind.is_some()
    }
}

/// An entry of the navigation that nothing could be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    /// What links call it.
    pub name: String,
    /// Its address.
    pub url: String,
    /// What is the matter, in Chinese.
    pub why: String,
}

impl Proposal {
    /// All columns that are proposed, with their units.
    pub fn channels(&self) -> impl Iterator<Item = (&UnitProposal, &ChannelProposal)> {
        self.units.iter().flat_map(|u| u.channels.iter().map(move |c| (u, c)))
    }

    /// How many columns are sure enough.
    #[must_use]
    pub fn adopted(&self) -> usize {
        self.channels().filter(|(u, c)| !u.nobody && c.adopted()).count()
    }
}
