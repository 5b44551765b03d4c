//! A district judged unit by unit, so that memory does not grow with it: first what all channels show together, then
//! each group of units with nothing but its own looks.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::calendar::shift;
use model::{Channel, ChannelId, Coverage, Day, Judgement, Look, Moment, Outcome, Scope, Timeline, Unit, UnitId};
use rules::fleet::host_of;
use rules::{Case, Together};
use store::{Arrivals, LookDays};

use super::question::Question;
use super::resting::{self, Awake, News, Word};
use super::{Known, says_something, timelines};
use crate::app::App;

/// Channels that are judged at a time, or more where a unit has more.
const CHANNELS: usize = 60;

/// The same where most of them rest, and each group costs more in asking than in what is read.
const CHANNELS_AT_REST: usize = 240;

/// About so many looks are judged at a time, or those of one unit: each channel has thousands after a year, and once a month
/// all of them are read.
const LOOKS: usize = 60_000;

/// A title is told to be repeated when it comes again within so many days (COUNTING.md section 2).
const REPEATED_WITHIN: u32 = 181;

/// Some units and their channels.
pub(super) struct Group {
    units: Vec<Unit>,
    sources: Vec<Channel>,
}

impl Group {
    fn sources_by_account(&self) -> HashMap<ChannelId, usize> {
        let mut sources = HashMap::with_capacity(self.sources.len());
        for source in &self.sources {
            *sources.entry(source.id.account()).or_default() += 1;
        }
        sources
    }

    fn unit(&self, channel: &Channel) -> Option<&Unit> {
        self.units.iter().find(|u| u.id == channel.id.unit())
    }
}

/// What was said of a group.
pub(super) struct Heard {
    pub(super) judgements: Vec<Judgement>,
    /// What was judged: what is known of it and not said again is so no longer.
    pub(super) scopes: Vec<Scope>,
    /// What was said before of what rests.
    pub(super) resting: Vec<Word>,
}

/// The judging of a district.
pub(super) struct Hearing<'a> {
    app: &'a App,
    pub(super) as_of: Moment,
    /// Windows that end before are not judged.
    pub(super) since: Day,
    /// What people have said; no timelines.
    said: Known,
    together: Together,
    groups: Vec<Group>,
    matters: Vec<Scope>,
    /// The newest look when it began: those that came since are left for the next time.
    newest_look: i64,
    /// Are channels that rest left aside, and others put to rest?
    rests: bool,
}

impl<'a> Hearing<'a> {
    /// Reads what people have said, and what all channels show together, to judge the windows that end on or after `since`.
    pub(super) async fn open(app: &'a App, as_of: Moment, since: Day) -> anyhow::Result<Hearing<'a>> {
        let newest_look = app.store.newest_look().await?;
        let said = Known::of_sources(app, vec![], as_of).await?;
        let survey = survey(app, as_of).await?;
        let together = Together::of(&Case { timelines: &survey, ..said.case(app, &app.config.rulebook) });
        let matters = app.store.matter_scopes(&app.config.rulebook.id).await?;
        Ok(Hearing {
            app,
            as_of,
            since,
            said,
            together,
            groups: groups(app, newest_look),
            matters,
            newest_look,
            rests: false,
        })
    }

    /// Leaves channels aside that rest since an earlier judging, and puts others to rest. `standing` is a fingerprint of all
    /// that was not seen.
    pub(super) async fn with_rest(mut self, standing: &str) -> anyhow::Result<Hearing<'a>> {
        let (resting, as_of, since) = (&self.app.resting, self.as_of, self.since);
        let mut arrivals = match resting.heeded(standing, as_of, since) {
            Some(before) => {
                self.groups = grouped(self.app, CHANNELS_AT_REST);
                self.app.store.arrivals((before.look, before.as_of), as_of).await?
            }
            None => Arrivals { up_to: i64::MAX, ..Arrivals::default() },
        };
        arrivals.up_to = arrivals.up_to.min(self.newest_look);
        let columns = self.app.config.sources().filter(|c| c.kind.is_column()).map(|c| &c.id).collect();
        let by_any_item = self.app.config.rulebook.counts_each_silence();
        let silences = self.together.silences();
        resting.wake(News { standing, as_of, since, silences, arrivals, columns, by_any_item });
        self.rests = true;
        Ok(self)
    }

