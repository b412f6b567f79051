//! A thousand open dashboards: how soon the last of them shows what was acknowledged, while it is quiet and while scanners send
//! as fast as they can; what they cost those scanners; and how soon a duplicate is seen after its upload.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use shared::ids::TicketKey;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::Options;
use crate::board::{Board, Figure, Goal, grouped, short};
use crate::crowd::Crowd;
use crate::feeder::Feeder;
use crate::site::{MESSAGE, SCANNERS, Site};
use crate::spread::{Spread, ms, ratio};

/// Entries stored before anything is measured.
const FEW: u64 = 10_000;
/// Ms between two entries of a scanner.
const STEP: u64 = 2_000;
/// Least time (ms) between two pictures of one event: what a dashboard waits for at most when nothing else does.
const PACE: f64 = 250.0;
/// A duplicate must be seen so soon (ms) after its upload.
const SOON: f64 = 1_000.0;
/// Entries in a message of a scanner that keeps up: small, so that there are many commits.
const SMALL: usize = 50;
/// Tickets shown twice have keys that begin so.
const MARK: [u8; 8] = [0xfe, 0xed, 0xfa, 0xce, 0xfe, 0xed, 0xfa, 0xce];
/// Longest wait for a dashboard.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a dashboard heard, and when.
#[derive(Debug, Clone, Copy)]
enum Heard {
    /// A whole picture.
    State(Instant),
    /// The duplicate with this number.
    Mark(u64, Instant),
}

pub(crate) async fn measure(options: &Options, board: &mut Board) {
    let folder = options.scratch();
    let mut site = Site::open(&folder.path().join("live"), SCANNERS + 2, STEP).await;
    site.crowd = Arc::new(std::sync::Mutex::new(Crowd::honest()));
    // Two scanners keep out of the rush and let the same tickets in.
    let pair = site.feeders.split_off(SCANNERS);
    site.fill(FEW).await;
    let clients = options.size(1_000, 50);
    rates(options, board, &mut site, clients).await;
    let mut wall = Wall::open(&site, clients).await;
    quiet(options, board, &mut site, &mut wall).await;
    busy(options, board, site, pair, &mut wall).await;
}

/// Entries a second with and without dashboards, in turns.
async fn rates(options: &Options, board: &mut Board, site: &mut Site, clients: usize) {
    let (mut without, mut with) = (Vec::new(), Vec::new());
    let (mut cpu_without, mut cpu_with) = (Vec::new(), Vec::new());
    for _ in 0..options.size(3, 1) {
        for _ in 0..options.size(5, 1) {
            let (sent, took) = site.rush(MESSAGE).await;
            without.push(ms(took) / sent as f64);
            cpu_without.push(site.cpu * 1e6 / sent as f64);
        }
        let wall = Wall::open(site, clients).await;
        for _ in 0..options.size(5, 1) {
            let (sent, took) = site.rush(MESSAGE).await;
            with.push(ms(took) / sent as f64);
            cpu_with.push(site.cpu * 1e6 / sent as f64);
        }
        wall.close().await;
    }
    let rate = |times: &[f64]| grouped(Spread::of(times.iter().map(|ms| 1e3 / ms).collect()).p50 as u64);
    let cpu = |times: &[f64]| short(Spread::of(times.to_vec()).p50);
    board.add(Figure {
        row: "live",
        what: format!(
            "{SCANNERS} scanners send all they have: with {} dashboards against none",
            grouped(clients as u64)
        ),
        ours: format!("{}/s, {} µs of the server's processor each", rate(&with), cpu(&cpu_with)),
        against: format!("{}/s, {} µs", rate(&without), cpu(&cpu_without)),
        ratio: ratio(&without, &with),
        goal: Goal::AtLeast(0.7),
    });
}

/// One entry is acknowledged while nothing else happens; when does the last dashboard show it?
async fn quiet(options: &Options, board: &mut Board, site: &mut Site, wall: &mut Wall) {
    let mut last = Vec::new();
    wall.drain().await;
    for _ in 0..options.size(20, 3) {
        site.one().await;
        let committed = Instant::now();
        let mut slowest = committed;
        let mut heard = 0;
        while heard < wall.clients {
            if let Heard::State(at) = wall.hear().await {
                slowest = slowest.max(at);
                heard += 1;
            }
        }
        last.push(ms(slowest.duration_since(committed)));
        wall.drain().await;
    }
    let spread = Spread::of(last);
    board.add(Figure {
        row: "live",
        what: format!("{} dashboards, quiet: acknowledged → shown by the last", grouped(wall.clients as u64)),
        ours: format!("p50 {} ms, p99 {} ms", short(spread.p50), short(spread.p99)),
        against: "pace of pictures 250 ms".into(),
        ratio: Spread { p50: spread.p50 / PACE, p10: spread.p10 / PACE, p90: spread.p90 / PACE, ..spread },
        goal: Goal::None,
    });
}

