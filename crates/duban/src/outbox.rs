//! What waits to be sent: enqueued once, handed to the server until it takes it.

use model::Moment;
use secrecy::SecretString;
use store::NewMail;

use crate::app::App;
use crate::mail::{self, Letter, Smtp};

/// How often a letter is tried before the sysadmin has to look.
const MOST_ATTEMPTS: u32 = 12;

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
        match smtp.send(&letter.mail.sender, &letter.mail.recipients, &letter.mail.message).await {
            Ok(()) => {
                app.store.mark_sent(letter.id, app.clock.now()).await?;
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
