//! `try`: other settings for a channel, tried on what is saved before they are written down; and a new shape of a list,
//! accepted by a person.

use std::io::Write;

use model::{Channel, ChannelId, Day};
use serde_json::{Value, json};
use sites::trial::{Side, Trial};

use crate::Usage;
use crate::app::App;
use crate::cli::{Format, Global, Try};
use crate::output::{self, Rows};
use crate::trial::{NOTHING_SAVED, Saved, accept, as_toml, save, saved, source, tried};

/// Titles that are named for people.
const NAMED: usize = 10;

pub(super) async fn run(app: &App, global: &Global, args: &Try, out: &mut dyn Write) -> anyhow::Result<()> {
    let id: ChannelId = args.channel.parse().map_err(|e: model::IdError| Usage(e.to_string()))?;
    let channel = app.config.channel(&id).ok_or_else(|| Usage(format!("配置中没有栏目「{id}」")))?;
    let saved = saved(app, &id).await?;
    if saved.is_empty() {
        return Err(Usage(format!("「{id}」{NOTHING_SAVED}：duban poll --channel {id}")).into());
    }
    if args.accept {
        let (who, why) = signed(args)?;
        let done = accept(app, channel, &saved, who, why).await?;
        writeln!(out, "{done}；下一次检查与它比较。立即检查：duban poll --channel {id}")?;
        return Ok(());
    }
    let text = match (&args.selectors, &args.source) {
        (Some(selectors), None) => as_toml(selectors, &channel.source)?,
        (None, Some(source)) => source.clone(),
        _ => return Err(Usage("请给出 --selectors、--source 或 --accept 之一".to_owned()).into()),
    };
    let source = source(&text)?;
    let trials: Vec<Trial> = saved.iter().map(|page| tried(page, channel, &source)).collect();
    let objections: Vec<String> = trials
        .iter()
        .zip(&saved)
        .flat_map(|(t, page)| t.objections().into_iter().map(|o| format!("{}的页面：{o}", page.last)))
        .collect();
    show(global.format, &saved, &trials, &objections, out)?;
    if args.save {
        return write_down(app, global, channel, (&text, &trials), args, out).await;
    }
    if global.format == Format::Table {
        writeln!(out, "未保存。确认后加 --save --by 姓名 --reason 理由 写入 units.toml。")?;
    }
    Ok(())
}

fn show(
    format: Format,
    saved: &[Saved],
    trials: &[Trial],
    objections: &[String],
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    if format == Format::Json {
        let pages: Vec<Value> = saved.iter().zip(trials).map(|(p, t)| as_json(p, t)).collect();
        return output::json(&json!({ "pages": pages, "objections": objections }), out);
    }
    let brief = |s: &Side| {
        let newest = s.newest.map_or_else(|| "无".to_owned(), |d| d.to_string());
        format!("{}：{}条，有日期{}条，最新{newest}（{}）", s.outcome.text(), s.rows, s.dated, s.adapter)
    };
    let rows = saved.iter().zip(trials).map(|(p, t)| {
        let days = if p.first == p.last { p.last.to_string() } else { format!("{}至{}", p.first, p.last) };
        vec![
            json!(days),
            json!(p.looks),
            json!(brief(&t.old)),
            json!(brief(&t.new)),
            json!(t.lost.len()),
            json!(t.gained.len()),
            json!(t.changed.len()),
        ]
    });
    let keys = ["days", "looks", "old", "new", "lost", "gained", "changed"];
    let headings = ["页面", "检查次数", "现读法", "新读法", "少了", "多了", "日期变了"];
    Rows { keys: &keys, headings: &headings, rows: rows.collect() }.print(format, out)?;
    if format == Format::Csv {
        return Ok(());
    }
    if let Some(newest) = trials.first() {
        details(newest, out)?;
    }
    let differ = trials.iter().filter(|t| t.differs()).count();
    writeln!(out, "{} 个不同页面中有 {differ} 个读法不同。", trials.len())?;
    for objection in objections {
        writeln!(out, "不如现读法：{objection}")?;
    }
    Ok(())
}

/// What changes on the newest page, by name.
fn details(newest: &Trial, out: &mut dyn Write) -> anyhow::Result<()> {
    let plain = |t: &str| t.chars().filter(|c| !c.is_control()).collect::<String>();
    for (what, titles) in [("少了", &newest.lost), ("多了", &newest.gained)] {
        for title in titles.iter().take(NAMED) {
            writeln!(out, "最新页面{what}：{}", plain(title))?;
        }
    }
    let day = |d: Option<Day>| d.map_or_else(|| "无".to_owned(), |d| d.to_string());
    for c in newest.changed.iter().take(NAMED) {
        writeln!(out, "最新页面日期变了：{}，{} → {}", plain(&c.title), day(c.old), day(c.new))?;
    }
    for note in &newest.new.notes {
        writeln!(out, "新读法提示：{}", plain(note))?;
    }
    Ok(())
}

fn as_json(page: &Saved, t: &Trial) -> Value {
    let side = |s: &Side| {
        json!({
            "outcome": s.outcome.word(), "reason": s.outcome.reason(), "adapter": s.adapter, "rows": s.rows,
            "dated": s.dated, "newest": s.newest, "notes": s.notes,
        })
    };
    let changed: Vec<Value> =
        t.changed.iter().map(|c| json!({ "title": c.title, "old": c.old, "new": c.new })).collect();
    json!({
        "from": page.first, "to": page.last, "looks": page.looks, "old": side(&t.old), "new": side(&t.new),
        "lost": t.lost, "gained": t.gained, "changed": changed, "objections": t.objections(),
    })
}

async fn write_down(
    app: &App,
    global: &Global,
    channel: &Channel,
    (source, trials): (&str, &[Trial]),
    args: &Try,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let backup = save(app, channel, source, trials, args.force, signed(args)?).await?;
    if global.format == Format::Table {
        writeln!(out, "已写入 units.toml，原文件存为 {}。", backup.display())?;
        writeln!(
            out,
            "下一次检查按新读法重新读取；常驻程序（duban serve）须先重启。立即检查：duban poll --channel {}",
            channel.id
        )?;
    }
    Ok(())
}

fn signed(args: &Try) -> Result<(&str, &str), Usage> {
    let given = |text: &'_ Option<String>| text.as_deref().is_some_and(|t| !t.trim().is_empty());
    match (&args.by, &args.reason) {
        (Some(by), Some(reason)) if given(&args.by) && given(&args.reason) => Ok((by, reason)),
        _ => Err(Usage("请用 --by 和 --reason 写明谁、为什么".to_owned())),
    }
}
