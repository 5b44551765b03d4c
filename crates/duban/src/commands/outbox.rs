//! `outbox`: what waits, what was given up, what came back, and why.

use std::io::{Read as _, Write};

use anyhow::Context as _;
use serde_json::json;
use store::{Delivery, MailFilter};

use crate::app::App;
use crate::cli::{Global, Outbox};
use crate::output::Rows;
use crate::{Usage, mail};

pub(super) async fn run(app: &App, global: &Global, args: &Outbox, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    if let Some(key) = &args.retry {
        let n = app.store.retry_mail(key, args.to.as_deref(), app.clock.now()).await?;
        if n == 0 {
            return Err(Usage(format!("没有已放弃的信「{key}」")).into());
        }
        return Ok(writeln!(out, "「{key}」已为 {n} 个收件人重新排队，下次发送时发出。")?);
    }
    if let Some(file) = &args.bounce {
        return bounce(app, file, out).await;
    }
    let all = app.store.mail(&MailFilter::default()).await?;
    let open = all
        .iter()
        .flat_map(|m| m.deliveries.iter().map(move |d| (m, d)))
        .filter(|(_, d)| d.sent_at.is_none() || d.bounce.is_some());
    let rows = open.map(|(m, d)| {
        vec![
            json!(m.mail.key),
            json!(state(d)),
            json!(d.recipient),
            json!(d.attempts),
            json!(d.sent_at.is_none().then(|| app.zone().local(d.next_try_at))),
            json!(d.bounce.as_ref().or(d.last_error.as_ref())),
        ]
    });
    let table = Rows {
        keys: &["key", "state", "to", "attempts", "next_try_at", "last_error"],
        headings: &["信件", "状态", "收件人", "已试次数", "下次尝试", "上次的错误"],
        rows: rows.collect(),
    };
    table.print(global.format, out)
}

fn state(d: &Delivery) -> &'static str {
    match () {
        () if d.bounce.is_some() => "退信",
        () if d.gave_up => "已放弃",
        () if d.sending_at.is_some() => "发送中",
        () => "待发",
    }
}

/// Takes in a delivery report, as the sysadmin saved it or the mail server's alias hands it over.
async fn bounce(app: &App, file: &std::path::Path, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let mut bytes = vec![];
    if file.as_os_str() == "-" {
        std::io::stdin().take(8 << 20).read_to_end(&mut bytes).context("无法读取标准输入")?;
    } else {
        bytes = std::fs::read(file).with_context(|| format!("无法读取 {}", file.display()))?;
    }
    let Some(report) = mail::delivery_report(&bytes) else {
        return Err(Usage("这不是退信报告（或只是通知延迟）：没有登记".to_owned()).into());
    };
    let keys = app.store.mail_keys().await?;
    let Some(key) = keys.iter().find(|k| report.about.contains(&mail::message_id(k))) else {
        return Err(Usage("退信里没有本系统发出的信件编号（Message-ID）：没有登记".to_owned()).into());
    };
    for failed in &report.failed {
        let new = app.store.record_bounce(key, failed, app.clock.now()).await?;
        let word = if new { "已登记" } else { "不是这封信的收件人，或已登记过" };
        writeln!(out, "「{key}」退信 {}：{} {}（{word}）", failed.recipient, failed.status, failed.reason)?;
    }
    Ok(())
}
