//! 关账通知: after a month's close, to each unit its lines and to the office all of them, with the sheet attached.

use chrono::TimeDelta;
use model::{LedgerLine, Month, Unit};
use report::closing::{Closing, Standing};
use report::ledger::LedgerView;
use store::LedgerFilter;

use crate::app::App;
use crate::mail::Letter;
use crate::{outbox, reports};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A close is told of within so many days: what a crash interrupted is taken up, and history that was closed before there
/// were such letters is not sent round.
const TOLD_WITHIN_DAYS: i64 = 7;

/// The letters about a closed month.
///
/// # Errors
/// When the store fails or a letter cannot be made.
pub async fn letters(app: &App, month: Month) -> anyhow::Result<Vec<Letter>> {
    let lines = app.store.lines(&LedgerFilter::default()).await?;
    let (config, book) = (&app.config, &app.config.rulebook);
    // The letter speaks of the close: what was posted since is not in it, and it is the same whenever it is written.
    let closed = app.store.closed_months().await?.into_iter().find(|c| c.month == month);
    let made_at = closed.map_or_else(|| app.clock.now(), |c| c.closed_at);
    let view = LedgerView {
        district: &config.district.name,
        month,
        lines: &lines,
        units: &config.units,
        rulebook: book,
        zone: app.zone(),
        made_at,
    };
    let mut letters = vec![];
    // On trial nothing is posted; units hear nothing of it.
    for unit in config.units.iter().filter(|_| !book.is_on_trial()) {
        let card = scoring::scorecard(book, unit, &lines, month.year(), Some(made_at));
        let stands = Standing { year: month.year(), score: card.total, out_of: card.out_of };
        let Some(letter) = Closing::to_unit(&view, &config.district.office, unit, stands, &reports::appeal(app)) else {
            continue;
        };
        letters.push(ready(
            format!("closing:{month}:{}", unit.id),
            &unit.contacts,
            letter.render()?,
            sheet(&view, unit)?,
        ));
    }
    let whole = (format!("duban-ledger-{month}.xlsx"), XLSX, report::ledger::xlsx(&view)?);
    let letter = Closing::to_office(&view, &config.district.office).render()?;
    letters.push(ready(format!("closing:{month}:office"), &config.mail.district, letter, whole));
    Ok(letters)
}

/// The sheet with the unit's own lines and nobody else's.
fn sheet(view: &LedgerView<'_>, unit: &Unit) -> anyhow::Result<(String, &'static str, Vec<u8>)> {
    let own: Vec<LedgerLine> = view.lines().into_iter().filter(|l| l.line.unit == unit.id).cloned().collect();
    let units = [unit.clone()];
    let bytes = report::ledger::xlsx(&LedgerView { lines: &own, units: &units, ..*view })?;
    Ok((format!("duban-ledger-{}-{}.xlsx", view.month, unit.id), XLSX, bytes))
}

fn ready(
    key: String,
    to: &[String],
    letter: report::weekly::Letter,
    attachment: (String, &'static str, Vec<u8>),
) -> Letter {
    let report::weekly::Letter { subject, text, html } = letter;
    Letter { key, to: to.to_vec(), subject, text, html, attachments: vec![attachment] }
}

/// Puts the letters about what was closed these days into the outbox, each once. Returns how many were new.
///
/// # Errors
/// When the store fails or a letter cannot be made.
pub async fn tell(app: &App) -> anyhow::Result<usize> {
    let since = app.clock.now() - TimeDelta::days(TOLD_WITHIN_DAYS);
    let mut new = 0;
    for close in app.store.closed_months().await?.into_iter().filter(|c| c.closed_at >= since) {
        new += outbox::enqueue(app, &letters(app, close.month).await?).await?;
    }
    Ok(new)
}
