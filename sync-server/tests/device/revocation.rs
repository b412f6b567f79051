//! A stolen scanner.

use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{AuthResponse, ManifestRequest, ManifestResponse, path};
use shared::manifest::Header;
use shared::trust::Certificate;

use crate::gadget::{Gadget, ask};
use crate::hall::Hall;

async fn revoke(hall: &Hall, gadget: &Gadget) -> Value {
    let path = format!("/api/v1/scanners/{}", gadget.id);
    let answer = hall.call(Method::DELETE, &path, Some(&hall.admin.token), &Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()
}

#[tokio::test]
async fn entries_above_the_cut_are_kept_apart_whenever_they_arrive_and_whatever_they_claim() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let south = Gadget::at(&hall, "South 1", 2).await;
    north.admit(hall.tickets[0]);
    north.upload(&hall).await;
    assert_eq!(revoke(&hall, &north).await["state"], "revoked");
    // The thief goes on, with the clock turned back; a peer passes it on later.
    north.wall -= 7_200_000;
    north.admit(hall.tickets[1]);
    north.admit(hall.tickets[2]);
    let answer = south.send(&hall, vec![north.batch(3, 4)]).await.unwrap();
    assert_eq!(answer.problems, vec![], "kept all the same");
    assert_eq!(hall.people().await, (1, 1, 3));
    let stats = hall.of_event("stats").await;
    assert_eq!((&stats["entries"]["quarantined"], &stats["tickets_inside"]), (&json!(2), &json!(1)));
    let page = hall.of_event("entries?label=quarantined").await;
    assert_eq!(page["entries"][0]["quarantined"], "revoked");
    hall.verify().await;
    // An administrator knows better: the first of them was still the real one.
    let path = format!("/api/v1/scanners/{}", north.id);
    let cut = json!({ "cut": [{ "feed": north.feed(), "seq": 3 }] });
    let answer = hall.call(Method::PATCH, &path, Some(&hall.admin.token), &cut).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    assert_eq!(hall.people().await, (2, 2, 3));
    hall.verify().await;
    let bad = json!({ "cut": [{ "feed": north.feed(), "seq": 30 }] });
    assert_eq!(hall.call(Method::PATCH, &path, Some(&hall.admin.token), &bad).await.code(), "invalid");
    let none = json!({ "cut": [{ "feed": north.feed(), "seq": 0 }] });
    hall.call(Method::PATCH, &path, Some(&hall.admin.token), &none).await;
    assert_eq!(hall.people().await, (0, 0, 3));
    hall.verify().await;
}

#[tokio::test]
async fn entries_below_a_head_that_was_only_shown_are_trusted_when_they_arrive() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let south = Gadget::at(&hall, "South 1", 2).await;
    north.admit(hall.tickets[0]);
    north.admit(hall.tickets[1]);
    north.heartbeat(&hall, &north.beat(3, 2, 0)).await.unwrap();
    revoke(&hall, &north).await;
    // What comes without the link to the cut waits for it.
    south.send(&hall, vec![north.batch(1, 2)]).await.unwrap();
    assert_eq!(hall.people().await, (0, 0, 1));
    hall.verify().await;
    south.send(&hall, vec![north.batch(3, 3)]).await.unwrap();
    assert_eq!(hall.people().await, (2, 2, 2));
    hall.verify().await;
}

#[tokio::test]
async fn what_had_arrived_before_stays_trusted_even_if_a_head_was_shown_that_never_arrives() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let south = Gadget::at(&hall, "South 1", 2).await;
    north.admit(hall.tickets[0]);
    north.admit(hall.tickets[1]);
    north.upload(&hall).await;
    // One more guest, told of by a heartbeat; then the scanner is stolen and its log lost.
    north.admit(hall.tickets[2]);
    north.heartbeat(&hall, &north.beat(1, 1, 0)).await.unwrap();
    assert_eq!(hall.people().await, (2, 2, 3));
    revoke(&hall, &north).await;
    assert_eq!(hall.people().await.0, 2, "two people did walk in");
    hall.verify().await;
    // Others hear of both ends, and the thief's entries stay out.
    north.admit(hall.tickets[3]);
    south.send(&hall, vec![north.batch(4, 5)]).await.unwrap();
    assert_eq!(hall.people().await.0, 3);
    hall.verify().await;
}

#[tokio::test]
async fn a_revoked_scanner_may_do_nothing_any_more_at_once() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    north.admit(hall.tickets[0]);
    let auth = north.auth_request(&hall).await;
    revoke(&hall, &north).await;
    // Its token is gone with it; asking for a new one tells why.
    assert_eq!(north.send(&hall, vec![]).await.unwrap_err(), "not_authenticated");
    assert_eq!(north.heartbeat(&hall, &north.beat(0, 0, 0)).await.unwrap_err(), "not_authenticated");
    let manifest = ManifestRequest { event: hall.event, have: None, buckets: vec![], keyset_version: 0 };
    let address = path::MANIFEST.replace("{event}", &hall.event.to_string());
    let answer: Result<ManifestResponse, String> = ask(&hall, &address, Some(&north.token), &manifest).await;
    assert_eq!(answer.unwrap_err(), "not_authenticated");
    let answer: Result<AuthResponse, String> = ask(&hall, path::AUTH, None, &auth).await;
    assert_eq!(answer.unwrap_err(), "scanner_revoked");
    assert_eq!(
        hall.call(
            Method::PATCH,
            &format!("/api/v1/scanners/{}", north.id),
            Some(&hall.admin.token),
            &json!({ "name": "Again" })
        )
        .await
        .code(),
        "scanner_revoked"
    );
}

#[tokio::test]
async fn the_others_hear_of_a_revocation_with_the_next_manifest_which_is_out_at_once() {
    let hall = Hall::open().await;
    let north = Gadget::at(&hall, "North 1", 1).await;
    let south = Gadget::at(&hall, "South 1", 2).await;
    north.upload(&hall).await;
    revoke(&hall, &north).await;
    let manifest = ManifestRequest { event: hall.event, have: None, buckets: vec![], keyset_version: 0 };
    let address = path::MANIFEST.replace("{event}", &hall.event.to_string());
    let answer: ManifestResponse = ask(&hall, &address, Some(&south.token), &manifest).await.unwrap();
    let ManifestResponse::Header { header, .. } = answer else { panic!("{answer:?}") };
    let header: Header = shared::cose::peek(&header).unwrap();
    assert_eq!(header.revocations.len(), 1);
    assert_eq!((header.revocations[0].scanner, header.revocations[0].cuts[0].seq), (north.id, 1));
    let certificates = header.certificates.iter().filter_map(|bytes| shared::cose::peek::<Certificate>(bytes));
    let scanners = certificates.filter(|certificate| !certificate.is_office()).count();
    assert_eq!(scanners, 2, "also the revoked one's: what it logged before must stay readable");
}
