//! 到期提醒: once a day, to each unit, what it will miss if it does nothing.
//!
//! A reminder says only what is still true when it is sent: a step that passed while the program was down is left out,
//! and each step of a finding is given once. Which step is due is [`report::reminder::step`].

use chrono::{Datelike as _, Weekday};
use model::calendar::shift;
use model::{Day, Finding, Moment, Unit, Verdict, Zone};
use report::reminder::{Reminder, step};
use store::{FindingFilter, NewMail, Reminded, Via};

use crate::app::App;
use crate::config::Quiet;
use crate::mail::{self, Letter};
use crate::visits::contains;
use crate::{crash, webhook};

/// When reminders may be sent again, if `now` is a quiet time.
#[must_use]
pub fn held_until(quiet: &Quiet, zone: Zone, now: Moment) -> Option<Moment> {
    let local = now.with_timezone(&zone.tz());
    let (day, time) = (local.date_naive(), local.time());
    let (_, to) = quiet.hours;
    let quiet_hour = contains(quiet.hours, time);
    let weekend = |d: Day| !quiet.weekends && matches!(d.weekday(), Weekday::Sat | Weekday::Sun);
    if !quiet_hour && !weekend(day) {
        return None;
    }
    // The next end of a quiet time that lies on a day on which reminders are sent.
    let mut on = if time < to && !weekend(day) { day } else { shift(day, 1) };
    while weekend(on) {
        on = shift(on, 1);
    }
    Some(zone.at(on, to))
}

/// The last day before the next one on which reminders are sent.
fn until(quiet: &Quiet, today: Day) -> Day {
    match today.weekday() {
        Weekday::Fri if !quiet.weekends => shift(today, 2),
        Weekday::Sat if !quiet.weekends => shift(today, 1),
        _ => today,
    }
}

/// Writes today's reminders into the outbox; says how many.
///
/// # Errors
/// When the store fails or a letter cannot be made.
pub async fn remind(app: &App) -> anyhow::Result<usize> {
    let now = app.clock.now();
    let today = app.zone().day(now);
    let due = FindingFilter { verdict: Some(Verdict::DueSoon), ..FindingFilter::default() };
    let findings = app.store.findings(&due).await?;
    let given = app.store.reminded().await?;
    let latest = app.store.latest_outcomes().await?;
    let mut written = 0;
    for unit in app.config.units.iter().filter(|u| !u.contacts.is_empty()) {
        let mut reminder = Reminder::new(&app.config.district.name, today, unit.id.clone(), &unit.name);
        let mut steps = vec![];
        for finding in findings.iter().filter(|f| f.judgement.key.scope.unit() == unit.id) {
            let Some(step) = due_step(app, finding, today, given.get(&finding.id).copied()) else { continue };
            let key = &finding.judgement.key;
            // What is on trial is told to the office only.
            let criterion = app.config.rulebook.criterion(&key.criterion).filter(|c| !c.is_on_trial());
            let Some(criterion) = criterion else { continue };
            let channel = key.scope.channel().and_then(|c| app.config.channel(c));
            reminder.add(finding, criterion, channel, channel.and_then(|c| latest.get(&c.id).copied()))?;
            steps.push(Reminded { finding: finding.id, step });
        }
        if !reminder.is_empty() {
            written += usize::from(enqueue(app, unit, &reminder, &steps, now).await?);
        }
    }
    Ok(written)
}

/// The step that the finding is due for and has not been given.
fn due_step(app: &App, finding: &Finding, today: Day, given: Option<u16>) -> Option<u16> {
    let reminders = &app.config.reminders;
    let by = finding.judgement.key.days.last;
    let step = step(&reminders.days_before, by, today, until(&reminders.quiet, today))?;
    given.is_none_or(|g| step < g).then_some(step)
}

async fn enqueue(app: &App, unit: &Unit, reminder: &Reminder, steps: &[Reminded], now: Moment) -> anyhow::Result<bool> {
    let today = app.zone().day(now);
    let key = format!("remind:{today}:{}", unit.id);
    let report::weekly::Letter { subject, text, html } = reminder.render()?;
    let letter = Letter { key, to: unit.contacts.clone(), subject, text, html, attachments: vec![] };
    let mail = NewMail {
        key: letter.key.clone(),
        via: Via::Mail,
        sender: app.config.mail.from.clone(),
        recipients: letter.to.clone(),
        subject: letter.subject.clone(),
        message: mail::message(&letter, &app.config.mail.from, now)?,
    };
    // The notice goes first: if the program dies in between, the letter is still to be written, and its key keeps both
    // from being sent twice.
    webhook::enqueue(app, &letter, Some(&unit.id)).await?;
    crash::point("notice-queued");
    let (_, new) = app.store.enqueue_reminder(&mail, steps, now).await?;
    crash::point("reminder-queued");
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::visits::hours;

    fn held(weekends: bool, local: &str) -> Option<String> {
        let quiet = Quiet { hours: hours("20:00-08:00").unwrap(), weekends };
        let now: Moment = format!("{}:00+08:00", local.replace(' ', "T"))
            .parse::<chrono::DateTime<chrono::FixedOffset>>()
            .unwrap()
            .to_utc();
        held_until(&quiet, Zone::SHANGHAI, now).map(|m| Zone::SHANGHAI.local(m)[..16].to_owned())
    }

    #[test]
    fn nobody_is_woken() {
        // 2026-03-20 is a Friday.
        assert_eq!(held(true, "2026-03-20 08:00"), None);
        assert_eq!(held(true, "2026-03-20 19:59"), None);
        assert_eq!(held(true, "2026-03-20 20:00").as_deref(), Some("2026-03-21 08:00"));
        assert_eq!(held(true, "2026-03-20 03:00").as_deref(), Some("2026-03-20 08:00"));
    }

    #[test]
    fn a_quiet_weekend_ends_on_monday() {
        assert_eq!(held(false, "2026-03-20 10:00"), None);
        for quiet in
            ["2026-03-20 21:00", "2026-03-21 10:00", "2026-03-22 03:00", "2026-03-22 23:00", "2026-03-23 01:00"]
        {
            assert_eq!(held(false, quiet).as_deref(), Some("2026-03-23 08:00"), "{quiet}");
        }
        let quiet = Quiet { hours: hours("20:00-08:00").unwrap(), weekends: false };
        let day = |d: &str| d.parse::<Day>().unwrap();
        assert_eq!(until(&quiet, day("2026-03-20")), day("2026-03-22"));
        assert_eq!(until(&quiet, day("2026-03-19")), day("2026-03-19"));
    }
}