    /// All that it said has been written down.
    pub(super) fn settled(&self, standing: &str) {
        if self.rests {
            self.app.resting.settle(standing);
        }
    }

    pub(super) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// What the rulebook says of a group.
    pub(super) async fn judge(&self, group: &Group) -> anyhow::Result<Heard> {
        if self.since > Day::MIN {
            return self.judge_younger(group).await;
        }
        let timelines = timelines(self.app, &group.sources, self.as_of).await?;
        let judgements = self.judge_by(group, &timelines, self.as_of);
        Ok(Heard { judgements, scopes: self.scopes(group), resting: vec![] })
    }

    fn judge_by(&self, group: &Group, timelines: &[Timeline], as_of: Moment) -> Vec<Judgement> {
        let said = self.said.case(self.app, &self.app.config.rulebook);
        let case = Case { units: &group.units, timelines, as_of, ..said };
        let mut all = rules::judge_within(&case, &self.together);
        all.extend(rules::judge_duties_within(&case, &self.said.registers(self.app), &self.together));
        all.retain(|j| j.key.days.last >= self.since);
        all
    }

    /// The same from as much of the timelines as the windows from `since` on ask for.
    ///
    /// Which windows are silent or short hangs on the dates that count, and those on items and on the few looks that may
    /// show one to be dated back. Most channels are neither silent nor short, or may still be updated: their other looks prove
    /// nothing, and are not read. For the rest the looks are read from the first day of the first such window on: a unit that has missed a week has
    /// many columns, and their half-years would be most of what is read.
    async fn judge_younger(&self, group: &Group) -> anyhow::Result<Heard> {
        let first_looks = self.app.store.first_looks(&group.sources).await?;
        // What nobody has looked at yet says nothing, not even that something is missing.
        let looked = group.sources.iter().filter(|c| c.id.is_account() || first_looks.contains_key(&c.id));
        let sources = group.sources_by_account();
        let looked: Vec<(&Channel, Day)> = looked.map(|c| (c, self.from(c, &sources))).collect();
        let awake = match self.rests {
            true => self.app.resting.awake(looked, self.as_of, self.since),
            false => Awake::all(looked),
        };
        let glance = self.known_since(&awake.channels, 0, &first_looks, |_| None).await?;
        let heard = |timelines: &[Timeline], as_of| awake.heard(self.judge_by(group, timelines, as_of));
        let day = |as_of| self.app.zone().day(as_of);
        let question = |as_of| Question::of(&self.app.config.rulebook, &heard(&glance, as_of), day(as_of));
        let now = question(self.as_of);
        let horizons: Vec<_> = match self.rests {
            true => resting::horizons(self.as_of).map(|at| (at, question(at))).collect(),
            false => vec![],
        };

        let (short, fine): (Vec<_>, Vec<_>) = awake.channels.iter().copied().partition(|(c, _)| now.quotes(c));
        // Where nothing of the items may be left out, nothing of the looks may.
        let first = |(c, from): &(&Channel, Day)| if *from == Day::MIN { Some(Day::MIN) } else { now.first_day(c) };
        let days: HashMap<ChannelId, Day> = short.iter().filter_map(|s| Some((s.0.id.clone(), first(s)?))).collect();
        let mut known = self.known_since(&short, REPEATED_WITHIN, &first_looks, |c| days.get(&c.id).copied()).await?;
        known.extend(glance.into_iter().filter(|t| fine.iter().any(|(c, _)| c.id == t.channel.id)));
        let judgements = heard(&known, self.as_of);
        if self.rests {
            let today = day(self.as_of);
            let is_open = |c: &Channel| c.life.from <= today && group.unit(c).is_some_and(|u| u.from <= Some(today));
            let may_rest = |c: &Channel, from: Day| from > Day::MIN && is_open(c);
            self.app.resting.put(&awake, (&now, &horizons), &judgements, today, may_rest);
        }
        let mut scopes = self.scopes(group);
        scopes.retain(|scope| !awake.resting.contains(scope));
        Ok(Heard { judgements, scopes, resting: awake.words })
    }

