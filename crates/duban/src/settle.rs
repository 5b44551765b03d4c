//! The job that closes months: findings, decisions and register become ledger lines.

use std::collections::BTreeMap;

use anyhow::bail;
use model::{CriterionId, LineSource, Month, NewLine, Verdict};
use scoring::{LeftOut, Settlement, Why};
use store::{FindingFilter, Ledger, LedgerFilter, Posted, RegisterFilter, Trials};

use crate::app::App;
use crate::crash;

/// Closes `month`: posts its lines and seals it. A closed month is left as it is.
///
/// # Errors
/// When the month is not over, an earlier one is still open, or the store fails.
pub async fn close(app: &App, month: Month) -> anyhow::Result<Posted> {
    crash::point("before-close");
    let today = app.zone().day(app.clock.now());
    if today <= month.days().last {
        bail!("{month} 还没有结束（今天是 {today}），不能关账；可用 --preview 预览");
    }
    let at = app.clock.now();
    let book = &app.config.rulebook;
    let on_trial: Vec<&CriterionId> = book.criteria.iter().filter(|c| c.is_on_trial()).map(|c| &c.id).collect();
    app.store.note_trial(month, &book.id, &on_trial, at).await?;
    let trials = app.store.trials(&book.id).await?;
    let settle = |ledger: Ledger| lines(app, month, ledger, &trials);
    let posted = app.store.post(month, at, true, settle, scoring::hash).await?;
    crash::point("month-closed");
    Ok(posted)
}

/// The lines that closing `month` now would post.
///
/// # Errors
/// When the store fails.
pub async fn preview(app: &App, month: Month) -> anyhow::Result<Vec<NewLine>> {
    let trials = app.store.trials(&app.config.rulebook.id).await?;
    Ok(app.store.offered(month).await?.map_or_else(Vec::new, |ledger| lines(app, month, ledger, &trials)))
}

/// What closing `month` now would leave out of the ledger, and why: what could not be judged, what waits for a person, what
/// was entered in vain. What has its line already, belongs to a later month, was kept or taken back is not among it.
///
/// # Errors
/// When the store fails.
pub async fn left_out(app: &App, month: Month) -> anyhow::Result<Vec<LeftOut>> {
    let to = Some(month.days().last);
    let findings = app.store.findings(&FindingFilter { to, ..FindingFilter::default() }).await?;
    let register = app.store.register(&RegisterFilter::default()).await?;
    let (existing, to_reverse) = (app.store.lines(&LedgerFilter::default()).await?, app.store.to_reverse().await?);
    let closed: Vec<Month> = app.store.closed_months().await?.into_iter().map(|c| c.month).collect();
    let settlement = Settlement {
        rulebook: &app.config.rulebook,
        units: &app.config.units,
        month,
        findings: &findings,
        register: &register,
        to_reverse: &to_reverse,
        existing: &existing,
        closed: &closed,
    };
    let told = |l: &LeftOut| {
        !matches!(l.why, Why::Posted | Why::LaterMonth | Why::NotBreached | Why::Withdrawn | Why::Cancelled)
    };
    let mut out: Vec<LeftOut> = scoring::left_out(&settlement).into_iter().filter(told).collect();
    let trials = app.store.trials(&app.config.rulebook.id).await?;
    out.extend(held_back(&settlement, &trials));
    out.sort();
    out.dedup();
    Ok(out)
}

/// What would be posted but for the trial of the month that it belongs to: it stays free when the trial is over.
fn held_back(settlement: &Settlement<'_>, trials: &Trials) -> Vec<LeftOut> {
    let month_of: BTreeMap<LineSource, Month> = settlement
        .findings
        .iter()
        .map(|f| (LineSource::Finding(f.id), f.judgement.key.month()))
        .chain(settlement.register.iter().map(|e| (LineSource::Register(e.id), Month::of(e.day))))
        .collect();
    let on_trial = |line: &NewLine| {
        month_of.get(&line.source).is_some_and(|month| trials.contains(&(*month, line.criterion.clone())))
    };
    let held = scoring::settle(settlement).into_iter().filter(on_trial);
    held.map(|l| LeftOut { unit: l.unit, criterion: l.criterion, source: l.source, why: Why::OnTrial }).collect()
}

/// Closes every month that is over and still open, oldest first.
///
/// # Errors
/// When the store fails.
pub async fn close_what_is_over(app: &App) -> anyhow::Result<Vec<Month>> {
    let today = app.zone().day(app.clock.now());
    let mut closed = vec![];
    let Some(mut month) = first_open(app).await? else { return Ok(closed) };
    while month.days().last < today {
        close(app, month).await?;
        closed.push(month);
        month = month.next();
    }
    Ok(closed)
}

/// Is there a month that is over and still open?
///
/// # Errors
/// When the store fails.
pub async fn is_due(app: &App) -> anyhow::Result<bool> {
    let today = app.zone().day(app.clock.now());
    Ok(first_open(app).await?.is_some_and(|month| month.days().last < today))
}

/// The month after the last closed one; before any close, the one in which the first look was made, or an earlier one
/// about which that look has proved something, or a person has entered it: the store closes no month before those.
async fn first_open(app: &App) -> anyhow::Result<Option<Month>> {
    if let Some(last) = app.store.closed_months().await?.into_iter().map(|c| c.month).max() {
        return Ok(Some(last.next()));
    }
    let since = Month::of(app.config.district.monitoring_since);
    let first_look = app.store.first_look().await?.map(|at| Month::of(app.zone().day(at)));
    let breached = FindingFilter { verdict: Some(Verdict::Breached), ..FindingFilter::default() };
    let proved = app.store.findings(&breached).await?.iter().map(|f| f.judgement.key.month()).min();
    let entered = app.store.register(&RegisterFilter::default()).await?.iter().map(|e| Month::of(e.day)).min();
    Ok(first_look.map(|seen| proved.into_iter().chain(entered).fold(seen.max(since), Month::min)))
}

fn lines(app: &App, month: Month, mut ledger: Ledger, trials: &Trials) -> Vec<NewLine> {
    // What belongs to a month that was closed on trial stays uncharged when the trial is over.
    ledger.findings.retain(|f| {
        let key = &f.judgement.key;
        !trials.contains(&(key.month(), key.criterion.clone()))
    });
    ledger.register.retain(|e| !trials.contains(&(Month::of(e.day), e.criterion.clone())));
    scoring::settle(&Settlement {
        rulebook: &app.config.rulebook,
        units: &app.config.units,
        month,
        findings: &ledger.findings,
        register: &ledger.register,
        to_reverse: &ledger.to_reverse,
        existing: &ledger.lines,
        closed: &ledger.closed,
    })
}
