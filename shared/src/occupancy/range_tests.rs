use super::*;
use crate::entry::{Entry, kind};
use crate::ids::GateId;
use crate::merge::Standing;
use crate::merge::testing::{Device, NOW};
use crate::occupancy::Contribution;
use crate::time::Interval;

fn moved(entry: &Entry, standing: Standing) -> Contribution {
    Contribution::of(entry, Interval::new(NOW, NOW), standing, false).unwrap()
}

fn sums(of: &[(&Entry, Standing)]) -> Sums {
    let mut sums = Sums::default();
    for (entry, standing) in of {
        sums.add(&moved(entry, *standing));
    }
    sums
}

fn ends(range: &Range) -> (i64, i64, i64) {
    (range.low, range.counted, range.high)
}

#[test]
fn without_doubt_it_is_one_number_and_may_be_negative() {
    let mut a = Device::new(1);
    let (came, left, too) = (a.enter(NOW, 1), a.exit(NOW, 1), a.exit(NOW, 1));
    let all = [(&came, Standing::Trusted), (&left, Standing::Trusted), (&too, Standing::Trusted)];
    let found = Occupancy::of(&sums(&all), &Reports::default());
    assert_eq!((ends(&found.total), found.total.exact), ((-1, -1, -1), true));
}

#[test]
fn quarantined_bodies_may_yet_count_and_second_branches_may_not() {
    let mut a = Device::new(1);
    let (came, left, sure) = (a.enter(NOW, 1), a.exit(NOW, 1), a.enter(NOW, 1));
    let quarantined =
        sums(&[(&came, Standing::Quarantined), (&left, Standing::Quarantined), (&sure, Standing::Trusted)]);
    assert_eq!(ends(&Occupancy::of(&quarantined, &Reports::default()).total), (0, 1, 2));
    let forked = sums(&[(&came, Standing::SecondBranch), (&sure, Standing::Trusted)]);
    let found = Occupancy::of(&forked, &Reports::default());
    assert_eq!(ends(&found.total), (1, 2, 2));
    assert_eq!(found.total.causes, [Cause::SecondBranch { bodies: Flow { inward: 1, outward: 0 } }]);
}

#[test]
fn what_is_pending_or_silent_is_named() {
    let scanner = ScannerId([1; 16]);
    let bodies = Flow { inward: 7, outward: 2 };
    let inner = Passing { zone: ZoneId(2), from: Some(ZoneId(1)) };
    let at = |at| Reports { pending: vec![Pending { scanner, at, bodies }], silent: vec![scanner] };
    let found = Occupancy::of(&Sums::default(), &at(Some(inner)));
    assert_eq!((ends(&found.total), found.total.exact), ((0, 0, 0), false), "moving inside changes no total");
    assert_eq!(found.total.causes, [Cause::Silent { scanner }]);
    assert_eq!(ends(&found.zones[&ZoneId(2)]), (-2, 0, 7));
    assert_eq!(ends(&found.zones[&ZoneId(1)]), (-7, 0, 2));
    let mut a = Device::new(1);
    let came = a.enter(NOW, 1);
    let elsewhere = a.pass(kind::ENTRY, NOW, 4, |raw| raw.zone = Some(ZoneId(3)));
    let found = Occupancy::of(&sums(&[(&elsewhere, Standing::Trusted)]), &at(Some(inner)));
    assert_eq!(ends(&found.zones[&ZoneId(3)]), (1, 1, 1), "its gate does not lead there");
    let found = Occupancy::of(&sums(&[(&came, Standing::Trusted)]), &at(None));
    assert_eq!(ends(&found.total), (-1, 1, 8));
    assert_eq!(ends(&found.zones[&ZoneId(1)]), (-8, 1, 10));
}

#[test]
fn a_difference_moves_a_contribution_and_leaves_no_zeros() {
    let mut a = Device::new(1);
    let came = a.pass(kind::ENTRY, NOW, 3, |raw| (raw.zone, raw.from) = (Some(ZoneId(2)), Some(ZoneId(1))));
    let old = moved(&came, Standing::Quarantined);
    let new = Contribution { minute: old.minute + 1, standing: Standing::Trusted, ..old };
    let mut whole = sums(&[(&came, Standing::Quarantined)]);
    whole.merge(&Sums::difference(Some(&old), Some(&new)));
    let mut fresh = Sums::default();
    fresh.add(&new);
    assert_eq!(whole, fresh);
    assert_eq!(fresh.minutes[&(new.minute, GateId(3))], Flow { inward: 1, outward: 0 });
    whole.merge(&Sums::difference(Some(&new), None));
    assert!(whole.is_empty());
    assert!(Sums::difference(Some(&new), Some(&new)).is_empty());
}

#[test]
fn groups_move_as_many_as_they_are_in_both_directions() {
    let inner = |bodies, standing| {
        let mut a = Device::new(1);
        let came = a.pass(kind::ENTRY, NOW, 3, |raw| {
            (raw.zone, raw.from, raw.bodies) = (Some(ZoneId(2)), Some(ZoneId(1)), Some(bodies));
        });
        moved(&came, standing)
    };
    let mut whole = Sums::default();
    whole.add(&inner(3, Standing::Trusted));
    assert_eq!((whole.zones[&ZoneId(1)], whole.zones[&ZoneId(2)], whole.bodies()), (-3, 3, 0));
    whole.add(&inner(5, Standing::SecondBranch));
    let flow = |inward, outward| Flow { inward, outward };
    assert_eq!(whole.gates[&GateId(3)], flow(8, 0));
    assert_eq!(whole.doubts[&(Doubt::SecondBranch, Some(ZoneId(2)))], flow(5, 0));
    assert_eq!(whole.doubts[&(Doubt::SecondBranch, Some(ZoneId(1)))], flow(0, 5));
    assert_eq!(whole.doubts.len(), 2, "moving inside leaves no doubt about the venue");
    whole.remove(&inner(5, Standing::SecondBranch));
    whole.remove(&inner(3, Standing::Trusted));
    assert!(whole.is_empty());
    assert_eq!((Flow::of(4), Flow::of(-4)), (flow(4, 0), flow(0, 4)));
    assert!(flow(0, 0).is_zero() && !flow(0, 1).is_zero());
    let mut a = Device::new(1);
    let left = a.pass(kind::EXIT, NOW, 1, |raw| raw.bodies = Some(4));
    let out = sums(&[(&left, Standing::Trusted)]);
    assert_eq!((out.bodies(), out.gates[&GateId(1)]), (-4, flow(0, 4)));
    assert_eq!(Contribution::of(&left, Interval::new(NOW, NOW), Standing::Trusted, true), None, "voided");
}
