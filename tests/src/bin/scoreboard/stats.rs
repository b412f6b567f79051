//! What dashboards ask for while many entries are stored, and how soon a thousand of them hear of a new one.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use tokio::sync::mpsc;

use crate::Options;
use crate::board::{Board, Figure, Goal, grouped, short};
use crate::site::{Site, Yard};
use crate::spread::{Spread, ms};

/// Longest time (ms) 99 of 100 answers may take.
const LIMIT: f64 = 5.0;
/// Begins a whole picture in a stream.
const STATE: &[u8] = b"event: state";
/// Least time (ms) between two pictures of one event: what a dashboard waits for at most when nothing else does.
const PACE: f64 = 250.0;

pub(crate) async fn measure(options: &Options, board: &mut Board, yard: &mut Yard) {
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
        floor.push(asked(site, "/auth/me").await);
        for ((_, path), times) in paths.iter().zip(&mut times) {
            times.push(asked(site, path).await);
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
    watch(options, board, site).await;
}

async fn asked(site: &Site, path: &str) -> f64 {
    let begun = Instant::now();
    let (status, body) = site.admin.call(Method::GET, path, None).await;
    assert!(status.is_success(), "{path}: {status} {body}");
    ms(begun.elapsed())
}

/// A thousand dashboards watch; an entry is acknowledged; when does the last one show it?
async fn watch(options: &Options, board: &mut Board, site: &mut Site) {
    let clients = options.size(1_000, 50);
    let rounds = options.size(20, 3);
    let (told, mut hears) = mpsc::unbounded_channel::<Instant>();
    let url = format!("{}/api/v1/events/{}/live", site.server.url(), site.venue.event);
    let http = turnstone_tests::harness::client();
    for _ in 0..clients {
        let mut response = open(&http, &url, site.admin.token()).await;
        let told = told.clone();
        tokio::spawn(async move {
            while let Ok(Some(chunk)) = response.chunk().await {
                // Conflicts and signs of life are events of their own.
                if chunk.windows(STATE.len()).any(|part| part == STATE) {
                    let _ = told.send(Instant::now());
                }
            }
        });
    }
    drain(&mut hears).await;
    let mut last = Vec::new();
    for _ in 0..rounds {
        site.one().await;
        let committed = Instant::now();
        let mut slowest = committed;
        for _ in 0..clients {
            let heard = tokio::time::timeout(Duration::from_secs(30), hears.recv()).await;
            slowest = slowest.max(heard.expect("every dashboard hears of it").expect("they are open"));
        }
        last.push(ms(slowest.duration_since(committed)));
        drain(&mut hears).await;
    }
    let spread = Spread::of(last);
    board.add(Figure {
        row: "live",
        what: format!("{} dashboards: acknowledged → shown by the last", grouped(clients)),
        ours: format!("p50 {} ms, p99 {} ms", short(spread.p50), short(spread.p99)),
        against: "pace of pictures 250 ms".into(),
        ratio: Spread { p50: spread.p50 / PACE, p10: spread.p10 / PACE, p90: spread.p90 / PACE, ..spread },
        goal: Goal::None,
    });
}

/// Opens a stream; one person may ask 100 times a second, and waits otherwise.
async fn open(http: &reqwest::Client, url: &str, token: &str) -> reqwest::Response {
    loop {
        let response = http.get(url).bearer_auth(token).send().await.expect("a stream");
        if response.status() != StatusCode::TOO_MANY_REQUESTS {
            assert!(response.status().is_success(), "{}", response.status());
            return response;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Until nothing comes any more for longer than the pace of pictures.
async fn drain(hears: &mut mpsc::UnboundedReceiver<Instant>) {
    while tokio::time::timeout(Duration::from_millis(1_500), hears.recv()).await.is_ok() {}
}
