//! Sending, acknowledging, receiving.

use scanner::engine::{EngineError, ExchangeLimits, ScanRequest};
use shared::api::{FeedWanted, ItemProblem};
use shared::cose::SigningKey;
use shared::feed::MAX_BATCH_ENTRIES;
use shared::ids::StoreId;
use shared::manifest::{Cut, Revocation};
use shared::trust::ScannerRole;
use shared::verdict::Verdict;

use crate::device::{Device, door};
use crate::witness::Witness;
use crate::world::{EVENT, SOUTH, World, records, ticket, world};

/// Two doors that know each other by their lists, and what stands between them.
fn two_doors(world: &World) -> (Device, Device, Witness) {
    let (mut a, mut b) = (Device::new(1), Device::new(2));
    let certificates = [a.enrol(world, ScannerRole::Supervisor), b.enrol(world, ScannerRole::Supervisor)];
    let mut witness = Witness::of(world);
    witness.knows(a.id(), &certificates[0]);
    witness.knows(b.id(), &certificates[1]);
    for device in [&mut a, &mut b] {
        device.adopt(&world.list(1, &records(40), &certificates, &[]));
    }
    (a, b, witness)
}

#[test]
fn what_is_acknowledged_is_not_sent_again() {
    let world = world();
    let (mut device, _, mut witness) = two_doors(&world);
    for n in 0..5 {
        device.scan(&world.code(&ticket(n)));
    }
    let report = witness.exchange(&world, &mut device.engine);
    assert_eq!((report.acknowledged, report.pending, witness.entries()), (6, 0, 6));
    let idle = device.engine.exchange_request(ExchangeLimits::default()).unwrap();
    assert!(idle.batches.is_empty());
    device.scan(&world.code(&ticket(9)));
    let next = device.engine.exchange_request(ExchangeLimits::default()).unwrap();
    assert_eq!((next.batches.len(), next.batches[0].first), (1, 7));
}

#[test]
fn long_queues_travel_in_bounded_batches() {
    let world = world();
    let (mut device, _, mut witness) = two_doors(&world);
    for _ in 0..520 {
        device.clock.forward(1);
        device.engine.count(1, "staff", None, None).unwrap();
    }
    let request = device.engine.exchange_request(ExchangeLimits::default()).unwrap();
    let sizes: Vec<usize> = request.batches.iter().map(|batch| batch.entries.len()).collect();
    assert_eq!(sizes, [MAX_BATCH_ENTRIES, 21]);
    let limits = ExchangeLimits { batches: 1, ..ExchangeLimits::default() };
    let small = device.engine.exchange_request(limits).unwrap();
    assert_eq!(small.batches.len(), 1);
    let response = witness.answer(&world, &small);
    let report = device.engine.apply_exchange(&response).unwrap();
    assert!(report.more_to_send && report.pending == 21, "{report:?}");
    let tight = ExchangeLimits { bytes: 2_000, ..ExchangeLimits::default() };
    let bytes: usize =
        device.engine.exchange_request(tight).unwrap().batches.iter().flat_map(|b| &b.entries).map(|e| e.len()).sum();
    assert!((1_500..2_500).contains(&bytes), "{bytes}");
    witness.exchange(&world, &mut device.engine);
    assert_eq!(device.engine.pending().unwrap().entries, 0);
}

#[test]
fn a_server_that_is_another_or_forgot_gets_everything_again() {
    let world = world();
    let (mut device, _, mut witness) = two_doors(&world);
    device.scan(&world.code(&ticket(1)));
    witness.exchange(&world, &mut device.engine);
    let mut fresh = Witness { keys: witness.keys.clone(), store: StoreId([0x52; 16]), ..Witness::default() };
    let report = fresh.exchange(&world, &mut device.engine);
    assert!(report.rewound && report.more_to_send);
    let report = fresh.exchange(&world, &mut device.engine);
    assert_eq!((fresh.entries(), report.pending), (2, 0));
    // The same database, but set back: acknowledges less than before.
    fresh.feeds.clear();
    let report = fresh.exchange(&world, &mut device.engine);
    assert!(report.rewound && report.pending == 2, "{report:?}");
    fresh.exchange(&world, &mut device.engine);
    assert_eq!((fresh.entries(), device.engine.pending().unwrap().entries), (2, 0));
}

