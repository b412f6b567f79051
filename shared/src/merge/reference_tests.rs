use proptest::prelude::*;

use super::*;
use crate::entry::kind;
use crate::ids::{GateId, ZoneId};
use crate::merge::testing::{Device, EVENT, NOW, TICKET, open_time};

const DEVICES: usize = 3;
/// The last of them may be revoked.
const REVOKED: u8 = 3;

/// One thing that happens at a door.
#[derive(Debug, Clone)]
struct Step {
    device: usize,
    kind: u32,
    ticket: u8,
    gate: u32,
    bodies: i64,
    /// Which earlier entry an undo takes back, and which ones were seen.
    looks_back: Vec<prop::sample::Index>,
    pause: i64,
}

prop_compose! {
    fn step()(
        device in 0..DEVICES, ticket in 0u8..3, gate in 1u32..4, bodies in 1i64..4, pause in 0i64..90_000,
        kind in prop_oneof![4 => Just(kind::ENTRY), 3 => Just(kind::EXIT), 1 => Just(kind::REFUSE), 2 => Just(kind::UNDO),
            1 => Just(kind::COUNT), 1 => Just(kind::TIME), 1 => Just(kind::BOOT), 1 => Just(77)],
        looks_back in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
    ) -> Step {
        Step { device, kind, ticket, gate, bodies, looks_back, pause }
    }
}

/// What really happened: entries in their true order, and who walked where.
struct World {
    entries: Vec<Entry>,
    /// People who walked with each entry: (gate, into zone, from zone, signed number).
    walked: BTreeMap<EntryId, (GateId, ZoneId, Option<ZoneId>, i64)>,
    undone: Vec<(EntryId, EntryId)>,
}

/// `admits` and `reentry` are what the fold judges by; nobody's steps depend on them.
fn world(steps: &[Step], errors: [i64; DEVICES], admits: u32, reentry: bool) -> World {
    let mut devices: Vec<Device> =
        errors.iter().zip(1u8..).map(|(error, n)| Device { wall_error: *error, ..Device::new(n) }).collect();
    let mut world = World { entries: Vec::new(), walked: BTreeMap::new(), undone: Vec::new() };
    let mut now = NOW;
    for step in steps {
        now += step.pause;
        let device = &mut devices[step.device];
        let back: Vec<EntryId> = step
            .looks_back
            .iter()
            .filter(|_| !world.entries.is_empty())
            .map(|index| index.get(&world.entries).id)
            .collect();
        let from = (step.gate == 3).then_some(ZoneId(1));
        let zone = ZoneId(if from.is_some() { 2 } else { 1 });
        let entry = match (step.kind, back.first()) {
            (kind::TIME, _) => device.time(now),
            (kind::UNDO, Some(target)) => {
                let undo = device.undo(now, *target);
                world.undone.push((undo.id, *target));
                undo
            }
            (kind, _) => device.pass(kind, now, step.gate, |raw| {
                raw.ticket = (kind != kind::COUNT).then_some(TicketKey([step.ticket; 16]));
                (raw.zone, raw.from, raw.saw) = (Some(zone), from, Some(back));
                (raw.admits, raw.reentry) = (Some(admits), Some(reentry));
                raw.bodies = (kind != kind::REFUSE).then_some(step.bodies);
                raw.reason = Some("tally".into());
            }),
        };
        let sign = if step.kind == kind::EXIT { -1 } else { 1 };
        if matches!(step.kind, kind::ENTRY | kind::EXIT | kind::COUNT) {
            world.walked.insert(entry.id, (GateId(step.gate), zone, from, sign * step.bodies));
        }
        world.entries.push(entry);
    }
    world
}

impl World {
    fn is_undone(&self, id: EntryId) -> bool {
        self.undone.iter().any(|(undo, target)| *target == id && !self.is_undone(*undo))
    }

