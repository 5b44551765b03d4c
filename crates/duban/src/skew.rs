//! Is this host's clock right? The others' `Date` headers tell.
//!
//! Dates decide about windows, so with a clock that is more than ten minutes off nothing is looked at, judged, sent or
//! closed. Nor is anything written: a row from the future would make the program refuse the right time afterwards, and
//! the gap stays visible as a gap.

use anyhow::bail;
use chrono::TimeDelta;
use model::Moment;

use crate::app::App;

/// Hosts that are asked for the time.
const HOSTS: usize = 9;
/// From here on nothing is done.
const TOO_FAR: TimeDelta = TimeDelta::minutes(10);
/// From here on `doctor` says so.
const WORTH_A_WORD: TimeDelta = TimeDelta::minutes(2);

/// How far the clock is ahead of the middle one of the hosts that state a time; none where no host does, and in
/// rehearsals, whose clock is meant to be another.
pub async fn measured(app: &App) -> Option<TimeDelta> {
    if !app.clock.is_held_against_others() {
        return None;
    }
    let references = app.config.fetch.reference_urls.iter();
    let urls: Vec<String> =
        references.chain(app.config.channels.iter().map(|c| &c.url).filter(|u| !u.is_empty())).cloned().collect();
    let theirs = app.fetcher.server_clocks(&urls, HOSTS).await;
    ahead(app.clock.now(), theirs)
}

/// How far `ours` is ahead of the middle one of `theirs`; of two in the middle, of the nearer.
fn ahead(ours: Moment, theirs: Vec<Moment>) -> Option<TimeDelta> {
    let mut ahead: Vec<TimeDelta> = theirs.into_iter().map(|t| ours - t).collect();
    ahead.sort();
    let middle = ahead.len() / 2;
    let upper = *ahead.get(middle)?;
    let lower = if ahead.len().is_multiple_of(2) { ahead[middle - 1] } else { upper };
    Some(if lower.abs() < upper.abs() { lower } else { upper })
}

/// Goes on only if the clock is not known to be wrong.
///
/// # Errors
/// When it is more than ten minutes off.
pub async fn refuse_a_wrong_clock(app: &App) -> anyhow::Result<()> {
    match measured(app).await {
        Some(ahead) if Drift::of(ahead) == Drift::TooLarge => bail!("{}", words(ahead)),
        _ => Ok(()),
    }
}

/// What the error of a clock means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drift {
    /// None to speak of.
    None,
    /// `doctor` says so.
    Small,
    /// Nothing is done before it is put right.
    TooLarge,
}

impl Drift {
    /// Of a clock that is so far ahead, or behind.
    #[must_use]
    pub fn of(ahead: TimeDelta) -> Drift {
        match ahead.abs() {
            far if far > TOO_FAR => Drift::TooLarge,
            far if far > WORTH_A_WORD => Drift::Small,
            _ => Drift::None,
        }
    }
}

/// How far off it is, and what to do.
#[must_use]
pub fn words(ahead: TimeDelta) -> String {
    let (minutes, way) = (ahead.abs().num_minutes(), if ahead > TimeDelta::zero() { "快" } else { "慢" });
    format!(
        "本机时钟比各网站{way}约 {minutes} 分钟；误差超过 10 分钟时不检查、不判定、不关账。请校准本机时间（例如启用 chrony 或 systemd-timesyncd）"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ahead_of(theirs: &[i64]) -> Option<i64> {
        let at = |minutes| Moment::default() + TimeDelta::minutes(minutes);
        ahead(at(0), theirs.iter().map(|m| at(*m)).collect()).map(|d| d.num_minutes())
    }

    #[test]
    fn the_middle_one_speaks_and_one_liar_is_not_heard() {
        assert_eq!(ahead_of(&[]), None);
        assert_eq!(ahead_of(&[-20]), Some(20));
        assert_eq!(ahead_of(&[0, 600, 1]), Some(-1));
        assert_eq!(ahead_of(&[-30, 0]), Some(0), "in doubt our clock is right");
        assert_eq!(ahead_of(&[-30, -31, -29]), Some(30));
    }
}
