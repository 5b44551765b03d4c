//! Bytes of a page or feed in, a [`Reading`] out; every family of pages in a file of its own.
//!
//! This crate refuses to know the network, files, clocks, units and rules: what it reads is handed in as bytes, and the
//! day of the look is an argument. Everything that it reads is hostile: no input makes it panic, recurse or take more
//! than linear time, and what it gives back is bounded.
//!
//! A reading never guesses in favour of silence. A page that cannot be believed is [`Outcome::Suspect`], and a list of
//! which the end was not seen says so in its [`End`].

mod blocked;
mod charset;
mod dates;
mod dom;
mod families;
mod html;
mod list;
mod page;
mod paging;
mod reading;
mod rendered;
mod text;

pub mod drift;
pub mod walk;

pub use reading::{End, Input, ReadAs, Reading};

use model::{Outcome, Reason};

/// Reads one response. Never panics, whatever the bytes are.
#[must_use]
pub fn read(input: &Input<'_>) -> Reading {
    let Some(text) = charset::decode(input.bytes, input.content_type) else {
        return Reading::bad("none", Outcome::Failed(Reason::BrokenEncoding));
    };
    let page = page::Page::new(&text, input.url, input.today);
    html::read(&page)
}
