//! Fuzzing that runs on the stable toolchain: hostile and odd input for every reader.
//!
//! A target makes an input from a number, so that every failure can be run again. In `cargo test` each target takes a
//! few hundred fixed inputs. `FUZZ_SECONDS=600` makes it run that long with inputs nobody has seen yet, and from 300 on
//! also look for input on which a reader takes more than linear time. `FUZZ_SEED=n FUZZ_ROUNDS=1` runs one input again.
#![allow(clippy::unwrap_used, reason = "a test")]
#![allow(clippy::disallowed_methods, reason = "a fuzzer reads files, the environment and the clock")]

mod checks;
mod corpus;
mod grammar;
mod growth;
mod mutate;
mod rng;
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use checks::Case;
use corpus::Corpus;
use rng::Rng;

/// Inputs a target in the ordinary test run.
const ROUNDS: u64 = 400;

/// What makes one input.
type Target = fn(&mut Rng, &Corpus) -> Case;

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn fuzz(name: &str, target: Target) {
    let corpus = Corpus::load(name);
    let seconds = setting("FUZZ_SECONDS");
    let long = seconds.is_some_and(|s| s >= 300);
    let fresh = || std::time::UNIX_EPOCH.elapsed().map_or(1, |d| d.as_nanos() as u64 >> 8);
    let seed = setting("FUZZ_SEED").unwrap_or_else(|| if seconds.is_some() { fresh() } else { 1 });
    let rounds = setting("FUZZ_ROUNDS").unwrap_or(if seconds.is_some() { u64::MAX } else { ROUNDS });
    let until = seconds.map(|s| Instant::now() + Duration::from_secs(s));
    let mut done = 0;
    let mut bytes = 0;
    while done < rounds && until.is_none_or(|u| Instant::now() < u) {
        let round = seed.wrapping_add(done);
        let case = target(&mut Rng::new(round), &corpus);
        bytes += case.bytes.len();
        let heard = catch_unwind(AssertUnwindSafe(|| {
            checks::hold(&case);
            if (long && done % 400 == 7) || rounds == 1 {
                growth::linear(&mut Rng::new(round), &case);
            }
            if long && done % 20_000 == 77 {
                growth::five_megabytes(&mut Rng::new(round), &case);
            }
        }));
        if heard.is_err() {
            let saved = format!("{}/fuzz-{name}-{round}", env!("CARGO_TARGET_TMPDIR"));
            std::fs::write(&saved, &case.bytes).unwrap();
            panic!("{name}: FUZZ_SEED={round} FUZZ_ROUNDS=1 fails again; {case:?} is in {saved}");
        }
        done += 1;
    }
    if seconds.is_some() {
        println!("{name}: {done} inputs, {:.1} MB, peak memory {} MB", bytes as f64 / 1e6, growth::peak_megabytes());
        assert!(growth::peak_megabytes() < 1_024, "{name}: memory");
    }
}

#[test]
fn lists() {
    fuzz("lists", targets::lists);
}

#[test]
fn articles() {
    fuzz("articles", targets::articles);
}

#[test]
fn dates() {
    fuzz("dates", targets::dates);
}

#[test]
fn feeds() {
    fuzz("feeds", targets::feeds);
}

#[test]
fn charsets() {
    fuzz("charsets", targets::charsets);
}

#[test]
fn json() {
    fuzz("json", targets::json);
}

#[test]
fn wechat() {
    fuzz("wechat", targets::wechat);
}
