//! Letters: each once.

use store::{BounceReport, MailFilter, NewMail, StoreError, Via};

use crate::house::{House, at, house};

const NOW: &str = "2026-03-02T01:00:00Z";

fn letter(key: &str) -> NewMail {
    NewMail {
        key: key.into(),
        via: Via::Mail,
        sender: "duban@example.gov.cn".into(),
        recipients: vec!["jyj@example.gov.cn".into(), "办公室@example.gov.cn".into()],
        subject: "第9周通报".into(),
        message: b"From: x\r\n\r\n\x00\xff".to_vec(),
    }
}

/// The deliveries that are due.
async fn due(h: &House, now: &str) -> Vec<i64> {
    h.store
        .due_mail(at(now), &[Via::Mail])
        .await
        .unwrap()
        .iter()
        .flat_map(|m| m.deliveries.iter().map(|d| d.id))
        .collect()
}

/// A letter in the box, and the numbers of its two deliveries.
async fn put(h: &House) -> (i64, i64) {
    h.store.enqueue(&letter("k"), at(NOW)).await.unwrap();
    let ids = due(h, NOW).await;
    (ids[0], ids[1])
}

#[tokio::test]
async fn a_letter_is_put_in_once() {
    let h = house().await;
    let (id, new) = h.store.enqueue(&letter("weekly:2026-W09:jyj"), at(NOW)).await.unwrap();
    assert!(new);
    let changed = NewMail { message: b"other".to_vec(), ..letter("weekly:2026-W09:jyj") };
    assert_eq!(h.store.enqueue(&changed, at(NOW)).await.unwrap(), (id, false));
    let due = h.store.due_mail(at(NOW), &[Via::Mail]).await.unwrap();
    assert_eq!((due.len(), &due[0].mail, due[0].deliveries.len()), (1, &letter("weekly:2026-W09:jyj"), 2));
    assert!(h.store.due_mail(at(NOW), &[Via::Webhook]).await.unwrap().is_empty(), "nothing to notify of");
}

#[tokio::test]
async fn a_letter_is_sent_by_one_sender_once() {
    let h = house().await;
    let (one, other) = put(&h).await;
    assert!(h.store.mark_sending(one, at(NOW)).await.unwrap());
    assert!(!h.store.mark_sending(one, at(NOW)).await.unwrap(), "the second sender keeps his hands off");
    assert_eq!(due(&h, NOW).await, [other]);
    h.store.mark_sent(&[one], at(NOW)).await.unwrap();
    assert!(!h.store.mark_sending(one, at(NOW)).await.unwrap());
    assert!(matches!(h.store.mark_sent(&[one], at(NOW)).await, Err(StoreError::Refused(_))));
    assert!(
        matches!(h.store.mark_failed(one, "x", None).await, Err(StoreError::Refused(_))),
        "what is sent stays sent"
    );
    let unsent = MailFilter { sent: Some(false), ..Default::default() };
    assert_eq!(h.store.mail(&unsent).await.unwrap().len(), 1, "the other recipient still waits");
    h.store.mark_sending(other, at(NOW)).await.unwrap();
    h.store.mark_sent(&[other], at(NOW)).await.unwrap();
    assert!(h.store.mail(&unsent).await.unwrap().is_empty());
    let sent = &h.store.mail(&MailFilter { sent: Some(true), ..Default::default() }).await.unwrap()[0];
    assert!(sent.sent());
    assert_eq!((sent.deliveries[0].sent_at, sent.deliveries[0].attempts), (Some(at(NOW)), 1));
}

#[tokio::test]
async fn what_one_recipient_refuses_concerns_him_alone() {
    let h = house().await;
    let (one, other) = put(&h).await;
    for id in [one, other] {
        h.store.mark_sending(id, at(NOW)).await.unwrap();
    }
    h.store.mark_failed(one, "421 稍后再试", Some(at("2026-03-02T01:10:00Z"))).await.unwrap();
    h.store.mark_failed(other, "550 查无此人", None).await.unwrap();
    assert_eq!(due(&h, "2026-03-02T01:09:59Z").await, [0_i64; 0]);
    assert_eq!(due(&h, "2026-03-02T01:10:00Z").await, [one], "the other is given up");
    let all = h.store.mail(&MailFilter::default()).await.unwrap();
    let [first, second] = &all[0].deliveries[..] else { panic!("two recipients") };
    assert_eq!((first.gave_up, first.last_error.as_deref()), (false, Some("421 稍后再试")));
    assert_eq!((second.gave_up, second.last_error.as_deref()), (true, Some("550 查无此人")));
    assert_eq!(h.store.counts().await.unwrap().mail_given_up, 1);
    assert_eq!(h.store.retry_mail("k", Some("jyj@example.gov.cn"), at(NOW)).await.unwrap(), 0, "not given up");
    assert_eq!(h.store.retry_mail("k", None, at(NOW)).await.unwrap(), 1);
    assert_eq!(due(&h, NOW).await, [other]);
}

#[tokio::test]
async fn a_letter_that_was_under_way_in_a_crash_is_shown_apart() {
    let h = house().await;
    let (one, other) = put(&h).await;
    h.store.mark_sending(one, at(NOW)).await.unwrap();
    h.store.close().await;
    let store = store::Store::open(&h.path, model::Zone::SHANGHAI).await.unwrap();
    let due = store.due_mail(at(NOW), &[Via::Mail]).await.unwrap();
    assert_eq!(due[0].deliveries.iter().map(|d| d.id).collect::<Vec<_>>(), [other], "never sent again by itself");
    let held = store.interrupted_mail().await.unwrap();
    assert_eq!((held.len(), held[0].0.as_str(), held[0].1.id), (1, "k", one));
}

#[tokio::test]
async fn a_bounce_is_kept_once_with_the_recipient_it_speaks_of() {
    let h = house().await;
    put(&h).await;
    let report =
        |to: &str| BounceReport { recipient: to.into(), status: "5.1.1".into(), reason: "no such user".into() };
    assert!(h.store.record_bounce("k", &report("JYJ@example.gov.cn"), at(NOW)).await.unwrap());
    assert!(!h.store.record_bounce("k", &report("jyj@example.gov.cn"), at(NOW)).await.unwrap(), "known");
    for nobody in ["%", "_yj@example.gov.cn", "", "x@example.gov.cn"] {
        assert!(!h.store.record_bounce("k", &report(nobody), at(NOW)).await.unwrap(), "{nobody}");
    }
    let letters = h.store.mail(&MailFilter::default()).await.unwrap();
    assert_eq!(letters[0].deliveries[0].bounce.as_deref(), Some("5.1.1 no such user"));
    assert_eq!(letters[0].deliveries[1].bounce, None);
    assert_eq!(h.store.bounces(at(NOW)).await.unwrap().len(), 1);
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
