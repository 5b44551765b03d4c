//! The job that judges: from the store's timelines to the store's findings.

use model::calendar::shift;
use model::{Channel, Completeness, Day, DeclaredEmpty, IsoWeek, Judgement, Matter, Moment, Month, Timeline, Waiver};
use rules::{Case, Fleet, FleetClearance, Registers, Rulebook};
use store::{ClearanceOf, Judged, Recorded};

use crate::app::App;
use crate::circular::Turn;

mod hearing;
mod question;
mod resting;

use hearing::Hearing;
pub use resting::Resting;

/// Windows that ended longer ago are judged anew once a week. A fleet that falls silent is known to be so after fourteen days,
/// and an outage of a week is seldom.
const RECENT_DAYS: i64 = 21;

/// Windows that ended longer ago, before the last quarter and the month after it, are judged anew once a month, before each
/// close, and as soon as a person says something.
const QUARTER_DAYS: i64 = 120;

/// Judges every channel as of `as_of` and records what changed.
///
/// # Errors
/// When the store fails.
pub async fn judge(app: &App, as_of: Moment) -> anyhow::Result<Recorded> {
    let turn = app.judged.turn().await;
    record(app, &Hearing::open(app, as_of, Day::MIN).await?, &turn).await
}

/// Judges what can have changed since `last`, which is what it gave back after the judging before: everything once a month and
/// whenever a person, a register or the configuration says something else than then; the windows of the last months once a
/// week; else those that end within the last weeks or are still open, of the channels that do not rest ([`Resting`]).
///
/// # Errors
/// When the store fails.
pub async fn keep_up(app: &App, as_of: Moment, last: Option<&str>) -> anyhow::Result<(Recorded, String)> {
    let standing = standing(app, as_of).await?;
    let today = app.zone().day(as_of);
    let (month, week) = (Month::of(today).to_string(), IsoWeek::of(today).to_string());
    // Where there is no judging before, or one that is written otherwise, everything is judged.
    let before: Vec<&str> = last.iter().flat_map(|last| last.splitn(3, ' ')).collect();
    let rests = before == [&month, &week, &standing];
    let since = match before[..] {
        _ if rests => recent(app, as_of, RECENT_DAYS),
        [of_month, _, said] if of_month == month && said == standing => recent(app, as_of, QUARTER_DAYS),
        _ => Day::MIN,
    };
    // Nobody judges the same beside it: readers wait for this, and it adds to what the daemon has judged when it started.
    let turn = app.judged.turn().await;
    let hearing = Hearing::open(app, as_of, since).await?;
    let hearing = if rests && since > Day::MIN { hearing.with_rest(&standing).await? } else { hearing };
    let recorded = record(app, &hearing, &turn).await?;
    hearing.settled(&standing);
    Ok((recorded, format!("{month} {week} {standing}")))
}

/// The first day of what is recent; all time where a row asks what other pages showed at the same time.
fn recent(app: &App, as_of: Moment, days: i64) -> Day {
    if app.config.rulebook.asks_for_witnesses() {
        return Day::MIN;
    }
    shift(app.zone().day(as_of), -days)
}

/// A fingerprint of all but what was seen: the rulebook, the configuration, what people have said.
async fn standing(app: &App, as_of: Moment) -> anyhow::Result<String> {
    let config = &app.config;
    let said = Known::of_sources(app, vec![], as_of).await?;
    let of_file = (&config.rulebook, &config.units, config.sources().collect::<Vec<_>>(), &config.bridges);
    let of_days = (&config.workdays, config.district.monitoring_since, app.zone());
    let of_people = (&said.waivers, &said.declared_empty, &said.cleared, &said.matters, &said.complete);
    let dated = app.store.items_dated().await?;
    let all = format!("{}{of_file:?}{of_days:?}{of_people:?}{dated}", env!("CARGO_PKG_VERSION"));
    Ok(store::fingerprint(all.as_bytes()).to_string())
}

/// Judges and records what changed.
async fn record(app: &App, hearing: &Hearing<'_>, _: &Turn<'_>) -> anyhow::Result<Recorded> {
    let (as_of, since) = (hearing.as_of, hearing.since);
    let (mut recorded, mut words) = (Recorded::default(), vec![]);
    for group in hearing.groups() {
        let heard = hearing.judge(group).await?;
        let judged = Judged {
            rulebook: &app.config.rulebook.id,
            judged_at: app.clock.now(),
            as_of,
            scopes: &heard.scopes,
            since,
            judgements: &heard.judgements,
        };
        let more = app.store.record_judgements(&judged).await?;
        recorded.new.extend(more.new);
        recorded.changed.extend(more.changed);
        recorded.retracted.extend(more.retracted);
        words.extend(heard.judgements.into_iter().map(|j| (j.key, j.verdict)).chain(heard.resting));
    }
    for numbers in [&mut recorded.new, &mut recorded.changed, &mut recorded.retracted] {
        numbers.sort_unstable();
    }
    app.judged.keep(as_of, since, words);
    Ok(recorded)
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
        Known::of_sources(app, app.config.sources().cloned().collect(), as_of).await
    }

    /// The same of these channels alone.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of_sources(app: &App, sources: Vec<Channel>, as_of: Moment) -> anyhow::Result<Known> {
        let cleared = app.store.clearances(as_of).await?.into_iter().map(|c| FleetClearance {
            fleet: match c.entered.of {
                ClearanceOf::Bridge(id) => Fleet::Bridge(id),
                ClearanceOf::Host(host) => Fleet::Host(host),
            },
            days: c.entered.days,
        });
        Ok(Known {
            cleared: cleared.collect(),
            timelines: timelines(app, &sources, as_of).await?,
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
        let mut all = rules::judge(&case);
        all.extend(rules::judge_duties(&case, &self.registers(app)));
        all
    }

    fn registers<'a>(&'a self, app: &'a App) -> Registers<'a> {
        Registers { matters: &self.matters, complete: &self.complete, workdays: &app.config.workdays }
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

/// The timelines of `sources`.
async fn timelines(app: &App, sources: &[Channel], as_of: Moment) -> anyhow::Result<Vec<Timeline>> {
    let mut timelines = app.store.timelines(sources, as_of).await?;
    timelines.retain(says_something);
    Ok(timelines)
}

/// What nobody has looked at yet says nothing, not even that something is missing.
fn says_something(timeline: &Timeline) -> bool {
    timeline.channel.id.is_account() || !timeline.looks.is_empty()
}

/// What the rulebook says as of `as_of`, without recording it.
///
/// # Errors
/// When the store fails.
pub async fn judgements(app: &App, as_of: Moment) -> anyhow::Result<Vec<Judgement>> {
    judgements_since(app, as_of, Day::MIN).await
}

/// The same of the windows that end on or after `since`.
///
/// # Errors
/// When the store fails.
pub async fn judgements_since(app: &App, as_of: Moment, since: Day) -> anyhow::Result<Vec<Judgement>> {
    let hearing = Hearing::open(app, as_of, since).await?;
    let mut all = vec![];
    for group in hearing.groups() {
        all.extend(hearing.judge(group).await?.judgements);
    }
    Ok(all)
}
