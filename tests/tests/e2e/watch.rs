//! `sync --watch`: what another process on the same scanner records is sent at once, through restarts of the server, until
//! it is asked to end.

use std::time::Duration;

use serde_json::Value;
use turnstone_tests::harness::Watching;

use crate::clocks::stopwatch;
use crate::house::{House, NORTH, SOUTH, status};

/// How soon a new entry must be on the server (ms), on a machine that does much else.
const PROMPTLY_MS: u64 = 5_000;
/// Waits until the server has the entry, and returns how long that took (ms).
async fn arrives(house: &House, entry: &Value) -> u64 {
    let began = stopwatch();
    loop {
        if house.entries().await.iter().any(|there| &there["id"] == entry) {
            return stopwatch() - began;
        }
        assert!(stopwatch() - began < 30_000, "the entry never arrives");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scan_of_another_process_is_sent_at_once_and_again_after_the_server_restarts() {
    let mut house = House::open(12).await;
    let device = house.scanner("North 1", NORTH).await;
    let watching = Watching::start(&device);
    watching.says("connected");
    let first = device.scan(house.venue.code("T0001"), &["--offline"]);
    let took = arrives(&house, &first["entry"]).await;
    assert!(took < PROMPTLY_MS, "it took {took} ms");
    watching.says("sent");

    house.server.kill();
    watching.says("disconnected");
    let dark = device.scan(house.venue.code("T0002"), &[]);
    assert_eq!(dark["verdict"], "ok", "the door stays open");
    house.start();
    watching.says("connected");
    arrives(&house, &dark["entry"]).await;
    watching.says("sent");

    let ended = watching.end();
    assert_eq!(ended.code(), Some(0), "it ends as it was asked to: {ended}");
    assert_eq!(status(&device)["pending"]["entries"], 0);
    assert_eq!(house.exactly_inside().await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_elsewhere_arrives_while_watching() {
    let house = House::open(12).await;
    let north = house.scanner("North 1", NORTH).await;
    let south = house.scanner("South 1", SOUTH).await;
    let watching = [Watching::start(&north), Watching::start(&south)];
    for watching in &watching {
        watching.says("connected");
    }
    north.scan(house.venue.code("T0001"), &["--offline"]);
    watching[0].says("sent");
    watching[1].says("received");
    assert_eq!(south.scan(house.venue.code("T0001"), &["--offline"])["verdict"], "already_inside");
    // A new list comes by itself, too.
    let ticket = house.office.get(&house.event("tickets?search=T0005")).await["tickets"][0]["id"].clone();
    let ticket = ticket.as_str().unwrap();
    house.office.post(&format!("/tickets/{ticket}/cancel"), &serde_json::json!({})).await;
    house.publish().await;
    watching[1].says("manifest");
    assert_eq!(south.scan(house.venue.code("T0005"), &["--offline"])["verdict"], "canceled");
    for watching in watching {
        assert_eq!(watching.end().code(), Some(0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_waits_for_a_server_that_is_not_there_and_ends_when_asked() {
    let house = House::open(1).await;
    let device = house.scanner("North 1", NORTH).await;
    house.cable.cut();
    let watching = Watching::start(&device);
    watching.says("disconnected");
    assert_eq!(watching.end().code(), Some(0));
}
