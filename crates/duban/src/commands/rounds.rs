//! `poll`, `judge` and `cycle`.

use std::io::Write;

use anyhow::Context as _;
use model::ChannelId;
use serde_json::json;

use crate::app::App;
use crate::cli::{Format, Global, Judge, Poll};
use crate::output::{self, Rows};
use crate::poll::Round;
use crate::{Usage, judge as judging, poll as looking, skew};

pub(super) async fn poll(app: &App, global: &Global, args: &Poll, out: &mut dyn Write) -> anyhow::Result<()> {
    let only: Option<ChannelId> =
        args.channel.as_deref().map(str::parse).transpose().map_err(|e: model::IdError| Usage(e.to_string()))?;
    skew::refuse_a_wrong_clock(app).await?;
    let bar = crate::output::spinner(global.format);
    let round = looking::poll(app, only.as_ref(), &|channel| bar.set_message(channel.to_string())).await?;
    let suspicions = if only.is_none() { Box::pin(crate::suspect::after_round(app)).await } else { 0 };
    bar.finish_and_clear();
    print_round(&round, global.format, out)?;
    if suspicions > 0 && global.format != Format::Json {
        writeln!(out, "另有新疑点 {suspicions} 条，不计分；请用 duban suspect list 查看。")?;
    }
    Ok(())
}

fn print_round(round: &Round, format: Format, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut troubles: Vec<_> = round.troubles.iter().collect();
    troubles.sort();
    if format == Format::Json {
        let troubles: serde_json::Map<_, _> = troubles.iter().map(|(r, n)| (r.word().to_owned(), json!(n))).collect();
        return output::json(
            &json!({
                "looks": round.looks, "good": round.good, "unchanged": round.unchanged,
                "recovered": round.recovered, "troubles": troubles,
                "held": round.held.map_or(0, |(_, n)| n), "resting": round.resting,
            }),
            out,
        );
    }
    writeln!(out, "检查 {} 个栏目：有效 {}（其中无变化 {}）。", round.looks, round.good, round.unchanged)?;
    if round.recovered > 0 {
        writeln!(out, "另有 {} 次上次中断的检查已补记。", round.recovered)?;
    }
    let waiting = round.waiting();
    if !waiting.is_empty() {
        writeln!(out, "{waiting}；仍为到期状态，时段或间隔过后自动检查。")?;
    }
    if troubles.is_empty() {
        return Ok(());
    }
    let rows =
        troubles.iter().map(|(r, n)| vec![json!(r.text()), json!(n), json!(r.whose().label()), json!(r.what_to_do())]);
    let table = Rows {
        keys: &["reason", "looks", "whose", "what_to_do"],
        headings: &["未能看清的原因", "次数", "归属", "怎么办"],
        rows: rows.collect(),
    };
    table.print(format, out)
}

pub(super) async fn judge(app: &App, global: &Global, args: &Judge, out: &mut dyn Write) -> anyhow::Result<()> {
    let now = app.clock.now();
    skew::refuse_a_wrong_clock(app).await?;
    let today = app.zone().day(now);
    if let Some(day) = args.as_of.filter(|day| *day > today) {
        // A judgement from the future would stand against every later one until that day has come.
        return Err(Usage(format!("不能判定到将来（{day}），今天是 {today}")).into());
    }
    let as_of = args.as_of.map_or(now, |day| app.zone().end_of(day));
    app.register().await?;
    if app.store.latest_judgement().await?.is_some_and(|latest| as_of < latest) {
        // What is known by now must not be overwritten by what was known then.
        let judged = judging::judgements(app, as_of).await.context("判定失败")?;
        if global.format == Format::Json {
            return output::json(&judged, out);
        }
        writeln!(out, "该时点早于最近一次判定，以下仅供查看，不入库：")?;
        let rows = judged.iter().map(|j| {
            vec![
                json!(j.key.criterion),
                json!(j.key.scope.to_string()),
                json!(j.key.days.first),
                json!(j.key.days.last),
                json!(j.verdict.label()),
                json!(j.points),
            ]
        });
        let headings = ["指标", "对象", "起", "止", "判定", "分值"];
        let keys = ["criterion", "scope", "from", "to", "verdict", "points"];
        return Rows { keys: &keys, headings: &headings, rows: rows.collect() }.print(global.format, out);
    }
    let recorded = judging::judge(app, as_of).await.context("判定失败")?;
    if global.format == Format::Json {
        return output::json(
            &json!({ "new": recorded.new.len(), "changed": recorded.changed.len(), "retracted": recorded.retracted.len() }),
            out,
        );
    }
    writeln!(
        out,
        "判定完成：新发现 {}，变化 {}，撤回 {}。",
        recorded.new.len(),
        recorded.changed.len(),
        recorded.retracted.len()
    )?;
    Ok(())
}

pub(super) async fn cycle(app: &App, global: &Global, out: &mut dyn Write) -> anyhow::Result<()> {
    if global.format == Format::Json {
        skew::refuse_a_wrong_clock(app).await?;
        let round = looking::poll(app, None, &|_| ()).await?;
        Box::pin(crate::suspect::after_round(app)).await;
        let recorded = judging::judge(app, app.clock.now()).await?;
        return output::json(
            &json!({
                "looks": round.looks, "good": round.good, "unchanged": round.unchanged,
                "new": recorded.new.len(), "changed": recorded.changed.len(), "retracted": recorded.retracted.len(),
            }),
            out,
        );
    }
    poll(app, global, &Poll { channel: None }, out).await?;
    judge(app, global, &Judge { as_of: None }, out).await
}
