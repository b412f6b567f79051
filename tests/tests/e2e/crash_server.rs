//! I2: acknowledged means kept, and I4: nothing counts twice. The server is killed while scanners are sending.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use scanner::engine::{Engine, ExchangeLimits, ScanRequest};
use scanner::net::{self, Link, SyncError};
use shared::entry::Direction;
use shared::ids::FeedId;
use turnstone_tests::harness::Device;

use crate::dice::Dice;
use crate::house::{House, NORTH, SOUTH, by_hand, own_log, status, texts};

/// How often the server is killed.
const KILLS: u32 = 100;
/// Longest time it may serve before it is killed (ms): long enough for some messages.
const LONGEST_MS: u64 = 300;
/// Most scans between two rounds with the server.
const MOST_SCANS: u64 = 4;

/// Up to where the server has acknowledged each feed, as its scanner knows it.
type Acknowledged = Arc<Mutex<BTreeMap<FeedId, u64>>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i2_what_the_server_acknowledged_survives_a_hundred_kills_and_i4_nothing_counts_twice() {
    let mut dice = Dice::thrown();
    let mut house = House::open_with(60, &["--retry-window", "0"]).await;
    let devices = [
        house.scanner("North 1", NORTH).await,
        house.scanner("North 2", NORTH).await,
        house.scanner("South 1", SOUTH).await,
    ];
    for device in &devices {
        // Its list names the others now.
        device.ok(&["sync"]);
    }
    let (stop, acknowledged) = (Arc::new(AtomicBool::new(false)), Acknowledged::default());
    let busy: Vec<_> = devices
        .iter()
        .map(|device| {
            tokio::spawn(work(device.clone(), house.codes(), dice.another(), stop.clone(), acknowledged.clone()))
        })
        .collect();
    for kill in 1..=KILLS {
        // A random moment, not a wait for something.
        tokio::time::sleep(Duration::from_millis(dice.below(LONGEST_MS))).await;
        house.server.kill();
        house.cable.cut();
        if dice.percent(20) {
            killed_while_starting(&house, &mut dice);
        }
        // Nobody can send anything again before it was looked at.
        let promised = acknowledged.lock().unwrap().clone();
        house.server = house.venue.serve(Some(&house.cable.url()));
        let kept = kept(&house.venue.data);
        for (feed, seq) in &promised {
            let there = kept.get(feed).copied().unwrap_or(0);
            assert!(there >= *seq, "kill {kill}: {seq} entries of {feed} were acknowledged, {there} are there");
        }
        house.cable.plug(house.server.addr);
    }
    house.office = house.office.moved_to(house.server.addr);
    stop.store(true, Ordering::Release);
    let (mut inside, mut rounds) = (0, 0);
    for worker in busy {
        let (walked_in, ended_well) = worker.await.expect("a scanner works on whatever the server does");
        inside += walked_in;
        rounds += ended_well;
    }
    assert!(rounds > KILLS / 2, "the server was killed while it was busy, but only {rounds} rounds ended well");

    let mut recorded = std::collections::BTreeSet::new();
    for device in &devices {
        device.ok(&["sync"]);
        assert_eq!(status(device)["pending"]["entries"], 0);
        let log = own_log(device);
        assert!(log.len() > 50, "a busy evening was meant: {} entries", log.len());
        recorded.extend(texts(&log.into_iter().filter(|line| !line["event"].is_null()).collect::<Vec<_>>(), "entry"));
    }
    let there = house.entries().await;
    assert_eq!(there.len(), recorded.len(), "each entry is there once");
    assert_eq!(texts(&there, "id"), recorded);
    assert_eq!(house.exactly_inside().await, inside, "as many as walked in and not out");
    house.verify();
}

/// Scans and sends until told to stop; returns the people it let in less those it let out, and its rounds that ended well.
async fn work(
    device: Device,
    codes: Vec<String>,
    mut dice: Dice,
    stop: Arc<AtomicBool>,
    acknowledged: Acknowledged,
) -> (i64, u32) {
    let handle = by_hand(&device);
    let link = handle.link().await.unwrap();
    let (mut inside, mut rounds) = (0, 0);
    while !stop.load(Ordering::Acquire) {
        for _ in 0..dice.below(MOST_SCANS) {
            let direction = if dice.percent(70) { Direction::Entry } else { Direction::Exit };
            let scan = ScanRequest { direction: Some(direction), ..ScanRequest::of(dice.pick(&codes)) };
            let outcome = handle.ask(move |engine| engine.scan(&scan)).await.unwrap();
            match outcome.answer.verdict.passes().filter(|_| !outcome.repeat) {
                Some(Direction::Entry) => inside += i64::from(outcome.answer.people),
                Some(Direction::Exit) => inside -= i64::from(outcome.answer.people),
                None => {}
            }
        }
        // Now and then all of it, mostly only the entries: more messages in a server's short life.
        let sent = if dice.percent(10) { round(&link).await } else { exchange(&link).await };
        match sent {
            Ok(()) => rounds += 1,
            // Short of the product's own pauses, which are longer than a server lives here.
            Err(SyncError::Net(error)) if error.is_passing() => tokio::time::sleep(Duration::from_millis(5)).await,
            Err(error) => panic!("{}: {error}", device.data.display()),
        }
        let status = handle.ask(Engine::status).await.unwrap();
        if let (Some(feed), true) = (status.feed, status.store.is_some()) {
            acknowledged.lock().unwrap().insert(feed, status.last_seq - status.pending.entries);
        }
    }
    handle.close().await;
    (inside, rounds)
}

async fn round(link: &Link) -> Result<(), SyncError> {
    let report = net::round(link, &|_| {}).await?;
    assert!(!report.heartbeat.rewound && !report.exchange.rewound, "the server lost something");
    assert!(report.exchange.refused.is_empty(), "{:?}", report.exchange.refused);
    assert!(!report.exchange.new_epoch, "nobody copied this scanner");
    Ok(())
}

async fn exchange(link: &Link) -> Result<(), SyncError> {
    let request = link.desk().ask(|engine| engine.exchange_request(ExchangeLimits::default())).await?;
    let response = link.exchange(request).await?;
    let report = link.desk().ask(move |engine| engine.apply_exchange(&response)).await?;
    assert!(!report.rewound && report.refused.is_empty() && report.new_epoch.is_none(), "{report:?}");
    Ok(())
}

/// The server is killed before it listens.
fn killed_while_starting(house: &House, dice: &mut Dice) {
    let mut command = house.venue.parts.command("sync-server", &house.venue.data);
    command.args(["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    std::thread::sleep(Duration::from_millis(dice.below(LONGEST_MS)));
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Up to where each feed is held without a gap, counted in the entries themselves.
fn kept(data: &Path) -> BTreeMap<FeedId, u64> {
    let file = data.join(sync_server::store::sqlite::FILE_NAME);
    let conn = rusqlite::Connection::open_with_flags(file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let sql =
        "SELECT f.feed, count(*), max(e.seq), sum(e.branch) FROM feeds f JOIN entries e ON e.feed = f.id GROUP BY f.id";
    let mut statement = conn.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((FeedId(row.get(0)?), row.get(1)?, row.get(2)?, row.get(3)?)));
    rows.unwrap()
        .map(|row| {
            let (feed, count, last, branches): (FeedId, i64, i64, i64) = row.unwrap();
            assert_eq!((count, branches), (last, 0), "a feed that one scanner wrote in order has no gap and no fork");
            (feed, u64::try_from(last).unwrap())
        })
        .collect()
}
