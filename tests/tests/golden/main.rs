//! The golden vectors of `fixtures/`, made by an independent generator from PROTOCOL.md. One file for each group of folders.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests say what they expect by panicking")]

mod feeds;
mod folders;
mod grammar;
mod keys;
mod manifests;
mod merge;
mod messages;
mod tickets;
mod time;
mod trust;
