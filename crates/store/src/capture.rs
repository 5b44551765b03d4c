//! What came from the network, stored before anybody reads it.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;

use model::{ChannelId, EvidenceHash, Moment};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use crate::evidence::{self, Packed};
use crate::row::{Row, stamp};
use crate::{RowError, Store, StoreError};

/// One redirect on the way to an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// Who sent us on.
    pub url: String,
    /// With which status.
    pub status: u16,
    /// Where to, as the header said it.
    pub location: String,
}

/// One answer, about to be stored.
#[derive(Debug, Clone)]
pub struct NewCapture<'a> {
    /// The channel that is looked at.
    pub channel: &'a ChannelId,
    /// When the look was begun: together with the channel it names the look.
    pub look_at: Moment,
    /// 0 for the first page of the list, then 1, 2 …
    pub page: u32,
    /// When the answer was complete.
    pub fetched_at: Moment,
    /// The address that was asked.
    pub url: &'a str,
    /// The address that answered, after redirects.
    pub final_url: &'a str,
    /// The HTTP status.
    pub status: u16,
    /// The headers, as they came.
    pub headers: &'a [(String, String)],
    /// The body, as it came.
    pub body: &'a [u8],
    /// The headers that were sent of our own will; the transport adds its own.
    pub asked: &'a [(String, String)],
    /// The redirects on the way, in order.
    pub hops: &'a [Hop],
    /// The certificate that the last address has shown, in DER.
    pub certificate: Option<&'a [u8]>,
    /// Whether it is a whole page of success.
    pub whole: bool,
}

/// One answer, as it is stored. Its body is under [`Store::evidence`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capture {
    /// Its number.
    pub id: i64,
    /// The channel that was looked at.
    pub channel: ChannelId,
    /// When the look was begun.
    pub look_at: Moment,
    /// 0 for the first page of the list, then 1, 2 …
    pub page: u32,
    /// When the answer was complete.
    pub fetched_at: Moment,
    /// The address that was asked.
    pub url: String,
    /// The address that answered, after redirects.
    pub final_url: String,
    /// The HTTP status.
    pub status: u16,
    /// The headers, as they came.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub evidence: EvidenceHash,
    /// The headers that were sent; none where they were not kept.
    pub asked: Option<Vec<(String, String)>>,
    /// The redirects on the way; none where they were not kept.
    pub hops: Option<Vec<Hop>>,
    /// The fingerprint of the certificate that was shown ([`Store::certificate`]).
    pub certificate: Option<EvidenceHash>,
    /// Whether it is a whole page of success; none where that was not kept.
    pub whole: Option<bool>,
}

/// The answers of a look that was never read, because the program stopped in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadLook {
    /// The channel.
    pub channel: ChannelId,
    /// When the look was begun.
    pub look_at: Moment,
    /// Its pages, in order.
    pub captures: Vec<Capture>,
}

/// The answers behind a look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answers {
    /// What came to the look itself, in the order of its pages.
    pub own: Vec<Capture>,
    /// The pages that an unchanged look found again, as they were when they were read.
    pub again: Vec<Capture>,
}

struct CaptureRow {
    id: i64,
    channel: String,
    look_at: String,
    page: i64,
    fetched_at: String,
    url: String,
    final_url: String,
    status: i64,
    headers: String,
    evidence: String,
    asked: Option<String>,
    hops: Option<String>,
    certificate: Option<String>,
    whole: Option<i64>,
}

impl TryFrom<CaptureRow> for Capture {
    type Error = RowError;

    fn try_from(r: CaptureRow) -> Result<Capture, RowError> {
        let row = Row::of("capture", &r.id);
        Ok(Capture {
            id: r.id,
            channel: row.parse("channel", &r.channel)?,
            look_at: row.moment("look_at", &r.look_at)?,
            page: row.int("page", r.page)?,
            fetched_at: row.moment("fetched_at", &r.fetched_at)?,
            status: row.int("status", r.status)?,
            headers: row.json("headers", &r.headers)?,
            evidence: row.parse("evidence", &r.evidence)?,
            asked: r.asked.as_deref().map(|text| row.json("asked", text)).transpose()?,
            hops: r.hops.as_deref().map(|text| row.json("hops", text)).transpose()?,
            certificate: row.maybe("certificate", r.certificate.as_deref())?,
            whole: r.whole.map(|w| w == 1),
            url: r.url,
            final_url: r.final_url,
        })
    }
}

#[derive(Serialize)]
struct CaptureJson<'a> {
    channel: &'a str,
    look_at: String,
    page: u32,
    fetched_at: String,
    url: &'a str,
    final_url: &'a str,
    status: u16,
    headers: String,
    evidence: &'a str,
    asked: String,
    hops: String,
    certificate: Option<String>,
    whole: bool,
}

impl Store {
    /// Stores one answer. The same page of the same look is stored once: the first stays.
    ///
    /// # Errors
    /// When the channel is not registered, or the database cannot be written.
    pub async fn capture(&self, new: NewCapture<'_>) -> Result<(i64, EvidenceHash), StoreError> {
        let mut ids = self.captures(std::slice::from_ref(&new)).await?;
        ids.pop().ok_or(StoreError::Sqlite(sqlx::Error::RowNotFound))
    }

