//! Logging in and out, and changing the password.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::TimeDelta;
use serde::Deserialize;
use store::{Limits, Role};

use crate::access::Told;
use crate::office::Office;
use crate::page::{self, Answer, Frame};
use crate::password;
use crate::refused::Refused;
use crate::session::{self, IDLE, Viewer};

/// Five wrong passwords shut an address out of a name for a quarter of an hour, thirty out of all names. Fifty for one name,
/// from wherever, let strange addresses try it only every thirty seconds; where its owner has logged in of late, he still can.
const LIMITS: Limits = Limits {
    per_name_and_address: 5,
    per_address: 30,
    per_name: 50,
    turn: TimeDelta::seconds(30),
    window: TimeDelta::minutes(15),
    known: TimeDelta::days(30),
};

/// Where attempts are made whose session is known: the form that changes the password asks for the old one. They are
/// counted by themselves, so that whoever has stolen a session cannot keep its owner from logging in.
fn inside(name: &str) -> String {
    format!("改密码 {name}")
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    district: String,
    next: String,
    name: String,
    wrong: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Next {
    next: Option<String>,
}

pub(crate) async fn form(State(office): State<Arc<Office>>, Query(q): Query<Next>) -> Answer {
    let next = page::local(q.next.as_deref()).to_owned();
    page::html(&LoginPage { district: office.district.clone(), next, name: String::new(), wrong: None })
}

#[derive(Deserialize)]
pub(crate) struct Login {
    name: String,
    password: String,
    next: Option<String>,
}

/// Where the request came from: the peer, or what the proxy on this host says of it.
fn address(peer: Option<SocketAddr>, headers: &HeaderMap) -> String {
    let told = headers.get("x-real-ip").and_then(|v| v.to_str().ok());
    match (peer, told.map(|t| t.trim().parse::<IpAddr>())) {
        (Some(peer), Some(Ok(told))) if peer.ip().to_canonical().is_loopback() => place(told),
        (Some(peer), _) => place(peer.ip()),
        (None, _) => String::new(),
    }
}

/// What counts as one address: of IPv6 the first half, for whoever has one has all of the second.
fn place(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

pub(crate) async fn login(State(office): State<Arc<Office>>, request: Request) -> Answer {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0);
    let from = address(peer, request.headers());
    let Form(entered) = <Form<Login> as axum::extract::FromRequest<()>>::from_request(request, &())
        .await
        .map_err(|_| Refused::Entered("请填写账号和密码。".to_owned()))?;
    let name = entered.name.trim().to_lowercase();
    let next = page::local(entered.next.as_deref()).to_owned();
    let admitted = match office.store.begin_login(&name, &from, LIMITS, office.now()).await.map_err(Refused::from) {
        Ok(admitted) => admitted,
        Err(Refused::TooOften(why)) => {
            tracing::warn!(name, from, "登录被暂停");
            return again(&office, StatusCode::TOO_MANY_REQUESTS, name, next, why);
        }
        Err(e) => return Err(e),
    };
    let hashed = admitted.account.as_ref().map(|(_, h)| h.clone());
    let fits = weigh(&office, move || password::fits(&entered.password, hashed.as_deref())).await?;
    let Some((account, _)) = admitted.account.filter(|_| fits) else {
        tracing::warn!(name, from, "登录失败");
        return again(&office, StatusCode::UNAUTHORIZED, name, next, "账号或密码不对。".to_owned());
    };
    office.store.login_succeeded(admitted.attempt).await?;
    let role = account.role.to_string();
    let line = office.store.audit((&account.name, &account.person, &role), "登录", office.now()).await?;
    let token = password::token().map_err(|e| Refused::Failed(e.to_string()))?;
    office.store.open_session(account.id, &password::fingerprint(&token), IDLE, office.now()).await?;
    office.store.audited(line, &from, StatusCode::OK.as_u16()).await?;
    let to = if account.must_change { "/password" } else { next.as_str() };
    Ok(([(header::SET_COOKIE, session::cookie(office.https, Some(&token)))], Redirect::to(to)).into_response())
}

fn again(office: &Office, status: StatusCode, name: String, next: String, wrong: String) -> Answer {
    let page = page::html(&LoginPage { district: office.district.clone(), next, name, wrong: Some(wrong) })?;
    Ok((status, page).into_response())
}

/// Does the heavy work of a password aside, and never more of it at a time than the machine bears.
pub(crate) async fn weigh<T: Send + 'static>(
    office: &Office,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Refused> {
    let failed = |e: &dyn std::fmt::Display| Refused::Failed(e.to_string());
    let _turn = office.hashing.acquire().await.map_err(|e| failed(&e))?;
    tokio::task::spawn_blocking(work).await.map_err(|e| failed(&e))
}

pub(crate) async fn logout(State(office): State<Arc<Office>>, viewer: Viewer) -> Answer {
    office.store.close_session(&viewer.token).await?;
    let cookie = [(header::SET_COOKIE, session::cookie(office.https, None))];
    Ok((cookie, Redirect::to("/login")).into_response())
}

/// The page with which a role begins.
pub(crate) async fn home(viewer: Viewer) -> Response {
    let to = match viewer.account.role {
        Role::Officer(_) => "/unit",
        Role::Leader => "/district",
        Role::Clerk | Role::Admin => "/findings",
    };
    Redirect::to(to).into_response()
}

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordPage {
    frame: Frame,
    must: bool,
    shortest: usize,
    wrong: Option<String>,
}

pub(crate) async fn password_form(
    State(office): State<Arc<Office>>,
    viewer: Viewer,
    Query(after): Query<page::After>,
) -> Answer {
    password_page(&office, &viewer, after.told.as_deref(), None)
}

fn password_page(office: &Office, viewer: &Viewer, after: Option<&str>, wrong: Option<String>) -> Answer {
    let mut frame = Frame::new(office, viewer, "更改密码", "/password", after);
    if viewer.account.must_change {
        // Nothing else is open to this account yet, so nothing else is offered.
        frame.menu.clear();
    }
    page::html(&PasswordPage { frame, must: viewer.account.must_change, shortest: password::SHORTEST, wrong })
}

#[derive(Deserialize)]
pub(crate) struct Change {
    old: String,
    new: String,
    again: String,
}

pub(crate) async fn change(State(office): State<Arc<Office>>, viewer: Viewer, Form(entered): Form<Change>) -> Answer {
    let name = viewer.account.name.clone();
    let wrong = |why: String| {
        let page = password_page(&office, &viewer, None, Some(why))?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    if entered.new != entered.again {
        return wrong("两次输入的新密码不一致。".to_owned());
    }
    if entered.new == entered.old {
        return wrong("新密码不能与旧密码相同。".to_owned());
    }
    if let Err(weak) = password::acceptable(&entered.new, &name) {
        return wrong(format!("{weak}。"));
    }
    // A stolen session must not become a stolen account by guessing here what the login would not let be guessed.
    let admitted = office.store.begin_login(&name, &inside(&name), LIMITS, office.now()).await?;
    let hashed = admitted.account.map(|(_, h)| h);
    let Change { old, new, .. } = entered;
    let work = move || password::fits(&old, hashed.as_deref()).then(|| password::hash(&new));
    let Some(hashed) = weigh(&office, work).await? else { return wrong("旧密码不对。".to_owned()) };
    let hashed = hashed.map_err(|e| Refused::Failed(e.to_string()))?;
    office.store.login_succeeded(admitted.attempt).await?;
    office.store.set_password(&name, &hashed, false).await?;
    let token = password::token().map_err(|e| Refused::Failed(e.to_string()))?;
    office.store.open_session(viewer.account.id, &password::fingerprint(&token), IDLE, office.now()).await?;
    let cookie = [(header::SET_COOKIE, session::cookie(office.https, Some(&token)))];
    let mut response = (cookie, page::done("/password", "password", String::new())?).into_response();
    response.extensions_mut().insert(Told("本人更改密码".to_owned()));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proxy_on_this_host_is_believed_about_where_a_request_came_from() {
        let mut headers = HeaderMap::new();
        headers.insert("x-real-ip", "10.1.2.3".parse().unwrap());
        assert_eq!(address(Some(([127, 0, 0, 1], 9).into()), &headers), "10.1.2.3");
        assert_eq!(address(Some(([10, 9, 9, 9], 9).into()), &headers), "10.9.9.9");
        assert_eq!(address(None, &headers), "");
        headers.insert("x-real-ip", "not an address".parse().unwrap());
        assert_eq!(address(Some(([127, 0, 0, 1], 9).into()), &headers), "127.0.0.1");
    }

    #[test]
    fn an_ipv6_address_counts_by_its_network_and_a_mapped_one_as_what_it_stands_for() {
        let of = |ip: &str| place(ip.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(of("2001:db8:1:2::9"), of("2001:db8:1:2:ffff::1"));
        assert_eq!(of("::ffff:10.1.2.3"), "10.1.2.3");
    }
}
