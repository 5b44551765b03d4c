//! Other settings for a channel, tried on what is saved; and a new shape of a list, accepted by a person.

use std::path::PathBuf;

use anyhow::Context as _;
use model::{Channel, ChannelId, Day, Source};
use sites::trial::{Side, Trial, Way, side_by_side};
use sites::{Input, ReadAs};
use store::NewAccepted;

use crate::Usage;
use crate::app::App;
use crate::config::edit;

/// Looks that a new setting is tried on.
const LOOKS: u32 = 30;

/// What is said where there is no page to try anything on.
pub const NOTHING_SAVED: &str = "没有可试的页面（还没有保存过，或正文已按保存期限清理），检查一次以后才能试读";

/// A saved first page, with the looks that saw it.
pub struct Saved {
    bytes: Vec<u8>,
    url: String,
    content_type: Option<String>,
    /// The first day on which it was seen.
    pub first: Day,
    /// The last.
    pub last: Day,
    /// How many looks saw it.
    pub looks: usize,
}

/// The distinct first pages of the last looks, the newest first.
///
/// # Errors
/// When the store cannot be read.
pub async fn saved(app: &App, channel: &ChannelId) -> anyhow::Result<Vec<Saved>> {
    let mut pages: Vec<(model::EvidenceHash, Saved)> = vec![];
    for record in app.store.recent_looks(channel, LOOKS).await? {
        let Some(hash) = record.look.evidence else { continue };
        if let Some((_, page)) = pages.iter_mut().find(|(h, _)| *h == hash) {
            page.first = record.look.day;
            page.looks += 1;
            continue;
        }
        let Some(capture) = app.store.capture_of_body(channel, &hash).await? else { continue };
        // A page that was cleared cannot be tried on.
        let Some(bytes) = app.store.evidence(&hash).await? else { continue };
        let header = capture.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case("content-type"));
        let content_type = header.map(|(_, v)| v.clone());
        let day = record.look.day;
        pages.push((hash, Saved { bytes, url: capture.final_url, content_type, first: day, last: day, looks: 1 }));
    }
    Ok(pages.into_iter().map(|(_, page)| page).collect())
}

/// Reads it both ways.
#[must_use]
pub fn tried(page: &Saved, channel: &Channel, source: &Source) -> Trial {
    let input = Input {
        bytes: &page.bytes,
        url: &page.url,
        content_type: page.content_type.as_deref(),
        read_as: ReadAs::List,
        source,
        today: page.last,
    };
    let new = Channel { source: source.clone(), ..channel.clone() };
    let old = Way { source: &channel.source, read_as: crate::poll::read_as(channel) };
    side_by_side(&input, old, Way { source, read_as: crate::poll::read_as(&new) })
}

/// `row=li.item; date=span` as the configuration writes it for a channel that is read like `now`; a TOML table is taken as
/// it is. A page that is rendered first stays one: without that, other selectors would find nothing.
///
/// # Errors
/// When a part of it is no selector.
pub fn as_toml(selectors: &str, now: &Source) -> Result<String, Usage> {
    let text = selectors.trim();
    let rendered = if now.is_rendered() { "browser = true, " } else { "" };
    if text.starts_with('{') {
        return Ok(format!("{{ {rendered}selectors = {text} }}"));
    }
    let mut parts = vec![];
    for part in text.split(';').map(str::trim).filter(|p| !p.is_empty()) {
        let Some((key, value)) = part.split_once('=') else {
            return Err(Usage(format!("「{part}」应写作 名称=选择器，例如 row=ul.list li; date=span")));
        };
        let key = key.trim();
        if !["row", "link", "title", "date", "next"].contains(&key) {
            return Err(Usage(format!("没有「{key}」这一项，可用：row、link、title、date、next")));
        }
        parts.push(format!("{key} = {}", toml::Value::from(value.trim())));
    }
    Ok(format!("{{ {rendered}selectors = {{ {} }} }}", parts.join(", ")))
}

/// The settings that a table of the configuration says.
///
/// # Errors
/// Every mistake in it.
pub fn source(text: &str) -> Result<Source, Usage> {
    let all = |m: Vec<rules::toml_reader::Mistake>| m.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    crate::config::source(text).map_err(|m| Usage(all(m)))
}

