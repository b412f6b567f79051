//! What becomes of entries: kept, acknowledged, counted, labelled.

use serde_json::json;
use shared::feed::{Head, feed_id};
use shared::ids::{EntryId, Epoch};

use crate::gadget::Gadget;
use crate::hall::Hall;

#[tokio::test]
async fn from_registration_to_the_promoters_number() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    north.admit(hall.tickets[0]);
    north.wait(60_000);
    north.admit(hall.tickets[1]);
    let answer = north.upload(&hall).await;
    let ack = north.ack(&answer);
    assert_eq!(ack.feeds.len(), 1);
    assert_eq!((ack.feeds[0].contiguous, ack.feeds[0].missing.clone(), ack.feeds[0].forked), (3, vec![], false));
    assert_eq!(hall.people().await, (2, 2, 2));
    let stats = hall.of_event("stats").await;
    assert_eq!((&stats["tickets_inside"], &stats["entries"]["ok"]), (&json!(2), &json!(2)));
    let timeline = hall.of_event("timeline?step=1").await;
    let minutes: Vec<i64> = timeline["buckets"].as_array().unwrap().iter().map(|b| b["in"].as_i64().unwrap()).collect();
    assert_eq!(minutes, [1, 1]);
    let page = hall.of_event("entries").await;
    assert_eq!(page["entries"].as_array().unwrap().len(), 2, "the boot entry names no event");
    let export = hall.get(&format!("/api/v1/events/{}/export.csv", hall.event)).await;
    assert_eq!(String::from_utf8(export.bytes).unwrap().lines().count(), 3);
    hall.verify().await;
}

#[tokio::test]
async fn entries_sent_again_change_nothing() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    north.admit(hall.tickets[0]);
    north.upload(&hall).await;
    let before = hall.digest().await;
    let again = north.upload(&hall).await;
    assert_eq!(north.ack(&again).feeds[0].contiguous, 2);
    assert_eq!(hall.digest().await, before);
}

#[tokio::test]
async fn a_bad_item_costs_itself_and_leaves_a_named_hole() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    for ticket in &hall.tickets.clone() {
        north.admit(*ticket);
    }
    let mut batch = north.batch(1, 5);
    batch.entries[2] = vec![0xff; 10].into();
    let answer = north.send(&hall, vec![batch]).await.unwrap();
    let reasons: Vec<_> = answer.problems.iter().map(|problem| (problem.seq, problem.reason.as_str())).collect();
    assert_eq!(reasons, [(1, "unsigned"), (2, "unsigned"), (3, "changed")]);
    let ack = &north.ack(&answer).feeds[0];
    assert_eq!((ack.contiguous, &ack.missing, ack.witnessed), (0, &vec![(1, 3)], 5));
    assert_eq!(hall.people().await.0, 2);
    // Those below are sent again with a head of their own; the broken one alone is left.
    let answer = north.send(&hall, vec![north.batch(1, 2)]).await.unwrap();
    let ack = &north.ack(&answer).feeds[0];
    assert_eq!((ack.contiguous, &ack.missing), (2, &vec![(3, 3)]));
    hall.verify().await;
    let answer = north.send(&hall, vec![north.batch(3, 3)]).await.unwrap();
    assert_eq!(north.ack(&answer).feeds[0].contiguous, 5);
    assert_eq!(hall.people().await.0, 4);
    hall.verify().await;
}

#[tokio::test]
async fn batches_of_strangers_and_forged_heads_are_refused_by_name() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let mut south = Gadget::at(&hall, "South 1", 2).await;
    north.admit(hall.tickets[0]);
    south.admit(hall.tickets[1]);
    // North's head over south's entries.
    let mut mixed = north.batch(1, 2);
    mixed.entries = south.batch(1, 2).entries;
    // A head that claims south's name with north's key.
    let epoch = Epoch([7; 16]);
    let feed = feed_id(north.key.verifying_key().as_bytes(), epoch);
    let mut stolen = south.batch(1, 2);
    stolen.head = Head { scanner: south.id, epoch, feed, seq: 2, id: EntryId([1; 32]) }.sign(&north.key);
    let answer = north.send(&hall, vec![mixed, stolen]).await.unwrap();
    let reasons: Vec<_> = answer.problems.iter().map(|problem| problem.reason.as_str()).collect();
    assert_eq!(reasons, ["unsigned", "changed", "batch"]);
    assert_eq!(hall.people().await.0, 0);
}

#[tokio::test]
async fn what_is_not_understood_is_kept_and_acknowledged() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    north.novelty();
    north.admit(hall.tickets[0]);
    assert_eq!(north.ack(&north.upload(&hall).await).feeds[0].contiguous, 3);
    assert_eq!(hall.of_event("stats").await["entries"]["not_understood"], 1);
    assert_eq!(hall.people().await.0, 1);
    hall.verify().await;
}

