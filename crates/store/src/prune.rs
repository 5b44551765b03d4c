//! Bodies that nothing rests on any more: cleared, so that the file does not grow for ever.
//!
//! A body may go once every answer that brought it is older than the office keeps them, and nothing that a person or the
//! ledger could be asked about leads to it. In doubt it stays: whatever other table names a body (also one that this
//! program does not know yet) keeps it. Fingerprint, size, headers and times stay in any case.

use model::Moment;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::row::{Row, stamp};
use crate::{Store, StoreError};

/// The tables whose rows grow old. A body that any other table names is kept.
const AGEING: [&str; 4] = ["capture", "look", "item_page", "item_scan"];

/// `?1` is the instant before which answers are old; the list of tables is completed at `{elsewhere}`. Answers and looks that
/// are not old are asked only whether they share a body with one that is: they are millions.
///
/// `quoted`: looks that a judgement, whatever it says, or a person's decision names, and the last good look of each channel
/// before that instant, which the oldest open window begins with. `charged`: every look on a day of a window that was
/// ever breached, also those that the proof does not name, since one of them may speak for the unit. `item`: items that a
/// judgement, a suspicion or a person names, with all that was seen of them.
const OLD_AND_UNUSED: &str = "
WITH old(hash) AS MATERIALIZED (
    SELECT evidence FROM capture WHERE look_at < ?1
    UNION SELECT evidence FROM item_page WHERE fetched_at < ?1),
quote(proof) AS (
    SELECT q.value FROM judgement j, json_each(j.proof, '$.before') q
    UNION ALL SELECT q.value FROM judgement j, json_each(j.proof, '$.within') q
    UNION ALL SELECT q.value FROM judgement j, json_each(j.proof, '$.after') q),
item(entry) AS (
    SELECT json_extract(proof, '$.last_before.item') FROM judgement
    UNION SELECT json_extract(proof, '$.first_after.item') FROM judgement
    UNION SELECT q.value ->> 'item' FROM judgement j, json_each(j.proof, '$.items') q
    UNION SELECT entry FROM suspicion
    UNION SELECT entry FROM item_date),
breach(scope, unit, channel, first, last) AS (
    SELECT scope, unit, channel, date(first_day, '-1 day'), date(last_day, '+2 days') FROM finding f
    WHERE EXISTS (SELECT 1 FROM judgement j WHERE j.finding = f.id AND j.verdict = 'breached')),
charged(look) AS (
    SELECT l.id FROM breach b CROSS JOIN look l ON l.channel = b.channel AND l.at BETWEEN b.first AND min(b.last, ?1)
    UNION SELECT l.id FROM breach b CROSS JOIN channel c ON c.unit = b.unit
          CROSS JOIN look l ON l.channel = c.id AND l.at BETWEEN b.first AND min(b.last, ?1)
          WHERE b.scope = b.unit || '/*'),
quoted(look) AS (
    SELECT proof ->> 'look' FROM quote
    UNION SELECT look FROM charged
    UNION SELECT look FROM shape_accepted
    UNION SELECT e.first_look FROM item i JOIN entry e ON e.id = i.entry
    UNION SELECT k.look FROM item i JOIN entry_claim k ON k.entry = i.entry
    UNION SELECT k.look FROM item i JOIN date_claim k ON k.entry = i.entry
    UNION SELECT k.look FROM item i JOIN entry_presence k ON k.entry = i.entry
    UNION SELECT (SELECT g.id FROM look g INDEXED BY look_channel_day
                  WHERE g.channel = c.id AND g.day <= date(?1, '+1 day') AND g.at < ?1
                    AND g.outcome IN ('read', 'unchanged')
                  ORDER BY g.day DESC, g.at DESC LIMIT 1) FROM channel c),
used(channel, at, evidence, same_as) AS (
    SELECT l.channel, l.at, l.evidence, l.same_as FROM quoted q JOIN look l ON l.id = q.look),
