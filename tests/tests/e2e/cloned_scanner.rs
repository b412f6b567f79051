//! A scanner's data was copied, or set back to an older copy: whoever learns of it opens another feed at once, and nothing
//! that anybody recorded is lost (PROTOCOL.md section 6).

use serde_json::Value;
use turnstone_tests::harness::Device;

use crate::house::{House, NORTH, SOUTH, copy_folder, only, own_log, status, texts};

/// The same scanner once more, as it is now.
fn copy(house: &House, device: &Device, name: &str) -> Device {
    let data = house.path(name);
    copy_folder(&device.data, &data);
    Device::new(&house.venue.parts, data)
}

fn admitted(device: &Device, house: &House, reference: &str) -> String {
    let shown = device.scan(house.venue.code(reference), &["--offline"]);
    assert_eq!(shown["passes"], true, "{shown}");
    shown["entry"].as_str().unwrap().to_owned()
}

fn sync(device: &Device) -> Value {
    let report = only(device.ok(&["sync"]));
    assert_eq!(report["exchange"]["refused"], Value::Array(vec![]), "{report}");
    report
}

fn feed(device: &Device) -> String {
    status(device)["feed"].as_str().unwrap().to_owned()
}

/// The server holds what each of them recorded, and counts it.
async fn nothing_is_lost(house: &House, devices: &[&Device], people: i64) {
    let there = texts(&house.entries().await, "id");
    for device in devices {
        assert_eq!(status(device)["pending"]["entries"], 0);
        let log = own_log(device);
        let named: Vec<Value> = log.into_iter().filter(|line| !line["event"].is_null()).collect();
        let missing: Vec<_> = texts(&named, "entry").difference(&there).cloned().collect();
        assert!(missing.is_empty(), "not on the server: {missing:?}");
    }
    assert_eq!(house.occupancy().await["total"]["counted"], people);
    house.verify();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scanner_and_its_clone_both_count_and_part_ways_as_soon_as_they_learn_of_it() {
    let house = House::open(12).await;
    let original = house.scanner("North 1", NORTH).await;
    admitted(&original, &house, "T0001");
    sync(&original);
    let clone = copy(&house, &original, "clone");
    assert_eq!(feed(&clone), feed(&original));
    admitted(&original, &house, "T0002");
    admitted(&clone, &house, "T0003");
    admitted(&clone, &house, "T0004");

    let first = sync(&original);
    assert_eq!(first["exchange"]["new_epoch"], false, "nobody knows of a clone yet");
    let learned = sync(&clone);
    assert_eq!(learned["exchange"]["new_epoch"], true, "{learned}");
    sync(&original);
    assert_ne!(feed(&clone), feed(&original), "from now on each writes its own feed");
    nothing_is_lost(&house, &[&original, &clone], 4).await;
    let seen = house.seen("North 1").await;
    assert_eq!(seen["disputed"], true);
    assert!(seen["feeds"].as_array().unwrap().iter().any(|feed| feed["forked"] == true), "{seen}");
    let total = house.occupancy().await["total"].clone();
    assert!(total["low"].as_i64().unwrap() < 4 && total["high"] == 4, "one branch may not be true: {total}");

    // No further fork: both go on.
    admitted(&original, &house, "T0005");
    admitted(&clone, &house, "T0006");
    for device in [&original, &clone] {
        let report = sync(device);
        assert_eq!(report["exchange"]["new_epoch"], false, "{report}");
    }
    nothing_is_lost(&house, &[&original, &clone], 6).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clones_with_equally_long_logs_part_ways_too() {
    let house = House::open(12).await;
    let original = house.scanner("North 1", NORTH).await;
    let clone = copy(&house, &original, "clone");
    admitted(&original, &house, "T0001");
    admitted(&clone, &house, "T0002");
    sync(&original);
    let learned = sync(&clone);
    assert_eq!(learned["exchange"]["new_epoch"], true, "{learned}");
    sync(&original);
    assert_ne!(feed(&clone), feed(&original));
    for device in [&original, &clone] {
        sync(device);
    }
    nothing_is_lost(&house, &[&original, &clone], 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scanner_set_back_to_an_older_copy_goes_on_in_another_feed() {
    let house = House::open(12).await;
    let device = house.scanner("North 1", NORTH).await;
    admitted(&device, &house, "T0001");
    sync(&device);
    let old = copy(&house, &device, "set-back");
    admitted(&device, &house, "T0002");
    admitted(&device, &house, "T0003");
    sync(&device);
    // From here on there is only the older copy, which has scanned before it hears from anybody.
    admitted(&old, &house, "T0004");
    let learned = sync(&old);
    assert_eq!(learned["exchange"]["new_epoch"], true, "{learned}");
    admitted(&old, &house, "T0005");
    assert_eq!(sync(&old)["exchange"]["new_epoch"], false);
    nothing_is_lost(&house, &[&device, &old], 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_copy_that_hears_of_it_before_it_scans_makes_no_fork() {
    let house = House::open(12).await;
    let device = house.scanner("North 1", NORTH).await;
    let old = copy(&house, &device, "set-back");
    admitted(&device, &house, "T0001");
    sync(&device);
    let learned = sync(&old);
    assert_eq!(learned["exchange"]["new_epoch"], true, "{learned}");
    assert_ne!(feed(&old), feed(&device));
    assert_eq!(old.scan(house.venue.code("T0001"), &["--offline"])["verdict"], "already_inside");
    admitted(&old, &house, "T0002");
    sync(&old);
    nothing_is_lost(&house, &[&device, &old], 2).await;
    let seen = house.seen("North 1").await;
    assert!(seen["feeds"].as_array().unwrap().iter().all(|feed| feed["forked"] == false), "{seen}");
    assert_eq!(seen["disputed"], false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i6_every_scanner_learns_of_both_branches_of_a_forked_feed() {
    let house = House::open(12).await;
    let original = house.scanner("North 1", NORTH).await;
    let other = house.scanner("South 1", SOUTH).await;
    admitted(&original, &house, "T0001");
    sync(&original);
    let clone = copy(&house, &original, "clone");
    admitted(&original, &house, "T0002");
    admitted(&clone, &house, "T0003");
    admitted(&clone, &house, "T0004");
    for device in [&original, &clone, &other, &original, &clone, &other] {
        sync(device);
    }
    for device in [&original, &clone, &other] {
        refuses(device, &house, &["T0001", "T0002", "T0003", "T0004"]);
    }
    assert_eq!(status(&other)["forked"].as_array().map(Vec::len), Some(1));
    quiet(&house, &[&original, &clone, &other]).await;
}

/// Everybody holds the same, nobody has anything to tell, and no entry moves any more (I6).
async fn quiet(house: &House, devices: &[&Device]) {
    // Scans made to look around are told first.
    for device in devices.iter().chain(devices) {
        sync(device);
    }
    let everything = |device: &Device| texts(&device.ok(&["log", "--technical", "--limit", "10000"]), "entry");
    let held = everything(devices[0]);
    for device in devices {
        assert_eq!(everything(device), held, "{} holds something else", device.data.display());
        let report = sync(device);
        for moved in ["acknowledged", "received", "pending"] {
            assert_eq!(report["exchange"][moved], 0, "{report}");
        }
        assert_eq!((&report["exchange"]["stalled"], &report["exchange"]["new_epoch"]), (&false.into(), &false.into()));
    }
    let there = texts(&house.entries().await, "id");
    assert!(there.is_subset(&held), "only the server has: {:?}", there.difference(&held).collect::<Vec<_>>());
    house.verify();
}

fn refuses(device: &Device, house: &House, references: &[&str]) {
    for reference in references {
        let shown = device.scan(house.venue.code(reference), &["--offline"]);
        // Whoever let it in himself a moment ago says so once more, and writes nothing.
        let again = shown["repeat"] == true;
        assert!(again || shown["passes"] == false, "{} lets {reference} in again: {shown}", device.data.display());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i6_three_branches_and_a_branch_of_a_branch_reach_everybody_once() {
    let mut house = House::open(12).await;
    let first = house.scanner("North 1", NORTH).await;
    let other = house.scanner("South 1", SOUTH).await;
    admitted(&first, &house, "T0001");
    sync(&first);
    let (second, third) = (copy(&house, &first, "second"), copy(&house, &first, "third"));
    admitted(&first, &house, "T0002");
    admitted(&second, &house, "T0003");
    admitted(&third, &house, "T0004");
    // A copy of a copy that has gone its own way: a branch of a branch.
    let fourth = copy(&house, &third, "fourth");
    admitted(&third, &house, "T0005");
    admitted(&fourth, &house, "T0006");
    let all = [&first, &second, &third, &fourth, &other];
    for device in all.iter().chain(&all).chain(&all) {
        sync(device);
    }
    let tickets = ["T0001", "T0002", "T0003", "T0004", "T0005", "T0006"];
    for device in all {
        refuses(device, &house, &tickets);
    }
    nothing_is_counted_twice(&house, 6).await;
    quiet(&house, &all).await;

    // A server set up anew gets every branch back from one who wrote none of them.
    house.start_anew().await;
    for _ in 0..4 {
        sync(&other);
    }
    nothing_is_counted_twice(&house, 6).await;
    for device in all.iter().chain(&all) {
        sync(device);
    }
    quiet(&house, &all).await;
}

async fn nothing_is_counted_twice(house: &House, people: i64) {
    assert_eq!(house.occupancy().await["total"]["counted"], people);
    assert!(house.conflicts().await.is_empty(), "nobody was let in twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i6_a_scanner_restored_from_its_backup_gets_its_own_later_entries_back_and_loses_none() {
    let house = House::open(12).await;
    let device = house.scanner("North 1", NORTH).await;
    let other = house.scanner("South 1", SOUTH).await;
    admitted(&device, &house, "T0001");
    sync(&device);
    let restored = copy(&house, &device, "restored");
    // Its branch is a prefix of the one the server has, and then goes on by itself.
    admitted(&device, &house, "T0002");
    admitted(&device, &house, "T0003");
    sync(&device);
    let late = copy(&house, &restored, "late");
    admitted(&restored, &house, "T0004");
    let learned = sync(&restored);
    assert_eq!(learned["exchange"]["new_epoch"], true, "{learned}");
    sync(&late);
    sync(&other);
    for device in [&restored, &late, &other] {
        sync(device);
        refuses(device, &house, &["T0001", "T0002", "T0003", "T0004"]);
    }
    assert_eq!(status(&restored)["forked"].as_array().map(Vec::len), Some(1), "a person is told");
    let checks = restored.ok(&["doctor"]);
    let entries = checks.iter().find(|check| check["check"] == "entries").expect("doctor names it");
    assert_eq!(entries["state"], "warn", "{entries}");
    for device in [&restored, &late, &other] {
        sync(device);
    }
    nothing_is_counted_twice(&house, 4).await;
    quiet(&house, &[&restored, &late, &other]).await;
}
