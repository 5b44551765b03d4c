//! `evidence export` and `verify`: the case file of a finding.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use crate::app::App;
use crate::cli::{Evidence, EvidenceExport, Format, Global, Verify};
use crate::{Usage, casefile, output};

pub(super) async fn run(app: &App, global: &Global, args: &Evidence, out: &mut dyn Write) -> anyhow::Result<()> {
    let Evidence::Export(EvidenceExport { finding, out: to, zip }) = args;
    let found = app.store.finding(*finding).await?.ok_or_else(|| Usage(format!("没有编号为 {finding} 的发现")))?;
    let end = if *zip { ".zip" } else { "" };
    let to = to.clone().unwrap_or_else(|| PathBuf::from(format!("case-{finding}{end}")));
    let done = casefile::export(app, &found, &to, *zip).await?;
    let to = to.display();
    if global.format == Format::Json {
        let place = if *zip { "file" } else { "directory" };
        return output::json(
            &json!({ "finding": finding, "pages": done.pages, "unchanged": done.again, place: to.to_string() }),
            out,
        );
    }
    Ok(writeln!(
        out,
        "案卷已写入 {to}：存证页面 {} 份，页面无变化的检查 {} 次。校验：duban verify {to}",
        done.pages, done.again
    )?)
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
