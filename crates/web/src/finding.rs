//! One finding with the whole way from the rule's sentence to the saved page, and what may be done about it.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use model::finding::QuotedLook;
use model::{Finding, Outcome, Verdict};
use store::{Decision, FindingEvent};

use crate::download;
use crate::office::Office;
use crate::page::{self, After, Answer, Frame, encoded};
use crate::refused::Refused;
use crate::session::Viewer;

/// A look as the page shows it.
struct LookRow {
    id: i64,
    when: String,
    part: &'static str,
    outcome: String,
    good: bool,
    covers: String,
    saved: bool,
}

struct EventRow {
    at: String,
    who: String,
    state: &'static str,
    note: String,
    document: String,
    file: Option<(i64, String)>,
}

#[derive(Template)]
#[template(path = "finding.html")]
struct FindingPage {
    frame: Frame,
    id: i64,
    criterion: String,
    title: String,
    unit: String,
    channel: String,
    channel_href: Option<String>,
    days: String,
    points: String,
    verdict: &'static str,
    tone: &'static str,
    state: &'static str,
    sentence: String,
    note: Option<String>,
    source: String,
    conclusion: Vec<String>,
    window: Vec<String>,
    looks: Vec<LookRow>,
    seen: String,
    items: Vec<String>,
    enough: String,
    standing: Vec<String>,
    events: Vec<EventRow>,
    deeds: Vec<Deed>,
    appeals: bool,
    waive: Option<String>,
}

/// A decision that may be taken now.
struct Deed {
    word: &'static str,
    label: &'static str,
    needs_reason: bool,
}

/// The words of decisions in forms.
pub(crate) const DECISIONS: [(&str, Decision); 4] = [
    ("confirm", Decision::Confirm),
    ("dismiss", Decision::Dismiss),
    ("uphold", Decision::Uphold),
    ("reverse", Decision::Reverse),
];

/// The finding of that number, where the viewer may see it.
pub(crate) async fn seen(office: &Office, viewer: &Viewer, id: i64) -> Result<Finding, Refused> {
    let finding = office.store.finding(id).await?.ok_or(Refused::NotFound)?;
    viewer.sees(&finding.judgement.key.scope.unit())?;
    let trial = office.criterion(&finding.judgement.key.criterion).is_some_and(rules::Criterion::is_on_trial);
    if trial && viewer.bound().is_some() { Err(Refused::NotFound) } else { Ok(finding) }
}

pub(crate) async fn show(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Path(id): Path<i64>,
    Query(after): Query<After>,
) -> Answer {
    let finding = seen(&office, &viewer, id).await?;
    let (judgement, key) = (&finding.judgement, &finding.judgement.key);
    let criterion = office.criterion(&key.criterion).ok_or_else(|| {
        Refused::Conflict(format!(
            "现行考核细则中没有指标 {}（发现出自细则 {}），无法说明。",
            key.criterion, key.rulebook
        ))
    })?;
    let sections = office.house.explained(&finding, criterion).await?;
    let section = |name: &str| {
        sections.iter().find(|(head, _)| head.ends_with(name)).map_or_else(Vec::new, |(_, lines)| lines.clone())
    };
    let unit = key.scope.unit();
    let channel = key.scope.channel().and_then(|c| office.channel(c));
    let allowed = |d: Decision| {
        viewer.decides()
            && d.allowed_in(finding.state)
            && (d != Decision::Confirm || judgement.verdict == model::Verdict::Breached)
    };
    let deeds = DECISIONS.into_iter().filter(|(_, d)| allowed(*d)).map(|(word, d)| Deed {
        word,
        label: d.label(),
        needs_reason: d != Decision::Confirm,
    });
    let looks = looks(&office, &finding);
    page::html(&FindingPage {
        frame: Frame::new(&office, &viewer, &format!("发现 {id}"), "/findings", after.told.as_deref()),
        id,
        criterion: criterion.id.to_string(),
        title: report::text::Plain::new(&criterion.title).to_string(),
        unit: office.unit_name(&unit),
        channel: office.channel_name(key.scope.channel()),
        channel_href: channel.map(|c| format!("/channels/{}", c.id)),
        days: format!("{} 至 {}", key.days.first, key.days.last),
        points: judgement.points.to_string(),
        verdict: judgement.verdict.label(),
        tone: crate::findings::tone(judgement.verdict),
        state: finding.state.label(),
        sentence: criterion.sentence.clone(),
        note: criterion.note.clone(),
        source: format!("{}（{}）", office.rulebook.name, office.rulebook.source),
        conclusion: section("结论"),
        window: section("时段"),
        seen: match (judgement.verdict, judgement.proof.within_total) {
            (Verdict::DueSoon, 0) => "时段还没有结束，检查情况待结束后列出。".to_owned(),
            (_, total) => {
                let none = if looks.is_empty() { "没有可引用的检查。" } else { "" };
                format!("时段之内共检查 {total} 次，其中有效 {} 次。{none}", judgement.proof.within_good)
            }
        },
        looks,
        items: section("信息"),
        enough: judgement.proof.enough.clone(),
        standing: section("台账"),
        events: events(&office, &finding).await?,
        deeds: deeds.collect(),
        appeals: viewer.bound().is_some() && Decision::Appeal.allowed_in(finding.state),
        waive: viewer.decides().then(|| {
            let channel = key.scope.channel().map_or_else(String::new, |c| format!("&channel={}", encoded(c.as_str())));
            let (from, to) = (key.days.first, key.days.last);
            format!("/spared?unit={unit}{channel}&criterion={}&from={from}&to={to}#waive", key.criterion)
        }),
    })
}

