//! The judgement: each rule over each channel or section, window by window.

use std::collections::BTreeMap;

use model::{
    ChannelId, ChannelKind, CountingMode, CriterionId, DayRange, FindingKey, Flag, Judgement, Points, Scope, Timeline,
    Unit, UnitId, Verdict, Waiver,
};

use crate::case::{Case, Docket};
use crate::proof::{Around, Standing, gather};
use crate::rulebook::{Criterion, EvidenceBy, QuotaScope, Rule};
use crate::sentence::{self, Need};
use crate::together::Together;
use crate::view::{Part, View};
use crate::{availability, blank_columns, fleet, freshness, late_columns, quota};

/// Judges every criterion of the rulebook that looks can decide (freshness, quota, availability, late and blank columns) over the timelines of the case.
///
/// The result is sorted by key and holds every verdict but `met`. It is a pure function of the case; the order of the
/// case's lists does not matter. Where a rule does not apply to a unit, and where a criterion is left to the register,
/// nothing is said at all. Duties are judged apart ([`crate::judge_duties`]).
///
/// # What holds of it, and what does not
/// - Judging channels apart or together gives the same, as long as units and fleets stay together; availability needs all
///   channels together, because the looks at other hosts tell whose line was down.
/// - In `each-window` mode, and with every day well seen, a further item never adds a breach to a channel: it cuts one
///   silence of `q` quiet days into two of together `q − 1`, and ⌊a/N⌋ + ⌊b/N⌋ ≤ ⌊(a + b)/N⌋. In `each-silence` mode that
///   cannot hold: a silence of 40 days counts once, but two of 19 and 20 days, with an item between them, count twice.
///   Nor does it hold of an item before the first one known, with which the clock of the column starts.
/// - A good look that had failed instead never adds a breach for items that are dated on the day they appear. It may for
///   an item that claims an older date: the look that would have shown it to be backdated, and so moved it to a later
///   day, is missing then, and the unit's own claim counts.
#[must_use]
pub fn judge(case: &Case<'_>) -> Vec<Judgement> {
    judge_within(case, &Together::of(case))
}

/// Judges some of the units of a district, where what all of its channels show together is known already.
///
/// The case holds these units and all channels of theirs. Units judged one after the other come to what they come to when
/// they are judged at once.
#[must_use]
pub fn judge_within(case: &Case<'_>, together: &Together) -> Vec<Judgement> {
    let docket = Docket::new(case);
    let views = views(case, together, |_| true);
    let sections = sections(&views);
    let mut found = Vec::new();
    for criterion in case.rulebook.criteria.iter().filter(|c| c.evidence != EvidenceBy::Register) {
        match &criterion.rule {
            Rule::Freshness { channels, .. } => {
                for view in of_kinds(&views, channels, criterion) {
                    freshness::judge(&docket, criterion, view, &mut found);
                }
            }
            Rule::Quota { scope: QuotaScope::Channel(channels), .. } => {
                for view in of_kinds(&views, channels, criterion) {
                    quota::judge_channel(&docket, criterion, view, &mut found);
                }
            }
            Rule::Quota { scope: QuotaScope::Section, .. } => {
                for (unit, columns) in sections.values().filter(|(unit, _)| criterion.applies_to(unit)) {
                    quota::judge_section(&docket, criterion, unit, columns, &mut found);
                }
            }
            Rule::Availability { .. } => {
                availability::judge_all(&docket, criterion, &views, &together.witnesses, &mut found);
            }
            Rule::LateColumns { .. } => {
                for (unit, columns) in sections.values().filter(|(unit, _)| criterion.applies_to(unit)) {
                    late_columns::judge(&docket, criterion, unit, columns, &mut found);
                }
            }
            Rule::BlankColumns { .. } => {
                for (unit, columns) in sections.values().filter(|(unit, _)| criterion.applies_to(unit)) {
                    blank_columns::judge(&docket, criterion, unit, columns, &mut found);
                }
            }
            Rule::Duty { .. }
            | Rule::Incident { .. }
            | Rule::Earned { .. }
            | Rule::Veto { .. }
            | Rule::External { .. } => {}
        }
    }
    found.sort_by(|a, b| a.key.cmp(&b.key));
    found
}

