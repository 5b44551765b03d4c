//! `observe` and `checklist`: what people see of accounts that no source can accuse.

use std::io::Write;
use std::path::Path;

use anyhow::Context as _;
use model::Day;
use serde_json::json;
use sheets::{Column, Limits, Mistake, Table};

use crate::app::App;
use crate::checklist::{self, COLUMNS};
use crate::cli::{Checklist, Format, Global, Observe};
use crate::observe::{self, Observed, Seen};
use crate::output::{self, Rows};
use crate::{Usage, skew};

pub(super) async fn observe(app: &App, global: &Global, args: &Observe, out: &mut dyn Write) -> anyhow::Result<()> {
    skew::refuse_a_wrong_clock(app).await?;
    let all = match &args.file {
        Some(file) => from_file(app, file, args.by.as_deref()).await?,
        None => vec![from_args(args)?],
    };
    let mut done: Vec<Observed> = vec![];
    for seen in &all {
        done.push(observe::record(app, seen).await?);
    }
    if global.format == Format::Json {
        let list: Vec<_> =
            done.iter().map(|o| json!({ "channel": o.channel, "day": o.day, "checked": o.checked })).collect();
        return output::json(&json!({ "observed": list }), out);
    }
    for o in &done {
        writeln!(out, "{}：已记下 {}（{}）", o.channel, o.day, o.checked)?;
    }
    Ok(writeln!(out, "共记下 {} 条人工查看；下次判定即采用（duban judge）。", done.len())?)
}

fn from_args(args: &Observe) -> anyhow::Result<Seen> {
    let channel = args.channel.as_deref().context("缺少 --channel")?;
    let day = args.newest.or(args.date);
    Ok(Seen {
        channel: channel.parse().map_err(|e: model::IdError| Usage(e.to_string()))?,
        day,
        is_newest: args.newest.is_some(),
        link: args.link.clone(),
        by: args.by.clone().unwrap_or_default(),
    })
}

/// The rows of a filled-in list. Nothing is recorded unless every row can be.
async fn from_file(app: &App, file: &Path, by: Option<&str>) -> anyhow::Result<Vec<Seen>> {
    let bytes = std::fs::read(file).with_context(|| format!("无法读取 {}", file.display()))?;
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let read =
        sheets::read(&name, &bytes, &Limits::default()).map_err(|e| Usage(format!("{}：{e}", file.display())))?;
    let columns = [
        Column { name: COLUMNS[0], also: &[], required: true },
        Column { name: COLUMNS[1], also: &["最新日期"], required: true },
        Column { name: COLUMNS[2], also: &["网址"], required: false },
        Column { name: COLUMNS[3], also: &["谁看的"], required: false },
    ];
    let (mut seen, mut mistakes): (Vec<Seen>, Vec<String>) = (vec![], vec![]);
    for sheet in &read {
        match Table::find(sheet, &columns) {
            Ok(None) => {}
            Ok(Some(table)) => rows(&table, by, &mut seen, &mut mistakes),
            Err(wrong) => mistakes.extend(wrong.iter().map(ToString::to_string)),
        }
    }
    for s in &seen {
        if let Err(e) = observe::check(app, s).await {
            mistakes.push(e.downcast::<Usage>()?.to_string());
        }
    }
    if seen.is_empty() && mistakes.is_empty() {
        mistakes.push(format!("没有填写任何一行：请在「{}」一栏填日期", COLUMNS[1]));
    }
    if mistakes.is_empty() {
        return Ok(seen);
    }
    Err(Usage(format!("{} 处需要更正，什么也没有记下：\n{}", mistakes.len(), mistakes.join("\n"))).into())
}

fn rows(table: &Table<'_>, by: Option<&str>, seen: &mut Vec<Seen>, mistakes: &mut Vec<String>) {
    for record in &table.records {
        let cell = |name| table.cell(record, name);
        let (id, newest, link, who) = (cell(COLUMNS[0]), cell(COLUMNS[1]), cell(COLUMNS[2]), cell(COLUMNS[3]));
        if newest.is_empty() && link.is_empty() {
            continue;
        }
        let day: Option<Day> = newest.day();
        if !newest.is_empty() && day.is_none() {
            mistakes.push(Mistake::at(&newest.at, format!("「{}」不是日期", newest.text())).to_string());
            continue;
        }
        match id.text().parse() {
            Err(e) => mistakes.push(Mistake::at(&id.at, format!("{e}")).to_string()),
            Ok(channel) => seen.push(Seen {
                channel,
                day,
                is_newest: day.is_some(),
                link: Some(link.text()).filter(|l| !l.is_empty()),
                by: Some(who.text()).filter(|w| !w.is_empty()).or_else(|| by.map(str::to_owned)).unwrap_or_default(),
            }),
        }
    }
}

pub(super) async fn checklist(app: &App, global: &Global, args: &Checklist, out: &mut dyn Write) -> anyhow::Result<()> {
    let list = checklist::due(app).await?;
    if let Some(path) = &args.xlsx {
        std::fs::write(path, checklist::xlsx(app, &list)?).with_context(|| format!("无法写入 {}", path.display()))?;
        return Ok(writeln!(out, "已写入 {}：{} 个账号", path.display(), list.len())?);
    }
    let rows = list.iter().map(|d| {
        vec![
            json!(d.channel),
            json!(d.unit),
            json!(d.name),
            json!(d.platform),
            json!(d.newest),
            json!(d.looked),
            json!(d.why),
        ]
    });
    Rows {
        keys: &["channel", "unit", "name", "platform", "newest", "looked", "why"],
        headings: &["编号", "单位", "账号", "平台", "已知最新", "上次查看", "为什么"],
        rows: rows.collect(),
    }
    .print(global.format, out)?;
    if global.format == Format::Table {
        writeln!(out, "共 {} 个账号需要人工看一眼；看过后用 duban observe 记下。", list.len())?;
    }
    Ok(())
}
