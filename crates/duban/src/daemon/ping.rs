//! The dead man's handle: somebody outside is told that all is well, and notices when nobody says so any more.

use fetch::Target;
use model::Moment;

use crate::app::App;

/// So often is enough: whoever listens waits for a multiple of it.
const EVERY: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

/// When the listener was told last, and what.
#[derive(Debug, Default)]
pub(super) struct Ping {
    last: Option<(Moment, bool)>,
}

impl Ping {
    /// Tells that a round went well, or (at the same address with `/fail` behind it) that it did not. Whether anybody
    /// hears it changes nothing here.
    pub(super) async fn tell(&mut self, app: &App, well: bool) {
        let Some(url) = &app.config.ops.ping else { return };
        let now = app.clock.now();
        if !self.is_due(now, well) {
            return;
        }
        self.last = Some((now, well));
        let url = if well { url.clone() } else { format!("{}/fail", url.trim_end_matches('/')) };
        let attempt = app.fetcher.get(&Target::new(url)).await;
        if attempt.status.is_none_or(|s| s >= 400) {
            tracing::warn!(came = ?attempt.came, "报平安的网址没有应答");
        }
    }

    fn is_due(&self, now: Moment, well: bool) -> bool {
        self.last.is_none_or(|(at, said)| said != well || now - at >= EVERY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_speaks_every_five_minutes_and_at_once_when_things_turn() {
        let at = |minutes| Moment::default() + chrono::TimeDelta::minutes(minutes);
        assert!(Ping::default().is_due(at(0), true));
        let told = Ping { last: Some((at(0), true)) };
        assert!(!told.is_due(at(4), true));
        assert!(told.is_due(at(5), true));
        assert!(told.is_due(at(1), false), "bad news does not wait");
    }
}
