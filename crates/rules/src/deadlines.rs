//! What is still open and still short, however far off its last day: for calendars, not for verdicts.

use std::collections::BTreeMap;

use model::calendar::shift;
use model::{Channel, ChannelId, Day, DayRange, FindingKey, Moment, Period, PeriodKind, Timeline, Verdict};

use crate::case::Case;
use crate::effective::effective;
use crate::rulebook::{Posting, Rule, Rulebook};

/// Days ahead of which nothing is asked: the longest period that a table counts in is a quarter.
const FAR: u32 = 366;

/// So many days back most accounts have published something; where one has not, all that is known of it is asked for.
const LATELY: i64 = 31;

/// A window or period that is open and not yet satisfied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// Which one: its last day is the last on which it can be satisfied.
    pub key: FindingKey,
    /// What would be enough.
    pub enough: String,
}

/// The windows and periods that are open and that an update would satisfy, the nearest first.
///
/// It is [`crate::judge()`] with a warning so long that nothing is left out; what it says is never recorded. Of a case in
/// which every item has the date that counts, the looks do not matter: a window that is open needs no proof.
#[must_use]
pub fn deadlines(case: &Case<'_>) -> Vec<Deadline> {
    let early = early(case.rulebook);
    let open = crate::judge(&Case { rulebook: &early, ..*case }).into_iter().filter(|j| j.verdict == Verdict::DueSoon);
    let mut open: Vec<Deadline> = open.map(|j| Deadline { key: j.key, enough: j.proof.enough }).collect();
    open.sort_by(|a, b| (a.key.days.last, &a.key).cmp(&(b.key.days.last, &b.key)));
    open
}

/// What updates can satisfy, with the longest warnings, without what is on trial: of that nobody is reminded.
fn early(book: &Rulebook) -> Rulebook {
    let mut book = book.clone();
    book.criteria.retain_mut(|c| match &mut c.rule {
        Rule::Freshness { warn_days, .. } | Rule::Quota { warn_days, .. } if c.posting != Posting::Shadow => {
            *warn_days = FAR;
            true
        }
        _ => false,
    });
    book
}

/// The days whose items settle what is open today, for every account of which [`unsettled`] does not say otherwise: the
/// longest period that is running, and whatever a person has dated ahead.
#[must_use]
pub fn open_days(today: Day) -> DayRange {
    let quarter = Period::of(PeriodKind::Quarter, today).days();
    DayRange { first: quarter.first.min(shift(today, -LATELY)), last: shift(today, FAR.into()) }
}

/// The channels of which the items of [`open_days`] are not enough.
///
/// They are enough where an account with one source counts an update in them up to today. Then its last update is among them,
/// and so is everything of the running periods; and every window that is open lies behind the last update, which is the one
/// that the deadline names. Whatever is older could only begin windows that this update has ended. Where an account has
/// several sources, the same publication may have an earlier date in another one.
#[must_use]
pub fn unsettled(timelines: &[Timeline], as_of: Moment, today: Day) -> Vec<Channel> {
    let days = DayRange { last: today, ..open_days(today) };
    let mut accounts: BTreeMap<ChannelId, Vec<&Timeline>> = BTreeMap::new();
    for timeline in timelines {
        accounts.entry(timeline.channel.id.account()).or_default().push(timeline);
    }
    let counts = |t: &Timeline| effective(t, as_of).iter().any(|d| d.effective.is_some_and(|day| days.contains(day)));
    let settled = |sources: &Vec<&Timeline>| matches!(sources.as_slice(), [one] if counts(one));
    accounts.into_values().filter(|s| !settled(s)).flatten().map(|t| t.channel.clone()).collect()
}
