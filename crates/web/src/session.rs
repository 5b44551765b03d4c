//! Who is looking: from the cookie to the account.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use chrono::TimeDelta;
use model::UnitId;
use store::{Account, Role, StoreError};

use crate::office::Office;
use crate::refused::Refused;

/// A session that nobody has used for so long is over.
pub(crate) const IDLE: TimeDelta = TimeDelta::hours(12);

/// How often a session in use is written down.
const NOTE_EVERY: TimeDelta = TimeDelta::minutes(10);

/// Whoever looks at a page.
#[derive(Debug, Clone)]
pub(crate) struct Viewer {
    pub(crate) account: Account,
    /// The fingerprint of the session's token.
    pub(crate) token: String,
}

impl Viewer {
    /// The unit to which the viewer is bound; none: the whole district.
    pub(crate) fn bound(&self) -> Option<&UnitId> {
        self.account.role.unit()
    }

    /// May the viewer see what belongs to this unit? For others it does not exist.
    pub(crate) fn sees(&self, unit: &UnitId) -> Result<(), Refused> {
        match self.bound() {
            Some(own) if own != unit => Err(Refused::NotFound),
            _ => Ok(()),
        }
    }

    /// Does the viewer decide for the district?
    pub(crate) fn decides(&self) -> bool {
        matches!(self.account.role, Role::Admin | Role::Clerk)
    }

    /// Does the viewer look after the machine? What is to be done at the machine is told to nobody else.
    pub(crate) fn administers(&self) -> bool {
        matches!(self.account.role, Role::Admin)
    }

    /// As decisions name the viewer.
    pub(crate) fn who(&self) -> String {
        format!("{}（{}）", self.account.person, self.account.name)
    }
}

impl FromRequestParts<Arc<Office>> for Viewer {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Office>) -> Result<Viewer, Refused> {
        parts.extensions.get::<Viewer>().cloned().ok_or(Refused::SignedOut)
    }
}

/// The account behind the request's cookie.
pub(crate) async fn viewer(office: &Office, headers: &HeaderMap) -> Result<Option<Viewer>, StoreError> {
    let Some(token) = token(headers, name(office.https)) else { return Ok(None) };
    let (token, now) = (crate::password::fingerprint(token), office.now());
    let Some(signed) = office.store.session(&token, now - IDLE).await? else { return Ok(None) };
    if now - signed.seen_at >= NOTE_EVERY {
        office.store.session_seen(&token, now).await?;
    }
    Ok(Some(Viewer { account: signed.account, token }))
}

fn name(https: bool) -> &'static str {
    // The prefix makes browsers refuse the cookie from another host or without https.
    if https { "__Host-duban" } else { "duban" }
}

fn token<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    let mut pairs = cookies.flat_map(|v| v.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The header that hands out a session's token, or takes it back (`None`).
pub(crate) fn cookie(https: bool, token: Option<&str>) -> HeaderValue {
    let secure = if https { "; Secure" } else { "" };
    let age = if token.is_some() { "" } else { "; Max-Age=0" };
    let text = format!("{}={}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", name(https), token.unwrap_or_default());
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_among_other_cookies_and_only_under_its_own_name() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; xduban=no; duban=yes"));
        assert_eq!(token(&headers, "duban"), Some("yes"));
        assert_eq!(token(&headers, "__Host-duban"), None);
    }

    #[test]
    fn a_cookie_is_never_read_by_scripts_and_behind_https_never_sent_without_it() {
        let text = cookie(true, Some("t")).to_str().unwrap().to_owned();
        assert_eq!(text, "__Host-duban=t; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert!(cookie(false, None).to_str().unwrap().ends_with("Max-Age=0"));
    }
}
