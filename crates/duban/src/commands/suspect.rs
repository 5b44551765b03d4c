//! `suspect`: what the program proposes, and what a person says of it.

use std::io::Write;

use anyhow::Context as _;
use model::{CriterionId, SuspicionState, UnitId};
use serde_json::json;
use store::SuspicionFilter;

use crate::app::App;
use crate::cli::{
    Format, Global, StateIs, Suspect, SuspectConfirm, SuspectDismiss, SuspectList, SuspectScan, SuspectShow,
};
use crate::output::{self, Rows, line};
use crate::suspect::{self, Became, Reach, Said, one, scan as search};
use crate::{Usage, skew};

pub(super) async fn run(app: &App, global: &Global, what: &Suspect, out: &mut dyn Write) -> anyhow::Result<()> {
    match what {
        Suspect::Scan(args) => Box::pin(scan(app, global, args, out)).await,
        Suspect::List(args) => list(app, global, args, out).await,
        Suspect::Show(args) => show(app, global, args, out).await,
        Suspect::Confirm(args) => Box::pin(confirm(app, args, out)).await,
        Suspect::Dismiss(args) => dismiss(app, args, out).await,
    }
}

fn unit(app: &App, text: Option<&str>) -> Result<Option<UnitId>, Usage> {
    let Some(text) = text else { return Ok(None) };
    let found = app.config.units.iter().find(|u| u.id.as_str() == text || u.name == text);
    found.map(|u| Some(u.id.clone())).ok_or_else(|| Usage(format!("配置中没有单位「{text}」")))
}

async fn scan(app: &App, global: &Global, args: &SuspectScan, out: &mut dyn Write) -> anyhow::Result<()> {
    skew::refuse_a_wrong_clock(app).await?;
    let only = unit(app, args.unit.as_deref())?;
    let scan = Box::pin(search(app, Reach { unit: only.as_ref(), pages: args.pages, searches: usize::MAX })).await?;
    let without_page = suspect::without_page(app, only.as_ref()).await?;
    if global.format == Format::Json {
        return output::json(
            &json!({
                "fetched": scan.fetched, "failed": scan.failed, "searched": scan.searched,
                "without_page": without_page, "unreadable": scan.unreadable, "proposed": scan.proposed,
            }),
            out,
        );
    }
    writeln!(
        out,
        "查看正文 {} 篇（新打开 {}，未能打开 {}），提出疑点 {} 条。",
        scan.searched,
        scan.fetched,
        scan.failed,
        scan.proposed.len()
    )?;
    if without_page > 0 {
        writeln!(out, "还有 {without_page} 篇没有已存的正文；再次运行会继续打开（--pages 可调每次的篇数）。")?;
    }
    for page in &scan.unreadable {
        writeln!(out, "读不出正文（不作任何判断）：{}", line(page))?;
    }
    if !scan.proposed.is_empty() {
        writeln!(out, "疑点不计分；请用 duban suspect list 查看，逐条 confirm 或 dismiss。")?;
    }
    Ok(())
}

async fn list(app: &App, global: &Global, args: &SuspectList, out: &mut dyn Write) -> anyhow::Result<()> {
    let criterion: Option<CriterionId> =
        args.criterion.as_deref().map(str::parse).transpose().map_err(|e: model::IdError| Usage(e.to_string()))?;
    let state = match args.state {
        StateIs::Open => Some(SuspicionState::Open),
        StateIs::Confirmed => Some(SuspicionState::Confirmed),
        StateIs::Dismissed => Some(SuspicionState::Dismissed),
        StateIs::All => None,
    };
    let filter = SuspicionFilter { id: None, unit: unit(app, args.unit.as_deref())?, criterion, state };
    let rows = app.store.suspicions(&filter).await?.into_iter().map(|s| {
        vec![
            json!(s.id),
            json!(s.criterion),
            json!(s.unit),
            json!(s.day),
            json!(s.title),
            json!(s.summary),
            json!(s.confidence.label()),
            json!(s.state().label()),
        ]
    });
    Rows {
        keys: &["id", "criterion", "unit", "day", "title", "summary", "confidence", "state"],
        headings: &["编号", "指标", "单位", "日期", "信息", "疑点", "把握", "状态"],
        rows: rows.collect(),
    }
    .print(global.format, out)
}

