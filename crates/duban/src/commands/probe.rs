//! `probe`: one live look at an address, and the channel to paste into `units.toml`. Nothing is stored.

use std::io::Write;

use anyhow::bail;
use fetch::{Attempt, Came, Fetcher, Settings, Target};
use model::{ChannelKind, Day, Outcome, Reason, Source, Zone};
use rules::{Rule, Rulebook};
use serde_json::json;
use sites::{End, Input, ReadAs, Reading};

use super::read;
use crate::Usage;
use crate::browse::Browsing;
use crate::cli::{Format, Global, Probe};
use crate::config::Config;
use crate::{guess, output};

/// Pages that only send the reader on, followed in a row.
const MAX_MOVES: usize = 2;

pub(super) async fn run(global: &Global, args: &Probe, out: &mut dyn Write) -> anyhow::Result<()> {
    let settings = settings(global, &args.allow_private)?;
    let today = Zone::SHANGHAI.day(super::clock(global).now());
    let fetcher = Fetcher::new(settings)?;
    let mut url = args.url.clone();
    for _ in 0..=MAX_MOVES {
        let mut attempt = fetcher.get(&Target::new(&url)).await;
        match attempt.came {
            Came::Body => {}
            Came::NotModified => bail!("服务器对首次访问答复“未修改”（304），无法读取"),
            Came::Failed(r) | Came::Blocked(r) => {
                bail!("{}（{}）。{}\n技术细节：{}", r.text(), r.whose().label(), r.what_to_do(), attempt.detail)
            }
        }
        let mut data = vec![];
        if args.browser {
            (attempt, data) = rendered(global, &fetcher, attempt, out).await?;
        }
        let content_type = attempt.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case("content-type"));
        let input = Input {
            bytes: &attempt.body,
            url: &attempt.final_url,
            content_type: content_type.map(|(_, v)| v.as_str()),
            read_as: ReadAs::List,
            source: &Source::Auto,
            today,
        };
        let reading = sites::read(&input);
        if let End::Moved(to) = &reading.end {
            writeln!(out, "页面跳转到 {to}")?;
            url.clone_from(to);
            continue;
        }
        let seen = Seen {
            name: sites::column_name(&input),
            url: &attempt.final_url,
            newest: reading.entries.iter().filter_map(|e| e.date).max(),
            today,
            reading: &reading,
            rendered: args.browser,
            data: &data,
        };
        return show(&seen, &rulebook(global), global.format, out);
    }
    bail!("页面一再跳转，最后停在 {url}")
}

/// The page as a browser shows it, and what its scripts asked for.
async fn rendered(
    global: &Global,
    fetcher: &Fetcher,
    plain: Attempt,
    out: &mut dyn Write,
) -> anyhow::Result<(Attempt, Vec<(String, usize)>)> {
    let settings = crate::config::browser(&global.config).unwrap_or_default();
    let page = match Browsing::new(&settings, Zone::SHANGHAI).render(fetcher, &plain).await {
        Ok(page) => page,
        Err(failure) => bail!("未能渲染：{}", failure.detail),
    };
    if page.in_part && global.format == Format::Table {
        writeln!(out, "{}", page.attempt.detail)?;
        writeln!(out, "渲染不完整的页面不能据以判定；与列表无关的网址可写入 duban.toml 的 [browser] ignore。")?;
    }
    Ok((page.attempt, page.data))
}

/// The district's own settings where there is a configuration, else the careful defaults.
pub(super) fn settings(global: &Global, allow_private: &[String]) -> anyhow::Result<Settings> {
    let mut settings = crate::config::fetch(&global.config).map_or_else(Settings::default, |f| f.settings);
    for cidr in allow_private {
        settings.allow_private.push(cidr.parse().map_err(|e| Usage(format!("--allow-private：{e}")))?);
    }
    Ok(settings)
}

/// The configured rulebook, else the one that is shipped.
fn rulebook(global: &Global) -> Option<Rulebook> {
    let configured = Config::load(&global.config).ok().map(|c| c.rulebook);
    configured.or_else(|| rules::load(rules::ZHONGSHAN_2022, "zhongshan-2022").ok())
}

/// What one look at the address has shown.
struct Seen<'a> {
    name: Option<String>,
    url: &'a str,
    newest: Option<Day>,
    today: Day,
    reading: &'a Reading,
    rendered: bool,
    /// What the scripts of a rendered page asked for.
    data: &'a [(String, usize)],
}

