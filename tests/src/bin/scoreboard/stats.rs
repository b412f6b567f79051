//! What dashboards ask for while many entries are stored.

use std::time::{Duration, Instant};

use crate::Options;
use crate::board::{Board, Figure, Goal, grouped, short};
use crate::site::{Site, Yard};
use crate::spread::{Spread, ms};

/// Longest time (ms) 99 of 100 answers may take.
const LIMIT: f64 = 5.0;

pub(crate) async fn measure(options: &Options, board: &mut Board, yard: &mut Yard) {
    let http = turnstone_tests::harness::client();
    let asks = options.size(400, 50);
    let site = yard.many(options).await;
    let event = site.venue.event.clone();
    let paths = [
        ("occupancy", format!("/events/{event}/occupancy")),
        ("timeline", format!("/events/{event}/timeline")),
        ("conflicts", format!("/events/{event}/conflicts")),
        ("stats", format!("/events/{event}/stats")),
    ];
    let mut times = vec![Vec::new(); paths.len()];
    let mut floor = Vec::new();
    for _ in 0..asks {
        // In turns with a question that needs no store but the session: what HTTP and signing in cost.
        floor.push(asked(&http, site, "/auth/me").await);
        for ((_, path), times) in paths.iter().zip(&mut times) {
            times.push(asked(&http, site, path).await);
            // A person may ask 100 times a second.
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    let floor = Spread::of(floor);
    for ((name, _), times) in paths.iter().zip(times) {
        let spread = Spread::of(times);
        board.add(Figure {
            row: "stats",
            what: format!("{name}, {} entries, p99", grouped(site.stored)),
            ours: format!("p50 {} ms, p99 {} ms", short(spread.p50), short(spread.p99)),
            against: format!(
                "limit 5 ms (the session alone: p50 {} ms, p99 {} ms)",
                short(floor.p50),
                short(floor.p99)
            ),
            ratio: Spread { p50: spread.p99 / LIMIT, count: 1, ..spread },
            goal: Goal::AtMost(1.0),
        });
    }
}

/// Until the last byte of the answer is there; what the asker makes of it is not the server's time.
async fn asked(http: &reqwest::Client, site: &Site, path: &str) -> f64 {
    let url = format!("{}/api/v1{path}", site.server.url());
    let request = http.get(url).bearer_auth(site.admin.token());
    let begun = Instant::now();
    let response = request.send().await.expect("the server answers");
    let status = response.status();
    let body = response.bytes().await.expect("the answer arrives whole");
    let took = begun.elapsed();
    assert!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&body));
    ms(took)
}
