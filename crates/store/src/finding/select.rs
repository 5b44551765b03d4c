//! Findings as people and the ledger ask for them.

use model::calendar::shift;
use model::{Day, Finding, FindingState, IsoWeek, Month, RulebookId, Scope, UnitId};
use sqlx::SqliteConnection;

use super::{FindingEvent, FindingFilter, FindingRow, Unjudged};
use crate::row::{Row, list, stamp};
use crate::{RowError, Store, StoreError};

/// Findings with their latest judgement, as far as `$rest` lets them through.
macro_rules! found {
    ($executor:expr, $rest:literal, $($given:expr),+) => {
        sqlx::query_as!(
            FindingRow,
            r#"SELECT f.id AS "id!: i64", f.rulebook, f.criterion, f.unit, f.channel AS "channel?: String",
                      f.matter AS "matter?: String", f.first_day, f.last_day,
                      (SELECT min(s.judged_at) FROM judgement s WHERE s.finding = f.id AND s.id >
                          coalesce((SELECT max(o.id) FROM judgement o
                                    WHERE o.finding = f.id AND o.verdict <> j.verdict), 0)) AS "detected_at!: String",
                      j.judged_at, j.verdict, j.missing, j.points, j.mode, j.flags, j.proof,
                      (SELECT e.state FROM finding_event e WHERE e.finding = f.id ORDER BY e.seq DESC LIMIT 1)
                          AS "state!: String"
               FROM finding f JOIN judgement j ON j.id = (SELECT max(id) FROM judgement WHERE finding = f.id) "#
                + $rest,
            $($given),+
        )
        .fetch_all($executor)
        .await?
        .into_iter()
        .map(Finding::try_from)
        .collect::<Result<Vec<_>, RowError>>()?
    };
}

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
        Ok(found!(
            self.reader(),
            "WHERE (?1 IS NULL OR f.last_day >= ?1) AND (?2 IS NULL OR f.last_day <= ?2)
               AND (?3 IS NULL OR f.unit = ?3) AND (?4 IS NULL OR j.verdict = ?4)
               AND (?5 IS NULL OR f.criterion = ?5) AND (?6 IS NULL OR f.month = ?6)
               AND (?7 IS NULL OR ?7 =
                    (SELECT e.state FROM finding_event e WHERE e.finding = f.id ORDER BY e.seq DESC LIMIT 1))
               AND f.criterion NOT IN (SELECT value FROM json_each(?8))
             ORDER BY f.last_day, f.id",
            from,
            to,
            unit,
            verdict,
            criterion,
            month,
            state,
            without
        ))
    }

    /// Findings with their latest judgement by their numbers, in the order of the numbers.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn findings_of(&self, ids: impl IntoIterator<Item = i64>) -> Result<Vec<Finding>, StoreError> {
        let ids = list(ids)?;
        Ok(found!(self.reader(), "WHERE f.id IN (SELECT CAST(value AS INTEGER) FROM json_each(?1)) ORDER BY f.id", ids))
    }

    /// Of one unit or of all, the findings that may be news in a week: what was judged breached in it or on the day after,
    /// what was still open in it, what was spared in it, and, where `unjudged` asks for them, what nobody could judge by
    /// then. In the order of their last day.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn findings_about(
        &self,
        week: IsoWeek,
        unit: Option<&UnitId>,
        unjudged: bool,
    ) -> Result<Vec<Finding>, StoreError> {
        let days = week.days();
        let after = shift(days.last, 1);
        let midnight = |day| stamp(self.zone().at(day, chrono::NaiveTime::MIN));
        let (from, to) = (midnight(days.first), midnight(shift(after, 1)));
        let (first, last, after) = (days.first.to_string(), days.last.to_string(), after.to_string());
        let unit = unit.map(UnitId::as_str);
        Ok(found!(
            self.reader(),
            "WHERE f.id IN (
                 SELECT finding FROM finding_now WHERE ?7 AND verdict = 'unknown' AND last_day <= ?3
                 UNION ALL SELECT finding FROM finding_now WHERE verdict = 'due-soon' AND last_day >= ?1
                 UNION ALL SELECT finding FROM finding_now
                           WHERE verdict IN ('waived', 'not-applicable') AND last_day BETWEEN ?1 AND ?2
                 UNION ALL SELECT finding FROM judgement
                           WHERE verdict = 'breached' AND judged_at >= ?4 AND judged_at < ?5)
               AND (?6 IS NULL OR f.unit = ?6)
             ORDER BY f.last_day, f.id",
            first,
            last,
            after,
            from,
            to,
            unit,
            unjudged
        ))
    }

    /// The findings that could not be judged and whose last day is no later than `until`, without their proofs and together
    /// where all that is known of them is the same.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn unjudged(&self, until: Day) -> Result<Vec<Unjudged>, StoreError> {
        let until = until.to_string();
        let rows = sqlx::query!(
            r#"SELECT unit, channel, criterion, flags, json_group_array(finding) AS "findings!: String"
               FROM finding_now INDEXED BY finding_now_unjudged WHERE verdict = 'unknown' AND last_day <= ?1
               GROUP BY unit, channel, criterion, flags ORDER BY unit, channel, criterion, flags"#,
            until
        )
        .fetch_all(self.reader())
        .await?;
        let all = rows.into_iter().map(|r| {
            let row = Row::of("finding_now", &r.unit);
            Ok(Unjudged {
                unit: row.parse("unit", &r.unit)?,
                channel: row.maybe("channel", r.channel.as_deref())?,
                criterion: row.parse("criterion", &r.criterion)?,
                flags: row.json("flags", &r.flags)?,
                findings: row.json("findings", &r.findings)?,
            })
        });
        Ok(all.collect::<Result<_, RowError>>()?)
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
            "SELECT seq, at, state, who, note, document, evidence FROM finding_event WHERE finding = ?1 ORDER BY seq",
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
                evidence: row.evidence(r.evidence.as_deref())?,
            })
        });
        Ok(events.collect::<Result<_, RowError>>()?)
    }
}