    /// The first day of the first window that is judged of a channel. What several sources show of one account is held
    /// against each other, so nothing of it may be left out.
    fn from(&self, channel: &Channel, sources: &HashMap<ChannelId, usize>) -> Day {
        let alone = sources.get(&channel.id.account()) == Some(&1);
        let reach = self.app.config.rulebook.reach(channel.kind).filter(|_| alone);
        reach.map_or(Day::MIN, |days| shift(self.since, -i64::from(days)))
    }

    /// The items of these channels, and their looks from the day that `looks` names on. Before it, those alone that may show
    /// an item to be dated back: what the list shows late is common, and a channel has thousands of looks after a year.
    async fn known_since(
        &self,
        asked: &[(&Channel, Day)],
        more_days: u32,
        first_looks: &HashMap<ChannelId, Moment>,
        looks: impl Fn(&Channel) -> Option<Day>,
    ) -> anyhow::Result<Vec<Timeline>> {
        let store = &self.app.store;
        let mut items = HashMap::with_capacity(asked.len());
        for some in asked.chunks(CHANNELS) {
            let days: Vec<(ChannelId, Day)> = some.iter().map(|(c, day)| (c.id.clone(), *day)).collect();
            items.extend(store.items_since(&days, more_days, self.as_of).await?);
        }
        let timeline = |(channel, _): &(&Channel, Day)| Timeline {
            channel: (*channel).clone(),
            looks: vec![],
            items: items.remove(&channel.id).unwrap_or_default(),
        };
        let mut known: Vec<Timeline> = asked.iter().map(timeline).collect();
        let days = |t: &Timeline| {
            let first_look = first_looks.get(&t.channel.id)?;
            let days = LookDays { since: looks(&t.channel), on: rules::doubts(t, *first_look) };
            (days != LookDays::default()).then(|| (t.channel.id.clone(), days))
        };
        let wanted: Vec<(ChannelId, LookDays)> = known.iter().filter_map(days).collect();
        let mut seen = store.looks_on(&wanted, self.newest_look, self.as_of).await?;
        for timeline in &mut known {
            timeline.looks = seen.remove(&timeline.channel.id).unwrap_or_default();
        }
        Ok(known)
    }

    /// What is judged with a group. Matters of units that are no longer configured belong to the first one: nothing is said
    /// of them any more, and that is to be written down.
    fn scopes(&self, group: &Group) -> Vec<Scope> {
        let accounts = group.sources.iter().filter(|c| c.id.is_account()).map(|c| Scope::Channel(c.id.clone()));
        let sections = group.units.iter().map(|u| Scope::Section(u.id.clone()));
        let is_first = self.groups.first().is_some_and(|first| std::ptr::eq(first, group));
        let of = |units: &[Unit], scope: &Scope| units.iter().any(|u| u.id == scope.unit());
        let matters = self
            .matters
            .iter()
            .filter(|s| of(&group.units, s) || (is_first && !of(&self.app.config.units, s)))
            .cloned();
        accounts.chain(sections).chain(matters).collect()
    }
}

/// Units with their channels, together about [`CHANNELS`], or fewer where each has been looked at more than [`LOOKS`] allows.
fn groups(app: &App, looks: i64) -> Vec<Group> {
    let sources = app.config.sources().count().max(1);
    let looks_each = usize::try_from(looks).unwrap_or(usize::MAX) / sources;
    grouped(app, CHANNELS.min(LOOKS / looks_each.max(1)))
}

