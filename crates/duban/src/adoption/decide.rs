//! What a person decides of a proposal.

use model::SuspicionState;
use rules::entries::{EntryDraft, check_entry};
use store::{Becoming, NewRegister, Suspicion, SuspicionFilter};

use super::DETECTOR;
use crate::Usage;
use crate::app::App;

async fn one(app: &App, id: i64) -> anyhow::Result<Suspicion> {
    let found = app.store.suspicions(&SuspicionFilter { id: Some(id), ..SuspicionFilter::default() }).await?;
    match found.into_iter().find(|s| s.detector == DETECTOR) {
        Some(s) if s.state() == SuspicionState::Open => Ok(s),
        Some(s) => Err(Usage(format!("第 {id} 号已决定：{}", s.state().label())).into()),
        None => Err(Usage(format!("没有第 {id} 号拟采用稿件；请看 duban adoption list")).into()),
    }
}

/// Confirms a proposal: it becomes an entry of the register with the saved page as its proof. Gives the entry's number.
///
/// # Errors
/// [`Usage`] where there is none to decide, or the register names the article for the unit already; anything else is the
/// store's.
pub async fn confirm(app: &App, id: i64, by: &str, why: &str) -> anyhow::Result<i64> {
    let s = one(app, id).await?;
    let title = format!("《{}》", s.title.trim());
    let key = model::entry::key(&s.url, "", None);
    let same = |text: &str| {
        super::links(text).any(|l| !s.url.is_empty() && model::entry::key(l, "", None) == key)
            || (s.title.trim().chars().count() >= 4 && text.contains(&title))
    };
    let register = super::standing(app).await?;
    if let Some(e) = register.iter().find(|e| e.unit == s.unit && same(&e.description)) {
        return Err(Usage(format!(
            "登记 {} 已为该单位记了这一篇，不能重复得分；如是另一篇同名文章，请改用 duban register 登记并写明，本条不予认定",
            e.id
        ))
        .into());
    }
    let quoted = s.quotes.first().map_or_else(String::new, |q| format!("（{}）", q.text));
    let draft = EntryDraft {
        criterion: s.criterion.to_string(),
        unit: s.unit.to_string(),
        day: s.day.to_string(),
        count: "1".to_owned(),
        points: String::new(),
        description: format!("稿件被采用：{title}{quoted} {}", s.url),
        by: by.to_owned(),
        has_evidence: s.evidence.is_some(),
    };
    let entry = check_entry(&app.desk(), &draft)
        .map_err(|wrong| Usage(wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))?;
    let new = NewRegister {
        criterion: entry.criterion,
        unit: entry.unit,
        day: entry.day,
        count: entry.count,
        points: entry.points,
        late: false,
        description: entry.description,
        evidence: s.evidence.clone(),
        who: entry.who,
    };
    Ok(app.store.confirm_suspicion(id, &Becoming::Entry(new), why, app.clock.now()).await?)
}

/// Dismisses a proposal: it earns nothing and is not made again, unless the unit files the article afterwards.
///
/// # Errors
/// [`Usage`] where there is none to decide; anything else is the store's.
pub async fn dismiss(app: &App, id: i64, by: &str, why: &str) -> anyhow::Result<()> {
    one(app, id).await?;
    Ok(app.store.dismiss_suspicion(id, by, why, app.clock.now()).await?)
}