fn looks(office: &Office, finding: &Finding) -> Vec<LookRow> {
    let proof = &finding.judgement.proof;
    let parts = [("时段之前", &proof.before), ("时段之内", &proof.within), ("时段之后", &proof.after)];
    let rows = parts.into_iter().flat_map(|(part, looks)| looks.iter().map(move |l| (part, l)));
    rows.map(|(part, l)| row(office, part, l)).collect()
}

fn row(office: &Office, part: &'static str, l: &QuotedLook) -> LookRow {
    let outcome = Outcome::from_words(&l.outcome, l.reason.as_deref());
    let good = outcome.is_some_and(Outcome::is_good);
    LookRow {
        id: l.look,
        when: office.zone.local(l.at),
        part,
        outcome: outcome.map_or_else(|| l.outcome.clone(), |o| o.text().to_owned()),
        good,
        covers: match (good, l.covers_from) {
            (true, Some(day)) => format!("{day} 以来的信息均已读到"),
            (true, None) => "列表已读到末尾".to_owned(),
            (false, _) => "不作为依据".to_owned(),
        },
        saved: l.evidence.is_some(),
    }
}

async fn events(office: &Office, finding: &Finding) -> Result<Vec<EventRow>, Refused> {
    let id = finding.id;
    let files = office.store.appeal_files(id).await?;
    let row = |e: FindingEvent| EventRow {
        at: office.zone.local(e.at),
        who: if e.who.is_empty() { "系统".to_owned() } else { e.who },
        state: e.state.label(),
        note: report::explain::remark(finding, e.state, office.zone.day(e.at), &e.note).to_owned(),
        document: e.document.unwrap_or_default(),
        file: files
            .iter()
            .find(|f| f.seq == e.seq)
            .map(|f| (f.seq, report::text::Plain::short(&f.name, 80).to_string())),
    };
    Ok(office.store.events(id).await?.into_iter().map(row).collect())
}

/// The file that came with an appeal: always saved by the browser, never shown.
pub(crate) async fn file(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Path((id, seq)): Path<(i64, i64)>,
) -> Answer {
    seen(&office, &viewer, id).await?;
    let files = office.store.appeal_files(id).await?;
    let file = files.into_iter().find(|f| f.seq == seq).ok_or(Refused::NotFound)?;
    let bytes = office.store.evidence(&file.evidence).await?.ok_or(Refused::NotFound)?;
    let ending = file.name.rsplit_once('.').map_or("", |(_, e)| e).to_ascii_lowercase();
    let plain = !ending.is_empty() && ending.len() <= 5 && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    let ending = if plain { ending.as_str() } else { "bin" };
    Ok(download::named(&format!("appeal-{id}-{seq}"), ending, "application/octet-stream", bytes))
}
