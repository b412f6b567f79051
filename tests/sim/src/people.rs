//! Who comes this evening, with which ticket, when, to which door. Everybody has dice of their own, so that one more or
//! less changes nobody else's evening.

use shared::entry::Direction;
use shared::ids::GateId;

use crate::dice::Dice;

/// What kind of code somebody shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// The ticket they bought.
    Own,
    /// A copy of somebody else's.
    Copy,
    /// What they bought first, although a newer code may have been sent to them since.
    Outdated,
    /// One with a wrong signature.
    Forged,
    /// One that the right key signed as something else.
    OtherDomain,
    /// No code of ours.
    Nonsense,
}

/// Somebody (or a party) who comes to the doors.
#[derive(Debug, Clone)]
pub struct Person {
    /// Their number.
    pub number: usize,
    /// Which ticket.
    pub ticket: usize,
    /// What they show.
    pub code: CodeKind,
    /// How many they are.
    pub party: u32,
    /// Where they go, in order of time.
    pub visits: Vec<Visit>,
}

/// One way through a door.
#[derive(Debug, Clone, Copy)]
pub struct Visit {
    /// When (ms after doors open).
    pub at: i64,
    /// Where.
    pub gate: GateId,
    /// Which way.
    pub direction: Direction,
    /// The door person scans twice.
    pub twice: bool,
}

/// Gates that lead in from outside.
pub const OUTER: [GateId; 2] = [GateId(1), GateId(2)];
/// The gate from the hall to the lounge.
pub const INNER: GateId = GateId(3);
/// One minute in ms.
pub const MINUTE: i64 = 60_000;

impl Person {
    /// The evening of the person with this number, of so many tickets.
    pub fn plan(seed: u64, number: usize, tickets: &[u32]) -> Self {
        let mut dice = Dice::new(seed, &format!("person {number}"));
        let code = match dice.below(20) {
            0..=2 => CodeKind::Copy,
            3 => CodeKind::Forged,
            4 => CodeKind::OtherDomain,
            5 => CodeKind::Nonsense,
            6 | 7 => CodeKind::Outdated,
            _ => CodeKind::Own,
        };
        let own = matches!(code, CodeKind::Own | CodeKind::Outdated);
        let ticket = if own { number % tickets.len() } else { dice.index(tickets.len()) };
        let most = u64::from(tickets[ticket]);
        // Some bring one more than the ticket is for.
        let party = if dice.one_in(15) { most + 1 } else { 1 + dice.below(most) };
        let party = u32::try_from(party).unwrap_or(1);
        let mut at = dice.between(0, 100 * MINUTE);
        let gate = *dice.pick(&OUTER);
        let mut visits = vec![];
        let mut go = |at: i64, gate, direction, dice: &mut Dice| {
            visits.push(Visit { at, gate, direction, twice: dice.one_in(10) });
        };
        go(at, gate, Direction::Entry, &mut dice);
        if dice.one_in(3) {
            at += dice.between(2 * MINUTE, 30 * MINUTE);
            go(at, INNER, Direction::Entry, &mut dice);
            if dice.one_in(2) {
                at += dice.between(2 * MINUTE, 30 * MINUTE);
                go(at, INNER, Direction::Exit, &mut dice);
            }
        } else if dice.one_in(2) {
            at += dice.between(2 * MINUTE, 40 * MINUTE);
            go(at, *dice.pick(&OUTER), Direction::Exit, &mut dice);
            if dice.one_in(2) {
                at += dice.between(2 * MINUTE, 30 * MINUTE);
                go(at, *dice.pick(&OUTER), Direction::Entry, &mut dice);
            }
        }
        Self { number, ticket, code, party, visits }
    }

    /// Half of those with a copy come to the other door at the very moment at which the ticket's owner comes.
    #[must_use]
    pub fn meet(mut self, seed: u64, tickets: &[u32]) -> Self {
        let mut dice = Dice::new(seed, &format!("meeting {}", self.number));
        let owner = Self::plan(seed, self.ticket, tickets);
        if self.code != CodeKind::Copy || owner.code != CodeKind::Own || !dice.one_in(2) {
            return self;
        }
        if let (Some(first), Some(theirs)) = (self.visits.first_mut(), owner.visits.first()) {
            first.at = theirs.at + dice.between(100, 8_000);
            first.gate = if theirs.gate == OUTER[0] { OUTER[1] } else { OUTER[0] };
            self.visits.truncate(1);
        }
        self
    }
}
