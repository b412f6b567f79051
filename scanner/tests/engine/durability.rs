//! I1, the retry window, and several processes on one feed.

use scanner::engine::{EngineError, LogFilter, ScanRequest, StoreError};
use shared::entry::Direction;
use shared::verdict::Verdict;

use crate::device::door;
use crate::world::{SOUTH, ticket, world};

#[test]
fn what_was_answered_is_there_after_reopening() {
    let world = world();
    let mut device = door(&world, 1);
    let outcome = device.scan(&world.code(&ticket(1)));
    device.reopen();
    let log = device.engine.log(LogFilter::default()).unwrap();
    assert_eq!((log[0].entry, log[0].verdict, log[0].bodies), (outcome.entry, Some("ok"), 1));
    device.clock.forward(60_000);
    assert_eq!(device.scan(&world.code(&ticket(1))).answer.verdict, Verdict::AlreadyInside);
}

#[test]
fn the_same_code_within_the_window_is_the_same_scan_even_in_another_process() {
    let world = world();
    let mut device = door(&world, 1);
    let code = world.code(&ticket(1));
    let first = device.scan(&code);
    device.clock.forward(4_000);
    let second = device.second().scan(&ScanRequest::of(&code)).unwrap();
    assert!(second.repeat && !first.repeat);
    assert_eq!((second.entry, &second.answer, &second.attendee), (first.entry, &first.answer, &first.attendee));
    device.reopen();
    assert!(device.scan(&code).repeat);
    device.clock.forward(1_001);
    let third = device.scan(&code);
    assert_eq!((third.repeat, third.answer.verdict), (false, Verdict::AlreadyInside));
}

#[test]
fn another_gate_direction_or_boot_is_another_scan() {
    let world = world();
    let mut device = door(&world, 1);
    let code = world.code(&ticket(1));
    device.scan(&code);
    let south = ScanRequest { gate: Some(SOUTH), ..ScanRequest::of(&code) };
    assert_eq!(device.engine.scan(&south).unwrap().answer.verdict, Verdict::AlreadyInside);
    let exit = ScanRequest { direction: Some(Direction::Exit), ..ScanRequest::of(&code) };
    assert_eq!(device.engine.scan(&exit).unwrap().answer.verdict, Verdict::OkExit);
    // Within the window of the first entry, but somebody went out since: a new scan, or a person would not be counted.
    let back = device.scan(&code);
    assert_eq!((back.repeat, back.answer.verdict), (false, Verdict::OkReentry));
    device.clock.reboot();
    assert!(!device.scan(&code).repeat);
}

#[test]
fn no_code_and_no_secret_is_in_the_file() {
    let world = world();
    let mut device = door(&world, 1);
    let code = world.code(&ticket(1));
    device.scan(&code);
    device.scan("TICKET:1:SECRET-BARCODE:9");
    device.engine.checkpoint().unwrap();
    let mut file = std::fs::read(&device.path).unwrap();
    file.extend(std::fs::read(device.path.with_extension("db-wal")).unwrap_or_default());
    let holds = |needle: &[u8]| file.windows(needle.len()).any(|window| window == needle);
    assert!(!holds(code.as_bytes()) && !holds(b"SECRET-BARCODE") && !holds(&ticket(1).secret.0));
    assert!(!holds(format!("Guest {}", ticket(1).secret.0[0]).as_bytes()));
}

#[test]
fn threads_on_one_file_write_one_gapless_feed_and_admit_each_ticket_once() {
    let world = world();
    let mut device = door(&world, 1);
    let codes: Vec<String> = (0..40).map(|n| world.code(&ticket(n))).collect();
    let engines: Vec<_> = (0..4).map(|_| device.second()).collect();
    let admitted: usize = std::thread::scope(|scope| {
        let running: Vec<_> = engines
            .into_iter()
            .enumerate()
            .map(|(n, mut engine)| {
                let codes = &codes;
                scope.spawn(move || {
                    let turn = |k: usize| &codes[(k * 7 + n * 11) % codes.len()];
                    let fresh = |code| {
                        let outcome = engine.scan(&ScanRequest::of(code)).unwrap();
                        usize::from(!outcome.repeat && outcome.answer.verdict == Verdict::Ok)
                    };
                    (0..codes.len()).map(turn).map(fresh).sum::<usize>()
                })
            })
            .collect();
        running.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(admitted, codes.len());
    let log = device.engine.log(LogFilter { limit: 10_000, technical: true, ..LogFilter::default() }).unwrap();
    let seqs: Vec<u64> = log.iter().map(|line| line.seq).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
    assert_eq!(device.engine.status().unwrap().tally.people_in, 40);
}

#[test]
fn a_full_disk_is_named_and_nothing_is_half_written() {
    let world = world();
    let mut device = door(&world, 1);
    device.engine.checkpoint().unwrap();
    let mut full = 0;
    let before = device.engine.status().unwrap().tally;
    device.engine.limit_pages(1).unwrap();
    let mut admitted = 0;
    for n in 0..40 {
        match device.engine.scan(&ScanRequest::of(world.code(&ticket(n)))) {
            Ok(outcome) => admitted += i64::from(outcome.answer.people),
            Err(EngineError::Store(StoreError::Full)) => full += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(full > 0, "never full");
    device.engine.limit_pages(1_000_000).unwrap();
    assert_eq!(device.engine.status().unwrap().tally.people_in, before.people_in + admitted);
    assert_eq!(device.engine.health().unwrap().damage, Vec::<String>::new());
}
