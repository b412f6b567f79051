//! An entry as it is on the wire, and its place in its chain.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{ENTRY_VERSION, Entry};
use crate::cose;
use crate::hash::hash;
use crate::ids::{BootId, EntryId, Epoch, EventId, FeedId, GateId, ManifestDigest, ScannerId, TicketKey, ZoneId};
use crate::number::encode_as_number;

/// Which way people go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Into the gate's zone.
    #[n(1)]
    Entry,
    /// Out of it.
    #[n(2)]
    Exit,
}

/// On what knowledge a scanner decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Alone.
    Local,
    /// After asking other scanners.
    Lan,
    /// After asking the server.
    Server,
}

impl Basis {
    /// Its number on the wire.
    pub fn number(self) -> u32 {
        match self {
            Self::Local => 0,
            Self::Lan => 1,
            Self::Server => 2,
        }
    }

    /// The basis with this number. It only explains: a later version's reads as alone, and the entry counts all the same.
    pub fn from_number(number: u32) -> Self {
        match number {
            1 => Self::Lan,
            2 => Self::Server,
            _ => Self::Local,
        }
    }
}

encode_as_number!(Basis);

/// The entry as it is on the wire: every member optional but the chain's. Unknown members are skipped.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RawEntry {
    /// [`ENTRY_VERSION`].
    #[n(0)]
    pub version: u32,
    /// The chain it belongs to.
    #[n(1)]
    pub feed: FeedId,
    /// Position, from 1, gapless.
    #[n(2)]
    pub seq: u64,
    /// The entry before; absent at 1.
    #[n(3)]
    pub prev: Option<EntryId>,
    /// 0 boot, 1 entry, 2 exit, 3 refuse, 4 undo, 5 count, 6 time; others are kept and not understood.
    #[n(4)]
    pub kind: u32,
    /// Boot of the device.
    #[n(5)]
    pub boot: BootId,
    /// Ms since that boot.
    #[n(6)]
    pub mono: u64,
    /// Raw wall clock (ms), right or wrong.
    #[n(7)]
    pub wall: i64,
    /// Event.
    #[n(8)]
    pub event: Option<EventId>,
    /// Gate.
    #[n(9)]
    pub gate: Option<GateId>,
    /// Zone the gate leads into.
    #[n(10)]
    pub zone: Option<ZoneId>,
    /// Zone the gate leads out of; absent means outside.
    #[n(11)]
    pub from: Option<ZoneId>,
    /// Direction asked for; with refusals.
    #[n(12)]
    pub direction: Option<Direction>,
    /// Ticket.
    #[n(13)]
    pub ticket: Option<TicketKey>,
    /// People moved: positive for entry and exit, signed for count.
    #[n(14)]
    pub bodies: Option<i64>,
    /// People the ticket admits in all.
    #[n(15)]
    pub admits: Option<u32>,
    /// Whether the policy in force allowed re-entry.
    #[n(16)]
    pub reentry: Option<bool>,
    /// Number of the verdict.
    #[n(17)]
    pub verdict: Option<u32>,
    /// Reason of an override or count.
    #[n(18)]
    pub reason: Option<String>,
    /// Who stood at the door.
    #[n(19)]
    pub operator: Option<String>,
    /// Manifest in force.
    #[n(20)]
    pub manifest_version: Option<u64>,
    /// Its digest.
    #[n(21)]
    pub manifest_digest: Option<ManifestDigest>,
    /// On what knowledge it was decided.
    #[n(22)]
    pub basis: Option<Basis>,
    /// Latest known entries for this ticket.
    #[n(23)]
    pub saw: Option<Vec<EntryId>>,
    /// What an undo voids.
    #[n(24)]
    pub target: Option<EntryId>,
    /// Signed server time.
    #[cbor(n(25), with = "minicbor::bytes")]
    pub time_token: Option<Vec<u8>>,
    /// Mono at asking for it (ms).
    #[n(26)]
    pub mono_request: Option<u64>,
    /// Mono at receiving it (ms).
    #[n(27)]
    pub mono_response: Option<u64>,
    /// Generation of the code presented.
    #[n(28)]
    pub generation: Option<u32>,
    /// Scanner; with boot.
    #[n(29)]
    pub scanner: Option<ScannerId>,
    /// Its public key, 32 bytes; with boot.
    #[cbor(n(30), with = "minicbor::bytes")]
    pub public: Option<[u8; 32]>,
    /// Epoch of the feed; with boot.
    #[n(31)]
    pub epoch: Option<Epoch>,
    /// Name and version of the software; with boot.
    #[n(32)]
    pub software: Option<String>,
}

impl RawEntry {
    /// An entry with nothing but its place in the chain and its clocks.
    pub fn new(link: Link, kind: u32, at: crate::clock::Reading) -> Self {
        Self {
            version: ENTRY_VERSION,
            feed: link.feed,
            seq: link.seq,
            prev: link.prev,
            kind,
            boot: at.boot,
            mono: at.mono_ms,
            wall: at.wall_ms,
            event: None,
            gate: None,
            zone: None,
            from: None,
            direction: None,
            ticket: None,
            bodies: None,
            admits: None,
            reentry: None,
            verdict: None,
            reason: None,
            operator: None,
            manifest_version: None,
            manifest_digest: None,
            basis: None,
            saw: None,
            target: None,
            time_token: None,
            mono_request: None,
            mono_response: None,
            generation: None,
            scanner: None,
            public: None,
            epoch: None,
            software: None,
        }
    }

    /// The bytes to store. Do this once; from then on the bytes are the entry.
    pub fn to_bytes(&self) -> Vec<u8> {
        cose::encode(self)
    }
}

/// Where in its chain an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The chain.
    pub feed: FeedId,
    /// Position, from 1.
    pub seq: u64,
    /// The entry before; `None` at 1.
    pub prev: Option<EntryId>,
}

/// The id of an entry: a hash of its exact bytes.
pub fn entry_id(bytes: &[u8]) -> EntryId {
    EntryId(hash("turnstone/v1/entry-id", &[bytes]))
}

/// What an entry names as the one before it, at a fraction of the cost of reading all of it; `None` where it names none.
pub fn prev_of(bytes: &[u8]) -> Option<EntryId> {
    let mut decoder = minicbor::Decoder::new(bytes);
    for _ in 0..decoder.map().ok().flatten()? {
        // Keys rise; whoever writes them otherwise is read the long way.
        match decoder.u64().ok()? {
            3 => return decoder.decode().ok(),
            0..3 => decoder.skip().ok()?,
            _ => break,
        }
    }
    Entry::read(bytes).ok()?.raw.prev
}
