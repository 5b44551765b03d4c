//! `backup` and `restore`: the database as one file, checked on both ways.

use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, bail};
use model::Zone;
use store::{LedgerFilter, Store};

use crate::Usage;
use crate::app::App;
use crate::cli::{Backup, Global, Restore};

/// Copies the database while others use it, and checks the copy.
pub(super) async fn backup(app: &App, args: &Backup, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    app.store.backup(&args.file).await?;
    let lines = checked_copy(&args.file, app.zone()).await?;
    Ok(writeln!(out, "已备份到 {}：数据库完好，台账 {lines} 行，哈希链完整。", args.file.display())?)
}

/// Puts a backup into a data directory that has no database yet.
pub(super) async fn restore(global: &Global, args: &Restore, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let data = &global.data;
    if data.exists() && std::fs::read_dir(data)?.next().is_some() {
        return Err(
            Usage(format!("数据目录 {} 不是空的；请先把原有文件移走，或用 --data 另选目录", data.display())).into()
        );
    }
    let lines = checked_copy(&args.file, Zone::SHANGHAI).await?;
    std::fs::create_dir_all(data).with_context(|| format!("无法建立数据目录 {}", data.display()))?;
    // Under another name first: a copy that breaks off half-way is never taken for the database.
    let half = data.join("duban.db.restoring");
    std::fs::copy(&args.file, &half).with_context(|| format!("无法写入 {}", half.display()))?;
    std::fs::File::open(&half)?.sync_all()?;
    std::fs::rename(&half, data.join("duban.db"))?;
    Ok(writeln!(out, "已恢复到 {}：数据库完好，台账 {lines} 行，哈希链完整。", data.display())?)
}

/// Opens a copy of the file, so that the check (which may bring old tables up to date) leaves the backup as it is.
async fn checked_copy(file: &Path, zone: Zone) -> anyhow::Result<usize> {
    if !file.is_file() {
        return Err(Usage(format!("没有文件 {}", file.display())).into());
    }
    let beside = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let dir = beside.join(format!(".duban-check-{}", std::process::id()));
    std::fs::create_dir_all(&dir).with_context(|| format!("无法建立目录 {}", dir.display()))?;
    let checked = check(file, &dir.join("check.db"), zone).await;
    std::fs::remove_dir_all(&dir).ok();
    checked.with_context(|| format!("备份 {} 不可用", file.display()))
}

async fn check(file: &Path, copy: &Path, zone: Zone) -> anyhow::Result<usize> {
    std::fs::copy(file, copy)?;
    let store = Store::open(copy, zone).await?;
    let faults = store.integrity_check().await?;
    let lines = store.lines(&LedgerFilter::default()).await;
    store.close().await;
    if !faults.is_empty() {
        bail!("数据库已损坏：{}", faults.join("；"));
    }
    let lines = lines?;
    scoring::verify(&lines)?;
    Ok(lines.len())
}
