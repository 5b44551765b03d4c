//! The register: what no crawler sees.

use model::{CriterionId, Day, EvidenceHash, Moment, Month, Points, RegisterEntry, UnitId};
use sqlx::SqliteConnection;

use crate::row::{Row, count, stamp};
use crate::{Refusal, RowError, Store, StoreError, said};

/// An entry, about to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRegister {
    /// The row of the scoring table.
    pub criterion: CriterionId,
    /// The unit that it is about.
    pub unit: UnitId,
    /// The day on which it happened.
    pub day: Day,
    /// How many times, at least one.
    pub count: u32,
    /// Points, only for an `external` row.
    pub points: Option<Points>,
    /// For a `duty`: handed in late rather than missing.
    pub late: bool,
    /// What it is about.
    pub description: String,
    /// The file that proves it.
    pub evidence: Option<EvidenceHash>,
    /// Who entered it.
    pub who: String,
}

/// Which entries are asked for; what is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegisterFilter {
    /// The unit.
    pub unit: Option<UnitId>,
    /// The criterion.
    pub criterion: Option<CriterionId>,
    /// It happened on or after this day.
    pub from: Option<Day>,
    /// It happened on or before this day.
    pub to: Option<Day>,
}

struct RegisterRow {
    id: i64,
    criterion: String,
    unit: String,
    day: String,
    count: i64,
    points: Option<i64>,
    late: i64,
    description: String,
    evidence: Option<String>,
    who: String,
    recorded_at: String,
    cancels: Option<i64>,
}

impl TryFrom<RegisterRow> for RegisterEntry {
    type Error = RowError;

    fn try_from(r: RegisterRow) -> Result<RegisterEntry, RowError> {
        let row = Row::of("register", &r.id);
        Ok(RegisterEntry {
            id: r.id,
            criterion: row.parse("criterion", &r.criterion)?,
            unit: row.parse("unit", &r.unit)?,
            day: row.day("day", &r.day)?,
            count: row.int("count", r.count)?,
            points: r.points.map(Points::from_hundredths),
            late: r.late == 1,
            description: r.description,
            evidence: row.evidence(r.evidence.as_deref())?,
            who: r.who,
            recorded_at: row.moment("recorded_at", &r.recorded_at)?,
            cancels: r.cancels,
        })
    }
}

impl Store {
    /// Makes an entry and gives its number. An entry that says the same as one that stands is not made again, so that a
    /// list can be imported twice: then the number is that of the first, and the flag is false.
    ///
    /// # Errors
    /// When a description, a name or a count is missing, the unit is not registered, the evidence is not stored, or the
    /// database cannot be written.
    pub async fn add_register(&self, new: &NewRegister, at: Moment) -> Result<(i64, bool), StoreError> {
        let mut tx = self.write().await?;
        let (id, made) = add(&mut tx, new, at).await?;
        tx.commit().await?;
        Ok((id, made))
    }

    /// Takes an entry back by a later entry that names it, and gives the number of that one.
    ///
    /// # Errors
    /// When there is none of that number, it has been taken back already or is itself a cancellation, a name or reason
    /// is missing, or the database cannot be written.
    pub async fn cancel_register(&self, id: i64, who: &str, reason: &str, at: Moment) -> Result<i64, StoreError> {
        let mut tx = self.write().await?;
        let cancel = take_back(&mut tx, id, who, reason, at).await?;
        tx.commit().await?;
        Ok(cancel)
    }

    /// Entries in the order in which they were made, the cancelling and cancelled ones too.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn register(&self, filter: &RegisterFilter) -> Result<Vec<RegisterEntry>, StoreError> {
        let unit = filter.unit.as_ref().map(UnitId::as_str);
        let criterion = filter.criterion.as_ref().map(CriterionId::as_str);
        let (from, to) = (filter.from.map(|d| d.to_string()), filter.to.map(|d| d.to_string()));
        let rows = sqlx::query_as!(
            RegisterRow,
            r#"SELECT id, criterion, unit, day, count, points, late, description, evidence, who, recorded_at, cancels
               FROM register
               WHERE (?1 IS NULL OR unit = ?1) AND (?2 IS NULL OR criterion = ?2)
                 AND (?3 IS NULL OR day >= ?3) AND (?4 IS NULL OR day <= ?4)
               ORDER BY id"#,
            unit,
            criterion,
            from,
            to
        )
        .fetch_all(self.reader())
        .await?;
        Ok(rows.into_iter().map(RegisterEntry::try_from).collect::<Result<_, _>>()?)
    }
}

