//! Counting columns: so many of a unit's columns are this or that on the day of a check.

use model::{
    CountingMode, Day, DayRange, FindingKey, Flag, Judgement, PeriodKind, Points, Proof, Scope, Unit, Verdict,
};

use crate::case::Docket;
use crate::proof::Standing;
use crate::quota::periods;
use crate::rulebook::Criterion;
use crate::sentence;
use crate::view::View;

/// Columns that one finding names.
const NAMED: usize = 30;

/// What one column is on the day of the check.
pub(crate) enum Column {
    /// It does not count.
    Fine,
    /// It would count, but a waiver holds it.
    Waived,
    /// It counts, or would if it could be proved, over these days.
    Short(DayRange, Standing),
}

/// What a column is that is declared empty or waived on a day of these; `None` where neither speaks for it.
pub(crate) fn excused(docket: &Docket<'_>, criterion: &Criterion, view: &View<'_>, days: &DayRange) -> Option<Column> {
    if docket.declared_empty(view.id(), days).is_some() {
        return Some(Column::Fine);
    }
    let waivers = docket.waivers(&view.unit.id, Some(view.id()), &criterion.id);
    waivers.iter().any(|w| w.days.overlaps(days)).then_some(Column::Waived)
}

/// What is counted.
pub(crate) struct Count<'c> {
    pub(crate) criterion: &'c Criterion,
    pub(crate) period: PeriodKind,
    /// From so many on.
    pub(crate) at_least: u32,
    pub(crate) points: Points,
    /// 超期未更新, 空白.
    pub(crate) what: &'static str,
}

/// Counts the columns on the last day of each period that has passed.
///
/// Proved columns alone can breach; with those that are in doubt the count may be reached, and then it is `unknown`.
pub(crate) fn judge<'v, 'a>(
    docket: &Docket<'_>,
    count: &Count<'_>,
    unit: &Unit,
    columns: &[&'v View<'a>],
    what_is: impl Fn(&'v View<'a>, Day) -> Column,
    found: &mut Vec<Judgement>,
) {
    let Some(from) = columns.iter().map(|v| v.from()).min() else { return };
    for period in periods(count.period, from.max(docket.case.since), docket.today) {
        let days = period.days();
        if days.last >= docket.today {
            continue;
        }
        let mut tally = Tally::default();
        for view in columns {
            match what_is(view, days.last) {
                Column::Fine => {}
                Column::Waived => tally.waived += 1,
                Column::Short(days, standing) if standing.is_proved() => tally.proved.push((*view, days, standing)),
                Column::Short(days, standing) => tally.doubtful.push((*view, days, standing)),
            }
        }
        found.extend(tally.say(docket, count, unit, days));
    }
}

type Short<'v, 'a> = (&'v View<'a>, DayRange, Standing);

#[derive(Default)]
struct Tally<'v, 'a> {
    proved: Vec<Short<'v, 'a>>,
    doubtful: Vec<Short<'v, 'a>>,
    waived: usize,
}

impl Tally<'_, '_> {
    fn verdict(&self, at_least: usize) -> Option<Verdict> {
        let (proved, possible) = (self.proved.len(), self.proved.len() + self.doubtful.len());
        match () {
            () if proved >= at_least => Some(Verdict::Breached),
            () if possible >= at_least => Some(Verdict::Unknown),
            () if possible + self.waived >= at_least => Some(Verdict::Waived),
            () => None,
        }
    }

    fn say(&self, docket: &Docket<'_>, count: &Count<'_>, unit: &Unit, days: DayRange) -> Option<Judgement> {
        let verdict = self.verdict(count.at_least as usize)?;
        let mut proof = self.proof();
        proof.enough = self.sentence(docket, count, verdict, days.last);
        let mut flags: Vec<Flag> = match verdict {
            Verdict::Waived => vec![Flag::Waiver],
            Verdict::Unknown => self.doubtful.iter().flat_map(|(v, days, s)| s.flags(&[*v], days)).collect(),
            _ => proof.items.iter().flat_map(|i| i.flags.iter().map(|f| Flag::from(*f))).collect(),
        };
        flags.sort_unstable();
        flags.dedup();
        Some(Judgement {
            key: FindingKey {
                rulebook: docket.case.rulebook.id.clone(),
                criterion: count.criterion.id.clone(),
                scope: Scope::Section(unit.id.clone()),
                days,
            },
            verdict,
            missing: 1,
            points: if verdict == Verdict::Breached { count.points } else { Points::ZERO },
            mode: CountingMode::EachWindow,
            flags,
            proof,
        })
    }

    /// Of each column its last item, and the look that proves it.
    fn proof(&self) -> Proof {
        let mut proof = Proof::default();
        for (view, days, standing) in self.proved.iter().chain(&self.doubtful).take(NAMED) {
            for part in &view.parts {
                let within = part.looks.within(days);
                proof.within_total += within.len();
                proof.within_good += within.filter(|i| part.looks.get(*i).outcome.is_good()).count();
            }
            proof.items.extend(view.last_before(days.first).map(|(_, i)| view.quote_item(i)));
            proof.after.extend(standing.after.iter().map(|(_, i)| view.quote_look(*i)));
        }
        proof
    }

    fn sentence(&self, docket: &Docket<'_>, count: &Count<'_>, verdict: Verdict, check: Day) -> String {
        let (what, at_least, proved) = (count.what, count.at_least, self.proved.len());
        let waived =
            if self.waived > 0 { format!("；另有{}个已豁免，不计", self.waived) } else { String::new() };
        let names: Vec<String> = self.proved.iter().take(NAMED).map(|(v, ..)| named(v, check)).collect();
        let more = if proved > NAMED { "等" } else { "" };
        let list = if names.is_empty() { String::new() } else { format!("：{}{more}", names.join("、")) };
        match verdict {
            Verdict::Unknown => {
                let first = self.doubtful.first();
                let why =
                    first.map_or_else(String::new, |(v, days, s)| sentence::missing(days, &[*v], s, docket.case.zone));
                format!(
                    "{check}检查时已证实{what}栏目{proved}个{list}，另有{}个待查，达到{at_least}个才不达标；{why}{waived}",
                    self.doubtful.len()
                )
            }
            Verdict::Waived => format!("{check}检查时{what}栏目不足{at_least}个{list}{waived}"),
            _ => format!("{check}检查时有{proved}个栏目{what}{list}；少于{at_least}个即可{waived}"),
        }
    }
}

fn named(view: &View<'_>, check: Day) -> String {
    let name = sentence::title(&view.timeline.channel.name);
    match view.last_before(model::calendar::shift(check, 1)) {
        Some((day, _)) => format!("「{name}」（最近{day}）"),
        None => format!("「{name}」（从无信息）"),
    }
}
