//! Proof before points (COUNTING.md section 5): what a judgement rests on, and whether that is enough.

use model::calendar::shift;
use model::finding::{Proof, QuotedItem, QuotedLook};
use model::{Day, DayRange, Flag, Month, Trust};

use crate::looks::touches;
use crate::view::{At, Part, View};

/// Looks within the window that are quoted for one channel.
const QUOTED_LOOKS: usize = 10;
/// Undated items that are quoted for one channel.
const QUOTED_ITEMS: usize = 10;

/// Days by which a canary must be newer than a window for its bridge to have shown the window whole.
const LAG: i64 = 2;

/// Why one channel does not prove a window.
pub(crate) enum Doubt {
    /// Its source may prove updates only.
    ClearsOnly,
    /// Its bridge was not shown alive, or the looks that would prove it are suspect for that reason.
    FleetSilence,
    /// Its feed has shown nothing newer than the window: whether the account or the feed stands still, nobody knows.
    OwnSilence,
    /// No good look after the last day reaches back to the first.
    Unproved,
    /// An undated item may have been published in the window.
    Undated,
    /// The page of an item shows a date in the window, the list another.
    Disputed,
}

/// The looks that prove a window, or the doubts that are left.
pub(crate) struct Standing {
    /// For each channel in scope, the look that proves the window.
    pub(crate) after: Vec<(usize, At)>,
    /// For each channel in scope that leaves a doubt, that doubt.
    pub(crate) doubts: Vec<(usize, Doubt)>,
    /// Undated items that may belong to the window, by channel and place.
    pub(crate) undated: Vec<(usize, At)>,
    /// Items whose own page shows a date in the window, by channel and place.
    pub(crate) disputed: Vec<(usize, At)>,
    /// The day on which the proof was complete.
    proved_on: Option<Day>,
}

