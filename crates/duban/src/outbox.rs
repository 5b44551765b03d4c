//! What waits to be sent: enqueued once, handed to the server until it takes it.

use model::Moment;
use secrecy::SecretString;
use store::NewMail;

use crate::app::App;
use crate::crash;
use crate::mail::{self, Letter, Smtp};

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

/// Hands over what is due. A letter that the server refuses stays, and is tried again after a while that doubles.
///
/// # Errors
/// When the store fails; what the server says is kept with the letter.
pub async fn flush(app: &App) -> anyhow::Result<Flushed> {
    let mut flushed = Flushed::default();
    let Some(url) = &app.config.mail.smtp else { return Ok(flushed) };
    let due = app.store.due_mail(app.clock.now()).await?;
    if due.is_empty() {
        return Ok(flushed);
    }
    let smtp = Smtp::new(url, password().as_ref())?;
    for letter in due {
        let now = app.clock.now();
        if !app.store.mark_sending(letter.id, now).await? {
            continue;
        }
        flushed.tried += 1;
        crash::point("letter-taken");
        match smtp.send(&letter.mail.sender, &letter.mail.recipients, &letter.mail.message).await {
            Ok(()) => {
                crash::point("letter-handed-over");
                app.store.mark_sent(letter.id, app.clock.now()).await?;
                crash::point("letter-noted");
                flushed.sent += 1;
            }
            Err(e) => {
                tracing::warn!(letter = letter.mail.key, "邮件未能发出：{e:#}");
                let next = (letter.attempts + 1 < MOST_ATTEMPTS).then(|| next_try(now, letter.attempts));
                app.store.mark_failed(letter.id, &format!("{e:#}"), next).await?;
            }
        }
    }
    Ok(flushed)
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
    for letter in app.store.interrupted_mail().await? {
        if letter.sending_at.is_some_and(|since| since > long_ago) {
            continue;
        }
        let key = &letter.mail.key;
        tracing::error!(letter = key, "发送中途程序停止，不知是否送达");
        let why = format!("发送中途程序停止，不知是否送达；请向收件人核实，未收到时运行 duban outbox --retry {key}");
        app.store.mark_failed(letter.id, &why, None).await?;
        given_up += 1;
    }
    Ok(given_up)
}

/// 5 minutes, then twice as long each time, at most a day.
fn next_try(now: Moment, attempts: u32) -> Moment {
    let minutes = (5i64 << attempts.min(10)).min(24 * 60);
    now + chrono::TimeDelta::minutes(minutes)
}

/// The SMTP password, from the environment or systemd's credentials; never from the configuration.
#[must_use]
pub fn password() -> Option<SecretString> {
    if let Ok(secret) = std::env::var("DUBAN_SMTP_PASSWORD") {
        return Some(secret.into());
    }
    let dir = std::env::var_os("CREDENTIALS_DIRECTORY")?;
    let text = std::fs::read_to_string(std::path::Path::new(&dir).join("smtp-password")).ok()?;
    Some(text.trim_end_matches(['\r', '\n']).to_owned().into())
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
