//! The secrets of sources, by the name that the configuration gives: from the environment or systemd's credentials, into
//! no database and no log.

use std::collections::HashMap;

use secrecy::SecretString;

use crate::secret;

/// Where secrets come from.
#[derive(Clone, Default)]
pub struct Secrets {
    given: HashMap<String, SecretString>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(***)")
    }
}

impl Secrets {
    /// For rehearsals: these, and what the environment holds otherwise.
    #[must_use]
    pub fn given(secrets: impl IntoIterator<Item = (String, String)>) -> Secrets {
        Secrets { given: secrets.into_iter().map(|(name, value)| (name, value.into())).collect() }
    }

    /// The secret of that name: an environment variable, or a file in systemd's credentials directory.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<SecretString> {
        if let Some(secret) = self.given.get(name) {
            return Some(secret.clone());
        }
        let filled = |text: String| Some(text.trim_end_matches(['\r', '\n']).to_owned()).filter(|t| !t.is_empty());
        if let Some(secret) = std::env::var(name).ok().and_then(filled) {
            return Some(secret.into());
        }
        secret::named(name)
    }
}
