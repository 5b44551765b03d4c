//! The ledger as people and the settlement ask for it.

use model::{LedgerLine, Month};
use sqlx::SqliteConnection;

use super::{LedgerFilter, LineRow, MonthClose};
use crate::row::{Row, list};
use crate::{RowError, Store, StoreError};

impl Store {
    /// Lines in their order.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn lines(&self, filter: &LedgerFilter) -> Result<Vec<LedgerLine>, StoreError> {
        let mut tx = self.read().await?;
        lines(&mut tx, filter).await
    }

    /// The closed months in their order.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn closed_months(&self) -> Result<Vec<MonthClose>, StoreError> {
        let rows = sqlx::query!("SELECT month, closed_at, last_seq, last_hash FROM month_close ORDER BY month")
            .fetch_all(self.reader())
            .await?;
        let months = rows.into_iter().map(|r| {
            let row = Row::of("month_close", &r.month);
            Ok(MonthClose {
                month: row.parse("month", &r.month)?,
                closed_at: row.moment("closed_at", &r.closed_at)?,
                last_seq: r.last_seq,
                last_hash: r.last_hash.clone(),
            })
        });
        Ok(months.collect::<Result<_, RowError>>()?)
    }

    /// Lines that must be taken back, and have not been: of findings that were unmade after they were posted, or whose
    /// appeal was granted, and of register entries that were cancelled.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn to_reverse(&self) -> Result<Vec<LedgerLine>, StoreError> {
        let mut tx = self.read().await?;
        to_reverse(&mut tx).await
    }
}

pub(super) async fn lines(tx: &mut SqliteConnection, filter: &LedgerFilter) -> Result<Vec<LedgerLine>, StoreError> {
    let (month, belongs) = (filter.month.map(|m| m.to_string()), filter.belongs_to.map(|m| m.to_string()));
    let since = filter.since.map(|m| m.to_string());
    let (year, unit) = (filter.year.map(|y| format!("{y:04}")), filter.unit.as_ref().map(|u| u.as_str()));
    // Packed into one array, in the order of `LineRow`: what the driver takes for a row is several times what it holds.
    let pack = sqlx::query_scalar!(
        r#"SELECT json_group_array(json_array(seq, month, belongs_to, unit, rulebook, criterion, points, source, source_id,
                                              text, posted_at, previous, hash)) AS "rows!: String"
           FROM ledger_line
           WHERE (?1 IS NULL OR month = ?1) AND (?2 IS NULL OR belongs_to = ?2)
             AND (?3 IS NULL OR substr(belongs_to, 1, 4) = ?3) AND (?4 IS NULL OR unit = ?4)
             AND (?5 IS NULL OR month >= ?5)"#,
        month,
        belongs,
        year,
        unit,
        since
    )
    .fetch_one(&mut *tx)
    .await?;
    let mut rows: Vec<LineRow> = Row::of("ledger_line", &"").json("rows", &pack)?;
    rows.sort_by_key(|r| r.seq);
    Ok(rows.into_iter().map(LedgerLine::try_from).collect::<Result<_, _>>()?)
}

/// The lines that decide what may be made of these findings and of the lines that are about to be taken back: all that have
/// ever charged one of the findings concerned, and what took those back. No other line has a say in a close.
pub(super) async fn concerned(
    tx: &mut SqliteConnection,
    findings: impl IntoIterator<Item = i64>,
    to_reverse: impl IntoIterator<Item = i64>,
) -> Result<Vec<LedgerLine>, StoreError> {
    let (findings, to_reverse) = (list(findings)?, list(to_reverse)?);
    let rows = sqlx::query_as!(
        LineRow,
        r#"WITH back AS (SELECT CAST(value AS INTEGER) AS seq FROM json_each(?2)),
             charged AS (SELECT CAST(value AS INTEGER) AS id FROM json_each(?1)
                         UNION SELECT coalesce(l.finding, l.again) FROM back JOIN ledger_line l ON l.seq = back.seq),
             own AS (SELECT seq FROM back
                     UNION SELECT l.seq FROM charged c JOIN ledger_line l ON l.finding = c.id
                     UNION SELECT l.seq FROM charged c JOIN ledger_line l ON l.again = c.id),
             told AS (SELECT seq FROM own
                      UNION SELECT r.seq FROM own JOIN ledger_line r
                            ON r.source = 'reversal-of' AND r.source_id = own.seq)
           SELECT l.seq AS "seq!: i64", l.month, l.belongs_to, l.unit, l.rulebook, l.criterion, l.points, l.source,
                  l.source_id, l.text, l.posted_at, l.previous, l.hash
           FROM told JOIN ledger_line l ON l.seq = told.seq ORDER BY l.seq"#,
        findings,
        to_reverse
    )
    .fetch_all(&mut *tx)
    .await?;
    Ok(rows.into_iter().map(LedgerLine::try_from).collect::<Result<_, _>>()?)
}

