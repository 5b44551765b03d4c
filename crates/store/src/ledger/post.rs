//! Closing a month. All of it happens in one transaction that holds the write lock from its first statement: of two
//! closers the second finds the month closed, and a crash in the middle leaves nothing.

use std::collections::HashSet;

use model::{Charges, FindingState, LedgerLine, LineSource, Moment, Month, NewLine};
use serde::Serialize;
use sqlx::SqliteConnection;

use super::{Ledger, LedgerFilter, select};
use crate::finding::{Basis, append_event, postable};
use crate::people::unposted;
use crate::row::{kept, stamp};
use crate::{Refusal, Store, StoreError};

/// The hash before the first line.
const BEFORE_ALL: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What a close has posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The lines that stand in the ledger of that month and were posted by this call; where the month was closed
    /// already, all lines of that month.
    pub lines: Vec<LedgerLine>,
    /// The month was closed before, and nothing has changed.
    pub already_closed: bool,
}

#[derive(Serialize)]
struct LineJson<'a> {
    seq: i64,
    month: String,
    belongs_to: String,
    unit: &'a str,
    rulebook: &'a str,
    criterion: &'a str,
    points: i64,
    source: &'static str,
    source_id: i64,
    again: Option<i64>,
    text: &'a str,
    posted_at: String,
    previous: &'a str,
    hash: &'a str,
}

impl Store {
    /// Posts what `settle` makes of all that is open, and with `seal` closes the month. `hash` gives the hash of a line
    /// from its place, what it says, when it was posted and the hash before it.
    ///
    /// # Errors
    /// When an earlier month is open or a later one closed, the month is not over yet, `settle` makes a line from what
    /// it was not offered, or the database cannot be written: then nothing is posted.
    pub async fn post<S, H>(
        &self,
        month: Month,
        at: Moment,
        seal: bool,
        settle: S,
        hash: H,
    ) -> Result<Posted, StoreError>
    where
        S: FnOnce(Ledger) -> Vec<NewLine>,
        H: Fn(i64, &NewLine, Moment, &str) -> String,
    {
        let at = kept(at);
        let mut tx = self.write().await?;
        let closed = select::closed(&mut tx).await?;
        if closed.contains(&month) {
            let of_month = LedgerFilter { month: Some(month), ..LedgerFilter::default() };
            return Ok(Posted { lines: select::lines(&mut tx, &of_month).await?, already_closed: true });
        }
        if seal && self.zone().day(at) <= month.days().last {
            return Err(Refusal::MonthNotOver(month).into());
        }
        may_post(&mut tx, month, closed.last().copied()).await?;
        let ledger = gather(&mut tx, month, closed).await?;
        let offered = Offered::of(&ledger);
        let (mut seq, mut previous) = select::last(&mut tx).await?.unwrap_or_else(|| (0, BEFORE_ALL.to_owned()));
        let mut lines = Vec::new();
        for line in settle(ledger) {
            offered.check(month, &line)?;
            seq += 1;
            let hash = hash(seq, &line, at, &previous);
            lines.push(LedgerLine { seq, line, posted_at: at, previous, hash: hash.clone() });
            previous = hash;
        }
        insert(&mut tx, &lines, &offered.charges).await?;
        offered.note(&mut tx, month, at, &lines).await?;
        if seal {
            close(&mut tx, month, at, seq, &previous).await?;
        }
        tx.commit().await?;
        Ok(Posted { lines, already_closed: false })
    }

    /// What closing `month` now would be made from; nothing where it is closed already. It is what [`Store::post`] hands to
    /// its `settle`, read without keeping anybody from writing.
    ///
    /// # Errors
    /// When an earlier month is open or a later one closed, or the database cannot be read.
    pub async fn offered(&self, month: Month) -> Result<Option<Ledger>, StoreError> {
        let mut tx = self.read().await?;
        let closed = select::closed(&mut tx).await?;
        if closed.contains(&month) {
            return Ok(None);
        }
        may_post(&mut tx, month, closed.last().copied()).await?;
        Ok(Some(gather(&mut tx, month, closed).await?))
    }
}

async fn may_post(tx: &mut SqliteConnection, month: Month, last_closed: Option<Month>) -> Result<(), StoreError> {
    if let Some(closed) = last_closed.filter(|c| month < *c) {
        return Err(Refusal::LaterClosed { month, closed }.into());
    }
    match select::earlier_open(tx, month, last_closed).await? {
        Some(earlier) => Err(Refusal::EarlierOpen { month, earlier }.into()),
        None => Ok(()),
    }
}

async fn gather(tx: &mut SqliteConnection, month: Month, closed: Vec<Month>) -> Result<Ledger, StoreError> {
    let to_reverse = select::to_reverse(tx).await?;
    let findings = postable(tx, month, to_reverse.iter().map(|l| l.seq)).await?;
    let lines = select::concerned(tx, findings.iter().map(|f| f.id), to_reverse.iter().map(|l| l.seq)).await?;
    Ok(Ledger { month, findings, register: unposted(tx, month).await?, to_reverse, lines, closed })
}

