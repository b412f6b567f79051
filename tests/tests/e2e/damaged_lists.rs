//! Ticket lists that were changed, are old, foreign, expired or cut off: none of them is ever adopted (I5), the one in
//! force keeps the door open, and the next good one is taken.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};
use shared::api::ManifestResponse;
use shared::cose::{self, SigningKey};
use shared::manifest::Header;
use turnstone_tests::harness::{ADMIN, Admin, Answer, Device, Relay, Venue, text};

use super::damaged_scene::{Scene, last_line, no_panic, parts, refused, serve_with_a_moving_clock};

const HOUR_MS: i64 = 3_600_000;

/// A scanner behind a relay, with the first list in force; the server has a newer one in which `T0001` is canceled.
struct Update {
    scene: Scene,
    relay: Relay,
    device: Device,
    old: u64,
    new: u64,
}

impl Update {
    async fn waiting() -> Self {
        let scene = Scene::open(4).await;
        let relay = Relay::before(scene.server.addr).await;
        let device = scene.scanner("North 1", &relay.url()).await;
        // The scanner's own certificate made another version; from here on nothing is published by itself.
        scene.publish().await;
        device.ok(&["sync"]);
        let old = version(&device);
        scene.cancel("T0001").await;
        let new = scene.publish().await;
        assert!(new > old);
        Self { scene, relay, device, old, new }
    }

    /// Every answer with a list goes through `change`.
    fn change(&self, change: impl FnMut(ManifestResponse) -> ManifestResponse + Send + 'static) {
        change_lists(&self.relay, change);
    }

    /// The list was refused for this reason; the old one is in force and judges.
    #[track_caller]
    fn refused(&self, phrase: &str) {
        let output = self.device.run(&["sync"]);
        no_panic(&output);
        let state = last_line(&output)["manifests"][0].clone();
        assert_eq!((output.status.code(), &state["state"]), (Some(4), &"refused".into()), "{}", text(&output));
        assert!(state["why"].as_str().is_some_and(|why| why.contains(phrase)), "{phrase:?}: {state}");
        assert_eq!(version(&self.device), self.old, "the one in force stays: {state}");
    }

    /// With an honest line the newest list is taken, and it judges.
    fn heals(&self) {
        self.relay.honest();
        self.device.ok(&["sync"]);
        // New keys and scanners make the server publish by itself, too.
        assert!(version(&self.device) >= self.new);
        let said = self.device.scan(self.scene.venue.code("T0001"), &["--offline"]);
        assert_eq!(said["verdict"], "canceled", "{said}");
    }
}

fn version(device: &Device) -> u64 {
    status(device)["manifests"][0]["version"].as_u64().expect("a list in force")
}

fn status(device: &Device) -> Value {
    last_line(&device.run(&["status"]))
}

fn change_lists(relay: &Relay, mut change: impl FnMut(ManifestResponse) -> ManifestResponse + Send + 'static) {
    relay.on_answer(move |path, body| {
        if !path.ends_with("/manifest") {
            return Answer::Whole(body);
        }
        let answer = cose::decode_all(&body).expect("the server's own message");
        Answer::Whole(cose::encode(&change(answer)))
    });
}

/// The signed header of an answer, where it has one.
fn header(answer: &mut ManifestResponse) -> Option<&mut Vec<u8>> {
    match answer {
        ManifestResponse::Delta { header, .. } | ManifestResponse::Header { header, .. } => Some(header),
        _ => None,
    }
}

