//! Writing down what the rules said: once for each window, and again only when something has changed.

use std::collections::{BTreeSet, HashMap};

use model::{CountingMode, Day, FindingState, Judgement, Moment, Points, Proof, RulebookId, Scope, Verdict};
use serde::Serialize;
use sqlx::SqliteConnection;

use super::{Basis, append_event};
use crate::row::{list, stamp};
use crate::{Store, StoreError};

/// The result of one run of the rules.
#[derive(Debug, Clone)]
pub struct Judged<'a> {
    /// Under which rulebook.
    pub rulebook: &'a RulebookId,
    /// When the rules ran.
    pub judged_at: Moment,
    /// Up to which instant they knew the world.
    pub as_of: Moment,
    /// What was judged. A known finding of one of these, whose window is no longer among the judgements, has been
    /// unmade: its latest judgement becomes `met`.
    pub scopes: &'a [Scope],
    /// Windows that end before this day were not judged: what is known of them stands.
    pub since: Day,
    /// What they said. `met` is kept only where it changes a known finding.
    pub judgements: &'a [Judgement],
}

/// What has come of it; numbers of findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// Seen for the first time.
    pub new: Vec<i64>,
    /// Known, and judged otherwise than before.
    pub changed: Vec<i64>,
    /// Unmade before they were posted.
    pub retracted: Vec<i64>,
}

struct Known {
    id: i64,
    as_of: String,
    digest: String,
    verdict: String,
    mode: String,
    state: String,
    /// Did a person bring it there?
    by_person: bool,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rulebook: &'a str,
    criterion: &'a str,
    scope: String,
    unit: String,
    channel: Option<&'a str>,
    matter: Option<&'a str>,
    first: String,
    last: String,
    month: String,
}

#[derive(Serialize)]
struct JudgementJson {
    finding: i64,
    verdict: &'static str,
    missing: u32,
    points: i64,
    mode: String,
    flags: String,
    proof: String,
    digest: String,
}

/// A finding's key without its rulebook.
type Key = (String, String, String, String);

fn key(j: &Judgement) -> Key {
    let k = &j.key;
    (k.criterion.to_string(), k.scope.to_string(), k.days.first.to_string(), k.days.last.to_string())
}

impl Store {
    /// Writes down what the rules said. Judging again with the same result writes nothing. What was judged with older
    /// knowledge than is written down already changes nothing.
    ///
    /// # Errors
    /// When a unit or channel is not registered, or the database cannot be written: then nothing is.
    pub async fn record_judgements(&self, judged: &Judged<'_>) -> Result<Recorded, StoreError> {
        let mut tx = self.write().await?;
        let known = known(&mut tx, judged).await?;
        let mut recorded = Recorded::default();
        let mut rows: Vec<JudgementJson> = Vec::new();
        let mut retract: Vec<i64> = Vec::new();
        let mut again: Vec<i64> = Vec::new();
        let (mut fresh, mut seen) = (Vec::new(), BTreeSet::new());
        for j in judged.judgements {
            let key = key(j);
            match known.get(&key) {
                Some(k) => weigh(k, judged, to_json(k.id, j)?, &mut rows, &mut retract, &mut again),
                None if j.verdict != Verdict::Met && !seen.contains(&key) => fresh.push(j),
                None => {}
            }
            seen.insert(key);
        }
        for (_, k) in known.iter().filter(|(key, _)| !seen.contains(*key)) {
            weigh(k, judged, unmade(k)?, &mut rows, &mut retract, &mut again);
        }
        recorded.changed = rows.iter().map(|r| r.finding).collect();
        recorded.changed.sort_unstable();
        recorded.new = insert_findings(&mut tx, judged, &fresh, &mut rows).await?;
        insert_judgements(&mut tx, judged, &rows).await?;
        retract.sort_unstable();
        let at = judged.judged_at;
        append_event(&mut tx, &recorded.new, FindingState::Detected, at, "", "", Basis::NONE).await?;
        append_event(&mut tx, &retract, FindingState::Retracted, at, "", "后来的检查已能证明不构成扣分", Basis::NONE)
            .await?;
        append_event(&mut tx, &again, FindingState::Detected, at, "", "重新判定为未达标", Basis::NONE).await?;
        recorded.retracted = retract;
        tx.commit().await?;
        Ok(recorded)
    }
}

