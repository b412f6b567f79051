//! The exchange with the server. `http` is the client, `link` keeps it signed in, `sync` is one round of everything,
//! `watch` does it for as long as it runs, `confirm` asks while a guest waits.

mod authority;
mod backoff;
mod confirm;
mod contact;
mod desk;
mod error;
mod http;
mod kept;
mod link;
mod news;
mod sync;
mod tidy;
mod token;
mod watch;

pub use authority::Authority;
pub use backoff::{Backoff, FIRST_PAUSE, LONGEST_PAUSE};
pub use confirm::{Confirmer, Decided};
pub use contact::{Contact, RECENT_MS};
pub use desk::Desk;
pub use error::{ApiError, MAX_RETRY_AFTER, NetError, SyncError};
pub use http::HttpApi;
pub use link::Link;
pub use news::{Listener, News};
pub use sync::{
    ExchangeTotals, ManifestReport, ManifestState, Progress, Step, SyncReport, heartbeat, manifests, round,
};
pub use token::Token;
pub use watch::watch;
