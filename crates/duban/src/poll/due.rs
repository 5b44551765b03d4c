//! Who is looked at now, in whose queue, and when again.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use model::calendar::{Period, shift};
use model::{Channel, ChannelId, ChannelKind, Day, Finding, FindingKey, Moment, Scope, Source, Verdict};
use rules::{Rule, Rulebook};
use store::{FindingFilter, NewLook};

use super::rest::host;
use super::trust::{self, Trust};
use crate::app::App;
use crate::visits::Hush;

/// A channel that is looked at now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Due<'a> {
    pub(super) channel: &'a Channel,
    /// How many looks in a row have failed.
    pub(super) failures: u32,
    /// The last day of its silent window, where that is near.
    pub(super) closing: Option<Day>,
    /// For how long a "not modified" is believed.
    pub(super) trust: Trust,
}

/// What a round sets out to do.
#[derive(Debug, Default)]
pub(super) struct Plan<'a> {
    /// A queue a host, each with the longest waiting first.
    pub(super) queues: Vec<Vec<Due<'a>>>,
    /// How many wait for another hour, and why.
    pub(super) held: Option<(Hush, usize)>,
}

/// What is due now; of `only`, whatever the hour: a person has asked.
pub(super) async fn plan<'a>(app: &'a App, only: Option<&ChannelId>, now: Moment) -> anyhow::Result<Plan<'a>> {
    let today = app.zone().day(now);
    let filter = FindingFilter { verdict: Some(Verdict::DueSoon), ..FindingFilter::default() };
    let due_soon = app.store.findings(&filter).await?;
    let (closing, in_question) = (closing(app, &due_soon), in_question(app, &due_soon, today).await?);
    let is_counted = is_counted(&app.config.rulebook, today);
    let caught = app.store.wrongly_unchanged(shift(today, -trust::CAUGHT_DAYS)).await?;
    let due_of = |channel: &'a Channel, failures| {
        let account = channel.id.account();
        let closing = closing.get(&account).copied();
        let trust = match () {
            () if caught.contains(&channel.id) => Trust::Never,
            () if is_counted || in_question.contains(&account) => Trust::Day,
            () => Trust::Week,
        };
        Due { channel, failures, closing, trust }
    };
    if let Some(id) = only {
        let of = |c: &&Channel| c.id == *id || (id.is_account() && c.id.account() == *id);
        anyhow::ensure!(app.config.source(id).is_some(), "配置中没有栏目「{id}」");
        let asked = app.config.sources().filter(of).filter(|c| is_polled(c)).map(|c| due_of(c, 0));
        return Ok(Plan { queues: queues(asked.collect()), held: None });
    }
    let hush = app.config.visits.hush(app.zone(), &app.config.workdays, now);
    let known: HashMap<&ChannelId, &Channel> = app.config.sources().map(|c| (&c.id, c)).collect();
    let (mut due, mut held) = (vec![], 0);
    for waiting in app.store.channel_due(now).await? {
        let Some(channel) = known.get(&waiting.channel) else { continue };
        if !is_polled(channel) || !channel.life.contains(today) {
            continue;
        }
        let next = due_of(channel, waiting.failures);
        if hush.is_some_and(|h| h.holds(now, today, waiting.since, next.closing)) {
            held += 1;
        } else {
            due.push(next);
        }
    }
    Ok(Plan { queues: queues(due), held: hush.filter(|_| held > 0).map(|h| (h, held)) })
}

/// Where people look, the program has nowhere to.
fn is_polled(channel: &Channel) -> bool {
    !matches!(channel.source, Source::Manual { .. })
}

