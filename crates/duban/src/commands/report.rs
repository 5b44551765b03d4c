//! `report`: the weekly letters and the ledger's sheet here, documents in `papers`.

use std::io::Write;
use std::path::Path;

use anyhow::Context as _;
use model::IsoWeek;
use serde_json::json;

use super::papers;
use crate::app::App;
use crate::cli::{Format, Global, Report, ReportLedger, Weekly};
use crate::mail::Letter;
use crate::{Usage, letters, mail, outbox, output};

pub(super) async fn run(app: &App, global: &Global, args: &Report, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    match args {
        Report::Weekly(args) => weekly(app, global, args, out).await,
        Report::Ledger(args) => ledger(app, global, args, out).await,
        Report::UnitCard(args) => Box::pin(papers::unit_card(app, global, args, out)).await,
        Report::Circular(args) => Box::pin(papers::circular(app, global, args, out)).await,
        Report::Fairness(args) => Box::pin(papers::fairness(app, global, args, out)).await,
        Report::Closing(args) => Box::pin(papers::closing(app, global, args, out)).await,
    }
}

async fn weekly(app: &App, global: &Global, args: &Weekly, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let today = app.zone().day(app.clock.now());
    let week = args.week.unwrap_or_else(|| IsoWeek::of(today).previous());
    if args.send && week.days().last >= today {
        return Err(Usage(format!("{week} 还没有结束，不能发送；可用 --out 预览")).into());
    }
    if args.send && app.config.mail.smtp.is_none() {
        return Err(Usage("尚未配置 mail.smtp，不能发送；可用 --out 写成文件".to_owned()).into());
    }
    let letters = letters::weekly(app, week).await?;
    if let Some(dir) = &args.out {
        write_all(app, &letters, dir)?;
    }
    let (mut queued, mut sent) = (0, outbox::Flushed::default());
    if args.send {
        queued = outbox::enqueue(app, &letters).await?;
        sent = outbox::flush(app).await?;
    }
    if global.format == Format::Json {
        let list: Vec<_> =
            letters.iter().map(|l| json!({ "key": l.key, "to": l.to, "subject": l.subject, "text": l.text })).collect();
        return output::json(
            &json!({ "week": week.to_string(), "letters": list, "queued": queued, "sent": sent.sent }),
            out,
        );
    }
    writeln!(out, "{week}：{} 封。", letters.len())?;
    if let Some(dir) = &args.out {
        writeln!(out, "已写入 {}", dir.display())?;
    }
    if args.send {
        writeln!(out, "新入队 {queued} 封，本次发出 {} 封。", sent.sent)?;
        if sent.sent < sent.tried {
            writeln!(out, "有 {} 封未能发出，将自动重试；原因见 `duban doctor` 和日志。", sent.tried - sent.sent)?;
        }
    }
    if args.out.is_none() && !args.send {
        for letter in &letters {
            writeln!(out, "\n──── {} ────\n收件：{}\n\n{}", letter.subject, letter.to.join("、"), letter.text)?;
        }
    }
    Ok(())
}

/// Writes letters as .eml files, each named by its key.
pub(super) fn write_all(app: &App, letters: &[Letter], dir: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("无法建立目录 {}", dir.display()))?;
    for letter in letters {
        let name: String =
            letter.key.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
        let path = dir.join(format!("{name}.eml"));
        let bytes = mail::message(letter, &app.config.mail.from, app.clock.now())?;
        std::fs::write(&path, bytes).with_context(|| format!("无法写入 {}", path.display()))?;
    }
    Ok(())
}

async fn ledger(app: &App, global: &Global, args: &ReportLedger, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    if let Some(path) = &args.xlsx {
        let bytes = letters::ledger_sheet(app, args.month, report::ledger::xlsx).await?;
        std::fs::write(path, bytes).with_context(|| format!("无法写入 {}", path.display()))?;
        return Ok(writeln!(out, "已写入 {}", path.display())?);
    }
    let text = match global.format {
        Format::Json => letters::ledger_sheet(app, args.month, report::ledger::json).await?,
        _ => letters::ledger_sheet(app, args.month, report::ledger::csv).await?,
    };
    Ok(out.write_all(text.as_bytes())?)
}