    fn zones(&self) -> BTreeMap<ZoneId, i64> {
        let mut zones = BTreeMap::new();
        for (id, (_, zone, from, bodies)) in &self.walked {
            if self.is_undone(*id) {
                continue;
            }
            *zones.entry(*zone).or_default() += bodies;
            if let Some(from) = from {
                *zones.entry(*from).or_default() -= bodies;
            }
        }
        zones.retain(|_, bodies| *bodies != 0);
        zones
    }

    /// The cut of the last device's feed at its middle, as a revocation.
    fn revocation(&self) -> Revocation {
        let feed = Device::new(REVOKED).feed;
        let own: Vec<&Entry> = self.entries.iter().filter(|entry| entry.raw.feed == feed).collect();
        let cuts = own.get(own.len() / 2).map(|at| Cut { feed, seq: at.raw.seq, id: at.id });
        Revocation { scanner: ScannerId(feed.0), at: NOW, cuts: cuts.into_iter().collect() }
    }
}

fn facts(revocations: Vec<Revocation>) -> Facts<'static> {
    Facts {
        scanners: (1..=REVOKED).map(|n| Device::new(n).feed).map(|feed| (feed, ScannerId(feed.0))).collect(),
        revocations,
        windows: BTreeMap::from([(EVENT, Window { starts: NOW - 3_600_000, ends: NOW + 7_200_000 })]),
        time: &open_time,
    }
}

/// Takes entries in one by one, as a store does: refolds the groups they touch, applies differences of sums.
fn step_by_step(entries: &[&Entry], facts: &Facts<'_>) -> State {
    let mut held: Vec<&Entry> = Vec::new();
    let mut state = State::default();
    for entry in entries {
        held.push(entry);
        let now = rebuild(held.iter().copied(), facts);
        let contribution = |state: &State, entry: &Entry| {
            let judged = state.entries.get(&entry.id)?;
            let voided = state.groups.values().any(|fold| fold.voided.contains(&entry.id));
            Contribution::of(entry, judged.time, judged.standing, voided)
        };
        let mut sums = state.sums;
        state.sums = BTreeMap::new();
        for entry in &held {
            let (old, new) = (contribution(&state, entry), contribution(&now, entry));
            let difference = Sums::difference(old.as_ref(), new.as_ref());
            sums.entry(EVENT).or_default().merge(&difference);
        }
        sums.retain(|_, sums| !sums.is_empty());
        state = State { sums, ..now };
    }
    state
}

fn shuffled(entries: &[Entry], keys: &[u32]) -> Vec<Entry> {
    let mut all: Vec<(u32, Entry)> = (7u32..)
        .zip(entries.iter().cloned().zip(keys.iter().cycle()))
        .map(|(n, (entry, key))| (key.wrapping_mul(n), entry))
        .collect();
    all.sort_by_key(|(key, _)| *key);
    all.into_iter().map(|(_, entry)| entry).collect()
}

