//! Entries are folded as they are placed: what passes in between is neither written nor told.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sync_server::clock::SystemEntropy;
use sync_server::ingest::authenticate;
use sync_server::keys::keyset::OldKeys;
use sync_server::keys::{KeyUse, StoredKey};
use sync_server::people::Actor;
use sync_server::store::keys::{Rotate, Rotation};

use crate::gadget::Gadget;
use crate::hall::{Hall, NOW};

async fn conflicts(hall: &Hall) -> Vec<Value> {
    hall.of_event("conflicts").await["conflicts"].as_array().unwrap().clone()
}

/// A device that knows the time, so that what it writes can be folded at once.
async fn on_time(hall: &Hall, name: &str, gate: u32) -> Gadget {
    let mut gadget = Gadget::at(hall, name, gate).await;
    gadget.sample(hall).await;
    gadget
}

#[tokio::test]
async fn more_people_than_a_ticket_admits_are_a_conflict_from_the_first_scan() {
    let hall = Hall::open().await;
    let mut north = on_time(&hall, "North 1", 1).await;
    north.wait(60_000);
    north.admit_party(hall.tickets[0], 3, 2);
    north.upload(&hall).await;
    hall.verify().await;
    assert_eq!(conflicts(&hall).await.len(), 1);
    assert_eq!(hall.of_event("occupancy").await["duplicates"], json!(1));
}

/// South was there first with the same ticket, but took it back: what came of both is what was there before.
#[tokio::test]
async fn what_is_undone_in_the_same_batch_leaves_conflicts_as_they_were() {
    let hall = Hall::open().await;
    let mut south = on_time(&hall, "South 1", 2).await;
    let early = south.admit(hall.tickets[0]);
    south.undo(early, None);
    let mut north = on_time(&hall, "North 1", 1).await;
    north.wait(60_000);
    north.admit(hall.tickets[0]);
    north.wait(1_000);
    north.admit(hall.tickets[0]);
    north.upload(&hall).await;
    let before = conflicts(&hall).await;
    assert_eq!(before.len(), 1);
    south.upload(&hall).await;
    assert_eq!(conflicts(&hall).await, before, "with the same revision: nobody is told again");
    hall.verify().await;
}

#[tokio::test]
async fn a_batch_sent_again_leaves_its_feed_as_good_as_it_was() {
    let hall = Hall::open().await;
    let mut north = on_time(&hall, "North 1", 1).await;
    north.admit(hall.tickets[0]);
    north.upload(&hall).await;
    north.upload(&hall).await;
    north.wait(1_000);
    north.admit(hall.tickets[1]);
    // Once more from the beginning, with something new at the end.
    north.upload(&hall).await;
    let folder = hall.copy();
    let database = rusqlite::Connection::open(folder.path().join("server.db")).unwrap();
    let steady: Vec<bool> = database
        .prepare("SELECT steady FROM feeds")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(steady, [true]);
    assert_eq!(hall.people().await.0, 2);
    hall.verify().await;
}

/// A batch is checked before it waits for the writer; meanwhile somebody may withdraw the key that its times rest on.
#[tokio::test]
async fn a_key_withdrawn_while_a_batch_waits_says_nothing_about_time() {
    let hall = Hall::open().await;
    let mut north = on_time(&hall, "North 1", 1).await;
    north.admit(hall.tickets[0]);
    let store = hall.server.state().store.clone();
    let organization = hall.admin.organization;
    let trusted = store.authority(organization).await.unwrap().unwrap().trust;
    let signers = BTreeMap::from([(north.id, north.key.verifying_key())]);
    let checked = authenticate(&[north.batch(1, north.top())], &signers, &trusted);
    assert_eq!(checked.problems, vec![]);
    let keys = vec![StoredKey::generate(KeyUse::Server, NOW, &SystemEntropy)];
    let rotation = Rotation { keys, old: OldKeys::Withdraw, root: None };
    let rotated = store.rotate_keys(Actor::command_line(organization, NOW), rotation).await.unwrap();
    assert!(matches!(rotated, Rotate::Rotated { .. }));
    let stored = store.ingest(organization, checked.batches, vec![], NOW).await.unwrap();
    assert_eq!(stored.stored, 3);
    let entries = hall.of_event("entries").await;
    assert_eq!(entries["entries"][0]["uncertain"], json!(true), "{entries}");
    hall.verify().await;
}
