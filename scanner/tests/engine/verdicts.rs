//! Each verdict, through reading, list, history and log.

use std::collections::BTreeSet;

use scanner::engine::{LogFilter, ScanRequest, Warning};
use shared::entry::Direction;
use shared::manifest::TicketState;
use shared::ticket::opaque_key;
use shared::verdict::{Because, Verdict};

use crate::device::{Device, door};
use crate::world::{EVENT, HOUR, LOUNGE, NORTH, NOW, SOUTH, VIP, record, ticket, world};
use shared::trust::ScannerRole;

#[test]
fn every_verdict_is_reached_and_logged() {
    let mut world = world();
    world.policy.stale_stop = Some(3600);
    world.policy.max_reentries = Some(1);
    let mut device = Device::new(1);
    let certificate = device.enrol(&world, ScannerRole::Supervisor);
    let mut list: Vec<_> = (0..20).map(|n| record(&ticket(n))).collect();
    list[1].state = TicketState::Canceled;
    list[2].state = TicketState::Blocked;
    list[3].state = TicketState::Unpaid;
    list[4].generation = 2;
    list[5].not_before = Some((NOW + HOUR) / 1000);
    device.adopt(&world.list(1, &list, &[certificate], &[]));
    assert!(device.sync_time(&world, NOW));
    let code = |n| world.code(&ticket(n));
    let exit = |device: &mut Device, text: &str| {
        device.clock.forward(10_000);
        let scan = ScanRequest { direction: Some(Direction::Exit), ..ScanRequest::of(text) };
        device.engine.scan(&scan).unwrap().answer.verdict
    };
    let mut seen: BTreeSet<u32> = BTreeSet::new();
    let mut expect = |got: Verdict, wanted: Verdict| {
        assert_eq!(got, wanted);
        seen.insert(got.number());
    };
    expect(device.later(&code(0)).answer.verdict, Verdict::Ok);
    expect(device.later(&code(0)).answer.verdict, Verdict::AlreadyInside);
    expect(exit(&mut device, &code(0)), Verdict::OkExit);
    expect(exit(&mut device, &code(0)), Verdict::OkExitUnmatched);
    expect(device.later(&code(0)).answer.verdict, Verdict::OkReentry);
    exit(&mut device, &code(0));
    expect(device.later(&code(0)).answer.verdict, Verdict::Rules);
    for (n, wanted) in [
        (1, Verdict::Canceled),
        (2, Verdict::Blocked),
        (3, Verdict::Unpaid),
        (4, Verdict::Revoked),
        (5, Verdict::InvalidTime),
        (900, Verdict::OkUnlisted),
    ] {
        expect(device.later(&code(n)).answer.verdict, wanted);
    }
    expect(device.later("what is this").answer.verdict, Verdict::Invalid);
    let mut forged = base45::decode(&code(6)[4..]).unwrap();
    *forged.last_mut().unwrap() ^= 1;
    expect(device.later(&format!("TS1:{}", base45::encode(forged))).answer.verdict, Verdict::Forged);
    expect(device.later(&ticket(6).code(&world.other_tickets)).answer.verdict, Verdict::WrongEvent);
    device.clock.forward(10_000);
    let lounge = ScanRequest { gate: Some(LOUNGE), ..ScanRequest::of(code(7)) };
    expect(device.engine.scan(&lounge).unwrap().answer.verdict, Verdict::Product);
    let forced = ScanRequest { override_reason: Some("artist".into()), ..ScanRequest::of(code(1)) };
    expect(device.engine.scan(&forced).unwrap().answer.verdict, Verdict::OkOverride);
    device.clock.forward(26 * 3_600_000);
    let stale = device.scan(&code(8));
    expect(stale.answer.verdict, Verdict::StaleManifest);
    assert!(stale.warnings.contains(&Warning::StaleManifest { expired: NOW + 24 * HOUR }));
    let mut single = world;
    single.policy.reentry = false;
    let mut strict = door(&single, 2);
    strict.scan(&single.code(&ticket(0)));
    expect(strict.later(&single.code(&ticket(0))).answer.verdict, Verdict::AlreadyRedeemed);
    assert_eq!(seen.len(), Verdict::ALL.len(), "all verdicts: {seen:?}");
    let logged = device.engine.log(LogFilter { limit: 1_000, ..LogFilter::default() }).unwrap();
    assert_eq!(logged.len(), 19, "refusals are logged as well");
    assert!(logged.iter().all(|line| line.verdict.is_some() && line.own));
}

#[test]
fn a_refusal_says_when_and_where() {
    let world = world();
    let mut device = door(&world, 1);
    device.sync_time(&world, NOW);
    let code = world.code(&ticket(3));
    let first = device.scan(&code);
    assert_eq!(first.attendee.unwrap().name, format!("Guest {}", ticket(3).secret.0[0]));
    assert_eq!((first.gate.name.as_str(), first.zone.name.as_str(), first.inside), ("North", "Hall", 1));
    device.clock.forward(90_000);
    let south = ScanRequest { gate: Some(SOUTH), ..ScanRequest::of(&code) };
    let second = device.engine.scan(&south).unwrap();
    let before = second.before.unwrap();
    assert_eq!((before.gate.id, before.gate.name.as_str(), before.ago_ms), (NORTH, "North", 90_000));
    assert!(second.warnings.is_empty(), "{:?}", second.warnings);
}

