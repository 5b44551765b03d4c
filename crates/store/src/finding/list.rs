//! Findings as lists show them: without their proofs, a page at a time.

use model::{ChannelId, CriterionId, DayRange, FindingState, Flag, Month, Points, UnitId, Verdict};

use super::FindingFilter;
use crate::row::{Row, count, list};
use crate::{RowError, Store, StoreError};

/// One finding in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its number.
    pub id: i64,
    /// The unit.
    pub unit: UnitId,
    /// The channel; none for the whole section.
    pub channel: Option<ChannelId>,
    /// The criterion.
    pub criterion: CriterionId,
    /// The window or period.
    pub days: DayRange,
    /// The month that it belongs to.
    pub month: Month,
    /// The latest verdict.
    pub verdict: Verdict,
    /// How many are missing.
    pub missing: u32,
    /// What it costs.
    pub points: Points,
    /// Remarks.
    pub flags: Vec<Flag>,
    /// Where it stands.
    pub state: FindingState,
}

/// How many findings there are of one month and criterion, and what they cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The verdict.
    pub verdict: Verdict,
    /// Where they stand.
    pub state: FindingState,
    /// How many.
    pub count: u64,
    /// What they cost together.
    pub points: Points,
}

struct ListedRow {
    finding: i64,
    unit: String,
    channel: Option<String>,
    criterion: String,
    first_day: String,
    last_day: String,
    month: String,
    verdict: String,
    missing: i64,
    points: i64,
    flags: String,
    state: String,
}

impl TryFrom<ListedRow> for Listed {
    type Error = RowError;

    fn try_from(r: ListedRow) -> Result<Listed, RowError> {
        let row = Row::of("finding_now", &r.finding);
        Ok(Listed {
            id: r.finding,
            unit: row.parse("unit", &r.unit)?,
            channel: row.maybe("channel", r.channel.as_deref())?,
            criterion: row.parse("criterion", &r.criterion)?,
            days: row.days(&r.first_day, &r.last_day)?,
            month: row.parse("month", &r.month)?,
            verdict: row.known("verdict", &r.verdict, Verdict::from_word(&r.verdict))?,
            missing: row.int("missing", r.missing)?,
            points: Points::from_hundredths(r.points),
            flags: row.json("flags", &r.flags)?,
            state: row.known("state", &r.state, FindingState::from_word(&r.state))?,
        })
    }
}

/// A list, with one more condition by which SQLite finds its rows. It picks an index when a statement is prepared, and a
/// condition that may be switched off (`?3 IS NULL OR …`) never leads to one.
macro_rules! listed {
    ($store:expr, $by:literal, $($given:expr),+) => {
        sqlx::query_as!(
            ListedRow,
            r#"SELECT finding AS "finding!: i64", unit, channel, criterion, first_day, last_day, month, verdict, missing,
                      points, flags, state
               FROM finding_now
               WHERE (?1 IS NULL OR last_day >= ?1) AND (?2 IS NULL OR last_day <= ?2)
                 AND (?3 IS NULL OR unit = ?3)
                 AND ((?4 IS NULL AND verdict <> 'met') OR verdict = ?4)
                 AND (?5 IS NULL OR criterion = ?5) AND (?6 IS NULL OR month = ?6) AND (?7 IS NULL OR state = ?7)
                 AND criterion NOT IN (SELECT value FROM json_each(?10)) AND "#
                + $by
                + " ORDER BY last_day DESC, finding DESC LIMIT ?8 OFFSET ?9",
            $($given),+
        )
        .fetch_all($store.reader())
        .await?
    };
}

/// The days that a filter leaves: a window belongs to the month of its last day.
fn days(filter: &FindingFilter) -> (Option<String>, Option<String>) {
    let month = filter.month.as_ref().map(model::Month::days);
    let first = filter.from.max(month.map(|m| m.first));
    let last = [filter.to, month.map(|m| m.last)].into_iter().flatten().min();
    (first.map(|d| d.to_string()), last.map(|d| d.to_string()))
}

