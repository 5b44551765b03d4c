//! Channels of which there can be nothing new to say for some time, so that a day's judging leaves them aside.
//!
//! Most columns are updated long before their window closes. When one is judged, the rules are asked as well what they would
//! say some days later if nothing more came. Where that is nothing, the column rests until then: what comes in between can
//! only help it, for a further item cuts a silence or adds to a count ([`rules::judge()`] says of what that holds), and looks
//! decide nothing where no window is in question. Where it is what is said now, and that is settled, it rests as well: neither
//! looks nor items of later days change what is said of a window that is over, was weighed and has been followed by an item;
//! and of one that is open nothing else is said until an item comes or its last day is over.
//! So nothing but the following wakes it before its time, and then it is judged as if it had never rested:
//!
//! - news of an item that is dated before the day on which it was put to rest, or not at all: the item itself, another date of
//!   it, what its own page says, that it is gone;
//! - any item, where none has followed yet, and where a row counts each silence once, since there a further item makes two of
//!   one;
//! - days on which its fleet is found silent, or is no longer;
//! - a look that is entered afterwards for a day that was judged before;
//! - anything that a person, a register or the configuration says.
//!
//! What is said of all columns of a unit together rests in the same way. As soon as that is awake, all of them are read. A
//! channel of which everything is read, because a row asks for all that it ever held or because several sources show it, never
//! rests.
//!
//! This lives as long as the program, which starts with everything awake.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;
use model::{Channel, ChannelId, Day, FindingKey, Judgement, Moment, Scope, UnitId, Verdict};
use rules::fleet::Silence;
use store::Arrivals;

use super::question::{Question, Windows};

/// For how many days channels are put to rest, the shortest first: a window of a fortnight is warned of days before it
/// closes, one of a quarter or of half a year leaves weeks.
const DAYS: [i64; 2] = [5, 45];

/// Who rests.
#[derive(Debug, Clone, Default)]
pub struct Resting(Arc<Mutex<Rest>>);

#[derive(Debug, Default)]
struct Rest {
    /// A fingerprint of all that was not seen; none while what was judged has not been written down.
    standing: Option<String>,
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

#[derive(Debug, Clone)]
struct Nap {
    /// The day on which it was put to rest.
    from: Day,
    /// The instant as of which nothing new is to be said yet.
    until: Moment,
    /// Does any item wake it?
    by_any_item: bool,
    /// What was said of it.
    words: Vec<Word>,
}

/// What was said of a window.
pub(super) type Word = (FindingKey, Verdict);

impl Nap {
    /// Is news of an item with such a date news for it?
    fn is_woken_by(&self, dated: Option<Day>) -> bool {
        self.by_any_item || dated.is_none_or(|day| day < self.from)
    }
}

/// What has become known since the judging before.
pub(super) struct News<'a> {
    pub(super) standing: &'a str,
    pub(super) as_of: Moment,
    pub(super) since: Day,
    pub(super) silences: &'a [Silence],
    pub(super) arrivals: Arrivals,
    /// The website columns, of which something is said together.
    pub(super) columns: HashSet<&'a ChannelId>,
    /// Does any item wake its channel?
    pub(super) by_any_item: bool,
}

/// The channels that do not rest, each with the day from which on it is asked for.
pub(super) struct Awake<'c> {
    pub(super) channels: Vec<(&'c Channel, Day)>,
    /// What rests.
    pub(super) resting: BTreeSet<Scope>,
    /// What was said of what rests.
    pub(super) words: Vec<Word>,
    of_unit: BTreeMap<UnitId, usize>,
}

