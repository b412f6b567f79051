//! Becoming a scanner and proving to be one; what scanners may not reach.

use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{
    AuthRequest, AuthResponse, ChallengeRequest, ChallengeResponse, EnrolResponse, INVITATION_MS, SearchRequest,
    SearchResponse, TOKEN_MS, path,
};
use shared::clock::random;
use shared::cose::SigningKey;

use crate::gadget::{Gadget, ask, enrol_request, invite};
use crate::hall::{Hall, dice, found};

fn key() -> SigningKey {
    SigningKey::from_bytes(&random(dice()))
}

async fn enrol(hall: &Hall, invitation: &shared::api::Invitation, key: &SigningKey) -> Result<EnrolResponse, String> {
    ask(hall, path::ENROL, None, &enrol_request(invitation, key)).await
}

#[tokio::test]
async fn an_invitation_works_once_and_a_lost_answer_can_be_asked_for_again() {
    let hall = Hall::open().await;
    let invitation = invite(&hall, "North 1", 1, "scan").await;
    let device = key();
    let first = enrol(&hall, &invitation, &device).await.unwrap();
    assert_eq!(first.organization, "Hall");
    let again = enrol(&hall, &invitation, &device).await.unwrap();
    assert_eq!(again.certificate, first.certificate);
    assert_eq!(enrol(&hall, &invitation, &key()).await.unwrap_err(), "invitation_used");
}

#[tokio::test]
async fn expired_unknown_and_unproven_enrolments_have_their_names() {
    let hall = Hall::open().await;
    let mut invitation = invite(&hall, "North 1", 1, "scan").await;
    hall.clock.forward(INVITATION_MS + 1);
    assert_eq!(enrol(&hall, &invitation, &key()).await.unwrap_err(), "invitation_expired");
    invitation.token.0[0] ^= 1;
    assert_eq!(enrol(&hall, &invitation, &key()).await.unwrap_err(), "invitation_unknown");
    let mut request = enrol_request(&invitation, &key());
    request.public = key().verifying_key().to_bytes();
    let answer: Result<EnrolResponse, String> = ask(&hall, path::ENROL, None, &request).await;
    assert_eq!(answer.unwrap_err(), "not_authenticated");
}

#[tokio::test]
async fn a_nonce_is_good_once_and_for_a_minute() {
    let hall = Hall::open().await;
    let north = Gadget::at(&hall, "North 1", 1).await;
    let request = north.auth_request(&hall).await;
    let answer = |request: AuthRequest| {
        let hall = &hall;
        async move { ask::<_, AuthResponse>(hall, path::AUTH, None, &request).await }
    };
    assert!(answer(request.clone()).await.is_ok());
    assert_eq!(answer(request).await.unwrap_err(), "not_authenticated");
    let late = north.auth_request(&hall).await;
    hall.clock.forward(60_001);
    assert_eq!(answer(late).await.unwrap_err(), "not_authenticated");
}

#[tokio::test]
async fn a_token_ends_and_a_foreign_certificate_is_unknown() {
    let hall = Hall::open().await;
    let north = Gadget::at(&hall, "North 1", 1).await;
    hall.clock.forward(TOKEN_MS + 1);
    assert_eq!(north.send(&hall, vec![]).await.unwrap_err(), "not_authenticated");
    let other = Hall::open().await;
    let mut stranger = Gadget::at(&other, "Elsewhere", 1).await;
    stranger.event = hall.event;
    assert_eq!(stranger.authenticate(&hall).await.unwrap_err(), "scanner_unknown");
}

#[tokio::test]
async fn a_moved_scanner_hears_of_it_with_its_next_heartbeat() {
    let hall = Hall::open().await;
    let north = Gadget::at(&hall, "North 1", 1).await;
    let beat = north.beat(0, 0, 0);
    assert_eq!(north.heartbeat(&hall, &beat).await.unwrap().certificate, None);
    let path = format!("/api/v1/scanners/{}", north.id);
    let body = json!({ "gate": 2, "name": "South 9" });
    assert_eq!(hall.call(Method::PATCH, &path, Some(&hall.admin.token), &body).await.status, 200);
    let signed = north.heartbeat(&hall, &beat).await.unwrap().certificate.unwrap();
    let moved = shared::trust::Certificate::open(&signed, &north.trust).unwrap();
    assert_eq!((moved.name.as_str(), moved.gate.map(|gate| gate.0)), ("South 9", Some(2)));
    assert_eq!(north.authenticate(&hall).await.unwrap().certificate, Some(signed));
}

#[tokio::test]
async fn tokens_of_scanners_and_people_open_nothing_of_each_others() {
    let hall = Hall::open().await;
    let north = Gadget::at(&hall, "North 1", 1).await;
    let event = format!("/api/v1/events/{}", hall.event);
    for path in ["/api/v1/scanners", "/api/v1/users", "/api/v1/events", &format!("{event}/stats"), &event] {
        let answer = hall.call(Method::GET, path, Some(&north.token), &Value::Null).await;
        assert_eq!(answer.status, 401, "{path}");
    }
    let register = json!({ "name": "Mine", "events": [hall.event] });
    let answer = hall.call(Method::POST, "/api/v1/scanners/register", Some(&north.token), &register).await;
    assert_eq!(answer.status, 401);
    let search = SearchRequest { event: hall.event, query: "guest".into(), limit: 5 };
    let as_admin: Result<SearchResponse, String> = ask(&hall, path::SEARCH, Some(&hall.admin.token), &search).await;
    assert_eq!(as_admin.unwrap_err(), "not_authenticated");
}