/// A queue a host, in the order of who waits longest.
fn queues(due: Vec<Due<'_>>) -> Vec<Vec<Due<'_>>> {
    let mut hosts: HashMap<String, usize> = HashMap::new();
    // Most columns are on few hosts: what stands before the path is taken apart once.
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut queues: Vec<Vec<Due<'_>>> = vec![];
    for next in due {
        let url = &next.channel.url;
        let new = queues.len();
        let place = *places.entry(before_path(url)).or_insert_with(|| *hosts.entry(host(url)).or_insert(new));
        if place == new {
            queues.push(vec![]);
        }
        queues[place].push(next);
    }
    queues
}

/// Scheme, host and port as they are written; all of what is written otherwise.
fn before_path(url: &str) -> &str {
    let after_scheme = url.find("//").map_or(url.len(), |at| at + 2);
    let end = url[after_scheme..].find(['/', '?', '#', '\\']).map_or(url.len(), |at| after_scheme + at);
    &url[..end]
}

/// Minutes until the next look: half as long while a silent window closes soon, a quarter on its last two days, so that
/// an update in time is seen in time; but never more often than the rounds are.
fn interval(usual: u32, today: Day, closing: Option<Day>) -> u32 {
    let part = match closing.map(|last| (last - today).num_days()) {
        Some(..=1) => 4,
        Some(_) => 2,
        None => 1,
    };
    (usual / part).max(usual.min(15))
}

/// The channels whose silent window, or whose unit's short period, closes soon, and its last day.
fn closing(app: &App, due_soon: &[Finding]) -> HashMap<ChannelId, Day> {
    let mut closing: HashMap<ChannelId, Day> = HashMap::new();
    for finding in due_soon {
        let key = &finding.judgement.key;
        let mut note = |channel: &ChannelId| {
            let last = closing.entry(channel.clone()).or_insert(key.days.last);
            *last = key.days.last.min(*last);
        };
        match &key.scope {
            Scope::Channel(channel) => note(channel),
            Scope::Section(unit) => {
                app.config.channels_of(unit).filter(|c| !c.kind.is_new_media()).for_each(|c| note(&c.id));
            }
            Scope::Matter { .. } => {}
        }
    }
    closing
}

/// The channels on whose next look points hang: those that judge what closes soon, or what has ended within the last week and
/// is not proved yet.
async fn in_question(app: &App, due_soon: &[Finding], today: Day) -> anyhow::Result<HashSet<ChannelId>> {
    let since = shift(today, -trust::WEEK);
    let filter = FindingFilter { verdict: Some(Verdict::Unknown), from: Some(since), ..FindingFilter::default() };
    let unproved = app.store.findings(&filter).await?;
    let keys = due_soon.iter().chain(&unproved).map(|f| &f.judgement.key);
    Ok(keys.flat_map(|key| judging(app, key)).collect())
}

/// The channels whose looks say how it stands. What is looked for in several columns is named after the first of them.
fn judging(app: &App, key: &FindingKey) -> Vec<ChannelId> {
    let rule = app.config.rulebook.criterion(&key.criterion).map(|c| &c.rule);
    match (&key.scope, rule) {
        (Scope::Channel(channel), Some(Rule::Freshness { .. } | Rule::Quota { .. } | Rule::Availability { .. })) => {
            vec![channel.clone()]
        }
        (Scope::Channel(_) | Scope::Section(_), _) => {
            app.config.channels_of(&key.scope.unit()).map(|c| c.id.clone()).collect()
        }
        (Scope::Matter { .. }, _) => vec![],
    }
}

/// Does a row count columns as they stood yesterday? Nothing warns of its day.
fn is_counted(book: &Rulebook, today: Day) -> bool {
    book.criteria.iter().any(|c| match c.rule {
        Rule::LateColumns { period, .. } | Rule::BlankColumns { period, .. } => {
            Period::of(period, today).days().first == today
        }
        _ => false,
    })
}

/// Minutes between two looks at a home page: the table that asks for it counts a visit an hour, and a round that comes a
/// moment early must not let the hour pass.
const HOME_MINUTES: u32 = 55;

/// When to look again: after the usual interval, or after a failure sooner, doubling, but never later than usual; and where
/// the host has asked for rest, not before `rest`, which is bounded ([`super::rest`]). It never gives up.
pub(super) fn next_due(app: &App, look: &NewLook, due: &Due<'_>, now: Moment, rest: Option<Moment>) -> (Moment, u32) {
    let usual = interval(app.config.fetch.revisit_minutes, app.zone().day(now), due.closing);
    let is_home = due.channel.kind == ChannelKind::Home;
    let usual = if is_home { usual.min(HOME_MINUTES) } else { usual };
    if look.outcome.is_good() {
        return (now + TimeDelta::minutes(i64::from(usual)), 0);
    }
    (again(now, usual, due.failures, rest), due.failures.saturating_add(1))
}

fn again(now: Moment, usual: u32, failures: u32, rest: Option<Moment>) -> Moment {
    let soon = 15 * i64::from(2u32.pow(failures.min(6)));
    let next = now + TimeDelta::minutes(soon.min(i64::from(usual)));
    rest.map_or(next, |rest| next.max(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_come_closer_as_a_window_closes() {
        let day = |d: u32| Day::from_ymd_opt(2026, 3, d).unwrap();
        let every = |closing| interval(360, day(10), closing);
        assert_eq!([every(None), every(Some(day(13))), every(Some(day(11))), every(Some(day(10)))], [360, 180, 90, 90]);
        assert_eq!(interval(20, day(10), Some(day(10))), 15, "not more often than a round");
        assert_eq!(interval(10, day(10), Some(day(10))), 10);
    }

    #[test]
    fn an_address_begins_with_its_host() {
        for url in ["https://a.cn:8443", "https://a.cn:8443/x//y", "https://a.cn:8443?b=/", "https://a.cn:8443#c"] {
            assert_eq!(before_path(url), "https://a.cn:8443", "{url}");
        }
        assert_eq!([before_path("a.cn/x"), before_path("")], ["a.cn/x", ""], "what is no address is taken whole");
    }

    #[test]
    fn columns_are_counted_on_the_day_after_a_period_where_a_row_counts_them() {
        let counted = |text, day: &str| is_counted(&rules::load(text, "r.toml").unwrap(), day.parse().unwrap());
        assert!(counted(rules::NATIONAL_2019, "2026-04-01") && !counted(rules::NATIONAL_2019, "2026-04-02"));
        assert!(!counted(rules::ZHONGSHAN_2022, "2026-04-01"), "no row of it counts columns");
    }

    #[test]
    fn after_failures_it_waits_longer_each_time_and_never_gives_up() {
        let now = Moment::default();
        let minutes = |failures, rest: Option<i64>| {
            (again(now, 360, failures, rest.map(|r| now + TimeDelta::minutes(r))) - now).num_minutes()
        };
        assert_eq!((0..7).map(|n| minutes(n, None)).collect::<Vec<_>>(), [15, 30, 60, 120, 240, 360, 360]);
        assert_eq!(minutes(u32::MAX, None), 360);
        assert_eq!([minutes(0, Some(5)), minutes(0, Some(120)), minutes(9, Some(120))], [15, 120, 360]);
    }
}
