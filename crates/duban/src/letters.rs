//! From the store to what people read: the weekly letters, the explanation of a finding, the monthly sheet.

use std::collections::HashMap;

use anyhow::Context as _;
use chrono::Datelike as _;
use model::{
    ChannelId, Charges, Day, DayRange, Finding, IsoWeek, LedgerLine, LineSource, Month, Outcome, Points, Unit, UnitId,
    Verdict, Zone,
};
use report::explain::{Details, Sections};
use report::ledger::LedgerView;
use report::scorecard::{CardView, GroupView, StepView};
use report::text::Plain;
use report::weekly::{Blind, Blindness, Coverage, Head, OfficeLetter, Place, Standing, UnitLetter, Waiting};
use rules::Criterion;
use scoring::{Scorecard, StepKind};
use store::{FindingEvent, LedgerFilter};

use crate::app::App;
use crate::mail::Letter;

/// Somebody to whom a week's letter is written.
pub struct Addressee<'a> {
    /// The key of the letter.
    pub key: String,
    /// The unit, or the office.
    pub name: &'a str,
    /// The addresses.
    pub to: &'a [String],
    unit: Option<&'a Unit>,
}

/// To whom letters of a week are written: every unit that lived in it, unless the whole table is on trial, and the office.
pub fn addressees(app: &App, week: IsoWeek) -> impl Iterator<Item = Addressee<'_>> {
    let told = |_: &&Unit| !app.config.rulebook.is_on_trial();
    let units = units(app, week).filter(told).map(move |u| Addressee {
        key: format!("weekly:{week}:{}", u.id),
        name: &u.name,
        to: &u.contacts,
        unit: Some(u),
    });
    units.chain(std::iter::once(Addressee {
        key: format!("weekly:{week}:office"),
        name: &app.config.district.office,
        to: &app.config.mail.district,
        unit: None,
    }))
}

fn units(app: &App, week: IsoWeek) -> impl Iterator<Item = &Unit> {
    app.config.units.iter().filter(move |u| alive(u.from.unwrap_or(Day::MIN), u.until, week.days()))
}

/// A week's letters: one for each unit, and one for the office.
///
/// # Errors
/// When the store fails.
pub async fn weekly(app: &App, week: IsoWeek) -> anyhow::Result<Vec<Letter>> {
    let news = News::of(app, week, None).await?;
    let mut letters = vec![];
    for to in addressees(app, week) {
        letters.push(news.letter(to).await?);
    }
    Ok(letters)
}

/// One of a week's letters, by its key.
///
/// # Errors
/// When the store fails.
pub async fn one(app: &App, week: IsoWeek, key: &str) -> anyhow::Result<Option<Letter>> {
    let Some(to) = addressees(app, week).find(|a| a.key == key) else { return Ok(None) };
    let news = match to.unit {
        Some(unit) => News::of(app, week, Some(&unit.id)).await?,
        None => News::counted(app, week).await?,
    };
    Ok(Some(news.letter(to).await?))
}

/// What there is to tell of a week, about one unit or all of them.
struct News<'a> {
    app: &'a App,
    head: Head,
    findings: Vec<Finding>,
    /// What could not be judged and is not among the findings, unit by unit.
    blind: HashMap<UnitId, Vec<Blind>>,
    /// The year's lines, unit by unit.
    lines: HashMap<UnitId, Vec<LedgerLine>>,
    latest: HashMap<ChannelId, Outcome>,
}

