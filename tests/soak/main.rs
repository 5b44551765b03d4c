//! The long run: `cargo run --release -p tests --example soak -- --units 100 --channels 30 --days 730 --looks 4 --seed 1`.
//!
//! A run that was stopped goes on when it is started again with the same `--dir`, with a newer program too.
//! Says what it costs in memory, disk and time, quarter by quarter, and ends with an error where a finding is not the
//! key's. The site runs in a process of its own; the figures are the monitor's alone.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "it measures, and stops where it cannot")]

mod apart;
mod run;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use apart::Apart;
use demo::SoakPlan;
use run::Outcome;

/// A year has four of them.
const QUARTER: u32 = 91;

struct Args {
    plan: SoakPlan,
    dir: Option<PathBuf>,
    site: bool,
    /// Runs nothing: what stands in the directory is held against the key of that many days.
    hold: bool,
}

fn main() -> ExitCode {
    let Some(args) = args() else {
        eprintln!("soak [--units 100] [--channels 30] [--days 730] [--looks 4] [--seed 1] [--dir DIRECTORY] [--hold]");
        return ExitCode::from(2);
    };
    let scratch = tempfile::tempdir().unwrap();
    let dir = args.dir.as_deref().unwrap_or(scratch.path());
    if args.site {
        apart::serve(&args.plan, dir);
        return ExitCode::SUCCESS;
    }
    let mut site = Command::new(std::env::current_exe().unwrap());
    site.args(std::env::args().skip(1)).args(["--dir", dir.to_str().unwrap(), "--site"]);
    let mut world = Apart::start(&mut site);
    if args.hold {
        return told(&run::hold(&args.plan, dir, &mut world));
    }
    soak(&args.plan, dir, &mut world)
}

fn soak(plan: &SoakPlan, dir: &Path, world: &mut Apart) -> ExitCode {
    let SoakPlan { seed, units, channels, days, looks, .. } = *plan;
    println!("seed {seed}: {units} units x {channels} channels, {days} days, {looks} rounds a day");
    println!(
        "{:>6} {:>8} {:>8} {:>10} {:>12} {:>16} {:>20}",
        "day", "RSS MB", "peak MB", "disk MB", "CPU s", "CPU ms/channel", "breached + unknown"
    );
    let (mut last, mut told_of) = ((0, cpu_seconds()), 0);
    let mut row = |day: u32, mb: f64, outcome: &Outcome| {
        let cpu = cpu_seconds();
        let spent = (cpu - last.1) * 1000.0 / (f64::from((day - last.0).max(1)) * (units * channels) as f64);
        let held = format!("{} + {}", outcome.breached.agreed, outcome.unknown.agreed);
        let (rss, peak) = (rss_mb("VmRSS"), rss_mb("VmHWM"));
        println!("{day:>6} {rss:>8.1} {peak:>8.1} {mb:>10.1} {cpu:>12.1} {spent:>16.3} {held:>20}");
        // At once, for a run that is stopped has no last word.
        outcome.wrong[told_of..].iter().for_each(|line| println!("WRONG {line}"));
        (last, told_of) = ((day, cpu), outcome.wrong.len());
    };
    let step = QUARTER.min((days / 8).max(1));
    let outcome = run::run(plan, dir, world, step, |day, outcome| row(day, disk_mb(dir), outcome));
    let mb = disk_mb(dir);
    let per_year = mb * 1024.0 * 365.0 / f64::from(days) / (units * channels) as f64;
    println!("database: {mb:.1} MB, {per_year:.0} KiB a channel and year at {looks} rounds a day");
    println!("{} rounds, of which killed {}, refused {}", outcome.rounds, outcome.killed, outcome.refused);
    told(&outcome)
}

fn told(outcome: &Outcome) -> ExitCode {
    println!("as the key has it: breached {}, unknown {}", outcome.breached.agreed, outcome.unknown.agreed);
    outcome.wrong.iter().for_each(|line| println!("WRONG {line}"));
    if outcome.wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn args() -> Option<Args> {
    let first = "2025-12-20".parse().ok()?;
    let mut args = Args {
        plan: SoakPlan { seed: 1, units: 100, channels: 30, first, days: 730, looks: 4 },
        dir: None,
        site: false,
        hold: false,
    };
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        let plan = &mut args.plan;
        match name.as_str() {
            "--site" => args.site = true,
            "--hold" => args.hold = true,
            "--dir" => args.dir = Some(given.next()?.into()),
            "--units" => plan.units = given.next()?.parse().ok()?,
            "--channels" => plan.channels = given.next()?.parse().ok()?,
            "--days" => plan.days = given.next()?.parse().ok()?,
            "--looks" => plan.looks = given.next()?.parse().ok()?,
            "--seed" => plan.seed = given.next()?.parse().ok()?,
            _ => return None,
        }
    }
    Some(args)
}

fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

fn rss_mb(what: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with(what)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

fn disk_mb(dir: &Path) -> f64 {
    let size = |name: &str| std::fs::metadata(dir.join("var").join(name)).map_or(0, |m| m.len());
    (size("duban.db") + size("duban.db-wal")) as f64 / 1_048_576.0
}
