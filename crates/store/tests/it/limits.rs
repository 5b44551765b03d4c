//! Bounds on what is asked of platforms.

use model::{Outcome, Reason};
use store::NewLook;

use crate::house::{at, channel_id, day, house};

#[tokio::test]
async fn calls_are_counted_by_day_and_end() {
    let h = house().await;
    let mut taken = vec![];
    for _ in 0..4 {
        taken.push(h.store.spend("wx:a", day("2026-03-01"), 3).await.unwrap());
    }
    assert_eq!(taken, [true, true, true, false]);
    assert!(h.store.spend("wx:a", day("2026-03-02"), 3).await.unwrap());
    assert!(h.store.spend("wx:b", day("2026-03-01"), 3).await.unwrap());
    assert!(!h.store.spend("wx:c", day("2026-03-01"), 0).await.unwrap());
    assert_eq!(h.store.spent("wx:a", day("2026-03-01")).await.unwrap(), 3);
}

#[tokio::test]
async fn what_asked_for_rest_is_left_alone_until_the_later_instant() {
    let h = house().await;
    let until = |m| at(&format!("2026-03-01T00:{m:02}:00Z"));
    h.store.leave_alone("mp", until(20), Reason::Captcha).await.unwrap();
    h.store.leave_alone("mp", until(10), Reason::QuotaSpent).await.unwrap();
    assert_eq!(h.store.left_alone("mp", until(19)).await.unwrap(), Some((until(20), Reason::Captcha)));
    assert_eq!(h.store.left_alone("mp", until(20)).await.unwrap(), None);
    assert_eq!(h.store.left_alone("other", until(1)).await.unwrap(), None);
}

#[tokio::test]
async fn a_counted_day_stays_counted() {
    let h = house().await;
    let wx = channel_id("jyj/gzdt");
    let seen = |when: &str, outcome, counted: &[&str]| NewLook {
        counted: counted.iter().map(|d| day(d)).collect(),
        ..NewLook::new(wx.clone(), at(when), outcome, "https://api")
    };
    let looks = [
        seen("2026-03-03T00:00:00Z", Outcome::Read, &["2026-03-02", "2026-03-01"]),
        seen("2026-03-04T00:00:00Z", Outcome::Read, &["2026-03-02"]),
        seen("2026-03-05T00:00:00Z", Outcome::Failed(Reason::Timeout), &["2026-03-04"]),
    ];
    h.store.record_looks(&looks).await.unwrap();
    h.store.record_looks(&looks).await.unwrap();
    assert_eq!(h.store.counted_days(&wx).await.unwrap(), [day("2026-03-01"), day("2026-03-02")]);
    assert!(h.store.counted_days(&channel_id("wjj/gzdt")).await.unwrap().is_empty());
}
