//! Letters: each once.

use store::{MailFilter, NewMail, StoreError};

use crate::house::{House, at, house};

const NOW: &str = "2026-03-02T01:00:00Z";

fn letter(key: &str) -> NewMail {
    NewMail {
        key: key.into(),
        sender: "duban@example.gov.cn".into(),
        recipients: vec!["jyj@example.gov.cn".into(), "办公室@example.gov.cn".into()],
        subject: "第9周通报".into(),
        message: b"From: x\r\n\r\n\x00\xff".to_vec(),
    }
}

async fn due(h: &House, now: &str) -> Vec<i64> {
    h.store.due_mail(at(now)).await.unwrap().iter().map(|m| m.id).collect()
}

#[tokio::test]
async fn a_letter_is_put_in_once() {
    let h = house().await;
    let (id, new) = h.store.enqueue(&letter("weekly:2026-W09:jyj"), at(NOW)).await.unwrap();
    assert!(new);
    let changed = NewMail { message: b"other".to_vec(), ..letter("weekly:2026-W09:jyj") };
    assert_eq!(h.store.enqueue(&changed, at(NOW)).await.unwrap(), (id, false));
    assert_eq!(h.store.due_mail(at(NOW)).await.unwrap()[0].mail, letter("weekly:2026-W09:jyj"));
}

#[tokio::test]
async fn a_letter_is_sent_by_one_sender_once() {
    let h = house().await;
    let (id, _) = h.store.enqueue(&letter("k"), at(NOW)).await.unwrap();
    assert!(h.store.mark_sending(id, at(NOW)).await.unwrap());
    assert!(!h.store.mark_sending(id, at(NOW)).await.unwrap(), "the second sender keeps his hands off");
    assert_eq!(due(&h, NOW).await, [0_i64; 0]);
    h.store.mark_sent(id, at(NOW)).await.unwrap();
    assert!(!h.store.mark_sending(id, at(NOW)).await.unwrap());
    assert!(matches!(h.store.mark_sent(id, at(NOW)).await, Err(StoreError::Refused(_))));
    assert!(matches!(h.store.mark_failed(id, "x", None).await, Err(StoreError::Refused(_))), "what is sent stays sent");
    let sent = h.store.mail(&MailFilter { sent: Some(true), ..Default::default() }).await.unwrap();
    assert_eq!((sent[0].sent_at, sent[0].attempts), (Some(at(NOW)), 1));
}

#[tokio::test]
async fn a_letter_that_failed_is_tried_again_later() {
    let h = house().await;
    let (id, _) = h.store.enqueue(&letter("k"), at(NOW)).await.unwrap();
    h.store.mark_sending(id, at(NOW)).await.unwrap();
    h.store.mark_failed(id, "421 稍后再试", Some(at("2026-03-02T01:10:00Z"))).await.unwrap();
    assert_eq!(due(&h, "2026-03-02T01:09:59Z").await, [0_i64; 0]);
    assert_eq!(due(&h, "2026-03-02T01:10:00Z").await, [id]);
    h.store.mark_sending(id, at("2026-03-02T01:10:00Z")).await.unwrap();
    h.store.mark_failed(id, "550 查无此人", None).await.unwrap();
    assert_eq!(due(&h, "2027-01-01T00:00:00Z").await, [0_i64; 0], "given up");
    let all = h.store.mail(&MailFilter { sent: Some(false), ..Default::default() }).await.unwrap();
    assert_eq!((all[0].attempts, all[0].gave_up, all[0].last_error.as_deref()), (2, true, Some("550 查无此人")));
    assert_eq!(h.store.counts().await.unwrap().mail_given_up, 1);
}

#[tokio::test]
async fn a_letter_that_was_under_way_in_a_crash_is_shown_apart() {
    let h = house().await;
    let (id, _) = h.store.enqueue(&letter("k"), at(NOW)).await.unwrap();
    h.store.mark_sending(id, at(NOW)).await.unwrap();
    h.store.close().await;
    let store = store::Store::open(&h.path, model::Zone::SHANGHAI).await.unwrap();
    assert_eq!(store.due_mail(at(NOW)).await.unwrap().len(), 0, "never sent again by itself");
    assert_eq!(store.interrupted_mail().await.unwrap()[0].id, id);
}

#[tokio::test]
async fn letters_are_found_by_the_beginning_of_their_key() {
    let h = house().await;
    for key in ["weekly:2026-W09:jyj", "weekly:2026-W10:jyj", "weekly:2026_W09:x"] {
        h.store.enqueue(&letter(key), at(NOW)).await.unwrap();
    }
    let found = h.store.mail(&MailFilter { key_starts: Some("weekly:2026-W09".into()), sent: None }).await.unwrap();
    assert_eq!(found.len(), 1);
}
