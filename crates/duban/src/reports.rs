//! From the store to documents: the unit's card and the fairness sheet.

use std::collections::{BTreeMap, BTreeSet};

use model::unit::Life;
use model::{
    Charges, CriterionId, Day, DayRange, Finding, FindingState, LedgerLine, LineSource, Points, RegisterEntry, Scope,
    Unit, UnitId, Verdict,
};
use report::card::{CapLine, CardLine, OpenLine, UnitCard};
use report::fairness::{self, Fairness};
use report::span::Span;
use report::text::Plain;
use report::weekly::Coverage;
use rules::{Criterion, EvidenceBy, QuotaScope, Rule};
use scoring::{Scorecard, StepKind};
use store::{FindingFilter, LedgerFilter, RegisterFilter};

use crate::app::App;
use crate::{judge, letters};

/// How a unit objects.
#[must_use]
pub fn appeal(app: &App) -> String {
    let office = &app.config.district.office;
    format!("如有异议，请注明发现编号或台账序号，连同网页截图、发布记录等材料向{office}书面提出申诉。")
}

/// What the card of a unit is made from, looked up by number.
struct Known {
    /// The findings that lines have charged.
    charged: BTreeMap<i64, Finding>,
    register: BTreeMap<i64, RegisterEntry>,
    lines: Vec<LedgerLine>,
    charges: Charges,
}

impl Known {
    /// The finding that a line charges, also where it charges it anew.
    fn finding(&self, l: &LedgerLine) -> Option<&Finding> {
        self.charged.get(&self.charges.finding(l.seq)?)
    }
}

/// The card of a unit for a year.
///
/// # Errors
/// When the store fails.
pub async fn unit_card(app: &App, unit: &Unit, year: i32) -> anyhow::Result<UnitCard> {
    let of_unit = || Some(unit.id.clone());
    let of_year = |verdict| FindingFilter {
        unit: of_unit(),
        from: Day::from_ymd_opt(year, 1, 1),
        to: Day::from_ymd_opt(year, 12, 31),
        verdict: Some(verdict),
        ..FindingFilter::default()
    };
    let lines = app.store.lines(&LedgerFilter { unit: of_unit(), ..LedgerFilter::default() }).await?;
    let charges = Charges::of(&lines);
    let ids: BTreeSet<i64> = lines.iter().filter_map(|l| charges.finding(l.seq)).collect();
    let entered = RegisterFilter { unit: of_unit(), ..RegisterFilter::default() };
    let known = Known {
        charged: app.store.findings_of(ids).await?.into_iter().map(|f| (f.id, f)).collect(),
        register: app.store.register(&entered).await?.into_iter().map(|e| (e.id, e)).collect(),
        lines,
        charges,
    };
    let mut breached = app.store.findings(&of_year(Verdict::Breached)).await?;
    breached.sort_by_key(|f| f.id);
    let unknown: u64 = app.store.tally(&of_year(Verdict::Unknown)).await?.iter().map(|t| t.count).sum();
    let book = &app.config.rulebook;
    let card = scoring::scorecard(book, unit, &known.lines, year, None);
    Ok(UnitCard {
        district: Plain::new(&app.config.district.name),
        office: Plain::new(&app.config.district.office),
        made_on: app.zone().day(app.clock.now()),
        lines: explained(app, &card, &known),
        caps: caps(&card),
        open: breached.iter().filter_map(|f| open(app, f)).collect(),
        unknown: usize::try_from(unknown)?,
        appeal: Plain::new(&appeal(app)),
        card: letters::card(app, &card),
    })
}