fn show(seen: &Seen<'_>, book: &Option<Rulebook>, format: Format, out: &mut dyn Write) -> anyhow::Result<()> {
    let Seen { name, url, newest, reading, .. } = seen;
    let kind = name.as_deref().and_then(guess::kind);
    if format == Format::Json {
        return output::json(
            &json!({
                "url": url, "outcome": reading.outcome.word(), "reason": reading.outcome.reason(),
                "adapter": reading.adapter, "rows": reading.entries.len(), "newest": newest, "notes": reading.notes,
                "name": name, "kind": kind.map(ChannelKind::word), "next": reading.more(), "rendered": seen.rendered,
                "data": seen.data.iter().map(|(url, bytes)| json!({ "url": url, "bytes": bytes })).collect::<Vec<_>>(),
            }),
            out,
        );
    }
    read::print(reading, format, out)?;
    if format == Format::Csv {
        return Ok(());
    }
    let dated = reading.entries.iter().filter(|e| e.date.is_some()).count();
    let newest_text = newest.map_or_else(|| "无".to_owned(), |d| d.to_string());
    writeln!(out, "读出 {} 条，其中有日期 {dated} 条；最新 {newest_text}。", reading.entries.len())?;
    for (url, bytes) in seen.data {
        let plain: String = url.chars().filter(|c| !c.is_control()).collect();
        writeln!(
            out,
            "页面脚本取数：{plain}（{bytes} 字节）。若是 JSON 列表，用 source = {{ json = … }} 直接读它更省更稳。"
        )?;
    }
    if reading.outcome == Outcome::Suspect(Reason::NotRendered) && !seen.rendered {
        writeln!(out, "列表由脚本生成：本机装有 Chromium 时可写 source = {{ browser = true }}，先加 --browser 试看。")?;
    }
    if !reading.outcome.is_good() {
        writeln!(out, "这一页不能据以判定；请按上面的提示处理后再试。")?;
        return Ok(());
    }
    if let (Some(kind), Some(newest), Some(book)) = (kind, newest, book) {
        for line in deadlines(book, kind, *newest, seen.today) {
            writeln!(out, "{line}")?;
        }
    }
    let words: Vec<&str> = ChannelKind::ALL.iter().map(|k| k.word()).collect();
    writeln!(out, "\n可粘贴到 units.toml 的单位之下，请核对（kind 可用 {}）：\n", words.join(" "))?;
    let text = |t: Option<&str>| toml::Value::from(t.unwrap_or_default());
    writeln!(
        out,
        "[[unit.channel]]\nid = {}\nkind = {}\nname = {}\nurl = {}",
        text(guess::id(url).as_deref()),
        text(kind.map(ChannelKind::word)),
        text(name.as_deref()),
        text(Some(url))
    )?;
    if seen.rendered {
        writeln!(out, "source = {{ browser = true }}")?;
    }
    Ok(())
}

/// By when the next item is due under each freshness rule that watches this kind of column.
fn deadlines(book: &Rulebook, kind: ChannelKind, newest: Day, today: Day) -> Vec<String> {
    let mut lines = vec![];
    for row in &book.criteria {
        let Rule::Freshness { channels, window_days, .. } = &row.rule else { continue };
        if !channels.contains(&kind) {
            continue;
        }
        let last = model::calendar::shift(newest, i64::from(*window_days));
        let left = (last - today).num_days();
        let when = if left >= 0 { format!("还剩 {left} 天") } else { format!("已过 {} 天", -left) };
        lines.push(format!("若为{}：按 {}，{window_days} 天内应更新，最迟 {last}（{when}）。", kind.label(), row.id));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_item_is_due_at_the_end_of_the_window() {
        let book = rules::load(rules::ZHONGSHAN_2022, "x").unwrap();
        let day = |s: &str| s.parse::<Day>().unwrap();
        let lines = deadlines(&book, ChannelKind::WorkNews, day("2026-03-01"), day("2026-03-10"));
        assert_eq!(lines, ["若为工作动态：按 B1.1，14 天内应更新，最迟 2026-03-15（还剩 5 天）。"]);
        let late = deadlines(&book, ChannelKind::WorkNews, day("2026-03-01"), day("2026-03-20"));
        assert!(late[0].contains("已过 5 天"), "{late:?}");
    }
}
