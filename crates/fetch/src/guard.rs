//! The guard at the door: no connection to a private address that is not allowed by name of its network.
//!
//! Names are checked where they are resolved for the connection itself, so a name server that answers differently the second
//! time gains nothing. Addresses written in the URL do not pass the resolver and are checked before each hop.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures::FutureExt;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use crate::cidr::Cidr;
use crate::private::is_private;
use crate::resolve::Resolver;

/// An address was refused. It travels through reqwest's error chain, where the classification finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("private address {0} is not allowed")]
pub(crate) struct PrivateAddress(pub(crate) IpAddr);

/// The name server knew the name but no address of it.
#[derive(Debug, thiserror::Error)]
#[error("the name has no address")]
struct NoAddress;

pub(crate) struct Guard {
    allowed: Vec<Cidr>,
    resolver: Arc<dyn Resolver>,
}

impl Guard {
    pub(crate) fn new(allowed: Vec<Cidr>, resolver: Arc<dyn Resolver>) -> Guard {
        Guard { allowed, resolver }
    }

    /// Refuses `url` where its host is written as an address that may not be asked. The url crate has by then turned
    /// decimal, octal and hexadecimal spellings into the address that they mean.
    pub(crate) fn check_literal(&self, url: &Url) -> Result<(), PrivateAddress> {
        match url.host() {
            Some(Host::Ipv4(ip)) => check(&self.allowed, ip.into()),
            Some(Host::Ipv6(ip)) => check(&self.allowed, ip.into()),
            Some(Host::Domain(_)) | None => Ok(()),
        }
    }
}

fn check(allowed: &[Cidr], ip: IpAddr) -> Result<(), PrivateAddress> {
    let open = !is_private(ip) || allowed.iter().any(|net| net.contains(ip));
    if open { Ok(()) } else { Err(PrivateAddress(ip)) }
}

/// Those of `found` that may be asked. With none left, the first refusal.
fn admit(allowed: &[Cidr], found: &[IpAddr]) -> Result<Vec<SocketAddr>, PrivateAddress> {
    let open: Vec<_> =
        found.iter().filter(|ip| check(allowed, **ip).is_ok()).map(|ip| SocketAddr::new(*ip, 0)).collect();
    match found.first() {
        Some(ip) if open.is_empty() => Err(PrivateAddress(*ip)),
        _ => Ok(open),
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = self.resolver.lookup(name.as_str());
        let allowed = self.allowed.clone();
        async move {
            let open = admit(&allowed, &lookup.await?)?;
            if open.is_empty() {
                return Err(NoAddress.into());
            }
            Ok(Box::new(open.into_iter()) as Addrs)
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::SystemResolver;

    fn guard(allowed: &[&str]) -> Guard {
        Guard::new(allowed.iter().map(|c| c.parse().unwrap()).collect(), Arc::new(SystemResolver))
    }

    #[test]
    fn every_spelling_of_a_private_address_is_refused() {
        for url in [
            "http://127.0.0.1/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://0x7f.0x0.0x0.0x1/",
            "http://127.0.0.1./",
            "http://１２７.０.０.１/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://[64:ff9b::a9fe:a9fe]/",
            "http://user@169.254.169.254/",
            "http://0/",
        ] {
            assert!(guard(&[]).check_literal(&Url::parse(url).unwrap()).is_err(), "{url}");
        }
    }

    #[test]
    fn what_is_allowed_by_network_passes_and_nothing_beside_it() {
        let guard = guard(&["127.0.0.1/32"]);
        assert!(guard.check_literal(&Url::parse("http://127.0.0.1:8080/").unwrap()).is_ok());
        assert!(guard.check_literal(&Url::parse("http://127.0.0.2:8080/").unwrap()).is_err());
    }

    #[test]
    fn of_mixed_answers_only_the_public_ones_are_used() {
        let [public, private] = ["114.114.114.114", "10.0.0.1"].map(|ip| ip.parse::<IpAddr>().unwrap());
        assert_eq!(admit(&[], &[private, public]).unwrap(), [SocketAddr::new(public, 0)]);
        assert_eq!(admit(&[], &[private]), Err(PrivateAddress(private)));
        assert_eq!(admit(&[], &[]).unwrap(), []);
    }
}
