//! The ledger added up, for pages that show no single line.

use model::{CriterionId, Month, Points, UnitId};

use crate::row::Row;
use crate::{RowError, Store, StoreError};

/// What stands in the ledger of one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthSum {
    /// The month in whose ledger the lines stand.
    pub month: Month,
    /// How many.
    pub lines: u64,
    /// What they come to.
    pub points: Points,
}

/// What one row of the table has cost in one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deducted {
    /// The month that it belongs to.
    pub month: Month,
    /// The criterion.
    pub criterion: CriterionId,
    /// Deductions with what was taken back of them: negative, or zero where all was.
    pub points: Points,
}

impl Store {
    /// The months that have lines, in their order.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn month_sums(&self) -> Result<Vec<MonthSum>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT month, count(*) AS "lines!: i64", sum(points) AS "points!: i64"
               FROM ledger_line GROUP BY month ORDER BY month"#
        )
        .fetch_all(self.reader())
        .await?;
        let sums = rows.into_iter().map(|r| {
            Ok(MonthSum {
                month: Row::of("ledger_line", &r.month).parse("month", &r.month)?,
                lines: r.lines.unsigned_abs(),
                points: Points::from_hundredths(r.points),
            })
        });
        Ok(sums.collect::<Result<_, RowError>>()?)
    }

    /// The hash of the last line; none while the ledger is empty.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn last_hash(&self) -> Result<Option<String>, StoreError> {
        let mut tx = self.read().await?;
        Ok(super::select::last(&mut tx).await?.map(|(_, hash)| hash))
    }

    /// What was deducted from `since` on, of one unit or of all, by the month that it belongs to and by criterion. A reversal
    /// counts on the side, and in the month, of the line that it takes back.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn deducted(&self, since: Month, unit: Option<&UnitId>) -> Result<Vec<Deducted>, StoreError> {
        let (since, unit) = (since.to_string(), unit.map(UnitId::as_str));
        let rows = sqlx::query!(
            r#"SELECT belongs_to, criterion, sum(points) AS "points!: i64"
               FROM ledger_line
               WHERE belongs_to >= ?1 AND (?2 IS NULL OR unit = ?2) AND (points < 0) <> (source = 'reversal-of')
               GROUP BY belongs_to, criterion ORDER BY belongs_to, criterion"#,
            since,
            unit
        )
        .fetch_all(self.reader())
        .await?;
        let sums = rows.into_iter().map(|r| {
            let row = Row::of("ledger_line", &r.belongs_to);
            Ok(Deducted {
                month: row.parse("belongs_to", &r.belongs_to)?,
                criterion: row.parse("criterion", &r.criterion)?,
                points: Points::from_hundredths(r.points),
            })
        });
        Ok(sums.collect::<Result<_, RowError>>()?)
    }
}
