//! Anti-entropy: tell what you hold, send what the other lacks.

use minicbor::{Decode, Encode};

use crate::feed::Batch;
use crate::ids::{EntryId, EventId, FeedId, StoreId};

/// How far a replica holds a chain of a feed without gaps. A feed has several of them where it is forked or has a hole:
/// then there are several positions of it, and the first is the one the sender wants acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct FeedPosition {
    /// The feed.
    #[n(1)]
    pub feed: FeedId,
    /// Everything up to here is held.
    #[n(2)]
    pub contiguous: u64,
    /// Id of the entry there; absent at 0.
    #[n(3)]
    pub id: Option<EntryId>,
    /// Lowest place of it that is held; absent: 1.
    #[n(4)]
    pub from: Option<u64>,
}

/// Sends entries and asks for some.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ExchangeRequest {
    /// The event whose feeds are exchanged.
    #[n(1)]
    pub event: EventId,
    /// All feeds the sender holds, at most [`crate::chains::MAX_CHAINS_SHOWN`] chains of each.
    #[n(2)]
    pub have: Vec<FeedPosition>,
    /// At most [`super::MAX_BATCHES`]; of any feed the sender holds, its own or others'.
    #[n(3)]
    pub batches: Vec<Batch>,
    /// Most entries it wants back now; 0 asks for none.
    #[n(4)]
    pub accept: u32,
}

/// What the server did and has.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ExchangeResponse {
    /// Signed [`Ack`] (domain `ack`), made after the durable commit, for every feed in the request.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub ack: Vec<u8>,
    /// Entries that were not kept, each with its reason.
    #[n(2)]
    pub problems: Vec<ItemProblem>,
    /// Entries the sender lacks, bounded by `accept`.
    #[n(3)]
    pub batches: Vec<Batch>,
    /// There are more for the sender: ask again.
    #[n(4)]
    pub more: bool,
    /// What the server lacks of feeds the sender said it holds.
    #[n(5)]
    pub wanted: Vec<FeedWanted>,
    /// The server has no manifest of this event, or an older one than the sender showed: please refill.
    #[n(6)]
    pub refill: bool,
}

/// One entry (or a whole batch, with `seq` 0) that was not kept.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct ItemProblem {
    /// The feed, as far as it could be read.
    #[n(1)]
    pub feed: FeedId,
    /// Position; 0 means the whole batch.
    #[n(2)]
    pub seq: u64,
    /// Stable name of the reason ([`crate::feed::Fault::name`], or `batch` with a text).
    #[n(3)]
    pub reason: String,
    /// For people.
    #[n(4)]
    pub detail: String,
}

/// A range the server lacks; both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct FeedWanted {
    /// The feed.
    #[n(1)]
    pub feed: FeedId,
    /// First missing.
    #[n(2)]
    pub from: u64,
    /// Last missing, as far as is known.
    #[n(3)]
    pub to: u64,
    /// On the chain that leads to this entry at `to`, from there downwards; absent: the feed has only one.
    #[n(4)]
    pub id: Option<EntryId>,
}

/// The server's signed word on what it keeps.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Ack {
    /// The server's database; another one than before means: send again.
    #[n(1)]
    pub store: StoreId,
    /// Server time (ms).
    #[n(2)]
    pub at: i64,
    /// One for each feed in question.
    #[n(3)]
    pub feeds: Vec<Acked>,
}

/// How far one feed is kept.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Acked {
    /// The feed.
    #[n(1)]
    pub feed: FeedId,
    /// Everything up to here is kept; never the maximum.
    #[n(2)]
    pub contiguous: u64,
    /// Id of the entry there, on the branch the sender showed if there are several; absent at 0.
    #[n(3)]
    pub id: Option<EntryId>,
    /// Gaps above it that something kept or witnessed lies beyond, at most [`super::MAX_MISSING_RANGES`]: `[from, to]`.
    #[n(4)]
    pub missing: Vec<(u64, u64)>,
    /// The highest seq the server holds or has seen a signed head of; above the sender's own means that its database was
    /// restored or cloned.
    #[n(5)]
    pub witnessed: u64,
    /// Two valid entries exist for one place in this feed.
    #[n(6)]
    pub forked: bool,
}