    /// Stores many answers in one transaction. Gives for each, in their order, its number and the fingerprint of the
    /// body that is stored for it.
    ///
    /// # Errors
    /// When a channel is not registered, or the database cannot be written: then none is stored.
    pub async fn captures(&self, new: &[NewCapture<'_>]) -> Result<Vec<(i64, EvidenceHash)>, StoreError> {
        let packed = evidence::pack(new.iter().map(|c| c.body));
        let rows = to_json(new, &packed)?;
        let mut tx = self.write().await?;
        evidence::insert(&mut tx, &packed).await?;
        certificates(&mut tx, new).await?;
        let stored = sqlx::query!(
            r#"INSERT INTO capture (channel, look_at, page, fetched_at, url, final_url, status, headers, evidence, asked, hops,
                                    certificate, whole)
             SELECT value ->> 'channel', value ->> 'look_at', value ->> 'page', value ->> 'fetched_at', value ->> 'url',
                    value ->> 'final_url', value ->> 'status', value ->> 'headers', value ->> 'evidence',
                    value ->> 'asked', value ->> 'hops', value ->> 'certificate', value ->> 'whole'
             FROM jsonb_each(?1) WHERE true
             ON CONFLICT (channel, look_at, page) DO NOTHING
             RETURNING id AS "id!: i64", channel AS "channel!: String", look_at AS "at!: String", page AS "page!: i64""#,
            rows
        )
        .fetch_all(&mut *tx)
        .await?;
        let stored: HashMap<(&str, &str, i64), i64> =
            stored.iter().map(|s| ((s.channel.as_str(), s.at.as_str(), s.page), s.id)).collect();
        let own = |(c, p): (&NewCapture<'_>, &Packed)| {
            let at = stamp(c.look_at);
            let id = stored.get(&(c.channel.as_str(), at.as_str(), i64::from(c.page)))?;
            Some((*id, p.hash.clone()))
        };
        let ids = match new.iter().zip(&packed).map(own).collect() {
            Some(ids) if stored.len() == new.len() => ids,
            // Something was stored before, and that is what stays.
            _ => numbers(&mut tx, &rows, new.len()).await?,
        };
        tx.commit().await?;
        Ok(ids)
    }

    /// Answers whose look has not been recorded: to be read again after a crash.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn unread_captures(&self) -> Result<Vec<UnreadLook>, StoreError> {
        // A look that is recorded stays so. What lies before the first capture without one need not be asked for again.
        let through = self.done.read_through.load(Ordering::Relaxed);
        let mut tx = self.read().await?;
        let newest = sqlx::query_scalar!(r#"SELECT coalesce(max(id), 0) AS "id!: i64" FROM capture"#)
            .fetch_one(&mut *tx)
            .await?;
        let rows = sqlx::query_as!(
            CaptureRow,
            "SELECT id, channel, look_at, page, fetched_at, url, final_url, status, headers, evidence,
                    asked, hops, certificate, whole
             FROM capture c
             WHERE id > ?1 AND NOT EXISTS (SELECT 1 FROM look l WHERE l.channel = c.channel AND l.at = c.look_at)
             ORDER BY look_at, channel, page",
            through
        )
        .fetch_all(&mut *tx)
        .await?;
        let read = rows.iter().map(|r| r.id - 1).min().unwrap_or(newest);
        self.done.read_through.fetch_max(read, Ordering::Relaxed);
        let mut looks: Vec<UnreadLook> = Vec::new();
        for row in rows {
            let capture = Capture::try_from(row)?;
            match looks.last_mut() {
                Some(l) if l.channel == capture.channel && l.look_at == capture.look_at => l.captures.push(capture),
                _ => looks.push(UnreadLook {
                    channel: capture.channel.clone(),
                    look_at: capture.look_at,
                    captures: vec![capture],
                }),
            }
        }
        Ok(looks)
    }