impl<'c> Awake<'c> {
    /// All of these.
    pub(super) fn all(channels: Vec<(&'c Channel, Day)>) -> Awake<'c> {
        Awake { of_unit: counted(&channels), channels, resting: BTreeSet::new(), words: vec![] }
    }

    /// What counts of judgements that were made without the columns that rest.
    pub(super) fn heard(&self, mut judgements: Vec<Judgement>) -> Vec<Judgement> {
        judgements.retain(|j| !self.resting.contains(&j.key.scope));
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
        let goes_on =
            rest.standing.as_deref() == Some(standing) && rest.heeded.as_of <= as_of && rest.heeded.since <= since;
        goes_on.then_some(rest.heeded)
    }

    /// Wakes whom the news concern, or all where they do not go on from the judging before. Who is put to rest from now on does
    /// so only when what is said of him has been written down ([`Resting::settle`]): a judging that fails or is broken off
    /// leaves everything awake.
    pub(super) fn wake(&self, news: News<'_>) {
        let goes_on = self.heeded(news.standing, news.as_of, news.since).is_some();
        let mut rest = self.lock();
        if !goes_on {
            *rest = Rest::default();
        }
        rest.standing = None;
        let gone = rest.silences.iter().filter(|s| !news.silences.contains(s));
        let fleets = gone.chain(news.silences.iter().filter(|s| !rest.silences.contains(s)));
        let of_fleets: BTreeSet<ChannelId> = fleets.flat_map(|s| s.channels.iter().cloned()).collect();
        for channel in of_fleets {
            rest.channels.remove(&channel);
            if news.columns.contains(&channel) {
                rest.sections.remove(&channel.unit());
            }
        }
        for (channel, dated) in news.arrivals.of {
            let unit = channel.unit();
            let is_woken = |nap: &Nap| news.by_any_item || nap.is_woken_by(dated);
            if rest.channels.get(&channel).is_some_and(is_woken) {
                rest.channels.remove(&channel);
            }
            if news.columns.contains(&channel) && rest.sections.get(&unit).is_some_and(|s| is_woken(&s.0)) {
                rest.sections.remove(&unit);
            }
        }
        rest.heeded = Heeded { as_of: news.as_of, since: news.since, look: news.arrivals.up_to };
        rest.silences = news.silences.to_vec();
    }

    /// What was judged has been written down.
    pub(super) fn settle(&self, standing: &str) {
        self.lock().standing = Some(standing.to_owned());
    }

    /// Those of the channels that do not rest, to judge the windows that end on or after `since`.
    pub(super) fn awake<'c>(&self, channels: Vec<(&'c Channel, Day)>, as_of: Moment, since: Day) -> Awake<'c> {
        let rest = self.lock();
        let mut awake = Awake::all(channels);
        let sleeping = |nap: &&Nap| as_of <= nap.until;
        // A column that is looked at for the first time may bring periods with it that are judged of all together.
        let section = |unit: &UnitId, n| rest.sections.get(unit).filter(|s| s.1 == n).map(|s| &s.0).filter(sleeping);
        for (unit, n) in &awake.of_unit {
            if let Some(nap) = section(unit, *n) {
                awake.resting.insert(Scope::Section(unit.clone()));
                awake.words.extend(nap.words.iter().cloned());
            }
        }
        awake.channels.retain(|(channel, _)| {
            let nap = rest.channels.get(&channel.id).filter(sleeping);
            let nap = nap.filter(|_| awake.resting.contains(&Scope::Section(channel.id.unit())));
            awake.resting.extend(nap.map(|_| Scope::Channel(channel.id.clone())));
            awake.words.extend(nap.into_iter().flat_map(|nap| nap.words.iter().cloned()));
            nap.is_none()
        });
        awake.words.retain(|(key, _)| key.days.last >= since);
        awake
    }

    /// Puts those to rest of whom the same is in question `now` and at a horizon, until the last such one, where what is
    /// `said` of it is settled.
    pub(super) fn put(
        &self,
        awake: &Awake<'_>,
        (now, horizons): (&Question, &[(Moment, Question)]),
        said: &[Judgement],
        today: Day,
        may_rest: impl Fn(&Channel, Day) -> bool,
    ) {
        let mut of: BTreeMap<&Scope, Vec<&Judgement>> = BTreeMap::new();
        for j in said {
            of.entry(&j.key.scope).or_default().push(j);
        }
        let nap = |scope: &Scope, asked: &dyn Fn(&Question) -> Option<&Windows>| {
            let same = horizons.iter().take_while(|h| asked(&h.1) == asked(now));
            let said = of.get(scope).map_or(&[][..], Vec::as_slice);
            let is_settled = said.iter().all(|j| j.verdict != Verdict::Unknown);
            let until = same.last().filter(|_| is_settled)?.0;
            let by_any_item = said.iter().any(|j| j.proof.first_after.is_none());
            let words = said.iter().map(|j| (j.key.clone(), j.verdict)).collect();
            Some(Nap { from: today, until, by_any_item, words })
        };
        let mut rest = self.lock();
        for (channel, from) in &awake.channels {
            let nap = nap(&Scope::Channel(channel.id.clone()), &|q| q.of_channel(channel));
            match nap.filter(|_| may_rest(channel, *from)) {
                Some(nap) => _ = rest.channels.insert(channel.id.clone(), nap),
                None => _ = rest.channels.remove(&channel.id),
            }
        }
        for (unit, n) in &awake.of_unit {
            let scope = Scope::Section(unit.clone());
            match nap(&scope, &|q| q.of_section(unit)) {
                _ if awake.resting.contains(&scope) => {}
                Some(nap) => _ = rest.sections.insert(unit.clone(), (nap, *n)),
                None => _ = rest.sections.remove(unit),
            }
        }
    }
}
