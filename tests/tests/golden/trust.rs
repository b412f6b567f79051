//! Keysets, certificates and invitations (PROTOCOL.md section 3) against the golden vectors.

use shared::api::{Invitation, InvitationError};
use shared::ids::{Fingerprint, GateId, KeyId, Nonce, ScannerId};
use shared::trust::{Certificate, KeyRole, PublicKey, ScannerRole, Trust, TrustError};
use turnstone_tests::golden::{Findings, Node, Reason, Vector, organization, trust, vectors};

/// The vector's keyset, taken on top of the held one, if there is one.
fn take_keyset(given: &Node) -> Result<Trust, TrustError> {
    let Some(held) = given.opt("held") else { return trust(given) };
    let fingerprint: Fingerprint = given.at("root_fingerprint").id();
    let held = Trust::pin(fingerprint, &given.at("root_key").bytes32(), &held.bytes()).unwrap();
    held.adopt(&given.at("keyset").bytes())
}

fn public_key(expect: &Node) -> PublicKey {
    PublicKey {
        id: expect.at("key_id").id::<KeyId>(),
        public: expect.at("public_key").bytes32(),
        role: match expect.at("role").value().as_str() {
            Some("ticket") => KeyRole::Ticket,
            Some("manifest") => KeyRole::Manifest,
            Some("certificate") => KeyRole::Certificate,
            Some("server") => KeyRole::Server,
            Some(other) => panic!("role {other}"),
            None => KeyRole::Unknown(expect.at("role").number()),
        },
        event: expect.opt("event").map(|event| event.id()),
        not_before: expect.at("not_before").number(),
        not_after: expect.at("not_after").number(),
        withdrawn: expect.at("withdrawn").bool().then_some(true),
    }
}

#[test]
fn keysets_are_taken_or_refused_for_their_reason() {
    let mut findings = Findings::default();
    for vector in vectors("trust", Some("keyset"), 5, 14) {
        let taken = take_keyset(&vector.json);
        let reason = taken.as_ref().err().map(|error| error.reason().to_owned());
        findings.expect(&vector, "reason", reason, vector.reason());
        let (Ok(trust), true) = (taken, vector.is_good()) else { continue };
        let expect = vector.json.at("expect");
        findings.expect(&vector, "organization", trust.organization(), organization(&vector.json));
        findings.expect(&vector, "version", trust.keyset().version, expect.at("version").number());
        let keys: Vec<PublicKey> = expect.at("keys").items().iter().map(public_key).collect();
        findings.expect(&vector, "keys", trust.keyset().keys.clone(), keys);
    }
    findings.settle();
}

fn open_certificate(given: &Node) -> Result<Certificate, &'static str> {
    let now: i64 = given.at("now").number();
    let certificate =
        Certificate::open(&given.at("certificate").bytes(), &trust(given).unwrap()).map_err(|e| e.reason())?;
    match certificate.is_valid_at(now) {
        true => Ok(certificate),
        false if now < certificate.not_before => Err("not_yet_valid"),
        false => Err("expired"),
    }
}

fn expected_certificate(vector: &Vector) -> Certificate {
    let expect = vector.json.at("expect");
    Certificate {
        scanner: expect.at("scanner").id::<ScannerId>(),
        public: expect.at("public_key").bytes32(),
        organization: organization(&vector.json),
        events: expect.at("events").items().iter().map(Node::id).collect(),
        gate: expect.opt("gate").map(|gate| GateId(gate.number())),
        role: match expect.at("role").str().as_str() {
            "scan" => ScannerRole::Scan,
            "supervisor" => ScannerRole::Supervisor,
            other => panic!("role {other}"),
        },
        not_before: expect.at("not_before").number(),
        not_after: expect.at("not_after").number(),
        name: expect.at("name").str(),
        serial: expect.at("serial").number(),
    }
}

#[test]
fn certificates_are_believed_or_refused_for_their_reason() {
    let mut findings = Findings::default();
    for vector in vectors("trust", Some("certificate"), 4, 12) {
        let opened = open_certificate(&vector.json);
        findings.expect(&vector, "reason", opened.as_ref().err().map(|e| (*e).to_owned()), vector.reason());
        let (Ok(certificate), true) = (opened, vector.is_good()) else { continue };
        findings.expect(&vector, "members", certificate, expected_certificate(&vector));
    }
    findings.settle();
}

fn read_invitation(given: &Node) -> Result<Invitation, &'static str> {
    let invitation = Invitation::read(&given.at("text").str()).map_err(|error| match error {
        InvitationError::NotOne => "not_an_invitation",
        InvitationError::Damaged => "damaged",
        InvitationError::BadServer => "server",
    })?;
    if invitation.expires < given.at("now").number() { Err("expired") } else { Ok(invitation) }
}

#[test]
fn invitations_are_read_in_both_forms_or_refused_for_their_reason() {
    let mut findings = Findings::default();
    for vector in vectors("trust", Some("invitation"), 3, 9) {
        let read = read_invitation(&vector.json);
        findings.expect(&vector, "reason", read.as_ref().err().map(|e| (*e).to_owned()), vector.reason());
        let (Ok(invitation), true) = (read, vector.is_good()) else { continue };
        let expect = vector.json.at("expect");
        let members = Invitation {
            server: expect.at("server").str(),
            token: expect.at("token").id::<Nonce>(),
            root: expect.at("root_fingerprint").id::<Fingerprint>(),
            expires: expect.at("expires").number(),
        };
        // Our own text is the generator's text: both write the same bytes.
        let text = vector.json.at("text").str();
        let written = [invitation.to_code(), invitation.to_url()];
        findings.expect(&vector, "our text", written.contains(&text.trim().to_owned()), true);
        findings.expect(&vector, "members", invitation, members);
    }
    findings.settle();
}
