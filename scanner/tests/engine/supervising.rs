//! Undo, count and override: supervisors only, offline.

use scanner::engine::{EngineError, ScanRequest, UndoTarget};
use shared::ids::{EntryId, TicketKey};
use shared::trust::ScannerRole;
use shared::verdict::Verdict;

use crate::device::{door, door_as};
use crate::world::{NORTH, ticket, world};

#[test]
fn an_undone_admission_leaves_the_ticket_unused_at_once() {
    let world = world();
    let mut device = door(&world, 1);
    let code = world.code(&ticket(1));
    let first = device.scan(&code);
    let undone = device.engine.undo(&UndoTarget::Last, Some("Ada"), Some("wrong person")).unwrap();
    assert_eq!((undone.target, undone.bodies), (Some(first.entry), -1));
    let again = device.scan(&code);
    assert_eq!((again.repeat, again.answer.verdict), (false, Verdict::Ok));
    let status = device.engine.status().unwrap();
    assert_eq!((status.tally.entries, status.tally.people_in), (2, 1));
}

#[test]
fn an_undo_can_be_undone_by_the_start_of_its_id() {
    let world = world();
    let mut device = door(&world, 1);
    let code = world.code(&ticket(1));
    device.scan(&code);
    let undone = device.engine.undo(&UndoTarget::Last, None, None).unwrap();
    let prefix = UndoTarget::Prefix(undone.entry.to_string()[..10].to_owned());
    let twice = device.engine.undo(&UndoTarget::Entry(undone.target.unwrap()), None, None).unwrap_err();
    assert!(matches!(twice, EngineError::AlreadyUndone(_)), "{twice}");
    let back = device.engine.undo(&prefix, None, None).unwrap();
    assert_eq!((back.target, back.bodies), (Some(undone.entry), 1));
    assert_eq!(device.scan(&code).answer.verdict, Verdict::AlreadyInside);
    let log = device.engine.log(scanner::engine::LogFilter::default()).unwrap();
    assert_eq!(log.iter().map(|line| line.voided).collect::<Vec<_>>(), [false, true, false, false]);
}

#[test]
fn undo_last_takes_what_is_not_undone_and_ends() {
    let world = world();
    let mut device = door(&world, 1);
    let first = device.scan(&world.code(&ticket(1))).entry;
    let second = device.scan(&world.code(&ticket(2))).entry;
    let mut undo = || device.engine.undo(&UndoTarget::Last, None, None);
    assert_eq!(undo().unwrap().target, Some(second));
    assert_eq!(undo().unwrap().target, Some(first));
    assert!(matches!(undo(), Err(EngineError::NothingToUndo)));
}

#[test]
fn unknown_and_short_ids_are_named() {
    let world = world();
    let mut device = door(&world, 1);
    for target in
        [UndoTarget::Entry(EntryId([9; 32])), UndoTarget::Prefix("12".into()), UndoTarget::Prefix("zz".repeat(6))]
    {
        let error = device.engine.undo(&target, None, None).unwrap_err();
        assert!(matches!(error, EngineError::UnknownEntry(_)), "{error}");
    }
}

#[test]
fn people_without_a_ticket_are_counted_both_ways() {
    let world = world();
    let mut device = door(&world, 1);
    assert_eq!(device.engine.count(12, "school class", Some(NORTH), None).unwrap().bodies, 12);
    assert_eq!(device.engine.count(-2, "left early", None, None).unwrap().bodies, -2);
    assert!(matches!(device.engine.count(0, "none", None, None), Err(EngineError::BadPeople(0))));
    assert!(matches!(device.engine.count(1_001, "many", None, None), Err(EngineError::BadPeople(1_001))));
    assert!(matches!(device.engine.count(1, " ", None, None), Err(EngineError::NoReason)));
    let pending = device.engine.pending().unwrap();
    assert_eq!((pending.entries, pending.people_in, pending.people_out), (3, 12, 2));
}

#[test]
fn a_door_scanner_may_scan_and_nothing_more() {
    let world = world();
    let mut device = door_as(&world, 1, ScannerRole::Scan);
    device.scan(&world.code(&ticket(1)));
    let refused = [
        device.engine.undo(&UndoTarget::Last, None, None).unwrap_err(),
        device.engine.count(1, "why", None, None).unwrap_err(),
        device
            .engine
            .scan(&ScanRequest { override_reason: Some("please".into()), ..ScanRequest::of("x") })
            .unwrap_err(),
    ];
    for error in refused {
        assert!(matches!(error, EngineError::NotSupervisor(_)), "{error}");
    }
    assert_eq!(device.engine.pending().unwrap().entries, 2, "boot and scan");
}

#[test]
fn texts_and_numbers_beyond_the_limits_write_nothing() {
    let world = world();
    let mut device = door(&world, 1);
    let before = device.engine.status().unwrap().last_seq;
    let long = ScanRequest { operator: Some("o".repeat(65)), ..ScanRequest::of("x") };
    assert!(matches!(device.engine.scan(&long), Err(EngineError::TextTooLong { most: 64, .. })));
    let many = ScanRequest { people: Some(1_001), ..ScanRequest::of("x") };
    assert!(matches!(device.engine.scan(&many), Err(EngineError::BadPeople(1_001))));
    let nobody = ScanRequest { people: Some(0), ..ScanRequest::of("x") };
    assert!(matches!(device.engine.scan(&nobody), Err(EngineError::BadPeople(0))));
    assert_eq!(device.engine.status().unwrap().last_seq, before);
}

#[test]
fn an_override_lets_in_an_unreadable_code_without_a_ticket() {
    let world = world();
    let mut device = door(&world, 1);
    let scan = ScanRequest {
        people: Some(2),
        override_reason: Some("wet ticket".into()),
        operator: Some("Ada".into()),
        ..ScanRequest::of("TS1:GARBLED")
    };
    let outcome = device.engine.scan(&scan).unwrap();
    assert_eq!(
        (outcome.answer.verdict, outcome.answer.people, outcome.ticket),
        (Verdict::OkOverride, 2, None::<TicketKey>)
    );
    let line = device.engine.log(scanner::engine::LogFilter::default()).unwrap().pop().unwrap();
    assert_eq!((line.kind, line.bodies, line.reason.as_deref()), ("entry", 2, Some("wet ticket")));
}
