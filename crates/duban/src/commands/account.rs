//! `account`: who may use the pages. The first administrator is made here.

use std::io::Write;

use model::UnitId;
use serde_json::json;
use store::{NewAccount, Role};

use crate::Usage;
use crate::app::App;
use crate::cli::{Account, AccountAdd, AccountRole, Format, Global};
use crate::output::{self, Rows};

/// Under which name the log keeps what was done on the command line.
const HERE: (&str, &str, &str) = ("-", "命令行", "admin");

pub(super) async fn run(app: &App, global: &Global, args: &Account, out: &mut dyn Write) -> anyhow::Result<()> {
    let now = app.clock.now();
    let (action, name) = match args {
        Account::List => return list(app, global, out).await,
        Account::Add(a) => ("account add", &a.name),
        Account::Disable(a) => ("account disable", &a.name),
        Account::Enable(a) => ("account enable", &a.name),
        Account::Reset(a) => ("account reset", &a.name),
    };
    let name = name.to_lowercase();
    let line = app.store.audit(HERE, &format!("{action} {name}"), now).await?;
    match args {
        Account::List => {}
        Account::Add(a) => {
            let secret = made(app, a).await?;
            show(global, &name, &secret, out)?;
        }
        Account::Reset(_) => {
            let secret = web::password::generated()?;
            app.store.set_password(&name, &web::password::hash(&secret)?, true).await?;
            show(global, &name, &secret, out)?;
        }
        Account::Disable(_) => {
            app.store.disable_account(&name, Some(now)).await?;
            writeln!(out, "账号 {name} 已停用。")?;
        }
        Account::Enable(_) => {
            app.store.disable_account(&name, None).await?;
            writeln!(out, "账号 {name} 已恢复。")?;
        }
    }
    Ok(app.store.audited(line, "", 0).await?)
}

/// Makes an account; gives its first password.
async fn made(app: &App, a: &AccountAdd) -> anyhow::Result<String> {
    let unit: Option<UnitId> = a
        .unit
        .as_deref()
        .filter(|_| a.role == AccountRole::Officer)
        .map(str::parse)
        .transpose()
        .map_err(|e: model::IdError| Usage(e.to_string()))?;
    if let Some(unit) = unit.as_ref().filter(|u| app.config.unit(u).is_none()) {
        return Err(Usage(format!("配置中没有单位「{unit}」")).into());
    }
    let word = match a.role {
        AccountRole::Admin => "admin",
        AccountRole::Clerk => "clerk",
        AccountRole::Officer => "officer",
        AccountRole::Leader => "leader",
    };
    let role = Role::from_words(word, unit).ok_or_else(|| Usage("单位信息员须用 --unit 指明单位".to_owned()))?;
    app.register().await?;
    let secret = web::password::generated()?;
    let hashed = web::password::hash(&secret)?;
    let name = a.name.to_lowercase();
    let new = NewAccount { name: &name, person: &a.person, role: &role, password: &hashed };
    app.store.add_account(&new, app.clock.now()).await?;
    Ok(secret)
}

fn show(global: &Global, name: &str, secret: &str, out: &mut dyn Write) -> anyhow::Result<()> {
    if global.format == Format::Json {
        return output::json(&json!({ "name": name, "password": secret }), out);
    }
    Ok(writeln!(out, "账号 {name} 的初始密码（只显示这一次，首次登录须更改）：{secret}")?)
}

async fn list(app: &App, global: &Global, out: &mut dyn Write) -> anyhow::Result<()> {
    let rows = app.store.accounts().await?.into_iter().map(|a| {
        vec![
            json!(a.name),
            json!(a.person),
            json!(a.role.label()),
            json!(a.role.unit()),
            json!(app.zone().local(a.created_at)),
            json!(match (a.disabled_at, a.must_change) {
                (Some(_), _) => "已停用",
                (None, true) => "待改密码",
                (None, false) => "可用",
            }),
        ]
    });
    Rows {
        keys: &["name", "person", "role", "unit", "created_at", "state"],
        headings: &["账号", "姓名", "角色", "单位", "建立时间", "状态"],
        rows: rows.collect(),
    }
    .print(global.format, out)
}