#[tokio::test]
async fn an_undo_works_from_before_its_target_and_can_be_undone() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let mut south = Gadget::at(&hall, "South 1", 2).await;
    let admission = north.admit(hall.tickets[0]);
    let counted = north.count(5);
    let undo = south.undo(admission, Some(hall.tickets[0]));
    south.undo(counted, None);
    south.upload(&hall).await;
    north.upload(&hall).await;
    assert_eq!(hall.people().await.0, 0);
    assert_eq!(hall.of_event("stats").await["entries"]["voided"], 2);
    hall.verify().await;
    north.undo(undo, None);
    north.upload(&hall).await;
    assert_eq!(hall.people().await.0, 1);
    hall.verify().await;
}

#[tokio::test]
async fn a_fork_keeps_and_counts_both_branches_and_marks_the_scanner() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    north.admit(hall.tickets[0]);
    north.upload(&hall).await;
    // A copy of the device's database goes on by itself.
    let mut copy = Gadget::at(&hall, "Copy", 1).await;
    (copy.key, copy.id, copy.epoch, copy.boot) = (north.key.clone(), north.id, north.epoch, north.boot);
    let mut clone = copy;
    clone.restart_as(&north);
    north.admit(hall.tickets[1]);
    clone.admit(hall.tickets[2]);
    clone.admit(hall.tickets[3]);
    north.upload(&hall).await;
    let answer = north.send(&hall, vec![clone.batch(3, 4)]).await.unwrap();
    let ack = north.ack(&answer).feeds[0].clone();
    assert!(ack.forked);
    assert_eq!((ack.contiguous, ack.witnessed), (4, 4), "the copy's branch is held down to the first entry");
    assert_eq!(hall.people().await.0, 4);
    let (_, low, high) = hall.people().await;
    assert!(low < 4 && high == 4, "the second branch is in doubt: {low}..{high}");
    let scanners = hall.get("/api/v1/scanners").await.json();
    let north_seen = scanners.as_array().unwrap().iter().find(|s| s["id"] == north.id.to_string()).unwrap().clone();
    assert_eq!(north_seen["disputed"], true);
    hall.verify().await;
}

#[tokio::test]
async fn entries_of_an_event_the_scanner_is_not_certified_for_wait_until_it_is() {
    let hall = Hall::open().await;
    let other = hall.new_event(&json!({ "name": "Other" })).await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    north.event = other;
    north.admit(hall.tickets[0]);
    north.event = hall.event;
    north.admit(hall.tickets[1]);
    let answer = north.upload(&hall).await;
    assert_eq!(north.ack(&answer).feeds[0].contiguous, 3, "kept, whatever it is");
    assert_eq!(hall.people().await, (1, 1, 1));
    let there = |event, path: &str| format!("/api/v1/events/{event}/{path}");
    let stats = hall.get(&there(other, "stats")).await.json();
    assert_eq!(stats["not_certified"], 1);
    let entries = hall.get(&there(other, "entries")).await.json();
    assert_eq!(entries["entries"][0]["quarantined"], "not_certified");
    hall.verify().await;
    let path = format!("/api/v1/scanners/{}", north.id);
    let body = json!({ "events": [hall.event, other] });
    let answer = hall.call(reqwest::Method::PATCH, &path, Some(&hall.admin.token), &body).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    let total = hall.get(&there(other, "occupancy")).await.json()["total"]["counted"].clone();
    assert_eq!(total, 1);
    hall.verify().await;
}

#[tokio::test]
async fn other_scanners_get_the_entries_they_lack() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let south = Gadget::at(&hall, "South 1", 2).await;
    for _ in 0..700 {
        north.refuse(hall.tickets[0]);
    }
    for first in [1, 301, 601] {
        let last = (first + 299).min(north.top());
        assert_eq!(north.send(&hall, vec![north.batch(first, last)]).await.unwrap().problems, vec![]);
    }
    let mut have = vec![];
    let mut held = 0;
    for _ in 0..10 {
        let answer = south.exchange(&hall, have.clone(), vec![], 400).await.unwrap();
        for batch in &answer.batches {
            assert_eq!(batch.first, held + 1);
            let checked = batch.authenticate(north.id, &north.key.verifying_key()).unwrap();
            assert_eq!(checked.faults, vec![]);
            held += u64::try_from(checked.authentic.len()).unwrap();
        }
        let position = shared::api::FeedPosition { feed: north.feed(), contiguous: held, id: None, from: None };
        have = vec![position];
        if !answer.more {
            break;
        }
    }
    assert_eq!(held, 701);
    let nothing = south.exchange(&hall, have, vec![], 400).await.unwrap();
    assert!(nothing.batches.is_empty() && !nothing.more && nothing.wanted.is_empty());
}

#[tokio::test]
async fn what_another_scanner_holds_and_the_server_lacks_is_wanted() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let south = Gadget::at(&hall, "South 1", 2).await;
    for ticket in &hall.tickets.clone() {
        north.admit(*ticket);
    }
    let position = shared::api::FeedPosition { feed: north.feed(), contiguous: 5, id: None, from: None };
    let answer = south.exchange(&hall, vec![position], vec![], 0).await.unwrap();
    let wanted: Vec<_> = answer.wanted.iter().map(|wanted| (wanted.from, wanted.to)).collect();
    assert_eq!(wanted, [(1, 5)]);
    // South passes north's entries on: authenticated by north's own head.
    let answer = south.send(&hall, vec![north.batch(1, 5)]).await.unwrap();
    assert_eq!(answer.problems, vec![]);
    assert_eq!(hall.people().await.0, 4);
}