fn errors() -> impl Strategy<Value = [i64; DEVICES]> {
    prop::array::uniform3(-18_000_000i64..18_000_000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_order_and_repetition_give_the_same_state(
        steps in prop::collection::vec(step(), 1..40), errors in errors(), keys in prop::collection::vec(any::<u32>(), 1..40), revoke: bool,
    ) {
        let world = world(&steps, errors, 2, true);
        let facts = facts(if revoke { vec![world.revocation()] } else { vec![] });
        let straight = rebuild(&world.entries, &facts);
        let mixed = shuffled(&world.entries, &keys);
        let twice = rebuild(mixed.iter().chain(&world.entries), &facts);
        prop_assert_eq!(straight.digest(EVENT), twice.digest(EVENT));
        prop_assert_eq!(straight, twice);
    }

    #[test]
    fn differences_add_up_to_the_whole(
        steps in prop::collection::vec(step(), 1..14), errors in errors(), keys in prop::collection::vec(any::<u32>(), 1..14),
    ) {
        let world = world(&steps, errors, 1, true);
        let facts = facts(vec![world.revocation()]);
        let mixed = shuffled(&world.entries, &keys);
        let grown = step_by_step(&mixed.iter().collect::<Vec<_>>(), &facts);
        let whole = rebuild(&world.entries, &facts);
        prop_assert_eq!(grown.digest(EVENT), whole.digest(EVENT));
        prop_assert_eq!(grown, whole);
    }

    #[test]
    fn bodies_are_those_who_walked_whatever_the_labels(
        steps in prop::collection::vec(step(), 1..40), errors in errors(), admits in 0u32..5, reentry: bool,
    ) {
        let one = world(&steps, errors, admits, reentry);
        let other = world(&steps, errors, 4 - admits, !reentry);
        let (first, second) = (rebuild(&one.entries, &facts(vec![])), rebuild(&other.entries, &facts(vec![])));
        let none = Sums::default();
        let sums = first.sums.get(&EVENT).unwrap_or(&none);
        prop_assert_eq!(&sums.zones, &one.zones());
        prop_assert_eq!(sums, second.sums.get(&EVENT).unwrap_or(&none));
    }

    #[test]
    fn the_order_is_total_and_respects_causes(steps in prop::collection::vec(step(), 1..40), errors in errors()) {
        let world = world(&steps, errors, 1, true);
        let state = rebuild(&world.entries, &facts(vec![]));
        let entries: BTreeMap<EntryId, &Entry> = world.entries.iter().map(|entry| (entry.id, entry)).collect();
        for folded in state.groups.values() {
            let place: BTreeMap<EntryId, usize> = folded.order.iter().enumerate().map(|(n, id)| (*id, n)).collect();
            prop_assert_eq!(place.len(), folded.order.len());
            for (id, at) in &place {
                for seen in entries[id].saw() {
                    prop_assert!(place.get(seen).is_none_or(|earlier| earlier < at));
                }
                for (other, earlier) in &place {
                    let (a, b) = (&entries[other].raw, &entries[id].raw);
                    prop_assert!(a.feed != b.feed || a.seq >= b.seq || earlier < at);
                }
            }
        }
    }
}

#[test]
fn an_undo_waits_for_its_target_and_its_own_ticket_is_not_believed() {
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    let came = a.enter(NOW, 1);
    let undo = b.write(kind::UNDO, NOW + 1, |raw| {
        raw.ticket = Some(TicketKey([0x55; 16]));
        raw.target = Some(came.id);
    });
    let alone = rebuild([&undo], &facts(vec![]));
    assert_eq!(alone.entries[&undo.id].label, Label::Undo);
    assert!(alone.groups.contains_key(&Group::Single(came.id)));
    let both = rebuild([&undo, &came], &facts(vec![]));
    assert_eq!(both.entries[&came.id].label, Label::Voided);
    assert_eq!(both.groups.len(), 1);
    assert!(both.sums.is_empty());
}

#[test]
fn a_later_sample_sets_a_wrong_clock_right() {
    let mut slow = Device { wall_error: -18_000_000, ..Device::new(1) };
    let came = slow.enter(NOW, 1);
    let before = rebuild([&came], &facts(vec![]));
    assert!(before.entries[&came.id].time.uncertain);
    let time = slow.time(NOW + 600_000);
    let after = rebuild([&came, &time], &facts(vec![]));
    let found = after.entries[&came.id].time;
    assert_eq!((found.uncertain, found.at, found.error()), (false, NOW, 60));
    assert_ne!(before.digest(EVENT), after.digest(EVENT));
}

#[test]
fn a_stolen_scanner_cannot_move_the_times_below_its_cut() {
    let mut stolen = Device::new(1);
    let came = stolen.enter(NOW, 1);
    let lie = stolen.write(kind::TIME, NOW + 1, |raw| {
        raw.time_token = Some((NOW - 9_000_000).to_be_bytes().to_vec());
        (raw.mono_request, raw.mono_response) = (Some(raw.mono), Some(raw.mono));
    });
    let cut = Cut { feed: stolen.feed, seq: 1, id: came.id };
    let revoked = Revocation { scanner: ScannerId(stolen.feed.0), at: NOW, cuts: vec![cut] };
    let state = rebuild([&came, &lie], &facts(vec![revoked.clone()]));
    assert_eq!(state.entries[&came.id], rebuild([&came], &facts(vec![revoked])).entries[&came.id]);
    assert_eq!(state.entries[&lie.id].label, Label::Quarantined);
}

#[test]
fn a_fork_counts_on_both_branches_and_shows_as_unsure() {
    let mut original = Device::new(1);
    let first = original.enter(NOW, 1);
    let mut clone = Device { last: original.last, ..Device::new(1) };
    let (left, right) = (original.enter(NOW + 1, 1), clone.enter(NOW + 2, 2));
    let state = rebuild([&first, &left, &right], &facts(vec![]));
    let sums = &state.sums[&EVENT];
    assert_eq!(sums.bodies(), 3);
    let second = state.entries.values().filter(|judged| judged.standing == Standing::SecondBranch).count();
    assert_eq!((second, sums.doubts.len()), (1, 2));
}

#[test]
fn the_digest_notices_everything_it_is_made_of() {
    let mut a = Device::new(1);
    let entries = [a.enter(NOW, 1), a.exit(NOW + 60_000, 1), a.enter(NOW + 120_000, 2)];
    let full = rebuild(&entries, &facts(vec![])).digest(EVENT);
    assert_ne!(full, rebuild(&entries[..2], &facts(vec![])).digest(EVENT));
    assert_ne!(full, rebuild(&entries, &facts(vec![])).digest(EventId([8; 16])));
    let nothing = digest(EVENT, [], [], &Sums::default());
    assert_eq!(nothing, rebuild([], &facts(vec![])).digest(EVENT));
}

#[test]
fn the_digest_is_of_one_event_and_its_tickets() {
    let mut a = Device::new(1);
    let other = EventId([8; 16]);
    let here = a.enter(NOW, 1);
    let there = a.pass(kind::ENTRY, NOW + 1_000, 2, |raw| raw.event = Some(other));
    let both = [here.clone(), there.clone()];
    let state = rebuild(&both, &facts(vec![]));
    assert_eq!(group_of(&here, |_| None), Group::Ticket(EVENT, TICKET));
    for (event, entry) in [(EVENT, &here), (other, &there)] {
        let tickets: Vec<_> = state.tickets(event).map(|(key, fold)| (key, fold.history.inside)).collect();
        assert_eq!(tickets, [(TICKET, 1)]);
        assert!(state.groups[&Group::Ticket(event, TICKET)].labels.contains_key(&entry.id));
        let judged = &state.entries[&entry.id];
        let expected = digest(event, [(entry.id, judged.label, judged.time)], tickets, &state.sums[&event]);
        assert_eq!(state.digest(event), expected);
    }
    assert_eq!(state.tickets(EventId([9; 16])).count(), 0);
}

#[test]
fn a_cut_is_that_of_its_own_feed() {
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    let entries = [a.enter(NOW, 1), b.exit(NOW + 1_000, 1)];
    let scanner = ScannerId([5; 16]);
    let cuts = vec![Cut { feed: a.feed, seq: 1, id: entries[0].id }];
    let mut facts = facts(vec![Revocation { scanner, at: NOW, cuts }]);
    facts.scanners = [a.feed, b.feed].map(|feed| (feed, scanner)).into();
    let state = rebuild(&entries, &facts);
    let standings = entries.each_ref().map(|entry| state.entries[&entry.id].standing);
    assert_eq!(standings, [Standing::Trusted, Standing::Quarantined]);
}

#[test]
fn a_chain_of_thirty_thousand_undos_is_walked_once() {
    let mut door = Device::new(1);
    let mut entries = vec![door.enter(NOW, 1)];
    for n in 1..=30_000 {
        let target = entries[entries.len() - 1].id;
        entries.push(door.undo(NOW + n, target));
    }
    let state = rebuild(&entries, &facts(vec![]));
    assert_eq!(state.groups.len(), 1);
    assert_eq!(state.entries[&entries[0].id].label, Label::Ok, "an even number of undos");
}
