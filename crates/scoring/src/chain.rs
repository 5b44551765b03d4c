//! The hash chain that shows whether the ledger has been touched.
//!
//! # What is hashed
//!
//! The SHA-256, in lower-case hexadecimal, of the UTF-8 text of one JSON array of thirteen strings, in this order and
//! without white space between them:
//!
//! ```text
//! ["duban-ledger-1", seq, month, belongs_to, unit, rulebook, criterion, points, source, source_id, text, posted_at, previous]
//! ```
//!
//! - `seq`, `source_id`: decimal digits; `month`, `belongs_to`: `2026-11`; `points`: hundredths, `-300` for −3;
//! - `source`: `finding`, `register`, `reversal-of` or `anew`;
//! - `posted_at`: RFC 3339 in UTC with `Z`, and 0, 3, 6 or 9 digits of a second, as few as are exact:
//!   `2026-12-05T00:00:00Z`, just as the JSON of the ledger writes it;
//! - `previous`: the hash of the line before, [`GENESIS`] for the first.
//!
//! In the strings only `"`, `\` and U+0000…U+001F are escaped (`\"`, `\\`, `\b`, `\t`, `\n`, `\f`, `\r`, else `\u00xx` in
//! lower case). Anyone can recompute it; in Python it is
//!
//! ```text
//! hashlib.sha256(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
//! ```
//!
//! A chain shows every change, insertion and removal but one: lines cut off at the end. Against that each month's sheet
//! and letter prints the hash of the last line.

use chrono::SecondsFormat;
use model::{LedgerLine, Moment, NewLine};
use sha2::{Digest, Sha256};

/// What stands in place of the hash before the first line: 64 zeros.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Named in each hash, so that a later form can never be taken for this one.
const FORM: &str = "duban-ledger-1";

/// The hash of a line (see the module for what exactly is hashed).
#[must_use]
pub fn hash(seq: i64, line: &NewLine, posted_at: Moment, previous: &str) -> String {
    let fields = [
        FORM.to_owned(),
        seq.to_string(),
        line.month.to_string(),
        line.belongs_to.to_string(),
        line.unit.to_string(),
        line.rulebook.to_string(),
        line.criterion.to_string(),
        line.points.hundredths().to_string(),
        line.source.word().to_owned(),
        line.source.id().to_string(),
        line.text.clone(),
        posted_at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
        previous.to_owned(),
    ];
    let text = serde_json::Value::from(fields.to_vec()).to_string();
    Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect()
}

/// Seals lines behind the last one that stands: numbers and hashes, in the order given.
#[must_use]
pub fn seal(last: Option<&LedgerLine>, lines: Vec<NewLine>, posted_at: Moment) -> Vec<LedgerLine> {
    let (mut seq, mut previous) = last.map_or((0, GENESIS.to_owned()), |l| (l.seq, l.hash.clone()));
    lines
        .into_iter()
        .map(|line| {
            seq += 1;
            let hash = hash(seq, &line, posted_at, &previous);
            let before = std::mem::replace(&mut previous, hash.clone());
            LedgerLine { seq, line, posted_at, previous: before, hash }
        })
        .collect()
}

/// What does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The number is not the one that follows.
    #[error("序号不连续，此处应为第{expected}号（有行被删除、插入或调换）")]
    Gap {
        /// The number that should stand here.
        expected: i64,
    },
    /// `previous` is not the hash of the line before.
    #[error("所记前一行指纹与前一行不符")]
    Previous,
    /// The hash is not that of the line's content.
    #[error("内容与指纹不符（该行被改动过）")]
    Hash,
}

/// The first line at which the chain breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("台账第{seq}号校验不通过：{what}。请停止结账，与最近的备份或已发出的月度台账核对")]
pub struct BrokenChain {
    /// The number that the line bears.
    pub seq: i64,
    /// What does not hold.
    pub what: Broken,
}

/// Does the whole ledger, from its first line on, hold together?
///
/// # Errors
/// At the first line that does not follow from the one before, or whose content is not what was hashed.
pub fn verify(lines: &[LedgerLine]) -> Result<(), BrokenChain> {
    let mut previous = GENESIS;
    for (expected, line) in (1..).zip(lines) {
        let broken = |what| Err(BrokenChain { seq: line.seq, what });
        if line.seq != expected {
            return broken(Broken::Gap { expected });
        }
        if line.previous != previous {
            return broken(Broken::Previous);
        }
        if line.hash != hash(line.seq, &line.line, line.posted_at, &line.previous) {
            return broken(Broken::Hash);
        }
        previous = &line.hash;
    }
    Ok(())
}
