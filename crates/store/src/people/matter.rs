//! Matters: what is due at a day, and what happened to each.

use std::collections::BTreeMap;

use model::{CriterionId, Day, EvidenceHash, Matter, MatterCode, MatterEntry, MatterStep, Moment, UnitId};
use sqlx::SqliteConnection;

use crate::row::{Row, list, stamp};
use crate::{Refusal, RowError, Store, StoreError, said};

/// A matter, about to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterOpening {
    /// The row of the scoring table.
    pub criterion: CriterionId,
    /// The unit that it is asked of.
    pub unit: UnitId,
    /// Its code within the register of that unit.
    pub code: MatterCode,
    /// What it is.
    pub title: String,
    /// The day on which it began.
    pub opened: Day,
    /// The day by which it is due, where the matter carries it itself.
    pub due: Option<Day>,
    /// The document that asks for it.
    pub document: Option<String>,
    /// The file of that document.
    pub evidence: Option<EvidenceHash>,
    /// Who enters it.
    pub who: String,
}

/// What happened to a matter, about to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterEvent {
    /// The row of the scoring table.
    pub criterion: CriterionId,
    /// The unit.
    pub unit: UnitId,
    /// The code of the matter.
    pub code: MatterCode,
    /// Title and first day of a matter that the rulebook makes by itself: it is opened with its first entry.
    pub implied: Option<(String, Day)>,
    /// What happened.
    pub step: MatterStep,
    /// When.
    pub day: Day,
    /// Remarks.
    pub note: String,
    /// The file that proves it.
    pub evidence: Option<EvidenceHash>,
    /// Who enters it.
    pub who: String,
    /// The earlier entry that this one takes the place of.
    pub corrects: Option<i64>,
}

impl Store {
    /// Opens a matter and gives its number. The same matter is not opened again, so that a list can be imported twice: then
    /// the number is that of the first, and the flag is false.
    ///
    /// # Errors
    /// When a title or a name is missing, another matter of that register has the code, the unit is not registered, the
    /// evidence is not stored, or the database cannot be written.
    pub async fn open_matter(&self, new: &MatterOpening, at: Moment) -> Result<(i64, bool), StoreError> {
        let mut tx = self.write().await?;
        let done = open(&mut tx, new, at).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Enters what happened to a matter and gives the number of the entry. An entry that says the same as one that stands
    /// is not made again.
    ///
    /// # Errors
    /// When there is no such matter or entry to correct, it has been corrected already, a name is missing, the evidence is
    /// not stored, or the database cannot be written.
    pub async fn enter_matter(&self, new: &MatterEvent, at: Moment) -> Result<(i64, bool), StoreError> {
        let mut tx = self.write().await?;
        let done = enter(&mut tx, new, at).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Every matter with its whole history, in the order in which they were opened.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn matters(&self) -> Result<Vec<Matter>, StoreError> {
        let mut tx = self.read().await?;
        matters(&mut tx, Of::default()).await
    }

    /// The matters under these rows of the scoring table with their whole histories, in the order in which they were
    /// opened.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn matters_under(&self, criteria: &[CriterionId]) -> Result<Vec<Matter>, StoreError> {
        let criteria = list(criteria)?;
        let mut tx = self.read().await?;
        matters(&mut tx, Of { criteria: Some(&criteria), ..Of::default() }).await
    }

    /// The matters of one unit with their whole histories, in the order in which they were opened.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn matters_of(&self, unit: &UnitId) -> Result<Vec<Matter>, StoreError> {
        let mut tx = self.read().await?;
        matters(&mut tx, Of { unit: Some(unit.as_str()), ..Of::default() }).await
    }
}