/// Each line that the card counts, with where it comes from and what would have avoided it.
fn explained(app: &App, card: &Scorecard, known: &Known) -> Vec<CardLine> {
    let by_seq: BTreeMap<i64, &LedgerLine> = known.lines.iter().map(|l| (l.seq, l)).collect();
    let groups = card.groups.iter().chain(&card.bonus);
    let steps = groups.flat_map(|g| g.steps.iter().map(move |s| (g, s)));
    // A veto that stands is a step of its own kind, and has its line too.
    let counted = steps.filter(|(_, s)| matches!(s.kind, StepKind::Line | StepKind::Veto));
    let mut lines: Vec<CardLine> = counted
        .filter_map(|(group, step)| {
            let l = *by_seq.get(&step.seq?)?;
            let criterion = app.config.rulebook.criterion(&l.line.criterion);
            Some(CardLine {
                seq: l.seq,
                belongs_to: l.line.belongs_to,
                month: l.line.month,
                criterion: l.line.criterion.to_string(),
                group: group.id.clone(),
                points: l.line.points,
                source: source(l, criterion, known),
                text: Plain::new(&l.line.text),
                sentence: Plain::new(criterion.map_or("", |c| &c.sentence)),
                avoid: Plain::new(&avoid(l, criterion, known)),
                pair: step.pair,
                hash: l.hash.clone(),
            })
        })
        .collect();
    lines.sort_by_key(|l| l.seq);
    lines.dedup_by_key(|l| l.seq);
    lines
}

fn source(l: &LedgerLine, criterion: Option<&Criterion>, known: &Known) -> String {
    let label = report::ledger::source_of(l.line.source, criterion);
    match l.line.source {
        LineSource::Finding(id) => format!("{label} #{id}"),
        LineSource::Register(id) => match known.register.get(&id) {
            Some(e) => format!("{label}第{id}号（{}，{}登记）", e.day, e.who),
            None => format!("{label}第{id}号"),
        },
        LineSource::Anew(seq) => {
            let finding = known.finding(l).map_or_else(String::new, |f| format!("，发现 #{}", f.id));
            format!("{label}（接第{seq}号{finding}）")
        }
        LineSource::ReversalOf(seq) => format!("{label}（第{seq}号）"),
    }
}

/// What would have avoided a deduction; nothing for what was earned or taken back.
fn avoid(l: &LedgerLine, criterion: Option<&Criterion>, known: &Known) -> String {
    let veto = criterion.is_some_and(|c| matches!(c.rule, Rule::Veto { .. }));
    if !l.line.points.is_negative() && !veto {
        return String::new();
    }
    match l.line.source {
        LineSource::Finding(_) | LineSource::Anew(_) => {
            known.finding(l).map_or_else(String::new, |f| f.judgement.proof.enough.clone())
        }
        LineSource::Register(_) => match criterion.map(|c| &c.rule) {
            Some(Rule::Duty { .. }) => "在期限之前完成并报送".to_owned(),
            Some(Rule::External { scored_by, .. }) => format!("以{scored_by}的评分办法为准"),
            _ => "不发生细则所列的情形；认为登记有误的，可以提出申诉".to_owned(),
        },
        LineSource::ReversalOf(_) => String::new(),
    }
}

/// Rows with lines, and those that may still earn something.
fn caps(card: &Scorecard) -> Vec<CapLine> {
    let groups = card.groups.iter().chain(&card.bonus);
    let rows = groups.flat_map(|g| g.criteria.iter().map(move |c| (g, c)));
    let told = rows.filter(|(_, c)| c.raw != Points::ZERO || c.cap.is_some());
    told.map(|(g, c)| CapLine {
        group: g.id.clone(),
        criterion: c.id.to_string(),
        title: Plain::new(&c.title),
        raw: c.raw,
        cap: c.cap,
        counted: c.counted,
    })
    .collect()
}

/// A breach that was found and is neither charged nor set aside.
fn open(app: &App, f: &Finding) -> Option<OpenLine> {
    let key = &f.judgement.key;
    let waits = matches!(f.state, FindingState::Detected | FindingState::Confirmed);
    let criterion = app.config.rulebook.criterion(&key.criterion)?;
    // What is on trial is told to the office only.
    if !waits || criterion.is_on_trial() {
        return None;
    }
    let place = match (&key.scope, &f.judgement.proof.matter) {
        (Scope::Channel(id), _) => app.config.channel(id).map_or_else(|| id.to_string(), |c| c.name.clone()),
        (_, Some(matter)) => format!("{}《{}》", matter.code, matter.title),
        _ => "全部网站栏目".to_owned(),
    };
    Some(OpenLine {
        number: f.id,
        criterion: key.criterion.to_string(),
        place: Plain::new(&format!("{place}，{}至{}", key.days.first, key.days.last)),
        points: f.judgement.points,
        state: Plain::new(f.state.label()),
        avoid: Plain::new(&f.judgement.proof.enough),
    })
}