used_answers(channel, at) AS (
    SELECT channel, at FROM used
    UNION SELECT r.channel, r.at
          FROM (SELECT same_as FROM used UNION SELECT same_as FROM look WHERE at >= ?1) u JOIN look r ON r.id = u.same_as),
kept(hash) AS (
    SELECT evidence FROM capture
    WHERE (look_at >= ?1 OR fetched_at >= ?1) AND evidence IN (SELECT hash FROM old)
    UNION SELECT evidence FROM look WHERE at >= ?1 AND evidence IN (SELECT hash FROM old)
    UNION SELECT c.evidence FROM used_answers u JOIN capture c ON c.channel = u.channel AND c.look_at = u.at
    UNION SELECT evidence FROM used
    UNION SELECT proof ->> 'evidence' FROM quote
    UNION SELECT evidence FROM item_page WHERE fetched_at >= ?1 OR entry IN (SELECT entry FROM item)
    UNION SELECT c.evidence FROM item i JOIN entry e ON e.id = i.entry
          JOIN capture c ON c.channel = e.channel AND c.url = e.url AND c.page > 0
    UNION SELECT c.evidence FROM capture c
          WHERE NOT EXISTS (SELECT 1 FROM look l WHERE l.channel = c.channel AND l.at = c.look_at)
    {elsewhere})
SELECT e.hash, length(e.body), e.size FROM old o JOIN evidence e ON e.hash = o.hash
WHERE e.pruned_at IS NULL AND e.size > 0 AND e.hash NOT IN (SELECT hash FROM kept WHERE hash IS NOT NULL)";

/// Bodies that were cleared, or could be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cleared {
    /// How many.
    pub bodies: i64,
    /// What they take on the disk, in bytes.
    pub stored: i64,
    /// How large they are unpacked.
    pub size: i64,
}

impl Cleared {
    fn of(rows: &[Candidate]) -> Cleared {
        rows.iter().fold(Cleared::default(), |sum, (_, stored, size)| Cleared {
            bodies: sum.bodies + 1,
            stored: sum.stored + stored,
            size: sum.size + size,
        })
    }
}

impl std::ops::AddAssign for Cleared {
    fn add_assign(&mut self, more: Cleared) {
        self.bodies += more.bodies;
        self.stored += more.stored;
        self.size += more.size;
    }
}

/// The database on the disk, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// The whole file.
    pub file: i64,
    /// What of it is free and will be used again.
    pub free: i64,
    /// Whether the free part can be given back without writing the whole file anew.
    pub returns: bool,
}

type Candidate = (String, i64, i64);

