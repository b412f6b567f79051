//! A log entry: exact bytes that are stored and forwarded, never encoded again (PROTOCOL.md section 6).

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::cose;
use crate::hash::hash;
use crate::ids::{BootId, EntryId, Epoch, EventId, FeedId, GateId, ManifestDigest, ScannerId, TicketKey, ZoneId};
use crate::number::encode_as_number;
use crate::verdict::Verdict;

/// Largest encoded entry, in bytes; a normal one has 150–350.
pub const MAX_ENTRY_BYTES: usize = 4096;
/// Most people one entry may move.
pub const MAX_BODIES: i64 = 1_000;
/// Longest reason, in characters.
pub const MAX_REASON_CHARS: usize = 200;
/// Longest operator name, in characters.
pub const MAX_OPERATOR_CHARS: usize = 64;
/// Most earlier entries one entry names.
pub const MAX_SAW: usize = 16;
/// The version of entries this code writes and understands.
pub const ENTRY_VERSION: u32 = 1;

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

/// What an entry says, as far as this version understands it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A device booted or a feed began.
    Boot,
    /// People went in with a ticket, or (without a ticket key) by override.
    Entry(Passage),
    /// People went out with a ticket.
    Exit(Passage),
    /// Somebody was refused.
    Refuse {
        /// Ticket, where the code named one.
        ticket: Option<TicketKey>,
        /// Which way they wanted.
        direction: Direction,
    },
    /// Another entry is void.
    Undo {
        /// Which.
        target: EntryId,
        /// The target's ticket, if it had one.
        ticket: Option<TicketKey>,
    },
    /// People moved without a ticket.
    Count {
        /// Where and how many; `bodies` is signed, positive into the zone.
        movement: Movement,
    },
    /// A sample of server time.
    Time {
        /// Signed time token; verify it before use.
        token: Vec<u8>,
        /// Mono at asking (ms).
        request: u64,
        /// Mono at receipt (ms); not before `request`.
        response: u64,
    },
    /// Authentic, but of a kind, version or shape this code does not understand. Moves nobody.
    NotUnderstood,
}

/// How many people moved where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    /// Gate.
    pub gate: GateId,
    /// Zone the gate leads into.
    pub zone: ZoneId,
    /// Zone it leads out of; `None` is outside.
    pub from: Option<ZoneId>,
    /// Signed: positive from `from` into `zone`, negative back.
    pub bodies: i64,
}

/// One ticket's passage through a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// The ticket; `None` only for overrides of unreadable codes and exits of unknown ones.
    pub ticket: Option<TicketKey>,
    /// Where and how many; `bodies` is positive on entry, negative on exit.
    pub movement: Movement,
    /// People the ticket admits in all.
    pub admits: u32,
    /// Whether the policy in force allowed re-entry.
    pub reentry: bool,
    /// Whether a supervisor decided.
    pub by_override: bool,
    /// On what knowledge it was decided.
    pub basis: Basis,
}

/// An entry with its id, as everything after storage sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Hash of the bytes.
    pub id: EntryId,
    /// Members as written.
    pub raw: RawEntry,
    /// What they mean.
    pub action: Action,
}

/// The chain members could not be read: such bytes cannot be placed in a feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Larger than [`MAX_ENTRY_BYTES`].
    #[error("the entry has more than 4096 bytes")]
    TooLarge,
    /// Not an entry at all.
    #[error("the entry cannot be decoded")]
    Undecodable,
}

/// Only the members that place an entry in its chain; readable even when the rest is not.
#[derive(Debug, Clone, Decode)]
#[cbor(map)]
struct ChainMembers {
    #[n(0)]
    version: u32,
    #[n(1)]
    feed: FeedId,
    #[n(2)]
    seq: u64,
    #[n(3)]
    prev: Option<EntryId>,
    #[n(4)]
    kind: u32,
    #[n(5)]
    boot: Option<BootId>,
    #[n(6)]
    mono: Option<u64>,
    #[n(7)]
    wall: Option<i64>,
}

impl Entry {
    /// Reads stored or received bytes. Members that make no sense give [`Action::NotUnderstood`], not an error:
    /// an authentic entry must never block the ones after it.
    pub fn read(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > MAX_ENTRY_BYTES {
            return Err(EntryError::TooLarge);
        }
        let id = entry_id(bytes);
        if let Some(raw) = cose::decode_all::<RawEntry>(bytes) {
            let action = Action::of(&raw).unwrap_or(Action::NotUnderstood);
            return Ok(Self { id, raw, action });
        }
        let chain: ChainMembers = cose::decode_all(bytes).ok_or(EntryError::Undecodable)?;
        let at = crate::clock::Reading {
            wall_ms: chain.wall.unwrap_or_default(),
            mono_ms: chain.mono.unwrap_or_default(),
            boot: chain.boot.unwrap_or_default(),
        };
        let link = Link { feed: chain.feed, seq: chain.seq, prev: chain.prev };
        let mut raw = RawEntry::new(link, chain.kind, at);
        raw.version = chain.version;
        Ok(Self { id, raw, action: Action::NotUnderstood })
    }

