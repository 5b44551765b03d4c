//! Freshness: a channel must not be silent for a whole window (COUNTING.md section 3).

use model::calendar::shift;
use model::{CountingMode, Day, DayRange, Judgement, Scope, Waiver};

use crate::case::Docket;
use crate::judge::{Short, Subject};
use crate::rulebook::{Criterion, Rule};
use crate::sentence::Need;
use crate::view::View;

/// How windows are laid over the silences of a channel.
struct Grid {
    /// N.
    length: i64,
    each_silence: bool,
    /// Windows that end before are not charged.
    from: Day,
    /// Windows that end after are not charged either.
    until: Option<Day>,
    /// The date of the instant of judgement.
    today: Day,
}

/// Judges one channel.
pub(crate) fn judge(docket: &Docket<'_>, criterion: &Criterion, view: &View<'_>, found: &mut Vec<Judgement>) {
    let Rule::Freshness { window_days, warn_days, counting, points, .. } = &criterion.rule else { return };
    let grid = Grid {
        length: i64::from((*window_days).max(1)),
        each_silence: *counting == CountingMode::EachSilence,
        from: view.from().max(docket.case.since),
        until: view.until(),
        today: docket.today,
    };
    let scope = Scope::Channel(view.id().clone());
    let subject = Subject { docket, criterion: &criterion.id, scope, mode: *counting, points: *points };
    let mut say = |days: DayRange, waiver: Option<&Waiver>| {
        let short = Short { days, ended: days.last < docket.today, missing: 1, need: Need::Update, waiver };
        found.push(subject.say(&[view], &short));
    };
    let mut updates: Vec<DayRange> = view.update_days().map(|day| DayRange { first: day, last: day }).collect();
    if updates.is_empty() {
        // A column that has never shown anything is silent from its opening. Where there is a first update, nobody can
        // say of the days before it that the column stood open, and they are not charged.
        let opening = shift(view.timeline.channel.life.from, -1);
        updates.push(DayRange { first: opening, last: opening });
    }
    let waivers = docket.waivers(&view.unit.id, Some(view.id()), &criterion.id);

    let kept = updates.iter().copied().chain(waivers.iter().map(|w| w.days)).collect();
    grid.windows(&spans(kept), |days| {
        if days.last < grid.today || docket.closing(days.last, *warn_days) {
            say(days, None);
        }
    });
    if waivers.is_empty() {
        return;
    }
    grid.windows(&spans(updates), |days| {
        if let Some(waiver) = waivers.iter().find(|w| w.days.overlaps(&days)).filter(|_| days.last < grid.today) {
            say(days, Some(waiver));
        }
    });
}

/// The spans of days that break a silence, in order and apart.
fn spans(mut days: Vec<DayRange>) -> Vec<DayRange> {
    days.sort_unstable();
    let mut apart: Vec<DayRange> = Vec::with_capacity(days.len());
    for span in days {
        match apart.last_mut() {
            Some(before) if span.first <= before.last => before.last = before.last.max(span.last),
            _ => apart.push(span),
        }
    }
    apart
}

impl Grid {
    /// Every silent window: those that have passed and are charged, and the open one of the last silence.
    fn windows(&self, spans: &[DayRange], mut each: impl FnMut(DayRange)) {
        for (i, span) in spans.iter().enumerate() {
            let next = spans.get(i + 1).map(|s| s.first);
            let mut k = self.first_charged(span.last);
            while let Some(days) = self.window(span.last, next, k) {
                each(days);
                if self.each_silence || days.last >= self.today {
                    break;
                }
                k += 1;
            }
        }
    }

    /// The number of the first window after `u` that ends on or after the day from which windows are charged. In
    /// each-silence mode only the first of all windows can be charged.
    fn first_charged(&self, u: Day) -> i64 {
        if self.each_silence {
            return 1;
        }
        let gap = (self.from - u).num_days();
        gap.div_euclid(self.length).saturating_add(i64::from(gap.rem_euclid(self.length) > 0)).max(1)
    }

    /// The k-th window after `u`, if it is silent up to the next update and within the bounds.
    fn window(&self, u: Day, next: Option<Day>, k: i64) -> Option<DayRange> {
        let last = shift(u, k.saturating_mul(self.length));
        let charged = last >= self.from && self.until.is_none_or(|until| last <= until);
        let silent = next.is_none_or(|v| last < v);
        (charged && silent).then(|| DayRange { first: shift(last, 1 - self.length), last })
    }
}
