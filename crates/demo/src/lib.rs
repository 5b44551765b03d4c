//! A simulated district for rehearsals, tests and benchmarks: a website and WeChat bridges with a virtual clock and
//! scripted faults, deterministic by seed, together with the script's own answer key.
//!
//! The key is worked out day by day straight from COUNTING.md and shares no code with the `rules` room: that two
//! independent readings of the specification agree is the point of it. This crate knows the nouns of `model` and nothing
//! of the monitor that reads its pages.

mod bench;
mod cast;
mod clock;
mod column;
mod config;
mod district;
mod fakes;
mod key;
mod pages;
mod rhythm;
mod rng;
mod rounds;
mod route;
mod server;
mod soak;
mod stories;
mod words;

pub use bench::{BenchSite, Mutation, bench_site};
pub use clock::VirtualClock;
pub use config::DEMO_SECRET;
pub use district::{District, Plan};
pub use fakes::{
    Asked, BridgeFault, Fake, FakeAccount, FakeBridge, FakeFeed, FakeMp, FakeWechat, MpPage, Push, Reply, WechatFault,
    serve_fake,
};
pub use key::{KeyFinding, LOOKS_AT_HOUR, is_in_key, looks_at};
pub use rounds::{Round, Rounds, Watching};
pub use server::{Server, serve};
pub use soak::SoakPlan;
pub use stories::Story;
