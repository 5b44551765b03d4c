//! `discover`: a polite walk over a site's navigation, and what is proposed from it as `units.toml` and `units.xlsx`.

use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, bail};
use fetch::Fetcher;
use model::Zone;
use serde_json::json;
use url::Url;

use super::probe;
use crate::Usage;
use crate::cli::{Discover, Format, Global};
use crate::discover::{self as room, Clues, Proposal, State, Walked};
use crate::output::{self, Rows};

pub(super) async fn run(global: &Global, args: &Discover, out: &mut (dyn Write + Send)) -> anyhow::Result<()> {
    let start = start(&args.url)?;
    let (toml, xlsx) = (args.out.join("units.toml"), args.out.join("units.xlsx"));
    // The walk may take an hour: what would stand in its way is said before it.
    for file in [&toml, &xlsx] {
        if file.exists() {
            return Err(Usage(format!("{} 已存在，不覆盖：请换一个 --out 目录，或先移走它", file.display())).into());
        }
    }
    std::fs::create_dir_all(&args.out).with_context(|| format!("无法建立目录 {}", args.out.display()))?;
    let mut settings = probe::settings(global, &args.allow_private)?;
    // Redirects are followed by the walk itself, so that none leads off the site.
    settings.max_redirects = 0;
    let now = super::clock(global).now();
    let today = Zone::SHANGHAI.day(now);
    let bar = output::spinner(global.format);
    let told = |seen: usize, waiting: usize| {
        bar.set_message(format!("已看 {seen} 页，待看 {waiting} 个链接"));
        bar.tick();
    };
    let budget = usize::try_from(args.max_pages).unwrap_or(usize::MAX);
    let walked = room::walk(&Fetcher::new(settings)?, &start, budget, today, told).await;
    bar.finish_and_clear();
    let walked = match walked {
        Ok(walked) => walked,
        Err(State::Away(to)) => bail!("网址跳转到另一网站 {to}：请核实后用那个网址重新运行"),
        Err(State::Failed(reason)) => {
            bail!("首页打不开：{}（{}）。{}", reason.text(), reason.whose().label(), reason.what_to_do())
        }
        Err(State::Page(_)) => bail!("首页无法使用，请报告程序缺陷"),
    };
    let proposal = room::propose(&walked, Clues::default());
    write(&toml, room::units_text(&proposal, &walked, today).as_bytes())?;
    write(&xlsx, &room::sheet::workbook(&proposal, &walked, now)?)?;
    show(&proposal, &walked, [&toml, &xlsx], global.format, out)
}

fn start(text: &str) -> anyhow::Result<Url> {
    let url = Url::parse(text).ok().filter(|u| matches!(u.scheme(), "http" | "https") && u.host_str().is_some());
    url.ok_or_else(|| Usage(format!("「{text}」不是网址，例如 https://www.example.gov.cn/")).into())
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("无法写入 {}", path.display()))
}

fn show(
    proposal: &Proposal,
    walked: &Walked,
    files: [&Path; 2],
    format: Format,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let all = proposal.channels().count();
    let sure = proposal.adopted();
    if format == Format::Json {
        let units = proposal.units.iter().map(|u| {
            let channels = u.channels.iter().map(|c| {
                json!({
                    "id": c.id, "name": c.name, "kind": c.kind.map(model::ChannelKind::word), "url": c.url,
                    "percent": c.percent, "why": c.why, "rows": c.rows, "newest": c.newest,
                    "adopted": !u.nobody && c.adopted(),
                })
            });
            json!({ "id": u.id, "name": u.name, "url": u.url, "nobody": u.nobody, "channels": channels.collect::<Vec<_>>() })
        });
        let unclear = proposal.unclear.iter().map(|u| json!({ "name": u.name, "url": u.url, "why": u.why }));
        return output::json(
            &json!({
                "pages": walked.pages.len(), "unvisited": walked.unvisited, "broke_off": walked.broke_off,
                "left_out": walked.left_out, "channels": all, "adopted": sure, "site": proposal.site,
                "units": units.collect::<Vec<_>>(), "unclear": unclear.collect::<Vec<_>>(), "files": files,
            }),
            out,
        );
    }
    let keys = ["unit", "name", "adopted", "unsure", "unsure_names"];
    let headings = ["单位编号", "单位", "拟监测栏目", "待核对栏目", "待核对的是"];
    let rows = proposal.units.iter().map(|u| {
        let (yes, no): (Vec<_>, Vec<_>) = u.channels.iter().partition(|c| !u.nobody && c.adopted());
        let names: Vec<&str> = no.iter().map(|c| c.name.as_str()).take(6).collect();
        vec![json!(u.id), json!(u.name), json!(yes.len()), json!(no.len()), json!(names.join("、"))]
    });
    Rows { keys: &keys, headings: &headings, rows: rows.collect() }.print(format, out)?;
    if format == Format::Csv {
        return Ok(());
    }
    let units = proposal.units.iter().filter(|u| !u.nobody).count();
    writeln!(
        out,
        "看了 {} 个页面，找到 {units} 个单位、{all} 个栏目：{sure} 个把握较大，{} 个待核对。",
        walked.pages.len(),
        all - sure
    )?;
    if walked.unvisited > 0 {
        writeln!(out, "页数预算用完，还有 {} 个链接没有看：可加大 --max-pages 再走查一次。", walked.unvisited)?;
    }
    if let Some(why) = &walked.broke_off {
        writeln!(out, "{why}")?;
    }
    for u in &proposal.unclear {
        writeln!(out, "没有看懂：{} {}：{}", output::line(&u.name), output::line(&u.url), output::line(&u.why))?;
    }
    writeln!(out, "已生成 {} 和 {}。", files[0].display(), files[1].display())?;
    writeln!(out, "下一步：用 Excel 或 WPS 核对 units.xlsx，然后运行 `duban import units {}`。", files[1].display())?;
    Ok(())
}
