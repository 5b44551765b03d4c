//! `import units`: the corrected sheet back into `units.toml`, whole or not at all.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use model::{Moment, Zone};
use serde_json::json;

use super::init::STARTER_UNITS;
use crate::Usage;
use crate::cli::{Format, Global, ImportUnits};
use crate::output;
use crate::units_import::{self, Plan};

pub(super) fn run(global: &Global, args: &ImportUnits, out: &mut dyn Write) -> anyhow::Result<()> {
    let own = global.config.join("units.toml");
    let target = args.out.clone().unwrap_or_else(|| own.clone());
    let bytes = read_sheet(&args.file)?;
    let name = args.file.file_stem().map_or_else(|| "表格".to_owned(), |n| n.to_string_lossy().into_owned());
    // Ids are kept against what is watched now, also where the result is to go elsewhere.
    let base = if target.exists() { &target } else { &own };
    let existing = existing(base)?;
    let untouched = existing.as_deref() == Some(STARTER_UNITS);
    let base_text = existing.as_deref().filter(|_| !untouched);
    let mut plan = units_import::plan(&name, &bytes, base_text).map_err(|e| Usage(e.to_string()))?;
    if untouched && !plan.text.is_empty() {
        plan.notes.push("现有的 units.toml 是未改动过的起步示例，已整份换下".to_owned());
    }
    let before = if target.exists() { existing } else { None };
    let backup = if before.as_deref() == Some(plan.text.as_str()) || plan.text.is_empty() {
        None
    } else {
        Some(replace(&target, before.is_some(), &plan.text, super::clock(global).now())?)
    };
    show(&plan, &target, backup.as_ref().map(Option::as_deref), untouched, global.format, out)
}

fn read_sheet(file: &Path) -> anyhow::Result<Vec<u8>> {
    let most = sheets::Limits::default().bytes;
    let size = std::fs::metadata(file).with_context(|| format!("无法读取文件 {}", file.display()))?.len();
    if usize::try_from(size).is_ok_and(|s| s <= most) {
        return std::fs::read(file).with_context(|| format!("无法读取文件 {}", file.display()));
    }
    Err(Usage(format!("{} 超过 {} MiB，不像是核对表", file.display(), most >> 20)).into())
}

fn existing(file: &Path) -> anyhow::Result<Option<String>> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) if e.kind() == std::io::ErrorKind::InvalidData => {
            Err(Usage(format!("{} 不是 UTF-8 文本；请用 UTF-8 编码保存", file.display())).into())
        }
        Err(e) => Err(e).with_context(|| format!("无法读取文件 {}", file.display())),
    }
}

/// Puts the new text in the place of the file in one step, after the old one was copied aside. Where the copy is.
fn replace(target: &Path, exists: bool, text: &str, now: Moment) -> anyhow::Result<Option<PathBuf>> {
    if let Some(parent) = target.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(parent).with_context(|| format!("无法建立目录 {}", parent.display()))?;
    }
    let beside = |tail: &str| {
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(tail);
        target.with_file_name(name)
    };
    let mut backup = None;
    if exists {
        let stamp: String = Zone::SHANGHAI.local(now).chars().filter(char::is_ascii_digit).collect();
        let free = (1..100).map(|n| if n == 1 { format!(".{stamp}.bak") } else { format!(".{stamp}-{n}.bak") });
        let copy = free.map(|tail| beside(&tail)).find(|p| !p.exists()).context("备份文件名用尽，请清理旧的备份")?;
        std::fs::copy(target, &copy).with_context(|| format!("无法备份到 {}，什么都没有改动", copy.display()))?;
        std::fs::File::open(&copy)?.sync_all()?;
        backup = Some(copy);
    }
    let half = beside(".new");
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::File::create(&half)?;
        file.write_all(text.as_bytes())?;
        if exists {
            file.set_permissions(std::fs::metadata(target)?.permissions())?;
        }
        file.sync_all()?;
        std::fs::rename(&half, target)
    };
    write().with_context(|| format!("无法写入 {}，原文件没有改动", target.display()))?;
    Ok(backup)
}

fn show(
    plan: &Plan,
    target: &Path,
    written: Option<Option<&Path>>,
    replaced: bool,
    format: Format,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    if format == Format::Json {
        return output::json(
            &json!({
                "file": target, "written": written.is_some(), "backup": written.flatten(),
                "units_added": plan.units_added, "added": plan.added, "changed": plan.changed,
                "unchanged": plan.unchanged, "kept": plan.kept, "left": plan.left, "notes": plan.notes,
            }),
            out,
        );
    }
    let lists = [
        ("新增单位", &plan.units_added),
        ("新增栏目", &plan.added),
        ("改动", &plan.changed),
        ("保留", &plan.kept),
        ("提示", &plan.notes),
    ];
    for (what, list) in lists {
        for text in list {
            writeln!(out, "{what}：{}", output::line(text))?;
        }
    }
    writeln!(
        out,
        "新增 {} 个单位、{} 个栏目，改动 {} 处，{} 个栏目没有变化，保留 {} 个；表中 {} 行为“否”，没有导入。",
        plan.units_added.len(),
        plan.added.len(),
        plan.changed.len(),
        plan.unchanged,
        plan.kept.len(),
        plan.left
    )?;
    match written {
        None => writeln!(out, "{} 没有变化，未改写。", target.display())?,
        Some(None) => writeln!(out, "已写入 {}。", target.display())?,
        Some(Some(backup)) => {
            let rest = if replaced { "" } else { "；原有的注释和其他设置保持原样" };
            writeln!(out, "已写入 {}{rest}。改动前的文件：{}。", target.display(), backup.display())?;
        }
    }
    writeln!(out, "下一步：运行 `duban check`；核对无误后运行 `duban cycle`。")?;
    Ok(())
}
