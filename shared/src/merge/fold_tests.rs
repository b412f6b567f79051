use proptest::prelude::*;

use super::*;
use crate::entry::{Basis, Entry, RawEntry, kind};
use crate::ids::GateId;
use crate::merge::LooksLike;
use crate::merge::testing::{Device, NOW, apart, sure};
use crate::time::Interval;
use crate::verdict::Verdict;

fn labels(items: &[Item<'_>]) -> Vec<Label> {
    let folded = fold(items);
    items.iter().map(|item| folded.labels[&item.entry.id]).collect()
}

fn all_sure(entries: &[Entry]) -> Vec<Item<'_>> {
    entries.iter().map(sure).collect()
}

fn inside(entries: &[Entry]) -> u32 {
    fold(&all_sure(entries)).history.inside
}

#[test]
fn two_dark_gates_tell_their_story() {
    let (mut north, mut south) = (Device::new(1), Device::new(2));
    let (first, second) = (north.enter(NOW, 1), south.enter(NOW + 45_000, 2));
    let folded = fold(&[sure(&second), sure(&first)]);
    assert_eq!(folded.labels[&first.id], Label::Ok);
    assert_eq!(folded.labels[&second.id], Label::Duplicate);
    assert_eq!((folded.history.inside, folded.conflicts.len()), (2, 1));
    let story = &folded.conflicts[0].story;
    assert_eq!((story.gap_ms, story.order_certain, story.looks_like), (45_000, true, LooksLike::Copy));
    let gate = |id: GateId| if id == GateId(1) { "North".to_owned() } else { "South".to_owned() };
    let told = story.tell(gate, |ms| format!("+{} s", (ms - NOW) / 1000));
    assert_eq!(
        told,
        "Ticket let in twice: North +0 s, South +45 s (45 s apart); both scanners were offline; order certain; \
         looks like a copied ticket."
    );
    let json = serde_json::to_string(story).unwrap();
    assert_eq!(&serde_json::from_str::<Story>(&json).unwrap(), story);
}

#[test]
fn looks_depend_on_gate_zone_and_gap() {
    for (gate, zone, gap, looks) in [
        (1, 1, 15_000, LooksLike::Retry),
        (1, 1, 15_001, LooksLike::PassedBack),
        (2, 1, 59_999, LooksLike::Copy),
        (2, 1, 60_000, LooksLike::PassedBack),
        (2, 1, 600_000, LooksLike::PassedBack),
        (2, 1, 600_001, LooksLike::Copy),
        (2, 2, 60_000, LooksLike::Copy),
    ] {
        let (mut north, mut south) = (Device::new(1), Device::new(2));
        let first = north.enter(NOW, 1);
        let second = south.pass(kind::ENTRY, NOW + gap, gate, |raw| raw.zone = Some(ZoneId(zone)));
        let story = fold(&[sure(&first), sure(&second)]).conflicts.remove(0).story;
        assert_eq!(story.looks_like, looks, "gate {gate} zone {zone} after {gap} ms");
    }
}

#[test]
fn only_who_decided_alone_and_unknowing_was_dark() {
    let (mut north, mut south) = (Device::new(1), Device::new(2));
    let first = north.pass(kind::ENTRY, NOW, 1, |raw| raw.basis = Some(Basis::Server));
    let second = south.enter(NOW + 60_000, 2);
    let story = fold(&[sure(&first), sure(&second)]).conflicts.remove(0).story;
    assert!(!story.first.unwrap().dark && story.second.dark);
    // Its clock says it was earlier; having seen the other settles the order all the same.
    let knowing = south.pass(kind::ENTRY, NOW - 60_000, 2, |raw| raw.saw = Some(vec![first.id]));
    let story = fold(&[sure(&first), sure(&knowing)]).conflicts.remove(0).story;
    assert!(!story.second.dark && story.order_certain);
    assert_eq!(story.second.entry, knowing.id);
}

