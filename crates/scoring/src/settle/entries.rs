//! Register entries that reach the ledger.

use std::collections::BTreeSet;

use model::{LineSource, Month, NewLine, Points, RegisterEntry};
use rules::{Criterion, Rule};

use super::{Context, Decision, Why, bounded};
use crate::wording;

pub(super) fn decide<'a>(context: &'a Context<'a>) -> impl Iterator<Item = Decision> + 'a {
    context.input.register.iter().map(move |entry| {
        let source = LineSource::Register(entry.id);
        let outcome = line(context, entry, source);
        Decision { unit: entry.unit.clone(), criterion: entry.criterion.clone(), source, outcome }
    })
}

/// The entries that a later one takes back. Taking back a taking back restores what it took; an entry that names
/// itself or a later one takes back nothing.
pub(super) fn cancelled(register: &[RegisterEntry]) -> BTreeSet<i64> {
    let mut by_number: Vec<&RegisterEntry> = register.iter().collect();
    by_number.sort_by_key(|e| std::cmp::Reverse(e.id));
    let mut gone = BTreeSet::new();
    for entry in by_number {
        if let Some(target) = entry.cancels.filter(|t| *t < entry.id && !gone.contains(&entry.id)) {
            gone.insert(target);
        }
    }
    gone
}

fn line(context: &Context<'_>, entry: &RegisterEntry, source: LineSource) -> Result<NewLine, Why> {
    let input = context.input;
    if context.posted.contains(&source) {
        return Err(Why::Posted);
    }
    if entry.cancels.is_some() || context.cancelled.contains(&entry.id) {
        return Err(Why::Cancelled);
    }
    let belongs_to = Month::of(entry.day);
    if belongs_to > input.month {
        return Err(Why::LaterMonth);
    }
    let row = context.row(&entry.unit, &entry.criterion, entry.day)?;
    if row.is_on_trial() {
        return Err(Why::OnTrial);
    }
    let (each, total) = points(entry, row)?;
    let mut line = context.line(belongs_to, &entry.unit, &row.id, total, source);
    line.text = wording::of_entry(entry, row, each, total, input.month, input.closed);
    Ok(line)
}

/// Points each, and in all.
fn points(entry: &RegisterEntry, row: &Criterion) -> Result<(Points, Points), Why> {
    let each = match &row.rule {
        Rule::Incident { needs_evidence: true, .. } if entry.evidence.is_none() => return Err(Why::NoEvidence),
        Rule::Incident { points, .. } | Rule::Earned { points, .. } => *points,
        Rule::Duty { late: Some(late), .. } if entry.late => *late,
        Rule::Duty { missing, .. } => *missing,
        Rule::Veto { .. } => Points::ZERO,
        // The other office has scored the whole matter: its figure is taken over, not multiplied.
        Rule::External { .. } => {
            let given = entry.points.ok_or(Why::NoPoints)?;
            return Ok((given, bounded(given, 1)?));
        }
        Rule::Freshness { .. }
        | Rule::Quota { .. }
        | Rule::Availability { .. }
        | Rule::LateColumns { .. }
        | Rule::BlankColumns { .. } => return Err(Why::NotRegistrable),
    };
    Ok((each, bounded(each, entry.count)?))
}
