//! Channels of which there can be nothing to say for some time, so that a day's judging leaves them aside.
//!
//! Most columns are updated long before their window closes. When one is judged, the rules are asked as well what they would
//! say some days later if nothing more came. Where that is nothing, the column rests until then: what comes in between can
//! only help it, for a further item cuts a silence or adds to a count ([`rules::judge()`] says of what that holds), and looks
//! decide nothing where no window is in question. So nothing but the following wakes it before its time, and then it is judged
//! as if it had never rested:
//!
//! - an item that is dated before the day on which it was put to rest, or not at all, and an item that claims another date;
//!   any item, where a row counts each silence once, since there a further item makes two of one;
//! - days on which its fleet is found silent, or is no longer;
//! - a look that is entered afterwards for a day that was judged before;
//! - anything that a person, a register or the configuration says.
//!
//! What is said of all columns of a unit together rests in the same way, and with it the columns that rest: as soon as it is
//! awake, all of them are read. A channel of which everything is read, because a row asks for all that it ever held or because
//! several sources show it, never rests.
//!
//! This lives as long as the program, which starts with everything awake.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use model::{Channel, ChannelId, Day, Judgement, Moment, Scope, UnitId};
use rules::fleet::Silence;
use store::Arrivals;

use super::question::Question;

/// For how many days channels are put to rest, the shortest first: a window of a fortnight is warned of days before it
/// closes, one of a quarter or of half a year leaves weeks.
const DAYS: [i64; 2] = [5, 45];

/// Who rests.
#[derive(Debug, Clone, Default)]
pub struct Resting(Arc<Mutex<Rest>>);

#[derive(Debug, Default)]
struct Rest {
    /// A fingerprint of all that was not seen.
    standing: String,
    /// What was heeded last.
    heeded: Heeded,
    silences: Vec<Silence>,
    channels: HashMap<ChannelId, Nap>,
    /// What is said of all columns of a unit, with how many channels of it had been looked at.
    sections: HashMap<UnitId, (Nap, usize)>,
}

/// What a judging has heeded.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Heeded {
    pub(super) as_of: Moment,
    /// Windows that end before were left aside.
    pub(super) since: Day,
    /// Looks up to this number.
    pub(super) look: i64,
}

#[derive(Debug, Clone, Copy)]
struct Nap {
    /// The day on which it was put to rest.
    from: Day,
    /// The instant as of which nothing is to be said yet.
    until: Moment,
}

/// What has become known since the judging before.
pub(super) struct News<'a> {
    pub(super) standing: &'a str,
    pub(super) as_of: Moment,
    pub(super) since: Day,
    pub(super) silences: &'a [Silence],
    pub(super) arrivals: Arrivals,
    /// Does any item wake its channel?
    pub(super) by_any_item: bool,
}

/// The channels that do not rest, each with the day from which on it is asked for.
pub(super) struct Awake<'c> {
    pub(super) channels: Vec<(&'c Channel, Day)>,
    /// The units of which nothing is to be said as a whole.
    resting: BTreeSet<UnitId>,
    of_unit: BTreeMap<UnitId, usize>,
}

