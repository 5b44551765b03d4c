//! How long a certificate is good: told by whoever shows it, so nothing but a word of warning hangs on it. Whether it is to
//! be trusted TLS itself has decided before.

use chrono::{DateTime, Utc};
use x509_parser::prelude::{FromDer, X509Certificate};

/// From when to when a certificate says that it is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The last one.
    pub until: DateTime<Utc>,
}

/// Reads it from a certificate in DER ([`crate::Attempt::certificate`]); nothing where it is none.
#[must_use]
pub fn validity(der: &[u8]) -> Option<Validity> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let said = certificate.validity();
    let instant = |t: x509_parser::time::ASN1Time| DateTime::from_timestamp(t.timestamp(), 0);
    Some(Validity { from: instant(said.not_before)?, until: instant(said.not_after)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roots_that_are_shipped_have_their_years() {
        let mut read = 0;
        for der in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
            let v = validity(der).unwrap();
            assert!(v.from < v.until && v.from > DateTime::UNIX_EPOCH, "{v:?}");
            read += 1;
        }
        assert!(read > 50);
    }

    #[test]
    fn what_is_no_certificate_has_none() {
        let whole = webpki_root_certs::TLS_SERVER_ROOT_CERTS[0].to_vec();
        assert_eq!(validity(b""), None);
        assert_eq!(validity(b"<html>"), None);
        for cut in 0..whole.len() {
            assert_eq!(validity(&whole[..cut]), None, "{cut}");
        }
    }
}
