//! Scanner certificates.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{KeyRole, Trust, TrustError};
use crate::cose::{Domain, EnvelopeError, VerifyingKey};
use crate::hash::{hash, truncated};
use crate::ids::{EventId, GateId, OrganizationId, ScannerId};
use crate::number::encode_as_number;

/// What a scanner may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScannerRole {
    /// Scan tickets.
    Scan,
    /// Also search, override, undo and count.
    Supervisor,
}

impl ScannerRole {
    /// Its number on the wire.
    pub fn number(self) -> u32 {
        match self {
            Self::Scan => 1,
            Self::Supervisor => 2,
        }
    }

    /// The role with this number. A later version's gives the least rights: the device still scans, and its key still
    /// vouches for its feed.
    pub fn from_number(number: u32) -> Self {
        if number == 2 { Self::Supervisor } else { Self::Scan }
    }
}

encode_as_number!(ScannerRole);

/// The id under which a server counts people of an event by hand, with this key: in a feed like a scanner's. Scanners get
/// random ids, so whoever has such a one is an office and stands at no door.
pub fn office_id(event: EventId, public: &[u8; 32]) -> ScannerId {
    ScannerId(truncated(hash("turnstone/v1/office", &[event.as_bytes(), public])))
}

/// The server's word that a public key is a scanner of the organization.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Certificate {
    /// Which scanner.
    #[n(1)]
    pub scanner: ScannerId,
    /// Its Ed25519 public key.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub public: [u8; 32],
    /// Whose scanner.
    #[n(3)]
    pub organization: OrganizationId,
    /// Events it may scan for.
    #[n(4)]
    pub events: Vec<EventId>,
    /// The gate it was registered for; it may be moved.
    #[n(5)]
    pub gate: Option<GateId>,
    /// What it may do.
    #[n(6)]
    pub role: ScannerRole,
    /// Valid from (ms).
    #[n(7)]
    pub not_before: i64,
    /// Valid until (ms).
    #[n(8)]
    pub not_after: i64,
    /// Name people use for it.
    #[n(9)]
    pub name: String,
    /// Rises with every certificate of this scanner.
    #[n(10)]
    pub serial: u64,
}

impl Certificate {
    /// Opens a certificate: signed by a certificate key that was valid when it was issued, of this organization.
    /// Whether it is valid *now* is [`Certificate::is_valid_at`].
    pub fn open(bytes: &[u8], trust: &Trust) -> Result<Self, TrustError> {
        let certificate: Self =
            trust.open(Domain::Certificate, KeyRole::Certificate, bytes, |c: &Self| c.not_before)?;
        if certificate.organization != trust.organization() {
            return Err(TrustError::WrongOrganization);
        }
        if certificate.verifying_key().is_none() {
            return Err(EnvelopeError::BadContent.into());
        }
        Ok(certificate)
    }

    /// Whether `at_ms` is within its validity.
    pub fn is_valid_at(&self, at_ms: i64) -> bool {
        self.not_before <= at_ms && at_ms <= self.not_after
    }

    /// Whether it is a server's own, for counting by hand, and no scanner's.
    pub fn is_office(&self) -> bool {
        matches!(self.events.as_slice(), [event] if office_id(*event, &self.public) == self.scanner)
    }

    /// The scanner's key as a curve point.
    pub fn verifying_key(&self) -> Option<VerifyingKey> {
        VerifyingKey::from_bytes(&self.public).ok().filter(|key| !key.is_weak())
    }
}
