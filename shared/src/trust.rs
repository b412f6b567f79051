//! Who may sign what: root key, keyset, certificates (PROTOCOL.md section 3).

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::cose::{self, Domain, Envelope, EnvelopeError, VerifyingKey, key_id};
use crate::hash::{hash, truncated};
use crate::ids::{EventId, Fingerprint, GateId, KeyId, OrganizationId, ScannerId};
use crate::number::encode_as_number;

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

    /// The scanner's key as a curve point.
    pub fn verifying_key(&self) -> Option<VerifyingKey> {
        VerifyingKey::from_bytes(&self.public).ok().filter(|key| !key.is_weak())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cose::{SigningKey, sign_object};

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
}
