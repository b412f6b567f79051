//! Databases that were restored or cloned write another feed, and nothing of either branch is lost.

use scanner::engine::ExchangeLimits;
use shared::trust::ScannerRole;
use shared::verdict::Verdict;

use crate::device::Device;
use crate::witness::Witness;
use crate::world::{World, records, ticket, world};

fn start(world: &World) -> (Device, Witness) {
    let mut device = Device::new(1);
    let certificate = device.enrol(world, ScannerRole::Supervisor);
    let mut witness = Witness::of(world);
    witness.knows(device.id(), &certificate);
    device.adopt(&world.list(1, &records(40), &[certificate], &[]));
    (device, witness)
}

/// A copy of the database as it is now.
fn copy(device: &mut Device, name: &str) -> Device {
    while device.engine.checkpoint().unwrap() > 0 {}
    let path = device.path.with_file_name(name);
    std::fs::copy(&device.path, &path).unwrap();
    Device::with(&path, 7, device.clock.clone())
}

#[test]
fn a_restored_database_begins_a_new_feed_and_gets_its_lost_entries_back() {
    let world = world();
    let (mut device, mut witness) = start(&world);
    device.scan(&world.code(&ticket(1)));
    witness.exchange(&world, &mut device.engine);
    let mut backup = copy(&mut device, "backup.db");
    device.scan(&world.code(&ticket(2)));
    witness.exchange(&world, &mut device.engine);
    let old = device.engine.status().unwrap().feed.unwrap();
    let request = backup.engine.exchange_request(ExchangeLimits::default()).unwrap();
    let mut response = witness.answer(&world, &request);
    response.batches = witness.batches_of(device.id());
    let report = backup.engine.apply_exchange(&response).unwrap();
    assert!(report.new_epoch.is_some() && report.received == 1, "{report:?}");
    let status = backup.engine.status().unwrap();
    assert_ne!(status.feed, Some(old));
    assert_eq!(status.last_seq, 1, "a boot entry at once");
    assert_eq!(backup.later(&world.code(&ticket(2))).answer.verdict, Verdict::AlreadyInside);
    let report = witness.exchange(&world, &mut backup.engine);
    assert_eq!((report.pending, report.new_epoch), (0, None), "once is enough");
    assert_eq!(witness.ids(old).len(), 3);
}

#[test]
fn scans_made_before_the_clone_was_noticed_are_all_kept() {
    let world = world();
    let (mut device, mut witness) = start(&world);
    witness.exchange(&world, &mut device.engine);
    let mut clone = copy(&mut device, "clone.db");
    for n in 0..9 {
        device.scan(&world.code(&ticket(n)));
    }
    witness.exchange(&world, &mut device.engine);
    let mut ids = Vec::new();
    for n in 20..26 {
        ids.push(clone.scan(&world.code(&ticket(n))).entry);
    }
    let small = ExchangeLimits { bytes: 400, ..ExchangeLimits::default() };
    let mut epochs = 0;
    for _ in 0..20 {
        let request = clone.engine.exchange_request(small).unwrap();
        let response = witness.answer(&world, &request);
        epochs += u32::from(clone.engine.apply_exchange(&response).unwrap().new_epoch.is_some());
    }
    assert_eq!(epochs, 1);
    assert_eq!(clone.engine.pending().unwrap().entries, 0);
    let old = device.engine.status().unwrap().feed.unwrap();
    let kept = witness.ids(old);
    assert!(ids.iter().all(|id| kept.iter().any(|(_, held)| held == id)), "both branches are kept");
    assert_eq!(clone.engine.status().unwrap().forked, [old]);
    let report = witness.exchange(&world, &mut device.engine);
    assert!(report.new_epoch.is_some(), "the original hears of the other chain and leaves the forked feed, too");
    let report = witness.exchange(&world, &mut device.engine);
    assert_eq!((report.pending, report.new_epoch), (0, None), "once is enough");
}