impl Store {
    /// What [`Store::prune`] would clear.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn prunable(&self, before: Moment) -> Result<Cleared, StoreError> {
        let mut tx = self.read().await?;
        Ok(Cleared::of(&candidates(&mut tx, before, i64::MAX).await?))
    }

    /// Clears at most `most` bodies that came before `before` and that nothing rests on, in one transaction: what rests on
    /// what is asked and acted upon at one instant. With nothing left to do it clears none.
    ///
    /// # Errors
    /// When the database cannot be written: then none is cleared.
    pub async fn prune(&self, before: Moment, most: u32, at: Moment) -> Result<Cleared, StoreError> {
        let mut tx = self.write().await?;
        let rows = candidates(&mut tx, before, i64::from(most)).await?;
        let hashes: Vec<&str> = rows.iter().map(|(hash, ..)| hash.as_str()).collect();
        let (hashes, at) = (serde_json::to_string(&hashes)?, stamp(at));
        sqlx::query!(
            "UPDATE evidence SET codec = 'raw', body = x'', pruned_at = ?2
             WHERE hash IN (SELECT value FROM json_each(?1))",
            hashes,
            at
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(Cleared::of(&rows))
    }

    /// When the body of that fingerprint was cleared; none where it is there or was never known.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn pruned_at(&self, hash: &model::EvidenceHash) -> Result<Option<Moment>, StoreError> {
        let key = hash.as_str();
        let at = sqlx::query_scalar!("SELECT pruned_at FROM evidence WHERE hash = ?1", key)
            .fetch_optional(self.reader())
            .await?;
        Ok(Row::of("evidence", hash).moment_or_none("pruned_at", at.flatten().as_deref())?)
    }

    /// How much of the disk the database takes.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn space(&self) -> Result<Space, StoreError> {
        let mut tx = self.read().await?;
        let page = pragma(&mut tx, "PRAGMA page_size").await?;
        Ok(Space {
            file: page * pragma(&mut tx, "PRAGMA page_count").await?,
            free: page * pragma(&mut tx, "PRAGMA freelist_count").await?,
            returns: pragma(&mut tx, "PRAGMA auto_vacuum").await? == 2,
        })
    }

    /// Gives free space back to the disk, a little at a time, so that nobody waits long for the file. Where the database
    /// was made by a version that could not do so, the free space is only used again.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn give_back(&self) -> Result<(), StoreError> {
        let mut left = self.space().await?;
        while left.returns && left.free > 0 {
            sqlx::query("PRAGMA incremental_vacuum(2000)").fetch_all(self.writer()).await?;
            let now = self.space().await?;
            if now.free >= left.free {
                break;
            }
            left = now;
        }
        // Readers may still stand in the old pages; then the log stays as long as it is until they have gone.
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_all(self.writer()).await?;
        Ok(())
    }

    /// Writes the whole file anew, without what is free in it, and so that from now on it gives free space back.
    ///
    /// # Errors
    /// When there is not as much room beside it as it takes, or another program holds it.
    pub async fn rewrite(&self) -> Result<(), StoreError> {
        let mut writer = self.writer().acquire().await?;
        sqlx::query("PRAGMA auto_vacuum = INCREMENTAL").execute(&mut *writer).await?;
        sqlx::query("VACUUM").execute(&mut *writer).await?;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_all(&mut *writer).await?;
        Ok(())
    }
}

async fn pragma(tx: &mut SqliteConnection, sql: &'static str) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(sql).fetch_one(tx).await?)
}

async fn candidates(tx: &mut SqliteConnection, before: Moment, most: i64) -> Result<Vec<Candidate>, StoreError> {
    // A young database has nothing old, and need not be read for it.
    let old = "SELECT EXISTS (SELECT 1 FROM capture WHERE look_at < ?1) OR EXISTS (SELECT 1 FROM item_page WHERE fetched_at < ?1)";
    if !sqlx::query_scalar::<_, bool>(old).bind(stamp(before)).fetch_one(&mut *tx).await? {
        return Ok(vec![]);
    }
    let (first, last) = OLD_AND_UNUSED.split_once("{elsewhere}").unwrap_or((OLD_AND_UNUSED, ""));
    let mut sql = QueryBuilder::<Sqlite>::new(first);
    for (table, column) in named_elsewhere(tx).await? {
        sql.push(format!(" UNION SELECT \"{column}\" FROM \"{table}\""));
    }
    sql.push(last).push(" ORDER BY e.hash LIMIT ?2");
    let mut query = sql.build_query_as::<Candidate>();
    query = query.bind(stamp(before)).bind(most);
    Ok(query.fetch_all(tx).await?)
}

/// Every column outside [`AGEING`] that names a body, as the schema itself has it.
async fn named_elsewhere(tx: &mut SqliteConnection) -> Result<Vec<(String, String)>, StoreError> {
    let all: Vec<(String, String)> = sqlx::query_as(
        r#"SELECT t.name, k."from" FROM pragma_table_list t, pragma_foreign_key_list(t.name) k
           WHERE t.schema = 'main' AND t.type = 'table' AND k."table" = 'evidence' ORDER BY 1, 2"#,
    )
    .fetch_all(tx)
    .await?;
    // The names stand in a statement: what is no plain name is none of our tables.
    let plain = |name: &String| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    Ok(all
        .into_iter()
        .filter(|(table, column)| !AGEING.contains(&table.as_str()) && plain(table) && plain(column))
        .collect())
}
