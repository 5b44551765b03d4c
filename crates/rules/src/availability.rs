//! Availability: of the visits to a page in one week not too many may fail (国办秘函〔2019〕19号, 站点无法访问).

use std::collections::{BTreeMap, HashMap};

use model::{
    CountingMode, Day, DayRange, FindingKey, Flag, Judgement, Look, Outcome, PeriodKind, Points, Proof, Reason, Scope,
    Verdict,
};

use crate::case::{Case, Docket};
use crate::fleet::host_of;
use crate::judge::of_kinds;
use crate::looks::Looks;
use crate::quota::periods;
use crate::rulebook::{Criterion, Rule};
use crate::sentence;
use crate::view::View;

/// Looks within so many seconds of each other speak for each other's line.
const TOGETHER: i64 = 300;
/// Looks that are quoted.
const QUOTED: usize = 10;

/// What a look says of the page: it opened, it did not, or the look does not tell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    Opened,
    Failed,
    /// The fault may be ours (own line, a gateway that shuts us out, our reading): no visit at all.
    Untold,
}

/// When other hosts were seen: a page that does not answer accuses its site only while the line is known to be good.
#[derive(Default)]
pub(crate) struct Witnesses {
    /// By stretch of time the hosts seen well; two are enough to answer for any third.
    seen: HashMap<i64, [Option<u32>; 2]>,
    hosts: HashMap<String, u32>,
}

impl Witnesses {
    /// Of all channels of the case; nothing where no row asks for them.
    pub(crate) fn of(case: &Case<'_>) -> Witnesses {
        let mut all = Witnesses::default();
        if !case.rulebook.asks_for_witnesses() {
            return all;
        }
        for timeline in case.timelines {
            let Some(host) = host_of(&timeline.channel.url) else { continue };
            let next = u32::try_from(all.hosts.len()).unwrap_or(u32::MAX);
            let host = *all.hosts.entry(host).or_insert(next);
            for look in timeline.looks.iter().filter(|l| l.at <= case.as_of && l.outcome.is_good()) {
                let hosts = all.seen.entry(stretch(look)).or_default();
                match hosts {
                    [None, _] => hosts[0] = Some(host),
                    [Some(first), None] if *first != host => hosts[1] = Some(host),
                    _ => {}
                }
            }
        }
        all
    }

    /// Was another host than that of `url` seen at the time of this look?
    fn line_was_good(&self, url: &str, look: &Look) -> bool {
        let own = host_of(url).and_then(|h| self.hosts.get(&h).copied());
        let other = |at: i64| self.seen.get(&at).is_some_and(|hosts| hosts.iter().flatten().any(|h| Some(*h) != own));
        let at = stretch(look);
        (at - 1..=at + 1).any(other)
    }
}

fn stretch(look: &Look) -> i64 {
    look.at.timestamp().div_euclid(TOGETHER)
}

/// The parameters of the row.
struct Limits {
    per_day: u32,
    slot_minutes: u32,
    failed_percent: u32,
    warn_percent: u32,
    points: Points,
}

