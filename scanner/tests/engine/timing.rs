//! Clocks that are wrong, samples, and boots.

use scanner::engine::LogFilter;
use shared::api::HeartbeatResponse;
use shared::ids::Nonce;

use crate::device::{Device, door};
use crate::world::{HOUR, NOW, records, ticket, world};
use shared::trust::ScannerRole;

#[test]
fn a_sample_that_comes_later_dates_what_was_scanned_before() {
    let world = world();
    let mut device = door(&world, 1);
    device.clock.set_wall(NOW - 5 * HOUR);
    let scanned = device.scan(&world.code(&ticket(1)));
    assert!(scanned.at.uncertain);
    device.clock.forward(60_000);
    assert!(device.sync_time(&world, NOW + 60_000));
    let line = device.engine.log(LogFilter::default()).unwrap().pop().unwrap();
    assert!(!line.at.uncertain && line.at.lo <= NOW && NOW <= line.at.hi, "{:?}", line.at);
    assert!(line.at.error() < 600, "{:?}", line.at);
    let clock = device.engine.status().unwrap().clock;
    let off = clock.offset.unwrap() - 5 * HOUR;
    assert!(off.abs() <= clock.error.unwrap(), "off by {off} ms of {clock:?}");
}

#[test]
fn samples_are_taken_seldom_but_after_every_boot_and_when_clearly_better() {
    let world = world();
    let mut device = door(&world, 1);
    assert!(device.sync_time(&world, NOW));
    assert!(!device.sync_time(&world, NOW + 500));
    for (pause, taken) in [(0, false), (60_000, true)] {
        device.clock.forward(pause);
        let asked = device.engine.heartbeat_request(None).unwrap();
        device.clock.forward(20);
        let now = shared::clock::Clock::read(&*device.clock);
        let sharp = world.heartbeat(asked.request.nonce, now.wall_ms - 10);
        assert_eq!(device.engine.apply_heartbeat(&asked, now, &sharp).unwrap().sampled, taken, "after {pause} ms");
    }
    device.clock.forward(11 * 60_000);
    assert!(device.sync_time(&world, NOW + 661_520));
    device.clock.reboot();
    assert!(device.sync_time(&world, NOW + 700_000));
    let kinds: Vec<&str> = device
        .engine
        .log(LogFilter { technical: true, ..LogFilter::default() })
        .unwrap()
        .into_iter()
        .map(|line| line.kind)
        .collect();
    assert_eq!(kinds, ["boot", "time", "time", "time", "boot", "time"]);
}

#[test]
fn a_time_that_answers_another_question_or_is_not_signed_is_left_out() {
    let world = world();
    let mut device = door(&world, 1);
    let asked = device.engine.heartbeat_request(Some(80)).unwrap();
    assert_eq!((asked.request.battery, asked.request.heads.len()), (Some(80), 1));
    let good = world.heartbeat(Nonce([1; 16]), NOW);
    let mut unsigned = world.heartbeat(asked.request.nonce, NOW);
    *unsigned.time.last_mut().unwrap() ^= 1;
    for response in [good, unsigned] {
        let report = device.engine.apply_heartbeat(&asked, asked.sent, &response).unwrap();
        assert!(!report.sampled && report.refused.len() == 1, "{report:?}");
    }
}

#[test]
fn a_heartbeat_brings_newer_keys_and_certificates() {
    let mut world = world();
    let mut device = Device::new(1);
    device.enrol(&world, ScannerRole::Scan);
    device.adopt(&world.list(1, &records(3), &[], &[]));
    world.keyset_version = 2;
    let public: shared::trust::Certificate = {
        let request =
            device.engine.auth_request(&shared::api::ChallengeResponse { nonce: Nonce([1; 16]), store: world.store });
        shared::cose::peek(&request.unwrap().certificate).unwrap()
    };
    let asked = device.engine.heartbeat_request(None).unwrap();
    let certificate = world.certificate(device.id(), public.public, ScannerRole::Supervisor, 2);
    let response = HeartbeatResponse {
        keyset: Some(world.keyset()),
        certificate: Some(certificate),
        ..world.heartbeat(asked.request.nonce, NOW)
    };
    let report = device.engine.apply_heartbeat(&asked, asked.sent, &response).unwrap();
    assert!(report.keyset_adopted && report.certificate_adopted && report.sampled, "{report:?}");
    let enrolled = device.engine.status().unwrap().enrolled.unwrap();
    assert_eq!((enrolled.keyset_version, enrolled.role), (2, ScannerRole::Supervisor));
    let foreign = world.certificate(shared::ids::ScannerId([9; 16]), public.public, ScannerRole::Scan, 3);
    let response = HeartbeatResponse { certificate: Some(foreign), ..world.heartbeat(asked.request.nonce, NOW) };
    let report = device.engine.apply_heartbeat(&asked, asked.sent, &response).unwrap();
    assert!(!report.certificate_adopted && report.refused.len() == 1);
}
