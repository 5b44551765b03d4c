//! The leader's screen: the district at a glance.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use chrono::Datelike as _;
use model::calendar::shift;
use model::{Channel, ChannelId, ChannelKind, Day, DayRange, FindingState, Month, Points, UnitId, Verdict};
use serde::Deserialize;
use store::{FindingFilter, Listed};

use crate::chart;
use crate::download::{self, Sheet};
use crate::findings::{Line, line};
use crate::office::Office;
use crate::page::{self, Answer, Frame};
use crate::session::Viewer;

/// Days across the heat map: six weeks.
const DAYS: i64 = 42;

/// What the heat map may show: the kinds of channel that the table asks most of.
const KINDS: [ChannelKind; 2] = [ChannelKind::WorkNews, ChannelKind::Wechat];

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    kind: Option<String>,
    r#as: Option<String>,
}

/// One unit on one day.
struct Cell {
    class: &'static str,
    mark: &'static str,
    says: String,
}

struct HeatRow {
    unit: UnitId,
    name: String,
    cells: Vec<Cell>,
}

struct DayHead {
    day: Day,
    number: u32,
    monday: bool,
}

struct UnitRow {
    unit: UnitId,
    name: String,
    count: u64,
    points: String,
}

#[derive(Template)]
#[template(path = "district.html")]
struct DistrictPage {
    frame: Frame,
    month: Month,
    breaches: u64,
    points: String,
    due: u64,
    unknown: u64,
    appeals: u64,
    looks: u64,
    good: u64,
    coverage: String,
    channels_seen: u64,
    channels: usize,
    kinds: Vec<(&'static str, &'static str, bool)>,
    days: Vec<DayHead>,
    heat: Vec<HeatRow>,
    units: Vec<UnitRow>,
    due_rows: Vec<Line>,
    chart: String,
    decides: bool,
}

pub(crate) async fn show(State(office): State<Arc<Office>>, viewer: Viewer, Query(q): Query<Which>) -> Answer {
    let today = office.today();
    let month = Month::of(today);
    let kind = KINDS.into_iter().find(|k| Some(k.word()) == q.kind.as_deref()).unwrap_or(KINDS[0]);
    let days = DayRange { first: shift(today, 1 - DAYS), last: today };
    let heat = heat(&office, kind, days).await?;
    if let Some(form @ ("xlsx" | "csv")) = q.r#as.as_deref() {
        return sheet(&heat, days, form);
    }
    let all = FindingFilter { without: office.on_trial(), ..FindingFilter::default() };
    let of_month = FindingFilter { month: Some(month), verdict: Some(Verdict::Breached), ..all.clone() };
    let breached = office.store.finding_list(&of_month, 0, 20_000).await?;
    let breached: Vec<Listed> =
        breached.into_iter().filter(|f| !matches!(f.state, FindingState::Dismissed | FindingState::Reversed)).collect();
    let open = FindingFilter { from: Some(today), verdict: Some(Verdict::DueSoon), ..all.clone() };
    let mut due = office.store.finding_list(&open, 0, 20_000).await?;
    due.sort_by_key(|f| (f.days.last, f.id));
    let count = async |filter: FindingFilter| -> Result<u64, crate::refused::Refused> {
        Ok(office.store.tally(&filter).await?.iter().map(|t| t.count).sum())
    };
    let unknown =
        count(FindingFilter { month: Some(month), verdict: Some(Verdict::Unknown), ..FindingFilter::default() })
            .await?;
    let appeals = count(FindingFilter { state: Some(FindingState::Appealed), ..all }).await?;
    let watched = office.store.watched(DayRange { first: shift(today, -6), last: today }).await?;
    page::html(&DistrictPage {
        frame: Frame::new(&office, &viewer, "全区总览", "/district", None),
        month,
        breaches: breached.len() as u64,
        points: breached.iter().map(|f| f.points).sum::<Points>().to_string(),
        due: due.len() as u64,
        unknown,
        appeals,
        looks: watched.looks,
        good: watched.good,
        coverage: percent(watched.good, watched.looks),
        channels_seen: watched.channels_seen,
        channels: office.channels.iter().filter(|c| c.life.contains(today)).count(),
        kinds: KINDS.map(|k| (k.word(), k.label(), k == kind)).to_vec(),
        days: days
            .days()
            .map(|day| DayHead { day, number: day.day(), monday: day.weekday() == chrono::Weekday::Mon })
            .collect(),
        units: units(&office, &breached),
        due_rows: due.iter().take(12).map(|f| line(&office, f)).collect(),
        chart: chart::deductions(&office, None).await?,
        decides: viewer.decides(),
        heat,
    })
}

fn percent(part: u64, whole: u64) -> String {
    match (part * 1000).checked_div(whole) {
        Some(n) => format!("{}.{}%", n / 10, n % 10),
        None => "—".to_owned(),
    }
}

/// Units with a breach, in the order of the configuration: it is no ranking.
fn units(office: &Office, breached: &[Listed]) -> Vec<UnitRow> {
    let mut by_unit: BTreeMap<&UnitId, (u64, Points)> = BTreeMap::new();
    for f in breached {
        let (count, points) = by_unit.entry(&f.unit).or_default();
        *count += 1;
        *points += f.points;
    }
    let row = |u: &model::Unit| {
        let (count, points) = by_unit.get(&u.id)?;
        Some(UnitRow { unit: u.id.clone(), name: u.name.clone(), count: *count, points: points.to_string() })
    };
    office.units.iter().filter_map(row).collect()
}

