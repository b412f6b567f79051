//! Who may sign what: root key, keyset, certificates (PROTOCOL.md section 3).

mod certificate;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::cose::{self, Domain, Envelope, EnvelopeError, VerifyingKey, key_id};
use crate::hash::{hash, truncated};
use crate::ids::{EventId, Fingerprint, KeyId, OrganizationId};
use crate::number::encode_as_number;

pub use certificate::{Certificate, ScannerRole, office_id};

/// What a signing key may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyRole {
    /// Tickets of one event.
    Ticket,
    /// Manifests.
    Manifest,
    /// Scanner certificates.
    Certificate,
    /// Acknowledgements, times, confirmations.
    Server,
    /// A later version's: the keyset stays good, the key signs nothing here.
    Unknown(#[serde(skip)] u32),
}

impl KeyRole {
    /// Its number on the wire.
    pub fn number(self) -> u32 {
        match self {
            Self::Ticket => 1,
            Self::Manifest => 2,
            Self::Certificate => 3,
            Self::Server => 4,
            Self::Unknown(number) => number,
        }
    }

    /// The role with this number.
    pub fn from_number(number: u32) -> Self {
        match number {
            1 => Self::Ticket,
            2 => Self::Manifest,
            3 => Self::Certificate,
            4 => Self::Server,
            other => Self::Unknown(other),
        }
    }

    /// Whether this version knows what such a key signs.
    pub fn is_known(self) -> bool {
        !matches!(self, Self::Unknown(_))
    }
}

encode_as_number!(KeyRole);

/// One public key of a keyset.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct PublicKey {
    /// Id of `public`.
    #[n(1)]
    pub id: KeyId,
    /// Ed25519 public key, 32 bytes.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub public: [u8; 32],
    /// What it may sign.
    #[n(3)]
    pub role: KeyRole,
    /// The event whose tickets it signs; only with [`KeyRole::Ticket`].
    #[n(4)]
    pub event: Option<EventId>,
    /// Signs from here on (ms).
    #[n(5)]
    pub not_before: i64,
    /// Signs until here (ms).
    #[n(6)]
    pub not_after: i64,
    /// Nothing it ever signed counts any more.
    #[n(7)]
    pub withdrawn: Option<bool>,
}

impl PublicKey {
    /// Whether what it signed before is void.
    pub fn is_withdrawn(&self) -> bool {
        self.withdrawn == Some(true)
    }

    /// The key as a curve point; `None` if the bytes are none or the key is of small order.
    pub fn verifying_key(&self) -> Option<VerifyingKey> {
        VerifyingKey::from_bytes(&self.public).ok().filter(|key| !key.is_weak())
    }

    fn signs_at(&self, role: KeyRole, at_ms: i64) -> bool {
        self.role == role && !self.is_withdrawn() && self.not_before <= at_ms && at_ms <= self.not_after
    }
}

/// All current keys of an organization, signed by its root.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Keyset {
    /// Whose keys these are.
    #[n(1)]
    pub organization: OrganizationId,
    /// Rises with every change.
    #[n(2)]
    pub version: u64,
    /// When it was made (ms).
    #[n(3)]
    pub created: i64,
    /// The keys.
    #[n(4)]
    pub keys: Vec<PublicKey>,
}

/// Why a keyset or certificate was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Envelope or signature.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// The root key is not the one that was pinned at enrolment.
    #[error("the root key is not the one this scanner was enrolled with")]
    WrongRoot,
    /// Another organization's.
    #[error("it belongs to another organization")]
    WrongOrganization,
    /// Not newer than what is in force.
    #[error("it is not newer than the keyset in force (version {held}, offered {offered})")]
    NotNewer {
        /// Version in force.
        held: u64,
        /// Version offered.
        offered: u64,
    },
    /// A key does not fit its id, is of small order, or is a ticket key without event.
    #[error("key {0} in it is not valid")]
    BadKey(KeyId),
    /// The signer may not sign this, or not at that time.
    #[error("key {0} may not sign this")]
    WrongRole(KeyId),
    /// Outside its validity.
    #[error("it is not valid at this time")]
    Expired,
}

