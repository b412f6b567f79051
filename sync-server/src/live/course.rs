//! The course of an evening, from the minutes in which people passed: what charts, gates and forecast show. Pure.

use std::collections::BTreeMap;

use serde::Serialize;
use shared::ids::GateId;
use shared::policy::Policy;
use shared::time::MINUTE_MS;

use super::forecast::{Minute, WINDOW};
use crate::store::truth::MinuteRow;

/// Most points of a chart.
const POINTS: i64 = 150;

/// Minutes a point may stand for.
const STEPS: [i64; 10] = [1, 2, 5, 10, 15, 30, 60, 120, 240, 1_440];

/// Minutes from which the rate at a gate is taken.
const RATE_MINUTES: i64 = 10;

/// People over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Course {
    /// Length of a point (ms).
    pub step: i64,
    /// Every step from the first movement to the last, also those in which nobody moved.
    pub points: Vec<Point>,
    /// Most people inside at the end of a minute, and when that minute began.
    pub peak: Option<Peak>,
    /// Gates: how busy they are.
    pub gates: Vec<Busy>,
}

/// What happened in one step; on the wire `[begin (ms), in, out, inside at its end]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Point(pub i64, pub i64, pub i64, pub i64);

/// The fullest moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Peak {
    /// People inside.
    pub people: i64,
    /// When (ms).
    pub at: i64,
}

impl Course {
    /// The fullest moment, knowing that so many (`inside`) are there `now` (ms): counts can be newer than the course.
    pub fn peak_with(&self, inside: i64, now: i64) -> Option<Peak> {
        let fuller = inside > self.peak.map_or(0, |peak| peak.people);
        if fuller { Some(Peak { people: inside, at: now }) } else { self.peak }
    }
}

/// How busy a gate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Busy {
    /// Which.
    pub gate: GateId,
    /// People through it, both ways, in the last ten minutes.
    pub lately: i64,
    /// The last minute (ms) in which anybody passed; absent: never.
    pub last: Option<i64>,
}

/// From minutes in rising order. Gates between two zones move nobody in or out of the venue.
pub fn course(rows: &[MinuteRow], policy: &Policy, now: i64) -> Course {
    let minutes = outer(rows, policy);
    let (first, last) = match (minutes.first_key_value(), minutes.last_key_value()) {
        (Some((first, _)), Some((last, _))) => (*first, *last),
        _ => return Course { step: MINUTE_MS, points: vec![], peak: None, gates: busy(rows, policy, now) },
    };
    let length = last.saturating_sub(first).saturating_add(1);
    let step = STEPS.into_iter().find(|step| length / step <= POINTS).unwrap_or(STEPS[STEPS.len() - 1]);
    let mut points: BTreeMap<i64, Minute> = BTreeMap::new();
    let mut inside = 0_i64;
    let mut peak: Option<Peak> = None;
    for (minute, moved) in &minutes {
        let point = points.entry(minute.div_euclid(step) * step).or_default();
        point.inward += moved.inward;
        point.out += moved.out;
        inside += moved.inward - moved.out;
        if peak.is_none_or(|peak| inside > peak.people) {
            peak = Some(Peak { people: inside, at: minute * MINUTE_MS });
        }
    }
    Course { step: step * MINUTE_MS, points: filled(&points, step), peak, gates: busy(rows, policy, now) }
}

/// Every step, in order. Times that a wrong clock put years apart must not make millions of them.
fn filled(points: &BTreeMap<i64, Minute>, step: i64) -> Vec<Point> {
    let mut all = Vec::new();
    let mut inside = 0;
    let mut next = points.first_key_value().map_or(0, |(at, _)| *at);
    for (at, moved) in points {
        while next < *at && all.len() < usize::try_from(POINTS * 2).unwrap_or(usize::MAX) {
            all.push(Point(next * MINUTE_MS, 0, 0, inside));
            next += step;
        }
        inside += moved.inward - moved.out;
        all.push(Point(at * MINUTE_MS, moved.inward, moved.out, inside));
        next = at + step;
    }
    all
}

/// People through the outer gates, by minute.
fn outer(rows: &[MinuteRow], policy: &Policy) -> BTreeMap<i64, Minute> {
    let mut minutes: BTreeMap<i64, Minute> = BTreeMap::new();
    let leads_outside = |gate: GateId| policy.gate(gate).is_none_or(|gate| gate.from.is_none());
    for row in rows.iter().filter(|row| leads_outside(row.gate)) {
        let minute = minutes.entry(row.minute).or_default();
        minute.inward += row.flow.inward;
        minute.out += row.flow.outward;
    }
    minutes
}

