//! Somebody photographs the enrolment code on the administrator's screen. It works once: either the thief's device gets in and
//! the steward's is told so at once, or the thief comes too late. The office sees the stranger and throws it out.

use reqwest::Method;
use turnstone_tests::harness::Device;

use crate::damaged_scene::{Scene, refused};

fn device(scene: &Scene, name: &str) -> Device {
    Device::new(&scene.venue.parts, scene.venue.folder.join(name))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_second_is_told_and_the_office_throws_the_stranger_out() {
    let scene = Scene::open(2).await;
    let photographed = scene.invitation("North 1", &scene.server.url()).await;
    let (thief, steward) = (device(&scene, "thief"), device(&scene, "steward"));
    thief.ok(&["enrol", &photographed]);
    let said = refused(&steward.run(&["enrol", &photographed]), 4, "invitation_used", "used before");
    assert!(said["advice"].as_str().is_some_and(|advice| advice.contains("new code")), "{said}");
    // The steward holds nothing, so nobody scans with a device that is not the venue's.
    refused(&steward.run(&["scan", "X"]), 3, "not_enrolled", "not enrolled");

    let all = scene.admin.get("/scanners").await;
    let stranger = &all[0];
    assert_eq!((&stranger["name"], &stranger["state"]), (&"North 1".into(), &"active".into()), "{all}");
    assert!(stranger["enrolled"].is_i64(), "when it happened can be seen: {stranger}");
    let id = stranger["id"].as_str().expect("an id");
    scene.admin.must(Method::DELETE, &format!("/scanners/{id}"), None).await;
    refused(&thief.run(&["sync"]), 4, "scanner_revoked", "revoked");
    refused(&thief.run(&["enrol", &photographed]), 4, "scanner_revoked", "revoked");

    let fresh = scene.invitation("North 1 again", &scene.server.url()).await;
    steward.ok(&["enrol", &fresh]);
    steward.ok(&["sync"]);
    assert_eq!(steward.scan(scene.venue.code("T0001"), &["--offline"])["verdict"], "ok");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_photograph_that_comes_too_late_opens_nothing() {
    let scene = Scene::open(1).await;
    let photographed = scene.invitation("North 1", &scene.server.url()).await;
    let (thief, steward) = (device(&scene, "thief"), device(&scene, "steward"));
    steward.ok(&["enrol", &photographed]);
    refused(&thief.run(&["enrol", &photographed]), 4, "invitation_used", "used before");
    refused(&thief.run(&["sync"]), 3, "not_enrolled", "not enrolled");
    steward.ok(&["sync"]);
    assert_eq!(steward.scan(scene.venue.code("T0001"), &["--offline"])["verdict"], "ok");
}
