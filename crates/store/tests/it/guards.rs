//! The promises that the database itself keeps, even against a program that has gone wrong.

use crate::house::{House, at, entry, house, judgement};
use crate::ledger::post;

/// A house in which every guarded table has a row.
async fn lived_in() -> House {
    let h = house().await;
    let body = h.store.put_evidence(b"x").await.unwrap();
    let raw = h.raw().await;
    sqlx::query(
        "INSERT INTO capture VALUES
         (1, 'jyj/gzdt', '2026-03-01T01:00:00.000Z', 0, 'x', 'u', 'u', 200, '[]', ?1, '[]', '[]', 1, NULL)",
    )
    .bind(body.as_str())
    .execute(&raw)
    .await
    .unwrap();
    h.see("jyj/gzdt", "2026-02-01T01:00:00Z", &[entry("a", Some("2026-02-01")), entry("b", None)]).await;
    h.see("jyj/gzdt", "2026-02-02T01:00:00Z", &[entry("a", Some("2026-02-02"))]).await;
    h.store.date_item(1, "2026-02-01".parse().unwrap(), "张三", "看过", at("2026-02-03T00:00:00Z")).await.unwrap();
    h.judge("2026-03-20T01:00:00Z", &[judgement("jyj/gzdt", "2026-02-02", "2026-02-15", model::Verdict::Breached)])
        .await;
    for sql in [
        "INSERT INTO waiver VALUES (1, 'jyj', NULL, NULL, '2026-01-01', '2026-01-02', 'r', 'd', 'a', 'w', 't')",
        "INSERT INTO waiver_revoked VALUES (1, 'w', 'y', 't')",
        "INSERT INTO declared_empty VALUES (1, 'jyj/gzdt', '2026-01-01', '2026-01-02', 'r', 'a', 'w', 't')",
        "INSERT INTO declared_empty_revoked VALUES (1, 'w', 'y', 't')",
        "INSERT INTO clearance VALUES (1, 'host', 'x', '2026-01-01', '2026-01-02', 'w', 'y', 't')",
        "INSERT INTO register VALUES (1, 'A1.1', 'jyj', '2026-03-05', 1, NULL, 0, 'd', NULL, 'w', 't', NULL)",
        "INSERT INTO suspicion VALUES (1, 'x', 'A1.1', 'jyj', NULL, NULL, '2026-03-05', 'low', 't', 's', '[]', 'u', NULL, 't')",
        "INSERT INTO suspicion_mark VALUES ('m', 1)",
        "INSERT INTO suspicion_decision VALUES (1, 'dismissed', NULL, NULL, 'w', 'y', 't')",
        "INSERT INTO item_page VALUES (1, 1, 't', 'u', NULL, NULL, NULL, 'y')",
        "INSERT INTO wrongly_unchanged SELECT id, channel, '2026-02-01', at FROM look WHERE id = 2",
        "INSERT INTO item_scan SELECT 1, hash, '1', 't' FROM evidence LIMIT 1",
    ] {
        sqlx::query(sql).execute(&raw).await.unwrap();
    }
    post(&h, "2026-02", "2026-03-21T01:00:00Z").await.unwrap();
    h
}

const TABLES: [(&str, &str); 26] = [
    ("evidence", "size = 0"),
    ("capture", "status = 0"),
    ("look", "outcome = 'read'"),
    ("look_list", "entries = '[]'"),
    ("entry", "claimed = NULL"),
    ("entry_claim", "claimed = NULL"),
    ("entry_presence", "gone = 0"),
    ("item_date", "why = ''"),
    ("finding", "detected_at = ''"),
    ("judgement", "points = 0"),
    ("finding_event", "note = ''"),
    ("waiver", "reason = ''"),
    ("waiver_revoked", "why = ''"),
    ("declared_empty", "reason = ''"),
    ("declared_empty_revoked", "why = ''"),
    ("clearance", "why = ''"),
    ("register", "count = 9"),
    ("suspicion", "day = ''"),
    ("suspicion_mark", "suspicion = 2"),
    ("suspicion_decision", "why = ''"),
    ("item_page", "status = 200"),
    ("item_scan", "at = ''"),
    ("wrongly_unchanged", "since = ''"),
    ("ledger_line", "points = 0"),
    ("month_close", "closed_at = ''"),
    ("unit", ""),
];

#[tokio::test]
async fn what_is_appended_is_neither_changed_nor_deleted() {
    let h = lived_in().await;
    let raw = h.raw().await;
    for (table, change) in TABLES {
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}")))
            .fetch_one(&raw)
            .await
            .unwrap();
        assert!(rows > 0, "{table} is empty, which proves nothing");
        let mut statements = vec![format!("DELETE FROM {table}")];
        if !change.is_empty() {
            statements.push(format!("UPDATE {table} SET {change}"));
        }
        for sql in statements {
            let refused = sqlx::query(sqlx::AssertSqlSafe(sql.clone())).execute(&raw).await.unwrap_err().to_string();
            assert!(refused.contains(&format!("{table}: rows are never")), "{sql}: {refused}");
        }
    }
}

