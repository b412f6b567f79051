//! Log entries that are damaged on the way or on the device: the bad one is named by position and reason, all others are
//! kept, and what was only damaged on the way arrives in the end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use rusqlite::Connection;
use serde_json::Value;
use shared::api::{ExchangeRequest, ExchangeResponse, path};
use shared::cose::{decode_all, encode};
use turnstone_tests::harness::{Answer, Device, Relay};

use super::damaged_scene::{Scene, last_line, no_panic};

/// A scanner behind a relay that let in five guests and has not told anybody.
struct Evening {
    scene: Scene,
    relay: Relay,
    device: Device,
    /// Position of the third guest's entry.
    third: u64,
}

impl Evening {
    async fn begin() -> Self {
        let scene = Scene::open(6).await;
        let relay = Relay::before(scene.server.addr).await;
        let device = scene.scanner("North 1", &relay.url()).await;
        relay.take_passed();
        let mut positions = Vec::new();
        for n in 1..=5 {
            let said = device.scan(scene.venue.code(&format!("T000{n}")), &["--offline"]);
            assert_eq!(said["verdict"], "ok", "{said}");
            positions.push(said["seq"].as_u64().expect("a position"));
        }
        let third = positions[2];
        Self { scene, relay, device, third }
    }

    fn status(&self) -> Value {
        last_line(&self.device.run(&["status"]))
    }

    fn pending(&self) -> u64 {
        self.status()["pending"]["entries"].as_u64().expect("a number")
    }

    /// Damages the third guest's entry on its way, the first `times` times it is sent.
    fn damage_on_the_way(&self, times: u32) {
        let (third, sent) = (self.third, Arc::new(AtomicU32::new(0)));
        self.relay.on_request(move |path, body| {
            if path != path::LOGS {
                return body;
            }
            let mut request: ExchangeRequest = decode_all(&body).expect("the scanner's own message");
            for batch in &mut request.batches {
                let Some(at) = third.checked_sub(batch.first).and_then(|at| usize::try_from(at).ok()) else { continue };
                let Some(entry) = batch.entries.get_mut(at) else { continue };
                if sent.fetch_add(1, Ordering::SeqCst) < times {
                    let middle = entry.len() / 2;
                    entry[middle] ^= 0x10;
                }
            }
            encode(&request)
        });
    }

