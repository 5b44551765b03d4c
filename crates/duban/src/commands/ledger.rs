//! `close`, `ledger` and `score`.

use std::io::Write;

use chrono::Datelike as _;
use model::{LedgerLine, Month, NewLine, UnitId};
use serde_json::{Value, json};
use store::LedgerFilter;

use crate::app::App;
use crate::cli::{Close, Format, Global, Ledger, Score};
use crate::output::{self, Rows};
use crate::{Usage, closing, settle};

const KEYS: [&str; 10] =
    ["seq", "month", "belongs_to", "unit", "criterion", "points", "source", "source_id", "text", "hash"];
const HEADINGS: [&str; 10] =
    ["序号", "入账月份", "所属月份", "单位", "指标", "分值", "来源", "来源编号", "说明", "指纹"];

fn cells(seq: Option<i64>, l: &NewLine, hash: Option<&str>) -> Vec<Value> {
    vec![
        json!(seq),
        json!(l.month),
        json!(l.belongs_to),
        json!(l.unit),
        json!(l.criterion),
        json!(l.points),
        json!(l.source.word()),
        json!(l.source.id()),
        json!(l.text),
        json!(hash),
    ]
}

pub(super) async fn close(app: &App, global: &Global, args: &Close, out: &mut dyn Write) -> anyhow::Result<()> {
    if args.preview {
        return preview(app, global, args.month, out).await;
    }
    let posted = settle::close(app, args.month).await?;
    let told = Box::pin(closing::tell(app)).await?;
    if global.format == Format::Json {
        return output::json(
            &json!({ "month": args.month, "lines": posted.lines.len(), "already_closed": posted.already_closed, "letters": told }),
            out,
        );
    }
    if posted.already_closed {
        return Ok(writeln!(out, "{} 早已关账，未作任何改动。", args.month)?);
    }
    writeln!(out, "{} 已关账：入账 {} 行。", args.month, posted.lines.len())?;
    if told > 0 {
        writeln!(out, "关账通知 {told} 封已放入待发邮件。")?;
    }
    if app.config.rulebook.is_on_trial() {
        writeln!(out, "全部指标正在试运行，不计分：本月的发现和登记都不入账，试运行结束后也不补记。")?;
    }
    Ok(())
}

/// What the close would post, and what it would leave out and why. As CSV the lines only, which is what a sheet is made of.
async fn preview(app: &App, global: &Global, month: Month, out: &mut dyn Write) -> anyhow::Result<()> {
    let lines = settle::preview(app, month).await?;
    let left_out = settle::left_out(app, month).await?;
    if global.format == Format::Json {
        let left_out: Vec<Value> = left_out
            .iter()
            .map(|l| {
                json!({
                    "unit": l.unit, "criterion": l.criterion, "source": l.source.word(), "source_id": l.source.id(),
                    "why": l.why.to_string(),
                })
            })
            .collect();
        return output::json(&json!({ "month": month, "lines": lines, "left_out": left_out }), out);
    }
    let rows = lines.iter().map(|l| cells(None, l, None)).collect();
    Rows { keys: &KEYS, headings: &HEADINGS, rows }.print(global.format, out)?;
    if global.format == Format::Table {
        let total: model::Points = lines.iter().map(|l| l.points).sum();
        writeln!(out, "将入账 {} 行，合计 {} 分。", lines.len(), total.signed())?;
        if !left_out.is_empty() {
            writeln!(out, "\n以下 {} 项不入账：", left_out.len())?;
            let headings = ["单位", "指标", "来源", "来源编号", "原因"];
            let rows = left_out.iter().map(|l| {
                vec![
                    json!(l.unit),
                    json!(l.criterion),
                    json!(l.source.word()),
                    json!(l.source.id()),
                    json!(l.why.to_string()),
                ]
            });
            Rows { keys: &headings, headings: &headings, rows: rows.collect() }.print(Format::Table, out)?;
        }
    }
    Ok(())
}

pub(super) async fn show(app: &App, global: &Global, args: &Ledger, out: &mut dyn Write) -> anyhow::Result<()> {
    let all = app.store.lines(&LedgerFilter::default()).await?;
    if args.what == "verify" {
        return verify(&all, global.format, out);
    }
    let month: Month = args.what.parse().map_err(|e: model::calendar::PeriodError| Usage(e.to_string()))?;
    let lines: Vec<LedgerLine> = all.into_iter().filter(|l| l.line.month == month).collect();
    match global.format {
        Format::Json => output::json(&lines, out),
        _ => {
            let rows =
                lines.iter().map(|l| cells(Some(l.seq), &l.line, Some(&l.hash[..12.min(l.hash.len())]))).collect();
            Rows { keys: &KEYS, headings: &HEADINGS, rows }.print(global.format, out)
        }
    }
}

fn verify(lines: &[LedgerLine], format: Format, out: &mut dyn Write) -> anyhow::Result<()> {
    let last = lines.last().map_or(scoring::GENESIS, |l| l.hash.as_str());
    if format == Format::Json {
        let broken = scoring::verify(lines).err().map(|e| e.to_string());
        output::json(&json!({ "lines": lines.len(), "ok": broken.is_none(), "broken": broken, "last": last }), out)?;
    }
    scoring::verify(lines)?;
    if format != Format::Json {
        writeln!(out, "台账 {} 行，哈希链完整；末行指纹 {last}", lines.len())?;
    }
    Ok(())
}

pub(super) async fn score(app: &App, global: &Global, args: &Score, out: &mut dyn Write) -> anyhow::Result<()> {
    let now = app.clock.now();
    let day = args.as_of.unwrap_or_else(|| app.zone().day(now));
    let until = args.as_of.map(|d| app.zone().end_of(d));
    let lines = app.store.lines(&LedgerFilter::default()).await?;
    let (book, year) = (&app.config.rulebook, args.year.unwrap_or_else(|| day.year()));
    if let Some(unit) = &args.unit {
        let id: UnitId = unit.parse().map_err(|e: model::IdError| Usage(e.to_string()))?;
        let unit = app.config.unit(&id).ok_or_else(|| Usage(format!("配置中没有单位「{id}」")))?;
        let view = crate::letters::card(app, &scoring::scorecard(book, unit, &lines, year, until));
        return match global.format {
            Format::Json => Ok(out.write_all(report::scorecard::json(&view)?.as_bytes())?),
            Format::Csv => Ok(out.write_all(report::scorecard::csv(&[view])?.as_bytes())?),
            Format::Table => Ok(writeln!(out, "{}", report::scorecard::text(&view))?),
        };
    }
    // In the order of the configuration: a ranking is nobody's default.
    let cards = app.config.units.iter().map(|u| scoring::scorecard(book, u, &lines, year, until));
    let groups: Vec<&str> = book.groups.iter().map(|g| g.id.as_str()).collect();
    let rows = cards.map(|card| {
        let mut row = vec![json!(card.unit), json!(card.unit_name)];
        for id in &groups {
            let group = card.groups.iter().chain(&card.bonus).find(|g| g.id == **id);
            row.push(json!(group.map(|g| g.score)));
        }
        row.push(json!(card.total));
        row
    });
    let rows: Vec<_> = rows.collect();
    let keys: Vec<&str> = ["unit", "name"].into_iter().chain(groups.iter().copied()).chain(["total"]).collect();
    let titles: Vec<String> = book.groups.iter().map(|g| format!("{} {}", g.id, g.title)).collect();
    let headings: Vec<&str> =
        ["编号", "单位"].into_iter().chain(titles.iter().map(String::as_str)).chain(["总分"]).collect();
    Rows { keys: &keys, headings: &headings, rows }.print(global.format, out)
}
