//! `duban.toml`.

use std::path::PathBuf;
use std::time::Duration;

use chrono::NaiveTime;
use model::Zone;
use rules::toml_reader::{Doc, Mistake, Table, Value};

use super::{
    Adoption, Browser, District, Fetch, Jobs, Keeping, Mail, Operations, Quiet, Reminders, Robot, Web, Webhook,
};
use crate::schedule::Schedule;
use crate::visits::{Hours, LONGEST_HUSH, Visits, hours, length};

/// The file's own sections; the rulebook is named, not yet read.
pub(super) struct Main {
    pub(super) district: District,
    pub(super) rulebook: PathBuf,
    pub(super) schedule: Jobs,
    pub(super) visits: Visits,
    pub(super) fetch: Fetch,
    pub(super) browser: Browser,
    pub(super) mail: Mail,
    pub(super) reminders: Reminders,
    pub(super) webhooks: Vec<Webhook>,
    pub(super) report: report::circular::Manner,
    pub(super) keeping: Keeping,
    pub(super) ops: Operations,
    pub(super) web: Option<Web>,
    pub(super) adoption: Adoption,
}

pub(super) fn parse(text: &str, file: &str) -> Result<Main, Vec<Mistake>> {
    let doc = Doc::parse(text, file)?;
    let root = doc.root();
    let district = root.need("district", |v| district(&v.table()?));
    let schedule = root.need("schedule", |v| jobs(&v.table()?));
    let fetch = root.need("fetch", |v| fetching(&v.table()?));
    let browser = root.may("browser", |v| browsing(&v.table()?));
    let mail = root.need("mail", |v| mail(&v.table()?));
    let reminders = root.may("reminders", |v| reminders(&v.table()?));
    let webhooks = root.tables("webhook", webhook);
    let report = root.may("report", |v| reporting(&v.table()?));
    let keeping = root.may("keeping", |v| keeping(&v.table()?));
    let ops = root.may("ops", |v| operations(&v.table()?));
    let web = root.may("web", |v| pages(&v.table()?));
    let adoption = root.may("adoption", |v| adoption(&v.table()?));
    root.finish();
    let main = || {
        let (district, rulebook) = district?;
        let reminders = reminders?.unwrap_or_else(usual_reminders);
        let report = report?.unwrap_or_default();
        let ((schedule, visits), fetch, mail, ops) = (schedule?, fetch?, mail?, ops?.unwrap_or_default());
        let browser = browser?.unwrap_or_default();
        let (web, adoption) = (web?, adoption?.unwrap_or_default());
        Some(Main {
            district,
            rulebook,
            schedule,
            visits,
            fetch,
            browser,
            mail,
            reminders,
            webhooks,
            report,
            keeping: keeping?.unwrap_or_default(),
            ops,
            web,
            adoption,
        })
    };
    let main = main();
    doc.finish(main)
}

fn district(t: &Table<'_>) -> Option<(District, PathBuf)> {
    let name = t.need("name", Value::text);
    let office = t.may("office", Value::text);
    let zone = t.or("time_zone", Zone::SHANGHAI, Value::parsed);
    let rulebook = t.need("rulebook", Value::text);
    let since = t.need("monitoring_since", Value::day);
    t.finish();
    let name = name?;
    let office = office?.unwrap_or_else(|| format!("{name}政务公开办公室"));
    Some((District { name, office, zone: zone?, monitoring_since: since? }, PathBuf::from(rulebook?)))
}

fn jobs(t: &Table<'_>) -> Option<(Jobs, Visits)> {
    let schedule = |key| t.need(key, Value::parsed::<Schedule>);
    let (poll, judge, weekly, close) = (schedule("poll"), schedule("judge"), schedule("weekly"), schedule("close"));
    let remind = t.may("remind", Value::parsed::<Schedule>);
    let prune = t.may("prune", Value::parsed::<Schedule>);
    let (quiet, busy) = (t.may("quiet", hush), t.may("busy", hush));
    t.finish();
    let remind = remind?.or_else(|| "0 30 8 * * *".parse().ok())?;
    let prune = prune?.or_else(|| "0 30 3 * * Sun".parse().ok())?;
    let jobs = Jobs { prune, poll: poll?, judge: judge?, weekly: weekly?, close: close?, remind };
    Some((jobs, Visits { quiet: quiet?, busy: busy? }))
}