#[test]
fn a_word_that_was_overtaken_by_another_process_loses_nothing() {
    let world = world();
    let (mut device, _, mut witness) = two_doors(&world);
    device.scan(&world.code(&ticket(1)));
    // The worker in the background asks, and is slow to read the answer.
    let mut worker = device.second();
    let asked = worker.exchange_request(ExchangeLimits::default()).unwrap();
    let slow = witness.answer(&world, &asked);
    // Meanwhile a scan at the door brings a later acknowledgement.
    device.scan(&world.code(&ticket(2)));
    let report = witness.exchange(&world, &mut device.engine);
    assert_eq!((report.rewound, report.pending), (false, 0));
    let report = worker.apply_exchange(&slow).unwrap();
    assert_eq!((report.rewound, report.pending, report.more_to_send), (false, 0, false), "{report:?}");
    // What the server says to a question that was asked after that counts, also if it is less.
    witness.feeds.clear();
    let report = witness.exchange(&world, &mut worker);
    assert!(report.rewound && report.pending > 0, "{report:?}");
}

#[test]
fn a_hole_is_filled_and_nothing_else_is_sent() {
    let world = world();
    let (mut device, _, mut witness) = two_doors(&world);
    for n in 0..9 {
        device.scan(&world.code(&ticket(n)));
    }
    witness.exchange(&world, &mut device.engine);
    let feed = device.engine.status().unwrap().feed.unwrap();
    witness.feeds.get_mut(&feed).unwrap().retain(|seq, _| !(4..=6).contains(seq));
    witness.exchange(&world, &mut device.engine);
    assert_eq!(device.engine.pending().unwrap().entries, 3);
    let request = device.engine.exchange_request(ExchangeLimits::default()).unwrap();
    let sent: Vec<(u64, usize)> = request.batches.iter().map(|batch| (batch.first, batch.entries.len())).collect();
    assert_eq!(sent, [(4, 3)]);
    let response = witness.answer(&world, &request);
    assert_eq!(device.engine.apply_exchange(&response).unwrap().pending, 0);
}

#[test]
fn an_acknowledgement_of_a_stranger_changes_nothing() {
    let world = world();
    let (mut device, _, mut witness) = two_doors(&world);
    device.scan(&world.code(&ticket(1)));
    let request = device.engine.exchange_request(ExchangeLimits::default()).unwrap();
    let stranger = World { server: SigningKey::from_bytes(&[77; 32]), ..crate::world::world() };
    let response = witness.answer(&stranger, &request);
    let error = device.engine.apply_exchange(&response).unwrap_err();
    assert!(matches!(error, EngineError::BadAnswer { what: "acknowledgement", .. }), "{error}");
    assert_eq!(device.engine.pending().unwrap().entries, 2);
}

#[test]
fn what_one_door_admitted_the_other_refuses() {
    let world = world();
    let (mut a, mut b, mut witness) = two_doors(&world);
    let code = world.code(&ticket(1));
    a.scan(&code);
    witness.exchange(&world, &mut a.engine);
    let request = b.engine.exchange_request(ExchangeLimits::default()).unwrap();
    let mut response = witness.answer(&world, &request);
    response.batches = witness.batches_of(a.id());
    let report = b.engine.apply_exchange(&response).unwrap();
    assert_eq!((report.received, report.refused.len()), (2, 0));
    b.clock.forward(60_000);
    let south = ScanRequest { gate: Some(SOUTH), ..ScanRequest::of(&code) };
    let outcome = b.engine.scan(&south).unwrap();
    assert_eq!(outcome.answer.verdict, Verdict::AlreadyInside);
    assert_eq!(outcome.before.unwrap().gate.name, "North");
    let names: Vec<String> =
        b.engine.log(scanner::engine::LogFilter::default()).unwrap().into_iter().map(|line| line.scanner).collect();
    assert_eq!(names, ["Door 1", "Door 2"]);
    let again = b.engine.apply_exchange(&response).unwrap();
    assert_eq!(again.received, 0, "a repetition changes nothing");
}

#[test]
fn others_entries_are_passed_on_to_a_server_that_lost_them() {
    let world = world();
    let (mut a, mut b, mut witness) = two_doors(&world);
    for n in 0..7 {
        a.scan(&world.code(&ticket(n)));
        witness.exchange(&world, &mut a.engine);
    }
    let feed = a.engine.status().unwrap().feed.unwrap();
    let request = b.engine.exchange_request(ExchangeLimits::default()).unwrap();
    let mut response = witness.answer(&world, &request);
    response.batches = witness.batches_of(a.id());
    b.engine.apply_exchange(&response).unwrap();
    let mut fresh = Witness { keys: witness.keys.clone(), store: StoreId([0x53; 16]), ..Witness::default() };
    let request = b.engine.exchange_request(ExchangeLimits::default()).unwrap();
    assert!(request.have.iter().any(|have| have.feed == feed && have.contiguous == 8));
    let mut response = fresh.answer(&world, &request);
    response.wanted = vec![FeedWanted { feed, from: 1, to: 8, id: None }];
    let report = b.engine.apply_exchange(&response).unwrap();
    assert!(report.more_to_send);
    fresh.exchange(&world, &mut b.engine);
    assert_eq!(fresh.ids(feed), witness.ids(feed));
}

