//! Every promise of the store, against real databases in folders that are thrown away.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod captures;
mod findings;
mod guards;
mod house;
mod keeping;
mod ledger;
mod limits;
mod looks;
mod matters;
mod news;
mod opening;
mod outbox;
mod people;
mod schedule;
mod suspicions;
mod taken_back;
mod timelines;
