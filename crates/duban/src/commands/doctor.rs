//! `doctor`: is this installation well? Each check says what it saw and, where something is wrong, what to do.

use std::io::Write;

use serde_json::json;
use store::{LedgerFilter, MailFilter};

use super::{clock, load};
use crate::app::App;
use crate::cli::{Format, Global};
use crate::mail::Smtp;
use crate::output::{self, Rows};
use crate::{daemon, secret, skew};

struct Check {
    what: &'static str,
    well: bool,
    said: String,
}

pub(super) async fn run(global: &Global, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut checks = vec![];
    let mut note = |what, result: anyhow::Result<String>| {
        let (well, said) = match result {
            Ok(said) => (true, said),
            Err(e) => (false, format!("{e:#}")),
        };
        checks.push(Check { what, well, said });
    };
    match load(&global.config) {
        Err(e) => note("配置", Err(e)),
        Ok(config) => {
            note("配置", Ok(format!("{} 个单位，{} 个栏目（账号）", config.units.len(), config.channels.len())));
            let today = config.district.zone.day(clock(global).now());
            note("节假日", calendar(&config.workdays, today));
            note("邮件", mail(&config.mail).await);
            match App::open(config, &global.data, clock(global)).await {
                Err(e) => note("数据库", Err(e)),
                Ok(app) => {
                    note("数据库", database(&app).await);
                    note("台账", ledger(&app).await);
                    note("时钟", skew::examined(&app).await);
                    note("待发邮件", waiting(&app).await);
                    note("计划", schedule(&app).await);
                    note("参照网址", references(&app).await);
                    if app.config.channels.iter().any(|c| c.source.is_rendered()) {
                        note("浏览器", app.browsing.examined().await.map(|product| format!("{product} 可以启动")));
                    }
                }
            }
        }
    }
    print(&checks, global.format, out)?;
    let ill = checks.iter().filter(|c| !c.well).count();
    if ill > 0 { anyhow::bail!("{ill} 项需要处理") } else { Ok(()) }
}

fn print(checks: &[Check], format: Format, out: &mut dyn Write) -> anyhow::Result<()> {
    if format == Format::Json {
        let list: Vec<_> = checks.iter().map(|c| json!({ "check": c.what, "ok": c.well, "detail": c.said })).collect();
        return output::json(&list, out);
    }
    let rows = checks.iter().map(|c| vec![json!(c.what), json!(if c.well { "正常" } else { "异常" }), json!(c.said)]);
    Rows { keys: &["check", "state", "detail"], headings: &["项目", "状态", "说明"], rows: rows.collect() }
        .print(format, out)
}

fn calendar(days: &model::Workdays, today: model::Day) -> anyhow::Result<String> {
    if let Some(missing) = crate::config::calendar::missing(days, today) {
        anyhow::bail!(missing);
    }
    let years: Vec<String> = days.years().map(|y| y.to_string()).collect();
    Ok(format!("有 {} 各年的安排", years.join("、")))
}

async fn mail(mail: &crate::config::Mail) -> anyhow::Result<String> {
    let Some(url) = &mail.smtp else { return Ok("未配置 smtp：通报只写成文件，不发送".to_owned()) };
    Smtp::new(url, secret::named("smtp-password").as_ref())?.test().await?;
    Ok("邮件服务器可以连接".to_owned())
}

async fn database(app: &App) -> anyhow::Result<String> {
    let faults = app.store.integrity_check().await?;
    if !faults.is_empty() {
        anyhow::bail!("数据库已损坏，请从备份恢复：{}", faults.join("；"));
    }
    let n = app.store.counts().await?;
    Ok(format!("完好；检查 {} 次，信息 {} 条，存证 {} 份，发现 {} 条", n.looks, n.entries, n.evidence, n.findings))
}

async fn ledger(app: &App) -> anyhow::Result<String> {
    let lines = app.store.lines(&LedgerFilter::default()).await?;
    scoring::verify(&lines)?;
    Ok(format!("{} 行，哈希链完整", lines.len()))
}

async fn waiting(app: &App) -> anyhow::Result<String> {
    let waiting = app.store.mail(&MailFilter { sent: Some(false), ..MailFilter::default() }).await?;
    let gave_up: Vec<_> = waiting.iter().filter(|m| m.gave_up()).map(|m| m.mail.key.clone()).collect();
    if !gave_up.is_empty() {
        anyhow::bail!("有 {} 封信未能送达：{}；原因见 duban outbox", gave_up.len(), gave_up.join("、"));
    }
    let back = app.store.bounces(app.clock.now() - chrono::TimeDelta::days(30)).await?;
    if !back.is_empty() {
        let who: std::collections::BTreeSet<_> = back.iter().map(|b| b.report.recipient.as_str()).collect();
        let who: Vec<_> = who.into_iter().collect();
        anyhow::bail!("30 天内有退信：{}；请核对 units.toml 中的邮箱，详见 duban outbox", who.join("、"));
    }
    Ok(format!("待发 {} 封", waiting.len()))
}

async fn schedule(app: &App) -> anyhow::Result<String> {
    let plan = daemon::plan(app).await?;
    Ok(plan
        .iter()
        .map(|(w, _, next)| format!("{} {}", w.label(), app.zone().local(*next)))
        .collect::<Vec<_>>()
        .join("；"))
}

async fn references(app: &App) -> anyhow::Result<String> {
    let urls = &app.config.fetch.reference_urls;
    if urls.is_empty() {
        return Ok("未配置：无法区分“网站打不开”和“本机断网”，建议在 reference_urls 填写两三个".to_owned());
    }
    let seen = app.fetcher.own_network(urls).await;
    if seen.seems_down() {
        anyhow::bail!("{} 个参照网址全部不通：请检查本机网络", seen.asked);
    }
    Ok(format!("{} 个中 {} 个可达", seen.asked, seen.reached))
}
