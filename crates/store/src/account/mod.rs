//! Accounts: who may use the pages. The store keeps what it is handed, a password as an argon2id string and a token as
//! its fingerprint; it never sees either in clear.

mod audit;
mod login;
mod session;

use std::fmt;

use model::{Moment, UnitId};

pub use audit::{Audit, AuditFilter};
pub use login::{Admitted, Limits};
pub use session::SignedIn;

use crate::row::{Row, stamp};
use crate::{Refusal, RowError, Store, StoreError, said};

/// What an account may do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Role {
    /// 管理员: accounts, and all that a clerk may.
    Admin,
    /// 经办人: the district's clerk.
    Clerk,
    /// 单位信息员: one unit, and nothing of another.
    Officer(UnitId),
    /// 领导: sees everything of the district, decides nothing.
    Leader,
}

impl Role {
    /// The word of the database and the command line.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::Clerk => "clerk",
            Role::Officer(_) => "officer",
            Role::Leader => "leader",
        }
    }

    /// In Chinese.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Role::Admin => "管理员",
            Role::Clerk => "经办人",
            Role::Officer(_) => "单位信息员",
            Role::Leader => "领导",
        }
    }

    /// The unit to which it is bound.
    #[must_use]
    pub fn unit(&self) -> Option<&UnitId> {
        if let Role::Officer(unit) = self { Some(unit) } else { None }
    }

    /// Back from the two columns of the database, or the two words of the command line.
    #[must_use]
    pub fn from_words(word: &str, unit: Option<UnitId>) -> Option<Role> {
        match (word, unit) {
            ("admin", None) => Some(Role::Admin),
            ("clerk", None) => Some(Role::Clerk),
            ("leader", None) => Some(Role::Leader),
            ("officer", Some(unit)) => Some(Role::Officer(unit)),
            _ => None,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Role::Officer(unit) => write!(f, "officer:{unit}"),
            other => f.write_str(other.word()),
        }
    }
}

/// An account, about to be made.
#[derive(Debug, Clone)]
pub struct NewAccount<'a> {
    /// The name with which to log in.
    pub name: &'a str,
    /// The person's name.
    pub person: &'a str,
    /// What it may do.
    pub role: &'a Role,
    /// The password as an argon2id string.
    pub password: &'a str,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: i64,
    /// The name with which to log in.
    pub name: String,
    /// The person's name.
    pub person: String,
    /// What it may do.
    pub role: Role,
    /// Must the password be changed before anything else?
    pub must_change: bool,
    /// Since when it may not be used any more.
    pub disabled_at: Option<Moment>,
    /// When it was made.
    pub created_at: Moment,
}

pub(crate) struct AccountRow {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) person: String,
    pub(crate) role: String,
    pub(crate) unit: Option<String>,
    pub(crate) must_change: i64,
    pub(crate) disabled_at: Option<String>,
    pub(crate) created_at: String,
}

impl TryFrom<AccountRow> for Account {
    type Error = RowError;

    fn try_from(r: AccountRow) -> Result<Account, RowError> {
        let row = Row::of("account", &r.id);
        let unit = row.maybe("unit", r.unit.as_deref())?;
        Ok(Account {
            id: r.id,
            role: row.known("role", &r.role, Role::from_words(&r.role, unit))?,
            must_change: r.must_change != 0,
            disabled_at: row.moment_or_none("disabled_at", r.disabled_at.as_deref())?,
            created_at: row.moment("created_at", &r.created_at)?,
            name: r.name,
            person: r.person,
        })
    }
}

impl Store {
    /// Makes an account whose password must be changed at the first login; gives its number.
    ///
    /// # Errors
    /// When the name is taken or unusable, the unit is not registered, or the database cannot be written.
    pub async fn add_account(&self, new: &NewAccount<'_>, at: Moment) -> Result<i64, StoreError> {
        said("姓名", new.person)?;
        if !(2..=40).contains(&new.name.len()) || !new.name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return Err(Refusal::AccountName.into());
        }
        let (role, unit, at) = (new.role.word(), new.role.unit().map(UnitId::as_str), stamp(at));
        let mut tx = self.write().await?;
        let done = sqlx::query!(
            "INSERT INTO account (name, person, role, unit, password, must_change, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6) ON CONFLICT (name) DO NOTHING",
            new.name,
            new.person,
            role,
            unit,
            new.password,
            at
        )
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Refusal::AccountTaken(new.name.to_owned()).into());
        }
        tx.commit().await?;
        Ok(done.last_insert_rowid())
    }

    /// Every account, in the order in which they were made.
    ///
    /// # Errors
    /// When the database cannot be read or a row cannot be understood.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let rows = sqlx::query_as!(
            AccountRow,
            "SELECT id, name, person, role, unit, must_change, disabled_at, created_at FROM account ORDER BY id"
        )
        .fetch_all(self.reader())
        .await?;
        Ok(rows.into_iter().map(Account::try_from).collect::<Result<_, _>>()?)
    }

    /// Gives an account another password and ends all its sessions. `must_change`: it was set by somebody else.
    ///
    /// # Errors
    /// When there is no such account, or the database cannot be written.
    pub async fn set_password(&self, name: &str, password: &str, must_change: bool) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let done = sqlx::query!(
            "UPDATE account SET password = ?2, must_change = ?3 WHERE name = ?1",
            name,
            password,
            must_change
        )
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Refusal::NoAccount(name.to_owned()).into());
        }
        sqlx::query!("DELETE FROM session WHERE account = (SELECT id FROM account WHERE name = ?1)", name)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Ends the use of an account (`Some`) or takes it up again (`None`); ends its sessions either way.
    ///
    /// # Errors
    /// When there is no such account, it is the last administrator, or the database cannot be written.
    pub async fn disable_account(&self, name: &str, at: Option<Moment>) -> Result<(), StoreError> {
        let at = at.map(stamp);
        let mut tx = self.write().await?;
        let done =
            sqlx::query!("UPDATE account SET disabled_at = ?2 WHERE name = ?1", name, at).execute(&mut *tx).await?;
        if done.rows_affected() == 0 {
            return Err(Refusal::NoAccount(name.to_owned()).into());
        }
        let admins = sqlx::query_scalar!("SELECT count(*) FROM account WHERE role = 'admin' AND disabled_at IS NULL")
            .fetch_one(&mut *tx)
            .await?;
        if admins == 0 && at.is_some() {
            return Err(Refusal::LastAdmin.into());
        }
        sqlx::query!("DELETE FROM session WHERE account = (SELECT id FROM account WHERE name = ?1)", name)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Sets the fingerprint of the secret of an account's calendar; the one before is worth nothing any more.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn set_feed(&self, account: i64, fingerprint: &str) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query!("UPDATE account SET feed = ?2 WHERE id = ?1", account, fingerprint).execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    }

    /// The account whose calendar has that secret, unless it is disabled.
    ///
    /// # Errors
    /// When the database cannot be read or the row cannot be understood.
    pub async fn account_of_feed(&self, fingerprint: &str) -> Result<Option<Account>, StoreError> {
        let row = sqlx::query_as!(
            AccountRow,
            r#"SELECT id AS "id!: i64", name, person, role, unit, must_change, disabled_at, created_at FROM account
               WHERE feed = ?1 AND disabled_at IS NULL"#,
            fingerprint
        )
        .fetch_optional(self.reader())
        .await?;
        Ok(row.map(Account::try_from).transpose()?)
    }
}
