//! Tokens of 微信公众平台: fetched by the way that leaves other programs' tokens alone, kept in memory, shown nowhere.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::Moment;
use secrecy::{ExposeSecret as _, SecretString};

/// A token is given up so many seconds before it runs out.
const EARLY_SECONDS: i64 = 60;

/// The tokens by AppID.
#[derive(Clone, Default)]
pub struct Tokens(Arc<Mutex<HashMap<String, (SecretString, Moment)>>>);

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tokens(***)")
    }
}

impl Tokens {
    /// The token that is still good at `now`.
    pub(super) fn get(&self, appid: &str, now: Moment) -> Option<SecretString> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(appid).filter(|(_, until)| now < *until).map(|(token, _)| token.clone())
    }

    /// Keeps a token that was given at `now` for so many seconds.
    pub(super) fn put(&self, appid: &str, token: &sites::official::Token, now: Moment) -> SecretString {
        let secret = SecretString::from(token.value.clone());
        let until = now + chrono::TimeDelta::seconds((i64::from(token.expires_in) - EARLY_SECONDS).max(1));
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.insert(appid.to_owned(), (secret.clone(), until));
        secret
    }

    /// Forgets a token that the platform no longer takes.
    pub(super) fn drop_stale(&self, appid: &str, stale: &SecretString) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.get(appid).is_some_and(|(token, _)| token.expose_secret() == stale.expose_secret()) {
            held.remove(appid);
        }
    }
}