/// Judges each page that the row names, week by week.
///
/// All looks of one slot are one visit, and a visit has failed only when no look of its slot opened the page: looking
/// again sooner after a failure does not weigh the failures. Where a day has fewer visits than the row asks for, nothing
/// is said of the week.
pub(crate) fn judge_all(
    docket: &Docket<'_>,
    criterion: &Criterion,
    views: &[View<'_>],
    witnesses: &Witnesses,
    found: &mut Vec<Judgement>,
) {
    let Rule::Availability { channels, per_day, slot_minutes, failed_percent, warn_percent, points, .. } =
        &criterion.rule
    else {
        return;
    };
    let limits = Limits {
        per_day: *per_day,
        slot_minutes: *slot_minutes,
        failed_percent: *failed_percent,
        warn_percent: *warn_percent,
        points: *points,
    };
    let pages: Vec<&View<'_>> = of_kinds(views, channels, criterion).collect();
    for view in pages {
        for week in periods(PeriodKind::Week, view.from().max(docket.case.since), docket.today) {
            let days = week.days();
            let whole = view.from() <= days.first && view.until().is_none_or(|until| days.last <= until);
            if whole {
                found.extend(judge(docket, criterion, view, days, &limits, witnesses));
            }
        }
    }
}

/// The visits of a week.
struct Week {
    visits: usize,
    failed: usize,
    /// The fewest visits of a day.
    fewest: u32,
    /// Looks that tell nothing of the site.
    untold: usize,
    /// The looks that failed, and those that opened.
    shown: Vec<usize>,
}

impl Week {
    fn of(view: &View<'_>, days: &DayRange, slot_minutes: u32, witnesses: &Witnesses) -> Week {
        let url = &view.timeline.channel.url;
        let mut slots: BTreeMap<(Day, i64), Visit> = BTreeMap::new();
        let (mut failed, mut rest, mut untold) = (Vec::new(), Vec::new(), 0);
        for i in looks(view).within(days) {
            let look = looks(view).get(i).look;
            let visit = visit(look, || witnesses.line_was_good(url, look));
            match visit {
                Visit::Failed => failed.push(i),
                Visit::Opened => rest.push(i),
                Visit::Untold => {
                    untold += 1;
                    rest.push(i);
                    continue;
                }
            }
            let slot =
                slots.entry((look.day, look.at.timestamp().div_euclid(60 * i64::from(slot_minutes)))).or_insert(visit);
            if visit == Visit::Opened {
                *slot = Visit::Opened;
            }
        }
        let per_day = |day: Day| slots.range((day, i64::MIN)..=(day, i64::MAX)).count();
        let fewest = days.days().map(per_day).min().unwrap_or(0);
        let mut shown: Vec<usize> = failed.into_iter().chain(rest).take(QUOTED).collect();
        shown.sort_unstable();
        Week {
            visits: slots.len(),
            failed: slots.values().filter(|v| **v == Visit::Failed).count(),
            fewest: u32::try_from(fewest).unwrap_or(u32::MAX),
            untold,
            shown,
        }
    }

    fn reaches(&self, percent: u32) -> bool {
        self.failed > 0 && self.failed * 100 >= self.visits * percent as usize
    }

    fn said(&self, limits: &Limits) -> String {
        // Rounded down: a share that is said to be 5.0% has reached it.
        let share = (self.failed * 1000).checked_div(self.visits).unwrap_or(0);
        format!(
            "有效访问{}次（每{}分钟至多计1次），打不开{}次，占{}.{}%",
            self.visits,
            limits.slot_minutes,
            self.failed,
            share / 10,
            share % 10
        )
    }
}

/// An answer that says the server is broken is its own; silence is the site's only while others were heard.
fn visit(look: &Look, line_was_good: impl Fn() -> bool) -> Visit {
    match look.outcome {
        Outcome::Read | Outcome::Unchanged | Outcome::Suspect(_) => Visit::Opened,
        Outcome::Failed(Reason::HttpServer) => Visit::Failed,
        Outcome::Failed(Reason::Dns | Reason::Connect | Reason::Timeout) if line_was_good() => Visit::Failed,
        Outcome::Failed(_) | Outcome::Blocked(_) => Visit::Untold,
    }
}

fn judge(
    docket: &Docket<'_>,
    criterion: &Criterion,
    view: &View<'_>,
    days: DayRange,
    limits: &Limits,
    witnesses: &Witnesses,
) -> Option<Judgement> {
    let ended = days.last < docket.today;
    let week = Week::of(view, &days, limits.slot_minutes, witnesses);
    let enough = week.fewest >= limits.per_day;
    let verdict = match ended {
        true if !enough => Verdict::Unknown,
        true if week.reaches(limits.failed_percent) => Verdict::Breached,
        false if week.visits >= limits.per_day as usize && week.reaches(limits.warn_percent) => Verdict::DueSoon,
        _ => return None,
    };
    let waivers = docket.waivers(&view.unit.id, Some(view.id()), &criterion.id);
    let waiver = waivers.iter().find(|w| w.days.overlaps(&days));
    let verdict = match waiver {
        Some(_) if !ended => return None,
        Some(_) => Verdict::Waived,
        None => verdict,
    };
    let said = format!("{}至{}{}", days.first, days.last, week.said(limits));
    let (need, per_day) = (limits.failed_percent, limits.per_day);
    let text = match (verdict, waiver) {
        (_, Some(w)) => format!("{}；{said}", sentence::waiver_of(w)),
        (Verdict::Unknown, _) => format!(
            "尚不能判定：{said}；每天至少要有{per_day}次有效访问，最少的一天只有{}次，另有{}次因本机网络、拦截等原因不作数；\
             请检查监测是否每小时访问首页、本机网络是否正常",
            week.fewest, week.untold
        ),
        (Verdict::DueSoon, _) => format!("{said}；全周达到{need}%即不达标，请网站方检查访问是否正常"),
        _ => format!("{said}；低于{need}%即可"),
    };
    let within = looks(view).within(&days);
    let proof = Proof {
        before: looks(view).before(days.first).map(|i| view.quote_look((0, i))).into_iter().collect(),
        within_total: within.len(),
        within_good: within.filter(|i| looks(view).get(*i).outcome.is_good()).count(),
        within: week.shown.iter().map(|i| view.quote_look((0, *i))).collect(),
        enough: text,
        ..Proof::default()
    };
    let flags = match verdict {
        Verdict::Waived => vec![Flag::Waiver],
        Verdict::Unknown => vec![Flag::Unproved],
        _ => vec![],
    };
    Some(Judgement {
        key: FindingKey {
            rulebook: docket.case.rulebook.id.clone(),
            criterion: criterion.id.clone(),
            scope: Scope::Channel(view.id().clone()),
            days,
        },
        verdict,
        missing: 1,
        points: if verdict == Verdict::Breached { limits.points } else { Points::ZERO },
        mode: CountingMode::EachWindow,
        flags,
        proof,
    })
}

/// The looks at the page itself: a page has no further sources.
fn looks<'v, 'a>(view: &'v View<'a>) -> &'v Looks<'a> {
    &view.parts[0].looks
}
