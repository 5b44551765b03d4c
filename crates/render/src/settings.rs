//! Where the browser is, and how much a page may ask of it.

use std::path::PathBuf;
use std::time::Duration;

/// The bounds of one page.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The program; none: the usual places are tried.
    pub program: Option<PathBuf>,
    /// Whether the browser locks its own parts in. It cannot as root, and then it is not started.
    pub sandbox: bool,
    /// The longest that a page may take, with all that it asks for and with the waiting for the rate of its host.
    pub timeout: Duration,
    /// How long nothing may happen before the page is taken for finished; it is looked at twice.
    pub settle: Duration,
    /// How many requests of a page are answered.
    pub max_requests: usize,
    /// How many bytes all answers and the finished page may have, each of the two.
    pub max_bytes: usize,
    /// Hosts, or beginnings of addresses without their scheme, that have nothing to do with rows: refused unasked, and no
    /// trouble.
    pub ignore: Vec<String>,
    /// The time zone that scripts see.
    pub time_zone: String,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            program: None,
            sandbox: true,
            timeout: Duration::from_secs(60),
            settle: Duration::from_secs(1),
            max_requests: 100,
            max_bytes: 16 << 20,
            ignore: vec![],
            time_zone: "Asia/Shanghai".to_owned(),
        }
    }
}
