//! What `duban doctor` and `duban backup` ask.

use std::path::Path;

use model::Moment;

use crate::row::stamp;
use crate::{Store, StoreError};

/// How much there is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "each field is named by the table that it counts")]
pub struct Counts {
    pub units: i64,
    pub channels: i64,
    pub evidence: i64,
    pub captures: i64,
    pub looks: i64,
    pub entries: i64,
    pub findings: i64,
    pub judgements: i64,
    pub waivers: i64,
    pub register: i64,
    pub ledger_lines: i64,
    pub closed_months: i64,
    /// Deliveries of letters that are neither made nor given up.
    pub mail_waiting: i64,
    /// Deliveries that were given up.
    pub mail_given_up: i64,
}

/// What has come, in all and since an instant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Growth {
    /// Looks made.
    pub looks: i64,
    /// Of these, since then.
    pub looks_since: i64,
    /// What the saved bodies take, in bytes.
    pub evidence: i64,
    /// What of it came since then for the first time.
    pub evidence_since: i64,
}

impl Store {
    /// How much has come in all, and since that instant. Reads every answer.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn growth(&self, since: Moment) -> Result<Growth, StoreError> {
        let since = stamp(since);
        Ok(sqlx::query_as!(
            Growth,
            r#"SELECT (SELECT count(*) FROM look) AS "looks!: i64",
                      (SELECT count(*) FROM look WHERE at >= ?1) AS "looks_since!: i64",
                      (SELECT coalesce(sum(length(body)), 0) FROM evidence) AS "evidence!: i64",
                      (SELECT coalesce(sum(length(e.body)), 0) FROM evidence e
                         JOIN (SELECT evidence, min(fetched_at) AS first FROM capture GROUP BY evidence) c
                           ON c.evidence = e.hash
                       WHERE c.first >= ?1) AS "evidence_since!: i64""#,
            since
        )
        .fetch_one(self.reader())
        .await?)
    }

    /// How much there is in each table.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        Ok(sqlx::query_as!(
            Counts,
            r#"SELECT (SELECT count(*) FROM unit) AS "units!: i64",
                      (SELECT count(*) FROM channel) AS "channels!: i64",
                      (SELECT count(*) FROM evidence) AS "evidence!: i64",
                      (SELECT count(*) FROM capture) AS "captures!: i64",
                      (SELECT count(*) FROM look) AS "looks!: i64",
                      (SELECT count(*) FROM entry) AS "entries!: i64",
                      (SELECT count(*) FROM finding) AS "findings!: i64",
                      (SELECT count(*) FROM judgement) AS "judgements!: i64",
                      (SELECT count(*) FROM waiver) AS "waivers!: i64",
                      (SELECT count(*) FROM register) AS "register!: i64",
                      (SELECT count(*) FROM ledger_line) AS "ledger_lines!: i64",
                      (SELECT count(*) FROM month_close) AS "closed_months!: i64",
                      (SELECT count(*) FROM delivery WHERE sent_at IS NULL AND gave_up = 0) AS "mail_waiting!: i64",
                      (SELECT count(*) FROM delivery WHERE gave_up = 1) AS "mail_given_up!: i64""#
        )
        .fetch_one(self.reader())
        .await?)
    }

    /// What SQLite finds wrong with the file: nothing in a sound one. Reads the whole file.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn integrity_check(&self) -> Result<Vec<String>, StoreError> {
        let found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check(20)").fetch_all(self.reader()).await?;
        let mut wrong: Vec<String> = found.into_iter().filter(|line| line != "ok").collect();
        let loose: Vec<(String, Option<i64>, String)> =
            sqlx::query_as(r#"SELECT "table", rowid, parent FROM pragma_foreign_key_check LIMIT 20"#)
                .fetch_all(self.reader())
                .await?;
        wrong.extend(loose.into_iter().map(|(table, row, parent)| {
            let row = row.map_or_else(|| "?".to_owned(), |r| r.to_string());
            format!("表 {table} 第 {row} 行引用的 {parent} 记录不存在")
        }));
        Ok(wrong)
    }

    /// Writes a consistent copy to a new file while the program runs.
    ///
    /// # Errors
    /// When the file is there already, or cannot be written.
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let open = |why: String| StoreError::Open { path: to.to_owned(), why };
        if to.exists() {
            return Err(open("文件已存在，请另取文件名".to_owned()));
        }
        let Some(name) = to.to_str() else { return Err(open("文件名含有无法识别的字符".to_owned())) };
        sqlx::query("VACUUM INTO ?1").bind(name).execute(self.reader()).await?;
        Ok(())
    }
}
