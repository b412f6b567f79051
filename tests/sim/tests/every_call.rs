//! Exhaustive where small: one scan, one upload and one count at the office, with the power failing at every call to the
//! disk, an error at every read, write and sync, and no room from every write on; and an upload cut off at every byte.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::collections::BTreeSet;

use axum::http::Method;
use scanner::engine::ScanRequest;
use serde_json::{Value, json};
use shared::api::{ExchangeRequest, MEDIA_TYPE, path};
use shared::cose::encode;
use shared::entry::Direction;
use shared::ids::EntryId;
use turnstone_sim::disk::Plan;
use turnstone_sim::faults::Faults;
use turnstone_sim::gadget::Gadget;
use turnstone_sim::run::runtime;
use turnstone_sim::server::Call;
use turnstone_sim::world::{Setting, World};

/// More calls to the disk than any of these makes.
const TOO_MANY: u64 = 2_000;

type Makes = fn(u64) -> Plan;
const KINDS: [(&str, Makes); 3] = [
    ("power", |n| Plan { crash_in: Some(n), ..Plan::default() }),
    ("error", |n| Plan { io_error_in: Some(n), ..Plan::default() }),
    ("full", |n| Plan { full_in: Some(n), ..Plan::default() }),
];

async fn world() -> World {
    World::new(Setting { seed: 1, faults: Faults::none(), people: Some(vec![]) }).await.unwrap()
}

/// A ticket is scanned on a fresh copy of the device; whether anything went wrong.
async fn scan_under(world: &mut World, image: &turnstone_sim::disk::Image, what: &str, plan: Plan) -> bool {
    let text = world.tickets[0].text.clone();
    let device = &mut world.devices[0];
    device.stop();
    device.disk.restore(image);
    device.start().await.unwrap();
    let before: BTreeSet<EntryId> = device.stored().unwrap().iter().map(|entry| entry.id).collect();
    let (seen, gate) = (device.disk.faults_seen(), device.gate);
    device.disk.arm(plan);
    let scan = move |text: &str| ScanRequest {
        direction: Some(Direction::Entry),
        gate: Some(gate),
        people: Some(1),
        ..ScanRequest::of(text)
    };
    let request = scan(&text);
    let answer = device.ask(move |engine| engine.scan(&request)).await.ok().filter(|_| !device.disk.is_dead());
    let happened = device.disk.faults_seen() > seen;
    assert!(happened || answer.is_some(), "{what}");
    // Then the power fails, whatever happened.
    device.lose_power();
    device.boot();
    device.start().await.unwrap();
    let stored = device.stored().unwrap();
    let moved = |id: &EntryId| !before.contains(id);
    let new: Vec<EntryId> = stored.iter().map(|entry| entry.id).filter(moved).collect();
    if let Some(outcome) = answer {
        assert!(outcome.answer.verdict.passes().is_some(), "{what}");
        assert!(new.contains(&outcome.entry), "{what}: shown and lost");
    }
    // The next one is answered as if nothing had been: a yes, or a no because the first is there.
    let request = scan(&text);
    device.ask(move |engine| engine.scan(&request)).await.unwrap();
    happened
}

#[test]
fn a_scan_survives_a_failure_at_every_call_to_the_disk() {
    runtime().unwrap().block_on(async {
        let mut world = world().await;
        world.devices[0].stop();
        let image = world.devices[0].disk.image();
        for (kind, plan) in KINDS {
            let mut n = 1;
            while scan_under(&mut world, &image, &format!("{kind} at {n}"), plan(n)).await {
                n += 1;
            }
            assert!((5..TOO_MANY).contains(&n), "{kind} happened at {n} calls");
        }
    });
}

/// What is sent to the server: scanners' entries, or a count of the office.
enum Sent {
    Upload(Box<Gadget>),
    Count,
}

