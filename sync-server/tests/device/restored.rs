//! A server that was set back to a backup by `restore` knows it: it publishes nothing before scanners were heard.

use reqwest::Method;
use serde_json::{Value, json};
use shared::api::{BucketPart, HeldManifest, RefillRequest, RefillResponse, path};
use sync_server::store::manifest::GRACE_MS;
use sync_server::store::sqlite::backup;

use crate::gadget::{Gadget, ask};
use crate::hall::{Hall, NOW, dice};
use crate::refill::download;

/// The backup of a hall, in service again.
async fn restored(of: &Hall, copy: tempfile::TempDir) -> Hall {
    backup::renew(&copy.path().join("server.db"), 0, NOW, dice()).unwrap();
    Hall::on_copy(of, copy).await
}

async fn publish(hall: &Hall) -> Result<u64, String> {
    let answer = hall.post(&format!("/api/v1/events/{}/publish", hall.event), &Value::Null).await;
    if answer.status == 200 { Ok(answer.json()["version"].as_u64().unwrap()) } else { Err(answer.code()) }
}

async fn tell(hall: &Hall, gadget: &mut Gadget, list: Option<&[u8]>) {
    gadget.token = gadget.authenticate(hall).await.unwrap().token;
    let mut beat = gadget.beat(0, 0, 0);
    if let Some(header) = list {
        let version = shared::cose::peek::<shared::manifest::Header>(header).unwrap().version;
        beat.manifests = vec![HeldManifest { event: hall.event, version, digest: shared::manifest::digest(header) }];
    }
    gadget.heartbeat(hall, &beat).await.unwrap();
}

async fn give_back(hall: &Hall, gadget: &Gadget, (header, parts): (Vec<u8>, Vec<BucketPart>)) {
    let request = RefillRequest { event: hall.event, header, parts };
    let done: RefillResponse = ask(hall, path::REFILL, Some(&gadget.token), &request).await.unwrap();
    assert!(done.adopted);
}

#[tokio::test]
async fn publishing_waits_for_every_scanner_or_some_minutes_after_the_first() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let _south = Gadget::at(&hall, "South 1", 2).await;
    let before = publish(&hall).await.unwrap();
    let old = restored(&hall, hall.copy()).await;
    assert_eq!(publish(&old).await.unwrap_err(), "held_after_restore");
    tell(&old, &mut north, None).await;
    assert_eq!(publish(&old).await.unwrap_err(), "held_after_restore", "South may know more");
    assert!(old.server.state().store.due_publications(old.clock_now()).await.unwrap().is_empty());
    old.clock.forward(GRACE_MS);
    assert_eq!(old.server.state().store.due_publications(old.clock_now()).await.unwrap().len(), 0, "nothing changed");
    assert!(publish(&old).await.unwrap() > before + 80_000, "a day's margin");
}

#[tokio::test]
async fn a_file_put_back_by_hand_after_a_restore_issues_no_number_again() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let old = restored(&hall, hall.copy()).await;
    tell(&old, &mut north, None).await;
    old.clock.forward(GRACE_MS);
    publish(&old).await.unwrap();
    // From the restore on its numbers are far ahead of the clock. It does not know that it went back once more.
    let by_hand = Hall::on_copy(&old, old.copy()).await;
    old.clock.forward(60_000);
    let lists = [publish(&old).await.unwrap(), publish(&old).await.unwrap()];
    by_hand.clock.forward(GRACE_MS + 120_000);
    let again = publish(&by_hand).await.unwrap();
    assert!(lists.iter().all(|list| *list < again), "{lists:?}, {again}");
}

#[tokio::test]
async fn nobody_waits_for_scanners_that_cannot_know_anything() {
    let hall = Hall::open().await;
    let old = restored(&hall, hall.copy()).await;
    // An event of which no scanner is known, and one made since.
    let made = old.new_event(&json!({ "name": "New" })).await;
    let mut other = Gadget::at(&old, "North 1", 1).await;
    tell(&old, &mut other, None).await;
    publish(&old).await.unwrap();
    let answer = old.post(&format!("/api/v1/events/{made}/publish"), &Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
}

#[tokio::test]
async fn edits_made_meanwhile_are_published_on_top_of_what_comes_back() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let copy = hall.copy();
    let block = |hall: &Hall, n: usize| format!("/api/v1/tickets/{}/block", hall.tickets[n]);
    hall.post(&block(&hall, 2), &json!({})).await;
    hall.call(
        Method::PUT,
        &format!("/api/v1/events/{}/products", hall.event),
        Some(&hall.admin.token),
        &json!([{ "id": 1, "name": "Standard" }, { "id": 2, "name": "Late" }]),
    )
    .await;
    publish(&hall).await.unwrap();
    let newest = download(&hall, &north).await;
    let old = restored(&hall, copy).await;
    // The same ticket, another fact; another ticket; another rule.
    let patch = json!({ "admits": 3 });
    let ticket = |n: usize| format!("/api/v1/tickets/{}", old.tickets[n]);
    let answer = old.call(Method::PATCH, &ticket(2), Some(&old.admin.token), &patch).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    old.post(&block(&old, 3), &json!({})).await;
    let event = format!("/api/v1/events/{}", old.event);
    let answer = old.call(Method::PATCH, &event, Some(&old.admin.token), &json!({ "capacity": 77 })).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    tell(&old, &mut north, Some(&newest.0)).await;
    let held = old.get(&event).await.json()["hold"].clone();
    assert_eq!((&held["newer_shown"], &held["waiting"]), (&json!(true), &json!([])), "{held}");
    give_back(&old, &north, newest).await;
    assert_eq!(old.server.state().store.due_publications(old.clock_now()).await.unwrap().len(), 1);
    publish(&old).await.unwrap();
    let both = old.get(&ticket(2)).await.json();
    assert_eq!((&both["state"], &both["admits"]), (&json!("blocked"), &json!(3)));
    assert_eq!(old.get(&ticket(3)).await.json()["state"], "blocked");
    let rules = old.get(&event).await.json();
    assert_eq!((&rules["capacity"], rules["products"].as_array().unwrap().len()), (&json!(77), 2), "{rules}");
    assert_eq!(rules["hold"], Value::Null);
}

