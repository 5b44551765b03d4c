//! What a person saw of an account, recorded as a look like any other: who, when, what, and the page where one was given.

use anyhow::Context as _;
use fetch::{Came, Target};
use model::calendar::shift;
use model::{Channel, ChannelId, Coverage, DateFrom, Day, Entry, EvidenceHash, Moment, Outcome};
use sites::{Input, ReadAs};
use store::NewLook;

use crate::Usage;
use crate::app::App;
use crate::poll::{Kept, may_open, note_captcha};

/// Observations that lie further back are typing errors.
const OLDEST_DAYS: i64 = 400;

/// What a person says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The account.
    pub channel: ChannelId,
    /// The date of the item that was seen.
    pub day: Option<Day>,
    /// It is the newest one there: nothing newer was published.
    pub is_newest: bool,
    /// Its address.
    pub link: Option<String>,
    /// Who looked.
    pub by: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// The account.
    pub channel: ChannelId,
    /// The date that was recorded.
    pub day: Day,
    /// In Chinese: what the page said of it.
    pub checked: String,
}

/// What the page of a link said.
struct Page {
    title: Option<String>,
    day: Option<Day>,
    words: String,
    evidence: Option<EvidenceHash>,
    status: Option<u16>,
    long_url: Option<String>,
}

/// Is it something that can be recorded? Everything is checked that needs no page.
///
/// # Errors
/// [`Usage`] with what is wrong; anything else is the store's.
pub async fn check(app: &App, seen: &Seen) -> anyhow::Result<()> {
    let refuse = |why: String| -> anyhow::Result<()> { Err(Usage(format!("{}：{why}", seen.channel)).into()) };
    let today = app.zone().day(app.clock.now());
    let Some(account) = app.config.channel(&seen.channel) else {
        return refuse("配置中没有这个账号".to_owned());
    };
    if !account.kind.is_new_media() {
        return refuse("这是网站栏目，不是新媒体账号；网站栏目由系统自动检查".to_owned());
    }
    if seen.by.trim().is_empty() {
        return refuse("没有写明是谁看的（--by）".to_owned());
    }
    match seen.day {
        None if seen.link.is_none() => return refuse("请写明看到的日期，或给出链接".to_owned()),
        None if seen.is_newest => return refuse("请写明最新一条的日期".to_owned()),
        Some(day) if day > today => return refuse(format!("{day} 还没有到")),
        Some(day) if day < shift(today, -OLDEST_DAYS) => return refuse(format!("{day} 太早，请核对年份")),
        _ => {}
    }
    let (Some(day), true) = (seen.day, seen.is_newest) else { return Ok(()) };
    let sources: Vec<Channel> = app.config.sources_of(&seen.channel).cloned().collect();
    let timelines = app.store.timelines(&sources, app.clock.now()).await?;
    let newer = timelines.iter().flat_map(|t| &t.items).filter_map(|i| Some((i.dated_by_person.or(i.claimed)?, i)));
    match newer.filter(|(d, _)| *d > day && *d <= today).max_by_key(|(d, _)| *d) {
        Some((d, item)) => {
            refuse(format!("系统已知 {d} 还有一条《{}》，比所填的 {day} 新；请再看一眼账号", item.title))
        }
        None => Ok(()),
    }
}

/// Records what a person saw, after holding it against the page where one was given and can be opened.
///
/// # Errors
/// [`Usage`] where the page says otherwise; anything else is the store's.
pub async fn record(app: &App, seen: &Seen) -> anyhow::Result<Observed> {
    check(app, seen).await?;
    let stream = app.config.manual_of(&seen.channel).context("该账号没有人工来源")?;
    app.register().await?;
    let at = free_instant(app, stream).await?;
    let page = match &seen.link {
        Some(link) => Some(open(app, stream, at, link).await?),
        None => None,
    };
    let day = agreed(seen, page.as_ref())?;
    let words = page.as_ref().map_or_else(|| "未给链接，以查看人所说为准".to_owned(), |p| p.words.clone());
    let checked_by_page = page.as_ref().is_some_and(|p| p.day.is_some());
    let title = page.as_ref().and_then(|p| p.title.clone());
    let mut entries = vec![Entry {
        // With its day: two that nobody has named are not the same item published twice.
        title: title.unwrap_or_else(|| format!("（人工查看所见，{day}）")),
        url: page.as_ref().and_then(|p| p.long_url.clone()).or_else(|| seen.link.clone()).unwrap_or_default(),
        date: Some(day),
        date_from: Some(if checked_by_page { DateFrom::Script } else { DateFrom::Person }),
        source: None,
    }];
    if seen.is_newest {
        entries.extend(earlier(app, stream, at, day, &entries[0].key()).await?);
    }
    let said = if seen.is_newest {
        format!("{} 人工查看：最新一条是 {day}", seen.by)
    } else {
        format!("{} 人工查看：{day} 有一条", seen.by)
    };
    let look = NewLook {
        covers: if seen.is_newest { Coverage::Since(day) } else { Coverage::Nothing },
        evidence: page.as_ref().and_then(|p| p.evidence.clone()),
        status: page.as_ref().and_then(|p| p.status),
        adapter: "manual".to_owned(),
        notes: vec![said, words.clone()],
        first_page_rows: 1,
        first_page_dated: 1,
        entries,
        ..NewLook::new(stream.id.clone(), at, Outcome::Read, seen.link.as_deref().unwrap_or(&stream.url))
    };
    app.store.record_looks(&[look]).await?;
    Ok(Observed { channel: seen.channel.clone(), day, checked: words })
}

