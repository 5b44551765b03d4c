//! What people decide about findings: the clerk's decisions, the unit's appeal, and the list of open appeals.

use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Multipart, Path, Query, State};
use model::FindingState;
use serde::Deserialize;
use store::{Decision, FindingFilter, Listed};

use crate::download::{self, Sheet};
use crate::finding::{DECISIONS, seen};
use crate::findings::{ALL, Line, line};
use crate::office::Office;
use crate::page::{self, Answer, Frame};
use crate::pager::Pager;
use crate::refused::Refused;
use crate::session::Viewer;

/// The largest file that comes with an appeal.
pub(crate) const LARGEST_FILE: usize = 16 * 1024 * 1024;

#[derive(Deserialize)]
pub(crate) struct Deed {
    action: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    document: String,
}

pub(crate) async fn decide(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Path(id): Path<i64>,
    Form(deed): Form<Deed>,
) -> Answer {
    let (_, decision) = DECISIONS.into_iter().find(|(word, _)| *word == deed.action).ok_or(Refused::NotFound)?;
    let document = Some(deed.document.trim()).filter(|d| !d.is_empty());
    office.store.decide(id, decision, &viewer.who(), deed.reason.trim(), document, office.now()).await?;
    page::done(&format!("/findings/{id}"), word(decision), format!("发现 {id}：{}", decision.label()))
}

fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Confirm => "confirmed",
        Decision::Dismiss => "dismissed",
        Decision::Appeal => "appealed",
        Decision::Uphold => "upheld",
        Decision::Reverse => "reversed",
    }
}

/// Confirms the marked findings of the inbox, each by itself: one that cannot be confirmed any more does not keep the
/// others back, and is named.
pub(crate) async fn confirm_many(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Form(fields): Form<Vec<(String, String)>>,
) -> Answer {
    let ids = fields.iter().filter(|(key, _)| key == "id").filter_map(|(_, v)| v.parse::<i64>().ok());
    let (mut done, mut not) = (vec![], vec![]);
    for id in ids {
        match office.store.decide(id, Decision::Confirm, &viewer.who(), "", None, office.now()).await {
            Ok(_) => done.push(id.to_string()),
            Err(e) => not.push(e.to_string()),
        }
    }
    if done.is_empty() && not.is_empty() {
        return Err(Refused::Entered("没有勾选任何发现；请返回勾选后再确认。".to_owned()));
    }
    if !not.is_empty() {
        return Err(Refused::Conflict(format!("已确认 {} 条；未能确认的：{}。", done.len(), not.join("；"))));
    }
    page::done("/findings?tab=new", "confirmed", format!("确认发现 {}", done.join("、")))
}

/// The unit objects, with its reason and, where it has one, a file.
pub(crate) async fn appeal(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Path(id): Path<i64>,
    mut form: Multipart,
) -> Answer {
    seen(&office, &viewer, id).await?;
    let unreadable = |e: axum::extract::multipart::MultipartError| {
        Refused::Entered(format!("附件无法读取，或超过 16 MiB（{}）；请返回重新提交。", e.status()))
    };
    let (mut reason, mut file) = (String::new(), None);
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        match field.name() {
            Some("reason") => reason = field.text().await.map_err(unreadable)?,
            Some("file") => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let bytes = field.bytes().await.map_err(unreadable)?;
                // A form without a chosen file still sends the empty field.
                if !bytes.is_empty() {
                    file = Some((report::text::Plain::short(&name, 120).to_string(), bytes));
                }
            }
            _ => {}
        }
    }
    let handed_in = file.as_ref().map(|(name, bytes)| (name.as_str(), &bytes[..]));
    office.store.appeal(id, &viewer.who(), reason.trim(), handed_in, office.now()).await?;
    let with = if file.is_some() { "，附材料" } else { "" };
    page::done(&format!("/findings/{id}"), "appealed", format!("对发现 {id} 提出申诉{with}"))
}

#[derive(Template)]
#[template(path = "appeals.html")]
struct AppealsPage {
    frame: Frame,
    total: u64,
    open: Vec<Open>,
    pager: Pager,
    decided: Vec<Line>,
}

struct Open {
    line: Line,
    who: String,
    at: String,
    reason: String,
    file: Option<(i64, String)>,
}

/// Appeals on a page.
const ROWS: u32 = 50;

/// Decided appeals that the page still shows; a file holds all.
const DECIDED: u32 = 20;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    page: Option<u32>,
    told: Option<String>,
    r#as: Option<String>,
}

pub(crate) async fn appeals(State(office): State<Arc<Office>>, viewer: Viewer, Query(q): Query<Which>) -> Answer {
    let of = |state| FindingFilter { state: Some(state), ..FindingFilter::default() };
    let form = q.r#as.as_deref().filter(|f| matches!(*f, "xlsx" | "csv"));
    let total = office.store.waiting().await?.appeals;
    let pager = Pager::new("/appeals", q.page, total, ROWS);
    let (skip, limit) = if form.is_some() { (0, ALL) } else { (pager.skip, ROWS) };
    let appeals = office.store.open_appeals(skip, limit).await?;
    let ids: Vec<i64> = appeals.iter().map(|a| a.finding).collect();
    let found = office.store.listed_of(&ids).await?;
    let found: HashMap<i64, &Listed> = found.iter().map(|f| (f.id, f)).collect();
    let open = appeals.into_iter().filter_map(|a| {
        Some(Open {
            line: line(&office, found.get(&a.finding)?),
            who: a.who,
            at: office.zone.local(a.at),
            reason: a.reason,
            file: a.file.map(|name| (a.seq, report::text::Plain::short(&name, 80).to_string())),
        })
    });
    let open: Vec<Open> = open.collect();
    let some = if form.is_some() { ALL } else { DECIDED };
    let mut decided = office.store.finding_list(&of(FindingState::Upheld), 0, some).await?;
    decided.extend(office.store.finding_list(&of(FindingState::Reversed), 0, some).await?);
    decided.sort_by_key(|f| std::cmp::Reverse((f.days.last, f.id)));
    let decided: Vec<Line> = decided.iter().map(|f| line(&office, f)).collect();
    if let Some(form) = form {
        return download::file(form, &sheet(open, decided));
    }
    let frame = Frame::new(&office, &viewer, "申诉", "/appeals", q.told.as_deref());
    page::html(&AppealsPage { frame, total, open, pager, decided })
}

/// What is open, then what was decided.
fn sheet(open: Vec<Open>, decided: Vec<Line>) -> Sheet<'static> {
    let over = |line| Open { line, who: String::new(), at: String::new(), reason: String::new(), file: None };
    let rows: Vec<Open> = open.into_iter().chain(decided.into_iter().map(over)).collect();
    Sheet::of(
        "appeals",
        "申诉",
        &rows,
        &[
            ("发现编号", |o| o.line.id.to_string()),
            ("单位", |o| o.line.unit.clone()),
            ("栏目（账号）", |o| o.line.channel.clone()),
            ("指标", |o| o.line.criterion.clone()),
            ("二级指标", |o| o.line.title.clone()),
            ("时段", |o| o.line.days.clone()),
            ("分值", |o| o.line.points.clone()),
            ("状态", |o| o.line.state.to_owned()),
            ("提出人", |o| o.who.clone()),
            ("提出时间", |o| o.at.clone()),
            ("申诉理由", |o| o.reason.clone()),
            ("附件", |o| o.file.as_ref().map_or_else(String::new, |(_, name)| name.clone())),
        ],
    )
}