/// Units with their channels, together so many or those of one unit.
/// There is always one group: where no unit is left, findings of units that were there are still to be looked through.
fn grouped(app: &App, channels: usize) -> Vec<Group> {
    let mut of_unit: BTreeMap<UnitId, Vec<Channel>> = BTreeMap::new();
    for source in app.config.sources() {
        of_unit.entry(source.id.unit()).or_default().push(source.clone());
    }
    let mut groups = vec![Group { units: vec![], sources: vec![] }];
    for unit in &app.config.units {
        let own = of_unit.remove(&unit.id).unwrap_or_default();
        match groups.last_mut() {
            Some(last) if last.units.is_empty() || last.sources.len() + own.len() <= channels => {
                last.units.push(unit.clone());
                last.sources.extend(own);
            }
            _ => groups.push(Group { units: vec![unit.clone()], sources: own }),
        }
    }
    groups
}

/// As much of the timelines of all channels as [`Together`] asks for.
async fn survey(app: &App, as_of: Moment) -> anyhow::Result<Vec<Timeline>> {
    let sources: Vec<Channel> = app.config.sources().cloned().collect();
    if app.config.rulebook.asks_for_witnesses() {
        return timelines(app, &sources, as_of).await;
    }
    let canaries: BTreeSet<&ChannelId> = app.config.bridges.iter().flat_map(|b| &b.canaries).collect();
    let is_bridged = |c: &Channel| c.bridge().is_some() || canaries.contains(&c.id);
    let (bridged, others): (Vec<Channel>, Vec<Channel>) = sources.into_iter().partition(is_bridged);
    let mut survey = vec![];
    for some in bridged.chunks(CHANNELS) {
        survey.extend(with_good_days(app, some, as_of).await?);
    }
    let first_looks = app.store.first_looks(&others).await?;
    let mut hosts: BTreeMap<String, Vec<Channel>> = BTreeMap::new();
    for column in others.into_iter().filter(|c| !c.kind.is_new_media()) {
        if let Some(host) = host_of(&column.url)
            && (column.id.is_account() || first_looks.contains_key(&column.id))
        {
            hosts.entry(host).or_default().push(column);
        }
    }
    for columns in hosts.into_values() {
        survey.extend(of_a_host(app, columns, as_of).await?);
    }
    Ok(survey)
}

/// Channels with their items, and with one look for each day on which one was good.
async fn with_good_days(app: &App, channels: &[Channel], as_of: Moment) -> anyhow::Result<Vec<Timeline>> {
    let asked: Vec<(ChannelId, Day)> = channels.iter().map(|c| (c.id.clone(), Day::MIN)).collect();
    // The days first: a look that comes in between would be one without its items, and its bridge look silent. Either names
    // no channel of which there is nothing.
    let mut days = app.store.good_days(channels, as_of, app.zone().day(as_of)).await?;
    let mut items = app.store.items_since(&asked, 0, as_of).await?;
    let timeline = |c: &Channel| Timeline {
        channel: c.clone(),
        looks: days.remove(&c.id).unwrap_or_default().into_iter().map(|d| good_look(d, as_of, false)).collect(),
        items: items.remove(&c.id).unwrap_or_default(),
    };
    let known: Vec<Timeline> = channels.iter().map(timeline).collect();
    Ok(known.into_iter().filter(says_something).collect())
}

fn good_look(day: Day, at: Moment, read: bool) -> Look {
    let outcome = if read { Outcome::Read } else { Outcome::Unchanged };
    Look { id: 0, at, day, outcome, covers: Coverage::Nothing, evidence: None }
}

/// The columns of a host, the first of which shows what all of them have shown.
async fn of_a_host(app: &App, columns: Vec<Channel>, as_of: Moment) -> anyhow::Result<Vec<Timeline>> {
    let ids: Vec<ChannelId> = columns.iter().map(|c| c.id.clone()).collect();
    let days = app.store.fleet_days(&ids, as_of).await?;
    let looks = days.into_iter().map(|d| good_look(d.day, as_of, d.read));
    let mut looks = Some(looks.collect());
    let timeline = |channel| Timeline { channel, looks: looks.take().unwrap_or_default(), items: vec![] };
    Ok(columns.into_iter().map(timeline).collect())
}