impl Standing {
    /// Weighs the looks of every channel in scope.
    pub(crate) fn of(views: &[&View<'_>], days: &DayRange) -> Standing {
        let mut s = Standing { after: vec![], doubts: vec![], undated: vec![], disputed: vec![], proved_on: None };
        for (n, view) in views.iter().enumerate() {
            // What a column publishes after its own end does not count, so its looks need not wait for the period's.
            let last = view.until().map_or(days.last, |until| until.min(days.last)).max(days.first);
            let weighed = weigh(view, days, last);
            let at = weighed.as_ref().ok().map(|at| view.look(*at).look.at);
            let undated = view.undated_in_the_way(days.first, at);
            s.undated.extend(undated.iter().take(QUOTED_ITEMS).map(|i| (n, *i)));
            let disputed: Vec<At> = view.disputed_within(days).take(QUOTED_ITEMS).collect();
            s.disputed.extend(disputed.iter().map(|i| (n, *i)));
            match weighed {
                Err(doubt) => s.doubts.push((n, doubt)),
                Ok(_) if !undated.is_empty() => s.doubts.push((n, Doubt::Undated)),
                Ok(_) if !disputed.is_empty() => s.doubts.push((n, Doubt::Disputed)),
                Ok(look) => {
                    s.after.push((n, look));
                    s.proved_on = s.proved_on.max(Some(view.look(look).look.day));
                }
            }
        }
        s
    }

    pub(crate) fn is_proved(&self) -> bool {
        self.doubts.is_empty()
    }

    /// The remarks that the proof, or the lack of it, deserves.
    pub(crate) fn flags(&self, views: &[&View<'_>], days: &DayRange) -> Vec<Flag> {
        let mut flags: Vec<Flag> = self
            .doubts
            .iter()
            .map(|(_, doubt)| match doubt {
                Doubt::ClearsOnly => Flag::ClearsOnly,
                Doubt::FleetSilence => Flag::FleetSilence,
                Doubt::OwnSilence => Flag::OwnSilence,
                Doubt::Unproved => Flag::Unproved,
                Doubt::Undated => Flag::Undated,
                Doubt::Disputed => Flag::DateDisputed,
            })
            .collect();
        if views.iter().any(|v| v.was_dark(days)) {
            flags.push(Flag::FleetSilence);
        }
        if !self.undated.is_empty() {
            flags.push(Flag::Undated);
        }
        // A look on the very next day is as early as a proof can be, also when that day opens a new month.
        let late = |on: Day| on > Month::of(days.last).days().last && (on - days.last).num_days() > 1;
        if self.is_proved() && self.proved_on.is_some_and(late) {
            flags.push(Flag::ProvedLate);
        }
        flags
    }
}

/// The look of any source that proves the window, the earliest one; or the doubt that is left where none does. Of several
/// doubts the one is told that looking again may settle.
fn weigh(view: &View<'_>, days: &DayRange, last: Day) -> Result<At, Doubt> {
    let weighed: Vec<Result<At, Doubt>> =
        view.parts.iter().enumerate().map(|(p, part)| by_part(part, days, last).map(|i| (p, i))).collect();
    if let Some(first) = weighed.iter().filter_map(|w| w.as_ref().ok()).min_by_key(|at| view.look(**at).look.at) {
        return Ok(*first);
    }
    let doubts = weighed.into_iter().filter_map(Result::err);
    Err(doubts.min_by_key(|d| matches!(d, Doubt::ClearsOnly)).unwrap_or(Doubt::Unproved))
}

fn by_part(part: &Part<'_>, days: &DayRange, last: Day) -> Result<usize, Doubt> {
    let dark = |days: &DayRange| touches(&part.silent, days);
    let look = match part.trust() {
        Trust::Clears => return Err(Doubt::ClearsOnly),
        // A witnessed source accuses only where its bridge was shown alive on every day of the window, and where it has
        // shown something newer of the account itself: a single feed may stop while its bridge goes on.
        Trust::Witnessed if dark(days) => return Err(Doubt::FleetSilence),
        Trust::Witnessed => match (part.shown_alive_after(last), shown_after(&part.own, last)) {
            (None, _) => return Err(Doubt::FleetSilence),
            (_, None) => return Err(Doubt::OwnSilence),
            (Some(bridge), Some(own)) => part.looks.proving_from(days.first, last, bridge.max(own)),
        },
        Trust::Full => part.looks.proving(days.first, last),
    };
    match look {
        Some(i) => Ok(i),
        None if dark(&DayRange { first: days.first, last: Day::MAX }) => Err(Doubt::FleetSilence),
        None => Err(Doubt::Unproved),
    }
}

impl Part<'_> {
    /// From which day on a look shows whether anything was published up to `last`. A bridge with a canary must have
    /// shown something of the canary's that is newer by [`LAG`] days: one that froze a day ago still serves what it had,
    /// and a bridge takes up to a day to come round to each of its accounts. Nothing: it has not yet.
    fn shown_alive_after(&self, last: Day) -> Option<Day> {
        let Some(alive) = &self.alive else { return Some(Day::MIN) };
        shown_after(alive, last)
    }
}

/// The first day on which something was seen that is newer than `last` by [`LAG`] days.
fn shown_after(signs: &[(Day, Day)], last: Day) -> Option<Day> {
    signs.iter().find(|(_, newest)| *newest >= shift(last, LAG)).map(|(look, _)| *look)
}

/// The items around a window.
pub(crate) struct Around {
    pub(crate) last_before: Option<QuotedItem>,
    pub(crate) first_after: Option<QuotedItem>,
}

impl Around {
    pub(crate) fn of(views: &[&View<'_>], days: &DayRange) -> Around {
        let before = views.iter().enumerate().filter_map(|(n, v)| Some((v.last_before(days.first)?, n)));
        let last_before = before.max_by_key(|((day, i), n)| (*day, views[*n].item(*i).first_seen_at, *n));
        let after = views.iter().enumerate().filter_map(|(n, v)| Some((v.first_after(days.last)?, n)));
        let first_after = after.min_by_key(|((day, i), n)| (*day, views[*n].item(*i).first_seen_at, *n));
        let quote = |((_, at), n): ((Day, At), usize)| views[n].quote_item(at);
        Around { last_before: last_before.map(quote), first_after: first_after.map(quote) }
    }
}

/// Gathers what the finding quotes; the sentence is put in by the caller. A window that is open is not weighed and has no
/// `standing`: it needs no proof, so no looks are told of it, which would be others each day.
pub(crate) fn gather(views: &[&View<'_>], days: &DayRange, standing: Option<&Standing>, around: Around) -> Proof {
    let mut proof = Proof { last_before: around.last_before, first_after: around.first_after, ..Proof::default() };
    for view in views {
        for (p, part) in view.parts.iter().enumerate().filter(|_| standing.is_some()) {
            proof.before.extend(part.looks.before(days.first).map(|i| view.quote_look((p, i))));
            let within = part.looks.within(days);
            let (good, bad): (Vec<usize>, Vec<usize>) = within.partition(|i| part.looks.get(*i).outcome.is_good());
            proof.within_total += good.len() + bad.len();
            proof.within_good += good.len();
            let mut quoted: Vec<usize> = bad.into_iter().chain(good).take(QUOTED_LOOKS).collect();
            quoted.sort_unstable();
            proof.within.extend(quoted.into_iter().map(|i| view.quote_look((p, i))));
        }
        proof.items.extend(view.updates_within(days).map(|place| view.quote_item(view.update(place))));
    }
    if let Some(standing) = standing {
        let quote = |(n, at): &(usize, At)| -> QuotedLook { views[*n].quote_look(*at) };
        proof.after = standing.after.iter().map(quote).collect();
        let doubtful = standing.undated.iter().chain(&standing.disputed);
        proof.items.extend(doubtful.map(|(n, i)| views[*n].quote_item(*i)));
    }
    proof
}
