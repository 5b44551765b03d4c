//! Two months of a small district in which everything goes wrong by chance. The long run is
//! `cargo run --release -p tests --example soak`.

#[path = "../soak/run.rs"]
mod run;

use demo::SoakPlan;
use run::Here;

#[test]
fn chance_alone_neither_invents_nor_loses_a_finding() {
    let dir = tempfile::tempdir().unwrap();
    let first = "2026-02-20".parse().unwrap();
    let plan = SoakPlan { seed: 3, units: 4, channels: 7, first, days: 60, looks: 4 };
    let mut site = Here::new(&plan, dir.path());
    let outcome = run::run(&plan, dir.path(), &mut site, 25, |_, _| ());
    assert_eq!(outcome.wrong, Vec::<String>::new());
    assert!(outcome.breached.agreed > 3 && outcome.unknown.agreed > 0, "there was something to find: {outcome:?}");
    assert!(outcome.killed > 0 && outcome.refused > 0, "and something went wrong: {outcome:?}");
    let left_behind = run::hold(&plan, dir.path(), &mut site);
    assert_eq!(left_behind.wrong, Vec::<String>::new());
    assert_eq!(left_behind.breached.agreed, outcome.breached.agreed);
}
