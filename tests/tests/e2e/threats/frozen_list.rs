//! A relay that keeps serving yesterday's list: the scanner cannot know what it is not told, but time itself is signed, so the
//! list grows old, that is said, and it admits nobody any more where the organizer wants that.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use reqwest::Method;
use scanner::commands::Device as Handle;
use scanner::device::OsEntropy;
use scanner::engine::{Outcome, ScanRequest, Warning};
use scanner::net;
use serde_json::json;
use shared::api::{HeartbeatResponse, Invitation, ManifestResponse};
use shared::cose::{decode_all, encode};
use shared::verdict::Verdict;
use turnstone_tests::harness::{ADMIN, Admin, Answer, Device, Relay, Venue};

use crate::clocks::Rebooted;
use crate::damaged_scene::{parts, serve_with_a_moving_clock};

/// Three days, in ms: a list lives until a day after its event.
const LATER_MS: i64 = 3 * 24 * 3_600_000;

/// Every question for a list is answered "you have the newest", and heartbeats name no newer one.
fn freeze(relay: &Relay) {
    relay.on_answer(|path, body| {
        if path.ends_with("/manifest") {
            return Answer::Whole(encode(&ManifestResponse::Current));
        }
        if path.ends_with("/heartbeat") {
            let answer: HeartbeatResponse = decode_all(&body).expect("the server's own message");
            return Answer::Whole(encode(&HeartbeatResponse { manifests: vec![], ..answer }));
        }
        Answer::Whole(body)
    });
}

async fn scan(device: &Handle, code: &str) -> Outcome {
    let scan = ScanRequest::of(code);
    device.ask(move |engine| engine.scan(&scan)).await.expect("a scan is answered")
}

/// What a scanner says of `T0001` (canceled since) and `T0002`, first on the evening and then three days later, all the time
/// behind the same frozen line. `stop` is the policy's `stale_stop`, in s.
async fn behind_a_frozen_line(stop: Option<u64>) -> [Outcome; 3] {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let venue = Venue::set_up(&parts(), folder.path(), 3);
    let (server, ahead) = serve_with_a_moving_clock(&venue.data).await;
    let relay = Relay::before(server.addr).await;
    let admin = Admin::sign_in(server.addr, ADMIN, &venue.password).await;
    if let Some(stop) = stop {
        let path = format!("/events/{}/policy", venue.event);
        let mut policy = admin.get(&path).await;
        policy["stale_stop"] = stop.into();
        admin.must(Method::PUT, &path, Some(&policy)).await;
    }
    let body = json!({ "name": "North 1", "gate": 1, "role": "scan", "events": [venue.event] });
    let made = admin.post("/scanners/register", &body).await;
    let mut invitation = Invitation::read(made["invitation"]["code"].as_str().expect("a code")).expect("an invitation");
    invitation.server = relay.url();
    let device = Device::new(&venue.parts, folder.path().join("north"));
    device.ok(&["enrol", &invitation.to_code()]);
    admin.post(&format!("/events/{}/publish", venue.event), &json!({})).await;
    device.ok(&["sync"]);

    freeze(&relay);
    let page = admin.get(&format!("/events/{}/tickets?search=T0001", venue.event)).await;
    let id = page["tickets"][0]["id"].as_str().expect("the ticket").to_owned();
    admin.post(&format!("/tickets/{id}/cancel"), &json!({})).await;
    admin.post(&format!("/events/{}/publish", venue.event), &json!({})).await;
    device.ok(&["sync"]);
    let evening = Handle::of_this_machine(&device.data, 0, false).expect("an enrolled scanner");
    let deceived = scan(&evening, venue.code("T0001")).await;
    evening.close().await;

    // Switched on again three days later; the time comes from the server, through the same line.
    ahead.store(LATER_MS, Ordering::SeqCst);
    let clock = Arc::new(Rebooted::with_clock_off_by(0, 9));
    let later = Handle::open(&device.data, clock, Arc::new(OsEntropy), false).expect("an enrolled scanner");
    let before = scan(&later, venue.code("T0002")).await;
    let link = later.link().await.expect("a server");
    net::round(&link, &|_| {}).await.expect("the frozen line answers everything");
    let after = scan(&later, venue.code("T0003")).await;
    later.close().await;
    server.shutdown().await.expect("the server ends in order");
    [deceived, before, after]
}

fn stale(outcome: &Outcome) -> bool {
    outcome.warnings.iter().any(|warning| matches!(warning, Warning::StaleManifest { .. }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_is_kept_old_is_said_to_be_old() {
    let [deceived, before, after] = behind_a_frozen_line(None).await;
    assert_eq!(deceived.answer.verdict, Verdict::Ok, "within its validity, this is what a frozen line can do");
    assert!(!stale(&deceived) && !stale(&before), "a doubtful clock alone says nothing");
    assert_eq!(after.answer.verdict, Verdict::Ok, "the organizer did not ask to stop");
    assert!(stale(&after), "the door person is told: {:?}", after.warnings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_is_kept_old_for_too_long_admits_nobody_where_the_organizer_wants_that() {
    let [_, _, after] = behind_a_frozen_line(Some(3_600)).await;
    assert_eq!(after.answer.verdict, Verdict::StaleManifest);
}
