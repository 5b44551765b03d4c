//! 桥接健康, gathered from the store: for the command, the page and the weekly letter.

use std::collections::HashMap;

use model::calendar::shift;
use model::{Bridge, Channel, ChannelId, Day, DayRange, Flag, IsoWeek, Outcome, Reason, Timeline, Verdict};
use report::bridges::{BridgeView, Canary, Frozen, Tally};
use report::text::Plain;
use store::{FindingFilter, LastRead};

use crate::app::App;
use crate::judge::Known;
use crate::mail::Letter;

/// So many accounts make a fleet whose share of the day says something (NEWMEDIA.md section 2.1).
const FLEET: usize = 8;
/// Weeks from which it is learnt how many accounts are usual on a day of the week.
const WEEKS: i64 = 4;

/// What is known of every bridge today.
///
/// # Errors
/// When the store fails.
pub async fn health(app: &App) -> anyhow::Result<Vec<BridgeView>> {
    if app.config.bridges.is_empty() {
        return Ok(vec![]);
    }
    let now = app.clock.now();
    let today = app.zone().day(now);
    let latest = app.store.latest_outcomes().await?;
    let good = app.store.last_reads().await?;
    let named: Vec<&ChannelId> = app.config.bridges.iter().flat_map(|b| &b.canaries).collect();
    let of_bridges = |c: &&Channel| c.bridge().is_some() || named.contains(&&c.id);
    let known = Known::of_sources(app, app.config.sources().filter(of_bridges).cloned().collect(), now).await?;
    let silences = known.silences(app);
    let unknown = FindingFilter { verdict: Some(Verdict::Unknown), ..FindingFilter::default() };
    let waiting = app.store.findings(&unknown).await?;
    let mut all = vec![];
    for bridge in &app.config.bridges {
        let own: Vec<&Channel> =
            app.config.sources().filter(|c| c.bridge() == Some(&bridge.id) && c.life.contains(today)).collect();
        let timelines: Vec<&Timeline> =
            known.timelines().iter().filter(|t| t.channel.bridge() == Some(&bridge.id)).collect();
        let frozen = waiting.iter().filter(|f| {
            let key = &f.judgement.key;
            key.scope.channel().is_some_and(|id| own.iter().any(|c| c.id.account() == *id))
        });
        all.push(BridgeView {
            id: Plain::new(bridge.id.as_str()),
            tally: tally(&own, &latest, &good),
            canaries: canaries(app, bridge, &timelines, today),
            canary_days: bridge.canary_days,
            last_good: own.iter().filter_map(|c| good.get(&c.id)).map(|l| app.zone().day(l.at)).max(),
            fleet: fleet(&timelines, today),
            silences: silences
                .iter()
                .filter(|s| s.fleet == rules::Fleet::Bridge(bridge.id.clone()))
                .map(|s| s.days)
                .collect(),
            frozen: frozen.map(|f| frozen_line(app, f)).collect(),
        });
    }
    Ok(all)
}

/// The letter on the bridges for a week; `None` where there is no bridge.
///
/// # Errors
/// When the store fails.
pub async fn letter(app: &App, week: IsoWeek) -> anyhow::Result<Option<Letter>> {
    let today = app.zone().day(app.clock.now());
    let all = health(app).await?;
    Ok(report::bridges::letter(&all, week, today).map(|l| Letter {
        key: format!("bridges:{week}:office"),
        to: app.config.mail.district.clone(),
        subject: l.subject,
        text: l.text,
        html: l.html,
        attachments: vec![],
    }))
}

fn tally(own: &[&Channel], latest: &HashMap<ChannelId, Outcome>, good: &HashMap<ChannelId, LastRead>) -> Tally {
    let mut t = Tally { accounts: own.len(), ..Tally::default() };
    for channel in own {
        let undated = good.get(&channel.id).is_some_and(|l| l.rows > 0 && l.dated * 2 < l.rows);
        let outcome = latest.get(&channel.id).copied();
        match (outcome, outcome.and_then(Outcome::reason)) {
            (None, _) => t.never += 1,
            (Some(o), _) if o.is_good() && undated => t.undated += 1,
            (Some(o), _) if o.is_good() => t.good += 1,
            (_, Some(Reason::BridgeLogin)) => t.login += 1,
            (_, Some(Reason::EmptyList | Reason::ItemsGone | Reason::Doubtful)) => t.empty += 1,
            (_, Some(Reason::DatesGone | Reason::DatesChanged)) => t.undated += 1,
            _ => t.other += 1,
        }
    }
    t
}

fn canaries(app: &App, bridge: &Bridge, timelines: &[&Timeline], today: Day) -> Vec<Canary> {
    let of = |id: &ChannelId| {
        let shown = timelines.iter().filter(|t| t.channel.id == *id || t.channel.id.account() == *id);
        let newest = shown.flat_map(|t| &t.items).filter_map(day).filter(|d| *d <= today).max();
        Canary {
            name: Plain::new(app.config.channel(id).map_or(id.as_str(), |c| c.name.as_str())),
            newest,
            age: newest.map(|d| (today - d).num_days()),
        }
    };
    bridge.canaries.iter().map(of).collect()
}

fn day(item: &model::Item) -> Option<Day> {
    Some(item.dated_by_person.or(item.claimed)?.min(item.first_seen))
}

/// Accounts with something of yesterday, and the middle one of the same day of the weeks before.
fn fleet(timelines: &[&Timeline], today: Day) -> Option<(usize, usize)> {
    if timelines.len() < FLEET {
        return None;
    }
    let on = |wanted: Day| timelines.iter().filter(|t| t.items.iter().filter_map(day).any(|d| d == wanted)).count();
    let yesterday = shift(today, -1);
    let mut before: Vec<usize> = (1..=WEEKS).map(|w| on(shift(yesterday, -7 * w))).collect();
    before.sort_unstable();
    // A fleet that was not watched so long has nothing to be measured by.
    let usual = before[before.len() / 2];
    (before[0] > 0).then(|| (on(yesterday), usual))
}

fn frozen_line(app: &App, finding: &model::Finding) -> Frozen {
    let key = &finding.judgement.key;
    let channel = key.scope.channel().and_then(|c| app.config.channel(c));
    let flags: Vec<&str> = finding.judgement.flags.iter().copied().map(Flag::label).collect();
    Frozen {
        number: finding.id,
        account: Plain::new(channel.map_or("", |c| c.name.as_str())),
        days: DayRange { first: key.days.first, last: key.days.last },
        why: Plain::new(&flags.join("、")),
    }
}
