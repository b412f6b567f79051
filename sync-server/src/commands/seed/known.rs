//! What a scanner can know of a ticket at a moment: what it did itself, and what others did and could tell it.

use std::collections::HashMap;

use shared::entry::Direction;
use shared::ids::{EntryId, GateId, TicketKey, ZoneId};
use shared::policy::Gate;
use shared::time::Interval;
use shared::verdict::History;

use super::crew::Member;

/// Somebody went through a door.
pub(super) struct Move {
    pub(super) member: usize,
    /// From when on others can know of it (ms).
    pub(super) tells: i64,
    pub(super) at: i64,
    pub(super) passes: Direction,
    pub(super) people: u32,
    pub(super) id: EntryId,
    /// What its scanner knew then.
    pub(super) past: Past,
}

/// What is known of a ticket.
#[derive(Default)]
pub(super) struct Past {
    pub(super) history: History,
    /// The newest known entries: those that no other known one saw (at most 16).
    pub(super) saw: Vec<EntryId>,
}

/// Everything that happened, by ticket and the zone an inner gate leads into.
#[derive(Default)]
pub(super) struct Known(HashMap<(TicketKey, Option<ZoneId>), Vec<Move>>);

/// Time until others hear of an entry of a connected scanner (ms).
pub(super) const NEWS_MS: i64 = 2_000;

/// Most entries one may say to have seen (PROTOCOL.md section 6).
const MAX_SAW: usize = 16;

fn history_of(gate: &Gate) -> Option<ZoneId> {
    gate.from.map(|_| gate.zone)
}

impl Known {
    /// What `member`, the `number`th of the crew, knows of a ticket at its gate.
    pub(super) fn to(&self, number: usize, member: &Member, gate: &Gate, ticket: Option<TicketKey>, at: i64) -> Past {
        let moves = ticket.and_then(|ticket| self.0.get(&(ticket, history_of(gate))));
        let heard = member.heard(at);
        let mut past = Past::default();
        for one in moves.into_iter().flatten().filter(|one| one.member == number || one.tells <= heard) {
            past.add(one, gate.id);
        }
        let excess = past.saw.len().saturating_sub(MAX_SAW);
        past.saw.drain(..excess);
        past
    }

    /// Notes what happened; in order of time.
    pub(super) fn note(&mut self, gate: &Gate, ticket: TicketKey, made: Move) {
        self.0.entry((ticket, history_of(gate))).or_default().push(made);
    }
}

impl Past {
    fn add(&mut self, one: &Move, gate: GateId) {
        let history = &mut self.history;
        if one.passes == Direction::Exit {
            history.went_out = true;
            history.inside = history.inside.saturating_sub(one.people);
        } else {
            history.reentries += u32::from(history.went_out);
            history.inside += one.people;
            history.admitted += one.people;
            history.last_admission = Some((gate, Interval::new(one.at, one.at)));
        }
        self.saw.retain(|id| !one.past.saw.contains(id));
        self.saw.push(one.id);
    }
}