    /// What the server found wrong, of all that passed: position and reason.
    fn problems(&self) -> Vec<(u64, String)> {
        let logs = self.relay.take_passed().into_iter().filter(|passed| passed.path == path::LOGS);
        let answers = logs.filter_map(|passed| decode_all::<ExchangeResponse>(&passed.response));
        answers.flat_map(|answer| answer.problems).map(|problem| (problem.seq, problem.reason)).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_damaged_once_on_the_way_is_sent_again_with_what_lies_below_it() {
    let evening = Evening::begin().await;
    evening.damage_on_the_way(1);
    evening.device.ok(&["sync"]);
    let problems = evening.problems();
    assert!(problems.contains(&(evening.third, "changed".into())), "{problems:?}");
    assert!(problems.iter().any(|(seq, reason)| *seq < evening.third && reason == "unsigned"), "{problems:?}");
    assert!(problems.iter().all(|(seq, _)| *seq <= evening.third), "those above were kept: {problems:?}");
    assert_eq!(evening.pending(), 0, "all arrived within one round");
    assert_eq!(evening.scene.inside().await, 5);
    assert_eq!(evening.status()["troubles"], serde_json::json!([]), "what was healed is no trouble");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_damaged_again_and_again_costs_itself_only_and_arrives_when_the_line_is_good() {
    let mut evening = Evening::begin().await;
    evening.damage_on_the_way(u32::MAX);
    let output = evening.device.run(&["sync"]);
    no_panic(&output);
    assert_eq!(output.status.code(), Some(4), "something was not taken: {}", turnstone_tests::harness::text(&output));
    let said = last_line(&output);
    let named = said["exchange"]["refused"].as_array().expect("a list").iter().any(|one| one["seq"] == evening.third);
    assert!(named, "the sync names the entry: {said}");
    assert_eq!(evening.pending(), 1, "the others were kept");
    assert_eq!(evening.scene.inside().await, 4);
    let troubles = evening.status()["troubles"].clone();
    assert_eq!((&troubles[0]["seq"], &troubles[0]["reason"]), (&evening.third.into(), &"changed".into()), "{troubles}");
    // Scanning goes on meanwhile, and so does sending.
    assert_eq!(evening.device.scan(evening.scene.venue.code("T0006"), &["--offline"])["verdict"], "ok");
    evening.device.run(&["sync"]);
    assert_eq!((evening.pending(), evening.scene.inside().await), (1, 5));
    // No human step: the line is good again, and a while later everything is taken over (I6).
    evening.relay.honest();
    evening.device.before = vec!["--clock-offset-ms".into(), "660000".into()];
    evening.device.ok(&["sync"]);
    assert_eq!((evening.pending(), evening.scene.inside().await), (0, 6));
    assert_eq!(evening.status()["troubles"], serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_acknowledgement_that_was_changed_is_not_believed() {
    let evening = Evening::begin().await;
    evening.relay.on_answer(|path, body| {
        if path != path::LOGS {
            return Answer::Whole(body);
        }
        let mut answer: ExchangeResponse = decode_all(&body).expect("the server's own message");
        let last = answer.ack.len() - 1;
        answer.ack[last] ^= 1;
        Answer::Whole(encode(&answer))
    });
    let output = evening.device.run(&["sync"]);
    super::damaged_scene::refused(&output, 4, "bad_answer", "acknowledgement is not accepted");
    assert!(evening.pending() >= 5, "nothing counts as kept");
    evening.relay.honest();
    evening.device.ok(&["sync"]);
    assert_eq!((evening.pending(), evening.scene.inside().await), (0, 5), "nothing is counted twice (I4)");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_cut_off_after_the_server_kept_everything_changes_no_count() {
    let evening = Evening::begin().await;
    evening.relay.on_answer(|path, body| {
        let half = body.len() / 2;
        if path == path::LOGS { Answer::Cut(body, half) } else { Answer::Whole(body) }
    });
    let output = evening.device.run(&["sync"]);
    super::damaged_scene::refused(&output, 5, "unreachable", "the connection broke off");
    assert!(evening.pending() >= 5, "nothing counts as kept");
    assert_eq!(evening.scene.inside().await, 5, "the server had kept them");
    evening.relay.honest();
    evening.device.ok(&["sync"]);
    assert_eq!((evening.pending(), evening.scene.inside().await), (0, 5), "sent again, counted once (I4)");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_row_on_the_device_is_named_and_the_others_are_sent() {
    let evening = Evening::begin().await;
    let database = Connection::open(evening.device.data.join("scanner.db")).expect("the scanner's database");
    let third = i64::try_from(evening.third).expect("a small number");
    let row = "seq = ?1 AND feed_ref IN (SELECT ref FROM feed WHERE identity_ref IS NOT NULL)";
    let mut bytes: Vec<u8> = database
        .query_row(&format!("SELECT bytes FROM entry WHERE {row}"), [third], |row| row.get(0))
        .expect("the third guest's entry");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    let changed = database.execute(&format!("UPDATE entry SET bytes = ?2 WHERE {row}"), (third, bytes));
    assert_eq!(changed.expect("the row can be changed"), 1);
    drop(database);

    let output = evening.device.run(&["sync"]);
    no_panic(&output);
    assert_eq!(evening.scene.inside().await, 4, "the others arrived: {}", last_line(&output));
    assert_eq!(evening.pending(), 1);
    let troubles = evening.status()["troubles"].clone();
    assert_eq!((&troubles[0]["seq"], &troubles[0]["reason"]), (&evening.third.into(), &"damaged".into()), "{troubles}");
    assert!(troubles[0]["detail"].as_str().is_some_and(|detail| detail.contains("cannot be sent")), "{troubles}");
    let doctor = evening.device.run(&["doctor"]);
    let doctor = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(doctor.contains("1 entry refused or damaged"), "{doctor}");
    // A person sees the gap: one guest more may be inside than was counted.
    let path = format!("/events/{}/occupancy", evening.scene.venue.event);
    let total = evening.scene.admin.get(&path).await["total"].clone();
    assert_eq!((&total["counted"], &total["high"]), (&4.into(), &5.into()), "{total}");
    // The door goes on.
    assert_eq!(evening.device.scan(evening.scene.venue.code("T0006"), &["--offline"])["verdict"], "ok");
    evening.device.run(&["sync"]);
    assert_eq!((evening.pending(), evening.scene.inside().await), (1, 5));
}
