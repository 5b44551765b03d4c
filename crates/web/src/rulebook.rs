//! The scoring table with its sentences, and how each is counted.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;

use crate::download::{self, Sheet};
use crate::office::Office;
use crate::page::{self, Answer, Frame};
use crate::session::Viewer;

struct GroupView {
    id: String,
    title: String,
    points: String,
    rows: Vec<RowView>,
}

struct RowView {
    id: String,
    title: String,
    sentence: String,
    note: Option<String>,
    how: String,
    by: &'static str,
    applies: String,
}

#[derive(Template)]
#[template(path = "rulebook.html")]
struct RulebookPage {
    frame: Frame,
    name: String,
    source: String,
    groups: Vec<GroupView>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    r#as: Option<String>,
}

pub(crate) async fn show(State(office): State<Arc<Office>>, viewer: Viewer, Query(q): Query<Which>) -> Answer {
    let book = &office.rulebook;
    let groups: Vec<GroupView> = book
        .groups
        .iter()
        .map(|g| GroupView {
            id: g.id.clone(),
            title: g.title.clone(),
            points: match g.points {
                Some(full) => format!("满分 {full}，起评 {}", g.base),
                None => "加分项".to_owned(),
            },
            rows: book.criteria.iter().filter(|c| c.group == g.id).map(row).collect(),
        })
        .collect();
    if let Some(form @ ("xlsx" | "csv")) = q.r#as.as_deref() {
        return download::file(form, &sheet(&groups));
    }
    page::html(&RulebookPage {
        frame: Frame::new(&office, &viewer, "考核细则", "/rulebook", None),
        name: book.name.clone(),
        source: book.source.clone(),
        groups,
    })
}

fn row(c: &rules::Criterion) -> RowView {
    let kinds: Vec<&str> = c.unit_kinds.iter().map(|k| k.label()).collect();
    let applies = match (c.only_units.is_empty(), kinds.is_empty()) {
        (false, _) => c.only_units.join("、"),
        (true, false) => kinds.join("、"),
        (true, true) => "全部单位".to_owned(),
    };
    RowView {
        id: c.id.to_string(),
        title: c.title.clone(),
        sentence: c.sentence.clone(),
        note: c.note.clone(),
        how: report::counted::how(c),
        by: report::counted::by(c),
        applies,
    }
}

fn sheet(groups: &[GroupView]) -> Sheet<'static> {
    let rows = groups.iter().flat_map(|g| {
        g.rows.iter().map(move |r| {
            vec![
                format!("{} {}", g.id, g.title),
                r.id.clone(),
                r.title.clone(),
                r.sentence.clone(),
                r.how.clone(),
                r.by.to_owned(),
                r.applies.clone(),
                r.note.clone().unwrap_or_default(),
            ]
        })
    });
    Sheet {
        file: "rulebook",
        title: "考核细则",
        head: vec!["一级指标", "指标", "二级指标", "细则原文", "怎样计分", "取证方式", "适用单位", "校注"],
        rows: rows.collect(),
    }
}
