//! `evidence export` and `verify`: the case file of a finding.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use crate::app::App;
use crate::cli::{Evidence, EvidenceExport, Format, Global, Verify};
use crate::{Usage, casefile, output};

pub(super) async fn run(app: &App, global: &Global, args: &Evidence, out: &mut dyn Write) -> anyhow::Result<()> {
    let Evidence::Export(EvidenceExport { finding, out: dir }) = args;
    let found = app.store.finding(*finding).await?.ok_or_else(|| Usage(format!("没有编号为 {finding} 的发现")))?;
    let dir = dir.clone().unwrap_or_else(|| PathBuf::from(format!("case-{finding}")));
    let pages = casefile::export(app, &found, &dir).await?;
    if global.format == Format::Json {
        return output::json(
            &json!({ "finding": finding, "pages": pages, "directory": dir.display().to_string() }),
            out,
        );
    }
    Ok(writeln!(out, "案卷已写入 {}：存证页面 {pages} 份。校验：duban verify {}", dir.display(), dir.display())?)
}

pub(super) fn verify(global: &Global, args: &Verify, out: &mut dyn Write) -> anyhow::Result<()> {
    let sound = casefile::verify(&args.case)?;
    if global.format == Format::Json {
        return output::json(&json!({ "finding": sound.finding, "pages": sound.pages, "lines": sound.lines }), out);
    }
    Ok(writeln!(
        out,
        "案卷完好：发现 #{}，存证页面 {} 份，台账 {} 行，指纹全部相符。",
        sound.finding, sound.pages, sound.lines
    )?)
}
