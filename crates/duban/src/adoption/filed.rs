//! Links that units have filed, held against the articles of the office's accounts.

use model::{Confidence, Day, EvidenceHash, Quote, RegisterEntry, SuspicionState, UnitId};
use store::{Filing, NewSuspicion, Suspicion};

use super::{Article, DETECTOR, articles, by_mark, entered};
use crate::Usage;
use crate::app::App;
use crate::poll::may_open;

/// Where a filed link stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// No article of the accounts has this address, and the page could not tell yet.
    NotFound,
    /// It is proposed: the number and what was decided of it.
    Proposed(i64, SuspicionState),
    /// The register names it for the unit already.
    Entered(i64),
}

/// A filed link and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiledState {
    /// The filing.
    pub filing: Filing,
    /// Where it stands.
    pub state: State,
}

impl State {
    /// In Chinese, with what to do.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            State::NotFound => "在本级公众号已抓取的文章中没有找到，请核对链接；文章抓取到后自动比对".to_owned(),
            State::Proposed(id, state) => format!("已列为拟采用第 {id} 号（{}）", state.label()),
            State::Entered(id) => format!("登记簿已有（登记 {id}）"),
        }
    }
}

/// Files a link for a unit. The flag is false where it was filed before.
///
/// # Errors
/// [`Usage`] where it is no link or no unit; anything else is the store's.
pub async fn file(app: &App, unit: &str, link: &str, by: &str) -> anyhow::Result<(i64, bool)> {
    super::accounts(app)?;
    let desk = app.desk();
    let Some(unit) = desk.unit(unit) else { return Err(Usage(format!("没有单位「{unit}」")).into()) };
    if !url::Url::parse(link).is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.host_str().is_some()) {
        return Err(Usage(format!("「{link}」不是网址，请从公众号文章右上角“复制链接”")).into());
    }
    let now = app.clock.now();
    app.register().await?;
    Ok(app.store.file_adoption(&unit.id, link, by, now).await?)
}

/// Every filed link and where it stands.
///
/// # Errors
/// When the store fails.
pub async fn filed(app: &App) -> anyhow::Result<Vec<FiledState>> {
    let all = super::articles(app).await?;
    let register = super::standing(app).await?;
    let known = super::proposals(app).await?;
    let marks = by_mark(&known);
    let mut list = vec![];
    for filing in app.store.adoption_filings().await? {
        let article = of_link(&all, &filing.link);
        let own = marks.get(mark(&filing).as_str()).copied();
        let state = match (own.or_else(|| article.and_then(|a| of_article(&known, a, &filing.unit))), article) {
            (Some(s), _) => State::Proposed(s.id, s.state()),
            (None, Some(a)) => entered(&register, &filing.unit, a).map_or(State::NotFound, State::Entered),
            (None, None) => State::NotFound,
        };
        list.push(FiledState { filing, state });
    }
    Ok(list)
}

/// Proposes the filed articles that nobody has proposed for their unit, or that were dismissed before the unit filed
/// them: a filing says more than a line did.
pub(super) async fn propose(app: &App, all: &[Article], register: &[RegisterEntry]) -> anyhow::Result<Vec<i64>> {
    let known = super::proposals(app).await?;
    let marks = by_mark(&known);
    let mut new = vec![];
    for filing in app.store.adoption_filings().await? {
        if marks.contains_key(mark(&filing).as_str()) {
            continue;
        }
        match of_link(all, &filing.link) {
            Some(article) => {
                let waiting = of_article(&known, article, &filing.unit).is_some_and(|s| match &s.decision {
                    None => true,
                    Some(d) => s.state() == SuspicionState::Confirmed || d.at > filing.at,
                });
                if !waiting && entered(register, &filing.unit, article).is_none() {
                    new.push(of_known(app, &filing, article, &known).await?);
                }
            }
            None => new.extend(of_page(app, &filing).await?),
        }
    }
    Ok(app.store.propose(&new, app.clock.now()).await?)
}

fn mark(filing: &Filing) -> String {
    format!("{DETECTOR}:filed:{}", filing.id)
}

fn of_link<'a>(all: &'a [Article], link: &str) -> Option<&'a Article> {
    let key = model::entry::key(link, "", None);
    all.iter().find(|a| !a.item.url.is_empty() && model::entry::key(&a.item.url, "", None) == key)
}

