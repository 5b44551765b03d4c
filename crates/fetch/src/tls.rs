//! TLS: ring does the cryptography; the system's certificates are trusted, or Mozilla's where the system has none.

use reqwest::{Certificate, Client, ClientBuilder};

/// Makes ring the cryptography of this process (`cc` is all that it needs to be built). Calling it again, or after somebody else chose, changes nothing.
pub fn install_tls() {
    // An error only says that a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Builds a client that can verify certificates wherever it runs.
///
/// The system's store comes first, because a district may have added its own authority there. A bare Debian has no
/// `ca-certificates`, and then the verifier refuses to be built; the roots that Mozilla ships stand in.
pub(crate) fn client(configured: impl Fn() -> ClientBuilder) -> reqwest::Result<Client> {
    install_tls();
    configured().build().or_else(|_| configured().tls_certs_merge(mozilla_roots()).build())
}

fn mozilla_roots() -> impl Iterator<Item = Certificate> {
    webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().filter_map(|der| Certificate::from_der(der).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installing_twice_is_harmless() {
        install_tls();
        install_tls();
        assert!(rustls::crypto::CryptoProvider::get_default().is_some());
    }

    #[test]
    fn mozillas_roots_alone_are_enough_for_a_client() {
        install_tls();
        assert!(mozilla_roots().count() > 50);
        assert!(Client::builder().tls_certs_only(mozilla_roots()).build().is_ok());
    }
}
