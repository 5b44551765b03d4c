//! `adoption`: articles of the office's own account that units have supplied.

use std::io::Write;

use chrono::Datelike as _;
use model::SuspicionState;
use serde_json::json;

use crate::adoption::{self, Scan};
use crate::app::App;
use crate::cli::{Adoption, AdoptionList, Format, Global};
use crate::output::{self, Rows};
use crate::skew;

pub(super) async fn run(app: &App, global: &Global, what: &Adoption, out: &mut dyn Write) -> anyhow::Result<()> {
    match what {
        Adoption::Scan => {
            skew::refuse_a_wrong_clock(app).await?;
            told(&adoption::scan(app).await?, global, out)
        }
        Adoption::List(args) => list(app, global, args, out).await,
        Adoption::File(args) => {
            let (id, new) = adoption::file(app, &args.unit, &args.link, &args.by).await?;
            let words = if new { "已收下" } else { "以前已申报过" };
            Ok(writeln!(out, "申报 {id} {words}；由 duban adoption scan 与公众号文章比对。")?)
        }
        Adoption::Confirm(args) => {
            let entry = adoption::confirm(app, args.id, &args.by, &args.reason).await?;
            let known = adoption::proposals(app).await?;
            let Some(s) = known.iter().find(|s| s.id == args.id) else { return Ok(()) };
            let (counted, most) = adoption::counted(app, &s.unit, s.day.year()).await?;
            let cap = most.map_or_else(String::new, |m| {
                let over = if counted > m { "，已超过上限，超出部分不计分" } else { "" };
                format!("；该单位 {} 年已登记 {counted} 篇，最多计 {m} 篇{over}", s.day.year())
            });
            Ok(writeln!(out, "已认定，登记 {entry}；将在 {} 关账时入账{cap}。", model::Month::of(s.day))?)
        }
        Adoption::Dismiss(args) => {
            adoption::dismiss(app, args.id, &args.by, &args.reason).await?;
            Ok(writeln!(out, "第 {} 号不予认定。", args.id)?)
        }
    }
}

fn told(scan: &Scan, global: &Global, out: &mut dyn Write) -> anyhow::Result<()> {
    if global.format == Format::Json {
        let unclear: Vec<_> = scan.unclear.iter().map(|(t, u, l)| json!({ "title": t, "url": u, "line": l })).collect();
        return output::json(
            &json!({
                "articles": scan.articles, "opened": scan.opened, "unread": scan.unread, "searched": scan.searched,
                "proposed": scan.proposed, "unclear": unclear,
            }),
            out,
        );
    }
    writeln!(
        out,
        "公众号文章 {} 篇，本次打开 {} 篇、检索 {} 篇，新列为拟采用 {} 条。",
        scan.articles,
        scan.opened,
        scan.searched,
        scan.proposed.len()
    )?;
    if scan.unread > 0 {
        writeln!(out, "还有 {} 篇没有正文（尚未打开或打不开），下次继续。", scan.unread)?;
    }
    for (title, url, line) in &scan.unclear {
        writeln!(out, "署名看不出单位：《{title}》“{line}” {url}")?;
    }
    if !scan.proposed.is_empty() {
        writeln!(out, "请逐条核对：duban adoption list；认定 confirm，不予认定 dismiss。未经认定不得分。")?;
    }
    Ok(())
}

async fn list(app: &App, global: &Global, args: &AdoptionList, out: &mut dyn Write) -> anyhow::Result<()> {
    if args.filed {
        let filed = adoption::filed(app).await?;
        let rows = filed.iter().map(|f| {
            vec![
                json!(f.filing.id),
                json!(f.filing.unit),
                json!(f.filing.link),
                json!(f.filing.who),
                json!(f.state.words()),
            ]
        });
        return Rows {
            keys: &["id", "unit", "link", "by", "state"],
            headings: &["申报", "单位", "链接", "申报人", "情况"],
            rows: rows.collect(),
        }
        .print(global.format, out);
    }
    let all = adoption::proposals(app).await?;
    let shown = all.iter().filter(|s| args.all || s.state() == SuspicionState::Open);
    let rows = shown.map(|s| {
        let remarks: Vec<&str> = s.quotes.iter().map(|q| q.note.as_str()).filter(|n| !n.is_empty()).collect();
        vec![
            json!(s.id),
            json!(app.config.unit(&s.unit).map_or(s.unit.as_str(), |u| u.name.as_str())),
            json!(s.day),
            json!(s.confidence.label()),
            json!(s.title),
            json!(s.quotes.first().map(|q| q.text.as_str())),
            json!(remarks.join("；")),
            json!(s.state().label()),
            json!(s.decision.as_ref().and_then(|d| d.register)),
            json!(s.url),
        ]
    });
    Rows {
        keys: &["id", "unit", "day", "confidence", "title", "line", "remarks", "state", "register", "url"],
        headings: &["编号", "单位", "日期", "可信", "标题", "署名", "提示", "状态", "登记", "网址"],
        rows: rows.collect(),
    }
    .print(global.format, out)
}
