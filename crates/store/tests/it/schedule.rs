//! When to look again, and jobs.

use store::Job;

use crate::house::{at, channel_id, house};

#[tokio::test]
async fn a_channel_is_due_until_it_is_given_a_time() {
    let h = house().await;
    let now = at("2026-03-01T01:00:00Z");
    assert_eq!(h.store.channel_due(now).await.unwrap().len(), 3);
    let due = [
        (channel_id("jyj/gzdt"), at("2026-03-01T01:00:00Z"), 2),
        (channel_id("jyj/tzgg"), at("2026-03-01T01:00:00.001Z"), 0),
        (channel_id("wjj/gzdt"), at("2026-03-01T00:00:00Z"), 1),
    ];
    h.store.set_due(&due).await.unwrap();
    let found: Vec<_> = h.store.channel_due(now).await.unwrap();
    let found: Vec<_> = found.iter().map(|d| (d.channel.as_str(), d.failures)).collect();
    assert_eq!(found, [("wjj/gzdt", 1), ("jyj/gzdt", 2)], "the longest waiting first");
}

#[tokio::test]
async fn a_job_remembers_its_last_period() {
    let h = house().await;
    assert_eq!(h.store.job("weekly").await.unwrap(), None);
    let mut job = Job { next_due_at: at("2026-03-02T01:00:00Z"), last_done_at: None, last_period: None };
    h.store.set_job("weekly", &job).await.unwrap();
    assert_eq!(h.store.job("weekly").await.unwrap(), Some(job.clone()));
    job.last_done_at = Some(at("2026-03-02T01:00:05Z"));
    job.last_period = Some("2026-W09".into());
    h.store.set_job("weekly", &job).await.unwrap();
    assert_eq!(h.store.job("weekly").await.unwrap(), Some(job));
}
