//! Accounts and the audit log: the administrator's pages.

use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse as _;
use model::UnitId;
use serde::Deserialize;
use store::{Account, AuditFilter, NewAccount, Role};

use crate::access::Told;
use crate::download::{self, Sheet};
use crate::names::{Choice, choices};
use crate::office::Office;
use crate::page::{self, Answer, Frame};
use crate::password;
use crate::refused::Refused;
use crate::session::Viewer;

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage {
    frame: Frame,
    accounts: Vec<AccountRow>,
    units: Vec<Choice>,
    /// A password that was just made: shown this once.
    made: Option<(String, String)>,
}

struct AccountRow {
    name: String,
    person: String,
    role: &'static str,
    unit: String,
    created: String,
    disabled: Option<String>,
    must_change: bool,
    own: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Shown {
    told: Option<String>,
    r#as: Option<String>,
}

pub(crate) async fn list(State(office): State<Arc<Office>>, viewer: Viewer, Query(q): Query<Shown>) -> Answer {
    let accounts = rows(&office, &viewer).await?;
    match download::wanted(q.r#as.as_deref(), || accounts_sheet(&accounts)) {
        Some(file) => file,
        None => shown(&office, &viewer, accounts, q.told.as_deref(), None),
    }
}

async fn rows(office: &Office, viewer: &Viewer) -> Result<Vec<AccountRow>, Refused> {
    let row = |a: Account| AccountRow {
        own: a.id == viewer.account.id,
        role: a.role.label(),
        unit: a.role.unit().map_or_else(String::new, |u| office.unit_name(u)),
        created: office.zone.local(a.created_at),
        disabled: a.disabled_at.map(|at| office.zone.local(at)),
        must_change: a.must_change,
        name: a.name,
        person: a.person,
    };
    Ok(office.store.accounts().await?.into_iter().map(row).collect())
}

fn accounts_sheet(rows: &[AccountRow]) -> Sheet<'static> {
    Sheet::of(
        "accounts",
        "账号",
        rows,
        &[
            ("账号", |a| a.name.clone()),
            ("姓名", |a| a.person.clone()),
            ("角色", |a| a.role.to_owned()),
            ("单位", |a| a.unit.clone()),
            ("建立时间", |a| a.created.clone()),
            ("停用时间", |a| a.disabled.clone().unwrap_or_default()),
        ],
    )
}

fn shown(
    office: &Office,
    viewer: &Viewer,
    accounts: Vec<AccountRow>,
    after: Option<&str>,
    made: Option<(String, String)>,
) -> Answer {
    let units = choices(office.units.iter().map(|u| (&u.id, &u.name)), None);
    let frame = Frame::new(office, viewer, "账号", "/accounts", after);
    page::html(&AccountsPage { frame, accounts, units, made })
}

#[derive(Debug, Deserialize)]
pub(crate) struct Add {
    name: String,
    person: String,
    role: String,
    unit: String,
}

pub(crate) async fn add(State(office): State<Arc<Office>>, viewer: Viewer, Form(entered): Form<Add>) -> Answer {
    let unit: Option<UnitId> = match entered.unit.as_str() {
        "" => None,
        id => Some(id.parse().ok().filter(|u| office.unit(u).is_some()).ok_or(Refused::NotFound)?),
    };
    let unit = unit.filter(|_| entered.role == "officer");
    let role = Role::from_words(&entered.role, unit)
        .ok_or_else(|| Refused::Entered("单位信息员须选择所属单位；请返回重填。".to_owned()))?;
    office.store.sync_registry(&office.units, &office.channels, office.now()).await?;
    let (secret, hashed) = fresh(&office).await?;
    let name = entered.name.trim().to_lowercase();
    let new = NewAccount { name: &name, person: entered.person.trim(), role: &role, password: &hashed };
    office.store.add_account(&new, office.now()).await?;
    told(&office, &viewer, (name, secret), format!("新建账号（{role}）")).await
}

