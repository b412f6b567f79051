use super::*;
use crate::cose::{SigningKey, sign_object};
use crate::ids::ScannerId;

fn root() -> SigningKey {
    SigningKey::from_bytes(&[1; 32])
}

fn keyset(version: u64, organization: u8) -> Vec<u8> {
    let signer = SigningKey::from_bytes(&[2; 32]).verifying_key();
    let key = PublicKey {
        id: key_id(&signer),
        public: signer.to_bytes(),
        role: KeyRole::Certificate,
        event: None,
        not_before: 0,
        not_after: 1000,
        withdrawn: None,
    };
    let keyset = Keyset { organization: OrganizationId([organization; 16]), version, created: 0, keys: vec![key] };
    sign_object(Domain::Keyset, &root(), &keyset)
}

fn trust() -> Trust {
    let public = root().verifying_key();
    Trust::pin(root_fingerprint(&public), &public.to_bytes(), &keyset(5, 9)).unwrap()
}

#[test]
fn another_root_is_refused_at_pinning() {
    let other = SigningKey::from_bytes(&[7; 32]).verifying_key();
    let pinned = root_fingerprint(&root().verifying_key());
    assert_eq!(Trust::pin(pinned, &other.to_bytes(), &keyset(5, 9)), Err(TrustError::WrongRoot));
}

#[test]
fn only_newer_keysets_of_the_same_organization_are_adopted() {
    assert_eq!(trust().adopt(&keyset(6, 9)).unwrap().keyset().version, 6);
    assert_eq!(trust().adopt(&keyset(4, 9)), Err(TrustError::NotNewer { held: 5, offered: 4 }));
    assert_eq!(trust().adopt(&keyset(6, 8)), Err(TrustError::WrongOrganization));
}

#[test]
fn a_key_signs_only_in_its_role_and_validity() {
    let signer = SigningKey::from_bytes(&[2; 32]);
    let mut certificate = Certificate {
        scanner: ScannerId([1; 16]),
        public: SigningKey::from_bytes(&[3; 32]).verifying_key().to_bytes(),
        organization: OrganizationId([9; 16]),
        events: vec![],
        gate: None,
        role: ScannerRole::Scan,
        not_before: 10,
        not_after: 20,
        name: "North 1".into(),
        serial: 1,
    };
    let good = sign_object(Domain::Certificate, &signer, &certificate);
    assert_eq!(Certificate::open(&good, &trust()).unwrap(), certificate);
    assert!(!certificate.is_office());
    certificate.not_before = 2000;
    let late = sign_object(Domain::Certificate, &signer, &certificate);
    assert_eq!(Certificate::open(&late, &trust()), Err(TrustError::WrongRole(key_id(&signer.verifying_key()))));
}

fn key_of(seed: u8, role: KeyRole, event: Option<EventId>) -> PublicKey {
    let public = SigningKey::from_bytes(&[seed; 32]).verifying_key();
    let (id, public) = (key_id(&public), public.to_bytes());
    PublicKey { id, public, role, event, not_before: 10, not_after: 20, withdrawn: None }
}

fn signed(version: u64, keys: Vec<PublicKey>) -> Vec<u8> {
    let keyset = Keyset { organization: OrganizationId([9; 16]), version, created: 0, keys };
    sign_object(Domain::Keyset, &root(), &keyset)
}

fn opened(keys: Vec<PublicKey>) -> Result<Keyset, TrustError> {
    Keyset::open(&signed(1, keys), &root().verifying_key())
}

/// A point of order 2: its signatures hold for any message.
const WEAK: [u8; 32] = {
    let mut y = [0xff; 32];
    (y[0], y[31]) = (0xec, 0x7f);
    y
};

#[test]
fn every_key_of_a_keyset_is_checked() {
    let good = key_of(4, KeyRole::Ticket, Some(EventId([1; 16])));
    assert_eq!(opened(vec![good.clone(), key_of(5, KeyRole::Server, None)]).unwrap().keys.len(), 2);
    let refused = |key: PublicKey| opened(vec![good.clone(), key.clone()]) == Err(TrustError::BadKey(key.id));
    assert!(refused(key_of(5, KeyRole::Ticket, None)), "a ticket key of no event");
    assert!(refused(key_of(5, KeyRole::Manifest, Some(EventId([1; 16])))), "a manifest key of an event");
    assert!(refused(PublicKey { id: KeyId([7; 8]), ..key_of(5, KeyRole::Server, None) }), "another key's id");
    let weak = VerifyingKey::from_bytes(&WEAK).unwrap();
    let weak = PublicKey { id: key_id(&weak), public: WEAK, ..key_of(5, KeyRole::Server, None) };
    assert_eq!(weak.verifying_key(), None);
    assert!(refused(weak), "a key of small order");
}

