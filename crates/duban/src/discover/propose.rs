//! From what a walk saw to what is proposed.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::recognise::{self, Guess};
use super::sections::{Section, Sections};
use super::{ChannelProposal, Look, Proposal, Seen, State, Unclear, UnitProposal, Walked, places};
use crate::guess;

/// Which clues are used.
#[derive(Debug, Clone, Copy)]
pub struct Clues {
    /// The tag `ColumnType`, which many sites leave empty or fill at will.
    pub column_type: bool,
}

impl Default for Clues {
    fn default() -> Clues {
        Clues { column_type: true }
    }
}

/// Columns of the site for which no unit was found are never sure: whose they are decides who is charged.
const NOBODY: u8 = 40;

/// A page with columns below it may be no column itself.
const PARENT: u8 = 50;

/// What is proposed for what was seen.
#[must_use]
pub fn propose(walked: &Walked, clues: Clues) -> Proposal {
    let site = site_name(walked);
    let sections = Sections::of(walked, site.as_deref());
    let mut columns: BTreeMap<Option<usize>, Vec<ChannelProposal>> = BTreeMap::new();
    let mut unclear = Vec::new();
    let one_unit = sections.all.is_empty();
    for (i, page) in walked.pages.iter().enumerate().skip(1) {
        if sections.entrance(i).is_some() {
            unclear.extend(failure(page));
            continue;
        }
        let owner = sections.owner(walked, i);
        let Some(mut column) = column(walked, i, clues) else {
            // Entries of the site's own menu that are no columns are nobody's loss; those of a unit are told.
            unclear.extend(if owner.is_some() { nothing(page) } else { failure(page) });
            continue;
        };
        match owner {
            Some((_, why)) => column.1.why.push(why.to_owned()),
            None if one_unit => {}
            None => column.1.cap(NOBODY, "没有找到对应的单位，请指定责任单位".to_owned()),
        }
        let (name, guess) = column;
        columns.entry(owner.map(|o| o.0)).or_default().push(proposal(page, name, guess));
    }
    let mut ids = BTreeSet::new();
    let mut units = Vec::new();
    for (at, section) in sections.all.iter().enumerate() {
        match columns.remove(&Some(at)) {
            Some(channels) => units.push(unit(walked, section, channels, &mut ids)),
            None => unclear.push(Unclear {
                name: section.name.clone(),
                url: walked.pages[section.roots[0]].url.clone(),
                why: "像是单位，但没有找到它的栏目".to_owned(),
            }),
        }
    }
    if let Some(channels) = columns.remove(&None) {
        units.push(rest(walked, site.as_deref(), one_unit, channels, &mut ids));
    }
    Proposal { site, units, unclear }
}

fn site_name(walked: &Walked) -> Option<String> {
    let names = walked.pages.iter().filter_map(|p| match &p.state {
        State::Page(look) => look.nav.site.clone(),
        _ => None,
    });
    let mut counted: BTreeMap<String, usize> = BTreeMap::new();
    names.take(200).for_each(|n| *counted.entry(n).or_default() += 1);
    counted.into_iter().max_by_key(|(_, n)| *n).map(|(name, _)| name)
}

/// The name and the guess for a page that is, or should be, a column; none for other pages.
fn column(walked: &Walked, i: usize, clues: Clues) -> Option<(String, Guess)> {
    let page = &walked.pages[i];
    let link = page.names.first().map(String::as_str);
    let look = match &page.state {
        State::Page(look) if look.nav.article => return None,
        State::Page(look) => Some(look),
        State::Failed(_) | State::Away(_) => None,
    };
    let tagged = look.and_then(|l| l.nav.column.as_deref());
    let titled = look.and_then(|l| l.nav.title.as_deref());
    let name = tagged.or(link).or(titled)?;
    let mut guess = recognise::guess(name, link, page.under.as_deref(), &page.state, clues);
    let reads = look.is_some_and(|l| l.outcome.is_good() && (l.rows > 0 || tagged.is_some()));
    // What cannot be read is a column only where its name says so; what can be read, only where it has a name of its own.
    if !reads && guess.kind.is_none() {
        return None;
    }
    let below = children(walked, i);
    if below > 1 {
        guess.cap(PARENT, format!("其下还有 {below} 个子栏目，可能只是上级栏目"));
    }
    Some((name.to_owned(), guess))
}