/// The proposal of this article for the unit: the latest, where there are several.
fn of_article<'a>(known: &'a [Suspicion], article: &Article, unit: &UnitId) -> Option<&'a Suspicion> {
    let mark = format!("{}|{unit}", article.mark);
    let about = |s: &&Suspicion| {
        s.unit == *unit && (s.quotes.iter().any(|q| q.mark == mark) || s.entry == Some(article.item.id))
    };
    known.iter().rfind(about)
}

async fn of_known(app: &App, filing: &Filing, article: &Article, known: &[Suspicion]) -> anyhow::Result<NewSuspicion> {
    let others: Vec<&str> = known
        .iter()
        .filter(|s| s.entry == Some(article.item.id) && s.unit != filing.unit)
        .map(|s| app.config.unit(&s.unit).map_or(s.unit.as_str(), |u| u.name.as_str()))
        .collect();
    let doubt = match (&article.item.body, others.is_empty()) {
        (None, _) => "文章页还打不开，署名未能核对".to_owned(),
        (Some(_), true) => "文中署名没有该单位，仅凭单位申报".to_owned(),
        (Some(_), false) => format!("文中署名是{}，不是申报单位", others.join("、")),
    };
    let day = article.item.counts_on();
    let evidence = article.item.body.as_ref().map(|b| b.evidence.clone());
    let about = (article.item.title.clone(), day, Some(article), evidence);
    Ok(suspicion(app, filing, about, Confidence::Medium, &doubt))
}

/// A filed link that no source of the accounts has shown: its page says whether it is theirs.
async fn of_page(app: &App, filing: &Filing) -> anyhow::Result<Option<NewSuspicion>> {
    if !may_open(app, &filing.link).await? {
        return Ok(None);
    }
    let fetched = articles::fetch(app, &filing.link).await?;
    let Ok((hash, bytes)) = fetched.page else { return Ok(None) };
    let input = articles::input(app, &bytes, &fetched.url, fetched.content_type.as_deref());
    let Ok(said) = sites::wechat_article(&input) else { return Ok(None) };
    let own = super::accounts(app)?.iter().filter_map(|id| app.config.channel(id));
    let is_theirs = own.map(|account| articles::belongs(account, &said)).any(|b| b == Some(true));
    let Some(day) = said.entry.date.filter(|_| is_theirs) else { return Ok(None) };
    let lines = articles::lines(&input);
    let named = lines.as_ref().map(|lines| credit::find(lines, &super::names(app)).credits);
    let line = named.iter().flatten().find(|c| c.unit == filing.unit);
    let doubt = match line {
        None if named.is_none() => "文章正文读不出来，署名未能核对；各来源尚未抓取到该文".to_owned(),
        Some(c) if c.remarks.is_empty() => format!("文章署名“{}”；各来源尚未抓取到该文", c.line),
        Some(c) => format!("文章署名“{}”；{}；各来源尚未抓取到该文", c.line, c.remarks.join("；")),
        None => "文中署名没有该单位，仅凭单位申报；各来源尚未抓取到该文".to_owned(),
    };
    let sure = line.map_or(Confidence::Low, |c| c.confidence.min(Confidence::Medium));
    Ok(Some(suspicion(app, filing, (said.entry.title, day, None, Some(hash)), sure, &doubt)))
}

type About<'a> = (String, Day, Option<&'a Article>, Option<EvidenceHash>);

fn suspicion(
    app: &App,
    filing: &Filing,
    (title, day, article, evidence): About<'_>,
    confidence: Confidence,
    doubt: &str,
) -> NewSuspicion {
    let name = app.config.unit(&filing.unit).map_or(filing.unit.as_str(), |u| u.name.as_str());
    NewSuspicion {
        detector: DETECTOR.to_owned(),
        criterion: app.config.adoption.criterion.clone(),
        unit: filing.unit.clone(),
        channel: article.map(|a| a.item.channel.clone()),
        entry: article.map(|a| a.item.id),
        day,
        confidence,
        title,
        summary: format!("{name}申报（{}，{}）：{doubt}", filing.who, app.zone().day(filing.at)),
        quotes: vec![Quote { mark: mark(filing), text: filing.link.clone(), note: doubt.to_owned() }],
        url: article.map_or_else(|| filing.link.clone(), |a| a.item.url.clone()),
        evidence,
    }
}
