//! Turnstone's sync server: issues tickets, publishes manifests, merges what scanners saw, tells promoters.
//!
//! A request's way: [`router`] → one file in [`http`] (or, for a page, in [`desk`]) → a use case of [`store`].

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod change;
pub mod clock;
pub mod commands;
pub mod config;
pub mod desk;
pub mod device;
pub mod events;
pub mod files;
pub mod http;
pub mod ingest;
pub mod invalid;
pub mod keys;
pub mod live;
pub mod office;
pub mod people;
pub mod program;
pub mod projection;
pub mod publish;
pub mod router;
pub mod server;
pub mod spreadsheet;
pub mod state;
pub mod store;
pub mod tickets;

#[cfg(test)]
mod testing;

pub use config::Config;
pub use server::{RunningServer, Server, ServerError};
