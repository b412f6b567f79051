//! What a safety officer reads: how many people are inside at least and at most, and why that is not one number.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{ScannerId, ZoneId};
use crate::occupancy::{Doubt, Flow, Sums};

/// Zones between which a scanner's gate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passing {
    /// Entering leads into this one.
    pub zone: ZoneId,
    /// And out of this one; `None` is outside.
    pub from: Option<ZoneId>,
}

/// What a scanner reported to hold and has not sent yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Which scanner.
    pub scanner: ScannerId,
    /// Its gate; `None` if not known: then they may be anywhere.
    pub at: Option<Passing>,
    /// Bodies reported.
    pub bodies: Flow,
}

/// What scanners say, or do not say, about entries that have not arrived.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reports {
    /// Reported by heartbeat and not arrived.
    pub pending: Vec<Pending>,
    /// Certified for the event, and not heard of for too long.
    pub silent: Vec<ScannerId>,
}

/// Why a number is a range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "snake_case")]
pub enum Cause {
    /// Entries of revoked scanners above their cut; not counted.
    Quarantined {
        /// Their bodies.
        bodies: Flow,
    },
    /// Entries on a second branch of a forked feed; counted.
    SecondBranch {
        /// Their bodies.
        bodies: Flow,
    },
    /// A scanner holds entries that have not arrived.
    Pending {
        /// Which.
        scanner: ScannerId,
        /// Bodies it reported, as they may change this number.
        bodies: Flow,
    },
    /// A scanner is silent: nobody knows how many.
    Silent {
        /// Which.
        scanner: ScannerId,
    },
}

/// A number of people that may not be certain. Never clamped: a negative one says that entries are missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// What the entries that count say.
    pub counted: i64,
    /// At least.
    pub low: i64,
    /// At most.
    pub high: i64,
    /// Whether nothing is in doubt.
    pub exact: bool,
    /// What is.
    pub causes: Vec<Cause>,
}

impl Range {
    fn of(counted: i64, causes: Vec<Cause>) -> Self {
        let (mut low, mut high) = (counted, counted);
        for cause in &causes {
            // What is counted already may turn out not to have been; what is not may yet be.
            let (less, more) = match cause {
                Cause::Quarantined { bodies } | Cause::Pending { bodies, .. } => (bodies.outward, bodies.inward),
                Cause::SecondBranch { bodies } => (bodies.inward, bodies.outward),
                Cause::Silent { .. } => (0, 0),
            };
            low = low.saturating_sub(less);
            high = high.saturating_add(more);
        }
        Self { counted, low, high, exact: causes.is_empty(), causes }
    }
}

/// How full it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occupancy {
    /// The whole venue.
    pub total: Range,
    /// Each zone that anybody moved into or out of, or that is in doubt.
    pub zones: BTreeMap<ZoneId, Range>,
    /// Tickets with somebody inside.
    pub tickets_inside: u64,
    /// Entries labelled duplicate.
    pub duplicates: u64,
    /// Exits labelled unmatched.
    pub unmatched_exits: u64,
}

impl Occupancy {
    /// From the sums of an event and what scanners report. The three counts are filled in by the caller.
    pub fn of(sums: &Sums, reports: &Reports) -> Self {
        let places = sums.zones.keys().chain(sums.doubts.keys().filter_map(|(_, zone)| zone.as_ref()));
        let reported = reports.pending.iter().filter_map(|pending| pending.at);
        let reported = reported.flat_map(|at| [Some(at.zone), at.from]).flatten();
        let zones: Vec<ZoneId> = places.copied().chain(reported).collect();
        let range = |zone: ZoneId| {
            let counted = sums.zones.get(&zone).copied().unwrap_or_default();
            Range::of(counted, causes(Some(zone), sums, reports))
        };
        Self {
            total: Range::of(sums.bodies(), causes(None, sums, reports)),
            zones: zones.into_iter().map(|zone| (zone, range(zone))).collect(),
            tickets_inside: 0,
            duplicates: 0,
            unmatched_exits: 0,
        }
    }
}

/// What is in doubt about a zone, or (`None`) about the whole venue.
fn causes(place: Option<ZoneId>, sums: &Sums, reports: &Reports) -> Vec<Cause> {
    let doubt = |doubt| sums.doubts.get(&(doubt, place)).copied();
    let quarantined = doubt(Doubt::Quarantined).map(|bodies| Cause::Quarantined { bodies });
    let second = doubt(Doubt::SecondBranch).map(|bodies| Cause::SecondBranch { bodies });
    let pending = reports.pending.iter().filter_map(|pending| {
        let bodies = effect(pending, place);
        (!bodies.is_zero()).then_some(Cause::Pending { scanner: pending.scanner, bodies })
    });
    let silent = reports.silent.iter().map(|scanner| Cause::Silent { scanner: *scanner });
    quarantined.into_iter().chain(second).chain(pending).chain(silent).collect()
}

/// How reported bodies may change a place. Where the gate is not known, a zone may gain or lose all of them.
fn effect(pending: &Pending, place: Option<ZoneId>) -> Flow {
    let bodies = pending.bodies;
    let turned = Flow { inward: bodies.outward, outward: bodies.inward };
    let either = bodies.inward.saturating_add(bodies.outward);
    match (pending.at, place) {
        (Some(at), None) => {
            if at.from.is_none() {
                bodies
            } else {
                Flow::default()
            }
        }
        (None, None) => bodies,
        (Some(at), Some(zone)) if at.zone == zone => bodies,
        (Some(at), Some(zone)) if at.from == Some(zone) => turned,
        (Some(_), Some(_)) => Flow::default(),
        (None, Some(_)) => Flow { inward: either, outward: either },
    }
}

#[cfg(test)]
#[path = "range_tests.rs"]
mod tests;