/// The channels of the kinds that are wanted. All sources of an account are of its kind.
pub(crate) fn views<'a>(
    case: &Case<'a>,
    together: &Together,
    is_wanted: impl Fn(ChannelKind) -> bool,
) -> Vec<View<'a>> {
    let units: BTreeMap<&UnitId, &Unit> = case.units.iter().map(|u| (&u.id, u)).collect();
    let mut silent = fleet::by_channel(&together.silences);
    // The channel itself stands before its further sources, for its name is the shorter one.
    let mut timelines: Vec<&Timeline> = case.timelines.iter().filter(|t| is_wanted(t.channel.kind)).collect();
    timelines.sort_by(|a, b| a.channel.id.cmp(&b.channel.id));
    let mut accounts: BTreeMap<ChannelId, Vec<Part<'a>>> = BTreeMap::new();
    for timeline in timelines {
        let days = silent.remove(&timeline.channel.id).unwrap_or_default();
        let alive = timeline.channel.bridge().and_then(|b| together.alive.get(b)).cloned();
        let part = Part::new(timeline, case.as_of, days, alive);
        accounts.entry(timeline.channel.id.account()).or_default().push(part);
    }
    let view = |(id, parts): (ChannelId, Vec<Part<'a>>)| View::new(units.get(&id.unit())?, parts);
    // A source whose channel is not among the timelines cannot be judged alone: its account's own words are missing.
    accounts.into_iter().filter_map(view).filter(|v| v.id().is_account()).collect()
}

type Section<'v, 'a> = (&'a Unit, Vec<&'v View<'a>>);

/// The website columns of each unit.
fn sections<'v, 'a>(views: &'v [View<'a>]) -> BTreeMap<&'a UnitId, Section<'v, 'a>> {
    let mut sections: BTreeMap<&UnitId, Section<'v, 'a>> = BTreeMap::new();
    for view in views.iter().filter(|v| v.timeline.channel.kind.is_column()) {
        sections.entry(&view.unit.id).or_insert_with(|| (view.unit, Vec::new())).1.push(view);
    }
    sections
}

pub(crate) fn of_kinds<'v, 'a>(
    views: &'v [View<'a>],
    kinds: &'v [ChannelKind],
    criterion: &'v Criterion,
) -> impl Iterator<Item = &'v View<'a>> {
    views.iter().filter(|v| kinds.contains(&v.timeline.channel.kind) && criterion.applies_to(v.unit))
}

/// One criterion over one channel or section.
pub(crate) struct Subject<'s> {
    pub(crate) docket: &'s Docket<'s>,
    pub(crate) criterion: &'s CriterionId,
    pub(crate) scope: Scope,
    pub(crate) mode: CountingMode,
    /// Points for each.
    pub(crate) points: Points,
}

/// A window or period that was silent or short.
pub(crate) struct Short<'w> {
    pub(crate) days: DayRange,
    /// Has it passed? Else it is closing soon.
    pub(crate) ended: bool,
    pub(crate) missing: u32,
    pub(crate) need: Need,
    pub(crate) waiver: Option<&'w Waiver>,
}

impl Subject<'_> {
    /// Says what is to be said of a silent or short window over the channels in scope.
    pub(crate) fn say(&self, views: &[&View<'_>], short: &Short<'_>) -> Judgement {
        let standing = Standing::of(views, &short.days);
        let empty =
            !views.is_empty() && views.iter().all(|v| self.docket.declared_empty(v.id(), &short.days).is_some());
        let verdict = match () {
            () if short.waiver.is_some() => Verdict::Waived,
            () if empty => Verdict::NotApplicable,
            () if !short.ended => Verdict::DueSoon,
            () if standing.is_proved() => Verdict::Breached,
            () => Verdict::Unknown,
        };
        let weighed = short.ended.then_some(&standing);
        let mut proof = gather(views, &short.days, weighed, Around::of(views, &short.days));
        proof.enough = self.sentence(verdict, views, short, &standing, &proof);
        let points = if verdict == Verdict::Breached { self.points.times(short.missing.into()) } else { Points::ZERO };
        let mut flags: Vec<Flag> = proof
            .last_before
            .iter()
            .chain(&proof.first_after)
            .chain(&proof.items)
            .flat_map(|item| item.flags.iter().map(|f| Flag::from(*f)))
            .collect();
        flags.extend(weighed.into_iter().flat_map(|s| s.flags(views, &short.days)));
        flags.extend(short.waiver.map(|_| Flag::Waiver));
        flags.sort_unstable();
        flags.dedup();
        let key = FindingKey {
            rulebook: self.docket.case.rulebook.id.clone(),
            criterion: self.criterion.clone(),
            scope: self.scope.clone(),
            days: short.days,
        };
        Judgement { key, verdict, missing: short.missing, points, mode: self.mode, flags, proof }
    }

    fn sentence(
        &self,
        verdict: Verdict,
        views: &[&View<'_>],
        short: &Short<'_>,
        standing: &Standing,
        proof: &model::Proof,
    ) -> String {
        let days = &short.days;
        match (verdict, short.waiver) {
            (_, Some(waiver)) => sentence::waived(days, short.need, proof, waiver),
            (Verdict::NotApplicable, _) => sentence::declared_empty(days),
            (Verdict::DueSoon, _) => sentence::until(days, short.need, proof),
            (Verdict::Unknown, _) => sentence::missing(days, views, standing, self.docket.case.zone),
            _ => sentence::enough(days, short.need, proof),
        }
    }
}
