//! A log entry: exact bytes that are stored and forwarded, never encoded again (PROTOCOL.md section 6).

mod raw;

use minicbor::Decode;

use crate::cose;
use crate::ids::{BootId, EntryId, FeedId, GateId, TicketKey, ZoneId};
use crate::verdict::Verdict;

pub use raw::{Basis, Direction, Link, RawEntry, entry_id, prev_of};

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
            kind::ENTRY => Passage::of(raw, Direction::Entry).map(Self::Entry),
            kind::EXIT => Passage::of(raw, Direction::Exit).map(Self::Exit),
            kind::REFUSE => {
                raw.event?;
                Some(Self::Refuse { ticket: raw.ticket, direction: raw.direction? })
            }
            kind::UNDO => Some(Self::Undo { target: raw.target?, ticket: raw.ticket }),
            kind::COUNT => {
                let movement = Movement::of(raw, Direction::Entry)?;
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
    /// People who went out count below zero.
    fn of(raw: &RawEntry, direction: Direction) -> Option<Self> {
        raw.event?;
        let people = raw.bodies.filter(|n| (-MAX_BODIES..=MAX_BODIES).contains(n))?;
        let bodies = if direction == Direction::Exit { -people } else { people };
        Some(Self { gate: raw.gate?, zone: raw.zone?, from: raw.from, bodies })
    }
}

impl Passage {
    fn of(raw: &RawEntry, direction: Direction) -> Option<Self> {
        let movement = Movement::of(raw, direction)?;
        // The kind says what happened, the verdict why: people a later version let in are inside all the same.
        let verdict = Verdict::from_number(raw.verdict?);
        let agrees = verdict.is_none_or(|verdict| verdict.passes() == Some(direction));
        let fits = raw.bodies.is_some_and(|people| people >= 1) && agrees;
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
