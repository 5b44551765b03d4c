//! Appeals with what is handed in with them.

use model::{EvidenceHash, FindingState, Moment};

use sqlx::SqliteConnection;

use super::{Basis, Decision, decide};
use crate::evidence::{self, Packed};
use crate::row::Row;
use crate::{RowError, Store, StoreError};

/// What a file is called whose name nobody has kept.
const UNNAMED: &str = "申诉材料";

/// The file of an appeal: the evidence of the event, by whatever road it came in. Its bytes are under [`Store::evidence`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppealFile {
    /// The event that it came with.
    pub seq: i64,
    /// Its name as the unit gave it, untrusted.
    pub name: String,
    /// Its fingerprint.
    pub evidence: EvidenceHash,
}

impl Store {
    /// Appeals, and keeps the file (name and bytes) that is handed in: both or neither.
    ///
    /// # Errors
    /// As for [`Store::decide`].
    pub async fn appeal(
        &self,
        finding: i64,
        who: &str,
        reason: &str,
        file: Option<(&str, &[u8])>,
        at: Moment,
    ) -> Result<FindingState, StoreError> {
        let packed = file.map(|(name, body)| (name, Packed::new(body)));
        let mut tx = self.write().await?;
        let mut basis = Basis::NONE;
        if let Some((name, packed)) = &packed {
            evidence::insert(&mut tx, std::slice::from_ref(packed)).await?;
            basis = Basis { evidence: Some(&packed.hash), file_name: Some(name), ..Basis::NONE };
        }
        let state = decide::decided(&mut tx, finding, Decision::Appeal, (who, reason, basis), at).await?;
        tx.commit().await?;
        Ok(state)
    }

    /// The files that were handed in with appeals against a finding.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn appeal_files(&self, finding: i64) -> Result<Vec<AppealFile>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT e.seq AS "seq!: i64", a.name AS "name?: String",
                      coalesce(e.evidence, a.evidence) AS "evidence!: String"
               FROM finding_event e LEFT JOIN appeal_file a ON a.finding = e.finding AND a.seq = e.seq
               WHERE e.finding = ?1 AND e.state = 'appealed' AND coalesce(e.evidence, a.evidence) IS NOT NULL
               ORDER BY e.seq"#,
            finding
        )
        .fetch_all(self.reader())
        .await?;
        let files = rows.into_iter().map(|r| {
            let hash = Row::of("finding_event", &finding).parse("evidence", &r.evidence)?;
            Ok(AppealFile { seq: r.seq, name: r.name.unwrap_or_else(|| UNNAMED.to_owned()), evidence: hash })
        });
        Ok(files.collect::<Result<_, RowError>>()?)
    }
}

/// How much waits for a person's decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Suspicions.
    pub suspicions: u64,
    /// Appeals.
    pub appeals: u64,
}

/// An appeal that waits for its decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAppeal {
    /// The finding.
    pub finding: i64,
    /// The event.
    pub seq: i64,
    /// Who appeals.
    pub who: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub reason: String,
    /// The name of the file that came with it, untrusted.
    pub file: Option<String>,
}

impl Store {
    /// How many suspicions and appeals wait for a decision.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn waiting(&self) -> Result<Waiting, StoreError> {
        let counted = sqlx::query!(
            r#"SELECT (SELECT count(*) FROM finding_now WHERE state = 'appealed') AS "appeals!: i64",
                      (SELECT count(*) FROM suspicion s
                       WHERE NOT EXISTS (SELECT 1 FROM suspicion_decision d WHERE d.suspicion = s.id))
                          AS "suspicions!: i64""#
        )
        .fetch_one(self.reader())
        .await?;
        Ok(Waiting { suspicions: counted.suspicions.unsigned_abs(), appeals: counted.appeals.unsigned_abs() })
    }

    /// Appeals that wait for their decision, the longest waiting first: `limit` of them after the first `skip`.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn open_appeals(&self, skip: u32, limit: u32) -> Result<Vec<OpenAppeal>, StoreError> {
        let rows = sqlx::query!(
            r#"SELECT e.finding AS "finding!: i64", e.seq AS "seq!: i64", e.who, e.at, e.note, a.name AS "file?: String",
                      e.evidence IS NOT NULL AS "has_file!: bool"
               FROM finding_now f
               JOIN finding_event e ON e.finding = f.finding
                AND e.seq = (SELECT max(seq) FROM finding_event WHERE finding = f.finding)
               LEFT JOIN appeal_file a ON a.finding = e.finding AND a.seq = e.seq
               WHERE f.state = 'appealed' ORDER BY e.at, e.finding LIMIT ?1 OFFSET ?2"#,
            limit,
            skip
        )
        .fetch_all(self.reader())
        .await?;
        let rows = rows.into_iter().map(|r| {
            let at = Row::of("finding_event", &r.finding).moment("at", &r.at)?;
            let file = r.file.or_else(|| r.has_file.then(|| UNNAMED.to_owned()));
            Ok(OpenAppeal { finding: r.finding, seq: r.seq, who: r.who, at, reason: r.note, file })
        });
        Ok(rows.collect::<Result<_, RowError>>()?)
    }
}

/// Keeps the name under which the file of a finding's last event was handed in.
pub(super) async fn name_file(
    tx: &mut SqliteConnection,
    finding: i64,
    name: &str,
    evidence: &EvidenceHash,
) -> Result<(), StoreError> {
    let hash = evidence.as_str();
    sqlx::query!(
        "INSERT INTO appeal_file (finding, seq, name, evidence)
         VALUES (?1, (SELECT max(seq) FROM finding_event WHERE finding = ?1), ?2, ?3)",
        finding,
        name,
        hash
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}