#[tokio::test]
async fn only_supervisors_search() {
    let hall = Hall::open().await;
    let north = Gadget::at(&hall, "North 1", 1).await;
    let chief = Gadget::with_role(&hall, "Chief", 1, "supervisor").await;
    let search = |query: &str| SearchRequest { event: hall.event, query: query.into(), limit: 5 };
    let refused: Result<SearchResponse, String> = ask(&hall, path::SEARCH, Some(&north.token), &search("guest")).await;
    assert_eq!(refused.unwrap_err(), "forbidden");
    let found: SearchResponse = ask(&hall, path::SEARCH, Some(&chief.token), &search("guest 2")).await.unwrap();
    assert_eq!(found.hits.iter().map(|hit| hit.ticket).collect::<Vec<_>>(), [hall.tickets[2]]);
    let short: Result<SearchResponse, String> = ask(&hall, path::SEARCH, Some(&chief.token), &search("g")).await;
    assert_eq!(short.unwrap_err(), "bad_request");
}

#[tokio::test]
async fn other_organizations_and_promoters_see_and_change_nothing_that_is_not_theirs() {
    let hall = Hall::open().await;
    let north = Gadget::at(&hall, "North 1", 1).await;
    let club = found(&hall.server, "Club").await;
    let there = |path: &str| format!("/api/v1/events/{}/{path}", hall.event);
    let reads = [
        "stats",
        "occupancy",
        "timeline",
        "scanner-stats",
        "conflicts",
        "entries",
        "state-digest",
        "live",
        "export.csv",
    ];
    for path in reads {
        let answer = hall.call(Method::GET, &there(path), Some(&club.token), &Value::Null).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(hall.call(Method::GET, &there(path), None, &Value::Null).await.status, 401, "{path}");
    }
    let scanner = format!("/api/v1/scanners/{}", north.id);
    for (method, path, body) in [
        (Method::GET, scanner.clone(), Value::Null),
        (Method::PATCH, scanner.clone(), json!({ "name": "Mine" })),
        (Method::DELETE, scanner.clone(), Value::Null),
        (Method::POST, there("publish"), Value::Null),
    ] {
        assert_eq!(hall.call(method.clone(), &path, Some(&club.token), &body).await.status, 404, "{method} {path}");
    }
    let body = json!({ "name": "Spy", "events": [hall.event] });
    let answer = hall.call(Method::POST, "/api/v1/scanners/register", Some(&club.token), &body).await;
    assert_eq!(answer.status, 422);
    assert_eq!(hall.call(Method::GET, "/api/v1/scanners", Some(&club.token), &Value::Null).await.json(), json!([]));
    // A promoter reads its own event, and administers nothing.
    let other = hall.new_event(&json!({ "name": "Other" })).await;
    let bob = hall.promoter(vec![hall.event]).await;
    assert_eq!(hall.call(Method::GET, &there("stats"), Some(&bob.token), &Value::Null).await.status, 200);
    let path = format!("/api/v1/events/{other}/stats");
    assert_eq!(hall.call(Method::GET, &path, Some(&bob.token), &Value::Null).await.status, 404);
    assert_eq!(
        hall.call(Method::GET, "/api/v1/scanners", Some(&bob.token), &Value::Null).await.json()[0]["name"],
        "North 1"
    );
    for (method, path) in [
        (Method::DELETE, scanner.as_str()),
        (Method::POST, &there("publish")),
        (Method::POST, "/api/v1/scanners/register"),
    ] {
        assert_eq!(hall.call(method, path, Some(&bob.token), &body).await.status, 403, "{path}");
    }
}

#[tokio::test]
async fn bodies_that_are_no_messages_are_refused_by_name() {
    let hall = Hall::open().await;
    let send = |kind: &'static str, body: Vec<u8>| {
        hall.client.post(hall.url(path::CHALLENGE)).header("content-type", kind).body(body).send()
    };
    let code = |answer: reqwest::Response| async move { answer.json::<Value>().await.unwrap()["code"].clone() };
    let good = shared::cose::encode(&ChallengeRequest { scanner: shared::ids::ScannerId([1; 16]) });
    assert_eq!(send("application/cbor", good.clone()).await.unwrap().status(), 200);
    assert_eq!(code(send("application/json", good.clone()).await.unwrap()).await, "unsupported_media_type");
    assert_eq!(code(send("application/cbor", good[..5].to_vec()).await.unwrap()).await, "bad_request");
    assert_eq!(code(send("application/cbor", [good, vec![0]].concat()).await.unwrap()).await, "bad_request");
    assert_eq!(code(send("application/cbor", vec![0; 2 << 20]).await.unwrap()).await, "too_large");
    let unknown: Result<ChallengeResponse, String> = ask(&hall, path::CHALLENGE, None, &7u8).await;
    assert_eq!(unknown.unwrap_err(), "bad_request");
}