impl Sent {
    async fn go(&self, world: &World) -> bool {
        match self {
            Self::Upload(gadget) => {
                let sent = gadget.send(&world.server, vec![gadget.batch(1, gadget.len())]).await;
                sent.is_ok_and(|answer| answer.problems.is_empty())
            }
            Self::Count => {
                let body =
                    json!({ "request": "00112233445566778899aabbccddeeff", "gate": 1, "people": 3, "reason": "crew" });
                let path = format!("/events/{}/counts", world.server.event);
                world.server.ask(world.server.call(Method::POST, &path, &body)).await.unwrap().status == 201
            }
        }
    }
}

async fn people(world: &World) -> i64 {
    world.occupancy().await.unwrap()["total"]["counted"].as_i64().unwrap()
}

async fn send_under(
    world: &mut World,
    image: &turnstone_sim::disk::Image,
    sent: &Sent,
    what: &str,
    plan: Plan,
) -> bool {
    world.server.stop();
    world.server.disk.restore(image);
    world.server.start().unwrap();
    let seen = world.server.disk.faults_seen();
    world.server.disk.arm(plan);
    let acknowledged = sent.go(world).await && !world.server.disk.is_dead();
    let happened = world.server.disk.faults_seen() > seen;
    assert!(happened || acknowledged, "{what}");
    world.server.stop();
    world.server.disk.lose_power();
    world.server.start().unwrap();
    let kept = people(world).await;
    assert!(kept == 3 || !acknowledged && kept == 0, "{what}: {kept} are in, acknowledged: {acknowledged}");
    assert!(sent.go(world).await, "{what}: sent once more");
    assert_eq!(people(world).await, 3, "{what}: sent once more");
    assert_eq!(world.server.take_outrages(), Vec::<String>::new(), "{what}");
    happened
}

fn server_survives(sent: &impl AsyncFn(&World) -> Sent) {
    runtime().unwrap().block_on(async {
        let mut world = world().await;
        let sent = sent(&world).await;
        world.server.stop();
        let image = world.server.disk.image();
        for (kind, plan) in KINDS {
            let mut n = 1;
            while send_under(&mut world, &image, &sent, &format!("{kind} at {n}"), plan(n)).await {
                n += 1;
            }
            assert!((5..TOO_MANY).contains(&n), "{kind} happened at {n} calls");
        }
        world.server.start().unwrap();
        world.check_rebuilt().await.unwrap();
        assert_eq!(world.violations, vec![]);
    });
}

async fn gadget(world: &World) -> Gadget {
    let mut gadget = Gadget::enrol(&world.server, 7, &world.time).await.unwrap();
    gadget.admit(Some(world.tickets[0].key), 1);
    gadget.admit(Some(world.tickets[1].key), 2);
    gadget
}

#[test]
fn an_upload_survives_a_failure_at_every_call_to_the_disk() {
    server_survives(&async |world: &World| Sent::Upload(Box::new(gadget(world).await)));
}

#[test]
fn a_count_at_the_office_survives_a_failure_at_every_call_to_the_disk() {
    server_survives(&async |_: &World| Sent::Count);
}

#[test]
fn an_upload_cut_off_at_any_byte_is_a_named_error_and_changes_nothing() {
    runtime().unwrap().block_on(async {
        let world = world().await;
        let gadget = gadget(&world).await;
        let token = world.ether.net().token.clone();
        let batches = vec![gadget.batch(1, gadget.len())];
        let whole = encode(&ExchangeRequest { event: world.server.event, have: vec![], batches, accept: 0 });
        for length in 0..=whole.len() {
            let body = Some((MEDIA_TYPE, whole[..length].to_vec()));
            let call = Call { method: Method::POST, path: path::LOGS.into(), token: token.clone(), body };
            let answer = world.server.ask(call).await.unwrap();
            if length == whole.len() {
                assert_eq!((answer.status, people(&world).await), (200, 3));
                return;
            }
            let problem: Value = serde_json::from_slice(&answer.bytes).unwrap();
            assert_eq!(
                (answer.status, problem["code"].as_str()),
                (400, Some("bad_request")),
                "{length} bytes: {problem}"
            );
        }
    });
}