/// A device that shows what it holds as chains, and what it is given.
async fn catch_up(hall: &Hall, asker: &Gadget, writer: &Gadget, held: &mut Vec<shared::merge::ChainMember>) -> usize {
    use shared::chains::Chains;
    let ends = Chains::of(held.iter().copied()).ends();
    let have = ends.iter().map(|end| shared::api::FeedPosition {
        feed: writer.feed(),
        contiguous: end.seq,
        id: Some(end.id),
        from: Some(end.from),
    });
    let answer = asker.exchange(hall, have.collect(), vec![], 2_000).await.unwrap();
    let mut given = 0;
    for batch in &answer.batches {
        let checked = batch.authenticate(writer.id, &writer.key.verifying_key()).unwrap();
        assert_eq!(checked.faults, vec![]);
        given += checked.authentic.len();
        held.extend(checked.authentic.iter().map(|one| shared::merge::ChainMember::of(&one.entry)));
    }
    held.sort_by_key(|member| (member.seq, member.id));
    held.dedup();
    assert!(!answer.batches.is_empty() || !answer.more, "more is promised and nothing given");
    given
}

#[tokio::test]
async fn what_lies_beyond_a_hole_is_passed_on_once_and_the_hole_when_it_is_filled() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let south = Gadget::at(&hall, "South 1", 2).await;
    for _ in 0..2_999 {
        north.refuse(hall.tickets[0]);
    }
    let send = async |first: u64, last: u64| {
        for first in (first..=last).step_by(500) {
            let batch = north.batch(first, (first + 499).min(last));
            assert_eq!(north.send(&hall, vec![batch]).await.unwrap().problems, vec![]);
        }
    };
    send(1, 3).await;
    send(1_001, 3_000).await;
    let mut held = vec![];
    let mut rounds = 0;
    while catch_up(&hall, &south, &north, &mut held).await > 0 {
        rounds += 1;
    }
    assert_eq!((held.len(), rounds <= 3), (2_003, true), "{rounds} rounds");
    send(4, 1_000).await;
    let mut given = 0;
    loop {
        match catch_up(&hall, &south, &north, &mut held).await {
            0 => break,
            some => given += some,
        }
    }
    assert_eq!(held.len(), 3_000);
    assert!(given < 997 + 500, "{given} entries for a hole of 997");
}

#[tokio::test]
async fn what_lies_between_two_shown_pieces_is_passed_on_up_to_the_hole() {
    use shared::merge::ChainMember;
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let south = Gadget::at(&hall, "South 1", 2).await;
    for _ in 0..16 {
        north.refuse(hall.tickets[0]);
    }
    // 13 is missing; the only head below it is at 12.
    for (first, last) in [(1, 12), (14, 17)] {
        assert_eq!(north.send(&hall, vec![north.batch(first, last)]).await.unwrap().problems, vec![]);
    }
    let checked = north.batch(1, 17).authenticate(north.id, &north.key.verifying_key()).unwrap();
    let members = checked.authentic.iter().map(|one| ChainMember::of(&one.entry));
    let mut held: Vec<ChainMember> = members.filter(|member| !(10..=13).contains(&member.seq)).collect();
    assert_eq!(catch_up(&hall, &south, &north, &mut held).await, 3);
    assert_eq!(
        held.iter().map(|member| member.seq).filter(|seq| (10..=13).contains(seq)).collect::<Vec<_>>(),
        [10, 11, 12]
    );
}

#[tokio::test]
async fn more_branches_than_anybody_needs_are_kept_and_cost_no_endless_exchange() {
    use shared::chains::MAX_CHAINS_PASSED_ON;
    const BRANCHES: usize = 40;
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let south = Gadget::at(&hall, "South 1", 2).await;
    north.admit(hall.tickets[0]);
    north.upload(&hall).await;
    for n in 0..BRANCHES {
        let mut twin = north.twin(2);
        twin.wait(1_000 * u64::try_from(n).unwrap() + 1);
        twin.refuse(hall.tickets[1]);
        twin.refuse(hall.tickets[1]);
        assert_eq!(twin.send(&hall, vec![twin.batch(3, 4)]).await.unwrap().problems, vec![]);
    }
    let mut held = vec![];
    let mut rounds = 0;
    while catch_up(&hall, &south, &north, &mut held).await > 0 {
        rounds += 1;
    }
    assert_eq!(held.len(), 2 + 2 * MAX_CHAINS_PASSED_ON);
    assert!(rounds <= 3, "{rounds} rounds");
    assert_eq!(hall.of_event("stats").await["entries"]["refused"], 2 * BRANCHES);
    hall.verify().await;
}
