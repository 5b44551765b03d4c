//! The house holds: who may use whom, what the pure rooms may touch, and under which licences we stand.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

const PURE: [&str; 10] = ["model", "rules", "sites", "scoring", "report", "docx", "case", "sheets", "hints", "credit"];

/// The layers of ARCHITECTURE.md: each room and the rooms that it may use.
fn allowed() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let all = [
        "model", "rules", "sites", "fetch", "render", "store", "scoring", "report", "docx", "case", "sheets", "hints",
        "credit", "demo", "web",
    ];
    BTreeMap::from([
        ("model", BTreeSet::new()),
        ("rules", BTreeSet::from(["model"])),
        ("sites", BTreeSet::from(["model"])),
        ("fetch", BTreeSet::from(["model"])),
        ("render", BTreeSet::from(["fetch"])),
        ("store", BTreeSet::from(["model"])),
        ("scoring", BTreeSet::from(["model", "rules"])),
        ("report", BTreeSet::from(["model", "rules"])),
        ("docx", BTreeSet::from(["report"])),
        ("case", BTreeSet::from(["model"])),
        ("sheets", BTreeSet::from(["model"])),
        ("hints", BTreeSet::from(["model"])),
        ("credit", BTreeSet::from(["model"])),
        ("demo", BTreeSet::from(["model"])),
        ("web", BTreeSet::from(["model", "rules", "store", "scoring", "report"])),
        ("duban", BTreeSet::from(all)),
        ("tests", BTreeSet::from_iter(all.into_iter().chain(["duban"]))),
    ])
}

/// Libraries that only one room (or a few) may name.
const KEPT: [(&str, &[&str]); 8] = [
    ("argon2", &["web"]),
    ("sqlx", &["store"]),
    ("reqwest", &["fetch"]),
    ("lettre", &["duban"]),
    ("axum", &["demo", "duban", "web"]),
    ("scraper", &["sites"]),
    ("calamine", &["sheets"]),
    ("zip", &["case", "docx", "sheets"]),
];

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// What cargo says of the workspace (`--no-deps`), or of all that it is built from on this machine.
fn metadata(of: &[&str]) -> Value {
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(of)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).unwrap()
}

fn members(meta: &Value) -> Vec<&Value> {
    let ids = meta["workspace_members"].as_array().unwrap();
    meta["packages"].as_array().unwrap().iter().filter(|p| ids.contains(&p["id"])).collect()
}

/// Normal dependencies only: tests may look wherever they need to.
fn uses(package: &Value) -> BTreeSet<&str> {
    let deps = package["dependencies"].as_array().unwrap();
    deps.iter().filter(|d| d["kind"].is_null()).filter_map(|d| d["name"].as_str()).collect()
}

#[test]
fn rooms_use_only_rooms_below_them() {
    let meta = metadata(&["--no-deps"]);
    let table = allowed();
    let names: BTreeSet<&str> = members(&meta).iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, table.keys().copied().collect(), "every room stands in the table, and nothing else");
    for package in members(&meta) {
        let name = package["name"].as_str().unwrap();
        let rooms: BTreeSet<&str> = uses(package).intersection(&names).copied().collect();
        let strangers: Vec<_> = rooms.difference(&table[name]).collect();
        assert!(strangers.is_empty(), "{name} may not use {strangers:?}");
    }
}

#[test]
fn each_kept_library_stays_in_its_room() {
    let meta = metadata(&["--no-deps"]);
    for package in members(&meta) {
        let name = package["name"].as_str().unwrap();
        for (library, rooms) in KEPT {
            let named = uses(package).contains(library);
            assert!(!named || rooms.contains(&name), "{library} is kept in {rooms:?}, not in {name}");
        }
    }
}

#[test]
fn the_pure_rooms_carry_the_lint_that_keeps_them_pure() {
    let wanted = std::fs::read_to_string(root().join("crates/pure.clippy.toml")).unwrap();
    for room in PURE {
        let got = std::fs::read_to_string(root().join("crates").join(room).join("clippy.toml")).unwrap();
        assert_eq!(got, wanted, "{room}");
    }
}

#[test]
fn every_licence_is_one_that_we_accept() {
    let text = std::fs::read_to_string(root().join("deny.toml")).unwrap();
    let list = text.split("allow = [").nth(1).unwrap().split(']').next().unwrap();
    let accepted: BTreeSet<&str> = list.split('"').skip(1).step_by(2).collect();
    assert!(accepted.contains("MIT"), "the list was read");
    let target = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    for package in metadata(&["--filter-platform", &target])["packages"].as_array().unwrap() {
        let expression = package["license"].as_str().unwrap_or("none").replace('/', " OR ");
        // One alternative is enough; within it, every part must be accepted.
        let fits = expression
            .replace(['(', ')'], " ")
            .split(" OR ")
            .any(|alternative| alternative.split(" AND ").all(|part| accepted.contains(part.trim())));
        assert!(fits, "{}: {expression}", package["name"]);
    }
}