impl Store {
    /// The scopes of all findings about matters.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn matter_scopes(&self, rulebook: &RulebookId) -> Result<Vec<Scope>, StoreError> {
        let rulebook = rulebook.as_str();
        let rows = sqlx::query!(
            r#"SELECT DISTINCT unit, matter AS "matter!: String" FROM finding WHERE rulebook = ?1 AND matter IS NOT NULL"#,
            rulebook
        )
        .fetch_all(self.reader())
        .await?;
        let scopes = rows.into_iter().map(|r| {
            let row = Row::of("finding", &r.matter);
            Ok(Scope::Matter { unit: row.parse("unit", &r.unit)?, code: row.parse("matter", &r.matter)? })
        });
        Ok(scopes.collect::<Result<_, RowError>>()?)
    }
}

pub(crate) async fn one(tx: &mut SqliteConnection, id: i64) -> Result<Option<Finding>, StoreError> {
    Ok(found!(&mut *tx, "WHERE f.id = ?1", id).pop())
}

/// Breached, of that month or an earlier one, and without a line that stands: detected or confirmed, also where an earlier
/// line was taken back; or posted with a line that is about to be taken back because it took too much or too little.
/// Whatever was never breached, which is most, is not even looked at, nor is what has a line that goes on standing, which
/// those in `back`, about to be taken back, do not.
pub(crate) async fn postable(
    tx: &mut SqliteConnection,
    month: Month,
    back: impl IntoIterator<Item = i64>,
) -> Result<Vec<Finding>, StoreError> {
    let (month, back) = (month.to_string(), list(back)?);
    Ok(found!(
        &mut *tx,
        "WHERE f.id IN (
             SELECT finding FROM judgement INDEXED BY judgement_breached WHERE verdict = 'breached'
             EXCEPT SELECT l.charged FROM (SELECT seq, finding AS charged FROM ledger_line WHERE finding IS NOT NULL
                                           UNION ALL SELECT seq, again FROM ledger_line WHERE again IS NOT NULL) l
                    WHERE l.seq NOT IN (SELECT CAST(value AS INTEGER) FROM json_each(?2))
                      AND l.seq NOT IN (SELECT r.source_id FROM ledger_line r WHERE r.source = 'reversal-of'))
           AND f.month <= ?1 AND j.verdict = 'breached'
           AND CASE (SELECT e.state FROM finding_event e WHERE e.finding = f.id ORDER BY e.seq DESC LIMIT 1)
                   WHEN 'detected' THEN 1 WHEN 'confirmed' THEN 1 WHEN 'posted' THEN 2 WHEN 'upheld' THEN 2 ELSE 0 END
               = CASE (SELECT l.points <> j.points FROM ledger_line l
                       WHERE (l.finding = f.id OR l.again = f.id) AND NOT EXISTS (
                           SELECT 1 FROM ledger_line r WHERE r.source = 'reversal-of' AND r.source_id = l.seq))
                   WHEN 1 THEN 2 WHEN 0 THEN -1 ELSE 1 END
         ORDER BY f.last_day, f.unit, f.criterion, f.scope, f.first_day, f.rulebook",
        month,
        back
    ))
}
