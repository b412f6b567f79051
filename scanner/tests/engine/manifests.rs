//! Which lists are adopted (I5), in which pieces, and what a broken download costs.

use minicbor::bytes::ByteVec;
use scanner::engine::{EngineError, ManifestProgress};
use shared::api::{ManifestResponse, RefillResponse};
use shared::cose::SigningKey;
use shared::manifest::{ManifestError, Record, TicketState};
use shared::trust::ScannerRole;
use shared::verdict::Verdict;

use crate::device::{Device, door};
use crate::world::{EVENT, HOUR, List, NOW, OTHER_EVENT, World, record, records, ticket, world};

fn refusal(device: &mut Device, list: &List) -> ManifestError {
    match device.engine.apply_manifest(EVENT, &list.response()) {
        Err(EngineError::Manifest(error)) => error,
        other => panic!("{other:?}"),
    }
}

fn held(device: &mut Device) -> u64 {
    device.engine.status().unwrap().manifests[0].version
}

#[test]
fn only_good_lists_are_adopted_and_the_one_in_force_stays() {
    let world = world();
    let mut device = door(&world, 1);
    device.adopt(&world.list(5, &records(40), &[], &[]));
    let list = |version| world.list(version, &records(40), &[], &[]);
    assert_eq!(refusal(&mut device, &list(4)), ManifestError::NotNewer { held: 5, offered: 4 });
    assert_eq!(refusal(&mut device, &list(5)), ManifestError::AlreadyHeld(5));
    let twin = world.list(5, &records(39), &[], &[]);
    assert_eq!(refusal(&mut device, &twin), ManifestError::Equivocation(5));
    let foreign = world.list_with(6, &records(40), &[], |header| header.event = OTHER_EVENT);
    assert_eq!(refusal(&mut device, &foreign), ManifestError::WrongEvent(OTHER_EVENT));
    let old = world.list_with(6, &records(40), &[], |header| header.expires = NOW - HOUR);
    assert_eq!(refusal(&mut device, &old), ManifestError::Expired { expires: NOW - HOUR });
    let early = world.list_with(6, &records(40), &[], |header| header.keyset_version = 2);
    assert_eq!(refusal(&mut device, &early), ManifestError::KeysetTooOld { held: 1, needed: 2 });
    let forger = World { manifests: SigningKey::from_bytes(&[99; 32]), ..crate::world::world() };
    assert!(matches!(refusal(&mut device, &forger.list(6, &records(40), &[], &[])), ManifestError::Trust(_)));
    let role = World { manifests: SigningKey::from_bytes(&[5; 32]), ..crate::world::world() };
    assert!(matches!(refusal(&mut device, &role.list(6, &records(40), &[], &[])), ManifestError::Trust(_)));
    let mut flipped = list(6);
    let middle = flipped.header.len() / 2;
    flipped.header[middle] ^= 1;
    assert!(matches!(refusal(&mut device, &flipped), ManifestError::Trust(_)));
    assert_eq!(held(&mut device), 5);
    assert_eq!(device.scan(&world.code(&ticket(0))).answer.verdict, Verdict::Ok);
}

#[test]
fn a_flipped_byte_in_a_part_costs_that_part_only() {
    let world = world();
    let mut device = Device::new(1);
    device.enrol(&world, ScannerRole::Scan);
    let list = world.list(1, &records(2_000), &[], &[]);
    device.engine.apply_manifest(EVENT, &list.response()).unwrap();
    let mut parts: Vec<_> = (0..4).map(|bucket| list.part(bucket)).collect();
    let mut bytes = parts[2].records[5].to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    parts[2].records[5] = ByteVec::from(bytes);
    let error = device.engine.apply_manifest(EVENT, &ManifestResponse::Buckets { version: 1, parts }).unwrap_err();
    assert!(matches!(error, EngineError::Manifest(ManifestError::BucketMismatch(2))), "{error}");
    assert_eq!(device.engine.manifest_request(EVENT).unwrap().buckets, [2]);
    assert!(device.engine.status().unwrap().manifests.is_empty());
    let whole = ManifestResponse::Buckets { version: 1, parts: vec![list.part(2)] };
    let adopted = device.engine.apply_manifest(EVENT, &whole).unwrap();
    assert_eq!(adopted, ManifestProgress::Adopted { version: 1, tickets: 2_000, changed: 4 });
}