/// Writes another way of reading into `units.toml`, the text before it kept beside it; the list that it finds on the newest
/// page is what the next look is compared with. A program that runs already reads as before until it is started again: what
/// it then sees is no longer like the list that was accepted, and is believed by nobody.
///
/// # Errors
/// When it is worse than today's and `force` is not given, the files cannot be read or written, or the store fails.
pub async fn save(
    app: &App,
    channel: &Channel,
    source: &str,
    trials: &[Trial],
    force: bool,
    signed: (&str, &str),
) -> anyhow::Result<PathBuf> {
    let Some(newest) = trials.first() else { return Err(Usage(format!("该栏目{NOTHING_SAVED}")).into()) };
    if trials.iter().any(|t| !t.objections().is_empty()) && !force {
        let text = "新读法不如现读法，未保存。确要保存，请注明「仍要保存」（命令行 --force），并在理由中写明原因";
        return Err(Usage(text.to_owned()).into());
    }
    let (dir, now) = (&app.config.dir, app.clock.now());
    let path = dir.join("units.toml");
    let text = std::fs::read_to_string(&path).with_context(|| format!("无法读取 {}", path.display()))?;
    let new = edit::with_source(&text, &channel.id, source)?;
    let stamp = app.zone().local(now).chars().filter(char::is_ascii_digit).collect::<String>();
    let stamp = format!("{stamp}-{:03}", now.timestamp_subsec_millis());
    let backup = edit::replace_units(dir, &new, app.config.district.monitoring_since, &stamp)?;
    accept_side(app, channel, None, &newest.new, signed).await?;
    Ok(backup)
}

/// A person has looked at the list that changed and says that it is right. Tells what was accepted.
///
/// # Errors
/// When the last look found no change, the page itself cannot be read, or the store fails.
pub async fn accept(app: &App, channel: &Channel, saved: &[Saved], who: &str, why: &str) -> anyhow::Result<String> {
    let last = app.store.recent_looks(&channel.id, 1).await?.into_iter().next();
    let Some(last) = last else { return Err(Usage("该栏目还没有检查过".to_owned()).into()) };
    let said = last.look.outcome.text();
    match last.look.outcome.reason() {
        Some(reason) if reason.is_change() => {}
        Some(reason) => {
            return Err(
                Usage(format!("最近一次检查：{said}。这不是列表变化，不能认可。{}", reason.what_to_do())).into()
            );
        }
        None => return Err(Usage(format!("最近一次检查：{said}，无须认可")).into()),
    }
    let Some(page) = saved.first() else { return Err(Usage(format!("该栏目{NOTHING_SAVED}")).into()) };
    let trial = tried(page, channel, &channel.source);
    if !trial.new.outcome.is_good() {
        let text = format!("页面本身读不出来（{}），不能认可；请先另试读法（选择器）", trial.new.outcome.text());
        return Err(Usage(text).into());
    }
    accept_side(app, channel, Some(last.look.id), &trial.new, (who, why)).await?;
    let (id, rows, dated) = (&channel.id, trial.new.rows, trial.new.dated);
    Ok(format!("已认可「{id}」的新样式（首页{rows}条，有日期{dated}条）"))
}

/// From now on a list is compared with this side.
///
/// # Errors
/// When the store fails.
pub async fn accept_side(
    app: &App,
    channel: &Channel,
    look: Option<i64>,
    side: &Side,
    (who, why): (&str, &str),
) -> anyhow::Result<()> {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let new = NewAccepted {
        channel: channel.id.clone(),
        look,
        rows: count(side.rows),
        dated: count(side.dated),
        adapter: side.adapter.to_owned(),
        who: who.to_owned(),
        why: why.to_owned(),
    };
    app.store.accept_shape(&new, app.clock.now()).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_written_as_the_configuration_reads_them_and_a_rendered_page_stays_one() {
        let rendered = Source::Browser(Box::new(Source::Auto));
        for (now, table) in [
            (Source::Auto, "{ selectors = { row = \"li\" } }"),
            (rendered, "{ browser = true, selectors = { row = \"li\" } }"),
        ] {
            let written = as_toml("row=li", &now).unwrap();
            assert_eq!(written, table);
            assert_eq!(as_toml("{ row = \"li\" }", &now).unwrap(), table);
            if cfg!(feature = "browser") || !now.is_rendered() {
                assert_eq!(source(&written).unwrap().is_rendered(), now.is_rendered());
            }
        }
        assert!(as_toml("rows=li", &Source::Auto).is_err() && as_toml("li", &Source::Auto).is_err());
    }
}
