//! The program: command line, configuration, jobs, daemon, mail transport. It wires the rooms and holds no policy.

pub mod adoption;
pub mod app;
pub mod bridges;
pub mod browse;
pub mod casefile;
pub mod checklist;
pub mod circular;
pub mod cli;
pub mod clock;
pub mod closing;
pub mod commands;
pub mod config;
mod crash;
pub mod daemon;
pub mod deadlines;
pub mod discover;
pub mod guess;
pub mod house;
pub mod inspection;
pub mod judge;
pub mod keeping;
pub mod letters;
pub mod logging;
pub mod mail;
pub mod observe;
pub mod ops;
pub mod outbox;
pub mod output;
pub mod poll;
pub mod registers;
pub mod rehearsal;
pub mod reminders;
pub mod replay;
pub mod reports;
pub mod schedule;
pub mod secret;
pub mod secrets;
pub mod settle;
pub mod skew;
pub mod suspect;
pub mod trial;
pub mod units_import;
pub mod visits;
pub mod webhook;

use std::io::Write;

use cli::Cli;

/// How a run of the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Done. That sites are down is not our failure.
    Done,
    /// Failed.
    Failed,
    /// Wrong usage or configuration.
    WrongUsage,
}

impl From<Ended> for std::process::ExitCode {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Done => std::process::ExitCode::from(0),
            Ended::Failed => std::process::ExitCode::from(1),
            Ended::WrongUsage => std::process::ExitCode::from(2),
        }
    }
}

/// Wrong usage or configuration: everything that the user must mend before a command can run.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

/// Runs one command, printing its results to `out` and its errors to standard error.
pub async fn run(cli: Cli, out: &mut (dyn Write + Send)) -> Ended {
    match commands::run(cli, out).await {
        Ok(()) => Ended::Done,
        Err(e) => {
            // Whoever reads the output has gone away (`duban findings | head`): that is no failure.
            if e.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe) {
                return Ended::Done;
            }
            eprintln!("错误：{e:#}");
            if e.is::<Usage>() { Ended::WrongUsage } else { Ended::Failed }
        }
    }
}
