//! `doctor`: is this installation well? Each check says what it saw and, where something is wrong, what to do.
//!
//! Only what keeps the program from its work is a failure (exit code 1); what will become one, or costs sight, is a warning.

mod hosts;
mod looking;
mod said;
mod space;

use std::io::Write;

use chrono::Datelike as _;
use model::Source;
use serde_json::json;
use store::{LedgerFilter, MailFilter};

use super::{clock, load};
use crate::app::App;
use crate::cli::{Format, Global};
use crate::config::{Config, Mail, Robot};
use crate::mail::{Smtp, words};
use crate::output::{self, Rows};
use crate::{secret, skew};
use said::{Said, State};

struct Check {
    what: &'static str,
    said: Said,
}

/// What is done where a check itself comes to an end early.
const ASK: &str = "按说明处理后重新运行 duban doctor；仍不明白的，连同 journalctl -u duban 的输出报给维护人员";

pub(super) async fn run(global: &Global, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut checks = vec![];
    let mut note = |what, said: anyhow::Result<Said>| {
        let said = said.unwrap_or_else(|e| Said::fail(words(&e), ASK));
        checks.push(Check { what, said });
    };
    match load(&global.config) {
        Err(e) => note("配置", Ok(Said::fail(format!("{e:#}"), "按所列位置改正，再运行 duban check"))),
        Ok(config) => {
            note("配置", Ok(configuration(&config)));
            let today = config.district.zone.day(clock(global).now());
            note("节假日", Ok(calendar(&config.workdays, today)));
            note("邮件", mail(&config.mail).await);
            match App::open(config, &global.data, clock(global)).await {
                Err(e) => note("数据库", Err(e)),
                Ok(app) => {
                    note("数据库", database(&app).await);
                    note("磁盘", space::examined(&app).await);
                    note("台账", ledger(&app).await);
                    note("时钟", Ok(time(&app).await));
                    note("待发邮件", waiting(&app).await);
                    note("计划", looking::schedule(&app).await);
                    note("空档", looking::gaps(&app).await);
                    note("看不清的栏目", looking::blind(&app).await);
                    note("“未修改”答复", looking::words(&app).await);
                    note("密钥", Ok(secrets(&app)));
                    note("参照网址", Ok(references(&app).await));
                    let seen = hosts::visit(&app).await;
                    note("网站", Ok(hosts::reachable(&seen)));
                    note("证书", Ok(hosts::certificates(&seen, app.clock.now(), app.zone())));
                    if app.config.channels.iter().any(|c| c.source.is_rendered()) {
                        note("浏览器", Ok(browser(&app).await));
                    }
                }
            }
        }
    }
    print(&checks, global.format, out)?;
    let ill = checks.iter().filter(|c| c.said.state == State::Fail).count();
    if ill > 0 { anyhow::bail!("{ill} 项需要处理") } else { Ok(()) }
}

fn print(checks: &[Check], format: Format, out: &mut dyn Write) -> anyhow::Result<()> {
    if format == Format::Json {
        let one = |c: &Check| {
            json!({
                "check": c.what, "state": c.said.state.word(), "ok": c.said.state != State::Fail,
                "detail": c.said.text, "todo": c.said.todo,
            })
        };
        return output::json(&checks.iter().map(one).collect::<Vec<_>>(), out);
    }
    let row = |c: &Check| vec![json!(c.what), json!(c.said.state.label()), json!(c.said.text), json!(c.said.todo)];
    let keys = &["check", "state", "detail", "todo"];
    Rows { keys, headings: &["项目", "状态", "说明", "怎么办"], rows: checks.iter().map(row).collect() }
        .print(format, out)
}

fn configuration(config: &Config) -> Said {
    let text = format!("{} 个单位，{} 个栏目（账号）", config.units.len(), config.channels.len());
    if config.channels.is_empty() {
        return Said::warn(text, "用 duban discover 走查网站，或在 units.toml 中登记栏目");
    }
    Said::well(text)
}

/// Without the notice of the next year its first clocks cannot be worked out: worth a word in December, and late at
/// Christmas.
fn calendar(days: &model::Workdays, today: model::Day) -> Said {
    const LATE: u32 = 25;
    let Some(missing) = crate::config::calendar::missing(days, today) else {
        let years: Vec<String> = days.years().map(|y| y.to_string()).collect();
        return Said::well(format!("有 {} 各年的安排", years.join("、")));
    };
    let (text, todo) = missing.split_once('：').unwrap_or((&missing, ASK));
    let this_year = days.years().any(|y| y == today.year());
    if this_year && today.day() < LATE { Said::warn(text, todo) } else { Said::fail(text, todo) }
}

async fn mail(mail: &Mail) -> anyhow::Result<Said> {
    let Some(url) = &mail.smtp else {
        return Ok(Said::warn("未配置 smtp：通报只写成文件，不发送", "在 duban.toml 的 [mail] 填写 smtp"));
    };
    let smtp = match Smtp::new(url, secret::named("smtp-password").as_ref()) {
        Ok(smtp) => smtp,
        Err(e) => return Ok(Said::fail(words(&e), "按说明改正 [mail] smtp，或补上密码")),
    };
    Ok(match smtp.test().await {
        Ok(()) => Said::well("邮件服务器可以连接，登录（如有）成功；没有试发信"),
        Err(e) => Said::fail(words(&e), "核对 [mail] smtp 的服务器、端口、用户名和密码；查防火墙是否放行"),
    })
}

