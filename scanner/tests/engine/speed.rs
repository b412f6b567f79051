//! The size of the list and of the log must not matter at the door.

use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::world::{Device, door, records, ticket, world};
use shared::trust::ScannerRole;

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

/// Median and slowest of looking up and judging 200 different tickets.
fn judged(many: u32) -> (Duration, Duration) {
    let world = world();
    let mut device = Device::new(1);
    let certificate = device.enrol(&world, ScannerRole::Scan);
    device.adopt(&world.list(1, &records(many), &[certificate], &[]));
    while device.engine.maintain().unwrap() {}
    let mut times: Vec<Duration> = (0..200)
        .map(|n| {
            let scan = scanner::engine::ScanRequest::of(world.code(&ticket(n * (many / 200))));
            let begin = Instant::now();
            device.engine.needs_confirmation(&scan).unwrap().unwrap();
            begin.elapsed()
        })
        .collect();
    times.sort();
    (times[100], times[199])
}

#[test]
fn a_hundred_times_the_tickets_are_judged_as_fast() {
    let (small, _) = judged(1_000);
    let (large, slowest) = judged(100_000);
    eprintln!("1,000 tickets: {small:?}; 100,000 tickets: {large:?}, slowest {slowest:?}");
    // Generous, because other tests run beside: a whole-table read would be a hundred times slower.
    assert!(large < small * 5, "{small:?} and {large:?}");
}
