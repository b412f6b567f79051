//! An evening that fills at a steady rate: the live page says when it will be full.

use std::sync::Arc;

use reqwest::Method;
use scanner::commands::Device as Handle;
use scanner::device::OsEntropy;
use scanner::engine::{ExchangeLimits, ScanRequest};
use scanner::net;
use serde_json::json;
use turnstone_tests::harness::house::{House, NORTH};
use turnstone_tests::harness::is_left_out;

use super::desk::{inspect, watching};
use crate::clocks::Earlier;

/// Minutes in which guests came, up to now.
const MINUTES: u64 = 16;
/// Guests a minute.
const PACE: u64 = 4;
/// People the venue holds: 76 more than came, which is 19 minutes at that pace.
const CAPACITY: u64 = 140;

/// Lets guests in at one gate, so many a minute, in the past; the scanner learns the true time afterwards.
async fn minutes_pass(house: &House, handle: &Handle, clock: &Earlier) {
    let mut tickets = 1..=MINUTES * PACE;
    for minute in (0..MINUTES).rev() {
        clock.set(minute * 60_000);
        for ticket in tickets.by_ref().take(usize::try_from(PACE).unwrap()) {
            let scan = ScanRequest::of(house.venue.code(&format!("T{ticket:04}")));
            let outcome = handle.ask(move |engine| engine.scan(&scan)).await.unwrap();
            assert!(outcome.answer.verdict.passes().is_some(), "{:?}", outcome.answer);
        }
    }
    let link = handle.link().await.unwrap();
    net::heartbeat(&link).await.unwrap();
    let request = link.desk().ask(|engine| engine.exchange_request(ExchangeLimits::default())).await.unwrap();
    let response = link.exchange(request).await.unwrap();
    let report = link.desk().ask(move |engine| engine.apply_exchange(&response)).await.unwrap();
    assert!(!report.more_to_send, "all of it was sent");
}

/// The first numbers of a text.
fn numbers(text: &str) -> Vec<u64> {
    text.split(|sign: char| !sign.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_venue_that_fills_steadily_is_told_when_it_will_be_full() {
    if is_left_out() {
        return;
    }
    let house = House::open(170).await;
    let path = format!("/events/{}", house.venue.event);
    house.office.must(Method::PATCH, &path, Some(&json!({ "capacity": CAPACITY }))).await;
    let device = house.scanner("North 1", NORTH).await;
    let browser = watching(&house).await;
    browser.until_text("forecast", "too few people came lately").await;
    let clock = Arc::new(Earlier::new());
    let handle = Handle::open(&device.data, clock.clone(), Arc::new(OsEntropy), false).unwrap();
    minutes_pass(&house, &handle, &clock).await;
    browser.until_text("inside", &(MINUTES * PACE).to_string()).await;
    browser.until_text("forecast", "full in").await;
    assert_eq!(browser.eval("return document.getElementById('forecast').dataset.forecast").await, "full");
    let said = browser.eval("return document.getElementById('forecast').textContent").await;
    let said = said.as_str().unwrap();
    // 76 more at 4 a minute take 19 minutes; the range grows with every minute in which nobody came since.
    let range = numbers(said.split("full in").nth(1).unwrap());
    assert!((10..=24).contains(&range[0]) && (19..=60).contains(&range[1]), "{said}");
    assert!(said.contains("the flow"), "how sure that is: {said}");
    inspect(&browser, "forecast").await;

    // Fewer are awaited than there is room for: then it is said when they are in.
    house.office.must(Method::PATCH, &path, Some(&json!({ "capacity": 400 }))).await;
    browser.until_text("forecast", "everybody who still comes is in").await;
    handle.close().await;
    browser.close().await;
}