    /// The ticket whose fold this entry belongs to.
    pub fn ticket(&self) -> Option<TicketKey> {
        match &self.action {
            Action::Entry(passage) | Action::Exit(passage) => passage.ticket,
            Action::Refuse { ticket, .. } | Action::Undo { ticket, .. } => *ticket,
            _ => None,
        }
    }

    /// The movement of people it stands for, if any; whether it counts depends on trust and undo.
    pub fn movement(&self) -> Option<Movement> {
        match &self.action {
            Action::Entry(passage) | Action::Exit(passage) => Some(passage.movement),
            Action::Count { movement } => Some(*movement),
            _ => None,
        }
    }

    /// Entries it names as known when it was written.
    pub fn saw(&self) -> &[EntryId] {
        self.raw.saw.as_deref().unwrap_or_default()
    }

    /// The verdict it carries, if this version knows it.
    pub fn verdict(&self) -> Option<Verdict> {
        self.raw.verdict.and_then(Verdict::from_number)
    }
}

impl Action {
    /// `None` where members are missing or out of bounds.
    fn of(raw: &RawEntry) -> Option<Self> {
        let sane_texts = raw.reason.as_ref().is_none_or(|t| t.chars().count() <= MAX_REASON_CHARS)
            && raw.operator.as_ref().is_none_or(|t| t.chars().count() <= MAX_OPERATOR_CHARS)
            && raw.saw.as_ref().is_none_or(|s| s.len() <= MAX_SAW);
        if raw.version != ENTRY_VERSION || !sane_texts {
            return None;
        }
        match raw.kind {
            kind::BOOT => Some(Self::Boot),
            kind::ENTRY => Passage::of(raw, 1).map(Self::Entry),
            kind::EXIT => Passage::of(raw, -1).map(Self::Exit),
            kind::REFUSE => {
                raw.event?;
                Some(Self::Refuse { ticket: raw.ticket, direction: raw.direction? })
            }
            kind::UNDO => Some(Self::Undo { target: raw.target?, ticket: raw.ticket }),
            kind::COUNT => {
                let movement = Movement::of(raw, 1)?;
                (movement.bodies != 0 && raw.reason.is_some()).then_some(Self::Count { movement })
            }
            kind::TIME => {
                let (request, response) = (raw.mono_request?, raw.mono_response?);
                let token = raw.time_token.clone()?;
                (request <= response).then_some(Self::Time { token, request, response })
            }
            _ => None,
        }
    }
}

impl Movement {
    fn of(raw: &RawEntry, sign: i64) -> Option<Self> {
        raw.event?;
        let bodies = raw.bodies.filter(|n| (-MAX_BODIES..=MAX_BODIES).contains(n))?;
        Some(Self { gate: raw.gate?, zone: raw.zone?, from: raw.from, bodies: sign * bodies })
    }
}

impl Passage {
    fn of(raw: &RawEntry, sign: i64) -> Option<Self> {
        let movement = Movement::of(raw, sign)?;
        let direction = if sign > 0 { Direction::Entry } else { Direction::Exit };
        // The kind says what happened, the verdict why: people a later version let in are inside all the same.
        let verdict = Verdict::from_number(raw.verdict?);
        let agrees = verdict.is_none_or(|verdict| verdict.passes() == Some(direction));
        let fits = movement.bodies * sign >= 1 && agrees;
        fits.then(|| Self {
            ticket: raw.ticket,
            movement,
            admits: raw.admits.unwrap_or(1),
            reentry: raw.reentry.unwrap_or(false),
            by_override: verdict == Some(Verdict::OkOverride),
            basis: raw.basis.unwrap_or(Basis::Local),
        })
    }
}

/// Numbers of the kinds of entries.
pub mod kind {
    /// A device booted or a feed began.
    pub const BOOT: u32 = 0;
    /// People went in.
    pub const ENTRY: u32 = 1;
    /// People went out.
    pub const EXIT: u32 = 2;
    /// Somebody was refused.
    pub const REFUSE: u32 = 3;
    /// Another entry is void.
    pub const UNDO: u32 = 4;
    /// People moved without a ticket.
    pub const COUNT: u32 = 5;
    /// A sample of server time.
    pub const TIME: u32 = 6;
}

#[cfg(test)]
#[path = "entry_tests.rs"]
mod tests;
