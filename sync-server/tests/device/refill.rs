//! A server that lost everything but its keys.

use shared::api::{BucketPart, ManifestRequest, ManifestResponse, RefillRequest, RefillResponse, path};
use shared::manifest::Header;
use sync_server::keys::KeyUse;

use crate::gadget::{Gadget, ask};
use crate::hall::{Hall, serve};

pub(crate) async fn download(hall: &Hall, gadget: &Gadget) -> (Vec<u8>, Vec<BucketPart>) {
    let address = path::MANIFEST.replace("{event}", &hall.event.to_string());
    let request = |buckets| ManifestRequest { event: hall.event, have: None, buckets, keyset_version: 0 };
    let answer = ask(hall, &address, Some(&gadget.token), &request(vec![])).await.unwrap();
    let ManifestResponse::Header { header, .. } = answer else { panic!() };
    let buckets = shared::cose::peek::<Header>(&header).unwrap().buckets();
    let answer = ask(hall, &address, Some(&gadget.token), &request((0..buckets).collect())).await.unwrap();
    let ManifestResponse::Buckets { parts, .. } = answer else { panic!() };
    (header, parts)
}

/// A new server in an empty folder with the keys of the old one.
pub(crate) async fn from_keys_alone(hall: Hall) -> Hall {
    let actor = sync_server::people::Actor::command_line(hall.admin.organization, 0);
    let export = hall.server.state().store.export_keys(actor).await.unwrap().unwrap();
    let users = hall.server.state().store.users(hall.admin.organization).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let server = serve(folder.path(), &hall.clock).await;
    server.state().store.import_keys(export, crate::hall::NOW).await.unwrap();
    let admin = crate::hall::admin_again(&server, users[0].clone()).await;
    Hall { server, admin, folder, ..hall }
}

#[tokio::test]
async fn scanners_give_a_new_server_entries_and_manifest_back() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let mut south = Gadget::at(&hall, "South 1", 2).await;
    let thief = Gadget::at(&hall, "Lost 1", 2).await;
    thief.upload(&hall).await;
    let path = format!("/api/v1/scanners/{}", thief.id);
    let delete = reqwest::Method::DELETE;
    hall.call(delete, &path, Some(&hall.admin.token), &serde_json::Value::Null).await;
    north.admit(hall.tickets[0]);
    south.wait(60_000);
    south.admit(hall.tickets[0]);
    south.admit(hall.tickets[1]);
    for gadget in [&north, &south] {
        gadget.upload(&hall).await;
    }
    let (header, parts) = download(&hall, &north).await;
    let version = shared::cose::peek::<Header>(&header).unwrap().version;
    let (digest, people) = (hall.digest().await, hall.people().await);

    let hall = from_keys_alone(hall).await;
    assert_eq!(north.send(&hall, vec![]).await.unwrap_err(), "not_authenticated");
    north.token = north.authenticate(&hall).await.unwrap().token;
    let mut beat = north.beat(0, 0, 0);
    let digest_held = shared::manifest::digest(&header);
    beat.manifests = vec![shared::api::HeldManifest { event: hall.event, version, digest: digest_held }];
    north.heartbeat(&hall, &beat).await.unwrap();
    let answer = north.upload(&hall).await;
    assert_eq!(north.ack(&answer).feeds[0].contiguous, 2, "kept before the event is known");
    assert!(answer.refill);
    let refill =
        |header: &[u8], parts: Vec<BucketPart>| RefillRequest { event: hall.event, header: header.to_vec(), parts };
    let mut torn = parts.clone();
    torn[0].records.pop();
    let wanted: RefillResponse = ask(&hall, path::REFILL, Some(&north.token), &refill(&header, torn)).await.unwrap();
    assert_eq!((wanted.wanted.len(), wanted.adopted), (1, false), "a damaged part is asked for again");
    let mut forged = header.clone();
    let at = forged.len() - 1;
    forged[at] ^= 1;
    let bad: Result<RefillResponse, String> =
        ask(&hall, path::REFILL, Some(&north.token), &refill(&forged, vec![])).await;
    assert_eq!(bad.unwrap_err(), "bad_request");
    let done: RefillResponse = ask(&hall, path::REFILL, Some(&north.token), &refill(&header, parts)).await.unwrap();
    assert!(done.adopted);
    // South was named by the manifest: its entries are taken even from north.
    assert_eq!(north.send(&hall, vec![south.batch(1, south.top())]).await.unwrap().problems, vec![]);
    assert_eq!((hall.digest().await, hall.people().await), (digest, people));
    assert_eq!(hall.of_event("conflicts").await["conflicts"].as_array().unwrap().len(), 1);
    assert_eq!(hall.of_event("stats").await["tickets"], 4);
    assert_eq!(thief.authenticate(&hall).await.unwrap_err(), "scanner_revoked");
    // South tells nothing itself; it is not waited for for ever.
    hall.clock.forward(sync_server::store::manifest::GRACE_MS);
    assert!(hall.publish().await["version"].as_u64().unwrap() > version);
    hall.verify().await;
}

