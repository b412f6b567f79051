//! The ground truth: who really walked through which door, by the entry that recorded it.

use std::collections::BTreeMap;

use shared::ids::{EntryId, FeedId, GateId, TicketKey, ZoneId};

/// People who walked through a door.
#[derive(Debug, Clone)]
pub struct Walk {
    /// Which scanner let them pass.
    pub device: usize,
    /// Its feed.
    pub feed: FeedId,
    /// Place in that.
    pub seq: u64,
    /// The door.
    pub gate: GateId,
    /// How many; negative is out.
    pub bodies: i64,
    /// True time.
    pub at: i64,
    /// Their ticket, if they had one.
    pub ticket: Option<TicketKey>,
    /// They were sent back: the undo that says so.
    pub undone: Option<EntryId>,
    /// The screen said yes before the machine had a chance to die.
    pub shown: bool,
    /// A supervisor let them in whatever the rules say.
    pub overridden: bool,
    /// The server said yes while they waited.
    pub confirmed: bool,
}

/// All walks.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// By the entry that records each.
    pub walks: BTreeMap<EntryId, Walk>,
}

/// Zones a gate leads into and out of.
pub fn zones_of(gate: GateId) -> (ZoneId, Option<ZoneId>) {
    match gate.0 {
        3 => (ZoneId(2), Some(ZoneId(1))),
        _ => (ZoneId(1), None),
    }
}

impl Ledger {
    /// The walks of entries that count and that no counting undo voids.
    fn counted(&self, counts: impl Fn(&EntryId) -> bool) -> impl Iterator<Item = &Walk> {
        let walks =
            self.walks.iter().filter(move |(id, walk)| counts(id) && !walk.undone.is_some_and(|undo| counts(&undo)));
        walks.map(|(_, walk)| walk)
    }

    /// People by zone, of the entries that `counts` says count.
    pub fn zones(&self, counts: impl Fn(&EntryId) -> bool) -> BTreeMap<ZoneId, i64> {
        let mut zones = BTreeMap::from([(ZoneId(1), 0), (ZoneId(2), 0)]);
        for walk in self.counted(counts) {
            let (into, from) = zones_of(walk.gate);
            *zones.entry(into).or_default() += walk.bodies;
            if let Some(from) = from {
                *zones.entry(from).or_default() -= walk.bodies;
            }
        }
        zones
    }

    /// In and out by gate, of those entries.
    pub fn gates(&self, counts: impl Fn(&EntryId) -> bool) -> BTreeMap<GateId, (i64, i64)> {
        let mut gates = BTreeMap::new();
        for walk in self.counted(counts) {
            let flow: &mut (i64, i64) = gates.entry(walk.gate).or_default();
            if walk.bodies > 0 {
                flow.0 += walk.bodies;
            } else {
                flow.1 -= walk.bodies;
            }
        }
        gates
    }
}
