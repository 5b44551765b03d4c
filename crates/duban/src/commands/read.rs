//! `read`: saved bytes, and what is read from them. Needs no configuration and no database.

use std::io::Write;

use anyhow::Context as _;
use model::{Entry, Zone};
use serde_json::{Value, json};
use sites::{End, Input, ReadAs, Reading};

use crate::Usage;
use crate::cli::{As, Format, Global, Read};
use crate::output::{self, Rows};

pub(super) fn run(global: &Global, args: &Read, out: &mut dyn Write) -> anyhow::Result<()> {
    let bytes = std::fs::read(&args.file).with_context(|| format!("无法读取文件 {}", args.file.display()))?;
    let source = match &args.source {
        None => model::Source::Auto,
        Some(text) => crate::config::source(text)
            .map_err(|m| Usage(m.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))?,
    };
    let now = super::clock(global).now();
    let reading = sites::read(&Input {
        bytes: &bytes,
        url: &args.url,
        content_type: args.content_type.as_deref(),
        read_as: match args.read_as {
            As::List => ReadAs::List,
            As::Article => ReadAs::Article,
            As::Feed => ReadAs::Feed,
            As::Auto => ReadAs::Auto,
        },
        source: &source,
        today: args.at.unwrap_or_else(|| Zone::SHANGHAI.day(now)),
    });
    print(&reading, global.format, out)
}

/// Prints a reading as ARCHITECTURE.md's JSON, or for people.
pub(super) fn print(reading: &Reading, format: Format, out: &mut dyn Write) -> anyhow::Result<()> {
    if format == Format::Json {
        return output::json(&as_json(reading), out);
    }
    if format == Format::Table {
        writeln!(out, "结果：{}（{}）", reading.outcome.text(), reading.adapter)?;
        for note in &reading.notes {
            writeln!(out, "提示：{note}")?;
        }
        if let Some(more) = more(reading) {
            writeln!(out, "下一页（或跳转）：{more}")?;
        }
    }
    let keys = ["title", "url", "date", "date_from", "source"];
    let headings = ["标题", "网址", "日期", "日期出处", "来源"];
    let rows = reading.entries.iter().map(|e| keys.iter().map(|k| entry(e)[k].clone()).collect()).collect();
    Rows { keys: &keys, headings: &headings, rows }.print(format, out)
}

fn more(reading: &Reading) -> Option<&str> {
    match &reading.end {
        End::Next(url) | End::Moved(url) => Some(url),
        End::Reached | End::Unknown => None,
    }
}

fn entry(e: &Entry) -> Value {
    json!({
        "title": e.title,
        "url": e.url,
        "date": e.date,
        "date_from": e.date_from.map(model::DateFrom::word),
        "source": e.source,
    })
}

fn as_json(reading: &Reading) -> Value {
    json!({
        "outcome": reading.outcome.word(),
        "reason": reading.outcome.reason(),
        "adapter": reading.adapter,
        "entries": reading.entries.iter().map(entry).collect::<Vec<_>>(),
        "more": more(reading),
        "notes": reading.notes,
    })
}