/// Two observations in one instant are two looks.
async fn free_instant(app: &App, stream: &Channel) -> anyhow::Result<Moment> {
    let now = app.clock.now();
    let last = app.store.recent_looks(&stream.id, 1).await?.into_iter().next().map(|l| l.look.at);
    Ok(last.filter(|l| *l >= now).map_or(now, |l| l + chrono::TimeDelta::milliseconds(1)))
}

/// What people saw before on the newest day is still there.
async fn earlier(app: &App, stream: &Channel, at: Moment, day: Day, key: &str) -> anyhow::Result<Vec<Entry>> {
    let timelines = app.store.timelines(std::slice::from_ref(stream), at).await?;
    let items = timelines.into_iter().flat_map(|t| t.items).filter(|i| i.claimed == Some(day) && i.key() != key);
    Ok(items
        .map(|i| Entry { title: i.title, url: i.url, date: i.claimed, date_from: Some(DateFrom::Person), source: None })
        .collect())
}

/// The date on which person and page agree.
fn agreed(seen: &Seen, page: Option<&Page>) -> anyhow::Result<Day> {
    match (seen.day, page.and_then(|p| p.day)) {
        (Some(said), Some(shown)) if said != shown => {
            Err(Usage(format!("{}：填写的日期是 {said}，而文章页显示 {shown}；请核对后重填", seen.channel)).into())
        }
        (Some(day), _) | (None, Some(day)) => Ok(day),
        (None, None) => {
            let why = page.map_or("", |p| p.words.as_str());
            Err(Usage(format!("{}：链接读不出日期（{why}）；请同时用 --date 填写日期", seen.channel)).into())
        }
    }
}

/// Opens a link once and keeps what came. What cannot be opened leaves the person's word standing.
async fn open(app: &App, stream: &Channel, at: Moment, link: &str) -> anyhow::Result<Page> {
    let blank = |words: &str| Page {
        title: None,
        day: None,
        words: words.to_owned(),
        evidence: None,
        status: None,
        long_url: None,
    };
    if url::Url::parse(link).is_ok_and(|u| matches!(u.scheme(), "http" | "https")) {
        if !may_open(app, link).await? {
            return Ok(blank("文章页今日不再打开（额度或验证码），未能核对"));
        }
    } else {
        return Err(Usage(format!("{}：「{link}」不是网址", stream.id.account())).into());
    }
    let attempt = app.fetcher.get(&Target::new(link)).await;
    let status = attempt.status;
    let mut page = Page { status, ..blank("文章页打不开，未能核对，以查看人所说为准") };
    if !attempt.body.is_empty() {
        let kept = Kept::new((&stream.id, at, 0), app.clock.now(), &attempt);
        let (_, hash) = app.store.capture(kept.as_capture()).await?;
        page.evidence = Some(hash);
    }
    if attempt.came != Came::Body {
        return Ok(page);
    }
    let input = Input {
        bytes: &attempt.body,
        url: &attempt.final_url,
        content_type: attempt.header("content-type"),
        read_as: ReadAs::Article,
        source: &model::Source::Auto,
        today: app.zone().day(at),
    };
    match sites::wechat_article(&input) {
        Ok(article) => {
            whose(stream, &article)?;
            page.title = Some(article.entry.title).filter(|t| !t.is_empty());
            page.day = article.entry.date;
            page.long_url = article.long_url;
            page.words = match page.day {
                Some(day) => format!("已打开文章页核对，发布日期 {day}"),
                None => "已打开文章页，页面没有发布日期".to_owned(),
            };
        }
        Err(Outcome::Failed(model::Reason::Unreadable)) => other_page(&mut page, &input),
        Err(outcome) => {
            note_captcha(app, &attempt.final_url, outcome).await?;
            page.words = format!("文章页：{}，未能核对，以查看人所说为准", outcome.text());
        }
    }
    Ok(page)
}

/// An article of another account is no update of this one. Accounts may take any name, so names are not compared.
fn whose(stream: &Channel, article: &sites::WechatArticle) -> anyhow::Result<()> {
    let own = &stream.identity;
    let differs = |own: &Option<String>, theirs: &Option<String>| own.is_some() && theirs.is_some() && own != theirs;
    if differs(&own.biz, &article.biz) || differs(&own.gh, &article.gh) {
        let name = article.entry.source.as_deref().unwrap_or("另一账号");
        let account = stream.id.account();
        return Err(Usage(format!("{account}：这篇文章属于「{name}」，不是本账号的；请核对链接")).into());
    }
    Ok(())
}

/// The page of another platform, as far as it can be read.
fn other_page(page: &mut Page, input: &Input<'_>) {
    let reading = sites::read(input);
    let Some(entry) = reading.entries.first().filter(|_| reading.outcome.is_good()) else { return };
    page.title = Some(entry.title.clone()).filter(|t| !t.is_empty());
    page.day = entry.date;
    if let Some(day) = entry.date {
        page.words = format!("已打开页面核对，发布日期 {day}");
    }
}
