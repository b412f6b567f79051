//! The server's side of a scanner: who it is, what it may do, and every call it makes ([`shared::api::SyncApi`]).

pub mod api;
pub mod authority;
mod calls;
pub mod census;
pub mod certificate;
pub mod challenges;
pub mod holds;
pub mod invite;
pub mod refusal;
pub mod scanner;
pub mod shown;

use sha2::{Digest, Sha256};

pub use api::DeviceApi;
pub use authority::Authority;
pub(crate) use calls::exchange::spread;
pub use refusal::DeviceRefusal;
pub use scanner::{
    Device, FeedState, MAX_EVENTS, MAX_NAME_CHARS, NewCut, NewScanner, Presence, SILENT_AFTER_MS, Scanner,
    ScannerChange, ScannerState,
};

/// What is kept of an invitation's token.
pub fn token_hash(token: &[u8]) -> [u8; 32] {
    Sha256::digest(token).into()
}
