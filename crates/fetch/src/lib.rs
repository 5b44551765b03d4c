//! Polite HTTP: a target in, an outcome out.
//!
//! One [`Fetcher`] serves the whole process. It asks one address at a time per host, slowly; it obeys robots.txt; it
//! repeats validators verbatim, so that an unchanged page costs a 304; it bounds what it takes in, in bytes and in
//! time; and it will not be led into private networks, whatever a page, a redirect or a name server says.
//!
//! Every attempt is evidence: [`Fetcher::get`] has no error, only an [`Attempt`] that says what came. What the bytes
//! mean is refused here: whether a body is a list, a captcha or a maintenance notice is for `sites` to say.
//!
//! Certificates are checked against the system's store (`ca-certificates`, `SSL_CERT_FILE`), so an authority that a district
//! added there holds; on a bare system without a store, against Mozilla's roots, which are built in. Proxies named in the
//! environment are not used: they would resolve names behind the guard's back.
//!
//! The monotonic clock of tokio is used for pacing, for deadlines and for the age of a robots.txt. It never becomes part of
//! an attempt, so what is found out does not depend on it: the instant of a look is the caller's.

mod address;
mod attempt;
mod certificate;
mod cidr;
mod clocks;
mod exchange;
mod failure;
mod fetcher;
mod guard;
mod own_network;
mod pace;
mod private;
mod resolve;
mod robots;
mod settings;
mod status;
mod tls;

pub use attempt::{Attempt, Came, Hop, SecretQuery, Target};
pub use certificate::{Validity, validity};
pub use cidr::{Cidr, CidrError};
pub use exchange::{Parcel, Wish};
pub use fetcher::Fetcher;
pub use own_network::OwnNetwork;
pub use private::is_private;
pub use resolve::{Lookup, Resolver, SystemResolver};
pub use settings::{FetchError, Settings};
pub use tls::install_tls;
