//! What the ledger comes to: the table of all units, and one unit's card with every step.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use chrono::Datelike as _;
use model::UnitId;
use report::scorecard::{CardView, GroupView};
use serde::Deserialize;
use store::LedgerFilter;

use crate::chart;
use crate::download::{self, Sheet};
use crate::names::{Choice, choices};
use crate::office::Office;
use crate::page::{self, Answer, Frame};
use crate::refused::Refused;
use crate::session::Viewer;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    year: Option<i32>,
    /// `1`: best first. In the order of the configuration otherwise: a ranking is nobody's default.
    rank: Option<String>,
    r#as: Option<String>,
}

struct Row {
    rank: Option<usize>,
    unit: UnitId,
    name: String,
    kind: &'static str,
    groups: Vec<String>,
    total: String,
}

#[derive(Template)]
#[template(path = "scores.html")]
struct ScoresPage {
    frame: Frame,
    year: i32,
    years: Vec<Choice>,
    ranked: bool,
    groups: Vec<(String, String)>,
    rows: Vec<Row>,
    out_of: String,
}

fn years(office: &Office, chosen: i32) -> Vec<Choice> {
    let this = office.today().year();
    choices([this, this - 1, this - 2].map(|y| (y, y)), Some(&chosen.to_string()))
}

pub(crate) async fn board(State(office): State<Arc<Office>>, viewer: Viewer, Query(q): Query<Which>) -> Answer {
    let year = q.year.unwrap_or_else(|| office.today().year());
    let lines = office.store.lines(&LedgerFilter { year: Some(year), ..LedgerFilter::default() }).await?;
    let ranked = q.rank.as_deref() == Some("1");
    let cards = scoring::scoreboard(&office.rulebook, &office.units, &lines, year, None);
    // The table of all units shows sums; the steps to them, a text for each line, stand on the cards.
    let sums = |mut card: scoring::Scorecard| {
        card.groups.iter_mut().chain(&mut card.bonus).for_each(|g| g.steps.clear());
        office.house.card(&card)
    };
    let cards: Vec<CardView> = cards.into_iter().map(sums).collect();
    let kind = |id: &UnitId| office.unit(id).map_or("", |u| u.kind.label());
    let places = report::scorecard::board(&cards, |id| kind(id).to_owned());
    let groups: Vec<(String, String)> =
        office.rulebook.groups.iter().map(|g| (g.id.clone(), g.title.clone())).collect();
    let mut rows: Vec<Row> = places
        .iter()
        .map(|p| Row {
            rank: ranked.then_some(p.rank),
            unit: p.unit.clone(),
            name: p.name.to_string(),
            kind: kind(&p.unit),
            groups: groups
                .iter()
                .map(|(id, _)| {
                    p.groups.iter().find(|(g, _)| g == id).map_or_else(String::new, |(_, points)| points.to_string())
                })
                .collect(),
            total: p.total.to_string(),
        })
        .collect();
    if !ranked {
        rows.sort_by_key(|r| office.units_by_id.get(&r.unit).copied());
    }
    if let Some(form @ ("xlsx" | "csv")) = q.r#as.as_deref() {
        return sheet(&groups, &rows, ranked, form);
    }
    let out_of = cards.first().map_or_else(String::new, |c| c.out_of.to_string());
    page::html(&ScoresPage {
        frame: Frame::new(&office, &viewer, &format!("{year} 年度得分"), "/scores", None),
        year,
        years: years(&office, year),
        ranked,
        groups,
        rows,
        out_of,
    })
}

fn sheet(groups: &[(String, String)], rows: &[Row], ranked: bool, form: &str) -> Answer {
    let titles: Vec<String> = groups.iter().map(|(id, title)| format!("{id} {title}")).collect();
    let head: Vec<&str> = ranked
        .then_some("名次")
        .into_iter()
        .chain(["单位编号", "单位", "类别"])
        .chain(titles.iter().map(String::as_str))
        .chain(["总分"])
        .collect();
    let rows = rows.iter().map(|r| {
        let rank = r.rank.map(|n| n.to_string());
        let names = [r.unit.to_string(), r.name.clone(), r.kind.to_owned()];
        rank.into_iter().chain(names).chain(r.groups.iter().cloned()).chain([r.total.clone()]).collect()
    });
    download::file(form, &Sheet { file: "scores", title: "得分", head, rows: rows.collect() })
}

#[derive(Template)]
#[template(path = "card.html")]
struct CardPage {
    frame: Frame,
    unit: UnitId,
    card: CardView,
    years: Vec<Choice>,
    chart: String,
}

impl CardPage {
    /// The head of a group: what it can give and what it starts with.
    fn head(&self, g: &GroupView) -> String {
        match g.points {
            Some(full) => format!("满分 {full}，起评 {}", g.base),
            None => "加分项".to_owned(),
        }
    }

    fn kind(&self, word: &str) -> &'static str {
        report::scorecard::kind_label(word)
    }
}

pub(crate) async fn card(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Path(id): Path<String>,
    Query(q): Query<Which>,
) -> Answer {
    let id: UnitId = id.parse().map_err(|_| Refused::NotFound)?;
    viewer.sees(&id)?;
    let unit = office.unit(&id).ok_or(Refused::NotFound)?;
    let year = q.year.unwrap_or_else(|| office.today().year());
    let of_year = LedgerFilter { unit: Some(id.clone()), year: Some(year), ..LedgerFilter::default() };
    let lines = office.store.lines(&of_year).await?;
    let card = office.house.card(&scoring::scorecard(&office.rulebook, unit, &lines, year, None));
    match q.r#as.as_deref() {
        Some("csv") => {
            let text = report::scorecard::csv(std::slice::from_ref(&card))?;
            return Ok(download::named(&format!("card-{id}"), "csv", "text/csv; charset=utf-8", text.into_bytes()));
        }
        Some("xlsx") => return download::file("xlsx", &card_sheet(&id, &card)),
        _ => {}
    }
    let here = format!("/scores/{id}");
    let here = if viewer.bound().is_some() { here.as_str() } else { "/scores" };
    page::html(&CardPage {
        frame: Frame::new(&office, &viewer, &format!("{}得分", card.unit_name), here, None),
        chart: chart::deductions(&office, Some(&id)).await?,
        unit: id,
        years: years(&office, year),
        card,
    })
}

fn card_sheet(id: &UnitId, card: &CardView) -> Sheet<'static> {
    let steps = card.groups.iter().flat_map(|g| g.steps.iter().map(move |s| (g, s)));
    let rows = steps.map(|(g, s)| {
        vec![
            id.to_string(),
            card.unit_name.to_string(),
            card.year.to_string(),
            format!("{} {}", g.id, g.title),
            report::scorecard::kind_label(&s.kind).to_owned(),
            s.seq.map_or_else(String::new, |n| n.to_string()),
            s.month.map_or_else(String::new, |m| m.to_string()),
            s.criterion.clone().unwrap_or_default(),
            s.text.to_string(),
            s.points.to_string(),
            s.running.to_string(),
        ]
    });
    Sheet { file: "card", title: "得分", head: report::scorecard::CARD_COLUMNS.to_vec(), rows: rows.collect() }
}
