//! The job that judges: from the store's timelines to the store's findings.

use model::{Judgement, Moment, Scope};
use rules::{Case, Fleet, FleetClearance};
use store::{ClearanceOf, Judged, Recorded};

use crate::app::App;

/// Judges every channel as of `as_of` and records what changed.
///
/// # Errors
/// When the store fails.
pub async fn judge(app: &App, as_of: Moment) -> anyhow::Result<Recorded> {
    let judgements = judgements(app, as_of).await?;
    let config = &app.config;
    let channels = config.channels.iter().map(|c| Scope::Channel(c.id.clone()));
    let scopes: Vec<Scope> = channels.chain(config.units.iter().map(|u| Scope::Section(u.id.clone()))).collect();
    let judged = Judged {
        rulebook: &config.rulebook.id,
        judged_at: app.clock.now(),
        as_of,
        scopes: &scopes,
        judgements: &judgements,
    };
    Ok(app.store.record_judgements(&judged).await?)
}

/// What the rulebook says as of `as_of`, without recording it.
///
/// # Errors
/// When the store fails.
pub async fn judgements(app: &App, as_of: Moment) -> anyhow::Result<Vec<Judgement>> {
    let config = &app.config;
    let timelines = app.store.timelines(&config.channels, as_of).await?;
    let waivers = app.store.waivers(as_of).await?;
    let declared_empty = app.store.declared_empty(as_of).await?;
    let cleared = app.store.clearances(as_of).await?.into_iter().map(|c| FleetClearance {
        fleet: match c.entered.of {
            ClearanceOf::Bridge(id) => Fleet::Bridge(id),
            ClearanceOf::Host(host) => Fleet::Host(host),
        },
        days: c.entered.days,
    });
    let cleared: Vec<FleetClearance> = cleared.collect();
    Ok(rules::judge(&Case {
        rulebook: &config.rulebook,
        units: &config.units,
        timelines: &timelines,
        waivers: &waivers,
        declared_empty: &declared_empty,
        bridges: &config.bridges,
        cleared: &cleared,
        since: config.district.monitoring_since,
        as_of,
        zone: app.zone(),
    }))
}
