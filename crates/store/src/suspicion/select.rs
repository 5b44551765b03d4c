//! Suspicions as they stand: what was proposed, and what was decided of it.

use model::{ChannelId, Confidence, CriterionId, Day, EvidenceHash, Moment, Quote, SuspicionState, UnitId};

use super::SuspicionDecision;
use crate::row::Row;
use crate::{RowError, Store, StoreError};

/// A suspicion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspicion {
    /// Its number.
    pub id: i64,
    /// What found it.
    pub detector: String,
    /// The row of the scoring table that it would count under.
    pub criterion: CriterionId,
    /// The unit that it is about.
    pub unit: UnitId,
    /// The channel in which it was found, if in one.
    pub channel: Option<ChannelId>,
    /// The item, by its number, if it is about one.
    pub entry: Option<i64>,
    /// The day that an entry of the register would name.
    pub day: Day,
    /// How much it may be believed.
    pub confidence: Confidence,
    /// What it is about.
    pub title: String,
    /// One sentence that says what is suspected.
    pub summary: String,
    /// What was found where.
    pub quotes: Vec<Quote>,
    /// The address of the page.
    pub url: String,
    /// The saved page.
    pub evidence: Option<EvidenceHash>,
    /// When it was found.
    pub found_at: Moment,
    /// What was decided of it, once it was.
    pub decision: Option<SuspicionDecision>,
}

impl Suspicion {
    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> SuspicionState {
        match &self.decision {
            None => SuspicionState::Open,
            Some(d) if d.register.is_some() || d.matter.is_some() => SuspicionState::Confirmed,
            Some(_) => SuspicionState::Dismissed,
        }
    }
}

/// Which suspicions are asked for; what is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SuspicionFilter {
    /// This one.
    pub id: Option<i64>,
    /// The unit.
    pub unit: Option<UnitId>,
    /// The criterion.
    pub criterion: Option<CriterionId>,
    /// Where it stands.
    pub state: Option<SuspicionState>,
}

struct SuspicionRow {
    id: i64,
    detector: String,
    criterion: String,
    unit: String,
    channel: Option<String>,
    entry: Option<i64>,
    day: String,
    confidence: String,
    title: String,
    summary: String,
    quotes: String,
    url: String,
    evidence: Option<String>,
    found_at: String,
    register: Option<i64>,
    matter: Option<i64>,
    who: Option<String>,
    why: Option<String>,
    at: Option<String>,
}

impl TryFrom<SuspicionRow> for Suspicion {
    type Error = RowError;

    fn try_from(r: SuspicionRow) -> Result<Suspicion, RowError> {
        let row = Row::of("suspicion", &r.id);
        let at = row.moment_or_none("at", r.at.as_deref())?;
        let decision = match (at, r.who, r.why) {
            (Some(at), Some(who), Some(why)) => {
                Some(SuspicionDecision { register: r.register, matter: r.matter, who, why, at })
            }
            _ => None,
        };
        Ok(Suspicion {
            id: r.id,
            criterion: row.parse("criterion", &r.criterion)?,
            unit: row.parse("unit", &r.unit)?,
            channel: row.maybe("channel", r.channel.as_deref())?,
            entry: r.entry,
            day: row.day("day", &r.day)?,
            confidence: row.known("confidence", &r.confidence, Confidence::from_word(&r.confidence))?,
            quotes: row.json("quotes", &r.quotes)?,
            evidence: row.evidence(r.evidence.as_deref())?,
            found_at: row.moment("found_at", &r.found_at)?,
            detector: r.detector,
            title: r.title,
            summary: r.summary,
            url: r.url,
            decision,
        })
    }
}

impl Store {
    /// Suspicions in the order in which they were found.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn suspicions(&self, filter: &SuspicionFilter) -> Result<Vec<Suspicion>, StoreError> {
        let mut all = self.suspicion_list(filter, 0, u32::MAX).await?;
        all.sort_by_key(|s| s.id);
        Ok(all)
    }

    /// How many suspicions there are.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn count_suspicions(&self, filter: &SuspicionFilter) -> Result<u64, StoreError> {
        let unit = filter.unit.as_ref().map(UnitId::as_str);
        let criterion = filter.criterion.as_ref().map(CriterionId::as_str);
        let state = filter.state.map(SuspicionState::word);
        let counted = sqlx::query_scalar!(
            "SELECT count(*) FROM suspicion s LEFT JOIN suspicion_decision d ON d.suspicion = s.id
             WHERE (?1 IS NULL OR s.id = ?1) AND (?2 IS NULL OR s.unit = ?2) AND (?3 IS NULL OR s.criterion = ?3)
               AND (?4 IS NULL OR coalesce(d.decision, 'open') = ?4)",
            filter.id,
            unit,
            criterion,
            state
        )
        .fetch_one(self.reader())
        .await?;
        Ok(counted.unsigned_abs())
    }

    /// Suspicions, those of the newest days first: `limit` of them after the first `skip`.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn suspicion_list(
        &self,
        filter: &SuspicionFilter,
        skip: u32,
        limit: u32,
    ) -> Result<Vec<Suspicion>, StoreError> {
        let unit = filter.unit.as_ref().map(UnitId::as_str);
        let criterion = filter.criterion.as_ref().map(CriterionId::as_str);
        let state = filter.state.map(SuspicionState::word);
        let rows = sqlx::query_as!(
            SuspicionRow,
            r#"SELECT s.id, s.detector, s.criterion, s.unit, s.channel, s.entry, s.day, s.confidence, s.title, s.summary,
                      s.quotes, s.url, s.evidence, s.found_at,
                      d.register AS "register?: i64", d.matter AS "matter?: i64", d.who AS "who?: String", d.why AS "why?: String",
                      d.at AS "at?: String"
               FROM suspicion s LEFT JOIN suspicion_decision d ON d.suspicion = s.id
               WHERE (?1 IS NULL OR s.id = ?1) AND (?2 IS NULL OR s.unit = ?2) AND (?3 IS NULL OR s.criterion = ?3)
                 AND (?4 IS NULL OR coalesce(d.decision, 'open') = ?4)
               ORDER BY s.day DESC, s.id DESC LIMIT ?5 OFFSET ?6"#,
            filter.id,
            unit,
            criterion,
            state,
            limit,
            skip
        )
        .fetch_all(self.reader())
        .await?;
        Ok(rows.into_iter().map(Suspicion::try_from).collect::<Result<_, _>>()?)
    }

    /// Another suspicion of the same item that was confirmed under the same row: an item is not counted twice unless a
    /// person says so.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn counted_before(&self, s: &Suspicion) -> Result<Option<i64>, StoreError> {
        let Some(entry) = s.entry else { return Ok(None) };
        let filter = SuspicionFilter {
            unit: Some(s.unit.clone()),
            criterion: Some(s.criterion.clone()),
            state: Some(SuspicionState::Confirmed),
            id: None,
        };
        let others = self.suspicions(&filter).await?;
        Ok(others.iter().find(|o| o.entry == Some(entry) && o.id != s.id).map(|o| o.id))
    }
}
