//! Saved bytes, under their own fingerprint.

use model::EvidenceHash;
use sha2::{Digest, Sha256};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::row::count;
use crate::{Store, StoreError};

/// Pages shrink to a fifth at this level already, and it costs less than the hash (PERFORMANCE section 3).
const LEVEL: i32 = 1;

/// No body may claim to be larger than this when unpacked: a damaged file must not take the memory.
const LARGEST: i64 = 256 << 20;

/// Shorter bodies are kept as they are.
const SHORT: usize = 32;

/// Rows of one statement.
const ROWS: usize = 100;

/// The SHA-256 of `body`.
#[must_use]
pub fn fingerprint(body: &[u8]) -> EvidenceHash {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| char::from(DIGITS[usize::from(n)]);
    let hex: String = Sha256::digest(body).iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
    match hex.parse() {
        Ok(hash) => hash,
        Err(e) => unreachable!("a SHA-256 is 64 hexadecimal digits: {e}"),
    }
}

pub(crate) struct Packed {
    pub(crate) hash: EvidenceHash,
    size: i64,
    codec: &'static str,
    body: Vec<u8>,
}

impl Packed {
    /// Hashes and compresses. Costs CPU time only, so it is done before the write lock is taken.
    pub(crate) fn new(body: &[u8]) -> Packed {
        Packed::with(body, &mut zstd::bulk::Compressor::new(LEVEL).ok())
    }

    fn with(body: &[u8], compressor: &mut Option<zstd::bulk::Compressor<'_>>) -> Packed {
        let (hash, size) = (fingerprint(body), count(body.len()));
        // What is shorter than a frame's own head and tail does not shrink.
        let small = compressor.as_mut().filter(|_| body.len() > SHORT).and_then(|c| c.compress(body).ok());
        match small {
            Some(small) if small.len() < body.len() => Packed { hash, size, codec: "zstd", body: small },
            _ => Packed { hash, size, codec: "raw", body: body.to_vec() },
        }
    }
}

/// The same for many bodies, which share what the compressor works with.
pub(crate) fn pack<'a>(bodies: impl Iterator<Item = &'a [u8]>) -> Vec<Packed> {
    let mut compressor = zstd::bulk::Compressor::new(LEVEL).ok();
    bodies.map(|body| Packed::with(body, &mut compressor)).collect()
}

/// The one statement that the compiler does not check: blobs cannot travel in JSON, and a statement for each row would
/// cost a thread change for each row.
pub(crate) async fn insert(tx: &mut SqliteConnection, packed: &[Packed]) -> Result<(), StoreError> {
    for some in packed.chunks(ROWS) {
        let mut sql = QueryBuilder::<Sqlite>::new("INSERT INTO evidence (hash, size, codec, body) ");
        sql.push_values(some, |mut row, p| {
            row.push_bind(p.hash.as_str()).push_bind(p.size).push_bind(p.codec).push_bind(p.body.as_slice());
        });
        // A body that was cleared because nothing rested on it comes back when it is seen again.
        sql.push(
            " ON CONFLICT (hash) DO UPDATE SET codec = excluded.codec, body = excluded.body, pruned_at = NULL
             WHERE evidence.pruned_at IS NOT NULL",
        );
        sql.build().execute(&mut *tx).await?;
    }
    Ok(())
}

impl Store {
    /// Saves bytes; the same bytes are kept once.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn put_evidence(&self, body: &[u8]) -> Result<EvidenceHash, StoreError> {
        let packed = Packed::new(body);
        let mut tx = self.write().await?;
        insert(&mut tx, std::slice::from_ref(&packed)).await?;
        tx.commit().await?;
        Ok(packed.hash)
    }

    /// The bytes of that fingerprint, checked against it; none where they were never kept, or were cleared
    /// ([`Store::pruned_at`]).
    ///
    /// # Errors
    /// When what is stored does not have that fingerprint, or the database cannot be read.
    pub async fn evidence(&self, hash: &EvidenceHash) -> Result<Option<Vec<u8>>, StoreError> {
        let key = hash.as_str();
        let row = sqlx::query!("SELECT size, codec, body FROM evidence WHERE hash = ?1 AND pruned_at IS NULL", key)
            .fetch_optional(self.reader())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let damaged = |why: String| StoreError::Evidence { hash: key.to_owned(), why };
        if !(0..=LARGEST).contains(&row.size) {
            return Err(damaged(format!("大小 {} 不合理", row.size)));
        }
        let size = usize::try_from(row.size).unwrap_or(0);
        let body = match row.codec.as_str() {
            "raw" => row.body,
            "zstd" => zstd::bulk::decompress(&row.body, size).map_err(|e| damaged(format!("无法解压（{e}）")))?,
            other => return Err(damaged(format!("不认识压缩方式「{other}」"))),
        };
        if body.len() != size || fingerprint(&body) != *hash {
            return Err(damaged("内容与指纹不符".to_owned()));
        }
        Ok(Some(body))
    }
}
