//! From a scanner's batches to entries that can be stored: who signed them, what is wrong with which, and which time
//! tokens are the server's own word. Everything here is computed before the writer is asked, so that it only writes.

mod authenticate;

use std::collections::BTreeMap;

use shared::api::ItemProblem;
use shared::entry::Entry;
use shared::feed::Head;
use shared::ids::{EntryId, EventId, FeedId, ScannerId, TicketKey};

pub use authenticate::{MAX_SEQ, Signer, authenticate, server_ms, signers_of};

/// Name of the reason for refusing a whole batch ([`ItemProblem::reason`]).
pub const REASON_BATCH: &str = "batch";

/// An authentic entry, ready to be stored.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// As read.
    pub entry: Entry,
    /// As received.
    pub bytes: Vec<u8>,
    /// Server time (ms) of the token it carries, if a server key of the organization signed it.
    pub server_ms: Option<i64>,
}

/// Authentic entries under one signed head.
#[derive(Debug, Clone)]
pub struct CheckedBatch {
    /// The head.
    pub head: Head,
    /// Its exact bytes, for other replicas.
    pub signed: Vec<u8>,
    /// In rising seq, perhaps with gaps where something was wrong.
    pub arrivals: Vec<Arrival>,
    /// Version of the keyset that told whose word the time tokens are; another may be in force once this is stored.
    pub keyset: u64,
}

/// A whole request after authentication.
#[derive(Debug, Clone, Default)]
pub struct Authenticated {
    /// What can be stored.
    pub batches: Vec<CheckedBatch>,
    /// What cannot.
    pub problems: Vec<ItemProblem>,
}

/// An entry that arrived, as far as others want to know at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    /// Whose entry.
    pub scanner: ScannerId,
    /// Of which event.
    pub event: EventId,
    /// For which ticket.
    pub ticket: TicketKey,
}

/// Feeds of which the asker is told how far they are kept, each with the entry that says which branch is meant: the end of the
/// chain it showed first, else the highest head it sent.
pub type Tops = BTreeMap<FeedId, Option<(u64, EntryId)>>;

/// What storing did.
#[derive(Debug, Clone, Default)]
pub struct Ingested {
    /// Entries that were not there before.
    pub stored: u64,
    /// Entries that were there already.
    pub repeated: u64,
    /// What is to be acknowledged.
    pub tops: Tops,
    /// Tickets of new entries and exits: their holds end.
    pub passed: Vec<Passed>,
    /// Events whose picture changed.
    pub touched: Vec<EventId>,
    /// Duplicates found by this request.
    pub conflicts: u64,
    /// Feeds in which a second chain was found just now.
    pub forks: Vec<FeedId>,
}