/// Makes something of the fairness sheet.
///
/// # Errors
/// When the store fails or the sheet cannot be made.
pub async fn fairness<T>(
    app: &App,
    span: Span,
    make: impl FnOnce(&Fairness<'_>) -> Result<T, report::ReportError>,
) -> anyhow::Result<T> {
    let now = app.clock.now();
    let judgements = judge::judgements(app, now).await?;
    let findings = app.store.findings(&FindingFilter::default()).await?;
    let days = span.days();
    let of_span = findings.iter().filter(|f| days.contains(f.judgement.key.days.last));
    let appealed = appealed(app, of_span).await?;
    let lines = app.store.lines(&LedgerFilter::default()).await?;
    let made_on: Day = app.zone().day(now);
    let mut of_row: BTreeMap<CriterionId, u64> = BTreeMap::new();
    for ((row, _), n) in subjects(app, span) {
        *of_row.entry(row).or_default() += n;
    }
    let coverage = coverage(app, span).await?;
    let sheet = Fairness::of(&fairness::Facts {
        district: &app.config.district.name,
        span,
        made_on,
        rulebook: &app.config.rulebook,
        judgements: &judgements,
        subjects: &of_row,
        coverage,
        findings: &findings,
        appealed: &appealed,
        lines: &lines,
        zone: app.zone(),
    });
    Ok(make(&sheet)?)
}

/// Those of the findings against which a unit has ever appealed: a state that came later does not hide it.
async fn appealed<'a>(app: &App, findings: impl Iterator<Item = &'a Finding>) -> anyhow::Result<BTreeSet<i64>> {
    let mut appealed = BTreeSet::new();
    for f in findings {
        let was = match f.state {
            FindingState::Appealed | FindingState::Upheld => true,
            FindingState::Detected | FindingState::Confirmed | FindingState::Dismissed => false,
            // Posted anew after a reversal, reversed after an appeal or by itself: its history tells.
            _ => app.store.events(f.id).await?.iter().any(|e| e.state == FindingState::Appealed),
        };
        if was {
            appealed.insert(f.id);
        }
    }
    Ok(appealed)
}

/// How well the days of a span were seen.
pub(crate) async fn coverage(app: &App, span: Span) -> anyhow::Result<Coverage> {
    let days = span.days();
    let seen = app.store.watched(days).await?;
    let channels = app.config.channels.iter().filter(|c| lives(&c.life, days)).count() as u64;
    // A column that has left the configuration may have been seen too.
    Ok(Coverage { looks: seen.looks, good: seen.good, channels, seen: seen.channels_seen.min(channels) })
}

fn lives(life: &Life, days: DayRange) -> bool {
    life.from <= days.last && life.until.is_none_or(|u| days.first <= u)
}

/// How many columns and accounts, or units as a whole, each row judges, unit by unit. Matters are not among them: they are
/// known by what is said of them.
pub(crate) fn subjects(app: &App, span: Span) -> BTreeMap<(CriterionId, UnitId), u64> {
    let mut all = BTreeMap::new();
    let days = span.days();
    let config = &app.config;
    for row in config.rulebook.criteria.iter().filter(|c| c.evidence != EvidenceBy::Register) {
        for unit in config.units.iter().filter(|u| row.applies_to(u)) {
            let own =
                config.channels.iter().filter(|c| c.id.is_account() && c.id.unit() == unit.id && lives(&c.life, days));
            let n = match &row.rule {
                Rule::Freshness { channels, .. } | Rule::Quota { scope: QuotaScope::Channel(channels), .. } => {
                    own.filter(|c| channels.contains(&c.kind)).count()
                }
                Rule::Quota { scope: QuotaScope::Section, .. }
                | Rule::LateColumns { .. }
                | Rule::BlankColumns { .. } => usize::from(own.filter(|c| c.kind.is_column()).count() > 0),
                _ => 0,
            };
            if n > 0 {
                all.insert((row.id.clone(), unit.id.clone()), n as u64);
            }
        }
    }
    all
}
