//! `matter`: what is due at a day, and what happens to it.

use std::io::Write;
use std::path::Path;

use model::MatterEntry;
use rules::entries::{
    CompletenessDraft, FieldError, MatterDraft, StepDraft, check_completeness, check_matter, check_step,
};
use serde_json::{Value, json};
use store::{CompletenessStated, MatterEvent, MatterOpening};

use super::register::{keep, together};
use crate::Usage;
use crate::app::App;
use crate::cli::{Global, Matter, MatterComplete, MatterExtend, MatterList, MatterOpen, MatterStep};
use crate::output::Rows;
use crate::registers::clock;

pub(super) async fn run(app: &App, global: &Global, what: &Matter, out: &mut dyn Write) -> anyhow::Result<()> {
    let step = |word: &'static str, args| Step { word, args, until: "", workdays: "" };
    match what {
        Matter::Open(args) => open(app, args, out).await,
        Matter::Submit(args) => enter(app, step("submitted", args), out).await,
        Matter::Pause(args) => enter(app, step("paused", args), out).await,
        Matter::Resume(args) => enter(app, step("resumed", args), out).await,
        Matter::Amend(args) => enter(app, step("amended", args), out).await,
        Matter::Withdraw(args) => enter(app, step("withdrawn", args), out).await,
        Matter::Strike(args) if args.corrects.is_none() => {
            Err(Usage("请用 --corrects 写明要划去哪一条办理记录（编号见 duban matter list）".to_owned()).into())
        }
        Matter::Strike(args) => enter(app, step("struck", args), out).await,
        Matter::Extend(MatterExtend { step: args, until, workdays }) => {
            enter(app, Step { word: "extended", args, until, workdays }, out).await
        }
        Matter::Complete(args) => complete(app, args, out).await,
        Matter::List(args) => list(app, global, args, out).await,
    }
}

/// All mistakes as wrong usage.
fn usage(mistakes: Vec<FieldError>) -> Usage {
    Usage(together(&mistakes))
}

async fn file(app: &App, path: Option<&Path>) -> anyhow::Result<Option<model::EvidenceHash>> {
    Ok(match path {
        Some(path) => Some(keep(app, path).await?),
        None => None,
    })
}

async fn open(app: &App, args: &MatterOpen, out: &mut dyn Write) -> anyhow::Result<()> {
    let draft = MatterDraft {
        criterion: args.criterion.clone(),
        unit: args.unit.clone(),
        code: args.code.clone(),
        title: args.title.clone(),
        opened: args.opened.clone(),
        due: args.due.clone(),
        document: args.document.clone(),
        by: args.by.clone(),
    };
    let new = check_matter(&app.desk(), &draft).map_err(usage)?;
    let now = app.clock.now();
    app.register().await?;
    let opening = MatterOpening {
        criterion: new.criterion,
        unit: new.unit,
        code: new.code,
        title: new.title,
        opened: new.opened,
        due: new.due,
        document: new.document,
        evidence: file(app, args.evidence.as_deref()).await?,
        who: new.who,
    };
    let (id, new) = app.store.open_matter(&opening, now).await?;
    let done = if new { "已登记" } else { "早已登记，未重复登记" };
    writeln!(out, "事项 {}（编号 {id}）{done}。", opening.code)?;
    if let Some(text) = deadline(app, id).await? {
        writeln!(out, "{text}")?;
    }
    Ok(())
}

/// When a matter is due, in words.
async fn deadline(app: &App, id: i64) -> anyhow::Result<Option<String>> {
    let matters = app.store.matters().await?;
    let Some(matter) = matters.iter().find(|m| m.id == id) else { return Ok(None) };
    Ok(Some(clock(app, matter).1))
}

/// One step with what belongs to an extension.
struct Step<'a> {
    word: &'static str,
    args: &'a MatterStep,
    until: &'a str,
    workdays: &'a str,
}

