//! What shows only where items are held against each other: reports of years and units, documents and interpretations,
//! surveys and their answers; and what a column should have published.

use std::collections::HashMap;

use hints::annual::Report;
use hints::expected::missing;
use hints::similar::{self, Prose};
use hints::{policy, survey};
use model::{ChannelKind, Coverage, Day, UnitId};
use rules::rulebook::Due;
use store::NewSuspicion;

use super::pages::ReadItem;
use super::{Scan, propose};
use crate::app::App;

pub(super) async fn search(
    app: &App,
    read: &[ReadItem],
    today: Day,
    scan: &mut Scan,
) -> anyhow::Result<Vec<NewSuspicion>> {
    let mut found = reports(app, read, scan);
    for unit in &app.config.units {
        let own: Vec<&ReadItem> = read.iter().filter(|r| r.item.channel.unit() == unit.id).collect();
        if own.is_empty() {
            continue;
        }
        found.extend(policies(app, &unit.id, &own, today).await?);
        found.extend(surveys(app, &own));
    }
    Ok(found)
}

struct Annual<'a> {
    item: &'a ReadItem,
    report: Report,
    prose: Prose,
    unit: String,
}

fn reports(app: &App, read: &[ReadItem], scan: &mut Scan) -> Vec<NewSuspicion> {
    let names = names(app);
    let all: Vec<Annual<'_>> = read
        .iter()
        .filter(|r| r.kind == ChannelKind::AnnualReport)
        .filter_map(|item| {
            let report = Report::read(&item.page)?;
            let unit = item.item.channel.unit();
            let unit = app.config.unit(&unit).map_or_else(|| unit.to_string(), |u| u.name.clone());
            Some(Annual { item, report, prose: Prose::of(&item.page, &names), unit })
        })
        .collect();
    let mut years: HashMap<i32, Vec<&Prose>> = HashMap::new();
    for a in &all {
        years.entry(a.report.year.unwrap_or_default()).or_default().push(&a.prose);
    }
    // Set phrases of a year. Two alike reports do not excuse each other: it takes more of them.
    let common: HashMap<i32, _> = years.into_iter().map(|(y, of)| (y, similar::common(of))).collect();
    let mut found = vec![];
    for a in &all {
        if a.item.is_new {
            let of = a.report.unreadable().into_iter().map(|why| format!("{}（{why}）", a.item.page.title));
            scan.unreadable.extend(of);
        }
        found.extend(a.report.missing_sections().and_then(|h| propose(a.item, "A3.2", h)));
        let own = a.report.mistakes().into_iter().chain(a.report.foreign_places(&app.config.hints.other_places));
        let last_year = all.iter().filter(|b| b.unit == a.unit).flat_map(|b| a.report.against(&b.report));
        let similar = all.iter().filter_map(|b| alike(a, b, &common));
        found.extend(own.chain(last_year).chain(similar).filter_map(|h| propose(a.item, "A3.3", h)));
    }
    found
}

/// Own reports of other years, and reports of the same year by others that were published no later.
fn alike(a: &Annual<'_>, b: &Annual<'_>, common: &HashMap<i32, HashMap<u64, usize>>) -> Option<hints::Hint> {
    let (x, y) = (
        similar::Report { item: a.item.dated(), unit: &a.unit, prose: &a.prose },
        similar::Report { item: b.item.dated(), unit: &b.unit, prose: &b.prose },
    );
    if a.unit == b.unit {
        let earlier = a.report.year? > b.report.year?;
        return earlier.then(|| similar::taken_over(&x, &y, &HashMap::new())).flatten();
    }
    let same_year = a.report.year.is_some() && a.report.year == b.report.year;
    if !same_year || y.item.day > x.item.day {
        return None;
    }
    similar::taken_over(&x, &y, common.get(&a.report.year?)?)
}

/// Names that are masked before texts are compared, the longest first.
fn names(app: &App) -> Vec<String> {
    let mut names: Vec<String> =
        app.config.units.iter().flat_map(|u| u.aliases.iter().chain([&u.name])).cloned().collect();
    names.push(app.config.district.name.clone());
    names.sort_by_key(|n| std::cmp::Reverse(n.chars().count()));
    names
}

