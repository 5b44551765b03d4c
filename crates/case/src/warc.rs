//! WARC/1.1 (ISO 28500:2017): one gzip member a record, headers in a fixed order, the same input the same bytes.
//!
//! Bodies were stored decompressed and without their transfer coding, so the HTTP headers that spoke of those are
//! replaced by the true length. The request as it was sent is not stored and so is not claimed.

mod read;

use std::io::Write as _;

use chrono::SecondsFormat;
use flate2::{Compression, GzBuilder};
use model::Moment;

pub use read::{Damaged, Record, read};

use crate::digest;

/// One saved answer.
#[derive(Debug, Clone, Copy)]
pub struct Response<'a> {
    /// The address that answered.
    pub url: &'a str,
    /// When the answer was complete.
    pub at: Moment,
    /// The HTTP status.
    pub status: u16,
    /// The headers as they were stored.
    pub headers: &'a [(String, String)],
    /// The body as it was stored.
    pub body: &'a [u8],
}

/// The record that opens an archive and says who made it.
#[must_use]
pub fn info(about: &[(&str, &str)], at: Moment) -> Vec<u8> {
    let block: String = about.iter().map(|(name, value)| format!("{name}: {}\r\n", one_line(value))).collect();
    let seed = format!("warcinfo {at} {block}");
    let date = date(at);
    let headers = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", &id(seed.as_bytes())),
        ("WARC-Date", &date),
        ("WARC-Block-Digest", &digest::archive(block.as_bytes())),
        ("Content-Type", "application/warc-fields"),
    ];
    record(&headers, block.as_bytes())
}

/// The record of one answer.
#[must_use]
pub fn response(r: &Response<'_>) -> Vec<u8> {
    let block = http(r);
    let date = date(r.at);
    let headers = [
        ("WARC-Type", "response"),
        ("WARC-Record-ID", &response_id(r)),
        ("WARC-Date", &date),
        ("WARC-Target-URI", &address(r.url)),
        ("WARC-Payload-Digest", &digest::archive(r.body)),
        ("WARC-Block-Digest", &digest::archive(&block)),
        ("Content-Type", "application/http;msgtype=response"),
    ];
    record(&headers, &block)
}

/// The name of the record of one answer: the same answer has the same name.
#[must_use]
pub fn response_id(r: &Response<'_>) -> String {
    id(format!("response {} {} {}", r.url, r.at, digest::sha256(r.body)).as_bytes())
}

fn record(headers: &[(&str, &str)], block: &[u8]) -> Vec<u8> {
    let mut text = String::from("WARC/1.1\r\n");
    for (name, value) in headers {
        text += &format!("{name}: {value}\r\n");
    }
    text += &format!("Content-Length: {}\r\n\r\n", block.len());
    // No time and no name in the gzip header: the same record is the same bytes.
    let mut gzip = GzBuilder::new().mtime(0).write(Vec::new(), Compression::default());
    let parts = [text.as_bytes(), block, b"\r\n\r\n"];
    let written = parts.into_iter().try_for_each(|part| gzip.write_all(part)).and_then(|()| gzip.finish());
    match written {
        Ok(bytes) => bytes,
        Err(e) => unreachable!("a vector takes whatever it is given: {e}"),
    }
}

fn http(r: &Response<'_>) -> Vec<u8> {
    const REPLACED: [&str; 3] = ["content-length", "transfer-encoding", "content-encoding"];
    let mut head = format!("HTTP/1.1 {} \r\n", r.status);
    for (name, value) in r.headers {
        let token = !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic() && b != b':');
        if token && !REPLACED.contains(&name.to_ascii_lowercase().as_str()) {
            head += &format!("{name}: {}\r\n", one_line(value));
        }
    }
    head += &format!("content-length: {}\r\n\r\n", r.body.len());
    [head.as_bytes(), r.body].concat()
}

/// No value breaks out of its line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// An address holds neither white space nor control characters, whatever was stored.
fn address(url: &str) -> String {
    url.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect()
}

fn date(at: Moment) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A name made of what is named (a UUID of version 8, whose bits are the maker's), not of chance.
fn id(of: &[u8]) -> String {
    let hex = digest::sha256(of);
    format!("<urn:uuid:{}-{}-8{}-8{}-{}>", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}
