//! The server's database is lost, or set back to an old backup: scanners give back what it had (I2, I3, I6).

use std::collections::BTreeSet;

use serde_json::{Value, json};
use turnstone_tests::harness::{ADMIN, Admin, Device, path};

use crate::house::{House, NORTH, SOUTH, only, status};

/// What must be the same afterwards.
#[derive(Debug, PartialEq)]
struct Truth {
    counted: i64,
    /// Id, label and people of each entry.
    entries: BTreeSet<(String, String, i64)>,
    conflicts: usize,
    blocked: Vec<Value>,
    scanners: BTreeSet<(String, String)>,
}

async fn truth(house: &House) -> Truth {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let entries = house.entries().await;
    let scanners = house.office.get("/scanners").await;
    let blocked = house.office.get(&house.event("tickets?state=blocked")).await;
    Truth {
        counted: house.occupancy().await["total"]["counted"].as_i64().unwrap(),
        entries: entries
            .iter()
            .map(|entry| (text(&entry["id"]), text(&entry["label"]), entry["people"].as_i64().unwrap()))
            .collect(),
        conflicts: house.conflicts().await.len(),
        blocked: blocked["tickets"].as_array().unwrap().iter().map(|ticket| ticket["id"].clone()).collect(),
        scanners: scanners
            .as_array()
            .unwrap()
            .iter()
            .map(|scanner| (text(&scanner["name"]), text(&scanner["state"])))
            .collect(),
    }
}

/// Versions of manifests, which must rise and never come twice.
#[derive(Debug, Default)]
struct Versions(Vec<u64>);

impl Versions {
    async fn publish(&mut self, house: &House) {
        let version = house.publish().await;
        let highest = self.0.iter().max().copied().unwrap_or(0);
        assert!(version > highest, "version {version} after {highest}: a number was used twice");
        self.0.push(version);
    }

    /// Also those that were published by themselves.
    fn shown_by(&mut self, device: &Device) {
        self.0.push(list(device)["version"].as_u64().expect("a version"));
    }
}

fn list(device: &Device) -> Value {
    status(device)["manifests"][0].clone()
}

/// Rounds until nothing is left to tell; whether any of them took a time sample, which makes times (and with them the
/// digest) better than before.
fn all_sync(devices: &[&Device]) -> bool {
    let mut sampled = false;
    for _ in 0..2 {
        for device in devices {
            let report = only(device.ok(&["sync"]));
            sampled |= report["heartbeat"]["sampled"] == true;
        }
    }
    for device in devices {
        assert_eq!(status(device)["pending"]["entries"], 0);
    }
    sampled
}

fn admitted(device: &Device, code: &str) {
    let shown = device.scan(code, &[]);
    assert_eq!(shown["passes"], true, "{shown}");
}

async fn block(house: &House, reference: &str) {
    let found = house.office.get(&house.event(&format!("tickets?search={reference}"))).await;
    let ticket = found["tickets"][0]["id"].as_str().expect("a ticket").to_owned();
    house.office.post(&format!("/tickets/{ticket}/block"), &json!({ "reason": "reported as stolen" })).await;
}