#[tokio::test]
async fn a_gate_that_gives_way_to_an_edit_keeps_its_number_for_ever() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let copy = hall.copy();
    let set = async |hall: &Hall, gates: &[(u32, &str)]| {
        let gate = |(id, name): &(u32, &str)| json!({ "id": id, "name": name, "zone": 1 });
        let path = format!("/api/v1/events/{}/gates", hall.event);
        let gates = gates.iter().map(gate).collect::<Value>();
        hall.call(Method::PUT, &path, Some(&hall.admin.token), &gates).await
    };
    // What was lost had a gate more; it is on a scanner that is dark by now.
    let (lounge, east) = ((3, "Lounge door"), (4, "East"));
    assert_eq!(set(&hall, &[(1, "North"), (2, "South"), lounge, east]).await.status, 200);
    publish(&hall).await.unwrap();
    let newest = download(&hall, &north).await;
    // Meanwhile others are renamed in the backup: of the two lists that one stays.
    let old = restored(&hall, copy).await;
    let main = [(1, "Main"), (2, "South"), lounge];
    assert_eq!(set(&old, &main).await.status, 200);
    tell(&old, &mut north, Some(&newest.0)).await;
    give_back(&old, &north, newest).await;
    let event = old.get(&format!("/api/v1/events/{}", old.event)).await.json();
    let names: Vec<_> = event["gates"].as_array().unwrap().iter().map(|gate| gate["name"].clone()).collect();
    assert_eq!(names, ["Main", "South", "Lounge door"]);
    // Its number means East, and East only.
    let refused = set(&old, &[main.as_slice(), &[(4, "West")]].concat()).await;
    let error = &refused.json()["errors"][0];
    assert_eq!((&error["field"], &error["code"]), (&json!("gates[3].id"), &json!("number_spent")), "{error}");
    assert!(error["message"].as_str().unwrap().contains("\"East\""), "{error}");
    assert_eq!(set(&old, &[main.as_slice(), &[(5, "West"), east]].concat()).await.status, 200);
}

#[tokio::test]
async fn a_thief_whose_revocation_was_forgotten_gains_nothing_that_lasts() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let mut thief = Gadget::at(&hall, "Lost 1", 2).await;
    thief.admit(hall.tickets[0]);
    thief.upload(&hall).await;
    let copy = hall.copy();
    let address = format!("/api/v1/scanners/{}", thief.id);
    let answer = hall.call(Method::DELETE, &address, Some(&hall.admin.token), &Value::Null).await;
    assert_eq!(answer.status, 200);
    let newest = download(&hall, &north).await;
    let people = hall.people().await;

    // It comes first, before anybody who knows better; what it logged after its cut is kept, and counts for now.
    let old = restored(&hall, copy).await;
    thief.admit(old.tickets[1]);
    tell(&old, &mut thief, None).await;
    thief.upload(&old).await;
    assert_eq!(old.people().await.0, people.0 + 1);
    assert_eq!(publish(&old).await.unwrap_err(), "held_after_restore", "its word alone frees nothing");
    tell(&old, &mut north, Some(&newest.0)).await;
    give_back(&old, &north, newest).await;
    assert_eq!(old.people().await.0, people.0, "its cut is where it was");
    assert_eq!(thief.send(&old, vec![]).await.unwrap_err(), "not_authenticated");
    assert_eq!(thief.authenticate(&old).await.unwrap_err(), "scanner_revoked");
    publish(&old).await.unwrap();
    let (header, _) = download(&old, &north).await;
    let header: shared::manifest::Header = shared::cose::peek(&header).unwrap();
    assert_eq!(header.revocations.len(), 1);
    old.verify().await;
}
