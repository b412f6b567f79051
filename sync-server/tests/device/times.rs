//! When things happened, and what scanners report but have not sent.

use shared::feed::Head;

use crate::gadget::Gadget;
use crate::hall::{Hall, NOW};

const FIVE_HOURS: i64 = 5 * 3_600_000;

async fn times(hall: &Hall) -> Vec<(i64, i64, bool)> {
    let page = hall.of_event("entries").await;
    let entries = page["entries"].as_array().unwrap().clone();
    let time = |entry: &serde_json::Value| {
        (entry["at"].as_i64().unwrap(), entry["error"].as_i64().unwrap(), entry["uncertain"].as_bool().unwrap())
    };
    entries.iter().map(time).collect()
}

#[tokio::test]
async fn a_clock_five_hours_wrong_is_put_right_by_a_later_sample() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    north.wall += FIVE_HOURS;
    north.admit(hall.tickets[0]);
    north.wait(120_000);
    hall.clock.forward(120_000);
    north.admit(hall.tickets[1]);
    north.upload(&hall).await;
    assert_eq!(times(&hall).await[0].0, NOW + FIVE_HOURS, "believed as long as nothing better is known");
    assert!(times(&hall).await[0].2);
    hall.verify().await;
    // The answer to a heartbeat is a sample; the exchange took 40 ms.
    let answer = north.heartbeat(&hall, &north.beat(0, 0, 0)).await.unwrap();
    let (asked, got) = (north.mono, north.mono + 40);
    north.wait(40);
    north.note_time(answer.time, asked, got);
    north.upload(&hall).await;
    let times = times(&hall).await;
    assert!(times.iter().all(|(_, error, uncertain)| *error <= 45 && !uncertain), "{times:?}");
    assert!((times[0].0 - NOW).abs() <= 45 && (times[1].0 - NOW - 120_000).abs() <= 45, "{times:?}");
    let timeline = hall.of_event("timeline?step=1").await;
    assert_eq!(timeline["buckets"].as_array().unwrap().len(), 2);
    assert!((timeline["buckets"][0]["at"].as_i64().unwrap() - NOW).abs() <= 60_000);
    hall.verify().await;
}

#[tokio::test]
async fn a_time_token_of_somebody_else_says_nothing() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    north.admit(hall.tickets[0]);
    let token = shared::time::TimeToken {
        nonce: shared::ids::Nonce([1; 16]),
        server_ms: 5,
        store: shared::ids::StoreId::default(),
    };
    let forged = token.sign(&north.key);
    north.note_time(forged, 1, 2);
    north.upload(&hall).await;
    assert_eq!(times(&hall).await, [(NOW, times(&hall).await[0].1, true)]);
    hall.verify().await;
}

#[tokio::test]
async fn an_unsampled_boot_between_sampled_ones_lies_between_them() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    let sample = |gadget: &Gadget| gadget.beat(0, 0, 0);
    let token = north.heartbeat(&hall, &sample(&north)).await.unwrap().time;
    north.note_time(token, north.mono, north.mono);
    north.admit(hall.tickets[0]);
    // A restart; its clock is years off, and it never reaches the server until the next one.
    north.boot = shared::ids::BootId([9; 8]);
    (north.mono, north.wall) = (1000, 5);
    north.boot();
    north.admit(hall.tickets[1]);
    hall.clock.forward(600_000);
    north.boot = shared::ids::BootId([10; 8]);
    (north.mono, north.wall) = (2000, 7);
    north.boot();
    north.upload(&hall).await;
    let token = north.heartbeat(&hall, &sample(&north)).await.unwrap().time;
    north.note_time(token, north.mono, north.mono);
    north.upload(&hall).await;
    let found = times(&hall).await;
    assert!(found[1].2 && (NOW..=NOW + 600_000).contains(&found[1].0), "{found:?}");
    hall.verify().await;
}

#[tokio::test]
async fn what_was_reported_and_has_not_arrived_widens_the_range() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    north.admit(hall.tickets[0]);
    north.admit(hall.tickets[1]);
    north.leave(hall.tickets[0]);
    north.heartbeat(&hall, &north.beat(4, 2, 1)).await.unwrap();
    assert_eq!(hall.people().await, (0, -1, 2));
    let causes = hall.of_event("occupancy").await["total"]["causes"].clone();
    assert_eq!((&causes[0]["cause"], &causes[0]["scanner"]), (&"pending".into(), &north.id.to_string().into()));
    north.send(&hall, vec![north.batch(1, 2)]).await.unwrap();
    assert_eq!(hall.people().await, (1, 0, 2));
    north.upload(&hall).await;
    assert_eq!(hall.people().await, (1, 1, 1));
    assert_eq!(hall.of_event("occupancy").await["total"]["exact"], true);
    // Silence is a cause, too, without a number.
    hall.clock.forward(36_000);
    let total = hall.of_event("occupancy").await["total"].clone();
    assert_eq!((&total["exact"], &total["causes"][0]["cause"]), (&false.into(), &"silent".into()));
}

#[tokio::test]
async fn what_another_scanner_has_not_sent_leaves_nobody_else_in_doubt() {
    let hall = Hall::open().await;
    let (mut north, mut south) = (Gadget::at(&hall, "North 1", 1).await, Gadget::at(&hall, "South 1", 2).await);
    // North showed a head of entries that have not come.
    north.upload(&hall).await;
    north.admit(hall.tickets[0]);
    north.heartbeat(&hall, &north.beat(0, 0, 0)).await.unwrap();
    // South's entry has arrived, but the acknowledgement got lost: it reports it once more, and knows North's feed.
    south.admit(hall.tickets[1]);
    south.upload(&hall).await;
    south.heartbeat(&hall, &south.beat(1, 1, 0)).await.unwrap();
    assert_eq!(hall.people().await, (1, 1, 2));
    let have = vec![north.position(1), south.position(south.top())];
    south.exchange(&hall, have, vec![south.batch(1, south.top())], 0).await.unwrap();
    assert_eq!(hall.people().await, (1, 1, 1));
    // What is lacking of its own stays in doubt.
    south.admit(hall.tickets[2]);
    south.heartbeat(&hall, &south.beat(1, 1, 0)).await.unwrap();
    south.exchange(&hall, vec![north.position(1), south.position(south.top())], vec![], 0).await.unwrap();
    assert_eq!(hall.people().await, (1, 1, 2));
}

#[tokio::test]
async fn a_head_that_was_only_shown_is_asked_for() {
    let hall = Hall::open().await;
    let mut north = Gadget::at(&hall, "North 1", 1).await;
    north.admit(hall.tickets[0]);
    north.heartbeat(&hall, &north.beat(2, 1, 0)).await.unwrap();
    assert_eq!(Head::peek(&north.head(2)).unwrap().seq, 2);
    let answer = north.send(&hall, vec![north.batch(1, 1)]).await.unwrap();
    let ack = north.ack(&answer).feeds[0].clone();
    assert_eq!((ack.contiguous, ack.missing, ack.witnessed), (1, vec![(2, 2)], 2));
}
