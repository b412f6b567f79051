//! The state digest: equal on every replica that holds the same entries and the same decisions.
//!
//! SHA-256 over `turnstone/v1/state-digest` ‖ 0x00 ‖ event (16 bytes) ‖ records. A record is a tag byte and its members;
//! all numbers are big-endian, `i64` in two's complement. Every tag has a fixed length, so no two states share bytes.
//!
//! | tag | members | order |
//! |---|---|---|
//! | 1 entry | id (32), label (1), uncertain 0/1 (1), lo (i64), at (i64), hi (i64) | by id |
//! | 2 ticket | ticket key (16), people inside (u32) | by key |
//! | 3 zone | zone (u32), bodies (i64) | by zone |
//! | 4 gate | gate (u32), in (i64), out (i64) | by gate |
//! | 5 minute | minute (i64), gate (u32), in (i64), out (i64) | by minute, then gate |
//!
//! Entries are those whose `event` member names the event; a boot or a time sample has none and shows in the times of
//! others. Tickets with nobody inside and sums of zero are left out: a store may keep such rows or not. "Inside" is
//! [`History::inside`](crate::verdict::History::inside) at the gates from outside.

use crate::hash::Hasher;
use crate::ids::{EntryId, EventId, StateDigest, TicketKey};
use crate::merge::Label;
use crate::occupancy::{Flow, Sums};
use crate::time::Interval;

/// Takes the state in piece by piece, for stores that stream rows. Call the methods in the order of the table above.
#[derive(Debug)]
pub struct Digester {
    hasher: Hasher,
    last: (u8, Vec<u8>),
}

impl Digester {
    /// For the state of one event.
    pub fn new(event: EventId) -> Self {
        let mut hasher = Hasher::new("turnstone/v1/state-digest");
        hasher.update(event.as_bytes());
        Self { hasher, last: (0, Vec::new()) }
    }

    /// One entry.
    pub fn entry(&mut self, id: EntryId, label: Label, time: &Interval) {
        let flags = [label.number(), u8::from(time.uncertain)];
        let [lo, at, hi] = [time.lo, time.at, time.hi].map(i64::to_be_bytes);
        self.record(1, id.as_bytes(), &[flags.as_slice(), &lo, &at, &hi]);
    }

    /// One ticket's people inside.
    pub fn ticket(&mut self, key: TicketKey, inside: u32) {
        if inside != 0 {
            self.record(2, key.as_bytes(), &[&inside.to_be_bytes()]);
        }
    }

    /// All sums.
    pub fn sums(&mut self, sums: &Sums) {
        for (zone, bodies) in sums.zones.iter().filter(|(_, bodies)| **bodies != 0) {
            self.record(3, &zone.0.to_be_bytes(), &[&bodies.to_be_bytes()]);
        }
        for (gate, flow) in sums.gates.iter().filter(|(_, flow)| !flow.is_zero()) {
            self.record(4, &gate.0.to_be_bytes(), &flow_bytes(*flow));
        }
        for ((minute, gate), flow) in sums.minutes.iter().filter(|(_, flow)| !flow.is_zero()) {
            // Times are never negative, so that the bytes sort like the numbers.
            let key = [minute.to_be_bytes().as_slice(), &gate.0.to_be_bytes()].concat();
            self.record(5, &key, &flow_bytes(*flow));
        }
    }

    fn record(&mut self, tag: u8, key: &[u8], members: &[impl AsRef<[u8]>]) {
        let place = (tag, key.to_vec());
        debug_assert!(self.last < place, "records must come in rising order");
        self.last = place;
        self.hasher.update(&[tag]);
        self.hasher.update(key);
        for member in members {
            self.hasher.update(member.as_ref());
        }
    }

    /// The digest.
    pub fn finish(self) -> StateDigest {
        StateDigest(self.hasher.finish())
    }
}

fn flow_bytes(flow: Flow) -> [[u8; 8]; 2] {
    [flow.inward.to_be_bytes(), flow.outward.to_be_bytes()]
}

/// The digest of one event's state. `entries` come by id, `tickets` by key.
pub fn digest(
    event: EventId,
    entries: impl IntoIterator<Item = (EntryId, Label, Interval)>,
    tickets: impl IntoIterator<Item = (TicketKey, u32)>,
    sums: &Sums,
) -> StateDigest {
    let mut digester = Digester::new(event);
    for (id, label, time) in entries {
        digester.entry(id, label, &time);
    }
    for (key, inside) in tickets {
        digester.ticket(key, inside);
    }
    digester.sums(sums);
    digester.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::hash;
    use crate::ids::{GateId, ZoneId};

    /// The table above, written out byte by byte.
    #[test]
    fn it_is_a_hash_of_the_records_and_zeros_are_none() {
        let event = EventId([7; 16]);
        let (low, high) = (EntryId([1; 32]), EntryId([2; 32]));
        let sure = Interval { lo: -5, at: 258, hi: 259, uncertain: false };
        let unsure = Interval { uncertain: true, ..sure };
        let flow = |inward, outward| Flow { inward, outward };
        let mut sums = Sums::default();
        sums.zones.extend([(ZoneId(1), -2), (ZoneId(2), 0)]);
        sums.gates.extend([(GateId(3), flow(4, 6)), (GateId(4), flow(0, 0))]);
        sums.minutes.extend([((29, GateId(3)), flow(0, 0)), ((30, GateId(3)), flow(4, 5))]);
        let tickets = [(TicketKey([3; 16]), 0), (TicketKey([4; 16]), 2)];
        let made = digest(event, [(low, Label::Ok, sure), (high, Label::Duplicate, unsure)], tickets, &sums);
        let times = [(-5i64).to_be_bytes(), 258i64.to_be_bytes(), 259i64.to_be_bytes()].concat();
        let number = |number: i64| number.to_be_bytes();
        let parts: [&[u8]; 24] = [
            &[7; 16],
            &[1],
            &[1; 32],
            &[Label::Ok.number(), 0],
            &times,
            &[1],
            &[2; 32],
            &[Label::Duplicate.number(), 1],
            &times,
            &[2],
            &[4; 16],
            &[0, 0, 0, 2],
            &[3],
            &[0, 0, 0, 1],
            &number(-2),
            &[4],
            &[0, 0, 0, 3],
            &number(4),
            &number(6),
            &[5],
            &number(30),
            &[0, 0, 0, 3],
            &number(4),
            &number(5),
        ];
        assert_eq!(made, StateDigest(hash("turnstone/v1/state-digest", &parts)));
    }
}
