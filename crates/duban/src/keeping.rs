//! How long saved pages are kept, and clearing what nothing rests on any more.
//!
//! Old is what came before the days that the office has set, and before anything that is still open: months that are not
//! closed yet, with the longest window that may end in them. What a finding, the ledger, a suspicion or a person names
//! stays whatever its age ([`store::Store::prune`]).

use chrono::TimeDelta;
use model::{Day, Moment, Month};
use store::{Cleared, Space};

use crate::app::App;
use crate::crash;

/// No window is longer than a year; a month more for what was before it.
const LONGEST_WINDOW: i64 = 400;

/// Bodies cleared in one transaction. What rests on what is asked anew in each, which takes longer than the clearing.
const AT_ONCE: u32 = 50_000;

/// What was cleared, or would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Answers from before this day are old.
    pub before: Day,
    /// Whether what is still open has moved that day back from what the office has set.
    pub held_back: bool,
    /// The bodies.
    pub cleared: Cleared,
    /// The database afterwards.
    pub space: Space,
}

/// The first day that is kept, and whether open months have moved it back.
///
/// # Errors
/// When the store fails.
pub async fn kept_from(app: &App) -> anyhow::Result<(Day, bool)> {
    // A clock that has jumped ahead must not make everything old.
    let latest = app.store.latest_instant().await?;
    let now = latest.map_or(app.clock.now(), |latest| latest.min(app.clock.now()));
    let closed = app.store.closed_months().await?.last().map(|m| m.month);
    let since = app.config.district.monitoring_since;
    Ok(first_kept(app.zone().day(now), app.config.keeping.evidence_days, closed, since))
}

fn first_kept(today: Day, days: u32, closed: Option<Month>, since: Day) -> (Day, bool) {
    let wanted = today - TimeDelta::days(i64::from(days));
    let open = closed.map_or_else(|| Month::of(since), |m| m.next()).days().first;
    let needed = open.min(today) - TimeDelta::days(LONGEST_WINDOW);
    (wanted.min(needed), needed < wanted)
}

/// What would be cleared now.
///
/// # Errors
/// When the store fails.
pub async fn foreseen(app: &App) -> anyhow::Result<Done> {
    let (before, held_back) = kept_from(app).await?;
    let cleared = app.store.prunable(start_of(app, before)).await?;
    Ok(Done { before, held_back, cleared, space: app.store.space().await? })
}

/// Clears it, and gives the room back to the disk.
///
/// # Errors
/// When the store fails. What was cleared by then stays cleared; doing it again goes on.
pub async fn prune(app: &App) -> anyhow::Result<Done> {
    let (before, held_back) = kept_from(app).await?;
    let mut cleared = Cleared::default();
    crash::point("before-prune");
    loop {
        let some = app.store.prune(start_of(app, before), AT_ONCE, app.clock.now()).await?;
        crash::point("pruned");
        cleared += some;
        if some.bodies < i64::from(AT_ONCE) {
            break;
        }
    }
    app.store.give_back().await?;
    crash::point("space-given-back");
    Ok(Done { before, held_back, cleared, space: app.store.space().await? })
}

fn start_of(app: &App, day: Day) -> Moment {
    app.zone().at(day, chrono::NaiveTime::MIN)
}

/// As people read sizes.
#[must_use]
pub fn mebibytes(bytes: i64) -> String {
    let tenths = bytes * 10 / (1 << 20);
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}

impl Done {
    /// In one sentence, of what was done or, `foreseen`, would be.
    #[must_use]
    pub fn told(&self, foreseen: bool) -> String {
        let (verb, mut more) = if foreseen { ("可清理", String::new()) } else { ("已清理", String::new()) };
        if !foreseen {
            let back = if self.space.returns {
                String::new()
            } else {
                "（旧版本建立的数据库只在内部重用空间；要交还磁盘，请运行一次 duban prune --rewrite）".to_owned()
            };
            more =
                format!("；数据库现为 {}，其中空闲 {}{back}", mebibytes(self.space.file), mebibytes(self.space.free));
        }
        if self.held_back {
            more += "；因有未关账的月份，保留期已相应延长";
        }
        format!(
            "{verb} {} 之前的存证正文 {} 份，占用 {}（解压后 {}）；其指纹、大小、时刻仍在{more}",
            self.before,
            self.cleared.bodies,
            mebibytes(self.cleared.stored),
            mebibytes(self.cleared.size)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_open_moves_the_day_back() {
        let closed = |m: &str| Some(m.parse().unwrap());
        let since = day("2024-01-15");
        let kept = |closed| first_kept(day("2026-11-24"), 730, closed, since);
        assert_eq!(kept(closed("2026-10")), (day("2024-11-24"), false));
        assert_eq!(kept(closed("2024-06")), (day("2023-05-28"), true), "a year and a month before July 2024");
        assert_eq!(kept(None), (day("2022-11-27"), true), "nothing is closed yet");
        let (short, held) = first_kept(day("2026-11-24"), 400, closed("2026-10"), since);
        assert_eq!((short, held), (day("2025-09-27"), true));
    }

    #[test]
    fn sizes_are_read_by_people() {
        assert_eq!([mebibytes(0), mebibytes(1 << 20), mebibytes(1_600_000)], ["0.0 MiB", "1.0 MiB", "1.5 MiB"]);
    }
}