/// Compares a known finding with what is said of it now, and notes what is to be written.
fn weigh(
    known: &Known,
    judged: &Judged<'_>,
    now: JudgementJson,
    rows: &mut Vec<JudgementJson>,
    retract: &mut Vec<i64>,
    again: &mut Vec<i64>,
) {
    let (breached, was) = (Verdict::Breached.word(), known.verdict.as_str());
    if known.as_of > stamp(judged.as_of) {
        return;
    }
    // What the program itself has taken back, because of what was known then, is found again; what a person has taken back
    // stays taken back.
    let taken_back = known.state == FindingState::Reversed.word() && !known.by_person;
    if taken_back && now.verdict == breached {
        again.push(known.id);
    }
    if known.digest == now.digest {
        return;
    }
    // A finding that has been unmade says so once, not anew with every run.
    if was == Verdict::Met.word() && now.verdict == was {
        return;
    }
    match FindingState::from_word(&known.state) {
        Some(FindingState::Detected | FindingState::Confirmed) if was == breached && now.verdict != breached => {
            retract.push(known.id);
        }
        Some(FindingState::Retracted) if now.verdict == breached => again.push(known.id),
        _ => {}
    }
    rows.push(now);
}

fn to_json(finding: i64, j: &Judgement) -> Result<JudgementJson, StoreError> {
    // Only a breach costs anything, whatever the rules may have said it would cost.
    let points = if j.verdict == Verdict::Breached { j.points } else { Points::ZERO };
    let (flags, proof) = (serde_json::to_string(&j.flags)?, serde_json::to_string(&j.proof)?);
    Ok(said(finding, j.verdict, j.missing, points, j.mode.word(), flags, proof))
}

fn said(
    finding: i64,
    verdict: Verdict,
    missing: u32,
    points: Points,
    mode: &str,
    flags: String,
    proof: String,
) -> JudgementJson {
    let (verdict, points) = (verdict.word(), points.hundredths());
    let all = format!("{verdict}\n{missing}\n{points}\n{mode}\n{flags}\n{proof}");
    let digest = blake3::hash(all.as_bytes()).to_hex().to_string();
    JudgementJson { finding, verdict, missing, points, mode: mode.to_owned(), flags, proof, digest }
}

/// What is said of a finding whose window the rules no longer name.
fn unmade(k: &Known) -> Result<JudgementJson, StoreError> {
    let enough = if k.mode == CountingMode::EachMatter.word() {
        "按现有登记，该事项已按期完成、不再计分，或期限已经改变。".to_owned()
    } else {
        "按现有检查记录，该时段已不再单独成立：期间已有更新，或起算日期已经改变。".to_owned()
    };
    let proof = serde_json::to_string(&Proof { enough, ..Proof::default() })?;
    let mode = if k.mode.is_empty() { CountingMode::default().word() } else { &k.mode };
    Ok(said(k.id, Verdict::Met, 0, Points::ZERO, mode, "[]".to_owned(), proof))
}