/// The fingerprint a person pins: 16 bytes of the root key's hash.
pub fn root_fingerprint(root: &VerifyingKey) -> Fingerprint {
    Fingerprint(truncated(hash("turnstone/v1/root-fingerprint", &[root.as_bytes()])))
}

impl Keyset {
    /// Opens a signed keyset and checks every key in it, but those of a role that only a later version knows: what they
    /// must be is that version's business.
    pub fn open(bytes: &[u8], root: &VerifyingKey) -> Result<Self, TrustError> {
        let keyset: Self = cose::open(Domain::Keyset, root, bytes)?;
        for key in keyset.keys.iter().filter(|key| key.role.is_known()) {
            let point = key.verifying_key().ok_or(TrustError::BadKey(key.id))?;
            let event_fits = (key.role == KeyRole::Ticket) == key.event.is_some();
            if key_id(&point) != key.id || !event_fits {
                return Err(TrustError::BadKey(key.id));
            }
        }
        Ok(keyset)
    }

    /// The key with this id, withdrawn or not; never one of an unknown role.
    pub fn key(&self, id: KeyId) -> Option<&PublicKey> {
        self.keys.iter().find(|key| key.id == id && key.role.is_known())
    }
}

/// What a device or server trusts: one root and the newest keyset it signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    root: VerifyingKey,
    keyset: Keyset,
    keyset_bytes: Vec<u8>,
}

impl Trust {
    /// First trust: the root must fit the pinned fingerprint.
    pub fn pin(fingerprint: Fingerprint, root: &[u8; 32], keyset: &[u8]) -> Result<Self, TrustError> {
        let root = VerifyingKey::from_bytes(root).map_err(|_| TrustError::WrongRoot)?;
        if root_fingerprint(&root) != fingerprint {
            return Err(TrustError::WrongRoot);
        }
        Ok(Self { keyset: Keyset::open(keyset, &root)?, root, keyset_bytes: keyset.to_vec() })
    }

    /// Takes a newer keyset of the same organization; an equal version with the same bytes changes nothing.
    pub fn adopt(self, keyset: &[u8]) -> Result<Self, TrustError> {
        if keyset == self.keyset_bytes {
            return Ok(self);
        }
        let offered = Keyset::open(keyset, &self.root)?;
        if offered.organization != self.keyset.organization {
            return Err(TrustError::WrongOrganization);
        }
        if offered.version <= self.keyset.version {
            return Err(TrustError::NotNewer { held: self.keyset.version, offered: offered.version });
        }
        Ok(Self { root: self.root, keyset: offered, keyset_bytes: keyset.to_vec() })
    }

    /// The keyset in force.
    pub fn keyset(&self) -> &Keyset {
        &self.keyset
    }

    /// Its exact signed bytes, to be stored and passed on.
    pub fn keyset_bytes(&self) -> &[u8] {
        &self.keyset_bytes
    }

    /// The pinned root key.
    pub fn root(&self) -> &VerifyingKey {
        &self.root
    }

    /// The organization all of this belongs to.
    pub fn organization(&self) -> OrganizationId {
        self.keyset.organization
    }

    /// Opens an object that a key of `role` must have signed and that claims to be of `at_ms`.
    /// `at_ms` is asked of the decoded object, so that a key cannot sign outside its validity.
    pub fn open<T: for<'b> Decode<'b, ()>>(
        &self,
        domain: Domain,
        role: KeyRole,
        bytes: &[u8],
        at_ms: impl FnOnce(&T) -> i64,
    ) -> Result<T, TrustError> {
        let envelope = Envelope::parse(bytes)?;
        let id = envelope.key();
        let key = self.keyset.key(id).ok_or(EnvelopeError::UnknownKey)?;
        let point = key.verifying_key().ok_or(TrustError::BadKey(id))?;
        let payload = envelope.verify(domain, &point)?;
        let object: T = cose::decode_all(&payload).ok_or(EnvelopeError::BadContent)?;
        if !key.signs_at(role, at_ms(&object)) {
            return Err(TrustError::WrongRole(id));
        }
        Ok(object)
    }
}

#[cfg(test)]
#[path = "trust_tests.rs"]
mod tests;
