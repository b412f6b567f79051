//! A certified scanner that says what no honest one would: it may spoil its own entries, and nothing else.

use reqwest::Method;
use serde_json::json;
use shared::api::{FeedPosition, HeartbeatRequest, HeldManifest};
use shared::entry::{entry_id, kind};
use shared::feed::{Batch, Head};
use shared::ids::{EntryId, FeedId, ManifestDigest};
use sync_server::clock::SystemEntropy;
use sync_server::keys::keyset::OldKeys;
use sync_server::keys::{KeyUse, StoredKey};
use sync_server::people::Actor;
use sync_server::store::keys::{Rotate, Rotation};

use crate::gadget::Gadget;
use crate::hall::{Hall, NOW};

#[tokio::test]
async fn a_version_that_no_server_ever_issued_does_not_end_publishing() {
    let hall = Hall::open().await;
    let north = Gadget::at(&hall, "North 1", 1).await;
    for version in [i64::MAX.unsigned_abs(), u64::MAX] {
        let mut beat = north.beat(0, 0, 0);
        beat.manifests = vec![HeldManifest { event: hall.event, version, digest: ManifestDigest([7; 16]) }];
        north.heartbeat(&hall, &beat).await.unwrap();
        hall.publish().await;
    }
}

#[tokio::test]
async fn reports_of_more_people_than_there_are_do_not_stop_those_who_pass_entries_on() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let mut south = Gadget::at(&hall, "South 1", 2).await;
    north.admit(hall.tickets[0]);
    north.heartbeat(&hall, &north.beat(u64::MAX, u64::MAX, u64::MAX)).await.unwrap();
    north.upload(&hall).await;
    let have = vec![FeedPosition { feed: north.feed(), contiguous: 2, id: None, from: None }];
    north.exchange(&hall, have, vec![north.batch(1, 2)], 0).await.unwrap();
    north.admit(hall.tickets[1]);
    south.admit(hall.tickets[2]);
    let answer = south.send(&hall, vec![north.batch(3, 3), south.batch(1, 2)]).await.unwrap();
    assert_eq!(answer.problems, vec![]);
    assert_eq!(hall.people().await.0, 3);
}

#[tokio::test]
async fn a_feed_too_bulky_for_an_answer_does_not_hide_the_feeds_behind_it() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let mut south = Gadget::at(&hall, "South 1", 2).await;
    let east = Gadget::at(&hall, "North 2", 1).await;
    for _ in 0..200 {
        let mut raw = north.blank(77);
        raw.reason = Some("x".repeat(3_800));
        north.write(&raw);
    }
    north.upload(&hall).await;
    south.admit(hall.tickets[0]);
    south.upload(&hall).await;
    let answer = east.exchange(&hall, vec![], vec![], 2_000).await.unwrap();
    let entries: usize = answer.batches.iter().map(|batch| batch.entries.len()).sum();
    assert_eq!((entries, answer.more), (2, false), "what its neighbour wrote is there, and that is all");
}

#[tokio::test]
async fn positions_that_cannot_be_are_refused_by_name() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let south = Gadget::at(&hall, "South 1", 2).await;
    let first = north.admit(hall.tickets[0]);
    north.upload(&hall).await;
    // Another entry at the same place.
    let mut twin = north.twin(1);
    twin.admit(hall.tickets[1]);
    let answer = south.send(&hall, vec![twin.batch(2, 2)]).await.unwrap();
    assert!(north.ack(&answer).feeds[0].forked);
    for (contiguous, id) in
        [(0, Some(first)), (u64::MAX, Some(first)), (u64::MAX, None), (i64::MAX.unsigned_abs(), None)]
    {
        let have = vec![FeedPosition { feed: north.feed(), contiguous, id, from: None }];
        let outcome = south.exchange(&hall, have, vec![], 100).await.map(drop);
        assert!(
            matches!(outcome.as_ref().map_err(String::as_str), Ok(()) | Err("bad_request")),
            "{contiguous}: {outcome:?}"
        );
    }
    hall.verify().await;
}

#[tokio::test]
async fn an_entry_at_the_last_place_there_is_costs_itself_only() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let mut south = Gadget::at(&hall, "South 1", 2).await;
    south.admit(hall.tickets[0]);
    north.admit(hall.tickets[1]);
    north.upload(&hall).await;
    for seq in [i64::MAX.unsigned_abs() - 1, i64::MAX.unsigned_abs(), u64::MAX] {
        let mut raw = north.blank(kind::TIME);
        (raw.seq, raw.prev) = (seq, Some(EntryId([1; 32])));
        let bytes = raw.to_bytes();
        let head = Head { scanner: north.id, epoch: north.epoch, feed: north.feed(), seq, id: entry_id(&bytes) };
        let head = head.sign(&north.key);
        let far = Batch { first: seq, entries: vec![bytes.into()], head: head.clone() };
        south.send(&hall, vec![far, south.batch(1, south.top())]).await.unwrap();
        let beat = HeartbeatRequest { heads: vec![head.into()], ..north.beat(0, 0, 0) };
        north.heartbeat(&hall, &beat).await.unwrap();
        assert_eq!(hall.people().await.0, 2);
        hall.verify().await;
    }
}

