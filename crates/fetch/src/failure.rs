//! Why no answer came, from the chain of errors that the HTTP client gives.

use std::error::Error;
use std::io;

use model::Reason;

use crate::guard::PrivateAddress;

/// More words than this are cut: parts of them come from strangers.
const MOST_WORDS: usize = 300;

/// A failure with its technical words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) reason: Reason,
    pub(crate) words: String,
}

impl Failure {
    pub(crate) fn new(reason: Reason, words: impl AsRef<str>) -> Failure {
        Failure { reason, words: tidy(words.as_ref()) }
    }

    /// Reads the chain of `error`. Its address is dropped first: it may hold credentials and tokens.
    pub(crate) fn of(error: reqwest::Error) -> Failure {
        let error = error.without_url();
        Failure::new(reason(&error), words(&error))
    }
}

fn reason(error: &reqwest::Error) -> Reason {
    let chain: Vec<_> = chain(error).collect();
    if chain.iter().any(|e| e.is::<PrivateAddress>()) {
        return Reason::PrivateAddress;
    }
    if error.is_dns() {
        return Reason::Dns;
    }
    if let Some(tls) = chain.iter().find_map(|e| e.downcast_ref::<rustls::Error>()) {
        return of_tls(tls);
    }
    if error.is_connect() {
        // A TCP connect cannot end early, only the TLS handshake after it.
        let ended_early = chain
            .iter()
            .any(|e| e.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == io::ErrorKind::UnexpectedEof));
        return if ended_early { Reason::Tls } else { Reason::Connect };
    }
    if error.is_timeout() {
        return Reason::Timeout;
    }
    if error.is_builder() {
        return Reason::BadAddress;
    }
    Reason::Incomplete
}

fn of_tls(error: &rustls::Error) -> Reason {
    use rustls::CertificateError::{Expired, ExpiredContext};
    match error {
        rustls::Error::InvalidCertificate(Expired | ExpiredContext { .. }) => Reason::CertificateExpired,
        _ => Reason::Tls,
    }
}

/// `error` and all that lies under it.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    // A chain longer than this is no chain.
    std::iter::successors(Some(error), |e| under(*e)).take(32)
}

/// What lies under one error. An `io::Error` hides what it wraps from `source`, so it is asked by name.
fn under<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

fn words(error: &reqwest::Error) -> String {
    let mut words: Vec<String> = chain(error).map(ToString::to_string).collect();
    // Wrappers repeat what they wrap.
    words.dedup();
    words.join(": ")
}

/// One line of bounded length, without control characters.
fn tidy(words: &str) -> String {
    words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MOST_WORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_io_error_wraps_is_found() {
        let wrapped = io::Error::other(PrivateAddress([10, 0, 0, 1].into()));
        assert!(chain(&wrapped).any(|e| e.is::<PrivateAddress>()));
    }

    #[test]
    fn words_stay_on_one_bounded_line() {
        let failure = Failure::new(Reason::Tls, "a\r\nb".to_owned() + &"字".repeat(1000));
        assert!(failure.words.starts_with("a  b字"));
        assert_eq!(failure.words.chars().count(), MOST_WORDS);
    }
}
