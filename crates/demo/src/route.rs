//! From a path and an instant to what the site answers. Pure: no network, no clock.

use crate::clock::Stamp;
use crate::column::{Column, Family, FaultKind};
use crate::district::District;
use crate::pages::{self, Page, Scene, address, lists};

/// What the site says to a GET.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The body.
    pub(crate) page: Page,
    /// `ETag`, where the column has one.
    pub(crate) etag: Option<String>,
    /// The instant of the last change, where the column says it.
    pub(crate) modified: Option<Stamp>,
    /// The connection breaks off half-way through the body.
    pub(crate) broken: bool,
    /// No answer comes at all.
    pub(crate) hangs: bool,
}

impl Answer {
    fn new(status: u16, page: Page) -> Answer {
        Answer { status, page, etag: None, modified: None, broken: false, hangs: false }
    }

    fn text(status: u16, text: &str) -> Answer {
        Answer::new(status, Page { content_type: "text/plain; charset=utf-8", body: text.as_bytes().to_vec() })
    }

    fn missing() -> Answer {
        Answer::new(
            404,
            Page::html(
                "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr><center>nginx</center></body></html>\n",
                Family::Trs,
            ),
        )
    }
}

/// The answer to `path` at `at`. `base` is the scheme and host by which the site is called.
pub(crate) fn answer(district: &District, path: &str, at: Stamp, base: &str) -> Answer {
    if path == "/robots.txt" {
        return Answer::text(200, "User-agent: *\nDisallow: /search\n");
    }
    if path == "/" {
        return Answer::new(200, pages::home(district.offices()));
    }
    if let Some((column, post)) = article_at(district, path) {
        return article(district, column, post, at, base);
    }
    if let Some(answer) = list(district, path, at, base) {
        return answer;
    }
    let home = district.offices().iter().position(|o| path.trim_matches('/') == o.id);
    match home {
        Some(index) => Answer::new(200, pages::section(&district.offices()[index], index, district.columns())),
        None => shell(district, path, at, base).unwrap_or_else(Answer::missing),
    }
}

fn scene<'a>(district: &'a District, column: &'a Column, at: Stamp, base: &'a str) -> Scene<'a> {
    let office = &district.offices()[column.office];
    Scene { office, column, columns: district.columns(), at, base }
}

/// An article is found under its own path, and under the one that it has since its column moved.
fn article_at(district: &District, path: &str) -> Option<(usize, usize)> {
    district.article(path).or_else(|| {
        let (column, rest) = path.split_once("_new/")?;
        district.article(&format!("{column}/{rest}"))
    })
}

fn article(district: &District, column: usize, post: usize, at: Stamp, base: &str) -> Answer {
    let column = &district.columns()[column];
    let post = &column.posts[post];
    // What is wrong with a list only leaves its articles alone.
    let fault = column.fault(at).filter(|f| !matches!(f, FaultKind::Moved | FaultKind::SoftMissing));
    if let Some(answer) = fault.and_then(|f| faulty(column, f)) {
        return answer;
    }
    if post.shown_from > at || post.shown_until.is_some_and(|end| end <= at) {
        return Answer::missing();
    }
    Answer::new(200, pages::article(&scene(district, column, at, base), post))
}

/// The answer of a column that is out of order; none where the list itself is served.
fn faulty(column: &Column, fault: FaultKind) -> Option<Answer> {
    let answer = match fault {
        FaultKind::Status(status) => {
            Answer::text(status, "<html><body><h1>Service Temporarily Unavailable</h1></body></html>")
        }
        FaultKind::Close => {
            let page =
                Page::html("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\"/>\n", Family::Trs);
            Answer { broken: true, ..Answer::new(200, page) }
        }
        FaultKind::Hang => Answer { hangs: true, ..Answer::missing() },
        FaultKind::Login => Answer::new(200, pages::login()),
        FaultKind::Challenge => Answer::new(200, pages::challenge()),
        FaultKind::Gateway => Answer::new(412, pages::gateway()),
        FaultKind::Maintenance => Answer::new(200, pages::maintenance()),
        FaultKind::SoftMissing => Answer::new(200, pages::soft_missing()),
        FaultKind::Moved => Answer::new(200, pages::moved(&address::moved(column))),
        FaultKind::Empty | FaultKind::Shrunk | FaultKind::Frozen(_) => return None,
    };
    Some(answer)
}

fn list(district: &District, path: &str, at: Stamp, base: &str) -> Option<Answer> {
    let (directory, file) = path.rsplit_once('/').map(|(d, f)| (format!("{d}/"), f))?;
    let (index, own) = match district.list(path) {
        Some(index) => (index, path),
        None => (district.list(&directory)?, directory.as_str()),
    };
    let column = &district.columns()[index];
    let at_new_address = own == address::moved(column);
    let fault = column.fault(at);
    if at_new_address && fault != Some(FaultKind::Moved) {
        return Some(Answer::missing());
    }
    if let Some(answer) = fault.filter(|_| !at_new_address).and_then(|f| faulty(column, f)) {
        return Some(answer);
    }
    let number = if path == column.path { 0 } else { lists::page_of(column.family, column.rows(at).len(), file)? };
    let Some(page) = pages::list(&scene(district, column, at, base), number) else {
        return Some(Answer::missing());
    };
    let (version, modified) = column.version(at);
    let etag = format!("\"{:x}-{version:x}-{number:x}\"", column.number + 0x5000);
    Some(Answer {
        etag: column.validators.etag.then_some(etag),
        modified: column.validators.last_modified.then_some(modified),
        ..Answer::new(200, page)
    })
}

/// The page on which a browser shows a list that comes as JSON.
fn shell(district: &District, path: &str, at: Stamp, base: &str) -> Option<Answer> {
    let column = district.columns().iter().find(|c| c.family == Family::Json && address::directory(c) == path)?;
    Some(Answer::new(200, pages::shell(&scene(district, column, at, base))))
}

#[cfg(test)]
mod tests;