async fn policies(app: &App, unit: &UnitId, own: &[&ReadItem], today: Day) -> anyhow::Result<Vec<NewSuspicion>> {
    let explains = |r: &ReadItem| {
        r.kind == ChannelKind::Interpretation
            || (r.kind == ChannelKind::Policies && policy::is_interpretation(&r.page.title))
    };
    let (interpretations, rest): (Vec<&ReadItem>, Vec<&ReadItem>) = own.iter().partition(|r| explains(r));
    let documents: Vec<&ReadItem> = rest.into_iter().filter(|r| r.kind == ChannelKind::Policies).collect();
    let p: Vec<_> = documents.iter().map(|r| r.dated()).collect();
    let q: Vec<_> = interpretations.iter().map(|r| r.dated()).collect();
    let pairs = policy::pairs(&p, &q);
    let together = app.config.hints.together;
    let mut found = vec![];
    for (d, document) in documents.iter().enumerate() {
        let mine: Vec<usize> = pairs.iter().filter(|(a, _)| *a == d).map(|(_, i)| *i).collect();
        // One that came together is enough, however many more explain the same later.
        let apart: Option<Vec<_>> = mine.iter().map(|&i| policy::apart(&p[d], &q[i], together)).collect();
        let nearest = mine.iter().min_by_key(|&&i| (q[i].day - p[d].day).num_days().abs());
        if let (Some(_), Some(&i)) = (apart.filter(|a| !a.is_empty()), nearest) {
            found.extend(policy::apart(&p[d], &q[i], together).and_then(|h| propose(document, "A4.1", h)));
        }
        if mine.is_empty()
            && let Some(until) = seen_until(app, unit, p[d].day).await?
        {
            found.extend(policy::alone(&p[d], until.min(today), together).and_then(|h| propose(document, "A4.1", h)));
        }
        for i in mine {
            found.extend(policy::compressed(&p[d], &q[i]).and_then(|h| propose(interpretations[i], "A4.2", h)));
        }
    }
    Ok(found)
}

/// Until when the unit's column of interpretations was read, completely since `from`; `None` where it has none, or not so.
async fn seen_until(app: &App, unit: &UnitId, from: Day) -> anyhow::Result<Option<Day>> {
    let mut until: Option<Day> = None;
    for channel in app.config.channels_of(unit).filter(|c| c.kind == ChannelKind::Interpretation) {
        let Some(last) = app.store.last_read(&channel.id).await? else { return Ok(None) };
        let whole = match last.covers {
            Coverage::Everything => true,
            Coverage::Since(day) => day <= from,
            Coverage::Nothing => false,
        };
        if !whole {
            return Ok(None);
        }
        let day = app.zone().day(last.at);
        until = Some(until.map_or(day, |u| u.min(day)));
    }
    Ok(until)
}

fn surveys(app: &App, own: &[&ReadItem]) -> Vec<NewSuspicion> {
    let all: Vec<&&ReadItem> = own.iter().filter(|r| r.kind == ChannelKind::Survey).collect();
    let row = "F3".parse().ok().and_then(|id| app.config.rulebook.criterion(&id));
    let days = match row.and_then(|r| r.clock()) {
        Some(Due::Workdays(days)) => days,
        _ => 10,
    };
    let mut found = vec![];
    for survey in &all {
        for feedback in all.iter().filter(|f| f.item.id != survey.item.id) {
            match survey::answered(&survey.dated(), &feedback.dated(), &app.config.workdays, days) {
                Ok(hint) => found.extend(hint.and_then(|h| propose(survey, "F3", h))),
                // A year whose holidays are not known is told by `check` and `doctor`; nothing is guessed.
                Err(e) => tracing::warn!("征集反馈期限算不出来：{e}"),
            }
        }
    }
    found
}

/// B1.4: what columns should have published by a day, as the office has said.
pub(super) async fn expected(app: &App, from: Day) -> anyhow::Result<Vec<NewSuspicion>> {
    let mut found = vec![];
    for (id, expected) in &app.config.hints.expected {
        let Some(channel) = app.config.channel(id) else { continue };
        let timelines = app.store.timelines(std::slice::from_ref(channel), app.clock.now()).await?;
        let looks: Vec<(Day, Option<Day>)> = timelines
            .iter()
            .flat_map(|t| &t.looks)
            .filter_map(|l| match l.covers {
                Coverage::Everything => Some((l.day, None)),
                Coverage::Since(day) => Some((l.day, Some(day))),
                Coverage::Nothing => None,
            })
            .collect();
        let items = app.store.saved_items(std::slice::from_ref(id), from).await?;
        let own: Vec<(&str, Day)> = items.iter().map(|i| (i.title.as_str(), i.counts_on())).collect();
        let last = timelines.iter().flat_map(|t| &t.looks).rfind(|l| l.covers != Coverage::Nothing);
        for (due, hint) in missing(expected, &own, channel.life.from, &looks) {
            let mark = |m: &str| format!("B1.4|{id}|{m}");
            found.push(NewSuspicion {
                detector: hint.detector.to_owned(),
                criterion: "B1.4".parse()?,
                unit: id.unit().clone(),
                channel: Some(id.clone()),
                entry: None,
                day: due,
                confidence: hint.confidence,
                title: channel.name.clone(),
                summary: hint.summary,
                quotes: hint.quotes.into_iter().map(|q| model::Quote { mark: mark(&q.mark), ..q }).collect(),
                url: channel.url.clone(),
                evidence: last.and_then(|l| l.evidence.clone()),
            });
        }
    }
    Ok(found)
}
