//! Requests that are wrong in every way a client can be wrong: each answer is problem details (RFC 9457) with a stable
//! code and a sentence for a person, and the server goes on.

use std::net::SocketAddr;

use reqwest::Method;
use serde_json::{Value, json};
use turnstone_tests::harness::{ADMIN, Admin};

use super::damaged_scene::{Problem, Scene, raw};

const JSON: (&str, &str) = ("content-type", "application/json");
const CBOR: (&str, &str) = ("content-type", "application/cbor");

struct Counter<'a> {
    scene: &'a Scene,
    bearer: String,
}

impl<'a> Counter<'a> {
    fn new(scene: &'a Scene) -> Self {
        Self { scene, bearer: format!("Bearer {}", scene.admin.token()) }
    }

    async fn send(&self, method: Method, path: &str, kind: (&str, &str), body: impl Into<reqwest::Body>) -> Problem {
        let headers = [("authorization", self.bearer.as_str()), kind];
        raw(self.scene.server.addr, method, &format!("/api/v1{path}"), &headers, body).await
    }

    async fn post(&self, path: &str, body: &Value) -> Problem {
        self.send(Method::POST, path, JSON, body.to_string()).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_request_gets_problem_details_that_say_what_is_wrong() {
    let scene = Scene::open(1).await;
    let to = Counter::new(&scene);
    let event = scene.venue.event.clone();
    let server = scene.server.addr;

    to.send(Method::GET, "/nothing/here", JSON, "").await.is(404, "no_such_route", "/docs");
    raw(server, Method::GET, "/somewhere", &[], "").await.is(404, "no_such_route", "nothing at this address");
    to.send(Method::DELETE, "/auth/login", JSON, "").await.is(405, "method_not_allowed", "method");
    to.send(Method::PUT, &format!("/events/{event}/publish"), JSON, "{}").await.is(405, "method_not_allowed", "method");
    to.send(Method::GET, "/events/not-an-id", JSON, "").await.is(404, "not_found", "id");
    to.send(Method::GET, &format!("/events/{}", "0".repeat(32)), JSON, "").await.is(404, "not_found", "event");

    to.send(Method::POST, "/events", JSON, "{\"name\": ").await.is(400, "malformed_request", "EOF");
    to.send(Method::POST, "/events", JSON, "[1, 2").await.is(400, "malformed_request", "line 1");
    to.send(Method::POST, "/events", JSON, vec![0xff, 0xfe, 0x00]).await.is(400, "malformed_request", "line 1");
    to.send(Method::POST, "/events", JSON, "").await.is(400, "malformed_request", "EOF");
    let text = ("content-type", "text/plain");
    to.send(Method::POST, "/events", text, "{}").await.is(415, "unsupported_media_type", "application/json");
    to.send(Method::POST, "/scanners/challenge", JSON, "{}").await.is(
        415,
        "unsupported_media_type",
        "application/cbor",
    );

    let person = json!({ "email": "p@venue.example", "name": "P", "role": "promoter", "colour": 1 });
    to.post("/users", &person).await.is(400, "malformed_request", "colour");
    let misspelt = to.post(&format!("/events/{event}/tickets"), &json!([{ "product": 1, "cuont": 3 }])).await;
    misspelt.is(400, "malformed_request", "cuont");
    let query = to.send(Method::GET, &format!("/events/{event}/tickets?limmit=3"), JSON, "").await;
    query.is(400, "malformed_request", "limmit");
    let wrong = to.post("/users", &json!({ "email": "no address", "name": "", "role": "promoter" })).await;
    wrong.is(422, "invalid", "");
    let fields: Vec<&str> =
        wrong.body["errors"].as_array().expect("fields").iter().filter_map(|error| error["field"].as_str()).collect();
    assert!(fields.contains(&"email"), "each field is named: {wrong:?}");
    let gate = json!({ "name": "N", "gate": -1, "role": "scan", "events": [event] });
    to.post("/scanners/register", &gate).await.is(400, "malformed_request", "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_beyond_the_limit_is_refused_and_the_server_goes_on() {
    let scene = Scene::open(1).await;
    let to = Counter::new(&scene);
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(1 << 20));
    to.send(Method::POST, "/events", JSON, large.clone()).await.is(413, "too_large", "larger");
    let message = vec![0xa0; (1 << 20) + 1];
    to.send(Method::POST, "/scanners/challenge", CBOR, message).await.is(413, "too_large", "larger");
    // A list of tickets may be longer than other bodies.
    let list = format!("reference,name\n{}", "R,Guest\n".repeat(150_000));
    assert!(list.len() > 1 << 20);
    let kind = ("content-type", "text/csv");
    let path = format!("/events/{}/tickets/import?existing=maybe", scene.venue.event);
    to.send(Method::POST, &path, kind, list).await.is(400, "malformed_request", "maybe");
    assert_eq!(scene.admin.get("/auth/me").await["email"], ADMIN);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_of_a_scanner_that_is_none_gets_a_code_it_can_act_on() {
    let scene = Scene::open(1).await;
    let server = scene.server.addr;
    call(server, "challenge", None, vec![]).await.is(400, "bad_request", "cannot be read");
    call(server, "challenge", None, vec![0xff; 64]).await.is(400, "bad_request", "cannot be read");
    call(server, "enrol", None, b"hello".to_vec()).await.is(400, "bad_request", "cannot be read");
    call(server, "auth", None, vec![0xa0]).await.is(400, "bad_request", "cannot be read");
    // A promise of four billion items in five bytes must not be believed.
    call(server, "auth", None, vec![0xa1, 0x01, 0x9a, 0xff, 0xff, 0xff, 0xff]).await.is(
        400,
        "bad_request",
        "cannot be read",
    );
    let deep: Vec<u8> = std::iter::repeat_n(0x81, 500_000).collect();
    call(server, "enrol", None, deep).await.is(400, "bad_request", "cannot be read");
    for path in ["heartbeat", "logs", "refill", "scan", "release", "search"] {
        call(server, path, None, vec![0xa0]).await.is(401, "not_authenticated", "token");
        call(server, path, Some("Bearer 0000"), vec![0xa0]).await.is(401, "not_authenticated", "token");
    }
    // A true scanner is served as before.
    let device = scene.scanner("North 1", &scene.server.url()).await;
    assert_eq!(device.scan(scene.venue.code("T0001"), &[])["verdict"], "ok");
}

async fn call(server: SocketAddr, path: &str, token: Option<&str>, body: Vec<u8>) -> Problem {
    let mut headers = vec![CBOR];
    headers.extend(token.map(|token| ("authorization", token)));
    raw(server, Method::POST, &format!("/api/v1/scanners/{path}"), &headers, body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_passwords_are_refused_alike_and_then_slowed_down() {
    let scene = Scene::open(1).await;
    let server = scene.server.addr;
    let login = |email: &'static str, password: &'static str| async move {
        let body = json!({ "email": email, "password": password }).to_string();
        raw(server, Method::POST, "/api/v1/auth/login", &[JSON], body).await
    };
    let known = login(ADMIN, "not the password").await;
    known.is(401, "wrong_credentials", "e-mail address or the password");
    let unknown = login("nobody@venue.example", "not the password").await;
    assert_eq!(known.body, unknown.body, "an unknown address and a wrong password answer alike");
    let mut last = unknown;
    for _ in 0..10 {
        last = login(ADMIN, "guess").await;
    }
    last.is(429, "rate_limited", "try again in");
    assert!(last.retry_after.is_some_and(|seconds| (1..=60).contains(&seconds)), "{last:?}");
    // Who is signed in already works on.
    let office: &Admin = &scene.admin;
    assert_eq!(office.get("/auth/me").await["email"], ADMIN);
}
