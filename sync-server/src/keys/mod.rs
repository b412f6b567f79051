//! Signing keys of an organization and the keyset that names them (PROTOCOL.md section 3).

pub mod export;
pub mod keyset;
pub mod root_file;

use shared::clock::{Entropy, random};
use shared::cose::{SigningKey, key_id};
use shared::ids::{EventId, KeyId};
use shared::trust::{KeyRole, PublicKey};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// How long a manifest, certificate or server key signs: 5 years. `keys rotate` makes new ones at any time.
pub const SERVICE_KEY_MS: i64 = 5 * 365 * 24 * 60 * 60 * 1000;

/// How long a ticket key issues: 10 years, longer than anybody sells tickets ahead.
pub const TICKET_KEY_MS: i64 = 10 * 365 * 24 * 60 * 60 * 1000;

/// An Ed25519 seed; wiped when dropped and never shown.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Seed(pub [u8; 32]);

impl Seed {
    /// A new one.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(random(entropy))
    }

    /// The key that signs.
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::from_bytes(&self.0)
    }
}

impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seed(…)")
    }
}

/// What a kept key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUse {
    /// Signs keysets; pinned by scanners.
    Root,
    /// Signs tickets of one event.
    Ticket(EventId),
    /// Signs manifests.
    Manifest,
    /// Signs scanner certificates.
    Certificate,
    /// Signs acknowledgements, times and confirmations.
    Server,
}

impl KeyUse {
    /// Its role in a keyset; `None` for the root, which signs the keyset.
    pub fn role(self) -> Option<KeyRole> {
        match self {
            Self::Root => None,
            Self::Ticket(_) => Some(KeyRole::Ticket),
            Self::Manifest => Some(KeyRole::Manifest),
            Self::Certificate => Some(KeyRole::Certificate),
            Self::Server => Some(KeyRole::Server),
        }
    }

    /// The event, for ticket keys.
    pub fn event(self) -> Option<EventId> {
        if let Self::Ticket(event) = self { Some(event) } else { None }
    }
}

/// A key as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// Id of `public`.
    pub id: KeyId,
    /// What it is for.
    pub used_for: KeyUse,
    /// Ed25519 public key.
    pub public: [u8; 32],
    /// Its seed; `None` for a root key that is kept offline.
    pub seed: Option<Seed>,
    /// When it was made (ms).
    pub created: i64,
    /// Signs from (ms).
    pub not_before: i64,
    /// Signs until (ms).
    pub not_after: i64,
    /// Nothing it ever signed counts any more.
    pub withdrawn: bool,
}

impl StoredKey {
    /// A new key that signs from `now_ms` on.
    pub fn generate(used_for: KeyUse, now_ms: i64, entropy: &dyn Entropy) -> Self {
        Self::from_seed(used_for, Seed::generate(entropy), now_ms)
    }

    /// A key from its seed.
    pub fn from_seed(used_for: KeyUse, seed: Seed, now_ms: i64) -> Self {
        let public = seed.signing_key().verifying_key();
        let lasts = match used_for {
            KeyUse::Root => i64::MAX - now_ms,
            KeyUse::Ticket(_) => TICKET_KEY_MS,
            KeyUse::Manifest | KeyUse::Certificate | KeyUse::Server => SERVICE_KEY_MS,
        };
        Self {
            id: key_id(&public),
            used_for,
            public: public.to_bytes(),
            seed: Some(seed),
            created: now_ms,
            not_before: now_ms,
            not_after: now_ms + lasts,
            withdrawn: false,
        }
    }

    /// Whether it may sign at `at_ms`, and can.
    pub fn signs_at(&self, at_ms: i64) -> bool {
        self.seed.is_some() && !self.withdrawn && (self.not_before..=self.not_after).contains(&at_ms)
    }

    /// Its line in a keyset; `None` for the root.
    pub fn public_key(&self) -> Option<PublicKey> {
        Some(PublicKey {
            id: self.id,
            public: self.public,
            role: self.used_for.role()?,
            event: self.used_for.event(),
            not_before: self.not_before,
            not_after: self.not_after,
            withdrawn: self.withdrawn.then_some(true),
        })
    }
}
