//! `demo`: the whole story on a simulated district.

mod serving;

use std::io::{IsTerminal as _, Write};
use std::path::Path;

use anyhow::{Context as _, bail};
use demo::Plan;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use model::Verdict;
use serde_json::json;
use store::{FindingFilter, LedgerFilter, MailFilter};

use crate::Usage;
use crate::app::App;
use crate::cli::{Demo, Format, Global, Score};
use crate::letters;
use crate::output::Rows;
use crate::rehearsal::Rehearsal;

pub(super) async fn run(global: &Global, args: &Demo, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    claim(&args.out)?;
    let plan = Plan { seed: args.seed, days: args.days, ..Plan::default() };
    let rehearsal = Rehearsal::start(&plan, &args.out).await?;
    let district = &rehearsal.district;
    writeln!(
        out,
        "模拟县区：{} 个单位，{} 个栏目（账号），从 {} 起逐日运行 {} 天。\n\n剧本：",
        district.unit_count(),
        district.channel_count(),
        plan.first,
        plan.days
    )?;
    for story in district.stories() {
        writeln!(out, "· {}", story.sentence)?;
    }
    writeln!(out)?;
    out.flush()?;

    let bar = bar(u64::from(plan.days));
    for day in rehearsal.days() {
        bar.set_message(day.to_string());
        rehearsal.live(day).await?;
        bar.inc(1);
    }
    bar.finish_and_clear();

    let months = rehearsal.close().await?;
    let app = &rehearsal.app;
    breaches(app, out).await?;
    writeln!(out, "\n得分：")?;
    let score = Score { as_of: None, year: None, unit: None };
    super::ledger::score(app, &Global { format: Format::Table, ..global.clone() }, &score, out).await?;
    for month in &months {
        let path = args.out.join(format!("ledger-{month}.xlsx"));
        std::fs::write(&path, letters::ledger_sheet(app, *month, report::ledger::xlsx).await?)?;
    }
    let letters = written_letters(app, &args.out.join("letters")).await?;
    let lines = app.store.lines(&LedgerFilter::default()).await?;
    scoring::verify(&lines)?;
    writeln!(
        out,
        "\n台账 {} 行，哈希链完整；{} 个月已关账；{letters} 封通报。\n结果在 {}：letters/*.eml，ledger-*.xlsx，config/，var/duban.db",
        lines.len(),
        months.len(),
        args.out.display()
    )?;
    verdict(&rehearsal, out).await?;
    match args.serve {
        Some(listen) => serving::run(&rehearsal, listen, out).await,
        None => Ok(()),
    }
}

/// The demo never writes over anything.
fn claim(dir: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("无法建立目录 {}", dir.display()))?;
    if std::fs::read_dir(dir)?.next().is_some() {
        return Err(Usage(format!("目录 {} 不是空的；请用 --out 另选一个，或先清空", dir.display())).into());
    }
    Ok(())
}

fn bar(days: u64) -> ProgressBar {
    let bar = ProgressBar::new(days);
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} 天") {
        bar.set_style(style);
    }
    bar
}

async fn breaches(app: &App, out: &mut dyn Write) -> anyhow::Result<()> {
    let filter = FindingFilter { verdict: Some(Verdict::Breached), ..FindingFilter::default() };
    let found = app.store.findings(&filter).await?;
    let rows = found.iter().map(|f| {
        let (j, key) = (&f.judgement, &f.judgement.key);
        vec![
            json!(f.id),
            json!(key.criterion),
            json!(key.scope.to_string()),
            json!(format!("{}…{}", key.days.first, key.days.last)),
            json!(j.points),
            json!(f.state.label()),
            json!(j.flags.iter().map(|f| f.label()).collect::<Vec<_>>().join("、")),
        ]
    });
    let headings = ["编号", "指标", "对象", "周期", "分值", "状态", "标注"];
    Rows { keys: &headings, headings: &headings, rows: rows.collect() }.print(Format::Table, out)?;
    for verdict in [Verdict::Unknown, Verdict::Waived, Verdict::NotApplicable, Verdict::DueSoon] {
        let filter = FindingFilter { verdict: Some(verdict), ..FindingFilter::default() };
        writeln!(out, "{}：{} 个周期，不扣分", verdict.label(), app.store.findings(&filter).await?.len())?;
    }
    Ok(())
}

/// Writes every letter of the outbox as a file; the demo has no mail server.
async fn written_letters(app: &App, dir: &Path) -> anyhow::Result<usize> {
    std::fs::create_dir_all(dir)?;
    let mail = app.store.mail(&MailFilter::default()).await?;
    for letter in &mail {
        let name: String =
            letter.mail.key.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
        std::fs::write(dir.join(format!("{name}.eml")), &letter.mail.message)?;
    }
    Ok(mail.len())
}

async fn verdict(rehearsal: &Rehearsal, out: &mut dyn Write) -> anyhow::Result<()> {
    let difference = rehearsal.compare().await?;
    for line in &difference.missing {
        writeln!(out, "答案中有而未发现：{line}")?;
    }
    for line in &difference.extra {
        writeln!(out, "发现了而答案中没有：{line}")?;
    }
    if difference.missing.is_empty() && difference.extra.is_empty() {
        return Ok(writeln!(out, "与剧本答案核对：{} 条全部一致，没有多余。", difference.agreed)?);
    }
    bail!("与剧本答案不一致：少 {} 条，多 {} 条", difference.missing.len(), difference.extra.len())
}
