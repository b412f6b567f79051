//! The same entries give the same answer, whatever the order, the batches and the repetitions.

use serde_json::Value;
use shared::feed::Batch;

use crate::gadget::Gadget;
use crate::hall::Hall;

/// One ticket at two dark gates; the second a minute later.
fn two_dark_gates(hall: &Hall, north: &mut Gadget, south: &mut Gadget) {
    north.admit(hall.tickets[0]);
    south.wait(60_000);
    south.admit(hall.tickets[0]);
    south.refuse(hall.tickets[0]);
}

async fn conflict(hall: &Hall) -> Value {
    let page = hall.of_event("conflicts").await;
    let conflicts = page["conflicts"].as_array().unwrap().clone();
    assert_eq!(conflicts.len(), 1);
    let mut conflict = conflicts[0].clone();
    conflict["revision"] = Value::Null;
    conflict
}

#[tokio::test]
async fn one_ticket_at_two_dark_gates_is_two_bodies_one_ticket_one_duplicate() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let mut south = Gadget::at(&hall, "South 1", 2).await;
    two_dark_gates(&hall, &mut north, &mut south);
    let ways: [Vec<(&Gadget, Batch)>; 4] = [
        vec![(&north, north.batch(1, 2)), (&south, south.batch(1, 3))],
        vec![(&south, south.batch(1, 3)), (&north, north.batch(1, 2))],
        vec![
            (&south, south.batch(3, 3)),
            (&south, south.batch(2, 2)),
            (&north, north.batch(2, 2)),
            (&south, south.batch(1, 1)),
            (&north, north.batch(1, 1)),
        ],
        vec![
            (&south, north.batch(1, 2)),
            (&north, north.batch(1, 2)),
            (&north, south.batch(1, 3)),
            (&south, south.batch(1, 3)),
        ],
    ];
    let mut seen = vec![];
    for way in ways {
        // Each on a fresh copy of the database from before anything was sent.
        let folder = hall.copy();
        let other = Hall::on_copy(&hall, folder).await;
        for (carrier, batch) in way {
            carrier.send(&other, vec![batch]).await.unwrap();
        }
        let occupancy = other.of_event("occupancy").await;
        assert_eq!(occupancy["total"]["counted"], 2);
        assert_eq!((&occupancy["tickets_inside"], &occupancy["duplicates"]), (&1.into(), &1.into()));
        other.verify().await;
        seen.push((other.digest().await, conflict(&other).await));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:#?}");
    let text = seen[0].1["text"].as_str().unwrap();
    assert!(text.contains("North") && text.contains("South") && text.contains("offline"), "{text}");
}

#[tokio::test]
async fn an_admission_that_arrives_late_turns_the_duplicate_round() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let mut south = Gadget::at(&hall, "South 1", 2).await;
    south.wait(60_000);
    let second = south.admit(hall.tickets[0]);
    south.upload(&hall).await;
    assert_eq!(hall.of_event("stats").await["entries"]["ok"], 1);
    assert_eq!(hall.of_event("stats").await["conflicts"], 0);
    north.admit(hall.tickets[0]);
    north.upload(&hall).await;
    assert_eq!(conflict(&hall).await["id"], second.to_string());
    // A supervisor voids the first: then there was none.
    let page = hall.of_event("entries?label=ok").await;
    let first = page["entries"][0]["id"].as_str().unwrap().parse().unwrap();
    north.undo(first, Some(hall.tickets[0]));
    north.upload(&hall).await;
    assert_eq!(hall.of_event("stats").await["conflicts"], 0);
    hall.verify().await;
}

#[tokio::test]
async fn a_scanner_that_knew_says_so_and_a_note_stays_with_the_conflict() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let mut south = Gadget::at(&hall, "South 1", 2).await;
    let first = north.admit(hall.tickets[0]);
    let second = south.admit_seeing(hall.tickets[0], vec![first]);
    north.upload(&hall).await;
    south.upload(&hall).await;
    assert_eq!(conflict(&hall).await["story"]["order_certain"], true);
    let path = format!("/api/v1/events/{}/conflicts/{second}/note", hall.event);
    let put = reqwest::Method::PUT;
    let body = serde_json::json!({ "note": "the guest had two tickets" });
    assert_eq!(hall.call(put.clone(), &path, Some(&hall.admin.token), &body).await.status, 204);
    assert_eq!(conflict(&hall).await["note"]["text"], "the guest had two tickets");
    assert_eq!(hall.of_event("conflicts?open=true").await["conflicts"], serde_json::json!([]));
    let other = format!("/api/v1/events/{}/conflicts/{first}/note", hall.event);
    assert_eq!(hall.call(put, &other, Some(&hall.admin.token), &body).await.status, 404);
}
