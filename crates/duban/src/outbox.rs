//! What waits to be sent: enqueued once, handed to the server until it takes it.

use model::Moment;
use store::{Delivery, Mail, NewMail, Via};

use crate::app::App;
use crate::mail::{self, Letter, Smtp};
use crate::{crash, secret, webhook};

/// How often a letter is tried before the sysadmin has to look.
const MOST_ATTEMPTS: u32 = 12;

/// No conversation with a mail server lasts so long; another process may be holding a younger letter.
const INTERRUPTED_MINUTES: i64 = 15;

/// What came of a flush.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flushed {
    /// Letters that were tried.
    pub tried: usize,
    /// Letters that the server took.
    pub sent: usize,
}

/// Puts letters into the outbox; those that it knows already (by key) are left alone. Returns how many were new.
///
/// # Errors
/// When a letter cannot be put into its form, or the store fails.
pub async fn enqueue(app: &App, letters: &[Letter]) -> anyhow::Result<usize> {
    let now = app.clock.now();
    let mut new = 0;
    for letter in letters.iter().filter(|l| !l.to.is_empty()) {
        let mail = NewMail {
            key: letter.key.clone(),
            via: Via::Mail,
            sender: app.config.mail.from.clone(),
            recipients: letter.to.clone(),
            subject: letter.subject.clone(),
            message: mail::message(letter, &app.config.mail.from, now)?,
        };
        new += usize::from(app.store.enqueue(&mail, now).await?.1);
        crash::point("letter-queued");
    }
    Ok(new)
}

/// Hands over what is due. What is refused for now stays, and is tried again after a while that doubles; what is refused
/// for good is given up for that recipient alone.
///
/// # Errors
/// When the store fails; what the server says is kept with the letter.
pub async fn flush(app: &App) -> anyhow::Result<Flushed> {
    let mut flushed = Flushed::default();
    let smtp = match &app.config.mail.smtp {
        Some(url) => Some(Smtp::new(url, secret::named("smtp-password").as_ref())?),
        None => None,
    };
    // Without a server letters wait, as many as years bring: they are only written to files.
    let ways = if smtp.is_some() { &[Via::Webhook, Via::Mail][..] } else { &[Via::Webhook] };
    for letter in app.store.due_mail(app.clock.now(), ways).await? {
        match (letter.mail.via, &smtp) {
            (Via::Mail, Some(smtp)) => hand_over(app, smtp, &letter, &mut flushed).await?,
            (Via::Mail, None) => {}
            (Via::Webhook, _) => notify(app, &letter, &mut flushed).await?,
        }
    }
    Ok(flushed)
}

/// The deliveries of a letter that are now in this sender's hands.
async fn taken(app: &App, letter: &Mail) -> anyhow::Result<Vec<Delivery>> {
    let mut mine = vec![];
    for delivery in &letter.deliveries {
        if app.store.mark_sending(delivery.id, app.clock.now()).await? {
            mine.push(delivery.clone());
        }
    }
    Ok(mine)
}

async fn hand_over(app: &App, smtp: &Smtp, letter: &Mail, flushed: &mut Flushed) -> anyhow::Result<()> {
    let mine = taken(app, letter).await?;
    if mine.is_empty() {
        return Ok(());
    }
    flushed.tried += 1;
    crash::point("letter-taken");
    let recipients: Vec<String> = mine.iter().map(|d| d.recipient.clone()).collect();
    match smtp.send(&letter.mail.sender, &recipients, &letter.mail.message).await {
        Ok(handed) => {
            crash::point("letter-handed-over");
            let refused = |n: usize| handed.refused.iter().find(|r| r.recipient == n);
            let sent: Vec<i64> =
                mine.iter().enumerate().filter(|(n, _)| refused(*n).is_none()).map(|(_, d)| d.id).collect();
            app.store.mark_sent(&sent, app.clock.now()).await?;
            for (n, delivery) in mine.iter().enumerate() {
                if let Some(refused) = refused(n) {
                    failed(app, letter, delivery, &refused.reply, refused.permanent).await?;
                }
            }
            crash::point("letter-noted");
            flushed.sent += usize::from(handed.refused.is_empty());
        }
        Err(e) => {
            for delivery in &mine {
                failed(app, letter, delivery, &mail::words(&e), false).await?;
            }
        }
    }
    Ok(())
}

async fn notify(app: &App, letter: &Mail, flushed: &mut Flushed) -> anyhow::Result<()> {
    let Some(hook) = letter.mail.recipients.first() else { return Ok(()) };
    let a_minute_ago = app.clock.now() - chrono::TimeDelta::minutes(1);
    if app.store.sent_since(hook, a_minute_ago).await? >= webhook::MOST_PER_MINUTE {
        return Ok(());
    }
    for delivery in taken(app, letter).await? {
        flushed.tried += 1;
        crash::point("notice-taken");
        match webhook::send(app, hook, letter).await {
            webhook::Answer::Taken => {
                app.store.mark_sent(&[delivery.id], app.clock.now()).await?;
                crash::point("notice-noted");
                flushed.sent += 1;
            }
            webhook::Answer::Later(why) => failed(app, letter, &delivery, &why, false).await?,
            webhook::Answer::Never(why) => failed(app, letter, &delivery, &why, true).await?,
        }
    }
    Ok(())
}

async fn failed(app: &App, letter: &Mail, delivery: &Delivery, why: &str, for_good: bool) -> anyhow::Result<()> {
    tracing::warn!(letter = letter.mail.key, delivery = delivery.id, "未能送达：{why}");
    let again = !for_good && delivery.attempts + 1 < MOST_ATTEMPTS;
    let next = again.then(|| next_try(app.clock.now(), delivery.attempts));
    Ok(app.store.mark_failed(delivery.id, why, next).await?)
}

/// Gives up letters that a sender took long ago and never reported on, because the program stopped in between. Whether
/// the server has them nobody knows. The same notice twice would be worse than a question to the sysadmin, so a letter is
/// sent at most once: `doctor` and `outbox` show it, and `outbox --retry` sends it again once a person has asked.
/// Returns how many there were.
///
/// # Errors
/// When the store fails.
pub async fn settle_interrupted(app: &App) -> anyhow::Result<usize> {
    let long_ago = app.clock.now() - chrono::TimeDelta::minutes(INTERRUPTED_MINUTES);
    let mut given_up = 0;
    for (key, delivery) in app.store.interrupted_mail().await? {
        if delivery.sending_at.is_some_and(|since| since > long_ago) {
            continue;
        }
        tracing::error!(letter = key, delivery = delivery.id, "发送中途程序停止，不知是否送达");
        let why = format!("发送中途程序停止，不知是否送达；请向收件人核实，未收到时运行 duban outbox --retry {key}");
        app.store.mark_failed(delivery.id, &why, None).await?;
        given_up += 1;
    }
    Ok(given_up)
}

/// 5 minutes, then twice as long each time, at most a day.
fn next_try(now: Moment, attempts: u32) -> Moment {
    let minutes = (5i64 << attempts.min(10)).min(24 * 60);
    now + chrono::TimeDelta::minutes(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_a_day() {
        let now = Moment::default();
        let minutes: Vec<i64> = [0, 1, 2, 8, 9, 31].iter().map(|n| (next_try(now, *n) - now).num_minutes()).collect();
        assert_eq!(minutes, [5, 10, 20, 1280, 1440, 1440]);
    }
}
