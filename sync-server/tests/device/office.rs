//! People without tickets, counted by hand at the office: entries like any other.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::api::{AuthResponse, RefillRequest, RefillResponse, path};
use shared::clock::random;
use shared::feed::{Batch, Head};
use shared::manifest::Header;
use shared::merge::Label;
use shared::trust::Certificate;
use sync_server::store::sqlite::backup;

use crate::gadget::{Gadget, ask};
use crate::hall::{Answer, Hall, NOW, dice};
use crate::refill::download;

fn request() -> String {
    shared::ids::to_hex(&random::<16>(dice()))
}

fn body(gate: u32, people: i64, reason: &str) -> Value {
    json!({ "request": request(), "gate": gate, "people": people, "reason": reason })
}

async fn count(hall: &Hall, body: &Value) -> Answer {
    hall.post(&format!("/api/v1/events/{}/counts", hall.event), body).await
}

pub(crate) async fn counted(hall: &Hall, gate: u32, people: i64) -> Value {
    let answer = count(hall, &body(gate, people, "crew")).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    answer.json()
}

/// The office's certificates of the manifest in force.
pub(crate) async fn offices(hall: &Hall, gadget: &Gadget) -> Vec<Certificate> {
    let (header, _) = download(hall, gadget).await;
    let header: Header = shared::cose::peek(&header).unwrap();
    let opened = header.certificates.iter().map(|bytes| Certificate::open(bytes, &gadget.trust).unwrap());
    opened.filter(Certificate::is_office).collect()
}

/// Everything the office ever wrote, as a scanner gets it.
pub(crate) async fn written(hall: &Hall, gadget: &Gadget) -> Vec<Batch> {
    let answer = gadget.exchange(hall, vec![gadget.position(1)], vec![], 1000).await.unwrap();
    let office = |batch: &Batch| Head::peek(&batch.head).is_some_and(|head| head.scanner != gadget.id);
    answer.batches.into_iter().filter(office).collect()
}

/// The same database under another run of the server.
async fn again(hall: &Hall) -> Hall {
    Hall::on_copy(hall, hall.copy()).await
}

#[tokio::test]
async fn a_count_moves_people_at_its_gate_and_is_told_with_who_when_and_why() {
    let hall = Hall::open().await;
    let north = Gadget::at(&hall, "North 1", 1).await;
    north.upload(&hall).await;
    hall.clock.forward(5_000);
    let told = counted(&hall, 1, 12).await;
    assert_eq!((&told["people"], &told["gate"], &told["reason"]), (&json!(12), &json!(1), &json!("crew")));
    assert_eq!(
        (&told["operator"], &told["office"], &told["counted"]),
        (&json!("Somebody"), &json!(true), &json!(true))
    );
    assert_eq!(
        (&told["at"], &told["uncertain"]),
        (&json!(NOW + 5_000), &json!(false)),
        "the server's own time, exactly"
    );
    counted(&hall, 1, -2).await;
    // From the hall into the lounge: nobody comes or goes.
    counted(&hall, 3, 4).await;
    assert_eq!(hall.people().await, (10, 10, 10));
    let occupancy = hall.of_event("occupancy").await;
    let zone = |at: usize| occupancy["zones"][at]["people"]["counted"].clone();
    assert_eq!((zone(0), zone(1)), (json!(6), json!(4)), "{occupancy}");
    let list = hall.of_event("counts").await;
    let people: Vec<_> = list["counts"].as_array().unwrap().iter().map(|count| count["people"].clone()).collect();
    assert_eq!(people, vec![json!(4), json!(-2), json!(12)], "the last first");
    hall.verify().await;
}