impl<'a> News<'a> {
    async fn of(app: &'a App, week: IsoWeek, unit: Option<&UnitId>) -> anyhow::Result<News<'a>> {
        let findings = app.store.findings_about(week, unit, true).await?;
        News::about_these(app, week, unit, findings).await
    }

    /// For the office's letter alone, which only counts what could not be judged: of years there may be tens of thousands,
    /// and their proofs are read where nothing else says the reason.
    async fn counted(app: &'a App, week: IsoWeek) -> anyhow::Result<News<'a>> {
        let findings = app.store.findings_about(week, None, false).await?;
        let mut news = News::about_these(app, week, None, findings).await?;
        let mut by_proof = vec![];
        for some in app.store.unjudged(model::calendar::shift(week.days().last, 1)).await? {
            let Some(id) = some.channel else {
                by_proof.extend(some.findings);
                continue;
            };
            // As where they are listed: a row that the rulebook no longer has cannot be explained.
            if app.config.rulebook.criterion(&some.criterion).is_none() {
                continue;
            }
            let channel = app.config.channel(&id);
            let latest = channel.and_then(|c| news.latest.get(&c.id).copied());
            match Blindness::told(&some.flags, channel, latest) {
                Some(why) => {
                    let blind = Blind { why, place: Place::of_channel(&id, channel), count: some.findings.len() };
                    news.blind.entry(some.unit).or_default().push(blind);
                }
                None => by_proof.extend(some.findings),
            }
        }
        news.findings.extend(app.store.findings_of(by_proof).await?);
        Ok(news)
    }

    async fn about_these(
        app: &'a App,
        week: IsoWeek,
        unit: Option<&UnitId>,
        mut findings: Vec<Finding>,
    ) -> anyhow::Result<News<'a>> {
        let today = app.zone().day(app.clock.now());
        findings.retain(|f| belongs(f, week, app.zone()));
        let of_year =
            LedgerFilter { unit: unit.cloned(), year: Some(week.days().last.year()), ..LedgerFilter::default() };
        let mut lines: HashMap<UnitId, Vec<LedgerLine>> = HashMap::new();
        for line in app.store.lines(&of_year).await? {
            lines.entry(line.line.unit.clone()).or_default().push(line);
        }
        Ok(News {
            app,
            head: Head { district: Plain::new(&app.config.district.name), week, today },
            findings,
            blind: HashMap::new(),
            lines,
            latest: app.store.latest_outcomes().await?,
        })
    }

    async fn letter(&self, to: Addressee<'_>) -> anyhow::Result<Letter> {
        let report::weekly::Letter { subject, text, html } = match to.unit {
            // What is on trial is told to the office only.
            Some(unit) => self.about(unit, false)?.render()?,
            None => self.about_all().await?.render()?,
        };
        Ok(Letter { key: to.key, to: to.to.to_vec(), subject, text, html, attachments: vec![] })
    }

    fn about(&self, unit: &Unit, with_trials: bool) -> anyhow::Result<UnitLetter> {
        let (app, year) = (self.app, self.head.week.days().last.year());
        let mut letter = UnitLetter::new(&self.head, unit.id.clone(), &unit.name);
        letter = letter.with_standing(standing(app, unit, self.lines.get(&unit.id).map_or(&[], Vec::as_slice), year));
        for finding in self.findings.iter().filter(|f| f.judgement.key.scope.unit() == unit.id) {
            let key = &finding.judgement.key;
            // A finding under a row that the rulebook no longer has cannot be explained; `findings` still lists it.
            let Some(criterion) = app.config.rulebook.criterion(&key.criterion) else { continue };
            if criterion.is_on_trial() && !with_trials {
                continue;
            }
            let channel = key.scope.channel().and_then(|c| app.config.channel(c));
            letter.add(finding, criterion, channel, channel.and_then(|c| self.latest.get(&c.id).copied()))?;
        }
        Ok(letter)
    }

    async fn about_all(&self) -> anyhow::Result<OfficeLetter> {
        let (app, week) = (self.app, self.head.week);
        let days = week.days();
        let seen = app.store.watched(days).await?;
        let coverage = Coverage {
            looks: seen.looks,
            good: seen.good,
            channels: app.config.channels.iter().filter(|c| alive(c.life.from, c.life.until, days)).count() as u64,
            seen: seen.channels_seen,
        };
        let mut office = OfficeLetter::new(&self.head, coverage).with_waiting(waiting(app).await?);
        if let Some(what) = on_trial(&app.config.rulebook) {
            office = office.with_trial(&what);
        }
        for unit in units(app, week) {
            office.add_with(&self.about(unit, true)?, self.blind.get(&unit.id).cloned().unwrap_or_default())?;
        }
        Ok(office)
    }
}

/// What nobody has decided on by now.
async fn waiting(app: &App) -> anyhow::Result<Waiting> {
    let waiting = app.store.waiting().await?;
    Ok(Waiting { suspicions: usize::try_from(waiting.suspicions)?, appeals: usize::try_from(waiting.appeals)? })
}

/// What the office must know of a trial, where there is one.
fn on_trial(book: &rules::Rulebook) -> Option<String> {
    if book.is_on_trial() {
        return Some("全部指标正在试运行：只作判定和比对，不入账；本通报只发公开办，未发各单位。".to_owned());
    }
    let rows: Vec<&str> = book.criteria.iter().filter(|c| c.is_on_trial()).map(|c| c.id.as_str()).collect();
    let text =
        || format!("指标{}正在试运行：下列各项中标明试运行的不入账，未告知单位，表中分值为试算。", rows.join("、"));
    (!rows.is_empty()).then(text)
}

fn alive(from: Day, until: Option<Day>, days: DayRange) -> bool {
    from <= days.last && until.is_none_or(|u| days.first <= u)
}

/// What the letters of a week speak of.
///
/// Breaches are told in the week in which they were found, not in which the window ended: proof may come late. Those
/// found on the Monday after are told too, since the letter is mostly written on it; so a line may be told twice, but
/// none is left out. What could not be judged is told as long as it stands.
fn belongs(finding: &Finding, week: IsoWeek, zone: Zone) -> bool {
    let days = week.days();
    let after = model::calendar::shift(days.last, 1);
    let found = zone.day(finding.detected_at);
    match finding.judgement.verdict {
        Verdict::Breached => days.first <= found && found <= after,
        Verdict::DueSoon => finding.judgement.key.days.last >= days.first,
        Verdict::Unknown => finding.judgement.key.days.last <= after,
        Verdict::Waived | Verdict::NotApplicable => days.contains(finding.judgement.key.days.last),
        Verdict::Met => false,
    }
}

fn standing(app: &App, unit: &Unit, lines: &[LedgerLine], year: i32) -> Standing {
    let card = scoring::scorecard(&app.config.rulebook, unit, lines, year, None);
    // A reversal counts on the side of the line that it takes back.
    let own = lines.iter().filter(|l| l.line.unit == unit.id && l.line.belongs_to.year() == year);
    let (mut deducted, mut earned) = (Points::ZERO, Points::ZERO);
    for line in own {
        let reversal = matches!(line.line.source, LineSource::ReversalOf(_));
        if line.line.points.is_negative() != reversal {
            deducted += line.line.points;
        } else {
            earned += line.line.points;
        }
    }
    Standing { year, deducted, earned, score: Some((card.total, card.out_of)) }
}

/// Why a finding is what it is: as text, and as JSON.
///
/// # Errors
/// When the store fails.
pub async fn explained(app: &App, finding: &Finding, criterion: &Criterion) -> anyhow::Result<(String, String)> {
    let told = |details: &Details<'_>| {
        let json = report::explain::json(finding, criterion, details)?;
        Ok((report::explain::text(finding, criterion, details), json))
    };
    let events = app.store.events(finding.id).await?;
    let decisions: Vec<String> = events.iter().map(|e| sentence(finding, e, app.zone())).collect();
    with_details(app, finding, &decisions, told).await
}