#[test]
fn overlapping_times_leave_the_order_uncertain() {
    let (mut north, mut south) = (Device::new(1), Device::new(2));
    let (first, second) = (north.enter(NOW, 1), south.enter(NOW + 1_000, 2));
    let wide = |entry| Item { time: Interval::new(NOW - 4_000, NOW + 4_000), ..sure(entry) };
    let folded = fold(&[wide(&first), wide(&second)]);
    assert!(!folded.conflicts[0].story.order_certain);
}

#[test]
fn comparing_pairs_would_run_in_a_circle() {
    // A before C by cause; C before B and B before A by time.
    let (mut a, mut b, mut c) = (Device::new(1), Device::new(2), Device::new(3));
    let first = a.enter(NOW + 600_000, 1);
    let out = b.exit(NOW + 400_000, 1);
    let later = c.pass(kind::ENTRY, NOW + 200_000, 1, |raw| raw.saw = Some(vec![first.id]));
    let folded = fold(&[sure(&later), sure(&out), sure(&first)]);
    assert_eq!(folded.order, [out.id, first.id, later.id]);
    assert_eq!(folded.lifts[&later.id], NOW + 600_001);
}

#[test]
fn re_entry_needs_an_exit_and_permission() {
    let mut a = Device::new(1);
    let allowed = [a.enter(NOW, 1), a.exit(NOW + 1, 1), a.enter(NOW + 2, 1), a.enter(NOW + 3, 1)];
    assert_eq!(labels(&all_sure(&allowed)), [Label::Ok, Label::Exit, Label::Reentry, Label::Duplicate]);
    let folded = fold(&all_sure(&allowed));
    assert_eq!((folded.history.reentries, folded.history.admitted, folded.history.inside), (1, 3, 2));
    assert_eq!(folded.conflicts[0].story.first.unwrap().entry, allowed[2].id, "the admission that used it");
    let mut b = Device::new(2);
    let once = [NOW, NOW + 1, NOW + 2].map(|at| {
        let kind = if at == NOW + 1 { kind::EXIT } else { kind::ENTRY };
        b.pass(kind, at, 1, |raw| raw.reentry = Some(false))
    });
    assert_eq!(labels(&all_sure(&once)), [Label::Ok, Label::Exit, Label::Duplicate]);
}

#[test]
fn a_group_fits_up_to_its_number() {
    let mut a = Device::new(1);
    let mut pass = |kind, at, bodies, reentry| {
        a.pass(kind, NOW + at, 1, |raw| {
            (raw.bodies, raw.admits, raw.reentry) = (Some(bodies), Some(4), Some(reentry));
        })
    };
    let group = [pass(kind::ENTRY, 0, 2, true), pass(kind::ENTRY, 1, 2, true), pass(kind::ENTRY, 2, 1, true)];
    assert_eq!(labels(&all_sure(&group)), [Label::Ok, Label::Ok, Label::Duplicate]);
    assert_eq!(inside(&group), 5);
    // Without re-entry the rest may still come after somebody has left.
    let rest = [pass(kind::ENTRY, 0, 2, false), pass(kind::EXIT, 1, 1, false), pass(kind::ENTRY, 2, 2, false)];
    assert_eq!(labels(&all_sure(&rest)), [Label::Ok, Label::Exit, Label::Ok]);
    let five = pass(kind::ENTRY, 0, 5, true);
    let story = fold(&[sure(&five)]).conflicts.remove(0).story;
    assert_eq!((story.first, story.looks_like), (None, LooksLike::TooMany));
    assert_eq!(
        story.tell(|g| format!("Gate {g}"), |_| "noon".into()),
        "Ticket for 4 people let in 5 at once: Gate 1 noon."
    );
}

