//! `channels`: every column and account with what came of its last look, and whose matter it is where it cannot be seen.

use std::io::Write;

use model::Outcome;
use serde_json::json;

use crate::app::App;
use crate::cli::{Channels, Format, Global};
use crate::output::Rows;

pub(super) async fn run(app: &App, global: &Global, args: &Channels, out: &mut dyn Write) -> anyhow::Result<()> {
    let latest = app.store.latest_outcomes().await?;
    let good = app.store.last_reads().await?;
    let zone = app.zone();
    let today = zone.day(app.clock.now());
    let mut rows = vec![];
    for channel in app.config.channels.iter().filter(|c| c.life.contains(today)) {
        let outcome = latest.get(&channel.id).copied();
        if args.trouble && outcome.is_some_and(Outcome::is_good) {
            continue;
        }
        let last = good.get(&channel.id);
        let reason = outcome.and_then(Outcome::reason);
        rows.push(vec![
            json!(channel.id),
            json!(channel.kind.label()),
            json!(channel.name),
            json!(outcome.map_or("尚未检查", Outcome::text)),
            json!(last.map(|l| zone.local(l.at))),
            json!(last.map(|l| l.rows)),
            json!(reason.map(|r| r.whose().label())),
            json!(reason.map(model::Reason::what_to_do)),
            json!(channel.url),
        ]);
    }
    let count = rows.len();
    Rows {
        keys: &["id", "kind", "name", "latest", "last_good_look", "rows", "whose", "what_to_do", "url"],
        headings: &["编号", "类别", "名称", "最近一次检查", "最近有效检查", "首页条数", "归属", "怎么办", "网址"],
        rows,
    }
    .print(global.format, out)?;
    if global.format == Format::Table {
        writeln!(out, "共 {count} 个{}。", if args.trouble { "需要处理的栏目（账号）" } else { "栏目（账号）" })?;
    }
    Ok(())
}