pub(crate) async fn open(
    tx: &mut SqliteConnection,
    new: &MatterOpening,
    at: Moment,
) -> Result<(i64, bool), StoreError> {
    said("事项名称", &new.title)?;
    said("姓名", &new.who)?;
    if let Some(known) = one(tx, &new.criterion, &new.unit, &new.code).await? {
        let same = known.title == new.title
            && known.opened == new.opened
            && known.due == new.due
            && known.document == new.document;
        return if same { Ok((known.id, false)) } else { Err(Refusal::MatterExists(new.code.clone()).into()) };
    }
    let (criterion, unit, code) = (new.criterion.as_str(), new.unit.as_str(), new.code.as_str());
    let (opened, due, at) = (new.opened.to_string(), new.due.map(|d| d.to_string()), stamp(at));
    let evidence = new.evidence.as_ref().map(EvidenceHash::as_str);
    let done = sqlx::query!(
        "INSERT INTO matter (criterion, unit, code, title, opened, due, document, evidence, who, recorded_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        criterion,
        unit,
        code,
        new.title,
        opened,
        due,
        new.document,
        evidence,
        new.who,
        at
    )
    .execute(&mut *tx)
    .await?;
    Ok((done.last_insert_rowid(), true))
}

pub(super) async fn enter(tx: &mut SqliteConnection, new: &MatterEvent, at: Moment) -> Result<(i64, bool), StoreError> {
    said("姓名", &new.who)?;
    let mut known = one(tx, &new.criterion, &new.unit, &new.code).await?;
    if let (None, Some((title, opened))) = (&known, &new.implied) {
        let opening = MatterOpening {
            criterion: new.criterion.clone(),
            unit: new.unit.clone(),
            code: new.code.clone(),
            title: title.clone(),
            opened: *opened,
            due: None,
            document: None,
            evidence: None,
            who: new.who.clone(),
        };
        open(tx, &opening, at).await?;
        known = one(tx, &new.criterion, &new.unit, &new.code).await?;
    }
    let Some(matter) = known else { return Err(Refusal::NoMatter(new.code.clone()).into()) };
    let now = crate::row::kept(at);
    let standing = matter.standing(now);
    if let Some(target) = new.corrects {
        if !matter.entries.iter().any(|e| e.id == target) {
            return Err(Refusal::NoSuch { what: "办理记录", id: target }.into());
        }
        // A strike stands as long as nothing has been put against it, though it says nothing of the matter itself.
        let struck = matter.entries.iter().any(|e| e.corrects == Some(target) && standing_or_strike(&matter, e.id));
        if struck {
            return Err(Refusal::AlreadyRevoked { what: "办理记录", id: target }.into());
        }
    } else if let Some(same) = standing.iter().find(|e| e.step == new.step && e.day == new.day && e.note == new.note) {
        return Ok((same.id, false));
    }
    Ok((insert(tx, matter.id, new, at).await?, true))
}

/// Has nothing been put in the place of this entry?
fn standing_or_strike(matter: &Matter, id: i64) -> bool {
    !matter.entries.iter().any(|e| e.corrects == Some(id) && standing_or_strike(matter, e.id))
}

async fn insert(tx: &mut SqliteConnection, matter: i64, new: &MatterEvent, at: Moment) -> Result<i64, StoreError> {
    let (step, day, at) = (new.step.word(), new.day.to_string(), stamp(at));
    let (until, workdays) = match new.step {
        MatterStep::ExtendedTo(day) => (Some(day.to_string()), None),
        MatterStep::ExtendedBy(n) => (None, Some(i64::from(n))),
        _ => (None, None),
    };
    let evidence = new.evidence.as_ref().map(EvidenceHash::as_str);
    let done = sqlx::query!(
        "INSERT INTO matter_entry (matter, step, day, until, workdays, note, evidence, who, recorded_at, corrects)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        matter,
        step,
        day,
        until,
        workdays,
        new.note,
        evidence,
        new.who,
        at,
        new.corrects
    )
    .execute(&mut *tx)
    .await?;
    Ok(done.last_insert_rowid())
}