#[test]
fn a_role_of_a_later_version_leaves_the_keyset_good_and_signs_nothing() {
    let manifest = key_of(4, KeyRole::Manifest, None);
    // Nothing is asked of it, and it does not get in the way of the key whose id it bears.
    let later =
        PublicKey { public: WEAK, role: KeyRole::Unknown(9), event: Some(EventId([1; 16])), ..manifest.clone() };
    let other = key_of(5, KeyRole::Unknown(9), None);
    let keyset = opened(vec![later.clone(), other.clone(), manifest.clone()]).unwrap();
    assert_eq!(keyset.keys, [later, other.clone(), manifest.clone()]);
    assert_eq!(keyset.key(manifest.id), Some(&manifest));
    assert_eq!((keyset.key(other.id), keyset.key(KeyId([0; 8]))), (None, None));
    for number in 0..6 {
        let role = KeyRole::from_number(number);
        assert_eq!((role.number(), role.is_known()), (number, (1..=4).contains(&number)));
    }
}

#[test]
fn a_key_signs_in_its_role_from_the_first_to_the_last_moment_unless_withdrawn() {
    let mut key = key_of(4, KeyRole::Manifest, None);
    for (at, good) in [(9, false), (10, true), (20, true), (21, false)] {
        assert_eq!(key.signs_at(KeyRole::Manifest, at), good, "at {at}");
    }
    assert!(!key.signs_at(KeyRole::Server, 15));
    key.withdrawn = Some(false);
    assert!(key.signs_at(KeyRole::Manifest, 15) && !key.is_withdrawn());
    key.withdrawn = Some(true);
    assert!(!key.signs_at(KeyRole::Manifest, 15) && key.is_withdrawn());
}

#[test]
fn trust_hands_out_what_it_was_given() {
    let trust = trust();
    assert_eq!(trust.root(), &root().verifying_key());
    assert_eq!((trust.keyset_bytes(), trust.keyset().version), (&keyset(5, 9)[..], 5));
    assert_eq!(trust.organization(), OrganizationId([9; 16]));
    // The same once more changes nothing; the same number with other keys is refused.
    assert_eq!(trust.clone().adopt(&keyset(5, 9)), Ok(trust.clone()));
    assert_eq!(trust.adopt(&signed(5, vec![])), Err(TrustError::NotNewer { held: 5, offered: 5 }));
}

#[test]
fn an_object_by_a_key_of_nobody_is_by_an_unknown_key() {
    let stranger = SigningKey::from_bytes(&[77; 32]);
    let bytes = sign_object(Domain::Certificate, &stranger, &1u8);
    let opened = trust().open::<u8>(Domain::Certificate, KeyRole::Certificate, &bytes, |_| 0);
    assert_eq!(opened, Err(EnvelopeError::UnknownKey.into()));
}

fn certificate(signed_for: u8, public: [u8; 32]) -> Certificate {
    Certificate {
        scanner: ScannerId([1; 16]),
        public,
        organization: OrganizationId([signed_for; 16]),
        events: vec![],
        gate: None,
        role: ScannerRole::Supervisor,
        not_before: 10,
        not_after: 20,
        name: "North 1".into(),
        serial: 1,
    }
}

#[test]
fn a_certificate_is_of_this_organization_for_a_sound_key_and_has_its_time() {
    let signer = SigningKey::from_bytes(&[2; 32]);
    let point = SigningKey::from_bytes(&[3; 32]).verifying_key();
    let open = |certificate: &Certificate| {
        Certificate::open(&sign_object(Domain::Certificate, &signer, certificate), &trust())
    };
    let good = certificate(9, point.to_bytes());
    assert_eq!(open(&good).as_ref(), Ok(&good));
    assert_eq!(good.verifying_key(), Some(point));
    assert_eq!(open(&certificate(8, point.to_bytes())), Err(TrustError::WrongOrganization));
    assert_eq!(open(&certificate(9, WEAK)), Err(EnvelopeError::BadContent.into()));
    for (at, valid) in [(9, false), (10, true), (20, true), (21, false)] {
        assert_eq!(good.is_valid_at(at), valid, "at {at}");
    }
}

#[test]
fn a_scanner_role_of_a_later_version_has_the_least_rights() {
    for (number, role) in
        [(0, ScannerRole::Scan), (1, ScannerRole::Scan), (2, ScannerRole::Supervisor), (3, ScannerRole::Scan)]
    {
        assert_eq!(cose::decode_all::<ScannerRole>(&cose::encode(&number)), Some(role), "{number}");
    }
    assert_eq!((ScannerRole::Scan.number(), ScannerRole::Supervisor.number()), (1, 2));
}

#[test]
fn an_office_is_known_by_its_id_for_its_one_event_and_its_key() {
    let (event, public) = (EventId([4; 16]), SigningKey::from_bytes(&[3; 32]).verifying_key().to_bytes());
    let office = Certificate {
        scanner: office_id(event, &public),
        public,
        organization: OrganizationId([9; 16]),
        events: vec![event],
        gate: None,
        role: ScannerRole::Scan,
        not_before: 0,
        not_after: 1,
        name: "Office".into(),
        serial: 1,
    };
    assert!(office.is_office());
    // Made by another program from the text of PROTOCOL.md.
    assert_eq!(office.scanner.to_string(), "6d962fdbb7919d270b7f53fabe4c0148");
    assert!(!Certificate { events: vec![EventId([5; 16])], ..office.clone() }.is_office());
    assert!(!Certificate { events: vec![event, EventId([5; 16])], ..office.clone() }.is_office());
    assert!(!Certificate { public: [7; 32], ..office.clone() }.is_office());
    assert!(!Certificate { scanner: ScannerId([1; 16]), ..office }.is_office());
}