async fn database(app: &App) -> anyhow::Result<Said> {
    let faults = app.store.integrity_check().await?;
    if !faults.is_empty() {
        let todo = "停止程序，保留损坏的文件，用 duban restore 从备份恢复到新的数据目录";
        return Ok(Said::fail(format!("数据库已损坏：{}", faults.join("；")), todo));
    }
    let n = app.store.counts().await?;
    Ok(Said::well(format!(
        "完好；检查 {} 次，信息 {} 条，存证 {} 份，发现 {} 条",
        n.looks, n.entries, n.evidence, n.findings
    )))
}

async fn ledger(app: &App) -> anyhow::Result<Said> {
    let lines = app.store.lines(&LedgerFilter::default()).await?;
    Ok(match scoring::verify(&lines) {
        Ok(()) => Said::well(format!("{} 行，哈希链完整", lines.len())),
        Err(e) => Said::fail(e.to_string(), "不要再关账；保留数据库，用备份核对是何时、何处被改动"),
    })
}

async fn time(app: &App) -> Said {
    if app.clock.is_rehearsal() {
        return Said::well("演练时钟，不与网站对照");
    }
    let Some(ahead) = skew::measured(app).await else {
        return Said::warn(
            "没有可对照的时间：网站都没有应答",
            "先解决“网站”一项；本机应启用 chrony 或 systemd-timesyncd",
        );
    };
    let todo = "校准本机时间，例如启用 chrony 或 systemd-timesyncd";
    match skew::Drift::of(ahead) {
        skew::Drift::None => Said::well(format!("与各网站的时间相差 {} 秒", ahead.abs().num_seconds())),
        skew::Drift::Small => Said::warn(skew::words(ahead), todo),
        skew::Drift::TooLarge => Said::fail(skew::words(ahead), todo),
    }
}

async fn waiting(app: &App) -> anyhow::Result<Said> {
    let waiting = app.store.mail(&MailFilter { sent: Some(false), ..MailFilter::default() }).await?;
    let gave_up: Vec<_> = waiting.iter().filter(|m| m.gave_up()).map(|m| m.mail.key.clone()).collect();
    if !gave_up.is_empty() {
        let text = format!("有 {} 封信未能送达：{}", gave_up.len(), gave_up.join("、"));
        return Ok(Said::fail(text, "原因见 duban outbox；排除后用 duban outbox --retry 重发"));
    }
    let back = app.store.bounces(app.clock.now() - chrono::TimeDelta::days(30)).await?;
    if !back.is_empty() {
        let who: std::collections::BTreeSet<_> = back.iter().map(|b| b.report.recipient.as_str()).collect();
        let who: Vec<_> = who.into_iter().collect();
        return Ok(Said::fail(
            format!("30 天内有退信：{}", who.join("、")),
            "核对 units.toml 中的邮箱，详见 duban outbox",
        ));
    }
    Ok(Said::well(format!("待发 {} 封", waiting.len())))
}

/// Whether every secret that the configuration names is at hand. Which ones, not what they are.
fn secrets(app: &App) -> Said {
    let of_source = |source: &Source| match source {
        Source::Feed { key: Some(key), .. } => Some(key.secret.clone()),
        Source::WechatOfficial { secret, .. } => Some(secret.clone()),
        _ => None,
    };
    let mut named: Vec<String> = app.config.sources().filter_map(|c| of_source(&c.source)).collect();
    named.sort();
    named.dedup();
    let mut missing: Vec<String> = named.iter().filter(|n| app.secrets.get(n).is_none()).cloned().collect();
    let robots = app.config.webhooks.iter().filter(|w| w.robot != Robot::Json).map(|w| format!("webhook-{}", w.name));
    let robots: Vec<String> = robots.collect();
    missing.extend(robots.iter().filter(|r| secret::named(r).is_none()).cloned());
    if missing.is_empty() {
        return Said::well(format!("配置所指名的 {} 个密钥都在", named.len() + robots.len()));
    }
    Said::fail(format!("没有找到密钥：{}", missing.join("、")), model::Reason::SecretMissing.for_admin())
}

async fn references(app: &App) -> Said {
    let urls = &app.config.fetch.reference_urls;
    if urls.is_empty() {
        let todo = "在 [fetch] reference_urls 填写两三个本机平时能打开的网址";
        return Said::warn("未配置：无法区分“网站打不开”和“本机断网”", todo);
    }
    let seen = app.fetcher.own_network(urls).await;
    let text = format!("{} 个中 {} 个可达", seen.asked, seen.reached);
    if seen.seems_down() {
        return Said::fail(format!("{text}：本机可能断网"), model::Reason::MonitorOffline.for_admin());
    }
    if seen.reached < seen.asked {
        return Said::warn(text, "把打不开的参照网址换成别的");
    }
    Said::well(text)
}

async fn browser(app: &App) -> Said {
    match app.browsing.examined().await {
        Ok(product) => Said::well(format!("{product} 可以启动")),
        Err(e) => Said::fail(words(&e), model::Reason::BrowserFailed.for_admin()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_years_notice_is_asked_for_in_december_and_missed_at_christmas() {
        let mut days = model::Workdays::default();
        days.add_notice(2026, [], []);
        let said = |day: &str| calendar(&days, day.parse().unwrap());
        assert_eq!(said("2026-11-30").state, State::Well);
        assert_eq!(said("2026-12-01").state, State::Warn);
        assert_eq!(said("2026-12-24").state, State::Warn);
        assert_eq!(said("2026-12-25").state, State::Fail);
        assert_eq!(said("2027-01-01").state, State::Fail);
        assert!(said("2026-12-01").todo.contains("CN-2027.toml"), "{:?}", said("2026-12-01"));
    }
}
