//! Logging in: each attempt is written down before the password is looked at.

use chrono::TimeDelta;
use model::Moment;
use sqlx::SqliteConnection;

use super::{Account, AccountRow};
use crate::row::{count, stamp};
use crate::{Refusal, Store, StoreError};

/// How many attempts may fail, and for how long they count.
///
/// No limit shuts the door to a name for everybody: whoever knows a name could then keep its owner out for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Failed attempts for one name from one address: then this address is shut out of that name.
    pub per_name_and_address: u32,
    /// Failed attempts from one address, whatever the names: then it is shut out of all.
    pub per_address: u32,
    /// Failed attempts for one name from all addresses: then strange addresses have to wait for their turn.
    pub per_name: u32,
    /// How far apart the turns of strange addresses are.
    pub turn: TimeDelta,
    /// For how long an attempt counts, and so how long an address stays shut out.
    pub window: TimeDelta,
    /// For how long an address from which the name has logged in is no strange one.
    pub known: TimeDelta,
}

/// An attempt that may go on to the password.
#[derive(Debug, Clone)]
pub struct Admitted {
    /// Its number.
    pub attempt: i64,
    /// The account of that name, with its password as an argon2id string; none where there is no such account or it is
    /// disabled, which whoever knocks must not learn.
    pub account: Option<(Account, String)>,
}

struct SecretRow {
    id: i64,
    name: String,
    person: String,
    role: String,
    unit: Option<String>,
    must_change: i64,
    disabled_at: Option<String>,
    created_at: String,
    password: String,
}

impl Store {
    /// Writes down an attempt to log in and says whether it may go on.
    ///
    /// # Errors
    /// [`Refusal::Locked`] or [`Refusal::NotYet`] when too many have failed of late, or the database cannot be written.
    pub async fn begin_login(
        &self,
        name: &str,
        address: &str,
        limits: Limits,
        at: Moment,
    ) -> Result<Admitted, StoreError> {
        let name: String = name.chars().take(40).collect();
        let mut tx = self.write().await?;
        may_try(&mut tx, &name, address, limits, at).await?;
        let now = stamp(at);
        let attempt =
            sqlx::query!("INSERT INTO login_attempt (name, address, at) VALUES (?1, ?2, ?3)", name, address, now)
                .execute(&mut *tx)
                .await?
                .last_insert_rowid();
        let row = sqlx::query_as!(
            SecretRow,
            r#"SELECT id AS "id!: i64", name, person, role, unit, must_change, disabled_at, created_at, password
               FROM account WHERE name = ?1 AND disabled_at IS NULL"#,
            name
        )
        .fetch_optional(&mut *tx)
        .await?;
        tx.commit().await?;
        let account = row.map(|r| {
            let account = AccountRow {
                id: r.id,
                name: r.name,
                person: r.person,
                role: r.role,
                unit: r.unit,
                must_change: r.must_change,
                disabled_at: r.disabled_at,
                created_at: r.created_at,
            };
            Account::try_from(account).map(|a| (a, r.password))
        });
        Ok(Admitted { attempt, account: account.transpose()? })
    }

    /// Notes that the password of an attempt was right.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn login_succeeded(&self, attempt: i64) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query!("UPDATE login_attempt SET ok = 1 WHERE id = ?1", attempt).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }
}

/// Are there few enough failures?
async fn may_try(
    tx: &mut SqliteConnection,
    name: &str,
    address: &str,
    limits: Limits,
    at: Moment,
) -> Result<(), StoreError> {
    let (since, known) = (stamp(at - limits.window), stamp(at - limits.known));
    // What failed before the last success of the same name at the same address is forgiven; an address is not forgiven by
    // one account, and a name not by its owner, who may be the one that is attacked.
    let failed = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM login_attempt a WHERE a.name = ?1 AND a.address = ?2 AND a.at > ?3 AND a.ok = 0
                     AND a.id > coalesce((SELECT max(g.id) FROM login_attempt g
                                          WHERE g.name = ?1 AND g.address = ?2 AND g.ok = 1), 0)) AS "of_both!: i64",
                  (SELECT count(*) FROM login_attempt WHERE address = ?2 AND at > ?3 AND ok = 0) AS "of_address!: i64",
                  (SELECT count(*) FROM login_attempt WHERE name = ?1 AND at > ?3 AND ok = 0) AS "of_name!: i64",
                  (SELECT max(at) FROM login_attempt WHERE name = ?1 AND at > ?3 AND ok = 0) AS "last?: String",
                  EXISTS (SELECT 1 FROM login_attempt WHERE name = ?1 AND address = ?2 AND at > ?4 AND ok = 1)
                    AS "known!: i64""#,
        name,
        address,
        since,
        known
    )
    .fetch_one(tx)
    .await?;
    if failed.of_both >= count(limits.per_name_and_address) || failed.of_address >= count(limits.per_address) {
        return Err(Refusal::Locked { minutes: limits.window.num_minutes() }.into());
    }
    // An attempt that comes before its turn is not written down, so that the turns go on.
    let before_its_turn = failed.last.is_some_and(|last| last > stamp(at - limits.turn));
    if failed.known == 0 && failed.of_name >= count(limits.per_name) && before_its_turn {
        return Err(Refusal::NotYet { seconds: limits.turn.num_seconds() }.into());
    }
    Ok(())
}
