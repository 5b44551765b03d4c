//! What the site answers: one file for each kind of page.

pub(crate) mod address;
mod article;
mod feeds;
mod frame;
pub(crate) mod lists;
mod notices;
mod records;
mod section;

pub(crate) use article::article;
pub(crate) use notices::{challenge, gateway, login, maintenance, moved, soft_missing};
pub(crate) use records::shell;
pub(crate) use section::{home, section};

use crate::clock::Stamp;
use crate::column::{Column, Family, Office};

/// A body with its type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    /// The `Content-Type` header.
    pub(crate) content_type: &'static str,
    /// The bytes.
    pub(crate) body: Vec<u8>,
}

impl Page {
    /// A page of the website in the charset of its family.
    pub(crate) fn html(text: &str, family: Family) -> Page {
        if family == Family::Gbk {
            // The header of the real servers says nothing of the charset; only the page does, and it says gb2312.
            return Page { content_type: "text/html", body: encoding_rs::GBK.encode(text).0.into_owned() };
        }
        Page { content_type: "text/html; charset=utf-8", body: text.as_bytes().to_vec() }
    }
}

/// Everything that a page of a column is made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scene<'a> {
    /// The unit.
    pub(crate) office: &'a Office,
    /// The column.
    pub(crate) column: &'a Column,
    /// The other columns of the unit, for the navigation.
    pub(crate) columns: &'a [Column],
    /// When.
    pub(crate) at: Stamp,
    /// `http://127.0.0.1:8080`, for formats that want whole addresses.
    pub(crate) base: &'a str,
}

/// Page `number` (0 is the first) of the column's list; none beyond the last.
pub(crate) fn list(scene: &Scene<'_>, number: usize) -> Option<Page> {
    let rows = scene.column.rows(scene.at);
    match scene.column.family {
        Family::Rss | Family::Atom | Family::JsonFeed => (number == 0).then(|| feeds::feed(scene, &rows)),
        Family::Json => (number == 0).then(|| records::json(scene, &rows)),
        Family::Jcms => (number == 0).then(|| records::jcms(scene, &rows)),
        _ => lists::list(scene, &rows, number),
    }
}

#[cfg(test)]
mod tests;
