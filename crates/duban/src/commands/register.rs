//! `register`: what people enter for the rows that no crawler sees.

use std::io::Write;
use std::path::Path;

use anyhow::Context as _;
use rules::entries::{EntryDraft, FieldError, check_entry};
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
    let text = |given: &Option<String>| given.clone().unwrap_or_default();
    if let Some(id) = args.cancel {
        let cancelling = app.store.cancel_register(id, &text(&args.by), &text(&args.description), now).await?;
        return Ok(writeln!(out, "登记 {id} 已撤销（见登记 {cancelling}）。")?);
    }
    let draft = EntryDraft {
        criterion: text(&args.criterion),
        unit: text(&args.unit),
        day: args.day.map_or_else(String::new, |d| d.to_string()),
        count: args.count.to_string(),
        points: args.points.map_or_else(String::new, |p| p.to_string()),
        description: text(&args.description),
        by: text(&args.by),
        has_evidence: args.evidence.is_some(),
    };
    let entry = check_entry(&app.desk(), &draft).map_err(|mistakes| Usage(together(&mistakes)))?;
    app.register().await?;
    let evidence = match &args.evidence {
        None => None,
        Some(path) => Some(keep(app, path).await?),
    };
    let day = entry.day;
    let entry = NewRegister {
        criterion: entry.criterion,
        unit: entry.unit,
        day,
        count: entry.count,
        points: entry.points,
        late: false,
        description: entry.description,
        evidence,
        who: entry.who,
    };
    let (id, new) = app.store.add_register(&entry, now).await?;
    if !new {
        return Ok(writeln!(out, "同样的登记已有一条，编号 {id}；未重复登记。")?);
    }
    Ok(writeln!(out, "已登记，编号 {id}；将在 {} 关账时入账。", model::Month::of(day))?)
}

/// All mistakes of a draft, each on a line of its own.
pub(super) fn together(mistakes: &[FieldError]) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Stores a file that proves something, and gives its fingerprint.
pub(super) async fn keep(app: &App, path: &Path) -> anyhow::Result<model::EvidenceHash> {
    let size = std::fs::metadata(path).with_context(|| format!("无法读取 {}", path.display()))?.len();
    if size > LARGEST_FILE {
        return Err(Usage(format!("{} 超过 64 MiB", path.display())).into());
    }
    let bytes = std::fs::read(path).with_context(|| format!("无法读取 {}", path.display()))?;
    Ok(app.store.put_evidence(&bytes).await?)
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
