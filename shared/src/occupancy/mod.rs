//! How many people are where: the plain signed sum of what entries moved, never clamped (PROTOCOL.md section 10).

mod range;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::entry::Entry;
use crate::ids::{EventId, GateId, ZoneId};
use crate::merge::Standing;
use crate::time::Interval;

pub use range::{Cause, Occupancy, Passing, Pending, Range, Reports};

/// People through something, in both directions; in a difference either may be negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Flow {
    /// In.
    #[serde(rename = "in")]
    pub inward: i64,
    /// Out.
    #[serde(rename = "out")]
    pub outward: i64,
}

impl Flow {
    /// Positive bodies went in, negative out.
    pub fn of(bodies: i64) -> Self {
        Self { inward: bodies.max(0), outward: bodies.min(0).saturating_neg() }
    }

    /// Nobody moved.
    pub fn is_zero(&self) -> bool {
        *self == Self::default()
    }

    fn plus(self, other: Self, sign: i64) -> Self {
        Self {
            inward: self.inward.saturating_add(sign * other.inward),
            outward: self.outward.saturating_add(sign * other.outward),
        }
    }
}

/// What one entry adds to the sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contribution {
    /// Event.
    pub event: EventId,
    /// Gate.
    pub gate: GateId,
    /// Zone the gate leads into.
    pub zone: ZoneId,
    /// Zone it leads out of.
    pub from: Option<ZoneId>,
    /// Positive into `zone`, negative out of it.
    pub bodies: i64,
    /// Minute it is counted in (minutes since 1970 UTC).
    pub minute: i64,
    /// How it counts.
    pub standing: Standing,
}

impl Contribution {
    /// `None` for entries that move nobody or are voided.
    pub fn of(entry: &Entry, time: Interval, standing: Standing, voided: bool) -> Option<Self> {
        let movement = entry.movement().filter(|_| !voided)?;
        Some(Self {
            event: entry.raw.event?,
            gate: movement.gate,
            zone: movement.zone,
            from: movement.from,
            bodies: movement.bodies,
            minute: time.minute(),
            standing,
        })
    }

    /// What it changes in a zone, or (`None`) in the whole venue.
    fn effects(&self) -> impl Iterator<Item = (Option<ZoneId>, i64)> {
        let venue = self.from.is_none().then_some((None, self.bodies));
        let from = self.from.map(|from| (Some(from), -self.bodies));
        [Some((Some(self.zone), self.bodies)), from, venue].into_iter().flatten()
    }
}

/// Why bodies are not sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// Quarantined: not in the sums.
    Quarantined,
    /// On a second branch: in the sums.
    SecondBranch,
}

/// Sums of one event; as a difference, what to add to each stored row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sums {
    /// Bodies in each zone.
    pub zones: BTreeMap<ZoneId, i64>,
    /// Bodies through each gate.
    pub gates: BTreeMap<GateId, Flow>,
    /// Bodies through each gate in each minute (minutes since 1970 UTC).
    pub minutes: BTreeMap<(i64, GateId), Flow>,
    /// Doubtful bodies by zone; `None` is the whole venue.
    pub doubts: BTreeMap<(Doubt, Option<ZoneId>), Flow>,
}

impl Sums {
    /// Adds what an entry moved.
    pub fn add(&mut self, moved: &Contribution) {
        self.apply(moved, 1);
    }

    /// Takes it away again.
    pub fn remove(&mut self, moved: &Contribution) {
        self.apply(moved, -1);
    }

    /// What changes when an entry that contributed `old` now contributes `new`; no rows of zero.
    pub fn difference(old: Option<&Contribution>, new: Option<&Contribution>) -> Self {
        let mut sums = Self::default();
        if old != new {
            old.inspect(|old| sums.remove(old));
            new.inspect(|new| sums.add(new));
        }
        sums
    }

    /// Adds a difference, or another part of the sums.
    pub fn merge(&mut self, other: &Self) {
        other.zones.iter().for_each(|(zone, bodies)| put(&mut self.zones, *zone, *bodies));
        other.gates.iter().for_each(|(gate, flow)| put_flow(&mut self.gates, *gate, *flow, 1));
        other.minutes.iter().for_each(|(key, flow)| put_flow(&mut self.minutes, *key, *flow, 1));
        other.doubts.iter().for_each(|(key, flow)| put_flow(&mut self.doubts, *key, *flow, 1));
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Bodies in the whole venue.
    pub fn bodies(&self) -> i64 {
        self.zones.values().fold(0, |sum, bodies| sum.saturating_add(*bodies))
    }

    fn apply(&mut self, moved: &Contribution, sign: i64) {
        let doubt = match moved.standing {
            Standing::Trusted => None,
            Standing::SecondBranch => Some(Doubt::SecondBranch),
            Standing::Quarantined => Some(Doubt::Quarantined),
        };
        if let Some(doubt) = doubt {
            for (place, bodies) in moved.effects() {
                put_flow(&mut self.doubts, (doubt, place), Flow::of(bodies), sign);
            }
        }
        if moved.standing == Standing::Quarantined {
            return;
        }
        put(&mut self.zones, moved.zone, sign * moved.bodies);
        if let Some(from) = moved.from {
            put(&mut self.zones, from, -sign * moved.bodies);
        }
        let flow = Flow::of(moved.bodies);
        put_flow(&mut self.gates, moved.gate, flow, sign);
        put_flow(&mut self.minutes, (moved.minute, moved.gate), flow, sign);
    }
}

/// Adds to a row and drops it at zero, so that equal states are equal maps.
fn put<K: Ord + Copy>(rows: &mut BTreeMap<K, i64>, key: K, bodies: i64) {
    let row = rows.entry(key).or_default();
    *row = row.saturating_add(bodies);
    if *row == 0 {
        rows.remove(&key);
    }
}

fn put_flow<K: Ord + Copy>(rows: &mut BTreeMap<K, Flow>, key: K, flow: Flow, sign: i64) {
    let row = rows.entry(key).or_default();
    *row = row.plus(flow, sign);
    if row.is_zero() {
        rows.remove(&key);
    }
}
