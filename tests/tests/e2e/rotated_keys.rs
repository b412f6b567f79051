//! Keys are exchanged, and withdrawn, with doors open: scanning goes on, and nobody enrols again.

use turnstone_tests::harness::Device;

use crate::house::{House, NORTH, SOUTH, only};

/// Everybody syncs twice without anything being refused, and lets one more guest in at each door.
fn evening_goes_on(house: &House, devices: &[&Device], guest: &mut u32) {
    for _ in 0..2 {
        for device in devices {
            let report = only(device.ok(&["sync"]));
            assert_eq!(report["heartbeat"]["refused"], serde_json::json!([]), "{report}");
        }
    }
    for device in devices {
        *guest += 1;
        let shown = device.scan(house.venue.code(&format!("T{guest:04}")), &[]);
        assert_eq!(shown["verdict"], "ok", "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn manifest_and_certificate_keys_are_rotated_and_withdrawn_while_two_scanners_scan() {
    let house = House::open(40).await;
    let north = house.scanner("North 1", NORTH).await;
    let south = house.scanner("South 1", SOUTH).await;
    let devices = [&north, &south];
    let mut guest = 0;
    evening_goes_on(&house, &devices, &mut guest);
    for role in ["manifest", "certificate"] {
        for withdraw in [&[][..], &["--withdraw"]] {
            let line = [&["keys", "rotate", "--role", role], withdraw].concat();
            let report = only(house.venue.parts.server_json(&house.venue.data, &line));
            assert_eq!(report["enrol_again"], serde_json::json!([]));
            house.publish().await;
            // South was switched off meanwhile and has no token any more; north is signed in.
            std::fs::remove_file(south.data.join("session.json")).unwrap();
            evening_goes_on(&house, &devices, &mut guest);
        }
    }
    for device in devices {
        device.ok(&["sync"]);
        let status = only(device.ok(&["status"]));
        assert_eq!(status["pending"]["entries"], 0, "{status}");
    }
    assert_eq!(house.exactly_inside().await, i64::from(guest));
    house.verify();
}
