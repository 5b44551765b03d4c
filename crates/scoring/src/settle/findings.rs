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
    // A line that took too much or too little is taken back, and what the finding costs now is charged in its place.
    let other = standing.filter(|old| {
        matches!(finding.state, FindingState::Posted | FindingState::Upheld)
            && judgement.points != old.line.points
            && input.to_reverse.iter().any(|l| l.seq == old.seq)
    });
    if standing.is_some() && other.is_none() {
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
    match (other, posting(row, key.scope.matter().is_some())) {
        // What a person has to confirm was confirmed at what it cost then: no more is charged without another word.
        (Some(old), Posting::AfterConfirmation) if judgement.points < old.line.points => {
            return Err(Why::MoreUnconfirmed);
        }
        (Some(old), Posting::Shadow) if judgement.points < old.line.points => return Err(Why::OnTrial),
        (Some(_), _) => {}
        (None, posting) => may_post(finding.state, posting)?,
    }
    let points = bounded(judgement.points, 1)?;
    let mut line = context.line(key.month(), &unit, &row.id, points, source);
    line.text = wording::of_finding(finding, row, input.month, input.closed);
    match (source, other) {
        (LineSource::Anew(seq), Some(old)) => line.text.push_str(&format!(
            "；第{seq}号原记{}分，现查明应记{}分，原行已红冲，按现有材料重新入账",
            old.line.points.signed(),
            points.signed()
        )),
        (LineSource::Anew(seq), None) => line.text.push_str(&format!("；第{seq}号已红冲，按现有材料重新入账")),
        _ => {}
    }
    Ok(line)
}

/// Is this line of a finding that is still breached and costs more by now? Such a line is only taken back together with
/// its being charged anew; where that is not to be, this says why, and the smaller line stands.
pub(super) fn must_stay(context: &Context<'_>, old: &model::LedgerLine) -> Option<Why> {
    let id = context.charges.finding(old.seq)?;
    let finding = context.input.findings.iter().find(|f| f.id == id)?;
    let stands = matches!(finding.state, FindingState::Posted | FindingState::Upheld);
    let grown = finding.judgement.verdict == Verdict::Breached && finding.judgement.points < old.line.points;
    if !(stands && grown) {
        return None;
    }
    line(context, finding, context.charges.next_source(id)).err()
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
