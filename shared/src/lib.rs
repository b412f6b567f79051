//! Turnstone's rules, pure: no file, no socket, no clock, no database.
//!
//! A scan's way through this crate: [`ticket`] reads the code, [`manifest`] says what is known of the ticket,
//! [`verdict`] decides, [`entry`] and [`feed`] record it, [`time`], [`merge`] and [`occupancy`] tell what it meant.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod api;
pub mod chains;
pub mod clock;
pub mod cose;
pub mod entry;
pub mod feed;
pub mod hash;
pub mod ids;
pub mod manifest;
pub mod merge;
mod number;
pub mod occupancy;
pub mod policy;
pub mod ticket;
pub mod time;
pub mod trust;
pub mod verdict;
