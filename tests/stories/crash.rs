//! The plug is pulled between what came from the network and what was made of it.

use crate::harness::{Office, list};

#[tokio::test]
async fn a_body_that_was_kept_but_never_read_is_read_after_the_restart() {
    let office = Office::new(&[("gzdt", "work-news", "/gzdt/")]).await;
    let body = list(&[("抢在断电前发布", "./t1.html", "2026-03-01")]);
    office.keep_unread("2026-03-02 08:00", &body, true).await;
    // The site is down when the program comes back: what was seen before must not be lost with it.
    office.site.status("/gzdt/", 503);
    let round = office.run("2026-03-02 09:00", &["poll"]).await.json();
    assert_eq!((&round["recovered"], &round["good"]), (&1.into(), &0.into()));
    let again = office.run("2026-03-02 10:00", &["poll"]).await.json();
    assert_eq!(again["recovered"], 0);

    // The look counts from the instant at which the body came, so the item was seen on the second of March.
    let app = office.app("2026-03-02 11:00").await;
    let timelines = app.store.timelines(&app.config.channels, app.clock.now()).await.unwrap();
    assert_eq!(timelines[0].items[0].title, "抢在断电前发布");
    assert_eq!(timelines[0].items[0].first_seen.to_string(), "2026-03-02");
}
