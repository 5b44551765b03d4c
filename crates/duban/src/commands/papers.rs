//! `report unit-card`, `report circular`, `report fairness` and `report closing`.

use std::io::Write;
use std::path::Path;

use anyhow::Context as _;
use chrono::Datelike as _;
use report::paper::Paper;
use report::span::Span;
use serde_json::json;

use crate::app::App;
use crate::cli::{Circular, Closing, Fairness, Format, Global, Over, UnitCard};
use crate::{Usage, circular, closing, outbox, output, reports};

impl Over {
    fn span(&self) -> Result<Span, Usage> {
        match (self.month, self.quarter, self.year) {
            (Some(month), None, None) => Ok(Span::Month(month)),
            (None, Some(quarter), None) => Ok(Span::Quarter(quarter)),
            (None, None, Some(year)) => Ok(Span::Year(year)),
            _ => Err(Usage("请给出 --month、--quarter、--year 之一".to_owned())),
        }
    }
}

/// Writes a file where one is asked for, and says so.
fn write(path: &Path, bytes: &[u8], out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("无法写入 {}", path.display()))?;
    Ok(writeln!(out, "已写入 {}", path.display())?)
}

fn as_json(paper: &Paper, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    output::json(&json!({ "title": paper.heading(), "text": paper.text() }), out)
}

pub(super) async fn unit_card(
    app: &App,
    global: &Global,
    args: &UnitCard,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let id: model::UnitId = args.unit.parse().map_err(|e: model::IdError| Usage(e.to_string()))?;
    let unit = app.config.unit(&id).ok_or_else(|| Usage(format!("配置中没有单位「{id}」")))?;
    let now = app.clock.now();
    let card = reports::unit_card(app, unit, args.year.unwrap_or_else(|| app.zone().day(now).year())).await?;
    let paper = card.paper();
    if let Some(path) = &args.html {
        write(path, paper.html()?.as_bytes(), out)?;
    }
    if let Some(path) = &args.xlsx {
        write(path, &card.xlsx(now, app.zone())?, out)?;
    }
    if args.html.is_some() || args.xlsx.is_some() {
        return Ok(());
    }
    match global.format {
        Format::Json => as_json(&paper, out),
        Format::Csv => Ok(out.write_all(report::scorecard::csv(&[card.card])?.as_bytes())?),
        Format::Table => Ok(out.write_all(paper.text().as_bytes())?),
    }
}

pub(super) async fn circular(
    app: &App,
    global: &Global,
    args: &Circular,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let paper = circular::circular(app, args.over.span()?).await?;
    let mut written = false;
    if let Some(path) = &args.html {
        write(path, paper.html()?.as_bytes(), out)?;
        written = true;
    }
    #[cfg(feature = "docx")]
    if let Some(path) = &args.docx {
        write(path, &docx::docx(&paper)?, out)?;
        written = true;
    }
    match global.format {
        _ if written => Ok(()),
        Format::Json => as_json(&paper, out),
        _ => Ok(out.write_all(paper.text().as_bytes())?),
    }
}

pub(super) async fn fairness(
    app: &App,
    global: &Global,
    args: &Fairness,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let now = app.clock.now();
    let made = reports::fairness(app, args.over.span()?, |sheet| {
        let html = args.html.as_ref().map(|_| sheet.paper().html()).transpose()?;
        let xlsx = args.xlsx.as_ref().map(|_| sheet.xlsx(now)).transpose()?;
        Ok((html, xlsx, sheet.grid(), sheet.paper()))
    });
    let (html, xlsx, grid, paper) = made.await?;
    if let (Some(path), Some(html)) = (&args.html, &html) {
        write(path, html.as_bytes(), out)?;
    }
    if let (Some(path), Some(xlsx)) = (&args.xlsx, &xlsx) {
        write(path, xlsx, out)?;
    }
    if html.is_some() || xlsx.is_some() {
        return Ok(());
    }
    match global.format {
        Format::Json => {
            let row = |cells: &Vec<report::grid::Cell>| -> serde_json::Map<String, serde_json::Value> {
                grid.columns.iter().cloned().zip(cells.iter().map(|c| json!(c.shown()))).collect()
            };
            output::json(&json!({ "rows": grid.rows.iter().map(row).collect::<Vec<_>>() }), out)
        }
        Format::Csv => Ok(out.write_all(grid.csv()?.as_bytes())?),
        Format::Table => Ok(out.write_all(paper.text().as_bytes())?),
    }
}

pub(super) async fn closing(
    app: &App,
    global: &Global,
    args: &Closing,
    out: &mut (dyn Write + Send),
) -> anyhow::Result<()> {
    let month = args.month;
    if !app.store.closed_months().await?.iter().any(|c| c.month == month) {
        return Err(Usage(format!("{month} 尚未关账；请先 duban close {month}")).into());
    }
    if args.send && app.config.mail.smtp.is_none() {
        return Err(Usage("尚未配置 mail.smtp，不能发送；可用 --out 写成文件".to_owned()).into());
    }
    let letters = closing::letters(app, month).await?;
    if let Some(dir) = &args.out {
        super::report::write_all(app, &letters, dir)?;
    }
    let (mut queued, mut sent) = (0, outbox::Flushed::default());
    if args.send {
        queued = outbox::enqueue(app, &letters).await?;
        sent = outbox::flush(app).await?;
    }
    if global.format == Format::Json {
        let list: Vec<_> = letters
            .iter()
            .map(|l| {
                let files: Vec<&str> = l.attachments.iter().map(|(name, ..)| name.as_str()).collect();
                json!({ "key": l.key, "to": l.to, "subject": l.subject, "text": l.text, "attachments": files })
            })
            .collect();
        return output::json(&json!({ "month": month, "letters": list, "queued": queued, "sent": sent.sent }), out);
    }
    writeln!(out, "{month}：{} 封。", letters.len())?;
    if let Some(dir) = &args.out {
        writeln!(out, "已写入 {}", dir.display())?;
    }
    if args.send {
        writeln!(out, "新入队 {queued} 封，本次发出 {} 封。", sent.sent)?;
    }
    if args.out.is_none() && !args.send {
        for letter in &letters {
            writeln!(out, "\n──── {} ────\n收件：{}\n\n{}", letter.subject, letter.to.join("、"), letter.text)?;
        }
    }
    Ok(())
}
