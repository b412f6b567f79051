//! Who is of another organization, or has ended: nothing shows through, nothing opens.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering::SeqCst;

use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{Ack, ExchangeRequest, ExchangeResponse, path};
use shared::cose::{decode_all, encode, peek};
use shared::feed::Head;
use turnstone_tests::harness::{ADMIN, Admin, Relay, Venue, client};

use super::{ROLES, Role, World, device_token, enrol, heartbeat};
use crate::damaged_scene::{parts, serve_with_a_moving_clock};
use crate::matrix_routes::{Access, Body, ROUTES, Row};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_organization_has_is_in_no_list_search_or_body_of_another() {
    let world = World::make().await;
    let as_b = async |path: &str| world.read_as(Role::AdminB, path).await;
    for path in
        ["/events", "/scanners", "/users", "/events/{event_b}/tickets?search=Guest", "/events/{event_b}/entries"]
    {
        let seen = as_b(path).await.to_string();
        // An alarm's number is short enough to stand anywhere.
        let of_a = |name: &str| !name.ends_with("_b}") && name != "{alarm}";
        for (name, id) in world.ids.iter().filter(|(name, _)| of_a(name)) {
            assert!(!seen.contains(id.as_str()), "{path} tells B of {name}: {seen}");
        }
    }
    let promoters = world.read_as(Role::PromoterA, "/events").await.to_string();
    assert!(promoters.contains(world.id("{event}")) && !promoters.contains(world.id("{hidden}")), "{promoters}");
    // Ids of another organization in a body are ids of nothing.
    let refused = [
        ("/scanners/register", r#"{"name":"X","gate":1,"role":"scan","events":["{event}"]}"#),
        ("/users", r#"{"email":"x@other.example","name":"X","role":"promoter","events":["{event}"]}"#),
    ];
    for (path, body) in refused {
        let row = Row { method: "POST", path, body: Body::Json(body), access: Access::Open, ok: 0 };
        assert_eq!(world.cell(&row, Role::AdminB).await, (422, "invalid".into()), "{path}");
    }
    // Entries of A's scanner, shown by B's for B's event, are not taken.
    let mut request: ExchangeRequest = decode_all(&world.log).expect("a message that was sent");
    request.event = world.id("{event_b}").parse().expect("an event id");
    let token = world.tokens.last().expect("scanner B's token");
    let sent = client()
        .post(format!("http://{}{}", world.server.addr, path::LOGS))
        .bearer_auth(token)
        .header("content-type", "application/cbor")
        .body(encode(&request))
        .send()
        .await
        .expect("the server answers");
    let answer: ExchangeResponse = decode_all(&sent.bytes().await.expect("a body")).expect("a message");
    assert!(!answer.problems.is_empty(), "strangers' entries are named as not kept");
    let theirs: BTreeSet<_> =
        request.batches.iter().filter_map(|batch| Head::peek(&batch.head)).map(|head| head.feed).collect();
    let handed: BTreeSet<_> =
        answer.batches.iter().filter_map(|batch| Head::peek(&batch.head)).map(|head| head.feed).collect();
    assert!(!theirs.is_empty() && theirs.is_disjoint(&handed), "nothing of A's is handed out");
    let ack: Ack = peek(&answer.ack).expect("a signed acknowledgement");
    let told: Vec<_> = ack.feeds.iter().filter(|acked| theirs.contains(&acked.feed)).collect();
    assert!(
        told.iter().all(|acked| (acked.contiguous, acked.witnessed) == (0, 0)),
        "how far A's is kept is not told: {told:?}"
    );
    assert_eq!(as_b("/events/{event_b}/entries").await["entries"], json!([]));
}

impl World {
    async fn read_as(&self, role: Role, path: &str) -> Value {
        let at = ROLES.iter().position(|known| *known == role).expect("a known role");
        let url = format!("http://{}/api/v1{}", self.server.addr, self.fill(path));
        let answer = client().get(url).bearer_auth(&self.tokens[at]).send().await.expect("the server answers");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.expect("JSON")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ended_session_a_strange_cookie_and_a_revoked_scanner_are_refused_everywhere() {
    let world = World::make().await;
    let people: Vec<&Row> = ROUTES.iter().filter(|row| row.access.is_for_people()).collect();
    assert!(people.len() > 40, "the table knows which routes are people's");
    // A session that was closed, and one whose owner is gone.
    let closed = Admin::sign_in(world.server.addr, ADMIN, &world.venue.password).await;
    closed.must(Method::POST, "/auth/logout", None).await;
    let gone = world.tokens[2].clone();
    world.admin.must(Method::DELETE, &world.fill("/users/{user}"), None).await;
    for row in &people {
        for token in [closed.token(), &gone] {
            let headers = [("authorization", format!("Bearer {token}"))];
            assert_eq!(world.ask(row, &headers).await, (401, "unauthenticated".into()), "{} {}", row.method, row.path);
        }
    }
    // A browser's cookie that another site makes it send.
    let cookie = world.cookie().await;
    for row in people.iter().filter(|row| row.method != "GET") {
        for site in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("x-none", "")] {
            let headers = [("cookie", cookie.clone()), (site.0, site.1.to_owned())];
            assert_eq!(world.ask(row, &headers).await, (403, "cross_site".into()), "{} {}", row.method, row.path);
        }
    }
    let me = ROUTES.iter().find(|row| row.path == "/auth/me").expect("in the table");
    assert_eq!(world.ask(me, &[("cookie", cookie)]).await.0, 200, "the cookie itself is good");
    // A revoked scanner's token, still in its quarter of an hour.
    world.admin.must(Method::DELETE, &world.fill("/scanners/{scanner}"), None).await;
    for row in ROUTES.iter().filter(|row| row.access.is_for_scanners()) {
        let found = world.cell(row, Role::ScanA).await;
        // Its token is gone at once; when it signs in again it hears why.
        assert_eq!(found, (401, "not_authenticated".into()), "{} {}", row.method, row.path);
    }
    world.relay.honest();
}

impl World {
    /// The administrator's cookie, as a browser sends it back.
    async fn cookie(&self) -> String {
        let body = json!({ "email": ADMIN, "password": self.venue.password, "session": "cookie" });
        let url = format!("http://{}/api/v1/auth/login", self.server.addr);
        let answer = client().post(url).header("sec-fetch-site", "same-origin").json(&body).send().await;
        let answer = answer.expect("the server answers");
        let set = answer.headers()["set-cookie"].to_str().expect("text").to_owned();
        set.split(';').next().unwrap_or_default().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_and_tokens_that_have_ended_open_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let venue = Venue::set_up(&parts(), folder.path(), 1);
    let (server, ahead) = serve_with_a_moving_clock(&venue.data).await;
    let admin = Admin::sign_in(server.addr, ADMIN, &venue.password).await;
    let relay = Relay::before(server.addr).await;
    let (device, _) = enrol(&venue, &relay, &admin, "Scan A", "scan", &venue.event).await;
    device.ok(&["sync"]);
    let token = device_token(&relay);
    let url = |path: &str| format!("http://{}/api/v1{path}", server.addr);
    let ask = async |path: &str, token: &str| {
        let body = encode(&heartbeat(venue.event.parse().expect("an event id")));
        let request = if path == "/auth/me" { client().get(url(path)) } else { client().post(url(path)).body(body) };
        let answer = request.bearer_auth(token).header("content-type", "application/cbor").send().await;
        answer.expect("the server answers").status().as_u16()
    };
    let (heart, me) = ("/scanners/heartbeat", "/auth/me");
    assert_eq!((ask(heart, &token).await, ask(me, admin.token()).await), (200, 200));
    // A scanner's token lasts a quarter of an hour.
    ahead.store(shared::api::TOKEN_MS + 1_000, SeqCst);
    assert_eq!((ask(heart, &token).await, ask(me, admin.token()).await), (401, 200));
    // The scanner itself signs in again, and nobody notices.
    device.ok(&["sync"]);
    ahead.store(sync_server::people::session::BEARER_MS + 1_000, SeqCst);
    assert_eq!((ask(heart, &token).await, ask(me, admin.token()).await), (401, 401));
    server.shutdown().await.expect("the server ends in order");
}