    /// The answers of one look, in the order of its pages.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn captures_of(&self, channel: &ChannelId, look_at: Moment) -> Result<Vec<Capture>, StoreError> {
        let (channel, at) = (channel.as_str(), stamp(look_at));
        let rows = sqlx::query_as!(
            CaptureRow,
            "SELECT id, channel, look_at, page, fetched_at, url, final_url, status, headers, evidence,
                    asked, hops, certificate, whole
             FROM capture WHERE channel = ?1 AND look_at = ?2 ORDER BY page",
            channel,
            at
        )
        .fetch_all(self.reader())
        .await?;
        Ok(rows.into_iter().map(Capture::try_from).collect::<Result<_, _>>()?)
    }

    /// The answers behind the look of that channel and instant, whose body is `body`: its own, and where that body is not
    /// among them, those of the look that it inherits from. Bytes may have been there before under other pages that
    /// followed, so the first look with the same body would not do; it does where nothing is inherited.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn answers_behind(
        &self,
        channel: &ChannelId,
        at: Moment,
        body: Option<&EvidenceHash>,
    ) -> Result<Answers, StoreError> {
        let own = self.captures_of(channel, at).await?;
        let holds = |some: &[Capture], hash: &EvidenceHash| some.iter().any(|c| c.evidence == *hash);
        let Some(hash) = body.filter(|h| !holds(&own, h)) else { return Ok(Answers { own, again: vec![] }) };
        let (name, when) = (channel.as_str(), stamp(at));
        let inherited = sqlx::query!(
            "SELECT r.id, r.at FROM look l JOIN look r ON r.id = l.same_as WHERE l.channel = ?1 AND l.at = ?2",
            name,
            when
        )
        .fetch_optional(self.reader())
        .await?;
        if let Some(r) = inherited {
            let read_at = Row::of("look", &r.id).moment("at", &r.at)?;
            let again = self.captures_of(channel, read_at).await?;
            if holds(&again, hash) {
                return Ok(Answers { own, again });
            }
        }
        let again = match self.capture_of_body(channel, hash).await? {
            Some(first) => self.captures_of(channel, first.look_at).await?,
            None => vec![],
        };
        Ok(Answers { own, again })
    }

    /// The certificate of that fingerprint, in DER.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn certificate(&self, hash: &EvidenceHash) -> Result<Option<Vec<u8>>, StoreError> {
        let hash = hash.as_str();
        Ok(sqlx::query_scalar!("SELECT der FROM certificate WHERE hash = ?1", hash)
            .fetch_optional(self.reader())
            .await?)
    }

    /// The first answer of that channel with that body.
    ///
    /// # Errors
    /// When the database cannot be read or the row cannot be understood.
    pub async fn capture_of_body(
        &self,
        channel: &ChannelId,
        body: &EvidenceHash,
    ) -> Result<Option<Capture>, StoreError> {
        let (channel, body) = (channel.as_str(), body.as_str());
        let row = sqlx::query_as!(
            CaptureRow,
            "SELECT id, channel, look_at, page, fetched_at, url, final_url, status, headers, evidence,
                    asked, hops, certificate, whole
             FROM capture WHERE channel = ?1 AND evidence = ?2 ORDER BY id LIMIT 1",
            channel,
            body
        )
        .fetch_optional(self.reader())
        .await?;
        Ok(row.map(Capture::try_from).transpose()?)
    }
}

/// Keeps the certificates that were shown, each once.
async fn certificates(tx: &mut SqliteConnection, new: &[NewCapture<'_>]) -> Result<(), StoreError> {
    let shown: HashSet<&[u8]> = new.iter().filter_map(|c| c.certificate).collect();
    for der in shown {
        let hash = evidence::fingerprint(der);
        let hash = hash.as_str();
        sqlx::query!("INSERT INTO certificate (hash, der) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING", hash, der)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// One answer by its number.
pub(crate) async fn one(store: &Store, id: i64) -> Result<Option<Capture>, StoreError> {
    let row = sqlx::query_as!(
        CaptureRow,
        "SELECT id, channel, look_at, page, fetched_at, url, final_url, status, headers, evidence,
                asked, hops, certificate, whole
         FROM capture WHERE id = ?1",
        id
    )
    .fetch_optional(store.reader())
    .await?;
    Ok(row.map(Capture::try_from).transpose()?)
}

fn to_json(new: &[NewCapture<'_>], packed: &[Packed]) -> Result<String, StoreError> {
    let rows = new.iter().zip(packed).map(|(c, p)| {
        Ok(CaptureJson {
            channel: c.channel.as_str(),
            look_at: stamp(c.look_at),
            page: c.page,
            fetched_at: stamp(c.fetched_at),
            url: c.url,
            final_url: c.final_url,
            status: c.status,
            headers: serde_json::to_string(c.headers)?,
            evidence: p.hash.as_str(),
            asked: serde_json::to_string(c.asked)?,
            hops: serde_json::to_string(c.hops)?,
            certificate: c.certificate.map(|der| evidence::fingerprint(der).to_string()),
            whole: c.whole,
        })
    });
    Ok(serde_json::to_string(&rows.collect::<Result<Vec<_>, StoreError>>()?)?)
}

async fn numbers(tx: &mut SqliteConnection, rows: &str, n: usize) -> Result<Vec<(i64, EvidenceHash)>, StoreError> {
    let stored = sqlx::query!(
        r#"SELECT CAST(j.key AS INTEGER) AS "place!: i64", c.id AS "id!: i64", c.evidence AS "evidence!: String"
           FROM json_each(?1) j CROSS JOIN capture c
             ON c.channel = j.value ->> 'channel' AND c.look_at = j.value ->> 'look_at' AND c.page = j.value ->> 'page'"#,
        rows
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut by_place: HashMap<i64, (i64, EvidenceHash)> = HashMap::with_capacity(n);
    for s in stored {
        let hash = Row::of("capture", &s.id).parse("evidence", &s.evidence)?;
        by_place.insert(s.place, (s.id, hash));
    }
    let missing = || StoreError::Sqlite(sqlx::Error::RowNotFound);
    (0..n).map(|i| by_place.remove(&crate::row::count(i)).ok_or_else(missing)).collect()
}
