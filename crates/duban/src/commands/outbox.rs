//! `outbox`: what waits, what was given up, and why.

use std::io::Write;

use serde_json::json;
use store::MailFilter;

use crate::Usage;
use crate::app::App;
use crate::cli::{Global, Outbox};
use crate::output::Rows;

pub(super) async fn run(app: &App, global: &Global, args: &Outbox, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    if let Some(key) = &args.retry {
        if !app.store.retry_mail(key, app.clock.now()).await? {
            return Err(Usage(format!("没有已放弃的信「{key}」")).into());
        }
        return Ok(writeln!(out, "「{key}」已重新排队，下次发送时发出。")?);
    }
    let waiting = app.store.mail(&MailFilter { sent: Some(false), ..MailFilter::default() }).await?;
    let rows = waiting.iter().map(|m| {
        let state = if m.gave_up {
            "已放弃"
        } else if m.sending_at.is_some() {
            "发送中"
        } else {
            "待发"
        };
        vec![
            json!(m.mail.key),
            json!(state),
            json!(m.mail.recipients),
            json!(m.attempts),
            json!(app.zone().local(m.next_try_at)),
            json!(m.last_error),
        ]
    });
    let table = Rows {
        keys: &["key", "state", "to", "attempts", "next_try_at", "last_error"],
        headings: &["信件", "状态", "收件人", "已试次数", "下次尝试", "上次的错误"],
        rows: rows.collect(),
    };
    table.print(global.format, out)
}
