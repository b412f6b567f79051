//! Becoming a scanner, and becoming one again.

use scanner::engine::{EngineError, EnrolError, ExchangeLimits};
use shared::api::EnrolResponse;
use shared::cose::{Domain, SigningKey};
use shared::ids::Fingerprint;
use shared::trust::{ScannerRole, TrustError};

use crate::device::{Device, door};
use crate::witness::Witness;
use crate::world::{World, records, ticket, world};

fn response(world: &World, device: &Device, public: [u8; 32]) -> EnrolResponse {
    EnrolResponse {
        store: world.store,
        root: world.root.verifying_key().to_bytes(),
        keyset: world.keyset(),
        certificate: world.certificate(device.id(), public, ScannerRole::Scan, 1),
        organization: "Lights Ltd".into(),
    }
}

#[test]
fn the_request_proves_that_the_device_holds_the_key() {
    let world = world();
    let mut device = Device::new(1);
    let request = device.engine.enrol_request(&world.invitation(), "handheld").unwrap();
    let key = shared::cose::VerifyingKey::from_bytes(&request.public).unwrap();
    let proof: shared::api::EnrolProof = shared::cose::open(Domain::Enrol, &key, &request.proof).unwrap();
    assert_eq!((proof.token, proof.public), (request.token, request.public));
    let again = device.engine.enrol_request(&world.invitation(), "handheld").unwrap();
    assert_eq!(again.public, request.public, "asking twice makes no second key");
}

#[test]
fn another_root_another_key_and_no_question_are_refused() {
    let world = world();
    let mut device = Device::new(1);
    let unasked = response(&world, &device, [3; 32]);
    let error = device.engine.install(&world.invitation(), &unasked).unwrap_err();
    assert!(matches!(error, EngineError::Enrol(EnrolError::NotAsked | EnrolError::Trust(_))), "{error}");
    let request = device.engine.enrol_request(&world.invitation(), "test").unwrap();
    let mut pinned = world.invitation();
    pinned.root = Fingerprint([9; 16]);
    let good = response(&world, &device, request.public);
    let error = device.engine.install(&pinned, &good).unwrap_err();
    assert!(matches!(error, EngineError::Enrol(EnrolError::Trust(TrustError::WrongRoot))), "{error}");
    let stranger = SigningKey::from_bytes(&[42; 32]).verifying_key().to_bytes();
    let other = response(&world, &device, stranger);
    let error = device.engine.install(&world.invitation(), &other).unwrap_err();
    assert!(matches!(error, EngineError::Enrol(EnrolError::OtherKey)), "{error}");
    assert_eq!(device.engine.scanner().unwrap(), None);
    device.engine.install(&world.invitation(), &good).unwrap();
    assert_eq!(device.engine.status().unwrap().enrolled.unwrap().organization_name, "Lights Ltd");
}

#[test]
fn a_second_enrolment_keeps_what_was_recorded_and_still_sends_it() {
    let world = world();
    let mut device = Device::new(1);
    let mut witness = Witness::of(&world);
    let first = device.enrol(&world, ScannerRole::Supervisor);
    device.adopt(&world.list(1, &records(40), std::slice::from_ref(&first), &[]));
    device.scan(&world.code(&ticket(1)));
    let before = device.engine.status().unwrap();
    let request = device.engine.enrol_request(&world.invitation(), "test").unwrap();
    let id = shared::ids::ScannerId([0x77; 16]);
    let certificate = world.certificate(id, request.public, ScannerRole::Scan, 1);
    let answer = EnrolResponse { certificate: certificate.clone(), ..response(&world, &device, request.public) };
    assert_eq!(device.engine.install(&world.invitation(), &answer).unwrap(), id);
    let after = device.engine.status().unwrap();
    assert_ne!(after.feed, before.feed);
    assert_eq!((after.last_seq, after.pending.entries, after.tally.people_in), (1, 3, 1));
    witness.knows(device.id(), &first);
    witness.knows(id, &certificate);
    assert_eq!(witness.exchange(&world, &mut device.engine).pending, 0);
    assert_eq!(witness.ids(before.feed.unwrap()).len(), 2);
    assert_eq!(device.engine.heartbeat_request(None).unwrap().request.heads.len(), 1, "of its present key only");
}

#[test]
fn settings_must_be_ones_the_scanner_may_use() {
    let world = world();
    let mut device = door(&world, 1);
    let mut settings = device.engine.settings().unwrap();
    settings.gate = Some(shared::ids::GateId(9));
    let error = device.engine.set_settings(&settings).unwrap_err();
    assert!(matches!(error, EngineError::UnknownGate { .. }), "{error}");
    settings.gate = Some(crate::world::SOUTH);
    settings.operator = Some("Ada".into());
    device.engine.set_settings(&settings).unwrap();
    device.reopen();
    let outcome = device.scan(&world.code(&ticket(1)));
    assert_eq!(outcome.gate.name, "South");
    settings.event = Some(crate::world::OTHER_EVENT);
    let error = device.engine.set_settings(&settings).unwrap_err();
    assert!(matches!(error, EngineError::ForeignEvent(_)), "{error}");
    assert!(device.engine.exchange_request(ExchangeLimits::default()).is_ok());
}
