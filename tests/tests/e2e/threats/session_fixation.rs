//! A session somebody else chose or knew must not become anybody's: signing in makes a new one every time, whatever the
//! browser brought along, and a changed password or role ends the old ones.

use reqwest::Method;
use serde_json::{Value, json};
use turnstone_tests::harness::{ADMIN, client};

use crate::damaged_scene::Scene;

const PLANTED: &str = "abababababababababababababababababababababababababababababababab";

/// Signs in by cookie, showing a cookie and a bearer token that the attacker planted; gives `Set-Cookie` and the body.
async fn sign_in(scene: &Scene, email: &str, password: &str) -> (String, Value) {
    let url = scene.server.url();
    let answer = client()
        .post(format!("{url}/api/v1/auth/login"))
        .header("sec-fetch-site", "same-origin")
        .header("cookie", format!("turnstone_session={PLANTED}; __Host-turnstone_session={PLANTED}"))
        .header("authorization", format!("Bearer {PLANTED}"))
        .json(&json!({ "email": email, "password": password, "session": "cookie" }))
        .send()
        .await
        .expect("the server answers");
    assert!(answer.status().is_success(), "{}", answer.status());
    let cookie = answer.headers()["set-cookie"].to_str().expect("ASCII").to_owned();
    (cookie, answer.json().await.expect("JSON"))
}

async fn me(scene: &Scene, name: &str, value: &str) -> u16 {
    let request = client().get(format!("{}/api/v1/auth/me", scene.server.url())).header(name, value);
    request.send().await.expect("the server answers").status().as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_in_never_takes_over_a_session_that_was_brought_along() {
    let scene = Scene::open(1).await;
    let (first, body) = sign_in(&scene, ADMIN, &scene.venue.password).await;
    assert!(!first.contains(PLANTED), "{first}");
    assert_eq!(body["token"], Value::Null, "scripts never see a cookie's token");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(first.contains(part), "{first}");
    }
    let (second, _) = sign_in(&scene, ADMIN, &scene.venue.password).await;
    let (first, second) = (first.split(';').next().unwrap(), second.split(';').next().unwrap());
    assert_ne!(first, second, "each time a session of its own");
    let name = first.split('=').next().unwrap();
    assert_eq!(me(&scene, "cookie", &format!("{name}={PLANTED}")).await, 401, "the planted one is nobody's");
    assert_eq!(me(&scene, "authorization", &format!("Bearer {PLANTED}")).await, 401);
    assert_eq!((me(&scene, "cookie", first).await, me(&scene, "cookie", second).await), (200, 200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_password_ends_every_session_that_was_open() {
    let scene = Scene::open(1).await;
    let (cookie, _) = sign_in(&scene, ADMIN, &scene.venue.password).await;
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(me(&scene, "cookie", cookie).await, 200);
    let change = json!({ "current": scene.venue.password, "new": "another long password" });
    scene.admin.must(Method::PUT, "/auth/password", Some(&change)).await;
    assert_eq!(me(&scene, "cookie", cookie).await, 401);
    let token = format!("Bearer {}", scene.admin.token());
    assert_eq!(me(&scene, "authorization", &token).await, 401);
    let (cookie, _) = sign_in(&scene, ADMIN, "another long password").await;
    assert_eq!(me(&scene, "cookie", cookie.split(';').next().unwrap()).await, 200);
}
