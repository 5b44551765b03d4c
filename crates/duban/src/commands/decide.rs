//! What people say of findings: decisions, appeals, waivers, statements, dates.

use std::io::Write;
use std::path::Path;

use model::{ChannelId, CriterionId, DayRange, UnitId};
use serde_json::json;
use store::{Basis, Decision, NewDeclaredEmpty, NewWaiver, WaiverRecord};

use crate::Usage;
use crate::app::App;
use crate::cli::{Action, Appeal, DateItem, Decide, DeclareEmpty, Format, Global, Waive};
use crate::output::Rows;

pub(super) async fn decide(app: &App, args: &Decide, out: &mut dyn Write) -> anyhow::Result<()> {
    let decision = match args.action {
        Action::Confirm => Decision::Confirm,
        Action::Dismiss => Decision::Dismiss,
        Action::Uphold => Decision::Uphold,
        Action::Reverse => Decision::Reverse,
    };
    let basis = (args.document.as_deref(), args.attachment.as_deref());
    tell(app, args.finding, decision, &args.by, &args.reason, basis, out).await
}

pub(super) async fn appeal(app: &App, args: &Appeal, out: &mut dyn Write) -> anyhow::Result<()> {
    let basis = (args.document.as_deref(), args.attachment.as_deref());
    tell(app, args.finding, Decision::Appeal, &args.by, &args.reason, basis, out).await
}

async fn tell(
    app: &App,
    finding: i64,
    decision: Decision,
    by: &str,
    reason: &str,
    (document, attachment): (Option<&str>, Option<&Path>),
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let evidence = match attachment {
        Some(path) => Some(super::register::keep(app, path).await?),
        None => None,
    };
    let file_name = attachment.and_then(Path::file_name).map(|n| n.to_string_lossy());
    let basis = Basis { document, evidence: evidence.as_ref(), file_name: file_name.as_deref() };
    let state = app.store.decide_with(finding, decision, by, reason, basis, app.clock.now()).await?;
    writeln!(out, "发现 {finding}：{}", state.label())?;
    if let Some(hash) = &evidence {
        writeln!(out, "附件已存证：{hash}")?;
    }
    if decision == Decision::Reverse {
        writeln!(out, "红冲行将在下一次关账时记入台账。")?;
    }
    Ok(())
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, Usage> {
    text.parse().map_err(|e: T::Err| Usage(e.to_string()))
}

fn days(first: model::Day, last: model::Day) -> Result<DayRange, Usage> {
    DayRange::new(first, last).ok_or_else(|| Usage(format!("最后一天（{last}）早于第一天（{first}）")))
}

pub(super) async fn waive(app: &App, global: &Global, args: &Waive, out: &mut dyn Write) -> anyhow::Result<()> {
    let now = app.clock.now();
    if args.list {
        return list_waivers(app, global, out).await;
    }
    let missing = |what| Usage(format!("缺少 --{what}"));
    let reason = args.reason.clone().ok_or_else(|| missing("reason"))?;
    let approver = args.approver.clone().ok_or_else(|| missing("approver"))?;
    if let Some(id) = args.revoke {
        app.store.revoke_waiver(id, &approver, &reason, now).await?;
        return Ok(writeln!(out, "豁免 {id} 已撤销；下一次判定起不再适用。")?);
    }
    let unit: UnitId = parsed(args.unit.as_deref().unwrap_or_default())?;
    if app.config.unit(&unit).is_none() {
        return Err(Usage(format!("配置中没有单位「{unit}」")).into());
    }
    let channel: Option<ChannelId> = args.channel.as_deref().map(parsed).transpose()?;
    if let Some(c) = channel.as_ref().filter(|c| app.config.channel(c).is_none_or(|c| c.id.unit() != unit)) {
        return Err(Usage(format!("单位「{unit}」没有栏目「{c}」")).into());
    }
    let criterion: Option<CriterionId> = args.criterion.as_deref().map(parsed).transpose()?;
    if let Some(c) = criterion.as_ref().filter(|c| app.config.rulebook.criterion(c).is_none()) {
        return Err(Usage(format!("规则中没有指标「{c}」")).into());
    }
    let (Some(first), Some(last)) = (args.from, args.to) else { return Err(missing("from、--to").into()) };
    app.register().await?;
    let id = app
        .store
        .add_waiver(
            &NewWaiver {
                unit,
                channel,
                criterion,
                days: days(first, last)?,
                reason,
                document: args.document.clone().ok_or_else(|| missing("document"))?,
                who: approver.clone(),
                approver,
            },
            now,
        )
        .await?;
    Ok(writeln!(out, "已登记豁免 {id}；下一次判定起生效。")?)
}

/// Waivers, those that have run out first: what they had held back is charged again from then on.
async fn list_waivers(app: &App, global: &Global, out: &mut dyn Write) -> anyhow::Result<()> {
    let today = app.zone().day(app.clock.now());
    let mut records = app.store.waiver_records().await?;
    let rank = |r: &WaiverRecord| match (&r.revoked, r.waiver.days.last < today) {
        (None, true) => 0,
        (None, false) => 1,
        (Some(_), _) => 2,
    };
    records.sort_by_key(|r| (rank(r), r.waiver.days.last, r.waiver.id));
    let expired = records.iter().filter(|r| rank(r) == 0).count();
    let rows = records.iter().map(|r| {
        let w = &r.waiver;
        let state = ["已过期", "有效", "已撤销"][rank(r)];
        vec![
            json!(w.id),
            json!(w.unit),
            json!(w.channel),
            json!(w.criterion),
            json!(w.days.first),
            json!(w.days.last),
            json!(w.reason),
            json!(w.document),
            json!(w.approver),
            json!(state),
            json!((rank(r) == 1).then(|| (w.days.last - today).num_days())),
        ]
    });
    Rows {
        keys: &["id", "unit", "channel", "criterion", "from", "to", "reason", "document", "approver", "state", "left"],
        headings: &["编号", "单位", "栏目", "指标", "起", "止", "理由", "文号", "批准人", "状态", "剩余天数"],
        rows: rows.collect(),
    }
    .print(global.format, out)?;
    if global.format == Format::Table && expired > 0 {
        writeln!(out, "{expired} 条已过期：此后的日期照常考核；确需延续的，请凭新的文号重新登记。")?;
    }
    Ok(())
}

pub(super) async fn declare_empty(app: &App, args: &DeclareEmpty, out: &mut dyn Write) -> anyhow::Result<()> {
    let channel: ChannelId = parsed(&args.channel)?;
    if app.config.channel(&channel).is_none() {
        return Err(Usage(format!("配置中没有栏目「{channel}」")).into());
    }
    let now = app.clock.now();
    app.register().await?;
    let id = app
        .store
        .add_declared_empty(
            &NewDeclaredEmpty {
                channel,
                days: days(args.from, args.to)?,
                reason: args.reason.clone(),
                approver: args.approver.clone(),
                who: args.approver.clone(),
            },
            now,
        )
        .await?;
    Ok(writeln!(out, "已登记零情况声明 {id}；下一次判定起生效。")?)
}

pub(super) async fn date_item(app: &App, args: &DateItem, out: &mut dyn Write) -> anyhow::Result<()> {
    app.store.date_item(args.item, args.day, &args.by, &args.reason, app.clock.now()).await?;
    Ok(writeln!(out, "信息 {} 的发布日期记为 {}；下一次判定起生效。", args.item, args.day)?)
}