/// Makes an entry, or finds the one that says the same: its number, and whether it is new.
pub(crate) async fn add(tx: &mut SqliteConnection, new: &NewRegister, at: Moment) -> Result<(i64, bool), StoreError> {
    said("事项说明", &new.description)?;
    said("姓名", &new.who)?;
    if new.count == 0 {
        return Err(Refusal::Missing("次数（至少1次）").into());
    }
    if let Some(id) = same(tx, new).await? {
        return Ok((id, false));
    }
    Ok((insert(tx, new, None, at).await?, true))
}

/// Takes an entry back by a later one that names it, and gives the number of that one.
pub(super) async fn take_back(
    tx: &mut SqliteConnection,
    id: i64,
    who: &str,
    reason: &str,
    at: Moment,
) -> Result<i64, StoreError> {
    said("姓名", who)?;
    said("理由", reason)?;
    let Some(entry) = one(tx, id).await? else {
        return Err(Refusal::NoSuch { what: "登记", id }.into());
    };
    if entry.cancels.is_some() {
        return Err(Refusal::CancelsCancel(id).into());
    }
    let before =
        sqlx::query_scalar!("SELECT count(*) FROM register WHERE cancels = ?1", id).fetch_one(&mut *tx).await?;
    if before > 0 {
        return Err(Refusal::AlreadyRevoked { what: "登记", id }.into());
    }
    let row = NewRegister {
        criterion: entry.criterion,
        unit: entry.unit,
        day: entry.day,
        count: entry.count,
        points: entry.points,
        late: entry.late,
        description: reason.to_owned(),
        evidence: None,
        who: who.to_owned(),
    };
    insert(tx, &row, Some(id), at).await
}

async fn one(tx: &mut SqliteConnection, id: i64) -> Result<Option<RegisterEntry>, StoreError> {
    let row = sqlx::query_as!(
        RegisterRow,
        "SELECT id, criterion, unit, day, count, points, late, description, evidence, who, recorded_at, cancels
         FROM register WHERE id = ?1",
        id
    )
    .fetch_optional(&mut *tx)
    .await?;
    Ok(row.map(RegisterEntry::try_from).transpose()?)
}

async fn same(tx: &mut SqliteConnection, new: &NewRegister) -> Result<Option<i64>, StoreError> {
    let (criterion, unit, day) = (new.criterion.as_str(), new.unit.as_str(), new.day.to_string());
    let (count, points, late) = (count(new.count), new.points.map(Points::hundredths), i64::from(new.late));
    Ok(sqlx::query_scalar!(
        r#"SELECT r.id AS "id!: i64" FROM register r
           WHERE r.criterion = ?1 AND r.unit = ?2 AND r.day = ?3 AND r.count = ?4 AND r.points IS ?5 AND r.late = ?6
             AND r.description = ?7 AND r.cancels IS NULL
             AND NOT EXISTS (SELECT 1 FROM register c WHERE c.cancels = r.id)
           ORDER BY r.id LIMIT 1"#,
        criterion,
        unit,
        day,
        count,
        points,
        late,
        new.description
    )
    .fetch_optional(&mut *tx)
    .await?)
}

async fn insert(
    tx: &mut SqliteConnection,
    new: &NewRegister,
    cancels: Option<i64>,
    at: Moment,
) -> Result<i64, StoreError> {
    let (criterion, unit, day, at) = (new.criterion.as_str(), new.unit.as_str(), new.day.to_string(), stamp(at));
    let (count, points, late) = (count(new.count), new.points.map(Points::hundredths), i64::from(new.late));
    let evidence = new.evidence.as_ref().map(EvidenceHash::as_str);
    let done = sqlx::query!(
        "INSERT INTO register (criterion, unit, day, count, points, late, description, evidence, who, recorded_at, cancels)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        criterion,
        unit,
        day,
        count,
        points,
        late,
        new.description,
        evidence,
        new.who,
        at,
        cancels
    )
    .execute(&mut *tx)
    .await?;
    Ok(done.last_insert_rowid())
}

/// Entries that stand, happened in that month or before, and have no line yet.
pub(crate) async fn unposted(tx: &mut SqliteConnection, month: Month) -> Result<Vec<RegisterEntry>, StoreError> {
    let last = month.days().last.to_string();
    let rows = sqlx::query_as!(
        RegisterRow,
        r#"SELECT id, criterion, unit, day, count, points, late, description, evidence, who, recorded_at, cancels
           FROM register r
           WHERE day <= ?1 AND cancels IS NULL
             AND NOT EXISTS (SELECT 1 FROM register c WHERE c.cancels = r.id)
             AND NOT EXISTS (SELECT 1 FROM ledger_line l WHERE l.source = 'register' AND l.source_id = r.id)
           ORDER BY day, unit, criterion, id"#,
        last
    )
    .fetch_all(&mut *tx)
    .await?;
    Ok(rows.into_iter().map(RegisterEntry::try_from).collect::<Result<_, _>>()?)
}