#[test]
fn an_unexpected_exit_lets_nobody_else_in() {
    let mut a = Device::new(1);
    let all = [a.exit(NOW, 1), a.exit(NOW + 1, 1), a.enter(NOW + 2, 1), a.enter(NOW + 3, 1)];
    let expected = [Label::ExitUnmatched, Label::ExitUnmatched, Label::Reentry, Label::Duplicate];
    assert_eq!(labels(&all_sure(&all)), expected);
    assert_eq!(inside(&all), 2);
}

#[test]
fn an_inner_gate_has_a_past_of_its_own() {
    let mut a = Device::new(1);
    let mut inner =
        |kind, at| a.pass(kind, NOW + at, 3, |raw| (raw.zone, raw.from) = (Some(ZoneId(2)), Some(ZoneId(1))));
    let stage = [inner(kind::ENTRY, 1), inner(kind::ENTRY, 2), inner(kind::EXIT, 3)];
    let mut door = Device::new(2);
    let (came, left) = (door.enter(NOW, 1), door.exit(NOW + 4, 1));
    let mut all = vec![sure(&came)];
    all.extend(stage.iter().map(sure));
    let expected = [Label::Ok, Label::Ok, Label::Duplicate, Label::Exit];
    assert_eq!(labels(&all), expected, "from the foyer to the stage is no second admission");
    let folded = fold(&all);
    assert_eq!((folded.history.inside, folded.zones[&ZoneId(2)].inside, folded.zones[&ZoneId(1)].inside), (1, 1, 1));
    all.push(sure(&left));
    let folded = fold(&all);
    assert_eq!(folded.history.inside, 0);
    assert!(folded.zones.values().all(|zone| zone.inside == 0), "who left the venue left its zones");
}

#[test]
fn a_supervisors_decision_is_no_conflict_and_uses_the_ticket_all_the_same() {
    let mut a = Device::new(1);
    let decided = |raw: &mut RawEntry| raw.verdict = Some(Verdict::OkOverride.number());
    let first = a.pass(kind::ENTRY, NOW, 1, decided);
    let second = a.pass(kind::ENTRY, NOW + 1, 1, decided);
    let third = a.enter(NOW + 2, 1);
    let items = [sure(&first), sure(&second), sure(&third)];
    assert_eq!(labels(&items), [Label::Override, Label::Override, Label::Duplicate]);
    let folded = fold(&items);
    assert_eq!((folded.history.inside, folded.conflicts.len()), (3, 1));
    assert_eq!(folded.conflicts[0].story.first.unwrap().entry, first.id);
    assert_eq!(folded.conflicts[0].story.people, 3);
}

#[test]
fn each_gate_asks_for_the_past_that_counts_there() {
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    let came = a.enter(NOW, 1);
    let on = b.pass(kind::ENTRY, NOW + 1, 3, |raw| (raw.zone, raw.from) = (Some(ZoneId(2)), Some(ZoneId(1))));
    let back = b.pass(kind::EXIT, NOW + 2, 3, |raw| (raw.zone, raw.from) = (Some(ZoneId(2)), Some(ZoneId(1))));
    let folded = fold(&[sure(&came), sure(&on), sure(&back)]);
    let gate = |zone, from: Option<u32>| Gate {
        id: GateId(9),
        name: "any".into(),
        zone: ZoneId(zone),
        from: from.map(ZoneId),
        products: None,
    };
    let outer = folded.at(&gate(1, None));
    assert_eq!((outer.inside, outer.admitted, outer.went_out), (1, 1, false));
    let inner = folded.at(&gate(2, Some(1)));
    assert_eq!((inner.inside, inner.admitted, inner.went_out), (0, 1, true));
    assert_eq!(folded.at(&gate(7, Some(1))), History::default(), "nobody was there");
}