#[tokio::test]
async fn who_holds_the_feeds_of_a_whole_season_still_gets_rid_of_its_entries() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    north.admit(hall.tickets[0]);
    // As many as a scanner tells of at most.
    let have = (0..u32::try_from(shared::api::MAX_POSITIONS).unwrap()).map(|n| {
        let mut feed = [0; 16];
        feed[..4].copy_from_slice(&n.to_be_bytes());
        FeedPosition { feed: FeedId(feed), contiguous: 0, id: None, from: None }
    });
    north.exchange(&hall, have.collect(), vec![north.batch(1, 2)], 100).await.unwrap();
    assert_eq!(hall.people().await.0, 1);
}

#[tokio::test]
async fn an_entry_undone_a_thousand_times_is_still_counted_right() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let target = north.count(5);
    for _ in 0..1_100 {
        north.undo(target, None);
    }
    for first in [1, 401, 801] {
        let last = north.top().min(first + 399);
        north.send(&hall, vec![north.batch(first, last)]).await.unwrap();
    }
    hall.verify().await;
    assert_eq!(hall.people().await.0, 0);
}

#[tokio::test]
async fn a_long_chain_of_undos_ends_the_same_way_step_by_step_and_rebuilt() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let mut target = north.count(5);
    for _ in 0..1_201 {
        target = north.undo(target, None);
    }
    for first in [1, 401, 801, 1_201] {
        let last = north.top().min(first + 399);
        north.send(&hall, vec![north.batch(first, last)]).await.unwrap();
    }
    hall.verify().await;
    assert_eq!(hall.people().await.0, 0);
}

#[tokio::test]
async fn a_time_sample_that_names_an_event_counts_once_its_scanner_is_certified_for_it() {
    let hall = Hall::open().await;
    let other = hall.new_event(&json!({ "name": "Other" })).await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let answer = north.heartbeat(&hall, &north.beat(0, 0, 0)).await.unwrap();
    north.wall += 3_600_000;
    let mut raw = north.blank(kind::TIME);
    (raw.event, raw.time_token) = (Some(other), Some(answer.time));
    (raw.mono_request, raw.mono_response) = (Some(north.mono), Some(north.mono));
    north.write(&raw);
    north.admit(hall.tickets[0]);
    north.upload(&hall).await;
    hall.verify().await;
    let path = format!("/api/v1/scanners/{}", north.id);
    let events = json!({ "events": [hall.event, other] });
    let answer = hall.call(Method::PATCH, &path, Some(&hall.admin.token), &events).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    hall.verify().await;
}

async fn withdraw(hall: &Hall, used_for: KeyUse) {
    hall.clock.forward(1_000);
    let keys = vec![StoredKey::generate(used_for, NOW + 1_000, &SystemEntropy)];
    let actor = Actor::command_line(hall.admin.organization, NOW + 1_000);
    let rotation = Rotation { keys, old: OldKeys::Withdraw, root: None };
    let outcome = hall.server.state().store.rotate_keys(actor, rotation).await.unwrap();
    assert!(matches!(outcome, Rotate::Rotated { .. }), "{outcome:?}");
}

#[tokio::test]
async fn times_do_not_lean_on_a_withdrawn_server_key() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let answer = north.heartbeat(&hall, &north.beat(0, 0, 0)).await.unwrap();
    north.wall += 3_600_000;
    north.note_time(answer.time, north.mono, north.mono);
    north.admit(hall.tickets[0]);
    north.upload(&hall).await;
    hall.verify().await;
    withdraw(&hall, KeyUse::Server).await;
    hall.verify().await;
}

/// A broken scanner logs one ticket without end. Each message costs as much as the ticket has entries, not their square.
#[tokio::test]
async fn a_ticket_with_twenty_thousand_entries_is_folded_and_shown() {
    const ENTRIES: u64 = 20_000;
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    for _ in 0..ENTRIES {
        north.wait(1_000);
        north.admit(hall.tickets[0]);
    }
    let mut first = 1;
    while first <= north.top() {
        let mut batches = vec![];
        for _ in 0..4 {
            let last = (first + 499).min(north.top());
            if first <= last {
                batches.push(north.batch(first, last));
            }
            first = last + 1;
        }
        let began = tokio::time::Instant::now();
        assert_eq!(north.send(&hall, batches).await.unwrap().problems, vec![]);
        eprintln!("up to {}: {} ms", first - 1, began.elapsed().as_millis());
    }
    north.wait(1_000);
    north.admit(hall.tickets[0]);
    let began = tokio::time::Instant::now();
    north.send(&hall, vec![north.batch(north.top(), north.top())]).await.unwrap();
    eprintln!("one more: {} ms", began.elapsed().as_millis());
    let began = tokio::time::Instant::now();
    let stats = hall.of_event("stats").await;
    eprintln!("stats: {} ms", began.elapsed().as_millis());
    assert_eq!(stats["entries"]["duplicate"], ENTRIES);
    hall.verify().await;
}