#[test]
fn a_group_comes_in_parts() {
    let world = world();
    let mut device = Device::new(1);
    let certificate = device.enrol(&world, ScannerRole::Scan);
    let group = shared::ticket::Ticket { admits: Some(4), ..ticket(1) };
    device.adopt(&world.list(1, &[record(&group)], &[certificate], &[]));
    let code = world.code(&group);
    let three = ScanRequest { people: Some(3), ..ScanRequest::of(&code) };
    assert_eq!(device.engine.scan(&three).unwrap().answer.people, 3);
    device.clock.forward(6_000);
    let again = device.engine.scan(&three).unwrap().answer;
    assert_eq!((again.verdict, again.because), (Verdict::Rules, Because::People { asked: 3, left: 1 }));
    let rest = device.later(&code);
    assert_eq!((rest.answer.verdict, rest.answer.people, rest.inside), (Verdict::Ok, 1, 4));
    assert_eq!(device.later(&code).answer.verdict, Verdict::AlreadyInside);
}

#[test]
fn an_opaque_code_is_valid_if_it_is_listed() {
    let world = world();
    let mut device = Device::new(1);
    let certificate = device.enrol(&world, ScannerRole::Scan);
    let mut listed = record(&ticket(0));
    (listed.key, listed.sealed) = (opaque_key(EVENT, "TICKET:7:ABC:1"), None);
    device.adopt(&world.list(1, &[listed], &[certificate], &[]));
    assert_eq!(device.scan(" TICKET:7:ABC:1\n").answer.verdict, Verdict::Ok);
    assert_eq!(device.scan("TICKET:7:ABD:1").answer.verdict, Verdict::Invalid);
}

#[test]
fn an_inner_gate_asks_for_its_own_past() {
    let world = world();
    let mut device = Device::new(1);
    let certificate = device.enrol(&world, ScannerRole::Scan);
    let vip = shared::ticket::Ticket { product: VIP, ..ticket(1) };
    device.adopt(&world.list(1, &[record(&vip)], &[certificate], &[]));
    let code = world.code(&vip);
    let lounge = ScanRequest { gate: Some(LOUNGE), ..ScanRequest::of(&code) };
    assert_eq!(device.scan(&code).answer.verdict, Verdict::Ok);
    assert_eq!(device.engine.scan(&lounge).unwrap().answer.verdict, Verdict::Ok);
    device.clock.forward(10_000);
    assert_eq!(device.engine.scan(&lounge).unwrap().answer.verdict, Verdict::AlreadyInside);
}

#[test]
fn five_thousand_bytes_of_text_are_an_answer_not_a_failure() {
    let world = world();
    let mut device = door(&world, 1);
    let outcome = device.scan(&"x".repeat(5_000));
    assert_eq!(outcome.answer.because, Because::TooLong { bytes: 5_000 });
}

#[test]
fn a_scan_long_before_the_event_counts_and_says_so() {
    let mut world = world();
    world.policy.starts = NOW + 4 * HOUR;
    world.policy.ends = NOW + 9 * HOUR;
    let mut device = Device::new(1);
    let certificate = device.enrol(&world, ScannerRole::Scan);
    let list: Vec<_> = (0..3).map(|n| record(&ticket(n))).collect();
    device.adopt(&world.list(1, &list, &[certificate], &[]));
    assert!(device.sync_time(&world, NOW));
    let early = Warning::BeforeEvent { starts: NOW + 4 * HOUR };
    let admitted = device.later(&world.code(&ticket(0)));
    assert!(admitted.answer.verdict == Verdict::Ok && admitted.warnings.contains(&early), "{admitted:?}");
    let refused = device.later(&world.code(&ticket(0)));
    assert!(refused.answer.verdict == Verdict::AlreadyInside && refused.warnings.is_empty(), "{refused:?}");
    // Two hours before the start the doors may well be open.
    device.clock.forward(2 * 3_600_000);
    assert_eq!(device.later(&world.code(&ticket(1))).warnings, []);
}

#[test]
fn after_a_reboot_without_a_sample_the_own_clock_is_enough_to_say_that_things_are_old() {
    let mut world = world();
    world.policy.stale_stop = Some(3600);
    let mut device = door(&world, 3);
    assert!(device.sync_time(&world, NOW));
    let old = [
        Warning::StaleManifest { expired: NOW + 24 * HOUR },
        Warning::CertificateExpired { ended: NOW + 240 * HOUR },
        Warning::ClockUncertain,
    ];
    device.clock.reboot();
    device.clock.set_wall(NOW + 250 * HOUR);
    let late = device.scan(&world.code(&ticket(0)));
    assert_eq!(late.answer.verdict, Verdict::Ok, "a doubtful clock closes no door");
    assert!(old.iter().all(|warning| late.warnings.contains(warning)), "{:?}", late.warnings);
    device.clock.reboot();
    device.clock.set_wall(NOW - 250 * HOUR);
    let early = device.scan(&world.code(&ticket(1)));
    assert!(!early.warnings.iter().any(|warning| old[..2].contains(warning)), "{:?}", early.warnings);
}