#[test]
fn undo_of_undo_puts_back() {
    let mut a = Device::new(1);
    let came = a.enter(NOW, 1);
    let undo = a.undo(NOW + 1, came.id);
    let again = a.undo(NOW + 2, undo.id);
    let third = a.undo(NOW + 3, again.id);
    let all = [sure(&came), sure(&undo), sure(&again), sure(&third)];
    assert_eq!(labels(&all[..2]), [Label::Voided, Label::Undo]);
    assert_eq!(labels(&all[..3]), [Label::Ok, Label::Voided, Label::Undo]);
    assert_eq!(labels(&all), [Label::Voided, Label::Undo, Label::Voided, Label::Undo]);
    assert_eq!(fold(&all).voided, BTreeSet::from([came.id, again.id]));
    // An undo whose target has not arrived is an undo all the same.
    assert_eq!(labels(&all[1..2]), [Label::Undo]);
}

#[test]
fn quarantined_entries_void_nothing_and_lift_nothing() {
    let (mut a, mut stolen) = (Device::new(1), Device::new(2));
    let came = a.enter(NOW, 1);
    let lie = stolen.undo(NOW + 1, came.id);
    let late = stolen.enter(NOW + 9_000_000, 1);
    let after = a.pass(kind::EXIT, NOW + 5, 1, |raw| raw.saw = Some(vec![late.id]));
    let items = [sure(&came), apart(&lie), apart(&late), sure(&after)];
    assert_eq!(labels(&items), [Label::Ok, Label::Quarantined, Label::Quarantined, Label::Exit]);
    let folded = fold(&items);
    assert_eq!(folded.lifts[&after.id], NOW + 5);
    assert_eq!(folded.frontier, [after.id]);
}

#[test]
fn entries_without_a_ticket_stand_for_themselves() {
    let mut a = Device::new(1);
    let mut single = |kind, verdict: Verdict| {
        a.pass(kind, NOW, 1, |raw| (raw.ticket, raw.bodies, raw.verdict) = (None, Some(3), Some(verdict.number())))
    };
    let (helper, leaver) = (single(kind::ENTRY, Verdict::OkOverride), single(kind::EXIT, Verdict::OkExitUnmatched));
    assert_eq!(labels(&[sure(&helper)]), [Label::Override]);
    assert_eq!(labels(&[sure(&leaver)]), [Label::ExitUnmatched]);
    let band = a.write(kind::COUNT, NOW, |raw| {
        (raw.gate, raw.zone, raw.bodies) = (Some(GateId(1)), Some(ZoneId(1)), Some(-5));
        raw.reason = Some("band leaves".into());
    });
    let later = a.write(99, NOW, |_| {});
    assert_eq!(labels(&[sure(&band)]), [Label::Counted]);
    assert_eq!(labels(&[sure(&later)]), [Label::NotUnderstood]);
    assert_eq!(labels(&[sure(&a.time(NOW))]), [Label::Noted]);
}

#[test]
fn the_frontier_is_what_nobody_saw_and_never_too_long() {
    let mut a = Device::new(1);
    let (first, second) = (a.enter(NOW, 1), a.exit(NOW + 1, 1));
    let mut b = Device::new(2);
    let unseen = b.enter(NOW + 2, 2);
    assert_eq!(fold(&[sure(&first), sure(&second), sure(&unseen)]).frontier, [second.id, unseen.id]);
    let joined = b.pass(kind::EXIT, NOW + 3, 2, |raw| raw.saw = Some(vec![second.id, unseen.id]));
    let all = [sure(&first), sure(&second), sure(&unseen), sure(&joined)];
    assert_eq!(fold(&all).frontier, [joined.id]);
    let many: Vec<Entry> = (3..40).map(|n| Device::new(n).enter(NOW + i64::from(n), 1)).collect();
    let frontier = fold(&all_sure(&many)).frontier;
    assert_eq!(frontier, many[many.len() - MAX_SAW..].iter().map(|entry| entry.id).collect::<Vec<_>>());
}

/// Id, feed, seq, kind, references, time.
type MadeUp = (u8, u8, u64, u32, Vec<u8>, i64);

