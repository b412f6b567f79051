//! The exchange with the server. `http` is the client, `link` keeps it signed in, `sync` is one round of everything,
//! `watch` does it for as long as it runs, `confirm` asks while a guest waits.

mod backoff;
mod error;
mod http;

pub use backoff::{Backoff, FIRST_PAUSE, LONGEST_PAUSE};
pub use error::{ApiError, MAX_RETRY_AFTER, NetError};
pub use http::{HttpApi, Token};

/// What this software calls itself to servers.
pub const SOFTWARE: &str = concat!("turnstone-scanner/", env!("CARGO_PKG_VERSION"));
