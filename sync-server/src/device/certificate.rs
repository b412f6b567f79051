//! Certificates the server issues.

use shared::cose::{Domain, sign_object};
use shared::ids::{EventId, GateId, OrganizationId, ScannerId};
use shared::trust::{Certificate, ScannerRole};

use crate::keys::StoredKey;

/// How long a certificate lasts (ms): 90 days; renewed while its scanner is heard of.
pub const CERTIFICATE_MS: i64 = 90 * 24 * 60 * 60 * 1000;

/// A certificate with less than this left (ms) is renewed: 30 days.
pub const RENEW_BELOW_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// A certificate begins this much (ms) before it is issued: devices' clocks are wrong by hours.
const BEGINS_BEFORE_MS: i64 = 24 * 60 * 60 * 1000;

/// What a certificate says.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Which scanner.
    pub scanner: ScannerId,
    /// Its key.
    pub public: [u8; 32],
    /// Whose.
    pub organization: OrganizationId,
    /// Events.
    pub events: Vec<EventId>,
    /// Gate.
    pub gate: Option<GateId>,
    /// Role.
    pub role: ScannerRole,
    /// Name.
    pub name: String,
}

/// An issued certificate.
#[derive(Debug, Clone)]
pub struct Issued {
    /// Exact bytes.
    pub signed: Vec<u8>,
    /// Last moment (ms).
    pub until: i64,
}

/// Issues a certificate with `signer`; `None` if that key cannot sign.
pub fn issue(subject: Subject, serial: u64, signer: &StoredKey, now: i64) -> Option<Issued> {
    let key = signer.seed.as_ref()?.signing_key();
    let until = now.saturating_add(CERTIFICATE_MS);
    let certificate = Certificate {
        scanner: subject.scanner,
        public: subject.public,
        organization: subject.organization,
        events: subject.events,
        gate: subject.gate,
        role: subject.role,
        // A verifier asks whether the signing key was valid then.
        not_before: now.saturating_sub(BEGINS_BEFORE_MS).max(signer.not_before),
        not_after: until,
        name: subject.name,
        serial,
    };
    Some(Issued { signed: sign_object(Domain::Certificate, &key, &certificate), until })
}