/// The place and the hash of the last line, where there is one.
pub(super) async fn last(tx: &mut SqliteConnection) -> Result<Option<(i64, String)>, StoreError> {
    let last =
        sqlx::query!("SELECT seq, hash FROM ledger_line ORDER BY seq DESC LIMIT 1").fetch_optional(&mut *tx).await?;
    Ok(last.map(|l| (l.seq, l.hash)))
}

/// A finding that is breached still, but for fewer points than its line took, is taken back as well: the line cannot be
/// explained any more. The settlement charges it anew for what it costs now. Where it costs more by now (what was late turns
/// out never to have been done) the same holds once nobody disputes it: while an appeal is open the smaller line stands.
/// The few lines and findings that were taken back are looked up once, not for each line.
pub(super) async fn to_reverse(tx: &mut SqliteConnection) -> Result<Vec<LedgerLine>, StoreError> {
    let rows = sqlx::query_as!(
        LineRow,
        "SELECT seq, month, belongs_to, unit, rulebook, criterion, points, source, source_id, text, posted_at, previous,
                hash
         FROM ledger_line l
         WHERE l.seq NOT IN (SELECT r.source_id FROM ledger_line r WHERE r.source = 'reversal-of')
           AND ((l.source IN ('finding', 'anew')
                 AND ((SELECT j.verdict <> 'breached' OR j.points > l.points
                              OR (j.points < l.points AND (SELECT e.state FROM finding_event e
                                                           WHERE e.finding = coalesce(l.finding, l.again)
                                                           ORDER BY e.seq DESC LIMIT 1) IN ('posted', 'upheld'))
                       FROM judgement j WHERE j.finding = coalesce(l.finding, l.again) ORDER BY j.id DESC LIMIT 1)
                      OR (coalesce(l.finding, l.again) IN (SELECT b.finding FROM finding_event b WHERE b.state = 'reversed')
                          AND 'reversed' = (SELECT e.state FROM finding_event e
                                            WHERE e.finding = coalesce(l.finding, l.again) ORDER BY e.seq DESC LIMIT 1))))
                OR (l.source = 'register'
                    AND l.source_id IN (SELECT c.cancels FROM register c WHERE c.cancels IS NOT NULL)))
         ORDER BY seq"
    )
    .fetch_all(&mut *tx)
    .await?;
    Ok(rows.into_iter().map(LedgerLine::try_from).collect::<Result<_, _>>()?)
}

pub(super) async fn closed(tx: &mut SqliteConnection) -> Result<Vec<Month>, StoreError> {
    let months = sqlx::query_scalar!("SELECT month FROM month_close ORDER BY month").fetch_all(&mut *tx).await?;
    let months = months.iter().map(|m| Row::of("month_close", m).parse("month", m));
    Ok(months.collect::<Result<_, RowError>>()?)
}

/// The earliest month before `month` and after the last closed one in which something is, or could be, in the ledger.
pub(super) async fn earlier_open(
    tx: &mut SqliteConnection,
    month: Month,
    last_closed: Option<Month>,
) -> Result<Option<Month>, StoreError> {
    let (before, after) = (month.to_string(), last_closed.map_or_else(String::new, |m| m.to_string()));
    let found = sqlx::query_scalar!(
        r#"SELECT min(month) AS "month?: String" FROM (
             SELECT month FROM ledger_line WHERE month < ?1 AND month > ?2
             UNION ALL
             SELECT f.month FROM finding f JOIN judgement j ON j.id = (SELECT max(id) FROM judgement WHERE finding = f.id)
             WHERE f.last_day < ?1 AND f.last_day > ?2 || '-31' AND j.verdict = 'breached'
               AND (SELECT e.state FROM finding_event e WHERE e.finding = f.id ORDER BY e.seq DESC LIMIT 1)
                   NOT IN ('dismissed', 'retracted')
             UNION ALL
             SELECT substr(day, 1, 7) FROM register r
             WHERE day < ?1 AND day > ?2 || '-31' AND cancels IS NULL
               AND NOT EXISTS (SELECT 1 FROM register c WHERE c.cancels = r.id))"#,
        before,
        after
    )
    .fetch_one(&mut *tx)
    .await?;
    Ok(found.map(|m| Row::of("finding", &m).parse("month", &m)).transpose()?)
}
