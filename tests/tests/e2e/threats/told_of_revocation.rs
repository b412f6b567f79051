//! A revoked scanner gets no lists any more. The server shows it the signed one that says why; from then on the device does
//! not scan, also without a network. A refusal without that proof, or with a wrong one, closes no door: a relay that lies
//! must not be able to stop an evening.

use reqwest::Method;
use scanner::engine::Engine;
use shared::api::RevocationProof;
use shared::ids::from_hex;
use turnstone_tests::harness::{Device, Relay};

use crate::damaged_scene::{Scene, last_line, refused};
use crate::house::by_hand;

async fn revoke(scene: &Scene, name: &str) {
    let all = scene.admin.get("/scanners").await;
    let found = all.as_array().unwrap().iter().find(|scanner| scanner["name"] == name).expect("the scanner");
    let path = format!("/scanners/{}", found["id"].as_str().unwrap());
    scene.admin.must(Method::DELETE, &path, None).await;
}

/// What the server said on the way through the relay.
fn proof(relay: &Relay) -> RevocationProof {
    let passed = relay.take_passed().into_iter().rev().find(|passed| passed.status == 403).expect("a refusal");
    let problem: serde_json::Value = serde_json::from_slice(&passed.response).expect("problem details");
    assert_eq!(problem["code"], "scanner_revoked");
    let bytes = |name: &str| from_hex(problem["revocation"][name].as_str().expect("a proof")).expect("hexadecimal");
    RevocationProof { header: bytes("header"), keyset: bytes("keyset") }
}

async fn heed(device: &Device, proof: RevocationProof) -> bool {
    let handle = by_hand(device);
    let believed = handle.ask(move |engine: &mut Engine| engine.heed_revocation(&proof)).await.expect("an answer");
    handle.close().await;
    believed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scanner_that_is_shown_its_revocation_does_not_scan_any_more() {
    let scene = Scene::open(3).await;
    let device = scene.scanner("Stolen", &scene.server.url()).await;
    assert_eq!(device.scan(scene.venue.code("T0001"), &["--offline"])["verdict"], "ok");
    revoke(&scene, "Stolen").await;
    assert_eq!(device.scan(scene.venue.code("T0002"), &["--offline"])["verdict"], "ok", "it has not heard of it");
    refused(&device.run(&["sync"]), 4, "scanner_revoked", "revoked");
    refused(&device.run(&["scan", "--offline", scene.venue.code("T0003")]), 4, "scanner_revoked", "revoked");
    assert!(last_line(&device.run(&["status"]))["enrolled"]["revoked_at"].is_i64());
    // Enrolled anew it is another scanner.
    let invitation = scene.invitation("Found again", &scene.server.url()).await;
    device.ok(&["enrol", &invitation]);
    device.ok(&["sync"]);
    assert_eq!(device.scan(scene.venue.code("T0003"), &["--offline"])["verdict"], "ok");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_that_proves_nothing_closes_no_door() {
    let scene = Scene::open(2).await;
    let relay = Relay::before(scene.server.addr).await;
    let stolen = scene.scanner("Stolen", &relay.url()).await;
    let honest = scene.scanner("North 1", &scene.server.url()).await;
    revoke(&scene, "Stolen").await;
    relay.take_passed();
    refused(&stolen.run(&["sync"]), 4, "scanner_revoked", "revoked");
    let proof = proof(&relay);

    // The list is genuine, but it is somebody else who is revoked in it.
    assert!(!heed(&honest, proof.clone()).await);
    // Changed anywhere, it is nobody's word.
    for at in [0, proof.header.len() / 2, proof.header.len() - 1] {
        let mut forged = proof.clone();
        forged.header[at] ^= 1;
        assert!(!heed(&honest, forged).await);
    }
    assert!(!heed(&honest, RevocationProof { header: vec![], keyset: vec![0xff; 40] }).await);
    assert_eq!(honest.scan(scene.venue.code("T0001"), &["--offline"])["verdict"], "ok");
    assert!(heed(&stolen, proof).await, "it is believed again and again");
}
