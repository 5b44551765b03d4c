//! Reading an archive back and checking each record against its own digests.

use std::io::{BufRead as _, Read as _};

use flate2::bufread::GzDecoder;

use crate::digest;

/// No record is unpacked further than this: a case file may come from anyone.
const LARGEST: u64 = 512 << 20;

/// One record whose digests hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// The block.
    pub block: Vec<u8>,
}

/// Why an archive cannot be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("存证档案第 {record} 条记录：{why}")]
pub struct Damaged {
    /// Which record, from 1.
    pub record: usize,
    /// What is wrong.
    pub why: &'static str,
}

impl Record {
    /// The first header of that name, whatever its case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// The body of an HTTP answer.
    #[must_use]
    pub fn payload(&self) -> Option<&[u8]> {
        let end = self.block.windows(4).position(|w| w == b"\r\n\r\n")?;
        self.block.get(end + 4..)
    }
}

/// Every record, each checked.
///
/// # Errors
/// At the first record that is damaged.
pub fn read(archive: &[u8]) -> Result<Vec<Record>, Damaged> {
    let mut rest = archive;
    let mut records = vec![];
    while !rest.is_empty() {
        let damaged = |why| Damaged { record: records.len() + 1, why };
        let mut member = GzDecoder::new(rest);
        let mut text = vec![];
        (&mut member).take(LARGEST).read_to_end(&mut text).map_err(|_| damaged("无法解压"))?;
        rest = member.into_inner();
        let record = parse(&text).map_err(damaged)?;
        check(&record).map_err(damaged)?;
        records.push(record);
    }
    Ok(records)
}

fn parse(text: &[u8]) -> Result<Record, &'static str> {
    let mut rest = text;
    let mut line = String::new();
    let mut next = |rest: &mut &[u8]| {
        line.clear();
        rest.read_line(&mut line).map_err(|_| "记录头不是文本")?;
        Ok::<String, &'static str>(line.trim_end_matches(['\r', '\n']).to_owned())
    };
    if next(&mut rest)? != "WARC/1.1" {
        return Err("不是 WARC/1.1 记录");
    }
    let mut headers = vec![];
    loop {
        let line = next(&mut rest)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(": ").ok_or("记录头无法识别")?;
        headers.push((name.to_owned(), value.to_owned()));
    }
    let record = Record { headers, block: vec![] };
    let length = record.header("Content-Length").and_then(|n| n.parse::<usize>().ok()).ok_or("没有长度")?;
    if rest.get(length..) != Some(b"\r\n\r\n") {
        return Err("长度不符");
    }
    Ok(Record { block: rest[..length].to_vec(), ..record })
}

fn check(record: &Record) -> Result<(), &'static str> {
    if record.header("WARC-Block-Digest") != Some(&digest::archive(&record.block)) {
        return Err("内容与摘要不符");
    }
    // A revisit states the digest of what it found again, which stands in another record.
    let again = record.header("WARC-Type") == Some("revisit");
    if let Some(stated) = record.header("WARC-Payload-Digest").filter(|_| !again) {
        let payload = record.payload().ok_or("没有 HTTP 正文")?;
        if stated != digest::archive(payload) {
            return Err("正文与摘要不符");
        }
    }
    Ok(())
}
