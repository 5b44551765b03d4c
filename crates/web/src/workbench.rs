//! The selector workbench: other ways of reading a column, tried on what is saved before anything is written down; and a
//! new shape of a list, accepted by a person.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use model::ChannelId;
use report::text::Plain;
use serde::Deserialize;

use crate::house::{Tried, Way};
use crate::office::Office;
use crate::page::{self, Answer, Frame};
use crate::refused::Refused;
use crate::session::Viewer;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    #[serde(default)]
    row: String,
    #[serde(default)]
    link: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    date: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    source: String,
    told: Option<String>,
}

impl Which {
    /// As the configuration writes it; empty where nothing is filled in.
    fn selectors(&self) -> String {
        let all = [
            ("row", &self.row),
            ("link", &self.link),
            ("title", &self.title),
            ("date", &self.date),
            ("next", &self.next),
        ];
        let given = all.iter().filter(|(_, text)| !text.trim().is_empty());
        given.map(|(name, text)| format!("{name}={}", text.trim())).collect::<Vec<_>>().join("; ")
    }
}

#[derive(Template)]
#[template(path = "workbench.html")]
struct WorkbenchPage {
    frame: Frame,
    channel: ChannelId,
    name: String,
    given: Which,
    /// Is another way tried, or only today's shown?
    trying: bool,
    /// What is given, as the form that saves it hands it on.
    selectors: String,
    /// On some page it is worse than the way of today.
    worse: bool,
    pages: Vec<Tried>,
    differ: usize,
    trouble: Option<String>,
    outcome: &'static str,
    /// The last look found the list changed: it may be accepted.
    changed: bool,
}

fn channel_of(office: &Office, unit: &str, name: &str) -> Result<ChannelId, Refused> {
    let id: ChannelId = format!("{unit}/{name}").parse().map_err(|_| Refused::NotFound)?;
    office.channel(&id).map(|_| id).ok_or(Refused::NotFound)
}

pub(crate) async fn show(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Path((unit, name)): Path<(String, String)>,
    Query(q): Query<Which>,
) -> Answer {
    let id = channel_of(&office, &unit, &name)?;
    let selectors = q.selectors();
    let (mut pages, trouble) = match office.house.tried(&id, &selectors, q.source.trim()).await {
        Ok(pages) => (pages, None),
        Err(e) => (vec![], Some(e.0)),
    };
    for page in &mut pages {
        for title in page.lost.iter_mut().chain(&mut page.gained).chain(page.changed.iter_mut().map(|c| &mut c.0)) {
            *title = Plain::short(title, 120).to_string();
        }
    }
    let last = office.store.recent_looks(&id, 1).await?.pop();
    let outcome = last.map(|l| l.look.outcome);
    let trying = !selectors.is_empty() || !q.source.trim().is_empty();
    page::html(&WorkbenchPage {
        frame: Frame::new(&office, &viewer, "读法试验", "/channels", q.told.as_deref()),
        name: format!("{}·{}", office.unit_name(&id.unit()), office.channel_name(Some(&id))),
        worse: pages.iter().any(|p| !p.objections.is_empty()),
        selectors,
        differ: pages.iter().filter(|p| !p.lost.is_empty() || !p.gained.is_empty() || !p.changed.is_empty()).count(),
        outcome: outcome.map_or("尚未检查", model::Outcome::text),
        changed: outcome.and_then(model::Outcome::reason).is_some_and(model::Reason::is_change),
        channel: id,
        given: q,
        trying,
        pages,
        trouble,
    })
}

#[derive(Debug, Deserialize)]
pub(crate) struct Why {
    reason: String,
}

pub(crate) async fn accept(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Path((unit, name)): Path<(String, String)>,
    Form(why): Form<Why>,
) -> Answer {
    let id = channel_of(&office, &unit, &name)?;
    if why.reason.trim().is_empty() {
        return Err(Refused::Entered("请写明理由：谁核对过、为什么新样式是对的。".to_owned()));
    }
    let told = office.house.accept(&id, &viewer.who(), why.reason.trim()).await?;
    page::done(&format!("/channels/{id}/try"), "accepted", told)
}

#[derive(Debug, Deserialize)]
pub(crate) struct Save {
    #[serde(default)]
    selectors: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    force: String,
    reason: String,
}

/// Writes the way that was tried into the configuration.
pub(crate) async fn save(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Path((unit, name)): Path<(String, String)>,
    Form(f): Form<Save>,
) -> Answer {
    let id = channel_of(&office, &unit, &name)?;
    if f.reason.trim().is_empty() {
        return Err(Refused::Entered("没有保存。请返回写明理由：谁核对过、为什么改。".to_owned()));
    }
    let (who, source) = (viewer.who(), f.source.trim());
    let selectors = if source.is_empty() { f.selectors.trim() } else { "" };
    let way = Way { selectors, source, force: f.force == "1", who: &who, why: f.reason.trim() };
    let told = office.house.save(&id, way).await?;
    page::done(&format!("/channels/{id}/try"), "saved", told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_empty_is_not_a_selector() {
        let given = Which { row: " ul.list li ".to_owned(), date: "span".to_owned(), ..Which::default() };
        assert_eq!(given.selectors(), "row=ul.list li; date=span");
        assert_eq!(Which::default().selectors(), "");
    }
}
