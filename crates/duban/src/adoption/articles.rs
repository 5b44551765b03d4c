//! The pages of the office's articles: opened sparingly, kept, and read to their lines.

use fetch::{Came, Target};
use model::{EvidenceHash, Outcome};
use sites::{Input, ReadAs};
use store::NewItemPage;

use super::Article;
use crate::app::App;
use crate::poll::{may_open, note_captcha};

/// A page that could not be had so often is not asked for again.
const GIVEN_UP: u32 = 3;
/// Hours between two attempts at one page.
const AGAIN_HOURS: i64 = 20;

/// What the page of an article says.
pub(super) struct Read {
    pub(super) lines: Vec<String>,
}

/// Opens the newest pages that are not at hand, as many as are allowed in one search. How many were asked for.
pub(super) async fn open_missing(app: &App, all: &[Article]) -> anyhow::Result<usize> {
    let now = app.clock.now();
    let rested = now - chrono::TimeDelta::hours(AGAIN_HOURS);
    let mut missing: Vec<&Article> = all
        .iter()
        .filter(|a| a.item.body.is_none() && a.item.failures < GIVEN_UP && a.item.url.starts_with("http"))
        .filter(|a| a.item.asked_at.is_none_or(|t| t < rested))
        .collect();
    missing.sort_by_key(|a| std::cmp::Reverse((a.item.counts_on(), a.item.id)));
    let mut opened = 0;
    for article in missing.into_iter().take(app.config.adoption.pages as usize) {
        let url = &article.item.url;
        if !may_open(app, url).await? {
            break;
        }
        opened += 1;
        let fetched = fetch(app, url).await?;
        app.store
            .add_item_page(&NewItemPage {
                entry: article.item.id,
                fetched_at: app.clock.now(),
                final_url: fetched.url,
                status: fetched.status,
                content_type: fetched.content_type,
                body: fetched.page.map(|(hash, _)| hash),
            })
            .await?;
    }
    Ok(opened)
}

/// What came of asking for the page of an article.
pub(super) struct Fetched {
    pub(super) url: String,
    pub(super) status: Option<u16>,
    pub(super) content_type: Option<String>,
    /// The kept page and its bytes, or why there is none to read.
    pub(super) page: Result<(EvidenceHash, Vec<u8>), String>,
}

/// Asks for a page once. Its body is kept before it is read; a challenge or a notice is no page of an article.
pub(super) async fn fetch(app: &App, url: &str) -> anyhow::Result<Fetched> {
    let attempt = app.fetcher.get(&Target::new(url)).await;
    let content_type = attempt.header("content-type").map(str::to_owned);
    let mut fetched = Fetched {
        url: attempt.final_url.clone(),
        status: attempt.status,
        content_type,
        page: Err("打不开".to_owned()),
    };
    if attempt.body.is_empty() {
        return Ok(fetched);
    }
    let hash = app.store.put_evidence(&attempt.body).await?;
    if attempt.came != Came::Body {
        return Ok(fetched);
    }
    let body = attempt.body.to_vec();
    let refused = match sites::wechat_article(&input(app, &body, &fetched.url, fetched.content_type.as_deref())) {
        Ok(_) | Err(Outcome::Failed(model::Reason::Unreadable)) => None,
        Err(outcome) => Some(outcome),
    };
    fetched.page = match refused {
        None => Ok((hash, body)),
        Some(outcome) => {
            note_captcha(app, &fetched.url, outcome).await?;
            Err(outcome.text().to_owned())
        }
    };
    Ok(fetched)
}

/// The lines of an article whose page is at hand; `None` where it cannot be read, or is an article of another account.
pub(super) async fn read(app: &App, article: &Article) -> anyhow::Result<Option<Read>> {
    let Some(body) = &article.item.body else { return Ok(None) };
    let Some(bytes) = app.store.evidence(&body.evidence).await? else { return Ok(None) };
    let input = input(app, &bytes, &body.url, body.content_type.as_deref());
    if let Ok(said) = sites::wechat_article(&input)
        && !is_of(app, article, &said)
    {
        return Ok(None);
    }
    Ok(lines(&input).map(|lines| Read { lines }))
}

/// Is it an article of the account? Accounts may take any name, so their ids are compared, as far as they are known.
fn is_of(app: &App, article: &Article, said: &sites::WechatArticle) -> bool {
    app.config.channel(&article.account).is_none_or(|account| belongs(account, said) != Some(false))
}

/// Whether an article is of an account: nothing where their ids are not known.
pub(super) fn belongs(account: &model::Channel, said: &sites::WechatArticle) -> Option<bool> {
    let own = &account.identity;
    let pairs = [(&own.biz, &said.biz), (&own.gh, &said.gh)];
    let mut known = pairs.iter().filter_map(|(a, b)| Some(a.as_ref()? == b.as_ref()?));
    known.next().map(|first| first && known.all(|same| same))
}

pub(super) fn lines(input: &Input<'_>) -> Option<Vec<String>> {
    let content = sites::content(input)?;
    let cells = content.tables.iter().flat_map(|t| t.rows.iter().map(|r| r.join(" ")));
    Some(content.paragraphs.iter().cloned().chain(cells).collect())
}

pub(super) fn input<'a>(app: &App, bytes: &'a [u8], url: &'a str, content_type: Option<&'a str>) -> Input<'a> {
    Input {
        bytes,
        url,
        content_type,
        read_as: ReadAs::Article,
        source: &model::Source::Auto,
        today: app.zone().day(app.clock.now()),
    }
}
