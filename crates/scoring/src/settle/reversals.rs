//! 红冲: one mirror line for each line that is taken back, and never a second.

use std::collections::BTreeMap;

use model::{FindingState, LedgerLine, LineSource, NewLine};

use super::{Context, Decision, Why};
use crate::wording;

/// What is handed in to be reversed, and what follows from the findings and the register themselves: a posted finding
/// that was taken back or unmade, a posted entry that a later one cancels.
pub(super) fn decide<'a>(context: &'a Context<'a>) -> impl Iterator<Item = Decision> + 'a {
    let input = context.input;
    let unmade: BTreeMap<i64, bool> = input.findings.iter().map(|f| (f.id, is_unmade(f.state))).collect();
    let follows = input.existing.iter().filter(move |l| match l.line.source {
        LineSource::Finding(_) | LineSource::Anew(_) => {
            context.charges.finding(l.seq).is_some_and(|id| unmade.get(&id) == Some(&true))
        }
        LineSource::Register(id) => context.cancelled.contains(&id),
        LineSource::ReversalOf(_) => false,
    });
    input.to_reverse.iter().chain(follows).map(move |line| {
        let source = LineSource::ReversalOf(line.seq);
        let outcome = mirror(context, line, source);
        Decision { unit: line.line.unit.clone(), criterion: line.line.criterion.clone(), source, outcome }
    })
}

fn is_unmade(state: FindingState) -> bool {
    matches!(state, FindingState::Dismissed | FindingState::Reversed | FindingState::Retracted)
}

fn mirror(context: &Context<'_>, old: &LedgerLine, source: LineSource) -> Result<NewLine, Why> {
    if matches!(old.line.source, LineSource::ReversalOf(_)) {
        return Err(Why::ReversalOfReversal);
    }
    if context.posted.contains(&source) {
        return Err(Why::Posted);
    }
    if let Some(why) = super::findings::must_stay(context, old) {
        return Err(why);
    }
    let was = &old.line;
    let month = context.input.month;
    let text = wording::of_reversal(old.seq, was.criterion.as_str(), was.points, was.belongs_to, month);
    // All but month, points, source and text stays as it was, the rulebook too: only then does the pair cancel.
    Ok(NewLine { month, points: -was.points, source, text, ..was.clone() })
}
