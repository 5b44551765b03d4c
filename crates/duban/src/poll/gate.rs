//! Pages of 微信公众平台 are opened sparingly: so many a day, and none for a day after the first captcha (NEWMEDIA.md
//! section 3). The bounds hold across restarts.

use model::{Outcome, Reason};

use crate::app::App;

/// The host of the articles, and how it is called in the books.
const ARTICLES: &str = "mp.weixin.qq.com";
/// Article pages a day.
const A_DAY: u32 = 50;
/// Hours without a page after a captcha.
const REST_HOURS: i64 = 24;

/// May the page at `url` be opened now? It is counted as opened.
///
/// # Errors
/// When the store fails.
pub async fn may_open(app: &App, url: &str) -> anyhow::Result<bool> {
    if !is_article(url) {
        return Ok(true);
    }
    let now = app.clock.now();
    if app.store.left_alone(ARTICLES, now).await?.is_some() {
        return Ok(false);
    }
    Ok(app.store.spend(ARTICLES, app.zone().day(now), A_DAY).await?)
}

/// Leaves the host alone where it has asked for a proof of humanity.
///
/// # Errors
/// When the store fails.
pub async fn note_captcha(app: &App, url: &str, outcome: Outcome) -> anyhow::Result<()> {
    if is_article(url) && matches!(outcome, Outcome::Blocked(Reason::Captcha | Reason::Forbidden)) {
        let until = app.clock.now() + chrono::TimeDelta::hours(REST_HOURS);
        app.store.leave_alone(ARTICLES, until, Reason::Captcha).await?;
    }
    Ok(())
}

fn is_article(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|u| u.host_str() == Some(ARTICLES))
}
