//! One exchange with the server: what to tell, and what to do with its answer.

use serde::Serialize;
use shared::api::{ExchangeRequest, ExchangeResponse};
use shared::ids::{Epoch, FeedId};

use super::Engine;
use super::error::{EngineError, Result};

/// How much one exchange may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExchangeLimits {
    /// Most batches to send.
    pub batches: usize,
    /// Most bytes of entries to send.
    pub bytes: usize,
    /// Most entries wanted back; 0 asks for none (an upload only).
    pub accept: u32,
}

impl Default for ExchangeLimits {
    fn default() -> Self {
        // Entries only: heads, positions and framing take the rest of the message.
        Self { batches: shared::api::MAX_BATCHES, bytes: shared::api::MAX_MESSAGE_BYTES * 3 / 4, accept: 2_000 }
    }
}

/// Something the other side sent that was not kept, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The feed, as far as it could be read.
    pub feed: Option<FeedId>,
    /// Position; 0 means a whole batch.
    pub seq: u64,
    /// For people.
    pub why: String,
}

/// What came of one exchange.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ExchangeReport {
    /// Own and others' entries the server acknowledged for the first time.
    pub acknowledged: u64,
    /// Others' entries that are new here.
    pub received: u64,
    /// What of the answer was not kept, and why.
    pub refused: Vec<Refused>,
    /// Batches of scanners no manifest here names: fetch the manifest, then exchange again.
    pub unknown_scanners: bool,
    /// The server's database is another one than before, or has lost something: everything is sent again.
    pub rewound: bool,
    /// This database was restored or cloned: from now on it writes another feed.
    pub new_epoch: Option<Epoch>,
    /// There is more to send.
    pub more_to_send: bool,
    /// The server has more.
    pub more_to_receive: bool,
    /// The server lacks the manifest: send it back.
    pub refill: bool,
    /// Entries not acknowledged after this exchange.
    pub pending: u64,
}

impl Engine {
    /// The next message to the server: positions of all feeds held, and as much of what it lacks as fits.
    pub fn exchange_request(&mut self, limits: ExchangeLimits) -> Result<ExchangeRequest> {
        let _ = (limits, &self.conn);
        Err(EngineError::NotEnrolled)
    }

    /// Takes the server's answer: verifies and keeps the acknowledgement, keeps others' entries, notices forks.
    pub fn apply_exchange(&mut self, response: &ExchangeResponse) -> Result<ExchangeReport> {
        let _ = (response, &self.conn);
        Err(EngineError::NotEnrolled)
    }
}