fn busy(rows: &[MinuteRow], policy: &Policy, now: i64) -> Vec<Busy> {
    let present = now.div_euclid(MINUTE_MS);
    let mut gates: BTreeMap<GateId, Busy> = BTreeMap::new();
    for gate in policy.gates.iter().map(|gate| gate.id).chain(rows.iter().map(|row| row.gate)) {
        gates.entry(gate).or_insert(Busy { gate, lately: 0, last: None });
    }
    for row in rows {
        let Some(busy) = gates.get_mut(&row.gate) else { continue };
        busy.last = busy.last.max(Some(row.minute * MINUTE_MS));
        if row.minute > present - RATE_MINUTES && row.minute <= present {
            busy.lately += row.flow.inward.abs() + row.flow.outward.abs();
        }
    }
    gates.into_values().collect()
}

/// The latest whole minutes before `now` (ms), from the first guest on: what a forecast is made from.
pub fn latest(rows: &[MinuteRow], policy: &Policy, now: i64) -> Vec<Minute> {
    let minutes = outer(rows, policy);
    let present = now.div_euclid(MINUTE_MS);
    let Some((first, _)) = minutes.first_key_value() else { return vec![] };
    let window = i64::try_from(WINDOW).unwrap_or(i64::MAX);
    (present.saturating_sub(window).max(*first)..present)
        .map(|minute| minutes.get(&minute).copied().unwrap_or_default())
        .collect()
}

#[cfg(test)]
mod tests {
    use shared::ids::ZoneId;
    use shared::occupancy::Flow;
    use shared::policy::{Gate, Zone};

    use super::*;

    fn policy() -> Policy {
        let zone = |id| Zone { id: ZoneId(id), name: "Hall".into(), capacity: None };
        let gate = |id, from: Option<u32>| Gate {
            id: GateId(id),
            name: "North".into(),
            zone: ZoneId(1),
            from: from.map(ZoneId),
            products: None,
        };
        Policy {
            zones: vec![zone(1), zone(2)],
            gates: vec![gate(1, None), gate(2, None), gate(3, Some(2))],
            ..crate::testing::rules(&[])
        }
    }

    fn row(minute: i64, gate: u32, inward: i64, outward: i64) -> MinuteRow {
        MinuteRow { minute, gate: GateId(gate), flow: Flow { inward, outward } }
    }

    #[test]
    fn gaps_are_filled_inner_gates_left_out_and_the_peak_found() {
        let rows = [row(10, 1, 5, 0), row(10, 2, 2, 0), row(12, 1, 1, 4), row(12, 3, 9, 0), row(13, 1, 0, 1)];
        let found = course(&rows, &policy(), 13 * MINUTE_MS + 1);
        let at = |minute: i64| minute * MINUTE_MS;
        let points = [(10, 7, 0, 7), (11, 0, 0, 7), (12, 1, 4, 4), (13, 0, 1, 3)];
        assert_eq!(found.points, points.map(|(minute, come, gone, inside)| Point(at(minute), come, gone, inside)));
        assert_eq!(found.peak, Some(Peak { people: 7, at: at(10) }));
        let busy = |gate, lately, last| Busy { gate: GateId(gate), lately, last };
        assert_eq!(found.gates, [busy(1, 11, Some(at(13))), busy(2, 2, Some(at(10))), busy(3, 9, Some(at(12)))]);
        assert_eq!(found.peak_with(7, at(14)), found.peak);
        assert_eq!(found.peak_with(8, at(14)), Some(Peak { people: 8, at: at(14) }), "never below those inside");
        let later = course(&rows, &policy(), at(22));
        assert_eq!(later.gates[0], busy(1, 1, Some(at(13))), "ten minutes later only the last minute counts");
        assert_eq!(course(&[], &policy(), 0).gates[1], busy(2, 0, None));
    }

    #[test]
    fn a_long_evening_has_few_points_and_a_wrong_clock_does_not_make_millions() {
        let rows: Vec<_> = (0..600).map(|minute| row(minute, 1, 1, 0)).collect();
        let found = course(&rows, &policy(), 0);
        assert_eq!((found.step, found.points.len()), (5 * MINUTE_MS, 120));
        assert_eq!(found.points[119], Point(595 * MINUTE_MS, 5, 0, 600));
        let torn = course(&[row(0, 1, 1, 0), row(90_000_000, 1, 1, 0)], &policy(), 0);
        assert!(torn.points.len() < 400, "{}", torn.points.len());
    }

    #[test]
    fn a_forecast_is_made_from_whole_minutes_since_the_first_guest() {
        let rows = [row(10, 1, 5, 0), row(12, 2, 2, 1), row(13, 1, 8, 0)];
        let found = latest(&rows, &policy(), 13 * MINUTE_MS + 30_000);
        let minute = |inward, out| Minute { inward, out };
        assert_eq!(found, [minute(5, 0), minute(0, 0), minute(2, 1)]);
        assert_eq!(latest(&rows, &policy(), 1_000 * MINUTE_MS).len(), WINDOW);
    }
}