/// How bad a verdict is on the map: where a unit has several channels, the worst is shown.
fn weight(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Breached => 5,
        Verdict::Unknown => 4,
        Verdict::DueSoon => 3,
        Verdict::Waived | Verdict::NotApplicable => 2,
        Verdict::Met => 0,
    }
}

async fn heat(office: &Office, kind: ChannelKind, days: DayRange) -> Result<Vec<HeatRow>, crate::refused::Refused> {
    let alive = |c: &&Channel| c.kind == kind && c.life.contains(days.last);
    let channels: Vec<Channel> = office.sources.iter().filter(alive).cloned().collect();
    let ids: HashSet<&ChannelId> = channels.iter().map(|c| &c.id).collect();
    let filter = FindingFilter { from: Some(days.first), without: office.on_trial(), ..FindingFilter::default() };
    let found = office.store.finding_list(&filter, 0, 50_000).await?;
    let mut windows: HashMap<UnitId, Vec<&Listed>> = HashMap::new();
    for f in found.iter().filter(|f| f.channel.as_ref().is_some_and(|c| ids.contains(c))) {
        windows.entry(f.unit.clone()).or_default().push(f);
    }
    let mut published: HashMap<(UnitId, Day), u32> = HashMap::new();
    for (account, of_day) in crate::published::published(office, &channels, days).await? {
        for (day, items) in of_day {
            *published.entry((account.unit(), day)).or_default() += items;
        }
    }
    let with: HashSet<UnitId> = ids.iter().map(|c| c.unit()).collect();
    let shown = office.units.iter().filter(|u| with.contains(&u.id));
    let row = |u: &model::Unit| {
        let own = windows.get(&u.id).map_or(&[][..], Vec::as_slice);
        let cell = |day: Day| cell(day, own, published.get(&(u.id.clone(), day)).copied().unwrap_or(0));
        HeatRow { unit: u.id.clone(), name: u.name.clone(), cells: days.days().map(cell).collect() }
    };
    Ok(shown.map(row).collect())
}

fn cell(day: Day, windows: &[&Listed], items: u32) -> Cell {
    let dismissed = |f: &Listed| matches!(f.state, FindingState::Dismissed | FindingState::Reversed);
    let of_day = windows.iter().filter(|f| f.days.contains(day) && !dismissed(f));
    let worst = of_day.max_by_key(|f| weight(f.verdict)).map(|f| f.verdict).filter(|v| weight(*v) > 0);
    let mark = match (items, worst) {
        (1.., _) => "●",
        (_, Some(Verdict::Breached)) => "×",
        (_, Some(Verdict::Unknown)) => "?",
        (_, Some(Verdict::DueSoon)) => "!",
        (_, Some(_)) => "–",
        _ => "",
    };
    let class = match (worst, items) {
        (Some(v), _) => crate::findings::tone(v),
        (None, 1..) => "good",
        (None, 0) => "",
    };
    let says = match (worst, items) {
        (Some(v), 0) => format!("{day} {}", v.label()),
        (Some(v), n) => format!("{day} {}，发布 {n} 条", v.label()),
        (None, 0) => format!("{day} 无发布"),
        (None, n) => format!("{day} 发布 {n} 条"),
    };
    Cell { class, mark, says }
}

fn sheet(heat: &[HeatRow], days: DayRange, form: &str) -> Answer {
    let head: Vec<String> =
        ["单位编号".to_owned(), "单位".to_owned()].into_iter().chain(days.days().map(|d| d.to_string())).collect();
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let rows = heat.iter().map(|r| {
        let cells = r.cells.iter().map(|c| c.says.split_once(' ').map_or("", |(_, says)| says).to_owned());
        [r.unit.to_string(), r.name.clone()].into_iter().chain(cells).collect()
    });
    download::file(form, &Sheet { file: "heat", title: "更新热力图", head, rows: rows.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(verdict: Verdict, state: FindingState) -> Listed {
        let day = |d: &str| d.parse::<Day>().unwrap();
        Listed {
            id: 1,
            unit: "jyj".parse().unwrap(),
            channel: None,
            criterion: "B1.1".parse().unwrap(),
            days: DayRange { first: day("2026-03-01"), last: day("2026-03-14") },
            month: "2026-03".parse().unwrap(),
            verdict,
            missing: 1,
            points: Points::ZERO,
            flags: vec![],
            state,
        }
    }

    #[test]
    fn the_worst_window_of_a_day_is_shown_and_what_was_taken_back_is_not() {
        let (breach, unknown) =
            (listed(Verdict::Breached, FindingState::Posted), listed(Verdict::Unknown, FindingState::Detected));
        let day = "2026-03-05".parse().unwrap();
        assert_eq!(cell(day, &[&unknown, &breach], 0).class, "bad");
        assert_eq!(cell(day, &[&unknown], 2).mark, "●");
        let reversed = listed(Verdict::Breached, FindingState::Reversed);
        assert_eq!(cell(day, &[&reversed], 0).class, "");
        assert_eq!(cell("2026-04-01".parse().unwrap(), &[&breach], 1).class, "good");
        assert_eq!((percent(1, 3), percent(0, 0)), ("33.3%".to_owned(), "—".to_owned()));
    }
}