/// Hours in which sites are left in peace; the most of the day must remain.
fn hush(v: &Value<'_>) -> Option<Hours> {
    match hours(&v.text()?) {
        Ok(h) if length(h).is_zero() => v.mistake("起止时刻相同：不设此时段时请删去这一行"),
        Ok(h) if length(h) > LONGEST_HUSH => v.mistake("时段不能超过 12 小时，否则栏目来不及检查"),
        Ok(h) => Some(h),
        Err(e) => v.mistake(e),
    }
}

fn usual_reminders() -> Reminders {
    Reminders { days_before: vec![4, 2, 0], quiet: Quiet { hours: usual_hours(), weekends: true } }
}

/// From eight in the evening to eight in the morning.
fn usual_hours() -> Hours {
    let at = |hour| NaiveTime::MIN + chrono::TimeDelta::hours(hour);
    (at(20), at(8))
}

fn reminders(t: &Table<'_>) -> Option<Reminders> {
    let days_before = t.or("days_before", vec![4, 2, 0], |v| v.each(|d| Some(d.count(0..=60)? as u16)));
    let quiet = t.or("quiet", usual_hours(), |v| hours(&v.text()?).map_or_else(|e| v.mistake(e), Some));
    let weekends = t.or("weekends", true, Value::boolean);
    t.finish();
    Some(Reminders { days_before: days_before?, quiet: Quiet { hours: quiet?, weekends: weekends? } })
}

fn webhook(t: &Table<'_>) -> Option<Webhook> {
    let name = t.need("name", |v| {
        let name = v.text()?;
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        if plain {
            Some(name)
        } else {
            v.mistake("只用英文字母、数字和短横线：密钥按这个名字存放")
        }
    });
    let kinds = [("wecom", Robot::Wecom), ("dingtalk", Robot::Dingtalk), ("json", Robot::Json)];
    let robot = t.need("kind", |v| v.word(&kinds));
    let url = t.need("url", |v| {
        let url = web_address(v)?;
        let secret = ["key=", "access_token=", "sign="].iter().any(|s| url.contains(s));
        if secret {
            return v.mistake("不要把密钥写在配置里：网址到问号为止，密钥放在环境变量 DUBAN_WEBHOOK_名字 或 systemd 凭据 webhook-名字");
        }
        Some(url)
    });
    let unit = t.may("unit", Value::parsed);
    t.finish();
    Some(Webhook { name: name?, robot: robot?, url: url?, unit: unit? })
}

fn fetching(t: &Table<'_>) -> Option<Fetch> {
    let base = fetch::Settings::default();
    let user_agent = t.need("user_agent", Value::text);
    let rate = t.or("per_host_per_second", base.per_host_per_second, |v| v.number(0.01..=1_000_000.0));
    let timeout = t.or("timeout_seconds", 20, |v| v.count(1..=600));
    let max_body = t.or("max_body_mib", 8, |v| v.count(1..=512));
    let max_redirects = t.or("max_redirects", 5, |v| v.count(0..=20));
    let robots = t.or("respect_robots", true, Value::boolean);
    let revisit = t.or("revisit_hours", 6, |v| v.count(1..=168));
    let checks = t.or("spot_checks_per_day", 2, |v| v.count(0..=50));
    let private = t.or("allow_private_addresses", vec![], |v| v.each(Value::parsed));
    let references = t.or("reference_urls", vec![], |v| v.each(web_address));
    t.finish();
    Some(Fetch {
        settings: fetch::Settings {
            user_agent: user_agent?,
            per_host_per_second: rate?,
            timeout: Duration::from_secs(u64::from(timeout?)),
            max_body: max_body? as usize * 1024 * 1024,
            max_redirects: max_redirects? as usize,
            respect_robots: robots?,
            allow_private: private?,
            ..base
        },
        revisit_minutes: revisit? * 60,
        spot_checks_per_day: checks?,
        reference_urls: references?,
    })
}

