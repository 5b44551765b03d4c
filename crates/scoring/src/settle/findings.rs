//! Findings that reach the ledger: breached, of this month or earlier, and confirmed where that is asked for.

use model::{Finding, FindingState, LineSource, Verdict};
use rules::{Criterion, EvidenceBy, Posting, Rule};

use super::{Context, Decision, Why, bounded};
use crate::wording;

pub(super) fn decide<'a>(context: &'a Context<'a>) -> impl Iterator<Item = Decision> + 'a {
    context.input.findings.iter().map(move |finding| {
        let key = &finding.judgement.key;
        let outcome = line(context, finding, context.charges.next_source(finding.id));
        let source = outcome.as_ref().map_or(LineSource::Finding(finding.id), |line| line.source);
        Decision { unit: key.scope.unit(), criterion: key.criterion.clone(), source, outcome }
    })
}

fn line(context: &Context<'_>, finding: &Finding, source: LineSource) -> Result<model::NewLine, Why> {
    let input = context.input;
    let judgement = &finding.judgement;
    let key = &judgement.key;
    let standing = context.charges.standing(finding.id).and_then(|seq| input.existing.iter().find(|l| l.seq == seq));
    // A line that took too much is taken back, and what the finding costs now is charged in its place.
    let too_much = standing.is_some_and(|old| {
        matches!(finding.state, FindingState::Posted | FindingState::Upheld)
            && judgement.points > old.line.points
            && input.to_reverse.iter().any(|l| l.seq == old.seq)
    });
    if standing.is_some() && !too_much {
        return Err(Why::Posted);
    }
    match judgement.verdict {
        Verdict::Breached => {}
        Verdict::Unknown => return Err(Why::Unknown),
        _ => return Err(Why::NotBreached),
    }
    if key.rulebook != input.rulebook.id {
        return Err(Why::OtherRulebook);
    }
    if key.month() > input.month {
        return Err(Why::LaterMonth);
    }
    let unit = key.scope.unit();
    let row = context.row(&unit, &key.criterion, key.days.last)?;
    if matches!(row.rule, Rule::External { .. } | Rule::Earned { .. }) {
        return Err(Why::Elsewhere);
    }
    if !too_much {
        may_post(finding.state, posting(row, key.scope.matter().is_some()))?;
    }
    let points = bounded(judgement.points, 1)?;
    let mut line = context.line(key.month(), &unit, &row.id, points, source);
    line.text = wording::of_finding(finding, row, input.month, input.closed);
    if let LineSource::Anew(seq) = source {
        line.text.push_str(&format!("；第{seq}号已红冲，按现有材料重新入账"));
    }
    Ok(line)
}

/// What the program only proposes is never charged unconfirmed, whatever the row says (RULEBOOK.md). What a register says
/// of a matter has been said by people: its entries, and the statement that it is complete.
fn posting(row: &Criterion, of_matter: bool) -> Posting {
    if row.is_on_trial() {
        return Posting::Shadow;
    }
    match row.evidence {
        EvidenceBy::Auto => row.posting,
        EvidenceBy::Register if of_matter => row.posting,
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
