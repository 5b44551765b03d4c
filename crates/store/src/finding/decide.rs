//! What people decide about findings (COUNTING.md section 7).

use model::{EvidenceHash, FindingState, Moment, Verdict};
use sqlx::SqliteConnection;

use super::{appeal, select};
use crate::row::{list, stamp};
use crate::{Refusal, Store, StoreError, said};

/// A decision of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// 确认: it is a breach.
    Confirm,
    /// 不予认定: it is none, and is not charged.
    Dismiss,
    /// 申诉: the unit objects to a line of the ledger.
    Appeal,
    /// 维持: the objection is refused.
    Uphold,
    /// 红冲: the objection is granted; the next close takes the line back.
    Reverse,
}

/// What a decision or an appeal rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Basis<'a> {
    /// 文号: the number of a document.
    pub document: Option<&'a str>,
    /// The file that was handed in, by its hash.
    pub evidence: Option<&'a EvidenceHash>,
    /// The name of that file as it was handed in, untrusted.
    pub file_name: Option<&'a str>,
}

impl Basis<'_> {
    /// Nothing but the reason.
    pub const NONE: Basis<'static> = Basis { document: None, evidence: None, file_name: None };
}

impl Decision {
    /// In Chinese.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Decision::Confirm => "确认",
            Decision::Dismiss => "不予认定",
            Decision::Appeal => "申诉",
            Decision::Uphold => "维持",
            Decision::Reverse => "撤销扣分（红冲）",
        }
    }

    /// The state that it leads to.
    #[must_use]
    pub fn leads_to(self) -> FindingState {
        match self {
            Decision::Confirm => FindingState::Confirmed,
            Decision::Dismiss => FindingState::Dismissed,
            Decision::Appeal => FindingState::Appealed,
            Decision::Uphold => FindingState::Upheld,
            Decision::Reverse => FindingState::Reversed,
        }
    }

    /// May it be taken in this state?
    #[must_use]
    pub fn allowed_in(self, state: FindingState) -> bool {
        match self {
            Decision::Confirm => state == FindingState::Detected,
            Decision::Dismiss => matches!(state, FindingState::Detected | FindingState::Confirmed),
            Decision::Appeal => state == FindingState::Posted,
            Decision::Uphold | Decision::Reverse => state == FindingState::Appealed,
        }
    }

    /// In which state it may be taken, in Chinese.
    #[must_use]
    pub fn needs(self) -> &'static str {
        match self {
            Decision::Confirm => "只有「已发现」的才能确认",
            Decision::Dismiss => "只有尚未入账的才能不予认定；已入账的请走申诉",
            Decision::Appeal => "只有「已入账」的才能申诉",
            Decision::Uphold | Decision::Reverse => "只有「申诉中」的才能作出申诉决定",
        }
    }
}

impl Store {
    /// Writes down the decision of a person and gives the state that it led to. To confirm needs no reason, all else
    /// does.
    ///
    /// # Errors
    /// When the finding is not in a state in which this can be decided, a name or reason is missing, or the database
    /// cannot be written.
    pub async fn decide(
        &self,
        finding: i64,
        decision: Decision,
        who: &str,
        reason: &str,
        document: Option<&str>,
        at: Moment,
    ) -> Result<FindingState, StoreError> {
        self.decide_with(finding, decision, who, reason, Basis { document, ..Basis::NONE }, at).await
    }

    /// The same, with the file that was handed in.
    ///
    /// # Errors
    /// As [`Store::decide`], and when the file has not been stored.
    pub async fn decide_with(
        &self,
        finding: i64,
        decision: Decision,
        who: &str,
        reason: &str,
        basis: Basis<'_>,
        at: Moment,
    ) -> Result<FindingState, StoreError> {
        let mut tx = self.write().await?;
        let state = decided(&mut tx, finding, decision, (who, reason, basis), at).await?;
        tx.commit().await?;
        Ok(state)
    }
}

/// The decision within a transaction that may hold more.
pub(super) async fn decided(
    tx: &mut SqliteConnection,
    finding: i64,
    decision: Decision,
    (who, reason, basis): (&str, &str, Basis<'_>),
    at: Moment,
) -> Result<FindingState, StoreError> {
    said("姓名", who)?;
    if decision != Decision::Confirm {
        said("理由", reason)?;
    }
    let Some(found) = select::one(&mut *tx, finding).await? else {
        return Err(Refusal::NoSuch { what: "发现", id: finding }.into());
    };
    if !decision.allowed_in(found.state) {
        return Err(Refusal::Transition { finding, state: found.state, decision }.into());
    }
    if decision == Decision::Confirm && found.judgement.verdict != Verdict::Breached {
        return Err(Refusal::NotBreached(finding).into());
    }
    let state = decision.leads_to();
    append_event(&mut *tx, &[finding], state, at, who, reason, basis).await?;
    if let (Decision::Appeal, Some(name), Some(hash)) = (decision, basis.file_name, basis.evidence) {
        appeal::name_file(&mut *tx, finding, name, hash).await?;
    }
    Ok(state)
}

/// Appends the same event to each of these findings.
pub(crate) async fn append_event(
    tx: &mut SqliteConnection,
    findings: &[i64],
    state: FindingState,
    at: Moment,
    who: &str,
    note: &str,
    basis: Basis<'_>,
) -> Result<(), StoreError> {
    if findings.is_empty() {
        return Ok(());
    }
    let (findings, at, state) = (list(findings)?, stamp(at), state.word());
    let evidence = basis.evidence.map(EvidenceHash::as_str);
    sqlx::query!(
        "INSERT INTO finding_event (finding, seq, at, state, who, note, document, evidence)
         SELECT CAST(value AS INTEGER),
                (SELECT coalesce(max(seq), 0) + 1 FROM finding_event WHERE finding = CAST(value AS INTEGER)),
                ?2, ?3, ?4, ?5, ?6, ?7
         FROM json_each(?1)",
        findings,
        at,
        state,
        who,
        note,
        basis.document,
        evidence
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}