/// The same for a page: headed sections of lines, without the decisions, which the page has in a table.
///
/// # Errors
/// When the store fails.
pub async fn sections(app: &App, finding: &Finding, criterion: &Criterion) -> anyhow::Result<Sections> {
    with_details(app, finding, &[], |details| Ok(report::explain::sections(finding, criterion, details))).await
}

/// Gathers what is to be said beside the finding itself.
async fn with_details<T>(
    app: &App,
    finding: &Finding,
    decisions: &[String],
    tell: impl FnOnce(&Details<'_>) -> Result<T, report::ReportError>,
) -> anyhow::Result<T> {
    let key = &finding.judgement.key;
    let unit = key.scope.unit();
    let zone = app.zone();
    let of_unit = LedgerFilter { unit: Some(unit.clone()), ..LedgerFilter::default() };
    let lines: Vec<LedgerLine> = charged(finding.id, &app.store.lines(&of_unit).await?);
    let channel = key.scope.channel().and_then(|c| app.config.channel(c));
    let latest = app.store.latest_outcomes().await?;
    let details = Details {
        rulebook: &app.config.rulebook,
        unit_name: app.config.unit(&unit).map_or(unit.as_str(), |u| u.name.as_str()),
        channel,
        latest: channel.and_then(|c| latest.get(&c.id).copied()),
        zone,
        decisions,
        lines: &lines,
    };
    Ok(tell(&details)?)
}

/// The lines that charge the finding, the first and those that charge it anew, and those that take them back.
fn charged(finding: i64, all: &[LedgerLine]) -> Vec<LedgerLine> {
    let charges = Charges::of(all);
    let about = |l: &&LedgerLine| match l.line.source {
        LineSource::ReversalOf(seq) => charges.finding(seq) == Some(finding),
        _ => charges.finding(l.seq) == Some(finding),
    };
    all.iter().filter(about).cloned().collect()
}

fn sentence(finding: &Finding, event: &FindingEvent, zone: Zone) -> String {
    let document = event.document.as_ref().map_or_else(String::new, |d| format!("（{d}）"));
    let note = report::explain::remark(finding, event.state, zone.day(event.at), &event.note);
    let note = if note.is_empty() { String::new() } else { format!("：{note}") };
    let who = if event.who.is_empty() { "系统" } else { &event.who };
    let file = event.evidence.as_ref().map_or_else(String::new, |h| format!("（附件 {}）", h.as_str()));
    format!("{} {who} {}{document}{note}{file}", zone.local(event.at), event.state.label())
}

/// Writes the sheet of a month.
///
/// # Errors
/// When the store fails or the sheet cannot be made.
pub async fn ledger_sheet<T>(
    app: &App,
    month: Month,
    write: impl FnOnce(&LedgerView<'_>) -> Result<T, report::ReportError>,
) -> anyhow::Result<T> {
    let lines = app.store.lines(&LedgerFilter::default()).await?;
    let view = LedgerView {
        district: &app.config.district.name,
        month,
        lines: &lines,
        units: &app.config.units,
        rulebook: &app.config.rulebook,
        zone: app.zone(),
        made_at: app.clock.now(),
    };
    write(&view).with_context(|| format!("无法生成 {month} 台账"))
}

/// A scorecard as the report room prints it.
#[must_use]
pub fn card(app: &App, card: &Scorecard) -> CardView {
    let groups = card.groups.iter().chain(&card.bonus).map(|g| GroupView {
        id: g.id.clone(),
        title: Plain::new(&g.title),
        points: g.points,
        base: g.base,
        bonus: g.bonus,
        steps: g.steps.iter().map(step).collect(),
        raw: g.raw,
        vetoed: g.vetoed,
        score: g.score,
    });
    CardView {
        unit: card.unit.clone(),
        unit_name: Plain::new(&card.unit_name),
        rulebook: Plain::new(&trial_name(&app.config.rulebook)),
        year: card.year,
        as_of: card.as_of.map(|at| format!("截至{}", app.zone().day(at))),
        groups: groups.collect(),
        uncounted: card
            .uncounted
            .iter()
            .map(|u| Plain::new(&format!("第{}号 {}：{}", u.seq, u.criterion, u.why)))
            .collect(),
        total: card.total,
        out_of: card.out_of,
    }
}

/// The table's name, and that it is on trial.
fn trial_name(book: &rules::Rulebook) -> String {
    if book.is_on_trial() { format!("{}（试运行，不计分）", book.name) } else { book.name.clone() }
}

fn step(s: &scoring::Step) -> StepView {
    StepView {
        kind: kind(s.kind).to_owned(),
        seq: s.seq,
        month: s.month,
        criterion: s.criterion.as_ref().map(ToString::to_string),
        text: Plain::new(&s.text),
        points: s.points,
        running: s.running,
        pair: s.pair,
    }
}

fn kind(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Base => "base",
        StepKind::Line => "line",
        StepKind::Cap => "cap",
        StepKind::Floor => "floor",
        StepKind::Ceiling => "ceiling",
        StepKind::Veto => "veto",
    }
}