/// People without tickets, counted at the office.
async fn count(house: &House, people: i64) {
    let request = format!("{:032x}", people.unsigned_abs());
    let body = json!({ "request": request, "gate": 1, "people": people, "reason": "guest list" });
    house.office.post(&house.event("counts"), &body).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_set_back_to_an_old_backup_gets_entries_and_list_from_its_scanners() {
    let mut house = House::open(12).await;
    let mut versions = Versions::default();
    let north = house.scanner("North 1", NORTH).await;
    let south = house.scanner("South 1", SOUTH).await;
    admitted(&north, house.venue.code("T0001"));
    admitted(&south, house.venue.code("T0002"));
    all_sync(&[&north, &south]);

    // While it serves; from here on it knows nothing that happens.
    let backup = house.path("old.backup");
    house.venue.parts.server_ok(&house.venue.data, &["backup", path(&backup)]);
    let late = house.scanner("South 2", SOUTH).await;
    block(&house, "T0010").await;
    count(&house, 30).await;
    versions.publish(&house).await;
    house.cable.cut();
    admitted(&north, house.venue.code("T0003"));
    admitted(&late, house.venue.code("T0003"));
    admitted(&late, house.venue.code("T0004"));
    let out = south.scan(house.venue.code("T0002"), &["--direction", "exit"]);
    assert_eq!(out["verdict"], "ok_exit");
    house.cable.plug(house.server.addr);
    let devices = [&north, &south, &late];
    while all_sync(&devices) {}
    for device in devices {
        versions.shown_by(device);
    }
    let (before, digest) = (truth(&house).await, house.digest().await);
    assert_eq!((before.counted, before.conflicts, before.blocked.len()), (34, 1, 1));

    house.server.kill();
    house.venue.data = house.path("restored");
    house.venue.parts.server_ok(&house.venue.data, &["restore", path(&backup)]);
    house.start();
    assert_ne!(truth(&house).await, before, "the backup was an old one");
    let sampled = all_sync(&devices);
    assert_eq!(truth(&house).await, before);
    if !sampled {
        assert_eq!(house.digest().await, digest);
    }
    house.verify();
    assert_eq!(north.scan(house.venue.code("T0010"), &["--offline"])["verdict"], "blocked");

    // Goes on with numbers that were never used.
    versions.publish(&house).await;
    all_sync(&devices);
    for device in devices {
        assert_eq!(list(device)["version"].as_u64(), versions.0.last().copied());
        assert_eq!(device.scan(house.venue.code("T0010"), &["--offline"])["verdict"], "blocked");
    }
    versions.publish(&house).await;
    count(&house, -10).await;
    assert_eq!(house.exactly_inside().await, 24, "counting goes on, and nothing forks");
    house.verify();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_set_up_anew_from_its_keys_alone_gets_everything_from_its_scanners() {
    let mut house = House::open(12).await;
    let mut versions = Versions::default();
    let north = house.scanner("North 1", NORTH).await;
    let south = house.scanner("South 1", SOUTH).await;
    let stolen = house.scanner("Stolen", SOUTH).await;
    admitted(&north, house.venue.code("T0001"));
    admitted(&stolen, house.venue.code("T0002"));
    all_sync(&[&stolen, &north]);
    let id = house.seen("Stolen").await["id"].as_str().unwrap().to_owned();
    house.office.must(reqwest::Method::DELETE, &format!("/scanners/{id}"), None).await;
    block(&house, "T0010").await;
    count(&house, 20).await;
    versions.publish(&house).await;
    admitted(&south, house.venue.code("T0003"));
    let devices = [&north, &south];
    while all_sync(&devices) {}
    for device in devices {
        versions.shown_by(device);
    }
    let (before, digest) = (truth(&house).await, house.digest().await);
    assert_eq!(before.counted, 23);

    let (keys, passphrase) = (house.path("keys.sealed"), house.path("passphrase"));
    std::fs::write(&passphrase, "a long evening at the door\n").unwrap();
    let sealed = ["--passphrase-file", path(&passphrase)];
    let keys_command = |what: &'static str| [["keys", what, path(&keys)].as_slice(), &sealed].concat();
    house.venue.parts.server_ok(&house.venue.data, &keys_command("export"));
    house.server.kill();
    house.venue.data = house.path("anew");
    house.venue.parts.server_ok(&house.venue.data, &keys_command("import"));
    let add = ["user", "add", "--email", ADMIN, "--role", "admin"];
    let added = only(house.venue.parts.server_json(&house.venue.data, &add));
    house.start();
    house.office = Admin::sign_in(house.server.addr, ADMIN, added["password"].as_str().unwrap()).await;
    let known = house.office.get("/events").await;
    assert!(!known.to_string().contains(&house.venue.event), "nothing but keys is there: {known}");

    let sampled = all_sync(&devices);
    assert_eq!(truth(&house).await, before, "entries, conflicts, tickets, scanners and revocations are back");
    if !sampled {
        assert_eq!(house.digest().await, digest);
    }
    house.verify();
    let refused = stolen.run(&["sync"]);
    assert_eq!(refused.status.code(), Some(4), "a revoked scanner stays revoked");
    let event = house.office.get(&format!("/events/{}", house.venue.event)).await;
    assert_eq!((&event["name"], &event["gates"][1]["name"]), (&json!("Friday"), &json!("South")));

    versions.publish(&house).await;
    all_sync(&devices);
    assert_eq!(north.scan(house.venue.code("T0010"), &["--offline"])["verdict"], "blocked");
    assert_eq!(south.scan(house.venue.code("T0001"), &["--offline"])["verdict"], "already_inside");
    assert_eq!(south.scan(house.venue.code("T0005"), &["--offline"])["verdict"], "ok");
    versions.publish(&house).await;
    house.verify();
}

/// What holds publishing back, as the office sees it; null: nothing.
async fn hold(house: &House) -> Value {
    house.office.get(&format!("/events/{}", house.venue.event)).await["hold"].clone()
}

fn restore(house: &mut House, backup: &std::path::Path, folder: &str) {
    house.server.kill();
    house.venue.data = house.path(folder);
    house.venue.parts.server_ok(&house.venue.data, &["restore", path(backup)]);
    house.start();
}

/// Syncs until the ticket is refused at that door as blocked; a list published by itself is on its way.
async fn until_blocked(device: &Device, code: &str) {
    let blocked = async {
        loop {
            device.ok(&["sync"]);
            if device.scan(code, &["--offline"])["verdict"] == "blocked" {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::house::PATIENCE, blocked).await.expect("the list arrives");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_restore_an_edit_is_published_on_top_of_what_was_forgotten_and_never_over_it() {
    let mut house = House::open(12).await;
    let north = house.scanner("North 1", NORTH).await;
    let south = house.scanner("South 1", SOUTH).await;
    all_sync(&[&north, &south]);
    let backup = house.path("old.backup");
    house.venue.parts.server_ok(&house.venue.data, &["backup", path(&backup)]);
    block(&house, "T0010").await;
    let last = house.publish().await;
    all_sync(&[&north, &south]);

    house.cable.cut();
    restore(&mut house, &backup, "restored");
    house.cable.cut();
    assert_eq!(hold(&house).await["waiting"], json!(["North 1", "South 1"]));
    // An edit is taken, and waits; so does an administrator who does not know.
    block(&house, "T0011").await;
    let publish = house.event("publish");
    let (status, said) = house.office.call(reqwest::Method::POST, &publish, None).await;
    assert_eq!((status.as_u16(), &said["code"]), (409, &json!("held_after_restore")));
    assert!(said["detail"].as_str().unwrap().contains("South 1"), "{said}");
    let refused = house.venue.parts.server(&house.venue.data, &["event", "publish", "Friday"]);
    assert_eq!(refused.status.code(), Some(4));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--force-after-restore"));
    let listed = house.venue.parts.server_ok(&house.venue.data, &["event", "list"]);
    assert!(listed.contains("held back"), "{listed}");

    house.cable.plug(house.server.addr);
    north.ok(&["sync"]);
    assert_eq!(hold(&house).await["waiting"], json!(["South 1"]), "one has told, and given its list back");
    south.ok(&["sync"]);
    for device in [&north, &south] {
        until_blocked(device, house.venue.code("T0011")).await;
        assert_eq!(device.scan(house.venue.code("T0010"), &["--offline"])["verdict"], "blocked");
        assert!(list(device)["version"].as_u64().unwrap() > last);
    }
    assert_eq!(hold(&house).await, Value::Null);
    house.publish().await;
    house.verify();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_forces_a_list_after_a_restore_is_told_what_it_costs_and_no_number_comes_twice() {
    let mut house = House::open(12).await;
    let north = house.scanner("North 1", NORTH).await;
    all_sync(&[&north]);
    let backup = house.path("old.backup");
    house.venue.parts.server_ok(&house.venue.data, &["backup", path(&backup)]);
    block(&house, "T0010").await;
    let mut versions = Versions::default();
    for _ in 0..20 {
        versions.publish(&house).await;
    }
    all_sync(&[&north]);

    restore(&mut house, &backup, "restored");
    let (_, said) = house.office.call(reqwest::Method::POST, &house.event("publish"), None).await;
    assert!(said["detail"].as_str().unwrap().contains("blocked or reissued since are good again"), "{said}");
    let forced = house.office.post(&house.event("publish?force_after_restore=true"), &Value::Null).await;
    let version = forced["version"].as_u64().unwrap();
    assert!(versions.0.iter().all(|earlier| *earlier < version), "{version}");
    versions.0.push(version);
    assert_eq!(hold(&house).await, Value::Null);
    all_sync(&[&north]);
    assert_eq!(list(&north)["version"].as_u64(), Some(version));
    assert_eq!(north.scan(house.venue.code("T0010"), &["--offline"])["verdict"], "ok", "as it was told");
    // And a second time from the same backup, by the command line.
    restore(&mut house, &backup, "again");
    let line = ["event", "publish", "Friday", "--force-after-restore"];
    let forced = only(house.venue.parts.server_json(&house.venue.data, &line));
    assert!(forced["version"].as_u64().unwrap() > version, "{forced}");
    house.verify();
}
