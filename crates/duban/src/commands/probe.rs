//! `probe`: one live look at an address, and the channel to paste into `units.toml`. Nothing is stored.

use std::io::Write;

use anyhow::bail;
use fetch::{Came, Fetcher, Settings, Target};
use model::{ChannelKind, Source, Zone};
use serde_json::json;
use sites::{End, Input, ReadAs, Reading};

use super::read;
use crate::Usage;
use crate::cli::{Format, Global, Probe};
use crate::config::Config;
use crate::output;

/// Pages that only send the reader on, followed in a row.
const MAX_MOVES: usize = 2;

pub(super) async fn run(global: &Global, args: &Probe, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut settings = settings(global);
    for cidr in &args.allow_private {
        settings.allow_private.push(cidr.parse().map_err(|e| Usage(format!("--allow-private：{e}")))?);
    }
    let today = Zone::SHANGHAI.day(super::clock(global).now());
    let fetcher = Fetcher::new(settings)?;
    let mut url = args.url.clone();
    for _ in 0..=MAX_MOVES {
        let attempt = fetcher.get(&Target { url: url.clone(), etag: None, last_modified: None }).await;
        match attempt.came {
            Came::Body => {}
            Came::NotModified => bail!("服务器对首次访问答复“未修改”（304），无法读取"),
            Came::Failed(r) | Came::Blocked(r) => {
                bail!("{}（{}）。{}\n技术细节：{}", r.text(), r.whose().label(), r.what_to_do(), attempt.detail)
            }
        }
        let content_type = attempt.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case("content-type"));
        let reading = sites::read(&Input {
            bytes: &attempt.body,
            url: &attempt.final_url,
            content_type: content_type.map(|(_, v)| v.as_str()),
            read_as: ReadAs::List,
            source: &Source::Auto,
            today,
        });
        if let End::Moved(to) = &reading.end {
            writeln!(out, "页面跳转到 {to}")?;
            url.clone_from(to);
            continue;
        }
        return show(&reading, &attempt.final_url, global.format, out);
    }
    bail!("页面一再跳转，最后停在 {url}")
}

/// The district's own settings where there is a configuration, else the careful defaults.
fn settings(global: &Global) -> Settings {
    Config::load(&global.config).map_or_else(|_| Settings::default(), |c| c.fetch.settings)
}

fn show(reading: &Reading, url: &str, format: Format, out: &mut dyn Write) -> anyhow::Result<()> {
    let newest = reading.entries.iter().filter_map(|e| e.date).max();
    if format == Format::Json {
        return output::json(
            &json!({
                "url": url, "outcome": reading.outcome.word(), "reason": reading.outcome.reason(),
                "adapter": reading.adapter, "rows": reading.entries.len(), "newest": newest, "notes": reading.notes,
            }),
            out,
        );
    }
    read::print(reading, format, out)?;
    if format == Format::Csv {
        return Ok(());
    }
    let dated = reading.entries.iter().filter(|e| e.date.is_some()).count();
    writeln!(
        out,
        "读出 {} 条，其中有日期 {dated} 条；最新 {}。",
        reading.entries.len(),
        newest.map_or("无".into(), |d| d.to_string())
    )?;
    if !reading.outcome.is_good() {
        writeln!(out, "这一页不能据以判定；请按上面的提示处理后再试。")?;
        return Ok(());
    }
    let words: Vec<&str> = ChannelKind::ALL.iter().map(|k| k.word()).collect();
    writeln!(out, "\n可粘贴到 units.toml 的单位之下（kind 请从 {} 中选）：\n", words.join(" "))?;
    writeln!(out, "[[unit.channel]]\nid = \"\"\nkind = \"\"\nname = \"\"\nurl = \"{url}\"")?;
    Ok(())
}
