//! The job that judges: from the store's timelines to the store's findings.

use model::{Channel, Completeness, DeclaredEmpty, Judgement, Matter, Moment, Scope, Timeline, Waiver};
use rules::{Case, Fleet, FleetClearance, Registers, Rulebook};
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
    let sections = config.units.iter().map(|u| Scope::Section(u.id.clone()));
    let mut scopes: Vec<Scope> = channels.chain(sections).collect();
    scopes.extend(app.store.matter_scopes(&config.rulebook.id).await?);
    let judged = Judged {
        rulebook: &config.rulebook.id,
        judged_at: app.clock.now(),
        as_of,
        scopes: &scopes,
        judgements: &judgements,
    };
    Ok(app.store.record_judgements(&judged).await?)
}

/// What is known as of an instant, read once: any rulebook may judge it.
pub struct Known {
    timelines: Vec<Timeline>,
    waivers: Vec<Waiver>,
    declared_empty: Vec<DeclaredEmpty>,
    cleared: Vec<FleetClearance>,
    matters: Vec<Matter>,
    complete: Vec<Completeness>,
    as_of: Moment,
}

impl Known {
    /// Reads it from the store.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(app: &App, as_of: Moment) -> anyhow::Result<Known> {
        let cleared = app.store.clearances(as_of).await?.into_iter().map(|c| FleetClearance {
            fleet: match c.entered.of {
                ClearanceOf::Bridge(id) => Fleet::Bridge(id),
                ClearanceOf::Host(host) => Fleet::Host(host),
            },
            days: c.entered.days,
        });
        let sources: Vec<Channel> = app.config.sources().cloned().collect();
        let mut timelines = app.store.timelines(&sources, as_of).await?;
        // What nobody has looked at yet says nothing, not even that something is missing.
        timelines.retain(|t| t.channel.id.is_account() || !t.looks.is_empty());
        Ok(Known {
            cleared: cleared.collect(),
            timelines,
            waivers: app.store.waivers(as_of).await?,
            declared_empty: app.store.declared_empty(as_of).await?,
            matters: app.store.matters().await?,
            complete: app.store.completeness().await?,
            as_of,
        })
    }

    /// The channels with their looks and items.
    #[must_use]
    pub fn timelines(&self) -> &[Timeline] {
        &self.timelines
    }

    /// The days on which bridges and hosts did not see, and nobody has cleared.
    #[must_use]
    pub fn silences(&self, app: &App) -> Vec<rules::fleet::Silence> {
        rules::fleet::silences(&self.case(app, &app.config.rulebook))
    }

    /// What a rulebook says of it.
    #[must_use]
    pub fn judge(&self, app: &App, rulebook: &Rulebook) -> Vec<Judgement> {
        let case = self.case(app, rulebook);
        let workdays = &app.config.workdays;
        let registers = Registers { matters: &self.matters, complete: &self.complete, workdays };
        let mut all = rules::judge(&case);
        all.extend(rules::judge_duties(&case, &registers));
        all
    }

    fn case<'a>(&'a self, app: &'a App, rulebook: &'a Rulebook) -> Case<'a> {
        let config = &app.config;
        Case {
            rulebook,
            units: &config.units,
            timelines: &self.timelines,
            waivers: &self.waivers,
            declared_empty: &self.declared_empty,
            bridges: &config.bridges,
            cleared: &self.cleared,
            since: config.district.monitoring_since,
            as_of: self.as_of,
            zone: app.zone(),
        }
    }
}

/// What the rulebook says as of `as_of`, without recording it.
///
/// # Errors
/// When the store fails.
pub async fn judgements(app: &App, as_of: Moment) -> anyhow::Result<Vec<Judgement>> {
    Ok(Known::of(app, as_of).await?.judge(app, &app.config.rulebook))
}
