//! `findings` and `explain`.

use std::io::Write;

use anyhow::Context as _;
use model::Verdict;
use serde_json::json;
use store::FindingFilter;

use crate::Usage;
use crate::app::App;
use crate::cli::{Explain, Findings, Format, Global};
use crate::output::Rows;

pub(super) async fn list(app: &App, global: &Global, args: &Findings, out: &mut dyn Write) -> anyhow::Result<()> {
    let filter = filter(args)?;
    let mut found = app.store.findings(&filter).await?;
    if filter.verdict.is_none() {
        // What later turned out to be kept is history, shown only when asked for.
        found.retain(|f| f.judgement.verdict != Verdict::Met);
    }
    match global.format {
        Format::Json => out.write_all(report::table::json(&report::table::rows(&found))?.as_bytes())?,
        Format::Csv => out.write_all(report::table::csv(&report::table::rows(&found))?.as_bytes())?,
        Format::Table => {
            let rows = found.iter().map(|f| {
                let (j, key) = (&f.judgement, &f.judgement.key);
                vec![
                    json!(f.id),
                    json!(key.criterion),
                    json!(key.scope.to_string()),
                    json!(key.days.first),
                    json!(key.days.last),
                    json!(j.points),
                    json!(j.verdict.label()),
                    json!(f.state.label()),
                    json!(marks(app, j)),
                ]
            });
            let headings = ["编号", "指标", "对象", "起", "止", "分值", "判定", "状态", "标注"];
            Rows { keys: &headings, headings: &headings, rows: rows.collect() }.print(Format::Table, out)?;
            writeln!(out, "共 {} 条。`duban explain 编号` 说明来龙去脉。", found.len())?;
        }
    }
    Ok(())
}

/// Its remarks, and that its row is on trial.
fn marks(app: &App, j: &model::Judgement) -> String {
    let criterion = app.config.rulebook.criterion(&j.key.criterion);
    let trial = criterion.filter(|c| c.is_on_trial()).map(|_| "试运行，不计分");
    trial.into_iter().chain(j.flags.iter().map(|f| f.label())).collect::<Vec<_>>().join("、")
}

fn filter(args: &Findings) -> anyhow::Result<FindingFilter> {
    let id = |e: model::IdError| Usage(e.to_string());
    Ok(FindingFilter {
        from: args.from,
        to: args.to,
        unit: args.unit.as_deref().map(str::parse).transpose().map_err(id)?,
        criterion: args.criterion.as_deref().map(str::parse).transpose().map_err(id)?,
        verdict: args
            .verdict
            .as_deref()
            .map(|v| {
                let words: Vec<_> = Verdict::ALL.iter().map(|v| v.word()).collect();
                Verdict::from_word(v).ok_or_else(|| Usage(format!("没有判定结果「{v}」，可用：{}", words.join("、"))))
            })
            .transpose()?,
        ..FindingFilter::default()
    })
}

pub(super) async fn explain(app: &App, global: &Global, args: &Explain, out: &mut dyn Write) -> anyhow::Result<()> {
    let finding =
        app.store.finding(args.finding).await?.ok_or_else(|| Usage(format!("没有编号为 {} 的发现", args.finding)))?;
    let key = &finding.judgement.key;
    let criterion = app
        .config
        .rulebook
        .criterion(&key.criterion)
        .with_context(|| format!("现行规则中没有指标 {}（发现出自规则 {}）", key.criterion, key.rulebook))?;
    let (text, json) = crate::letters::explained(app, &finding, criterion).await?;
    Ok(writeln!(out, "{}", if global.format == Format::Json { json } else { text })?)
}
