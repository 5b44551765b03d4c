//! The circular of a month, quarter or year.
//!
//! To judge a district of two years takes seconds, so a reader is shown what was judged last, by the daily job or for the
//! reader before, and the document names the instant. What it says is what the daily judging has recorded; of windows that
//! ended weeks or months ago that is what was said of them when those were judged last ([`crate::judge`]). It is judged anew
//! once a day has passed without, and as soon as a person has said something that the rules heed, such as a waiver. Nothing
//! of this outlives the program, which is started anew for another configuration; a command judges, and so does the daemon
//! in the background when it starts, so that its first reader finds what he asks for. All is judged by one at a time: who
//! comes while somebody is at it waits and is shown the same.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use chrono::TimeDelta;
use model::{CriterionId, Day, FindingKey, Moment, Month, Points, Unit, UnitId, Verdict};
use report::circular::{self, Windows};
use report::paper::Paper;
use report::span::Span;
use rules::Criterion;
use store::LedgerFilter;

use crate::app::App;
use crate::judge;
use crate::reports::{appeal, coverage, subjects};

/// So long what was judged is shown to readers.
const HOURS: i64 = 24;

/// What was said of the whole district as of an instant, without the proofs.
pub(crate) struct Said {
    as_of: Moment,
    words: Vec<(FindingKey, Verdict)>,
    /// Circulars that were made of it, each with the rest of what it was made of.
    papers: Mutex<BTreeMap<Span, (Basis, Arc<Paper>)>>,
}

/// What a circular of days that are over is made of beside the judgement.
#[derive(Clone, PartialEq, Eq)]
struct Basis {
    made_on: Day,
    last_line: Option<String>,
    closed: Vec<Month>,
}

/// What was judged last, for as long as the program runs.
#[derive(Clone, Default)]
pub struct Judged {
    kept: Arc<Mutex<Option<Arc<Said>>>>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// Whoever holds it judges; nobody else does.
pub(crate) type Turn<'a> = tokio::sync::MutexGuard<'a, ()>;

impl Judged {
    /// Waits until nobody else judges.
    pub(crate) async fn turn(&self) -> Turn<'_> {
        self.turn.lock().await
    }

    /// Keeps what was judged as of an instant, unless something later is kept. Where only the windows that end on or after
    /// `since` were judged, what was said before of the others stands; nothing is kept where nothing was said of them.
    /// Gives what is kept.
    pub(crate) fn keep(&self, as_of: Moment, since: Day, mut words: Vec<(FindingKey, Verdict)>) -> Option<Arc<Said>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.as_ref() {
            Some(old) if old.as_of > as_of => return kept.clone(),
            None if since > Day::MIN => return None,
            Some(old) => words.extend(old.words.iter().filter(|(key, _)| key.days.last < since).cloned()),
            None => {}
        }
        *kept = Some(Arc::new(Said { as_of, words, papers: Mutex::default() }));
        kept.clone()
    }

    /// What was judged last, where readers may still be shown it.
    async fn last(&self, app: &App, now: Moment) -> anyhow::Result<Option<Arc<Said>>> {
        let Some(said) = self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone() else { return Ok(None) };
        let fresh = said.as_of <= now && now - said.as_of < TimeDelta::hours(HOURS);
        let heard = app.store.last_word().await?.is_none_or(|at| at < said.as_of);
        Ok(Some(said).filter(|_| fresh && heard))
    }
}

/// What readers are shown: what was judged last, or else what is judged now.
async fn said(app: &App) -> anyhow::Result<Arc<Said>> {
    if let Some(said) = app.judged.last(app, app.clock.now()).await? {
        return Ok(said);
    }
    let _turn = app.judged.turn().await;
    // It may have taken a while until it was our turn, and whoever had it may have judged what we need.
    let now = app.clock.now();
    if let Some(said) = app.judged.last(app, now).await? {
        return Ok(said);
    }
    let words = judge::judgements(app, now).await?.into_iter().map(|j| (j.key, j.verdict)).collect();
    app.judged.keep(now, Day::MIN, words).context("判定结果没有留住")
}

/// Judges before anybody asks. Where nobody has looked at anything yet there is nothing to say, and what is said of nothing
/// must not stand for a day.
///
/// # Errors
/// When the store fails.
pub async fn prepare(app: &App) -> anyhow::Result<bool> {
    if app.store.first_look().await?.is_none() {
        return Ok(false);
    }
    said(app).await?;
    Ok(true)
}

/// The circular of a month, quarter or year.
///
/// # Errors
/// When the store fails.
pub async fn circular(app: &App, span: Span) -> anyhow::Result<Arc<Paper>> {
    let said = said(app).await?;
    let today = app.zone().day(app.clock.now());
    let closed = app.store.closed_months().await?.into_iter().map(|c| c.month).collect();
    let basis = Basis { made_on: today, last_line: app.store.last_hash().await?, closed };
    let kept = said.papers.lock().unwrap_or_else(PoisonError::into_inner).get(&span).cloned();
    if let Some((_, paper)) = kept.filter(|(of, _)| *of == basis) {
        return Ok(paper);
    }
    let paper = Arc::new(made(app, span, &said, &basis).await?);
    // Days that are not over are looked at still.
    if span.days().last < today {
        let kept = (basis, Arc::clone(&paper));
        said.papers.lock().unwrap_or_else(PoisonError::into_inner).insert(span, kept);
    }
    Ok(paper)
}

async fn made(app: &App, span: Span, said: &Said, basis: &Basis) -> anyhow::Result<Paper> {
    let (config, days) = (&app.config, span.days());
    // What was posted before that year belongs to an earlier one, and so does what took it back.
    let lines = app.store.lines(&LedgerFilter { since: Month::new(span.year(), 1), ..LedgerFilter::default() }).await?;
    let told = |id: &CriterionId| {
        let on_trial = config.rulebook.criterion(id).is_some_and(Criterion::is_on_trial);
        !on_trial || config.rulebook.is_on_trial()
    };
    let mut within: BTreeMap<UnitId, Vec<(&FindingKey, Verdict)>> = BTreeMap::new();
    for (key, verdict) in said.words.iter().filter(|(k, _)| days.contains(k.days.last) && told(&k.criterion)) {
        within.entry(key.scope.unit()).or_default().push((key, *verdict));
    }
    let judged = subjects(app, span);
    let windows = |u: &Unit| {
        let own = judged.iter().filter(|((id, unit), _)| *unit == u.id && told(id)).map(|(_, n)| n).sum();
        (u.id.clone(), Windows::of(own, within.get(&u.id).into_iter().flatten().copied()))
    };
    let windows: BTreeMap<UnitId, Windows> = config.units.iter().map(windows).collect();
    let score = |u: &Unit| (u.id.clone(), scoring::scorecard(&config.rulebook, u, &lines, span.year(), None).total);
    let scores: BTreeMap<UnitId, Points> = config.units.iter().map(score).collect();
    Ok(circular::paper(&circular::Facts {
        district: &config.district.name,
        office: &config.district.office,
        span,
        made_on: basis.made_on,
        judged_at: &app.zone().local(said.as_of),
        rulebook: &config.rulebook,
        units: &config.units,
        lines: &lines,
        windows: &windows,
        scores: &scores,
        closed: &basis.closed,
        coverage: coverage(app, span).await?,
        manner: config.report,
        appeal: &appeal(app),
    }))
}
