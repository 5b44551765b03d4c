//! What is published when nothing special happens: every unit keeps its duties.

use model::calendar::shift;
use model::{ChannelKind, Day, IsoWeek};

use crate::Plan;
use crate::clock::{Stamp, stamp};
use crate::column::{Column, Family, Post};
use crate::rng::Rng;

/// Days after the plan's end for which something is still written, so that the last days are no special case.
const BEYOND: i64 = 7;

/// Fills `column` with honest items from its history to the end of the plan.
pub(crate) fn fill(column: &mut Column, plan: &Plan, daily: bool) {
    let mut rng = Rng::new(plan.seed, column.id.as_str());
    let last = shift(plan.first, i64::from(plan.days) + BEYOND);
    let back = |days: i64| shift(plan.first, -days);
    let days = match column.kind {
        ChannelKind::Wechat if daily => back(30).iter_days().take_while(|d| *d <= last).collect(),
        kind if kind.is_new_media() => weekly(back(70), last, &mut rng, 2),
        ChannelKind::WorkNews => weekly(back(150), last, &mut rng, 2),
        ChannelKind::Disclosure => weekly(back(120), last, &mut rng, 1),
        ChannelKind::AnnualReport => yearly(plan.first, last, &mut rng),
        ChannelKind::Notices => every(back(200), last, &mut rng, (8, 34)),
        ChannelKind::Faq | ChannelKind::KeyArea => every(back(300), last, &mut rng, (12, 55)),
        _ => every(back(330), last, &mut rng, (14, 60)),
    };
    // The hours are drawn from a stream of their own, so that a longer plan begins as a shorter one does.
    let mut rng = Rng::new(plan.seed, &format!("hours of {}", column.id));
    column.posts = days.into_iter().map(|day| Post::honest(hour(day, column.family, &mut rng))).collect();
}

/// Items are written in office hours; now and then before the monitor comes by.
fn hour(day: Day, family: Family, rng: &mut Rng) -> Stamp {
    let early = rng.chance(10) && !family.is_feed();
    let hour = if early { 7 } else { rng.between(9, 17) };
    stamp(day, u32::try_from(hour).unwrap_or(9), u32::try_from(rng.between(0, 59)).unwrap_or(0))
}

/// At least one in each week, at most `most`, on Mondays to Fridays: never ten quiet days together with the next.
fn weekly(first: Day, last: Day, rng: &mut Rng, most: i64) -> Vec<Day> {
    let mut out = Vec::new();
    let mut week = IsoWeek::of(first);
    while week.days().first <= last {
        let mut days: Vec<Day> =
            (0..rng.between(1, most)).map(|_| shift(week.days().first, rng.between(0, 4))).collect();
        days.sort_unstable();
        days.dedup();
        out.extend(days);
        week = week.next();
    }
    out
}

fn every(first: Day, last: Day, rng: &mut Rng, (low, high): (i64, i64)) -> Vec<Day> {
    let mut day = shift(first, rng.between(0, low));
    let mut out = Vec::new();
    while day <= last {
        out.push(day);
        day = shift(day, rng.between(low, high));
    }
    out
}

fn yearly(first: Day, last: Day, rng: &mut Rng) -> Vec<Day> {
    use chrono::Datelike;
    (first.year() - 4..=last.year())
        .filter_map(|year| Day::from_ymd_opt(year, 1, u32::try_from(rng.between(12, 29)).unwrap_or(20)))
        .filter(|day| *day <= last)
        .collect()
}