fn browsing(t: &Table<'_>) -> Option<Browser> {
    let base = Browser::default();
    let program = t.may("program", |v| {
        let path = PathBuf::from(v.text()?);
        if path.is_absolute() {
            Some(path)
        } else {
            v.mistake("应写从 / 开始的完整路径，例如 /usr/bin/chromium")
        }
    });
    let sandbox = t.or("sandbox", base.sandbox, Value::boolean);
    let timeout = t.or("timeout_seconds", base.timeout_seconds, |v| v.count(5..=600));
    let requests = t.or("max_requests", base.max_requests, |v| v.count(1..=1000));
    let mib = t.or("max_mib", base.max_mib, |v| v.count(1..=128));
    let ignore = t.or("ignore", vec![], |v| v.each(place));
    t.finish();
    Some(Browser {
        program: program?,
        sandbox: sandbox?,
        timeout_seconds: timeout?,
        max_requests: requests?,
        max_mib: mib?,
        ignore: ignore?,
    })
}

/// A host, or the beginning of an address without its scheme.
fn place(v: &Value<'_>) -> Option<String> {
    let text = v.text()?;
    let host = text.split('/').next().unwrap_or_default();
    if text.contains("://") || !host.contains('.') || text.contains(['?', '#', ' ']) {
        return v
            .mistake("应写主机名或不带 http:// 的网址开头，例如 count.example.com 或 www.example.gov.cn/js/old.js");
    }
    Some(text)
}

fn mail(t: &Table<'_>) -> Option<Mail> {
    let smtp = t.may("smtp", |v| {
        let text = v.text()?;
        match url::Url::parse(&text) {
            Ok(u) if u.password().is_some() => {
                v.mistake("不要把密码写在配置里：请放在环境变量 DUBAN_SMTP_PASSWORD 或 systemd 凭据 smtp-password")
            }
            Ok(u) if matches!(u.scheme(), "smtp" | "smtps") && u.host_str().is_some() => Some(text),
            _ => v.mistake("应写作 smtps://用户@服务器 或 smtp://服务器:端口"),
        }
    });
    let from = t.need("from", mailbox);
    let district = t.need("district", |v| v.each(mailbox));
    t.finish();
    Some(Mail { smtp: smtp?, from: from?, district: district? })
}

fn reporting(t: &Table<'_>) -> Option<report::circular::Manner> {
    let rank_units = t.or("rank_units", false, Value::boolean);
    let name_full_marks = t.or("name_full_marks", false, Value::boolean);
    t.finish();
    Some(report::circular::Manner { rank_units: rank_units?, name_full_marks: name_full_marks? })
}

fn keeping(t: &Table<'_>) -> Option<Keeping> {
    // Less would reach into windows that are still open, which `keeping::first_kept` does not allow anyway.
    let days = t.or("evidence_days", Keeping::default().evidence_days, |v| v.count(400..=36_500));
    t.finish();
    Some(Keeping { evidence_days: days? })
}

fn operations(t: &Table<'_>) -> Option<Operations> {
    let listen = t.may("listen", Value::parsed);
    let ping = t.may("ping", web_address);
    t.finish();
    Some(Operations { listen: listen?, ping: ping? })
}

fn pages(t: &Table<'_>) -> Option<Web> {
    let listen = t.need("listen", Value::parsed);
    let plain_http = t.or("plain_http", false, Value::boolean);
    t.finish();
    Some(Web { listen: listen?, plain_http: plain_http? })
}

fn adoption(t: &Table<'_>) -> Option<Adoption> {
    let usual = Adoption::default();
    let accounts = t.need("accounts", |v| v.each(Value::parsed));
    let criterion = t.or("criterion", usual.criterion, Value::parsed);
    let pages = t.or("pages", usual.pages, |v| v.count(0..=50));
    t.finish();
    Some(Adoption { accounts: accounts?, criterion: criterion?, pages: pages? })
}

/// A mail address, with or without a name before it.
pub(super) fn mailbox(v: &Value<'_>) -> Option<String> {
    let text = v.text()?;
    match text.parse::<lettre::message::Mailbox>() {
        Ok(_) => Some(text),
        Err(_) => v.mistake(format!("「{text}」不是邮箱地址，应写作 jyj@example.gov.cn")),
    }
}

/// An http or https address with a host and without a password.
pub(super) fn web_address(v: &Value<'_>) -> Option<String> {
    let text = v.text()?;
    match url::Url::parse(&text) {
        Ok(u) if !u.username().is_empty() || u.password().is_some() => v.mistake("网址里不能写用户名和密码"),
        Ok(u) if matches!(u.scheme(), "http" | "https") && u.host_str().is_some() => Some(text),
        _ => v.mistake(format!("「{text}」不是网址，应写作 https://…")),
    }
}