#[tokio::test]
async fn a_request_counts_once_however_often_it_is_sent_also_after_a_restart() {
    let hall = Hall::open().await;
    let body = body(1, 7, "guest list");
    let first = count(&hall, &body).await;
    assert_eq!(first.status, StatusCode::CREATED);
    let (one, two) = tokio::join!(count(&hall, &body), count(&hall, &body));
    for repeat in [one, two] {
        assert_eq!((repeat.status, repeat.json()), (StatusCode::CREATED, first.json()));
    }
    assert_eq!(hall.people().await.0, 7);
    let hall = again(&hall).await;
    assert_eq!(count(&hall, &body).await.json(), first.json());
    assert_eq!(hall.people().await.0, 7);
    let mut other = body.clone();
    other["people"] = json!(8);
    assert_eq!(count(&hall, &other).await.code(), "request_used");
    assert_eq!(hall.people().await.0, 7);
    hall.verify().await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_field_and_moves_nobody() {
    let hall = Hall::open().await;
    let long = "x".repeat(201);
    let wrong = [
        (body(9, 1, "crew"), "gate", "no_gate"),
        (body(1, 0, "crew"), "people", "people"),
        (body(1, 1001, "crew"), "people", "people"),
        (body(1, -1001, "crew"), "people", "people"),
        (body(1, 1, "  "), "reason", "empty"),
        (body(1, 1, &long), "reason", "too_long"),
        (body(1, 1, "a\u{7}b"), "reason", "control_characters"),
        (json!({ "request": "7", "gate": 1, "people": 1, "reason": "crew" }), "request", "invalid"),
    ];
    for (body, field, code) in wrong {
        let answer = count(&hall, &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let error = answer.json()["errors"][0].clone();
        assert_eq!((error["field"].as_str(), error["code"].as_str()), (Some(field), Some(code)), "{body}");
    }
    assert_eq!(hall.people().await, (0, 0, 0));
    let most = body(1, 1000, &"é".repeat(200));
    assert_eq!(count(&hall, &most).await.status, StatusCode::CREATED);
    hall.call(Method::DELETE, &format!("/api/v1/events/{}", hall.event), Some(&hall.admin.token), &Value::Null).await;
    assert_eq!(count(&hall, &body(1, 1, "crew")).await.code(), "event_archived");
    assert_eq!(count(&hall, &most).await.status, StatusCode::CREATED, "what counted before is told once more");
}

#[tokio::test]
async fn a_promoter_counts_at_events_granted_to_them_and_nobody_at_anothers() {
    let hall = Hall::open().await;
    let hidden = hall.new_event(&json!({ "name": "Hidden" })).await;
    let promoter = hall.promoter(vec![hall.event]).await;
    let ask = async |event, method: Method, body: &Value| {
        let path = format!("/api/v1/events/{event}/counts");
        hall.call(method, &path, Some(&promoter.token), body).await.status
    };
    assert_eq!(ask(hall.event, Method::POST, &body(1, 3, "press")).await, StatusCode::CREATED);
    assert_eq!(ask(hall.event, Method::GET, &Value::Null).await, StatusCode::OK);
    assert_eq!(ask(hidden, Method::POST, &body(1, 3, "press")).await, StatusCode::NOT_FOUND);
    assert_eq!(ask(hidden, Method::GET, &Value::Null).await, StatusCode::NOT_FOUND);
    assert_eq!(hall.people().await.0, 3);
    let log = hall.get(&format!("/api/v1/organizations/{}/audit", hall.admin.organization)).await.json().to_string();
    assert_eq!(log.matches("event.count").count(), 1, "{log}");
    assert!(log.contains("promoter@hall.example") && log.contains("press"), "{log}");
}

#[tokio::test]
async fn scanners_know_the_office_from_the_first_list_on_and_get_what_it_wrote() {
    let hall = Hall::open().await;
    let north = Gadget::at(&hall, "North 1", 1).await;
    north.upload(&hall).await;
    let known = offices(&hall, &north).await;
    assert_eq!(known.len(), 1, "before anybody counted");
    assert_eq!(known[0].events, vec![hall.event]);
    for people in [2, -1] {
        counted(&hall, 1, people).await;
    }
    assert_eq!(offices(&hall, &north).await, known, "one for the event");
    let batches = written(&hall, &north).await;
    let key = known[0].verifying_key().unwrap();
    let mut bodies = vec![];
    for batch in batches {
        let checked = batch.authenticate(known[0].scanner, &key).unwrap();
        assert_eq!(checked.faults, vec![]);
        bodies.extend(checked.authentic.iter().filter_map(|one| one.entry.movement()).map(|moved| moved.bodies));
    }
    assert_eq!(bodies, vec![2, -1]);
}

#[tokio::test]
async fn the_office_is_no_scanner_in_any_list_and_never_a_cause() {
    let hall = Hall::open().await;
    let north = Gadget::at(&hall, "North 1", 1).await;
    north.heartbeat(&hall, &north.beat(0, 0, 0)).await.unwrap();
    counted(&hall, 1, 5).await;
    let office = offices(&hall, &north).await.remove(0);
    let total = hall.of_event("occupancy").await["total"].clone();
    assert_eq!((&total["causes"], &total["exact"]), (&json!([]), &json!(true)), "{total}");
    for list in ["/api/v1/scanners".to_owned(), format!("/api/v1/events/{}/scanner-stats", hall.event)] {
        let text = hall.get(&list).await.json().to_string();
        assert!(!text.contains(&office.scanner.to_string()) && !text.contains("Office"), "{list}: {text}");
    }
    let address = format!("/api/v1/scanners/{}", office.scanner);
    let apart = format!("{address}/apart");
    for (method, path, body) in [
        (Method::GET, &address, Value::Null),
        (Method::PATCH, &address, json!({ "name": "Mine" })),
        (Method::DELETE, &address, Value::Null),
        (Method::GET, &apart, Value::Null),
        (Method::POST, &format!("{address}/invitation"), Value::Null),
        (Method::POST, &format!("{address}/keep-apart"), json!({ "entries": 1 })),
    ] {
        let answer = hall.call(method.clone(), path, Some(&hall.admin.token), &body).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
    }
    assert_eq!(hall.people().await, (5, 5, 5));
}

#[tokio::test]
async fn every_run_of_the_server_writes_a_feed_of_its_own() {
    let hall = Hall::open().await;
    let north = Gadget::at(&hall, "North 1", 1).await;
    north.upload(&hall).await;
    counted(&hall, 1, 1).await;
    // Two servers on copies of one database, as after a restore of which nobody told the first.
    let (mut left, mut right) = (again(&hall).await, again(&hall).await);
    counted(&left, 1, 10).await;
    counted(&right, 1, 100).await;
    (left.event, right.event) = (hall.event, hall.event);
    let batches = [written(&hall, &north).await, written(&left, &north).await, written(&right, &north).await].concat();
    let mut feeds: Vec<_> = batches.iter().map(|batch| Head::peek(&batch.head).unwrap().feed).collect();
    feeds.sort_unstable();
    feeds.dedup();
    assert_eq!(feeds.len(), 3);
    // Whoever hears of all of them has three counts and no fork.
    let answer = north.send(&left, batches).await.unwrap();
    assert_eq!(answer.problems, vec![]);
    assert_eq!(left.people().await, (111, 111, 111));
    left.verify().await;
}

#[tokio::test]
async fn a_server_set_back_to_a_backup_gets_its_counts_back_from_scanners() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let mut south = Gadget::at(&hall, "South 1", 2).await;
    let copy = hall.copy();
    north.admit(hall.tickets[0]);
    north.upload(&hall).await;
    let body = body(1, 30, "guest list");
    assert_eq!(count(&hall, &body).await.status, StatusCode::CREATED);
    let carried = written(&hall, &north).await;
    let digest = hall.digest().await;

    backup::renew(&copy.path().join("server.db"), 0, NOW, dice()).unwrap();
    let old = Hall::on_copy(&hall, copy).await;
    assert_eq!(old.people().await.0, 0, "forgotten");
    // Counting goes on at once, whatever publishing waits for.
    counted(&old, 2, 4).await;
    for gadget in [&mut north, &mut south] {
        gadget.token = gadget.authenticate(&old).await.unwrap().token;
        gadget.heartbeat(&old, &gadget.beat(0, 0, 0)).await.unwrap();
    }
    old.publish().await;
    north.upload(&old).await;
    let answer = south.send(&old, carried).await.unwrap();
    assert_eq!(answer.problems, vec![]);
    assert_eq!(old.people().await.0, 1 + 30 + 4);
    assert_ne!(old.digest().await, digest);
    counted(&old, 2, -4).await;
    old.verify().await;
    // What is documented: the request's id was forgotten with the rest.
    assert_eq!(count(&old, &body).await.status, StatusCode::CREATED);
    assert_eq!(old.people().await.0, 61);
}

#[tokio::test]
async fn a_server_that_lost_everything_knows_its_former_office_and_makes_another() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    north.upload(&hall).await;
    counted(&hall, 1, 9).await;
    let (former, carried) = (offices(&hall, &north).await.remove(0), written(&hall, &north).await);
    let (header, parts) = download(&hall, &north).await;
    let digest = hall.digest().await;

    let hall = crate::refill::from_keys_alone(hall).await;
    north.token = north.authenticate(&hall).await.unwrap().token;
    let refill = RefillRequest { event: hall.event, header, parts };
    let done: RefillResponse = ask(&hall, path::REFILL, Some(&north.token), &refill).await.unwrap();
    assert!(done.adopted);
    let answer = north.send(&hall, [carried, vec![north.batch(1, 1)]].concat()).await.unwrap();
    assert_eq!(answer.problems, vec![]);
    assert_eq!((hall.people().await, hall.digest().await), ((9, 9, 9), digest));
    let list = hall.get("/api/v1/scanners").await.json().to_string();
    assert!(!list.contains("Office"), "known by its certificate alone, and still no scanner: {list}");
    assert_eq!(hall.of_event("counts").await["counts"][0]["office"], json!(true));
    // Its key is gone. A new one counts on, and the former stays good.
    counted(&hall, 1, 1).await;
    north.heartbeat(&hall, &north.beat(0, 0, 0)).await.unwrap();
    hall.publish().await;
    let known = offices(&hall, &north).await;
    assert_eq!(known.len(), 2);
    assert!(known.contains(&former));
    assert_eq!(hall.people().await.0, 10);
    hall.verify().await;
}