#[tokio::test]
async fn the_ledger_has_no_gap_no_fork_and_no_line_in_a_closed_month() {
    let h = lived_in().await;
    let raw = h.raw().await;
    let hash: String =
        sqlx::query_scalar("SELECT hash FROM ledger_line ORDER BY seq DESC LIMIT 1").fetch_one(&raw).await.unwrap();
    let last = h.number("SELECT max(seq) FROM ledger_line").await;
    let zeros = "0".repeat(64);
    for (seq, month, previous, points, source, id, why) in [
        (last + 1, "2026-02", &hash, 0, "register", 1, "the month is closed"),
        (last + 1, "2026-01", &hash, 0, "register", 1, "the month is closed"),
        (last + 2, "2026-03", &hash, 0, "register", 1, "without a gap"),
        (last, "2026-03", &hash, 0, "register", 1, "without a gap"),
        (last + 1, "2026-03", &zeros, 0, "register", 1, "hash of the line before"),
        (last + 1, "2026-03", &hash, 100, "reversal-of", 1, "mirrors exactly one line"),
        (last + 1, "2026-03", &hash, 0, "register", 99, "FOREIGN KEY"),
        (last + 1, "2026-03", &hash, 0, "finding", 1, "UNIQUE"),
    ] {
        let refused = sqlx::query(
            "INSERT INTO ledger_line (seq, month, belongs_to, unit, rulebook, criterion, points, source, source_id, text,
                                      posted_at, previous, hash)
             VALUES (?1, ?2, ?2, 'jyj', 'zs', 'B1.1', ?4, ?5, ?6, '', '', ?3, ?7)",
        )
        .bind(seq)
        .bind(month)
        .bind(previous)
        .bind(points)
        .bind(source)
        .bind(id)
        .bind("f".repeat(64))
        .execute(&raw)
        .await;
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains(why), "{why}: {refused}");
    }
}

#[tokio::test]
async fn months_close_in_order_and_name_the_last_line() {
    let h = lived_in().await;
    let raw = h.raw().await;
    for (sql, why) in [
        (
            "INSERT INTO month_close SELECT '2026-01', 't', seq, hash FROM ledger_line ORDER BY seq DESC LIMIT 1",
            "closed in order",
        ),
        ("INSERT INTO month_close VALUES ('2026-03', 't', 0, '')", "names the last line"),
        ("INSERT INTO finding_event VALUES (1, 9, 't', 'detected', '', '', NULL, NULL)", "without a gap"),
    ] {
        let refused = sqlx::query(sql).execute(&raw).await.unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }
}

#[tokio::test]
async fn a_sent_letter_stays_sent_and_no_letter_is_rewritten() {
    let h = house().await;
    let raw = h.raw().await;
    for sql in [
        "INSERT INTO outbox (id, key, created_at, sender, recipients, subject, message)
         VALUES (1, 'k', 't', 's', '[]', '', x'00')",
        "INSERT INTO delivery (letter, recipient, next_try_at, sent_at) VALUES (1, 'a', 't', 't'), (1, 'b', 't', NULL)",
    ] {
        sqlx::query(sql).execute(&raw).await.unwrap();
    }
    for sql in [
        "UPDATE outbox SET message = x'01'",
        "UPDATE outbox SET key = 'm'",
        "DELETE FROM outbox",
        "UPDATE delivery SET sent_at = NULL WHERE recipient = 'a'",
        "UPDATE delivery SET recipient = 'c' WHERE recipient = 'b'",
        "DELETE FROM delivery",
    ] {
        assert!(sqlx::query(sql).execute(&raw).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn every_table_is_strict_and_points_left() {
    let h = house().await;
    let loose: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0
           AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\'",
    )
    .fetch_all(&h.raw().await)
    .await
    .unwrap();
    assert_eq!(loose, Vec::<String>::new());
    let right: Vec<(String, String)> = sqlx::query_as(
        "SELECT a.name, f.\"table\" FROM sqlite_schema a, pragma_foreign_key_list(a.name) f
         JOIN sqlite_schema b ON b.name = f.\"table\" AND b.type = 'table'
         WHERE a.type = 'table' AND b.rowid > a.rowid",
    )
    .fetch_all(&h.raw().await)
    .await
    .unwrap();
    // Certificates are kept since later than the answers that name them; they name nothing themselves.
    let known = [("capture".to_owned(), "certificate".to_owned())];
    assert_eq!(right, known, "a table names only tables that were there before it");
}
