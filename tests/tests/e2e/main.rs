//! The shipping programs together: real server, real scanners, a network that comes and goes. One file for each behaviour;
//! the invariants I1 to I8 are those of PROTOCOL.md section 1.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests say what they expect by panicking")]

mod clocks;

use turnstone_tests::harness::{dice, house};

mod cloned_scanner;
mod crash_scanner;
mod crash_server;
mod https;
mod lost_server;
mod online_gates;
mod quiet_network;
mod rotated_keys;
mod stolen_scanner;
mod two_dark_gates;
mod watch;
mod wrong_clock;

mod damaged_scene;

mod big_list;
mod damaged_csv;
mod damaged_enrolment;
mod damaged_entries;
mod damaged_lists;
mod damaged_pictures;
mod damaged_requests;
mod damaged_storage;
mod matrix;
mod matrix_routes;

mod screens;
mod threats;
