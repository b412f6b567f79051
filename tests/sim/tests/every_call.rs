//! Exhaustive where small: one scan, one upload and one count at the office, with the power failing at every call to the
//! disk, an error at every read, write and sync, and no room from every write on; and an upload cut off at every byte. What was
//! answered is there then, what was not is there once or not at all, and sending once more makes it once.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use axum::http::Method;
use scanner::engine::ScanRequest;
use serde_json::{Value, json};
use shared::api::{ExchangeRequest, MEDIA_TYPE, path};
use shared::cose::encode;
use shared::entry::{Direction, Entry};
use shared::ids::EntryId;
use shared::verdict::Verdict;
use turnstone_sim::device::Device;
use turnstone_sim::disk::Plan;
use turnstone_sim::faults::{Fault, Faults};
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

/// Nobody comes; a loss of power takes and tears what was not synced.
async fn world() -> World {
    let faults = Faults::only(&[Fault::WalTailDropped, Fault::WalTailTorn]);
    World::new(Setting { seed: 1, faults, people: Some(vec![]) }).await.unwrap()
}

/// Whether an entry moves people.
fn moves(bytes: &[u8]) -> bool {
    Entry::read(bytes).unwrap().movement().is_some()
}

/// Entries of a scanner's database by which people came in or went out.
fn moved(device: &Device) -> Vec<EntryId> {
    device.stored().unwrap().iter().filter(|entry| moves(&entry.bytes)).map(|entry| entry.id).collect()
}

/// A ticket is scanned on a fresh copy of the device; whether anything went wrong.
async fn scan_under(world: &mut World, image: &turnstone_sim::disk::Image, what: &str, plan: Plan) -> bool {
    let (text, reentry) = (world.tickets[0].text.clone(), world.reentry);
    let device = &mut world.devices[0];
    device.stop();
    device.disk.restore(image);
    device.start().await.unwrap();
    assert_eq!(moved(device), vec![], "nobody came before");
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
    let first = moved(device);
    assert!(first.len() <= 1, "{what}: one scan is {} entries", first.len());
    if let Some(outcome) = answer {
        assert!(outcome.answer.verdict.passes().is_some(), "{what}");
        assert_eq!(first, vec![outcome.entry], "{what}: shown and lost");
    }
    // The ticket is shown again: who is in by the first scan is told so, whoever is not is let in now.
    let request = scan(&text);
    let again = device.ask(move |engine| engine.scan(&request)).await.unwrap();
    let expected = match (first.is_empty(), reentry) {
        (true, _) => Verdict::Ok,
        (false, true) => Verdict::AlreadyInside,
        (false, false) => Verdict::AlreadyRedeemed,
    };
    assert_eq!((again.answer.verdict, again.repeat), (expected, false), "{what}: scanned once more");
    let admitted = first.first().copied().unwrap_or(again.entry);
    assert_eq!(moved(device), vec![admitted], "{what}: let in once");
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
    /// How many entries it brings that move people; three people in all.
    fn movements(&self) -> usize {
        match self {
            Self::Upload(_) => 2,
            Self::Count => 1,
        }
    }

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

/// Entries of the server's database by which people came in or went out.
fn movements(world: &World) -> usize {
    world.kept().unwrap().iter().filter(|entry| moves(&entry.bytes)).count()
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
    let (all, kept) = ((3, sent.movements()), (people(world).await, movements(world)));
    assert!(kept == all || !acknowledged && kept == (0, 0), "{what}: {kept:?} are in, acknowledged: {acknowledged}");
    assert!(sent.go(world).await, "{what}: sent once more");
    assert_eq!((people(world).await, movements(world)), all, "{what}: sent once more");
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
        let kept = || world.kept().unwrap().iter().map(|entry| entry.id).collect::<Vec<_>>();
        let before = kept();
        for length in 0..=whole.len() {
            let body = Some((MEDIA_TYPE, whole[..length].to_vec()));
            let call = Call { method: Method::POST, path: path::LOGS.into(), token: token.clone(), body };
            let answer = world.server.ask(call).await.unwrap();
            if length == whole.len() {
                assert_eq!((answer.status, people(&world).await), (200, 3));
                assert_eq!(kept().len(), before.len() + gadget.len());
                return;
            }
            let problem: Value = serde_json::from_slice(&answer.bytes).unwrap();
            assert_eq!(
                (answer.status, problem["code"].as_str()),
                (400, Some("bad_request")),
                "{length} bytes: {problem}"
            );
            assert_eq!((people(&world).await, kept()), (0, before.clone()), "{length} bytes change something");
        }
    });
}