#[tokio::test]
async fn the_offices_key_opens_no_session_not_even_for_who_has_it() {
    let hall = Hall::open().await;
    let mut thief = Gadget::at(&hall, "North 1", 1).await;
    counted(&hall, 1, 1).await;
    let database = rusqlite::Connection::open(hall.folder.path().join("server.db")).unwrap();
    let sql = "SELECT o.secret, s.scanner, s.certificate FROM offices o JOIN scanners s ON s.id = o.scanner";
    let (secret, id, certificate): ([u8; 32], [u8; 16], Vec<u8>) =
        database.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    thief.key = shared::cose::SigningKey::from_bytes(&secret);
    (thief.id, thief.certificate) = (shared::ids::ScannerId(id), certificate);
    let answer: Result<AuthResponse, String> = thief.authenticate(&hall).await;
    assert_eq!(answer.unwrap_err(), "scanner_unknown");
}

#[tokio::test]
async fn a_door_scanner_and_the_office_count_in_one_list() {
    let hall = Hall::open().await;
    let mut chief = Gadget::with_role(&hall, "Chief", 1, "supervisor").await;
    let id = chief.count(3);
    chief.upload(&hall).await;
    counted(&hall, 1, 2).await;
    chief.undo(id, None);
    chief.upload(&hall).await;
    let list = hall.of_event("counts").await["counts"].clone();
    let told: Vec<_> =
        list.as_array().unwrap().iter().map(|one| (&one["people"], &one["office"], &one["counted"])).collect();
    let (yes, no) = (json!(true), json!(false));
    assert_eq!(told, vec![(&json!(2), &yes, &yes), (&json!(3), &no, &no)], "{list}");
    assert_eq!((&list[1]["scanner_name"], &list[1]["label"]), (&json!("Chief"), &json!(Label::Voided.name())));
    assert_eq!(hall.people().await.0, 2);
    hall.verify().await;
}
