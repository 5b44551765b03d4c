//! From names to addresses.

use std::io;
use std::net::IpAddr;

use futures::FutureExt;
use futures::future::BoxFuture;

/// The addresses of a name, on their way.
pub type Lookup = BoxFuture<'static, io::Result<Vec<IpAddr>>>;

/// Finds the addresses of a name. What it finds is still checked by the guard.
pub trait Resolver: Send + Sync + 'static {
    /// The addresses of `host`, which is a name and no address.
    fn lookup(&self, host: &str) -> Lookup;
}

/// The resolver of the operating system, so that `/etc/hosts` and the like hold here too.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn lookup(&self, host: &str) -> Lookup {
        let host = host.to_owned();
        async move { Ok(tokio::net::lookup_host((host, 0)).await?.map(|found| found.ip()).collect()) }.boxed()
    }
}
