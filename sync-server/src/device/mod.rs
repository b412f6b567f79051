//! The server's side of a scanner: who it is, what it may do, and every call it makes ([`shared::api::SyncApi`]).

pub mod authority;
pub mod certificate;
pub mod challenges;
pub mod holds;
pub mod refusal;
pub mod scanner;

pub use authority::Authority;
pub use refusal::DeviceRefusal;
pub use scanner::{
    Device, FeedState, MAX_EVENTS, MAX_NAME_CHARS, NewCut, NewScanner, Presence, SILENT_AFTER_MS, Scanner,
    ScannerChange, ScannerState,
};
