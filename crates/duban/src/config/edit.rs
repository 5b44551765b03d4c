//! Changing one setting in `units.toml` without touching what people wrote around it.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use model::{ChannelId, Day};
use toml_edit::{ArrayOfTables, DocumentMut, Table};

use crate::Usage;

/// Sets the `source` of a channel in the text of `units.toml`; comments, order and spacing stay.
///
/// # Errors
/// When the text is no TOML, or the channel does not stand in it as `[[unit.channel]]`.
pub fn with_source(text: &str, channel: &ChannelId, source: &str) -> anyhow::Result<String> {
    let mut doc: DocumentMut = text.parse().context("units.toml 不是有效的 TOML")?;
    let value: toml_edit::Value = source.parse().context("source 设置不是有效的 TOML")?;
    let (unit, name) = channel.as_str().split_once('/').unwrap_or((channel.as_str(), ""));
    let found = doc
        .get_mut("unit")
        .and_then(toml_edit::Item::as_array_of_tables_mut)
        .and_then(|units| named(units, unit))
        .and_then(|unit| unit.get_mut("channel"))
        .and_then(toml_edit::Item::as_array_of_tables_mut)
        .and_then(|channels| named(channels, name));
    let Some(table) = found else {
        bail!("units.toml 中没有以 [[unit.channel]] 写出的栏目「{channel}」，请手工修改");
    };
    table.insert("source", toml_edit::Item::Value(value));
    Ok(doc.to_string())
}

fn named<'a>(tables: &'a mut ArrayOfTables, id: &str) -> Option<&'a mut Table> {
    tables.iter_mut().find(|t| t.get("id").and_then(toml_edit::Item::as_str) == Some(id))
}

/// Writes `units.toml` in one step, the text before it kept beside it under a name with `stamp`. A text that the program
/// could not read is not written.
///
/// # Errors
/// When the new text has mistakes, or the files cannot be written.
pub fn replace_units(dir: &Path, text: &str, since: Day, stamp: &str) -> anyhow::Result<PathBuf> {
    let path = dir.join("units.toml");
    super::units::parse(text, "units.toml", since)
        .map_err(|mistakes| Usage(mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))?;
    let backup = dir.join(format!("units.toml.{stamp}.bak"));
    if backup.exists() {
        bail!("备份 {} 已存在，请稍后再试", backup.display());
    }
    std::fs::copy(&path, &backup).with_context(|| format!("无法写备份 {}", backup.display()))?;
    let new = dir.join("units.toml.new");
    let written = (|| {
        let mut file = std::fs::File::create(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&new, &path)
    })();
    written.with_context(|| format!("无法写 {}", path.display()))?;
    Ok(backup)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNITS: &str = "# 教育局\n[[unit]]\nid = \"jyj\" # 不要改\n\n[[unit.channel]]\nid = \"tzgg\"\nname = \"公告\"\n\n# 动态\n[[unit.channel]]\nid   = \"gzdt\"\nurl = \"http://x.example/\"   # 改版后\n";

    #[test]
    fn one_setting_is_put_in_and_all_else_stays() {
        let channel: ChannelId = "jyj/gzdt".parse().unwrap();
        let source = "{ selectors = { row = \"li\" } }";
        let once = with_source(UNITS, &channel, source).unwrap();
        assert_eq!(once, format!("{UNITS}source = {source}\n"));
        let twice = with_source(&once, &channel, "\"auto\"").unwrap();
        assert_eq!(twice, format!("{UNITS}source = \"auto\"\n"));
        let below = format!("{UNITS}[unit.channel.source]\nfeed = {{ zone_hours = 8 }}\n");
        assert!(!with_source(&below, &channel, source).unwrap().contains("feed"));
        assert!(with_source(UNITS, &"jyj/none".parse().unwrap(), source).is_err());
    }
}
