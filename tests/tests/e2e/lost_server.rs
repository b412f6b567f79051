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
    assert_eq!((before.counted, before.conflicts, before.blocked.len()), (4, 1, 1));

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
    versions.publish(&house).await;
    admitted(&south, house.venue.code("T0003"));
    let devices = [&north, &south];
    while all_sync(&devices) {}
    for device in devices {
        versions.shown_by(device);
    }
    let (before, digest) = (truth(&house).await, house.digest().await);
    assert_eq!(before.counted, 3);

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
