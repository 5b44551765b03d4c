//! What is due: matters with their clocks, what happened to each, and the word that a register is complete.

use std::collections::HashSet;
use std::sync::Arc;

use axum::Form;
use axum::extract::{Multipart, Path, State};
use model::{Completeness, Day, EvidenceHash, Matter, MatterStep, UnitId};
use report::text::Plain;
use rules::entries::{CompletenessDraft, MatterDraft, StepDraft, check_completeness, check_matter, check_step};
use serde::Deserialize;
use store::{CompletenessStated, MatterEvent, MatterOpening};

use super::{Why, back, entered};
use crate::download::Sheet;
use crate::handed_in::HandedIn;
use crate::house::Register;
use crate::office::Office;
use crate::page::{self, Answer};
use crate::refused::Refused;
use crate::session::Viewer;

pub(crate) struct MatterRow {
    pub(crate) criterion: String,
    pub(crate) unit_id: String,
    pub(crate) unit: String,
    pub(crate) code: String,
    pub(crate) title: String,
    pub(crate) opened: Day,
    pub(crate) due: Option<Day>,
    pub(crate) clock: String,
    pub(crate) steps: Vec<String>,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
    /// Nothing more is expected of it.
    pub(crate) over: bool,
}

/// The matters of a register; those that are open come first, by their due days.
pub(crate) async fn rows(office: &Office, kind: &Register, all: bool) -> Result<Vec<MatterRow>, Refused> {
    let matters = office.store.matters_under(&kind.rows).await?;
    let mut rows: Vec<MatterRow> = matters.iter().map(|m| row(office, m)).filter(|r| all || !r.over).collect();
    rows.sort_by(|a, b| {
        let last = |r: &MatterRow| r.due.unwrap_or(Day::MAX);
        (a.over, last(a), &a.unit, &a.code).cmp(&(b.over, last(b), &b.unit, &b.code))
    });
    Ok(rows)
}

/// What is open for a unit in all registers, by due day.
pub(crate) async fn open_of(office: &Office, unit: &UnitId) -> Result<Vec<MatterRow>, Refused> {
    let own = office.store.matters_of(unit).await?;
    let mut rows: Vec<MatterRow> = own.iter().map(|m| row(office, m)).filter(|r| !r.over).collect();
    rows.sort_by_key(|r| r.due.unwrap_or(Day::MAX));
    Ok(rows)
}

fn row(office: &Office, m: &Matter) -> MatterRow {
    let standing = m.standing(office.now());
    let done = standing.iter().any(|e| e.step == MatterStep::Submitted);
    let gone = standing.iter().any(|e| e.step == MatterStep::Withdrawn);
    let (due, clock) = office.house.clock(m);
    let (state, tone) = match due {
        _ if gone => ("已撤回", "spared"),
        _ if done => ("已办", "good"),
        Some(day) if day < office.today() => ("已过期限", "bad"),
        Some(day) if (day - office.today()).num_days() <= 3 => ("即将到期", "soon"),
        Some(_) => ("办理中", ""),
        None => ("期限未定", "blind"),
    };
    let step = |e: &&model::MatterEntry| {
        let note = if e.note.is_empty() { String::new() } else { format!("（{}）", Plain::short(&e.note, 80)) };
        format!("{} {} {}{note}", e.id, e.day, e.step.label())
    };
    MatterRow {
        criterion: m.criterion.to_string(),
        unit_id: m.unit.to_string(),
        unit: office.unit_name(&m.unit),
        code: m.code.to_string(),
        title: Plain::short(&m.title, 120).to_string(),
        opened: m.opened,
        due,
        clock,
        steps: standing.iter().map(step).collect(),
        state,
        tone,
        over: done || gone,
    }
}

pub(super) fn table(rows: &[MatterRow]) -> Sheet<'static> {
    Sheet::of(
        "matters",
        "事项",
        rows,
        &[
            ("指标", |r| r.criterion.clone()),
            ("单位", |r| r.unit.clone()),
            ("事项编号", |r| r.code.clone()),
            ("名称", |r| r.title.clone()),
            ("起始", |r| r.opened.to_string()),
            ("截止", |r| r.due.map_or_else(String::new, |d| d.to_string())),
            ("期限", |r| r.clock.clone()),
            ("状态", |r| r.state.to_owned()),
            ("办理记录", |r| r.steps.join("；")),
        ],
    )
}

pub(crate) struct StatementRow {
    pub(crate) id: i64,
    pub(crate) criterion: String,
    pub(crate) unit: String,
    pub(crate) through: Day,
    pub(crate) who: String,
    pub(crate) note: String,
    pub(crate) stands: bool,
}

