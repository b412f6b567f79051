//! A scanner whose clock is hours wrong: its times come out right as soon as a time sample of that boot exists, also one
//! that was taken later (PROTOCOL.md section 9).

use std::sync::Arc;

use scanner::commands::Device as Handle;
use scanner::device::OsEntropy;
use scanner::engine::{ExchangeLimits, ScanRequest};
use scanner::net::{self, Link};
use serde_json::Value;
use turnstone_tests::harness::Device;

use crate::clocks::{Rebooted, true_time};
use crate::house::{House, NORTH};

/// How wrong the clock is, in ms.
const FIVE_HOURS: i64 = 5 * 3_600_000;

/// An entry, and between which moments it was really made (ms).
struct Made {
    id: String,
    after: i64,
    before: i64,
}

async fn scan(handle: &Handle, code: &str) -> Made {
    let (scan, after) = (ScanRequest::of(code), true_time());
    let outcome = handle.ask(move |engine| engine.scan(&scan)).await.unwrap();
    assert!(outcome.answer.verdict.passes().is_some(), "{:?}", outcome.answer);
    Made { id: outcome.entry.to_string(), after, before: true_time() }
}

/// Sends entries without the heartbeat that takes a time sample.
async fn send(link: &Link) {
    let request = link.desk().ask(|engine| engine.exchange_request(ExchangeLimits::default())).await.unwrap();
    let response = link.exchange(request).await.unwrap();
    link.desk().ask(move |engine| engine.apply_exchange(&response)).await.unwrap();
}

async fn entry(house: &House, made: &Made) -> Value {
    let all = house.entries().await;
    all.into_iter().find(|entry| entry["id"] == made.id.as_str()).expect("the entry has arrived")
}

/// The server's time is right within the uncertainty it states.
async fn is_right(house: &House, made: &Made) {
    let entry = entry(house, made).await;
    let (at, error) = (entry["at"].as_i64().unwrap(), entry["error"].as_i64().unwrap());
    assert_eq!(entry["uncertain"], false, "{entry}");
    assert!(error < 5_000, "a sample over loopback is narrow: ± {error} ms");
    let fits = at - error <= made.before && made.after <= at + error;
    assert!(fits, "made between {} and {}, the server says {at} ± {error}", made.after, made.before);
}

/// People in, by the minute the server gives them.
async fn minutes(house: &House) -> Vec<(i64, i64)> {
    let timeline = house.office.get(&house.event("timeline?step=1")).await;
    let buckets = timeline["buckets"].as_array().unwrap();
    buckets.iter().map(|bucket| (bucket["at"].as_i64().unwrap(), bucket["in"].as_i64().unwrap())).collect()
}

async fn a_later_sample_sets_times_right(wall_off: i64) {
    let house = House::open(5).await;
    let device = house.scanner("North 1", NORTH).await;
    // Another boot than the one in which the scanner was enrolled: of this one there is no sample yet.
    let clock = Arc::new(Rebooted::with_clock_off_by(wall_off, 7));
    let handle = Handle::open(&device.data, clock, Arc::new(OsEntropy), false).unwrap();
    let first = scan(&handle, house.venue.code("T0001")).await;
    let second = scan(&handle, house.venue.code("T0002")).await;
    let link = handle.link().await.unwrap();
    link.sign_in().await.unwrap();
    send(&link).await;
    for made in [&first, &second] {
        let entry = entry(&house, made).await;
        assert_eq!(entry["uncertain"], true, "nothing vouches for this time yet: {entry}");
    }
    let digest = house.digest().await;
    let early = minutes(&house).await;
    assert_eq!(early.iter().map(|(_, people)| people).sum::<i64>(), 2);
    if wall_off > 0 {
        let off = early[0].0 - first.after;
        assert!((off - wall_off).abs() < 120_000, "the wall clock is all there is: {off} ms off");
    }

    net::heartbeat(&link).await.unwrap();
    let third = scan(&handle, house.venue.code("T0003")).await;
    send(&link).await;
    for made in [&first, &second, &third] {
        is_right(&house, made).await;
    }
    let corrected = minutes(&house).await;
    assert_eq!(corrected.iter().map(|(_, people)| people).sum::<i64>(), 3, "nobody was counted twice: {corrected:?}");
    let (from, to) = (first.after - 5_000, third.before + 5_000);
    for (minute, _) in &corrected {
        assert!((from - 60_000..=to).contains(minute), "the minute counts were corrected: {corrected:?}");
    }
    assert_ne!(house.digest().await, digest);
    assert_eq!(house.exactly_inside().await, 3);
    handle.close().await;
    house.verify();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_five_hours_ahead_is_corrected_by_a_later_sample_of_the_same_boot() {
    a_later_sample_sets_times_right(FIVE_HOURS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_five_hours_behind_is_corrected_by_a_later_sample_of_the_same_boot() {
    a_later_sample_sets_times_right(-FIVE_HOURS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sample_of_another_boot_vouches_for_nothing() {
    let house = House::open(5).await;
    let device = house.scanner("North 1", NORTH).await;
    let boot = |number| Arc::new(Rebooted::with_clock_off_by(FIVE_HOURS, number));
    let before = Handle::open(&device.data, boot(1), Arc::new(OsEntropy), false).unwrap();
    let dark = scan(&before, house.venue.code("T0001")).await;
    before.close().await;
    let after = Handle::open(&device.data, boot(2), Arc::new(OsEntropy), false).unwrap();
    let link = after.link().await.unwrap();
    net::heartbeat(&link).await.unwrap();
    let sampled = scan(&after, house.venue.code("T0002")).await;
    send(&link).await;
    is_right(&house, &sampled).await;
    let entry = entry(&house, &dark).await;
    assert_eq!(entry["uncertain"], true, "{entry}");
    // What came before the sampled boot did not happen after it.
    assert!(entry["at"].as_i64().unwrap() <= sampled.before, "{entry}");
    after.close().await;
    house.verify();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scanner_set_wrongly_all_evening_shows_and_sends_right_times() {
    for off in [FIVE_HOURS, -FIVE_HOURS] {
        let house = House::open(5).await;
        let mut device: Device = house.scanner("North 1", NORTH).await;
        device.before = vec!["--clock-offset-ms".into(), off.to_string()];
        device.ok(&["sync"]);
        let after = true_time();
        let shown = device.scan(house.venue.code("T0001"), &["--offline"]);
        let before = true_time();
        let (lo, hi) = (shown["at"]["lo"].as_i64().unwrap(), shown["at"]["hi"].as_i64().unwrap());
        assert!(lo <= before && after <= hi && !shown["at"]["uncertain"].as_bool().unwrap(), "{}", shown["at"]);
        device.ok(&["sync"]);
        is_right(&house, &Made { id: shown["entry"].as_str().unwrap().to_owned(), after, before }).await;
        let doctor = device.ok(&["doctor"]);
        let clock = doctor.iter().find(|check| check["check"] == "clock").expect("doctor looks at the clock");
        assert_eq!(clock["state"], "warn", "{clock}");
    }
}
