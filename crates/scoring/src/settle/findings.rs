//! Findings that reach the ledger: breached, of this month or earlier, and confirmed where that is asked for.

use model::{Finding, FindingState, LineSource, Verdict};
use rules::{Criterion, EvidenceBy, Posting};

use super::{Context, Decision, Why, bounded};
use crate::wording;

pub(super) fn decide<'a>(context: &'a Context<'a>) -> impl Iterator<Item = Decision> + 'a {
    context.input.findings.iter().map(move |finding| {
        let key = &finding.judgement.key;
        let source = LineSource::Finding(finding.id);
        let outcome = line(context, finding, source);
        Decision { unit: key.scope.unit(), criterion: key.criterion.clone(), source, outcome }
    })
}

fn line(context: &Context<'_>, finding: &Finding, source: LineSource) -> Result<model::NewLine, Why> {
    let input = context.input;
    let judgement = &finding.judgement;
    let key = &judgement.key;
    if context.posted.contains(&source) {
        return Err(Why::Posted);
    }
    if judgement.verdict != Verdict::Breached {
        return Err(Why::NotBreached);
    }
    if key.rulebook != input.rulebook.id {
        return Err(Why::OtherRulebook);
    }
    if key.month() > input.month {
        return Err(Why::LaterMonth);
    }
    let unit = key.scope.unit();
    let row = context.row(&unit, &key.criterion, key.days.last)?;
    may_post(finding.state, posting(row))?;
    let points = bounded(judgement.points, 1)?;
    let mut line = context.line(key.month(), &unit, &row.id, points, source);
    line.text = wording::of_finding(finding, row, input.month, input.closed);
    Ok(line)
}

/// What the program only proposes is never charged unconfirmed, whatever the row says (RULEBOOK.md).
fn posting(row: &Criterion) -> Posting {
    if row.is_on_trial() {
        return Posting::Shadow;
    }
    match row.evidence {
        EvidenceBy::Auto => row.posting,
        EvidenceBy::Assisted | EvidenceBy::Register => Posting::AfterConfirmation,
    }
}

fn may_post(state: FindingState, posting: Posting) -> Result<(), Why> {
    match (state, posting) {
        (FindingState::Detected | FindingState::Confirmed, Posting::Shadow) => Err(Why::OnTrial),
        (FindingState::Confirmed, _) | (FindingState::Detected, Posting::Automatic) => Ok(()),
        (FindingState::Detected, Posting::AfterConfirmation) => Err(Why::Unconfirmed),
        // A state that follows posting speaks of a line that stood in the ledger once: it is never charged twice.
        (FindingState::Posted | FindingState::Appealed | FindingState::Upheld, _) => Err(Why::Posted),
        (FindingState::Dismissed | FindingState::Reversed | FindingState::Retracted, _) => Err(Why::Withdrawn),
    }
}
