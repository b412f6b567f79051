//! What scanners ask, in CBOR. Each file is one endpoint; the answers are [`crate::device::DeviceApi`]'s.

pub mod auth;
pub mod cbor;
pub mod challenge;
pub mod enrol;
pub mod heartbeat;
pub mod logs;
pub mod manifest;
pub mod refill;
pub mod release;
pub mod scan;
pub mod search;
pub mod session;
