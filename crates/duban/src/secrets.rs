//! Secrets: from the environment or systemd's credentials, never from the configuration, into no database and no log.

use secrecy::SecretString;

/// The secret of that name: an environment variable, or a file in systemd's credentials directory.
#[must_use]
pub fn secret(name: &str) -> Option<SecretString> {
    let filled = |text: String| Some(text.trim_end_matches(['\r', '\n']).to_owned()).filter(|t| !t.is_empty());
    if let Some(secret) = std::env::var(name).ok().and_then(filled) {
        return Some(secret.into());
    }
    let dir = std::env::var_os("CREDENTIALS_DIRECTORY")?;
    let text = std::fs::read_to_string(std::path::Path::new(&dir).join(name)).ok()?;
    filled(text).map(Into::into)
}