impl<'c> Awake<'c> {
    /// All of these.
    pub(super) fn all(channels: Vec<(&'c Channel, Day)>) -> Awake<'c> {
        Awake { of_unit: counted(&channels), channels, resting: BTreeSet::new() }
    }

    /// What counts of judgements that were made without those that rest.
    pub(super) fn heard(&self, mut judgements: Vec<Judgement>) -> Vec<Judgement> {
        judgements.retain(|j| !matches!(&j.key.scope, Scope::Section(unit) if self.resting.contains(unit)));
        judgements
    }
}

fn counted(channels: &[(&Channel, Day)]) -> BTreeMap<UnitId, usize> {
    let mut of_unit = BTreeMap::new();
    for (channel, _) in channels {
        *of_unit.entry(channel.id.unit()).or_default() += 1;
    }
    of_unit
}

/// The instants as of which it is asked what would be in question.
pub(super) fn horizons(as_of: Moment) -> impl Iterator<Item = Moment> {
    DAYS.into_iter().map(move |days| as_of + TimeDelta::days(days))
}

impl Resting {
    fn lock(&self) -> MutexGuard<'_, Rest> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many channels rest.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().channels.len()
    }

    /// Is every channel awake?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What was heeded by the judging before, where such a one may go on from it.
    pub(super) fn heeded(&self, standing: &str, as_of: Moment, since: Day) -> Option<Heeded> {
        let rest = self.lock();
        let goes_on = rest.standing == standing && rest.heeded.as_of <= as_of && rest.heeded.since <= since;
        goes_on.then_some(rest.heeded)
    }

    /// Wakes whom the news concern, or all where they do not go on from the judging before.
    pub(super) fn wake(&self, news: News<'_>) {
        let goes_on = self.heeded(news.standing, news.as_of, news.since).is_some();
        let mut rest = self.lock();
        if !goes_on {
            *rest = Rest { standing: news.standing.to_owned(), ..Rest::default() };
        }
        let gone = rest.silences.iter().filter(|s| !news.silences.contains(s));
        let fleets = gone.chain(news.silences.iter().filter(|s| !rest.silences.contains(s)));
        let mut woken: HashSet<ChannelId> = fleets.flat_map(|s| s.channels.iter().cloned()).collect();
        for (channel, dated) in news.arrivals.of {
            let section = rest.sections.get(&channel.unit()).map(|s| s.0.from);
            let from = rest.channels.get(&channel).map(|nap| nap.from).max(section);
            if news.by_any_item || dated.is_none_or(|day| from.is_some_and(|from| day < from)) {
                woken.insert(channel);
            }
        }
        for channel in woken {
            rest.sections.remove(&channel.unit());
            rest.channels.remove(&channel);
        }
        rest.heeded = Heeded { as_of: news.as_of, since: news.since, look: news.arrivals.up_to };
        rest.silences = news.silences.to_vec();
    }

    /// Those of the channels that do not rest.
    pub(super) fn awake<'c>(&self, channels: Vec<(&'c Channel, Day)>, as_of: Moment) -> Awake<'c> {
        let rest = self.lock();
        let mut awake = Awake::all(channels);
        let sleeps = |nap: &Nap| as_of <= nap.until;
        // A column that is looked at for the first time may bring periods with it that are judged of all together.
        let section =
            |(unit, n): &(&UnitId, &usize)| rest.sections.get(unit).is_some_and(|s| sleeps(&s.0) && s.1 == **n);
        awake.resting = awake.of_unit.iter().filter(section).map(|(unit, _)| unit.clone()).collect();
        awake
            .channels
            .retain(|(c, _)| !awake.resting.contains(&c.id.unit()) || !rest.channels.get(&c.id).is_some_and(sleeps));
        awake
    }

    /// Puts those to rest of whom nothing is in question `now`, nor at a horizon: until the last such one.
    pub(super) fn put(
        &self,
        awake: &Awake<'_>,
        now: &Question,
        horizons: &[(Moment, Question)],
        today: Day,
        may_rest: impl Fn(&Channel, Day) -> bool,
    ) {
        let mut rest = self.lock();
        let last = |is_fine: &dyn Fn(&Question) -> bool| {
            let fine = horizons.iter().take_while(|h| is_fine(now) && is_fine(&h.1));
            fine.last().map(|(until, _)| Nap { from: today, until: *until })
        };
        for (channel, from) in &awake.channels {
            match last(&|asked| may_rest(channel, *from) && asked.first_day(channel).is_none()) {
                Some(nap) => rest.channels.insert(channel.id.clone(), nap),
                None => rest.channels.remove(&channel.id),
            };
        }
        for (unit, n) in awake.of_unit.iter().filter(|(unit, _)| !awake.resting.contains(*unit)) {
            match last(&|asked| !asked.is_of_whole(unit)) {
                Some(nap) => rest.sections.insert(unit.clone(), (nap, *n)),
                None => rest.sections.remove(unit),
            };
        }
    }
}
