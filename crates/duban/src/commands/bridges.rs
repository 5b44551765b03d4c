//! `bridges`: whether the services that serve accounts' feeds can be believed today.

use std::io::Write;

use serde_json::json;

use crate::app::App;
use crate::bridges;
use crate::cli::{Format, Global};
use crate::output;

pub(super) async fn run(app: &App, global: &Global, out: &mut dyn Write) -> anyhow::Result<()> {
    let all = bridges::health(app).await?;
    let today = app.zone().day(app.clock.now());
    if global.format != Format::Table {
        let list: Vec<_> = all
            .iter()
            .map(|b| {
                let canaries: Vec<_> = b
                    .canaries
                    .iter()
                    .map(|c| json!({ "name": c.name.to_string(), "newest": c.newest, "age_days": c.age }))
                    .collect();
                let frozen: Vec<_> = b
                    .frozen
                    .iter()
                    .map(|f| json!({ "finding": f.number, "account": f.account.to_string(), "from": f.days.first, "to": f.days.last, "why": f.why.to_string() }))
                    .collect();
                json!({
                    "id": b.id.to_string(), "state": b.state(today), "accounts": b.tally.accounts, "good": b.tally.good,
                    "login_lost": b.tally.login, "empty": b.tally.empty, "undated": b.tally.undated,
                    "other": b.tally.other, "never": b.tally.never, "last_good": b.last_good,
                    "canary_days": b.canary_days, "canaries": canaries,
                    "fleet": b.fleet.map(|(now, usual)| json!({ "yesterday": now, "usual": usual })),
                    "silences": b.silences, "frozen": frozen, "lines": b.lines(),
                })
            })
            .collect();
        return output::json(&json!(list), out);
    }
    if all.is_empty() {
        return Ok(writeln!(out, "没有登记桥接服务（units.toml 的 [[bridge]]）。")?);
    }
    for b in &all {
        writeln!(out, "桥接 {}：{}", b.id, b.state(today))?;
        for line in b.lines() {
            writeln!(out, "  {line}")?;
        }
        let waiting = b.frozen_lines();
        if !waiting.is_empty() {
            writeln!(out, "  因此待核、不扣分的判定（{} 项）：", b.frozen.len())?;
        }
        for line in waiting {
            writeln!(out, "    {line}")?;
        }
    }
    Ok(())
}
