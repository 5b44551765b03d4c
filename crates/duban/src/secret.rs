//! Secrets: from the environment or systemd's credentials, never from the configuration.

use secrecy::SecretString;

/// The environment's name for a credential: `smtp-password` is `DUBAN_SMTP_PASSWORD`.
#[must_use]
pub fn variable(credential: &str) -> String {
    let name: String =
        credential.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    format!("DUBAN_{name}")
}

/// The secret of that name, where there is one.
#[must_use]
pub fn named(credential: &str) -> Option<SecretString> {
    if let Ok(secret) = std::env::var(variable(credential)) {
        return Some(secret.into());
    }
    // A name from the configuration must not lead out of the directory.
    if credential.contains(['/', '\\']) || credential.starts_with('.') {
        return None;
    }
    let dir = std::env::var_os("CREDENTIALS_DIRECTORY")?;
    let text = std::fs::read_to_string(std::path::Path::new(&dir).join(credential)).ok()?;
    Some(text.trim_end_matches(['\r', '\n']).to_owned().into())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_credential_has_its_variable() {
        assert_eq!(super::variable("smtp-password"), "DUBAN_SMTP_PASSWORD");
        assert_eq!(super::variable("webhook-qun-sign"), "DUBAN_WEBHOOK_QUN_SIGN");
    }
}