/// Scanners send small messages without a pause; meanwhile tickets are shown twice at two gates.
async fn busy(options: &Options, board: &mut Board, mut site: Site, mut pair: Vec<Feeder>, wall: &mut Wall) {
    let ends = Arc::new(AtomicBool::new(false));
    let begun = Instant::now();
    let rush = rush(&mut site, &ends);
    let (mut uploaded, mut acknowledged) = (Vec::new(), BTreeMap::new());
    for number in 0..options.size(30, 3) {
        let ticket = marked(number);
        let (first, second) = (pair[0].admit(ticket), pair[1].admit(ticket));
        pair[0].send(first).await;
        let upload = Instant::now();
        pair[1].send(second).await;
        uploaded.push(upload);
        acknowledged.insert(number, Instant::now());
        // Not in step with the pictures.
        tokio::time::sleep(Duration::from_millis(170 + 37 * (number % 10))).await;
    }
    let mut seen: BTreeMap<u64, Vec<Instant>> = BTreeMap::new();
    while seen.values().map(Vec::len).sum::<usize>() < wall.clients * uploaded.len() {
        if let Heard::Mark(number, at) = wall.hear().await {
            seen.entry(number).or_default().push(at);
        }
    }
    ends.store(true, Ordering::Relaxed);
    let entries = rush.join_all().await.into_iter().sum::<u64>();
    let rate = entries as f64 / begun.elapsed().as_secs_f64();
    let since = |begin: &dyn Fn(u64) -> Instant| -> Vec<f64> {
        let times = seen.iter().flat_map(|(number, seen)| seen.iter().map(|at| ms(at.duration_since(begin(*number)))));
        times.collect()
    };
    let last: Vec<f64> = seen
        .iter()
        .filter_map(|(number, seen)| Some(ms(seen.iter().max()?.duration_since(acknowledged[number]))))
        .collect();
    let every = Spread::of(since(&|number| acknowledged[&number]));
    let last = Spread::of(last);
    let load = format!("{} dashboards, {}/s arriving", grouped(wall.clients as u64), grouped(rate as u64));
    board.add(Figure {
        row: "live",
        what: format!("{load}: acknowledged → shown by the last"),
        ours: format!(
            "p50 {} ms, p99 {} ms (each of them: p50 {}, p99 {})",
            short(last.p50),
            short(last.p99),
            short(every.p50),
            short(every.p99)
        ),
        against: "pace of pictures 250 ms".into(),
        ratio: Spread { p50: last.p50 / PACE, p10: last.p10 / PACE, p90: last.p90 / PACE, ..last },
        goal: Goal::None,
    });
    let from_upload = Spread::of(since(&|number| uploaded[usize::try_from(number).expect("few")]));
    board.add(Figure {
        row: "live",
        what: format!("{load}: duplicate sent → seen on a dashboard, p99"),
        ours: format!("p50 {} ms, p99 {} ms", short(from_upload.p50), short(from_upload.p99)),
        against: "limit 1,000 ms".into(),
        ratio: Spread { p50: from_upload.p99 / SOON, count: 1, ..from_upload },
        goal: Goal::AtMost(1.0),
    });
}

/// All scanners of the site send without a pause until told to end; how much each sent.
fn rush(site: &mut Site, ends: &Arc<AtomicBool>) -> JoinSet<u64> {
    let mut sending = JoinSet::new();
    for mut feeder in site.feeders.drain(..) {
        let (crowd, ends) = (site.crowd.clone(), ends.clone());
        sending.spawn(async move {
            feeder.authenticate().await;
            let mut sent = 0;
            while !ends.load(Ordering::Relaxed) {
                let message = feeder.evening(&mut crowd.lock().expect("nobody panicked"), SMALL, None);
                sent += message.entries;
                feeder.send(message).await;
            }
            sent
        });
    }
    sending
}

fn marked(number: u64) -> TicketKey {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&MARK);
    key[8..].copy_from_slice(&number.to_be_bytes());
    TicketKey(key)
}

/// Dashboards that watch.
struct Wall {
    clients: usize,
    hears: mpsc::UnboundedReceiver<Heard>,
    streams: JoinSet<()>,
}

impl Wall {
    async fn open(site: &Site, clients: usize) -> Self {
        let (tell, hears) = mpsc::unbounded_channel();
        let url = format!("{}/api/v1/events/{}/live", site.server.url(), site.venue.event);
        let http = turnstone_tests::harness::client();
        let mut streams = JoinSet::new();
        for _ in 0..clients {
            let mut response = open(&http, &url, site.admin.token()).await;
            let tell = tell.clone();
            streams.spawn(async move {
                while let Ok(Some(chunk)) = response.chunk().await {
                    if let Some(heard) = read(&chunk) {
                        // Nobody listens while the wall is closed.
                        let _ = tell.send(heard);
                    }
                }
            });
        }
        let mut wall = Self { clients, hears, streams };
        wall.drain().await;
        wall
    }

    async fn hear(&mut self) -> Heard {
        let heard = tokio::time::timeout(PATIENCE, self.hears.recv()).await;
        heard.expect("every dashboard hears of it").expect("they are open")
    }

    /// Until nothing comes any more for longer than the pace of pictures.
    async fn drain(&mut self) {
        while tokio::time::timeout(Duration::from_millis(1_500), self.hears.recv()).await.is_ok() {}
    }

    async fn close(mut self) {
        self.streams.shutdown().await;
    }
}

/// The server sends each event in a piece of its own; what a larger one is cut into says nothing new.
fn read(chunk: &[u8]) -> Option<Heard> {
    let text = std::str::from_utf8(&chunk[..chunk.len().min(256)]).unwrap_or_default();
    let event = text.strip_prefix("id: ")?.split_once("\nevent: ")?.1;
    if event.starts_with("state\n") {
        return Some(Heard::State(Instant::now()));
    }
    let ticket = event.strip_prefix("conflict\n")?.split_once("\"ticket\":\"")?.1.get(..32)?;
    let (mark, number) = ticket.split_at(16);
    let ours = mark == shared::ids::to_hex(&MARK);
    ours.then(|| u64::from_str_radix(number, 16).ok()).flatten().map(|number| Heard::Mark(number, Instant::now()))
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