#[test]
fn a_cut_download_goes_on_where_it_was_also_with_a_newer_version() {
    let world = world();
    let mut device = Device::new(1);
    device.enrol(&world, ScannerRole::Scan);
    let mut all = records(3_000);
    let first = world.list(1, &all, &[], &[]);
    device.engine.apply_manifest(EVENT, &first.response()).unwrap();
    let some = ManifestResponse::Buckets { version: 1, parts: (0..5).map(|b| first.part(b)).collect() };
    let progress = device.engine.apply_manifest(EVENT, &some).unwrap();
    assert_eq!(progress, ManifestProgress::Staging { version: 1, have: 5, total: 8 });
    device.reopen();
    assert_eq!(device.engine.manifest_request(EVENT).unwrap().buckets, [5, 6, 7]);
    // Meanwhile one ticket was canceled: the server answers with parts of a newer version.
    let changed = all.iter().position(|record| record.key.0[0] >> 5 == 1).unwrap();
    all[changed].state = TicketState::Canceled;
    let second = world.list(2, &all, &[], &[]);
    let newer = ManifestResponse::Buckets { version: 2, parts: vec![second.part(5)] };
    device.engine.apply_manifest(EVENT, &newer).unwrap();
    assert!(device.engine.manifest_request(EVENT).unwrap().buckets.is_empty(), "begins with the header");
    let progress = device.engine.apply_manifest(EVENT, &second.response()).unwrap();
    assert_eq!(progress, ManifestProgress::Staging { version: 2, have: 4, total: 8 });
    assert_eq!(device.engine.manifest_request(EVENT).unwrap().buckets, [1, 5, 6, 7]);
    assert!(matches!(device.adopt(&second), ManifestProgress::Adopted { version: 2, .. }));
}

#[test]
fn a_delta_changes_only_the_parts_it_touches() {
    let world = world();
    let mut device = Device::new(1);
    let certificate = device.enrol(&world, ScannerRole::Scan);
    let mut all = records(3_000);
    device.adopt(&world.list(1, &all, &[certificate], &[]));
    all[7].state = TicketState::Blocked;
    all.push(record(&ticket(5_000)));
    let list = world.list(2, &all, &[], &[]);
    let changes = [&all[7], &all[3_000]].map(|record| ByteVec::from(record.to_bytes())).to_vec();
    let delta = ManifestResponse::Delta { header: list.header.clone(), records: changes, keyset: None };
    let progress = device.engine.apply_manifest(EVENT, &delta).unwrap();
    assert!(
        matches!(progress, ManifestProgress::Adopted { version: 2, tickets: 3_001, changed: 1..=2 }),
        "{progress:?}"
    );
    assert_eq!(device.scan(&world.code(&ticket(7))).answer.verdict, Verdict::Blocked);
    assert_eq!(device.scan(&world.code(&ticket(5_000))).answer.verdict, Verdict::Ok);
    assert_eq!(device.scan(&world.code(&ticket(8))).answer.verdict, Verdict::Ok);
    while device.engine.maintain().unwrap() {}
    assert_eq!(
        device.scan(&world.code(&ticket(9))).answer.verdict,
        Verdict::Ok,
        "clearing away takes nothing in force"
    );
}

#[test]
fn an_incomplete_delta_fetches_the_parts_that_do_not_fit() {
    let world = world();
    let mut device = Device::new(1);
    device.enrol(&world, ScannerRole::Scan);
    let mut all = records(3_000);
    device.adopt(&world.list(1, &all, &[], &[]));
    all[7].state = TicketState::Blocked;
    all[8].state = TicketState::Blocked;
    let list = world.list(2, &all, &[], &[]);
    let delta = ManifestResponse::Delta {
        header: list.header.clone(),
        records: vec![ByteVec::from(all[7].to_bytes())],
        keyset: None,
    };
    let progress = device.engine.apply_manifest(EVENT, &delta).unwrap();
    assert!(matches!(progress, ManifestProgress::Staging { version: 2, have: 7, total: 8 }), "{progress:?}");
    assert_eq!(held(&mut device), 1);
    assert!(matches!(device.adopt(&list), ManifestProgress::Adopted { version: 2, changed: 1..=2, .. }));
}

#[test]
fn a_list_that_outgrows_its_parts_is_divided_anew_without_fetching_them() {
    let world = world();
    let mut device = Device::new(1);
    device.enrol(&world, ScannerRole::Scan);
    let all: Vec<Record> = records(1_030);
    device.adopt(&world.list(1, &all[..1_020], &[], &[]));
    let list = world.list(2, &all, &[], &[]);
    let changes = all[1_020..].iter().map(|record| ByteVec::from(record.to_bytes())).collect();
    let delta = ManifestResponse::Delta { header: list.header.clone(), records: changes, keyset: None };
    let progress = device.engine.apply_manifest(EVENT, &delta).unwrap();
    assert_eq!(progress, ManifestProgress::Adopted { version: 2, tickets: 1_030, changed: 4 });
    assert_eq!(device.scan(&world.code(&ticket(1_029))).answer.verdict, Verdict::Ok);
}

