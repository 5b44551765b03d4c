//! Logging in: each attempt is written down before the password is looked at.

use chrono::TimeDelta;
use model::Moment;

use super::{Account, AccountRow};
use crate::row::{count, stamp};
use crate::{Refusal, Store, StoreError};

/// How many attempts may fail, and for how long they count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Failed attempts for one name.
    pub per_name: u32,
    /// Failed attempts from one address.
    pub per_address: u32,
    /// For how long an attempt counts, and so how long the door stays shut.
    pub window: TimeDelta,
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
    /// [`Refusal::Locked`] when too many have failed of late, or the database cannot be written.
    pub async fn begin_login(
        &self,
        name: &str,
        address: &str,
        limits: Limits,
        at: Moment,
    ) -> Result<Admitted, StoreError> {
        let name: String = name.chars().take(40).collect();
        let (since, now) = (stamp(at - limits.window), stamp(at));
        let mut tx = self.write().await?;
        // What failed before the last success of the same name is forgiven; an address is not forgiven by one account.
        let failed = sqlx::query!(
            r#"SELECT (SELECT count(*) FROM login_attempt a WHERE a.name = ?1 AND a.at > ?3 AND a.ok = 0
                         AND a.id > coalesce((SELECT max(g.id) FROM login_attempt g WHERE g.name = ?1 AND g.ok = 1), 0))
                          AS "of_name!: i64",
                      (SELECT count(*) FROM login_attempt WHERE address = ?2 AND at > ?3 AND ok = 0) AS "of_address!: i64""#,
            name,
            address,
            since
        )
        .fetch_one(&mut *tx)
        .await?;
        if failed.of_name >= count(limits.per_name) || failed.of_address >= count(limits.per_address) {
            return Err(Refusal::Locked { minutes: limits.window.num_minutes() }.into());
        }
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
