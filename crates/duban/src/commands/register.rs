//! `register`: what people enter for the rows that no crawler sees.

use std::io::Write;

use anyhow::Context as _;
use model::{CriterionId, UnitId};
use rules::Rule;
use serde_json::json;
use store::{NewRegister, RegisterFilter};

use crate::Usage;
use crate::app::App;
use crate::cli::{Global, Register};
use crate::output::Rows;

/// The largest file that is taken as evidence.
const LARGEST_FILE: u64 = 64 * 1024 * 1024;

pub(super) async fn run(app: &App, global: &Global, args: &Register, out: &mut dyn Write) -> anyhow::Result<()> {
    if args.list {
        return list(app, global, out).await;
    }
    let now = app.clock.now();
    let missing = |what| Usage(format!("缺少 --{what}"));
    let description = args.description.clone().ok_or_else(|| missing("description"))?;
    let who = args.by.clone().ok_or_else(|| missing("by"))?;
    if let Some(id) = args.cancel {
        let cancelling = app.store.cancel_register(id, &who, &description, now).await?;
        return Ok(writeln!(out, "登记 {id} 已撤销（见登记 {cancelling}）。")?);
    }
    let (criterion, unit) = checked(app, args)?;
    let day = args.day.ok_or_else(|| missing("day"))?;
    if day > app.zone().day(now) {
        return Err(Usage(format!("发生日期 {day} 在今天之后")).into());
    }
    app.store.sync_registry(&app.config.units, &app.config.channels, now).await?;
    let evidence = match &args.evidence {
        None => None,
        Some(path) => {
            let size = std::fs::metadata(path).with_context(|| format!("无法读取 {}", path.display()))?.len();
            if size > LARGEST_FILE {
                return Err(Usage(format!("{} 超过 64 MiB", path.display())).into());
            }
            let bytes = std::fs::read(path).with_context(|| format!("无法读取 {}", path.display()))?;
            Some(app.store.put_evidence(&bytes).await?)
        }
    };
    let entry = NewRegister {
        criterion,
        unit,
        day,
        count: args.count,
        points: args.points,
        late: args.late,
        description,
        evidence,
        who,
    };
    let (id, new) = app.store.add_register(&entry, now).await?;
    if !new {
        return Ok(writeln!(out, "同样的登记已有一条，编号 {id}；未重复登记。")?);
    }
    Ok(writeln!(out, "已登记，编号 {id}；将在 {} 关账时入账。", model::Month::of(day))?)
}

/// The row and the unit, where such an entry makes sense for them.
fn checked(app: &App, args: &Register) -> anyhow::Result<(CriterionId, UnitId)> {
    let no = |text: String| -> anyhow::Error { Usage(text).into() };
    let id: CriterionId =
        args.criterion.as_deref().unwrap_or_default().parse().map_err(|e: model::IdError| no(e.to_string()))?;
    let unit: UnitId =
        args.unit.as_deref().unwrap_or_default().parse().map_err(|e: model::IdError| no(e.to_string()))?;
    let row = app.config.rulebook.criterion(&id).ok_or_else(|| no(format!("规则中没有指标「{id}」")))?;
    let unit = app.config.unit(&unit).ok_or_else(|| no(format!("配置中没有单位「{unit}」")))?;
    if !row.applies_to(unit) {
        return Err(no(format!("指标 {id} 不适用于{}", unit.name)));
    }
    match &row.rule {
        Rule::Freshness { .. } | Rule::Quota { .. } => {
            return Err(no(format!("指标 {id} 由监测判定，不接受人工登记；如有异议请用 decide 或 waive")));
        }
        Rule::External { .. } if args.points.is_none() => {
            return Err(no(format!("指标 {id} 由其他部门评分，请用 --points 写明分值")));
        }
        Rule::External { .. } => {}
        _ if args.points.is_some() => return Err(no(format!("指标 {id} 的分值由规则决定，不能用 --points 改写"))),
        Rule::Incident { needs_evidence: true, .. } if args.evidence.is_none() => {
            return Err(no(format!("指标 {id} 须附佐证文件（--evidence）")));
        }
        Rule::Duty { late: None, .. } if args.late => {
            return Err(no(format!("指标 {id} 不区分迟报和漏报，请去掉 --late")));
        }
        _ => {}
    }
    Ok((id, unit.id.clone()))
}

async fn list(app: &App, global: &Global, out: &mut dyn Write) -> anyhow::Result<()> {
    let rows = app.store.register(&RegisterFilter::default()).await?.into_iter().map(|e| {
        vec![
            json!(e.id),
            json!(e.criterion),
            json!(e.unit),
            json!(e.day),
            json!(e.count),
            json!(e.points),
            json!(e.late),
            json!(e.description),
            json!(e.evidence),
            json!(e.who),
            json!(e.cancels),
        ]
    });
    Rows {
        keys: &[
            "id",
            "criterion",
            "unit",
            "day",
            "count",
            "points",
            "late",
            "description",
            "evidence",
            "who",
            "cancels",
        ],
        headings: &["编号", "指标", "单位", "日期", "次数", "分值", "迟报", "事由", "佐证", "登记人", "撤销"],
        rows: rows.collect(),
    }
    .print(global.format, out)
}