pub(crate) async fn reset(State(office): State<Arc<Office>>, viewer: Viewer, Path(name): Path<String>) -> Answer {
    let (secret, hashed) = fresh(&office).await?;
    office.store.set_password(&name, &hashed, true).await?;
    if name == viewer.account.name {
        return Err(Refused::Conflict(format!("您的新密码是 {secret} ，请立即用它重新登录并更改。")));
    }
    let sentence = format!("重置账号 {name} 的密码");
    told(&office, &viewer, (name, secret), sentence).await
}

/// The list with the new password on it: it is shown once and kept nowhere.
async fn told(office: &Office, viewer: &Viewer, made: (String, String), sentence: String) -> Answer {
    let mut response = shown(office, viewer, rows(office, viewer).await?, None, Some(made))?.into_response();
    response.extensions_mut().insert(Told(sentence));
    Ok(response)
}

/// A new password and its argon2id string.
async fn fresh(office: &Office) -> Result<(String, String), Refused> {
    let failed = |e: argon2::password_hash::Error| Refused::Failed(e.to_string());
    let secret = password::generated().map_err(failed)?;
    let again = secret.clone();
    let hashed = crate::login::weigh(office, move || password::hash(&again)).await?.map_err(failed)?;
    Ok((secret, hashed))
}

pub(crate) async fn disable(State(office): State<Arc<Office>>, Path(name): Path<String>) -> Answer {
    office.store.disable_account(&name, Some(office.now())).await?;
    page::done("/accounts", "disabled", format!("停用账号 {name}"))
}

pub(crate) async fn enable(State(office): State<Arc<Office>>, Path(name): Path<String>) -> Answer {
    office.store.disable_account(&name, None).await?;
    page::done("/accounts", "enabled", format!("恢复账号 {name}"))
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    frame: Frame,
    lines: Vec<AuditRow>,
    account: String,
    older: Option<i64>,
}

struct AuditRow {
    at: String,
    who: String,
    role: String,
    action: String,
    detail: String,
    result: String,
}

/// Lines on a page of the log.
const LINES: u32 = 100;

#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    account: Option<String>,
    before: Option<i64>,
    r#as: Option<String>,
}

pub(crate) async fn audit(State(office): State<Arc<Office>>, viewer: Viewer, Query(q): Query<Which>) -> Answer {
    let account = q.account.filter(|a| !a.is_empty());
    let filter = AuditFilter { account: account.clone(), before: q.before };
    let limit = if q.r#as.is_some() { u32::MAX } else { LINES };
    let found = office.store.audits(&filter, limit).await?;
    let older = found.last().map(|l| l.id).filter(|_| found.len() == LINES as usize);
    let lines: Vec<AuditRow> = found
        .into_iter()
        .map(|l| AuditRow {
            at: office.zone.local(l.at),
            who: format!("{}（{}）", l.person, l.account),
            role: l.role,
            action: l.action,
            detail: l.detail,
            result: match l.result {
                None => "未完成".to_owned(),
                Some(0) => "命令行".to_owned(),
                Some(200..=399) => "成功".to_owned(),
                Some(n) => format!("未办理（{n}）"),
            },
        })
        .collect();
    let sheet = || Sheet {
        file: "audit",
        title: "操作日志",
        head: vec!["时间", "操作人", "角色", "操作", "说明", "结果"],
        rows: lines
            .iter()
            .map(|l| {
                vec![l.at.clone(), l.who.clone(), l.role.clone(), l.action.clone(), l.detail.clone(), l.result.clone()]
            })
            .collect(),
    };
    if let Some(file) = download::wanted(q.r#as.as_deref(), sheet) {
        return file;
    }
    let frame = Frame::new(&office, &viewer, "操作日志", "/audit", None);
    page::html(&AuditPage { frame, lines, account: account.unwrap_or_default(), older })
}
