//! `compare`: how far the monitor agrees with people who looked for themselves.

use std::io::Write;

use anyhow::Context as _;
use model::DayRange;
use report::agreement::{self, Agreement, Tally};
use serde_json::json;
use store::FindingFilter;

use crate::app::App;
use crate::cli::{Compare, Format, Global};
use crate::output::{self, Rows};
use crate::{Usage, inspection};

pub(super) async fn run(app: &App, global: &Global, args: &Compare, out: &mut dyn Write) -> anyhow::Result<()> {
    let bytes = std::fs::read(&args.file).with_context(|| format!("无法读取文件 {}", args.file.display()))?;
    let name = args.file.file_stem().map_or_else(|| "检查".to_owned(), |n| n.to_string_lossy().into_owned());
    let rows = inspection::read(&name, &bytes, &app.config).map_err(|e| Usage(e.to_string()))?;
    let first = args.from.or_else(|| rows.iter().map(|r| r.days.first).min());
    let last = args.to.or_else(|| rows.iter().map(|r| r.days.last).max());
    let days = first
        .zip(last)
        .and_then(|(first, last)| DayRange::new(first, last))
        .ok_or_else(|| Usage("检查表没有一行，或 --from 晚于 --to".to_owned()))?;
    let findings = app.store.findings(&FindingFilter::default()).await?;
    let done = agreement::compare(&rows, &findings, days);
    match global.format {
        Format::Json => output::json(&as_json(&done, days), out),
        Format::Csv => lines(&done, app).print(Format::Csv, out),
        Format::Table => {
            writeln!(out, "人工检查 {} 行，{}至{}", rows.len(), days.first, days.last)?;
            tallies(&done).print(Format::Table, out)?;
            lines(&done, app).print(Format::Table, out)?;
            Ok(writeln!(
                out,
                "准确率：系统发现的问题中人工也认定的；查全率：人工认定的问题中系统也发现的。系统无法判定的不计入两者。\n\
                 只比较检查表中出现过的指标；未写入任何数据。"
            )?)
        }
    }
}

fn per_mille(share: Option<usize>) -> String {
    share.map_or_else(|| "—".to_owned(), |s| format!("{}.{}%", s / 10, s % 10))
}

fn tallies(done: &Agreement) -> Rows<'static> {
    let row = |name: &str, t: &Tally| {
        vec![
            json!(name),
            json!(t.both),
            json!(t.neither),
            json!(t.only_monitor),
            json!(t.only_people),
            json!(t.unknown),
            json!(t.spared),
            json!(per_mille(t.precision())),
            json!(per_mille(t.recall())),
        ]
    };
    let mut rows: Vec<_> = done.by_criterion.iter().map(|(c, t)| row(c.as_str(), t)).collect();
    rows.push(row("合计", &done.total));
    Rows {
        keys: &[
            "criterion",
            "both",
            "neither",
            "only_monitor",
            "only_people",
            "unknown",
            "spared",
            "precision",
            "recall",
        ],
        headings: &["指标", "都有问题", "都无问题", "仅系统", "仅人工", "无法判定", "不计分", "准确率", "查全率"],
        rows,
    }
}

fn lines(done: &Agreement, app: &App) -> Rows<'static> {
    let rows = done.lines.iter().map(|l| {
        let unit = app.config.unit(&l.unit).map_or(l.unit.as_str(), |u| u.name.as_str());
        let numbers: Vec<String> = l.findings.iter().map(|n| format!("#{n}")).collect();
        vec![
            json!(l.standing.label()),
            json!(unit),
            json!(l.criterion),
            json!(l.days.first),
            json!(l.days.last),
            json!(l.row),
            json!(numbers.join(" ")),
            json!(l.why),
        ]
    });
    Rows {
        keys: &["standing", "unit", "criterion", "from", "to", "row", "findings", "why"],
        headings: &["比对", "单位", "指标", "起", "止", "检查表", "发现", "依据"],
        rows: rows.collect(),
    }
}

fn as_json(done: &Agreement, days: DayRange) -> serde_json::Value {
    let tally =
        |t: &Tally| json!({ "counts": t, "precision_per_mille": t.precision(), "recall_per_mille": t.recall() });
    let by: serde_json::Map<String, serde_json::Value> =
        done.by_criterion.iter().map(|(c, t)| (c.to_string(), tally(t))).collect();
    json!({ "from": days.first, "to": days.last, "total": tally(&done.total), "criteria": by, "lines": done.lines })
}
