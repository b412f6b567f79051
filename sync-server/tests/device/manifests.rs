//! Manifests out to scanners.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{ManifestRequest, ManifestResponse, path};
use shared::ids::TicketKey;
use shared::manifest::{BucketHasher, Header, Record, bucket_of, open_for_adoption};

use crate::gadget::{Gadget, ask};
use crate::hall::{Hall, NOW};

async fn fetch(hall: &Hall, gadget: &Gadget, have: Option<u64>, buckets: Vec<u32>) -> ManifestResponse {
    let request = ManifestRequest { event: hall.event, have, buckets, keyset_version: 0 };
    let address = path::MANIFEST.replace("{event}", &hall.event.to_string());
    ask(hall, &address, Some(&gadget.token), &request).await.unwrap()
}

type Records = BTreeMap<TicketKey, Vec<u8>>;

fn put(records: &mut Records, bytes: &[minicbor::bytes::ByteVec]) {
    records.extend(bytes.iter().map(|bytes| (Record::read(bytes).unwrap().key, bytes.to_vec())));
}

/// Every bucket hash must fit what the device would hold.
fn check(header: &Header, records: &Records) {
    assert_eq!(header.tickets, u64::try_from(records.len()).unwrap());
    let mut hashers: Vec<BucketHasher> =
        (0..header.buckets()).map(|bucket| BucketHasher::new(header.event, bucket)).collect();
    for (key, bytes) in records {
        hashers[usize::try_from(bucket_of(key, header.bucket_bits)).unwrap()].add(bytes);
    }
    for (bucket, hasher) in hashers.into_iter().enumerate() {
        assert_eq!(header.bucket_hash(u32::try_from(bucket).unwrap()), Some(hasher.finish()), "bucket {bucket}");
    }
}

/// Downloads the whole of it.
async fn whole(hall: &Hall, gadget: &Gadget) -> (Header, Records) {
    let ManifestResponse::Header { header, keyset } = fetch(hall, gadget, None, vec![]).await else { panic!() };
    assert!(keyset.is_some());
    let header = open_for_adoption(&header, &gadget.trust, hall.event, None, NOW).unwrap();
    let mut records = Records::new();
    let mut wanted: Vec<u32> = (0..header.buckets()).collect();
    while !wanted.is_empty() {
        let ManifestResponse::Buckets { version, parts } = fetch(hall, gadget, None, wanted.clone()).await else {
            panic!()
        };
        assert_eq!(version, header.version);
        assert!(!parts.is_empty());
        for part in &parts {
            put(&mut records, &part.records);
        }
        wanted.retain(|bucket| parts.iter().all(|part| part.bucket != *bucket));
    }
    (header, records)
}

#[tokio::test]
async fn a_hundred_changes_among_thousands_are_a_small_delta() {
    let hall = Hall::with(&json!({}), 3000).await;
    let north = Gadget::at(&hall, "North 1", 1).await;
    let (header, mut records) = whole(&hall, &north).await;
    assert_eq!(header.bucket_bits, 3);
    check(&header, &records);
    for ticket in &hall.tickets[..100] {
        let answer = hall.post(&format!("/api/v1/tickets/{ticket}/block"), &json!({})).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
    }
    let made = hall.publish().await;
    assert_eq!(made["changed"], 100);
    let ManifestResponse::Delta { header: signed, records: changed, .. } =
        fetch(&hall, &north, Some(header.version), vec![]).await
    else {
        panic!()
    };
    assert_eq!(changed.len(), 100);
    put(&mut records, &changed);
    let newer = open_for_adoption(&signed, &north.trust, hall.event, None, NOW).unwrap();
    assert!(newer.version > header.version);
    check(&newer, &records);
    assert_eq!(fetch(&hall, &north, Some(newer.version), vec![]).await, ManifestResponse::Current);
}

#[tokio::test]
async fn publishing_without_a_change_of_tickets_still_makes_a_newer_header() {
    let hall = Hall::open().await;
    let first = hall.publish().await;
    let second = hall.publish().await;
    assert!(second["version"].as_u64() > first["version"].as_u64());
    assert_eq!((&second["changed"], &second["tickets"]), (&json!(0), &json!(4)));
}

#[tokio::test]
async fn a_version_a_scanner_has_shown_is_never_issued_again() {
    let hall = Hall::open().await;
    let north = Gadget::at(&hall, "North 1", 1).await;
    let far = 4_000_000_000;
    let mut beat = north.beat(0, 0, 0);
    let held =
        shared::api::HeldManifest { event: hall.event, version: far, digest: shared::ids::ManifestDigest::default() };
    beat.manifests = vec![held];
    north.heartbeat(&hall, &beat).await.unwrap();
    assert!(north.send(&hall, vec![]).await.unwrap().refill, "the newer one is wanted back");
    assert_eq!(hall.publish().await["version"].as_u64(), Some(far + 1));
}

#[tokio::test]
async fn before_the_first_manifest_there_is_none() {
    let hall = Hall::open().await;
    let other = hall.new_event(&json!({ "name": "Other" })).await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let path = format!("/api/v1/scanners/{}", north.id);
    let body = json!({ "events": [other] });
    assert_eq!(hall.call(Method::PATCH, &path, Some(&hall.admin.token), &body).await.status, 200);
    north.event = other;
    let request = ManifestRequest { event: other, have: None, buckets: vec![], keyset_version: 0 };
    let address = path::MANIFEST.replace("{event}", &other.to_string());
    let answer: Result<ManifestResponse, String> = ask(&hall, &address, Some(&north.token), &request).await;
    assert_eq!(answer.unwrap_err(), "not_published");
    let gone = ManifestRequest { event: hall.event, ..request };
    let address = path::MANIFEST.replace("{event}", &hall.event.to_string());
    let answer: Result<ManifestResponse, String> = ask(&hall, &address, Some(&north.token), &gone).await;
    assert_eq!(answer.unwrap_err(), "forbidden", "it is not certified for that event any more");
}

#[tokio::test]
async fn changes_are_published_by_themselves() {
    let hall = Hall::open().await;
    let first = hall.of_event("stats").await["manifest"]["version"].as_u64().unwrap();
    let auto = sync_server::publish::auto::run(hall.server.state().clone(), std::time::Duration::from_millis(10));
    let task = tokio::spawn(auto);
    hall.post(&format!("/api/v1/tickets/{}/block", hall.tickets[0]), &Value::Null).await;
    let published = async {
        loop {
            let now = hall.of_event("stats").await["manifest"]["version"].as_u64().unwrap();
            if now > first {
                return now;
            }
            // Not so often that the limit for one person is reached.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), published).await.unwrap();
    task.abort();
}

#[tokio::test]
async fn a_part_named_a_thousand_times_is_sent_once_and_more_than_there_can_be_are_refused() {
    let hall = Hall::with(&json!({}), 3000).await;
    let north = Gadget::at(&hall, "North 1", 1).await;
    let named = std::iter::repeat_n([5, 2, 5], 400).flatten().collect();
    let ManifestResponse::Buckets { parts, .. } = fetch(&hall, &north, None, named).await else { panic!() };
    assert_eq!(parts.iter().map(|part| part.bucket).collect::<Vec<_>>(), [5, 2]);
    let request = ManifestRequest { event: hall.event, have: None, buckets: vec![1; 4_097], keyset_version: 0 };
    let address = path::MANIFEST.replace("{event}", &hall.event.to_string());
    let answer: Result<ManifestResponse, String> = ask(&hall, &address, Some(&north.token), &request).await;
    assert_eq!(answer.unwrap_err(), "bad_request");
}
