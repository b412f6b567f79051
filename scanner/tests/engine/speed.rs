//! The size of the list and of the log must not matter at the door.

use std::time::{Duration, Instant};

use minicbor::bytes::ByteVec;
use rusqlite::Connection;
use scanner::engine::{ManifestProgress, ScanRequest};
use shared::api::ManifestResponse;
use shared::manifest::TicketState;
use shared::trust::ScannerRole;

use crate::device::{Device, door};
use crate::world::{EVENT, World, records, ticket, world};

/// Every statement a scan runs, on a database with this schema: searched by key or index, never scanned.
#[test]
fn no_statement_of_a_scan_reads_a_whole_table() {
    let world = world();
    let device = door(&world, 1);
    let file = Connection::open(&device.path).unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/engine/sql/");
    for name in [
        "find_bucket",
        "ticket_entries",
        "undos_of",
        "boot_at",
        "own_samples",
        "feed_samples",
        "effect_of",
        "nearest_before",
        "nearest_after",
    ] {
        let sql = std::fs::read_to_string(format!("{folder}{name}.sql")).unwrap();
        let mut statement = file.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let parameters = vec![rusqlite::types::Null; statement.parameter_count()];
        let plan: Vec<String> = statement
            .query_map(rusqlite::params_from_iter(parameters), |row| row.get(3))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        // The one table with a row for each boot of each feed may be walked; it has some dozen rows.
        let walked: Vec<&String> =
            plan.iter().filter(|step| step.starts_with("SCAN") && !step.contains("boot")).collect();
        assert!(walked.is_empty(), "{name}: {plan:?}");
    }
}

#[expect(clippy::disallowed_methods, reason = "a stopwatch, not a decision")]
fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let begin = Instant::now();
    let made = work();
    (begin.elapsed(), made)
}

/// Median and slowest of looking up and judging 200 different tickets.
fn judged(world: &World, device: &mut Device, many: u32) -> (Duration, Duration) {
    let mut times: Vec<Duration> = (0..200)
        .map(|n| {
            let scan = ScanRequest::of(world.code(&ticket(n * (many / 200) + many / 400)));
            let (took, asked) = timed(|| device.engine.needs_confirmation(&scan).unwrap());
            assert!(asked.is_some());
            took
        })
        .collect();
    times.sort();
    (times[100], times[199])
}

fn with_list(world: &World, many: u32) -> Device {
    let mut device = Device::new(1);
    let certificate = device.enrol(world, ScannerRole::Scan);
    device.adopt(&world.list(1, &records(many), &[certificate], &[]));
    while device.engine.maintain().unwrap() {}
    device
}

#[test]
fn a_hundred_times_the_tickets_are_judged_as_fast() {
    let world = world();
    let (small, _) = judged(&world, &mut with_list(&world, 1_000), 1_000);
    let (large, slowest) = judged(&world, &mut with_list(&world, 100_000), 100_000);
    eprintln!("1,000 tickets: {small:?}; 100,000 tickets: {large:?}, slowest {slowest:?}");
    // Generous, because other tests run beside: a whole-table read would be a hundred times slower.
    assert!(large < small * 5, "{small:?} and {large:?}");
}

/// A million tickets arrive while another process scans. Takes a minute; prints what it measured.
#[test]
#[ignore = "a measurement: cargo nextest run -p scanner --run-ignored only --no-capture million"]
fn a_million_tickets_arrive_while_the_door_goes_on() {
    const MANY: u32 = 1_000_000;
    let world = world();
    let mut device = with_list(&world, 1_000);
    let mut door = device.second();
    let list = world.list(2, &records(MANY), &[], &[]);
    let (header, _) = timed(|| device.engine.apply_manifest(EVENT, &list.response()).unwrap());
    let (mut steps, mut scans, mut total, mut n) = (Vec::new(), Vec::new(), header, 0);
    loop {
        let wanted = device.engine.manifest_request(EVENT).unwrap().buckets;
        let parts = wanted.iter().take(14).map(|bucket| list.part(*bucket)).collect();
        let response = ManifestResponse::Buckets { version: 2, parts };
        let (step, progress) = timed(|| device.engine.apply_manifest(EVENT, &response).unwrap());
        steps.push(step);
        total += step;
        n += 1;
        scans.push(timed(|| door.scan(&ScanRequest::of(world.code(&ticket(n)))).unwrap()).0);
        device.engine.maintain().unwrap();
        if !matches!(progress, ManifestProgress::Staging { .. }) {
            break;
        }
    }
    steps.sort();
    scans.sort();
    let (last, middle) = (scans.len() - 1, scans.len() / 2);
    eprintln!("header {header:?}, message of 14 parts {:?}, all {total:?}", steps[steps.len() / 2]);
    eprintln!("scans meanwhile: median {:?}, slowest {:?}", scans[middle], scans[last]);
    let mut changed = records(MANY);
    for record in changed.iter_mut().step_by(10_000) {
        record.state = TicketState::Canceled;
    }
    let next = world.list(3, &changed, &[], &[]);
    let records = changed.iter().step_by(10_000).map(|record| ByteVec::from(record.to_bytes())).collect();
    let delta = ManifestResponse::Delta { header: next.header.clone(), records, keyset: None };
    let (took, progress) = timed(|| device.engine.apply_manifest(EVENT, &delta).unwrap());
    eprintln!("delta of 100: {took:?}, {progress:?}");
    while device.engine.maintain().unwrap() {}
    eprintln!("judging with {MANY}: {:?}", judged(&world, &mut device, MANY));
}