impl Store {
    /// Findings without their proofs, the newest first: `limit` of them after the first `skip`. What turned out to be
    /// kept is left out unless it is asked for.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn finding_list(&self, filter: &FindingFilter, skip: u32, limit: u32) -> Result<Vec<Listed>, StoreError> {
        let (from, to) = days(filter);
        let unit = filter.unit.as_ref().map(|u| u.as_str());
        let verdict = filter.verdict.map(Verdict::word);
        let criterion = filter.criterion.as_ref().map(|c| c.as_str());
        let month = filter.month.map(|m| m.to_string());
        let state = filter.state.map(FindingState::word);
        let (skip, limit, without) = (count(skip), count(limit), list(&filter.without)?);
        macro_rules! by {
            ($by:literal) => {
                listed!(self, $by, from, to, unit, verdict, criterion, month, state, limit, skip, without)
            };
        }
        let rows = match (unit, verdict, state) {
            (Some(_), ..) => by!("unit = ?3"),
            (_, Some(_), Some(_)) => by!("verdict = ?4 AND state = ?7"),
            (_, _, Some(_)) => by!("state = ?7"),
            (_, Some(_), _) if to.is_none() => by!("verdict = ?4"),
            _ => by!("last_day >= coalesce(?1, '') AND last_day <= coalesce(?2, '9999')"),
        };
        Ok(rows.into_iter().map(Listed::try_from).collect::<Result<_, _>>()?)
    }

    /// Findings without their proofs by their numbers, in the order of the numbers.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn listed_of(&self, ids: &[i64]) -> Result<Vec<Listed>, StoreError> {
        let ids = list(ids)?;
        let rows = sqlx::query_as!(
            ListedRow,
            r#"SELECT finding AS "finding!: i64", unit, channel, criterion, first_day, last_day, month, verdict, missing,
                      points, flags, state
               FROM finding_now WHERE finding IN (SELECT CAST(value AS INTEGER) FROM json_each(?1)) ORDER BY finding"#,
            ids
        )
        .fetch_all(self.reader())
        .await?;
        Ok(rows.into_iter().map(Listed::try_from).collect::<Result<_, _>>()?)
    }

    /// How many findings the filter lets through, by verdict and state.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn tally(&self, filter: &FindingFilter) -> Result<Vec<Tally>, StoreError> {
        let (from, to) = days(filter);
        let unit = filter.unit.as_ref().map(|u| u.as_str());
        // Named one by one, so that what was kept, which is most, is not even passed over.
        let verdicts = match filter.verdict {
            Some(verdict) => list([verdict.word()])?,
            None => list(Verdict::ALL.into_iter().filter(|v| *v != Verdict::Met).map(Verdict::word))?,
        };
        let criterion = filter.criterion.as_ref().map(|c| c.as_str());
        let month = filter.month.map(|m| m.to_string());
        let state = filter.state.map(FindingState::word);
        let without = list(&filter.without)?;
        let rows = sqlx::query!(
            r#"SELECT verdict AS "verdict!: String", state AS "state!: String", count(*) AS "count!: i64",
                      sum(points) AS "points!: i64"
               FROM finding_now
               WHERE (?1 IS NULL OR last_day >= ?1) AND (?2 IS NULL OR last_day <= ?2)
                 AND (?3 IS NULL OR unit = ?3)
                 AND verdict IN (SELECT value FROM json_each(?4))
                 AND (?5 IS NULL OR criterion = ?5) AND (?6 IS NULL OR month = ?6) AND (?7 IS NULL OR state = ?7)
                 AND criterion NOT IN (SELECT value FROM json_each(?8))
               GROUP BY verdict, state"#,
            from,
            to,
            unit,
            verdicts,
            criterion,
            month,
            state,
            without
        )
        .fetch_all(self.reader())
        .await?;
        let rows = rows.into_iter().map(|r| {
            let row = Row::of("finding_now", &"tally");
            Ok(Tally {
                verdict: row.known("verdict", &r.verdict, Verdict::from_word(&r.verdict))?,
                state: row.known("state", &r.state, FindingState::from_word(&r.state))?,
                count: r.count.unsigned_abs(),
                points: Points::from_hundredths(r.points),
            })
        });
        Ok(rows.collect::<Result<_, RowError>>()?)
    }
}
