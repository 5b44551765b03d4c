//! 采用: articles of the office's own accounts, held against the names of the units in their lines and against the links
//! that units have filed. What is found is proposed to a person, with the line that says so; only a confirmed proposal
//! becomes an entry of the register.

mod articles;
mod decide;
mod filed;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use chrono::Datelike as _;
use credit::{Credit, Names};
use model::{ChannelId, Day, EvidenceHash, Quote, RegisterEntry, UnitId};
use rules::Rule;
use store::{NewSuspicion, RegisterFilter, SavedItem, Suspicion, SuspicionFilter};

use crate::Usage;
use crate::app::App;

pub use decide::{confirm, dismiss};
pub use filed::{FiledState, State, file, filed};

/// What found a proposal, as a word.
pub const DETECTOR: &str = "adoption";
/// Articles are searched so far back.
const DAYS: i64 = 120;

/// What one search came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// Articles of the office's accounts in the time that is searched.
    pub articles: usize,
    /// Pages opened for it.
    pub opened: usize,
    /// Articles whose page is not at hand: not opened yet, or not to be had.
    pub unread: usize,
    /// Articles whose lines were searched now.
    pub searched: usize,
    /// The numbers of the proposals that are new.
    pub proposed: Vec<i64>,
    /// Articles whose lines name a contributor without saying where he belongs: title, address, line.
    pub unclear: Vec<(String, String, String)>,
}

/// One article of an office's account, as far as it is known.
#[derive(Debug, Clone)]
struct Article {
    item: SavedItem,
    account: ChannelId,
    /// Names it among all articles of the accounts, from whichever source it came.
    mark: String,
}

/// The accounts that are searched.
///
/// # Errors
/// [`Usage`] where none is configured.
pub fn accounts(app: &App) -> anyhow::Result<&[ChannelId]> {
    let own = &app.config.adoption.accounts;
    if own.is_empty() {
        let text = "没有登记本级政府办自己的公众号：请在 duban.toml 加入 [adoption] accounts = [\"单位编号/账号编号\"]";
        return Err(Usage(text.to_owned()).into());
    }
    Ok(own)
}

/// Opens what pages are missing, searches the lines of all articles that were not searched yet, and proposes.
///
/// # Errors
/// [`Usage`] where no account is configured; anything else is the store's.
pub async fn scan(app: &App) -> anyhow::Result<Scan> {
    accounts(app)?;
    let now = app.clock.now();
    app.register().await?;
    let mut done = Scan::default();
    let mut all = articles(app).await?;
    done.opened = articles::open_missing(app, &all).await?;
    if done.opened > 0 {
        all = articles(app).await?;
    }
    done.articles = all.len();
    done.unread = all.iter().filter(|a| a.item.body.is_none()).count();
    let names = names(app);
    let version = version(app);
    let ids: Vec<i64> = all.iter().map(|a| a.item.id).collect();
    let scanned = app.store.scanned(&ids, &version).await?;
    let register = standing(app).await?;
    let mut searched: Vec<(i64, EvidenceHash)> = vec![];
    let mut new = vec![];
    for article in &all {
        let Some(body) = &article.item.body else { continue };
        if scanned.contains(&(article.item.id, body.evidence.clone())) {
            continue;
        }
        searched.push((article.item.id, body.evidence.clone()));
        let Some(read) = articles::read(app, article).await? else { continue };
        let signature = credit::find(&read.lines, &names);
        let title = &article.item.title;
        done.unclear.extend(signature.unclear.iter().map(|l| (title.clone(), article.item.url.clone(), l.clone())));
        let fresh = signature.credits.iter().filter(|c| entered(&register, &c.unit, article).is_none());
        new.extend(fresh.map(|c| proposal(app, article, c)));
    }
    done.searched = searched.len();
    done.proposed = app.store.propose(&new, now).await?;
    done.proposed.extend(filed::propose(app, &all, &register).await?);
    app.store.note_scanned(&searched, &version, now).await?;
    Ok(done)
}

/// What was proposed, in the order in which it was found.
///
/// # Errors
/// When the store fails.
pub async fn proposals(app: &App) -> anyhow::Result<Vec<Suspicion>> {
    let all = app.store.suspicions(&SuspicionFilter::default()).await?;
    Ok(all.into_iter().filter(|s| s.detector == DETECTOR).collect())
}

/// How many of a unit's articles stand in the register for a year, and how many count.
///
/// # Errors
/// When the store fails.
pub async fn counted(app: &App, unit: &UnitId, year: i32) -> anyhow::Result<(u32, Option<u32>)> {
    let register = standing(app).await?;
    let own = register.iter().filter(|e| e.unit == *unit && e.day.year() == year).map(|e| e.count).sum();
    let row = app.config.rulebook.criterion(&app.config.adoption.criterion);
    let most = row.and_then(|c| match c.rule {
        Rule::Earned { points, cap: Some(cap) } if points.hundredths() > 0 => {
            u32::try_from(cap.hundredths() / points.hundredths()).ok()
        }
        _ => None,
    });
    Ok((own, most))
}

