//! One file for each kind of call.

pub(super) mod auth;
pub(super) mod confirm;
pub(super) mod enrol;
pub(super) mod exchange;
pub(super) mod heartbeat;
pub(super) mod manifest;
pub(super) mod search;
