//! Opening, the clock, and what `doctor` and `backup` ask.

use model::Zone;
use store::{Refusal, Store, StoreError};
use tempfile::TempDir;

use crate::house::{at, entry, house};

#[tokio::test]
async fn a_database_is_made_once_and_opened_again() {
    let h = house().await;
    h.see("jyj/gzdt", "2026-03-01T01:00:00Z", &[entry("a", None)]).await;
    h.store.close().await;
    let again = Store::open(&h.path, Zone::SHANGHAI).await.unwrap();
    assert_eq!(again.counts().await.unwrap().entries, 1);
    assert_eq!(again.integrity_check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn many_programs_may_open_a_new_database_at_once() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("deep/er/duban.db");
    let opened = futures_of(&path, 6).await;
    assert!(opened.iter().all(Result::is_ok), "{opened:?}");
}

async fn futures_of(path: &std::path::Path, n: usize) -> Vec<Result<Store, StoreError>> {
    let tasks: Vec<_> = (0..n)
        .map(|_| {
            let path = path.to_owned();
            tokio::spawn(async move { Store::open(&path, Zone::SHANGHAI).await })
        })
        .collect();
    let mut done = Vec::new();
    for task in tasks {
        done.push(task.await.unwrap());
    }
    done
}

#[tokio::test]
async fn a_newer_database_is_refused() {
    let h = house().await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9000, 'of tomorrow', 1, x'00', 0)",
    )
    .execute(&h.raw().await)
    .await
    .unwrap();
    let refused = Store::open(&h.path, Zone::SHANGHAI).await.unwrap_err();
    assert!(matches!(refused, StoreError::Newer { version: 9000, .. }), "{refused:?}");
    assert!(refused.to_string().contains("请升级本程序"));
}

#[tokio::test]
async fn what_is_no_database_is_refused_in_chinese() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("duban.db");
    std::fs::write(&path, "这不是数据库，只是一段文字".repeat(500)).unwrap();
    let refused = Store::open(&path, Zone::SHANGHAI).await.unwrap_err();
    assert!(refused.to_string().contains("不是数据库或已损坏"), "{refused}");
    assert!(std::fs::read(&path).unwrap().starts_with("这不是".as_bytes()), "it must be left as it was");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_said_in_chinese() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let refused = Store::open(&folder.path().join("file/duban.db"), Zone::SHANGHAI).await.unwrap_err();
    assert!(refused.to_string().contains("打不开数据库"), "{refused}");
}

#[tokio::test]
async fn a_rehearsal_and_the_real_clock_do_not_mix() {
    for first in [true, false] {
        let h = house().await;
        h.store.claim_clock(first).await.unwrap();
        h.store.claim_clock(first).await.unwrap();
        let refused = h.store.claim_clock(!first).await.unwrap_err();
        assert!(matches!(refused, StoreError::Refused(Refusal::Clock { was }) if was == first), "{refused:?}");
        let text = refused.to_string();
        let (was, now) = if first { ("演练时钟", "真实时钟") } else { ("真实时钟", "演练时钟") };
        assert!(text.find(was).unwrap() < text.find(now).unwrap(), "{text}");
    }
}

#[tokio::test]
async fn the_newest_instant_of_any_table_is_known() {
    let h = house().await;
    assert_eq!(h.store.latest_instant().await.unwrap(), None);
    h.see("jyj/gzdt", "2026-03-02T01:00:00Z", &[]).await;
    h.see("jyj/tzgg", "2026-03-01T01:00:00Z", &[]).await;
    assert_eq!(h.store.latest_instant().await.unwrap(), Some(at("2026-03-02T01:00:00Z")));
    let mail = store::NewMail {
        key: "k".into(),
        via: store::Via::Mail,
        sender: "a@b".into(),
        recipients: vec![],
        subject: String::new(),
        message: vec![],
    };
    h.store.enqueue(&mail, at("2026-03-03T01:00:00.250Z")).await.unwrap();
    assert_eq!(h.store.latest_instant().await.unwrap(), Some(at("2026-03-03T01:00:00.250Z")));
}

#[tokio::test]
async fn a_copy_is_complete_and_overwrites_nothing() {
    let h = house().await;
    h.see("jyj/gzdt", "2026-03-01T01:00:00Z", &[entry("a", None)]).await;
    let copy = h.path.with_file_name("copy.db");
    h.store.backup(&copy).await.unwrap();
    assert!(h.store.backup(&copy).await.unwrap_err().to_string().contains("文件已存在"));
    let opened = Store::open(&copy, Zone::SHANGHAI).await.unwrap();
    assert_eq!(opened.counts().await.unwrap(), h.store.counts().await.unwrap());
}