/// What lines may be made from.
struct Offered {
    sources: HashSet<LineSource>,
    /// Which line charges which finding.
    charges: Charges,
}

impl Offered {
    fn of(ledger: &Ledger) -> Offered {
        let charges = Charges::of(&ledger.lines);
        let findings = ledger.findings.iter().map(|f| charges.next_source(f.id));
        let register = ledger.register.iter().map(|r| LineSource::Register(r.id));
        let reversals = ledger.to_reverse.iter().map(|l| LineSource::ReversalOf(l.seq));
        Offered { sources: findings.chain(register).chain(reversals).collect(), charges }
    }

    fn check(&self, month: Month, line: &NewLine) -> Result<(), Refusal> {
        let why = if line.month != month {
            "月份与正在关账的月份不同"
        } else if line.belongs_to > month {
            "所属月份晚于正在关账的月份"
        } else if !self.sources.contains(&line.source) {
            "来源不在待入账之列"
        } else {
            return Ok(());
        };
        let (unit, criterion) = (line.unit.clone(), line.criterion.clone());
        Err(Refusal::Line { unit, criterion, points: line.points, why })
    }

    /// Lets the findings know that they stand in the ledger, or do no longer.
    async fn note(
        &self,
        tx: &mut SqliteConnection,
        month: Month,
        at: Moment,
        lines: &[LedgerLine],
    ) -> Result<(), StoreError> {
        let (mut posted, mut reversed) = (Vec::new(), Vec::new());
        for line in lines {
            match line.line.source {
                LineSource::Finding(id) => posted.push(id),
                LineSource::Anew(seq) => posted.extend(self.charges.finding(seq)),
                LineSource::ReversalOf(seq) => reversed.extend(self.charges.finding(seq)),
                LineSource::Register(_) => {}
            }
        }
        let reversed = not_yet_reversed(tx, &reversed).await?;
        // What is charged anew in the same close was taken back first.
        append_event(tx, &reversed, FindingState::Reversed, at, "", &format!("在{month}台账红冲"), Basis::NONE).await?;
        append_event(tx, &posted, FindingState::Posted, at, "", &format!("记入{month}台账"), Basis::NONE).await
    }
}

/// A granted appeal has reversed the finding already; it is not told twice.
async fn not_yet_reversed(tx: &mut SqliteConnection, findings: &[i64]) -> Result<Vec<i64>, StoreError> {
    let ids = serde_json::to_string(findings)?;
    Ok(sqlx::query_scalar!(
        r#"SELECT CAST(j.value AS INTEGER) AS "id!: i64" FROM json_each(?1) j
           WHERE 'reversed' <> (SELECT e.state FROM finding_event e WHERE e.finding = j.value ORDER BY e.seq DESC LIMIT 1)
           ORDER BY j.key"#,
        ids
    )
    .fetch_all(&mut *tx)
    .await?)
}

async fn insert(tx: &mut SqliteConnection, lines: &[LedgerLine], charges: &Charges) -> Result<(), StoreError> {
    let rows: Vec<LineJson<'_>> = lines
        .iter()
        .map(|l| LineJson {
            seq: l.seq,
            month: l.line.month.to_string(),
            belongs_to: l.line.belongs_to.to_string(),
            unit: l.line.unit.as_str(),
            rulebook: l.line.rulebook.as_str(),
            criterion: l.line.criterion.as_str(),
            points: l.line.points.hundredths(),
            source: l.line.source.word(),
            source_id: l.line.source.id(),
            again: if let LineSource::Anew(seq) = l.line.source { charges.finding(seq) } else { None },
            text: &l.line.text,
            posted_at: stamp(l.posted_at),
            previous: &l.previous,
            hash: &l.hash,
        })
        .collect();
    let rows = serde_json::to_string(&rows)?;
    sqlx::query!(
        "INSERT INTO ledger_line (seq, month, belongs_to, unit, rulebook, criterion, points, source, source_id, again,
                                  text, posted_at, previous, hash)
         SELECT value ->> 'seq', value ->> 'month', value ->> 'belongs_to', value ->> 'unit', value ->> 'rulebook',
                value ->> 'criterion', value ->> 'points', value ->> 'source', value ->> 'source_id', value ->> 'again',
                value ->> 'text', value ->> 'posted_at', value ->> 'previous', value ->> 'hash'
         FROM json_each(?1) ORDER BY key",
        rows
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}

async fn close(
    tx: &mut SqliteConnection,
    month: Month,
    at: Moment,
    last_seq: i64,
    last_hash: &str,
) -> Result<(), StoreError> {
    let (month, at) = (month.to_string(), stamp(at));
    sqlx::query!(
        "INSERT INTO month_close (month, closed_at, last_seq, last_hash) VALUES (?1, ?2, ?3, ?4)",
        month,
        at,
        last_seq,
        last_hash
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}