async fn show(app: &App, global: &Global, args: &SuspectShow, out: &mut dyn Write) -> anyhow::Result<()> {
    let s = one(app, args.id).await?;
    if let Some(path) = &args.save {
        let hash = s.evidence.as_ref().context("该疑点没有已存的页面")?;
        let bytes = app.store.evidence(hash).await?.context("已存的页面不在数据库中")?;
        std::fs::write(path, bytes).with_context(|| format!("无法写入 {}", path.display()))?;
    }
    let sentence = app.config.rulebook.criterion(&s.criterion).map(|c| c.sentence.clone());
    if global.format == Format::Json {
        return output::json(
            &json!({
                "id": s.id, "detector": s.detector, "criterion": s.criterion, "sentence": sentence, "unit": s.unit,
                "channel": s.channel, "item": s.entry, "day": s.day, "title": s.title, "summary": s.summary,
                "confidence": s.confidence, "quotes": s.quotes, "url": s.url, "evidence": s.evidence,
                "found_at": s.found_at, "state": s.state(),
                "decision": s.decision.as_ref().map(|d| json!({
                    "register": d.register, "matter": d.matter, "by": d.who, "reason": d.why, "at": d.at,
                })),
            }),
            out,
        );
    }
    let name = app.config.unit(&s.unit).map_or(s.unit.as_str(), |u| &u.name);
    writeln!(out, "疑点 {}（{}，把握：{}）", s.id, s.state().label(), s.confidence.label())?;
    writeln!(out, "指标：{} {}", s.criterion, sentence.as_deref().unwrap_or("（现行规则中没有）"))?;
    writeln!(out, "单位：{name}　日期：{}", s.day)?;
    writeln!(out, "信息：{}\n网址：{}", line(&s.title), line(&s.url))?;
    writeln!(out, "疑点：{}", line(&s.summary))?;
    for quote in &s.quotes {
        writeln!(out, "  · {}\n    {}", line(&quote.text), line(&quote.note))?;
    }
    if let Some(hash) = &s.evidence {
        writeln!(out, "存证：{hash}（--save 文件名 可取出当时的页面）")?;
    }
    match &s.decision {
        None => {
            writeln!(out, "未经认定不计分：duban suspect confirm {0} --by 姓名 --reason 理由，或 dismiss {0} …", s.id)?
        }
        Some(d) => {
            let what = match (d.register, d.matter) {
                (Some(n), _) => format!("认定为登记 {n}"),
                (_, Some(n)) => format!("认定为事项 {n}"),
                _ => "不予认定".to_owned(),
            };
            writeln!(out, "{} 由{}{what}：{}", app.zone().local(d.at), line(&d.who), line(&d.why))?;
        }
    }
    Ok(())
}

async fn confirm(app: &App, args: &SuspectConfirm, out: &mut dyn Write) -> anyhow::Result<()> {
    let day = args.day.map_or_else(String::new, |d| d.to_string());
    let description = args.description.as_deref();
    let said = Said { day: &day, description, who: &args.by, why: &args.reason, again: args.again };
    let told = match suspect::confirm(app, args.id, said).await? {
        Became::Entry { number, posted: None } => format!("登记 {number}。"),
        Became::Entry { number, posted: Some(month) } => format!("登记 {number}，将在 {month} 关账时入账。"),
        Became::Matter { number, code } => format!(
            "事项 {number}（编号「{code}」）；登记簿声明齐全（duban matter complete）后逾期未办的才扣分，已办的请用 duban matter submit 登记。"
        ),
    };
    Ok(writeln!(out, "疑点 {} 已认定：{told}", args.id)?)
}

async fn dismiss(app: &App, args: &SuspectDismiss, out: &mut dyn Write) -> anyhow::Result<()> {
    app.store.dismiss_suspicion(args.id, &args.by, &args.reason, app.clock.now()).await?;
    Ok(writeln!(out, "疑点 {} 不予认定；同样的内容不再提示。", args.id)?)
}
