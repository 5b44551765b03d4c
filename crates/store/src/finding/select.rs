//! Findings as people and the ledger ask for them.

use model::{Finding, FindingState, Month};
use sqlx::SqliteConnection;

use super::{FindingEvent, FindingFilter, FindingRow};
use crate::row::{Row, list};
use crate::{RowError, Store, StoreError};

impl Store {
    /// Findings with their latest judgement, in the order of their last day.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn findings(&self, filter: &FindingFilter) -> Result<Vec<Finding>, StoreError> {
        let from = filter.from.map(|d| d.to_string());
        let to = filter.to.map(|d| d.to_string());
        let unit = filter.unit.as_ref().map(|u| u.as_str());
        let verdict = filter.verdict.map(model::Verdict::word);
        let criterion = filter.criterion.as_ref().map(|c| c.as_str());
        let month = filter.month.map(|m| m.to_string());
        let state = filter.state.map(FindingState::word);
        let without = list(&filter.without)?;
        let rows = sqlx::query_as!(
            FindingRow,
            r#"SELECT f.id AS "id!: i64", f.rulebook, f.criterion, f.unit, f.channel AS "channel?: String",
                      f.first_day, f.last_day, (SELECT min(s.judged_at) FROM judgement s WHERE s.finding = f.id AND s.id >
                          coalesce((SELECT max(o.id) FROM judgement o
                                    WHERE o.finding = f.id AND o.verdict <> j.verdict), 0)) AS "detected_at!: String", j.judged_at, j.verdict, j.missing, j.points, j.mode,
                      j.flags, j.proof,
                      (SELECT e.state FROM finding_event e WHERE e.finding = f.id ORDER BY e.seq DESC LIMIT 1)
                          AS "state!: String"
               FROM finding f JOIN judgement j ON j.id = (SELECT max(id) FROM judgement WHERE finding = f.id)
               WHERE (?1 IS NULL OR f.last_day >= ?1) AND (?2 IS NULL OR f.last_day <= ?2)
                 AND (?3 IS NULL OR f.unit = ?3) AND (?4 IS NULL OR j.verdict = ?4)
                 AND (?5 IS NULL OR f.criterion = ?5) AND (?6 IS NULL OR f.month = ?6)
                 AND (?7 IS NULL OR ?7 =
                      (SELECT e.state FROM finding_event e WHERE e.finding = f.id ORDER BY e.seq DESC LIMIT 1))
                 AND f.criterion NOT IN (SELECT value FROM json_each(?8))
               ORDER BY f.last_day, f.id"#,
            from,
            to,
            unit,
            verdict,
            criterion,
            month,
            state,
            without
        )
        .fetch_all(self.reader())
        .await?;
        Ok(rows.into_iter().map(Finding::try_from).collect::<Result<_, _>>()?)
    }

    /// One finding.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn finding(&self, id: i64) -> Result<Option<Finding>, StoreError> {
        let mut tx = self.read().await?;
        one(&mut tx, id).await
    }

    /// The life of a finding, from its detection on.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn events(&self, finding: i64) -> Result<Vec<FindingEvent>, StoreError> {
        let rows = sqlx::query!(
            "SELECT seq, at, state, who, note, document FROM finding_event WHERE finding = ?1 ORDER BY seq",
            finding
        )
        .fetch_all(self.reader())
        .await?;
        let events = rows.into_iter().map(|r| {
            let row = Row::of("finding_event", &finding);
            Ok(FindingEvent {
                seq: r.seq,
                at: row.moment("at", &r.at)?,
                state: row.known("state", &r.state, FindingState::from_word(&r.state))?,
                who: r.who,
                note: r.note,
                document: r.document,
            })
        });
        Ok(events.collect::<Result<_, RowError>>()?)
    }
}

pub(crate) async fn one(tx: &mut SqliteConnection, id: i64) -> Result<Option<Finding>, StoreError> {
    let row = sqlx::query_as!(
        FindingRow,
        r#"SELECT f.id AS "id!: i64", f.rulebook, f.criterion, f.unit, f.channel AS "channel?: String",
                  f.first_day, f.last_day, (SELECT min(s.judged_at) FROM judgement s WHERE s.finding = f.id AND s.id >
                          coalesce((SELECT max(o.id) FROM judgement o
                                    WHERE o.finding = f.id AND o.verdict <> j.verdict), 0)) AS "detected_at!: String", j.judged_at, j.verdict, j.missing, j.points, j.mode,
                  j.flags, j.proof,
                  (SELECT e.state FROM finding_event e WHERE e.finding = f.id ORDER BY e.seq DESC LIMIT 1)
                      AS "state!: String"
           FROM finding f JOIN judgement j ON j.id = (SELECT max(id) FROM judgement WHERE finding = f.id)
           WHERE f.id = ?1"#,
        id
    )
    .fetch_optional(&mut *tx)
    .await?;
    Ok(row.map(Finding::try_from).transpose()?)
}

/// Breached, neither dismissed nor retracted, not yet in the ledger, of that month or an earlier one.
pub(crate) async fn postable(tx: &mut SqliteConnection, month: Month) -> Result<Vec<Finding>, StoreError> {
    let month = month.to_string();
    let rows = sqlx::query_as!(
        FindingRow,
        r#"SELECT f.id AS "id!: i64", f.rulebook, f.criterion, f.unit, f.channel AS "channel?: String",
                  f.first_day, f.last_day, (SELECT min(s.judged_at) FROM judgement s WHERE s.finding = f.id AND s.id >
                          coalesce((SELECT max(o.id) FROM judgement o
                                    WHERE o.finding = f.id AND o.verdict <> j.verdict), 0)) AS "detected_at!: String", j.judged_at, j.verdict, j.missing, j.points, j.mode,
                  j.flags, j.proof,
                  (SELECT e.state FROM finding_event e WHERE e.finding = f.id ORDER BY e.seq DESC LIMIT 1)
                      AS "state!: String"
           FROM finding f JOIN judgement j ON j.id = (SELECT max(id) FROM judgement WHERE finding = f.id)
           WHERE f.month <= ?1 AND j.verdict = 'breached'
             AND NOT EXISTS (SELECT 1 FROM ledger_line l WHERE l.finding = f.id)
             AND (SELECT e.state FROM finding_event e WHERE e.finding = f.id ORDER BY e.seq DESC LIMIT 1)
                 IN ('detected', 'confirmed')
           ORDER BY f.last_day, f.unit, f.criterion, f.scope, f.first_day, f.rulebook"#,
        month
    )
    .fetch_all(&mut *tx)
    .await?;
    Ok(rows.into_iter().map(Finding::try_from).collect::<Result<_, _>>()?)
}
