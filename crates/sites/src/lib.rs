//! Bytes of a page or feed in, a [`Reading`] out; every family of pages in a file of its own.
//!
//! This crate refuses to know the network, files, clocks, units and rules: what it reads is handed in as bytes, and the
//! day of the look is an argument. Everything that it reads is hostile: no input makes it panic, recurse or take more
//! than linear time, and what it gives back is bounded.
//!
//! A reading never guesses in favour of silence. A page that cannot be believed is [`Outcome::Suspect`], and a list of
//! which the end was not seen says so in its [`End`].

mod article;
mod blocked;
mod charset;
mod claims;
mod column;
mod content;
mod dates;
mod dom;
mod families;
mod feed;
#[cfg(test)]
mod hostile;
mod html;
mod json;
mod link;
mod list;
mod nav;
mod page;
mod paging;
mod platform;
mod push;
mod reading;
mod rendered;
mod selectors;
#[cfg(test)]
mod testing;
mod text;
mod wechat;

pub mod drift;
pub mod official;
pub mod trial;
pub mod walk;

pub use claims::{address_claim, article_claims};
pub use column::column_name;
pub use content::{Content, Grid, content};
pub use nav::{Nav, NavLink, nav};
pub use reading::{End, Input, ReadAs, Reading};
pub use wechat::{WechatArticle, wechat_article};

use model::{Outcome, Reason, Source};

/// Reads one response. Never panics, whatever the bytes are.
#[must_use]
pub fn read(input: &Input<'_>) -> Reading {
    dispatch(input, true).bounded()
}

/// Reads one response without any short cut: what [`read`] is held against. No link, title or text is taken for plain by
/// its bytes.
#[must_use]
pub fn read_whole(input: &Input<'_>) -> Reading {
    dispatch(input, false).bounded()
}

fn dispatch(input: &Input<'_>, short_cuts: bool) -> Reading {
    let input = &Input { source: input.source.of_page(), ..*input };
    let Some(text) = charset::decode(input.bytes, input.content_type) else {
        return Reading::bad("none", Outcome::Failed(Reason::BrokenEncoding));
    };
    let body = text.trim_start_matches(text::is_blank);
    if body.is_empty() {
        return Reading::bad("none", Outcome::Failed(Reason::EmptyBody));
    }
    if let Some(reading) = push::read(body) {
        return reading;
    }
    match (input.source, input.read_as) {
        (_, ReadAs::Feed) | (Source::Feed { .. }, ReadAs::Auto) => return feed::read(body, input),
        (Source::Json { .. }, _) => return json::read(body, input),
        _ if feed::is_xml_feed(body) => return feed::read(body, input),
        _ if is_json(body) => return json::read(body, input),
        _ => {}
    }
    let page = page::Page::read(body, input.url, input.today, short_cuts);
    if let Some(reading) = selectors::read(&page, input.source) {
        return reading;
    }
    let article = input.read_as == ReadAs::Article || (input.read_as == ReadAs::Auto && article::is_article(&page));
    if article { article::read(&page, input.url) } else { html::read(&page) }
}

/// A body that is JSON, or JSON in a callback.
fn is_json(body: &str) -> bool {
    if body.starts_with(['{', '[']) {
        return true;
    }
    let name = body.split('(').next().unwrap_or_default();
    name.len() < 100
        && body.len() > name.len()
        && body[name.len()..].trim_start_matches('(').trim_start().starts_with(['{', '['])
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$' | ' '))
        && !name.is_empty()
}
