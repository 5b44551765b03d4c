//! 疑点: proposals, each made once, and what people decide of them.

mod decide;
mod pages;
mod scans;
mod select;

pub use decide::{Becoming, SuspicionDecision};
pub use pages::{ItemBody, NewItemPage, SavedItem};
pub use scans::PageMark;
pub use select::{Suspicion, SuspicionFilter};

use model::{ChannelId, Confidence, CriterionId, Day, EvidenceHash, Moment, Quote, UnitId};
use sqlx::SqliteConnection;

use crate::row::stamp;
use crate::{Store, StoreError, said};

/// A suspicion, about to be proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSuspicion {
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
    /// What it is about: mostly the item's title.
    pub title: String,
    /// One sentence that says what is suspected.
    pub summary: String,
    /// What was found where; at least one.
    pub quotes: Vec<Quote>,
    /// The address of the page.
    pub url: String,
    /// The saved page.
    pub evidence: Option<EvidenceHash>,
}

impl Store {
    /// Proposes suspicions, and gives the numbers of those that are new. Of each only what has never been proposed
    /// before is kept; where nothing is left it is not proposed, whatever was decided of it then.
    ///
    /// # Errors
    /// When a unit, channel, item or page is not stored, or the database cannot be written: then none is proposed.
    pub async fn propose(&self, new: &[NewSuspicion], at: Moment) -> Result<Vec<i64>, StoreError> {
        if new.is_empty() {
            return Ok(vec![]);
        }
        let mut tx = self.write().await?;
        let mut made = vec![];
        for suspicion in new {
            said("疑点说明", &suspicion.summary)?;
            let fresh = unmarked(&mut tx, &suspicion.quotes).await?;
            if fresh.is_empty() {
                continue;
            }
            let id = insert(&mut tx, suspicion, &fresh, at).await?;
            for quote in &fresh {
                sqlx::query!("INSERT INTO suspicion_mark (mark, suspicion) VALUES (?1, ?2)", quote.mark, id)
                    .execute(&mut *tx)
                    .await?;
            }
            made.push(id);
        }
        if !made.is_empty() {
            tx.commit().await?;
        }
        Ok(made)
    }
}

async fn unmarked<'a>(tx: &mut SqliteConnection, quotes: &'a [Quote]) -> Result<Vec<&'a Quote>, StoreError> {
    let mut fresh: Vec<&Quote> = vec![];
    for quote in quotes {
        if fresh.iter().any(|f| f.mark == quote.mark) {
            continue;
        }
        let known = sqlx::query_scalar!("SELECT count(*) FROM suspicion_mark WHERE mark = ?1", quote.mark)
            .fetch_one(&mut *tx)
            .await?;
        if known == 0 {
            fresh.push(quote);
        }
    }
    Ok(fresh)
}

async fn insert(
    tx: &mut SqliteConnection,
    new: &NewSuspicion,
    quotes: &[&Quote],
    at: Moment,
) -> Result<i64, StoreError> {
    let (criterion, unit) = (new.criterion.as_str(), new.unit.as_str());
    let channel = new.channel.as_ref().map(ChannelId::as_str);
    let evidence = new.evidence.as_ref().map(EvidenceHash::as_str);
    let (day, confidence, at) = (new.day.to_string(), new.confidence.word(), stamp(at));
    let quotes = serde_json::to_string(quotes)?;
    let done = sqlx::query!(
        "INSERT INTO suspicion (detector, criterion, unit, channel, entry, day, confidence, title, summary, quotes, url,
                                evidence, found_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        new.detector,
        criterion,
        unit,
        channel,
        new.entry,
        day,
        confidence,
        new.title,
        new.summary,
        quotes,
        new.url,
        evidence,
        at
    )
    .execute(&mut *tx)
    .await?;
    Ok(done.last_insert_rowid())
}