async fn one(
    tx: &mut SqliteConnection,
    criterion: &CriterionId,
    unit: &UnitId,
    code: &MatterCode,
) -> Result<Option<Matter>, StoreError> {
    let (criterion, unit, code) = (criterion.as_str(), unit.as_str(), code.as_str());
    let id = sqlx::query_scalar!(
        "SELECT id FROM matter WHERE criterion = ?1 AND unit = ?2 AND code = ?3",
        criterion,
        unit,
        code
    )
    .fetch_optional(&mut *tx)
    .await?;
    match id {
        Some(id) => Ok(matters(tx, Of { only: Some(id), ..Of::default() }).await?.pop()),
        None => Ok(None),
    }
}

/// Which matters; what is `None` does not matter.
#[derive(Clone, Copy, Default)]
struct Of<'a> {
    only: Option<i64>,
    unit: Option<&'a str>,
    /// Rows of the scoring table, as a list.
    criteria: Option<&'a str>,
}

async fn matters(tx: &mut SqliteConnection, of: Of<'_>) -> Result<Vec<Matter>, StoreError> {
    let mut entries = entries(tx, of).await?;
    let rows = sqlx::query!(
        "SELECT id, criterion, unit, code, title, opened, due, document, evidence, who, recorded_at FROM matter
         WHERE (?1 IS NULL OR id = ?1) AND (?2 IS NULL OR unit = ?2)
           AND (?3 IS NULL OR criterion IN (SELECT value FROM json_each(?3))) ORDER BY id",
        of.only,
        of.unit,
        of.criteria
    )
    .fetch_all(&mut *tx)
    .await?;
    let all = rows.into_iter().map(|r| {
        let row = Row::of("matter", &r.id);
        Ok(Matter {
            id: r.id,
            criterion: row.parse("criterion", &r.criterion)?,
            unit: row.parse("unit", &r.unit)?,
            code: row.parse("code", &r.code)?,
            title: r.title,
            opened: row.day("opened", &r.opened)?,
            due: row.day_or_none("due", r.due.as_deref())?,
            document: r.document,
            evidence: row.evidence(r.evidence.as_deref())?,
            who: r.who,
            recorded_at: row.moment("recorded_at", &r.recorded_at)?,
            entries: entries.remove(&r.id).unwrap_or_default(),
        })
    });
    Ok(all.collect::<Result<_, RowError>>()?)
}

async fn entries(tx: &mut SqliteConnection, of: Of<'_>) -> Result<BTreeMap<i64, Vec<MatterEntry>>, StoreError> {
    let rows = sqlx::query!(
        "SELECT id, matter, step, day, until, workdays, note, evidence, who, recorded_at, corrects FROM matter_entry
         WHERE (?1 IS NULL OR matter = ?1)
           AND (?2 IS NULL OR matter IN (SELECT m.id FROM matter m WHERE m.unit = ?2))
           AND (?3 IS NULL OR matter IN (
                SELECT m.id FROM matter m WHERE m.criterion IN (SELECT value FROM json_each(?3)))) ORDER BY id",
        of.only,
        of.unit,
        of.criteria
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut by_matter: BTreeMap<i64, Vec<MatterEntry>> = BTreeMap::new();
    for r in rows {
        let row = Row::of("matter_entry", &r.id);
        let until = row.day_or_none("until", r.until.as_deref())?;
        let workdays = r.workdays.map(|n| row.int("workdays", n)).transpose()?;
        let entry = MatterEntry {
            id: r.id,
            step: row.known("step", &r.step, MatterStep::from_parts(&r.step, until, workdays))?,
            day: row.day("day", &r.day)?,
            note: r.note,
            evidence: row.evidence(r.evidence.as_deref())?,
            who: r.who,
            recorded_at: row.moment("recorded_at", &r.recorded_at)?,
            corrects: r.corrects,
        };
        by_matter.entry(r.matter).or_default().push(entry);
    }
    Ok(by_matter)
}