#[test]
fn an_empty_list_is_a_list() {
    let world = world();
    let mut device = Device::new(1);
    device.enrol(&world, ScannerRole::Scan);
    let progress = device.engine.apply_manifest(EVENT, &world.list(1, &[], &[], &[]).response()).unwrap();
    assert_eq!(progress, ManifestProgress::Adopted { version: 1, tickets: 0, changed: 1 });
    assert_eq!(device.scan(&world.code(&ticket(0))).answer.verdict, Verdict::OkUnlisted);
}

#[test]
fn a_list_that_ran_out_during_the_download_is_not_adopted() {
    let world = world();
    let mut device = Device::new(1);
    device.enrol(&world, ScannerRole::Scan);
    let list = world.list_with(1, &records(10), &[], |header| header.expires = NOW + HOUR);
    device.engine.apply_manifest(EVENT, &list.response()).unwrap();
    device.clock.forward(2 * 3_600_000);
    let last = ManifestResponse::Buckets { version: 1, parts: vec![list.part(0)] };
    let error = device.engine.apply_manifest(EVENT, &last).unwrap_err();
    assert!(matches!(error, EngineError::Manifest(ManifestError::Expired { .. })), "{error}");
    assert!(device.engine.status().unwrap().manifests.is_empty());
}

#[test]
fn a_server_that_lost_its_list_gets_it_back() {
    let world = world();
    let mut device = Device::new(1);
    device.enrol(&world, ScannerRole::Scan);
    let list = world.list(3, &records(2_000), &[], &[]);
    assert_eq!(device.engine.refill_request(EVENT, None).unwrap(), None);
    device.adopt(&list);
    let first = device.engine.refill_request(EVENT, None).unwrap().unwrap();
    assert_eq!((first.header, first.parts.len()), (list.header.clone(), 0));
    let wants = RefillResponse { wanted: vec![0, 1, 2, 3], adopted: false };
    let second = device.engine.refill_request(EVENT, Some(&wants)).unwrap().unwrap();
    assert_eq!(second.parts, (0..4).map(|bucket| list.part(bucket)).collect::<Vec<_>>());
    let done = RefillResponse { wanted: vec![], adopted: true };
    assert_eq!(device.engine.refill_request(EVENT, Some(&done)).unwrap(), None);
}

#[test]
fn a_list_whose_header_lies_about_its_tickets_never_comes_into_force() {
    let world = world();
    let mut device = Device::new(1);
    device.enrol(&world, ScannerRole::Scan);
    let mut all = records(2_000);
    let lying =
        |version, all: &[Record], tickets| world.list_with(version, all, &[], |header| header.tickets = tickets);
    // Whole: every part fits its hash, and only all of them together show the lie.
    let list = lying(1, &all, 2_001);
    device.engine.apply_manifest(EVENT, &list.response()).unwrap();
    let parts = (0..4).map(|bucket| list.part(bucket)).collect();
    let error = device.engine.apply_manifest(EVENT, &ManifestResponse::Buckets { version: 1, parts }).unwrap_err();
    let lie = |error| matches!(error, EngineError::Manifest(ManifestError::WrongCount { signed: 2_001, found: 2_000 }));
    assert!(lie(error));
    assert!(device.engine.status().unwrap().manifests.is_empty());
    // By delta, counted from the list in force.
    device.adopt(&world.list(2, &all, &[], &[]));
    all[7].state = TicketState::Blocked;
    let list = lying(3, &all, 2_001);
    let records = vec![ByteVec::from(all[7].to_bytes())];
    let delta = ManifestResponse::Delta { header: list.header.clone(), records, keyset: None };
    assert!(lie(device.engine.apply_manifest(EVENT, &delta).unwrap_err()));
    assert_eq!(held(&mut device), 2);
    // The truth is welcome, with fewer tickets and with more.
    for (version, many) in [(4, 1_700), (5, 2_000)] {
        let progress = device.adopt(&world.list(version, &all[..many], &[], &[]));
        assert!(
            matches!(progress, ManifestProgress::Adopted { tickets, .. } if tickets == many as u64),
            "{progress:?}"
        );
    }
}

#[test]
fn a_ticket_state_of_a_later_version_bars_that_ticket_and_not_the_list() {
    let world = world();
    let mut device = door(&world, 1);
    let mut all = records(40);
    all[7].state = TicketState::Unknown(9);
    device.adopt(&world.list(5, &all, &[], &[]));
    assert_eq!(device.scan(&world.code(&ticket(7))).answer.verdict, Verdict::Blocked);
    assert_eq!(device.scan(&world.code(&ticket(8))).answer.verdict, Verdict::Ok);
}