async fn known(tx: &mut SqliteConnection, judged: &Judged<'_>) -> Result<HashMap<Key, Known>, StoreError> {
    let rulebook = judged.rulebook.as_str();
    let mut scopes: BTreeSet<&Scope> = judged.scopes.iter().collect();
    scopes.extend(judged.judgements.iter().map(|j| &j.key.scope));
    let (scopes, since) = (list(scopes)?, judged.since.max(Day::from_ymd_opt(1, 1, 1).unwrap_or_default()).to_string());
    let rows = sqlx::query!(
        r#"SELECT f.id AS "id!: i64", f.criterion, f.scope, f.first_day, f.last_day, j.as_of, j.digest, j.verdict, j.mode,
                  (SELECT e.state FROM finding_event e WHERE e.finding = f.id ORDER BY e.seq DESC LIMIT 1)
                      AS "state!: String",
                  (SELECT e.who <> '' FROM finding_event e WHERE e.finding = f.id ORDER BY e.seq DESC LIMIT 1)
                      AS "by_person!: bool"
           FROM finding f JOIN judgement j ON j.id = (SELECT max(id) FROM judgement WHERE finding = f.id)
           WHERE f.rulebook = ?1 AND f.scope IN (SELECT value FROM json_each(?2)) AND f.last_day >= ?3"#,
        rulebook,
        scopes,
        since
    )
    .fetch_all(&mut *tx)
    .await?;
    let known = rows.into_iter().map(|r| {
        let known = Known {
            id: r.id,
            as_of: r.as_of,
            digest: r.digest,
            verdict: r.verdict,
            mode: r.mode,
            state: r.state,
            by_person: r.by_person,
        };
        ((r.criterion, r.scope, r.first_day, r.last_day), known)
    });
    Ok(known.collect())
}

/// Inserts findings and adds their judgements to `rows`; gives their numbers.
async fn insert_findings(
    tx: &mut SqliteConnection,
    judged: &Judged<'_>,
    fresh: &[&Judgement],
    rows: &mut Vec<JudgementJson>,
) -> Result<Vec<i64>, StoreError> {
    let json: Vec<FindingJson<'_>> = fresh.iter().map(|j| finding_json(j)).collect();
    let (json, at) = (serde_json::to_string(&json)?, stamp(judged.judged_at));
    let inserted = sqlx::query!(
        r#"INSERT INTO finding (rulebook, criterion, scope, unit, channel, matter, first_day, last_day, month, detected_at)
           SELECT value ->> 'rulebook', value ->> 'criterion', value ->> 'scope', value ->> 'unit', value ->> 'channel',
                  value ->> 'matter', value ->> 'first', value ->> 'last', value ->> 'month', ?2
           FROM json_each(?1)
           RETURNING id AS "id!: i64", criterion AS "criterion!: String", scope AS "scope!: String",
                     first_day AS "first_day!: String", last_day AS "last_day!: String""#,
        json,
        at
    )
    .fetch_all(&mut *tx)
    .await?;
    let ids: HashMap<Key, i64> =
        inserted.into_iter().map(|r| ((r.criterion, r.scope, r.first_day, r.last_day), r.id)).collect();
    let mut new = Vec::with_capacity(fresh.len());
    for j in fresh {
        let id = *ids.get(&key(j)).ok_or(StoreError::Sqlite(sqlx::Error::RowNotFound))?;
        rows.push(to_json(id, j)?);
        new.push(id);
    }
    new.sort_unstable();
    Ok(new)
}

fn finding_json(j: &Judgement) -> FindingJson<'_> {
    let k = &j.key;
    FindingJson {
        rulebook: k.rulebook.as_str(),
        criterion: k.criterion.as_str(),
        scope: k.scope.to_string(),
        unit: k.scope.unit().to_string(),
        channel: k.scope.channel().map(|c| c.as_str()),
        matter: k.scope.matter().map(|m| m.as_str()),
        first: k.days.first.to_string(),
        last: k.days.last.to_string(),
        month: k.month().to_string(),
    }
}

async fn insert_judgements(
    tx: &mut SqliteConnection,
    judged: &Judged<'_>,
    rows: &[JudgementJson],
) -> Result<(), StoreError> {
    let (at, as_of, rows) = (stamp(judged.judged_at), stamp(judged.as_of), serde_json::to_string(rows)?);
    sqlx::query!(
        "INSERT INTO judgement (finding, judged_at, as_of, verdict, missing, points, mode, flags, proof, digest)
         SELECT value ->> 'finding', ?2, ?3, value ->> 'verdict', value ->> 'missing', value ->> 'points',
                value ->> 'mode', value ->> 'flags', value ->> 'proof', value ->> 'digest'
         FROM json_each(?1)",
        rows,
        at,
        as_of
    )
    .execute(&mut *tx)
    .await?;
    Ok(())
}
