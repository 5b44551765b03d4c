//! 豁免.

use model::{ChannelId, CriterionId, DayRange, Moment, UnitId, Waiver};

use super::{Revoked, in_order};
use crate::row::{Row, stamp};
use crate::{Refusal, RowError, Store, StoreError, said};

/// A waiver, about to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWaiver {
    /// The unit that it is for.
    pub unit: UnitId,
    /// Only this channel; none: all of the unit's.
    pub channel: Option<ChannelId>,
    /// Only this criterion; none: all.
    pub criterion: Option<CriterionId>,
    /// First and last day.
    pub days: DayRange,
    /// Why.
    pub reason: String,
    /// 文号: the document that it rests on.
    pub document: String,
    /// Who approved it.
    pub approver: String,
    /// Who entered it.
    pub who: String,
}

/// A waiver with its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverRecord {
    /// What it says.
    pub waiver: Waiver,
    /// Who entered it.
    pub who: String,
    /// When.
    pub recorded_at: Moment,
    /// That it was taken back.
    pub revoked: Option<Revoked>,
}

struct WaiverRow {
    id: i64,
    unit: String,
    channel: Option<String>,
    criterion: Option<String>,
    first_day: String,
    last_day: String,
    reason: String,
    document: String,
    approver: String,
    who: String,
    recorded_at: String,
    revoked_by: Option<String>,
    revoked_why: Option<String>,
    revoked_at: Option<String>,
}

impl TryFrom<WaiverRow> for WaiverRecord {
    type Error = RowError;

    fn try_from(r: WaiverRow) -> Result<WaiverRecord, RowError> {
        let row = Row::of("waiver", &r.id);
        let revoked = match (r.revoked_by, r.revoked_why, r.revoked_at) {
            (Some(who), Some(why), Some(at)) => {
                Some(Revoked { who, why, at: Row::of("waiver_revoked", &r.id).moment("at", &at)? })
            }
            _ => None,
        };
        Ok(WaiverRecord {
            waiver: Waiver {
                id: r.id,
                unit: row.parse("unit", &r.unit)?,
                channel: row.maybe("channel", r.channel.as_deref())?,
                criterion: row.maybe("criterion", r.criterion.as_deref())?,
                days: row.days(&r.first_day, &r.last_day)?,
                reason: r.reason,
                document: r.document,
                approver: r.approver,
            },
            who: r.who,
            recorded_at: row.moment("recorded_at", &r.recorded_at)?,
            revoked,
        })
    }
}

impl Store {
    /// Enters a waiver and gives its number.
    ///
    /// # Errors
    /// When something is left empty, the days are the wrong way round, the unit or channel is not registered, or the
    /// database cannot be written.
    pub async fn add_waiver(&self, new: &NewWaiver, at: Moment) -> Result<i64, StoreError> {
        for (what, text) in
            [("理由", &new.reason), ("文号", &new.document), ("批准人", &new.approver), ("姓名", &new.who)]
        {
            said(what, text)?;
        }
        let ((first, last), at) = (in_order(new.days)?, stamp(at));
        let (unit, channel) = (new.unit.as_str(), new.channel.as_ref().map(ChannelId::as_str));
        let criterion = new.criterion.as_ref().map(CriterionId::as_str);
        let mut tx = self.write().await?;
        let done = sqlx::query!(
            "INSERT INTO waiver (unit, channel, criterion, first_day, last_day, reason, document, approver, who, recorded_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            unit,
            channel,
            criterion,
            first,
            last,
            new.reason,
            new.document,
            new.approver,
            new.who,
            at
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(done.last_insert_rowid())
    }

    /// Takes a waiver back, by a later row.
    ///
    /// # Errors
    /// When there is none of that number, it has been taken back already, a name or reason is missing, or the database
    /// cannot be written.
    pub async fn revoke_waiver(&self, id: i64, who: &str, why: &str, at: Moment) -> Result<(), StoreError> {
        said("姓名", who)?;
        said("理由", why)?;
        let at = stamp(at);
        let mut tx = self.write().await?;
        let known = sqlx::query_scalar!("SELECT count(*) FROM waiver WHERE id = ?1", id).fetch_one(&mut *tx).await?;
        if known == 0 {
            return Err(Refusal::NoSuch { what: "豁免", id }.into());
        }
        let done = sqlx::query!(
            "INSERT INTO waiver_revoked (waiver, who, why, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (waiver) DO NOTHING",
            id,
            who,
            why,
            at
        )
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Refusal::AlreadyRevoked { what: "豁免", id }.into());
        }
        Ok(tx.commit().await?)
    }

    /// The waivers that stood at `as_of`: entered by then and not taken back by then.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn waivers(&self, as_of: Moment) -> Result<Vec<Waiver>, StoreError> {
        let all = self.waiver_records().await?;
        let stood = |w: &WaiverRecord| w.recorded_at <= as_of && w.revoked.as_ref().is_none_or(|r| as_of < r.at);
        Ok(all.into_iter().filter(stood).map(|w| w.waiver).collect())
    }

    /// Every waiver that was ever entered.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn waiver_records(&self) -> Result<Vec<WaiverRecord>, StoreError> {
        let rows = sqlx::query_as!(
            WaiverRow,
            r#"SELECT w.id AS "id!: i64", w.unit, w.channel AS "channel?: String", w.criterion AS "criterion?: String",
                      w.first_day, w.last_day, w.reason, w.document, w.approver, w.who, w.recorded_at,
                      r.who AS "revoked_by?: String", r.why AS "revoked_why?: String", r.at AS "revoked_at?: String"
               FROM waiver w LEFT JOIN waiver_revoked r ON r.waiver = w.id ORDER BY w.id"#
        )
        .fetch_all(self.reader())
        .await?;
        Ok(rows.into_iter().map(WaiverRecord::try_from).collect::<Result<_, _>>()?)
    }
}
