//! `channels`: every column and account with what came of its last look, and whose matter it is where it cannot be seen.

use std::collections::HashMap;
use std::io::Write;

use chrono::TimeDelta;
use model::{ChannelId, Moment, Outcome, Reason, Source};
use serde_json::json;

use crate::app::App;
use crate::cli::{Channels, Format, Global};
use crate::output::Rows;

pub(super) async fn run(app: &App, global: &Global, args: &Channels, out: &mut dyn Write) -> anyhow::Result<()> {
    if args.dates {
        return dates(app, global, out).await;
    }
    let latest = app.store.latest_outcomes().await?;
    let good = app.store.last_reads().await?;
    let gaps = gaps(app).await?;
    let zone = app.zone();
    let today = zone.day(app.clock.now());
    let mut rows = vec![];
    for channel in app.config.sources().filter(|c| c.life.contains(today)) {
        let outcome = latest.get(&channel.id).copied();
        // Where people may look but nobody has yet, there is nothing to tell.
        if outcome.is_none() && matches!(channel.source, Source::Manual { .. }) {
            continue;
        }
        if args.trouble && outcome.is_some_and(Outcome::is_good) {
            continue;
        }
        let last = good.get(&channel.id);
        let reason = outcome.and_then(Outcome::reason);
        let what_to_do = match reason {
            Some(reason) => Some(remedy(app, channel, reason).await?),
            None => None,
        };
        rows.push(vec![
            json!(channel.id),
            json!(channel.kind.label()),
            json!(channel.name),
            json!(outcome.map_or("尚未检查", Outcome::text)),
            json!(last.map(|l| zone.local(l.at))),
            json!(last.map(|l| l.rows)),
            json!(gaps.get(&channel.id).map(|(from, to)| stretch(zone, *from, *to))),
            json!(reason.map(|r| r.whose().label())),
            json!(what_to_do),
            json!(reason.map(Reason::for_admin)),
            json!(channel.url),
        ]);
    }
    let count = rows.len();
    Rows {
        keys: &[
            "id",
            "kind",
            "name",
            "latest",
            "last_good_look",
            "rows",
            "longest_gap",
            "whose",
            "what_to_do",
            "for_admin",
            "url",
        ],
        headings: &[
            "编号",
            "类别",
            "名称",
            "最近一次检查",
            "最近有效检查",
            "首页条数",
            "近35天最长空档",
            "归属",
            "经办人怎么办",
            "运维怎么办",
            "网址",
        ],
        rows,
    }
    .print(global.format, out)?;
    if global.format == Format::Table {
        writeln!(out, "共 {count} 个{}。", if args.trouble { "需要处理的栏目（账号）" } else { "栏目（账号）" })?;
    }
    Ok(())
}

/// Of so many days the gaps are told: a month and what hangs over.
pub(super) const TOLD_DAYS: i64 = 35;

/// The longest stretch without a good look of each channel that has one: longer than three looks and than a day. What
/// lasts still, counts.
async fn gaps(app: &App) -> anyhow::Result<HashMap<ChannelId, (Moment, Moment)>> {
    let now = app.clock.now();
    let worth_a_word = TimeDelta::minutes(3 * i64::from(app.config.fetch.revisit_minutes)).max(TimeDelta::days(1));
    let since = now - TimeDelta::days(TOLD_DAYS);
    let past = app.store.gaps(since, worth_a_word.num_seconds()).await?;
    let last = app.store.last_reads().await?;
    let lasting = last.into_iter().filter(|(_, l)| now - l.at >= worth_a_word).map(|(c, l)| (c, (l.at, now)));
    let mut longest: HashMap<ChannelId, (Moment, Moment)> = lasting.collect();
    for gap in past {
        let known = longest.entry(gap.channel).or_insert((gap.from, gap.to));
        if gap.to - gap.from > known.1 - known.0 {
            *known = (gap.from, gap.to);
        }
    }
    Ok(longest)
}

/// `2026-03-10 08:00 至 2026-03-20 08:00（10天）`.
pub(super) fn stretch(zone: model::Zone, from: Moment, to: Moment) -> String {
    let local = |m| zone.local(m)[..16].to_owned();
    let hours = (to - from).num_hours();
    let long = if hours < 48 { format!("{hours}小时") } else { format!("{}天", hours / 24) };
    format!("{} 至 {}（{long}）", local(from), local(to))
}

/// What to do about a look that is not good; where a page was not rendered, with the addresses that did not come.
async fn remedy(app: &App, channel: &model::Channel, reason: Reason) -> anyhow::Result<String> {
    let usual = reason.what_to_do();
    if !matches!(reason, Reason::RenderedInPart | Reason::BrowserFailed) {
        return Ok(usual.to_owned());
    }
    let last = app.store.recent_looks(&channel.id, 1).await?.into_iter().next();
    Ok(last.and_then(|l| l.detail).map_or_else(|| usual.to_owned(), |detail| format!("{detail}。{usual}")))
}

/// Items for which different dates are named, the newest first.
const DISPUTED: u32 = 500;

async fn dates(app: &App, global: &Global, out: &mut dyn Write) -> anyhow::Result<()> {
    let disputed = app.store.disputed(None, DISPUTED).await?;
    let rows = disputed.iter().map(|d| {
        let others = d.others.iter().map(|c| json!(format!("{}{}", c.from.label(), c.day))).collect::<Vec<_>>();
        vec![json!(d.item), json!(d.channel), json!(d.title), json!(d.claimed), json!(others), json!(d.url)]
    });
    Rows {
        keys: &["item", "channel", "title", "counted", "others", "url"],
        headings: &["信息", "栏目", "标题", "计入日期", "其他日期", "网址"],
        rows: rows.collect(),
    }
    .print(global.format, out)?;
    if global.format == Format::Table {
        writeln!(
            out,
            "共 {} 条。计入的是列表日期；正文页日期落在某周期内时该周期不扣分，待人工核定：duban date-item 信息 日期 --by 姓名 --reason 依据",
            disputed.len()
        )?;
    }
    Ok(())
}
