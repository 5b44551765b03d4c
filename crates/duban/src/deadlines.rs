//! What is due for one unit.

use model::{Channel, Day, DayRange, UnitId};
use rules::{Case, Deadline};

use crate::app::App;

/// What is open for one unit, the nearest first: from its own channels alone, and of these from what the last months have
/// shown wherever that settles it.
///
/// Dates count as on charts: looks are taken as they stand, also those that the fleet rule doubts.
///
/// # Errors
/// When the store fails.
pub async fn of(app: &App, unit: &UnitId) -> anyhow::Result<Vec<Deadline>> {
    let config = &app.config;
    let now = app.clock.now();
    let today = app.zone().day(now);
    let days = rules::open_days(today);
    // What any source of an account has shown counts: none may be left out.
    let own: Vec<Channel> = config.sources().filter(|c| c.id.unit() == *unit).cloned().collect();
    let mut timelines = app.store.recent(&own, days, now).await?;
    let unsettled = rules::unsettled(&timelines, now, today);
    if !unsettled.is_empty() {
        timelines.retain(|t| unsettled.iter().all(|c| c.id != t.channel.id));
        let always = DayRange { first: Day::from_ymd_opt(1, 1, 1).unwrap_or(days.first), last: days.last };
        timelines.extend(app.store.recent(&unsettled, always, now).await?);
    }
    let waivers = app.store.waivers(now).await?;
    let declared_empty = app.store.declared_empty(now).await?;
    Ok(rules::deadlines(&Case {
        rulebook: &config.rulebook,
        units: &config.units,
        timelines: &timelines,
        waivers: &waivers,
        declared_empty: &declared_empty,
        bridges: &[],
        cleared: &[],
        since: config.district.monitoring_since,
        as_of: now,
        zone: app.zone(),
    }))
}
