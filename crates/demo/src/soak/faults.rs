//! What is out of order: single columns for hours or weeks, sections for days, the whole site for hours.

use chrono::TimeDelta;
use model::Day;
use model::calendar::shift;

use super::between_rounds;
use crate::Plan;
use crate::clock::Stamp;
use crate::column::{Column, Fault, FaultKind};
use crate::rng::Rng;

/// One in so many troubles is a server that does not answer: each costs the time that the monitor waits.
const HANGS: i64 = 300;

/// Troubles of one column. The first column of all is asked for the time, so it always answers.
pub(super) fn strike(column: &mut Column, plan: &Plan, first: bool) {
    let mut rng = Rng::new(plan.seed, &format!("troubles of {}", column.id));
    let mut day = shift(plan.first, rng.between(1, 40));
    while day <= plan.last() {
        let from = between_rounds(day, &mut rng);
        let (kind, until) = (kind(column, from, &mut rng, first), until(from, &mut rng));
        let until = if kind == FaultKind::Hang { from + TimeDelta::hours(8) } else { until };
        column.faults.push(Fault { from, until, kind });
        day = shift(until.date(), rng.between(2, 90));
    }
}

/// Mostly hours, often days, seldom weeks.
fn until(from: Stamp, rng: &mut Rng) -> Stamp {
    let hours = match rng.between(0, 19) {
        0 => rng.between(24 * 10, 24 * 40),
        1..=5 => rng.between(24, 24 * 7),
        _ => rng.between(4, 23),
    };
    from + TimeDelta::hours(hours)
}

fn kind(column: &Column, from: Stamp, rng: &mut Rng, first: bool) -> FaultKind {
    // A list of a few rows may well lose some, so that is no alarm.
    let long = column.rows(from).len() >= 8;
    match rng.between(0, HANGS) {
        0 if !first => FaultKind::Hang,
        n => match n % 11 {
            1 => FaultKind::Close,
            2 => FaultKind::Challenge,
            3 => FaultKind::Gateway,
            4 => FaultKind::Maintenance,
            5 => FaultKind::SoftMissing,
            6 => FaultKind::Login,
            7 => FaultKind::Frozen(from),
            8 if long && !column.family.is_feed() => FaultKind::Empty,
            9 if long && !column.family.is_feed() => FaultKind::Shrunk,
            10 => FaultKind::Status(429),
            _ => FaultKind::Status(rng.pick(&[500, 502, 503, 504, 404, 403])),
        },
    }
}

/// Sections that are down for days, and the whole site for hours.
pub(super) fn strike_sections(columns: &mut [Column], plan: &Plan) {
    let mut rng = Rng::new(plan.seed, "the whole site");
    for (from, until) in outages(plan, &mut rng, (20, 90), (4, 20)) {
        let fault = Fault { from, until, kind: FaultKind::Status(503) };
        columns.iter_mut().for_each(|c| c.faults.insert(0, fault));
    }
    let sections = columns.iter().map(|c| c.office).max().unwrap_or(0);
    for section in 0..=sections {
        let mut rng = Rng::new(plan.seed, &format!("section {section}"));
        for (from, until) in outages(plan, &mut rng, (30, 150), (12, 120)) {
            let kind = rng.pick(&[FaultKind::Status(502), FaultKind::Challenge, FaultKind::Maintenance]);
            let of = |c: &&mut Column| c.office == section && !c.kind.is_new_media();
            columns.iter_mut().filter(of).for_each(|c| c.faults.insert(0, Fault { from, until, kind }));
        }
    }
}

fn outages(plan: &Plan, rng: &mut Rng, days: (i64, i64), hours: (i64, i64)) -> Vec<(Stamp, Stamp)> {
    let mut out = vec![];
    let mut day: Day = shift(plan.first, rng.between(3, days.1));
    while day <= plan.last() {
        let from = between_rounds(day, rng);
        out.push((from, from + TimeDelta::hours(rng.between(hours.0, hours.1))));
        day = shift(day, rng.between(days.0, days.1));
    }
    out
}