/// Entries with made-up ids, feeds, places and references: nothing an honest device could write.
fn made_up(entries: &[MadeUp]) -> Vec<Entry> {
    let id = |byte: u8| EntryId([byte % 24; 32]);
    let mut seen = BTreeSet::new();
    let fresh = entries.iter().filter(|entry| seen.insert(entry.0 % 24));
    fresh
        .map(|(own, feed, seq, kind, saw, at)| {
            let fill = |raw: &mut RawEntry| {
                raw.seq = *seq;
                raw.wall = *at;
                raw.target = saw.first().map(|byte| id(*byte));
                raw.saw = Some(saw.iter().map(|byte| id(*byte)).collect());
            };
            Entry { id: id(*own), ..Device::new(*feed).pass(*kind, NOW, 1, fill) }
        })
        .collect()
}

proptest! {
    #[test]
    fn made_up_circles_end_and_have_one_answer(
        raw in prop::collection::vec(
            (any::<u8>(), 0u8..3, 0u64..6, 1u32..5, prop::collection::vec(any::<u8>(), 0..4), any::<i64>()), 0..40),
    ) {
        let entries = made_up(&raw);
        let items = all_sure(&entries);
        let mut turned = items.clone();
        turned.reverse();
        turned.extend(items.iter().copied());
        let folded = fold(&items);
        prop_assert_eq!(&folded, &fold(&turned));
        prop_assert_eq!(folded.labels.len(), entries.len());
    }
}

#[test]
fn a_long_history_folds_without_deep_recursion() {
    let mut a = Device::new(1);
    let mut last: Option<EntryId> = None;
    let entries: Vec<Entry> = (0..20_000)
        .map(|n| {
            let entry = match last {
                Some(target) if n % 2 == 0 => a.undo(NOW + n, target),
                _ => a.pass(kind::ENTRY, NOW + n, 1, |raw| raw.saw = last.map(|id| vec![id])),
            };
            last = Some(entry.id);
            entry
        })
        .collect();
    assert_eq!(fold(&all_sure(&entries)).order.len(), entries.len());
}

#[test]
fn thousands_of_circles_are_cut_one_by_one_and_have_one_answer() {
    const PLACES: i64 = 6_000;
    let mut first = Device::new(1);
    let trunk: Vec<Entry> = (0..PLACES).map(|n| first.enter(NOW + n, 1)).collect();
    let mut second = Device { booted: NOW - 7_200_000, ..Device::new(1) };
    let mut entries: Vec<Entry> = (0..PLACES - 1)
        .zip(&trunk[1..])
        .map(|(n, above)| second.pass(kind::ENTRY, NOW + n, 1, |raw| raw.saw = Some(vec![above.id])))
        .collect();
    entries.extend(trunk);
    let mut items = all_sure(&entries);
    let folded = fold(&items);
    assert_eq!(folded.order.len(), entries.len());
    items.reverse();
    assert_eq!(fold(&items), folded);
}

#[test]
fn who_knew_of_an_admission_is_looked_up_for_so_many_only() {
    let evenings = 4 * MAX_KNOWN_FIRSTS;
    let mut door = Device::new(1);
    let mut at = NOW;
    let mut pass = |kind: u32| {
        at += 1_000;
        door.pass(kind, at, 1, |raw| raw.reentry = Some(true))
    };
    let entries: Vec<Entry> =
        (0..evenings).flat_map(|_| [kind::ENTRY, kind::ENTRY, kind::EXIT, kind::EXIT].map(&mut pass)).collect();
    let folded = fold(&all_sure(&entries));
    let dark: Vec<bool> = folded.conflicts.iter().map(|conflict| conflict.story.second.dark).collect();
    assert_eq!(dark.len(), evenings);
    // One scanner knows what it did itself; beyond the limit that is not looked up.
    assert!(dark[..MAX_KNOWN_FIRSTS].iter().all(|dark| !dark) && dark[MAX_KNOWN_FIRSTS..].iter().all(|dark| *dark));
}