#[test]
fn a_scanner_no_list_names_is_kept_out_until_one_does() {
    let world = world();
    let (mut a, mut witness) = (Device::new(1), Witness::of(&world));
    let certificate = a.enrol(&world, ScannerRole::Scan);
    witness.knows(a.id(), &certificate);
    a.adopt(&world.list(1, &records(40), std::slice::from_ref(&certificate), &[]));
    a.scan(&world.code(&ticket(1)));
    witness.exchange(&world, &mut a.engine);
    let mut b = door(&world, 2);
    let request = b.engine.exchange_request(ExchangeLimits::default()).unwrap();
    let mut response = witness.answer(&world, &shared::api::ExchangeRequest { batches: vec![], ..request });
    response.batches = witness.batches_of(a.id());
    let report = b.engine.apply_exchange(&response).unwrap();
    assert!(report.unknown_scanners && report.received == 0 && report.refused.len() == 1, "{report:?}");
    b.adopt(&world.list(2, &records(40), &[certificate], &[]));
    assert_eq!(b.engine.apply_exchange(&response).unwrap().received, 2);
}

#[test]
fn entries_above_the_cut_of_a_revoked_scanner_do_not_count() {
    let world = world();
    let (mut a, mut b, mut witness) = two_doors(&world);
    let codes: Vec<String> = (1..=2).map(|n| world.code(&ticket(n))).collect();
    for code in &codes {
        a.scan(code);
    }
    witness.exchange(&world, &mut a.engine);
    let feed = a.engine.status().unwrap().feed.unwrap();
    let request = b.engine.exchange_request(ExchangeLimits::default()).unwrap();
    let mut response = witness.answer(&world, &request);
    response.batches = witness.batches_of(a.id());
    b.engine.apply_exchange(&response).unwrap();
    assert_eq!(b.engine.people_inside().unwrap(), Some(2), "so far the other scanner is believed");
    let (seq, id) = witness.ids(feed)[1];
    let revocation = Revocation { scanner: a.id(), at: 0, cuts: vec![Cut { feed, seq, id }] };
    let list = world.list(2, &records(40), &[], &[revocation]);
    b.adopt(&list);
    assert_eq!(b.engine.people_inside().unwrap(), Some(1), "the second guest was let in above the cut");
    a.adopt(&list);
    assert_eq!(b.scan(&codes[0]).answer.verdict, Verdict::AlreadyInside, "below the cut");
    assert_eq!(b.scan(&codes[1]).answer.verdict, Verdict::Ok, "above the cut");
    assert_eq!(b.engine.people_inside().unwrap(), Some(2), "the scanner's own entry counts");
    let log = b.engine.log(scanner::engine::LogFilter::default()).unwrap();
    assert_eq!(log.iter().filter(|line| line.quarantined).count(), 1);
    assert!(matches!(a.engine.scan(&ScanRequest::of(&codes[0])), Err(EngineError::Revoked)));
    assert!(a.engine.manifest_request(EVENT).is_ok(), "it can still sync");
}

#[test]
fn an_entry_the_server_refuses_travels_alone_and_then_not_at_all() {
    let world = world();
    let (mut device, _, mut witness) = two_doors(&world);
    for n in 0..6 {
        device.scan(&world.code(&ticket(n)));
    }
    let feed = device.engine.status().unwrap().feed.unwrap();
    for round in 0..5 {
        let request = device.engine.exchange_request(ExchangeLimits::default()).unwrap();
        let alone = request.batches.iter().any(|batch| batch.first == 4 && batch.entries.len() == 1);
        assert_eq!(alone, (1..3).contains(&round), "round {round}");
        let mut response = witness.answer(&world, &request);
        // However it is sent, this server finds fault with number 4.
        witness.feeds.get_mut(&feed).unwrap().remove(&4);
        response.ack = witness.answer(&world, &shared::api::ExchangeRequest { batches: vec![], ..request.clone() }).ack;
        if request.batches.iter().any(|b| (b.first..b.first + b.entries.len() as u64).contains(&4)) {
            let detail = "the entry was changed".to_owned();
            response.problems = vec![ItemProblem { feed, seq: 4, reason: "changed".into(), detail }];
        }
        device.engine.apply_exchange(&response).unwrap();
    }
    assert_eq!(witness.ids(feed).len(), 6, "all the others arrived");
    let status = device.engine.status().unwrap();
    assert_eq!((status.troubles.len(), status.troubles[0].seq, status.pending.entries), (1, 4, 1));
}
