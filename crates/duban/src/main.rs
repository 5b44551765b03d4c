//! The binary. Everything stands in the library, so that tests can run commands in their own process.

use std::process::ExitCode;

use clap::Parser as _;
use duban::cli::Cli;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            // Help and version are answers, everything else is wrong usage: exit code 2, as clap has it.
            e.exit();
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => {
            eprintln!("无法启动：{e}");
            return ExitCode::from(1);
        }
    };
    duban::logging::start();
    let mut out = std::io::stdout();
    runtime.block_on(duban::run(cli, &mut out)).into()
}
