//! `init` and `check`: a configuration to start from, and every mistake in it.

use std::io::Write;
use std::path::Path;

use anyhow::Context as _;

use super::{clock, load};
use crate::browse::Browsing;
use crate::cli::{Format, Global};
use crate::config::{Config, calendar, hints as searches};
use crate::output;

/// The starter configuration, as it stands in the repository.
const FILES: [(&str, &str); 4] = [
    ("duban.toml", include_str!("../../../../config/duban.toml")),
    ("units.toml", include_str!("../../../../config/units.toml")),
    ("rulebook/zhongshan-2022.toml", rules::ZHONGSHAN_2022),
    ("rulebook/national-2019.toml", rules::NATIONAL_2019),
];

/// The starter's two example units, by which an untouched file is told.
pub(super) const STARTER_UNITS: &str = FILES[1].1;

/// Writes the starter configuration. Files that exist are left alone.
pub(super) fn run(global: &Global, out: &mut dyn Write) -> anyhow::Result<()> {
    for (name, text) in FILES.into_iter().chain(calendar::SHIPPED).chain(searches::SHIPPED) {
        let path = global.config.join(name);
        if path.exists() {
            writeln!(out, "已存在，未改动：{}", path.display())?;
            continue;
        }
        write_new(&path, text)?;
        writeln!(out, "已生成：{}", path.display())?;
    }
    writeln!(
        out,
        "\n下一步：在 units.toml 中填写单位和栏目（或用 `duban discover 网址` 走查得出），然后运行 `duban check`。"
    )?;
    Ok(())
}

fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).with_context(|| format!("无法建立目录 {}", parent.display()))?;
    }
    std::fs::write(path, text).with_context(|| format!("无法写入 {}", path.display()))
}

/// Prints every mistake, or what was understood.
pub(super) fn check(global: &Global, out: &mut dyn Write) -> anyhow::Result<()> {
    if global.format != Format::Json {
        let config = load(&global.config)?;
        writeln!(out, "{}", summary(&config))?;
        for hint in hints(&config, today(global, &config)) {
            writeln!(out, "提示：{hint}")?;
        }
        return Ok(());
    }
    match Config::load(&global.config) {
        Ok(config) => output::json(
            &serde_json::json!({ "mistakes": [], "summary": summary(&config), "hints": hints(&config, today(global, &config)) }),
            out,
        ),
        Err(mistakes) => {
            let list: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
            output::json(&serde_json::json!({ "mistakes": list }), out)?;
            Err(crate::Usage(format!("配置有 {} 处错误", list.len())).into())
        }
    }
}

fn today(global: &Global, config: &Config) -> model::Day {
    config.district.zone.day(clock(global).now())
}

/// What is allowed, but deserves a second thought: an account whose feed nobody vouches for may be accused while its feed
/// is frozen; without the notice of holidays no working days can be counted.
fn hints(config: &Config, today: model::Day) -> Vec<String> {
    let alone = config
        .channels
        .iter()
        .filter(|c| c.kind.is_new_media() && c.trust() == model::Trust::Witnessed && c.bridge().is_none());
    let accounts = alone
        .map(|c| {
            format!(
                "账号「{}」没有登记桥接（bridge），订阅源停滞时可能被误判为未更新；请登记桥接，或设 trust = \"clears\"（只证明更新，不证明静默）",
                c.id
            )
        });
    accounts.chain(calendar::missing(&config.workdays, today)).chain(no_browser(config)).collect()
}

/// Columns that want a browser where none can be started.
fn no_browser(config: &Config) -> Option<String> {
    let wanting: Vec<&str> = config.channels.iter().filter(|c| c.source.is_rendered()).map(|c| c.id.as_str()).collect();
    let obstacle = Browsing::new(&config.browser, config.district.zone).obstacle();
    let obstacle = obstacle.filter(|_| !wanting.is_empty())?;
    Some(format!("栏目 {} 要用浏览器渲染，但{obstacle}。在此之前这些栏目看不清，不会据以扣分", wanting.join("、")))
}

fn summary(config: &Config) -> String {
    format!(
        "配置无误：{}，规则「{}」（{} 项指标），{} 个单位，{} 个栏目（账号）。",
        config.district.name,
        config.rulebook.name,
        config.rulebook.criteria.len(),
        config.units.len(),
        config.channels.len()
    )
}
