//! Fleet silence (section 1): a bridge that goes blind for all its accounts together proves nothing.

use std::collections::BTreeSet;

use model::Day;
use model::calendar::shift;

use super::witness::Witness;
use crate::clock::Stamp;
use crate::column::Column;
use crate::district::District;

/// A fleet smaller than this is judged account by account.
const SMALLEST: usize = 5;

/// What the looks up to the end of `as_of` saw, channel by channel, the blind bridge's looks taken out.
pub(crate) fn witnesses(district: &District, as_of: Day) -> Vec<Witness> {
    let blind = blind_days(district, as_of);
    let watch = |column: &Column| {
        Witness::watch(column, watched(district, column, as_of), |day| column.bridged && blind.contains(&day))
    };
    district.columns().iter().map(watch).collect()
}

/// When the channel is looked at.
fn watched<'a>(district: &'a District, column: &Column, as_of: Day) -> impl Iterator<Item = Stamp> + use<'a> {
    let (from, until) = district.life(column);
    let last = as_of.min(district.plan().last());
    let last = until.map_or(last, |until| until.min(last));
    from.iter_days().take_while(move |day| *day <= last).flat_map(|day| district.rounds().seeing(day))
}

/// Days whose looks through the bridge are not to be believed.
fn blind_days(district: &District, as_of: Day) -> BTreeSet<Day> {
    let fleet: Vec<Witness> = district
        .columns()
        .iter()
        .filter(|c| c.bridged)
        .map(|c| Witness::watch(c, watched(district, c, as_of), |_| false))
        .collect();
    let mut blind = BTreeSet::new();
    if fleet.len() < SMALLEST {
        return blind;
    }
    for day in district.plan().first.iter_days().take_while(|d| *d <= as_of) {
        let published = |w: &Witness, from: i64, to: i64| (from..=to).any(|n| w.updated(shift(day, n)));
        let before: Vec<&Witness> = fleet.iter().filter(|w| published(w, -27, -14)).collect();
        let silent = before.iter().filter(|w| !published(w, -13, 0)).count();
        if silent * 5 > before.len() * 4 {
            blind.extend((-13..=0).map(|n| shift(day, n)));
        }
    }
    blind
}