/// Every list that passed, oldest first.
fn lists(relay: &Relay) -> Vec<ManifestResponse> {
    let passed = relay.take_passed().into_iter().filter(|passed| passed.path.ends_with("/manifest"));
    passed.filter_map(|passed| cose::decode_all(&passed.response)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_with_a_changed_header_or_signature_is_refused() {
    let update = Update::waiting().await;
    // The signature.
    update.change(|mut answer| {
        if let Some(last) = header(&mut answer).and_then(|bytes| bytes.last_mut()) {
            *last ^= 1;
        }
        answer
    });
    update.refused("the manifest is not trusted");
    // The content, as somebody would who wants more tickets in.
    update.change(|mut answer| {
        if let Some(bytes) = header(&mut answer) {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        }
        answer
    });
    update.refused("the manifest is not trusted");
    // Signed well, but by a key that nobody vouches for.
    update.change(|mut answer| {
        if let Some(bytes) = header(&mut answer) {
            let payload = payload(bytes);
            let stranger = SigningKey::from_bytes(&[7; 32]);
            *bytes = cose::sign(cose::Domain::Manifest, &stranger, payload);
        }
        answer
    });
    update.refused("the manifest is not trusted");
    assert_eq!(
        update.device.scan(update.scene.venue.code("T0002"), &["--offline"])["verdict"],
        "ok",
        "the door is open"
    );
    update.heals();
}

/// What a signed object holds, whoever signed it.
fn payload(signed: &[u8]) -> Vec<u8> {
    let header: Header = cose::peek(signed).expect("a header");
    cose::encode(&header)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_byte_flipped_anywhere_in_a_list_never_brings_a_wrong_one_into_force() {
    let update = Update::waiting().await;
    for part in 0..16_usize {
        let once = AtomicBool::new(false);
        update.relay.on_answer(move |path, mut body| {
            if path.ends_with("/manifest") && !once.swap(true, Ordering::SeqCst) {
                let at = (body.len() - 1) * part / 15;
                body[at] ^= 0x01;
            }
            Answer::Whole(body)
        });
        let output = update.device.run(&["sync"]);
        no_panic(&output);
        let (code, now) = (output.status.code(), version(&update.device));
        // Either it was named and the old list stays, or the damaged part was fetched again.
        assert!((code == Some(4) && now == update.old) || (code == Some(0) && now >= update.new), "{}", text(&output));
        if now >= update.new {
            let facts = status(&update.device)["manifests"][0].clone();
            assert_eq!(facts["tickets"], 4, "{facts}");
            break;
        }
    }
    update.heals();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_list_is_refused_even_though_its_signature_is_right() {
    let update = Update::waiting().await;
    let old = lists(&update.relay).into_iter().rev().find_map(|mut answer| header(&mut answer).cloned());
    let old = old.expect("the old list passed here");
    update.device.ok(&["sync"]);
    let newest = version(&update.device);
    assert!(newest >= update.new);
    update.change(move |_| ManifestResponse::Header { header: old.clone(), keyset: None });
    let output = update.device.run(&["sync"]);
    let state = last_line(&output)["manifests"][0].clone();
    assert_eq!((output.status.code(), &state["state"]), (Some(4), &"refused".into()), "{}", text(&output));
    assert!(state["why"].as_str().is_some_and(|why| why.contains("older")), "{state}");
    assert_eq!(version(&update.device), newest);
    update.heals();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_of_another_event_is_refused_even_though_its_signature_is_right() {
    let update = Update::waiting().await;
    let args = ["event", "create", "Saturday", "--starts", "2030-01-01T20:00:00Z", "--time-zone", "UTC"];
    let made = update.scene.venue.parts.server_json(&update.scene.venue.data, &args);
    let other = made[0]["event"].as_str().expect("an event id").to_owned();
    update.scene.admin.post(&format!("/events/{other}/publish"), &json!({})).await;
    // Another scanner's download of that event's list passes through the relay.
    let body = json!({ "name": "Saturday 1", "gate": 1, "role": "scan", "events": [other] });
    let made = update.scene.admin.post("/scanners/register", &body).await;
    let code = made["invitation"]["code"].as_str().expect("an invitation");
    let mut invitation = shared::api::Invitation::read(code).expect("the server's own invitation");
    invitation.server = update.relay.url();
    let theirs = Device::new(&update.scene.venue.parts, update.scene.venue.folder.join("saturday"));
    theirs.ok(&["enrol", &invitation.to_code()]);
    update.relay.take_passed();
    theirs.ok(&["sync"]);
    let foreign = lists(&update.relay).into_iter().find_map(|mut answer| header(&mut answer).cloned());
    let foreign = foreign.expect("the other event's list passed here");
    update.change(move |_| ManifestResponse::Header { header: foreign.clone(), keyset: None });
    update.refused("another event");
    update.heals();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_download_that_breaks_off_leaves_the_old_list_in_force() {
    let update = Update::waiting().await;
    update.relay.on_answer(|path, body| {
        let half = body.len() / 2;
        if path.ends_with("/manifest") { Answer::Cut(body, half) } else { Answer::Whole(body) }
    });
    refused(&update.device.run(&["sync"]), 5, "unreachable", "the connection broke off");
    assert_eq!(version(&update.device), update.old);
    // A message that ends too early although its length is announced right.
    update.relay.on_answer(|path, mut body| {
        if path.ends_with("/manifest") {
            body.truncate(body.len() / 2);
        }
        Answer::Whole(body)
    });
    refused(&update.device.run(&["sync"]), 4, "damaged_answer", "it cannot be decoded");
    assert_eq!(version(&update.device), update.old);
    assert_eq!(
        update.device.scan(update.scene.venue.code("T0002"), &["--offline"])["verdict"],
        "ok",
        "the door is open"
    );
    update.heals();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_list_and_an_expired_invitation_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let venue = Venue::set_up(&parts(), folder.path(), 2);
    let (server, ahead) = serve_with_a_moving_clock(&venue.data).await;
    let relay = Relay::before(server.addr).await;
    let admin = Admin::sign_in(server.addr, ADMIN, &venue.password).await;
    let invite = async |admin: &Admin, name: &str| {
        let body = json!({ "name": name, "gate": 1, "role": "scan", "events": [venue.event] });
        let made = admin.post("/scanners/register", &body).await;
        let code = made["invitation"]["code"].as_str().expect("an invitation").to_owned();
        let mut invitation = shared::api::Invitation::read(&code).expect("the server's own invitation");
        invitation.server = relay.url();
        invitation.to_code()
    };
    admin.post(&format!("/events/{}/publish", venue.event), &json!({})).await;
    let first = Device::new(&venue.parts, folder.path().join("first"));
    first.ok(&["enrol", &invite(&admin, "First").await]);
    first.ok(&["sync"]);
    let old = lists(&relay).into_iter().rev().find_map(|mut answer| header(&mut answer).cloned());
    let old = old.expect("the list passed here");

    let late = invite(&admin, "Late").await;
    ahead.store(16 * 60 * 1000, Ordering::SeqCst);
    let mut second = Device::new(&venue.parts, folder.path().join("second"));
    refused(&second.run(&["enrol", &late]), 4, "invitation_expired", "expired");

    // A day and a half later: whoever replays the list of the evening does not get it adopted.
    ahead.store(36 * HOUR_MS, Ordering::SeqCst);
    let admin = Admin::sign_in(server.addr, ADMIN, &venue.password).await;
    let invitation = invite(&admin, "Second").await;
    second.before = vec!["--clock-offset-ms".into(), (36 * HOUR_MS).to_string()];
    second.ok(&["enrol", &invitation]);
    change_lists(&relay, move |_| ManifestResponse::Header { header: old.clone(), keyset: None });
    let output = second.run(&["sync"]);
    let state = last_line(&output)["manifests"][0].clone();
    assert_eq!((output.status.code(), &state["state"]), (Some(4), &"refused".into()), "{}", text(&output));
    assert!(state["why"].as_str().is_some_and(|why| why.contains("expired before it arrived")), "{state}");
    refused(&second.run(&["scan", "--offline", venue.code("T0001")]), 4, "no_manifest", "there is no ticket list");
    relay.honest();
    admin.post(&format!("/events/{}/publish", venue.event), &json!({})).await;
    second.ok(&["sync"]);
    assert_eq!(second.scan(venue.code("T0001"), &["--offline"])["verdict"], "ok");
    server.shutdown().await.expect("the server ends in order");
}