/// The statements that the register is complete, the newest first.
pub(crate) async fn statements(office: &Office, kind: &Register) -> Result<Vec<StatementRow>, Refused> {
    let all = office.store.completeness().await?;
    let gone: HashSet<i64> = all.iter().filter_map(|c| c.cancels).collect();
    let mine = all.iter().rev().filter(|c| c.cancels.is_none() && kind.rows.contains(&c.criterion));
    let row = |c: &Completeness| StatementRow {
        id: c.id,
        criterion: c.criterion.to_string(),
        unit: c.unit.as_ref().map_or_else(|| "全部单位".to_owned(), |u| office.unit_name(u)),
        through: c.through,
        who: Plain::short(&c.who, 60).to_string(),
        note: Plain::short(&c.note, 120).to_string(),
        stands: !gone.contains(&c.id),
    };
    Ok(mine.map(row).collect())
}

async fn kept(office: &Office, form: &HandedIn) -> Result<Option<EvidenceHash>, Refused> {
    Ok(match &form.file {
        Some((_, bytes)) => Some(office.store.put_evidence(bytes).await?),
        None => None,
    })
}

pub(crate) async fn open(State(office): State<Arc<Office>>, viewer: Viewer, form: Multipart) -> Answer {
    let mut form = HandedIn::read(form).await?;
    let draft = MatterDraft {
        criterion: form.take("criterion"),
        unit: form.take("unit"),
        code: form.take("code"),
        title: form.take("title"),
        opened: form.take("opened"),
        due: form.take("due"),
        document: form.take("document"),
        by: viewer.who(),
    };
    let new = check_matter(&office.desk(), &draft).map_err(entered)?;
    office.sync().await?;
    let opening = MatterOpening {
        criterion: new.criterion,
        unit: new.unit,
        code: new.code,
        title: new.title,
        opened: new.opened,
        due: new.due,
        document: new.document,
        evidence: kept(&office, &form).await?,
        who: new.who,
    };
    let (id, made) = office.store.open_matter(&opening, office.now()).await?;
    let what = format!("事项 {id}（{}，{}，{}）", opening.unit, opening.criterion, opening.code);
    page::done(&back(&form.take("kind")), if made { "opened" } else { "known" }, what)
}

pub(crate) async fn step(State(office): State<Arc<Office>>, viewer: Viewer, form: Multipart) -> Answer {
    let mut form = HandedIn::read(form).await?;
    let corrects = form.take("corrects");
    let corrects = match corrects.trim() {
        "" => None,
        text => Some(text.parse::<i64>().map_err(|_| {
            Refused::Entered(format!(
                "没有登记。更正哪一条须填办理记录前面的编号，「{}」不是编号。",
                Plain::short(text, 20)
            ))
        })?),
    };
    let draft = StepDraft {
        criterion: form.take("criterion"),
        unit: form.take("unit"),
        code: form.take("code"),
        step: form.take("step"),
        day: form.take("day"),
        until: form.take("until"),
        workdays: form.take("workdays"),
        note: form.take("note"),
        by: viewer.who(),
    };
    let new = check_step(&office.desk(), &draft).map_err(entered)?;
    if new.step == MatterStep::Struck && corrects.is_none() {
        return Err(Refused::Entered("没有登记。划去一条办理记录须填它的编号。请返回修改。".to_owned()));
    }
    office.sync().await?;
    let event = MatterEvent {
        criterion: new.criterion,
        unit: new.unit,
        code: new.code,
        implied: new.implied,
        step: new.step,
        day: new.day,
        note: new.note,
        evidence: kept(&office, &form).await?,
        who: new.who,
        corrects,
    };
    let (id, made) = office.store.enter_matter(&event, office.now()).await?;
    let what = format!("办理记录 {id}：{} {} {} {}", event.unit, event.criterion, event.code, event.step.label());
    page::done(&back(&form.take("kind")), if made { "stepped" } else { "known" }, what)
}

#[derive(Debug, Deserialize)]
pub(crate) struct Complete {
    kind: String,
    criterion: String,
    unit: String,
    through: String,
    note: String,
}

pub(crate) async fn complete(State(office): State<Arc<Office>>, viewer: Viewer, Form(f): Form<Complete>) -> Answer {
    let draft =
        CompletenessDraft { criterion: f.criterion, unit: f.unit, through: f.through, note: f.note, by: viewer.who() };
    let new = check_completeness(&office.desk(), &draft).map_err(entered)?;
    office.sync().await?;
    let stated = CompletenessStated {
        criterion: new.criterion,
        unit: new.unit,
        through: new.through,
        note: new.note,
        who: new.who,
    };
    let id = office.store.state_complete(&stated, office.now()).await?;
    page::done(&back(&f.kind), "complete", format!("齐全声明 {id}：{} 至 {}", stated.criterion, stated.through))
}

pub(crate) async fn revoke(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Path(id): Path<i64>,
    Form(why): Form<Why>,
) -> Answer {
    office.store.revoke_complete(id, &viewer.who(), why.reason.trim(), office.now()).await?;
    page::done(&back(&why.kind), "revoked", format!("撤回齐全声明 {id}"))
}
