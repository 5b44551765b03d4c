//! The pages: what the clerk, the unit officer and the leader see and do in a browser.
//!
//! A page is made on the server from what the store holds; it works without scripts, loads nothing from outside, and
//! everything that came from a website is escaped text. Every route is registered together with who may use it
//! ([`routes`]), so there is no page that somebody forgot to guard; whatever belongs to one unit is asked for with the
//! viewer in hand and does not exist for an officer of another.
//!
//! This crate refuses to know the rules, the network and the clock: the rulebook speaks through `rules` and `report`,
//! closing, letters and deadlines are done by the [`House`] that is handed in.

mod access;
mod accounts;
mod assets;
mod bridges;
mod calendar;
mod channels;
mod chart;
mod decide;
mod district;
mod download;
mod finding;
mod findings;
mod handed_in;
mod house;
mod ledger;
mod letters;
mod login;
mod names;
mod office;
mod page;
mod pager;
mod papers;
pub mod password;
mod published;
mod refused;
mod registers;
pub mod routes;
mod rulebook;
mod saved;
mod scores;
mod session;
mod spared;
mod suspicions;
mod unit;
mod workbench;

pub use house::{
    Addressee, Confirmed, Form, Handed, House, Imported, Keeps, LetterView, Papers, Register, Registers, Sent, Side,
    Tried, Trouble, Way, Which, Workbench, WrongCell,
};
pub use office::Office;
pub use routes::{router, table};