async fn enter(app: &App, step: Step<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    let args = step.args;
    let draft = StepDraft {
        criterion: args.criterion.clone(),
        unit: args.unit.clone(),
        code: args.code.clone(),
        step: step.word.to_owned(),
        day: args.day.clone(),
        until: step.until.to_owned(),
        workdays: step.workdays.to_owned(),
        note: args.note.clone(),
        by: args.by.clone(),
    };
    let new = check_step(&app.desk(), &draft).map_err(usage)?;
    let now = app.clock.now();
    app.register().await?;
    let event = MatterEvent {
        criterion: new.criterion,
        unit: new.unit,
        code: new.code,
        implied: new.implied,
        step: new.step,
        day: new.day,
        note: new.note,
        evidence: file(app, args.evidence.as_deref()).await?,
        who: new.who,
        corrects: args.corrects,
    };
    let (id, new) = app.store.enter_matter(&event, now).await?;
    let done = if new { "已登记" } else { "早已登记，未重复登记" };
    writeln!(out, "事项 {}：{}（{}），记录 {id} {done}。", event.code, event.step.label(), event.day)?;
    let matters = app.store.matters().await?;
    let same = |m: &&model::Matter| (&m.criterion, &m.unit, &m.code) == (&event.criterion, &event.unit, &event.code);
    if let Some(matter) = matters.iter().find(same) {
        writeln!(out, "{}", clock(app, matter).1)?;
        if let Some(word) = earned(app, matter) {
            writeln!(out, "{word}")?;
        }
    }
    Ok(())
}

/// A row that earns (F3: the feedback on a survey within ten working days) gives its points through an entry of its own,
/// since a person has to see that the feedback also says why opinions were not taken up. So that the point is not lost, the
/// register says when one can be entered, and when none can.
fn earned(app: &App, matter: &model::Matter) -> Option<String> {
    let row = app.config.rulebook.criterion(&matter.criterion)?;
    let rules::Rule::Earned { points, .. } = row.rule else { return None };
    let standing = matter.standing(app.clock.now());
    let done = standing.iter().find(|e| e.step == model::MatterStep::Submitted)?.day;
    let due = clock(app, matter).0?;
    Some(if done <= due {
        format!(
            "按期完成，可加{}分：核对反馈内容后请登记 duban register --criterion {} --unit {} --day {done} --description '{}' --by 姓名",
            points.signed(),
            row.id,
            matter.unit,
            matter.code
        )
    } else {
        format!("{done}完成，已过期限{due}：按指标 {} 不加分，也不扣分。", row.id)
    })
}

async fn complete(app: &App, args: &MatterComplete, out: &mut dyn Write) -> anyhow::Result<()> {
    let now = app.clock.now();
    if let Some(id) = args.revoke {
        app.store.revoke_complete(id, &args.by, &args.note, now).await?;
        return Ok(writeln!(out, "声明 {id} 已撤回；下一次判定起不再作为依据。")?);
    }
    let draft = CompletenessDraft {
        criterion: args.criterion.clone(),
        unit: args.unit.clone(),
        through: args.through.clone(),
        note: args.note.clone(),
        by: args.by.clone(),
    };
    let new = check_completeness(&app.desk(), &draft).map_err(usage)?;
    app.register().await?;
    let whose = new.unit.as_ref().map_or_else(|| "全部单位".to_owned(), ToString::to_string);
    let stated = CompletenessStated {
        criterion: new.criterion,
        unit: new.unit,
        through: new.through,
        note: new.note,
        who: new.who,
    };
    let id = app.store.state_complete(&stated, now).await?;
    Ok(writeln!(
        out,
        "已声明（编号 {id}）：{whose}的 {} 登记簿已登记齐全至 {}；下一次判定起，到期而没有完成记载的事项按规则计分。",
        stated.criterion, stated.through
    )?)
}

async fn list(app: &App, global: &Global, args: &MatterList, out: &mut dyn Write) -> anyhow::Result<()> {
    let matters = app.store.matters().await?;
    let asked = |m: &&model::Matter| {
        args.criterion.as_ref().is_none_or(|c| m.criterion.as_str() == c)
            && args.unit.as_ref().is_none_or(|u| m.unit.as_str() == u)
    };
    let now = app.clock.now();
    let rows = matters.iter().filter(asked).map(|m| {
        let (due, how) = clock(app, m);
        let standing = m.standing(now);
        let told: Vec<String> = standing.iter().map(|e| told(e)).collect();
        let row: Vec<Value> = vec![
            json!(m.criterion),
            json!(m.unit),
            json!(m.code),
            json!(m.title),
            json!(m.opened),
            json!(due),
            json!(how),
            json!(told.join("；")),
        ];
        row
    });
    Rows {
        keys: &["criterion", "unit", "code", "title", "opened", "due", "clock", "entries"],
        headings: &["指标", "单位", "事项编号", "名称", "起始", "截止", "期限", "办理记录"],
        rows: rows.collect(),
    }
    .print(global.format, out)
}

/// `#12 2026-03-18 报送（办结）`.
fn told(entry: &MatterEntry) -> String {
    let note = if entry.note.is_empty() { String::new() } else { format!("（{}）", entry.note) };
    format!("#{} {} {}{note}", entry.id, entry.day, entry.step.label())
}
