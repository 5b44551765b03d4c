//! What people decide about findings: the clerk's decisions, the unit's appeal, and the list of open appeals.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Multipart, Path, Query, State};
use model::FindingState;
use serde::Deserialize;
use store::{Decision, FindingFilter};

use crate::finding::{DECISIONS, seen};
use crate::findings::{Line, line};
use crate::office::Office;
use crate::page::{self, After, Answer, Frame};
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
    open: Vec<Open>,
    decided: Vec<Line>,
}

struct Open {
    line: Line,
    who: String,
    at: String,
    reason: String,
    file: Option<(i64, String)>,
}

/// Decided appeals that the page still shows.
const DECIDED: u32 = 20;

pub(crate) async fn appeals(State(office): State<Arc<Office>>, viewer: Viewer, Query(after): Query<After>) -> Answer {
    let of = |state| FindingFilter { state: Some(state), ..FindingFilter::default() };
    let found = office.store.finding_list(&of(FindingState::Appealed), 0, 500).await?;
    let mut open = vec![];
    for (appeal, f) in office.store.open_appeals().await?.into_iter().filter_map(|a| {
        let listed = found.iter().find(|f| f.id == a.finding)?;
        Some((a, listed))
    }) {
        open.push(Open {
            line: line(&office, f),
            who: appeal.who,
            at: office.zone.local(appeal.at),
            reason: appeal.reason,
            file: appeal.file.map(|name| (appeal.seq, report::text::Plain::short(&name, 80).to_string())),
        });
    }
    let mut decided = office.store.finding_list(&of(FindingState::Upheld), 0, DECIDED).await?;
    decided.extend(office.store.finding_list(&of(FindingState::Reversed), 0, DECIDED).await?);
    decided.sort_by_key(|f| std::cmp::Reverse((f.days.last, f.id)));
    let frame = Frame::new(&office, &viewer, "申诉", "/appeals", after.told.as_deref());
    page::html(&AppealsPage { frame, open, decided: decided.iter().map(|f| line(&office, f)).collect() })
}
