//! The server's word before a decision.

use minicbor::bytes::ByteVec;
use scanner::engine::{EngineError, ExchangeLimits, ScanRequest};
use shared::api::{ConfirmRequest, ConfirmResponse, Confirmation};
use shared::cose::{Domain, SigningKey, sign_object};
use shared::entry::{Basis, Direction};
use shared::ids::Nonce;
use shared::manifest::TicketState;
use shared::verdict::{Because, Verdict};

use crate::device::door;
use crate::world::{NOW, SOUTH, World, record, records, ticket, world};

fn word(world: &World, request: &ConfirmRequest, change: impl FnOnce(&mut Confirmation)) -> ConfirmResponse {
    let mut word = Confirmation {
        nonce: request.nonce,
        ticket: request.ticket,
        at: NOW,
        entries: vec![],
        times: vec![],
        granted: true,
        held_at: None,
    };
    change(&mut word);
    ConfirmResponse { confirmation: sign_object(Domain::Confirm, &world.server, &word) }
}

#[test]
fn what_the_server_knows_and_this_device_does_not_decides() {
    let world = world();
    let (mut a, mut b) = (door(&world, 1), door(&world, 2));
    let code = world.code(&ticket(1));
    let first = a.scan(&code);
    let entry = a.engine.exchange_request(ExchangeLimits::default()).unwrap().batches[0].entries[1].clone();
    let mut scan = ScanRequest::of(&code);
    let request = b.engine.needs_confirmation(&scan).unwrap().unwrap();
    let response = word(&world, &request, |word| {
        word.entries = vec![entry];
        word.times = vec![(NOW, NOW + 10)];
    });
    let confirmation = b.engine.verify_confirmation(&request, &response).unwrap();
    scan.confirmation = Some(confirmation);
    let outcome = b.engine.scan(&scan).unwrap();
    assert_eq!((outcome.answer.verdict, outcome.basis), (Verdict::AlreadyInside, Basis::Server));
    assert_eq!(outcome.before.unwrap().gate.id, first.gate.id);
    assert_eq!(outcome.release.unwrap().ticket, request.ticket, "the hold was not used");
    let sent = b.engine.exchange_request(ExchangeLimits::default()).unwrap().batches.remove(0);
    let refusal = shared::entry::Entry::read(sent.entries.last().unwrap()).unwrap();
    assert_eq!(refusal.saw(), [first.entry]);
}

#[test]
fn a_ticket_held_at_another_gate_is_refused_with_its_name() {
    let world = world();
    let mut device = door(&world, 1);
    let mut scan = ScanRequest::of(world.code(&ticket(1)));
    let request = device.engine.needs_confirmation(&scan).unwrap().unwrap();
    let held = word(&world, &request, |word| (word.granted, word.held_at) = (false, Some(SOUTH)));
    scan.confirmation = Some(device.engine.verify_confirmation(&request, &held).unwrap());
    let outcome = device.engine.scan(&scan).unwrap();
    assert_eq!(outcome.answer.because, Because::Held { gate: SOUTH });
    assert_eq!((outcome.held_at.unwrap().name.as_str(), outcome.release), ("South", None));
}

#[test]
fn a_granted_hold_that_is_used_needs_no_release() {
    let world = world();
    let mut device = door(&world, 1);
    let mut scan = ScanRequest::of(world.code(&ticket(1)));
    let request = device.engine.needs_confirmation(&scan).unwrap().unwrap();
    let granted = word(&world, &request, |_| ());
    scan.confirmation = Some(device.engine.verify_confirmation(&request, &granted).unwrap());
    let outcome = device.engine.scan(&scan).unwrap();
    assert_eq!((outcome.answer.verdict, outcome.release), (Verdict::Ok, None));
}

#[test]
fn a_word_that_answers_something_else_is_refused() {
    let world = world();
    let mut device = door(&world, 1);
    let scan = ScanRequest::of(world.code(&ticket(1)));
    let request = device.engine.needs_confirmation(&scan).unwrap().unwrap();
    let stranger = World { server: SigningKey::from_bytes(&[66; 32]), ..crate::world::world() };
    for response in [
        word(&world, &request, |word| word.nonce = Nonce([0; 16])),
        word(&world, &request, |word| word.ticket = ticket(2).key(crate::world::EVENT)),
        word(&world, &request, |word| word.entries = vec![ByteVec::from(vec![1])]),
        word(&stranger, &request, |_| ()),
    ] {
        let error = device.engine.verify_confirmation(&request, &response).unwrap_err();
        assert!(matches!(error, EngineError::BadAnswer { what: "confirmation", .. }), "{error}");
    }
}

#[test]
fn only_what_could_change_the_answer_is_asked() {
    let world = world();
    let mut device = door(&world, 1);
    let mut list = records(40);
    list[3] = shared::manifest::Record { state: TicketState::Canceled, ..record(&ticket(3)) };
    device.adopt(&world.list(2, &list, &[], &[]));
    let mut asks = |scan: &ScanRequest| device.engine.needs_confirmation(scan).unwrap().is_some();
    let code = |n| ScanRequest::of(world.code(&ticket(n)));
    assert!(asks(&code(1)));
    assert!(!asks(&code(3)), "canceled");
    assert!(!asks(&ScanRequest::of("unknown")));
    assert!(!asks(&ScanRequest::of("TS1:DAMAGED")));
    assert!(!asks(&ScanRequest { direction: Some(Direction::Exit), ..code(1) }));
    device.scan(&world.code(&ticket(1)));
    assert!(device.engine.needs_confirmation(&code(1)).unwrap().is_none(), "a repeat");
    device.clock.forward(60_000);
    assert!(device.engine.needs_confirmation(&code(1)).unwrap().is_some(), "may have gone out elsewhere");
}
