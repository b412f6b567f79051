//! Enrolment codes that are damaged, used, unknown or false, and an answer that got lost: each is named, and a device that
//! was not enrolled holds nothing.

use reqwest::Method;
use shared::api::{Invitation, path};
use shared::ids::{Fingerprint, Nonce};
use turnstone_tests::harness::{Answer, Device, Relay, path as text_of, write_code};

use super::damaged_scene::{Scene, refused};

fn fresh(scene: &Scene, name: &str) -> Device {
    Device::new(&scene.venue.parts, scene.venue.folder.join(name))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_works_once_and_only_whole() {
    let scene = Scene::open(1).await;
    let url = scene.server.url();
    let code = scene.invitation("North 1", &url).await;
    let device = fresh(&scene, "device");
    refused(&device.run(&["enrol", &code[..code.len() - 7]]), 4, "bad_invitation", "incomplete or damaged");
    refused(&device.run(&["enrol", "let me in"]), 4, "bad_invitation", "not an enrolment code");
    let blank = scene.venue.folder.join("cat.png");
    write_code("a picture of something else", &blank);
    refused(&device.run(&["enrol", "--qr", text_of(&blank)]), 4, "bad_invitation", "not an enrolment code");
    refused(&device.run(&["status"]), 3, "not_enrolled", "not enrolled");
    device.ok(&["enrol", &code]);
    let used = refused(&fresh(&scene, "other").run(&["enrol", &code]), 4, "invitation_used", "used before");
    assert!(used["advice"].as_str().is_some_and(|advice| advice.contains("new code")), "{used}");
    refused(&fresh(&scene, "other").run(&["scan", "X"]), 3, "not_enrolled", "not enrolled");
    // The device that has it works.
    device.ok(&["sync"]);
    assert_eq!(device.scan(scene.venue.code("T0001"), &[])["verdict"], "ok");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_code_and_a_false_root_key_are_refused() {
    let scene = Scene::open(1).await;
    let url = scene.server.url();
    let invitation = Invitation::read(&scene.invitation("North 1", &url).await).expect("an invitation");
    let device = fresh(&scene, "device");
    let unknown = Invitation { token: Nonce([9; 16]), ..invitation.clone() };
    refused(&device.run(&["enrol", &unknown.to_code()]), 4, "invitation_unknown", "no such invitation");
    // A server that is not the one the administrator's screen pinned.
    let elsewhere = Invitation { root: Fingerprint([1; 16]), ..invitation };
    refused(&device.run(&["enrol", &elsewhere.to_code()]), 4, "enrolment_refused", "does not fit the enrolment code");
    refused(&device.run(&["sync"]), 3, "not_enrolled", "not enrolled");
    // Nobody there.
    let away = Invitation { server: "http://127.0.0.1:9".into(), ..elsewhere };
    refused(&device.run(&["enrol", &away.to_code()]), 5, "unreachable", "cannot be reached");
    // Somebody there, who is no Turnstone server.
    let relay = Relay::before(scene.server.addr).await;
    relay.on_answer(|_, _| Answer::Whole(b"<html>Welcome to the hotel</html>".to_vec()));
    let hotel =
        Invitation { server: relay.url(), ..Invitation::read(&scene.invitation("N2", &url).await).expect("one") };
    refused(&device.run(&["enrol", &hotel.to_code()]), 4, "damaged_answer", "is damaged");
    refused(&device.run(&["status"]), 3, "not_enrolled", "not enrolled");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_does_not_burn_the_code_for_the_device_that_asked() {
    let scene = Scene::open(1).await;
    let relay = Relay::before(scene.server.addr).await;
    let code = scene.invitation("North 1", &relay.url()).await;
    let device = fresh(&scene, "device");
    relay.on_answer(|path, body| if path == path::ENROL { Answer::Cut(body, 20) } else { Answer::Whole(body) });
    refused(&device.run(&["enrol", &code]), 5, "unreachable", "broke off");
    relay.honest();
    device.ok(&["enrol", &code]);
    device.ok(&["sync"]);
    assert_eq!(device.scan(scene.venue.code("T0001"), &[])["verdict"], "ok");
    let all = scene.admin.get("/scanners").await;
    assert_eq!(all.as_array().map(Vec::len), Some(1), "one scanner, not two: {all}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_scanner_is_told_so() {
    let scene = Scene::open(1).await;
    let device = scene.scanner("North 1", &scene.server.url()).await;
    let all = scene.admin.get("/scanners").await;
    let id = all[0]["id"].as_str().expect("a scanner").to_owned();
    scene.admin.must(Method::DELETE, &format!("/scanners/{id}"), None).await;
    refused(&device.run(&["sync"]), 4, "scanner_revoked", "revoked");
}
