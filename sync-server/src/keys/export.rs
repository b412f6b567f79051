//! Key export: organization and signing keys, sealed with a passphrase (argon2id, then XChaCha20-Poly1305).
//!
//! Layout: magic (8 bytes) ‖ argon2 memory in KiB, passes, lanes (3 × u32 big-endian) ‖ salt (16) ‖ nonce (24) ‖ sealed CBOR.
//! Everything before the sealed part is its additional data, so that no parameter can be changed unnoticed.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use minicbor::{Decode, Encode};
use shared::clock::{Entropy, random};
use shared::ids::{EventId, OrganizationId};
use shared::trust::KeyRole;
use zeroize::Zeroizing;

use super::keyset::SignedKeyset;
use super::{KeyUse, Seed, StoredKey};
use crate::people::Organization;

const MAGIC: &[u8; 8] = b"TSKEYS\x01\n";
const HEAD_LEN: usize = 8 + 12 + 16 + 24;

/// Work for one guess of the passphrase: 64 MiB, 3 passes (RFC 9106, second recommendation, with one lane).
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 1;

/// Most memory an import spends on a file's claim: 256 MiB, four times what an export asks for now.
const MAX_MEMORY_KIB: u32 = 256 * 1024;

/// Most passes an import spends on a file's claim.
const MAX_PASSES: u32 = 10;

/// Most lanes an import spends on a file's claim.
const MAX_LANES: u32 = 16;

/// Shortest passphrase, in characters.
pub const MIN_PASSPHRASE: usize = 12;

/// Why an export cannot be opened or made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// Another file, or cut off.
    #[error("this is not a key export of Turnstone, or it is cut off")]
    NotOne,
    /// Wrong passphrase, or a changed file: the two cannot be told apart.
    #[error("the passphrase is wrong, or the file was changed")]
    WrongPassphrase,
    /// Too easy to guess.
    #[error("the passphrase is too short: {MIN_PASSPHRASE} characters at least")]
    ShortPassphrase,
    /// The file asks for absurd work, or the parameters are invalid.
    #[error("the file's key derivation parameters are not acceptable")]
    BadParameters,
    /// Opened, but what is in it makes no sense.
    #[error("the export's content is not understood; was it made by a newer version?")]
    BadContent,
}

/// What an export holds: enough to set up a server anew that scanners recognize.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyExport {
    /// Whose keys.
    pub organization: Organization,
    /// All keys, the root among them (without seed if it is kept offline).
    pub keys: Vec<StoredKey>,
    /// The keyset in force.
    pub keyset: SignedKeyset,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct WireExport {
    #[n(1)]
    organization: OrganizationId,
    #[n(2)]
    name: String,
    #[n(3)]
    created: i64,
    #[n(4)]
    keys: Vec<WireKey>,
    #[n(5)]
    keyset_version: u64,
    #[n(6)]
    keyset_created: i64,
    #[cbor(n(7), with = "minicbor::bytes")]
    keyset: Vec<u8>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct WireKey {
    /// Absent for the root.
    #[n(1)]
    role: Option<KeyRole>,
    #[n(2)]
    event: Option<EventId>,
    #[cbor(n(3), with = "minicbor::bytes")]
    public: [u8; 32],
    #[cbor(n(4), with = "minicbor::bytes")]
    seed: Option<[u8; 32]>,
    #[n(5)]
    created: i64,
    #[n(6)]
    not_before: i64,
    #[n(7)]
    not_after: i64,
    #[n(8)]
    withdrawn: bool,
}

impl WireKey {
    fn from_key(key: &StoredKey) -> Self {
        Self {
            role: key.used_for.role(),
            event: key.used_for.event(),
            public: key.public,
            seed: key.seed.as_ref().map(|seed| seed.0),
            created: key.created,
            not_before: key.not_before,
            not_after: key.not_after,
            withdrawn: key.withdrawn,
        }
    }

    fn into_key(self) -> Option<StoredKey> {
        let used_for = match (self.role, self.event) {
            (None, None) => KeyUse::Root,
            (Some(KeyRole::Ticket), Some(event)) => KeyUse::Ticket(event),
            (Some(KeyRole::Manifest), None) => KeyUse::Manifest,
            (Some(KeyRole::Certificate), None) => KeyUse::Certificate,
            (Some(KeyRole::Server), None) => KeyUse::Server,
            _ => return None,
        };
        let point = shared::cose::VerifyingKey::from_bytes(&self.public).ok()?;
        let seed = self.seed.map(Seed);
        let fits = seed.as_ref().map_or(used_for == KeyUse::Root, |seed| seed.signing_key().verifying_key() == point);
        fits.then_some(StoredKey {
            id: shared::cose::key_id(&point),
            used_for,
            public: self.public,
            seed,
            created: self.created,
            not_before: self.not_before,
            not_after: self.not_after,
            withdrawn: self.withdrawn,
        })
    }
}

/// Seals an export; takes about a second on purpose.
pub fn seal(export: &KeyExport, passphrase: &str, entropy: &dyn Entropy) -> Result<Vec<u8>, ExportError> {
    if passphrase.chars().count() < MIN_PASSPHRASE {
        return Err(ExportError::ShortPassphrase);
    }
    let wire = WireExport {
        organization: export.organization.id,
        name: export.organization.name.clone(),
        created: export.organization.created,
        keys: export.keys.iter().map(WireKey::from_key).collect(),
        keyset_version: export.keyset.version,
        keyset_created: export.keyset.created,
        keyset: export.keyset.signed.clone(),
    };
    let plain = Zeroizing::new(shared::cose::encode(&wire));
    let (salt, nonce): ([u8; 16], [u8; 24]) = (random(entropy), random(entropy));
    let mut file = MAGIC.to_vec();
    for number in [MEMORY_KIB, PASSES, LANES] {
        file.extend(number.to_be_bytes());
    }
    file.extend(salt);
    file.extend(nonce);
    let cipher = cipher(passphrase, &salt, [MEMORY_KIB, PASSES, LANES])?;
    let payload = Payload { msg: &plain, aad: &file };
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| ExportError::BadContent)?;
    file.extend(sealed);
    Ok(file)
}

