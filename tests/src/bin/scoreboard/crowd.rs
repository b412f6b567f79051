//! People who go in and out: what scanners log of an evening, in a plausible mixture.

use scanner::device::OsEntropy;
use shared::clock::random;
use shared::entry::{Direction, RawEntry, kind};
use shared::ids::{EntryId, TicketKey};
use shared::verdict::Verdict;

/// Tickets known to be inside that are remembered; older ones stay for good.
const REMEMBERED: usize = 50_000;

/// The tickets of an event and who is inside.
#[derive(Debug)]
pub(crate) struct Crowd {
    state: u64,
    secret: u64,
    next: u64,
    inside: Vec<(TicketKey, EntryId)>,
    honest: bool,
}

impl Crowd {
    /// Nobody came yet.
    pub(crate) fn new() -> Self {
        let seed: [u8; 8] = random(&OsEntropy);
        let seed = u64::from_le_bytes(seed) | 1;
        Self { state: seed, secret: seed, next: 0, inside: Vec::new(), honest: false }
    }

    /// The same people without copied tickets.
    pub(crate) fn honest() -> Self {
        Self { honest: true, ..Self::new() }
    }

    /// Any number below `below` (xorshift64*).
    fn dice(&mut self, below: u64) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % below
    }

    /// Somebody comes to the door: what the scanner writes. Of a hundred 72 come in, 22 go out, 4 are turned away, and 2 show
    /// a ticket that was let in somewhere else.
    pub(crate) fn someone(&mut self, raw: RawEntry) -> (RawEntry, Step) {
        let known = !self.inside.is_empty();
        match self.dice(100) {
            0..22 if known => {
                let at = self.dice(self.inside.len() as u64) as usize;
                let (ticket, seen) = self.inside.swap_remove(at);
                (passage(raw, kind::EXIT, Verdict::OkExit, ticket, Some(seen)), Step::Out)
            }
            22..24 if known && !self.honest => {
                let at = self.dice(self.inside.len() as u64) as usize;
                let (ticket, _) = self.inside[at];
                (passage(raw, kind::ENTRY, Verdict::Ok, ticket, None), Step::Copy)
            }
            24..28 if known => {
                let at = self.dice(self.inside.len() as u64) as usize;
                let (ticket, seen) = self.inside[at];
                let raw = RawEntry {
                    ticket: Some(ticket),
                    direction: Some(Direction::Entry),
                    verdict: Some(Verdict::AlreadyInside.number()),
                    saw: Some(vec![seen]),
                    ..raw
                };
                (RawEntry { kind: kind::REFUSE, ..raw }, Step::Refused)
            }
            _ => {
                self.next += 1;
                let key =
                    shared::hash::hash("scoreboard/ticket", &[&self.secret.to_be_bytes(), &self.next.to_be_bytes()]);
                let ticket = TicketKey(key[..16].try_into().expect("16 of 32 bytes"));
                (passage(raw, kind::ENTRY, Verdict::Ok, ticket, None), Step::In(ticket))
            }
        }
    }

    /// The entry of somebody who came in has this id.
    pub(crate) fn came_in(&mut self, ticket: TicketKey, id: EntryId) {
        if self.inside.len() < REMEMBERED {
            self.inside.push((ticket, id));
        } else {
            let at = self.dice(REMEMBERED as u64) as usize;
            self.inside[at] = (ticket, id);
        }
    }
}

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    In(TicketKey),
    Out,
    Copy,
    Refused,
}

impl Step {
    /// People this moves into the venue.
    pub(crate) fn bodies(self) -> i64 {
        match self {
            Self::In(_) | Self::Copy => 1,
            Self::Out => -1,
            Self::Refused => 0,
        }
    }
}

/// Somebody with this ticket is let in by a scanner that knows nothing of it.
pub(crate) fn admission(raw: RawEntry, ticket: TicketKey) -> RawEntry {
    passage(raw, kind::ENTRY, Verdict::Ok, ticket, None)
}

fn passage(raw: RawEntry, kind: u32, verdict: Verdict, ticket: TicketKey, saw: Option<EntryId>) -> RawEntry {
    let direction = if kind == kind::EXIT { Direction::Exit } else { Direction::Entry };
    RawEntry {
        kind,
        direction: Some(direction),
        ticket: Some(ticket),
        bodies: Some(1),
        admits: Some(1),
        reentry: Some(true),
        verdict: Some(verdict.number()),
        generation: Some(1),
        saw: saw.map(|id| vec![id]),
        ..raw
    }
}
