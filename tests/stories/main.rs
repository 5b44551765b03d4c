//! Stories across the rooms.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod adoption;
mod bad_input;
mod bridges;
mod busy;
mod calendars;
mod columns;
mod crash;
mod discover;
mod district;
mod doctor;
mod faults;
mod harness;
mod house;
mod inspection;
mod keeping;
mod mail;
mod media;
mod midround;
mod pages;
mod registers;
mod registers_due;
mod rendered;
mod reports;
mod retention;
mod soak;
mod suspects;
mod timing;
mod trials;
mod trust;
mod web_access;
mod web_browser;
mod web_deeds;
mod web_office;
mod web_registers;
mod year;
mod younger;