#[tokio::test]
async fn a_server_set_back_to_an_old_backup_takes_a_newer_manifest_back() {
    let hall = Hall::open().await;
    let backup = hall.copy();
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    hall.post(&format!("/api/v1/tickets/{}/block", hall.tickets[3]), &serde_json::json!({})).await;
    hall.publish().await;
    north.admit(hall.tickets[0]);
    north.upload(&hall).await;
    let (header, parts) = download(&hall, &north).await;
    let digest = hall.digest().await;
    let old = Hall::on_copy(&hall, backup).await;
    // The backup does not know the scanner; its certificate convinces it.
    north.token = north.authenticate(&old).await.unwrap().token;
    north.upload(&old).await;
    let request = RefillRequest { event: old.event, header, parts };
    let done: RefillResponse = ask(&old, path::REFILL, Some(&north.token), &request).await.unwrap();
    assert!(done.adopted);
    assert_eq!(old.digest().await, digest);
    let ticket = old.get(&format!("/api/v1/tickets/{}", old.tickets[3])).await.json();
    assert_eq!(ticket["state"], "blocked");
    let again: RefillResponse = ask(&old, path::REFILL, Some(&north.token), &request).await.unwrap();
    assert!(!again.adopted && again.wanted.is_empty());
    old.verify().await;
}

#[tokio::test]
async fn a_manifest_whose_header_lies_about_its_tickets_is_not_taken_back() {
    let hall = Hall::open().await;
    let north = Gadget::at(&hall, "North 1", 1).await;
    let (header, parts) = download(&hall, &north).await;
    // Signed with the right key, but by a server gone wrong.
    let actor = sync_server::people::Actor::command_line(hall.admin.organization, 0);
    let keys = hall.server.state().store.export_keys(actor).await.unwrap().unwrap().keys;
    let key = keys.iter().find(|key| key.used_for == KeyUse::Manifest).unwrap();
    let key = key.seed.as_ref().unwrap().signing_key();
    let mut lying = shared::cose::peek::<Header>(&header).unwrap();
    lying.version += 1;
    let truth = lying.sign(&key);
    lying.tickets += 1;
    let lie = lying.sign(&key);
    let refill = |header, parts| RefillRequest { event: hall.event, header, parts };
    let call = async |request: RefillRequest| -> Result<RefillResponse, String> {
        ask(&hall, path::REFILL, Some(&north.token), &request).await
    };
    assert_eq!(call(refill(lie.clone(), vec![])).await.unwrap().wanted, [0], "a lie shows only when all is here");
    assert_eq!(call(refill(lie, parts.clone())).await.unwrap_err(), "bad_request");
    assert!(call(refill(truth, parts)).await.unwrap().adopted, "nothing of the lie is left");
    hall.verify().await;
}

#[tokio::test]
async fn a_feed_that_nobody_can_read_does_not_keep_the_others_from_who_comes_new() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    north.admit(hall.tickets[0]);
    north.admit(hall.tickets[1]);
    let download = download(&hall, &north).await;
    let hall = from_keys_alone(hall).await;
    north.token = north.authenticate(&hall).await.unwrap().token;
    let (header, parts) = download;
    let refill = RefillRequest { event: hall.event, header, parts };
    let done: RefillResponse = ask(&hall, path::REFILL, Some(&north.token), &refill).await.unwrap();
    assert!(done.adopted);
    north.upload(&hall).await;
    // It was known by its certificate only, so it is not certified again before it enrols.
    assert_eq!(crate::rotation::withdraw(&hall).await, vec!["North 1".to_owned()]);
    let mut south = Gadget::at(&hall, "South 1", 2).await;
    south.admit(hall.tickets[2]);
    south.upload(&hall).await;
    let late = Gadget::at(&hall, "Late 1", 2).await;
    // There is room for no more than one of the two feeds.
    let few = u32::try_from(south.top()).unwrap();
    let given = late.exchange(&hall, vec![], vec![], few).await.unwrap();
    let of: Vec<_> = given.batches.iter().map(|batch| shared::feed::Head::peek(&batch.head).unwrap().scanner).collect();
    assert_eq!(of, vec![south.id]);
    assert!(given.more, "the other follows, should somebody vouch for it");
}