/// Opens an export.
pub fn open(file: &[u8], passphrase: &str) -> Result<KeyExport, ExportError> {
    let (head, sealed) = file.split_at_checked(HEAD_LEN).ok_or(ExportError::NotOne)?;
    let rest = head.strip_prefix(MAGIC).ok_or(ExportError::NotOne)?;
    let (numbers, rest) = rest.split_at(12);
    let (salt, nonce) = rest.split_at(16);
    let number = |at: usize| numbers[at..at + 4].iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
    let cipher = cipher(passphrase, salt, [number(0), number(4), number(8)])?;
    let nonce: [u8; 24] = nonce.try_into().map_err(|_| ExportError::NotOne)?;
    let payload = Payload { msg: sealed, aad: head };
    let plain = cipher.decrypt(&XNonce::from(nonce), payload).map_err(|_| ExportError::WrongPassphrase)?;
    let plain = Zeroizing::new(plain);
    let wire: WireExport = shared::cose::decode_all(&plain).ok_or(ExportError::BadContent)?;
    let keys: Option<Vec<_>> = wire.keys.into_iter().map(WireKey::into_key).collect();
    let keys = keys.ok_or(ExportError::BadContent)?;
    if keys.iter().filter(|key| key.used_for == KeyUse::Root).count() != 1 {
        return Err(ExportError::BadContent);
    }
    Ok(KeyExport {
        organization: Organization { id: wire.organization, name: wire.name, created: wire.created },
        keys,
        keyset: SignedKeyset { version: wire.keyset_version, created: wire.keyset_created, signed: wire.keyset },
    })
}

fn cipher(passphrase: &str, salt: &[u8], [memory, passes, lanes]: [u32; 3]) -> Result<XChaCha20Poly1305, ExportError> {
    if memory > MAX_MEMORY_KIB || passes > MAX_PASSES || lanes > MAX_LANES {
        return Err(ExportError::BadParameters);
    }
    let params = Params::new(memory, passes, lanes, Some(32)).map_err(|_| ExportError::BadParameters)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, key.as_mut())
        .map_err(|_| ExportError::BadParameters)?;
    Ok(XChaCha20Poly1305::new(&Key::from(*key)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemEntropy;

    fn export() -> KeyExport {
        let uses = [KeyUse::Root, KeyUse::Manifest, KeyUse::Ticket(EventId([5; 16]))];
        KeyExport {
            organization: Organization { id: OrganizationId([1; 16]), name: "Hall".into(), created: 3 },
            keys: uses.iter().map(|used_for| StoredKey::generate(*used_for, 9, &SystemEntropy)).collect(),
            keyset: SignedKeyset { version: 7, created: 8, signed: vec![1, 2, 3] },
        }
    }

    #[test]
    fn it_opens_with_its_passphrase_only_and_unchanged_only() {
        let sealed = seal(&export(), "correct horse battery", &SystemEntropy).unwrap();
        assert_eq!(open(&sealed, "correct horse battery").unwrap().keys.len(), 3);
        assert_eq!(open(&sealed, "another passphrase"), Err(ExportError::WrongPassphrase));
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(open(&changed, "correct horse battery"), Err(ExportError::WrongPassphrase));
        assert_eq!(open(&sealed[..40], "correct horse battery"), Err(ExportError::NotOne));
        assert_eq!(open(b"id,name\n1,Ada", "correct horse battery"), Err(ExportError::NotOne));
    }

    #[test]
    fn a_file_that_asks_for_absurd_work_is_refused_before_any_is_done() {
        let sealed = seal(&export(), "correct horse battery", &SystemEntropy).unwrap();
        for (memory, passes, lanes) in [
            (u32::MAX, 3, 1),
            (MAX_MEMORY_KIB + 1, 3, 1),
            (MEMORY_KIB, MAX_PASSES + 1, 1),
            (MEMORY_KIB, 3, MAX_LANES + 1),
        ] {
            let mut greedy = sealed.clone();
            greedy.splice(8..20, [memory, passes, lanes].into_iter().flat_map(u32::to_be_bytes));
            assert_eq!(open(&greedy, "correct horse battery"), Err(ExportError::BadParameters), "{memory} {passes}");
        }
        // None at all is no key derivation either.
        let mut idle = sealed;
        idle.splice(8..20, [0_u8; 12]);
        assert_eq!(open(&idle, "correct horse battery"), Err(ExportError::BadParameters));
    }

    #[test]
    fn a_short_passphrase_is_refused() {
        assert_eq!(seal(&export(), "secret", &SystemEntropy), Err(ExportError::ShortPassphrase));
    }
}
