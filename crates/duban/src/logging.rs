//! What the sysadmin reads in the journal: to standard error, without secrets.

use std::io::IsTerminal as _;

/// Starts logging; `RUST_LOG` chooses what is shown, warnings and worse otherwise. A second start changes nothing.
pub fn start() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,duban=info"));
    // Already started (several commands in one process, as in the tests): the first one's settings stand.
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .try_init()
        .ok();
}
