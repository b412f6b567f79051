//! Use cases around signing keys.

use async_trait::async_trait;
use shared::ids::OrganizationId;

use super::StoreError;
use crate::keys::export::KeyExport;
use crate::keys::keyset::{OldKeys, SignedKeyset};
use crate::keys::{KeyUse, Seed, StoredKey};
use crate::people::Actor;

/// New keys, and what becomes of those they replace.
#[derive(Debug, Clone)]
pub struct Rotation {
    /// New keys; each replaces those of its own use.
    pub keys: Vec<StoredKey>,
    /// What becomes of the old ones.
    pub old: OldKeys,
    /// The root key, where it is kept offline.
    pub root: Option<Seed>,
}

/// What became of rotating keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotate {
    /// Done.
    Rotated {
        /// In force now.
        keyset: SignedKeyset,
        /// Scanners that must enrol again: nothing but a certificate by the withdrawn key vouches for them.
        left: Vec<String>,
    },
    /// The root key, which must sign the new keyset, is kept offline.
    RootOffline,
    /// The root key given is another one.
    WrongRoot,
}

/// What became of importing keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportKeys {
    /// The organization was not there; it is now.
    Founded,
    /// The organization was there; so many keys were new.
    Merged(u64),
    /// The organization was there, with another root key.
    WrongRoot,
}

/// Signing keys and keysets.
#[async_trait]
pub trait KeyStore {
    /// All keys of an organization, oldest first.
    async fn keys(&self, organization: OrganizationId) -> Result<Vec<StoredKey>, StoreError>;

    /// The newest key for a use that signs at `now` (ms).
    async fn signing_key(
        &self,
        organization: OrganizationId,
        used_for: KeyUse,
        now: i64,
    ) -> Result<Option<StoredKey>, StoreError>;

    /// The keyset in force.
    async fn keyset(&self, organization: OrganizationId) -> Result<Option<SignedKeyset>, StoreError>;

    /// Puts new keys beside or in place of old ones, with a new keyset.
    async fn rotate_keys(&self, actor: Actor, rotation: Rotation) -> Result<Rotate, StoreError>;

    /// What an export holds; `None` without such an organization.
    async fn export_keys(&self, actor: Actor) -> Result<Option<KeyExport>, StoreError>;

    /// Takes an export over: founds the organization, or adds keys that are missing. Keys are never removed.
    async fn import_keys(&self, export: KeyExport, now: i64) -> Result<ImportKeys, StoreError>;
}