/// How many pages with lists lie in the folder of this one.
fn children(walked: &Walked, i: usize) -> usize {
    let Some(folder) = Url::parse(&walked.pages[i].url).ok().and_then(|u| places::folder(&u)) else { return 0 };
    let below = |p: &Seen| Url::parse(&p.url).is_ok_and(|u| u.path().starts_with(&folder));
    let lists = |p: &Seen| matches!(&p.state, State::Page(l) if l.outcome.is_good() && l.rows > 0);
    walked.pages.iter().enumerate().filter(|(j, p)| *j != i && lists(p) && below(p)).count()
}

fn proposal(page: &Seen, name: String, guess: Guess) -> ChannelProposal {
    let look: Option<&Look> = match &page.state {
        State::Page(look) => Some(look),
        _ => None,
    };
    let mut why = guess.why;
    let api = look.and_then(|l| l.api.clone());
    if api.is_some() {
        why.push(format!("列表来自页面 {} 所用的 JSON 接口", page.url));
    }
    ChannelProposal {
        id: guess::id(&page.url).unwrap_or_default(),
        name,
        kind: guess.kind,
        url: api.unwrap_or_else(|| page.url.clone()),
        percent: guess.percent,
        why,
        rows: look.map_or(0, |l| l.rows),
        newest: look.and_then(|l| l.newest),
    }
}

fn unit(
    walked: &Walked,
    section: &Section,
    channels: Vec<ChannelProposal>,
    ids: &mut BTreeSet<String>,
) -> UnitProposal {
    let urls = section.roots.iter().map(|r| walked.pages[*r].url.as_str());
    let url = urls.clone().next().unwrap_or_default().to_owned();
    let id = urls.filter_map(guess::id).next().unwrap_or_else(|| "dw".to_owned());
    let channels = tidy(channels);
    UnitProposal { id: fresh(&id, ids), name: section.name.clone(), kind: section.kind, url, nobody: false, channels }
}

/// The columns without a section: of a site that is one unit's own, or of nobody yet.
fn rest(
    walked: &Walked,
    site: Option<&str>,
    one_unit: bool,
    channels: Vec<ChannelProposal>,
    ids: &mut BTreeSet<String>,
) -> UnitProposal {
    let name = site.unwrap_or("本站").to_owned();
    let kind = super::sections::unit_name(&name).map_or(model::UnitKind::Department, |(_, k)| k);
    UnitProposal {
        id: fresh("site", ids),
        name: if one_unit { name } else { format!("{name}（待定单位）") },
        kind,
        url: walked.start.clone(),
        nobody: !one_unit,
        channels: tidy(channels),
    }
}

/// Ids that no other has, and no list twice.
fn tidy(mut channels: Vec<ChannelProposal>) -> Vec<ChannelProposal> {
    let mut ids = BTreeSet::new();
    let mut urls: BTreeMap<String, String> = BTreeMap::new();
    for channel in &mut channels {
        let id = if channel.id.is_empty() { "lm" } else { &channel.id };
        channel.id = fresh(id, &mut ids);
        if let Some(first) = urls.get(&channel.url) {
            channel.percent = channel.percent.min(NOBODY);
            channel.why.push(format!("与栏目“{first}”是同一个列表"));
        } else {
            urls.insert(channel.url.clone(), channel.name.clone());
        }
    }
    channels
}

/// `id`, or `id-2` and so on where it is taken.
fn fresh(id: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = id.to_owned();
    let mut n = 2;
    while !taken.insert(name.clone()) {
        name = format!("{id}-{n}");
        n += 1;
    }
    name
}

/// An entry of the navigation that could not be opened.
fn failure(page: &Seen) -> Option<Unclear> {
    let why = match &page.state {
        State::Page(_) => return None,
        State::Failed(reason) => format!("{}：{}", reason.text(), reason.what_to_do()),
        State::Away(to) => format!("跳转到站外 {to}，没有跟随"),
    };
    Some(Unclear { name: page.names.first().cloned().unwrap_or_default(), url: page.url.clone(), why })
}

/// A page of a unit's section that nothing was made of.
fn nothing(page: &Seen) -> Option<Unclear> {
    failure(page).or_else(|| match &page.state {
        State::Page(look) if look.nav.article => None,
        State::Page(look) => Some(Unclear {
            name: page.names.first().cloned().unwrap_or_default(),
            url: page.url.clone(),
            why: format!(
                "不像信息列表（{}），名称也看不出类别",
                look.outcome.reason().map_or("没有信息", |r| r.text())
            ),
        }),
        _ => None,
    })
}
