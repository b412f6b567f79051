//! The log in SQLite: what scanners wrote and everything that follows from it, changed together in one transaction.

mod acks;
mod compare;
mod conflicts;
mod doors;
mod evening;
mod groups;
mod ingest;
mod judge;
mod ledger;
mod listing;
mod picture;
mod place;
mod put;
mod rows;
mod samples;
mod strays;
mod subject;
mod sums;
mod times;
mod verify;
mod views;

pub(super) use acks::runs;
pub(super) use doors::{door_id, find_door, raise};
pub(super) use ingest::{acked_all, feed_row, feeds_of, find_feed, ingest, witness};
pub(super) use judge::{judge_scanner, set_window, tips};
pub(super) use listing::entry_row;
pub(super) use rows::interval;
pub(super) use samples::verify_samples;
pub(super) use strays::adopt_strays;
pub(super) use times::last_of;