/// The names of all units that are in office today, with the names of their accounts.
fn names(app: &App) -> Names {
    let own = &app.config.adoption.accounts;
    let accounts: Vec<(UnitId, String)> = app
        .config
        .channels
        .iter()
        .filter(|c| c.kind.is_new_media() && !own.contains(&c.id))
        .map(|c| (c.id.unit(), c.name.clone()))
        .collect();
    Names::new(&app.config.district.name, &app.config.units, &accounts)
}

/// Lines are searched anew where the names have changed.
fn version(app: &App) -> String {
    let mut hash = DefaultHasher::new();
    app.config.district.name.hash(&mut hash);
    for unit in &app.config.units {
        (unit.id.as_str(), &unit.name, &unit.aliases).hash(&mut hash);
    }
    for channel in app.config.channels.iter().filter(|c| c.kind.is_new_media()) {
        (channel.id.as_str(), &channel.name).hash(&mut hash);
    }
    format!("{DETECTOR}/1/{:016x}", hash.finish())
}

/// The articles of the accounts, each once: where several sources show one, the source that shows most of its name and
/// day stands for it.
async fn articles(app: &App) -> anyhow::Result<Vec<Article>> {
    let today = app.zone().day(app.clock.now());
    let from = model::calendar::shift(today, -DAYS).max(app.config.district.monitoring_since);
    let mut all = vec![];
    for account in accounts(app)? {
        let sources: Vec<ChannelId> = app.config.sources_of(account).map(|c| c.id.clone()).collect();
        let items = app.store.saved_items(&sources, from).await?;
        all.extend(each_once(account, items));
    }
    Ok(all)
}

fn each_once(account: &ChannelId, items: Vec<SavedItem>) -> Vec<Article> {
    let mut named: BTreeMap<(Day, String), BTreeMap<ChannelId, Vec<SavedItem>>> = BTreeMap::new();
    for item in items {
        let title: String = item.title.split_whitespace().collect();
        named.entry((item.counts_on(), title)).or_default().entry(item.channel.clone()).or_default().push(item);
    }
    let mut all = vec![];
    for ((day, title), sources) in named {
        // Of sources with as many the one counts whose page is at hand.
        let with_page = |items: &[SavedItem]| items.iter().filter(|i| i.body.is_some()).count();
        let Some((_, mut items)) = sources.into_iter().max_by_key(|(_, i)| (i.len(), with_page(i))) else { continue };
        items.sort_by_key(|i| i.id);
        all.extend(items.into_iter().enumerate().map(|(n, item)| Article {
            mark: format!("{DETECTOR}:{account}:{day}:{n}:{title}"),
            account: account.clone(),
            item,
        }));
    }
    all
}

fn proposal(app: &App, article: &Article, credit: &Credit) -> NewSuspicion {
    let name = app.config.unit(&credit.unit).map_or(credit.unit.as_str(), |u| u.name.as_str());
    let remarks = if credit.remarks.is_empty() { String::new() } else { format!("；{}", credit.remarks.join("；")) };
    NewSuspicion {
        detector: DETECTOR.to_owned(),
        criterion: app.config.adoption.criterion.clone(),
        unit: credit.unit.clone(),
        channel: Some(article.item.channel.clone()),
        entry: Some(article.item.id),
        day: article.item.counts_on(),
        confidence: credit.confidence,
        title: article.item.title.clone(),
        summary: format!("文章署名“{}”，疑为采用{name}稿件{remarks}", credit.line),
        quotes: vec![Quote {
            mark: format!("{}|{}", article.mark, credit.unit),
            text: credit.line.clone(),
            note: credit.remarks.join("；"),
        }],
        url: article.item.url.clone(),
        evidence: article.item.body.as_ref().map(|b| b.evidence.clone()),
    }
}

/// The entries of the register under the row of adopted articles that nobody has taken back.
async fn standing(app: &App) -> anyhow::Result<Vec<RegisterEntry>> {
    let filter = RegisterFilter { criterion: Some(app.config.adoption.criterion.clone()), ..RegisterFilter::default() };
    let all = app.store.register(&filter).await?;
    let gone: HashSet<i64> = all.iter().filter_map(|e| e.cancels).collect();
    Ok(all.into_iter().filter(|e| e.cancels.is_none() && !gone.contains(&e.id)).collect())
}

/// The entry that already names this article for the unit, by its address or by its title.
fn entered(register: &[RegisterEntry], unit: &UnitId, article: &Article) -> Option<i64> {
    let key = model::entry::key(&article.item.url, "", None);
    let title = article.item.title.trim();
    let names = |text: &str| {
        links(text).any(|l| !article.item.url.is_empty() && model::entry::key(l, "", None) == key)
            || (title.chars().count() >= 4 && text.contains(&format!("《{title}》")))
    };
    register.iter().find(|e| e.unit == *unit && names(&e.description)).map(|e| e.id)
}

/// The addresses in a text.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("http").map(|(i, _)| {
        let rest = &text[i..];
        &rest[..rest
            .find(|c: char| c.is_whitespace() || !c.is_ascii() || "，。；）)》\"".contains(c))
            .unwrap_or(rest.len())]
    })
}

/// Proposals by what they quote.
fn by_mark(all: &[Suspicion]) -> HashMap<&str, &Suspicion> {
    all.iter().flat_map(|s| s.quotes.iter().map(move |q| (q.mark.as_str(), s))).collect()
}
