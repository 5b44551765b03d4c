//! The fetcher against real sockets on this machine: well-behaved sites by axum, ill-behaved ones byte by byte.

#![allow(clippy::unwrap_used, reason = "the helpers of tests may panic as the tests do")]

mod answers;
mod bounds;
mod guard;
mod network;
mod posting;
mod posts;
mod redirects;
mod robots;
mod site;
