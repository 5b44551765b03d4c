//! WARC/1.1 (ISO 28500:2017): one gzip member a record, headers in a fixed order, the same input the same bytes.
//!
//! Bodies were stored decompressed and without their transfer coding, so the HTTP headers that spoke of those are
//! replaced by the true length. Of a request that is told which was sent of our own will; what the transport adds (encodings,
//! connection) is not stored and so is not claimed.

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

/// Why an answer is not there a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Same {
    /// The server said that nothing had changed (304).
    NotModified,
    /// It sent the same bytes again.
    Identical,
}

impl Same {
    fn profile(self) -> &'static str {
        match self {
            Same::NotModified => "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
            Same::Identical => "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        }
    }
}

/// A look that found again what an earlier answer had brought.
#[derive(Debug, Clone, Copy)]
pub struct Revisit<'a> {
    /// The address that answered.
    pub url: &'a str,
    /// When.
    pub at: Moment,
    /// How it is known to be the same.
    pub same: Same,
    /// The HTTP status.
    pub status: u16,
    /// Those headers that were stored.
    pub headers: &'a [(String, String)],
    /// What it found again.
    pub original: &'a Response<'a>,
}

/// The record that opens an archive and says who made it.
#[must_use]
pub fn info(about: &[(&str, &str)], at: Moment) -> Vec<u8> {
    let block = fields(about);
    let id = id(format!("warcinfo {at} {block}").as_bytes());
    written("warcinfo", &id, at, &[], ("application/warc-fields", block.as_bytes()))
}

/// The record of one answer.
#[must_use]
pub fn response(r: &Response<'_>) -> Vec<u8> {
    let block = [head(r.status, r.headers, Some(r.body.len())).as_bytes(), r.body].concat();
    let more = [("WARC-Target-URI", address(r.url)), ("WARC-Payload-Digest", digest::archive(r.body))];
    written("response", &response_id(r), r.at, &more, ("application/http;msgtype=response", &block))
}

/// The record of what was asked, where the answer is `r`.
#[must_use]
pub fn request(r: &Response<'_>, asked: &[(String, String)]) -> Vec<u8> {
    let url = address(r.url);
    let (host, path) = host_and_path(&url);
    let mut block = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n");
    block += &lines(asked);
    block += "\r\n";
    let answer = response_id(r);
    let id = id(format!("request {answer} {block}").as_bytes());
    let more = [("WARC-Target-URI", url), ("WARC-Concurrent-To", answer)];
    written("request", &id, r.at, &more, ("application/http;msgtype=request", block.as_bytes()))
}

/// The record of what else is known of the answer `r`: redirects, certificate, who looked at what.
#[must_use]
pub fn metadata(r: &Response<'_>, about: &[(&str, &str)]) -> Vec<u8> {
    let (block, answer) = (fields(about), response_id(r));
    let id = id(format!("metadata {answer} {block}").as_bytes());
    let more = [("WARC-Target-URI", address(r.url)), ("WARC-Concurrent-To", answer)];
    written("metadata", &id, r.at, &more, ("application/warc-fields", block.as_bytes()))
}

/// The record of a look that found `v.original` again.
#[must_use]
pub fn revisit(v: &Revisit<'_>) -> Vec<u8> {
    let original = v.original;
    let block = head(v.status, v.headers, None);
    let more = [
        ("WARC-Target-URI", address(v.url)),
        ("WARC-Profile", v.same.profile().to_owned()),
        ("WARC-Refers-To", response_id(original)),
        ("WARC-Refers-To-Target-URI", address(original.url)),
        ("WARC-Refers-To-Date", date(original.at)),
        ("WARC-Payload-Digest", digest::archive(original.body)),
    ];
    written("revisit", &revisit_id(v), v.at, &more, ("application/http;msgtype=response", block.as_bytes()))
}

/// The record of something that is neither asked nor answered: a certificate.
#[must_use]
pub fn resource(name: &str, at: Moment, media: &str, bytes: &[u8]) -> Vec<u8> {
    let id = id(format!("resource {name} {}", digest::sha256(bytes)).as_bytes());
    let more = [("WARC-Target-URI", address(name))];
    written("resource", &id, at, &more, (media, bytes))
}

/// The name of the record of one answer: the same answer has the same name.
#[must_use]
pub fn response_id(r: &Response<'_>) -> String {
    id(format!("response {} {} {}", r.url, r.at, digest::sha256(r.body)).as_bytes())
}

/// The name of the record of one revisit.
#[must_use]
pub fn revisit_id(v: &Revisit<'_>) -> String {
    id(format!("revisit {} {} {}", v.url, v.at, response_id(v.original)).as_bytes())
}

fn written(kind: &str, id: &str, at: Moment, more: &[(&str, String)], (media, block): (&str, &[u8])) -> Vec<u8> {
    let mut text = format!("WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {id}\r\nWARC-Date: {}\r\n", date(at));
    for (name, value) in more {
        text += &format!("{name}: {value}\r\n");
    }
    text += &format!(
        "WARC-Block-Digest: {}\r\nContent-Type: {media}\r\nContent-Length: {}\r\n\r\n",
        digest::archive(block),
        block.len()
    );
    // No time and no name in the gzip header: the same record is the same bytes.
    let mut gzip = GzBuilder::new().mtime(0).write(Vec::new(), Compression::default());
    let parts = [text.as_bytes(), block, b"\r\n\r\n"];
    let written = parts.into_iter().try_for_each(|part| gzip.write_all(part)).and_then(|()| gzip.finish());
    match written {
        Ok(bytes) => bytes,
        Err(e) => unreachable!("a vector takes whatever it is given: {e}"),
    }
}

fn fields(about: &[(&str, &str)]) -> String {
    about.iter().map(|(name, value)| format!("{name}: {}\r\n", one_line(value))).collect()
}

/// The head of an answer. A length is stated where a body follows.
fn head(status: u16, headers: &[(String, String)], length: Option<usize>) -> String {
    let stated = length.map_or_else(String::new, |n| format!("content-length: {n}\r\n"));
    format!("HTTP/1.1 {status} \r\n{}{stated}\r\n", lines(headers))
}

fn lines(headers: &[(String, String)]) -> String {
    const REPLACED: [&str; 3] = ["content-length", "transfer-encoding", "content-encoding"];
    let mut text = String::new();
    for (name, value) in headers {
        let token = !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic() && b != b':');
        if token && !REPLACED.contains(&name.to_ascii_lowercase().as_str()) {
            text += &format!("{name}: {}\r\n", one_line(value));
        }
    }
    text
}

/// `http://host:port/path?query` in two; an address without a path asks for the root.
fn host_and_path(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if path.starts_with('/') { (host, path) } else { (host, "/") }
}

/// No value breaks out of its line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// An address holds neither white space nor control characters, whatever was stored, and what is not ASCII stands in it
/// by its bytes: replayers take nothing else.
fn address(url: &str) -> String {
    let mut text = String::with_capacity(url.len());
    for c in url.chars().filter(|c| !c.is_control() && !c.is_whitespace()) {
        if c.is_ascii() {
            text.push(c);
        } else {
            text.extend(c.encode_utf8(&mut [0; 4]).bytes().map(|b| format!("%{b:02X}")));
        }
    }
    text
}

fn date(at: Moment) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A name made of what is named (a UUID of version 8, whose bits are the maker's), not of chance.
fn id(of: &[u8]) -> String {
    let hex = digest::sha256(of);
    format!("<urn:uuid:{}-{}-8{}-8{}-{}>", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}
