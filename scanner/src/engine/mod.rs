//! The engine: decides at the door, records in one transaction, plans the exchange with the server.
//!
//! No thread, no socket, no clock: time and randomness come in as [`Clock`] and [`Entropy`], messages go in and out as
//! values. Several processes may open one database; every write is a `BEGIN IMMEDIATE` transaction that reads the tip of
//! the feed inside itself, so that they cannot disturb each other.
//!
//! Connected use, in order: [`Engine::auth_request`], [`Engine::heartbeat_request`] (a time sample first, so that
//! validity is judged by the server's clock), [`Engine::manifest_request`] until it is current,
//! [`Engine::exchange_request`] until nothing is left, [`Engine::maintain`] whenever idle.

mod ack;
mod answer;
mod append;
mod confirm;
mod context;
mod db;
mod error;
mod exchange;
mod forward;
mod heartbeat;
mod identity;
mod ingest;
mod inside;
mod keep;
mod log;
mod manifest;
mod open;
mod outbox;
mod outcome;
mod past;
mod positions;
mod record;
mod report;
mod retry;
mod revocation;
mod scan;
mod settings;
mod status;
mod supervise;
mod times;
mod upkeep;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use shared::api::FeedWanted;
use shared::clock::{Clock, Entropy};
use shared::ids::EventId;

pub use answer::{EARLY_MS, is_early};
pub use confirm::VerifiedConfirmation;
pub use error::{EngineError, EnrolError, OpenError, Result, StoreError};
pub use exchange::{ExchangeLimits, ExchangeReport, Refused};
pub use heartbeat::{AskedHeartbeat, HeartbeatReport};
pub use manifest::ManifestProgress;
pub use outcome::{Before, Named, Outcome, Recorded, ScanRequest, UndoTarget, Warning};
pub use report::{
    ClockFacts, Enrolled, Health, LogFilter, LogLine, ManifestFacts, Pending, StagingFacts, Status, Tally, Trouble,
};
pub use settings::Settings;

/// How long a write waits for another process's transaction.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Name and version of this software, as entries and heartbeats carry it.
pub const SOFTWARE: &str = concat!("turnstone-scanner/", env!("CARGO_PKG_VERSION"));

/// A device's database with the rules on top. One for each thread that needs it; all may open the same file.
pub struct Engine {
    conn: Connection,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// Read again when the database's revision says so.
    context: Option<Arc<context::Context>>,
    /// What the server said it lacks of others' feeds.
    wanted: Vec<FeedWanted>,
    /// What the last exchange request carried.
    sent: Vec<outbox::Sent>,
    /// What was acknowledged of each own feed when it was made.
    asked: BTreeMap<i64, u64>,
    /// Events whose list the server replaced during the download: to begin again with the header.
    restart: BTreeSet<EventId>,
    /// What the entries read so far add up to.
    inside: inside::Inside,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("path", &self.conn.path()).finish_non_exhaustive()
    }
}
